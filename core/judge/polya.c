/* polya.c -- the populations that a sample may have come from, by the Polya urn. */
#include "judge/polya.h"

#include <stdbool.h>
#include <string.h>

#include "base/memory.h"
#include "base/rng.h"
#include "infer/estimate.h"

/* What a case adds to the counts of a question. */
#define RELEVANT (UINT64_C(1) << 32)
#define YES      (RELEVANT | 1)

/* ---- chance ---------------------------------------------------------------------------------- */

/* The outputs of counters (0, 0, replicate), (1, 0, replicate) ... of a stream, one after the other. */
typedef struct chance {
    const uint32_t *key;
    uint32_t counter[4], out[4];
    int used;
} chance;

static uint32_t next(chance *c)
{
    if (c->used == 4) {
        assay_philox(c->counter, c->key, c->out);
        c->counter[0]++;
        c->counter[1] += c->counter[0] == 0;
        c->used = 0;
    }
    return c->out[c->used++];
}

/* 0 .. bound - 1, each as likely. Source: Lemire (2019), ACM TOMACS 29(1). */
static uint32_t below(chance *c, uint32_t bound)
{
    uint64_t product = (uint64_t)next(c) * bound;
    if ((uint32_t)product < bound)
        for (const uint32_t least = (uint32_t)-bound % bound; (uint32_t)product < least;)
            product = (uint64_t)next(c) * bound;
    return (uint32_t)(product >> 32);
}

static double uniform(chance *c)
{
    const uint64_t high = next(c) >> 5, low = next(c) >> 6;
    return (double)(high << 26 | low) * 0x1p-53;
}

/* ---- one population --------------------------------------------------------------------------- */

/* n - 1 of the positions 0 .. N - 2, as bits. */
static void mark_positions(chance *c, uint64_t n, uint64_t N, uint64_t marks[])
{
    for (uint64_t j = N - n; j < N - 1; j++) {
        const uint64_t t = below(c, (uint32_t)j + 1);
        const uint64_t at = marks[t / 64] >> t % 64 & 1 ? j : t;
        marks[at / 64] |= UINT64_C(1) << at % 64;
    }
}

/* Adds a case of the sample as often as it is in the population. */
static void add_unit(const assay_polya *from, size_t i, uint64_t times, uint64_t counts[])
{
    const uint64_t *says = from->says + i * from->n_questions;
    for (size_t q = 0; q < from->n_questions; q++)
        counts[q] += says[q] * times;
}

/* One stratum, whose units are i, i + 1, ...: the gaps between marked positions are their numbers. */
static void draw_stratum(chance *c, const assay_polya *from, size_t h, size_t i, uint64_t marks[],
                         uint64_t counts[])
{
    const uint64_t n = from->sampled[h], N = n + from->others[h];
    uint64_t last = 0; /* positions passed */
    mark_positions(c, n, N, marks);
    for (uint64_t word = 0; word * 64 < N - 1; word++)
        for (; marks[word] != 0; marks[word] &= marks[word] - 1) {
            const uint64_t at = word * 64 + (uint64_t)__builtin_ctzll(marks[word]);
            add_unit(from, i++, at + 1 - last, counts);
            last = at + 1;
        }
    add_unit(from, i, N - last, counts);
}

/*
** How many of r cases say other than the m that agree: BetaBinomial (r, 1/2, m + 1/2), by inversion
** from 0 up.
*/
static uint64_t draw_others(chance *c, double none, uint64_t r, uint64_t m)
{
    double p = none, left = uniform(c) - p;
    uint64_t k = 0;
    for (; left >= 0 && k < r; k++) {
        p *= (double)(r - k) * ((double)k + 0.5) /
             (((double)k + 1) * ((double)m - 0.5 + (double)(r - k)));
        left -= p;
    }
    return k;
}

static void mend_unanimous(chance *c, const assay_polya *from, uint64_t counts[])
{
    for (size_t q = 0; q < from->n_questions; q++) {
        if (from->none[q] == NULL)
            continue;
        const uint64_t m = (uint64_t)from->relevant[q];
        const uint64_t r = (uint64_t)assay_polya_relevant(counts[q]) - m;
        const uint64_t others = draw_others(c, from->none[q][r], r, m);
        counts[q] += from->yes[q] == 0 ? others : (uint64_t)0 - others;
    }
}

void assay_polya_draw(const assay_polya *from, uint64_t replicate, uint64_t marks[],
                      uint64_t counts[])
{
    chance c = {.key = from->key,
                .counter = {0, 0, (uint32_t)replicate, (uint32_t)(replicate >> 32)},
                .used = 4};
    size_t i = 0;
    memset(counts, 0, from->n_questions * sizeof *counts);
    for (size_t h = 0; h < from->strata; h++) {
        if (from->sampled[h] > 0)
            draw_stratum(&c, from, h, i, marks, counts);
        i += (size_t)from->sampled[h];
    }
    mend_unanimous(&c, from, counts);
}

