#include "tables.h"

#include "judge/published.h"
#include "judge/recover.h"

static assay_context context;
static const assay_recover_limits plenty = {10000000, 100000};

static assay_printed_share percent(int64_t units)
{
    assay_printed_share share = {.count = -1};
    assert_ok(assay_percent_range((assay_percent){units, 0}, ASSAY_HALF_UP, &share.range));
    return share;
}

/* ---- brute force ----------------------------------------------------------------------------- */

static bool agrees(const assay_fraction *f, const int64_t *values)
{
    const int64_t part = values[f->part], whole = values[f->whole];
    if (part > whole || (f->is_printed && whole == 0))
        return false;
    if (!f->is_printed)
        return true;
    return assay_share_contains(&f->share.range, (assay_ratio){part, whole}) &&
           (f->share.count < 0 || f->share.count == part);
}

static bool adds_up(const assay_total *total, const int64_t *values)
{
    int64_t sum = 0;
    for (size_t i = 0; i < total->n_parts; i++)
        sum += values[total->parts[i]];
    return sum == values[total->total];
}

/* Whether the constraints other than `without` hold, from the definition. */
static bool holds(const assay_printed_table *t, const int64_t *values, size_t without)
{
    for (size_t i = 0; i < t->n_numbers; i++)
        if (i != without && (values[i] < t->numbers[i].min || values[i] > t->numbers[i].max))
            return false;
    for (size_t i = 0; i < t->n_fractions; i++)
        if (t->n_numbers + i != without && !agrees(&t->fractions[i], values))
            return false;
    for (size_t i = 0; i < t->n_totals; i++)
        if (t->n_numbers + t->n_fractions + i != without && !adds_up(&t->totals[i], values))
            return false;
    return true;
}

#define MOST 6

/* The next table in order, all numbers from 0 to max; false behind the last. */
static bool next(int64_t *values, size_t n, int64_t max)
{
    for (size_t i = n; i-- > 0; values[i] = 0)
        if (values[i]++ < max)
            return true;
    return false;
}

/* Every table, in order, must be the next one found. */
static void compare_tables(const assay_printed_table *t, const assay_recovered *got)
{
    int64_t values[MOST] = {0};
    size_t found = 0;
    do {
        if (!holds(t, values, SIZE_MAX))
            continue;
        ck_assert_uint_lt(found, got->n_tables);
        ck_assert_mem_eq(&got->values[found * t->n_numbers], values, t->n_numbers * sizeof *values);
        found++;
    } while (next(values, t->n_numbers, t->max));
    ck_assert_uint_eq(found, got->n_tables);
}

static bool is_in(const assay_recovered *got, size_t constraint)
{
    for (size_t i = 0; i < got->n_conflict; i++)
        if (got->conflict[i] == constraint)
            return true;
    return false;
}

/* The table with only the constraints in `mask`, others replaced by what always holds. */
static bool has_table(const assay_printed_table *t, const assay_recovered *got, size_t without)
{
    assay_unknown numbers[MOST];
    assay_fraction fractions[MOST];
    assay_total totals[MOST];
    assay_printed_table part = {numbers, t->n_numbers, fractions, 0, totals, 0, t->max};
    for (size_t i = 0; i < t->n_numbers; i++)
        numbers[i] = is_in(got, i) && i != without ? t->numbers[i] : (assay_unknown){0, t->max};
    for (size_t i = 0; i < t->n_fractions; i++)
        if (is_in(got, t->n_numbers + i) && t->n_numbers + i != without)
            fractions[part.n_fractions++] = t->fractions[i];
    for (size_t i = 0; i < t->n_totals; i++) {
        const size_t c = t->n_numbers + t->n_fractions + i;
        if (is_in(got, c) && c != without)
            totals[part.n_totals++] = t->totals[i];
    }
    int64_t values[MOST] = {0};
    do {
        if (holds(&part, values, SIZE_MAX))
            return true;
    } while (next(values, t->n_numbers, t->max));
    return false;
}

/* What a conflict names has no table, and has one without any of it. */
static void check_conflict(const assay_printed_table *t, const assay_recovered *got)
{
    ck_assert(got->is_minimal);
    ck_assert_uint_gt(got->n_conflict, 0);
    ck_assert(!has_table(t, got, SIZE_MAX));
    for (size_t i = 0; i < got->n_conflict; i++)
        ck_assert(has_table(t, got, got->conflict[i]));
}

