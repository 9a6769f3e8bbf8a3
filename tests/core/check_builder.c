/*
** What a builder holds changes with the cells it is given; what it makes must not. Columns are built
** from many texts, so that values are held and not codes, and from columns of all kinds.
*/
#include "tables.h"

#include "base/text.h"
#include "data/builder.h"

static assay_context context;

enum { MANY = 70000 }; /* more texts than codes are kept for */

typedef size_t write_cell(size_t row, char text[32]);

static size_t id_cell(size_t row, char text[32])
{
    return (size_t)sprintf(text, "C%05zu", row);
}

static size_t integer_cell(size_t row, char text[32])
{
    return (size_t)sprintf(text, "%d", (int)row - 35000);
}

static size_t number_cell(size_t row, char text[32])
{
    return (size_t)sprintf(text, "%zu.25", row);
}

static size_t comma_cell(size_t row, char text[32])
{
    return (size_t)sprintf(text, "%zu,25", row);
}

static size_t date_cell(size_t row, char text[32])
{
    assay_date_to_text((int32_t)row, text);
    return 10;
}

static size_t british_cell(size_t row, char text[32])
{
    char iso[ASSAY_DATE_TEXT];
    assay_date_to_text((int32_t)row, iso);
    return (size_t)sprintf(text, "%.2s/%.2s/%.4s", iso + 8, iso + 5, iso);
}

static size_t late_text_cell(size_t row, char text[32])
{
    return row == MANY - 1 ? (size_t)sprintf(text, "007") : integer_cell(row, text);
}

static size_t late_number_cell(size_t row, char text[32])
{
    return row == MANY - 1 ? (size_t)sprintf(text, "0.5") : integer_cell(row, text);
}

static size_t late_date_cell(size_t row, char text[32])
{
    return row == MANY - 1 ? (size_t)sprintf(text, "2018-02-30") : date_cell(row, text);
}

/* 40,000 texts, then each of them again. */
static size_t twice_cell(size_t row, char text[32])
{
    return (size_t)sprintf(text, "t%zu", row % (MANY / 2));
}

/* MANY cells, every 1,000th missing, as cells or as columns of 5,000. */
static assay_builder *build_many(write_cell *cell, int by_column)
{
    static const assay_column_wish as_text = {.type = ASSAY_TEXT};
    assay_builder *builder = assay_builder_new(), *piece = builder;
    for (size_t row = 0; row < MANY; row++) {
        char text[32];
        const size_t length = cell(row, text);
        if (by_column && row % 5000 == 0)
            piece = assay_builder_new();
        must((row % 1000 == 500 ? assay_builder_add_missing(&context, piece)
                                : assay_builder_add(&context, piece, text, length)) == ASSAY_OK,
             "row %zu: %s", row, context.error.message);
        if (by_column && row % 5000 == 4999) {
            assay_column *column = NULL;
            assert_ok(assay_builder_finish(&context, piece, &as_text, &column));
            assert_ok(assay_builder_add_column(&context, builder, column));
            assay_builder_free(piece);
            assay_column_release(column);
        }
    }
    return builder;
}

/* Cells as they were given, or as `printed` writes them. */
static void assert_many(const assay_column *column, write_cell *printed)
{
    size_t wrong = 0;
    ck_assert_uint_eq(column->length, MANY);
    for (size_t row = 0; row < MANY; row++) {
        char text[32], scratch[ASSAY_CELL_BYTES];
        size_t length = 0;
        const size_t want = printed(row, text);
        const char *cell = assay_column_cell(column, row, scratch, &length);
        if (row % 1000 == 500)
            wrong += cell != NULL;
        else
            wrong += cell == NULL || length != want || memcmp(cell, text, want) != 0;
    }
    ck_assert_uint_eq(wrong, 0);
}

