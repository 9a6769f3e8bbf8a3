#include "check.h"
#include "data/builder.h"

/* More than three blocks of rows, and no whole number of them. */
enum { N = 200003 };

static uint32_t state;

static uint32_t next_random(void)
{
    return (state = state * 1664525 + 1013904223) >> 8;
}

/* Texts of 0 to 19 bytes, or "1" to "N" where they are to be numbers; every 13th is missing. */
static assay_column *column_of(assay_type type)
{
    static const char letters[] = "abcdefghijklmnopqrst";
    assay_context context = {.threads = 1};
    const assay_column_wish wish = {.type = type};
    assay_builder *builder = assay_builder_new();
    assay_column *column;
    bool all_good = true;
    for (uint32_t i = 0; i < N; i++) {
        char cell[24];
        const int length =
            type == ASSAY_DATE ? snprintf(cell, sizeof cell, "20%02u-01-17", i % 100)
            : type == ASSAY_TEXT
                ? snprintf(cell, sizeof cell, "%.*s", (int)(i % 20), letters)
                : snprintf(cell, sizeof cell, "%u", i % (type == ASSAY_CATEGORY ? 300 : N));
        if (i % 13 == 5)
            all_good &= assay_builder_add_missing(&context, builder) == ASSAY_OK;
        else
            all_good &= assay_builder_add(&context, builder, cell, (size_t)length) == ASSAY_OK;
    }
    ck_assert(all_good);
    assert_ok(assay_builder_finish(&context, builder, &wish, &column));
    assay_builder_free(builder);
    return column;
}

/* Check writes a line for each assertion: cells are compared first and asserted together. */
static bool is_same_cell(const assay_column *a, size_t i, const assay_column *b, size_t j)
{
    char scratch_a[ASSAY_CELL_BYTES], scratch_b[ASSAY_CELL_BYTES];
    size_t length_a = 0, length_b = 0;
    const char *left = assay_column_cell(a, i, scratch_a, &length_a);
    const char *right = assay_column_cell(b, j, scratch_b, &length_b);
    return (left == NULL) == (right == NULL) && length_a == length_b &&
           (left == NULL || memcmp(left, right, length_a) == 0);
}

/* Runs of up to 40 rows, here and there; every 50th run goes backwards. */
static void draw_rows(size_t n, uint32_t rows[])
{
    for (size_t i = 0; i < n;) {
        uint32_t row = next_random() % N;
        const bool back = next_random() % 50 == 0;
        for (uint32_t k = 1 + next_random() % 40; k > 0 && i < n; k--) {
            rows[i++] = row;
            row = back ? (row + N - 1) % N : (row + 1) % N;
        }
    }
}

static void check_type(assay_type type)
{
    static const int threads[] = {1, 2, 3, 7};
    static const size_t sizes[] = {0, 1, 63, 64, 65536, 65537, 190001};
    static uint32_t rows[N];
    assay_column *column = column_of(type), *taken;
    for (size_t i = 0; i < sizeof threads / sizeof threads[0]; i++)
        for (size_t j = 0; j < sizeof sizes / sizeof sizes[0]; j++) {
            assay_context context = {.threads = threads[i]};
            draw_rows(sizes[j], rows);
            assert_ok(assay_column_take(&context, column, sizes[j], rows, &taken));
            ck_assert_uint_eq(taken->length, sizes[j]);
            size_t same = 0;
            while (same < sizes[j] && is_same_cell(taken, same, column, rows[same]))
                same++;
            ck_assert_uint_eq(same, sizes[j]);
            assay_column_release(taken);
        }
    assay_column_release(column);
}

START_TEST(rows_of_every_type_are_taken_as_asked_for_by_any_number_of_threads)
{
    check_type((assay_type)_i);
}
END_TEST

START_TEST(a_slice_is_those_rows)
{
    static const size_t firsts[] = {0, 1, 63, 65537, N - 1, N};
    assay_context context = {.threads = 2};
    assay_column *column = column_of((assay_type)_i), *slice;
    for (size_t i = 0; i < sizeof firsts / sizeof firsts[0]; i++) {
        const size_t n = N - firsts[i] < 1001 ? N - firsts[i] : 1001;
        assert_ok(assay_column_slice(&context, column, firsts[i], n, &slice));
        ck_assert_uint_eq(slice->length, n);
        size_t same = 0;
        while (same < n && is_same_cell(slice, same, column, firsts[i] + same))
            same++;
        ck_assert_uint_eq(same, n);
        assay_column_release(slice);
    }
    assay_column_release(column);
}
END_TEST

static assay_status stop(void *self, uint64_t done, uint64_t total)
{
    (void)self, (void)done, (void)total;
    return ASSAY_ESTOPPED;
}

START_TEST(taking_can_be_stopped_and_runs_out_of_memory_cleanly)
{
    static uint32_t rows[N];
    assay_context context = {.threads = 2}, stopping = {.poll = stop, .threads = 2};
    assay_column *column = column_of((assay_type)_i), *taken = NULL;
    const size_t before = assay_memory_in_use();
    draw_rows(N, rows);
    assert_status(assay_column_take(&stopping, column, N, rows, &taken), ASSAY_ESTOPPED);
    ck_assert_uint_eq(assay_memory_in_use(), before);
    for (uint64_t k = 1; taken == NULL; k++) {
        assay_memory_fail_at(k, false);
        if (assay_column_take(&context, column, N, rows, &taken) != ASSAY_OK) {
            ck_assert_int_eq(context.error.status, ASSAY_ENOMEM);
            ck_assert_uint_eq(assay_memory_in_use(), before);
        }
    }
    assay_memory_fail_at(0, false);
    assay_column_release(taken);
    assay_column_release(column);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("take");
    TCase *tests = tcase_create("take");
    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, rows_of_every_type_are_taken_as_asked_for_by_any_number_of_threads,
                        ASSAY_CATEGORY, ASSAY_INFER);
    tcase_add_loop_test(tests, a_slice_is_those_rows, ASSAY_CATEGORY, ASSAY_INFER);
    tcase_add_loop_test(tests, taking_can_be_stopped_and_runs_out_of_memory_cleanly, ASSAY_CATEGORY,
                        ASSAY_INFER);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
