/* trend.h -- a share from period to period. */
#ifndef ASSAY_INFER_TREND_H
#define ASSAY_INFER_TREND_H

#include "data/frame.h"

/*
** `all` has the cases, `yes` those of them that are yes, with the same columns under the same
** numbers. `shares` is a frame of the columns `by`, the period, `cases`, `yes` and `share`, a row for
** each group and period that occur, as assay_count lists them. `tests` is a frame of the columns
** `by`, `periods`, `cases`, `yes`, `slope`, `z` and `p_value`, a row for each group: Cochran and
** Armitage's test (prob/test.h). Its scores are the values of an integer or number column, the days
** of a date column, and the numbers 1, 2, ... of the levels that occur, in their order, of any
** other. A missing period is to be left out before: ASSAY_EMISSING.
** ASSAY_EDOM: a row of `yes` has a combination that `all` has not, or has it more often.
** ASSAY_EREPEATED: a column has the name of one of the result.
*/
assay_status assay_trend(assay_context *context, const assay_frame *all, const assay_frame *yes,
                         size_t period, size_t n_by, const size_t by[], assay_frame **shares,
                         assay_frame **tests);

#endif
