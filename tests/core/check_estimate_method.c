#include "estimate.h"

#include "prob/dist.h"
#include "prob/interval.h"

static double upper_t(double confidence, double df)
{
    double t;
    assert_ok(assay_t_quantile((1 - confidence) / 2, df, &t));
    return -t;
}

/* ---- R's survey ---- */

static int ciprop_rows;

/*
** R's likelihood limits are interpolated, and its fit stops at 1e-8 or so. The dispersion that they are
** scaled by divides squares by r - 1, for which n_effective (r-1) / r stands.
*/
static void check_likelihood(const assay_estimate *got, double lower, double upper)
{
    double low, high;
    const double r = (double)got->relevant, n = got->n_effective * (r - 1) / r;
    const double t = upper_t(got->confidence, got->df);
    assert_ok(assay_lrt_at(got->estimate * n, n, t, &low, &high));
    assert_close(got->estimate - low, got->estimate - lower, 1e-3);
    assert_close(high - got->estimate, upper - got->estimate, 1e-3);
    ck_assert(lower < got->lower && got->upper < upper);
}

static void check_ciprop(char *f[REFERENCE_FIELDS])
{
    const bool fitted = strcmp(f[1], "lrt") == 0;
    const struct sample s = parse(f[2], ASSAY_NOT_APPLICABLE, 0);
    const assay_estimate got = estimate_of(&s, ASSAY_LONELY_FAIL, strtod(f[3], NULL), f[1]);
    const double lower = strtod(f[6], NULL), upper = strtod(f[7], NULL);
    assert_close(got.estimate, strtod(f[4], NULL), fitted ? 1e-7 : 1e-12);
    assert_close(got.se, strtod(f[5], NULL), 1e-12);
    ciprop_rows++;
    if (fitted) {
        check_likelihood(&got, lower, upper);
        return;
    }
    /* R does not bring wald's limits back into [0, 1] */
    const bool clipped = lower < 0 || upper > 1;
    ck_assert_int_eq(got.state, clipped ? ASSAY_INTERVAL_CLIPPED : ASSAY_INTERVAL_OK);
    assert_close(got.lower, fmax(lower, 0), 1e-10);
    assert_close(got.upper, fmin(upper, 1), 1e-10);
}

START_TEST(limits_are_those_of_svyciprop)
{
    for_each_reference("svyciprop.csv", check_ciprop);
    ck_assert_int_eq(ciprop_rows, 64);
}
END_TEST

/* ---- what the limits solve ---- */

static const char *const samples[] = {"120:48:20;80:32:18;52:20:7", "254:100:61",
                                      "10:4:4;12:5:5;30:9:9", "5:5:3;40:12:7;200:30:11",
                                      "120:48:30:12;80:32:25:11;52:20:19:0"};
enum { N_SAMPLES = sizeof samples / sizeof samples[0] };

/* (p - P)^2 = z^2 P (1-P) sum W^2 g / m, with W, g and m as the sample is written */
START_TEST(score_limits_solve_their_equation)
{
    const double z = assay_normal_upper((1 - 0.8) / 2);
    for (size_t k = 0; k < N_SAMPLES; k++) {
        const struct sample s = parse(samples[k], ASSAY_NOT_APPLICABLE, 1);
        const assay_estimate e = estimate_of(&s, ASSAY_LONELY_FAIL, 0.8, "score");
        double sum = 0, all = 0, W[MAX_STRATA] = {0}, m[MAX_STRATA] = {0}, n[MAX_STRATA] = {0};
        for (size_t i = 0; i < s.n; i++) {
            n[s.stratum[i]]++;
            m[s.stratum[i]] += s.answers[i] <= ASSAY_NO;
        }
        for (size_t h = 0; h < s.strata; h++) {
            W[h] = (double)s.population[h] * m[h] / n[h];
            all += W[h];
        }
        for (size_t h = 0; h < s.strata; h++) {
            const double N = (double)s.population[h];
            sum += W[h] / all * W[h] / all * (N - n[h]) / (N - 1) / m[h];
        }
        const double ends[] = {e.lower, e.upper};
        for (int j = 0; j < 2; j++) {
            const double P = ends[j], apart = e.estimate - P;
            if (P > 0 && P < 1)
                assert_close(apart * apart, z * z * P * (1 - P) * sum, 1e-12);
        }
        ck_assert(e.lower < e.estimate || e.estimate == 0);
        ck_assert(e.upper > e.estimate || e.estimate == 1);
    }
}
END_TEST

