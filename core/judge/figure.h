/* figure.h -- the figure that a text prints: a per cent, counts, a number, a phrase. */
#ifndef ASSAY_JUDGE_FIGURE_H
#define ASSAY_JUDGE_FIGURE_H

#include "judge/published.h"
#include "judge/wording.h"

typedef enum assay_figure_kind { ASSAY_FIGURE_SHARE, ASSAY_FIGURE_NUMBER } assay_figure_kind;

/*
** What a printed figure says. `literal` is what its words say by themselves, `narrow` how they are
** meant by the wording's convention; both are the same but for words such as "over". A share's
** range lies in 0..1, or is above it and holds none; that of a number may have no upper end.
*/
typedef struct assay_figure {
    assay_figure_kind kind;
    bool is_convention; /* a wording decided: there are words in it, not digits alone */
    assay_share_range narrow, literal;
    int64_t count, base; /* printed with it, as 27 and 74 in "27 (36%) of 74"; below 0: not */
} assay_figure;

/*
** The figure that bytes[length] print, and nothing but the figure and the wording's words before
** and behind it:
**
**   61%, 61.0 per cent, ninety per cent   a share, rounded by `rule`
**   27 of 74, 27 out of the 74            a count of a base: exactly the share 27 / 74
**   36% of 74                             a share of a base
**   27 (36%), 27 (36%) of 74, 27 of 74 (36%), 36% (27), 36% (27 of 74)
**                                         a count that is such a share
**   nine in ten, 9 in 10, nine out of ten, almost one in five
**   half, a third, two-thirds, just over one-quarter   fractions down to tenths
**   over 80 per cent, almost all, most    by the wording
**   3,729, 51, nine                       a number, rounded by `rule` to the decimals it has
**   more than 3,600, nearly 6,000         a range of numbers
**
** Source of the conventions: none has a standard; wording.h.
** ASSAY_EFORMAT: not words and digits, or too long (words.h). ASSAY_EUNKNOWN: none of the above.
** ASSAY_EDOM: the numbers are too large for exact arithmetic: a count or base above ASSAY_SHARE_CASES,
** a count alone of a base above ASSAY_SHARE_UNDER, "a in b" with b above 1,000.
*/
assay_status assay_figure_read(const assay_wording *wording, assay_percent_rule rule,
                               const char *bytes, size_t length, assay_figure *figure);

/*
** A true value as a text gives it: "0.365", "36.5%", "27 of 74", "3,729", exactly. *is_share tells
** those that can only be shares. ASSAY_EFORMAT: none of these, or more than 12 digits behind the
** point.
*/
assay_status assay_figure_value(const char *bytes, size_t length, assay_ratio *value,
                                bool *is_share);

#endif
