/*
** replicates.c THREADS TIMES [FILE]: milliseconds of 10,000 replicates (rao_wu) of the proportions of yes
** to 12 questions, with their standard errors and percentile limits at 0.8: the median of TIMES runs, by
** the clock and by the processors. FILE has rows id,stratum,population,weight,domain,answers..., strata
** numbered from 1; without it 100 cases in 24 strata are made up.
*/
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "infer/replicate.h"

enum { MOST_TIMES = 101, MOST_CASES = 100000, MOST_STRATA = 1000, QUESTIONS = 12, B = 10000 };

static assay_context context;
static size_t cases, strata;
static uint32_t stratum[MOST_CASES];
static uint64_t population[MOST_STRATA];
static double yes[QUESTIONS][MOST_CASES], relevant[MOST_CASES];

static void require(assay_status status)
{
    if (status == ASSAY_OK)
        return;
    fprintf(stderr, "replicates: %s\n", context.error.message);
    exit(1);
}

static uint64_t state = 7001; /* Knuth's congruential numbers */

static double drawn(void)
{
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (double)(state >> 33) / (double)(UINT64_C(1) << 31);
}

static void make_up(void)
{
    for (strata = 0; strata < 24; strata++) {
        population[strata] = 100 + 10 * strata;
        for (size_t i = 0; i < (strata < 20 ? 4 : 5); i++, cases++) {
            stratum[cases] = (uint32_t)strata;
            for (size_t k = 0; k < QUESTIONS; k++)
                yes[k][cases] = drawn() < 0.3 + 0.04 * (double)k;
        }
    }
}

static void read_cases(const char *path)
{
    char line[4096];
    FILE *file = fopen(path, "r");
    if (file == NULL || fgets(line, sizeof line, file) == NULL) {
        fprintf(stderr, "replicates: %s cannot be read\n", path);
        exit(1);
    }
    for (; cases < MOST_CASES && fgets(line, sizeof line, file) != NULL; cases++) {
        char *rest;
        strtoull(line, &rest, 10);
        const unsigned long long h = strtoull(rest + 1, &rest, 10);
        if (h < 1 || h > MOST_STRATA)
            exit(1);
        stratum[cases] = (uint32_t)h - 1;
        population[h - 1] = strtoull(rest + 1, &rest, 10);
        strata = h > strata ? h : strata;
        strtod(rest + 1, &rest);
        strtod(rest + 1, &rest);
        for (size_t k = 0; k < QUESTIONS; k++)
            yes[k][cases] = strtod(rest + 1, &rest);
    }
    fclose(file);
}

/* ---- time ---- */

static double milliseconds(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static double theta[QUESTIONS * B];

/* All from the design on: se[k], limits[2 k]. */
static void run(const assay_design *design, double se[], double limits[])
{
    assay_replicates *replicates = NULL;
    const double *y[QUESTIONS], *x[QUESTIONS];
    for (size_t k = 0; k < QUESTIONS; k++) {
        y[k] = yes[k];
        x[k] = relevant;
    }
    require(assay_replicates_new(&context, design, ASSAY_RAO_WU, B, "bench", &replicates));
    require(assay_replicates_ratios(&context, replicates, QUESTIONS, y, x, theta));
    for (size_t k = 0; k < QUESTIONS; k++) {
        uint64_t undefined;
        se[k] = sqrt(assay_replicates_variance(replicates, theta + k * B, 0, &undefined));
        assay_replicates_percentiles(B, theta + k * B, 0.1, &limits[2 * k], &limits[2 * k + 1]);
    }
    assay_replicates_free(replicates);
}

static int by_size(const void *a, const void *b)
{
    const double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

int main(int argc, char *argv[])
{
    const int n = argc > 2 ? atoi(argv[2]) : 0;
    double wall[MOST_TIMES], processors[MOST_TIMES], se[QUESTIONS], limits[2 * QUESTIONS];
    assay_design *design = NULL;
    if (n < 1 || n > MOST_TIMES) {
        fprintf(stderr, "replicates THREADS TIMES [FILE]\n");
        return 2;
    }
    assay_init();
    context.threads = atoi(argv[1]);
    if (argc > 3)
        read_cases(argv[3]);
    else
        make_up();
    for (size_t i = 0; i < cases; i++)
        relevant[i] = 1;
    require(assay_design_new(
        &context,
        &(assay_sampling){
            .n = cases, .strata = strata, .stratum = stratum, .population = population},
        &design));
    for (int i = 0; i < n; i++) {
        const double start = milliseconds(CLOCK_MONOTONIC),
                     used = milliseconds(CLOCK_PROCESS_CPUTIME_ID);
        run(design, se, limits);
        wall[i] = milliseconds(CLOCK_MONOTONIC) - start;
        processors[i] = milliseconds(CLOCK_PROCESS_CPUTIME_ID) - used;
    }
    assay_design_free(design);
    qsort(wall, (size_t)n, sizeof wall[0], by_size);
    qsort(processors, (size_t)n, sizeof processors[0], by_size);
    printf("10,000 replicates of 12 proportions\t%.2f\t%.2f\n", wall[n / 2], processors[n / 2]);
    if (argc > 3)
        for (size_t k = 0; k < QUESTIONS; k++)
            printf("q%zu %.6f %.6f %.6f\n", k + 1, se[k], limits[2 * k], limits[2 * k + 1]);
    return 0;
}
