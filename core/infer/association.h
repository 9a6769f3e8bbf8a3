/* association.h -- whether answers and groups go together. */
#ifndef ASSAY_INFER_ASSOCIATION_H
#define ASSAY_INFER_ASSOCIATION_H

#include <stddef.h>
#include <stdint.h>

#include "base/context.h"
#include "infer/design.h"

#define ASSAY_ASSOCIATION_NONE UINT32_MAX /* of a unit that is in no row or column */
#define ASSAY_ASSOCIATION_MOST 256        /* contrasts */

/*
** Whether rows and columns are independent in the population. Of the n units with a row and a column,
** p_rc is the weighted share; X^2 = n sum (p_rc - p_r p_c)^2 / (p_r p_c). Delta, the design effects of the
** contrasts C (rows and columns taken out of the cells, by which loglinear models have no interaction),
** is (C' D^-1 C / n)^-1 C' D^-1 V D^-1 C, D and V the diagonal of p and its variance. Then
**   first order   X^2 / mean(eigenvalues), chi-squared with (R-1)(C-1) df
**   second order  F = X^2 / tr Delta, with d = tr(Delta)^2 / tr(Delta^2) and d * df, those of the design
**                 among the n units
** Rows and columns that nobody is in are left out; an empty cell of the rest adds nothing to C' D^-1 C. NaN
** where fewer than two of either are left, or so many cells are empty that Delta cannot be had; and of all
** but X^2 where the design leaves nothing to chance (mean_deff 0).
** ASSAY_EDOM: error.argument "row" or "column", error.row = i + 1, or 0 for more contrasts than the most
** above; errors of the variance. ASSAY_ENOMEM, ASSAY_ESTOPPED. *out is untouched then.
** Source: Rao & Scott (1984), Annals of Statistics 12, 46-60; second order as R's survey, svychisq.
*/
typedef struct assay_association {
    size_t rows, columns; /* that are not empty */
    uint64_t n;
    double pearson, mean_deff;
    double first_order, first_df, first_p;
    double f, df1, df2, f_p;
} assay_association;

assay_status assay_association_test(assay_context *context, const assay_design *design,
                                    size_t n_rows, const uint32_t row[/*n*/], size_t n_columns,
                                    const uint32_t column[/*n*/], assay_association *out);

#endif
