/* contrast_method.h -- what the files of contrasts share. */
#ifndef ASSAY_PROB_CONTRAST_METHOD_H
#define ASSAY_PROB_CONTRAST_METHOD_H

#include "prob/contrast.h"

/* Two groups, each with cases; z and tail belong to the confidence. */
struct contrast {
    assay_group first, second;
    double x1, n1, x2, n2, p1, p2;
    double tail, z;
};

bool contrast_is_group(const assay_group *g); /* x <= n <= population, and n that a double counts */
struct contrast contrast_of(const assay_group *first, const assay_group *second, double tail,
                            double z);

/* Whether strata can be put together by the method; *large: its variances have n / (n - 1). */
bool contrast_is_score(const assay_contrast_method *method, bool *large);

/* Sets limits and, if it is not the plain one, estimate and state. */
typedef assay_status contrast_limits(const struct contrast *, assay_interval *);

contrast_limits contrast_miettinen_nurminen, contrast_mee;
contrast_limits contrast_koopman, contrast_katz, contrast_walter;
contrast_limits contrast_exact, contrast_mid_p, contrast_woolf, contrast_haldane_anscombe;

/*
** The last number from `inside` towards `outside` for which `holds` is true, where it is true for
** `inside` and false for `outside`: by bisection down to neighbours.
*/
typedef bool contrast_test(const void *self, double at);
double contrast_edge(contrast_test *holds, const void *self, double inside, double outside);

#endif
