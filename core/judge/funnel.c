/* funnel.c -- units against the limits within which chance alone would hold them. */
#include "judge/funnel.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "prob/interval.h"

/* A call under way; arrays of units. */
typedef struct funnel {
    const assay_funnel_request *ask;
    assay_funnel *found;
    double *sorted;           /* z, then limits in order */
    double *lowest, *highest; /* of the ranks */
} funnel;

static double size_of(const assay_funnel_request *ask, size_t i)
{
    return ask->trials == NULL ? ask->exposure[i] : (double)ask->trials[i];
}

static assay_funnel_law law_of(const funnel *self, size_t i)
{
    const assay_funnel_request *ask = self->ask;
    return (assay_funnel_law){
        .target = self->found->target,
        .size = size_of(ask, i),
        .population = ask->populations == NULL ? ASSAY_INFINITE : (uint64_t)ask->populations[i],
        .rate = ask->trials == NULL,
    };
}

/* ---- what is asked --------------------------------------------------------------------------- */

static assay_status refuse(assay_context *context, size_t i, const char *what)
{
    assay_fail(context, ASSAY_EDOM, "row %zu: %s", i + 1, what);
    context->error.row = i + 1;
    return ASSAY_EDOM;
}

static bool is_count(int64_t count)
{
    return count >= 0 && count <= (int64_t)ASSAY_FUNNEL_MOST;
}

static assay_status check_trials(assay_context *context, const assay_funnel_request *ask, size_t i)
{
    if (!is_count(ask->trials[i]))
        return refuse(context, i, "the trials are no count up to 2147483647");
    if (ask->events[i] > ask->trials[i])
        return refuse(context, i, "there are more events than trials");
    if (ask->populations == NULL)
        return ASSAY_OK;
    if (!is_count(ask->populations[i]))
        return refuse(context, i, "the population is no count up to 2147483647");
    if (ask->trials[i] > ask->populations[i])
        return refuse(context, i, "there are more trials than the population has cases");
    return ASSAY_OK;
}

static assay_status check_exposure(assay_context *context, const assay_funnel_request *ask,
                                   size_t i)
{
    if (!(ask->exposure[i] >= 0 && isfinite(ask->exposure[i])))
        return refuse(context, i, "the exposure is not a number from 0 on");
    if (ask->exposure[i] == 0 && ask->events[i] > 0)
        return refuse(context, i, "there are events, and no exposure");
    return ASSAY_OK;
}

static assay_status check_units(assay_context *context, const assay_funnel_request *ask)
{
    assay_status status = ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && i < ask->units; i++) {
        if (!is_count(ask->events[i]))
            return refuse(context, i, "the events are no count up to 2147483647");
        status =
            ask->trials != NULL ? check_trials(context, ask, i) : check_exposure(context, ask, i);
    }
    return status;
}

static assay_status blame(assay_context *context, const char *argument, const char *what)
{
    assay_fail(context, ASSAY_EDOM, "%s", what);
    return assay_blame_argument(context, argument);
}

static assay_status check_options(assay_context *context, const assay_funnel_request *ask)
{
    double last = 0;
    for (size_t i = 0; i < ask->n_confidences; i++) {
        if (!(ask->confidences[i] > last && ask->confidences[i] < 1))
            return blame(context, "confidence",
                         "confidences are fractions between 0 and 1, each above the one before");
        last = ask->confidences[i];
    }
    if (!isnan(ask->target) && (ask->trials == NULL ? !(ask->target >= 0 && isfinite(ask->target))
                                                    : !(ask->target >= 0 && ask->target <= 1)))
        return blame(context, "target", "the target lies outside what a unit can have");
    if (!(ask->winsorised >= 0 && ask->winsorised < 0.5))
        return blame(context, "winsorise", "a share from 0 to below a half can be winsorised");
    if (!isnan(ask->rank_confidence) && !(ask->rank_confidence > 0 && ask->rank_confidence < 1))
        return blame(context, "ranks", "the confidence of the ranks is between 0 and 1");
    return ASSAY_OK;
}

/* sum x / sum n, unless a target was given. */
static assay_status find_target(assay_context *context, funnel *self)
{
    const assay_funnel_request *ask = self->ask;
    double events = 0, sizes = 0;
    self->found->used = 0;
    for (size_t i = 0; i < ask->units; i++) {
        events += (double)ask->events[i];
        sizes += size_of(ask, i);
        self->found->used += size_of(ask, i) > 0;
    }
    if (self->found->used == 0)
        return blame(context, "units",
                     ask->trials != NULL ? "no unit has any trials" : "no unit has any exposure");
    if (isnan(ask->target) && self->found->used == 1)
        return blame(context, "target",
                     "one unit alone is its own pooled target: give the target it is held against");
    self->found->target = isnan(ask->target) ? events / sizes : ask->target;
    return ASSAY_OK;
}

/* ---- unit by unit ---------------------------------------------------------------------------- */

static void leave_out(funnel *self, size_t i)
{
    assay_funnel *found = self->found;
    found->share[i] = found->z[i] = found->p_value[i] = found->outside[i] = NAN;
    for (size_t c = 0; c < self->ask->n_confidences; c++) {
        found->lower[c][i] = 0;
        found->upper[c][i] = self->ask->trials == NULL ? HUGE_VAL : 1;
    }
}

