#include "replicates.h"

#include "infer/variance.h"

/* ---- a bootstrap ---- */

/* Who is drawn how often under the seed "pinned", by a program of its own in another language. */
START_TEST(draws_are_pinned)
{
    static const struct {
        size_t b;
        int times[CASES];
    } want[] = {
        {0, {0, 1, 1, 1, 0, 2, 0, 0, 1, 0, 0, 0, 1, 2, 2, 0, 1, 2, 1, 3, 1, 0, 0,
             0, 2, 0, 0, 0, 1, 2, 1, 2, 0, 2, 1, 1, 0, 0, 1, 1, 3, 0, 1, 3, 0}},
        {1, {1, 0, 0, 0, 1, 2, 1, 0, 0, 0, 0, 1, 2, 2, 1, 3, 1, 0, 0, 0, 3, 0, 2,
             2, 1, 0, 1, 1, 0, 0, 3, 1, 1, 0, 2, 1, 1, 2, 1, 0, 0, 1, 0, 1, 1}},
        {999, {0, 1, 1, 1, 0, 1, 1, 0, 0, 2, 0, 1, 1, 2, 0, 0, 0, 2, 1, 2, 2, 1, 0,
               1, 1, 0, 1, 1, 0, 2, 1, 0, 2, 1, 0, 2, 1, 0, 1, 1, 3, 1, 1, 0, 1}},
    };
    assay_design *d = strata_design(FIVE, sizes, doubled, ASSAY_LONELY_FAIL);
    assay_replicates *r = replicates_of(d, ASSAY_RAO_WU, 1000, "pinned");
    double *theta = weights_of(d, r);
    for (size_t k = 0; k < 3; k++)
        for (size_t i = 0; i < CASES; i++) {
            const size_t h = assay_design_stratum(d)[i];
            const double n = (double)sizes[h], l = n > 1 ? sqrt(0.5) : 0;
            const double factor = 1 - l + (n > 1 ? l * n / (n - 1) * want[k].times[i] : 0);
            assert_close(theta[i * 1000 + want[k].b], assay_design_weights(d)[i] * factor, 1e-14);
        }
    free(theta);
    assay_replicates_free(r);
    assay_design_free(d);
}
END_TEST

/* All draws of 1000 replicates as one number, by that program: some outputs are refused in them. */
START_TEST(outputs_that_would_not_be_fair_are_refused)
{
    static const uint64_t n[] = {CASES}, N[] = {ASSAY_INFINITE};
    assay_design *d = strata_design(1, n, N, ASSAY_LONELY_FAIL);
    assay_replicates *r = replicates_of(d, ASSAY_RAO_WU, 1000, "pinned");
    double *theta = weights_of(d, r);
    uint64_t sum = 0;
    for (uint64_t b = 0; b < 1000; b++)
        for (uint64_t i = 0; i < CASES; i++) /* the weight is 1, and 45/44 for each draw */
            sum = sum * 31 + (uint64_t)lround(theta[i * 1000 + b] * 44 / 45) + b + i;
    ck_assert_uint_eq(sum, UINT64_C(14576189850531119280));
    free(theta);
    assay_replicates_free(r);
    assay_design_free(d);
}
END_TEST

START_TEST(threads_change_no_bit)
{
    enum { B = 1003 };
    assay_design *d = strata_design(FIVE, sizes, doubled, ASSAY_LONELY_FAIL);
    assay_replicates *r = replicates_of(d, ASSAY_RAO_WU, B, "threads");
    double y[CASES], x[CASES], *theta[2], *quantiles[2], value[CASES];
    uint32_t unit[CASES];
    const double *const each_y[] = {y, x}, *const each_x[] = {x, NULL};
    for (size_t i = 0; i < CASES; i++) {
        y[i] = (double)(i * i % 17);
        x[i] = 1 + (double)(i % 3);
        value[i] = (double)(i / 2);
        unit[i] = (uint32_t)i;
    }
    for (int k = 0; k < 2; k++) {
        context.threads = k == 0 ? 1 : 4;
        theta[k] = malloc(2 * B * sizeof(double));
        quantiles[k] = malloc(B * sizeof(double));
        assert_ok(assay_replicates_ratios(&context, r, 2, each_y, each_x, theta[k]));
        assert_ok(assay_replicates_quantiles(&context, r, CASES, unit, value, 0.3, quantiles[k]));
    }
    context.threads = 2;
    ck_assert(memcmp(theta[0], theta[1], 2 * B * sizeof(double)) == 0);
    ck_assert(memcmp(quantiles[0], quantiles[1], B * sizeof(double)) == 0);
    for (int k = 0; k < 2; k++) {
        free(theta[k]);
        free(quantiles[k]);
    }
    assay_replicates_free(r);
    assay_design_free(d);
}
END_TEST

