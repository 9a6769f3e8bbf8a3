#include "stratified.h"

#include "prob/finite.h"

/*
** No marked case at all: P = prod C(N_h - M_h, n_h) / C(N_h, n_h), by products of fractions, and the
** best split by loops over all.
*/
static double none_drawn(uint64_t N, uint64_t n, uint64_t M)
{
    double p = 1;
    for (uint64_t i = 0; i < n; i++)
        p *= N - i > M ? (double)(N - i - M) / (double)(N - i) : 0;
    return p;
}

START_TEST(no_marked_case_has_the_limit_of_the_closed_form)
{
    const count c[] = {{61, 7, 0}, {43, 11, 0}, {29, 5, 0}};
    for (int a = 0; a < 4; a++) {
        uint64_t best = 0;
        for (uint64_t i = 0; i <= 54; i++)
            for (uint64_t j = 0; j <= 32; j++)
                for (uint64_t k = 0; k <= 24; k++)
                    if (none_drawn(61, 7, i) * none_drawn(43, 11, j) * none_drawn(29, 5, k) >
                            share(tails[a]) &&
                        i + j + k > best)
                        best = i + j + k;
        ck_assert_uint_eq(limit_of(assay_exact_upper, 3, c, share(tails[a])), best);
        ck_assert_uint_eq(limit_of(assay_exact_lower, 3, c, share(tails[a])), 0);
        ck_assert_uint_eq(limit_of(assay_combined_lower, 3, c, share(tails[a])), 0);
        const count all[] = {{61, 7, 7}, {43, 11, 11}, {29, 5, 5}};
        ck_assert_uint_eq(limit_of(assay_exact_lower, 3, all, share(tails[a])), 133 - best);
        ck_assert_uint_eq(limit_of(assay_exact_upper, 3, all, share(tails[a])), 133);
        ck_assert_uint_eq(limit_of(assay_combined_upper, 3, all, share(tails[a])), 133);
    }
}
END_TEST

/* P(T <= t) of one split, by loops over the samples of three strata; T in integers. */
static double below(const count c[3], const uint64_t M[3])
{
    double p = 0;
    uint64_t seen[3] = {c[0].x, c[1].x, c[2].x}, x[3] = {0}, low[3] = {0}, most[3];
    double row[3][32];
    for (int h = 0; h < 3; h++) {
        most[h] = c[h].n;
        for (uint64_t k = 0; k <= c[h].n; k++)
            row[h][k] = (double)exact_ways((int)c[h].population, (int)M[h], (int)c[h].n, (int)k) /
                        (double)exact_choose[c[h].population][c[h].n];
    }
    const uint64_t t = statistic(3, c, seen);
    do
        if (statistic(3, c, x) <= t)
            p += row[0][x[0]] * row[1][x[1]] * row[2][x[2]];
    while (next_vector(3, x, low, most));
    return p;
}

START_TEST(larger_strata_have_the_limits_of_all_splits)
{
    const count cases[][3] = {{{19, 6, 1}, {26, 7, 4}, {13, 5, 3}},
                              {{24, 8, 3}, {12, 4, 1}, {18, 6, 5}}};
    for (int i = 0; i < 2; i++) {
        const count *c = cases[i];
        uint64_t M[3], low[3], high[3], best[2] = {0};
        for (int h = 0; h < 3; h++) {
            M[h] = low[h] = c[h].x;
            high[h] = c[h].population - c[h].n + c[h].x;
        }
        do {
            const uint64_t sum = total(3, M);
            if (sum <= best[0])
                continue;
            const double p = below(c, M);
            for (int a = 0; a < 2; a++)
                if (p > share(tails[a]) && sum > best[a])
                    best[a] = sum;
        } while (next_vector(3, M, low, high));
        ck_assert_uint_eq(limit_of(assay_exact_upper, 3, c, 0.1), best[0]);
    }
}
END_TEST

/* The densities of 0 to n, from factorials. */
static void set_row(const count *c, uint64_t M, double row[])
{
    const double N = (double)c->population, n = (double)c->n, m = (double)M;
    const double all = lgamma(N + 1) - lgamma(n + 1) - lgamma(N - n + 1);
    for (uint64_t k = 0; k <= c->n; k++) {
        const double x = (double)k;
        row[k] = k > M || c->n - k > c->population - M
                     ? 0
                     : exp(lgamma(m + 1) - lgamma(x + 1) - lgamma(m - x + 1) + lgamma(N - m + 1) -
                           lgamma(n - x + 1) - lgamma(N - m - n + x + 1) - all);
    }
}