static double clip(const assay_funnel_law *law, double limit)
{
    return limit < 0 ? 0 : limit > 1 && !law->rate ? 1 : limit;
}

static assay_status put_limit(const funnel *self, const assay_funnel_law *law, double p,
                              double *limit)
{
    const bool inflated = self->found->inflated;
    double drawn;
    const assay_status status =
        assay_funnel_limit(law, inflated ? ASSAY_FUNNEL_NORMAL : self->ask->method, p, &drawn);
    if (status != ASSAY_OK)
        return status;
    if (inflated)
        drawn = law->target + (drawn - law->target) * sqrt(self->found->phi);
    *limit = clip(law, drawn);
    return ASSAY_OK;
}

static assay_status put_limits(funnel *self, size_t i)
{
    const assay_funnel_law law = law_of(self, i);
    assay_status status = ASSAY_OK;
    for (size_t c = 0; status == ASSAY_OK && c < self->ask->n_confidences; c++) {
        const double tail = (1 - self->ask->confidences[c]) / 2;
        status = put_limit(self, &law, tail, &self->found->lower[c][i]);
        if (status == ASSAY_OK)
            status = put_limit(self, &law, 1 - tail, &self->found->upper[c][i]);
    }
    return status;
}

/* The p-value, and the highest confidence C at which it is 1 - C or less, rounding allowed for. */
static assay_status judge(funnel *self, size_t i)
{
    const assay_funnel_law law = law_of(self, i);
    assay_funnel *found = self->found;
    const bool by_z = found->inflated || self->ask->method == ASSAY_FUNNEL_NORMAL;
    assay_status status = ASSAY_OK;
    if (by_z && !isnan(found->z[i])) {
        const double z = found->z[i] / (found->inflated ? sqrt(found->phi) : 1);
        found->p_value[i] = 2 * gsl_cdf_ugaussian_Q(fabs(z));
    } else {
        status = assay_funnel_p_value(&law, (uint64_t)self->ask->events[i], &found->p_value[i]);
    }
    found->outside[i] = NAN;
    for (size_t c = 0; status == ASSAY_OK && c < self->ask->n_confidences; c++)
        if (found->p_value[i] <= (1 - self->ask->confidences[c]) * (1 + 1e-12))
            found->outside[i] = self->ask->confidences[c];
    return status;
}

static assay_status each_unit(assay_context *context, funnel *self,
                              assay_status (*what)(funnel *self, size_t i))
{
    assay_status status = ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && i < self->ask->units; i++) {
        if (assay_poll(context, i, self->ask->units) != ASSAY_OK)
            return context->error.status;
        if (size_of(self->ask, i) > 0)
            status = what(self, i);
        if (status != ASSAY_OK)
            return assay_fail(context, status,
                              "row %zu: its size and the target are too large together", i + 1);
    }
    return status;
}

static assay_status put_z(funnel *self, size_t i)
{
    const assay_funnel_law law = law_of(self, i);
    self->found->share[i] = (double)self->ask->events[i] / size_of(self->ask, i);
    return assay_funnel_z(&law, (uint64_t)self->ask->events[i], &self->found->z[i]);
}

/* ---- over-dispersion ------------------------------------------------------------------------- */

static int compare_numbers(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The mean of z^2 of K sorted values, the outer ones brought in. */
static double winsorised_mean(const double *z, size_t K, double share)
{
    const size_t cut = (size_t)floor(share * (double)K + 1e-9);
    double sum = 0;
    for (size_t i = 0; i < K; i++) {
        const double value = z[i < cut ? cut : i >= K - cut ? K - cut - 1 : i];
        sum += value * value;
    }
    return sum / (double)K;
}

static void measure_dispersion(funnel *self)
{
    const assay_funnel_request *ask = self->ask;
    assay_funnel *found = self->found;
    const bool pooled = isnan(ask->target);
    size_t K = 0;
    for (size_t i = 0; i < ask->units; i++)
        if (!isnan(found->z[i]))
            self->sorted[K++] = found->z[i];
    qsort(self->sorted, K, sizeof *self->sorted, compare_numbers);
    found->tested = K;
    found->phi = found->chi_squared = found->chi_squared_p = NAN;
    found->inflated = false;
    if (K == 0)
        return;
    found->chi_squared = winsorised_mean(self->sorted, K, 0) * (double)K;
    found->phi = winsorised_mean(self->sorted, K, ask->winsorised);
    if (K > 1 || !pooled)
        found->chi_squared_p = gsl_cdf_chisq_Q(found->chi_squared, (double)(K - pooled));
    found->inflated =
        ask->inflate && (pooled ? (double)K * found->phi > (double)(K - 1) : found->phi > 1);
}

/* ---- ranks ----------------------------------------------------------------------------------- */

/* Limits of x in an exposure of m by chi-squared quantiles, half of 1 - confidence on each side. */
static assay_status rate_limits(assay_context *context, const funnel *self, size_t i,
                                double confidence)
{
    const double x = (double)self->ask->events[i], m = self->ask->exposure[i];
    const double tail = (1 - confidence) / 2;
    self->lowest[i] = x == 0 ? 0 : gsl_cdf_chisq_Pinv(tail, 2 * x) / 2 / m;
    self->highest[i] = gsl_cdf_chisq_Qinv(tail, 2 * x + 2) / 2 / m;
    return isnan(self->lowest[i]) || isnan(self->highest[i])
               ? assay_fail(context, ASSAY_ENUMERIC, "row %zu: its limits were not found", i + 1)
               : ASSAY_OK;
}

static assay_status share_limits(assay_context *context, funnel *self, size_t i, double confidence)
{
    const assay_funnel_request *ask = self->ask;
    const bool finite = ask->populations != NULL;
    const assay_interval_request interval = {
        .method = assay_interval_find(finite ? "hyper_tail" : "clopper_pearson"),
        .population = finite ? (uint64_t)ask->populations[i] : ASSAY_INFINITE,
        .confidence = confidence,
        .side = ASSAY_TWO_SIDED,
    };
    assay_interval limits;
    const assay_status status = assay_interval_compute(context, &interval, (uint64_t)ask->events[i],
                                                       (uint64_t)ask->trials[i], &limits);
    if (status != ASSAY_OK)
        return status;
    self->lowest[i] = limits.lower;
    self->highest[i] = limits.upper;
    return ASSAY_OK;
}

/* How many of sorted[n] lie above `value`, or below it. */
static size_t count_above(const double *sorted, size_t n, double value)
{
    size_t low = 0, high = n;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (sorted[middle] > value)
            high = middle;
        else
            low = middle + 1;
    }
    return n - low;
}

