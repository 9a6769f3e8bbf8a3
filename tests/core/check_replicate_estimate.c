#include "replicates.h"

#include "infer/weights.h"

/* ---- a jackknife: what R's survey says of its own data ---- */

/* All but `domain_`, `jk_` and what follows the last `_` of a statistic's name. */
static assay_statistic jackknife_of(const assay_replicates *r, const char *name,
                                    const uint8_t *inside)
{
    assay_statistic s = {0};
    assay_statistic_ask ask = {.design = assay_replicates_design(r),
                               .replicates = r,
                               .y = api.enroll,
                               .inside = inside,
                               .confidence = 0.8};
    if (strncmp(name, "ratio", 5) == 0) {
        ask.y = api.students;
        ask.x = api.enroll;
        assert_ok(assay_statistic_of(&context, ASSAY_RATIO, &ask, &s));
    } else if (strncmp(name, "proportion", 10) == 0) {
        uint8_t answers[MOST];
        uint64_t undefined = 99;
        assay_estimate e;
        for (size_t i = 0; i < api.n; i++)
            answers[i] = api.award[i] == 1 ? ASSAY_YES : ASSAY_NO;
        assert_ok(
            replicated_proportion(&context, r, answers, inside, 0.8, NULL, false, &e, &undefined));
        ck_assert_uint_eq(undefined, 0);
        s.se = e.se;
    } else {
        const assay_statistic_kind kind = name[0] == 'm' ? ASSAY_MEAN : ASSAY_TOTAL;
        assert_ok(assay_statistic_of(&context, kind, &ask, &s));
    }
    return s;
}

static size_t r_rows;

static void r_row(char *f[REFERENCE_FIELDS])
{
    const bool domain = strncmp(f[1], "domain_", 7) == 0;
    const char *name = f[1] + (domain ? 7 : 0);
    static const char *const calibrated[] = {"jk_linear", "jk_raking", "jk_post", "jk_twice"};
    if (strncmp(name, "jk_", 3) != 0)
        return;
    for (size_t i = 0; i < 4; i++)
        if (strncmp(name, calibrated[i], strlen(calibrated[i])) == 0)
            return;
    assay_design *d = api_design(f[0]);
    assay_replicates *r = replicates_of(d, ASSAY_JACKKNIFE, 0, NULL);
    const assay_statistic s = jackknife_of(r, name + 3, domain ? high_schools() : NULL);
    const double want = strtod(f[3], NULL);
    ck_assert_msg(fabs(s.se - want) <= 1e-12 * want, "%s %s: %.17g, want %.17g", f[0], f[1], s.se,
                  want);
    assay_replicates_free(r);
    assay_design_free(d);
    r_rows++;
}

START_TEST(jackknives_are_those_of_r_survey)
{
    r_rows = 0;
    for_each_reference("api_statistics.csv", r_row);
    ck_assert_uint_eq(r_rows, 40);
}
END_TEST

/* ---- calibrated anew in every replicate ---- */

static void calibrated_row(char *f[REFERENCE_FIELDS])
{
    const char *name = strchr(f[1], '_');
    const char *what = name == NULL ? NULL : strchr(name + 1, '_');
    if (strncmp(f[1], "jk_", 3) != 0 || what == NULL)
        return;
    assay_design *d = api_design("strat");
    if (strncmp(name, "_linear", 7) == 0 || strncmp(name, "_raking", 7) == 0)
        d = calibrated(d, name[1] == 'l' ? "linear" : "raking", true);
    else if (strncmp(name, "_post", 5) == 0)
        d = post_stratified_awards(d);
    else if (strncmp(name, "_twice", 6) == 0)
        d = calibrated(post_stratified_awards(d), "raking", false);
    if (!assay_design_is_calibrated(d)) {
        assay_design_free(d);
        return;
    }
    assay_replicates *r = replicates_of(d, ASSAY_JACKKNIFE, 0, NULL);
    assay_statistic s;
    assay_statistic_ask ask = {.design = d, .replicates = r, .y = api.api00, .confidence = 0.8};
    const double want = strtod(f[3], NULL);
    if (strncmp(what, "_ratio", 6) == 0) {
        ask.y = api.students;
        ask.x = api.enroll;
        assert_ok(assay_statistic_of(&context, ASSAY_RATIO, &ask, &s));
    } else if (strncmp(what, "_total", 6) == 0) {
        ask.y = api.enroll;
        assert_ok(assay_statistic_of(&context, ASSAY_TOTAL, &ask, &s));
    } else {
        assert_ok(assay_statistic_of(&context, ASSAY_MEAN, &ask, &s));
    }
    const double got = strstr(what, "_se") != NULL ? s.se : s.estimate;
    ck_assert_msg(fabs(got - want) <= 1e-9 * want, "%s: %.17g, want %.17g", f[1], got, want);
    assay_replicates_free(r);
    assay_design_free(d);
    r_rows++;
}

