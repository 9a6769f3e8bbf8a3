#include "tables.h"

#include "data/dictionary.h"

static uint32_t add(assay_dictionary *dictionary, const char *text)
{
    return assay_dictionary_add(dictionary, text, strlen(text));
}

START_TEST(codes_count_from_1_in_order_of_first_appearance)
{
    assay_dictionary *dictionary = assay_dictionary_new();
    ck_assert_uint_eq(assay_dictionary_find(dictionary, "F", 1), 0);
    ck_assert_uint_eq(add(dictionary, "M"), 1);
    ck_assert_uint_eq(add(dictionary, "F"), 2);
    ck_assert_uint_eq(add(dictionary, "M"), 1);
    ck_assert_uint_eq(assay_dictionary_find(dictionary, "F", 1), 2);
    ck_assert_uint_eq(assay_dictionary_find(dictionary, "", 0), 0);
    ck_assert_uint_eq(assay_dictionary_size(dictionary), 2);
    assay_dictionary_release(dictionary);
}
END_TEST

START_TEST(the_empty_text_and_nul_bytes_are_texts)
{
    size_t length = 9;
    assay_dictionary *dictionary = assay_dictionary_new();
    ck_assert_uint_eq(assay_dictionary_add(dictionary, NULL, 0), 1);
    ck_assert_uint_eq(assay_dictionary_add(dictionary, "", 0), 1);
    ck_assert_ptr_nonnull(assay_dictionary_text(dictionary, 1, &length));
    ck_assert_uint_eq(length, 0);
    ck_assert_uint_eq(assay_dictionary_add(dictionary, "a\0b", 3), 2);
    ck_assert_uint_eq(assay_dictionary_add(dictionary, "a\0c", 3), 3);
    ck_assert_uint_eq(assay_dictionary_find(dictionary, "a\0c", 3), 3);
    ck_assert_uint_eq(assay_dictionary_find(dictionary, "a", 1), 0);
    assay_dictionary_release(dictionary);
}
END_TEST

/* 70,001 texts: the table of slots doubles 13 times. */
START_TEST(every_text_keeps_its_code_and_bytes_while_the_table_grows)
{
    assay_dictionary *dictionary = assay_dictionary_new();
    char text[16];
    size_t length;
    for (uint32_t i = 1; i <= 70001; i++) {
        snprintf(text, sizeof text, "case-%u", i);
        ck_assert_uint_eq(add(dictionary, text), i);
    }
    for (uint32_t i = 1; i <= 70001; i++) {
        const int n = snprintf(text, sizeof text, "case-%u", i);
        ck_assert_uint_eq(assay_dictionary_find(dictionary, text, (size_t)n), i);
        ck_assert_mem_eq(assay_dictionary_text(dictionary, i, &length), text, (size_t)n);
        ck_assert_uint_eq(length, (size_t)n);
    }
    ck_assert_uint_eq(assay_dictionary_size(dictionary), 70001);
    assay_dictionary_release(dictionary);
}
END_TEST

START_TEST(the_last_reference_frees)
{
    const size_t before = assay_memory_in_use();
    assay_dictionary *dictionary = assay_dictionary_new();
    ck_assert_ptr_eq(assay_dictionary_retain(dictionary), dictionary);
    ck_assert_ptr_null(assay_dictionary_retain(NULL));
    assay_dictionary_release(dictionary);
    ck_assert_uint_eq(add(dictionary, "still here"), 1);
    assay_dictionary_release(dictionary);
    assay_dictionary_release(NULL);
    ck_assert_uint_eq(assay_memory_in_use(), before);
}
END_TEST

START_TEST(the_nearest_text_is_at_most_two_edits_away)
{
    static const struct {
        const char *wanted;
        uint32_t nearest;
    } rows[] = {{"Hihg", 2}, {"high", 2}, {"Meduim", 3}, {"Mdum", 3}, {"Mdm", 0},
                {"L", 0},    {"Lw", 1},   {"xyz", 0},    {"", 0},     {"Low", 1}};
    assay_dictionary *levels = assay_dictionary_new();
    add(levels, "Low");
    add(levels, "High");
    add(levels, "Medium");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        ck_assert_msg(assay_dictionary_nearest(levels, rows[i].wanted, strlen(rows[i].wanted)) ==
                          rows[i].nearest,
                      "%s", rows[i].wanted);
    assay_dictionary_release(levels);
}
END_TEST

START_TEST(texts_too_long_to_compare_are_never_near)
{
    char text[66];
    memset(text, 'x', sizeof text);
    assay_dictionary *levels = assay_dictionary_new();
    assay_dictionary_add(levels, text, 65);
    ck_assert_uint_eq(assay_dictionary_nearest(levels, text, 64), 0);
    ck_assert_uint_eq(assay_dictionary_nearest(levels, text, 66), 0);
    assay_dictionary_add(levels, text, 64);
    ck_assert_uint_eq(assay_dictionary_nearest(levels, text, 63), 2);
    assay_dictionary_release(levels);
}
END_TEST

START_TEST(bytes_are_unsigned_and_a_beginning_stands_before_the_whole)
{
    ck_assert_int_eq(assay_compare_bytes("ab", 2, "ab", 2), 0);
    ck_assert_int_lt(assay_compare_bytes("ab", 2, "abc", 3), 0);
    ck_assert_int_gt(assay_compare_bytes("b", 1, "abc", 3), 0);
    ck_assert_int_gt(assay_compare_bytes("\xC3", 1, "z", 1), 0);
    ck_assert_int_lt(assay_compare_bytes(NULL, 0, "a", 1), 0);
    ck_assert_int_eq(assay_compare_bytes(NULL, 0, "", 0), 0);
}
END_TEST

/* Long texts and many of them, so that slots, ends and bytes all grow. */
static assay_status fill(assay_context *context, void *self)
{
    char text[200] = "";
    assay_dictionary *dictionary = assay_dictionary_new();
    assay_status status = dictionary == NULL ? assay_fail_memory(context) : ASSAY_OK;
    (void)self;
    for (uint32_t i = 1; status == ASSAY_OK && i <= 40; i++) {
        memset(text, 'a' + (int)(i % 26), sizeof text - 1);
        text[0] = (char)('0' + i);
        const uint32_t code = add(dictionary, text);
        if (code == 0) {
            ck_assert_uint_eq(assay_dictionary_size(dictionary), i - 1);
            ck_assert_uint_eq(assay_dictionary_find(dictionary, text, strlen(text)), 0);
            status = assay_fail_memory(context);
        } else
            ck_assert_uint_eq(code, i);
    }
    assay_dictionary_release(dictionary);
    return status;
}

START_TEST(a_text_that_finds_no_memory_leaves_the_dictionary_as_it_was)
{
    sweep_memory(fill, NULL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dictionary");
    TCase *tests = tcase_create("dictionary");
    tcase_add_test(tests, codes_count_from_1_in_order_of_first_appearance);
    tcase_add_test(tests, the_empty_text_and_nul_bytes_are_texts);
    tcase_add_test(tests, every_text_keeps_its_code_and_bytes_while_the_table_grows);
    tcase_add_test(tests, the_last_reference_frees);
    tcase_add_test(tests, the_nearest_text_is_at_most_two_edits_away);
    tcase_add_test(tests, texts_too_long_to_compare_are_never_near);
    tcase_add_test(tests, bytes_are_unsigned_and_a_beginning_stands_before_the_whole);
    tcase_add_test(tests, a_text_that_finds_no_memory_leaves_the_dictionary_as_it_was);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
