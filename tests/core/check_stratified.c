#include "stratified.h"

#include "prob/finite.h"

enum { MAX_SAMPLES = 729 };

static const count *counts_of(size_t n, const count design[], const uint64_t x[])
{
    static count c[MAX_STRATA];
    for (size_t h = 0; h < n; h++)
        c[h] = (count){design[h].population, design[h].n, x[h]};
    return c;
}

static void check_by_definition(size_t n, const count design[])
{
    uint64_t x[MAX_STRATA] = {0}, low[MAX_STRATA] = {0}, most[MAX_STRATA];
    for (size_t h = 0; h < n; h++)
        most[h] = design[h].n;
    do {
        const count *c = counts_of(n, design, x);
        for (int k = 0; k < METHODS; k++)
            for (int a = 0; a < 2; a++) {
                const struct method *m = &methods[k];
                ck_assert_uint_eq(limit_of(m->lower, n, c, share(tails[a])),
                                  limit_by_definition(m->rejects, n, c, -1, tails[a]));
                ck_assert_uint_eq(limit_of(m->upper, n, c, share(tails[a])),
                                  limit_by_definition(m->rejects, n, c, 1, tails[a]));
            }
    } while (next_vector(n, x, low, most));
}

START_TEST(limits_are_those_of_all_splits_in_integers)
{
    const count two[][2] = {{{6, 2, 0}, {8, 3, 0}}, {{7, 3, 0}, {5, 3, 0}}, {{8, 4, 0}, {8, 4, 0}},
                            {{9, 6, 0}, {6, 4, 0}}, {{6, 6, 0}, {7, 3, 0}}, {{0, 0, 0}, {8, 5, 0}},
                            {{4, 0, 0}, {7, 2, 0}}, {{3, 3, 0}, {2, 2, 0}}, {{2, 0, 0}, {0, 0, 0}}};
    const count three[][3] = {{{5, 2, 0}, {4, 3, 0}, {6, 4, 0}},
                              {{4, 2, 0}, {6, 3, 0}, {8, 4, 0}},
                              {{3, 1, 0}, {3, 1, 0}, {7, 5, 0}},
                              {{4, 4, 0}, {5, 2, 0}, {3, 0, 0}}};
    const count four[] = {{3, 1, 0}, {4, 3, 0}, {3, 2, 0}, {5, 2, 0}};
    for (size_t i = 0; i < sizeof two / sizeof two[0]; i++)
        check_by_definition(2, two[i]);
    for (size_t i = 0; i < sizeof three / sizeof three[0]; i++)
        check_by_definition(3, three[i]);
    check_by_definition(4, four);
}
END_TEST

/* ---- coverage ---- */

struct table {
    size_t samples;
    uint64_t x[MAX_SAMPLES][MAX_STRATA], lower[MAX_SAMPLES], upper[MAX_SAMPLES];
};

static void fill(struct table *t, size_t n, const count design[], const struct method *m,
                 double tail)
{
    uint64_t x[MAX_STRATA] = {0}, low[MAX_STRATA] = {0}, most[MAX_STRATA];
    for (size_t h = 0; h < n; h++)
        most[h] = design[h].n;
    t->samples = 0;
    do {
        const count *c = counts_of(n, design, x);
        ck_assert_uint_lt(t->samples, MAX_SAMPLES);
        memcpy(t->x[t->samples], x, sizeof x);
        t->lower[t->samples] = limit_of(m->lower, n, c, tail);
        t->upper[t->samples++] = limit_of(m->upper, n, c, tail);
    } while (next_vector(n, x, low, most));
}

/* In integers: each limit misses with at most the tail, both together with at most twice that. */
static void check_split(const struct table *t, size_t n, const count design[], const uint64_t M[],
                        struct tail a)
{
    const uint64_t sum = total(n, M), all = all_ways(n, design);
    uint64_t above = 0, below = 0;
    for (size_t i = 0; i < t->samples; i++) {
        const uint64_t w = ways(n, design, M, t->x[i]);
        above += t->lower[i] > sum ? w : 0;
        below += t->upper[i] < sum ? w : 0;
    }
    ck_assert_uint_le(above * a.of, all * a.part);
    ck_assert_uint_le(below * a.of, all * a.part);
}

