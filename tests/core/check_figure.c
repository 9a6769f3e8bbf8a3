#include "tables.h"

#include "data/json.h"
#include "judge/figure.h"

static assay_context context;
static assay_wording *house; /* data/wordings/house.json, made afresh for each test */

static const char *read_file(const char *path)
{
    static char text[20000];
    FILE *file = fopen(path, "r");
    ck_assert_msg(file != NULL, "%s: cannot be opened", path);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    return text;
}

static assay_status wording_from(assay_context *watched, const char *text, assay_wording **made)
{
    assay_json *json = NULL;
    assert_ok(assay_json_parse(&context, text, strlen(text), "wording.json", &json));
    const assay_status status = assay_wording_from_json(watched, json, made);
    assay_json_free(json);
    return status;
}

static void make_house(void)
{
    assert_ok(wording_from(&context, read_file("data/wordings/house.json"), &house));
}

static void drop_house(void)
{
    assay_wording_free(house);
}

static assay_status read_figure(const char *text, assay_figure *figure)
{
    return assay_figure_read(house, ASSAY_HALF_UP, text, strlen(text), figure);
}

/* ---- phrases --------------------------------------------------------------------------------- */

static void assert_range(const char *text, const assay_share_range *got, int64_t low, int64_t high,
                         int64_t whole)
{
    ck_assert_msg(assay_ratio_compare(got->low, (assay_ratio){low, whole}) == 0, "%s: low", text);
    ck_assert_msg(assay_ratio_compare(got->high, (assay_ratio){high, whole}) == 0, "%s: high",
                  text);
}