START_TEST(lrt_limits_have_the_likelihood_ratio_of_t)
{
    for (size_t k = 0; k < N_SAMPLES; k++) {
        const assay_estimate e = estimate_text(samples[k], "lrt");
        const double t = upper_t(0.8, e.df), p = e.estimate, q = 1 - p;
        const double ends[] = {e.lower, e.upper};
        for (int j = 0; j < 2; j++) {
            const double P = ends[j];
            if (P == 0 || P == 1)
                continue;
            const double yes = p > 0 ? p * log(p / P) : 0, no = q > 0 ? q * log(q / (1 - P)) : 0;
            assert_close(2 * e.n_effective * (yes + no), t * t, 1e-9);
        }
        ck_assert(e.lower < p && (e.upper > p || p == 1));
    }
}
END_TEST

/* One stratum: yan_su is Wilson's of n, yan_su_fpc and score are those of n (N-1) / (N-n). */
START_TEST(one_stratum_has_the_limits_of_a_simple_sample)
{
    const double tail = (1 - 0.8) / 2;
    static const char *const methods[] = {"yan_su", "yan_su_fpc", "score"};
    for (int k = 0; k < 3; k++) {
        double lower, upper;
        const assay_estimate e = estimate_text("254:100:61", methods[k]);
        assert_ok(assay_wilson_real(0.61, k == 0 ? 100 : 100.0 * 253 / 154, tail, &lower, &upper));
        assert_close(e.lower, lower, 1e-13);
        assert_close(e.upper, upper, 1e-13);
    }
}
END_TEST

/* In a domain m stands for n: 120:48:48, 30 of them relevant, is as wide as 120:48 of which 30 are known. */
START_TEST(yan_su_takes_relevant_cases_for_the_sample)
{
    const double z = assay_normal_upper((1 - 0.8) / 2);
    const struct {
        double N, n, m, x;
    } strata[] = {{120, 48, 30, 12}, {80, 32, 25, 11}, {52, 20, 19, 5}};
    for (int finite = 0; finite < 2; finite++) {
        double W[3], all = 0, squares = 0, roots = 0, lower = 0, upper = 0, size[3];
        for (int h = 0; h < 3; h++)
            all += W[h] = strata[h].N * strata[h].m / strata[h].n;
        for (int h = 0; h < 3; h++) {
            const double p = strata[h].x / strata[h].m;
            size[h] = finite ? strata[h].m * (strata[h].N - 1) / (strata[h].N - strata[h].n)
                             : strata[h].m;
            squares += W[h] * W[h] * p * (1 - p) / size[h];
            roots += W[h] * sqrt(p * (1 - p) / size[h]);
        }
        for (int h = 0; h < 3; h++) { /* Wilson's formula once more */
            const double p = strata[h].x / strata[h].m, s = z * sqrt(squares) / roots;
            const double arm = s * sqrt(p * (1 - p) / size[h] + s * s / 4 / size[h] / size[h]);
            const double middle = p + s * s / 2 / size[h], whole = 1 + s * s / size[h];
            lower += W[h] / all * (middle - arm) / whole;
            upper += W[h] / all * (middle + arm) / whole;
        }
        const assay_estimate e =
            estimate_text("120:48:30:12;80:32:25:11;52:20:19:5", finite ? "yan_su_fpc" : "yan_su");
        assert_close(e.lower, lower, 1e-13);
        assert_close(e.upper, upper, 1e-13);
    }
}
END_TEST

/* ---- the cap ---- */

static assay_estimate capped(const struct sample *s, const char *method)
{
    assay_estimate out;
    assay_design *d = design_of(s, ASSAY_LONELY_FAIL);
    const uint8_t *answers = s->answers;
    const assay_estimate_request ask = {.n_questions = 1,
                                        .answers = &answers,
                                        .n_groups = 1,
                                        .confidence = 0.8,
                                        .method = assay_estimate_find(method),
                                        .cap = true};
    assert_ok(assay_estimate_proportions(&context, d, &ask, &out));
    assay_design_free(d);
    return out;
}

/* 61 of 100 from 254: n_effective is 163.3, of which no more than 100 count. */
START_TEST(a_capped_size_is_no_more_than_the_cases)
{
    double lower, upper;
    const double tail = (1 - 0.8) / 2;
    const struct sample s = parse("254:100:61", ASSAY_NO, 1);
    static const char *const methods[] = {"wilson_neff", "korn_graubard", "korn_graubard_z", "lrt"};
    for (int k = 0; k < 4; k++) {
        const assay_estimate e = capped(&s, methods[k]);
        assert_ok(k == 0  ? assay_wilson_real(0.61, 100, tail, &lower, &upper)
                  : k < 3 ? assay_clopper_pearson_real(61, 100, tail, &lower, &upper)
                          : assay_lrt_at(61, 100, upper_t(0.8, 99), &lower, &upper));
        assert_close(e.lower, lower, 1e-12);
        assert_close(e.upper, upper, 1e-12);
        ck_assert(e.n_effective > 160); /* as it was: only limits are capped */
    }
    const struct sample spread = parse("990:10:5;10:9:5", ASSAY_NO, 1); /* n_effective < 19 */
    for (int k = 0; k < 4; k++) {
        const assay_estimate with = capped(&spread, methods[k]);
        const assay_estimate without = estimate_of(&spread, ASSAY_LONELY_FAIL, 0.8, methods[k]);
        ck_assert(with.lower == without.lower && with.upper == without.upper);
    }
}
END_TEST