static void check_coverage(size_t n, const count design[])
{
    static struct table t;
    uint64_t low[MAX_STRATA] = {0}, high[MAX_STRATA];
    for (size_t h = 0; h < n; h++)
        high[h] = design[h].population;
    for (int k = 0; k < METHODS; k++)
        for (size_t a = 0; a < sizeof tails / sizeof tails[0]; a++) {
            uint64_t M[MAX_STRATA] = {0};
            fill(&t, n, design, &methods[k], share(tails[a]));
            do
                check_split(&t, n, design, M, tails[a]);
            while (next_vector(n, M, low, high));
        }
}

/* Two-sided 80% and 95% have tails of 1/10 and 1/40, one-sided ones of 1/5 and 1/20. */
START_TEST(every_population_of_two_strata_is_covered)
{
    for (uint64_t N1 = 1; N1 <= 8; N1 += N1 < 4 ? 1 : 2)
        for (uint64_t N2 = N1; N2 <= 8; N2++)
            for (uint64_t n1 = 0; n1 <= N1; n1++)
                for (uint64_t n2 = 1; n2 <= N2; n2++) {
                    const count design[] = {{N1, n1, 0}, {N2, n2, 0}};
                    check_coverage(2, design);
                }
}
END_TEST

START_TEST(every_population_of_three_strata_is_covered)
{
    const count designs[][3] = {
        {{8, 3, 0}, {5, 2, 0}, {3, 2, 0}}, {{4, 2, 0}, {6, 3, 0}, {8, 4, 0}},
        {{7, 1, 0}, {7, 1, 0}, {7, 1, 0}}, {{8, 7, 0}, {4, 1, 0}, {6, 5, 0}},
        {{5, 5, 0}, {8, 3, 0}, {7, 2, 0}}, {{2, 1, 0}, {8, 2, 0}, {0, 0, 0}},
        {{8, 6, 0}, {8, 2, 0}, {1, 1, 0}}};
    for (size_t i = 0; i < sizeof designs / sizeof designs[0]; i++)
        check_coverage(3, designs[i]);
}
END_TEST

/* ---- identities ---- */

START_TEST(one_stratum_has_the_limits_of_hyper_tail)
{
    const uint64_t sizes[][2] = {{1, 1},   {9, 1}, {23, 7},    {40, 39},     {60, 60},
                                 {28, 24}, {7, 0}, {254, 100}, {10007, 301}, {2000000011, 90}};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        for (uint64_t x = 0; x <= sizes[i][1]; x += 1 + sizes[i][1] / 13)
            for (int k = 0; k < METHODS - (sizes[i][0] > 1000000); k++)
                for (int a = 0; a < 4; a++) {
                    const count c = {sizes[i][0], sizes[i][1], x};
                    uint64_t lower, upper;
                    assert_ok(
                        assay_hyper_tail_lower(c.x, c.n, c.population, share(tails[a]), &lower));
                    assert_ok(
                        assay_hyper_tail_upper(c.x, c.n, c.population, share(tails[a]), &upper));
                    ck_assert_uint_eq(limit_of(methods[k].lower, 1, &c, share(tails[a])), lower);
                    ck_assert_uint_eq(limit_of(methods[k].upper, 1, &c, share(tails[a])), upper);
                }
}
END_TEST

/* Strata taken whole add what they hold; empty ones nothing. */
START_TEST(what_is_known_adds_to_both_limits)
{
    const count some[] = {{31, 9, 2}, {17, 6, 5}};
    const count more[] = {{31, 9, 2}, {0, 0, 0}, {12, 12, 7}, {17, 6, 5}, {4, 4, 0}, {3, 3, 3}};
    for (int k = 0; k < METHODS; k++) {
        ck_assert_uint_eq(limit_of(methods[k].lower, 6, more, 0.1),
                          limit_of(methods[k].lower, 2, some, 0.1) + 10);
        ck_assert_uint_eq(limit_of(methods[k].upper, 6, more, 0.1),
                          limit_of(methods[k].upper, 2, some, 0.1) + 10);
        ck_assert_uint_eq(limit_of(methods[k].upper, 2, more + 4, 0.1), 3);
        ck_assert_uint_eq(limit_of(methods[k].lower, 0, more, 0.1), 0);
        ck_assert_uint_eq(limit_of(methods[k].upper, 0, more, 0.1), 0);
    }
}
END_TEST

