#include "tables.h"

#include <gsl/gsl_sf_gamma.h>

#include "infer/simulate.h"

static assay_context context = {.threads = 2};

/* ---- every sample that there is, by assay_estimate_proportion ---- */

enum { MOST_STRATA = 3 };

typedef struct world {
    size_t n;
    uint64_t N[MOST_STRATA], K[MOST_STRATA], size[MOST_STRATA];
} world;

/* Sums over all samples, with their probabilities. */
typedef struct exact {
    double mean, square, se, width, below, above, defined;
} exact;

static double chance_of(const world *w, const uint64_t x[])
{
    double log_p = 0;
    for (size_t h = 0; h < w->n; h++) {
        if (x[h] > w->K[h] || w->size[h] - x[h] > w->N[h] - w->K[h])
            return 0;
        log_p += gsl_sf_lnchoose((unsigned)w->K[h], (unsigned)x[h]) +
                 gsl_sf_lnchoose((unsigned)(w->N[h] - w->K[h]), (unsigned)(w->size[h] - x[h])) -
                 gsl_sf_lnchoose((unsigned)w->N[h], (unsigned)w->size[h]);
    }
    return exp(log_p);
}

static assay_estimate estimate_of(const world *w, const uint64_t x[], double confidence,
                                  const assay_estimate_method *method)
{
    uint32_t stratum[64];
    uint8_t answers[64];
    size_t n = 0;
    assay_design *design = NULL;
    assay_estimate out = {0};
    for (size_t h = 0; h < w->n; h++)
        for (uint64_t i = 0; i < w->size[h]; i++, n++) {
            stratum[n] = (uint32_t)h;
            answers[n] = i < x[h] ? ASSAY_YES : ASSAY_NO;
        }
    assert_ok(assay_design_new(&context,
                               &(assay_sampling){.n = n,
                                                 .strata = w->n,
                                                 .stratum = stratum,
                                                 .population = w->N,
                                                 .lonely = ASSAY_LONELY_FAIL},
                               &design));
    assert_ok(assay_estimate_proportion(&context, design, answers, NULL, confidence, method, &out));
    assay_design_free(design);
    return out;
}

static double share_of(const world *w)
{
    double N = 0, K = 0;
    for (size_t h = 0; h < w->n; h++) {
        N += (double)w->N[h];
        K += (double)w->K[h];
    }
    return K / N;
}

static exact enumerate(const world *w, double confidence, const assay_estimate_method *method)
{
    exact sums = {0};
    uint64_t x[MOST_STRATA] = {0};
    const double share = share_of(w);
    for (size_t h = 0; h < w->n;) {
        const double p = chance_of(w, x);
        if (p > 0) {
            const assay_estimate e = estimate_of(w, x, confidence, method);
            sums.mean += p * e.estimate;
            sums.square += p * (e.estimate - share) * (e.estimate - share);
            sums.se += p * e.se;
            if (!isnan(e.lower)) {
                sums.defined += p;
                sums.width += p * (e.upper - e.lower);
                sums.below += e.upper < share - 1e-12 ? p : 0;
                sums.above += e.lower > share + 1e-12 ? p : 0;
            }
        }
        for (h = 0; h < w->n && ++x[h] > w->size[h]; h++)
            x[h] = 0;
    }
    return sums;
}

static const world worlds[] = {
    {1, {20}, {7}, {6}},
    {1, {300}, {1}, {20}},
    {2, {10, 25}, {3, 20}, {2, 5}},
    {3, {12, 9, 30}, {0, 9, 11}, {3, 4, 7}},
    {3, {6, 40, 11}, {5, 13, 4}, {6, 8, 2}},
    {2, {1, 30}, {1, 12}, {1, 9}},
};
enum { WORLDS = sizeof worlds / sizeof worlds[0], DRAWS = 60001 };

