#include "tables.h"

#include "data/levels.h"

static assay_context context;

static const size_t both[] = {0, 1}, first[] = {0};
static const char caseload[] = "tier,gender\nB,F\nA,M\nA,F\n,F\nB,M\nB,F\nA,\n";

START_TEST(each_row_finds_its_combination)
{
    static const size_t want[] = {3, 1, 0, 5, 4, 3, 2}; /* A F, A M, A NA, B F, B M, NA F */
    static const int64_t cases[] = {1, 1, 1, 2, 1, 1};
    assay_frame *frame = table(caseload);
    assay_levels levels = {0};
    assert_ok(assay_levels_of(&context, frame, 2, both, &levels));
    ck_assert_uint_eq(levels.size, 6);
    for (size_t row = 0; row < 7; row++) {
        size_t i = 99;
        assert_ok(assay_levels_find(&context, &levels, frame, both, row, &i));
        ck_assert_uint_eq(i, want[row]);
    }
    for (size_t i = 0; i < 6; i++)
        ck_assert_int_eq(assay_levels_cases(&levels, i), cases[i]);
    uint32_t of_row[7];
    assert_ok(assay_levels_of_rows(&context, &levels, frame, both, of_row));
    for (size_t row = 0; row < 7; row++)
        ck_assert_uint_eq(of_row[row], want[row]);
    assay_levels_free(&levels);
    assay_frame_free(frame);
}
END_TEST

/* "a", "bc" and "ab", "c" are different pairs, and so is one with a missing part. */
START_TEST(pairs_that_read_alike_are_not_taken_for_each_other)
{
    assay_frame *frame = table("x,y\na,bc\nab,c\nabc,\n,abc\n");
    assay_frame *other = table("x,y\nabc,c\na,\n");
    assay_levels levels = {0};
    assert_ok(assay_levels_of(&context, frame, 2, both, &levels));
    ck_assert_uint_eq(levels.size, 4);
    for (size_t row = 0; row < 2; row++) {
        size_t i = 0;
        assert_ok(assay_levels_find(&context, &levels, other, both, row, &i));
        ck_assert(i == ASSAY_NO_LEVEL);
    }
    assay_levels_free(&levels);
    assay_frame_free(other);
    assay_frame_free(frame);
}
END_TEST

/* Empty text is a value where a file says that something else stands for what is missing. */
START_TEST(empty_text_is_not_what_is_missing)
{
    assay_builder *builder = assay_builder_new();
    assay_column *column = NULL;
    assay_frame *frame = NULL;
    assay_levels levels = {0};
    assert_ok(assay_builder_add(&context, builder, "", 0));
    assert_ok(assay_builder_add_missing(&context, builder));
    assert_ok(assay_builder_add(&context, builder, "", 0));
    assert_ok(assay_builder_finish(&context, builder, &(assay_column_wish){.type = ASSAY_CATEGORY},
                                   &column));
    assay_builder_free(builder);
    assert_ok(assay_frame_new(&context, &frame));
    assert_ok(assay_frame_add(&context, frame, "x", column));
    assert_ok(assay_levels_of(&context, frame, 1, first, &levels));
    ck_assert_uint_eq(levels.size, 2);
    ck_assert_int_eq(assay_levels_cases(&levels, 0), 2);
    for (size_t row = 0; row < 3; row++) {
        size_t i = 9;
        assert_ok(assay_levels_find(&context, &levels, frame, first, row, &i));
        ck_assert_uint_eq(i, row % 2);
    }
    assay_levels_free(&levels);
    assay_frame_free(frame);
}
END_TEST

