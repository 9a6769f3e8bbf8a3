#include "tables.h"

#include "base/rng.h"
#include "infer/representativity.h"

static assay_context context;

static assay_representativity measure(size_t k, const uint64_t population[],
                                      const uint64_t sample[], uint64_t replicates)
{
    assay_representativity found;
    assert_ok(assay_representativity_of(&context, k, population, sample, "seed-1", "x", replicates,
                                        &found));
    return found;
}

/* ---- against R 4.2.2 ---- */

/* sum((x - E)^2 / E) (N - 1) / (N - n), pchisq, 1 - 2 sqrt(S^2 - bias) with R's own functions */
START_TEST(measures_are_those_of_r)
{
    static const uint64_t population[] = {705, 1524, 1500}, sample[] = {31, 40, 29};
    const assay_representativity found = measure(3, population, sample, 1);
    double difference, z;
    assert_close(found.chi_squared, 11.1846495047743968, 1e-13);
    assert_close(found.p_value, 0.0037263549348566, 1e-12);
    assert_close(found.r_indicator, 0.983960800905051, 1e-13);
    ck_assert(found.df == 2 && !found.by_simulation && !found.exact && !found.within_rounding);
    assert_close(found.largest_gap, 31 - 100 * 705 / 3729.0, 1e-13);
    assay_representativity_cell(31, 100, 705, 3729, &difference, &z);
    assert_close(difference, 0.308874076750953, 1e-13);
    assert_close(z, 3.130588085179069, 1e-13);
    assert_close(found.largest_difference, difference, 1e-13);
}
END_TEST

/*
** Exact p: every sample of the multivariate hypergeometric distribution enumerated in R, the
** probabilities of those whose distance is as large added up. A million replicates have a standard
** error of 0.00043 at most: 5 of these are allowed.
*/
static const struct {
    uint64_t population[4], sample[4];
    size_t k;
    double p;
} enumerated[] = {
    {{7, 5, 3, 2}, {5, 1, 1, 0}, 4, 0.244138214726451},
    {{20, 4, 2}, {6, 3, 0}, 3, 0.222207357859533},
};

START_TEST(simulated_p_is_the_exact_one)
{
    const uint64_t replicates = 1000000;
    const assay_representativity found =
        measure(enumerated[_i].k, enumerated[_i].population, enumerated[_i].sample, replicates);
    const double p = enumerated[_i].p, se = sqrt(p * (1 - p) / (double)replicates);
    ck_assert(found.by_simulation);
    ck_assert_msg(fabs(found.p_value - p) <= 5 * se, "p = %.6f, exactly %.6f", found.p_value, p);
}
END_TEST

/* ---- by brute force ---- */

/* Every sample of 3 of 5 + 4: S^2 less its expected value has the mean 0, before the floor at 0. */
START_TEST(the_r_indicator_is_without_bias)
{
    static const uint64_t population[] = {5, 4};
    static const double ways[] = {4, 5 * 6, 10 * 4, 10}; /* C(5, i) C(4, 3 - i) */
    const double n = 3, N = 9, bias = n * (N - n) / (N * (N - 1) * (N - 1));
    double mean = 0;
    for (uint64_t i = 0; i <= 3; i++) {
        const uint64_t sample[] = {i, 3 - i};
        const double a = (double)i / 5 - n / N, b = (double)(3 - i) / 4 - n / N;
        const double spread = (5 * a * a + 4 * b * b) / (N - 1);
        const assay_representativity found = measure(2, population, sample, 1);
        assert_close(found.r_indicator, 1 - 2 * sqrt(fmax(spread - bias, 0)), 1e-13);
        mean += ways[i] / 84 * (spread - bias);
    }
    ck_assert(fabs(mean) < 1e-15);
}
END_TEST

/* ---- what is seen at once ---- */

START_TEST(margins_are_compared_in_whole_numbers)
{
    static const uint64_t population[] = {30, 20, 50}, exact[] = {3, 2, 5}, near[] = {4, 2, 5},
                          third[] = {1, 1, 1}, one_of_each[] = {1, 1, 0}, off[] = {5, 2, 3};
    assay_representativity found = measure(3, population, exact, 1);
    ck_assert(found.exact && found.within_rounding && found.largest_gap == 0);
    ck_assert(found.chi_squared == 0 && found.p_value == 1 && found.r_indicator == 1);
    found = measure(3, population, near, 1); /* 3.3, 2.2 and 5.5 are expected */
    ck_assert(!found.exact && found.within_rounding);
    assert_close(found.largest_gap, 0.7, 1e-14);
    found = measure(3, population, off, 1);
    ck_assert(!found.within_rounding && found.largest_gap == 2);
    found = measure(3, third, one_of_each, 99);
    ck_assert(found.within_rounding && found.by_simulation && found.p_value == 1);
}
END_TEST

