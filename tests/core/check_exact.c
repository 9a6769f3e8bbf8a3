#include "check.h"
#include "exact.h"

#include "infer/exact.h"
#include "prob/stratified.h"

typedef assay_exact_count count;

enum { KINDS = 2, MOST = 18, MANY = 2500 };

static assay_context context;

struct limits {
    double lower, upper;
};

static struct limits limits_of(assay_exact_kind kind, size_t n, const count c[], double tail)
{
    struct limits l;
    const assay_status status = assay_exact_share(&context, kind, n, c, tail, &l.lower, &l.upper);
    ck_assert_msg(status == ASSAY_OK, "%s", context.error.message);
    return l;
}

/* ---- coverage ---- */

/* The ways to draw y of Y, z of Z and the rest of n from what else N has. */
static uint64_t ways(const count *population, const count *sample)
{
    const uint64_t N = population->population, Y = population->yes, Z = population->no;
    const uint64_t y = sample->yes, z = sample->no, rest = sample->n - y - z;
    return y > Y || z > Z || rest > N - Y - Z
               ? 0
               : exact_choose[Y][y] * exact_choose[Z][z] * exact_choose[N - Y - Z][rest];
}

/* The next pair yes + no <= most; false, and none, after the last. */
static bool next_pair(count *c, uint64_t most)
{
    if (c->yes + c->no < most) {
        c->no++;
        return true;
    }
    c->no = 0;
    if (c->yes < most) {
        c->yes++;
        return true;
    }
    c->yes = 0;
    return false;
}

static bool next_sample(size_t n, count c[])
{
    for (size_t h = 0; h < n; h++)
        if (next_pair(&c[h], c[h].n))
            return true;
    return false;
}

static bool next_population(size_t n, count c[])
{
    for (size_t h = 0; h < n; h++)
        if (next_pair(&c[h], c[h].population))
            return true;
    return false;
}

struct sample {
    count c[2];
    struct limits limits;
};

/* In integers: each limit misses with at most 1 / of. */
static void check_population(size_t n, const count p[], size_t samples, const struct sample s[],
                             uint64_t of)
{
    uint64_t yes = 0, relevant = 0, all = 1, above = 0, below = 0;
    for (size_t h = 0; h < n; h++) {
        yes += p[h].yes;
        relevant += p[h].yes + p[h].no;
        all *= exact_choose[p[h].population][p[h].n];
    }
    const double share = (double)yes / (double)relevant; /* NaN is missed by none */
    for (size_t i = 0; i < samples; i++) {
        uint64_t w = 1;
        for (size_t h = 0; h < n; h++)
            w *= ways(&p[h], &s[i].c[h]);
        above += s[i].limits.lower > share * (1 + 1e-14) ? w : 0;
        below += 1 - s[i].limits.upper > (1 - share) * (1 + 1e-14) + 1e-16 ? w : 0;
    }
    ck_assert_uint_le(above * of, all);
    ck_assert_uint_le(below * of, all);
}

static void check_coverage(assay_exact_kind kind, size_t n, const count design[], uint64_t of)
{
    static struct sample s[MANY];
    count c[2] = {design[0], n > 1 ? design[1] : design[0]}, p[2] = {c[0], c[1]};
    size_t samples = 0;
    do {
        ck_assert_uint_lt(samples, MANY);
        s[samples].c[0] = c[0];
        s[samples].c[1] = c[1];
        s[samples++].limits = limits_of(kind, n, c, 1 / (double)of);
    } while (next_sample(n, c));
    do
        check_population(n, p, samples, s, of);
    while (next_population(n, p));
}

static const uint64_t levels[] = {10, 40, 5, 20};

/* Every number of yes, of no, and of cases that are neither, none of them included. */
START_TEST(every_domain_of_one_stratum_is_covered)
{
    for (int level = 0; level < 4; level++)
        for (uint64_t N = 1; N <= MOST; N++)
            for (uint64_t n = 1; n <= N; n++) {
                const count design = {N, n, 0, 0};
                check_coverage(ASSAY_EXACT, 1, &design, levels[level]);
            }
}
END_TEST

START_TEST(every_domain_of_two_strata_is_covered)
{
    for (int kind = 0; kind < KINDS; kind++)
        for (int level = 0; level < 2; level++)
            for (uint64_t N1 = 1; N1 <= 4; N1++)
                for (uint64_t N2 = N1; N2 <= 5; N2 += 2)
                    for (uint64_t n1 = 1; n1 <= N1; n1++)
                        for (uint64_t n2 = 1; n2 <= N2; n2++) {
                            const count design[] = {{N1, n1, 0, 0}, {N2, n2, 0, 0}};
                            check_coverage((assay_exact_kind)kind, 2, design, levels[level]);
                        }
}
END_TEST

