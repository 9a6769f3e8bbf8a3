/* share.c -- exact shares, ranges of them, and the whole counts that lie in one. */
#include "judge/share.h"

#include "base/memory.h"

int assay_ratio_compare(assay_ratio a, assay_ratio b)
{
    for (;;) {
        if (a.under == 0 || b.under == 0)
            return (a.under == 0) - (b.under == 0);
        const int64_t whole_a = a.over / a.under, whole_b = b.over / b.under;
        if (whole_a != whole_b)
            return whole_a < whole_b ? -1 : 1;
        const int64_t rest_a = a.over % a.under, rest_b = b.over % b.under;
        /* Of two rests below 1 the larger one has the smaller reciprocal; that of 0 has no end. */
        const assay_ratio turned = {b.under, rest_b};
        b = (assay_ratio){a.under, rest_a};
        a = turned;
    }
}

bool assay_share_contains(const assay_share_range *range, assay_ratio share)
{
    const int low = assay_ratio_compare(share, range->low);
    const int high = assay_ratio_compare(share, range->high);
    return (low > 0 || (low == 0 && range->low_closed)) &&
           (high < 0 || (high == 0 && range->high_closed));
}

/* ---- counts ---------------------------------------------------------------------------------- */

static bool is_end(assay_ratio end)
{
    return end.under >= 1 && end.under <= ASSAY_SHARE_UNDER && end.over >= 0 &&
           end.over <= 2 * end.under;
}

static bool is_share(const assay_printed_share *share)
{
    return is_end(share->range.low) && is_end(share->range.high);
}

/* Products are at most 2 * 10^9 * 2^31 < 2^63. */
static assay_count_range counts_of(const assay_printed_share *share, int64_t n)
{
    const assay_share_range *range = &share->range;
    const int64_t low = range->low.over * n, high = range->high.over * n;
    const int64_t floor_low = low / range->low.under, floor_high = high / range->high.under;
    const bool low_met = floor_low * range->low.under == low && range->low_closed;
    const bool high_missed = floor_high * range->high.under == high && !range->high_closed;
    assay_count_range counts = {low_met ? floor_low : floor_low + 1,
                                high_missed ? floor_high - 1 : floor_high};
    if (counts.last > n)
        counts.last = n;
    if (share->count >= 0) {
        counts.first = share->count > counts.first ? share->count : counts.first;
        counts.last = share->count < counts.last ? share->count : counts.last;
    }
    return counts;
}

assay_status assay_share_counts(const assay_printed_share *share, int64_t n,
                                assay_count_range *counts)
{
    if (!is_share(share) || n < 1 || n > ASSAY_SHARE_CASES)
        return ASSAY_EDOM;
    *counts = counts_of(share, n);
    return ASSAY_OK;
}

assay_count_range assay_share_whole_numbers(const assay_share_range *range)
{
    const assay_ratio low = range->low, high = range->high;
    const bool is_low = low.over % low.under == 0,
               is_high = high.under > 0 && high.over % high.under == 0;
    assay_count_range numbers = {low.over / low.under, INT64_MAX};
    if (!is_low || !range->low_closed)
        numbers.first++;
    if (high.under > 0)
        numbers.last = high.over / high.under - (is_high && !range->high_closed);
    return numbers;
}

/* ---- bases ----------------------------------------------------------------------------------- */

static assay_status blame(assay_context *context, const char *argument, const char *message)
{
    assay_fail(context, ASSAY_EDOM, "%s", message);
    return assay_blame_argument(context, argument);
}

static assay_status check_set(assay_context *context, const assay_share_set *set)
{
    if (set->n_shares == 0)
        return blame(context, "shares", "at least one share is needed");
    for (size_t i = 0; i < set->n_shares; i++)
        if (!is_share(&set->shares[i]))
            return blame(context, "shares", "a share's range has an end outside its domain");
    if (set->min < 1)
        return blame(context, "min", "the smallest denominator is at least 1");
    if (set->max < set->min || set->max > ASSAY_SHARE_CASES)
        return blame(context, "max", "the largest denominator is at least min, at most 2147483647");
    return ASSAY_OK;
}

static bool all_fit(const assay_share_set *set, int64_t n)
{
    for (size_t i = 0; i < set->n_shares; i++) {
        const assay_count_range counts = counts_of(&set->shares[i], n);
        if (counts.last < counts.first)
            return false;
    }
    return true;
}

static assay_status search(assay_context *context, const assay_share_set *set, int64_t **found,
                           size_t *n_found)
{
    size_t capacity = 0;
    for (int64_t n = set->min; n <= set->max; n++) {
        const uint64_t done = (uint64_t)(n - set->min);
        if (done % 65536 == 0) {
            const assay_status status =
                assay_poll(context, done, (uint64_t)(set->max - set->min + 1));
            if (status != ASSAY_OK)
                return status;
        }
        if (!all_fit(set, n))
            continue;
        if (!assay_grow(found, &capacity, *n_found, sizeof **found))
            return assay_fail_memory(context);
        (*found)[(*n_found)++] = n;
    }
    return ASSAY_OK;
}

assay_status assay_share_bases(assay_context *context, const assay_share_set *set, int64_t **bases,
                               size_t *n_found)
{
    int64_t *found = NULL;
    size_t n = 0;
    assay_status status = check_set(context, set);
    if (status == ASSAY_OK)
        status = search(context, set, &found, &n);
    if (status != ASSAY_OK) {
        assay_free(found);
        return status;
    }
    *bases = found;
    *n_found = n;
    return ASSAY_OK;
}

/* Both ends over a common denominator, at most 10^18, give the width exactly. */
int64_t assay_share_settled(const assay_share_range *range)
{
    const assay_ratio one = {1, 1}, zero = {0, 1};
    if ((assay_share_contains(range, zero)) || assay_share_contains(range, one))
        return 1;
    if (!is_end(range->low) || !is_end(range->high))
        return 0;
    const assay_ratio low = range->low,
                      high = assay_ratio_compare(range->high, one) > 0 ? one : range->high;
    const int64_t width = high.over * low.under - low.over * high.under;
    if (width <= 0)
        return 0;
    const int64_t whole = low.under * high.under;
    if (range->low_closed || range->high_closed)
        return whole / width + (whole % width != 0);
    return whole / width + 1;
}

/* Products are at most 2^31 * 10^9. */
assay_status assay_share_last_base(const assay_printed_share *share, int64_t *last)
{
    const assay_ratio low = share->range.low;
    if (!is_share(share) || share->count > ASSAY_SHARE_CASES)
        return ASSAY_EDOM;
    int64_t n = ASSAY_SHARE_CASES;
    if (share->count >= 0 && low.over > 0 && share->count * low.under / low.over < n)
        n = share->count * low.under / low.over;
    *last = n;
    return ASSAY_OK;
}
