#include "offices.h"
#include "paths.h"

#include <gsl/gsl_cdf.h>

/* ---- probabilities ---- */

/* sum pi_i n_i over the units, and the same over all cases, is the number expected. */
START_TEST(probabilities_add_up_to_the_number_expected)
{
    assay_frame *frame = table(cases);
    for (uint64_t n = 1; n <= 7; n++) {
        assay_plan *plan = plan_of(frame, some, n, 2, method_at(_i));
        const assay_stages *stages = plan->stages;
        double sum[2] = {0, 0}, spare[2] = {0, 0};
        for (uint32_t row = 0; row < CASES; row++) {
            const uint32_t u = stages->units->of_row[row], h = plan->strata->of_row[row];
            const double p = assay_stages_probability(stages, u);
            const double of = (double)stages->units->population[u];
            ck_assert(p > 0 && p <= 1);
            sum[h] += p * (double)assay_stages_cases(stages, u) / of;
            spare[h] += p * (double)assay_stages_reserve(stages, u) / of;
        }
        for (size_t h = 0; h < 2; h++) {
            assert_close(stages->expected[h], sum[h], 1e-14);
            ck_assert(fabs(stages->expected_reserve[h] - spare[h]) < 1e-14);
            assert_close(assay_plan_probability(plan, h), sum[h] / (h == 0 ? 10 : 14), 1e-14);
        }
        assert_close(stages->size, sum[0] + sum[1], 1e-14);
        if (n == 1)
            ck_assert(stages->expected[0] == 2 && stages->expected[1] == 3);
        assay_plan_release(plan);
    }
    assay_frame_free(frame);
}
END_TEST

/*
** u N_i / N m / N_i = u m / N. N: 2 2/10 for all, B being certain at 2 5/10 = 1. S: 3 6/14 and then
** 2 4/8 make F and D certain, so that E (of one case) and G have 1/4 and 3/4 for their unit.
*/
START_TEST(with_probabilities_by_size_all_cases_weigh_the_same)
{
    const assay_method *method = method_at(_i);
    if (method == NULL || !method->unequal)
        return;
    assay_frame *frame = table(cases);
    assay_plan *plan = plan_of(frame, some, 2, 0, method);
    ck_assert_uint_eq(plan->stages->first->measure->certain[0], 1);
    ck_assert_uint_eq(plan->stages->first->measure->certain[1], 2);
    for (int seed = 0; seed < 30; seed++) {
        char text[16];
        snprintf(text, sizeof text, "%d", seed);
        assay_sample *sample = draw(plan, text);
        for (size_t i = 0; i < sample->n_sample; i++) {
            static const double want[UNITS] = {0.4, 0.4, 0.4, 0.5, 0.25, 2 / 6., 0.5};
            assert_close(sample->probability[i], want[plan->stages->units->of_row[sample->rows[i]]],
                         1e-15);
        }
        assay_sample_free(sample);
    }
    assay_plan_release(plan);
    assay_frame_free(frame);
}
END_TEST

/* Every path of the first stage, and of a unit drawn any n_i of its cases: what each case has. */
static void enumerate(const assay_plan *plan, const assay_method *method, size_t h, walk *path)
{
    const assay_stages *stages = plan->stages;
    const assay_chance chance = {walk_happens, walk_one_of, walk_uniform, path};
    double p[UNITS], u[UNITS], inclusion[UNITS] = {0}, expected = 0, all = 0;
    size_t unit[UNITS], n = 0;
    for (size_t i = 0; i < UNITS; i++)
        if (stages->first->strata->of_row[i] == h) {
            unit[n] = i;
            u[n] = 0.5;
            p[n++] = assay_stages_probability(stages, i);
        }
    const assay_units units = {n, (double)stages->first->sample[h], p, u};
    do {
        bool chosen[UNITS];
        path->depth = 0;
        path->probability = 1;
        assert_ok(method->choose(&context, &units, &chance, chosen));
        for (size_t i = 0; i < n; i++)
            if (chosen[i]) {
                const double f = (double)assay_stages_cases(stages, unit[i]) /
                                 (double)stages->units->population[unit[i]];
                inclusion[unit[i]] += path->probability * f;
                expected += path->probability * (double)assay_stages_cases(stages, unit[i]);
            }
        all += path->probability;
    } while (go_on(path));
    assert_close(all, 1, 1e-12);
    assert_close(expected, stages->expected[h], 1e-12);
    for (size_t i = 0; i < n; i++)
        assert_close(inclusion[unit[i]],
                     p[i] * (double)assay_stages_cases(stages, unit[i]) /
                         (double)stages->units->population[unit[i]],
                     1e-12);
}

