/* change.c -- how many cases two waves, or two groups, need to show a change. */
#include "sample/change.h"

#include <math.h>
#include <stdbool.h>

#include "prob/dist.h"
#include "sample/size.h"

static bool is_inside(double x) /* false for NaN */
{
    return x > 0 && x < 1;
}

static bool is_share(double p)
{
    return p >= 0 && p <= 1;
}

/* Below 0, chance alone shows "changes" as often as asked for: then no case too many is needed. */
static double raw_size(const assay_change_request *r)
{
    const double p = (r->from + r->to) / 2, apart = r->from - r->to;
    const double root =
        assay_normal_upper((1 - r->confidence) / 2) * sqrt(2 * p * (1 - p)) +
        assay_normal_upper(1 - r->power) * sqrt(r->from * (1 - r->from) + r->to * (1 - r->to));
    return root > 0 ? root / apart * (root / apart) : 0;
}

assay_status assay_change_size(const assay_change_request *request, assay_change *change)
{
    if (!is_share(request->from) || !is_share(request->to) || request->from == request->to ||
        !is_inside(request->confidence) || !is_inside(request->power))
        return ASSAY_EDOM;
    assay_change found = {.raw = raw_size(request)};
    for (int i = 0; i < 2; i++) {
        const assay_status status =
            assay_size_in_population(found.raw, request->populations[i], &found.n[i]);
        if (status != ASSAY_OK)
            return status;
    }
    *change = found;
    return ASSAY_OK;
}

assay_status assay_change_margin(const uint64_t n[2], const uint64_t populations[2],
                                 const double shares[2], double confidence, double *margin)
{
    double both = 0;
    for (int i = 0; i < 2; i++) {
        double one;
        const assay_status status = assay_margin(n[i], populations[i], confidence, shares[i], &one);
        if (status != ASSAY_OK)
            return status;
        both += one * one;
    }
    *margin = sqrt(both);
    return ASSAY_OK;
}
