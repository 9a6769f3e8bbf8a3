#include "check.h"

#include <stdbool.h>

#include "sample/rounding.h"

enum { MOST = 9 };

static assay_context context;

static uint64_t random_below(uint64_t *state, uint64_t bound)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (*state >> 33) % bound;
}

/*
** Sizes in k-ths for a power of two k: what is rounded up changes at multiples of 2^52 / k alone, so
** k points have every outcome with its probability. The mean of the outcomes is the size itself,
** exactly; each is a neighbour of it; each adds up.
*/
START_TEST(every_expectation_is_the_size_itself)
{
    uint64_t state = 1;
    for (int i = 0; i < 2000; i++) {
        const uint64_t k = UINT64_C(1) << random_below(&state, 7);
        const size_t n_strata = 1 + random_below(&state, MOST - 1);
        uint64_t parts[MOST], sums[MOST] = {0}, n = 0, rest = 0;
        double real[MOST];
        for (size_t h = 0; h < n_strata; h++) {
            parts[h] = random_below(&state, 5 * k);
            rest += parts[h];
        }
        parts[n_strata - 1] += (k - rest % k) % k; /* whole together */
        for (size_t h = 0; h < n_strata; h++) {
            real[h] = (double)parts[h] / (double)k;
            n += parts[h];
        }
        n /= k;
        for (uint64_t j = 0; j < k; j++) {
            const uint64_t step = ASSAY_ROUNDING_POINTS / k;
            uint64_t whole[MOST], first[MOST], total = 0;
            assert_ok(assay_round_systematic(&context, n, n_strata, real, j * step, first));
            assert_ok(
                assay_round_systematic(&context, n, n_strata, real, j * step + step - 1, whole));
            ck_assert_mem_eq(first, whole, n_strata * sizeof *whole); /* one outcome a point */
            for (size_t h = 0; h < n_strata; h++) {
                sums[h] += whole[h];
                total += whole[h];
                if (fabs((double)whole[h] - real[h]) >= 1)
                    ck_abort_msg("input %d: no neighbour", i);
            }
            ck_assert_uint_eq(total, n);
        }
        for (size_t h = 0; h < n_strata; h++)
            ck_assert_uint_eq(sums[h], parts[h]); /* mean times k */
    }
}
END_TEST

/* Thirds and sevenths, which no binary fraction is: the points that round up are counted by halving. */
static uint64_t points_that_round_up(size_t n_strata, const double real[], uint64_t n, size_t h)
{
    uint64_t points = 0, whole[MOST], at = 0;
    while (at < ASSAY_ROUNDING_POINTS) {
        assert_ok(assay_round_systematic(&context, n, n_strata, real, at, whole));
        const uint64_t now = whole[h];
        uint64_t low = at, high = ASSAY_ROUNDING_POINTS; /* the first point with another outcome */
        for (uint64_t step = UINT64_C(1) << 46; step > 0; step /= 2)
            while (low + step < high) {
                assert_ok(assay_round_systematic(&context, n, n_strata, real, low + step, whole));
                if (whole[h] != now)
                    high = low + step;
                else
                    low += step;
            }
        points += now > (uint64_t)real[h] ? high - at : 0;
        at = high;
    }
    return points;
}

START_TEST(thirds_are_rounded_up_as_often_as_doubles_can_tell)
{
    static const double real[] = {10.0 / 3, 5.0 / 3, 3.0 / 7, 4.0 / 7, 2};
    for (size_t h = 0; h < 5; h++) {
        const double fraction = real[h] - floor(real[h]);
        const double got = (double)points_that_round_up(5, real, 8, h) / 0x1p52;
        ck_assert_msg(fabs(got - fraction) < 4e-15, "stratum %zu: %.17g", h, got);
    }
}
END_TEST

/* 254 cases, 100 drawn, thirteen strata: 20,000 seeds. */
START_TEST(seeds_have_the_same_expectations)
{
    enum { SEEDS = 20000 };
    static const double N[] = {61, 23, 7, 19, 3, 88, 2, 11, 40};
    double real[MOST];
    uint64_t sums[MOST] = {0};
    for (size_t h = 0; h < MOST; h++)
        real[h] = 100 * N[h] / 254;
    for (int i = 0; i < SEEDS; i++) {
        char seed[16];
        uint64_t whole[MOST], total = 0;
        snprintf(seed, sizeof seed, "s%d", i);
        assert_ok(assay_round_random(&context, 100, MOST, real, seed, whole));
        for (size_t h = 0; h < MOST; h++) {
            sums[h] += whole[h];
            total += whole[h];
        }
        ck_assert_uint_eq(total, 100);
    }
    for (size_t h = 0; h < MOST; h++) {
        const double f = real[h] - floor(real[h]);
        const double off = (double)sums[h] / SEEDS - real[h];
        ck_assert_msg(fabs(off) <= 5 * sqrt(f * (1 - f) / SEEDS), "stratum %zu: %g", h, off);
    }
}
END_TEST

START_TEST(noise_of_the_last_bits_is_no_fraction)
{
    static const double real[] = {12.000000000000002, 2.9999999999999996, 5};
    for (uint64_t point = 0; point < ASSAY_ROUNDING_POINTS;
         point += ASSAY_ROUNDING_POINTS / 8 - 1) {
        uint64_t whole[3];
        assert_ok(assay_round_systematic(&context, 20, 3, real, point, whole));
        ck_assert(whole[0] == 12 && whole[1] == 3 && whole[2] == 5);
    }
}
END_TEST

START_TEST(what_is_no_size_is_refused)
{
    static const double rows[][2] = {
        {1, 1.5}, {-0.5, 3.5}, {(double)NAN, 3}, {(double)INFINITY, 0}};
    uint64_t whole[2] = {7, 7};
    for (size_t i = 0; i < 4; i++)
        assert_status(assay_round_systematic(&context, 3, 2, rows[i], 0, whole), ASSAY_EDOM);
    static const double fine[] = {1.5, 1.5};
    assert_status(assay_round_systematic(&context, 3, 2, fine, ASSAY_ROUNDING_POINTS, whole),
                  ASSAY_EDOM);
    assay_memory_fail_at(1, false);
    assert_status(assay_round_systematic(&context, 3, 2, fine, 0, whole), ASSAY_ENOMEM);
    ck_assert(whole[0] == 7 && whole[1] == 7);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("rounding");
    TCase *tests = tcase_create("rounding");
    tcase_add_test(tests, every_expectation_is_the_size_itself);
    tcase_add_test(tests, thirds_are_rounded_up_as_often_as_doubles_can_tell);
    tcase_add_test(tests, seeds_have_the_same_expectations);
    tcase_add_test(tests, noise_of_the_last_bits_is_no_fraction);
    tcase_add_test(tests, what_is_no_size_is_refused);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
