#include "check.h"

START_TEST(blocks_are_counted_until_they_are_freed)
{
    const size_t before = assay_memory_in_use();
    char *block = assay_alloc(100);
    block = assay_resize(block, 1000);
    ck_assert_uint_eq(assay_memory_in_use() - before, 1000);
    assay_free(block);
    ck_assert_uint_eq(assay_memory_in_use(), before);
    assay_free(NULL);
}
END_TEST

START_TEST(sizes_that_overflow_are_refused)
{
    ck_assert_ptr_null(assay_alloc(SIZE_MAX));
    ck_assert_ptr_null(assay_alloc_array(SIZE_MAX / 2, 3));
    ck_assert_ptr_null(assay_alloc_zeroed_array(SIZE_MAX, SIZE_MAX));
    ck_assert_ptr_null(assay_copy_text("", SIZE_MAX));
}
END_TEST

START_TEST(a_ceiling_refuses_growth_and_leaves_the_block)
{
    assay_memory_set_ceiling(assay_memory_in_use() + 100);
    char *block = assay_alloc(60);
    ck_assert_ptr_nonnull(block);
    memset(block, 'x', 60);
    ck_assert_ptr_null(assay_resize(block, 101));
    ck_assert_int_eq(block[59], 'x');
    block = assay_resize(block, 100);
    ck_assert_ptr_nonnull(block);
    assay_free(block);
    assay_memory_set_ceiling(0);
}
END_TEST

START_TEST(the_kth_growth_fails_once_or_from_then_on)
{
    assay_memory_fail_at(2, false);
    void *a = assay_alloc(1), *b = assay_alloc(1), *c = assay_alloc(1);
    ck_assert(a != NULL && b == NULL && c != NULL);
    ck_assert_uint_eq(assay_memory_fail_at(1, true), 3);
    ck_assert_ptr_null(assay_alloc(1));
    ck_assert_ptr_null(assay_alloc(1));
    ck_assert_ptr_nonnull(a = assay_resize(a, 0)); /* shrinking never fails */
    assay_memory_fail_at(0, false);
    assay_free(a);
    assay_free(c);
}
END_TEST

START_TEST(a_growing_array_keeps_what_it_holds)
{
    int *numbers = NULL;
    size_t capacity = 0;
    for (int i = 0; i < 1000; i++) {
        ck_assert(assay_grow(&numbers, &capacity, (size_t)i, sizeof *numbers));
        numbers[i] = i;
    }
    ck_assert_int_eq(numbers[999], 999);
    assay_free(numbers);
}
END_TEST

START_TEST(bytes_that_grow_end_in_a_0_byte_and_stay_on_failure)
{
    assay_bytes text = {0};
    ck_assert(assay_append(&text, "", 0));
    ck_assert_str_eq(text.bytes, "");
    for (int i = 0; i < 1000; i++)
        ck_assert(assay_append(&text, "abc", 3));
    ck_assert_uint_eq(text.length, 3000);
    ck_assert_uint_eq(strlen(text.bytes), 3000);
    ck_assert_str_eq(text.bytes + 2997, "abc");
    ck_assert(!assay_append(&text, "", SIZE_MAX));
    assay_memory_fail_at(1, true);
    while (assay_append(&text, "x", 1))
        continue;
    assay_memory_fail_at(0, false);
    ck_assert_uint_eq(strlen(text.bytes), text.length);
    assay_free(text.bytes);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("memory");
    TCase *tests = tcase_create("memory");
    tcase_add_test(tests, blocks_are_counted_until_they_are_freed);
    tcase_add_test(tests, sizes_that_overflow_are_refused);
    tcase_add_test(tests, a_ceiling_refuses_growth_and_leaves_the_block);
    tcase_add_test(tests, the_kth_growth_fails_once_or_from_then_on);
    tcase_add_test(tests, a_growing_array_keeps_what_it_holds);
    tcase_add_test(tests, bytes_that_grow_end_in_a_0_byte_and_stay_on_failure);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