/*
** All n^(n-1) draws of one stratum: each total must come as often as it should, and their variance must
** be what the design says.
*/
static void count_draws(uint64_t n, uint64_t N)
{
    enum { B = 60000, DRAWS = 4096 };
    static double totals[DRAWS];
    double y[8], v = -1, mean = 0, square = 0, theta_of[8];
    size_t all = 1;
    const double *const each[] = {y}, *const none[] = {NULL};
    assay_design *d = strata_design(1, &n, &N, ASSAY_LONELY_FAIL);
    assay_replicates *r = replicates_of(d, ASSAY_RAO_WU, B, "counted");
    double *theta = malloc(B * sizeof *theta);
    for (uint64_t i = 0; i < n; i++) {
        y[i] = pow(7, (double)i);
        all *= i > 0 ? n : 1;
    }
    const double l = sqrt(1 - (double)n / (double)N), w = (double)N / (double)n;
    for (size_t k = 0; k < all; k++) {
        totals[k] = 0;
        for (uint64_t i = 0; i < n; i++)
            theta_of[i] = 1 - l;
        for (size_t j = 1, rest = k; j < n; j++, rest /= n)
            theta_of[rest % n] += l * (double)n / (double)(n - 1);
        for (uint64_t i = 0; i < n; i++)
            totals[k] += w * theta_of[i] * y[i];
        mean += totals[k] / (double)all;
    }
    for (size_t k = 0; k < all; k++)
        square += (totals[k] - mean) * (totals[k] - mean) / (double)all;
    assert_ok(assay_variance_of_totals(&context, d, 1, each, &v));
    assert_close(square, v, 1e-12);
    assert_ok(assay_replicates_ratios(&context, r, 1, each, none, theta));
    for (size_t k = 0; k < all; k++) {
        double same = 0, seen = 0;
        for (size_t j = 0; j < all; j++)
            same += fabs(totals[j] - totals[k]) < 1e-9 * totals[k];
        for (size_t b = 0; b < B; b++)
            seen += fabs(theta[b] - totals[k]) < 1e-9 * totals[k];
        const double p = same / (double)all;
        ck_assert_msg(fabs(seen - B * p) <= 5 * sqrt(B * p * (1 - p)), "%g: %g of %g", totals[k],
                      seen, B * p);
    }
    free(theta);
    assay_replicates_free(r);
    assay_design_free(d);
}

START_TEST(all_draws_come_as_often_as_they_should)
{
    count_draws(2, 5);
    count_draws(3, 4);
    count_draws(5, 1000);
}
END_TEST

/* ---- what replicates tell ---- */

START_TEST(percentiles_are_of_type_seven)
{
    double lower, upper;
    double a[] = {5, NAN, 1, 4, 2, NAN, 3};
    assay_replicates_percentiles(7, a, 0.1, &lower, &upper); /* of 1 2 3 4 5, at 0.4 and 3.6 */
    assert_close(lower, 1.4, 1e-15);
    assert_close(upper, 4.6, 1e-15);
    double one[] = {NAN, 7};
    assay_replicates_percentiles(2, one, 0.1, &lower, &upper);
    ck_assert(lower == 7 && upper == 7);
    assay_replicates_percentiles(1, one + 0, 0.1, &lower, &upper);
    ck_assert(lower == 7);
    double none[] = {NAN};
    assay_replicates_percentiles(1, none, 0.1, &lower, &upper);
    ck_assert(isnan(lower) && isnan(upper));
}
END_TEST

