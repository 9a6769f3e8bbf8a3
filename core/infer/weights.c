/* weights.c -- what weights are like, weights kept within bounds, weights of those who answered. */
#include "infer/weights.h"

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "infer/calibrate_parts.h"

static bool counts(const double weights[], const uint8_t *inside, size_t i)
{
    return weights[i] != 0 && (inside == NULL || inside[i] != 0);
}

/* The weights that count, in a block of its own; NULL: out of memory. */
static double *kept_of(size_t n, const double weights[], const uint8_t *inside, size_t *m)
{
    double *kept = assay_alloc_array(n, sizeof *kept);
    *m = 0;
    for (size_t i = 0; kept != NULL && i < n; i++)
        if (counts(weights, inside, i))
            kept[(*m)++] = weights[i];
    return kept;
}

assay_status assay_weights_summarise(assay_context *context, size_t n, const double weights[],
                                     const uint8_t *inside, assay_weights_summary *summary)
{
    assay_weights_summary s = {0};
    double *kept = kept_of(n, weights, inside, &s.n);
    if (kept == NULL)
        return assay_fail_memory(context);
    s.min = s.max = s.n > 0 ? kept[0] : NAN;
    for (size_t i = 0; i < n; i++)
        s.zero += weights[i] == 0 && (inside == NULL || inside[i] != 0);
    for (size_t i = 0; i < s.n; i++) {
        s.sum += kept[i];
        s.negative += kept[i] < 0;
        s.min = fmin(s.min, kept[i]);
        s.max = fmax(s.max, kept[i]);
    }
    const bool any = s.n > 0;
    s.mean = any ? s.sum / (double)s.n : NAN;
    s.deff = any ? assay_weights_deff(s.n, kept) : NAN;
    s.median = any ? gsl_stats_median(kept, 1, s.n) : NAN; /* puts them into another order */
    assay_free(kept);
    *summary = s;
    return ASSAY_OK;
}

/* ---- trimming ---- */

typedef struct trim {
    size_t m;
    const double *w;     /* [m] ascending */
    double lower, upper; /* bounds */
    double total;
} trim;