/* Within five standard deviations of what 60,001 draws of a share, or of a mean, would give. */
static void assert_near(double got, double want, double variance)
{
    const double apart = fabs(got - want);
    ck_assert_msg(apart <= 5 * sqrt(variance / DRAWS) + 1e-12, "%.9g, want %.9g", got, want);
}

START_TEST(draws_say_what_all_samples_say_together)
{
    static const char *const methods[] = {"wilson_neff", "korn_graubard", "wald_z", NULL};
    for (size_t i = 0; i < WORLDS; i++)
        for (size_t m = 0; m < 4; m++) {
            const world *w = &worlds[i];
            const assay_estimate_method *method =
                methods[m] == NULL ? NULL : assay_estimate_find(methods[m]);
            const exact want = enumerate(w, 0.8, method);
            assay_simulation got;
            assert_ok(assay_simulate(&context, w->n, w->N, w->K, w->size, 0.8, method, "s-1", DRAWS,
                                     &got));
            ck_assert_uint_eq(got.draws, DRAWS);
            ck_assert_uint_eq(got.undefined, 0);
            assert_close(got.share, share_of(w), 1e-15);
            assert_close(got.exact_sd, sqrt(want.square), 1e-10);
            assert_close(want.mean, got.share, 1e-10);
            assert_near(got.mean, got.share, want.square);
            ck_assert(fabs(got.sd - got.exact_sd) <= 0.03 * got.exact_sd);
            assert_near(got.mean_se, want.se, 0.01);
            assert_near(got.mean_width, want.width / want.defined, 0.05);
            assert_near(got.below, want.below, want.below * (1 - want.below));
            assert_near(got.above, want.above, want.above * (1 - want.above));
            assert_close(got.coverage, 1 - got.below - got.above, 1e-12);
        }
}
END_TEST

/* Two cases of two: every draw is the population. */
START_TEST(a_census_is_always_right)
{
    const uint64_t N[] = {3, 0, 2}, K[] = {2, 0, 0};
    assay_simulation got;
    assert_ok(assay_simulate(&context, 3, N, K, N, 0.95, assay_estimate_find("wilson_neff"), "x", 7,
                             &got));
    assert_close(got.share, 0.4, 1e-15);
    assert_close(got.mean, 0.4, 1e-15);
    ck_assert(got.sd < 1e-15 && got.exact_sd == 0 && got.mean_width == 0 && got.coverage == 1);
}
END_TEST

START_TEST(neither_threads_nor_other_draws_change_a_draw)
{
    const world *w = &worlds[4];
    assay_simulation one, three, again;
    assay_context alone = {.threads = 1}, many = {.threads = 3};
    const assay_estimate_method *method = assay_estimate_find("wilson_neff");
    assert_ok(assay_simulate(&alone, w->n, w->N, w->K, w->size, 0.9, method, "t", 5000, &one));
    assert_ok(assay_simulate(&many, w->n, w->N, w->K, w->size, 0.9, method, "t", 5000, &three));
    ck_assert(memcmp(&one, &three, sizeof one) == 0);
    assert_ok(assay_simulate(&many, w->n, w->N, w->K, w->size, 0.9, method, "u", 5000, &again));
    ck_assert(again.mean != one.mean);
    assert_ok(assay_simulate(&many, w->n, w->N, w->K, w->size, 0.9, method, "t", 1, &again));
    ck_assert(isnan(again.sd));
}
END_TEST

/* Large strata, whose tables start far from 0: mean and sd are still those of theory. */
START_TEST(large_strata_are_drawn_as_theory_says)
{
    const uint64_t N[] = {2000000, 70000}, K[] = {900000, 69000}, n[] = {20000, 1500};
    assay_simulation got;
    assert_ok(assay_simulate(&context, 2, N, K, n, 0.95, assay_estimate_find("wilson_neff"), "big",
                             20000, &got));
    ck_assert(fabs(got.mean - got.share) <= 5 * got.exact_sd / sqrt(20000));
    ck_assert(fabs(got.sd / got.exact_sd - 1) < 0.025); /* 5 / sqrt(2 x 20,000) */
    ck_assert(fabs(got.coverage - 0.95) < 0.01);
}
END_TEST

