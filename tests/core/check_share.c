#include "tables.h"

#include "judge/share.h"

static assay_context context;

/* ---- ratios ---------------------------------------------------------------------------------- */

static int sign(int64_t x)
{
    return (x > 0) - (x < 0);
}

START_TEST(ratios_compare_as_their_cross_products)
{
    for (int64_t a = 0; a <= 12; a++)
        for (int64_t b = 1; b <= 12; b++)
            for (int64_t c = 0; c <= 12; c++)
                for (int64_t d = 1; d <= 12; d++)
                    must(sign(assay_ratio_compare((assay_ratio){a, b}, (assay_ratio){c, d})) ==
                             sign(a * d - c * b),
                         "%d/%d and %d/%d", (int)a, (int)b, (int)c, (int)d);
}
END_TEST

START_TEST(ratios_near_each_other_and_near_the_largest_integers_compare)
{
    const int64_t large = INT64_MAX;
    const assay_ratio below = {large - 1, large}, less = {large - 2, large - 1}, one = {1, 1};
    ck_assert_int_lt(assay_ratio_compare(less, below), 0);
    ck_assert_int_gt(assay_ratio_compare(below, less), 0);
    ck_assert_int_lt(assay_ratio_compare(below, one), 0);
    ck_assert_int_eq(assay_ratio_compare((assay_ratio){large, large}, one), 0);
    ck_assert_int_eq(assay_ratio_compare((assay_ratio){2, 6}, (assay_ratio){1, 3}), 0);
    const assay_ratio endless = {1, 0};
    ck_assert_int_gt(assay_ratio_compare(endless, (assay_ratio){large, 1}), 0);
    ck_assert_int_lt(assay_ratio_compare((assay_ratio){large, 1}, endless), 0);
    ck_assert_int_eq(assay_ratio_compare(endless, endless), 0);
}
END_TEST

/* ---- counts ---------------------------------------------------------------------------------- */

/* All ranges with ends in twelfths, each end open and closed. */
typedef void of_range(const assay_share_range *range);

static void for_each_range(of_range *f)
{
    for (int64_t low = 0; low <= 13; low++)
        for (int64_t high = low; high <= 13; high++)
            for (int ends = 0; ends < 4; ends++) {
                const assay_share_range range = {{low, 12}, {high, 12}, ends & 1, ends & 2};
                f(&range);
            }
}

static bool holds(const assay_share_range *range, int64_t x, int64_t n)
{
    const int64_t low = x * 12 - range->low.over * n, high = range->high.over * n - x * 12;
    return (low > 0 || (low == 0 && range->low_closed)) &&
           (high > 0 || (high == 0 && range->high_closed));
}

static void compare_count(const assay_share_range *range, int64_t n, int64_t count)
{
    const assay_printed_share share = {*range, count};
    assay_count_range counts = {-1, -1};
    must(assay_share_counts(&share, n, &counts) == ASSAY_OK, "refused");
    for (int64_t x = 0; x <= n; x++) {
        const bool want = holds(range, x, n);
        must((x >= counts.first && x <= counts.last) == (want && (count < 0 || count == x)),
             "%d of %d in %d/12..%d/12", (int)x, (int)n, (int)range->low.over,
             (int)range->high.over);
        must(assay_share_contains(range, (assay_ratio){x, n}) == want, "%d of %d", (int)x, (int)n);
    }
}

static void compare_counts(const assay_share_range *range)
{
    for (int64_t n = 1; n <= 30; n++)
        for (int64_t count = -1; count <= n + 1; count += 1 + n / 4)
            compare_count(range, n, count);
}

START_TEST(counts_are_those_whose_share_lies_in_the_range)
{
    for_each_range(compare_counts);
}
END_TEST

static void compare_whole_numbers(const assay_share_range *range)
{
    const assay_count_range got = assay_share_whole_numbers(range);
    for (int64_t x = 0; x <= 3; x++)
        must((x >= got.first && x <= got.last) == holds(range, x, 1), "%d", (int)x);
}

START_TEST(whole_numbers_of_a_range_are_those_in_it)
{
    for_each_range(compare_whole_numbers);
    const assay_share_range above = {{3600, 1}, {1, 0}, false, false};
    ck_assert_int_eq(assay_share_whole_numbers(&above).first, 3601);
    ck_assert_int_eq(assay_share_whole_numbers(&above).last, INT64_MAX);
}
END_TEST

/* ---- bases ----------------------------------------------------------------------------------- */

static bool fits(const assay_share_range *range, int64_t n)
{
    for (int64_t x = 0; x <= n; x++)
        if (holds(range, x, n))
            return true;
    return false;
}

/* Every n from the one on fits; the settled n need not be the least, but is at most 1 / width. */
static void compare_settled(const assay_share_range *range)
{
    const int64_t settled = assay_share_settled(range);
    for (int64_t n = settled; n > 0 && n <= 60; n++)
        must(fits(range, n), "%d/12..%d/12 of %d", (int)range->low.over, (int)range->high.over,
             (int)n);
    const int64_t high = range->high.over < 12 ? range->high.over : 12;
    if (high > range->low.over)
        ck_assert(settled >= 1 && settled <= 13);
}