START_TEST(every_path_of_both_stages_adds_up_to_the_probabilities)
{
    static const char *const trees[] = {"chromy", "pivotal"};
    assay_frame *frame = table(cases);
    for (uint64_t north = 1; north <= 3; north++)
        for (uint64_t south = 1; south <= 4; south++)
            for (size_t m = 0; m < 2; m++)
                for (size_t h = 0; h < 2; h++) {
                    const uint64_t units[] = {north, south};
                    const assay_method *method = assay_method_find(trees[m]);
                    assay_plan *plan = plan_of(frame, units, 3, 0, method);
                    walk path = {0};
                    enumerate(plan, method, h, &path);
                    assay_plan_release(plan);
                }
    assay_frame_free(frame);
}
END_TEST

/* ---- frequencies ---- */

static double choose(int n, int k)
{
    double ways = 1;
    for (int i = 0; i < k; i++)
        ways = ways * (n - i) / (i + 1);
    return ways;
}

/*
** Tickets in both stages, 100,000 seeds: offices a b c d of 3 3 2 1 cases, 2 offices and up to 2
** cases of each. There are 22 samples: one of 2 offices has 1/6 of the seeds, all sets of its cases
** alike. Chi-squared of the samples (df 21); each case and each of the 36 pairs within 5 sigma of
**   p_i = 1/2 n/N;  p_ij = 1/2 n(n-1) / N(N-1) in one office, 1/6 n/N n'/N' in two.
*/
enum { SEEDS = 100000, ALL = 9 };
static const int of[ALL] = {0, 0, 0, 1, 1, 1, 2, 2, 3}, sizes[] = {3, 3, 2, 1};

typedef struct tally {
    int samples[1 << ALL], hits[ALL], pairs[ALL][ALL];
} tally;

static void count(const assay_sample *sample, tally *to)
{
    unsigned set = 0;
    for (size_t i = 0; i < sample->n_sample; i++) {
        set |= 1u << sample->rows[i];
        to->hits[sample->rows[i]]++;
        for (size_t j = 0; j < i; j++) {
            to->pairs[sample->rows[i]][sample->rows[j]]++;
            to->pairs[sample->rows[j]][sample->rows[i]]++;
        }
    }
    to->samples[set]++;
}

static void draw_all(tally *to)
{
    static const uint64_t two[] = {2};
    assay_frame *frame = table("id,office\n1,a\n2,a\n3,a\n4,b\n5,b\n6,b\n7,c\n8,c\n9,d\n");
    assay_plan *plan = NULL;
    assert_ok(assay_plan_new(&context, frame, ID, 0, NULL, &plan));
    assert_ok(assay_stages_part(&context, plan, 1, NULL, false));
    assert_ok(assay_stages_set(&context, plan, two, 2, 0, NULL));
    for (int seed = 0; seed < SEEDS; seed++) {
        char text[16];
        assay_sample *sample = NULL;
        snprintf(text, sizeof text, "two-%d", seed);
        if (assay_draw(&context, plan, text, &sample) != ASSAY_OK)
            ck_abort();
        count(sample, to);
        assay_sample_free(sample);
    }
    assay_plan_release(plan);
    assay_frame_free(frame);
}