static uint32_t state = 1;

static uint32_t chance(uint32_t n) /* a linear congruential generator: the same tables every time */
{
    state = state * 1664525u + 1013904223u;
    return (state >> 8) % n;
}

/* ---- tables made at random ---- */

static void random_table(assay_printed_table *t, assay_unknown *numbers, assay_fraction *fractions,
                         assay_total *totals, size_t parts[][2])
{
    t->n_numbers = 3 + chance(2);
    t->max = 5 + (int64_t)chance(4);
    t->n_fractions = 1 + chance(4);
    t->n_totals = chance(2);
    for (size_t i = 0; i < t->n_numbers; i++) {
        numbers[i].min = chance(3) == 0 ? (int64_t)chance(4) : 0;
        numbers[i].max = numbers[i].min + (int64_t)chance(12);
    }
    for (size_t i = 0; i < t->n_fractions; i++) {
        const size_t part = chance((uint32_t)t->n_numbers);
        fractions[i] =
            (assay_fraction){part, (part + 1 + chance((uint32_t)t->n_numbers - 1)) % t->n_numbers,
                             chance(4) > 0, percent(5 * chance(21) + chance(5))};
        if (chance(3) == 0) /* as wide as words are: several counts fit */
            fractions[i].share.range = (assay_share_range){
                {chance(6), 10}, {6 + chance(5), 10}, chance(2) == 0, chance(2) == 0};
        if (chance(6) == 0)
            fractions[i].share.count = chance(5);
    }
    for (size_t i = 0; i < t->n_totals; i++) {
        const size_t total = chance((uint32_t)t->n_numbers);
        parts[i][0] = (total + 1) % t->n_numbers;
        parts[i][1] = (total + 2) % t->n_numbers;
        totals[i] = (assay_total){total, parts[i], 2};
    }
}

START_TEST(tables_and_conflicts_are_those_of_trying_everything)
{
    int with = 0, without = 0;
    for (int i = 0; i < 1000; i++) {
        assay_unknown numbers[MOST];
        assay_fraction fractions[MOST];
        assay_total totals[MOST];
        size_t parts[MOST][2];
        assay_printed_table t = {numbers, 0, fractions, 0, totals, 0, 0};
        random_table(&t, numbers, fractions, totals, parts);
        for (size_t j = 0; j < t.n_numbers; j++)
            if (numbers[j].max > t.max)
                numbers[j].max = t.max;
        assay_recovered got = {0};
        assert_ok(assay_recover(&context, &t, &plenty, &got));
        compare_tables(&t, &got);
        if (got.n_tables == 0)
            check_conflict(&t, &got);
        else
            ck_assert_uint_eq(got.n_conflict, 0);
        got.n_tables > 0 ? with++ : without++;
        assay_recovered_free(&got);
    }
    ck_assert_int_gt(with, 60);
    ck_assert_int_gt(without, 60);
}
END_TEST

/* ---- the report of March 2019 ---------------------------------------------------------------- */

/* Number 0 is the base, numbers 1 to n its counts. */
static assay_status of_one_base(const int64_t *percents, size_t n, assay_unknown base, int64_t max,
                                assay_recovered *got)
{
    assay_unknown numbers[8] = {base};
    assay_fraction fractions[8];
    for (size_t i = 0; i < n; i++) {
        numbers[i + 1] = (assay_unknown){0, max};
        fractions[i] = (assay_fraction){i + 1, 0, true, percent(percents[i])};
    }
    const assay_printed_table t = {numbers, n + 1, fractions, n, NULL, 0, max};
    return assay_recover(&context, &t, &plenty, got);
}

START_TEST(unpaid_work_was_answered_in_23_of_24_cases)
{
    static const int64_t percents[] = {61, 83, 74, 70}, want[] = {23, 14, 19, 17, 16};
    assay_recovered got = {0};
    assert_ok(of_one_base(percents, 4, (assay_unknown){1, 24}, 24, &got));
    ck_assert_uint_eq(got.n_tables, 1);
    ck_assert_mem_eq(got.values, want, sizeof want);
    assay_recovered_free(&got);
    assert_ok(of_one_base(percents, 4, (assay_unknown){24, 24}, 24, &got));
    ck_assert_uint_eq(got.n_tables, 0);
    ck_assert_uint_eq(got.n_conflict, 2); /* the base, and one percentage that is none of 24 */
    ck_assert_uint_eq(got.conflict[0], 0);
    assay_recovered_free(&got);
}
END_TEST

