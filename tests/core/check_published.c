#include "check.h"

#include "judge/published.h"

static assay_context context;

static assay_percent printed(const char *text)
{
    assay_percent percent = {-1, -1};
    ck_assert_msg(assay_percent_from_text(text, strlen(text), &percent) == ASSAY_OK, "%s", text);
    return percent;
}

static assay_percent_rule rule_of(const char *name)
{
    assay_percent_rule rule = ASSAY_HALF_UP;
    assert_ok(assay_percent_rule_named(name, &rule));
    return rule;
}

/* ---- the reference --------------------------------------------------------------------------- */

#define MOST 16
static int rows_of[ASSAY_PERCENT_RULES], numerators_checked;

static size_t split(char *list, assay_percent percents[MOST])
{
    size_t n = 0;
    for (char *text = strtok(list, ";"); text != NULL; text = strtok(NULL, ";"))
        percents[n++] = printed(text);
    return n;
}

/* The numerators of the first 12 denominators, as the table writes them. */
static void write_numerators(const assay_published_set *set, const int64_t *found, size_t n,
                             char text[4096])
{
    size_t at = 0;
    text[0] = '\0';
    for (size_t i = 0; i < n && i < 12; i++) {
        at += (size_t)sprintf(text + at, "%s%d:", i == 0 ? "" : "|", (int)found[i]);
        for (size_t j = 0; j < set->n_percents; j++) {
            assay_count_range c;
            assert_ok(assay_published_counts(set->percents[j], set->rule, found[i], &c));
            at += (size_t)sprintf(text + at, "%s", j == 0 ? "" : ";");
            for (int64_t x = c.first; x <= c.last; x++, numerators_checked++)
                at += (size_t)sprintf(text + at, "%s%d", x == c.first ? "" : ",", (int)x);
        }
    }
}

static void grim_row(char *fields[REFERENCE_FIELDS])
{
    assay_percent percents[MOST];
    char text[4096], *at = text;
    int64_t *found;
    size_t n;
    const assay_published_set set = {percents, split(fields[1], percents), rule_of(fields[4]),
                                     atoi(fields[2]), atoi(fields[3])};
    assert_ok(assay_published_denominators(&context, &set, &found, &n));
    ck_assert_msg((int)n == atoi(fields[5]), "%s: %d denominators", fields[0], (int)n);
    text[0] = '\0';
    for (size_t i = 0; i < n; i++)
        at += sprintf(at, "%s%d", i == 0 ? "" : ";", (int)found[i]);
    ck_assert_msg(strcmp(text, fields[6]) == 0, "%s: %s", fields[0], text);
    write_numerators(&set, found, n, text);
    ck_assert_msg(strcmp(text, fields[7]) == 0, "%s: %s", fields[0], text);
    assay_free(found);
    rows_of[set.rule]++;
}

START_TEST(denominators_and_counts_are_those_of_the_exact_search)
{
    ck_assert_int_eq(for_each_reference("grim.csv", grim_row), 104);
    ck_assert_int_eq(rows_of[ASSAY_HALF_UP], 26);
    ck_assert_int_eq(rows_of[ASSAY_HALF_EVEN], 26);
    ck_assert_int_eq(rows_of[ASSAY_FLOOR], 26);
    ck_assert_int_eq(rows_of[ASSAY_ANY_HALF], 26);
    ck_assert_int_gt(numerators_checked, 500);
}
END_TEST

/* ---- brute force ----------------------------------------------------------------------------- */

/* u that v = whole * x / n is printed as: from quotient and remainder, case by case. */
static bool prints_as(int64_t whole, int64_t x, int64_t n, int64_t u, assay_percent_rule rule)
{
    const int64_t down = whole * x / n, rest = whole * x % n, up = down + (rest > 0);
    const int64_t nearest = 2 * rest < n ? down : down + 1;
    const bool tie = 2 * rest == n;
    switch (rule) {
    case ASSAY_FLOOR:
        return u == down;
    case ASSAY_CEIL:
        return u == up;
    case ASSAY_HALF_UP:
        return u == (tie ? down + 1 : nearest);
    case ASSAY_HALF_DOWN:
        return u == (tie ? down : nearest);
    case ASSAY_HALF_EVEN:
        return u == (tie ? down + down % 2 : nearest);
    case ASSAY_ANY_HALF:
        return u == nearest || (tie && u == down);
    }
    return false;
}

