#include "tables.h"

#include "api.h"

#include "infer/statistic.h"

static assay_statistic_ask ask_of(const assay_design *d, const double *y)
{
    return (assay_statistic_ask){.design = d, .y = y, .confidence = 0.80};
}

/* ---- what R's survey says of its own data ---- */

/* What the name of a statistic, such as domain_quantile_0.5_beta_se, asks for. */
static assay_statistic statistic_of(const assay_design *d, const char *name)
{
    assay_statistic s = {0};
    const char *used = NULL;
    const bool domain = strncmp(name, "domain_", 7) == 0;
    assay_statistic_ask ask = ask_of(d, api.enroll);
    ask.inside = domain ? high_schools() : NULL;
    name += domain ? 7 : 0;
    if (strncmp(name, "quantile_", 9) == 0) {
        char *end;
        ask.y = api.api00;
        const double p = strtod(name + 9, &end);
        const char *method = strncmp(end, "_beta", 5) == 0 ? "korn_graubard" : "wald_t";
        ck_assert_ptr_nonnull(assay_estimate_find(method));
        assert_ok(
            assay_statistic_quantile(&context, &ask, p, assay_estimate_find(method), &s, &used));
        ck_assert_str_eq(used, method);
    } else if (strncmp(name, "ratio", 5) == 0) {
        ask.y = api.students;
        ask.x = api.enroll;
        assert_ok(assay_statistic_of(&context, ASSAY_RATIO, &ask, &s));
    } else {
        const assay_statistic_kind kind = name[0] == 'm' ? ASSAY_MEAN : ASSAY_TOTAL;
        assert_ok(assay_statistic_of(&context, kind, &ask, &s));
    }
    return s;
}

static double field_of(const assay_statistic *s, const char *name)
{
    const char *last = strrchr(name, '_');
    return last == NULL                  ? s->estimate
           : strcmp(last, "_se") == 0    ? s->se
           : strcmp(last, "_lower") == 0 ? s->lower
           : strcmp(last, "_upper") == 0 ? s->upper
           : strcmp(last, "_deff") == 0  ? s->deff
                                         : s->estimate;
}

static size_t r_rows;

static void r_row(char *f[REFERENCE_FIELDS])
{
    if (strstr(f[1], "jk_") != NULL)
        return;
    assay_design *d = api_design(f[0]);
    const assay_statistic s = statistic_of(d, f[1]);
    const double want = strtod(f[3], NULL), got = field_of(&s, f[1]);
    ck_assert_msg(isnan(want) ? isnan(got) : fabs(got - want) <= 2e-12 * fabs(want),
                  "%s %s: %.17g, want %.17g", f[0], f[1], got, want);
    assay_design_free(d);
    r_rows++;
}

START_TEST(statistics_are_those_of_r_survey)
{
    r_rows = 0;
    for_each_reference("api_statistics.csv", r_row);
    ck_assert_uint_eq(r_rows, 352);
}
END_TEST

/* ---- by hand ---- */

/* Two strata, 3 of 10 and 4 of 12; the last case of each is outside the domain, one has no value. */
enum { UNITS = 7 };
static const uint32_t strata_of[UNITS] = {0, 0, 0, 1, 1, 1, 1};
static const uint64_t populations[] = {10, 12};
static const double values[UNITS] = {2, 5, 100, 1, NAN, 4, 200};
static const uint8_t inside[UNITS] = {1, 1, 0, 1, 1, 1, 0};

static assay_design *small_design(const uint64_t population[2])
{
    assay_design *d = NULL;
    context.error = (assay_error){0};
    assert_ok(assay_design_new(
        &context,
        &(assay_sampling){.n = UNITS, .strata = 2, .stratum = strata_of, .population = population},
        &d));
    return d;
}

START_TEST(a_domain_is_a_part_of_the_sample)
{
    assay_design *d = small_design(populations);
    assay_statistic_ask ask = ask_of(d, values);
    assay_statistic s;
    ask.inside = inside;
    assert_ok(assay_statistic_of(&context, ASSAY_MEAN, &ask, &s));
    ck_assert_uint_eq(s.n, 5);
    ck_assert_uint_eq(s.missing, 1);
    ck_assert(s.df == 2 && s.state == ASSAY_INTERVAL_OK);
    /* weights 10/3 and 3: (10/3 * 7 + 3 * 5) / (20/3 + 6) = 115/38 */
    assert_close(s.estimate, 115.0 / 38, 1e-15);
    const double m = 115.0 / 38, a[3] = {2 - m, 5 - m, 0}, b[4] = {1 - m, 0, 4 - m, 0};
    double A = 0, B = 0, v = 0;
    for (int i = 0; i < 3; i++)
        A += a[i] / 3;
    for (int i = 0; i < 4; i++)
        B += b[i] / 4;
    for (int i = 0; i < 3; i++)
        v += 100 * (1 - 0.3) / 3 * (a[i] - A) * (a[i] - A) / 2;
    for (int i = 0; i < 4; i++)
        v += 144 * (1 - 4.0 / 12) / 4 * (b[i] - B) * (b[i] - B) / 3;
    assert_close(s.se, sqrt(v) / (38.0 / 3), 1e-14);
    assert_close(s.half_width, s.se * 1.8856180831641267, 1e-13); /* 4/3 sqrt(2): t with 2 */
    assert_ok(assay_statistic_of(&context, ASSAY_TOTAL, &ask, &s));
    assert_close(s.estimate, 115.0 / 3, 1e-15);
    assay_design_free(d);
}
END_TEST