START_TEST(limits_mirror_each_other_and_do_not_depend_on_the_order)
{
    const count c[] = {{31, 9, 2}, {17, 6, 5}, {40, 11, 4}},
                d[] = {{40, 11, 4}, {31, 9, 2}, {17, 6, 5}};
    const count mirrored[] = {{31, 9, 7}, {17, 6, 1}, {40, 11, 7}};
    for (int k = 0; k < METHODS; k++)
        for (int a = 0; a < 4; a++) {
            const uint64_t lower = limit_of(methods[k].lower, 3, c, share(tails[a]));
            const uint64_t upper = limit_of(methods[k].upper, 3, c, share(tails[a]));
            ck_assert_uint_eq(limit_of(methods[k].lower, 3, d, share(tails[a])), lower);
            ck_assert_uint_eq(limit_of(methods[k].upper, 3, d, share(tails[a])), upper);
            ck_assert_uint_eq(limit_of(methods[k].upper, 3, mirrored, share(tails[a])), 88 - lower);
            ck_assert(lower >= 11 && lower < upper && upper <= 88 - 15);
        }
}
END_TEST

/* ---- edges ---- */

START_TEST(any_tail_has_limits)
{
    const count c[] = {{31, 9, 2}, {17, 6, 5}};
    const double some[] = {1e-300, 1e-17, 1e-9, 0.5, 0.999, 1 - 1e-14, 0x1.fffffffffffffp-1};
    for (int k = 0; k < METHODS; k++) {
        uint64_t before[2] = {0, 48};
        for (size_t a = 0; a < sizeof some / sizeof some[0]; a++) {
            const uint64_t lower = limit_of(methods[k].lower, 2, c, some[a]);
            const uint64_t upper = limit_of(methods[k].upper, 2, c, some[a]);
            ck_assert(lower >= before[0] && upper <= before[1]);
            before[0] = lower, before[1] = upper;
        }
        ck_assert(before[0] <= 48 - 8 && before[1] >= 7);
    }
}
END_TEST

static void refuse(assay_stratified_limit *f, size_t n, const count c[], double tail,
                   assay_status status, const char *message)
{
    uint64_t limit = 42;
    context = (assay_context){0};
    const size_t before = assay_memory_in_use();
    assert_status(f(&context, n, c, tail, &limit), status);
    ck_assert_str_eq(context.error.message, message);
    ck_assert_uint_eq(limit, 42);
    ck_assert_uint_eq(assay_memory_in_use(), before);
}

START_TEST(wrong_arguments_are_named)
{
    const count bad[][2] = {
        {{9, 3, 1}, {9, 3, 4}}, {{9, 3, 1}, {9, 10, 4}}, {{9, 3, 1}, {1ull << 31, 3, 1}}};
    const char *const messages[] = {"4 marked of 3 drawn from 9", "4 marked of 10 drawn from 9",
                                    "1 marked of 3 drawn from 2147483648"};
    assay_stratified_limit *const all[] = {assay_exact_lower, assay_exact_upper,
                                           assay_combined_lower, assay_combined_upper};
    for (int f = 0; f < 4; f++) {
        const double tail[] = {0, 1, -0.1, 10, NAN};
        for (int i = 0; i < 5; i++) {
            refuse(all[f], 1, bad[0], tail[i], ASSAY_EDOM,
                   "a tail is a probability between 0 and 1");
            ck_assert_str_eq(context.error.argument, "tail");
        }
        for (int i = 0; i < 3; i++) {
            char message[200];
            snprintf(message, sizeof message,
                     "stratum 2: %s, of which each must be at most the next, and the last at most "
                     "2147483647",
                     messages[i]);
            refuse(all[f], 2, bad[i], 0.1, ASSAY_EDOM, message);
            ck_assert_uint_eq(context.error.row, 2);
        }
    }
}
END_TEST