/* To 1e-9: totals are met to 1e-10 here, to 1e-12 there. */
START_TEST(replicates_are_calibrated_as_r_survey_does)
{
    r_rows = 0;
    for_each_reference("api_statistics.csv", calibrated_row);
    ck_assert_uint_eq(r_rows, 11);
}
END_TEST

/* What replicates are calibrated to, they have no variance of; nor do rows of 0 spoil it. */
START_TEST(totals_that_are_met_do_not_vary)
{
    assay_design *d =
        calibrated(post_stratified_awards(api_design("strat_nofpc")), "raking", false);
    assay_replicates *r = replicates_of(d, ASSAY_RAO_WU, 200, "met");
    assay_statistic_ask ask = {.design = d, .replicates = r, .y = api.api99, .confidence = 0.8};
    assay_statistic s, free_one;
    assert_ok(assay_statistic_of(&context, ASSAY_TOTAL, &ask, &s));
    assert_close(s.estimate, 3914069, 1e-10);
    ask.y = api.api00;
    assert_ok(assay_statistic_of(&context, ASSAY_TOTAL, &ask, &free_one));
    ck_assert(s.undefined == 0 && s.se < 1e-7 * free_one.se && free_one.se > 0);
    assay_replicates_free(r);
    assay_design_free(d);
}
END_TEST

/* ---- a jackknife: weighting.csv ---- */

enum { UNITS = 60 };
static size_t units;
static uint32_t strata_of[UNITS];
static uint64_t populations[3];
static uint8_t answers_of[UNITS], relevant[UNITS];

/* stratum,N_h,n_h,sex,risk,relevant,y */
static void unit_row(char *f[REFERENCE_FIELDS])
{
    strata_of[units] = (uint32_t)(f[0][0] - 'a');
    populations[strata_of[units]] = strtoull(f[1], NULL, 10);
    relevant[units] = f[5][0] == '1';
    answers_of[units++] = f[6][0] == '1' ? ASSAY_YES : ASSAY_NO;
}

static assay_design *weighting_design(void)
{
    assay_design *d = NULL;
    units = 0;
    context.error = (assay_error){0};
    for_each_reference("weighting_data.csv", unit_row);
    ck_assert_uint_eq(units, UNITS);
    assert_ok(assay_design_new(
        &context,
        &(assay_sampling){.n = UNITS, .strata = 3, .stratum = strata_of, .population = populations},
        &d));
    return d;
}

static void weighting_row(char *f[REFERENCE_FIELDS])
{
    uint64_t undefined;
    assay_estimate e, plain;
    if (strcmp(f[1], "jkn_mse_fpc") != 0)
        return;
    assay_design *d = weighting_design();
    assay_replicates *r = replicates_of(d, ASSAY_JACKKNIFE, 0, NULL);
    assert_ok(replicated_proportion(&context, r, answers_of, f[2][0] == 'd' ? relevant : NULL, 0.8,
                                    NULL, false, &e, &undefined));
    assert_close(e.se, strtod(f[3], NULL), 1e-13);
    assert_close(e.n_effective, e.estimate * (1 - e.estimate) / (e.se * e.se), 1e-14);
    assert_ok(assay_estimate_proportion(&context, d, answers_of, f[2][0] == 'd' ? relevant : NULL,
                                        0.8, NULL, &plain));
    assert_close(e.deff / plain.deff, e.se * e.se / (plain.se * plain.se), 1e-13);
    assay_replicates_free(r);
    assay_design_free(d);
    r_rows++;
}