/* Whether a split of M between two strata has P(T <= t) above the tail. */
static bool some_split_passes(const count c[2], uint64_t M, double tail)
{
    static double one[600], two[600];
    const uint64_t t = c[0].population * c[1].n * c[0].x + c[1].population * c[0].n * c[1].x;
    for (uint64_t d = 0; d <= c[0].population - c[0].n; d++) {
        const uint64_t other = M - c[0].x - d;
        double p = 0;
        if (other < c[1].x || other > c[1].population - c[1].n + c[1].x)
            continue;
        set_row(&c[0], c[0].x + d, one);
        set_row(&c[1], other, two);
        for (uint64_t k = 1; k <= c[1].n; k++)
            two[k] += two[k - 1];
        for (uint64_t k = 0; k <= c[0].n && k * c[0].population * c[1].n <= t; k++) {
            const uint64_t most = (t - k * c[0].population * c[1].n) / (c[1].population * c[0].n);
            p += one[k] * two[most < c[1].n ? most : c[1].n];
        }
        if (p > tail)
            return true;
    }
    return false;
}

/* So many densities are not kept */
START_TEST(thousands_of_cases_have_the_limit_of_all_splits)
{
    const count c[] = {{9001, 503, 250}, {9211, 487, 290}};
    const uint64_t upper = limit_of(assay_exact_upper, 2, c, 0.1);
    ck_assert(some_split_passes(c, upper, 0.1));
    ck_assert(!some_split_passes(c, upper + 1, 0.1));
}
END_TEST

/* ---- combined p-values ---- */

/* Least sums by a plain table of all totals, nothing cut off. */
static uint64_t combined_plainly(size_t n, const count c[], double tail)
{
    static double least[4000], next[4000];
    size_t rest = 0;
    uint64_t x = 0;
    least[0] = 0;
    for (size_t h = 0; h < n; h++) {
        const size_t r = c[h].population - c[h].n;
        for (size_t i = 0; i <= rest + r; i++)
            next[i] = HUGE_VAL;
        for (size_t d = 0; d <= r; d++) {
            double p, above;
            assert_ok(assay_hyper_tails(c[h].x, c[h].population, c[h].x + d, c[h].n, &p, &above));
            for (size_t i = 0; i <= rest; i++)
                next[i + d] = fmin(next[i + d], least[i] - log(p));
        }
        rest += r;
        x += c[h].x;
        memcpy(least, next, sizeof least);
    }
    for (size_t i = rest;; i--) {
        double sum = 0, term = 1;
        for (size_t k = 0; k < n; k++, term *= least[i] / (double)k)
            sum += term;
        if (exp(-least[i]) * sum > tail || i == 0)
            return x + i;
    }
}

START_TEST(twelve_strata_have_the_limit_of_the_plain_table)
{
    const count c[] = {{254, 100, 31},  {254, 100, 60}, {254, 100, 77}, {254, 100, 0},
                       {254, 100, 100}, {254, 100, 50}, {254, 100, 12}, {254, 100, 93},
                       {254, 100, 44},  {254, 100, 66}, {254, 100, 71}, {254, 100, 38}};
    ck_assert_uint_eq(limit_of(assay_combined_upper, 12, c, 0.1), combined_plainly(12, c, 0.1));
    ck_assert_uint_eq(limit_of(assay_combined_upper, 12, c, 0.025), combined_plainly(12, c, 0.025));
}
END_TEST

int main(void)
{
    exact_init();
    Suite *suite = suite_create("stratified_large");
    TCase *values = tcase_create("values");
    tcase_set_timeout(values, 60);
    tcase_add_test(values, no_marked_case_has_the_limit_of_the_closed_form);
    tcase_add_test(values, larger_strata_have_the_limits_of_all_splits);
    tcase_add_test(values, thousands_of_cases_have_the_limit_of_all_splits);
    tcase_add_test(values, twelve_strata_have_the_limit_of_the_plain_table);
    suite_add_tcase(suite, values);
    return run_suite(suite);
}
