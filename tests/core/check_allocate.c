#include "check.h"

#include <stdbool.h>

#include "sample/allocate.h"

enum { MOST = 8 };

/* ---- reference rows ------------------------------------------------------------------------- */

enum { ID, METHOD, TOTAL, POPULATION, SD, MINIMUM, CAP, REAL, WHOLE };

/* "1;2;3" into x[MOST]; how many. */
static size_t read_list(const char *text, double *x)
{
    size_t n = 0;
    char *end;
    for (; n < MOST && *text != '\0'; text = *end == ';' ? end + 1 : end)
        x[n++] = strtod(text, &end);
    return n;
}

static const char *const methods[] = {"proportional", "equal", "neyman", "power_0.5"};
static int rows_seen[4], infeasible_seen;

static double weight_of(int method, double population, double sd)
{
    const double weights[] = {population, 1, population * sd, sqrt(population)};
    return weights[method];
}

static void check_row(int method, char *fields[REFERENCE_FIELDS])
{
    assay_context context = {0};
    double N[MOST], sd[MOST], want_real[MOST], want_whole[MOST], weight[MOST], real[MOST];
    uint64_t minimum[MOST], maximum[MOST], whole[MOST];
    const size_t n_strata = read_list(fields[POPULATION], N);
    const double least = strtod(fields[MINIMUM], NULL);
    const double cap = *fields[CAP] == '\0' ? 1e9 : strtod(fields[CAP], NULL);
    read_list(fields[SD], sd);
    for (size_t h = 0; h < n_strata; h++) {
        weight[h] = weight_of(method, N[h], sd[h]);
        minimum[h] = (uint64_t)fmin(least, N[h]);
        maximum[h] = (uint64_t)fmin(cap, N[h]);
    }
    const assay_status status = assay_allocate(&context, strtoull(fields[TOTAL], NULL, 10),
                                               n_strata, weight, minimum, maximum, real, whole);
    rows_seen[method]++;
    if (strcmp(fields[WHOLE], "infeasible") == 0) {
        ck_assert_int_eq(status, ASSAY_EDOM);
        infeasible_seen++;
        return;
    }
    ck_assert_int_eq(status, ASSAY_OK);
    ck_assert_uint_eq(read_list(fields[REAL], want_real), n_strata);
    ck_assert_uint_eq(read_list(fields[WHOLE], want_whole), n_strata);
    for (size_t h = 0; h < n_strata; h++) {
        assert_close(real[h], want_real[h], 1e-10);
        ck_assert_uint_eq(whole[h], (uint64_t)want_whole[h]);
    }
}

static void by_method(char *fields[REFERENCE_FIELDS])
{
    for (int method = 0; method < 4; method++) {
        if (strcmp(fields[METHOD], methods[method]) == 0)
            check_row(method, fields);
    }
}

START_TEST(allocations_are_those_of_the_reference)
{
    for_each_reference("allocation.csv", by_method);
    for (int method = 0; method < 4; method++)
        ck_assert_msg(rows_seen[method] == 14, "%s: %d rows", methods[method], rows_seen[method]);
    ck_assert_int_eq(infeasible_seen, 4);
}
END_TEST

/* ---- properties over random small inputs ---------------------------------------------------- */

typedef struct problem {
    uint64_t n, minimum[MOST], maximum[MOST], whole[MOST];
    double weight[MOST], real[MOST];
    size_t n_strata;
} problem;

/* Knuth's MMIX generator; its upper bits. */
static uint64_t random_below(uint64_t *state, uint64_t bound)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (*state >> 33) % bound;
}

/* Weights with ties and zeros; bounds that can be met. */
static problem random_problem(uint64_t *state, uint64_t strata_most, uint64_t size_most)
{
    problem p = {.n_strata = 1 + random_below(state, strata_most)};
    uint64_t lows = 0, highs = 0;
    for (size_t h = 0; h < p.n_strata; h++) {
        p.minimum[h] = random_below(state, 3);
        p.maximum[h] = p.minimum[h] + random_below(state, size_most);
        p.weight[h] = (double)random_below(state, 7) / 3;
        lows += p.minimum[h];
        highs += p.maximum[h];
    }
    p.weight[0] += 0.7;
    p.n = lows + random_below(state, highs - lows + 1);
    return p;
}

