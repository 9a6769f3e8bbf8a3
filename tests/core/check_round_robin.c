#include "check.h"

#include "sample/allocate.h"
#include "sample/round_robin.h"

enum { MOST = 8 };
enum { KIND, NAME, TOTAL, PARAMETER, ITEMS, EXPECTED, PERCENTS };

static assay_context context;

/* ---- the Ministry's own numbers ---- */

/* "1;2;3" into x[MOST]; how many. */
static size_t read_list(const char *text, uint64_t x[])
{
    size_t n = 0;
    char *end;
    for (; n < MOST && *text != '\0'; text = *end == ';' ? end + 1 : end)
        x[n++] = strtoull(text, &end, 10);
    return n;
}

/* "9/10;8/8" into two lists; "ro1:2/8" has an officer, numbered by its last digit. */
static size_t read_pairs(const char *text, uint64_t x[], uint64_t y[], uint32_t officer[])
{
    size_t n = 0;
    for (; n < MOST && *text != '\0'; text += strcspn(text, ";"), text += *text == ';') {
        const char *colon = memchr(text, ':', strcspn(text, ";"));
        char *end;
        officer[n] = colon == NULL ? 0 : (uint32_t)(colon[-1] - '1');
        x[n] = strtoull(colon == NULL ? text : colon + 1, &end, 10);
        y[n++] = strtoull(end + 1, NULL, 10);
    }
    return n;
}

static void assert_sizes(const char *name, size_t n, const uint64_t got[], const char *expected)
{
    uint64_t want[MOST];
    ck_assert_uint_eq(read_list(expected, want), n);
    for (size_t i = 0; i < n; i++)
        ck_assert_msg(got[i] == want[i], "%s: %d in place %zu of %s", name, (int)got[i], i + 1,
                      expected);
}

/* Per cents to two decimals, as they are printed. */
static const char *assert_percents(size_t n, const uint64_t x[], const char *text)
{
    uint64_t all = 0;
    for (size_t i = 0; i < n; i++)
        all += x[i];
    for (size_t i = 0; i < n && *text != '\0' && *text != '/'; i++, text += *text == ';') {
        char percent[16];
        const size_t length =
            (size_t)snprintf(percent, sizeof percent, "%.2f", 100.0 * (double)x[i] / (double)all);
        ck_assert_msg(strncmp(percent, text, length) == 0, "%s at %s", percent, text);
        text += length;
    }
    return *text == '/' ? text + 1 : text;
}

static int seen[3];

static void try_proportional(char *fields[REFERENCE_FIELDS])
{
    uint64_t population[MOST], sizes[MOST];
    const size_t n = read_list(fields[ITEMS], population);
    assert_ok(assay_share_out(&context, strtoull(fields[TOTAL], NULL, 10),
                              strtod(fields[PARAMETER], NULL) / 100, n, population, sizes));
    assert_sizes(fields[NAME], n, sizes, fields[EXPECTED]);
    assert_percents(n, sizes, assert_percents(n, population, fields[PERCENTS]));
}

static void try_adjust(char *fields[REFERENCE_FIELDS])
{
    uint64_t sizes[MOST], high[MOST];
    uint32_t officer[MOST];
    const size_t n = read_pairs(fields[ITEMS], sizes, high, officer);
    assert_ok(assay_round_robin(&context, strtoull(fields[TOTAL], NULL, 10), n, sizes, NULL, high));
    assert_sizes(fields[ITEMS], n, sizes, fields[EXPECTED]);
}

static void try_cap(char *fields[REFERENCE_FIELDS])
{
    static char name[64];
    static uint64_t held[MOST];
    uint64_t sizes[MOST], population[MOST];
    uint32_t officer[MOST];
    if (strcmp(name, fields[NAME]) != 0)
        memset(held, 0, sizeof held);
    snprintf(name, sizeof name, "%s", fields[NAME]);
    const size_t n = read_pairs(fields[ITEMS], sizes, population, officer);
    assert_ok(assay_share_under_cap(&context, strtoull(fields[PARAMETER], NULL, 10), n, officer,
                                    population, held, sizes));
    assert_sizes(fields[NAME], n, sizes, fields[EXPECTED]);
}

static void by_kind(char *fields[REFERENCE_FIELDS])
{
    static const char *const kinds[] = {"proportional", "adjust", "cap"};
    static reference_row *const tries[] = {try_proportional, try_adjust, try_cap};
    for (int i = 0; i < 3; i++)
        if (strcmp(fields[KIND], kinds[i]) == 0) {
            tries[i](fields);
            seen[i]++;
        }
}