static const struct {
    write_cell *cell, *printed;
    assay_column_wish wish;
    assay_type type;
} many[] = {
    {id_cell, id_cell, {.type = ASSAY_INFER}, ASSAY_TEXT},
    {id_cell, id_cell, {.type = ASSAY_CATEGORY}, ASSAY_CATEGORY},
    {integer_cell, integer_cell, {.type = ASSAY_INFER}, ASSAY_INTEGER},
    {integer_cell, integer_cell, {.type = ASSAY_TEXT}, ASSAY_TEXT},
    {integer_cell, integer_cell, {.type = ASSAY_NUMBER}, ASSAY_NUMBER},
    {integer_cell, integer_cell, {.type = ASSAY_CATEGORY}, ASSAY_CATEGORY},
    {number_cell, number_cell, {.type = ASSAY_INFER}, ASSAY_NUMBER},
    {comma_cell, number_cell, {.type = ASSAY_INFER, .decimal = ','}, ASSAY_NUMBER},
    {comma_cell, comma_cell, {.type = ASSAY_INFER}, ASSAY_TEXT},
    {number_cell, number_cell, {.type = ASSAY_INFER, .decimal = ','}, ASSAY_TEXT},
    {date_cell, date_cell, {.type = ASSAY_INFER}, ASSAY_DATE},
    {date_cell, date_cell, {.type = ASSAY_INFER, .dates = "yyyy-mm-dd"}, ASSAY_DATE},
    {date_cell, date_cell, {.type = ASSAY_INFER, .dates = "dd/mm/yyyy"}, ASSAY_TEXT},
    {date_cell, date_cell, {.type = ASSAY_TEXT}, ASSAY_TEXT},
    {british_cell, date_cell, {.type = ASSAY_INFER, .dates = "dd/mm/yyyy"}, ASSAY_DATE},
    {british_cell, british_cell, {.type = ASSAY_INFER}, ASSAY_TEXT},
    {late_text_cell, late_text_cell, {.type = ASSAY_INFER}, ASSAY_TEXT},
    {late_number_cell, late_number_cell, {.type = ASSAY_INFER}, ASSAY_NUMBER},
    {late_date_cell, late_date_cell, {.type = ASSAY_INFER}, ASSAY_TEXT},
    {twice_cell, twice_cell, {.type = ASSAY_TEXT}, ASSAY_TEXT},
};

START_TEST(many_texts_make_the_column_that_few_would)
{
    for (int by_column = 0; by_column < 2; by_column++) {
        assay_column *column = NULL;
        assay_builder *builder = build_many(many[_i].cell, by_column);
        assert_ok(assay_builder_finish(&context, builder, &many[_i].wish, &column));
        ck_assert_str_eq(assay_type_name(column->type), assay_type_name(many[_i].type));
        assert_many(column, many[_i].printed);
        assay_builder_free(builder);
        assay_column_release(column);
    }
}
END_TEST

/* 35,000 texts twice each are a category, however they came; with one missing less they are not. */
START_TEST(each_text_twice_is_a_category_even_if_values_were_held)
{
    for (int by_column = 0; by_column < 2; by_column++)
        for (size_t known = 35000 - 1; known <= 35000; known++) {
            assay_column *column = NULL, *text = NULL;
            assay_builder *builder = assay_builder_new(), *whole = assay_builder_new();
            for (size_t row = 0; row < 2 * known + (known < 35000); row++) {
                char cell[32];
                const size_t length = (size_t)sprintf(cell, "t%zu", row % 35000);
                must(assay_builder_add(&context, by_column ? whole : builder, cell, length) ==
                         ASSAY_OK,
                     "row %zu: %s", row, context.error.message);
            }
            if (by_column) {
                assert_ok(assay_builder_finish(&context, whole,
                                               &(assay_column_wish){.type = ASSAY_TEXT}, &text));
                assert_ok(assay_builder_add_column(&context, builder, text));
            }
            assert_ok(assay_builder_finish(&context, builder,
                                           &(assay_column_wish){.type = ASSAY_INFER}, &column));
            ck_assert_int_eq(column->type, known == 35000 ? ASSAY_CATEGORY : ASSAY_TEXT);
            assay_column_release(column);
            assay_column_release(text);
            assay_builder_free(builder);
            assay_builder_free(whole);
        }
}
END_TEST

