#include "check.h"
#include "base/sort.h"

static assay_context context;

static int by_tens(const void *self, uint32_t a, uint32_t b)
{
    const uint32_t *keys = self;
    return (keys[a] / 10 > keys[b] / 10) - (keys[a] / 10 < keys[b] / 10);
}

START_TEST(items_that_go_together_keep_their_order)
{
    static const uint32_t keys[] = {31, 12, 39, 5, 17, 30, 8};
    static const uint32_t want[] = {3, 6, 1, 4, 0, 2, 5};
    uint32_t items[] = {0, 1, 2, 3, 4, 5, 6};
    assert_ok(assay_sort(&context, 7, items, by_tens, keys));
    ck_assert_mem_eq(items, want, sizeof want);
    assert_ok(assay_sort(&context, 1, items, by_tens, keys));
    assert_ok(assay_sort(&context, 0, NULL, by_tens, keys));
}
END_TEST

START_TEST(every_length_up_to_200_comes_out_sorted)
{
    uint32_t keys[200], items[200], state = 1;
    for (uint32_t n = 2; n <= 200; n++) {
        for (uint32_t i = 0; i < n; i++) {
            keys[i] = (state = state * 1664525 + 1013904223) >> 22;
            items[i] = i;
        }
        assert_ok(assay_sort(&context, n, items, by_tens, keys));
        for (uint32_t i = 1; i < n; i++) {
            const uint32_t before = keys[items[i - 1]] / 10, here = keys[items[i]] / 10;
            ck_assert(before < here || (before == here && items[i - 1] < items[i]));
        }
    }
}
END_TEST

static assay_status stop(void *self, uint64_t done, uint64_t total)
{
    (void)self, (void)done, (void)total;
    return ASSAY_ESTOPPED;
}

START_TEST(a_long_sort_can_be_stopped_and_runs_out_of_memory_cleanly)
{
    enum { N = 10000 };
    static uint32_t keys[N], items[N];
    assay_context stopping = {.poll = stop};
    assert_status(assay_sort(&stopping, N, items, by_tens, keys), ASSAY_ESTOPPED);
    assay_memory_fail_at(1, false);
    assert_status(assay_sort(&context, N, items, by_tens, keys), ASSAY_ENOMEM);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sort");
    TCase *tests = tcase_create("sort");
    tcase_add_test(tests, items_that_go_together_keep_their_order);
    tcase_add_test(tests, every_length_up_to_200_comes_out_sorted);
    tcase_add_test(tests, a_long_sort_can_be_stopped_and_runs_out_of_memory_cleanly);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