START_TEST(sizes_are_those_of_the_ministrys_sampler)
{
    ck_assert_int_eq(for_each_reference("sampler.csv", by_kind), 27);
    ck_assert(seen[0] == 7 && seen[1] == 8 && seen[2] == 9);
}
END_TEST

/* Its property test: strata of 60, 30, 30 and every size from 10 to 90. */
START_TEST(every_size_is_met_with_and_without_a_buffer)
{
    static const uint64_t population[] = {60, 30, 30};
    for (uint64_t total = 10; total <= 90; total++)
        for (uint64_t tenths = 0; tenths <= 1; tenths++) {
            uint64_t x[3];
            assert_ok(assay_share_out(&context, total, (double)tenths / 10, 3, population, x));
            ck_assert_uint_eq(x[0] + x[1] + x[2], total + tenths * ((total + 5) / 10));
        }
}
END_TEST

/* ---- brute force ---- */

static uint64_t random_below(uint64_t *state, uint64_t bound)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (*state >> 33) % bound;
}

/* One case at a time, as the rule says it: the next in the order that can, round and round. */
static void turn_by_turn(uint64_t target, size_t n, uint64_t x[], const uint64_t low[],
                         const uint64_t high[])
{
    size_t order[MOST], at = 0, stuck = 0;
    uint64_t sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += x[i];
    const bool more = sum < target;
    for (size_t i = 0; i < n; i++) {
        size_t before = 0;
        for (size_t j = 0; j < n; j++)
            before += x[j] == x[i] ? j < i : (x[j] < x[i]) == more;
        order[before] = i;
    }
    for (; sum != target && stuck < n; at = (at + 1) % n) {
        const size_t i = order[at];
        const bool can = more ? x[i] < high[i] : x[i] > low[i];
        stuck = can ? 0 : stuck + 1;
        x[i] = !can ? x[i] : more ? x[i] + 1 : x[i] - 1;
        sum = !can ? sum : more ? sum + 1 : sum - 1;
    }
}

START_TEST(turns_are_taken_one_case_at_a_time)
{
    uint64_t state = 1;
    for (int k = 0; k < 20000; k++) {
        const size_t n = 1 + random_below(&state, MOST);
        uint64_t got[MOST], want[MOST], low[MOST], high[MOST];
        for (size_t i = 0; i < n; i++) {
            low[i] = random_below(&state, 4);
            got[i] = want[i] = low[i] + random_below(&state, 7);
            high[i] = got[i] + random_below(&state, 7);
        }
        const uint64_t target = random_below(&state, 80);
        assert_ok(assay_round_robin(&context, target, n, got, low, high));
        turn_by_turn(target, n, want, low, high);
        if (memcmp(got, want, n * sizeof *got) != 0)
            ck_abort_msg("input %d", k);
    }
}
END_TEST

/* Totals are met, bounds kept, and sample and reserves together are what the rule alone gives. */
START_TEST(sample_and_reserves_keep_to_totals_and_bounds)
{
    static const double shares[] = {0, 0.1, 0.17, 0.2, 0.25, 0.5, 1};
    uint64_t state = 2;
    for (int k = 0; k < 20000; k++) {
        const size_t n = 1 + random_below(&state, MOST);
        uint64_t N[MOST], low[MOST], high[MOST], sample[MOST], reserve[MOST], rule[MOST];
        uint64_t lows = 0, highs = 0, all = 0, taken = 0, more = 0;
        double real[MOST];
        const bool bounded = random_below(&state, 2);
        for (size_t i = 0; i < n; i++) {
            N[i] = 1 + random_below(&state, 30);
            low[i] = bounded ? random_below(&state, N[i] < 3 ? N[i] : 3) : 0;
            high[i] = bounded ? low[i] + random_below(&state, N[i] - low[i] + 1) : N[i];
            lows += low[i];
            highs += high[i];
            all += N[i];
        }
        const uint64_t total = lows + random_below(&state, highs - lows + 1);
        const double share = shares[random_below(&state, 7)];
        for (size_t i = 0; i < n; i++)
            real[i] = (double)(total * N[i]) / (double)all;
        assert_ok(
            assay_round_in_turns(&context, total, share, n, real, N, low, high, sample, reserve));
        assert_ok(assay_share_out(&context, total, share, n, N, rule));
        for (size_t i = 0; i < n; i++) {
            taken += sample[i];
            more += reserve[i];
            if (sample[i] < low[i] || sample[i] > high[i] || sample[i] + reserve[i] > N[i])
                ck_abort_msg("input %d, stratum %zu", k, i);
            if (!bounded && sample[i] + reserve[i] != rule[i])
                ck_abort_msg("input %d, stratum %zu: not the rule's", k, i);
        }
        const uint64_t buffer = assay_round_half_up(share * (double)total);
        ck_assert_uint_eq(taken, total);
        if (!bounded)
            ck_assert_uint_eq(taken + more, total + buffer < all ? total + buffer : all);
    }
}
END_TEST