/* ---- edges ---- */

START_TEST(limits_beyond_an_end_are_brought_back)
{
    const assay_estimate low = estimate_text("200:2:1;300:2:0", "wald_z");
    ck_assert(low.lower == 0 && low.upper < 1 && low.state == ASSAY_INTERVAL_CLIPPED);
    ck_assert(low.half_width == low.upper / 2);
    const assay_estimate high = estimate_text("200:2:1;300:2:2", "wald_t");
    ck_assert(high.upper == 1 && high.lower > 0 && high.state == ASSAY_INTERVAL_CLIPPED);
}
END_TEST

/* Each stratum of one mind, not of the same: no variance, so that wald has a point and logit nothing. */
START_TEST(no_variance_leaves_what_needs_one_undefined)
{
    for (size_t k = 0; assay_estimate_name(k) != NULL; k++) {
        const char *name = assay_estimate_name(k);
        const assay_estimate e = estimate_text("101:7:7;33:11:0", name);
        const bool none = strncmp(name, "logit", 5) == 0 || strcmp(name, "wald_satterthwaite") == 0;
        const bool point = strcmp(name, "wald_z") == 0 || strcmp(name, "wald_t") == 0;
        ck_assert_int_eq(e.state, none ? ASSAY_INTERVAL_UNDEFINED : ASSAY_INTERVAL_OK);
        ck_assert(none || (point ? e.lower == e.upper : e.lower < e.estimate));
    }
}
END_TEST

/* One case in each of two strata: without degrees of freedom nothing is made with t. */
START_TEST(no_degrees_of_freedom_leave_t_undefined)
{
    static const char *const with_t[] = {"korn_graubard", "wald_t", "logit_t", "lrt",
                                         "wald_satterthwaite"};
    const struct sample s = parse("9:1:1;8:1:0", ASSAY_NO, 1);
    for (size_t k = 0; k < 5; k++) {
        const assay_estimate e = estimate_of(&s, ASSAY_LONELY_ADJUST, 0.8, with_t[k]);
        ck_assert(e.se > 0 && isnan(e.lower) && isnan(e.half_width));
        ck_assert_int_eq(e.state, ASSAY_INTERVAL_UNDEFINED);
    }
    ck_assert(estimate_of(&s, ASSAY_LONELY_ADJUST, 0.8, "wald_z").upper > 0.5);
}
END_TEST

START_TEST(moments_give_the_limits_of_the_sample)
{
    const assay_estimate e = estimate_text("120:48:20;80:32:18;52:20:7", "wilson_neff");
    const assay_moments moments = {.p = e.estimate,
                                   .q = 1 - e.estimate,
                                   .variance = e.se * e.se,
                                   .n_effective = e.n_effective,
                                   .df = e.df,
                                   .relevant = 100};
    for (size_t k = 0; assay_estimate_name(k) != NULL; k++) {
        double lower = 42, upper = 42;
        const assay_estimate_method *method = assay_estimate_find(assay_estimate_name(k));
        const assay_status status = assay_estimate_limits(method, &moments, 0.8, &lower, &upper);
        ck_assert_int_eq(status, assay_estimate_is_from_counts(method) ? ASSAY_EDOM : ASSAY_OK);
        if (status != ASSAY_OK) {
            ck_assert(lower == 42 && upper == 42);
            continue;
        }
        const assay_estimate want =
            estimate_text("120:48:20;80:32:18;52:20:7", assay_estimate_name(k));
        assert_close(lower, want.lower, 1e-13);
        assert_close(upper, want.upper, 1e-13);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("estimate_method");
    TCase *values = tcase_create("values"), *edges = tcase_create("edges");
    tcase_add_test(values, limits_are_those_of_svyciprop);
    tcase_add_test(values, score_limits_solve_their_equation);
    tcase_add_test(values, lrt_limits_have_the_likelihood_ratio_of_t);
    tcase_add_test(values, one_stratum_has_the_limits_of_a_simple_sample);
    tcase_add_test(values, yan_su_takes_relevant_cases_for_the_sample);
    tcase_add_test(values, a_capped_size_is_no_more_than_the_cases);
    tcase_add_test(values, moments_give_the_limits_of_the_sample);
    tcase_add_test(edges, limits_beyond_an_end_are_brought_back);
    tcase_add_test(edges, no_variance_leaves_what_needs_one_undefined);
    tcase_add_test(edges, no_degrees_of_freedom_leave_t_undefined);
    suite_add_tcase(suite, values);
    suite_add_tcase(suite, edges);
    return run_suite(suite);
}
