#include "tables.h"

#include "infer/variance.h"
#include "infer/weights.h"

static assay_context context;

START_TEST(weights_are_summarised)
{
    static const double w[] = {3, 0, 1, 9, 2, 100};
    static const uint8_t inside[] = {1, 1, 1, 1, 1, 0};
    assay_weights_summary s;
    assert_ok(assay_weights_summarise(&context, 6, w, inside, &s));
    ck_assert_uint_eq(s.n, 4);
    ck_assert_uint_eq(s.zero, 1);
    ck_assert(s.sum == 15 && s.mean == 3.75 && s.median == 2.5 && s.min == 1 && s.max == 9);
    assert_close(s.deff, 4 * (9 + 1 + 81 + 4) / 225.0, 1e-15); /* n sum w^2 / (sum w)^2 */
    assert_ok(assay_weights_summarise(&context, 0, w, NULL, &s));
    ck_assert(s.n == 0 && isnan(s.median) && isnan(s.deff));
}
END_TEST

/* ---- trimming ---- */

/* What is cut off goes to the others in proportion to their weights, again and again. */
static void trim_by_turns(size_t n, double w[], double upper)
{
    for (int turn = 0; turn < 1000; turn++) {
        double excess = 0, rest = 0;
        for (size_t i = 0; i < n; i++) {
            excess += fmax(w[i] - upper, 0);
            w[i] = fmin(w[i], upper);
            rest += w[i] < upper ? w[i] : 0;
        }
        for (size_t i = 0; i < n && excess > 0; i++)
            if (w[i] < upper)
                w[i] *= 1 + excess / rest;
    }
}

enum { N = 41 };
static double many[N];

static void make_many(void)
{
    for (size_t i = 0; i < N; i++)
        many[i] = exp(2 * sin((double)i * 1.7)) + 0.1 * (double)(i % 5);
}

START_TEST(what_is_cut_off_goes_to_the_others)
{
    make_many();
    for (double upper = 1.9; upper < 8; upper *= 1.3) {
        double w[N], sum = 0, before = 0;
        assay_trimming about;
        assay_calibration *c;
        memcpy(w, many, sizeof w);
        trim_by_turns(N, w, upper);
        for (size_t i = 0; i < N; i++)
            before += many[i];
        if (upper * N < before)
            continue;
        assert_ok(assay_weights_trim(&context, N, many, NULL, 0, upper, &about, &c));
        size_t cut = 0;
        for (size_t i = 0; i < N; i++) {
            assert_close(c->weights[i], w[i], 1e-12);
            assert_close(c->factor[c->cell[i]] * many[i], w[i], 1e-12);
            cut += c->weights[i] == upper;
            sum += c->weights[i];
        }
        ck_assert_uint_eq(about.cut, cut);
        ck_assert_uint_gt(cut, 0);
        assert_close(sum, before, 1e-14);
        assay_calibration_free(c);
    }
}
END_TEST

/* With both bounds: the sum stays, none is outside, the others have one scale. */
START_TEST(both_bounds_hold_and_the_sum_stays)
{
    make_many();
    double sum = 0, before = 0;
    assay_trimming about;
    assay_calibration *c;
    assert_ok(assay_weights_trim(&context, N, many, NULL, 1.2, 4.5, &about, &c));
    size_t raised = 0, cut = 0;
    for (size_t i = 0; i < N; i++) {
        const double w = c->weights[i];
        before += many[i];
        sum += w;
        raised += w == 1.2;
        cut += w == 4.5;
        ck_assert(w >= 1.2 && w <= 4.5);
        if (w > 1.2 && w < 4.5)
            assert_close(w / many[i], about.scale, 1e-14);
    }
    ck_assert(raised == about.raised && cut == about.cut && raised > 0 && cut > 0);
    ck_assert_uint_lt(raised + cut, N);
    assert_close(sum, before, 1e-14);
    assay_calibration_free(c);
}
END_TEST

/* Weights within the bounds stay to the last bit; so do those outside and those of none. */
START_TEST(what_is_within_bounds_stays)
{
    static const double w[] = {1, 50, 2, 0, 3};
    static const uint8_t inside[] = {1, 0, 1, 1, 1};
    assay_trimming about;
    assay_calibration *c;
    assert_ok(assay_weights_trim(&context, 5, w, inside, 1, 3, &about, &c));
    ck_assert(memcmp(c->weights, w, sizeof w) == 0 && about.raised + about.cut == 0);
    assay_calibration_free(c);
    assert_ok(assay_weights_trim(&context, 5, w, inside, 2, 2, &about, &c)); /* all come to one */
    static const double two[] = {2, 50, 2, 0, 2};
    ck_assert(memcmp(c->weights, two, sizeof two) == 0);
    assay_calibration_free(c);
}
END_TEST

