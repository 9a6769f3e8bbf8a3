#include "tables.h"

#include "sample/strata.h"

static assay_context context;

static const size_t by_both[] = {1, 2};

static assay_strata *strata_of(const assay_frame *frame, size_t n, const size_t columns[])
{
    assay_strata *strata = NULL;
    const assay_status status = assay_strata_new(&context, frame, n, columns, &strata);
    ck_assert_msg(status == ASSAY_OK, "%s", context.error.message);
    return strata;
}

static void assert_stratum(const assay_strata *strata, size_t h, const char *label,
                           uint64_t population)
{
    size_t length;
    const char *got = assay_strata_label(strata, h, &length);
    ck_assert_uint_eq(length, strlen(label));
    ck_assert_mem_eq(got, label, length);
    ck_assert_uint_eq(strata->population[h], population);
}

START_TEST(strata_are_the_combinations_that_occur_in_byte_order_of_their_labels)
{
    static const uint32_t of_row[] = {3, 0, 2, 3, 1, 0, 3};
    assay_frame *frame =
        table("id,gender,tier\n1,M,2\n2,F,10\n3,M,10\n4,M,2\n5,F,9\n6,F,10\n7,M,2\n");
    assay_strata *strata = strata_of(frame, 2, by_both);
    ck_assert_uint_eq(strata->n, 4);
    assert_stratum(strata, 0, "F / 10", 2); /* by bytes, although tier is a number */
    assert_stratum(strata, 1, "F / 9", 1);
    assert_stratum(strata, 2, "M / 10", 1);
    assert_stratum(strata, 3, "M / 2", 3);
    ck_assert_mem_eq(strata->of_row, of_row, sizeof of_row);
    for (size_t h = 0; h < 4; h++)
        ck_assert_uint_eq(strata->of_row[strata->first_row[h]], h);
    assay_strata_free(strata);
    assay_strata_free(NULL);
    assay_frame_free(frame);
}
END_TEST

START_TEST(without_columns_there_is_one_stratum)
{
    assay_frame *frame = table("id\n1\n2\n3\n");
    assay_strata *strata = strata_of(frame, 0, NULL);
    ck_assert_uint_eq(strata->n, 1);
    assert_stratum(strata, 0, "all", 3);
    assay_strata_free(strata);
    assay_frame_free(frame);
}
END_TEST

START_TEST(no_rows_have_no_strata)
{
    assay_frame *frame = table("id,a,b\n");
    for (size_t n = 0; n < 3; n += 2) {
        assay_strata *strata = strata_of(frame, n, by_both);
        ck_assert_uint_eq(strata->n, 0);
        assay_strata_free(strata);
    }
    assay_frame_free(frame);
}
END_TEST

/* Brute force: each row's label is put together here, and the labels are sorted by strcmp. */
static int compare_labels(const void *a, const void *b)
{
    return strcmp(a, b);
}

START_TEST(every_row_is_in_the_stratum_that_its_levels_spell)
{
    enum { ROWS = 1003, LEVELS = 11 };
    char *csv = malloc(ROWS * 32), labels[ROWS][24], sorted[ROWS][24];
    uint32_t order[ROWS];
    size_t length = (size_t)sprintf(csv, "id,a,b\n"), distinct = 1;
    shuffle(order, ROWS, 3);
    for (unsigned i = 0; i < ROWS; i++) {
        const unsigned a = order[i] % LEVELS, b = order[i] % 7;
        length += (size_t)sprintf(csv + length, "%u,x%u,%c\n", i, a, 'a' + (int)b);
        sprintf(labels[i], "x%u / %c", a, 'a' + (int)b);
    }
    memcpy(sorted, labels, sizeof labels);
    qsort(sorted, ROWS, sizeof sorted[0], compare_labels);
    for (size_t i = 1; i < ROWS; i++)
        if (strcmp(sorted[i], sorted[distinct - 1]) != 0)
            memmove(sorted[distinct++], sorted[i], sizeof sorted[i]);
    assay_frame *frame = table(csv);
    assay_strata *strata = strata_of(frame, 2, by_both);
    ck_assert_uint_eq(strata->n, distinct);
    for (size_t h = 0; h < distinct; h++) {
        uint64_t population = 0;
        for (size_t i = 0; i < ROWS; i++) {
            const bool here = strcmp(labels[i], sorted[h]) == 0;
            population += here;
            if (here && strata->of_row[i] != h)
                ck_abort_msg("row %zu", i);
        }
        assert_stratum(strata, h, sorted[h], population);
    }
    assay_strata_free(strata);
    assay_frame_free(frame);
    free(csv);
}
END_TEST

