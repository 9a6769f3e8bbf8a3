#include <inttypes.h>

#include "check.h"

#include "prob/test.h"
#include "tables.h"

static assay_context context;

/* ---- numbers in the reference ---- */

/* "12;5|3;7" from its first digit on, as numbers; returns how many. */
static size_t numbers_of(const char *text, double values[16])
{
    size_t k = 0;
    char *end;
    for (; *text != '\0'; text = *end == '\0' ? end : end + 1) {
        values[k++] = strtod(text, &end);
        ck_assert(end != text && k < 16);
    }
    return k;
}

static size_t counts_of(const char *text, uint64_t counts[16])
{
    double values[16];
    const size_t k = numbers_of(text, values);
    for (size_t i = 0; i < k; i++)
        counts[i] = (uint64_t)values[i];
    return k;
}

static void assert_as(double got, const char *want)
{
    const double value = strtod(want, NULL);
    if (isnan(value))
        ck_assert_msg(isnan(got), "%g is a number", got);
    else if (isinf(value) || value == 0)
        ck_assert_msg(got == value, "%.17g instead of %s", got, want);
    else
        assert_close(got, value, 1e-10);
}

/* ---- trend ---- */

/* "x=27;19;26" behind the sign of equality, as numbers; returns how many. */
static size_t list_of(const char *text, double values[8])
{
    size_t k = 0;
    char *end;
    for (text = strchr(text, '='); *text == '=' || *text == ';'; text = end)
        values[k++] = strtod(text + 1, &end);
    return k;
}

static int trends;

/* x0031,trend,x=27;19;26|n=74;58;69,scores=1;2;3,z,0.138... */
static void trend_row(char *fields[REFERENCE_FIELDS])
{
    double x[8], n[8], scores[8];
    uint64_t yes[8], all[8];
    assay_trend_test test;
    if (strcmp(fields[1], "trend") != 0)
        return;
    const size_t k = list_of(fields[2], x);
    ck_assert_uint_eq(list_of(strchr(fields[2], '|'), n), k);
    ck_assert_uint_eq(list_of(fields[3], scores), k);
    for (size_t i = 0; i < k; i++) {
        yes[i] = (uint64_t)x[i];
        all[i] = (uint64_t)n[i];
    }
    assert_ok(assay_test_trend(k, yes, all, scores, &test));
    const double got = fields[4][0] == 'z' ? test.z : test.p_value, want = strtod(fields[5], NULL);
    if (isnan(want))
        ck_assert(isnan(got));
    else
        assert_close(got, want, 1e-10);
    trends++;
}

START_TEST(trends_are_those_of_the_reference)
{
    for_each_reference("tests.csv", trend_row);
    ck_assert_int_eq(trends, 6);
}
END_TEST

/* R 4.2.2: prop.trend.test(x, n, score) and coef(lm(x / n ~ score, weights = n)). */
START_TEST(years_as_scores_lose_no_digits)
{
    static const uint64_t x[] = {3, 5, 9, 14}, n[] = {20, 22, 24, 23};
    static const double years[] = {2015, 2016, 2018, 2019};
    assay_trend_test test;
    assert_ok(assay_test_trend(4, x, n, years, &test));
    assert_close(test.z * test.z, 10.92570317786, 1e-12);
    assert_close(test.p_value, 0.000948391994103, 1e-11);
    assert_close(test.slope, 0.106836280897729, 1e-12);
}
END_TEST

START_TEST(a_trend_turned_round_turns_its_sign)
{
    static const uint64_t x[] = {3, 5, 9}, n[] = {20, 0, 24}, few[] = {3, 0, 9};
    static const double up[] = {1, 2, 3}, down[] = {-1, -2, -3};
    assay_trend_test test, turned;
    assert_status(assay_test_trend(3, x, n, up, &test), ASSAY_EDOM); /* 5 of 0 */
    assert_ok(assay_test_trend(3, few, n, up, &test));
    assert_ok(assay_test_trend(3, few, n, down, &turned));
    assert_close(turned.z, -test.z, 1e-14);
    assert_close(turned.slope, -test.slope, 1e-14);
    ck_assert(turned.p_value == test.p_value && test.z > 0);
}
END_TEST