/* 100,003 rows of 7 x 11 levels, in blocks; those of a row are known. */
START_TEST(rows_of_every_block_have_their_combination)
{
    enum { ROWS = 100003 };
    int64_t *values[2];
    assay_frame *frame = NULL;
    assay_levels levels = {0};
    uint32_t *of_row = assay_alloc_array(ROWS, sizeof *of_row);
    assert_ok(assay_frame_new(&context, &frame));
    for (int64_t c = 0; c < 2; c++) {
        values[c] = assay_alloc_array(ROWS, sizeof *values[c]);
        for (int64_t i = 0; i < ROWS; i++)
            values[c][i] = (i * i + 5 * i) % (c == 0 ? 7 : 11);
        assert_ok(assay_frame_add_integers(&context, frame, c == 0 ? "a" : "b", ROWS, values[c]));
    }
    assert_ok(assay_levels_of(&context, frame, 2, both, &levels));
    assert_ok(assay_levels_of_rows(&context, &levels, frame, both, of_row));
    for (size_t i = 0; i < ROWS; i++)
        for (size_t c = 0; c < 2; c++)
            ck_assert_int_eq(assay_frame_column(levels.frame, c)->integers[of_row[i]],
                             values[c][i]);
    assert_ok(assay_levels_of_rows(&context, &(assay_levels){0}, frame, NULL, of_row));
    for (size_t i = 0; i < ROWS; i++)
        ck_assert_uint_eq(of_row[i], 0);
    assay_levels_free(&levels);
    assay_frame_free(frame);
    assay_free(values[0]);
    assay_free(values[1]);
    assay_free(of_row);
}
END_TEST

START_TEST(no_columns_are_one_combination_and_any_name_can_be_counted)
{
    assay_frame *frame = table("cases,share\n1,x\n1,y\n,y\n");
    assay_levels levels = {0};
    size_t i = 9;
    assert_ok(assay_levels_of(&context, frame, 0, NULL, &levels));
    ck_assert_uint_eq(levels.size, 1);
    ck_assert_int_eq(assay_levels_cases(&levels, 0), 3);
    assert_ok(assay_levels_find(&context, &levels, frame, NULL, 2, &i));
    ck_assert_uint_eq(i, 0);
    assay_levels_free(&levels);
    assert_ok(assay_levels_of(&context, frame, 2, both, &levels));
    ck_assert_uint_eq(levels.size, 3);
    assay_levels_free(&levels);
    assert_ok(assay_levels_of(&context, frame, 1, first, &levels));
    ck_assert_uint_eq(assay_levels_known(&levels), 1);
    ck_assert_uint_eq(levels.size, 2);
    assay_levels_free(&levels);
    assay_levels_free(&levels); /* nothing is left in it */
    assay_frame_free(frame);
}
END_TEST

