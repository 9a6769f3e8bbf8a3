#include "paths.h"

#include "base/rng.h"

enum { MOST = 8 };

static assay_context context = {.threads = 1};

/* The method's true inclusion probabilities, and that it always has the size. */
static void enumerate(const char *method, const assay_units *units, walk *path,
                      double inclusion[MOST])
{
    const assay_chance chance = {walk_happens, walk_one_of, walk_uniform, path};
    const assay_method *with = assay_method_find(method);
    double all = 0;
    for (size_t i = 0; i < units->n; i++)
        inclusion[i] = 0;
    do {
        bool chosen[MOST];
        double n = 0;
        path->depth = 0;
        path->probability = 1;
        assert_ok(with->choose(&context, units, &chance, chosen));
        for (size_t i = 0; i < units->n; i++) {
            n += chosen[i];
            inclusion[i] += chosen[i] ? path->probability : 0;
        }
        ck_assert(n == units->size);
        all += path->probability;
    } while (go_on(path));
    assert_close(all, 1.0, 1e-12);
}

static void assert_probabilities(const char *method, const assay_units *units, walk *path)
{
    double inclusion[MOST];
    enumerate(method, units, path, inclusion);
    for (size_t i = 0; i < units->n; i++)
        ck_assert_msg(fabs(inclusion[i] - units->probability[i]) < 1e-12,
                      "%s: unit %zu of %zu has %.15g, not %.15g", method, i, units->n, inclusion[i],
                      units->probability[i]);
}

/* Sizes whose shares are uneven, alike, tiny, and at or above one. */
static const double sizes_of[][MOST] = {
    {3, 1, 4, 1, 5, 9, 2, 6}, {1, 1, 1, 1, 1, 1, 1, 1},         {1, 1, 1, 1, 1, 1, 1, 100},
    {8, 7, 6, 5, 4, 3, 2, 1}, {0.001, 5, 0.3, 7, 11, 2, 1, 13}, {1, 2, 4, 8, 16, 32, 64, 128},
};

static void for_each_design(const char *method,
                            void (*check)(const char *method, const assay_units *units))
{
    double p[MOST], u[MOST];
    for (size_t d = 0; d < sizeof sizes_of / sizeof sizes_of[0]; d++)
        for (size_t n = 1; n <= MOST; n++)
            for (size_t size = 1; size <= n; size++) {
                for (size_t i = 0; i < n; i++)
                    u[i] = ((double)i + 0.5) / MOST;
                assert_ok(assay_probabilities(&context, n, sizes_of[d], size, p));
                check(method, &(assay_units){n, (double)size, p, u});
            }
}

static void check_tree(const char *method, const assay_units *units)
{
    walk path = {0};
    assert_probabilities(method, units, &path);
}

START_TEST(chromy_and_pivotal_keep_the_probabilities_exactly)
{
    for_each_design("chromy", check_tree);
    for_each_design("pivotal", check_tree);
}
END_TEST