START_TEST(all_cases_and_one_cell_leave_nothing_to_test)
{
    static const uint64_t population[] = {3, 2}, one[] = {1};
    assay_representativity found = measure(2, population, population, 1);
    ck_assert(found.chi_squared == 0 && found.p_value == 1 && found.r_indicator == 1);
    ck_assert(found.exact && !found.by_simulation && found.largest_difference == 0);
    found = measure(1, population, one, 1);
    ck_assert(found.df == 0 && found.chi_squared == 0 && found.p_value == 1);
    found = measure(1, one, one, 1);
    ck_assert(found.r_indicator == 1 && found.exact);
}
END_TEST

START_TEST(replicates_depend_on_seed_and_variable_alone)
{
    static const uint64_t population[] = {7, 5, 3, 2}, sample[] = {5, 1, 1, 0};
    assay_representativity a, b, c;
    assay_context more = {.threads = 8};
    assert_ok(assay_representativity_of(&context, 4, population, sample, "s", "x", 9999, &a));
    assert_ok(assay_representativity_of(&more, 4, population, sample, "s", "x", 9999, &b));
    ck_assert(a.p_value == b.p_value);
    assert_ok(assay_representativity_of(&context, 4, population, sample, "s", "y", 9999, &c));
    ck_assert(a.p_value != c.p_value);
    /* (1 + m) / (B + 1) */
    const double m = a.p_value * 10000 - 1;
    assert_close(m, floor(m + 0.5), 1e-9);
}
END_TEST

/* The samples drawn one by one, each from a list of its own, as the header says. */
START_TEST(each_replicate_starts_from_the_list_as_it_is)
{
    static const uint64_t population[] = {7, 5, 3, 2}, sample[] = {5, 1, 1, 0};
    enum { N = 17, n = 7, B = 997 };
    double observed = 0;
    uint64_t as_large = 0;
    for (size_t k = 0; k < 4; k++) {
        const double expected = n * (double)population[k] / N;
        observed += ((double)sample[k] - expected) * ((double)sample[k] - expected) / expected;
    }
    for (uint64_t b = 0; b < B; b++) {
        uint64_t drawn[4] = {0};
        size_t list[N], at = 0;
        double distance = 0;
        assay_rng rng;
        for (size_t k = 0; k < 4; k++)
            for (uint64_t i = 0; i < population[k]; i++)
                list[at++] = k;
        assay_rng_stream(&rng, "seed-1", "representativity/x", b);
        for (size_t i = 0; i < n; i++) {
            const size_t j = i + gsl_rng_uniform_int(&rng.gsl, N - i), k = list[j];
            list[j] = list[i];
            drawn[k]++;
        }
        for (size_t k = 0; k < 4; k++) {
            const double expected = n * (double)population[k] / N;
            distance += ((double)drawn[k] - expected) * ((double)drawn[k] - expected) / expected;
        }
        as_large += distance >= observed * (1 - 1e-12);
    }
    ck_assert(measure(4, population, sample, B).p_value == (double)(1 + as_large) / (B + 1));
}
END_TEST

static int polled;

static assay_status stop(void *self, uint64_t done, uint64_t total)
{
    (void)self;
    (void)done;
    (void)total;
    return ++polled > 3 ? ASSAY_ESTOPPED : ASSAY_OK;
}

START_TEST(a_long_simulation_can_be_stopped)
{
    static const uint64_t population[] = {700000, 300000, 3}, sample[] = {700, 300, 1};
    assay_context stopping = {.poll = stop};
    assay_representativity found = {.p_value = 7};
    const size_t before = assay_memory_in_use();
    assert_status(assay_representativity_of(&stopping, 3, population, sample, "s", "x",
                                            ASSAY_REPLICATES_MOST, &found),
                  ASSAY_ESTOPPED);
    ck_assert(found.p_value == 7 && assay_memory_in_use() == before);
}
END_TEST