START_TEST(through_the_gate_can_be_of_every_even_base)
{
    static const int64_t percents[] = {50, 50, 50};
    assay_recovered got = {0};
    assert_ok(of_one_base(percents, 3, (assay_unknown){1, 24}, 24, &got));
    ck_assert_uint_eq(got.n_tables, 12);
    for (size_t i = 0; i < 12; i++) {
        ck_assert_int_eq(got.values[4 * i], 2 * (int64_t)i + 2);
        ck_assert_int_eq(got.values[4 * i + 3], (int64_t)i + 1);
    }
    assay_recovered_free(&got);
}
END_TEST

/* ---- limits ---------------------------------------------------------------------------------- */

START_TEST(limits_that_are_passed_are_said)
{
    assay_unknown numbers[] = {{0, 1000000}, {0, 1000000}, {0, 1000000}};
    const assay_fraction fractions[] = {{0, 1, true, percent(37)}, {1, 2, false, percent(0)}};
    const assay_printed_table t = {numbers, 3, fractions, 2, NULL, 0, 1000000};
    assay_recovered got = {.n_tables = 7};
    const assay_recover_limits few_steps = {100, 100000}, few_tables = {10000000, 10};
    assert_status(assay_recover(&context, &t, &few_steps, &got), ASSAY_ENUMERIC);
    ck_assert_str_eq(context.error.argument, "steps");
    assert_status(assay_recover(&context, &t, &few_tables, &got), ASSAY_ENUMERIC);
    ck_assert_str_eq(context.error.argument, "most");
    ck_assert_uint_eq(got.n_tables, 7);
}
END_TEST

/* 1.000001 per cent of a base of at most 999,998 cannot be: bases are passed over one by one. */
START_TEST(bases_passed_over_count_as_steps)
{
    assay_unknown numbers[] = {{1, 500000}, {0, 500000}};
    assay_fraction fraction = {1, 0, true, {.count = 1}};
    assert_ok(assay_percent_range((assay_percent){1, 6}, ASSAY_FLOOR, &fraction.share.range));
    const assay_printed_table t = {numbers, 2, &fraction, 1, NULL, 0, 500000};
    assay_recovered got = {0};
    assert_ok(assay_recover(&context, &t, &plenty, &got));
    ck_assert_uint_eq(got.n_tables, 0);
    ck_assert_uint_ge(got.steps, 500000);
    ck_assert_uint_le(got.steps, 500100);
    assay_recovered_free(&got);
}
END_TEST

static assay_status stop_later(void *self, uint64_t done, uint64_t total)
{
    (void)done;
    (void)total;
    return ++*(int *)self == 3 ? ASSAY_ESTOPPED : ASSAY_OK;
}

START_TEST(a_long_search_can_be_stopped_and_leaves_nothing)
{
    int polls = 0;
    assay_context watched = {.poll = stop_later, .self = &polls};
    assay_unknown numbers[] = {{1, 2000000}, {0, 2000000}};
    assay_fraction fraction = {1, 0, true, {.count = 1}};
    assert_ok(assay_percent_range((assay_percent){1, 6}, ASSAY_FLOOR, &fraction.share.range));
    const assay_printed_table t = {numbers, 2, &fraction, 1, NULL, 0, 2000000};
    const size_t before = assay_memory_in_use();
    assay_recovered got = {0};
    assert_status(assay_recover(&watched, &t, &plenty, &got), ASSAY_ESTOPPED);
    ck_assert_uint_eq(assay_memory_in_use(), before);
}
END_TEST

static assay_status recover_table(assay_context *watched, void *self)
{
    assay_recovered got = {0};
    const assay_status status = assay_recover(watched, self, &plenty, &got);
    if (status == ASSAY_OK)
        assay_recovered_free(&got);
    return status;
}