/* ---- making ready ---------------------------------------------------------------------------- */

static assay_status check_answers(assay_context *context, size_t n, const uint8_t answers[])
{
    for (size_t i = 0; i < n; i++)
        if (answers[i] > ASSAY_UNANSWERED) {
            assay_fail(context, ASSAY_EDOM, "answer %zu is none of the four", i + 1);
            context->error.row = i + 1;
            return assay_blame_argument(context, "answers");
        }
    return ASSAY_OK;
}

/* Where each unit goes so that strata stand one behind the other: places[n]. */
static void sort_units(const assay_design *design, size_t places[], size_t ends[])
{
    const uint32_t *stratum = assay_design_stratum(design);
    size_t at = 0;
    for (size_t h = 0; h < assay_design_strata(design); h++) {
        ends[h] = at;
        at += (size_t)assay_design_sample(design, h);
    }
    for (size_t i = 0; i < assay_design_units(design); i++)
        places[i] = ends[stratum[i]]++;
}

static void put_answers(const assay_design *design, size_t q, const uint8_t answers[],
                        const size_t places[], assay_polya *to)
{
    for (size_t i = 0; i < to->n; i++) {
        const bool relevant =
            assay_design_inside(design, i) && (answers[i] == ASSAY_YES || answers[i] == ASSAY_NO);
        const bool yes = relevant && answers[i] == ASSAY_YES;
        to->says[places[i] * to->n_questions + q] = yes ? YES : relevant ? RELEVANT : 0;
        to->relevant[q] += relevant;
        to->yes[q] += yes;
    }
}

/* P(0) of BetaBinomial (r, 1/2, m + 1/2) for all r that there can be: a product of (m + i + 1/2) / (m + i + 1). */
static assay_status tell_none(assay_context *context, uint64_t others, size_t q, assay_polya *to)
{
    const double m = (double)to->relevant[q];
    if (to->relevant[q] == 0 || (to->yes[q] != 0 && to->yes[q] != to->relevant[q]))
        return ASSAY_OK;
    to->none[q] = assay_alloc_array((size_t)others + 1, sizeof *to->none[q]);
    if (to->none[q] == NULL)
        return assay_fail_memory(context);
    to->none[q][0] = 1;
    for (size_t r = 0; r < others; r++)
        to->none[q][r + 1] = to->none[q][r] * (m + (double)r + 0.5) / (m + (double)r + 1);
    return ASSAY_OK;
}

static void count_strata(const assay_design *design, assay_polya *to)
{
    for (size_t h = 0; h < to->strata; h++) {
        const uint64_t N = assay_design_population(design, h);
        to->sampled[h] = assay_design_sample(design, h);
        to->others[h] = N - to->sampled[h];
        to->widest = N > to->widest ? N : to->widest;
        to->few += to->sampled[h] < 5 && to->others[h] > 0;
    }
}

assay_status assay_polya_make(assay_context *context, const assay_design *design,
                              size_t n_questions, const uint8_t *const answers[], const char *seed,
                              const char *name, assay_polya *made)
{
    const size_t n = assay_design_units(design), strata = assay_design_strata(design);
    size_t *places = assay_alloc_array(n + strata, sizeof *places);
    *made = (assay_polya){.n = n, .strata = strata, .n_questions = n_questions};
    made->sampled = assay_alloc_array(strata, 2 * sizeof *made->sampled);
    made->says = assay_alloc_array(n, n_questions * sizeof *made->says);
    made->yes = assay_alloc_zeroed_array(n_questions, 2 * sizeof *made->yes);
    made->none = assay_alloc_zeroed_array(n_questions, sizeof *made->none);
    assay_status status = places == NULL || made->sampled == NULL || made->says == NULL ||
                                  made->yes == NULL || made->none == NULL
                              ? assay_fail_memory(context)
                              : ASSAY_OK;
    if (status == ASSAY_OK) {
        assay_rng_key(seed, name, made->key);
        made->others = made->sampled + strata;
        made->relevant = made->yes + n_questions;
        count_strata(design, made);
        sort_units(design, places, places + n);
    }
    for (size_t q = 0; status == ASSAY_OK && q < n_questions; q++) {
        status = check_answers(context, n, answers[q]);
        if (status == ASSAY_OK) {
            put_answers(design, q, answers[q], places, made);
            status = tell_none(context, assay_design_total(design) - n, q, made);
        }
    }
    assay_free(places);
    return status;
}

void assay_polya_free(assay_polya *polya)
{
    for (size_t q = 0; polya->none != NULL && q < polya->n_questions; q++)
        assay_free(polya->none[q]);
    assay_free(polya->none);
    assay_free(polya->yes);
    assay_free(polya->says);
    assay_free(polya->sampled);
}
