#include "check.h"

#include "infer/design.h"

static const uint32_t stratum[] = {0, 2, 2, 0, 2};
static assay_context context;

static assay_status make(size_t n_strata, const uint64_t population[], assay_design **design)
{
    context = (assay_context){0};
    return assay_design_new(&context,
                            &(assay_sampling){.n = 5,
                                              .strata = n_strata,
                                              .stratum = stratum,
                                              .population = population,
                                              .lonely = ASSAY_LONELY_ADJUST},
                            design);
}

static void assert_refused(size_t n_strata, const uint64_t population[], const char *argument,
                           uint64_t row, const char *message)
{
    assay_design *design = NULL;
    const size_t before = assay_memory_in_use();
    assert_status(make(n_strata, population, &design), ASSAY_EDOM);
    ck_assert_ptr_null(design);
    ck_assert_uint_eq(assay_memory_in_use(), before);
    ck_assert_int_eq(context.error.status, ASSAY_EDOM);
    ck_assert_str_eq(context.error.argument, argument);
    ck_assert_uint_eq(context.error.row, row);
    ck_assert_str_eq(context.error.message, message);
}

START_TEST(a_design_holds_what_it_was_given_and_counts_the_sample)
{
    uint64_t population[] = {9, 0, 3};
    uint32_t strata[] = {0, 2, 2, 0, 2};
    assay_design *design;
    context = (assay_context){0};
    assert_ok(assay_design_new(&context,
                               &(assay_sampling){.n = 5,
                                                 .strata = 3,
                                                 .stratum = strata,
                                                 .population = population,
                                                 .lonely = ASSAY_LONELY_ADJUST},
                               &design));
    memset(population, 0, sizeof population);
    memset(strata, 0, sizeof strata);
    ck_assert_uint_eq(assay_design_units(design), 5);
    ck_assert_uint_eq(assay_design_strata(design), 3);
    ck_assert_uint_eq(assay_design_total(design), 12);
    ck_assert_int_eq(assay_design_lonely(design), ASSAY_LONELY_ADJUST);
    ck_assert_int_eq(memcmp(assay_design_stratum(design), stratum, sizeof stratum), 0);
    const uint64_t want[][2] = {{9, 2}, {0, 0}, {3, 3}};
    for (size_t h = 0; h < 3; h++) {
        ck_assert_uint_eq(assay_design_population(design, h), want[h][0]);
        ck_assert_uint_eq(assay_design_sample(design, h), want[h][1]);
    }
    assay_design_free(design);
    assay_design_free(NULL);
}
END_TEST

static assay_status make_after(const double raise[], const uint64_t lost[], assay_design **design)
{
    static const uint8_t inside[] = {1, 0, 1, 1, 1};
    static const uint64_t population[] = {9, 0, 3};
    const assay_aftermath after = {inside, raise, lost};
    context = (assay_context){0};
    return assay_design_new(&context,
                            &(assay_sampling){.n = 5,
                                              .strata = 3,
                                              .stratum = stratum,
                                              .population = population,
                                              .lonely = ASSAY_LONELY_ADJUST,
                                              .after = &after},
                            design);
}

START_TEST(a_design_knows_what_became_of_its_cases)
{
    static const double raise[] = {0.5, 1, 1},
                        bad[][3] = {{1, 1, 0}, {1, 1, NAN}, {1, 1, INFINITY}};
    static const uint64_t lost[] = {2, 0, 1}, all[] = {0, 4, 0};
    assay_design *design = NULL, *none = NULL;
    assert_ok(make_after(raise, lost, &design));
    ck_assert(assay_design_inside(design, 0) && !assay_design_inside(design, 1));
    ck_assert(assay_design_raise(design, 0) == 0.5);
    ck_assert_uint_eq(assay_design_lost(design), 3);
    assay_design_free(design);
    for (size_t i = 0; i < 3; i++) {
        assert_status(make_after(bad[i], lost, &none), ASSAY_EDOM);
        ck_assert_uint_eq(context.error.row, 3);
    }
    assert_status(make_after(raise, all, &none), ASSAY_EDOM);
    ck_assert_str_eq(context.error.message, "all 4 cases drawn from stratum 2 are unavailable: "
                                            "nothing can be said of it");
    ck_assert_ptr_null(none);
}
END_TEST