static void assert_counts(assay_percent percent, assay_percent_rule rule, int64_t n)
{
    const int64_t whole = percent.decimals == 0 ? 100 : 1000;
    assay_count_range c = {-1, -1};
    must(assay_published_counts(percent, rule, n, &c) == ASSAY_OK, "refused");
    for (int64_t x = 0; x <= n; x++)
        must((x >= c.first && x <= c.last) == prints_as(whole, x, n, percent.units, rule),
             "%d of %d as %d under %s", (int)x, (int)n, (int)percent.units,
             assay_percent_rule_name(rule));
}

START_TEST(counts_are_those_that_division_with_remainder_gives)
{
    for (int rule = 0; rule < ASSAY_PERCENT_RULES; rule++)
        for (int64_t n = 1; n <= 60; n++)
            for (int64_t t = 0; t <= 101; t++)
                assert_counts((assay_percent){t, 0}, (assay_percent_rule)rule, n);
}
END_TEST

START_TEST(counts_with_a_decimal_are_those_that_division_gives)
{
    for (int rule = 0; rule < ASSAY_PERCENT_RULES; rule++)
        for (int64_t n = 1; n <= 60; n += 7)
            for (int64_t t = 0; t <= 1001; t++)
                assert_counts((assay_percent){t, 1}, (assay_percent_rule)rule, n);
}
END_TEST

START_TEST(every_count_prints_as_one_percentage)
{
    for (int64_t n = 1; n <= 60; n++)
        for (int rule = 0; rule < ASSAY_ANY_HALF; rule++) {
            int64_t covered = 0;
            for (int64_t t = 0; t <= 100; t++) {
                assay_count_range c;
                assert_ok(
                    assay_published_counts((assay_percent){t, 0}, (assay_percent_rule)rule, n, &c));
                covered += c.last < c.first ? 0 : c.last - c.first + 1;
            }
            ck_assert_int_eq(covered, n + 1);
        }
}
END_TEST

/* ---- the report of March 2019 ---------------------------------------------------------------- */

START_TEST(unpaid_work_was_answered_in_23_of_24_cases)
{
    const assay_percent percents[] = {{61, 0}, {83, 0}, {74, 0}, {70, 0}};
    assay_published_set set = {percents, 4, ASSAY_HALF_UP, 1, 24};
    for (int rule = 0; rule < ASSAY_PERCENT_RULES; rule++) {
        int64_t *found;
        size_t n;
        set.rule = (assay_percent_rule)rule;
        assert_ok(assay_published_denominators(&context, &set, &found, &n));
        ck_assert_uint_eq(n, rule == ASSAY_FLOOR ? 0 : 1);
        ck_assert(n == 0 ? found == NULL : found[0] == 23);
        assay_free(found);
    }
}
END_TEST

START_TEST(eighty_per_cent_of_52_cannot_be)
{
    assay_count_range c;
    assert_ok(assay_published_counts((assay_percent){80, 0}, ASSAY_ANY_HALF, 52, &c));
    ck_assert_int_lt(c.last, c.first);
    assert_ok(assay_published_counts((assay_percent){36, 0}, ASSAY_HALF_UP, 74, &c));
    ck_assert(c.first == 27 && c.last == 27);
}
END_TEST

/* ---- edges ----------------------------------------------------------------------------------- */