START_TEST(where_there_is_nothing_to_test_there_is_no_p)
{
    static const uint64_t all[] = {5, 6, 7}, half[] = {1, 2, 3}, none[] = {0, 0, 0},
                          one[] = {0, 6, 0};
    static const double same[] = {0.1, 0.1, 0.1}, scores[] = {1, 2, 3},
                        wrong[] = {1, (double)NAN, 3};
    assay_trend_test test;
    assert_ok(assay_test_trend(3, half, all, same, &test));
    ck_assert(isnan(test.z) && isnan(test.p_value) && isnan(test.slope));
    assert_ok(assay_test_trend(3, one, one, scores, &test));
    ck_assert(isnan(test.z) && isnan(test.slope));
    assert_ok(assay_test_trend(3, all, all, scores, &test));
    ck_assert(isnan(test.z) && isnan(test.p_value) && test.slope == 0);
    assert_ok(assay_test_trend(3, none, none, scores, &test));
    ck_assert(isnan(test.z) && isnan(test.slope));
    assert_ok(assay_test_trend(0, none, none, scores, &test));
    ck_assert(isnan(test.z));
    test.z = 7;
    assert_status(assay_test_trend(3, half, all, wrong, &test), ASSAY_EDOM);
    assert_status(assay_test_trend(3, all, half, scores, &test), ASSAY_EDOM);
    ck_assert(test.z == 7);
}
END_TEST

/* ---- 2 x 2 tables ---- */

static int fishers, chi_squareds, pooled;

/* id,method,x1,n1,N1,x2,n2,N2,level,estimate,lower,upper,statistic,p_value */
static void two_sample_row(char *f[REFERENCE_FIELDS])
{
    const uint64_t x[2] = {strtoull(f[2], NULL, 10), strtoull(f[5], NULL, 10)},
                   n[2] = {strtoull(f[3], NULL, 10), strtoull(f[6], NULL, 10)};
    const uint64_t counts[4] = {x[0], n[0] - x[0], x[1], n[1] - x[1]};
    assay_test test;
    double p, smallest;
    if (strncmp(f[1], "fisher_", 7) == 0) {
        const assay_alternative side = strcmp(f[1], "fisher_greater") == 0 ? ASSAY_GREATER
                                       : strcmp(f[1], "fisher_less") == 0  ? ASSAY_LESS
                                                                           : ASSAY_EITHER;
        assert_ok(assay_test_fisher(counts, side, strstr(f[1], "mid_p") != NULL, &p));
        assert_as(p, f[13]);
        fishers++;
    } else if (strncmp(f[1], "chi2_", 5) == 0) {
        const assay_chi_squared *method = assay_chi_squared_find(f[1] + 5);
        assert_ok(assay_test_chi_squared(method, 2, 2, counts, &test, &smallest));
        assert_as(test.statistic, f[12]);
        assert_as(test.p_value, f[13]);
        chi_squareds++;
    } else if (strcmp(f[1], "z_pooled_fpc") == 0) {
        const uint64_t populations[2] = {strtoull(f[4], NULL, 10), strtoull(f[7], NULL, 10)};
        assert_ok(assay_test_pooled_fpc(x, n, populations, &test));
        assert_as(test.statistic, f[12]);
        assert_as(test.p_value, f[13]);
        pooled++;
    }
}

START_TEST(tables_of_two_by_two_are_those_of_the_reference)
{
    for_each_reference("differences.csv", two_sample_row);
    ck_assert_int_eq(fishers, 44);
    ck_assert_int_eq(chi_squareds, 44);
    ck_assert_int_eq(pooled, 5);
}
END_TEST