START_TEST(deff_of_one_stratum_is_one)
{
    const uint64_t all[] = {22};
    const uint32_t one[UNITS] = {0};
    const double y[UNITS] = {2, 5, 100, 1, 7, 4, 200}, x[UNITS] = {1, 2, 3, 4, 5, 6, 7};
    assay_design *d = NULL;
    assay_statistic s;
    assert_ok(assay_design_new(
        &context, &(assay_sampling){.n = UNITS, .strata = 1, .stratum = one, .population = all},
        &d));
    assay_statistic_ask ask = ask_of(d, y);
    ask.x = x;
    assert_ok(assay_statistic_of(&context, ASSAY_MEAN, &ask, &s));
    assert_close(s.deff, 1, 1e-14);
    assert_ok(assay_statistic_of(&context, ASSAY_TOTAL, &ask, &s));
    assert_close(s.deff, 1, 1e-14);
    assert_ok(assay_statistic_of(&context, ASSAY_RATIO, &ask, &s));
    assert_close(s.deff, 1, 1e-14);
    ask.inside = inside; /* of a total the zeros outside are what a random sample would have too */
    assert_ok(assay_statistic_of(&context, ASSAY_TOTAL, &ask, &s));
    assert_close(s.deff, 1, 1e-14);
    assay_design_free(d);
}
END_TEST

START_TEST(what_is_known_of_all_has_no_error)
{
    static const uint64_t census[] = {3, 4};
    assay_design *d = small_design(census);
    assay_statistic_ask ask = ask_of(d, values);
    assay_statistic s;
    const char *used;
    assert_ok(assay_statistic_of(&context, ASSAY_TOTAL, &ask, &s));
    ck_assert(s.estimate == 312 && s.se == 0 && s.lower == 312 && s.upper == 312);
    ck_assert(s.state == ASSAY_INTERVAL_OK && isnan(s.deff));
    assert_ok(assay_statistic_quantile(&context, &ask, 0.5, NULL, &s, &used));
    ck_assert(s.estimate == 4 && s.lower == 4 && s.upper == 4 && s.se == 0);
    assay_design_free(d);
}
END_TEST

START_TEST(too_little_to_tell_is_said)
{
    assay_design *d = small_design(populations);
    assay_statistic_ask ask = ask_of(d, values);
    assay_statistic s;
    const char *used;
    const uint8_t one[UNITS] = {0, 1}, blank[UNITS] = {0, 0, 0, 0, 1}, none[UNITS] = {0};
    const double zero[UNITS] = {0};
    ask.inside = one;
    assert_ok(assay_statistic_of(&context, ASSAY_MEAN, &ask, &s));
    ck_assert(s.estimate == 5 && s.df == 0 && isnan(s.lower) && isnan(s.upper));
    ck_assert_int_eq(s.state, ASSAY_INTERVAL_UNDEFINED);
    assert_ok(assay_statistic_quantile(&context, &ask, 0.5, NULL, &s, &used));
    ck_assert(s.estimate == 5 && isnan(s.lower) && s.state == ASSAY_INTERVAL_UNDEFINED);
    ask.inside = blank;
    assert_ok(assay_statistic_of(&context, ASSAY_TOTAL, &ask, &s));
    ck_assert(s.n == 1 && s.missing == 1 && isnan(s.estimate) && isnan(s.se) && isnan(s.df));
    ck_assert_int_eq(s.state, ASSAY_INTERVAL_NO_DATA);
    ask.inside = none;
    assert_ok(assay_statistic_quantile(&context, &ask, 0.5, NULL, &s, &used));
    ck_assert(s.n == 0 && isnan(s.estimate) && s.state == ASSAY_INTERVAL_NO_DATA);
    ask.inside = NULL;
    ask.x = zero;
    assert_ok(assay_statistic_of(&context, ASSAY_RATIO, &ask, &s));
    ck_assert(isnan(s.estimate) && s.state == ASSAY_INTERVAL_UNDEFINED && s.df == 4);
    assay_design_free(d);
}
END_TEST

