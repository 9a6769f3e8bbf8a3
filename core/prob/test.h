/* test.h -- tests of counts. */
#ifndef ASSAY_PROB_TEST_H
#define ASSAY_PROB_TEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/context.h"
#include "base/status.h"

/*
** All p-values are two-sided unless a side is named. Undefined results are NaN with ASSAY_OK; what
** lies outside a domain is ASSAY_EDOM, results untouched. Tables are by rows: counts[i * columns +
** j]. Their sums are at most ASSAY_TEST_MOST.
*/
#define ASSAY_TEST_MOST UINT64_C(2147483647)

/* A statistic with its p-value; df is NaN where the statistic is normal, the statistic where the test is exact. */
typedef struct assay_test {
    double statistic, df, p_value;
} assay_test;

/* ---- tables of counts ------------------------------------------------------------------------ */

/*
** Whether rows and columns are independent. With E_ij = row sum * column sum / N, df = (rows -
** 1)(columns - 1):
**   pearson    X^2 = sum (n_ij - E_ij)^2 / E_ij
**   n_minus_1  X^2 (N - 1) / N, to be preferred in small tables
**   yates      for 2 x 2: sum max(0, |n_ij - E_ij| - 1/2)^2 / E_ij
**   lr         likelihood ratio, 2 sum n_ij ln(n_ij / E_ij)
** `smallest` is the smallest E_ij: below 5 the p-value is a rough one. NaN where a row or a column
** is empty, or there is only one of either. ASSAY_EDOM: yates for another than 2 x 2, fewer than
** one row or column.
** Sources: Pearson (1900); Yates (1934); Campbell (2007), Statistics in Medicine 26, 3661-3675.
*/
typedef struct assay_chi_squared assay_chi_squared;

const assay_chi_squared *assay_chi_squared_find(const char *name); /* NULL: no such method */
const char *assay_chi_squared_name(size_t i);                      /* NULL past the last */
assay_status assay_test_chi_squared(const assay_chi_squared *method, size_t rows, size_t columns,
                                    const uint64_t counts[], assay_test *test, double *smallest);

/*
** Whether two finite populations of N_i, of which n_i were drawn without replacement and x_i are
** yes, have the same share: z = (p_1 - p_2) / sqrt(p q sum (N_i - n_i) / ((N_i - 1) n_i)), p the
** pooled share, normal. NaN where p is 0 or 1, or both were counted whole. ASSAY_EDOM: x_i > n_i,
** n_i = 0, n_i > N_i.
** Source: Cochran (1977), Sampling Techniques, 3.2, for the variance.
*/
assay_status assay_test_pooled_fpc(const uint64_t x[2], const uint64_t n[2],
                                   const uint64_t populations[2], assay_test *test);

typedef enum assay_alternative { ASSAY_EITHER, ASSAY_GREATER, ASSAY_LESS } assay_alternative;

/*
** Fisher's exact test of the table a b / c d with its margins held: hypergeometric. Either side:
** the sum over the tables that are no likelier than this one (equal within 1e-7). ASSAY_GREATER: a
** as large or larger. mid_p takes half of this table's own probability off. p is 1 (its mid-p 1/2)
** where a margin is empty. A p-value below 1e-300 is 0.
** Sources: Fisher (1935); Lancaster (1961), JASA 56, 223-234, for mid-p.
*/
assay_status assay_test_fisher(const uint64_t counts[4], assay_alternative alternative, bool mid_p,
                               double *p_value);

/* ---- the same cases twice -------------------------------------------------------------------- */

/*
** McNemar's test: of the cases asked twice, b said yes and then no, c no and then yes.
**   exact           min(1, 2 P(X <= min(b, c))), X binomial(b + c, 1/2)
**   mid_p           the same less P(X = min(b, c)); 1 - P(X = b)/2 where b = c
**   chi_squared     (b - c)^2 / (b + c), df 1
**   chi_squared_cc  max(0, |b - c| - 1)^2 / (b + c), df 1
** b + c = 0: the exact ones are 1, the others NaN.
** Sources: McNemar (1947); Fagerland, Lydersen & Laake (2013), BMC Medical Research Methodology
** 13:91.
*/
typedef enum assay_mcnemar {
    ASSAY_MCNEMAR_EXACT,
    ASSAY_MCNEMAR_MID_P,
    ASSAY_MCNEMAR_CHI_SQUARED,
    ASSAY_MCNEMAR_CHI_SQUARED_CC
} assay_mcnemar;

assay_status assay_test_mcnemar(assay_mcnemar method, uint64_t b, uint64_t c, assay_test *test);