/* ---- the rule ---- */

START_TEST(a_sample_that_is_all_relevant_has_the_limits_of_the_total)
{
    const count c[] = {{31, 9, 2, 7}, {17, 6, 5, 1}, {4, 4, 4, 0}};
    const assay_stratum_count yes[] = {{31, 9, 2}, {17, 6, 5}, {4, 4, 4}};
    uint64_t lower, upper;
    assert_ok(assay_exact_lower(&context, 3, yes, 0.1, &lower));
    assert_ok(assay_exact_upper(&context, 3, yes, 0.1, &upper));
    const struct limits exact = limits_of(ASSAY_EXACT, 3, c, 0.1);
    ck_assert(exact.lower == (double)lower / 52 && exact.upper == (double)upper / 52);
    assert_ok(assay_combined_lower(&context, 3, yes, 0.1, &lower));
    assert_ok(assay_combined_upper(&context, 3, yes, 0.1, &upper));
    const struct limits combined = limits_of(ASSAY_EXACT_COMBINED, 3, c, 0.1);
    ck_assert(combined.lower == (double)lower / 52 && combined.upper == (double)upper / 52);
}
END_TEST

START_TEST(a_domain_has_the_limits_of_two_totals)
{
    const count c[] = {{231, 59, 10, 26}, {170, 43, 17, 9}};
    const assay_stratum_count yes[] = {{231, 59, 10}, {170, 43, 17}};
    const assay_stratum_count no[] = {{231, 59, 26}, {170, 43, 9}};
    uint64_t Y, Z, other;
    assert_ok(assay_exact_lower(&context, 2, yes, 0.09, &Y));
    assert_ok(assay_exact_lower(&context, 2, yes, 0.1, &other));
    ck_assert_uint_lt(Y, other);
    assert_ok(assay_exact_upper(&context, 2, no, 0.01, &Z));
    const struct limits l = limits_of(ASSAY_EXACT, 2, c, 0.1);
    ck_assert(Y + Z < 401 - 40);
    assert_close(l.lower, (double)Y / (double)(Y + Z), 1e-15);
    assert_ok(assay_exact_upper(&context, 2, yes, 0.01, &Y));
    assert_ok(assay_exact_lower(&context, 2, no, 0.09, &Z));
    assert_close(l.upper, 1 - (double)Z / (double)(Y + Z), 1e-15);
}
END_TEST

/*
** One yes of two from ten. With 3 of yes P(X >= 1) = 24/45 > 0.45, with 2 it is 17/45; with 7 of no
** P(X <= 0) = 3/45 > 0.05, with 8 it is 1/45. The ten together are more than can be relevant.
*/
START_TEST(no_more_than_the_rest_can_be_relevant)
{
    const count c = {10, 2, 1, 0};
    ck_assert(limits_of(ASSAY_EXACT, 1, &c, 0.5).lower == 3.0 / 9);
}
END_TEST

/* So low a tail leaves 3 of yes and 18 of no, which is all but the 9 that are known to be neither. */
START_TEST(what_is_known_not_to_be_relevant_is_not)
{
    const count c = {30, 12, 3, 0};
    const struct limits l = limits_of(ASSAY_EXACT, 1, &c, 1e-12);
    ck_assert(l.lower == 3.0 / 21 && l.upper == 1);
}
END_TEST

START_TEST(yes_and_no_mirror_each_other)
{
    const count c[] = {{31, 9, 2, 4}, {17, 6, 5, 1}, {23, 5, 0, 2}};
    const count mirrored[] = {{31, 9, 4, 2}, {17, 6, 1, 5}, {23, 5, 2, 0}};
    for (int kind = 0; kind < KINDS; kind++) {
        const struct limits a = limits_of((assay_exact_kind)kind, 3, c, 0.1);
        const struct limits b = limits_of((assay_exact_kind)kind, 3, mirrored, 0.1);
        assert_close(a.lower, 1 - b.upper, 1e-14);
        assert_close(a.upper, 1 - b.lower, 1e-14);
        ck_assert(0 < a.lower && a.lower < a.upper && a.upper < 1);
    }
}
END_TEST

START_TEST(unanimous_answers_give_an_exact_end)
{
    const count none[] = {{31, 9, 0, 4}, {17, 6, 0, 6}}, all[] = {{31, 9, 9, 0}, {17, 6, 4, 0}};
    for (int kind = 0; kind < KINDS; kind++) {
        const struct limits a = limits_of((assay_exact_kind)kind, 2, none, 0.1);
        const struct limits b = limits_of((assay_exact_kind)kind, 2, all, 0.1);
        ck_assert(a.lower == 0 && a.upper > 0 && a.upper < 1);
        ck_assert(b.upper == 1 && b.lower < 1 && b.lower > 0);
    }
}
END_TEST