static double choose(int n, int k)
{
    double product = 1;
    for (int i = 1; i <= k; i++)
        product = product * (n - k + i) / i; /* whole at each step */
    return k < 0 || k > n ? 0 : product;
}

/* All tables of up to 13 cases, whose numbers are whole and exact in double. */
START_TEST(fisher_is_the_count_of_tables)
{
    for (uint64_t a = 0; a < 5; a++)
        for (uint64_t b = 0; b < 4; b++)
            for (uint64_t c = 0; c < 4; c++)
                for (uint64_t d = 0; d < 4; d++) {
                    const int row = (int)(a + b), other = (int)(c + d), column = (int)(a + c);
                    const double own = choose(row, (int)a) * choose(other, (int)c);
                    double all = 0, as_rare = 0, more = 0, p;
                    for (int k = 0; k <= column; k++) {
                        const double tables = choose(row, k) * choose(other, column - k);
                        all += tables;
                        as_rare += tables <= own ? tables : 0;
                        more += k >= (int)a ? tables : 0;
                    }
                    const uint64_t counts[4] = {a, b, c, d};
                    assert_ok(assay_test_fisher(counts, ASSAY_EITHER, false, &p));
                    assert_close(p, as_rare / all, 1e-14);
                    assert_ok(assay_test_fisher(counts, ASSAY_EITHER, true, &p));
                    assert_close(p, (as_rare - own / 2) / all, 1e-13);
                    assert_ok(assay_test_fisher(counts, ASSAY_GREATER, false, &p));
                    assert_close(p, more / all, 1e-14);
                }
}
END_TEST

/* Python 3.11, fractions: the sums over all tables of binomials, divided exactly. */
START_TEST(fisher_holds_in_large_tables)
{
    static const struct {
        uint64_t counts[4];
        double two, greater;
    } rows[] = {
        {{270, 470, 190, 390}, 0.16290700712707717, 0.08798787853750577},
        {{1200, 1800, 1100, 1900}, 0.008563738241737085, 0.004281869120868542},
        {{40, 960, 80, 920}, 0.00021447185243742226, 0.9999508582188719},
        {{0, 500, 12, 488}, 0.0004567436330574256, 1.0},
        {{5000, 5000, 5100, 4900}, 0.16146929150845807, 0.923416411945318},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        double p;
        assert_ok(assay_test_fisher(rows[i].counts, ASSAY_EITHER, false, &p));
        assert_close(p, rows[i].two, 1e-11);
        assert_ok(assay_test_fisher(rows[i].counts, ASSAY_GREATER, false, &p));
        assert_close(p, rows[i].greater, 1e-11);
    }
}
END_TEST

/* R 4.2.2: chisq.test(matrix(c(12, 5, 7, 9, 3, 14), 2, byrow = TRUE)), and 2 sum(n log(n / E)). */
START_TEST(larger_tables_have_their_degrees_of_freedom)
{
    static const uint64_t counts[] = {12, 5, 7, 9, 3, 14}, empty_row[] = {1, 2, 0, 0},
                          none[] = {0, 0, 0, 0};
    const assay_chi_squared *pearson = assay_chi_squared_find("pearson"),
                            *lr = assay_chi_squared_find("lr");
    assay_test test;
    double smallest;
    assert_ok(assay_test_chi_squared(pearson, 2, 3, counts, &test, &smallest));
    ck_assert(test.df == 2);
    assert_close(test.statistic, 3.1870039682539684, 1e-12);
    assert_close(test.p_value, 0.20321271648133701, 1e-11);
    assert_close(smallest, 8 * 24.0 / 50, 1e-14);
    assert_ok(assay_test_chi_squared(lr, 2, 3, counts, &test, &smallest));
    assert_close(test.statistic, 3.233949432666491, 1e-12);
    assert_ok(assay_test_chi_squared(pearson, 2, 2, empty_row, &test, &smallest));
    ck_assert(isnan(test.statistic) && isnan(test.p_value) && smallest == 0);
    assert_ok(assay_test_chi_squared(pearson, 2, 2, none, &test, &smallest));
    ck_assert(isnan(test.p_value) && isnan(smallest));
    assert_ok(assay_test_chi_squared(pearson, 1, 3, counts, &test, &smallest));
    ck_assert(isnan(test.p_value) && test.df == 0);
}
END_TEST