/* A random start between two neighbouring fractions of the cumulated sums always chooses alike. */
static int compare_numbers(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void check_start(const char *method, const assay_units *units)
{
    double ends[MOST + 1], sum = 0;
    size_t n = 0, kept = 0;
    for (size_t i = 0; i < units->n; i++) {
        if (units->probability[i] == 1)
            continue;
        sum += units->probability[i];
        ends[n++] = sum - floor(sum);
    }
    ends[n++] = 1;
    qsort(ends, n, sizeof ends[0], compare_numbers);
    for (size_t i = 0; i < n; i++) /* an interval of a rounding's length is none */
        if (ends[i] > (kept == 0 ? 0 : ends[kept - 1]) + 1e-12)
            ends[kept++] = ends[i];
    ends[kept - 1] = 1;
    walk path = {.ends = ends, .n_ends = kept};
    assert_probabilities(method, units, &path);
}

START_TEST(a_random_start_keeps_the_probabilities_exactly)
{
    for_each_design("pps_systematic", check_start);
}
END_TEST

START_TEST(systematic_has_equal_probabilities_and_even_steps)
{
    for (size_t n = 1; n <= MOST; n++)
        for (size_t size = 0; size <= n; size++) {
            double p[MOST];
            for (size_t i = 0; i < n; i++)
                p[i] = (double)size / (double)n;
            check_tree("systematic", &(assay_units){n, (double)size, p, NULL});
        }
}
END_TEST

/* ---- by permanent random numbers ---- */

START_TEST(poisson_takes_who_is_below_its_probability)
{
    bool chosen[4];
    const double p[4] = {0.25, 0.5, 1, 0.1}, u[4] = {0.24, 0.5, 0.99999, 0.0999};
    const assay_units units = {4, 1.85, p, u};
    assert_ok(assay_method_find("poisson")->choose(&context, &units, NULL, chosen));
    ck_assert(chosen[0] && !chosen[1] && chosen[2] && chosen[3]);
}
END_TEST

/* P(no more than `most` of the others have a key below t), keys independent: P(key_j < t) = below[j]. */
static double at_most(size_t n, const double below[], size_t left_out, size_t most)
{
    double counts[MOST + 1] = {1};
    for (size_t j = 0; j < n; j++) {
        if (j == left_out)
            continue;
        for (size_t k = MOST; k > 0; k--)
            counts[k] = counts[k] * (1 - below[j]) + counts[k - 1] * below[j];
        counts[0] *= 1 - below[j];
    }
    double sum = 0;
    for (size_t k = 0; k <= most; k++)
        sum += counts[k];
    return sum;
}

/* P(key of a unit of probability p is below the key that a unit of probability q has at u). */
static double below_sequential(double u, double q, double p)
{
    return fmin(1, p * u / q);
}

static double below_pareto(double u, double q, double p)
{
    const double odds = u / (1 - u) / (q / (1 - q)) * (p / (1 - p));
    return odds / (1 + odds);
}

/* The inclusion probability of unit i by Simpson's rule over its own number. */
static double integrate(size_t n, const double p[], size_t size, size_t i,
                        double (*below)(double, double, double))
{
    enum { STEPS = 20000 };
    double sum = 0;
    for (int k = 0; k <= STEPS; k++) {
        const double u = fmin(fmax((double)k / STEPS, 1e-12), 1 - 1e-12);
        double others[MOST];
        for (size_t j = 0; j < n; j++)
            others[j] = below(u, p[i], p[j]);
        sum += at_most(n, others, i, size - 1) * (k == 0 || k == STEPS ? 1 : k % 2 == 1 ? 4 : 2);
    }
    return sum / (3.0 * STEPS);
}

static void check_order_sampling(const char *method, double (*below)(double, double, double),
                                 double near)
{
    enum { N = 8, SIZE = 3, DRAWS = 200000 };
    assay_rng rng;
    double p[N], u[N], hits[N] = {0};
    assert_ok(assay_probabilities(&context, N, sizes_of[0], SIZE, p));
    assay_rng_stream(&rng, "order", method, 0);
    for (int draw = 0; draw < DRAWS; draw++) {
        bool chosen[N];
        for (size_t i = 0; i < N; i++)
            u[i] = gsl_rng_uniform(&rng.gsl);
        const assay_units units = {N, SIZE, p, u};
        assert_ok(assay_method_find(method)->choose(&context, &units, NULL, chosen));
        for (size_t i = 0; i < N; i++)
            hits[i] += chosen[i];
    }
    for (size_t i = 0; i < N; i++) {
        const double want = integrate(N, p, SIZE, i, below), sd = sqrt(want * (1 - want) / DRAWS);
        ck_assert_msg(fabs(hits[i] / DRAWS - want) < 4.5 * sd, "%s: unit %zu: %g, not %g", method,
                      i, hits[i] / DRAWS, want);
        ck_assert_msg(fabs(want - p[i]) < near, "%s: unit %zu: %g is not near %g", method, i, want,
                      p[i]);
    }
}

START_TEST(order_sampling_has_the_probabilities_that_integration_gives_near_those_aimed_at)
{
    check_order_sampling("sequential_poisson", below_sequential, 0.05);
    check_order_sampling("pareto", below_pareto, 0.007);
}
END_TEST

START_TEST(order_sampling_always_has_the_size_and_whoever_is_certain)
{
    assay_rng rng;
    double p[MOST], u[MOST];
    assay_rng_stream(&rng, "size", "x", 0);
    for (int draw = 0; draw < 1000; draw++) {
        bool chosen[MOST];
        int n = 0;
        const size_t size = 1 + (size_t)draw % MOST;
        assert_ok(assay_probabilities(&context, MOST, sizes_of[2], size, p));
        for (size_t i = 0; i < MOST; i++)
            u[i] = gsl_rng_uniform(&rng.gsl);
        const assay_units units = {MOST, (double)size, p, u};
        assert_ok(assay_method_find(draw % 2 ? "pareto" : "sequential_poisson")
                      ->choose(&context, &units, NULL, chosen));
        for (size_t i = 0; i < MOST; i++)
            n += chosen[i];
        ck_assert_uint_eq((size_t)n, size);
        ck_assert(chosen[MOST - 1] || p[MOST - 1] < 1);
    }
}
END_TEST

/* ---- probabilities ---- */

START_TEST(whoever_is_larger_than_a_share_is_certain)
{
    double p[5];
    const double sizes[5] = {1, 1, 1, 10, 4}; /* 10 is certain, and then 4 is: 4 * 2 / 7 > 1 */
    const double want[5] = {1.0 / 3, 1.0 / 3, 1.0 / 3, 1, 1};
    assert_ok(assay_probabilities(&context, 5, sizes, 3, p));
    for (int i = 0; i < 5; i++)
        assert_close(p[i], want[i], 1e-15);
    assert_ok(assay_probabilities(&context, 5, sizes, 5, p));
    for (int i = 0; i < 5; i++)
        ck_assert(p[i] == 1);
    assert_ok(assay_probabilities(&context, 5, sizes, 0, p));
    for (int i = 0; i < 5; i++)
        ck_assert(p[i] == 0);
}
END_TEST

START_TEST(sizes_that_measure_nothing_are_refused)
{
    double p[2];
    assert_status(assay_probabilities(&context, 2, (double[]){1, 0}, 1, p), ASSAY_EDOM);
    assert_status(assay_probabilities(&context, 2, (double[]){-1, 1}, 1, p), ASSAY_EDOM);
    assert_status(assay_probabilities(&context, 2, (double[]){1, NAN}, 1, p), ASSAY_EDOM);
    assert_status(assay_probabilities(&context, 2, (double[]){INFINITY, 1}, 1, p), ASSAY_EDOM);
    assert_status(assay_probabilities(&context, 2, (double[]){1, 1}, 3, p), ASSAY_EDOM);
}
END_TEST

/* ---- all methods ---- */

static assay_status use(assay_context *with, void *self)
{
    const assay_method *method = self;
    bool chosen[MOST];
    double p[MOST], u[MOST];
    assay_rng rng;
    assay_rng_stream(&rng, "memory", "x", 0);
    const assay_chance chance = assay_chance_of(&rng.gsl);
    for (size_t i = 0; i < MOST; i++)
        u[i] = ((double)i + 0.5) / MOST;
    const assay_status status =
        assay_probabilities(with, MOST, sizes_of[method->unequal ? 2 : 1], 3, p);
    return status == ASSAY_OK ? method->choose(with, &(assay_units){MOST, 3, p, u}, &chance, chosen)
                              : status;
}

START_TEST(no_method_leaves_memory_behind)
{
    for (size_t i = 0; i < assay_methods_n; i++) {
        ck_assert_ptr_eq(assay_method_find(assay_methods[i].name), &assay_methods[i]);
        sweep_memory(use, (void *)&assay_methods[i]);
    }
    ck_assert_ptr_null(assay_method_find("cube"));
}
END_TEST

START_TEST(one_of_n_alternatives_is_fair)
{
    enum { DRAWS = 70000 };
    assay_rng rng;
    int hits[7] = {0};
    double chi = 0;
    assay_rng_stream(&rng, "fair", "x", 0);
    const assay_chance chance = assay_chance_of(&rng.gsl);
    for (int i = 0; i < DRAWS; i++)
        hits[chance.one_of(chance.self, 7)]++;
    for (int i = 0; i < 7; i++)
        chi += (hits[i] - DRAWS / 7.0) * (hits[i] - DRAWS / 7.0) / (DRAWS / 7.0);
    ck_assert_msg(chi < 22.5, "chi-squared %g on 6 degrees", chi); /* exceeded once in 1,000 */
    for (int i = 0; i < 100; i++)
        ck_assert_uint_eq(chance.one_of(chance.self, 1), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("select");
    TCase *tests = tcase_create("select");
    tcase_add_test(tests, chromy_and_pivotal_keep_the_probabilities_exactly);
    tcase_add_test(tests, a_random_start_keeps_the_probabilities_exactly);
    tcase_add_test(tests, systematic_has_equal_probabilities_and_even_steps);
    tcase_add_test(tests, poisson_takes_who_is_below_its_probability);
    tcase_add_test(tests,
                   order_sampling_has_the_probabilities_that_integration_gives_near_those_aimed_at);
    tcase_add_test(tests, order_sampling_always_has_the_size_and_whoever_is_certain);
    tcase_add_test(tests, whoever_is_larger_than_a_share_is_certain);
    tcase_add_test(tests, sizes_that_measure_nothing_are_refused);
    tcase_add_test(tests, no_method_leaves_memory_behind);
    tcase_add_test(tests, one_of_n_alternatives_is_fair);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