START_TEST(a_printed_percentage_keeps_its_decimals)
{
    static const struct {
        const char *text;
        assay_percent want;
    } rows[] = {{"50", {50, 0}},         {"50.0", {500, 1}},
                {"14.29", {1429, 2}},    {"61%", {61, 0}},
                {"0.000001", {1, 6}},    {"007", {7, 0}},
                {"100.00%", {10000, 2}}, {"999999999.999999", {999999999999999, 6}}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const assay_percent got = printed(rows[i].text);
        ck_assert_int_eq(got.units, rows[i].want.units);
        ck_assert_int_eq(got.decimals, rows[i].want.decimals);
    }
}
END_TEST

START_TEST(what_is_no_printed_percentage_is_refused)
{
    static const char *const texts[] = {"",           "%",    ".5",    "5.",  "-5",  "+5",
                                        " 5",         "5 ",   "5e1",   "5,0", "5%%", "1.0000000",
                                        "1000000000", "0x10", "1.2.3", "5.%", "nan"};
    assay_percent percent = {-1, -1};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_status(assay_percent_from_text(texts[i], strlen(texts[i]), &percent), ASSAY_EFORMAT);
    assert_status(assay_percent_from_text("61", 0, &percent), ASSAY_EFORMAT);
    ck_assert_int_eq(percent.units, -1);
}
END_TEST

START_TEST(a_number_has_the_decimals_said_or_is_refused)
{
    assay_percent percent;
    for (int64_t units = 0; units <= 1000000; units += 7) {
        assert_ok(assay_percent_from_number((double)units / 10000, 4, &percent));
        ck_assert_int_eq(percent.units, units);
    }
    assert_ok(assay_percent_from_number(61, 0, &percent));
    assert_ok(assay_percent_from_number(0.29, 2, &percent));
    ck_assert_int_eq(percent.units, 29);
    assert_status(assay_percent_from_number(0.61, 0, &percent), ASSAY_EDOM);
    assert_status(assay_percent_from_number(0.61, 1, &percent), ASSAY_EDOM);
    assert_status(assay_percent_from_number(-1, 0, &percent), ASSAY_EDOM);
    assert_status(assay_percent_from_number((double)NAN, 0, &percent), ASSAY_EDOM);
    assert_status(assay_percent_from_number((double)INFINITY, 0, &percent), ASSAY_EDOM);
    assert_status(assay_percent_from_number(1e9, 0, &percent), ASSAY_EDOM);
    assert_status(assay_percent_from_number(1, 7, &percent), ASSAY_EDOM);
    assert_status(assay_percent_from_number(1, -1, &percent), ASSAY_EDOM);
}
END_TEST

START_TEST(the_largest_arguments_do_not_overflow)
{
    const int64_t n = ASSAY_PERCENT_CASES;
    assay_count_range c;
    for (int rule = 0; rule < ASSAY_PERCENT_RULES; rule++) {
        assert_ok(
            assay_published_counts((assay_percent){100000000, 6}, (assay_percent_rule)rule, n, &c));
        ck_assert_int_eq(c.last, n);
        ck_assert_int_gt(c.first, n - 30);
        assert_ok(
            assay_published_counts((assay_percent){INT64_MAX, 6}, (assay_percent_rule)rule, n, &c));
        ck_assert_int_lt(c.last, c.first);
    }
}
END_TEST

START_TEST(arguments_outside_their_domain_are_refused)
{
    assay_count_range c = {7, 7};
    const assay_percent half = {50, 0}, negative = {-1, 0}, fine = {1, 7};
    assert_status(assay_published_counts(half, ASSAY_FLOOR, 0, &c), ASSAY_EDOM);
    assert_status(assay_published_counts(half, ASSAY_FLOOR, ASSAY_PERCENT_CASES + 1, &c),
                  ASSAY_EDOM);
    assert_status(assay_published_counts(half, (assay_percent_rule)6, 5, &c), ASSAY_EDOM);
    assert_status(assay_published_counts(negative, ASSAY_FLOOR, 5, &c), ASSAY_EDOM);
    assert_status(assay_published_counts(fine, ASSAY_FLOOR, 5, &c), ASSAY_EDOM);
    ck_assert_int_eq(c.first, 7);
}
END_TEST