START_TEST(bounds_without_a_way_are_refused)
{
    static const double w[] = {1, 2, 3}, negative[] = {1, -2, 3};
    assay_trimming about;
    assay_calibration *c = NULL;
    assert_status(assay_weights_trim(&context, 3, w, NULL, 0, 1.5, &about, &c), ASSAY_EDOM);
    ck_assert_str_eq(context.error.message,
                     "all weights at the upper bound come to 4.5, less than their sum of 6");
    ck_assert_str_eq(context.error.argument, "upper");
    assert_status(assay_weights_trim(&context, 3, w, NULL, 2.5, 9, &about, &c), ASSAY_EDOM);
    ck_assert_str_eq(context.error.argument, "lower");
    assert_status(assay_weights_trim(&context, 3, w, NULL, 4, 3, &about, &c), ASSAY_EDOM);
    assert_status(assay_weights_trim(&context, 3, w, NULL, (double)NAN, 3, &about, &c), ASSAY_EDOM);
    assert_status(assay_weights_trim(&context, 3, w, NULL, 0, HUGE_VAL, &about, &c), ASSAY_EDOM);
    assert_status(assay_weights_trim(&context, 3, negative, NULL, 0, 9, &about, &c), ASSAY_EDOM);
    ck_assert_str_eq(context.error.argument, "weights");
    ck_assert_uint_eq(context.error.row, 2);
    ck_assert_ptr_null(c);
}
END_TEST

/* ---- non-response ---- */

static assay_design *design_of(size_t n, uint64_t population)
{
    static const uint32_t all_one[64];
    assay_design *design = NULL;
    const assay_sampling sampling = {
        .n = n, .strata = 1, .stratum = all_one, .population = &population};
    assert_ok(assay_design_new(&context, &sampling, &design));
    return design;
}

enum { SAMPLED = 20, POPULATION = 50 };

static void fill(uint8_t responded[], double y[], uint32_t class[])
{
    for (size_t i = 0; i < SAMPLED; i++) {
        responded[i] = i % 4 != 1;
        y[i] = sin((double)i);
        class[i] = 0;
    }
}

static assay_design *responding(const assay_design *base, const uint32_t class[], size_t classes,
                                const uint8_t responded[])
{
    assay_design *design = NULL;
    assay_calibration *c = NULL;
    assert_ok(assay_weights_respond(&context, SAMPLED, assay_design_weights(base), classes, class,
                                    responded, &c));
    assert_ok(assay_design_calibrated(&context, base, c, &design));
    return design;
}

/*
** One class: those who responded are a simple random sample of r of N, and the variance of N times their mean
** is N^2 (1 - r/N) s^2 / r. By its two phases, with SS = (r - 1) s^2,
** (N/r)^2 SS [(1 - n/N) n / (n-1) + (n - r) / N].
*/
START_TEST(the_error_of_one_class_is_that_of_those_who_responded)
{
    uint8_t responded[SAMPLED];
    uint32_t class[SAMPLED];
    double y[SAMPLED], v, r = 0, mean = 0, squares = 0;
    fill(responded, y, class);
    assay_design *base = design_of(SAMPLED, POPULATION);
    assay_design *design = responding(base, class, 1, responded);
    for (size_t i = 0; i < SAMPLED; i++)
        r += responded[i];
    for (size_t i = 0; i < SAMPLED; i++)
        mean += responded[i] * y[i] / r;
    for (size_t i = 0; i < SAMPLED; i++)
        squares += responded[i] * (y[i] - mean) * (y[i] - mean);
    assert_ok(assay_variance_of_totals(&context, design, 1, (const double *[]){y}, &v));
    const double n = SAMPLED, all = POPULATION;
    assert_close(v, (all / r) * (all / r) * squares * ((1 - n / all) * n / (n - 1) + (n - r) / all),
                 1e-13);
    assert_close(v, all * all * (1 - r / all) * squares / (r - 1) / r, 0.03);
    assay_design_free(design);
    assay_design_free(base);
}
END_TEST