START_TEST(the_first_cell_that_does_not_fit_is_named)
{
    static const struct {
        write_cell *cell;
        assay_type type;
        const char *message;
    } refused[] = {{id_cell, ASSAY_INTEGER, "row 1: 'C00000' is not a whole number"},
                   {late_number_cell, ASSAY_INTEGER, "row 70000: '0.5' is not a whole number"},
                   {late_date_cell, ASSAY_DATE, "row 70000: '2018-02-30' is not a date"},
                   {id_cell, ASSAY_NUMBER, "row 1: 'C00000' is not a number"}};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        assay_column *column = NULL;
        assay_builder *builder = build_many(refused[i].cell, 0);
        const assay_column_wish wish = {.type = refused[i].type};
        assert_status(assay_builder_finish(&context, builder, &wish, &column), ASSAY_EFORMAT);
        ck_assert_str_eq(context.error.message, refused[i].message);
        assay_builder_free(builder);
    }
}
END_TEST

/* ---- columns of all types ---- */

START_TEST(columns_of_values_keep_their_type_and_their_digits)
{
    static const double numbers[] = {0.1 + 0.2, 1, 1e300};
    static const int64_t integers[] = {INT64_MAX, INT64_MIN, -5};
    assay_column *number = NULL, *integer = NULL, *made = NULL;
    const assay_column_wish infer = {.type = ASSAY_INFER};
    assert_ok(assay_column_of_numbers(&context, 3, numbers, &number));
    assert_ok(assay_column_of_integers(&context, 3, integers, &integer));

    assay_builder *builder = assay_builder_new();
    assert_ok(assay_builder_add_column(&context, builder, number));
    assert_ok(assay_builder_add_column(&context, builder, number));
    assert_ok(assay_builder_finish(&context, builder, &infer, &made));
    ck_assert_int_eq(made->type, ASSAY_NUMBER);
    ck_assert_mem_eq(made->numbers + 3, numbers, sizeof numbers);
    assay_column_release(made);
    assay_builder_free(builder);

    builder = assay_builder_new(); /* integers, then numbers: as their texts */
    assert_ok(assay_builder_add_column(&context, builder, integer));
    assert_ok(assay_builder_add_column(&context, builder, number));
    assert_ok(assay_builder_finish(&context, builder, &infer, &made));
    ck_assert_int_eq(made->type, ASSAY_TEXT);
    assert_cells(made, "9223372036854775807|NA|-5|0.30000000000000004|1|1e+300");
    assay_column_release(made);
    assay_builder_free(builder);
    assay_column_release(number);
    assay_column_release(integer);
}
END_TEST

START_TEST(nothing_but_missing_cells_is_a_category_unless_it_came_as_values)
{
    static const int64_t none[] = {INT64_MIN, INT64_MIN};
    assay_column *text = NULL, *integer = NULL, *made = NULL;
    const assay_column_wish infer = {.type = ASSAY_INFER}, as_text = {.type = ASSAY_TEXT};
    assay_builder *builder = assay_builder_new(), *missing = assay_builder_new();
    assert_ok(assay_builder_add_missing(&context, missing));
    assert_ok(assay_builder_finish(&context, missing, &as_text, &text));
    assert_ok(assay_builder_add_column(&context, builder, text));
    assert_ok(assay_builder_finish(&context, builder, &infer, &made));
    ck_assert_int_eq(made->type, ASSAY_CATEGORY);
    assert_cells(made, "NA");
    assay_column_release(made);
    assay_builder_free(builder);

    builder = assay_builder_new();
    assert_ok(assay_column_of_integers(&context, 2, none, &integer));
    assert_ok(assay_builder_add_column(&context, builder, integer));
    assert_ok(assay_builder_finish(&context, builder, &infer, &made));
    ck_assert_int_eq(made->type, ASSAY_INTEGER);
    assay_column_release(made);
    assay_builder_free(builder);
    assay_builder_free(missing);
    assay_column_release(text);
    assay_column_release(integer);
}
END_TEST