START_TEST(what_became_of_cases_needs_memory)
{
    static const double raise[] = {0.5, 1, 1};
    static const uint64_t lost[] = {2, 0, 1};
    for (uint64_t k = 1;; k++) {
        assay_design *design = NULL;
        const size_t before = assay_memory_in_use();
        assay_memory_fail_at(k, false);
        const assay_status status = make_after(raise, lost, &design);
        const bool failed = assay_memory_fail_at(0, false) >= k;
        assert_status(status, failed ? ASSAY_ENOMEM : ASSAY_OK);
        assay_design_free(design);
        ck_assert_uint_eq(assay_memory_in_use(), before);
        if (!failed)
            break;
    }
}
END_TEST

START_TEST(a_stratum_without_a_case_in_the_sample_is_refused)
{
    const uint64_t population[] = {9, 40, 3};
    assert_refused(3, population, "population", 2,
                   "stratum 2 has a population of 40 and no case in the sample");
}
END_TEST

START_TEST(a_sample_beyond_its_population_is_refused)
{
    const uint64_t two[] = {9, 0, 2}, none[] = {0, 0, 3};
    assert_refused(3, two, "population", 3,
                   "stratum 3 has a population of 2 and 3 cases in the sample");
    assert_refused(3, none, "population", 1,
                   "stratum 1 has a population of 0 and 2 cases in the sample");
}
END_TEST

START_TEST(a_stratum_that_is_not_there_is_refused)
{
    const uint64_t population[] = {9, 3};
    assert_refused(2, population, "stratum", 2, "case 2 is in stratum 3 of 2");
}
END_TEST

START_TEST(a_design_needs_a_population_that_can_be_counted)
{
    const uint64_t none[] = {0, 0}, many[] = {9, 0, UINT64_MAX - 1};
    assay_design *design = NULL;
    assert_refused(3, many, "population", 0, "the strata have a population beyond 2^53");
    context = (assay_context){0};
    assert_status(assay_design_new(&context,
                                   &(assay_sampling){.n = 0,
                                                     .strata = 2,
                                                     .stratum = stratum,
                                                     .population = none,
                                                     .lonely = ASSAY_LONELY_FAIL},
                                   &design),
                  ASSAY_EDOM);
    ck_assert_str_eq(context.error.message, "the strata have a population of 0");
    assert_status(assay_design_new(&context,
                                   &(assay_sampling){.n = 0,
                                                     .strata = 0,
                                                     .stratum = NULL,
                                                     .population = NULL,
                                                     .lonely = ASSAY_LONELY_FAIL},
                                   &design),
                  ASSAY_EDOM);
}
END_TEST

START_TEST(a_design_without_memory_leaves_nothing_behind)
{
    const uint64_t population[] = {9, 0, 3};
    const size_t before = assay_memory_in_use();
    assay_design *design = NULL;
    uint64_t k = 1;
    for (;; k++) {
        assay_memory_fail_at(k, true);
        const assay_status status = make(3, population, &design);
        assay_memory_fail_at(0, false);
        if (status == ASSAY_OK)
            break;
        ck_assert_int_eq(status, ASSAY_ENOMEM);
        ck_assert_uint_eq(assay_memory_in_use(), before);
    }
    ck_assert_uint_gt(k, 1);
    assay_design_free(design);
    ck_assert_uint_eq(assay_memory_in_use(), before);
}
END_TEST

static assay_status stop(void *self, uint64_t done, uint64_t total)
{
    (void)self, (void)done, (void)total;
    return ASSAY_ESTOPPED;
}

START_TEST(making_a_design_can_be_stopped)
{
    const uint64_t population[] = {9, 0, 3};
    const size_t before = assay_memory_in_use();
    assay_design *design = NULL;
    context = (assay_context){.poll = stop};
    assert_status(assay_design_new(&context,
                                   &(assay_sampling){.n = 5,
                                                     .strata = 3,
                                                     .stratum = stratum,
                                                     .population = population,
                                                     .lonely = ASSAY_LONELY_FAIL},
                                   &design),
                  ASSAY_ESTOPPED);
    ck_assert_ptr_null(design);
    ck_assert_uint_eq(assay_memory_in_use(), before);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("design");
    TCase *tests = tcase_create("design");
    tcase_add_test(tests, a_design_holds_what_it_was_given_and_counts_the_sample);
    tcase_add_test(tests, a_design_knows_what_became_of_its_cases);
    tcase_add_test(tests, what_became_of_cases_needs_memory);
    tcase_add_test(tests, a_stratum_without_a_case_in_the_sample_is_refused);
    tcase_add_test(tests, a_sample_beyond_its_population_is_refused);
    tcase_add_test(tests, a_stratum_that_is_not_there_is_refused);
    tcase_add_test(tests, a_design_needs_a_population_that_can_be_counted);
    tcase_add_test(tests, a_design_without_memory_leaves_nothing_behind);
    tcase_add_test(tests, making_a_design_can_be_stopped);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