START_TEST(different_values_are_counted_apart_from_missing_ones)
{
    static const struct {
        const char *csv;
        uint64_t distinct, missing;
    } rows[] = {
        {"x,y\nb,1\na,1\nb,1\n,1\n,1\n", 2, 2},
        {"x,y\n007,1\nx y,1\n,1\n", 2, 1},
        {"x\n1\n2\n1\n", 2, 0},
        {"x\n1.5\n2.5\n1.5\n-3\n", 3, 0},
        {"x,y\n2018-01-01,1\n,1\n", 1, 1},
        {"x,y\n,1\n", 0, 1},
        {"x\n", 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assay_frame *frame = table(rows[i].csv);
        uint64_t distinct = 99, missing = 99;
        assert_ok(
            assay_column_distinct(&context, assay_frame_column(frame, 0), &distinct, &missing));
        ck_assert_uint_eq(distinct, rows[i].distinct);
        ck_assert_uint_eq(missing, rows[i].missing);
        assay_frame_free(frame);
    }
}
END_TEST

static assay_column *levels_column(const char *csv, const char *const declared[])
{
    assay_frame *frame = NULL;
    assay_dictionary *levels = declared == NULL ? NULL : assay_dictionary_new();
    const assay_column_wish wish = {.type = ASSAY_INFER, .levels = levels};
    for (size_t i = 0; declared != NULL && declared[i] != NULL; i++)
        assay_dictionary_add(levels, declared[i], strlen(declared[i]));
    if (levels != NULL)
        assay_dictionary_declare(levels);
    assert_ok(read_csv(&context, csv, strlen(csv), &wish, &frame));
    assay_column *column = assay_column_retain(assay_frame_column(frame, 0));
    assay_frame_free(frame);
    assay_dictionary_release(levels);
    return column;
}

START_TEST(two_columns_are_joined_with_their_type_and_declared_levels_first)
{
    static const char *const low_first[] = {"Low", "Medium", NULL}, *const other[] = {"High", "Low",
                                                                                      NULL};
    static const struct {
        const char *a, *b, *cells;
        const char *const *levels_a, *const *levels_b;
        assay_type type;
        const char *order;
    } rows[] = {
        {"x\n1\n2\n", "x\n10\n\n", "1|2|10|NA", NULL, NULL, ASSAY_INTEGER, NULL},
        {"x\n1\n2\n", "x\n2.5\n", "1|2|2.5", NULL, NULL, ASSAY_NUMBER, NULL},
        {"x\n1\n2\n", "x\nb\nb\n", "1|2|b|b", NULL, NULL, ASSAY_TEXT, NULL},
        {"x\nMedium\n", "x\nHigh\n", "Medium|High", low_first, other, ASSAY_CATEGORY,
         "Low|Medium|High"},
        {"x\nb\nb\n", "x\nMedium\n", "b|b|Medium", NULL, low_first, ASSAY_CATEGORY, "Low|Medium|b"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assay_column *a = levels_column(rows[i].a, rows[i].levels_a);
        assay_column *b = levels_column(rows[i].b, rows[i].levels_b), *joined = NULL;
        assert_ok(assay_columns_append(&context, a, b, &joined));
        assert_cells(joined, rows[i].cells);
        ck_assert_int_eq(joined->type, rows[i].type);
        char got[64] = "";
        for (uint32_t code = 1;
             rows[i].order != NULL && code <= assay_dictionary_size(joined->dictionary); code++) {
            size_t length;
            const char *text = assay_dictionary_text(joined->dictionary, code, &length);
            strcat(got, code == 1 ? "" : "|");
            strncat(got, text, length);
        }
        ck_assert_str_eq(got, rows[i].order == NULL ? "" : rows[i].order);
        assay_column_release(joined);
        assay_column_release(a);
        assay_column_release(b);
    }
}
END_TEST

static assay_status attempt_levels(assay_context *with, void *self)
{
    assay_frame *frame = self;
    assay_levels levels = {0}, declared = {0};
    assay_dictionary *dictionary = assay_frame_column(frame, 1)->dictionary;
    assay_column *joined = NULL;
    uint64_t distinct = 2, missing = 1;
    size_t i = 0;
    uint32_t of_row[64];
    ck_assert_uint_le(assay_frame_rows(frame), 64);
    assay_status status = assay_levels_of(with, frame, 2, both, &levels);
    if (status == ASSAY_OK)
        status = assay_levels_of_rows(with, &levels, frame, both, of_row);
    for (size_t column = 0; status == ASSAY_OK && column < 3; column++)
        status =
            assay_column_distinct(with, assay_frame_column(frame, column), &distinct, &missing);
    if (status == ASSAY_OK)
        status = assay_levels_find(with, &levels, frame, both, 0, &i);
    if (status == ASSAY_OK)
        status = assay_levels_of_dictionary(with, dictionary, &declared);
    if (status == ASSAY_OK)
        status = assay_columns_append(with, assay_frame_column(frame, 0),
                                      assay_frame_column(frame, 1), &joined);
    if (status == ASSAY_OK) {
        ck_assert_uint_eq(i, 3);
        ck_assert_uint_eq(declared.size, 2);
        ck_assert_uint_eq(joined->length, 14);
        ck_assert(distinct == 7 && missing == 0);
    }
    assay_column_release(joined);
    assay_levels_free(&levels);
    assay_levels_free(&declared);
    return status;
}

START_TEST(levels_that_find_no_memory_are_not_made)
{
    assay_frame *frame = table("tier,gender,n\nB,F,1\nA,M,2\nA,F,3\n,F,4\nB,M,5\nB,F,6\nA,,7\n");
    sweep_memory(attempt_levels, frame);
    assay_frame_free(frame);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("levels");
    TCase *tests = tcase_create("levels");
    tcase_add_test(tests, each_row_finds_its_combination);
    tcase_add_test(tests, pairs_that_read_alike_are_not_taken_for_each_other);
    tcase_add_test(tests, rows_of_every_block_have_their_combination);
    tcase_add_test(tests, empty_text_is_not_what_is_missing);
    tcase_add_test(tests, no_columns_are_one_combination_and_any_name_can_be_counted);
    tcase_add_test(tests, different_values_are_counted_apart_from_missing_ones);
    tcase_add_test(tests, two_columns_are_joined_with_their_type_and_declared_levels_first);
    tcase_add_test(tests, levels_that_find_no_memory_are_not_made);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