/* Codes of a growing dictionary keep their meaning; levels stand in the order in which they occur. */
START_TEST(codes_are_taken_block_by_block)
{
    assay_dictionary *texts = assay_dictionary_new();
    assay_builder *builder = assay_builder_new();
    assay_column *made = NULL;
    const assay_column_wish infer = {.type = ASSAY_INFER};
    char want[4096] = "";
    for (uint32_t block = 0; block < 4; block++) {
        uint32_t codes[6];
        assay_column *column = NULL;
        for (uint32_t k = 0; k < 2; k++) {
            char text[8];
            assay_dictionary_add(texts, text, (size_t)sprintf(text, "t%u", 2 * block + k));
        }
        const uint32_t n = assay_dictionary_size(texts);
        for (uint32_t i = 0; i < 6; i++) { /* backwards, so that orders differ */
            codes[i] = i == 3 ? 0 : n - i % n;
            sprintf(want + strlen(want), i == 3 ? "%sNA" : "%st%u", want[0] ? "|" : "",
                    codes[i] - 1);
        }
        assert_ok(assay_column_of_codes(&context, 6, codes, texts, &column));
        assert_ok(assay_builder_add_column(&context, builder, column));
        assay_column_release(column);
    }
    assert_ok(assay_builder_finish(&context, builder, &infer, &made));
    ck_assert_int_eq(made->type, ASSAY_CATEGORY);
    ck_assert_uint_eq(assay_column_code(made, 0), 1);
    assert_cells(made, want);
    assay_column_release(made);
    assay_builder_free(builder);
    assay_dictionary_release(texts);
}
END_TEST

/* ---- memory ---- */

START_TEST(a_column_takes_no_more_than_its_arrays)
{
    const size_t before = assay_memory_in_use();
    assay_column *column = NULL;
    assay_builder *builder = build_many(id_cell, 0);
    assert_ok(assay_builder_finish(&context, builder, &(assay_column_wish){.type = ASSAY_INFER},
                                   &column));
    assay_builder_free(builder);
    const size_t arrays = MANY * (6 + 4) + MANY / 8;
    ck_assert_uint_le(assay_memory_in_use() - before, arrays + arrays / 10);
    assay_column_release(column);
    ck_assert_uint_eq(assay_memory_in_use(), before);
}
END_TEST

/* Codes, then text that becomes values, then text that is none. */
static assay_status change_forms(assay_context *with, void *columns)
{
    assay_column *const *all = columns, *made = NULL;
    assay_builder *builder = assay_builder_new();
    assay_status status = builder == NULL ? assay_fail_memory(with) : ASSAY_OK;
    for (int i = 0; status == ASSAY_OK && i < 3; i++)
        status = assay_builder_add_column(with, builder, all[i]);
    if (status == ASSAY_OK)
        status = assay_builder_add(with, builder, "end", 3);
    if (status == ASSAY_OK)
        status =
            assay_builder_finish(with, builder, &(assay_column_wish){.type = ASSAY_INFER}, &made);
    if (status == ASSAY_OK)
        assert_cells(made, "1|2|1|3|4|NA|x|y|z|end");
    assay_column_release(made);
    assay_builder_free(builder);
    return status;
}

START_TEST(no_memory_no_column)
{
    assay_frame *codes = table("a\n1\n2\n1\n"), *values = table("a\n3\n4\n\n"),
                *texts = table("a\nx\ny\nz\n");
    static const assay_column_wish as_text = {.type = ASSAY_TEXT},
                                   as_category = {.type = ASSAY_CATEGORY};
    assay_column *all[3] = {assay_frame_column(codes, 0), assay_frame_column(values, 0),
                            assay_frame_column(texts, 0)};
    const assay_column_wish *wishes[3] = {&as_category, &as_text, &as_text};
    for (int i = 0; i < 3; i++) {
        assay_builder *builder = assay_builder_new();
        assert_ok(assay_builder_add_column(&context, builder, all[i]));
        assert_ok(assay_builder_finish(&context, builder, wishes[i], &all[i]));
        assay_builder_free(builder);
    }
    sweep_memory(change_forms, all);
    for (int i = 0; i < 3; i++)
        assay_column_release(all[i]);
    assay_frame_free(codes);
    assay_frame_free(values);
    assay_frame_free(texts);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("builder");
    TCase *tests = tcase_create("builder");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, many_texts_make_the_column_that_few_would, 0,
                        sizeof many / sizeof many[0]);
    tcase_add_test(tests, each_text_twice_is_a_category_even_if_values_were_held);
    tcase_add_test(tests, the_first_cell_that_does_not_fit_is_named);
    tcase_add_test(tests, columns_of_values_keep_their_type_and_their_digits);
    tcase_add_test(tests, nothing_but_missing_cells_is_a_category_unless_it_came_as_values);
    tcase_add_test(tests, codes_are_taken_block_by_block);
    tcase_add_test(tests, a_column_takes_no_more_than_its_arrays);
    tcase_add_test(tests, no_memory_no_column);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
