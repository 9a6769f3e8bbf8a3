/* replicates.h -- what the tests of replicates share. */
#ifndef ASSAY_TESTS_REPLICATES_H
#define ASSAY_TESTS_REPLICATES_H

#include "tables.h"

#include "api.h"

#include "infer/replicate.h"
#include "infer/statistic.h"

static inline assay_replicates *replicates_of(const assay_design *d, assay_replication method,
                                              uint64_t n, const char *seed)
{
    assay_replicates *r = NULL;
    assert_ok(assay_replicates_new(&context, d, method, n, seed, &r));
    ck_assert_ptr_eq(assay_replicates_design(r), d);
    ck_assert_int_eq(assay_replicates_method(r), method);
    return r;
}

static inline assay_status
replicated_proportion(assay_context *with, const assay_replicates *r, const uint8_t answers[],
                      const uint8_t *inside, double confidence, const assay_estimate_method *method,
                      bool percentile, assay_estimate *out, uint64_t *undefined)
{
    const assay_estimate_request ask = {.n_questions = 1,
                                        .answers = &answers,
                                        .n_groups = 1,
                                        .inside = inside,
                                        .confidence = confidence,
                                        .method = method};
    return assay_replicates_proportions(with, r, &ask, percentile, out, undefined);
}

enum { FIVE = 5, CASES = 45 };
static const uint64_t sizes[FIVE] = {2, 5, 1, 7, 30}, doubled[FIVE] = {4, 10, 1, 14, 60};

/* Strata of these sizes, their cases one after the other, of so many. */
static inline assay_design *strata_design(size_t n_strata, const uint64_t n_of[],
                                          const uint64_t N_of[], assay_lonely lonely)
{
    uint32_t stratum[CASES];
    size_t n = 0;
    assay_design *d = NULL;
    for (size_t h = 0; h < n_strata; h++)
        for (uint64_t j = 0; j < n_of[h]; j++)
            stratum[n++] = (uint32_t)h;
    context.error = (assay_error){0};
    assert_ok(assay_design_new(
        &context,
        &(assay_sampling){
            .n = n, .strata = n_strata, .stratum = stratum, .population = N_of, .lonely = lonely},
        &d));
    return d;
}

/* The weight of every case in every replicate: theta[i * count + b], a column for each case. */
static inline double *weights_of(const assay_design *d, const assay_replicates *r)
{
    const size_t n = assay_design_units(d), count = assay_replicates_count(r);
    double *each = calloc(n * n, sizeof *each), *theta = malloc(n * count * sizeof *theta);
    const double *y[CASES], *x[CASES];
    for (size_t i = 0; i < n; i++) {
        each[i * n + i] = 1;
        y[i] = &each[i * n];
        x[i] = NULL;
    }
    assert_ok(assay_replicates_ratios(&context, r, n, y, x, theta));
    free(each);
    return theta;
}

/* ---- designs under calibrated weights ---- */

/* The design on top of `d`, which is freed: api99 with the number of schools, and awards if `with` them. */
static inline assay_design *calibrated(assay_design *d, const char *method, bool with)
{
    static double x[MOST * 3];
    static uint32_t own[MOST];
    const size_t p = with ? 3 : 2;
    assay_design *to = NULL;
    assay_calibration *c = NULL;
    for (size_t i = 0; i < api.n; i++) {
        x[i * p] = 1;
        x[i * p + 1] = api.api99[i];
        if (with)
            x[i * p + 2] = api.award[i];
        own[i] = (uint32_t)i;
    }
    const assay_auxiliary from = {
        api.n, assay_design_weights(d), api.n, p, own, x, (const double[]){6194, 3914069, 4200}};
    assert_ok(assay_calibrate(&context, &from, assay_calibration_find(method), 0.1, 9, &c));
    assert_ok(assay_design_calibrated(&context, d, c, &to));
    assay_design_free(d);
    return to;
}

static inline assay_design *post_stratified(assay_design *d, const uint32_t cell[], double yes)
{
    assay_design *to = NULL;
    assay_calibration *c = NULL;
    const assay_auxiliary from = {
        assay_design_units(d),      assay_design_weights(d), 2, 0, cell, NULL,
        (const double[]){1994, yes}};
    assert_ok(assay_poststratify(&context, &from, &c));
    assert_ok(assay_design_calibrated(&context, d, c, &to));
    assay_design_free(d);
    return to;
}

static inline assay_design *post_stratified_awards(assay_design *d)
{
    static uint32_t cell[MOST];
    for (size_t i = 0; i < api.n; i++)
        cell[i] = api.award[i] == 1;
    return post_stratified(d, cell, 4200);
}

#endif