START_TEST(a_case_without_a_level_belongs_to_no_stratum)
{
    assay_strata *strata = NULL;
    assay_frame *frame = table("id,a,b\n1,x,1\n2,x,\n3,,2\n");
    assert_status(assay_strata_new(&context, frame, 2, by_both, &strata), ASSAY_EMISSING);
    ck_assert_uint_eq(context.error.row, 2);
    ck_assert_ptr_nonnull(strstr(context.error.message, "'b'"));
    ck_assert_ptr_null(strata);
    assay_frame_free(frame);
}
END_TEST

START_TEST(combinations_that_read_the_same_are_refused)
{
    assay_strata *strata = NULL;
    assay_frame *frame = table("id,a,b\n1,x / y,z\n2,x,z\n3,x,y / z\n");
    assert_status(assay_strata_new(&context, frame, 2, by_both, &strata), ASSAY_EREPEATED);
    ck_assert_uint_eq(context.error.row, 3);
    ck_assert_ptr_null(strata);
    assay_frame_free(frame);
    frame = table("id,a,b\n1,x / y,z\n2,x,z\n3,x / y,z\n"); /* one combination, twice */
    strata = strata_of(frame, 2, by_both);
    ck_assert_uint_eq(strata->n, 2);
    assert_stratum(strata, 0, "x / y / z", 2);
    assay_strata_free(strata);
    assay_frame_free(frame);
}
END_TEST

/* Where the empty cell does not mean missing: written and read again it would. */
START_TEST(an_empty_level_belongs_to_no_stratum)
{
    static const size_t by_one[] = {0};
    const assay_csv_options options = {.delimiter = ','};
    const assay_column_wish wish = {.type = ASSAY_CATEGORY};
    assay_source *source = NULL;
    assay_frame *frame = NULL;
    assay_strata *strata = NULL;
    assert_ok(open_csv(&context, "a\nx\n\nx\n", 7, &options, &source));
    assert_ok(assay_source_collect(&context, source, &wish, NULL, &frame));
    assay_source_free(source);
    assert_status(assay_strata_new(&context, frame, 1, by_one, &strata), ASSAY_EMISSING);
    ck_assert_uint_eq(context.error.row, 2);
    ck_assert_str_eq(context.error.message,
                     "row 2 has no 'a': a case without it belongs to no stratum or cell");
    assay_frame_free(frame);
}
END_TEST

/* Check stops a test after 4 seconds. */
START_TEST(many_strata_do_not_take_long)
{
    enum { ROWS = 60001 };
    char *csv = malloc(ROWS * 16);
    size_t length = (size_t)sprintf(csv, "id,a\n");
    for (int row = 0; row < ROWS; row++)
        length += (size_t)sprintf(csv + length, "%d,L%05d\n", row, ROWS - row);
    assay_frame *frame = table(csv);
    assay_strata *strata = strata_of(frame, 1, by_both);
    ck_assert_uint_eq(strata->n, ROWS);
    assert_stratum(strata, 0, "L00001", 1);
    assert_stratum(strata, ROWS - 1, "L60001", 1);
    ck_assert_uint_eq(strata->of_row[0], ROWS - 1);
    assay_strata_free(strata);
    assay_frame_free(frame);
    free(csv);
}
END_TEST

static assay_status stratify(assay_context *with, void *self)
{
    assay_strata *strata = NULL;
    const assay_status status = assay_strata_new(with, self, 2, by_both, &strata);
    if (status == ASSAY_OK)
        assert_stratum(strata, 0, "F / 10", 2);
    assay_strata_free(strata);
    return status;
}

START_TEST(strata_that_find_no_memory_are_not_made)
{
    assay_frame *frame = table("id,gender,tier\n1,M,2\n2,F,10\n3,F,10\n");
    sweep_memory(stratify, frame);
    assay_frame_free(frame);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("strata");
    TCase *tests = tcase_create("strata");
    tcase_add_test(tests, strata_are_the_combinations_that_occur_in_byte_order_of_their_labels);
    tcase_add_test(tests, without_columns_there_is_one_stratum);
    tcase_add_test(tests, no_rows_have_no_strata);
    tcase_add_test(tests, every_row_is_in_the_stratum_that_its_levels_spell);
    tcase_add_test(tests, a_case_without_a_level_belongs_to_no_stratum);
    tcase_add_test(tests, combinations_that_read_the_same_are_refused);
    tcase_add_test(tests, an_empty_level_belongs_to_no_stratum);
    tcase_add_test(tests, many_strata_do_not_take_long);
    tcase_add_test(tests, strata_that_find_no_memory_are_not_made);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
