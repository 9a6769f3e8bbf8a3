/* replicate_percentile.c -- percentiles of replicates. */
#include "infer/replicate.h"

#include <gsl/gsl_sort_double.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <string.h>

/*
** Values are counted in bins between the least and the most, and only those of the bin that has the one
** sought are sorted: a third of the time that selecting takes. Bins follow each other as values do.
*/
enum { BINS = 1024, FEW = 512, WORTH_IT = 2048 };

typedef struct bins {
    double least, scale;
    uint32_t count[BINS];
} bins;

static size_t bin_of(const bins *of, double value)
{
    return (size_t)((value - of->least) * of->scale);
}

/* False where values are all alike, or too far apart. */
static bool count_bins(size_t n, const double theta[], bins *to)
{
    double least = theta[0], most = theta[0];
    for (size_t i = 1; i < n; i++) {
        least = theta[i] < least ? theta[i] : least;
        most = theta[i] > most ? theta[i] : most;
    }
    to->least = least;
    to->scale = (BINS - 1) / (most - least);
    if (!(to->scale > 0) || isinf(to->scale))
        return false;
    memset(to->count, 0, sizeof to->count);
    for (size_t i = 0; i < n; i++)
        to->count[bin_of(to, theta[i])]++;
    return true;
}

static double least_of_bin(size_t n, const double theta[], const bins *of, size_t bin)
{
    double least = INFINITY;
    for (size_t i = 0; i < n; i++)
        least = bin_of(of, theta[i]) == bin && theta[i] < least ? theta[i] : least;
    return least;
}

/* The k-th value from 0 and the next one, from the bins; false where one of them has too many. */
static bool find_in_bins(size_t n, const double theta[], const bins *of, size_t k, double pair[2])
{
    double few[FEW];
    size_t bin = 0, before = 0, m = 0;
    while (before + of->count[bin] <= k)
        before += of->count[bin++];
    if (of->count[bin] > FEW)
        return false;
    for (size_t i = 0; i < n; i++)
        if (bin_of(of, theta[i]) == bin)
            few[m++] = theta[i];
    gsl_sort(few, 1, m);
    pair[0] = pair[1] = few[k - before];
    if (k + 1 == n)
        return true;
    if (k + 1 < before + m) {
        pair[1] = few[k + 1 - before];
        return true;
    }
    for (bin++; of->count[bin] == 0;)
        bin++;
    pair[1] = least_of_bin(n, theta, of, bin);
    return true;
}

/* The same by selecting, which leaves larger values behind the one sought. */
static void find_by_selecting(size_t n, double theta[], size_t k, double pair[2])
{
    pair[0] = gsl_stats_select(theta, 1, n, k);
    pair[1] = k + 1 < n ? theta[k + 1] : pair[0];
    for (size_t i = k + 1; i < n; i++)
        pair[1] = theta[i] < pair[1] ? theta[i] : pair[1];
}

static double quantile(size_t n, double theta[], const bins *of, double at)
{
    double pair[2];
    const size_t k = (size_t)at;
    if (of == NULL || !find_in_bins(n, theta, of, k, pair))
        find_by_selecting(n, theta, k, pair);
    return pair[0] + (at - (double)k) * (pair[1] - pair[0]);
}

void assay_replicates_percentiles(size_t n, double theta[], double tail, double *lower,
                                  double *upper)
{
    bins counted;
    size_t defined = 0;
    for (size_t b = 0; b < n; b++)
        if (!isnan(theta[b]))
            theta[defined++] = theta[b];
    *lower = *upper = NAN;
    if (defined == 0)
        return;
    const bool binned = defined >= WORTH_IT && count_bins(defined, theta, &counted);
    const double last = (double)(defined - 1);
    *lower = quantile(defined, theta, binned ? &counted : NULL, last * tail);
    *upper = quantile(defined, theta, binned ? &counted : NULL, last * (1 - tail));
}
