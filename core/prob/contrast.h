/* contrast.h -- two proportions compared: their difference, their ratio, the ratio of their odds. */
#ifndef ASSAY_PROB_CONTRAST_H
#define ASSAY_PROB_CONTRAST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/context.h"
#include "base/status.h"
#include "prob/interval.h"

typedef enum assay_contrast_kind {
    ASSAY_DIFFERENCE, /* p1 - p2, from -1 to 1 */
    ASSAY_RATIO,      /* p1 / p2, from 0 on */
    ASSAY_ODDS_RATIO, /* p1 q2 / (q1 p2), from 0 on */
} assay_contrast_kind;

/* x yes among n cases, drawn without replacement from `population` or from one without end. */
typedef struct assay_group {
    uint64_t x, n, population;
} assay_group;

/*
** Two-sided limits from two independent samples; p = x/n, q = 1 - p, d = p1 - p2, and z is the
** normal quantile of (1 - C) / 2. A method is one row of a table in contrast.c:
**  difference
**   newcombe      d - sqrt((p1 - l1)^2 + (u2 - p2)^2) to d + sqrt((u1 - p1)^2 + (p2 - l2)^2), l and u
**                 Wilson's limits of each group; with populations those of wilson there
**   newcombe_cc   the same with Wilson's limits corrected for continuity
**   miettinen_nurminen  all differences t with |d - t| <= z s(t), s the standard error from the
**                 likeliest p1 and p2 that differ by t, s^2 times (n1 + n2) / (n1 + n2 - 1)
**   mee           the same without that factor
**   agresti_caffo wald's after a yes and a no were added to each group
**   wald          d -+ z sqrt(p1 q1 / n1 + p2 q2 / n2); with populations the variances are
**                 (1 - n/N) p q / (n - 1), undefined for n = 1
**   wald_cc       wald's, (1/n1 + 1/n2) / 2 wider at each end
**  ratio
**   koopman       all ratios t with |p1 - t p2| <= z s(t), s from the likeliest p1 and p2 = p1 / t
**   katz          p1/p2 times e^(-+ z sqrt(1/x1 - 1/n1 + 1/x2 - 1/n2)); undefined for x = 0
**   walter        the same from x + 1/2 and n + 1/2
**  odds ratio
**   exact         (1 - C) / 2 in each tail of x1 given x1 + x2 (Fisher's noncentral hypergeometric);
**                 the estimate is the likeliest there
**   mid_p         the same, the probability of x1 itself counted half
**   woolf         the odds ratio times e^(-+ z sqrt(1/x1 + 1/(n1-x1) + 1/x2 + 1/(n2-x2))); undefined
**                 where one of these is 0
**   haldane_anscombe  the same after 1/2 was added to the four counts, the estimate too
** Estimates are NaN where they are 0/0, infinite where something is over 0. koopman, exact and
** mid_p have the lower limit 0 and the upper one infinite where the counts allow no other.
** exact and newcombe are the ones to rely on; walds cover too little for few cases.
** Sources: Woolf (1955); Cornfield (1956); Miettinen & Nurminen (1985), Statistics in Medicine 4,
** 213-226; Mee (1984), Biometrics 40, 1175-1176; Katz et al. (1978), Biometrics 34, 469-474;
** Walter (1975), Biometrika 62, 371-374; Koopman (1984), Biometrics 40, 513-517; Newcombe (1998),
** Statistics in Medicine 17, 873-890; Agresti & Caffo (2000), The American Statistician 54, 280-288.
*/
typedef struct assay_contrast_method assay_contrast_method;

/* NULL: the kind has no such method; NULL past the last. */
const assay_contrast_method *assay_contrast_find(assay_contrast_kind kind, const char *name);
const char *assay_contrast_name(assay_contrast_kind kind, size_t i);

/* Whether a method has a form for populations of which one at least is finite. */
bool assay_contrast_is_finite(const assay_contrast_method *method);

/*
** n = 0 in a group: estimate NaN, the whole range as limits, ASSAY_INTERVAL_NO_DATA. CLIPPED: a limit
** outside -1..1 was brought back. UNDEFINED: the limits are NaN. ASSAY_EDOM: x > n, N < n, a count above
** 2^53 (2^31 - 1 for exact and mid_p), a confidence outside (0, 1), a population for a method that
** has no form for it. ASSAY_ENUMERIC: a limit was not found. *out is untouched then.
*/
assay_status assay_contrast(const assay_contrast_method *method, const assay_group *first,
                            const assay_group *second, double confidence, assay_interval *out);

/*
** The difference over k strata, sum w_h (p1_h - p2_h) with weights that are made to add up to 1, and all
** differences t with |sum w_h (d_h - t)| <= z sqrt(sum w_h^2 s_h^2(t)), s_h(t) as in a single pair of
** groups: by miettinen_nurminen and mee. `weights` NULL: n1 n2 / (n1 + n2) (Mantel and Haenszel), by
** which a stratum with an empty group counts for nothing. NO_DATA where no stratum has a weight, or
** one of those that have is without cases in a group. ASSAY_EDOM: another method; groups as above, or
** with populations; a weight below 0. ASSAY_ENOMEM.
** Source: Miettinen & Nurminen (1985).
*/
assay_status assay_contrast_strata(assay_context *context, const assay_contrast_method *method,
                                   size_t k, const assay_group first[/*k*/],
                                   const assay_group second[/*k*/], const double weights[/*k*/],
                                   double confidence, assay_interval *out);

#endif
