#include "check.h"

#include "base/normal.h"

static const char *form_of(const char *text)
{
    static char form[ASSAY_NORMAL_BYTES + 1];
    form[assay_normal_form(text, strlen(text), form)] = '\0';
    return form;
}

/* Rows of NormalizationTest.txt (Unicode 15.0.0): source, and its form C. */
START_TEST(texts_have_the_forms_of_unicodes_own_table)
{
    static const char *const rows[][2] = {
        {"\xE1\xB8\x8A", "\xE1\xB8\x8A"},                         /* 1E0A */
        {"D\xCC\x87", "\xE1\xB8\x8A"},                            /* 0044 0307 */
        {"\xE1\xB8\x8C\xCC\x87", "\xE1\xB8\x8C\xCC\x87"},         /* 1E0C 0307 */
        {"D\xCC\x87\xCC\xA3", "\xE1\xB8\x8C\xCC\x87"},            /* 0044 0307 0323 */
        {"\xE2\x84\xAB", "\xC3\x85"},                             /* 212B: 00C5 */
        {"\xE2\x84\xA6", "\xCE\xA9"},                             /* 2126: 03A9 */
        {"\xE2\x84\xAA", "K"},                                    /* 212A: 004B */
        {"\xE1\x84\x80\xE1\x85\xA1", "\xEA\xB0\x80"},             /* 1100 1161: AC00 */
        {"\xE0\xA5\x98", "\xE0\xA4\x95\xE0\xA4\xBC"},             /* 0958: 0915 093C */
        {"\xEF\xAC\x81", "\xEF\xAC\x81"},                         /* FB01, a ligature */
        {"\xF0\x9D\x85\x9E", "\xF0\x9D\x85\x97\xF0\x9D\x85\xA5"}, /* 1D15E */
        {"Zoe\xCC\x88", "Zo\xC3\xAB"},
        {"S0017", "S0017"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        ck_assert_str_eq(form_of(rows[i][0]), rows[i][1]);
}
END_TEST

START_TEST(what_is_no_text_has_no_form)
{
    char form[ASSAY_NORMAL_BYTES], longest[ASSAY_NORMAL_LONGEST + 1];
    ck_assert_uint_eq(assay_normal_form("\xC3", 1, form), 0);
    ck_assert_uint_eq(assay_normal_form("a\xFFz", 3, form), 0);
    ck_assert_uint_eq(assay_normal_form("", 0, form), 0);
    for (size_t i = 0; i + 3 < sizeof longest; i += 3)
        memcpy(longest + i, "\xE1\xBE\x82", 3); /* 1F82: four in its parts */
    ck_assert_uint_eq(assay_normal_form(longest, 510, form), 510);
    ck_assert_uint_eq(assay_normal_form(longest, sizeof longest, form), 0);
    ck_assert_uint_eq(assay_normal_form("a\0b", 3, form), 3);
}
END_TEST

START_TEST(bytes_above_127_are_not_ascii)
{
    ck_assert(assay_is_ascii("", 0) && assay_is_ascii("a\0\x7F", 3));
    ck_assert(!assay_is_ascii("abc\x80", 4) && !assay_is_ascii("\xFF", 1));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("normal");
    TCase *tests = tcase_create("normal");
    tcase_add_test(tests, texts_have_the_forms_of_unicodes_own_table);
    tcase_add_test(tests, what_is_no_text_has_no_form);
    tcase_add_test(tests, bytes_above_127_are_not_ascii);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