/* ---- edges ---- */

START_TEST(nothing_is_shared_out_as_nothing)
{
    uint64_t x[2] = {7, 7}, none[2] = {0, 0};
    assert_ok(assay_share_out(&context, 5, 0.2, 2, none, x));
    ck_assert(x[0] == 0 && x[1] == 0);
    assert_ok(assay_share_out(&context, 5, 0.2, 0, NULL, x));
    assert_ok(assay_round_robin(&context, 5, 0, NULL, NULL, NULL));
}
END_TEST

START_TEST(populations_beyond_the_limit_are_refused)
{
    uint64_t x[2] = {7, 7};
    static const uint64_t large[] = {1, UINT64_C(2147483648)},
                          together[] = {2000000000, 2000000000};
    assert_status(assay_share_out(&context, 5, 0, 2, large, x), ASSAY_EDOM);
    ck_assert_str_eq(context.error.message, "2147483648 cases are more than 2147483647");
    assert_status(assay_share_out(&context, 5, 0, 2, together, x), ASSAY_EDOM);
    assert_status(assay_share_out(&context, UINT64_MAX, 0, 1, x, x), ASSAY_EDOM);
    ck_assert(x[0] == 7 && x[1] == 7);
}
END_TEST

/* 2^31 - 1 cases: products of two such numbers stay within 64 bits. */
START_TEST(the_largest_populations_add_up)
{
    static const uint64_t population[] = {ASSAY_ALLOCATE_MOST - 3, 2, 1};
    uint64_t x[3];
    assert_ok(assay_share_out(&context, ASSAY_ALLOCATE_MOST - 1, 0, 3, population, x));
    ck_assert_uint_eq(x[0] + x[1] + x[2], ASSAY_ALLOCATE_MOST - 1);
}
END_TEST

/* 60,000 full strata and an open one with as many cases: no step per stratum and case. */
START_TEST(strata_that_are_full_are_passed_over_once)
{
    enum { H = 60001 };
    uint64_t *x = calloc(H, sizeof *x), *high = calloc(H, sizeof *high);
    high[17] = 3 * H;
    assert_ok(assay_round_robin(&context, 2 * H, H, x, NULL, high));
    ck_assert_uint_eq(x[17], 2 * H);
    free(x);
    free(high);
}
END_TEST

static int without_memory(int which, uint64_t x[3])
{
    static const uint64_t population[] = {9, 5, 2}, zero[] = {0, 0, 0};
    static const double real[] = {3.4, 1.4, 1.2};
    static const uint32_t officer[] = {0, 1, 2};
    uint64_t held[] = {0, 0, 0}, reserve[3];
    if (which == 0)
        return (int)assay_share_out(&context, 6, 0.2, 3, population, x);
    if (which == 1)
        return (int)assay_share_under_cap(&context, 1, 3, officer, population, held, x);
    return (int)assay_round_in_turns(&context, 6, 0.2, 3, real, population, zero, population, x,
                                     reserve);
}

START_TEST(without_memory_nothing_is_touched_and_nothing_leaks)
{
    for (int which = 0; which < 3; which++)
        for (uint64_t k = 1;; k++) {
            uint64_t x[3] = {2, 2, 2};
            const size_t before = assay_memory_in_use();
            assay_memory_fail_at(k, true);
            const int status = without_memory(which, x);
            const bool failed = assay_memory_fail_at(0, false) >= k;
            ck_assert_int_eq(status, failed ? ASSAY_ENOMEM : ASSAY_OK);
            ck_assert_uint_eq(assay_memory_in_use(), before);
            if (!failed)
                break;
            ck_assert(x[0] == 2 && x[1] == 2 && x[2] == 2);
        }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("round_robin");
    TCase *tests = tcase_create("round_robin");
    tcase_add_test(tests, sizes_are_those_of_the_ministrys_sampler);
    tcase_add_test(tests, every_size_is_met_with_and_without_a_buffer);
    tcase_add_test(tests, turns_are_taken_one_case_at_a_time);
    tcase_add_test(tests, sample_and_reserves_keep_to_totals_and_bounds);
    tcase_add_test(tests, nothing_is_shared_out_as_nothing);
    tcase_add_test(tests, populations_beyond_the_limit_are_refused);
    tcase_add_test(tests, the_largest_populations_add_up);
    tcase_add_test(tests, strata_that_are_full_are_passed_over_once);
    tcase_add_test(tests, without_memory_nothing_is_touched_and_nothing_leaks);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