START_TEST(jackknives_are_those_of_the_reference)
{
    r_rows = 0;
    for_each_reference("weighting.csv", weighting_row);
    ck_assert_uint_eq(r_rows, 2);
}
END_TEST

/* ---- what replicates tell ---- */

START_TEST(replicates_without_an_estimate_are_counted)
{
    enum { B = 2000 };
    static const uint64_t n[] = {4, 3}, N[] = {ASSAY_INFINITE, ASSAY_INFINITE};
    assay_design *d = strata_design(2, n, N, ASSAY_LONELY_FAIL);
    assay_replicates *r = replicates_of(d, ASSAY_RAO_WU, B, "few"),
                     *j = replicates_of(d, ASSAY_JACKKNIFE, 0, NULL);
    static const uint8_t answers[] = {ASSAY_YES,
                                      ASSAY_NOT_APPLICABLE,
                                      ASSAY_NOT_APPLICABLE,
                                      ASSAY_NOT_APPLICABLE,
                                      ASSAY_NOT_APPLICABLE,
                                      ASSAY_NOT_APPLICABLE,
                                      ASSAY_NO};
    static const uint8_t one[7] = {1};
    uint64_t undefined;
    assay_estimate e;
    /* of neither: (3/4)^3 (2/3)^2 = 3/16 */
    assert_ok(replicated_proportion(&context, r, answers, NULL, 0.8, NULL, false, &e, &undefined));
    ck_assert(fabs((double)undefined - B * 3.0 / 16) < 5 * sqrt(B * 3.0 / 16 * 13 / 16));
    ck_assert(e.se > 0);
    assert_ok(replicated_proportion(&context, j, answers, one, 0.8, NULL, false, &e, &undefined));
    ck_assert(undefined == 1 && isnan(e.se) && isnan(e.lower));
    ck_assert_int_eq(e.state, ASSAY_INTERVAL_UNDEFINED);
    assay_replicates_free(r);
    assay_replicates_free(j);
    assay_design_free(d);
}
END_TEST

/* Factors of trimmed weights are taken as given, before and after others. */
START_TEST(trimmed_weights_keep_their_factors)
{
    static const uint64_t n[] = {4, 3}, N[] = {9, 30};
    static const uint32_t cell[] = {0, 1, 0, 1, 0, 1, 1};
    static const double y[] = {1, 2, 3, 4, 5, 6, 8};
    assay_design *d = strata_design(2, n, N, ASSAY_LONELY_FAIL), *trimmed = NULL;
    assay_calibration *c = NULL;
    assay_trimming about;
    assert_ok(assay_weights_trim(&context, 7, assay_design_weights(d), NULL, 3, 7, &about, &c));
    assert_ok(assay_design_calibrated(&context, d, c, &trimmed));
    assay_design_free(d);
    ck_assert(about.raised + about.cut > 0);
    double trim[7];
    for (size_t i = 0; i < 7; i++)
        trim[i] = assay_design_weights(trimmed)[i];
    d = post_stratified(trimmed, cell, 40);
    assay_replicates *r = replicates_of(d, ASSAY_JACKKNIFE, 0, NULL);
    const double *const each[] = {y}, *const none[] = {NULL};
    double theta[7];
    assert_ok(assay_replicates_ratios(&context, r, 1, each, none, theta));
    for (size_t out = 0; out < 7; out++) {
        double sums[2] = {0}, total = 0, w[7];
        for (size_t i = 0; i < 7; i++) {
            const double m = i < 4 ? 4 : 3;
            w[i] = i == out ? 0 : (i < 4) == (out < 4) ? trim[i] * m / (m - 1) : trim[i];
            sums[cell[i]] += w[i];
        }
        for (size_t i = 0; i < 7; i++)
            total += w[i] * (cell[i] == 0 ? 1994 : 40) / sums[cell[i]] * y[i];
        assert_close(theta[out], total, 1e-13);
    }
    assay_replicates_free(r);
    assay_design_free(d);
}
END_TEST