START_TEST(a_domain_of_strata_taken_whole_is_a_point)
{
    const count c[] = {{9, 9, 2, 4}, {0, 0, 0, 0}, {6, 6, 5, 1}};
    for (int kind = 0; kind < KINDS; kind++) {
        const struct limits l = limits_of((assay_exact_kind)kind, 3, c, 0.1);
        assert_close(l.lower, 7 / 12.0, 1e-15);
        assert_close(l.upper, 7 / 12.0, 1e-15);
    }
}
END_TEST

/* ---- edges ---- */

START_TEST(no_relevant_case_has_no_limits)
{
    const count c[] = {{9, 3, 0, 0}, {6, 6, 0, 0}};
    const struct limits l = limits_of(ASSAY_EXACT, 2, c, 0.1);
    ck_assert(isnan(l.lower) && isnan(l.upper));
    ck_assert(isnan(limits_of(ASSAY_EXACT_COMBINED, 0, c, 0.1).lower));
}
END_TEST

static void refuse(size_t n, const count c[], double tail, assay_status status, const char *message)
{
    struct limits l = {42, 42};
    context = (assay_context){0};
    assert_status(assay_exact_share(&context, ASSAY_EXACT, n, c, tail, &l.lower, &l.upper), status);
    ck_assert_str_eq(context.error.message, message);
    ck_assert(l.lower == 42 && l.upper == 42);
}

START_TEST(wrong_arguments_are_named)
{
    const count bad[][2] = {{{9, 3, 1, 2}, {9, 3, 2, 2}}, {{9, 3, 1, 2}, {9, 3, 0, UINT64_MAX}}};
    for (int i = 0; i < 2; i++) {
        refuse(2, bad[i], 0.1, ASSAY_EDOM, "stratum 2: more yes and no than sampled");
        ck_assert_uint_eq(context.error.row, 2);
        ck_assert_str_eq(context.error.argument, "strata");
    }
    const count small = {2, 3, 1, 2}, good = {9, 3, 1, 2};
    refuse(1, &small, 0.1, ASSAY_EDOM,
           "stratum 1: 1 marked of 3 drawn from 2, of which each must be at most the next, and the "
           "last at most 2147483647");
    refuse(1, &good, NAN, ASSAY_EDOM, "a tail is a probability between 0 and 1");
    const count many[] = {{254, 100, 3, 90}, {254, 100, 9, 9}, {254, 100, 9, 9}, {254, 100, 9, 9}};
    refuse(4, many, 0.1, ASSAY_ENUMERIC,
           "exact takes up to 1000000000 steps, and these strata would take 189560133000: take "
           "exact_combined");
}
END_TEST

START_TEST(every_failing_allocation_is_clean)
{
    const count c[] = {{31, 9, 2, 4}, {17, 6, 5, 1}};
    const size_t before = assay_memory_in_use();
    for (int kind = 0; kind < KINDS; kind++)
        for (uint64_t k = 1;; k++) {
            struct limits l = {42, 42};
            assay_memory_fail_at(k, true);
            const assay_status status =
                assay_exact_share(&context, (assay_exact_kind)kind, 2, c, 0.1, &l.lower, &l.upper);
            assay_memory_fail_at(0, false);
            ck_assert_uint_eq(assay_memory_in_use(), before);
            if (status == ASSAY_OK) {
                ck_assert_uint_gt(k, 10);
                break;
            }
            assert_status(status, ASSAY_ENOMEM);
            ck_assert(l.lower == 42 && l.upper == 42);
        }
}
END_TEST

int main(void)
{
    exact_init();
    Suite *suite = suite_create("exact");
    TCase *coverage = tcase_create("coverage"), *edges = tcase_create("edges");
    tcase_set_timeout(coverage, 120);
    tcase_add_test(coverage, every_domain_of_one_stratum_is_covered);
    tcase_add_test(coverage, every_domain_of_two_strata_is_covered);
    tcase_add_test(edges, a_sample_that_is_all_relevant_has_the_limits_of_the_total);
    tcase_add_test(edges, a_domain_has_the_limits_of_two_totals);
    tcase_add_test(edges, no_more_than_the_rest_can_be_relevant);
    tcase_add_test(edges, what_is_known_not_to_be_relevant_is_not);
    tcase_add_test(edges, yes_and_no_mirror_each_other);
    tcase_add_test(edges, unanimous_answers_give_an_exact_end);
    tcase_add_test(edges, a_domain_of_strata_taken_whole_is_a_point);
    tcase_add_test(edges, no_relevant_case_has_no_limits);
    tcase_add_test(edges, wrong_arguments_are_named);
    tcase_add_test(edges, every_failing_allocation_is_clean);
    suite_add_tcase(suite, coverage);
    suite_add_tcase(suite, edges);
    return run_suite(suite);
}
