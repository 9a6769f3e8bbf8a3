#include "check.h"

#include "infer/design.h"
#include "tables.h"

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

/* ---- clusters, weights, chances ---- */

static const uint32_t one_stratum[5] = {0}, in_clusters[] = {0, 0, 1, 2, 1};

/* Five cases in three of 9 clusters, which have 4, 2 and infinitely many. */
static assay_sampling clustered(void)
{
    static const uint64_t nine = 9, sizes[] = {4, 2, ASSAY_INFINITE};
    return (assay_sampling){.n = 5,
                            .strata = 1,
                            .stratum = one_stratum,
                            .population = &nine,
                            .clusters = 3,
                            .cluster = in_clusters,
                            .cluster_population = sizes};
}

START_TEST(a_design_in_two_stages_has_weights_by_both)
{
    static const double want[] = {6, 6, 3, 3, 3}, chances[] = {.5, .5, .25, 1, .25};
    assay_sampling s = clustered();
    assay_design *d = NULL;
    context = (assay_context){0};
    assert_ok(assay_design_new(&context, &s, &d));
    for (size_t i = 0; i < 5; i++)
        assert_close(assay_design_weights(d)[i], want[i], 1e-15);
    ck_assert_uint_eq(assay_design_sample(d, 0), 3);
    ck_assert_uint_eq(assay_design_clusters(d), 3);
    ck_assert_uint_eq(assay_design_cluster_population(d, 1), 2);
    ck_assert(assay_design_is_two_stage(d) && !assay_design_is_simple(d));
    ck_assert(!assay_design_has_chances(d) && assay_design_cases(d) == 21);
    assay_design_free(d);
    s.chances = chances;
    assert_ok(assay_design_new(&context, &s, &d));
    const double by_chance[] = {4, 4, 4, 1, 4};
    for (size_t i = 0; i < 5; i++)
        assert_close(assay_design_weights(d)[i], by_chance[i], 1e-15);
    ck_assert(assay_design_has_chances(d));
    assay_design_free(d);
}
END_TEST

START_TEST(populations_may_be_without_end)
{
    static const uint64_t endless[] = {ASSAY_INFINITE, 7};
    static const uint32_t two[] = {0, 1, 0, 1, 0};
    const assay_sampling s = {.n = 5, .strata = 2, .stratum = two, .population = endless};
    assay_design *d = NULL;
    context = (assay_context){0};
    assert_ok(assay_design_new(&context, &s, &d));
    ck_assert(assay_design_total(d) == ASSAY_INFINITE && isinf(assay_design_cases(d)));
    ck_assert(assay_design_weights(d)[0] == 1 && assay_design_weights(d)[1] == 3.5);
    ck_assert(!assay_design_is_simple(d));
    assay_design_free(d);
}
END_TEST

/* Refused, and nothing is left. */
static void assert_not(const assay_sampling *s, const char *argument, uint64_t row,
                       const char *message)
{
    const size_t before = assay_memory_in_use();
    assay_design *d = NULL;
    context = (assay_context){0};
    assert_status(assay_design_new(&context, s, &d), ASSAY_EDOM);
    ck_assert_ptr_null(d);
    ck_assert_uint_eq(assay_memory_in_use(), before);
    ck_assert_str_eq(context.error.argument, argument);
    ck_assert_uint_eq(context.error.row, row);
    ck_assert_str_eq(context.error.message, message);
}

START_TEST(weights_and_chances_outside_their_range_are_refused)
{
    static const double bad_weights[] = {0, -1, NAN, INFINITY}, bad_chances[] = {0, -1, NAN, 1.5};
    for (size_t k = 0; k < 4; k++) {
        double numbers[] = {1, 1, 1, 1, 1};
        numbers[3] = bad_weights[k];
        assay_sampling s = clustered();
        s.weights = numbers;
        assert_not(&s, "weights", 4, "case 4 has a weight that is not above 0");
        numbers[3] = bad_chances[k];
        s.weights = NULL;
        s.chances = numbers;
        assert_not(&s, "chances", 4, "case 4 has a probability that is not above 0 and up to 1");
    }
    static const double uneven[] = {.5, .25, 1, 1, 1};
    assay_sampling s = clustered();
    s.chances = uneven;
    assert_not(&s, "chances", 2,
               "cluster 1 has two probabilities: all its cases must have the same");
}
END_TEST

START_TEST(clusters_that_do_not_hold_together_are_refused)
{
    static const uint32_t strata[] = {0, 1, 1, 1, 1}, far[] = {0, 0, 1, 3, 1},
                          none[] = {0, 0, 2, 2, 2};
    static const uint64_t two[] = {9, 9}, few = 2, small[] = {4, 1, 5};
    assay_sampling s = clustered();
    s.strata = 2;
    s.stratum = strata;
    s.population = two;
    assert_not(&s, "cluster", 2, "cluster 1 is in stratum 1 and in stratum 2");
    s = clustered();
    s.cluster = far;
    assert_not(&s, "cluster", 4, "case 4 is in cluster 4 of 3");
    s.cluster = none;
    assert_not(&s, "cluster", 2, "cluster 2 has no case");
    s = clustered();
    s.population = &few;
    assert_not(&s, "population", 1, "stratum 1 has a population of 2 and 3 clusters in the sample");
    s = clustered();
    s.cluster_population = small;
    assert_not(&s, "cluster_population", 2,
               "cluster 2 has a population of 1 and 2 cases in the sample");
}
END_TEST

START_TEST(a_stratum_without_neighbours_cannot_be_collapsed)
{
    static const uint32_t own[] = {0, 1, 1, 1, 1}, nowhere[] = {7, 1}, empty[] = {2, 1, 2};
    static const uint64_t population[] = {9, 4}, third[] = {9, 4, 0};
    assay_sampling s = {.n = 5,
                        .strata = 2,
                        .stratum = own,
                        .population = population,
                        .lonely = ASSAY_LONELY_COLLAPSE};
    assert_not(&s, "lonely", 1,
               "stratum 1 has one case or cluster of several in the sample, and no other to be put "
               "together with");
    s.neighbour = nowhere;
    assert_not(&s, "neighbour", 1, "stratum 1 has no neighbour that has cases");
    s.neighbour = empty;
    s.strata = 3;
    s.population = third;
    assert_not(&s, "neighbour", 1, "stratum 1 has no neighbour that has cases");
}
END_TEST

static assay_status try_stages(assay_context *with, void *self)
{
    (void)self;
    assay_sampling s = clustered();
    static const double chances[] = {.5, .5, .25, 1, .25};
    assay_design *d = NULL;
    double df;
    s.chances = chances;
    s.lonely = ASSAY_LONELY_CERTAINTY;
    assay_status status = assay_design_new(with, &s, &d);
    if (status == ASSAY_OK)
        status = assay_design_df(with, d, NULL, &df);
    assay_design_free(d);
    return status;
}

START_TEST(two_stages_need_memory)
{
    sweep_memory(try_stages, NULL);
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
    tcase_add_test(tests, a_design_in_two_stages_has_weights_by_both);
    tcase_add_test(tests, populations_may_be_without_end);
    tcase_add_test(tests, weights_and_chances_outside_their_range_are_refused);
    tcase_add_test(tests, clusters_that_do_not_hold_together_are_refused);
    tcase_add_test(tests, a_stratum_without_neighbours_cannot_be_collapsed);
    tcase_add_test(tests, two_stages_need_memory);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