START_TEST(counts_that_cannot_be_are_refused)
{
    static const uint64_t population[] = {3, 2}, none[] = {0, 0}, more[] = {3, 3}, empty[] = {3, 0},
                          some[] = {1, 0}, huge[] = {UINT32_MAX - 1, 1};
    assay_representativity found;
    const struct {
        const uint64_t *population, *sample;
        uint64_t replicates;
    } rows[] = {{population, none, 1}, {population, more, 1},
                {empty, some, 1},      {huge, some, 1},
                {population, some, 0}, {population, some, ASSAY_REPLICATES_MOST + 1}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_status(assay_representativity_of(&context, 2, rows[i].population, rows[i].sample,
                                                "s", "x", rows[i].replicates, &found),
                      ASSAY_EDOM);
}
END_TEST

/* ---- tables ---- */

static const char list[] = "gender,tier\nF,A\nM,A\nM,B\nM,B\nF,\nM,A\nM,B\nM,B\nF,A\nM,A\nM,B\n";
static const char *const gender_and_tier[] = {"gender", "tier"};

START_TEST(each_column_and_their_cross_are_tested)
{
    static const uint32_t rows[] = {0, 2, 4, 5};
    assay_frame *population = table(list), *sample = NULL, *tests, *levels;
    assert_ok(assay_frame_take(&context, population, 4, rows, &sample));
    assert_ok(assay_represent(&context, population, sample, 2, gender_and_tier, "s", 99, &tests,
                              &levels));
    assert_column(tests, "variable", "gender|tier|gender / tier");
    assert_column(tests, "cells", "2|3|4");
    assert_column(tests, "df", "1|2|3");
    assert_column(tests, "method", "simulation|simulation|simulation");
    assert_column(tests, "match", "rounding|rounding|rounding");
    assert_column(levels, "variable", "gender|gender|tier|tier|tier");
    assert_column(levels, "level", "F|M|A|B|NA");
    assert_column(levels, "population", "3|8|5|5|1");
    assert_column(levels, "sample", "2|2|2|1|1");
    assert_column(levels, "flag", "yes|yes|no|yes|yes");
    assert_close(column_named(levels, "expected")->numbers[0], 12.0 / 11, 1e-14);
    assay_frame_free(tests);
    assay_frame_free(levels);
    assay_frame_free(sample);
    assay_frame_free(population);
}
END_TEST

START_TEST(a_sample_of_something_else_is_refused)
{
    static const char *const nothing[] = {"tier", "nothing"};
    assay_frame *population = table(list), *tests = NULL, *levels = NULL;
    assay_frame *other = table("gender,tier\nX,A\n"), *half = table("gender\nF\n");
    const size_t before = assay_memory_in_use();
    assert_status(
        assay_represent(&context, population, other, 2, gender_and_tier, "s", 9, &tests, &levels),
        ASSAY_EDOM);
    assert_status(
        assay_represent(&context, population, half, 2, gender_and_tier, "s", 9, &tests, &levels),
        ASSAY_EUNKNOWN);
    assert_status(assay_represent(&context, population, other, 2, nothing, "s", 9, &tests, &levels),
                  ASSAY_EUNKNOWN);
    ck_assert_str_eq(context.error.argument, "nothing");
    ck_assert_uint_eq(assay_memory_in_use(), before);
    assay_frame_free(population);
    assay_frame_free(other);
    assay_frame_free(half);
}
END_TEST

static assay_status attempt_represent(assay_context *with, void *self)
{
    assay_frame *tests = NULL, *levels = NULL;
    const assay_status status =
        assay_represent(with, self, self, 2, gender_and_tier, "s", 9, &tests, &levels);
    if (status == ASSAY_OK)
        assert_column(tests, "match", "exact|exact|exact");
    assay_frame_free(tests);
    assay_frame_free(levels);
    return status;
}

static assay_status attempt_simulation(assay_context *with, void *self)
{
    assay_representativity found;
    return assay_representativity_of(with, 4, enumerated[0].population, enumerated[0].sample, "s",
                                     self, 9, &found);
}

START_TEST(tables_that_find_no_memory_are_not_made)
{
    static char variable[] = "x";
    assay_frame *frame = table(list);
    sweep_memory(attempt_represent, frame);
    sweep_memory(attempt_simulation, variable);
    assay_frame_free(frame);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("representativity");
    TCase *tests = tcase_create("representativity");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, measures_are_those_of_r);
    tcase_add_loop_test(tests, simulated_p_is_the_exact_one, 0,
                        sizeof enumerated / sizeof enumerated[0]);
    tcase_add_test(tests, the_r_indicator_is_without_bias);
    tcase_add_test(tests, margins_are_compared_in_whole_numbers);
    tcase_add_test(tests, all_cases_and_one_cell_leave_nothing_to_test);
    tcase_add_test(tests, replicates_depend_on_seed_and_variable_alone);
    tcase_add_test(tests, each_replicate_starts_from_the_list_as_it_is);
    tcase_add_test(tests, a_long_simulation_can_be_stopped);
    tcase_add_test(tests, counts_that_cannot_be_are_refused);
    tcase_add_test(tests, each_column_and_their_cross_are_tested);
    tcase_add_test(tests, a_sample_of_something_else_is_refused);
    tcase_add_test(tests, tables_that_find_no_memory_are_not_made);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
