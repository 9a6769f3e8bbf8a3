/* share.h -- exact shares, ranges of them, and the whole counts that lie in one. */
#ifndef ASSAY_JUDGE_SHARE_H
#define ASSAY_JUDGE_SHARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/context.h"

/*
** What a printed figure says of a share x / n is that it lies in a range: 61 per cent, rounded half
** up, is [0.605, 0.615), "almost two-thirds" a range by convention. Ends are fractions of whole
** numbers and everything is decided in integers, so that an exact half is one.
*/

#define ASSAY_SHARE_CASES INT64_C(2147483647) /* denominators of shares, at most */
#define ASSAY_SHARE_UNDER INT64_C(1000000000) /* and of the ends of ranges: no product overflows */

/* over / under, at least 0; under = 0: above every number. Need not be in lowest terms. */
typedef struct assay_ratio {
    int64_t over, under;
} assay_ratio;

/*
** Below 0, 0 or above 0 as a is below, equal to or above b. By the continued fractions of both
** (Knuth, The Art of Computer Programming 2, 4.5.3), whose parts are no larger than a and b.
*/
int assay_ratio_compare(assay_ratio a, assay_ratio b);

typedef struct assay_share_range {
    assay_ratio low, high;
    bool low_closed, high_closed; /* whether the end itself is in the range */
} assay_share_range;

bool assay_share_contains(const assay_share_range *range, assay_ratio share);

/* The whole numbers from first to last; none where last < first. */
typedef struct assay_count_range {
    int64_t first, last;
} assay_count_range;

/*
** A share as it is printed: the range that it lies in and, where the count itself is printed as
** well ("27, 36 per cent"), that count; a count below 0 is not printed.
*/
typedef struct assay_printed_share {
    assay_share_range range;
    int64_t count;
} assay_printed_share;

/*
** The counts x in 0..n of which x / n is printed so. First and last never fall as n grows.
** ASSAY_EDOM: n outside 1..ASSAY_SHARE_CASES; an end with a denominator outside
** 1..ASSAY_SHARE_UNDER, or above 2.
*/
assay_status assay_share_counts(const assay_printed_share *share, int64_t n,
                                assay_count_range *counts);

/*
** The whole numbers in the range, whatever its ends: from first to INT64_MAX where it has no upper
** end, none where last < first.
*/
assay_count_range assay_share_whole_numbers(const assay_share_range *range);

/* Shares that are said to be of the same n, and the n that come into question: min..max. */
typedef struct assay_share_set {
    const assay_printed_share *shares; /* shares[n_shares], at least one */
    size_t n_shares;
    int64_t min, max;
} assay_share_set;

/*
** The n in min..max of which every share of the set can be, ascending: bases[n_found], to be
** released with assay_free; NULL where there is none. ASSAY_EDOM, with "shares", "min" or "max"
** blamed; ASSAY_ENOMEM; ASSAY_ESTOPPED.
*/
assay_status assay_share_bases(assay_context *context, const assay_share_set *set, int64_t **bases,
                               size_t *n_found);

/*
** The n from which on every n has a count whose share lies in the range: 1 / width, as an interval
** of length 1 with an end of its own holds a whole number. 0 where there is no such n that this
** shows: the range is one share, other than 0 and 1, or is empty.
*/
int64_t assay_share_settled(const assay_share_range *range);

/*
** The largest n that can have a share whose count is printed: count / low, at most
** ASSAY_SHARE_CASES; that itself where no count is printed or `low` is 0. ASSAY_EDOM: as
** assay_share_counts, or a count above ASSAY_SHARE_CASES.
*/
assay_status assay_share_last_base(const assay_printed_share *share, int64_t *last);

#endif