/* The probability that a set of cases is the sample; 0: it is none. */
static double probability_of(unsigned set)
{
    int in[4] = {0}, n = 0;
    double p = 1 / 6.;
    for (int i = 0; i < ALL; i++)
        in[of[i]] += (set & 1u << i) != 0;
    for (int o = 0; o < 4; o++)
        if (in[o] > 0) {
            n++;
            p = in[o] == (sizes[o] < 2 ? 1 : 2) ? p / choose(sizes[o], in[o]) : 0;
        }
    return n == 2 ? p : 0;
}

static void assert_near(int got, double p)
{
    ck_assert_msg(fabs(got - SEEDS * p) <= 5 * sqrt(SEEDS * p * (1 - p)), "%d, not %g", got,
                  SEEDS * p);
}

START_TEST(every_sample_of_two_stages_is_as_likely_as_it_should_be)
{
    static tally found;
    int kinds = 0;
    double chi = 0;
    draw_all(&found);
    for (unsigned set = 0; set < 1u << ALL; set++) {
        const double want = SEEDS * probability_of(set), off = found.samples[set] - want;
        ck_assert(want > 0 || found.samples[set] == 0);
        kinds += want > 0;
        chi += want > 0 ? off * off / want : 0;
    }
    const double tail = gsl_cdf_chisq_Q(chi, 21);
    ck_assert_int_eq(kinds, 22);
    ck_assert_msg(tail > 1e-4 && tail < 1 - 1e-4, "samples: %g", chi);
    for (int a = 0; a < ALL; a++) {
        const double N = sizes[of[a]], n = N < 2 ? 1 : 2;
        assert_near(found.hits[a], n / N / 2);
        for (int b = 0; b < a; b++) {
            const double M = sizes[of[b]], m = M < 2 ? 1 : 2;
            assert_near(found.pairs[a][b],
                        of[a] == of[b] ? n * (n - 1) / (N * (N - 1)) / 2 : n / N * m / M / 6);
        }
    }
}
END_TEST

/*
** 10,000 seeds of each method: each case within 5 sigma, and 1/12 more where it is near only:
** sequential Poisson, which draws one of E and G, has 5/6 for the 3/4 of G.
*/
START_TEST(every_case_has_the_probability_that_is_told)
{
    enum { FEW = 10000 };
    const assay_method *method = method_at(_i);
    assay_frame *frame = table(cases);
    assay_plan *plan = plan_of(frame, some, 3, 0, method);
    int hits[CASES] = {0};
    for (int seed = 0; seed < FEW; seed++) {
        char text[16];
        assay_sample *sample = NULL;
        snprintf(text, sizeof text, "%d", seed);
        if (assay_draw(&context, plan, text, &sample) != ASSAY_OK)
            ck_abort();
        for (size_t i = 0; i < sample->n_sample; i++)
            hits[sample->rows[i]]++;
        assay_sample_free(sample);
    }
    for (uint32_t row = 0; row < CASES; row++) {
        const uint32_t u = plan->stages->units->of_row[row];
        const double p = assay_stages_probability(plan->stages, u) *
                         (double)assay_stages_cases(plan->stages, u) /
                         (double)plan->stages->units->population[u];
        ck_assert_msg(fabs(hits[row] - FEW * p) <=
                          5 * sqrt(FEW * p * (1 - p)) +
                              (method != NULL && method->approximate ? FEW / 12. : 0),
                      "row %d: %d of %g", (int)row, hits[row], FEW * p);
    }
    assay_plan_release(plan);
    assay_frame_free(frame);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("stages_chance");
    TCase *tests = tcase_create("stages_chance");
    const int n = (int)assay_methods_n + 1;
    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, probabilities_add_up_to_the_number_expected, 0, n);
    tcase_add_loop_test(tests, with_probabilities_by_size_all_cases_weigh_the_same, 0, n);
    tcase_add_test(tests, every_path_of_both_stages_adds_up_to_the_probabilities);
    tcase_add_test(tests, every_sample_of_two_stages_is_as_likely_as_it_should_be);
    tcase_add_loop_test(tests, every_case_has_the_probability_that_is_told, 0, n);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
