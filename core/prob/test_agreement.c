/* test_agreement.c -- Cohen's kappa. */
#include "prob/test.h"

#include <math.h>

#include "prob/dist.h"

typedef struct raters {
    size_t k;
    const uint64_t *counts;
    assay_kappa_weights weights;
    double n;
} raters;

static double share(const raters *r, size_t i, size_t j)
{
    return (double)r->counts[i * r->k + j] / r->n;
}

static double first_margin(const raters *r, size_t i)
{
    double sum = 0;
    for (size_t j = 0; j < r->k; j++)
        sum += share(r, i, j);
    return sum;
}

static double second_margin(const raters *r, size_t j)
{
    double sum = 0;
    for (size_t i = 0; i < r->k; i++)
        sum += share(r, i, j);
    return sum;
}

static double weight(const raters *r, size_t i, size_t j)
{
    const double apart = (i > j ? (double)(i - j) : (double)(j - i)) / (double)(r->k - 1);
    switch (r->weights) {
    case ASSAY_KAPPA_LINEAR:
        return 1 - apart;
    case ASSAY_KAPPA_QUADRATIC:
        return 1 - apart * apart;
    default:
        return i == j;
    }
}

/* sum over j of p_.j w_ij, and sum over i of p_i. w_ij: what each category agrees with by chance. */
static double first_mean(const raters *r, size_t i)
{
    double sum = 0;
    for (size_t j = 0; j < r->k; j++)
        sum += second_margin(r, j) * weight(r, i, j);
    return sum;
}

static double second_mean(const raters *r, size_t j)
{
    double sum = 0;
    for (size_t i = 0; i < r->k; i++)
        sum += first_margin(r, i) * weight(r, i, j);
    return sum;
}

static void find_agreement(const raters *r, assay_kappa *out)
{
    out->agreement = out->by_chance = 0;
    double exact = 0;
    for (size_t i = 0; i < r->k; i++) {
        out->by_chance += first_margin(r, i) * first_mean(r, i);
        exact += share(r, i, i);
        for (size_t j = 0; j < r->k; j++)
            out->agreement += weight(r, i, j) * share(r, i, j);
    }
    out->pabak = ((double)r->k * exact - 1) / (double)(r->k - 1);
}

/* The variance of Fleiss, Cohen & Everitt, in which a quarter of the terms cancel where kappa is 1. */
static double variance(const raters *r, const assay_kappa *found)
{
    const double left = 1 - found->kappa;
    double sum = 0;
    for (size_t i = 0; i < r->k; i++)
        for (size_t j = 0; j < r->k; j++) {
            const double off = weight(r, i, j) - (first_mean(r, i) + second_mean(r, j)) * left;
            sum += share(r, i, j) * off * off;
        }
    const double mean = found->kappa - found->by_chance * left;
    return (sum - mean * mean) / (r->n * (1 - found->by_chance) * (1 - found->by_chance));
}

/* Whether all cases are in one category of both raters: then chance alone gives full agreement. */
static bool is_of_one_category(const raters *r)
{
    for (size_t i = 0; i < r->k; i++)
        if ((double)r->counts[i * r->k + i] == r->n)
            return true;
    return false;
}

assay_status assay_test_kappa(assay_kappa_weights weights, size_t k, const uint64_t counts[],
                              double confidence, assay_kappa *out)
{
    raters r = {k, counts, weights, 0};
    if (k < 2 || k > UINT16_MAX || !(confidence > 0 && confidence < 1))
        return ASSAY_EDOM;
    for (size_t i = 0; i < k * k; i++) {
        if (counts[i] > ASSAY_TEST_MOST)
            return ASSAY_EDOM;
        r.n += (double)counts[i];
    }
    *out = (assay_kappa){NAN, NAN, NAN, NAN, NAN, NAN, NAN};
    if (!(r.n > 0))
        return ASSAY_OK;
    find_agreement(&r, out);
    if (is_of_one_category(&r))
        return ASSAY_OK;
    const double z = assay_normal_upper((1 - confidence) / 2);
    out->kappa = (out->agreement - out->by_chance) / (1 - out->by_chance);
    out->se = sqrt(fmax(0, variance(&r, out)));
    out->lower = fmax(-1, out->kappa - z * out->se);
    out->upper = fmin(1, out->kappa + z * out->se);
    return ASSAY_OK;
}