START_TEST(too_much_work_is_refused_with_its_count)
{
    /* 155^3 splits; with equal weights T has 101 and 201, but no more than 401 values */
    const count four[] = {{254, 100, 3}, {254, 100, 9}, {254, 100, 9}, {254, 100, 9}};
    refuse(assay_exact_upper, 4, four, 0.1, ASSAY_ENUMERIC,
           "exact takes up to 1000000000 steps, and these strata would take 189560133000: take "
           "exact_combined");
    const count large[] = {{999983, 101, 3}, {999979, 103, 9}, {999961, 107, 1}};
    refuse(
        assay_exact_lower, 3, large, 0.1, ASSAY_ENUMERIC,
        "exact takes up to 1000000000 steps, and these strata would take 11438933748068070: take "
        "exact_combined");
    const count one = {2000000000, 1000000000, 3};
    refuse(assay_exact_lower, 1, &one, 0.1, ASSAY_ENUMERIC,
           "exact takes up to 1000000000 steps, and these strata would take 1000000001: take "
           "exact_combined");
    const count tall = {6000000, 5000000, 3};
    refuse(assay_exact_lower, 1, &tall, 0.1, ASSAY_ENUMERIC,
           "exact tells up to 4194304 samples apart, and these strata have 5000001: take "
           "exact_combined");
    refuse(assay_combined_upper, 1, &one, 0.1, ASSAY_ENUMERIC,
           "exact_combined is for strata that take at most 1000000000 steps, and these take "
           "1000000001000: take korn_graubard");
    count many[MAX_STRATA];
    for (int h = 0; h < MAX_STRATA; h++)
        many[h] = (count){2147483647, 1000000007, 5};
    refuse(assay_exact_upper, MAX_STRATA, many, 0.1, ASSAY_ENUMERIC,
           "exact takes up to 1000000000 steps, and these strata would take over "
           "18446744073709551615: take exact_combined");
    const count wide[] = {{3991, 3989, 5}, {2147483647, 4000037, 7}};
    refuse(assay_exact_upper, 2, wide, 0.1, ASSAY_ENUMERIC,
           "exact needs weights N/n whose common denominator is small, and these take more than 64 "
           "bits: take exact_combined");
}
END_TEST

static uint64_t polls;

static assay_status stop_later(void *self, uint64_t done, uint64_t all)
{
    (void)done, (void)all;
    return ++polls >= *(const uint64_t *)self ? ASSAY_ESTOPPED : ASSAY_OK;
}

START_TEST(a_stop_is_heeded_wherever_it_comes)
{
    const count c[] = {{254, 100, 30}, {254, 100, 60}, {254, 100, 77}};
    const size_t before = assay_memory_in_use();
    for (int k = 0; k < METHODS; k++) {
        uint64_t limit = 42, at = 1;
        context = (assay_context){.poll = stop_later, .self = &at};
        for (polls = 0; methods[k].lower(&context, 3, c, 0.1, &limit) == ASSAY_ESTOPPED;
             polls = 0) {
            ck_assert_uint_eq(limit, 42);
            ck_assert_uint_eq(assay_memory_in_use(), before);
            at = 2 * at;
        }
        ck_assert_uint_ge(polls, 6);
        ck_assert_uint_ne(limit, 42);
    }
    context = (assay_context){0};
}
END_TEST

START_TEST(every_failing_allocation_is_clean)
{
    const count c[] = {{31, 9, 2}, {17, 6, 5}, {40, 11, 4}, {5, 5, 1}};
    const size_t before = assay_memory_in_use();
    assay_stratified_limit *const all[] = {assay_exact_lower, assay_exact_upper,
                                           assay_combined_lower, assay_combined_upper};
    for (int f = 0; f < 4; f++) {
        uint64_t limit = 99, k = 1;
        for (;; k++) {
            assay_memory_fail_at(k, true);
            const assay_status status = all[f](&context, 4, c, 0.1, &limit);
            assay_memory_fail_at(0, false);
            ck_assert_uint_eq(assay_memory_in_use(), before);
            if (status == ASSAY_OK)
                break;
            assert_status(status, ASSAY_ENOMEM);
            ck_assert_uint_eq(limit, 99);
        }
        ck_assert_uint_gt(k, 4);
        ck_assert_uint_lt(limit, 99);
    }
}
END_TEST

int main(void)
{
    exact_init();
    Suite *suite = suite_create("stratified");
    TCase *values = tcase_create("values"), *coverage = tcase_create("coverage");
    TCase *edges = tcase_create("edges");
    tcase_set_timeout(values, 60);
    tcase_set_timeout(coverage, 120);
    tcase_add_test(values, limits_are_those_of_all_splits_in_integers);
    tcase_add_test(values, one_stratum_has_the_limits_of_hyper_tail);
    tcase_add_test(values, what_is_known_adds_to_both_limits);
    tcase_add_test(values, limits_mirror_each_other_and_do_not_depend_on_the_order);
    tcase_add_test(coverage, every_population_of_two_strata_is_covered);
    tcase_add_test(coverage, every_population_of_three_strata_is_covered);
    tcase_add_test(edges, any_tail_has_limits);
    tcase_add_test(edges, wrong_arguments_are_named);
    tcase_add_test(edges, too_much_work_is_refused_with_its_count);
    tcase_add_test(edges, a_stop_is_heeded_wherever_it_comes);
    tcase_add_test(edges, every_failing_allocation_is_clean);
    suite_add_tcase(suite, values);
    suite_add_tcase(suite, coverage);
    suite_add_tcase(suite, edges);
    return run_suite(suite);
}