START_TEST(what_cannot_be_simulated_is_told)
{
    static const struct {
        uint64_t N, K, n;
        double confidence;
        const char *seed;
        uint64_t draws, row;
        const char *argument;
    } rows[] = {
        {10, 3, 11, 0.8, "s", 5, 1, ""},
        {10, 11, 5, 0.8, "s", 5, 1, ""},
        {10, 3, 0, 0.8, "s", 5, 1, ""},
        {10, 3, 1, 0.8, "s", 5, 1, ""},
        {0, 0, 0, 0.8, "s", 5, 0, ""},
        {10, 3, 5, 1, "s", 5, 0, "confidence"},
        {10, 3, 5, 0.8, "", 5, 0, "seed"},
        {10, 3, 5, 0.8, "s", 0, 0, "draws"},
        {10, 3, 5, 0.8, "s", ASSAY_SIMULATE_MOST + 1, 0, "draws"},
        {10, 3, 5, (double)NAN, "s", 5, 0, "confidence"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assay_simulation got = {.draws = 77};
        context.error = (assay_error){0};
        assert_status(assay_simulate(&context, 1, &rows[i].N, &rows[i].K, &rows[i].n,
                                     rows[i].confidence, NULL, rows[i].seed, rows[i].draws, &got),
                      ASSAY_EDOM);
        ck_assert_uint_eq(context.error.row, rows[i].row);
        ck_assert_str_eq(context.error.argument, rows[i].argument);
        ck_assert_uint_eq(got.draws, 77);
    }
}
END_TEST

START_TEST(yes_is_counted_by_stratum)
{
    static const size_t column[] = {1};
    static const char *const texts[] = {"Y", "P"}, *const other[] = {"Y", "y"};
    uint64_t counts[2];
    assay_frame *frame = table("id,s,a,b\n1,x,Y,1\n2,y,N,2\n3,x,P,\n4,y,Y,2\n5,y,Y,1\n");
    assay_plan *plan = NULL;
    assert_ok(assay_plan_new(&context, frame, 0, 1, column, &plan));
    assert_ok(assay_simulate_count(&context, plan, 2, 2, texts, counts));
    ck_assert_uint_eq(counts[0], 2);
    ck_assert_uint_eq(counts[1], 2);
    assert_ok(assay_simulate_count(&context, plan, 2, 1, texts, counts));
    ck_assert_uint_eq(counts[0], 1);
    assert_status(assay_simulate_count(&context, plan, 2, 2, other, counts), ASSAY_EUNKNOWN);
    ck_assert_ptr_nonnull(strstr(context.error.message, "'y'"));
    assert_status(assay_simulate_count(&context, plan, 3, 1, texts, counts), ASSAY_EMISSING);
    ck_assert_uint_eq(context.error.row, 3);
    assay_plan_release(plan);
    assay_frame_free(frame);
}
END_TEST

static assay_status simulate(assay_context *with, void *self)
{
    const world *w = self;
    assay_simulation got;
    return assay_simulate(with, w->n, w->N, w->K, w->size, 0.9, NULL, "t", 600, &got);
}

START_TEST(a_simulation_that_finds_no_memory_leaves_nothing)
{
    world w = worlds[3];
    sweep_memory(simulate, &w);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("simulate");
    TCase *tests = tcase_create("simulate");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, draws_say_what_all_samples_say_together);
    tcase_add_test(tests, a_census_is_always_right);
    tcase_add_test(tests, neither_threads_nor_other_draws_change_a_draw);
    tcase_add_test(tests, large_strata_are_drawn_as_theory_says);
    tcase_add_test(tests, what_cannot_be_simulated_is_told);
    tcase_add_test(tests, yes_is_counted_by_stratum);
    tcase_add_test(tests, a_simulation_that_finds_no_memory_leaves_nothing);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
