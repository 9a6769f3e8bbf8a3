/* exact.c -- exact limits for the share of yes among relevant cases, from counts in strata. */
#include "infer/exact.h"

#include <math.h>

#include "base/memory.h"
#include "prob/stratified.h"

struct question {
    assay_context *context;
    const assay_exact_count *strata;
    size_t n;
    double tail;
    uint64_t cases, yes, no, neither; /* of the population; of the sample */
    assay_stratum_count *counts;      /* [n] */
    assay_stratified_limit *lower, *upper;
};

/* The part of the tail that is for the cases in the numerator. */
static const double first_part = 0.9;

typedef enum mark { YES, NO } mark;

static assay_status limit_of(const struct question *q, assay_stratified_limit *limit, mark marked,
                             double tail, double *value)
{
    uint64_t cases;
    for (size_t h = 0; h < q->n; h++) {
        const assay_exact_count *s = &q->strata[h];
        q->counts[h] = (assay_stratum_count){s->population, s->n, marked == YES ? s->yes : s->no};
    }
    const assay_status status = limit(q->context, q->n, q->counts, tail, &cases);
    if (status == ASSAY_OK)
        *value = (double)cases;
    return status;
}

/* The lower limit of the share of one of the two. */
static assay_status lower_share(const struct question *q, mark marked, double *share)
{
    double least, most_others;
    assay_status status = limit_of(q, q->lower, marked, first_part * q->tail, &least);
    if (status == ASSAY_OK)
        status = limit_of(q, q->upper, marked == YES ? NO : YES, (1 - first_part) * q->tail,
                          &most_others);
    if (status == ASSAY_OK)
        *share = least > 0 ? least / fmin(least + most_others, (double)(q->cases - q->neither)) : 0;
    return status;
}

static assay_status domain_limits(const struct question *q, double *lower, double *upper)
{
    double other;
    assay_status status = lower_share(q, YES, lower);
    if (status == ASSAY_OK)
        status = lower_share(q, NO, &other);
    if (status == ASSAY_OK)
        *upper = 1 - other;
    return status;
}

static assay_status whole_limits(const struct question *q, double *lower, double *upper)
{
    double least, most;
    assay_status status = limit_of(q, q->lower, YES, q->tail, &least);
    if (status == ASSAY_OK)
        status = limit_of(q, q->upper, YES, q->tail, &most);
    if (status == ASSAY_OK) {
        *lower = least / (double)q->cases;
        *upper = most / (double)q->cases;
    }
    return status;
}

static assay_status add_up(struct question *q)
{
    for (size_t h = 0; h < q->n; h++) {
        const assay_exact_count *s = &q->strata[h];
        if (s->yes > s->n || s->no > s->n - s->yes) {
            assay_fail(q->context, ASSAY_EDOM, "stratum %zu: more yes and no than sampled", h + 1);
            q->context->error.row = h + 1;
            return assay_blame_argument(q->context, "strata");
        }
        q->cases += s->population;
        q->yes += s->yes;
        q->no += s->no;
        q->neither += s->n - s->yes - s->no;
    }
    return ASSAY_OK;
}

assay_status assay_exact_share(assay_context *context, assay_exact_kind kind, size_t n_strata,
                               const assay_exact_count strata[], double tail, double *lower,
                               double *upper)
{
    double limits[2] = {NAN, NAN};
    struct question q = {.context = context, .strata = strata, .n = n_strata, .tail = tail};
    q.lower = kind == ASSAY_EXACT ? assay_exact_lower : assay_combined_lower;
    q.upper = kind == ASSAY_EXACT ? assay_exact_upper : assay_combined_upper;
    assay_status status = add_up(&q);
    if (status == ASSAY_OK && q.yes + q.no > 0) {
        q.counts = assay_alloc_array(n_strata, sizeof *q.counts);
        if (q.counts == NULL)
            return assay_fail_memory(context);
        status = q.neither == 0 ? whole_limits(&q, &limits[0], &limits[1])
                                : domain_limits(&q, &limits[0], &limits[1]);
        assay_free(q.counts);
    }
    if (status == ASSAY_OK) {
        *lower = limits[0];
        *upper = limits[1];
    }
    return status;
}
