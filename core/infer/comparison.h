/* comparison.h -- parts of a population, or two inspections of it, compared. */
#ifndef ASSAY_INFER_COMPARISON_H
#define ASSAY_INFER_COMPARISON_H

#include <stddef.h>
#include <stdint.h>

#include "base/context.h"
#include "infer/design.h"
#include "infer/estimate.h"
#include "infer/replicate.h"

/*
** The difference d = p1 - p2 of two estimated proportions with variances v1 and v2 and the correlation rho:
**   newcombe  d - sqrt(a^2 + b^2 - 2 rho a b) to d + ..., a and b the distances of each estimate to its own
**             limits, p1 - l1 and u2 - p2 below
**   wald_t    d -+ t se, se = sqrt(v1 + v2 - 2 rho sqrt(v1 v2)), t of df degrees of freedom
**   wald_z    the same with the normal quantile
** p_value is two-sided, of d / se with df: NaN where se is 0. UNDEFINED where a limit that is needed is
** not to be had, NO_DATA where one of the two has no relevant case.
** Sources: Newcombe (1998); Zou & Donner (2008), Statistics in Medicine 27, 1693-1702.
*/
typedef enum assay_comparison_method {
    ASSAY_COMPARE_NEWCOMBE,
    ASSAY_COMPARE_WALD_T,
    ASSAY_COMPARE_WALD_Z
} assay_comparison_method;

typedef struct assay_comparison {
    assay_estimate first, second;
    double difference, se, df, correlation, p_value, lower, upper;
    assay_interval_state state;
} assay_comparison;

/*
** One side: the domain of a survey, by flags as assay_estimate_proportion has them. With replicates its
** variance is theirs, else that of the design.
*/
typedef struct assay_wave {
    const assay_design *design;
    const uint8_t *answers, *inside;    /* [n]; inside NULL: all */
    const assay_replicates *replicates; /* of the design, or NULL */
} assay_wave;

/*
** Two domains of one survey, such as two delivery units: the design, answers and replicates of both are the
** same. The correlation is that of their linearised totals, or of their replicates, and df = sum of
** (r_h - 1) over strata with a relevant case of either. `limits` is the method of each side's own,
** NULL and errors as there.
*/
assay_status assay_compare_domains(assay_context *context, const assay_wave *first,
                                   const assay_wave *second, double confidence,
                                   const assay_estimate_method *limits,
                                   assay_comparison_method method, assay_comparison *out);

/*
** The cases that two samples of one list have in common: case i of the k is unit first[i] of the one and
** second[i] of the other.
*/
typedef struct assay_matches {
    size_t k;
    const uint32_t *first, *second;
} assay_matches;

/*
** Two surveys, each by its own design. matches NULL: of populations of their own, or independent: rho = 0.
** Else of the same strata of the same list, drawn without replacement within them:
**   covariance = sum over strata of N_h^2 (m_h / (n1_h n2_h) - 1/N_h) S12_h,
** S12_h the covariance of the linearised answers of the m_h cases in common (0 where m_h < 2).
** df = (v1 + v2)^2 / (v1^2 / df1 + v2^2 / df2) (Satterthwaite).
** ASSAY_EDOM: error.argument = "design", strata that differ, weights that are not N_h/n_h, or replicates, with
** matches.
** Source: Cochran (1977), 12.10.
*/
assay_status assay_compare_waves(assay_context *context, const assay_wave *first,
                                 const assay_wave *second, const assay_matches *matches,
                                 double confidence, const assay_estimate_method *limits,
                                 assay_comparison_method method, assay_comparison *out);

#endif
