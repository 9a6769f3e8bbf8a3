#include "check.h"

#include "sample/allocate.h"
#include "sample/neyman.h"

enum { MOST = 6 };

static assay_context context;

typedef struct problem {
    uint64_t n, minimum[MOST], maximum[MOST], whole[MOST];
    double weight[MOST];
    size_t n_strata;
} problem;

static uint64_t random_below(uint64_t *state, uint64_t bound)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (*state >> 33) % bound;
}

static uint64_t low_of(const problem *p, size_t h)
{
    return p->minimum[h] > 1 ? p->minimum[h] : 1;
}

static problem random_problem(uint64_t *state, uint64_t strata_most, uint64_t size_most)
{
    problem p = {.n_strata = 1 + random_below(state, strata_most)};
    uint64_t lows = 0, highs = 0;
    for (size_t h = 0; h < p.n_strata; h++) {
        p.minimum[h] = random_below(state, 4);
        p.maximum[h] = low_of(&p, h) + random_below(state, size_most);
        p.weight[h] = (double)random_below(state, 9) / 7;
        lows += low_of(&p, h);
        highs += p.maximum[h];
    }
    p.weight[0] += 0.3;
    p.n = lows + random_below(state, highs - lows + 1);
    return p;
}

static void solve(problem *p)
{
    if (assay_allocate_exact(&context, p->n, p->n_strata, p->weight, p->minimum, p->maximum,
                             p->whole) != ASSAY_OK)
        ck_abort_msg("%s", context.error.message);
}

static double variance(const problem *p, const uint64_t whole[])
{
    double sum = 0;
    for (size_t h = 0; h < p->n_strata; h++)
        sum += p->weight[h] * p->weight[h] / (double)whole[h];
    return sum;
}

/* The least variance of any whole numbers within the bounds that add up to n. */
static double least_variance(const problem *p, uint64_t trial[], size_t h, uint64_t left)
{
    double least = INFINITY;
    if (h == p->n_strata)
        return left == 0 ? variance(p, trial) : (double)INFINITY;
    for (trial[h] = low_of(p, h); trial[h] <= p->maximum[h] && trial[h] <= left; trial[h]++)
        least = fmin(least, least_variance(p, trial, h + 1, left - trial[h]));
    return least;
}

START_TEST(no_other_whole_numbers_have_less_variance)
{
    uint64_t state = 1, trial[MOST];
    for (int i = 0; i < 4000; i++) {
        problem p = random_problem(&state, 4, 9);
        uint64_t total = 0;
        solve(&p);
        for (size_t h = 0; h < p.n_strata; h++) {
            total += p.whole[h];
            ck_assert(p.whole[h] >= low_of(&p, h) && p.whole[h] <= p.maximum[h]);
        }
        ck_assert_uint_eq(total, p.n);
        const double least = least_variance(&p, trial, 0, p.n);
        ck_assert_msg(variance(&p, p.whole) <= least * (1 + 1e-12), "input %d", i);
    }
}
END_TEST

/* The rule as it is told: a case at a time, ties to the lower index, zeros last and equal. */
static void one_at_a_time(const problem *p, uint64_t whole[])
{
    uint64_t left = p->n;
    for (size_t h = 0; h < p->n_strata; h++)
        left -= whole[h] = low_of(p, h);
    for (; left > 0; left--) {
        size_t best = MOST;
        double most = 0;
        for (size_t h = 0; h < p->n_strata; h++) {
            const double w = p->weight[h] > 0 ? p->weight[h] : 1e-9;
            const double priority = w * w / (double)(whole[h] * (whole[h] + 1));
            if (whole[h] < p->maximum[h] && priority > most * (1 + 1e-11)) {
                best = h;
                most = priority;
            }
        }
        ck_assert_uint_lt(best, MOST);
        whole[best]++;
    }
}

START_TEST(each_case_goes_where_it_gains_most)
{
    uint64_t state = 2, whole[MOST];
    for (int i = 0; i < 4000; i++) {
        problem p = random_problem(&state, MOST, 40);
        solve(&p);
        one_at_a_time(&p, whole);
        if (memcmp(whole, p.whole, p.n_strata * sizeof *whole) != 0)
            ck_abort_msg("input %d", i);
    }
}
END_TEST

/* More cases never take one away: whole numbers grow with n. */
START_TEST(a_larger_total_takes_nothing_away)
{
    uint64_t state = 3;
    for (int i = 0; i < 500; i++) {
        problem p = random_problem(&state, MOST, 20), q = p;
        uint64_t highs = 0;
        for (size_t h = 0; h < p.n_strata; h++)
            highs += p.maximum[h];
        for (solve(&q); p.n < highs; p = q) {
            q.n = p.n + 1;
            solve(&p);
            solve(&q);
            for (size_t h = 0; h < p.n_strata; h++)
                ck_assert_uint_ge(q.whole[h], p.whole[h]);
        }
    }
}
END_TEST