/* Who responded stands for his class anew; where the population is finite that is not all there is to it. */
START_TEST(responses_are_weighted_anew)
{
    static const uint64_t n[] = {7}, infinite[] = {ASSAY_INFINITE}, finite[] = {50};
    static const uint32_t class[] = {0, 0, 0, 0, 1, 1, 1};
    static const uint8_t responded[] = {1, 0, 1, 1, 1, 1, 0};
    static const double y[] = {1, 0, 3, 4, 5, 6, 0};
    assay_design *d = strata_design(1, n, infinite, ASSAY_LONELY_FAIL), *to = NULL;
    assay_calibration *c = NULL;
    assay_replicates *r = NULL;
    assert_ok(assay_weights_respond(&context, 7, assay_design_weights(d), 2, class, responded, &c));
    assert_ok(assay_design_calibrated(&context, d, c, &to));
    assay_design_free(d);
    r = replicates_of(to, ASSAY_JACKKNIFE, 0, NULL);
    const double *const each[] = {y}, *const none[] = {NULL};
    double theta[7];
    assert_ok(assay_replicates_ratios(&context, r, 1, each, none, theta));
    for (size_t out = 0; out < 7; out++) {
        double all[2] = {0}, those[2] = {0}, sum[2] = {0};
        for (size_t i = 0; i < 7; i++) {
            const double w = i == out ? 0 : 7.0 / 6;
            all[class[i]] += w;
            those[class[i]] += responded[i] ? w : 0;
            sum[class[i]] += responded[i] ? w * y[i] : 0;
        }
        assert_close(theta[out], sum[0] * all[0] / those[0] + sum[1] * all[1] / those[1], 1e-14);
    }
    assay_replicates_free(r);
    assay_design_free(to);
    r = NULL;
    d = strata_design(1, n, finite, ASSAY_LONELY_FAIL);
    assert_ok(assay_weights_respond(&context, 7, assay_design_weights(d), 2, class, responded, &c));
    assert_ok(assay_design_calibrated(&context, d, c, &to));
    assert_status(assay_replicates_new(&context, to, ASSAY_JACKKNIFE, 0, NULL, &r), ASSAY_EDOM);
    ck_assert_str_eq(context.error.argument, "method");
    assay_design_free(d);
    assay_design_free(to);
}
END_TEST

/* Where the only case of a post-stratum is left out, its total cannot be met. */
START_TEST(replicates_that_cannot_be_calibrated_are_counted)
{
    static const uint64_t n[] = {4, 3}, N[] = {9, 8};
    static const uint32_t cell[] = {0, 0, 0, 0, 0, 0, 1};
    static const double y[] = {1, 2, 3, 4, 5, 6, 7};
    assay_design *d = post_stratified(strata_design(2, n, N, ASSAY_LONELY_FAIL), cell, 3);
    assay_replicates *r = replicates_of(d, ASSAY_JACKKNIFE, 0, NULL);
    assay_statistic_ask ask = {.design = d, .replicates = r, .y = y, .confidence = 0.8};
    assay_statistic s;
    assert_ok(assay_statistic_of(&context, ASSAY_MEAN, &ask, &s));
    ck_assert(s.undefined == 1 && isnan(s.se) && s.state == ASSAY_INTERVAL_UNDEFINED);
    ck_assert_int_eq(context.error.status, ASSAY_OK);
    assay_replicates_free(r);
    assay_design_free(d);
}
END_TEST