START_TEST(quantiles_are_values_of_the_sample)
{
    /* of 47/3 in all 1 has 3, 2 has 10/3, 4 has 3, 100 has 10/3, 200 has 3 */
    static const double p_of[] = {0.01, 9.0 / 47, 0.3, 0.5, 0.7, 0.99};
    static const double y[UNITS] = {2, 100, NAN, 1, 4, NAN, 200};
    static const double want[] = {1, 1, 2, 4, 100, 200};
    assay_design *d = small_design(populations);
    assay_statistic_ask ask = ask_of(d, y);
    for (size_t i = 0; i < sizeof p_of / sizeof *p_of; i++) {
        assay_statistic s;
        const char *used;
        assert_ok(assay_statistic_quantile(&context, &ask, p_of[i], NULL, &s, &used));
        ck_assert_msg(s.estimate == want[i], "%g: %g", p_of[i], s.estimate);
    }
    assay_design_free(d);
}
END_TEST

static void refuse(assay_statistic_ask ask, double p, const char *argument)
{
    assay_statistic s = {.n = 99};
    const char *used = "none";
    const assay_status status = p == -1
                                    ? assay_statistic_of(&context, ASSAY_MEAN, &ask, &s)
                                    : assay_statistic_quantile(&context, &ask, p, NULL, &s, &used);
    assert_status(status, ASSAY_EDOM);
    ck_assert_str_eq(context.error.argument, argument);
    ck_assert(s.n == 99);
    ck_assert_str_eq(used, "none");
}

START_TEST(what_cannot_be_asked_is_refused)
{
    assay_design *d = small_design(populations);
    assay_statistic_ask ask = ask_of(d, values);
    refuse(ask, 0, "p");
    refuse(ask, 1, "p");
    refuse(ask, NAN, "p");
    ask.limits = ASSAY_LIMITS_PERCENTILE;
    refuse(ask, -1, "method");
    ask.limits = ASSAY_LIMITS_T;
    ask.confidence = 1;
    refuse(ask, -1, "confidence");
    ask.confidence = NAN;
    refuse(ask, 0.5, "confidence");
    assay_design_free(d);
}
END_TEST

START_TEST(values_are_numbers)
{
    assay_column *column = NULL;
    double y[2];
    assert_ok(assay_column_of_integers(&context, 2, (const int64_t[]){7, INT64_MIN}, &column));
    assert_ok(assay_statistic_values(&context, column, y));
    ck_assert(y[0] == 7 && isnan(y[1]));
    assay_column_release(column);
    assert_ok(assay_column_of_days(&context, 2, (const int32_t[]){7, 8}, &column));
    assert_status(assay_statistic_values(&context, column, y), ASSAY_EDOM);
    ck_assert_str_eq(context.error.message,
                     "numbers are needed, and this is a column of kind date");
    assay_column_release(column);
    double of[4];
    assay_statistic_answers(
        4, (const uint8_t[]){ASSAY_YES, ASSAY_NO, ASSAY_NOT_APPLICABLE, ASSAY_UNANSWERED}, of);
    ck_assert(of[0] == 1 && of[1] == 0 && of[2] == 0 && isnan(of[3]));
}
END_TEST

static assay_status need_memory(assay_context *with, void *self)
{
    assay_statistic s;
    const char *used;
    const assay_statistic_ask *ask = self;
    assay_status status = assay_statistic_of(with, ASSAY_MEAN, ask, &s);
    if (status == ASSAY_OK)
        status = assay_statistic_quantile(with, ask, 0.5, NULL, &s, &used);
    return status;
}

START_TEST(no_memory_leaves_nothing_behind)
{
    assay_design *d = small_design(populations);
    assay_statistic_ask ask = ask_of(d, values);
    sweep_memory(need_memory, &ask);
    assay_design_free(d);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("statistic");
    TCase *tests = tcase_create("statistic");
    tcase_add_test(tests, statistics_are_those_of_r_survey);
    tcase_add_test(tests, a_domain_is_a_part_of_the_sample);
    tcase_add_test(tests, deff_of_one_stratum_is_one);
    tcase_add_test(tests, what_is_known_of_all_has_no_error);
    tcase_add_test(tests, too_little_to_tell_is_said);
    tcase_add_test(tests, quantiles_are_values_of_the_sample);
    tcase_add_test(tests, what_cannot_be_asked_is_refused);
    tcase_add_test(tests, values_are_numbers);
    tcase_add_test(tests, no_memory_leaves_nothing_behind);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