START_TEST(equal_priorities_go_to_the_lower_index)
{
    problem p = {.n = 12, .n_strata = 5, .weight = {50, 50, 50, 50, 50}};
    static const double thirds[] = {0.1 * 3, 0.3, 0.3 * 1.0000000000000002, 0.3, 0.3};
    for (size_t h = 0; h < 5; h++)
        p.maximum[h] = 100;
    solve(&p);
    ck_assert(p.whole[0] == 3 && p.whole[1] == 3 && p.whole[2] == 2 && p.whole[4] == 2);
    memcpy(p.weight, thirds, sizeof thirds); /* the same but for the last bit */
    solve(&p);
    ck_assert(p.whole[0] == 3 && p.whole[1] == 3 && p.whole[2] == 2 && p.whole[4] == 2);
    for (int k = 1; k <= 40; k++) { /* up to 4e-13 apart; and, in the end, 4e-12 */
        p.weight[2] = 0.3 * (1 + k * 1e-14);
        solve(&p);
        ck_assert(p.whole[0] == 3 && p.whole[1] == 3 && p.whole[2] == 2 && p.whole[4] == 2);
    }
    p.weight[2] = 0.3 * (1 + 4e-12);
    solve(&p);
    ck_assert(p.whole[0] == 3 && p.whole[1] == 2 && p.whole[2] == 3 && p.whole[4] == 2);
}
END_TEST

/* 50,000 strata of three kinds; the size of each follows from one number to within a case. */
START_TEST(many_strata_and_the_largest_total_take_no_longer)
{
    enum { H = 50000 };
    double *weight = calloc(H, sizeof *weight), w = 0;
    uint64_t *whole = calloc(H, sizeof *whole), total = 0;
    for (size_t h = 0; h < H; h++)
        w += weight[h] = 1 + (double)(h % 3) / 7;
    assert_ok(assay_allocate_exact(&context, ASSAY_ALLOCATE_MOST, H, weight, NULL, NULL, whole));
    for (size_t h = 0; h < H; h++) {
        total += whole[h];
        if (fabs((double)whole[h] - ASSAY_ALLOCATE_MOST * weight[h] / w) > 1)
            ck_abort_msg("stratum %zu: %d", h, (int)whole[h]);
    }
    ck_assert_uint_eq(total, ASSAY_ALLOCATE_MOST);
    free(weight);
    free(whole);
}
END_TEST

START_TEST(weights_of_any_size_share_alike)
{
    static const double scales[] = {1e-300, 1, 1e300};
    for (size_t i = 0; i < 3; i++) {
        problem p = {.n = 100, .n_strata = 3, .maximum = {120, 80, 52}};
        const double weight[] = {60, 32, 15.6};
        for (size_t h = 0; h < 3; h++)
            p.weight[h] = weight[h] * scales[i];
        solve(&p);
        ck_assert(p.whole[0] == 56 && p.whole[1] == 30 && p.whole[2] == 14);
    }
}
END_TEST

static const struct {
    uint64_t n;
    double weight[2];
    uint64_t minimum[2], maximum[2];
    const char *message;
} refused[] = {
    {1,
     {1, 1},
     {0, 0},
     {9, 9},
     "at a case in each, 2 strata need 2 cases, more than the total of 1"},
    {5,
     {1, 1},
     {0, 0},
     {9, 0},
     "the maximum of stratum 2 is 0: the exact allocation takes a case from every stratum"},
    {0,
     {1, 1},
     {0, 0},
     {9, 9},
     "at a case in each, 2 strata need 2 cases, more than the total of 0"},
    {5, {1, 1}, {3, 3}, {9, 9}, "the minimums add up to 6, more than the total of 5"},
    {19, {1, 1}, {0, 0}, {9, 9}, "the maximums add up to 18, less than the total of 19"},
    {5, {0, 0}, {0, 0}, {9, 9}, "no stratum has a weight above 0"},
    {5, {1, (double)NAN}, {0, 0}, {9, 9}, "the weight of stratum 2 must be a number of at least 0"},
};

START_TEST(what_cannot_be_met_is_refused_in_numbers)
{
    uint64_t whole[2] = {77, 77};
    assert_status(assay_allocate_exact(&context, refused[_i].n, 2, refused[_i].weight,
                                       refused[_i].minimum, refused[_i].maximum, whole),
                  ASSAY_EDOM);
    ck_assert_str_eq(context.error.message, refused[_i].message);
    ck_assert(whole[0] == 77 && whole[1] == 77);
}
END_TEST

START_TEST(without_memory_nothing_is_touched)
{
    static const double weight[] = {1, 3};
    uint64_t whole[2] = {77, 77};
    const size_t before = assay_memory_in_use();
    assay_memory_fail_at(1, false);
    assert_status(assay_allocate_exact(&context, 10, 2, weight, NULL, NULL, whole), ASSAY_ENOMEM);
    ck_assert(whole[0] == 77 && assay_memory_in_use() == before);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("neyman");
    TCase *tests = tcase_create("neyman");
    tcase_add_test(tests, no_other_whole_numbers_have_less_variance);
    tcase_add_test(tests, each_case_goes_where_it_gains_most);
    tcase_add_test(tests, a_larger_total_takes_nothing_away);
    tcase_add_test(tests, equal_priorities_go_to_the_lower_index);
    tcase_add_test(tests, many_strata_and_the_largest_total_take_no_longer);
    tcase_add_test(tests, weights_of_any_size_share_alike);
    tcase_add_loop_test(tests, what_cannot_be_met_is_refused_in_numbers, 0,
                        sizeof refused / sizeof refused[0]);
    tcase_add_test(tests, without_memory_nothing_is_touched);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