/* How many of w[m] are below the bound; they are ascending. */
static size_t below(const trim *t, double bound)
{
    size_t from = 0, to = t->m;
    while (from < to) {
        const size_t middle = from + (to - from) / 2;
        if (t->w[middle] < bound)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

/* The units between the bounds under the scale c: from *first on, before *end. */
static void between(const trim *t, double c, size_t *first, size_t *end)
{
    *first = below(t, t->lower / c);
    *end = below(t, t->upper / c);
}

static double sum_between(const trim *t, size_t first, size_t end)
{
    double sum = 0;
    for (size_t i = first; i < end; i++)
        sum += t->w[i];
    return sum;
}

/* What must come of the units between the bounds. */
static double left(const trim *t, size_t first, size_t end)
{
    return t->total - t->lower * (double)first - t->upper * (double)(t->m - end);
}

/* The sum grows with c. Halving finds who stands at a bound, and they say what c is. */
static double find_scale(const trim *t)
{
    double low = t->lower / t->w[t->m - 1], high = t->upper / t->w[0];
    size_t first, end;
    for (int step = 0; step < 200 && low < high; step++) {
        const double c = low + (high - low) / 2;
        if (c <= low || c >= high)
            break;
        between(t, c, &first, &end);
        if (c * sum_between(t, first, end) < left(t, first, end))
            low = c;
        else
            high = c;
    }
    between(t, high, &first, &end);
    const double sum = sum_between(t, first, end);
    return sum > 0 ? left(t, first, end) / sum : high;
}

static assay_status refuse(assay_context *context, const char *argument, const char *what, double a,
                           const char *than, double b)
{
    char first[ASSAY_NUMBER_TEXT], second[ASSAY_NUMBER_TEXT];
    assay_number_to_digits(a, 10, first);
    assay_number_to_digits(b, 10, second);
    assay_fail(context, ASSAY_EDOM, "%s %s%s %s", what, first, than, second);
    return assay_blame_argument(context, argument);
}

static assay_status check_bounds(assay_context *context, const trim *t)
{
    if (!(t->lower >= 0 && t->lower <= t->upper && isfinite(t->upper)))
        return refuse(context, "lower", "the lower bound is", t->lower, ", the upper one",
                      t->upper);
    const double m = (double)t->m;
    if (m > 0 && m * t->upper < t->total)
        return refuse(context, "upper", "all weights at the upper bound come to", m * t->upper,
                      ", less than their sum of", t->total);
    if (m > 0 && m * t->lower > t->total)
        return refuse(context, "lower", "all weights at the lower bound come to", m * t->lower,
                      ", more than their sum of", t->total);
    return ASSAY_OK;
}

static assay_status check_weights(assay_context *context, size_t n, const double weights[],
                                  const uint8_t *inside)
{
    for (size_t i = 0; i < n; i++)
        if (counts(weights, inside, i) && !(weights[i] > 0 && isfinite(weights[i])))
            return assay_calibration_refuse(context, "weights", i, "a weight is below 0");
    return ASSAY_OK;
}

/* A calibration without variables, in which each unit is a cell of its own. */
static assay_calibration *new_factors(size_t n, const double weights[])
{
    uint32_t *own = assay_alloc_array(n, sizeof *own);
    for (size_t i = 0; own != NULL && i < n; i++)
        own[i] = (uint32_t)i;
    const assay_auxiliary from = {n, weights, n, 0, own, NULL, NULL};
    assay_calibration *c = own == NULL ? NULL : assay_calibration_new(&from, 0);
    assay_free(own);
    if (c != NULL && (c->z = assay_alloc_array(1, sizeof *c->z)) == NULL) {
        assay_calibration_free(c);
        return NULL;
    }
    return c;
}

static void set_factors(const trim *t, const uint8_t *inside, assay_trimming *about,
                        assay_calibration *c)
{
    for (size_t i = 0; i < c->n; i++) {
        const double w = c->design[i], scaled = about->scale * w;
        c->factor[i] = 1;
        c->weights[i] = w;
        if (!counts(c->design, inside, i))
            continue;
        c->weights[i] = fmin(fmax(scaled, t->lower), t->upper);
        c->factor[i] = c->weights[i] / w;
        about->raised += scaled < t->lower;
        about->cut += scaled > t->upper;
    }
}

static assay_status start(assay_context *context, size_t n, const double weights[],
                          const uint8_t *inside, double **kept, trim *t)
{
    const assay_status status = check_weights(context, n, weights, inside);
    if (status != ASSAY_OK)
        return status;
    t->w = *kept = kept_of(n, weights, inside, &t->m);
    if (*kept == NULL)
        return assay_fail_memory(context);
    if (t->m > 0)
        gsl_sort(*kept, 1, t->m);
    t->total = sum_between(t, 0, t->m);
    return check_bounds(context, t);
}

assay_status assay_weights_trim(assay_context *context, size_t n, const double weights[],
                                const uint8_t *inside, double lower, double upper,
                                assay_trimming *about, assay_calibration **calibration)
{
    trim t = {.lower = lower, .upper = upper};
    double *kept = NULL;
    assay_calibration *c = NULL;
    assay_trimming found = {.scale = 1};
    assay_status status = start(context, n, weights, inside, &kept, &t);
    if (status == ASSAY_OK && (c = new_factors(n, weights)) == NULL)
        status = assay_fail_memory(context);
    if (status == ASSAY_OK) {
        if (t.m > 0 && (t.w[0] < lower || t.w[t.m - 1] > upper))
            found.scale = find_scale(&t);
        set_factors(&t, inside, &found, c);
        *about = found;
        *calibration = c;
    }
    assay_free(kept);
    return status;
}

/* ---- non-response ---- */

/* The classes' sums of all and of those who responded: sums[2 k], sums[2 k + 1]. */
static void sum_classes(size_t n, const double weights[], size_t classes, const uint32_t class[],
                        const uint8_t responded[], double sums[])
{
    for (size_t i = 0; i < n; i++) {
        if (class[i] >= classes)
            continue;
        sums[2 * class[i]] += weights[i];
        sums[2 * class[i] + 1] += responded[i] ? weights[i] : 0;
    }
}

static assay_status set_response(assay_context *context, size_t classes, const double sums[],
                                 assay_calibration *c)
{
    for (size_t k = 0; k < classes; k++) {
        if (!(sums[2 * k + 1] > 0))
            return assay_calibration_refuse(context, "class", k, "nobody in the class responded");
        c->factor[2 * k] = sums[2 * k] / sums[2 * k + 1];
        c->factor[2 * k + 1] = 0;
    }
    c->factor[2 * classes] = 1;
    c->response = true;
    assay_calibration_weigh(c);
    return ASSAY_OK;
}

assay_status assay_weights_respond(assay_context *context, size_t n, const double weights[],
                                   size_t classes, const uint32_t class[],
                                   const uint8_t responded[], assay_calibration **calibration)
{
    uint32_t *cell = assay_alloc_array(n, sizeof *cell);
    double *sums = assay_alloc_zeroed_array(2 * classes + 1, sizeof *sums);
    assay_calibration *c = NULL;
    for (size_t i = 0; cell != NULL && i < n; i++)
        cell[i] = class[i] < classes ? 2 * class[i] + !responded[i] : 2 * (uint32_t)classes;
    const assay_auxiliary from = {n, weights, 2 * classes + 1, 0, cell, NULL, NULL};
    if (cell != NULL && sums != NULL)
        c = assay_calibration_new(&from, 0);
    assay_status status = c == NULL ? assay_fail_memory(context) : ASSAY_OK;
    if (status == ASSAY_OK) {
        sum_classes(n, weights, classes, class, responded, sums);
        status = set_response(context, classes, sums, c);
    }
    assay_free(cell);
    assay_free(sums);
    if (status != ASSAY_OK)
        assay_calibration_free(c);
    else
        *calibration = c;
    return status;
}