START_TEST(tables_that_no_test_takes_are_refused)
{
    static const uint64_t counts[] = {1, 2, 3, 4, 5, 6}, x[] = {3, 1}, n[] = {2, 4}, N[] = {5, 6},
                          two[] = {2, 1}, none[] = {0, 4}, few[] = {3, 3},
                          large[] = {ASSAY_TEST_MOST, 1, 1, 1}, whole[] = {2, 4};
    assay_test test = {7, 7, 7};
    double p = 7, smallest = 7;
    assert_status(
        assay_test_chi_squared(assay_chi_squared_find("yates"), 2, 3, counts, &test, &smallest),
        ASSAY_EDOM);
    assert_status(
        assay_test_chi_squared(assay_chi_squared_find("lr"), 0, 3, counts, &test, &smallest),
        ASSAY_EDOM);
    assert_status(
        assay_test_chi_squared(assay_chi_squared_find("lr"), 2, 2, large, &test, &smallest),
        ASSAY_EDOM);
    assert_status(assay_test_fisher(large, ASSAY_EITHER, false, &p), ASSAY_EDOM);
    assert_status(assay_test_pooled_fpc(x, n, N, &test), ASSAY_EDOM);
    assert_status(assay_test_pooled_fpc(none, none, N, &test), ASSAY_EDOM);
    assert_status(assay_test_pooled_fpc(two, n, few, &test), ASSAY_EDOM);
    ck_assert(test.statistic == 7 && p == 7 && smallest == 7);
    assert_ok(assay_test_pooled_fpc(two, n, whole, &test));
    ck_assert(isnan(test.statistic) && isnan(test.p_value));
    ck_assert(assay_chi_squared_find("chi") == NULL && assay_chi_squared_name(4) == NULL);
}
END_TEST

/* ---- the same cases twice ---- */

static int mcnemars, kappas, haenszels, adjusted;

/* x0001,mcnemar,b=12;c=5,n=74,exact_p,0.14 */
static void mcnemar_row(char *f[REFERENCE_FIELDS])
{
    static const char *const quantities[] = {"exact", "mid", "chi2", "chi2_cc"};
    uint64_t b, c;
    assay_test test;
    if (strcmp(f[1], "mcnemar") != 0)
        return;
    ck_assert_int_eq(sscanf(f[2], "b=%" SCNu64 ";c=%" SCNu64, &b, &c), 2);
    const size_t length = strlen(f[4]);
    const bool is_p = length > 2 && strcmp(f[4] + length - 2, "_p") == 0;
    for (int i = 0; i < 4; i++)
        if (strlen(quantities[i]) == length - (is_p ? 2 : 0) &&
            strncmp(f[4], quantities[i], strlen(quantities[i])) == 0) {
            assert_ok(assay_test_mcnemar((assay_mcnemar)i, b, c, &test));
            assert_as(is_p ? test.p_value : test.statistic, f[5]);
            mcnemars++;
        }
}

/* x0061,kappa,20;5|10;15,,kappa,0.4 */
static void kappa_row(char *f[REFERENCE_FIELDS])
{
    uint64_t counts[16];
    assay_kappa found;
    if (strcmp(f[1], "kappa") != 0)
        return;
    const size_t cells = counts_of(f[2], counts), k = cells == 9 ? 3 : 2;
    const assay_kappa_weights weights = strcmp(f[4], "kappa_linear") == 0 ? ASSAY_KAPPA_LINEAR
                                        : strcmp(f[4], "kappa_quadratic") == 0
                                            ? ASSAY_KAPPA_QUADRATIC
                                            : ASSAY_KAPPA_NONE;
    ck_assert_uint_eq(cells, k * k);
    assert_ok(assay_test_kappa(weights, k, counts, 0.80, &found));
    assert_as(strncmp(f[4], "kappa", 5) == 0 ? found.kappa
              : strcmp(f[4], "se") == 0      ? found.se
              : strcmp(f[4], "po") == 0      ? found.agreement
              : strcmp(f[4], "pe") == 0      ? found.by_chance
                                             : found.pabak,
              f[5]);
    kappas++;
}