START_TEST(a_set_that_makes_no_sense_names_the_argument)
{
    const assay_percent half = {50, 0}, negative = {-1, 0};
    const struct {
        assay_published_set set;
        const char *argument;
    } rows[] = {{{NULL, 0, ASSAY_FLOOR, 1, 9}, "percents"},
                {{&negative, 1, ASSAY_FLOOR, 1, 9}, "percents"},
                {{&half, 1, (assay_percent_rule)9, 1, 9}, "rule"},
                {{&half, 1, ASSAY_FLOOR, 0, 9}, "min"},
                {{&half, 1, ASSAY_FLOOR, 9, 8}, "max"},
                {{&half, 1, ASSAY_FLOOR, 1, INT64_MAX}, "max"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t *found = NULL;
        size_t n = 7;
        assert_status(assay_published_denominators(&context, &rows[i].set, &found, &n), ASSAY_EDOM);
        ck_assert_str_eq(context.error.argument, rows[i].argument);
        ck_assert(found == NULL && n == 7);
    }
}
END_TEST

static assay_status stop_later(void *self, uint64_t done, uint64_t total)
{
    ck_assert_uint_le(done, total);
    return ++*(int *)self == 3 ? ASSAY_ESTOPPED : ASSAY_OK;
}

START_TEST(a_long_search_can_be_stopped_and_leaves_nothing)
{
    int polls = 0;
    assay_context watched = {.poll = stop_later, .self = &polls};
    const assay_percent half = {50, 0};
    const assay_published_set set = {&half, 1, ASSAY_FLOOR, 1, ASSAY_PERCENT_CASES};
    const size_t before = assay_memory_in_use();
    int64_t *found;
    size_t n;
    assert_status(assay_published_denominators(&watched, &set, &found, &n), ASSAY_ESTOPPED);
    assay_memory_fail_at(3, false);
    assert_status(assay_published_denominators(&context, &set, &found, &n), ASSAY_ENOMEM);
    assay_memory_fail_at(0, false);
    ck_assert_uint_eq(assay_memory_in_use(), before);
}
END_TEST

START_TEST(rules_have_names)
{
    assay_percent_rule rule;
    for (int i = 0; i < ASSAY_PERCENT_RULES; i++)
        ck_assert_int_eq((int)rule_of(assay_percent_rule_name((assay_percent_rule)i)), i);
    ck_assert_str_eq(assay_percent_rule_name((assay_percent_rule)99), "?");
    assert_status(assay_percent_rule_named("half", &rule), ASSAY_EUNKNOWN);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("published");
    TCase *search = tcase_create("counts and denominators");
    tcase_add_test(search, denominators_and_counts_are_those_of_the_exact_search);
    tcase_add_test(search, counts_are_those_that_division_with_remainder_gives);
    tcase_add_test(search, counts_with_a_decimal_are_those_that_division_gives);
    tcase_add_test(search, every_count_prints_as_one_percentage);
    tcase_add_test(search, unpaid_work_was_answered_in_23_of_24_cases);
    tcase_add_test(search, eighty_per_cent_of_52_cannot_be);
    suite_add_tcase(suite, search);
    TCase *edges = tcase_create("edges");
    tcase_add_test(edges, a_printed_percentage_keeps_its_decimals);
    tcase_add_test(edges, what_is_no_printed_percentage_is_refused);
    tcase_add_test(edges, a_number_has_the_decimals_said_or_is_refused);
    tcase_add_test(edges, the_largest_arguments_do_not_overflow);
    tcase_add_test(edges, arguments_outside_their_domain_are_refused);
    tcase_add_test(edges, a_set_that_makes_no_sense_names_the_argument);
    tcase_add_test(edges, a_long_search_can_be_stopped_and_leaves_nothing);
    tcase_add_test(edges, rules_have_names);
    suite_add_tcase(suite, edges);
    return run_suite(suite);
}