static void solve(problem *p)
{
    assay_context context = {0};
    if (assay_allocate(&context, p->n, p->n_strata, p->weight, p->minimum, p->maximum, p->real,
                       p->whole) != ASSAY_OK)
        ck_abort_msg("%s", context.error.message);
}

START_TEST(totals_are_met_and_bounds_honoured)
{
    uint64_t state = 1;
    for (int i = 0; i < 5000; i++) {
        problem p = random_problem(&state, MOST, 40);
        uint64_t total = 0;
        double sum = 0;
        bool fits = true;
        solve(&p);
        for (size_t h = 0; h < p.n_strata; h++) {
            fits = fits && p.whole[h] >= p.minimum[h] && p.whole[h] <= p.maximum[h];
            fits = fits && p.real[h] >= (double)p.minimum[h] && p.real[h] <= (double)p.maximum[h];
            fits = fits && fabs((double)p.whole[h] - p.real[h]) < 1 + 1e-12;
            total += p.whole[h];
            sum += p.real[h];
        }
        ck_assert_msg(fits && total == p.n && fabs(sum - (double)p.n) < 1e-10, "input %d", i);
    }
}
END_TEST

/*
** What characterises real = clamp(lambda w, low, high): a stratum that could give has no more per
** weight than one that could take.
*/
static bool could_improve(const problem *p, size_t give, size_t take)
{
    if (p->real[give] <= (double)p->minimum[give] || p->real[take] >= (double)p->maximum[take])
        return false;
    if (p->weight[give] > 0 && p->weight[take] > 0)
        return p->real[give] / p->weight[give] > p->real[take] / p->weight[take] * (1 + 1e-12);
    if (p->weight[give] == 0 && p->weight[take] == 0)
        return p->real[give] > p->real[take] * (1 + 1e-12);
    return p->weight[give] == 0; /* has more than its minimum before the others are full */
}

START_TEST(real_allocations_are_proportional_wherever_bounds_allow)
{
    uint64_t state = 2;
    for (int i = 0; i < 5000; i++) {
        problem p = random_problem(&state, MOST, 40);
        solve(&p);
        for (size_t g = 0; g < p.n_strata; g++) {
            for (size_t t = 0; t < p.n_strata; t++)
                if (could_improve(&p, g, t))
                    ck_abort_msg("input %d: from stratum %zu to %zu", i, g, t);
        }
    }
}
END_TEST

static double distance(const problem *p, const uint64_t *whole)
{
    double sum = 0;
    for (size_t h = 0; h < p->n_strata; h++)
        sum += ((double)whole[h] - p->real[h]) * ((double)whole[h] - p->real[h]);
    return sum;
}

/* The least distance of any integers within the bounds that add up to n. */
static double least_distance(const problem *p, uint64_t *trial, size_t h, uint64_t left)
{
    double least = INFINITY;
    if (h == p->n_strata)
        return left == 0 ? distance(p, trial) : (double)INFINITY;
    for (trial[h] = p->minimum[h]; trial[h] <= p->maximum[h] && trial[h] <= left; trial[h]++)
        least = fmin(least, least_distance(p, trial, h + 1, left - trial[h]));
    return least;
}

/* Largest remainders are the integers nearest to the reals, in squares as in every other norm. */
START_TEST(whole_allocations_are_the_nearest_of_all)
{
    uint64_t state = 3, trial[MOST];
    for (int i = 0; i < 3000; i++) {
        problem p = random_problem(&state, 4, 6);
        solve(&p);
        const double least = least_distance(&p, trial, 0, p.n);
        ck_assert_msg(distance(&p, p.whole) <= least + 1e-9, "input %d", i);
    }
}
END_TEST

/* Whoever was rounded up had a remainder above that of whoever was not, or won the tie. */
START_TEST(ties_go_to_the_larger_weight_and_then_to_the_lower_index)
{
    uint64_t state = 4;
    for (int i = 0; i < 5000; i++) {
        problem p = random_problem(&state, MOST, 6);
        solve(&p);
        for (size_t a = 0; a < p.n_strata; a++) {
            for (size_t b = 0; b < p.n_strata; b++) {
                const double up = p.real[a] - floor(p.real[a] + 1e-9);
                const double down = p.real[b] - floor(p.real[b] + 1e-9);
                if ((double)p.whole[a] <= p.real[a] + 1e-9 ||
                    (double)p.whole[b] >= p.real[b] - 1e-9)
                    continue;
                if (up < down - 1e-9 ||
                    (up < down + 1e-9 &&
                     (p.weight[a] < p.weight[b] || (p.weight[a] == p.weight[b] && a > b))))
                    ck_abort_msg("input %d: stratum %zu before %zu", i, a, b);
            }
        }
    }
}
END_TEST