/* Ends by hand, of 3,000,000 from the convention: [F - .067, F), (F, F + .05], (F, F + .10]. */
START_TEST(phrases_are_the_ranges_of_the_house_convention)
{
    static const struct {
        const char *text;
        int64_t low, high; /* of 3,000,000 */
        const char *ends;
    } rows[] = {
        {"almost two-thirds", 1799000, 2000000, "[)"},
        {"nearly two thirds", 1799000, 2000000, "[)"},
        {"just under half", 1410000, 1500000, "[)"},
        {"about a third", 910000, 1090000, "[]"},
        {"around one-third", 910000, 1090000, "[]"},
        {"just over half", 1500000, 1650000, "(]"},
        {"over three-quarters", 2250000, 2550000, "(]"},
        {"more than three quarters", 2250000, 2550000, "(]"},
        {"less than half", 1200000, 1500000, "[)"},
        {"under half of the cases", 1200000, 1500000, "[)"},
        {"three-quarters", 2160000, 2340000, "[]"},
        {"a quarter", 660000, 840000, "[]"},
        {"half", 1410000, 1590000, "[]"},
        {"one half", 1410000, 1590000, "[]"},
        {"six out of ten", 1650000, 1950000, "[]"},
        {"nine in ten", 2550000, 2850000, "[]"},
        {"9 in 10", 2550000, 2850000, "[]"},
        {"four out of every five", 2100000, 2700000, "[]"},
        {"almost one in five", 399000, 600000, "[)"},
        {"Over four out of five", 2400000, 2700000, "(]"},
        {"over 60 per cent", 1800000, 2100000, "(]"},
        {"almost 40%", 999000, 1200000, "[)"},
        {"at least 95%", 2850000, 3000000, "[]"},
        {"almost all", 2799000, 3000000, "[)"},
        {"all", 3000000, 3000000, "[]"},
        {"none of the cases", 0, 0, "[]"},
        {"no one", 0, 0, "[]"},
        {"two\xE2\x80\x91thirds\xC2\xA0of\xE2\x80\xAF"
         "cases",
         1910000, 2090000, "[]"},
        {"\tALL\n", 3000000, 3000000, "[]"},
        {"less than 5%", 0, 150000, "[)"},
        {"almost none", 0, 201000, "(]"},
        {"the majority of cases", 1500000, 3000000, "(]"},
        {"a minority", 0, 1500000, "[)"},
        {"In only just over one-quarter of cases", 750000, 900000, "(]"},
        {"five out of the 10", 1500000, 1500000, "[]"},
        {"27 of 60", 1350000, 1350000, "[]"},
        {"thirteen of the twenty-four relevant cases", 1625000, 1625000, "[]"},
        {"27 (45%) of 60", 1335000, 1365000, "[)"},
        {"61%", 1815000, 1845000, "[)"},
        {"61.0 percent", 1828500, 1831500, "[)"},
        {"Seventy-one per cent", 2115000, 2145000, "[)"},
        {"0%", 0, 15000, "[)"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assay_figure f;
        const assay_status status = read_figure(rows[i].text, &f);
        ck_assert_msg(status == ASSAY_OK, "%s: %s", rows[i].text, assay_status_name(status));
        ck_assert_int_eq(f.kind, ASSAY_FIGURE_SHARE);
        assert_range(rows[i].text, &f.narrow, rows[i].low, rows[i].high, 3000000);
        ck_assert_msg(f.narrow.low_closed == (rows[i].ends[0] == '['), "%s", rows[i].text);
        ck_assert_msg(f.narrow.high_closed == (rows[i].ends[1] == ']'), "%s", rows[i].text);
    }
}
END_TEST

START_TEST(only_one_sided_words_are_wider_literally)
{
    assay_figure f;
    assert_ok(read_figure("over two-thirds", &f));
    assert_range("over", &f.literal, 2, 3, 3);
    ck_assert(!f.literal.low_closed && f.literal.high_closed && f.is_convention);
    assert_ok(read_figure("under half", &f));
    assert_range("under", &f.literal, 0, 1, 2);
    ck_assert(f.literal.low_closed && !f.literal.high_closed);
    assert_ok(read_figure("almost two-thirds", &f));
    ck_assert_mem_eq(&f.literal.low, &f.narrow.low, sizeof f.literal.low);
    assert_ok(read_figure("61%", &f));
    ck_assert(!f.is_convention);
}
END_TEST

START_TEST(numbers_go_by_the_place_of_their_last_digit)
{
    static const struct {
        const char *text;
        int64_t low, high; /* tenths */
        const char *ends;
    } rows[] = {{"more than 3,600", 36000, 37000, "(]"},
                {"nearly 6,000", 55000, 60000, "[)"},
                {"over 260000", 2600000, 2700000, "(]"},
                {"around 260,000", 2550000, 2650000, "[]"},
                {"at least forty", 400, 500, "[]"},
                {"up to 300", 2000, 3000, "[]"},
                {"less than ten", 0, 100, "[)"},
                {"3,729", 37285, 37295, "[)"},
                {"nine", 85, 95, "[)"},
                {"two hundred and six", 2055, 2065, "[)"},
                {"a thousand", 9995, 10005, "[)"},
                {"5,000,000,000", INT64_C(49999999995), INT64_C(50000000005), "[)"},
                {"12 cases", 115, 125, "[)"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assay_figure f;
        assert_ok(read_figure(rows[i].text, &f));
        ck_assert_int_eq(f.kind, ASSAY_FIGURE_NUMBER);
        assert_range(rows[i].text, &f.narrow, rows[i].low, rows[i].high, 10);
        ck_assert_msg(f.narrow.low_closed == (rows[i].ends[0] == '['), "%s", rows[i].text);
        ck_assert_msg(f.narrow.high_closed == (rows[i].ends[1] == ']'), "%s", rows[i].text);
    }
    assay_figure f;
    assert_ok(read_figure("about 4.5", &f)); /* a step is 0.1 */
    assert_range("about 4.5", &f.narrow, 445, 455, 100);
    assert_ok(read_figure("more than 3,600", &f));
    ck_assert(f.literal.high.under == 0 && f.literal.low.over == 3600 * f.literal.low.under);
}
END_TEST

START_TEST(counts_and_bases_are_those_printed)
{
    static const struct {
        const char *text;
        int64_t count, base;
    } rows[] = {{"27 of 74", 27, 74},
                {"27 (36 per cent) of the 74 relevant cases", 27, 74},
                {"27 (36%)", 27, -1},
                {"36% (27)", 27, -1},
                {"36 per cent (27 of the 74)", 27, 74},
                {"27 of the 74 (36%)", 27, 74},
                {"36% of 74", -1, 74},
                {"over 36% of 74", -1, 74},
                {"seven of the ten staff", 7, 10},
                {"9 out of 10", 9, 10},
                {"nine out of ten", -1, -1},
                {"five out of 10", 5, 10},
                {"1,800 of 3,729", 1800, 3729},
                {"half", -1, -1}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assay_figure f;
        assert_ok(read_figure(rows[i].text, &f));
        ck_assert_msg(f.count == rows[i].count && f.base == rows[i].base, "%s", rows[i].text);
    }
}
END_TEST

/* Of no base is there a count. */
START_TEST(what_is_more_than_the_whole_is_no_share)
{
    static const char *const texts[] = {"27 of 20",      "120%",        "over 120%",
                                        "eleven in ten", "four thirds", "over 100%",
                                        "more than all", "almost 103%", "under none"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        assay_figure f;
        assert_ok(read_figure(texts[i], &f));
        const assay_printed_share share = {f.literal, f.count};
        for (int64_t n = 1; n <= 30; n++) {
            assay_count_range counts;
            assert_ok(assay_share_counts(&share, n, &counts));
            ck_assert_msg(counts.last < counts.first, "%s of %d", texts[i], (int)n);
        }
    }
}
END_TEST

START_TEST(what_is_no_figure_is_refused)
{
    static const char *const unknown[] = {"allmost two-thirds",
                                          "many",
                                          "two thirds three",
                                          "almost",
                                          "half half",
                                          "over 27 of 74",
                                          "almost most",
                                          "of",
                                          "%",
                                          "27 (36%",
                                          "27 (36) of 74",
                                          "third",
                                          "27 of half",
                                          "nine in nine in ten",
                                          "a",
                                          "ten twenty",
                                          "ten five",
                                          "36% of half",
                                          "36% (27",
                                          "36% (27 of 74) of 74",
                                          "27 of 74 (36",
                                          "27 (36%) of 74 (36%)",
                                          "61% 62%"};
    static const char *const malformed[] = {
        "",
        " ",
        "27-30%",
        "-5%",
        "61 %%&",
        "1.2345678%",
        "1234567890123",
        "61;",
        "3x",
        "0x10",
        "\xFF",
        "\xC3\xA9",
        "27/74",
        "one two three four five six seven eight nine ten one two three four "
        "five six seven eight nine ten one two three four five"};
    assay_figure f = {.count = 77};
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++)
        ck_assert_msg(read_figure(unknown[i], &f) == ASSAY_EUNKNOWN, "%s", unknown[i]);
    for (size_t i = 0; i < sizeof malformed / sizeof malformed[0]; i++)
        ck_assert_msg(read_figure(malformed[i], &f) == ASSAY_EFORMAT, "%s", malformed[i]);
    char text[ASSAY_WORDS_BYTES + 2];
    memset(text, ' ', sizeof text);
    memcpy(text, "half", 4);
    assert_ok(assay_figure_read(house, ASSAY_HALF_UP, text, ASSAY_WORDS_BYTES, &f));
    f.count = 77;
    assert_status(assay_figure_read(house, ASSAY_HALF_UP, text, ASSAY_WORDS_BYTES + 1, &f),
                  ASSAY_EFORMAT);
    assert_status(read_figure("5 of 0", &f), ASSAY_EDOM);
    assert_status(read_figure("5 of 2147483648", &f), ASSAY_EDOM);
    assert_status(read_figure("5 of 1000000001", &f), ASSAY_EDOM);
    assert_status(read_figure("2147483648 (5%)", &f), ASSAY_EDOM);
    assert_status(read_figure("5 in 1001", &f), ASSAY_EDOM);
    ck_assert_int_eq(f.count, 77);
}
END_TEST

START_TEST(the_rule_of_rounding_decides_the_ends)
{
    assay_figure f;
    assert_ok(assay_figure_read(house, ASSAY_FLOOR, "61%", 3, &f));
    assert_range("floor", &f.narrow, 61, 62, 100);
    assert_ok(assay_figure_read(house, ASSAY_CEIL, "61", 2, &f));
    assert_range("ceil", &f.narrow, 60, 61, 1);
    assert_status(assay_figure_read(house, (assay_percent_rule)99, "61%", 3, &f), ASSAY_EDOM);
}
END_TEST

/* ---- true values ----------------------------------------------------------------------------- */

START_TEST(values_are_taken_exactly)
{
    static const struct {
        const char *text;
        int64_t over, under;
        bool is_share;
    } rows[] = {
        {"0.365", 365, 1000, false},
        {"36.5%", 365, 1000, true},
        {"36.5 per cent", 365, 1000, true},
        {"27 of 74", 27, 74, true},
        {"27 of the 74", 27, 74, true},
        {"3,729", 3729, 1, false},
        {"0.013513513513513514", INT64_C(13513513513513514), INT64_C(1000000000000000000), false},
        {"0.36486486486486486", INT64_C(36486486486486486), INT64_C(100000000000000000), false},
        {"100", 100, 1, false}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assay_ratio got;
        bool is_share;
        assert_ok(assay_figure_value(rows[i].text, strlen(rows[i].text), &got, &is_share));
        ck_assert_msg(assay_ratio_compare(got, (assay_ratio){rows[i].over, rows[i].under}) == 0,
                      "%s", rows[i].text);
        ck_assert_int_eq(is_share, rows[i].is_share);
    }
    static const char *const wrong[] = {"",
                                        "half",
                                        "-1",
                                        "27 of 0",
                                        "27.5 of 74",
                                        "1e-5",
                                        "nan",
                                        "0.",
                                        ".5",
                                        "0.1234567890123456789",
                                        "1234567890123456789",
                                        "27 of 74 of 3"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assay_ratio got;
        bool is_share;
        ck_assert_msg(assay_figure_value(wrong[i], strlen(wrong[i]), &got, &is_share) ==
                          ASSAY_EFORMAT,
                      "%s", wrong[i]);
    }
}
END_TEST

/* ---- the wording ----------------------------------------------------------------------------- */

/* The shipped wording with the first `old` in its file replaced by `new`. */
static assay_status changed(const char *old, const char *new, assay_wording **made)
{
    static char text[20000];
    const char *shipped = read_file("data/wordings/house.json"), *at = strstr(shipped, old);
    ck_assert_msg(at != NULL, "%s is not in the wording", old);
    snprintf(text, sizeof text, "%.*s%s%s", (int)(at - shipped), shipped, new, at + strlen(old));
    return wording_from(&context, text, made);
}

START_TEST(a_wording_that_makes_no_sense_names_the_key)
{
    static const char *const rows[][3] = {
        {"\"id\": \"house\"", "\"id\": \"\"", "id"},
        {"\"source\"", "\"sauce\"", "sauce"},
        {"\"verified\": false", "\"verified\": 0", "verified"},
        {"[-0.067, 0]", "[0, -0.067]", "share"},
        {"[-0.067, 0]", "[-0.067]", "share"},
        {"[-0.067, 0]", "[-0.0671234, 0]", "share"},
        {"[-0.067, 0]", "[-1.5, 0]", "share"},
        {"[-0.5, 0]", "\"x\"", "number"},
        {"\"ends\": \"[)\"", "\"ends\": \"[[\"", "ends"},
        {"\"literal\": \"same\"", "\"literal\": \"none\"", "literal"},
        {"\"nearly\"", "\"almost\"", "almost"},
        {"\"nearly\"", "7", "words"},
        {"\"nearly\"", "\"n&rly\"", "words"},
        {"\"fraction\": {", "\"fraction\": { \"more\": 1,", "more"},
        {"\"share\": [1, 1]", "\"share\": [-0.5, 1]", "share"},
        {"\"before\": [", "\"before\": [[],", "before"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assay_wording *made = NULL;
        assert_status(changed(rows[i][0], rows[i][1], &made), ASSAY_EFORMAT);
        ck_assert_msg(strcmp(context.error.argument, rows[i][2]) == 0, "%s: %s: %s", rows[i][1],
                      context.error.argument, context.error.message);
        ck_assert_ptr_null(made);
    }
    const char *const no_objects[] = {"[]", "3", "{}", "null"};
    for (size_t i = 0; i < sizeof no_objects / sizeof no_objects[0]; i++) {
        assay_wording *made = NULL;
        assert_status(wording_from(&context, no_objects[i], &made), ASSAY_EFORMAT);
    }
}
END_TEST

START_TEST(a_wording_is_data)
{
    assay_wording *made;
    assay_figure f;
    assert_ok(changed("[-0.067, 0]", "[-0.05, -0.01]", &made));
    assert_ok(assay_figure_read(made, ASSAY_HALF_UP, "almost half", 11, &f));
    assert_range("almost half", &f.narrow, 45, 49, 100);
    assay_wording_free(made);
    assay_wording_free(NULL);
}
END_TEST

static assay_status make_wording(assay_context *watched, void *self)
{
    assay_wording *made = NULL;
    const assay_status status = assay_wording_from_json(watched, self, &made);
    if (status == ASSAY_OK)
        assay_wording_free(made);
    return status;
}

START_TEST(memory_that_fails_leaves_nothing)
{
    const char *text = read_file("data/wordings/house.json");
    assay_json *json = NULL;
    assert_ok(assay_json_parse(&context, text, strlen(text), "wording.json", &json));
    sweep_memory(make_wording, json);
    assay_json_free(json);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("figure");
    TCase *all = tcase_create("figures");
    tcase_add_checked_fixture(all, make_house, drop_house);
    tcase_add_test(all, phrases_are_the_ranges_of_the_house_convention);
    tcase_add_test(all, only_one_sided_words_are_wider_literally);
    tcase_add_test(all, numbers_go_by_the_place_of_their_last_digit);
    tcase_add_test(all, counts_and_bases_are_those_printed);
    tcase_add_test(all, what_is_more_than_the_whole_is_no_share);
    tcase_add_test(all, what_is_no_figure_is_refused);
    tcase_add_test(all, the_rule_of_rounding_decides_the_ends);
    tcase_add_test(all, values_are_taken_exactly);
    tcase_add_test(all, a_wording_that_makes_no_sense_names_the_key);
    tcase_add_test(all, a_wording_is_data);
    tcase_add_test(all, memory_that_fails_leaves_nothing);
    suite_add_tcase(suite, all);
    return run_suite(suite);
}