START_TEST(unanimous_answers_keep_the_size_they_fell_back_to)
{
    assay_design *d = strata_design(FIVE, sizes, doubled, ASSAY_LONELY_FAIL);
    assay_replicates *r = replicates_of(d, ASSAY_RAO_WU, 100, "one");
    uint8_t answers[CASES] = {0};
    uint64_t undefined;
    assay_estimate e, plain;
    assert_ok(assay_estimate_proportion(&context, d, answers, NULL, 0.8, NULL, &plain));
    assert_ok(replicated_proportion(&context, r, answers, NULL, 0.8, NULL, false, &e, &undefined));
    ck_assert(e.estimate == 1 && e.se == 0 && e.n_effective == plain.n_effective);
    ck_assert(e.lower == plain.lower && e.upper == 1);
    assert_ok(replicated_proportion(&context, r, answers, NULL, 0.8, NULL, true, &e, &undefined));
    ck_assert(isnan(e.lower) && e.state == ASSAY_INTERVAL_UNDEFINED);
    ck_assert_str_eq(e.method, "percentile");
    assay_replicates_free(r);
    assay_design_free(d);
}
END_TEST

START_TEST(many_estimates_are_those_of_one_by_one)
{
    enum { QUESTIONS = 7, GROUPS = 5, ALL = QUESTIONS * GROUPS };
    assay_design *d = strata_design(FIVE, sizes, doubled, ASSAY_LONELY_FAIL);
    assay_replicates *r = replicates_of(d, ASSAY_RAO_WU, 100, "many");
    uint8_t answers[QUESTIONS][CASES], inside[CASES];
    const uint8_t *each[QUESTIONS];
    uint32_t group[CASES];
    assay_estimate out[ALL], one;
    uint64_t undefined[ALL], missed;
    for (size_t k = 0; k < QUESTIONS; k++) {
        each[k] = answers[k];
        for (size_t i = 0; i < CASES; i++)
            answers[k][i] = (uint8_t)((i * i + k * i) % 11 % 4);
    }
    for (size_t i = 0; i < CASES; i++)
        group[i] = (uint32_t)(i % GROUPS);
    const assay_estimate_request ask = {.n_questions = QUESTIONS,
                                        .answers = each,
                                        .n_groups = GROUPS,
                                        .group = group,
                                        .confidence = 0.8};
    assert_ok(assay_replicates_proportions(&context, r, &ask, false, out, undefined));
    for (size_t j = 0; j < ALL; j++) {
        for (size_t i = 0; i < CASES; i++)
            inside[i] = group[i] == j / QUESTIONS;
        assert_ok(replicated_proportion(&context, r, each[j % QUESTIONS], inside, 0.8, NULL, false,
                                        &one, &missed));
        ck_assert(missed == undefined[j] && one.x == out[j].x && one.relevant == out[j].relevant);
        ck_assert(one.se == out[j].se || (isnan(one.se) && isnan(out[j].se)));
        ck_assert(one.lower == out[j].lower || (isnan(one.lower) && isnan(out[j].lower)));
    }
    assay_estimate_request capped = ask;
    capped.cap = true;
    assert_status(assay_replicates_proportions(&context, r, &capped, false, out, undefined),
                  ASSAY_EDOM);
    ck_assert_str_eq(context.error.argument, "cap");
    assay_replicates_free(r);
    assay_design_free(d);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("replicate_estimate");
    TCase *tests = tcase_create("replicate_estimate");
    tcase_add_test(tests, jackknives_are_those_of_r_survey);
    tcase_add_test(tests, jackknives_are_those_of_the_reference);
    tcase_add_test(tests, replicates_are_calibrated_as_r_survey_does);
    tcase_add_test(tests, totals_that_are_met_do_not_vary);
    tcase_add_test(tests, replicates_without_an_estimate_are_counted);
    tcase_add_test(tests, trimmed_weights_keep_their_factors);
    tcase_add_test(tests, responses_are_weighted_anew);
    tcase_add_test(tests, replicates_that_cannot_be_calibrated_are_counted);
    tcase_add_test(tests, unanimous_answers_keep_the_size_they_fell_back_to);
    tcase_add_test(tests, many_estimates_are_those_of_one_by_one);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