/* Without an end of the population response adds nothing to the error between cases. */
START_TEST(several_classes_are_as_their_definition)
{
    for (int finite = 0; finite < 2; finite++) {
        uint8_t responded[SAMPLED];
        uint32_t class[SAMPLED];
        double y[SAMPLED], v, u[SAMPLED], mean = 0, want = 0, of[2] = {0}, sum[2] = {0},
                                          all[2] = {0};
        fill(responded, y, class);
        assay_design *base = design_of(SAMPLED, finite ? POPULATION : ASSAY_INFINITE);
        const double d = assay_design_weights(base)[0];
        for (size_t i = 0; i < SAMPLED; i++) {
            class[i] = i % 3 == 0;
            all[class[i]]++;
            of[class[i]] += responded[i];
            sum[class[i]] += responded[i] * y[i];
        }
        assay_design *design = responding(base, class, 2, responded);
        for (size_t i = 0; i < SAMPLED; i++) {
            const uint32_t k = class[i];
            const double m = sum[k] / of[k], p = of[k] / all[k], e = responded[i] * (y[i] - m) / p;
            u[i] = d * (m + e);
            mean += u[i] / SAMPLED;
            want += finite ? SAMPLED / (double)POPULATION * (1 - p) * d * e * d * e : 0;
        }
        for (size_t i = 0; i < SAMPLED; i++)
            want += (finite ? 1 - SAMPLED / (double)POPULATION : 1) * SAMPLED / (SAMPLED - 1.0) *
                    (u[i] - mean) * (u[i] - mean);
        assert_ok(assay_variance_of_totals(&context, design, 1, (const double *[]){y}, &v));
        assert_close(v, want, 1e-13);
        assay_design_free(design);
        assay_design_free(base);
    }
}
END_TEST

/* Where all responded nothing changes; units in no class keep their weights. */
START_TEST(full_response_changes_nothing)
{
    uint8_t responded[SAMPLED];
    uint32_t class[SAMPLED];
    double y[SAMPLED], v, want;
    fill(responded, y, class);
    memset(responded, 1, sizeof responded);
    class[3] = 1;
    assay_design *base = design_of(SAMPLED, POPULATION);
    assay_design *design = responding(base, class, 1, responded);
    for (size_t i = 0; i < SAMPLED; i++)
        assert_close(assay_design_weights(design)[i], assay_design_weights(base)[i], 1e-15);
    assert_ok(assay_variance_of_totals(&context, design, 1, (const double *[]){y}, &v));
    assert_ok(assay_variance_of_totals(&context, base, 1, (const double *[]){y}, &want));
    assert_close(v, want, 1e-13);
    assay_design_free(design);
    assay_design_free(base);
}
END_TEST

/* ---- short memory ---- */

static assay_status attempt_trim(assay_context *with, void *self)
{
    assay_trimming about;
    assay_weights_summary s;
    assay_calibration *c = NULL;
    (void)self;
    assay_status status = assay_weights_summarise(with, N, many, NULL, &s);
    if (status == ASSAY_OK)
        status = assay_weights_trim(with, N, many, NULL, 1.2, 4.5, &about, &c);
    assay_calibration_free(c);
    return status;
}

static assay_status attempt_variance(assay_context *with, void *self)
{
    double y[SAMPLED], v;
    for (size_t i = 0; i < SAMPLED; i++)
        y[i] = (double)i;
    return assay_variance_of_totals(with, self, 1, (const double *[]){y}, &v);
}

START_TEST(memory_that_is_short_is_said)
{
    uint8_t responded[SAMPLED];
    uint32_t class[SAMPLED];
    double y[SAMPLED];
    make_many();
    sweep_memory(attempt_trim, NULL);
    fill(responded, y, class);
    assay_design *base = design_of(SAMPLED, POPULATION);
    assay_design *design = responding(base, class, 1, responded);
    sweep_memory(attempt_variance, design);
    assay_design_free(design);
    assay_design_free(base);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("weights");
    TCase *tests = tcase_create("weights");
    tcase_add_test(tests, weights_are_summarised);
    tcase_add_test(tests, what_is_cut_off_goes_to_the_others);
    tcase_add_test(tests, both_bounds_hold_and_the_sum_stays);
    tcase_add_test(tests, what_is_within_bounds_stays);
    tcase_add_test(tests, bounds_without_a_way_are_refused);
    tcase_add_test(tests, the_error_of_one_class_is_that_of_those_who_responded);
    tcase_add_test(tests, several_classes_are_as_their_definition);
    tcase_add_test(tests, full_response_changes_nothing);
    tcase_add_test(tests, memory_that_is_short_is_said);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
