/* test.h -- tests of counts. */
#ifndef ASSAY_PROB_TEST_H
#define ASSAY_PROB_TEST_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/*
** Cochran and Armitage's test of a trend: x_i yes of n_i with the score s_i, k groups,
**   z = sum s_i (x_i - n_i p) / sqrt(p q [sum n s^2 - (sum n s)^2 / sum n]),  p = sum x / sum n,
** and slope = sum s_i (x_i - n_i p) / [the same brackets], the change of the share for each unit of
** the score (weighted least squares); p_value is two-sided, from the normal distribution. All three
** are NaN where fewer than two scores have cases. Where no case is yes, or all are, the slope is 0
** and there is no test: z and p_value are NaN.
** ASSAY_EDOM: some x_i > n_i, or a score that is not finite.
** Sources: Cochran (1954), Biometrics 10, 417-451; Armitage (1955), Biometrics 11, 375-386.
*/
typedef struct assay_trend_test {
    double slope, z, p_value;
} assay_trend_test;

assay_status assay_test_trend(size_t k, const uint64_t x[/*k*/], const uint64_t n[/*k*/],
                              const double scores[/*k*/], assay_trend_test *test);

#endif