/*
** Cohen's kappa of k categories, counts[k * k] of two raters: with shares p_ij, margins p_i. and
** p_.j and weights
**   none       w_ij = 1 for i = j, else 0
**   linear     1 - |i - j| / (k - 1)
**   quadratic  1 - (i - j)^2 / (k - 1)^2
** agreement = sum w p_ij, by_chance = sum w p_i. p_.j, kappa = (agreement - by_chance) / (1 -
** by_chance); se by Fleiss, Cohen & Everitt; limits kappa -+ z se, not beyond -1 and 1. pabak = 2
** agreement - 1 without weights (k = 2), (k agreement - 1) / (k - 1) in general (Brennan &
** Prediger). kappa is NaN where by_chance is 1, all where n is 0.
** ASSAY_EDOM: k < 2, a confidence outside (0, 1).
** Sources: Cohen (1960, 1968); Fleiss, Cohen & Everitt (1969), Psychological Bulletin 72, 323-327;
** Byrt, Bishop & Carlin (1993).
*/
typedef enum assay_kappa_weights {
    ASSAY_KAPPA_NONE,
    ASSAY_KAPPA_LINEAR,
    ASSAY_KAPPA_QUADRATIC
} assay_kappa_weights;

typedef struct assay_kappa {
    double kappa, se, lower, upper, agreement, by_chance, pabak;
} assay_kappa;

assay_status assay_test_kappa(assay_kappa_weights weights, size_t k, const uint64_t counts[],
                              double confidence, assay_kappa *out);

/* ---- several tables -------------------------------------------------------------------------- */

/*
** Mantel and Haenszel over k tables a b / c d of n cases, tables[4 k]:
**   odds_ratio       sum (a d / n) / sum (b c / n); limits by the variance of Robins, Breslow &
**                    Greenland, NaN where either sum is 0 (the ratio is then 0 or infinite, NaN
**                    where both are)
**   risk_difference  sum (a n_2 - c n_1) / n over sum n_1 n_2 / n, with the rows n_1 = a + b, n_2 =
**                    c + d
**   test             (|sum (a - E a)| [- 1/2, not below 0])^2 / sum V, df 1, V = n_1 n_2 m_1 m_2 /
**                    (n^2 (n - 1))
** `used` counts the tables that say something of the odds ratio: no empty row or column, n >= 2.
** Sources: Mantel & Haenszel (1959); Robins, Breslow & Greenland (1986), Biometrics 42, 311-323.
*/
typedef struct assay_mantel_haenszel {
    double odds_ratio, lower, upper, risk_difference;
    assay_test test;
    size_t used;
} assay_mantel_haenszel;

assay_status assay_test_mantel_haenszel(size_t k, const uint64_t tables[/*4 k*/], double confidence,
                                        bool corrected, assay_mantel_haenszel *out);

/* ---- goodness of fit ------------------------------------------------------------------------- */

#define ASSAY_REPLICATES_MOST 10000000

/*
** Whether n_k cases in k cells, n in all, go with what is expected:
**   of shares      E_k = n share_k / sum of shares; X^2 = sum (n_k - E_k)^2 / E_k
**   of population  drawn without replacement from N_k: E_k = n N_k / N; X^2 (N - 1) / (N - n), 0
**                  and p = 1 for n = N
** with df = k - 1. p is of the chi-squared distribution where every E_k >= 5; else
** (`by_simulation`) (1 + m) / (B + 1), m of B samples drawn at random from what is expected having
** an X^2 as large, equal within 1e-12 counting as large, from the stream (rng.h) of the seed and
** `stream`, replicate b for the b-th: results do not depend on threads. NaN where n is 0 or k is 1.
** ASSAY_EDOM: a share or an N_k that is not above 0, n_k > N_k, N above 2^32 - 2, B outside 1 to
** the most above.
** ASSAY_ENOMEM, ASSAY_ESTOPPED.
** Source: Cochran (1977), Sampling Techniques, 3.2 and 5A.
*/
typedef struct assay_fit {
    assay_test test;
    double smallest; /* of the E_k */
    bool by_simulation;
} assay_fit;

typedef struct assay_simulation {
    const char *seed, *stream;
    uint64_t replicates;
} assay_simulation;

assay_status assay_test_fit_shares(assay_context *context, size_t k, const double shares[/*k*/],
                                   const uint64_t counts[/*k*/], const assay_simulation *by,
                                   assay_fit *fit);
assay_status assay_test_fit_population(assay_context *context, size_t k,
                                       const uint64_t population[/*k*/],
                                       const uint64_t counts[/*k*/], const assay_simulation *by,
                                       assay_fit *fit);

/* ---- many tests ------------------------------------------------------------------------------ */

/*
** p-values of m tests, raised so that something holds of all of them; NaN stays and is not counted:
**   holm                the chance of any false finding: running maximum of (m - rank + 1) p
**   benjamini_hochberg  the expected share of false findings: running minimum of p m / rank, from
**                       the largest
**   bonferroni          m p
** never above 1. ASSAY_EDOM: a p outside [0, 1]. ASSAY_ENOMEM.
** Sources: Holm (1979), Scandinavian Journal of Statistics 6, 65-70; Benjamini & Hochberg (1995),
** JRSS B 57, 289-300.
*/
typedef enum assay_adjustment {
    ASSAY_HOLM,
    ASSAY_BENJAMINI_HOCHBERG,
    ASSAY_BONFERRONI
} assay_adjustment;

assay_status assay_test_adjust(assay_context *context, assay_adjustment method, size_t m,
                               const double p[/*m*/], double adjusted[/*m*/]);

/* ---- trend ----------------------------------------------------------------------------------- */

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