static size_t count_below(const double *sorted, size_t n, double value)
{
    size_t low = 0, high = n;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (sorted[middle] < value)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The values of the units that count, in order. */
static size_t sort_values(funnel *self, const double *values)
{
    size_t K = 0;
    for (size_t i = 0; i < self->ask->units; i++)
        if (size_of(self->ask, i) > 0)
            self->sorted[K++] = values[i];
    qsort(self->sorted, K, sizeof *self->sorted, compare_numbers);
    return K;
}

enum edge { SHARE, FROM, TO };

/* One of the three columns of ranks, each from other values put in order. */
static void put_ranks(funnel *self, enum edge edge)
{
    assay_funnel *f = self->found;
    const double *const sources[] = {f->share, self->lowest, self->highest};
    int64_t *const places[] = {f->rank, f->rank_from, f->rank_to};
    const size_t K = sort_values(self, sources[edge]);
    for (size_t i = 0; i < self->ask->units; i++) {
        if (size_of(self->ask, i) <= 0)
            places[edge][i] = INT64_MIN;
        else if (edge == TO)
            places[edge][i] = (int64_t)(K - count_below(self->sorted, K, self->lowest[i]));
        else
            places[edge][i] = (int64_t)count_above(self->sorted, K,
                                                   edge == FROM ? self->highest[i] : f->share[i]) +
                              1;
    }
}

static assay_status rank_units(assay_context *context, funnel *self)
{
    const assay_funnel_request *ask = self->ask;
    const double one = pow(ask->rank_confidence, 1 / (double)self->found->used);
    assay_status status = ASSAY_OK;
    if (isnan(ask->rank_confidence))
        return ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && i < ask->units; i++) {
        if (assay_poll(context, i, ask->units) != ASSAY_OK)
            return context->error.status;
        if (size_of(ask, i) <= 0)
            continue;
        status = ask->trials == NULL ? rate_limits(context, self, i, one)
                                     : share_limits(context, self, i, one);
    }
    for (enum edge edge = SHARE; status == ASSAY_OK && edge <= TO; edge++)
        put_ranks(self, edge);
    return status;
}

/* ---- all ------------------------------------------------------------------------------------- */

static assay_status compare(assay_context *context, funnel *self)
{
    assay_status status = find_target(context, self);
    if (status != ASSAY_OK)
        return status;
    for (size_t i = 0; i < self->ask->units; i++)
        leave_out(self, i);
    status = each_unit(context, self, put_z);
    if (status == ASSAY_OK) {
        measure_dispersion(self);
        status = each_unit(context, self, put_limits);
    }
    if (status == ASSAY_OK)
        status = each_unit(context, self, judge);
    return status == ASSAY_OK ? rank_units(context, self) : status;
}

assay_status assay_funnel_compare(assay_context *context, const assay_funnel_request *ask,
                                  assay_funnel *found)
{
    funnel self = {.ask = ask, .found = found};
    assay_status status = check_options(context, ask);
    if (status == ASSAY_OK)
        status = check_units(context, ask);
    if (status != ASSAY_OK)
        return status;
    self.sorted = assay_alloc_array(ask->units, 3 * sizeof *self.sorted);
    if (self.sorted == NULL)
        return assay_fail_memory(context);
    self.lowest = self.sorted + ask->units;
    self.highest = self.lowest + ask->units;
    status = compare(context, &self);
    assay_free(self.sorted);
    return status;
}