/* ---- edges ---------------------------------------------------------------------------------- */

START_TEST(a_weight_of_zero_gets_its_minimum_until_all_others_are_full)
{
    problem p = {
        .n = 10, .n_strata = 3, .weight = {0, 2, 0}, .minimum = {1, 0, 2}, .maximum = {50, 20, 50}};
    solve(&p);
    ck_assert(p.whole[0] == 1 && p.whole[1] == 7 && p.whole[2] == 2);
    p.n = 29;
    solve(&p);
    ck_assert(p.real[0] == 4.5 && p.real[1] == 20 && p.real[2] == 4.5);
    ck_assert(p.whole[0] == 5 && p.whole[1] == 20 && p.whole[2] == 4);
}
END_TEST

START_TEST(without_bounds_only_the_weights_count)
{
    assay_context context = {0};
    const double weight[] = {1, 3};
    double real[2];
    uint64_t whole[2];
    assert_ok(assay_allocate(&context, 10, 2, weight, NULL, NULL, real, whole));
    ck_assert(real[0] == 2.5 && real[1] == 7.5 && whole[0] == 2 && whole[1] == 8);
    assert_ok(assay_allocate(&context, 0, 2, weight, NULL, NULL, real, whole));
    ck_assert(real[0] == 0 && real[1] == 0 && whole[0] == 0 && whole[1] == 0);
}
END_TEST

START_TEST(weights_of_any_size_share_alike)
{
    static const double scales[] = {1e-300, 1, 1e300};
    for (size_t i = 0; i < 3; i++) {
        problem p = {.n = 100, .n_strata = 3, .maximum = {1000, 1000, 1000}};
        const double weight[] = {120, 80, 52};
        for (size_t h = 0; h < 3; h++)
            p.weight[h] = weight[h] * scales[i];
        solve(&p);
        ck_assert(p.whole[0] == 47 && p.whole[1] == 32 && p.whole[2] == 21);
    }
}
END_TEST

START_TEST(weights_too_small_to_divide_by_are_as_good_as_zero)
{
    problem p = {.n = 13, .n_strata = 3, .weight = {1, 1e-310, 1e-310}, .maximum = {3, 50, 50}};
    solve(&p);
    ck_assert(p.real[0] == 3 && p.real[1] == 5 && p.real[2] == 5);
}
END_TEST

/* Half of an odd weight each: every remainder is 1/2, whatever the noise of large totals. */
START_TEST(large_ties_are_ties)
{
    uint64_t state = 5;
    for (int i = 0; i < 2000; i++) {
        problem p = {.n_strata = 4, .maximum = {INT32_MAX, INT32_MAX, INT32_MAX, INT32_MAX}};
        double total = 0;
        for (size_t h = 0; h < 4; h++) {
            p.weight[h] = (double)(2 * random_below(&state, 100000000 >> (8 * h)) + 1);
            total += p.weight[h];
        }
        p.n = (uint64_t)total / 2;
        solve(&p);
        for (size_t h = 0; h < 4; h++) {
            size_t before = 0;
            for (size_t g = 0; g < 4; g++)
                before += p.weight[g] > p.weight[h] || (p.weight[g] == p.weight[h] && g < h);
            ck_assert_uint_eq(p.whole[h], (uint64_t)p.weight[h] / 2 + (before < 2));
        }
    }
}
END_TEST

/* 50,000 strata of three kinds; 2^31 - 1 does not divide evenly. */
START_TEST(many_strata_and_the_largest_total_still_add_up)
{
    enum { H = 50000 };
    assay_context context = {0};
    double *weight = calloc(H, sizeof *weight), *real = calloc(H, sizeof *real);
    uint64_t *whole = calloc(H, sizeof *whole), total = 0;
    for (size_t h = 0; h < H; h++)
        weight[h] = 1 + (double)(h % 3) / 7;
    assert_ok(assay_allocate(&context, ASSAY_ALLOCATE_MOST, H, weight, NULL, NULL, real, whole));
    for (size_t h = 0; h < H; h++)
        total += whole[h];
    ck_assert_uint_eq(total, ASSAY_ALLOCATE_MOST);
    for (size_t h = 3; h < H; h++) /* equal strata: the first get one more */
        ck_assert(whole[h - 3] - whole[h] <= 1);
    free(weight);
    free(real);
    free(whole);
}
END_TEST

