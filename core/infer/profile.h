/* profile.h -- what a caseload looks like, column by column, and beside another. */
#ifndef ASSAY_INFER_PROFILE_H
#define ASSAY_INFER_PROFILE_H

#include "data/frame.h"

/*
** Each of `columns` by itself, within each group that the columns `by` make (n_by = 0: one group).
** confidence NaN: the frame is the whole caseload and has no limits. Else it is a sample, of
** populations[g] cases in group g (groups as assay_count lists them), ASSAY_INFINITE where there is
** no end; n_populations = 0: nowhere is one.
*/
typedef struct assay_profile_options {
    size_t n_by, n, n_populations;
    const size_t *by, *columns;
    double confidence;
    const uint64_t *populations; /* [n_populations], as many as groups, or none */
} assay_profile_options;

/*
** A frame of the columns `by`, `variable`, `level`, `cases`, `share` (of the rows of the group where
** the variable is known), `missing` (rows of the group where it is not) and, with a confidence,
** `lower` and `upper`. Every group has the same levels: those declared, else those that occur in the
** frame, in the order of assay_count; a variable of which nothing is known has one line without a
** level. Where nothing is known the share is missing and the limits are 0 and 1.
**
** Limits are Wilson's; with a population of N cases, n of them in the group, those of his interval
** with n* = k (N'-1) / (N'-k) for the k known, N' = N k / n: the part of the population where the
** variable is known is taken to be as large as in the group, so that a whole caseload has no margin
** whatever is missing. Source: Wilson (1927), JASA 22, 209-212.
**
** ASSAY_EDOM: confidence outside (0, 1); not one population for each group; a population smaller
** than its group (error.row = g + 1).
** ASSAY_EREPEATED: a column `by` has the name of one above.
*/
assay_status assay_profile(assay_context *context, const assay_frame *frame,
                           const assay_profile_options *options, assay_frame **profile);

/*
** Two caseloads side by side: a frame of the columns `by`, `variable`, `level`, `cases_A`,
** `share_A`, `cases_B`, `share_B`, `difference` (share B minus share A) and `std_difference`, A and B
** the `names`. Columns are found by name in both frames. A level or group is listed if it occurs in
** either; a missing value is a level of its own, last, and shares are of all rows of the group.
**
** std_difference = (b - a) / sqrt((a (1-a) + b (1-b)) / 2): neither caseload is the standard of the
** other, so the variance is the mean of both, and turning the frames round turns the sign alone. 0
** where the shares are equal; missing where one is 0 and the other 1, or a group has no rows on one
** side. Source: Austin (2009), Communications in Statistics 38, 1228-1234; Flury & Riedwyl (1986).
**
** ASSAY_EUNKNOWN: a frame lacks a column (error.argument). ASSAY_EREPEATED: the names are alike, or
** give a column the name of another.
*/
assay_status assay_compare(assay_context *context, const assay_frame *first,
                           const assay_frame *second, size_t n_by, const char *const by[], size_t n,
                           const char *const columns[], const char *const names[2],
                           assay_frame **comparison);

#endif