START_TEST(from_the_settled_base_on_every_base_fits)
{
    for_each_range(compare_settled);
    const assay_share_range third = {{1, 3}, {1, 3}, true, true},
                            all = {{1, 1}, {1, 1}, true, true};
    ck_assert_int_eq(assay_share_settled(&third), 0);
    ck_assert_int_eq(assay_share_settled(&all), 1);
    const assay_share_range tenth = {{1, 10}, {2, 10}, false, false},
                            half_open = {{1, 10}, {2, 10}, true, false};
    ck_assert_int_eq(assay_share_settled(&tenth), 11);
    ck_assert_int_eq(assay_share_settled(&half_open), 10);
}
END_TEST

START_TEST(bases_are_those_that_fit_every_share)
{
    const assay_printed_share shares[] = {{{{121, 200}, {123, 200}, true, false}, 14}, /* 61 % */
                                          {{{1, 3}, {2, 3}, true, true}, -1}};
    const assay_share_set set = {shares, 2, 1, 60};
    int64_t *bases;
    size_t n;
    assert_ok(assay_share_bases(&context, &set, &bases, &n));
    ck_assert_uint_eq(n, 1); /* 14 / 0.615 < n <= 14 / 0.605 */
    ck_assert_int_eq(bases[0], 23);
    assay_free(bases);
}
END_TEST

/* The last base with such a count, and none behind it. */
static void compare_last_base(const assay_share_range *range)
{
    for (int64_t count = 0; count <= 4; count++) {
        const assay_printed_share share = {*range, count};
        int64_t last = -1;
        must(assay_share_last_base(&share, &last) == ASSAY_OK, "refused");
        for (int64_t n = last + 1; n <= 60; n++)
            must(!holds(range, count, n), "%d of %d", (int)count, (int)n);
        must(range->low.over > 0 || last == ASSAY_SHARE_CASES, "%d", (int)last);
        must(range->low.over == 0 || last == count * 12 / range->low.over, "%d", (int)last);
    }
}

START_TEST(a_printed_count_leaves_no_base_behind_the_last)
{
    for_each_range(compare_last_base);
    assay_printed_share share = {{{1, 2}, {1, 1}, true, true}, -1};
    int64_t last = 7;
    assert_ok(assay_share_last_base(&share, &last));
    ck_assert_int_eq(last, ASSAY_SHARE_CASES);
    share.count = ASSAY_SHARE_CASES + 1;
    assert_status(assay_share_last_base(&share, &last), ASSAY_EDOM);
}
END_TEST

START_TEST(what_is_outside_its_domain_is_refused_and_named)
{
    const assay_printed_share fine = {{{0, 1}, {1, 1}, true, true}, -1};
    const assay_printed_share wide = {{{0, 1}, {3, 1}, true, true}, -1};
    const assay_printed_share under = {{{0, 0}, {1, 1}, true, true}, -1};
    const assay_printed_share large = {{{0, ASSAY_SHARE_UNDER + 1}, {1, 1}, true, true}, -1};
    assay_count_range counts = {7, 7};
    assert_status(assay_share_counts(&fine, 0, &counts), ASSAY_EDOM);
    assert_status(assay_share_counts(&fine, ASSAY_SHARE_CASES + 1, &counts), ASSAY_EDOM);
    assert_status(assay_share_counts(&wide, 5, &counts), ASSAY_EDOM);
    assert_status(assay_share_counts(&under, 5, &counts), ASSAY_EDOM);
    assert_status(assay_share_counts(&large, 5, &counts), ASSAY_EDOM);
    ck_assert_int_eq(counts.first, 7);
    const struct {
        assay_share_set set;
        const char *argument;
    } rows[] = {{{&fine, 0, 1, 5}, "shares"},
                {{&wide, 1, 1, 5}, "shares"},
                {{&fine, 1, 0, 5}, "min"},
                {{&fine, 1, 6, 5}, "max"},
                {{&fine, 1, 1, INT64_MAX}, "max"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t *bases = NULL;
        size_t n = 7;
        assert_status(assay_share_bases(&context, &rows[i].set, &bases, &n), ASSAY_EDOM);
        ck_assert_str_eq(context.error.argument, rows[i].argument);
        ck_assert(bases == NULL && n == 7);
    }
}
END_TEST

static assay_status find_bases(assay_context *watched, void *self)
{
    int64_t *bases;
    size_t n;
    const assay_status status = assay_share_bases(watched, self, &bases, &n);
    if (status == ASSAY_OK)
        assay_free(bases);
    return status;
}

START_TEST(memory_that_fails_leaves_nothing)
{
    const assay_printed_share any = {{{0, 1}, {1, 1}, true, true}, -1};
    assay_share_set set = {&any, 1, 1, 200};
    sweep_memory(find_bases, &set);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("share");
    TCase *all = tcase_create("shares");
    tcase_add_test(all, ratios_compare_as_their_cross_products);
    tcase_add_test(all, ratios_near_each_other_and_near_the_largest_integers_compare);
    tcase_add_test(all, counts_are_those_whose_share_lies_in_the_range);
    tcase_add_test(all, whole_numbers_of_a_range_are_those_in_it);
    tcase_add_test(all, from_the_settled_base_on_every_base_fits);
    tcase_add_test(all, bases_are_those_that_fit_every_share);
    tcase_add_test(all, a_printed_count_leaves_no_base_behind_the_last);
    tcase_add_test(all, what_is_outside_its_domain_is_refused_and_named);
    tcase_add_test(all, memory_that_fails_leaves_nothing);
    suite_add_tcase(suite, all);
    return run_suite(suite);
}
