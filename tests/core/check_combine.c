#include "tables.h"

#include "data/combine.h"

static assay_context context = {.threads = 2};

/* Which combination each row has, by comparing it with all rows in front of it, as text. */
static size_t by_hand(const assay_frame *frame, size_t n, const size_t columns[], uint32_t of_row[])
{
    size_t size = 0;
    for (size_t row = 0; row < assay_frame_rows(frame); row++) {
        size_t first = 0;
        for (; first < row; first++) {
            size_t c = 0;
            while (c < n && assay_column_compare(assay_frame_column(frame, columns[c]), row,
                                                 first) == 0)
                c++;
            if (c == n)
                break;
        }
        of_row[row] = first < row ? of_row[first] : (uint32_t)size++;
    }
    return size;
}

static void assert_combined(const assay_frame *frame, size_t n, const size_t columns[], size_t step)
{
    const size_t rows = assay_frame_rows(frame);
    uint32_t want[64], got[64];
    uint64_t cases[64] = {0};
    const assay_column *those[4] = {NULL};
    assay_combine self = {.n = n};
    for (size_t c = 0; c < n; c++)
        those[c] = assay_frame_column(frame, columns[c]);
    for (size_t row = 0, some; row < rows; row += some) {
        some = rows - row < step ? rows - row : step;
        assert_ok(assay_combine_rows(&context, &self, those, row, some, got + row));
    }
    ck_assert_uint_eq(self.size, by_hand(frame, n, columns, want));
    for (size_t row = 0; row < rows; row++) {
        ck_assert_uint_eq(got[row], want[row]);
        if (cases[want[row]]++ == 0)
            ck_assert_uint_eq(self.all[want[row]].first, row);
    }
    for (size_t i = 0; i < self.size; i++)
        ck_assert_uint_eq(self.all[i].cases, cases[i]);
    assay_combine_free(&self);
}

START_TEST(rows_are_of_the_combination_of_the_first_row_that_is_like_them)
{
    static const size_t columns[][4] = {{1}, {1, 2}, {2, 1}, {3, 1, 2}, {0, 1, 2, 3}};
    static const size_t n[] = {1, 2, 2, 3, 4};
    uint64_t random = 7;
    for (int round = 0; round < 300; round++) {
        char csv[2048] = "t,a,b,c\n";
        for (int i = 0; i < round % 60; i++) {
            random = assay_mix(random + 1);
            const int d[] = {(int)(random % 3), (int)(random / 3 % 4), (int)(random / 12 % 2)};
            sprintf(csv + strlen(csv), "w%d,%.*s,%s,%d\n", (int)(random % 50), d[1], "xyz",
                    d[0] == 0 ? "" : d[0] == 1 ? "1.5" : "2", d[2]);
        }
        assay_frame *frame = table(csv);
        for (size_t k = 0; k < 5; k++)
            assert_combined(frame, n[k], columns[k], (size_t)round % 11 + 1);
        assert_combined(frame, 0, NULL, 4);
        assay_frame_free(frame);
    }
}
END_TEST

static assay_status combine(assay_context *with, void *frame)
{
    const assay_column *columns[] = {assay_frame_column(frame, 0), assay_frame_column(frame, 1)};
    uint32_t of_row[4];
    assay_combine self = {.n = 2};
    const assay_status status = assay_combine_rows(with, &self, columns, 0, 4, of_row);
    if (status == ASSAY_OK)
        ck_assert_uint_eq(self.size, 3);
    assay_combine_free(&self);
    return status;
}

START_TEST(combinations_that_find_no_memory_are_not_made)
{
    assay_frame *frame = table("a,b\nx,1\ny,2\nx,1\nx,2\n");
    sweep_memory(combine, frame);
    assay_frame_free(frame);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("combine");
    TCase *tests = tcase_create("combine");
    tcase_add_test(tests, rows_are_of_the_combination_of_the_first_row_that_is_like_them);
    tcase_add_test(tests, combinations_that_find_no_memory_are_not_made);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
