/*
** coverage.c [DRAWS]: how often limits for a stratified sample hold the share of the population, by
** method. Of designs with few strata every sample of every population is looked at; of one with
** more, DRAWS samples (10000) from populations in which yes is at random, for each share. Confidence
** 80 per cent. Prints design, method, mean and least coverage over shares from .10 to .90, where the
** least is, the mean width, and, enumerated, the least over all populations there are.
*/
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/rng.h"
#include "infer/estimate.h"
#include "prob/hyper.h"

enum { MOST_STRATA = 8, MOST_UNITS = 128, METHODS = 4, SEARCHED = 10 };

static const char *const names[METHODS] = {"wilson_neff", "korn_graubard", "exact",
                                           "exact_combined"};
static const double confidence = 0.8;
static assay_context context;

static void require(assay_status status)
{
    if (status == ASSAY_OK)
        return;
    fprintf(stderr, "coverage: %s\n", context.error.message);
    exit(1);
}

static void *room(size_t n, size_t bytes)
{
    void *block = assay_alloc_zeroed_array(n, bytes);
    if (block == NULL)
        require(assay_fail_memory(&context));
    return block;
}

typedef struct plan {
    const char *name;
    size_t strata;
    uint64_t N[MOST_STRATA], n[MOST_STRATA];
} plan;

static uint64_t sum_of(size_t n, const uint64_t values[])
{
    uint64_t sum = 0;
    for (size_t h = 0; h < n; h++)
        sum += values[h];
    return sum;
}

/* ---- limits of a sample ---- */

typedef struct limits {
    double lower, upper;
} limits;

static assay_design *design_of(const plan *p)
{
    uint32_t stratum[MOST_UNITS];
    size_t n = 0;
    assay_design *d = NULL;
    for (size_t h = 0; h < p->strata; h++)
        for (uint64_t i = 0; i < p->n[h]; i++)
            stratum[n++] = (uint32_t)h;
    require(assay_design_new(
        &context,
        &(assay_sampling){.n = n, .strata = p->strata, .stratum = stratum, .population = p->N},
        &d));
    return d;
}

static limits limits_of(const plan *p, const assay_design *d, const uint64_t x[], size_t method)
{
    uint8_t answers[MOST_UNITS];
    size_t n = 0;
    assay_estimate e;
    for (size_t h = 0; h < p->strata; h++)
        for (uint64_t i = 0; i < p->n[h]; i++)
            answers[n++] = i < x[h] ? ASSAY_YES : ASSAY_NO;
    require(assay_estimate_proportion(&context, d, answers, NULL, confidence,
                                      assay_estimate_find(names[method]), &e));
    return (limits){e.lower, e.upper};
}

static bool holds(const limits *l, double share)
{
    return l->lower <= share + 1e-12 && share <= l->upper + 1e-12;
}

/* ---- a table ---- */

/* Of one method: over the shares from .10 to .90, each alike. */
typedef struct result {
    double shares, sum, least, least_at, width;
    double worst; /* over all populations; 2: they were not all looked at */
} result;

static bool in_range(double share)
{
    return share >= 0.1 - 1e-9 && share <= 0.9 + 1e-9;
}

static void add_share(result *r, double share, double coverage, double width)
{
    if (!in_range(share))
        return;
    r->shares++;
    r->sum += coverage;
    r->width += width;
    if (coverage < r->least) {
        r->least = coverage;
        r->least_at = share;
    }
}

static void print(const plan *p, size_t method, const result *r)
{
    printf("%s\t%s\t%.2f\t%.2f\t%.2f\t%.2f\t", p->name, names[method], 100 * r->sum / r->shares,
           100 * r->least, r->least_at, 100 * r->width / r->shares);
    if (r->worst <= 1)
        printf("%.2f\n", 100 * r->worst);
    else
        printf("-\n");
    fflush(stdout);
}

/* ---- every sample of every population ---- */

/* The next of all vectors with v[h] <= most[h]; false behind the last. */
static bool next(size_t n, const uint64_t most[], uint64_t v[])
{
    for (size_t h = 0; h < n; h++) {
        if (v[h]++ < most[h])
            return true;
        v[h] = 0;
    }
    return false;
}

static size_t count_all(size_t n, const uint64_t most[])
{
    size_t all = 1;
    for (size_t h = 0; h < n; h++)
        all *= (size_t)most[h] + 1;
    return all;
}

/* ln of the ways to choose k of n. */
static double log_ways(uint64_t n, uint64_t k)
{
    double sum = 0;
    for (uint64_t i = 1; i <= k; i++)
        sum += log((double)(n - k + i)) - log((double)i);
    return sum;
}

/* Chances of all samples from the population K, in the order of `next`. */
static void chances_of(const plan *p, const uint64_t K[], double chances[])
{
    uint64_t x[MOST_STRATA] = {0};
    double of[MOST_STRATA][MOST_UNITS];
    for (size_t h = 0; h < p->strata; h++) {
        const assay_hyper one = {p->N[h], K[h], p->n[h]};
        for (uint64_t i = 0; i <= p->n[h]; i++)
            of[h][i] = i >= assay_hyper_fewest(&one) && i <= assay_hyper_most(&one)
                           ? assay_hyper_density(&one, i)
                           : 0;
    }
    size_t i = 0;
    do {
        double chance = 1;
        for (size_t h = 0; h < p->strata; h++)
            chance *= of[h][x[h]];
        chances[i++] = chance;
    } while (next(p->strata, p->n, x));
}