/* x0037,mantel_haenszel,12;10;8;14|20;15;9;16,level=0.8,or_mh,2.45 */
static void haenszel_row(char *f[REFERENCE_FIELDS])
{
    uint64_t tables[16];
    assay_mantel_haenszel found;
    if (strcmp(f[1], "mantel_haenszel") != 0)
        return;
    const size_t cells = counts_of(f[2], tables);
    const bool corrected = strstr(f[4], "_cc") != NULL;
    assert_ok(
        assay_test_mantel_haenszel(cells / 4, tables, strtod(f[3] + 6, NULL), corrected, &found));
    assert_as(strcmp(f[4], "or_mh") == 0      ? found.odds_ratio
              : strcmp(f[4], "or_lower") == 0 ? found.lower
              : strcmp(f[4], "or_upper") == 0 ? found.upper
              : strcmp(f[4], "rd_mh") == 0    ? found.risk_difference
              : strncmp(f[4], "chi2", 4) == 0 ? found.test.statistic
                                              : found.test.p_value,
              f[5]);
    haenszels++;
}

/* x0076,adjust,0.01;0.04;0.03;0.005,index=1,holm,0.03 */
static void adjust_row(char *f[REFERENCE_FIELDS])
{
    double p[16], found[16];
    if (strcmp(f[1], "adjust") != 0)
        return;
    const size_t m = numbers_of(f[2], p);
    const assay_adjustment method = strcmp(f[4], "holm") == 0 ? ASSAY_HOLM
                                    : strcmp(f[4], "bh") == 0 ? ASSAY_BENJAMINI_HOCHBERG
                                                              : ASSAY_BONFERRONI;
    assert_ok(assay_test_adjust(&context, method, m, p, found));
    assert_as(found[strtoul(f[3] + 6, NULL, 10) - 1], f[5]);
    adjusted++;
}

START_TEST(paired_and_stratified_tests_are_those_of_the_reference)
{
    for_each_reference("tests.csv", mcnemar_row);
    for_each_reference("tests.csv", kappa_row);
    for_each_reference("tests.csv", haenszel_row);
    for_each_reference("tests.csv", adjust_row);
    ck_assert_int_eq(mcnemars, 30);
    ck_assert_int_eq(kappas, 15);
    ck_assert_int_eq(haenszels, 24);
    ck_assert_int_eq(adjusted, 33);
}
END_TEST

START_TEST(mcnemar_takes_many_changes)
{
    assay_test test;
    /* P(X <= 4900), X binomial(10000, 1/2), exactly summed by Python 3.11, fractions */
    assert_ok(assay_test_mcnemar(ASSAY_MCNEMAR_EXACT, 4900, 5100, &test));
    assert_close(test.p_value, 0.04658552770494739, 1e-11);
    test.p_value = 7;
    assert_status(assay_test_mcnemar(ASSAY_MCNEMAR_EXACT, ASSAY_TEST_MOST, 1, &test), ASSAY_EDOM);
    ck_assert(test.p_value == 7);
}
END_TEST

