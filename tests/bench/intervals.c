/*
** intervals.c THREADS TIMES [FILE ...]: milliseconds of intervals for many pairs of counts, the median
** of TIMES runs each: name, by the clock, by the processors. Without a FILE of x,n or of x,n,N: a
** million pairs made up of n from 1 to 1000, the same number all different, and 10,000 samples from
** populations up to 5000.
*/
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "prob/interval_batch.h"

enum { MOST_TIMES = 101 };

static assay_context context;

static void require(assay_status status)
{
    if (status == ASSAY_OK)
        return;
    fprintf(stderr, "intervals: %s\n", context.error.message);
    exit(1);
}

/* ---- rows ---- */

typedef struct pairs {
    size_t rows;
    int64_t *x, *n, *populations; /* the last NULL: cases without end */
} pairs;

static pairs new_pairs(size_t rows, bool has_populations)
{
    pairs p = {.rows = rows};
    p.x = assay_alloc_array(rows + 1, sizeof *p.x);
    p.n = assay_alloc_array(rows + 1, sizeof *p.n);
    if (has_populations)
        p.populations = assay_alloc_array(rows + 1, sizeof *p.populations);
    if (p.x == NULL || p.n == NULL || (has_populations && p.populations == NULL))
        require(assay_fail_memory(&context));
    return p;
}

static uint64_t state = 7001; /* Knuth's congruential numbers, from 0 to below */

static int64_t below(int64_t bound)
{
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int64_t)((state >> 33) % (uint64_t)bound);
}

static pairs drawn_pairs(void)
{
    pairs p = new_pairs(1000000, false);
    for (size_t i = 0; i < p.rows; i++) {
        p.n[i] = 1 + below(1000);
        p.x[i] = below(p.n[i] + 1);
    }
    return p;
}

/* Every x of every n from 1 on, up to about 1413: no pair twice, but n - x beside each x. */
static pairs different_pairs(void)
{
    pairs p = new_pairs(1000000, false);
    size_t i = 0;
    for (int64_t n = 1; i < p.rows; n++)
        for (int64_t x = 0; x <= n && i < p.rows; x++, i++) {
            p.n[i] = n;
            p.x[i] = x;
        }
    return p;
}

static pairs drawn_samples(void)
{
    pairs p = new_pairs(10000, true);
    for (size_t i = 0; i < p.rows; i++) {
        p.populations[i] = 20 + below(4981);
        p.n[i] = 1 + below(p.populations[i] < 400 ? p.populations[i] : 400);
        p.x[i] = below(p.n[i] + 1);
    }
    return p;
}

static pairs read_pairs(const char *path)
{
    char line[256];
    FILE *file = fopen(path, "r");
    if (file == NULL || fgets(line, sizeof line, file) == NULL) {
        fprintf(stderr, "intervals: %s cannot be read\n", path);
        exit(1);
    }
    const bool has_populations = strchr(line, 'N') != NULL;
    pairs p = new_pairs(10000000, has_populations);
    for (p.rows = 0; p.rows < 10000000 && fgets(line, sizeof line, file) != NULL; p.rows++) {
        char *rest;
        p.x[p.rows] = strtoll(line, &rest, 10);
        p.n[p.rows] = strtoll(rest + 1, &rest, 10);
        if (has_populations)
            p.populations[p.rows] = strtoll(rest + 1, &rest, 10);
    }
    fclose(file);
    return p;
}

/* ---- time ---- */

typedef struct times {
    double wall, processors;
} times;

static double milliseconds(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* Columns of the result are new each time, as a script's are. */
static times run(const assay_interval_method *method, const pairs *p)
{
    const assay_interval_request ask = {method, ASSAY_INFINITE, 0.95, ASSAY_TWO_SIDED, {0.5, 0.5}};
    const bool counts = assay_interval_counts(method, p->populations == NULL ? ASSAY_INFINITE : 1);
    times taken = {milliseconds(CLOCK_MONOTONIC), milliseconds(CLOCK_PROCESS_CPUTIME_ID)};
    void *columns[5] = {NULL};
    for (int i = 0; i < (counts ? 5 : 3); i++)
        if ((columns[i] = assay_alloc_array(p->rows, 8)) == NULL)
            require(assay_fail_memory(&context));
    assay_interval_batch batch = {p->rows,    p->x,       p->n,       p->populations, columns[0],
                                  columns[1], columns[2], columns[3], columns[4],     {0}};
    require(assay_interval_compute_all(&context, &ask, &batch));
    taken.wall = milliseconds(CLOCK_MONOTONIC) - taken.wall;
    taken.processors = milliseconds(CLOCK_PROCESS_CPUTIME_ID) - taken.processors;
    for (int i = 0; i < 5; i++)
        assay_free(columns[i]);
    return taken;
}

static int by_size(const void *a, const void *b)
{
    const double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static void time_all(const char *name, const pairs *p, int n)
{
    double wall[MOST_TIMES], processors[MOST_TIMES];
    for (size_t k = 0; assay_interval_name(k) != NULL; k++) {
        const assay_interval_method *method = assay_interval_find(assay_interval_name(k));
        if (!assay_interval_applies(method, p->populations == NULL ? ASSAY_INFINITE : 1))
            continue;
        for (int i = 0; i < n; i++) {
            const times taken = run(method, p);
            wall[i] = taken.wall;
            processors[i] = taken.processors;
        }
        qsort(wall, (size_t)n, sizeof wall[0], by_size);
        qsort(processors, (size_t)n, sizeof processors[0], by_size);
        printf("%s %s\t%.2f\t%.2f\n", assay_interval_name(k), name, wall[n / 2], processors[n / 2]);
        fflush(stdout);
    }
}

static void time_and_free(const char *name, pairs p, int n)
{
    time_all(name, &p, n);
    assay_free(p.x);
    assay_free(p.n);
    assay_free(p.populations);
}

int main(int argc, char *argv[])
{
    const int n = argc > 2 ? atoi(argv[2]) : 0;
    if (n < 1 || n > MOST_TIMES) {
        fprintf(stderr, "intervals THREADS TIMES [FILE ...]\n");
        return 2;
    }
    assay_init();
    context.threads = atoi(argv[1]);
    for (int i = 3; i < argc; i++)
        time_and_free(argv[i], read_pairs(argv[i]), n);
    if (argc > 3)
        return 0;
    time_and_free("1,000,000 pairs", drawn_pairs(), n);
    time_and_free("1,000,000 different pairs", different_pairs(), n);
    time_and_free("10,000 samples", drawn_samples(), n);
    return 0;
}