START_TEST(memory_that_fails_leaves_nothing)
{
    assay_unknown numbers[] = {{1, 24}, {0, 24}};
    assay_fraction half = {1, 0, true, percent(50)}, none = {1, 0, true, percent(101)};
    assay_printed_table fits = {numbers, 2, &half, 1, NULL, 0, 24};
    assay_printed_table fails = {numbers, 2, &none, 1, NULL, 0, 24};
    sweep_memory(recover_table, &fits);
    sweep_memory(recover_table, &fails);
}
END_TEST

START_TEST(a_table_that_makes_no_sense_names_the_argument)
{
    const assay_unknown fine[] = {{0, 5}, {0, 5}}, wrong = {-1, 5}, empty = {5, 4};
    const assay_fraction none = {0, 2, false, percent(0)}, self = {1, 1, false, percent(0)};
    const assay_fraction wide = {0, 1, true, {{{0, 1}, {9, 1}, true, true}, -1}};
    const size_t part = 0, unknown = 9;
    const assay_total own = {0, &part, 1}, far = {1, &unknown, 1}, nothing = {1, &part, 0};
    const struct {
        assay_printed_table table;
        const char *argument;
    } rows[] = {{{fine, 2, NULL, 0, NULL, 0, 0}, "max"},
                {{fine, 2, NULL, 0, NULL, 0, ASSAY_SHARE_CASES + 1}, "max"},
                {{fine, 0, NULL, 0, NULL, 0, 5}, "numbers"},
                {{fine, ASSAY_RECOVER_NUMBERS + 1, NULL, 0, NULL, 0, 5}, "numbers"},
                {{&wrong, 1, NULL, 0, NULL, 0, 5}, "numbers"},
                {{&empty, 1, NULL, 0, NULL, 0, 5}, "numbers"},
                {{fine, 2, &none, 1, NULL, 0, 5}, "fractions"},
                {{fine, 2, &self, 1, NULL, 0, 5}, "fractions"},
                {{fine, 2, &wide, 1, NULL, 0, 5}, "fractions"},
                {{fine, 2, &wide, ASSAY_RECOVER_NUMBERS + 1, NULL, 0, 5}, "fractions"},
                {{fine, 2, NULL, 0, &own, 1, 5}, "totals"},
                {{fine, 2, NULL, 0, &far, 1, 5}, "totals"},
                {{fine, 2, NULL, 0, &nothing, 1, 5}, "totals"},
                {{fine, 2, NULL, 0, &own, ASSAY_RECOVER_NUMBERS + 1, 5}, "totals"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assay_recovered got = {.n_tables = 7};
        assert_status(assay_recover(&context, &rows[i].table, &plenty, &got), ASSAY_EDOM);
        ck_assert_str_eq(context.error.argument, rows[i].argument);
        ck_assert_uint_eq(got.n_tables, 7);
    }
}
END_TEST

START_TEST(a_stated_number_above_max_is_a_conflict_by_itself)
{
    const assay_unknown stated = {30, 30};
    const assay_printed_table t = {&stated, 1, NULL, 0, NULL, 0, 24};
    assay_recovered got = {0};
    assert_ok(assay_recover(&context, &t, &plenty, &got));
    ck_assert(got.n_tables == 0 && got.n_conflict == 1 && got.conflict[0] == 0);
    assay_recovered_free(&got);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("recover");
    TCase *search = tcase_create("search");
    tcase_add_test(search, tables_and_conflicts_are_those_of_trying_everything);
    tcase_add_test(search, unpaid_work_was_answered_in_23_of_24_cases);
    tcase_add_test(search, through_the_gate_can_be_of_every_even_base);
    suite_add_tcase(suite, search);
    TCase *limits = tcase_create("limits");
    tcase_add_test(limits, limits_that_are_passed_are_said);
    tcase_add_test(limits, bases_passed_over_count_as_steps);
    tcase_add_test(limits, a_long_search_can_be_stopped_and_leaves_nothing);
    tcase_add_test(limits, memory_that_fails_leaves_nothing);
    tcase_add_test(limits, a_table_that_makes_no_sense_names_the_argument);
    tcase_add_test(limits, a_stated_number_above_max_is_a_conflict_by_itself);
    suite_add_tcase(suite, limits);
    return run_suite(suite);
}