/* kappa as a function of the shares, for derivatives by differences. */
static double kappa_at(assay_kappa_weights weights, const double p[9])
{
    double agreement = 0, chance = 0, rows[3] = {0}, columns[3] = {0}, all = 0;
    for (size_t i = 0; i < 9; i++)
        all += p[i];
    for (size_t i = 0; i < 9; i++) {
        rows[i / 3] += p[i] / all;
        columns[i % 3] += p[i] / all;
    }
    for (size_t i = 0; i < 9; i++) {
        const double apart = fabs((double)(i / 3) - (double)(i % 3)) / 2;
        const double w = weights == ASSAY_KAPPA_LINEAR      ? 1 - apart
                         : weights == ASSAY_KAPPA_QUADRATIC ? 1 - apart * apart
                                                            : apart == 0;
        agreement += w * p[i] / all;
        chance += w * rows[i / 3] * columns[i % 3];
    }
    return (agreement - chance) / (1 - chance);
}

/* The delta method of a multinomial: (sum p g^2 - (sum p g)^2) / n, g the derivatives. */
START_TEST(the_error_of_a_weighted_kappa_is_that_of_the_delta_method)
{
    static const uint64_t counts[9] = {9, 2, 0, 3, 7, 1, 0, 2, 6};
    for (int w = 0; w < 3; w++) {
        double p[9], squares = 0, mean = 0;
        assay_kappa found;
        for (size_t i = 0; i < 9; i++)
            p[i] = (double)counts[i] / 30;
        for (size_t i = 0; i < 9; i++) {
            const double kept = p[i], h = 1e-5;
            p[i] = kept + h;
            const double above = kappa_at((assay_kappa_weights)w, p);
            p[i] = kept - h;
            const double g = (above - kappa_at((assay_kappa_weights)w, p)) / (2 * h);
            p[i] = kept;
            squares += kept * g * g;
            mean += kept * g;
        }
        assert_ok(assay_test_kappa((assay_kappa_weights)w, 3, counts, 0.95, &found));
        assert_close(found.se, sqrt((squares - mean * mean) / 30), 1e-7);
        assert_close(found.upper - found.kappa, 1.959963984540054 * found.se, 1e-13);
    }
}
END_TEST

START_TEST(kappa_at_its_ends)
{
    static const uint64_t same[] = {4, 0, 0, 6}, opposite[] = {0, 4, 6, 0}, none[] = {0, 0, 0, 0},
                          corner[] = {0, 9, 0, 0}, large[] = {ASSAY_TEST_MOST + 1, 0, 0, 1};
    assay_kappa found;
    assert_ok(assay_test_kappa(ASSAY_KAPPA_NONE, 2, same, 0.9, &found));
    ck_assert(found.kappa == 1 && found.se < 1e-8 && found.upper == 1);
    assert_ok(assay_test_kappa(ASSAY_KAPPA_NONE, 2, opposite, 0.9, &found));
    ck_assert(found.kappa < 0 && found.agreement == 0 && found.lower >= -1);
    assert_ok(assay_test_kappa(ASSAY_KAPPA_NONE, 2, corner, 0.9, &found));
    ck_assert(found.kappa == 0 && found.by_chance == 0);
    assert_ok(assay_test_kappa(ASSAY_KAPPA_NONE, 2, none, 0.9, &found));
    ck_assert(isnan(found.kappa) && isnan(found.agreement));
    found.kappa = 7;
    assert_status(assay_test_kappa(ASSAY_KAPPA_NONE, 1, same, 0.9, &found), ASSAY_EDOM);
    assert_status(assay_test_kappa(ASSAY_KAPPA_NONE, 2, same, 80, &found), ASSAY_EDOM);
    assert_status(assay_test_kappa(ASSAY_KAPPA_NONE, 2, large, 0.9, &found), ASSAY_EDOM);
    ck_assert(found.kappa == 7);
}
END_TEST