static const struct {
    uint64_t n;
    size_t n_strata;
    double weight[2];
    uint64_t minimum[2], maximum[2];
    const char *message;
} refused[] = {
    {5, 2, {1, 1}, {3, 3}, {9, 9}, "the minimums add up to 6, more than the total of 5"},
    {19, 2, {1, 1}, {0, 0}, {9, 9}, "the maximums add up to 18, less than the total of 19"},
    {5, 2, {1, 1}, {0, 4}, {9, 3}, "the minimum of stratum 2 is 4, its maximum 3"},
    {5, 2, {0, 0}, {0, 0}, {9, 9}, "no stratum has a weight above 0"},
    {5, 2, {1, -1}, {0, 0}, {9, 9}, "the weight of stratum 2 must be a number of at least 0"},
    {5,
     2,
     {(double)NAN, 1},
     {0, 0},
     {9, 9},
     "the weight of stratum 1 must be a number of at least 0"},
    {5,
     2,
     {1, (double)INFINITY},
     {0, 0},
     {9, 9},
     "the weight of stratum 2 must be a number of at least 0"},
    {5, 0, {1, 1}, {0, 0}, {9, 9}, "there are no strata"},
    {2147483648, 1, {1, 1}, {0, 0}, {UINT64_MAX, 9}, "the total of 2147483648 is above 2147483647"},
    {5,
     2,
     {1, 1},
     {UINT64_MAX, UINT64_MAX},
     {UINT64_MAX, UINT64_MAX},
     "the minimums add up to 18446744073709551615, more than the total of 5"},
};

START_TEST(what_cannot_be_met_is_refused_in_numbers)
{
    assay_context context = {0};
    double real[2] = {77, 77};
    uint64_t whole[2] = {77, 77};
    assert_status(assay_allocate(&context, refused[_i].n, refused[_i].n_strata, refused[_i].weight,
                                 refused[_i].minimum, refused[_i].maximum, real, whole),
                  ASSAY_EDOM);
    ck_assert_str_eq(context.error.message, refused[_i].message);
    ck_assert(real[0] == 77 && real[1] == 77 && whole[0] == 77 && whole[1] == 77);
}
END_TEST

START_TEST(without_memory_nothing_is_touched_and_nothing_leaks)
{
    assay_context context = {0};
    const double weight[] = {1, 3};
    double real[2] = {77, 77};
    uint64_t whole[2] = {77, 77};
    const size_t before = assay_memory_in_use();
    assay_memory_fail_at(1, false);
    assert_status(assay_allocate(&context, 10, 2, weight, NULL, NULL, real, whole), ASSAY_ENOMEM);
    ck_assert(real[0] == 77 && whole[1] == 77);
    assert_ok(assay_allocate(&context, 10, 2, weight, NULL, NULL, real, whole));
    ck_assert_uint_eq(assay_memory_in_use(), before);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("allocate");
    TCase *tests = tcase_create("allocate");
    tcase_add_test(tests, allocations_are_those_of_the_reference);
    tcase_add_test(tests, totals_are_met_and_bounds_honoured);
    tcase_add_test(tests, real_allocations_are_proportional_wherever_bounds_allow);
    tcase_add_test(tests, whole_allocations_are_the_nearest_of_all);
    tcase_add_test(tests, ties_go_to_the_larger_weight_and_then_to_the_lower_index);
    tcase_add_test(tests, a_weight_of_zero_gets_its_minimum_until_all_others_are_full);
    tcase_add_test(tests, without_bounds_only_the_weights_count);
    tcase_add_test(tests, weights_of_any_size_share_alike);
    tcase_add_test(tests, weights_too_small_to_divide_by_are_as_good_as_zero);
    tcase_add_test(tests, large_ties_are_ties);
    tcase_add_test(tests, many_strata_and_the_largest_total_still_add_up);
    tcase_add_loop_test(tests, what_cannot_be_met_is_refused_in_numbers, 0,
                        sizeof refused / sizeof refused[0]);
    tcase_add_test(tests, without_memory_nothing_is_touched_and_nothing_leaks);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
