#include "tables.h"

#include "base/clean.h"
#include "data/names.h"

static assay_context context;

static const struct {
    const char *name, *want;
} cleaned[] = {
    {"case_id", "case_id"},
    {"Risk of Harm (level)", "risk_of_harm_level"},
    {"  Date  of birth ", "date_of_birth"},
    {"CaseId", "case_id"},
    {"PNCNumber", "pnc_number"},
    {"CRN", "crn"},
    {"tier2Level", "tier2_level"},
    {"2018 cases", "x2018_cases"},
    {"Date d'arriv\xC3\xA9"
     "e",
     "date_d_arrivee"},
    {"\xC3\x9C"
     "bersicht",
     "ubersicht"},
    {"Stra\xC3\x9F"
     "e",
     "strasse"},
    {"\xC3\x86re \xC3\xB8re", "aere_ore"},
    {"% yes", "percent_yes"},
    {"No. #", "no_number"},
    {"\xEF\xAC\x81rst", "first"}, /* the ligature fi */
    {"\xE5\x90\x8D\xE5\x89\x8D", ""},
    {"", ""},
    {"__a__b__", "a_b"},
    {"...", ""},
    {"a\nb\tc", "a_b_c"},
    {"A", "a"},
    {"x\xFFy", "x_y"}, /* not UTF-8 */
};

START_TEST(names_become_words_that_can_be_typed)
{
    char name[ASSAY_CLEAN_NAME];
    const size_t n = assay_clean_name(cleaned[_i].name, strlen(cleaned[_i].name), name);
    ck_assert_str_eq(name, cleaned[_i].want);
    ck_assert_uint_eq(n, strlen(name));
}
END_TEST

START_TEST(long_names_are_cut)
{
    char name[ASSAY_CLEAN_NAME], all[400];
    memset(all, 'a', sizeof all);
    ck_assert_uint_eq(assay_clean_name(all, sizeof all, name), 64);
    for (size_t i = 0; i < sizeof all; i += 2)
        all[i] = ' ';
    ck_assert_uint_le(assay_clean_name(all, sizeof all, name), 64);
    ck_assert_int_ne(name[strlen(name) - 1], '_');
}
END_TEST

/* Settles the names in `given`, parted by '|', and joins them again. */
static assay_status settle(assay_context *with, const assay_naming *naming, const char *given,
                           char joined[512], size_t *wrong)
{
    char *names[600];
    size_t n = 0;
    bool good = true;
    for (const char *at = given; good; at++) {
        const size_t length = strcspn(at, "|");
        good = (names[n] = assay_copy_text(at, length)) != NULL;
        n += good;
        at += length;
        if (*at == '\0')
            break;
    }
    const assay_status status =
        good ? assay_names_settle(with, naming, n, names, wrong) : assay_fail_memory(with);
    joined[0] = '\0';
    for (size_t i = 0; i < n; i++) {
        if (status == ASSAY_OK)
            sprintf(joined + strlen(joined), i == 0 ? "%s" : "|%s", names[i]);
        assay_free(names[i]);
    }
    return status;
}

START_TEST(names_stay_unless_they_are_to_be_clean)
{
    char joined[512];
    size_t wrong;
    assert_ok(settle(&context, &(assay_naming){0}, "A b|a b|x", joined, &wrong));
    ck_assert_str_eq(joined, "A b|a b|x");
    assert_ok(
        settle(&context, &(assay_naming){.clean = true}, "A b|a b|a_b||?|a_b_2", joined, &wrong));
    ck_assert_str_eq(joined, "a_b|a_b_2|a_b_3|column|column_2|a_b_2_2");
}
END_TEST

START_TEST(names_that_are_missing_or_repeated_are_refused_with_their_column)
{
    char joined[512];
    size_t wrong = 99;
    assert_status(settle(&context, &(assay_naming){0}, "a||b", joined, &wrong), ASSAY_EFORMAT);
    ck_assert_uint_eq(wrong, 1);
    ck_assert_ptr_nonnull(strstr(context.error.message, "column 2 is without a name"));
    assert_status(settle(&context, &(assay_naming){0}, "a|b|c|b", joined, &wrong), ASSAY_EFORMAT);
    ck_assert_uint_eq(wrong, 3);
    ck_assert_ptr_nonnull(
        strstr(context.error.message, "'b' stands in the header twice (columns 2 and 4)"));
}
END_TEST

START_TEST(names_can_be_changed_and_change_places)
{
    static const char *const from[] = {"a", "b"}, *const to[] = {"b", "a"};
    const assay_naming swap = {.n_renames = 2, .from = from, .to = to};
    char joined[512];
    size_t wrong;
    assert_ok(settle(&context, &swap, "a|b|c", joined, &wrong));
    ck_assert_str_eq(joined, "b|a|c");
    assert_status(settle(&context, &swap, "a|c", joined, &wrong), ASSAY_EUNKNOWN);
    ck_assert_str_eq(context.error.argument, "rename");
    ck_assert_ptr_nonnull(strstr(context.error.message, "'b'"));
    assert_status(settle(&context, &(assay_naming){.n_renames = 1, .from = from, .to = to}, "a|b",
                         joined, &wrong),
                  ASSAY_EDOM);
    ck_assert_str_eq(context.error.argument, "rename");
    ck_assert_ptr_nonnull(strstr(context.error.message, "columns 1 and 2 would both be 'b'"));
    const assay_naming both = {.clean = true, .n_renames = 1, .from = from, .to = to + 1};
    assert_ok(settle(&context, &both, "A|X Y", joined, &wrong));
    ck_assert_str_eq(joined, "a|x_y");
}
END_TEST

static assay_status settle_once(assay_context *with, void *self)
{
    static const char *const from[] = {"a"}, *const to[] = {"z"};
    char joined[512];
    size_t wrong;
    (void)self;
    const assay_naming naming = {.clean = true, .n_renames = 1, .from = from, .to = to};
    return settle(with, &naming, "A|B b|B b", joined, &wrong);
}

START_TEST(no_memory_no_names)
{
    sweep_memory(settle_once, NULL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("names");
    TCase *tests = tcase_create("names");
    tcase_add_loop_test(tests, names_become_words_that_can_be_typed, 0,
                        sizeof cleaned / sizeof cleaned[0]);
    tcase_add_test(tests, long_names_are_cut);
    tcase_add_test(tests, names_stay_unless_they_are_to_be_clean);
    tcase_add_test(tests, names_that_are_missing_or_repeated_are_refused_with_their_column);
    tcase_add_test(tests, names_can_be_changed_and_change_places);
    tcase_add_test(tests, no_memory_no_names);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