START_TEST(tables_that_say_nothing_are_left_out)
{
    static const uint64_t tables[] = {12, 10, 8, 14, 5, 0, 6, 0, 0, 0, 3, 4, 0, 0, 0, 0};
    assay_mantel_haenszel all, first;
    assert_ok(assay_test_mantel_haenszel(4, tables, 0.8, false, &all));
    assert_ok(assay_test_mantel_haenszel(1, tables, 0.8, false, &first));
    ck_assert_uint_eq(all.used, 1);
    ck_assert(all.odds_ratio == first.odds_ratio && all.test.p_value == first.test.p_value);
    /* the second table has no difference, and has its weight 30/11 in it beside 22 22/44 */
    assert_close(all.risk_difference, first.risk_difference * 11 / (11 + 30.0 / 11), 1e-14);
    assert_ok(assay_test_mantel_haenszel(0, tables, 0.8, false, &all));
    ck_assert(isnan(all.odds_ratio) && isnan(all.test.p_value) && isnan(all.risk_difference));
    assert_status(assay_test_mantel_haenszel(1, tables, 1, false, &all), ASSAY_EDOM);
}
END_TEST

/* ---- many tests ---- */

START_TEST(tests_without_a_p_value_are_not_counted)
{
    const double p[] = {0.01, (double)NAN, 0.04}, wrong[] = {0.5, 1.5};
    double found[3] = {7, 7, 7};
    assert_ok(assay_test_adjust(&context, ASSAY_BONFERRONI, 3, p, found));
    ck_assert(found[0] == 0.02 && isnan(found[1]) && found[2] == 0.08);
    assert_ok(assay_test_adjust(&context, ASSAY_HOLM, 0, p, found));
    found[0] = 7;
    assert_status(assay_test_adjust(&context, ASSAY_HOLM, 2, wrong, found), ASSAY_EDOM);
    ck_assert(found[0] == 7);
}
END_TEST

/* ---- goodness of fit ---- */

/* R 4.2.2: chisq.test(c(30, 40, 50), p = c(0.25, 0.25, 0.5)) */
START_TEST(a_fit_to_shares_is_pearson)
{
    static const uint64_t counts[] = {30, 40, 50};
    static const double shares[] = {1, 1, 2};
    const assay_simulation by = {"s", "x", 99};
    assay_fit fit;
    assert_ok(assay_test_fit_shares(&context, 3, shares, counts, &by, &fit));
    ck_assert(!fit.by_simulation && fit.test.df == 2 && fit.smallest == 30);
    assert_close(fit.test.statistic, 5, 1e-14); /* 0 + 100/30 + 100/60 */
    assert_close(fit.test.p_value, exp(-2.5), 1e-13);
}
END_TEST

/* p of 4 cases in cells of 1/2, 1/3 and 1/6 by all 3^4 ways, beside the simulation's. */
START_TEST(a_simulated_fit_is_near_the_sum_over_all_samples)
{
    static const double shares[] = {3, 2, 1};
    static const uint64_t counts[] = {1, 1, 2};
    const assay_simulation by = {"seed", "fit", 200000};
    const double expected[] = {2, 4.0 / 3, 2.0 / 3};
    assay_fit fit;
    double exact = 0;
    assert_ok(assay_test_fit_shares(&context, 3, shares, counts, &by, &fit));
    ck_assert(fit.by_simulation);
    for (int way = 0; way < 81; way++) {
        int have[3] = {0};
        double chance = 1, far = 0;
        for (int i = 0, rest = way; i < 4; i++, rest /= 3) {
            have[rest % 3]++;
            chance *= shares[rest % 3] / 6;
        }
        for (int i = 0; i < 3; i++)
            far += (have[i] - expected[i]) * (have[i] - expected[i]) / expected[i];
        exact += far >= fit.test.statistic * (1 - 1e-12) ? chance : 0;
    }
    ck_assert(fabs(fit.test.p_value - exact) < 5 * sqrt(exact * (1 - exact) / 200000));
}
END_TEST

static assay_status fit_with(const double shares[2], const uint64_t counts[2], uint64_t replicates)
{
    const assay_simulation by = {"s", "x", replicates};
    assay_fit fit = {.smallest = 7};
    const assay_status status = assay_test_fit_shares(&context, 2, shares, counts, &by, &fit);
    ck_assert(status == ASSAY_OK || fit.smallest == 7);
    return status;
}