static int by_value(const void *a, const void *b)
{
    const double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

/* Many values, of which some, most or all are equal, against the same put in order. */
START_TEST(percentiles_of_many_are_order_statistics)
{
    enum { N = 5000 };
    static double theta[N], sorted[N];
    for (int kind = 0; kind < 6; kind++)
        for (int n = N - 3; n <= N; n++) {
            double lower, upper;
            for (int i = 0; i < n; i++) {
                const double u = (double)((i * 7919L + 13) % 10007) / 10007;
                const double of[] = {u, floor(5 * u), 7, pow(u, 40), u < 0.9 ? 3 : u, u * 1e300};
                theta[i] = sorted[i] = kind == 5 ? (i % 2 ? 1 : -1) * of[5] : of[kind];
            }
            qsort(sorted, (size_t)n, sizeof sorted[0], by_value);
            assay_replicates_percentiles((size_t)n, theta, 0.1, &lower, &upper);
            for (int side = 0; side < 2; side++) {
                const double at = (n - 1) * (side ? 0.9 : 0.1), k = floor(at);
                const double low = sorted[(int)k], high = sorted[(int)k + 1];
                ck_assert((side ? upper : lower) == low + (at - k) * (high - low));
            }
        }
}
END_TEST

/* Many draws of a quantile lie about the estimate, on values of the sample alone. */
START_TEST(quantiles_have_a_bootstrap)
{
    enum { B = 500 };
    assay_design *d = strata_design(FIVE, sizes, doubled, ASSAY_LONELY_FAIL);
    assay_replicates *r = replicates_of(d, ASSAY_RAO_WU, B, "median"),
                     *j = replicates_of(d, ASSAY_JACKKNIFE, 0, NULL);
    double y[CASES], *w = weights_of(d, r), want[B], sum = 0, squares = 0;
    for (size_t i = 0; i < CASES; i++)
        y[i] = (double)((7 * i) % CASES);
    for (size_t b = 0; b < B; b++) { /* value by value, from 0 on */
        double all = 0, up_to = 0;
        for (size_t i = 0; i < CASES; i++)
            all += w[i * B + b];
        for (int value = 0; value < CASES; value++)
            for (size_t i = 0; i < CASES; i++)
                if (y[i] == value && up_to < all / 2 * (1 - 1e-12)) {
                    up_to += w[i * B + b];
                    want[b] = value;
                }
        sum += want[b];
    }
    for (size_t b = 0; b < B; b++)
        squares += (want[b] - sum / B) * (want[b] - sum / B);
    assay_statistic_ask ask = {
        .design = d, .replicates = r, .y = y, .confidence = 0.8, .limits = ASSAY_LIMITS_PERCENTILE};
    assay_statistic s;
    const char *used = "";
    double lower, upper;
    assert_ok(assay_statistic_quantile(&context, &ask, 0.5, NULL, &s, &used));
    assert_close(s.se, sqrt(squares / (B - 1)), 1e-13);
    assay_replicates_percentiles(B, want, 0.1, &lower, &upper);
    ck_assert(s.lower == lower && s.upper == upper && used == NULL && isnan(s.deff));
    ask.replicates = j;
    ask.limits = ASSAY_LIMITS_T;
    assert_status(assay_statistic_quantile(&context, &ask, 0.5, NULL, &s, &used), ASSAY_EDOM);
    ck_assert_str_eq(context.error.argument, "method");
    free(w);
    assay_replicates_free(r);
    assay_replicates_free(j);
    assay_design_free(d);
}
END_TEST

/* A third of the weights of four cases, of which three are drawn: reached by one draw, to the last bit or not. */
START_TEST(a_quantile_that_is_reached_exactly_is_reached)
{
    enum { B = 300 };
    static const uint64_t n[] = {4}, N[] = {ASSAY_INFINITE};
    static const uint32_t unit[] = {0, 1, 2, 3};
    static const double value[] = {1, 2, 3, 4};
    assay_design *d = strata_design(1, n, N, ASSAY_LONELY_FAIL);
    assay_replicates *r = replicates_of(d, ASSAY_RAO_WU, B, "third");
    double *theta = weights_of(d, r), thirds[B];
    for (int of = 1; of < 3; of++) {
        assert_ok(assay_replicates_quantiles(&context, r, 4, unit, value, of / 3.0, thirds));
        for (size_t b = 0; b < B; b++) {
            long drawn = 0;
            size_t i = 0;
            while ((drawn += lround(theta[i * B + b] * 3 / 4)) < of)
                i++;
            ck_assert(thirds[b] == value[i]);
        }
    }
    free(theta);
    assay_replicates_free(r);
    assay_design_free(d);
}
END_TEST

START_TEST(strata_of_one_case_follow_their_rule)
{
    static const uint64_t n[] = {4, 1}, N[] = {9, 6};
    static const uint8_t answers[] = {ASSAY_YES, ASSAY_NO, ASSAY_YES, ASSAY_NO, ASSAY_YES};
    static const assay_lonely rules[] = {ASSAY_LONELY_CERTAINTY, ASSAY_LONELY_AVERAGE,
                                         ASSAY_LONELY_COLLAPSE};
    double y[5], v;
    const double *const each[] = {y};
    for (size_t i = 0; i < 5; i++)
        y[i] = answers[i] == ASSAY_YES;
    for (size_t k = 0; k < 3; k++) { /* of a total a jackknife is the linearised variance */
        assay_design *d = strata_design(2, n, N, rules[k]);
        assay_replicates *r = replicates_of(d, ASSAY_JACKKNIFE, 0, NULL);
        assay_statistic_ask ask = {.design = d, .replicates = r, .y = y, .confidence = 0.8};
        assay_statistic s;
        ck_assert_uint_eq(assay_replicates_count(r), k == 2 ? 5 : 4);
        assert_ok(assay_statistic_of(&context, ASSAY_TOTAL, &ask, &s));
        assert_ok(assay_variance_of_totals(&context, d, 1, each, &v));
        assert_close(s.se, sqrt(v), 1e-13);
        assay_replicates_free(r);
        assay_design_free(d);
    }
    assay_design *d = strata_design(2, n, N, ASSAY_LONELY_FAIL), *adjusted;
    assay_replicates *r = NULL;
    assert_status(assay_replicates_new(&context, d, ASSAY_JACKKNIFE, 0, NULL, &r), ASSAY_EDOM);
    ck_assert_str_eq(context.error.argument, "lonely");
    ck_assert_uint_eq(context.error.row, 2);
    adjusted = strata_design(2, n, N, ASSAY_LONELY_ADJUST);
    assert_status(assay_replicates_new(&context, adjusted, ASSAY_RAO_WU, 100, "s", &r), ASSAY_EDOM);
    ck_assert_str_eq(context.error.message,
                     "stratum 2 has one case or cluster in the sample, and 'adjust' has no "
                     "replicates: choose certainty, average or collapse for lonely strata");
    ck_assert_ptr_null(r);
    assay_design_free(d);
    assay_design_free(adjusted);
}
END_TEST

static void refuse(const assay_design *d, assay_replication method, uint64_t n, const char *seed,
                   const char *argument)
{
    assay_replicates *r = NULL;
    context.error = (assay_error){0};
    assert_status(assay_replicates_new(&context, d, method, n, seed, &r), ASSAY_EDOM);
    ck_assert_str_eq(context.error.argument, argument);
    ck_assert_ptr_null(r);
}

START_TEST(what_has_no_replicates_is_refused)
{
    assay_design *d = strata_design(FIVE, sizes, doubled, ASSAY_LONELY_FAIL);
    refuse(d, ASSAY_RAO_WU, 1, "s", "n");
    refuse(d, ASSAY_RAO_WU, 0, "s", "n");
    refuse(d, ASSAY_RAO_WU, ASSAY_REPLICATES_MOST + 1, "s", "n");
    refuse(d, ASSAY_RAO_WU, 100, NULL, "seed");
    refuse(d, ASSAY_RAO_WU, 100, "two words", "seed");
    assay_replicates *r = replicates_of(d, ASSAY_JACKKNIFE, 0, NULL);
    uint8_t answers[CASES] = {0};
    uint64_t undefined = 7;
    assay_estimate e = {.n = 7};
    assert_status(
        replicated_proportion(&context, r, answers, NULL, 0.8, NULL, true, &e, &undefined),
        ASSAY_EDOM);
    ck_assert_str_eq(context.error.argument, "method");
    assert_status(replicated_proportion(&context, r, answers, NULL, 0.8,
                                        assay_estimate_find("exact"), false, &e, &undefined),
                  ASSAY_EDOM);
    ck_assert_str_eq(context.error.argument, "method");
    ck_assert(e.n == 7 && undefined == 7);
    assay_replicates_free(r);
    assay_design_free(d);
    d = api_design("clus2"); /* a second stage under a first one that is finite */
    refuse(d, ASSAY_RAO_WU, 100, "s", "method");
    refuse(d, ASSAY_JACKKNIFE, 0, NULL, "method");
    assay_design_free(d);
    static const double chances[] = {0.5, 0.25, 0.25};
    assert_ok(assay_design_new(&context,
                               &(assay_sampling){.n = 3,
                                                 .strata = 1,
                                                 .stratum = (const uint32_t[]){0, 0, 0},
                                                 .population = (const uint64_t[]){9},
                                                 .chances = chances},
                               &d));
    refuse(d, ASSAY_RAO_WU, 100, "s", "method");
    assay_design_free(d);
}
END_TEST

static assay_status need_memory(assay_context *with, void *self)
{
    assay_replicates *r = NULL;
    assay_estimate e;
    assay_statistic s;
    uint64_t undefined;
    const char *used;
    uint8_t answers[MOST] = {0, 1};
    double y[MOST] = {1, 2, 3};
    with->threads = 2;
    assay_status status = assay_replicates_new(with, self, ASSAY_RAO_WU, 10, "memory", &r);
    const assay_statistic_ask ask = {.design = self, .replicates = r, .y = y, .confidence = 0.8};
    if (status == ASSAY_OK)
        status = replicated_proportion(with, r, answers, NULL, 0.8, NULL, false, &e, &undefined);
    if (status == ASSAY_OK)
        status = assay_statistic_of(with, ASSAY_MEAN, &ask, &s);
    if (status == ASSAY_OK)
        status = assay_statistic_quantile(with, &ask, 0.5, NULL, &s, &used);
    assay_replicates_free(r);
    return status;
}

START_TEST(no_memory_leaves_nothing_behind)
{
    assay_design *d = strata_design(FIVE, sizes, doubled, ASSAY_LONELY_FAIL);
    sweep_memory(need_memory, d);
    uint32_t cell[CASES];
    for (size_t i = 0; i < CASES; i++)
        cell[i] = i % 2;
    d = post_stratified(d, cell, 1000);
    sweep_memory(need_memory, d);
    assay_design_free(d);
    d = calibrated(api_design("clus1"), "linear", true);
    sweep_memory(need_memory, d);
    assay_design_free(d);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("replicate");
    TCase *tests = tcase_create("replicate");
    tcase_add_test(tests, draws_are_pinned);
    tcase_add_test(tests, outputs_that_would_not_be_fair_are_refused);
    tcase_add_test(tests, threads_change_no_bit);
    tcase_add_test(tests, all_draws_come_as_often_as_they_should);
    tcase_add_test(tests, percentiles_are_of_type_seven);
    tcase_add_test(tests, percentiles_of_many_are_order_statistics);
    tcase_add_test(tests, quantiles_have_a_bootstrap);
    tcase_add_test(tests, a_quantile_that_is_reached_exactly_is_reached);
    tcase_add_test(tests, strata_of_one_case_follow_their_rule);
    tcase_add_test(tests, what_has_no_replicates_is_refused);
    tcase_add_test(tests, no_memory_leaves_nothing_behind);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
