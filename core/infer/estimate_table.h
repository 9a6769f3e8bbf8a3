/* estimate_table.h -- many estimates as a table. */
#ifndef ASSAY_INFER_ESTIMATE_TABLE_H
#define ASSAY_INFER_ESTIMATE_TABLE_H

#include "data/frame.h"
#include "infer/estimate.h"

/*
** A frame with a row for each of n estimates, of question i mod n_questions: question, x, relevant,
** not_applicable, unanswered, n, share, percent, estimate, se, df, lower, upper, half_width, deff,
** confidence, method, status and flags, which are given as texts. What there is not of an estimate
** is missing; `status` stands where there is nothing to say of an estimate itself (NULL: missing).
*/
assay_status assay_estimate_table(assay_context *context, size_t n,
                                  const assay_estimate estimates[/*n*/], size_t n_questions,
                                  const char *const questions[/*n_questions*/],
                                  const char *status, const char *const flags[/*n*/],
                                  assay_frame **table);

#endif