START_TEST(what_fits_nothing_is_refused)
{
    static const double shares[] = {0.5, 0.5}, none[] = {0, 1}, wrong[] = {(double)NAN, 1};
    static const uint64_t counts[] = {3, 4}, zero[] = {0, 0}, all[] = {5, 6}, few[] = {2, 9},
                          empty[] = {0, 9};
    const assay_simulation by = {"s", "x", 99};
    assay_fit fit;
    assert_status(fit_with(none, counts, 9), ASSAY_EDOM);
    assert_status(fit_with(wrong, counts, 9), ASSAY_EDOM);
    assert_status(fit_with(shares, counts, 0), ASSAY_EDOM);
    assert_status(fit_with(shares, counts, ASSAY_REPLICATES_MOST + 1), ASSAY_EDOM);
    assert_status(assay_test_fit_population(&context, 2, few, counts, &by, &fit), ASSAY_EDOM);
    assert_status(assay_test_fit_population(&context, 2, empty, zero, &by, &fit), ASSAY_EDOM);
    assert_status(assay_test_fit_shares(&context, 0, shares, counts, &by, &fit), ASSAY_EDOM);
    assert_ok(assay_test_fit_shares(&context, 2, shares, zero, &by, &fit));
    ck_assert(isnan(fit.test.statistic) && isnan(fit.test.p_value));
    assert_ok(assay_test_fit_shares(&context, 1, shares, counts, &by, &fit));
    ck_assert(isnan(fit.test.p_value));
    assert_ok(assay_test_fit_population(&context, 2, all, all, &by, &fit));
    ck_assert(fit.test.statistic == 0 && fit.test.p_value == 1);
}
END_TEST

static assay_status attempt_all(assay_context *with, void *self)
{
    static const double shares[] = {0.5, 0.5}, p[] = {0.2, 0.1};
    static const uint64_t counts[] = {1, 2}, population[] = {3, 3};
    const assay_simulation by = {"s", "x", 9};
    assay_fit fit;
    double found[2];
    assay_status status = assay_test_fit_shares(with, 2, shares, counts, &by, &fit);
    if (status == ASSAY_OK)
        status = assay_test_fit_population(with, 2, population, counts, &by, &fit);
    (void)self;
    return status == ASSAY_OK ? assay_test_adjust(with, ASSAY_HOLM, 2, p, found) : status;
}

START_TEST(memory_that_is_short_is_said)
{
    sweep_memory(attempt_all, NULL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("test");
    TCase *tests = tcase_create("test");
    tcase_add_test(tests, trends_are_those_of_the_reference);
    tcase_add_test(tests, years_as_scores_lose_no_digits);
    tcase_add_test(tests, a_trend_turned_round_turns_its_sign);
    tcase_add_test(tests, where_there_is_nothing_to_test_there_is_no_p);
    tcase_add_test(tests, tables_of_two_by_two_are_those_of_the_reference);
    tcase_add_test(tests, fisher_is_the_count_of_tables);
    tcase_add_test(tests, fisher_holds_in_large_tables);
    tcase_add_test(tests, larger_tables_have_their_degrees_of_freedom);
    tcase_add_test(tests, tables_that_no_test_takes_are_refused);
    tcase_add_test(tests, paired_and_stratified_tests_are_those_of_the_reference);
    tcase_add_test(tests, mcnemar_takes_many_changes);
    tcase_add_test(tests, the_error_of_a_weighted_kappa_is_that_of_the_delta_method);
    tcase_add_test(tests, kappa_at_its_ends);
    tcase_add_test(tests, tables_that_say_nothing_are_left_out);
    tcase_add_test(tests, tests_without_a_p_value_are_not_counted);
    tcase_add_test(tests, a_fit_to_shares_is_pearson);
    tcase_add_test(tests, a_simulated_fit_is_near_the_sum_over_all_samples);
    tcase_add_test(tests, what_fits_nothing_is_refused);
    tcase_add_test(tests, memory_that_is_short_is_said);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