/* By M, all populations with as many yes by their number: yes is at random. */
typedef struct sums {
    double coverage, width;
} sums;

static void add_population(const plan *p, const uint64_t K[], size_t samples,
                           const double chances[], limits *const all[], sums *by[],
                           result results[])
{
    const uint64_t N = sum_of(p->strata, p->N), M = sum_of(p->strata, K);
    const double share = (double)M / (double)N;
    double weight = -log_ways(N, M);
    for (size_t h = 0; h < p->strata; h++)
        weight += log_ways(p->N[h], K[h]);
    weight = exp(weight);
    for (size_t m = 0; m < METHODS; m++) {
        double coverage = 0, width = 0;
        for (size_t i = 0; i < samples; i++) {
            coverage += holds(&all[m][i], share) ? chances[i] : 0;
            width += chances[i] * (all[m][i].upper - all[m][i].lower);
        }
        results[m].worst = fmin(results[m].worst, coverage);
        by[m][M].coverage += weight * coverage;
        by[m][M].width += weight * width;
    }
}

static void enumerate(const plan *p)
{
    const size_t samples = count_all(p->strata, p->n);
    const uint64_t N = sum_of(p->strata, p->N);
    result results[METHODS];
    limits *all[METHODS];
    sums *by[METHODS];
    uint64_t x[MOST_STRATA] = {0}, K[MOST_STRATA] = {0};
    double *chances = room(samples, sizeof *chances);
    assay_design *d = design_of(p);
    for (size_t m = 0; m < METHODS; m++) {
        all[m] = room(samples, sizeof *all[m]);
        by[m] = room((size_t)N + 1, sizeof *by[m]);
        results[m] = (result){.least = 2, .worst = 2};
    }
    size_t i = 0;
    do {
        for (size_t m = 0; m < METHODS; m++)
            all[m][i] = limits_of(p, d, x, m);
        i++;
    } while (next(p->strata, p->n, x));
    do {
        chances_of(p, K, chances);
        add_population(p, K, samples, chances, all, by, results);
    } while (next(p->strata, p->N, K));
    for (size_t m = 0; m < METHODS; m++) {
        for (uint64_t M = 0; M <= N; M++)
            add_share(&results[m], (double)M / (double)N, by[m][M].coverage, by[m][M].width);
        print(p, m, &results[m]);
        assay_free(all[m]);
        assay_free(by[m]);
    }
    assay_free(chances);
    assay_design_free(d);
}

/* ---- drawn samples ---- */

/* x[h] of a sample from a population of which M cases, any of them, are yes. */
static void draw(assay_rng *rng, const plan *p, uint64_t M, uint64_t x[])
{
    uint64_t left = sum_of(p->strata, p->N), yes = M;
    for (size_t h = 0; h < p->strata; h++) {
        x[h] = 0;
        for (uint64_t i = 0; i < p->n[h]; i++, left--)
            if (gsl_rng_uniform(&rng->gsl) * (double)left < (double)yes) {
                x[h]++;
                yes--;
            }
    }
}

static void simulate(const plan *p, size_t method, uint64_t draws)
{
    const uint64_t N = sum_of(p->strata, p->N);
    assay_design *d = design_of(p);
    result r = {.least = 2, .worst = 2};
    for (int step = 2; step <= 18; step++) { /* .10, .15 ... .90 */
        const uint64_t M = (uint64_t)(N * (uint64_t)step + 10) / 20;
        const double share = (double)M / (double)N;
        double held = 0, width = 0;
        for (uint64_t i = 0; i < draws; i++) {
            assay_rng rng;
            uint64_t x[MOST_STRATA];
            assay_rng_stream(&rng, "coverage", p->name, (uint64_t)step << 32 | i);
            draw(&rng, p, M, x);
            const limits l = limits_of(p, d, x, method);
            held += holds(&l, share);
            width += l.upper - l.lower;
        }
        r.shares++;
        r.sum += held / (double)draws;
        r.width += width / (double)draws;
        if (held / (double)draws < r.least) {
            r.least = held / (double)draws;
            r.least_at = share;
        }
    }
    print(p, method, &r);
    assay_design_free(d);
}

/* The case samples of Durham Tees Valley, 2018 (scripts/dtv-2018/draw.lua), and coarser strata of the first. */
static const plan strata8 = {
    "100 of 254, 8 strata", 8, {15, 19, 3, 11, 52, 74, 22, 58}, {6, 7, 2, 4, 20, 29, 9, 23}};
static const plan strata2 = {"100 of 254, 2 strata", 2, {48, 206}, {19, 81}};
static const plan unpaid = {"24 of 27, 4 strata", 4, {2, 3, 9, 13}, {2, 3, 8, 11}};

int main(int argc, char *argv[])
{
    const int draws = argc > 1 ? atoi(argv[1]) : 10000;
    if (draws < SEARCHED) {
        fprintf(stderr, "coverage [DRAWS], %d at the least\n", SEARCHED);
        return 2;
    }
    assay_init();
    for (size_t m = 0; m < METHODS; m++)
        if (strcmp(names[m], "exact") != 0) /* which would take more than 10^9 steps */
            simulate(&strata8, m, (uint64_t)(m < 2 ? draws : draws / SEARCHED));
    enumerate(&strata2);
    enumerate(&unpaid);
    return 0;
}
