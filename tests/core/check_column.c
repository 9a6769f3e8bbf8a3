#include "tables.h"

#include "data/column.h"

static assay_context context;

/* Cells split at '|'; NA is missing. */
static assay_status add_cells(assay_context *with, assay_builder *builder, const char *cells)
{
    assay_status status = ASSAY_OK;
    for (const char *from = cells; status == ASSAY_OK && from != NULL;) {
        const size_t length = strcspn(from, "|");
        status = length == 2 && memcmp(from, "NA", 2) == 0
                     ? assay_builder_add_missing(with, builder)
                     : assay_builder_add(with, builder, from, length);
        from = from[length] == '|' ? from + length + 1 : NULL;
    }
    return status;
}

static assay_status build(assay_context *with, const char *cells, const assay_column_wish *wish,
                          assay_column **column)
{
    assay_builder *builder = assay_builder_new();
    if (builder == NULL)
        return assay_fail_memory(with);
    assay_status status = add_cells(with, builder, cells);
    if (status == ASSAY_OK)
        status = assay_builder_finish(with, builder, wish, column);
    assay_builder_free(builder);
    return status;
}

static assay_column *column_of(const char *cells, assay_type type)
{
    assay_column *column = NULL;
    const assay_column_wish wish = {.type = type};
    assert_ok(build(&context, cells, &wish, &column));
    return column;
}

/* ---- inference ---- */

/* Cells that stand alone in their column, so that no category comes up. */
static const struct {
    const char *cells, *type;
} inferred[] = {
    {"0", "integer"},
    {"-17|0|42", "integer"},
    {"NA|7|NA", "integer"},
    {"7|NA|007", "text"},
    {"00", "text"},
    {"01", "text"},
    {"-0", "text"},
    {"-0.0", "text"},
    {"+1", "text"},
    {"1e5", "text"},
    {"1/2", "text"},
    {"0x1F", "text"},
    {"1,5", "text"},
    {" 1", "text"},
    {"1 ", "text"},
    {".5", "text"},
    {"5.", "text"},
    {"inf", "text"},
    {"nan", "text"},
    {"-", "text"},
    {"", "text"},
    {"999999999999999999", "integer"},  /* 18 digits */
    {"-999999999999999999", "integer"}, /* 18 digits and a sign */
    {"1000000000000000000", "text"},    /* 19 */
    {"12345678901234567890", "text"},   /* 20 */
    {"0.5|1", "number"},
    {"-2.50", "number"},
    {"1.23456789012345", "number"},  /* 15 digits */
    {"1.234567890123456", "number"}, /* 16, and its value is written so */
    {"1.2345678901234560", "text"},
    {"1.23456789012345678", "text"}, /* no double is written with 18 */
    {"1e-05|0.30000000000000004|1e+300", "number"},
    {"1e-5", "text"},
    {"1E-05", "text"},
    {"1e+15", "text"},
    {"12.5e+20", "text"},
    {"0.0123456789012345", "number"}, /* leading zeros do not count */
    {"123456789012345.60", "text"},
    {"0.5|1234567890123456", "text"}, /* as a number, 16 digits are too many */
    {"2018-11-30|2020-02-29", "date"},
    {"2019-02-29", "text"},
    {"30/11/2018", "text"},
    {"2018-11-30T00:00", "text"},
    {"2018-11-30|5", "text"},
    {"a|b", "text"},
    {"a|b|a", "text"},
    {"a|b|a|b", "category"}, /* twice on average */
    {"a|b|a|a", "category"},
    {"a|NA|NA|NA", "text"}, /* only known cells count */
    {"NA|NA|NA", "category"},
};

START_TEST(a_type_is_inferred_that_loses_nothing)
{
    const char *const type = inferred[_i].type, *const cells = inferred[_i].cells;
    assay_column *column = column_of(cells, ASSAY_INFER);
    ck_assert_msg(strcmp(assay_type_name(column->type), type) == 0, "%s: %s, want %s", cells,
                  assay_type_name(column->type), type);
    if (strcmp(cells, "-2.50") != 0) /* a number keeps its value, not a zero at its end */
        assert_cells(column, cells);
    assay_column_release(column);
}
END_TEST

START_TEST(a_pattern_decides_what_a_date_is)
{
    assay_column *column = NULL;
    const assay_column_wish wish = {.type = ASSAY_INFER, .dates = "dd/mm/yyyy"};
    assert_ok(build(&context, "30/11/2018|NA|01/01/1970", &wish, &column));
    assert_cells(column, "2018-11-30|NA|1970-01-01");
    ck_assert_int_eq(column->days[0], 17865); /* $(($(date -ud 2018-11-30 +%s) / 86400)) */
    ck_assert_int_eq(column->days[1], INT32_MIN);
    ck_assert_int_eq(column->days[2], 0);
    assay_column_release(column);
    assert_ok(build(&context, "2018-11-30|2018-11-30", &wish, &column));
    ck_assert_int_eq(column->type, ASSAY_CATEGORY);
    assay_column_release(column);
}
END_TEST

START_TEST(no_rows_are_a_column_of_any_type)
{
    for (assay_type type = ASSAY_CATEGORY; type <= ASSAY_INFER; type++) {
        assay_column *column = NULL, *taken = NULL;
        assay_builder *builder = assay_builder_new();
        const assay_column_wish wish = {.type = type};
        assert_ok(assay_builder_finish(&context, builder, &wish, &column));
        ck_assert_uint_eq(column->length, 0);
        assert_ok(assay_column_take(&context, column, 0, NULL, &taken));
        ck_assert_uint_eq(taken->length, 0);
        assay_column_release(taken);
        assay_column_release(column);
        assay_builder_free(builder);
    }
}
END_TEST

START_TEST(all_missing_is_missing_in_every_type)
{
    for (assay_type type = ASSAY_CATEGORY; type <= ASSAY_INFER; type++) {
        assay_column *column = column_of("NA|NA|NA", type);
        assert_cells(column, "NA|NA|NA");
        for (size_t row = 0; row < 3; row++)
            ck_assert(assay_column_is_missing(column, row));
        assay_column_release(column);
    }
}
END_TEST

START_TEST(categories_are_at_most_65535)
{
    static const uint32_t sizes[] = {65535, 65536};
    for (size_t i = 0; i < 2; i++) {
        assay_builder *builder = assay_builder_new();
        assay_column *column = NULL;
        char text[16];
        for (uint32_t row = 0; row < 2 * sizes[i]; row++) {
            const int length = snprintf(text, sizeof text, "L%u", row % sizes[i]);
            assert_ok(assay_builder_add(&context, builder, text, (size_t)length));
        }
        assert_ok(assay_builder_finish(&context, builder, &(assay_column_wish){.type = ASSAY_INFER},
                                       &column));
        ck_assert_int_eq(column->type, i == 0 ? ASSAY_CATEGORY : ASSAY_TEXT);
        ck_assert_uint_eq(column->width, i == 0 ? 2 : 4);
        assay_column_release(column);
        assay_builder_free(builder);
    }
}
END_TEST

/* ---- wishes ---- */

static const struct {
    assay_type type;
    const char *cells, *expected; /* what stands for the cells; NULL: refused in row 2 */
} wished[] = {
    {ASSAY_TEXT, "007|NA|1e5", "007|NA|1e5"},
    {ASSAY_CATEGORY, "a|b|c|NA", "a|b|c|NA"},
    {ASSAY_INTEGER, "007|+5|-0", "7|5|0"},
    {ASSAY_INTEGER, "9223372036854775807|-9223372036854775807|NA",
     "9223372036854775807|-9223372036854775807|NA"},
    {ASSAY_INTEGER, "1|-9223372036854775808", NULL}, /* the missing value */
    {ASSAY_INTEGER, "1|9223372036854775808", NULL},
    {ASSAY_INTEGER, "1|1.0", NULL},
    {ASSAY_INTEGER, "1|", NULL},
    {ASSAY_NUMBER, "1e3|.5|NA|-0", "1000|0.5|NA|0"},
    {ASSAY_NUMBER, "1|nan", NULL},
    {ASSAY_NUMBER, "1|1e999", NULL},
    {ASSAY_DATE, "0001-01-01|9999-12-31|NA", "0001-01-01|9999-12-31|NA"},
    {ASSAY_DATE, "2018-11-30|2018-11-31", NULL},
    {ASSAY_DATE, "2018-11-30|", NULL},
};

START_TEST(a_wish_is_granted_or_refused_with_the_row)
{
    assay_column *column = NULL;
    const assay_column_wish wish = {.type = wished[_i].type};
    const assay_status status = build(&context, wished[_i].cells, &wish, &column);
    if (wished[_i].expected != NULL) {
        ck_assert_int_eq(status, ASSAY_OK);
        ck_assert_int_eq(column->type, wished[_i].type);
        assert_cells(column, wished[_i].expected);
        assay_column_release(column);
    } else {
        ck_assert_int_eq(status, ASSAY_EFORMAT);
        ck_assert_ptr_null(column);
        ck_assert_uint_eq(context.error.row, 2);
    }
}
END_TEST

START_TEST(declared_levels_keep_their_order_and_refuse_others_with_the_row)
{
    assay_dictionary *levels = assay_dictionary_new();
    assay_column *column = NULL;
    assay_dictionary_add(levels, "Low", 3);
    assay_dictionary_add(levels, "Medium", 6);
    assay_dictionary_add(levels, "High", 4);
    assay_dictionary_declare(levels);
    const assay_column_wish wish = {.type = ASSAY_INFER, .levels = levels};
    assert_ok(build(&context, "High|NA|Low|High", &wish, &column));
    ck_assert_int_eq(column->type, ASSAY_CATEGORY);
    ck_assert_uint_eq(assay_column_code(column, 0), 3);
    ck_assert_uint_eq(assay_column_code(column, 1), 0);
    ck_assert_uint_eq(assay_column_code(column, 2), 1);
    ck_assert_int_gt(assay_column_compare(column, 0, 2), 0); /* not in byte order */
    ck_assert_int_lt(assay_column_compare(column, 0, 1), 0); /* missing last */
    assay_column_release(column);

    column = NULL;
    assert_status(build(&context, "Low|NA|low|Low", &wish, &column), ASSAY_EFORMAT);
    ck_assert_ptr_null(column);
    ck_assert_uint_eq(context.error.row, 3);
    ck_assert_ptr_nonnull(strstr(context.error.message, "'low'"));
    assay_dictionary_release(levels);
}
END_TEST

START_TEST(a_message_quotes_at_most_forty_bytes_of_a_cell)
{
    assay_column *column = NULL;
    const assay_column_wish wish = {.type = ASSAY_INTEGER};
    assert_status(build(&context, "1234567890123456789012345678901234567890ABC", &wish, &column),
                  ASSAY_EFORMAT);
    ck_assert_ptr_nonnull(
        strstr(context.error.message, "'1234567890123456789012345678901234567890...'"));
}
END_TEST

/* ---- cells, codes and order ---- */

static assay_column *of_codes(size_t n, const uint32_t codes[], uint32_t levels)
{
    assay_dictionary *dictionary = assay_dictionary_new();
    assay_column *column = NULL;
    char text[16];
    for (uint32_t i = 1; i <= levels; i++)
        assay_dictionary_add(dictionary, text, (size_t)snprintf(text, sizeof text, "L%u", i));
    assert_ok(assay_column_of_codes(&context, n, codes, dictionary, &column));
    assay_dictionary_release(dictionary);
    return column;
}

START_TEST(codes_take_the_narrowest_width_that_holds_them)
{
    static const struct {
        uint32_t levels, width;
    } rows[] = {{0, 1}, {255, 1}, {256, 2}, {65535, 2}, {65536, 4}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const uint32_t codes[] = {rows[i].levels, 0, rows[i].levels / 2};
        assay_column *column = of_codes(3, codes, rows[i].levels);
        ck_assert_uint_eq(column->width, rows[i].width);
        for (size_t row = 0; row < 3; row++)
            ck_assert_uint_eq(assay_column_code(column, row), codes[row]);
        ck_assert(assay_column_is_missing(column, 1));
        assay_column_release(column);
    }
}
END_TEST

START_TEST(values_compare_as_their_type_does)
{
    static const struct {
        assay_type type;
        const char *cells; /* ascending */
    } rows[] = {{ASSAY_INTEGER, "-10|-9|2|10|NA"},
                {ASSAY_NUMBER, "-1.5|2|10|10.5|NA"},
                {ASSAY_DATE, "0999-01-01|2018-02-28|2018-11-01|NA"},
                {ASSAY_CATEGORY, "|10|2|B|a|ab|\xC3\xA9|NA"},
                {ASSAY_TEXT, "|10|2|B|a|ab|\xC3\xA9|NA"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assay_column *column = column_of(rows[i].cells, rows[i].type);
        for (size_t a = 0; a < column->length; a++)
            for (size_t b = 0; b < column->length; b++) {
                const int got = assay_column_compare(column, a, b);
                ck_assert_int_eq((got > 0) - (got < 0), (a > b) - (a < b));
            }
        assay_column_release(column);
    }
}
END_TEST

START_TEST(arrays_are_copied_and_their_cells_read_as_in_a_file)
{
    int64_t integers[] = {5, INT64_MIN, -7};
    double numbers[] = {0.1, (double)NAN, 1e300, -0.0, 100000};
    assay_column *column = NULL;
    assert_ok(assay_column_of_integers(&context, 3, integers, &column));
    integers[0] = 6;
    assert_cells(column, "5|NA|-7");
    assay_column_release(column);
    assert_ok(assay_column_of_numbers(&context, 5, numbers, &column));
    assert_cells(column, "0.1|NA|1e+300|0|100000");
    assay_column_release(column);
}
END_TEST

/* ---- rows ---- */

START_TEST(rows_are_taken_in_any_order_and_more_than_once)
{
    static const struct {
        assay_type type;
        const char *cells, *taken;
    } rows[] = {{ASSAY_TEXT, "one||NA|four", "four|NA|one|four|"},
                {ASSAY_CATEGORY, "one||NA|four", "four|NA|one|four|"},
                {ASSAY_INTEGER, "1|2|NA|4", "4|NA|1|4|2"},
                {ASSAY_NUMBER, "1.5|2|NA|4", "4|NA|1.5|4|2"},
                {ASSAY_DATE, "2018-01-01|2018-01-02|NA|2018-01-04",
                 "2018-01-04|NA|2018-01-01|2018-01-04|2018-01-02"}};
    static const uint32_t order[] = {3, 2, 0, 3, 1};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assay_column *column = column_of(rows[i].cells, rows[i].type), *taken = NULL;
        assert_ok(assay_column_take(&context, column, 5, order, &taken));
        assay_column_release(column); /* a column taken stands on its own */
        ck_assert_int_eq(taken->type, rows[i].type);
        assert_cells(taken, rows[i].taken);
        assay_column_release(taken);
    }
}
END_TEST

/* 131 rows: the bitmap of missing texts has two words and a bit of a third. */
/* The texts of an array, NULL where missing. */
static const char *text_at(const void *texts, size_t row, size_t *length)
{
    const char *text = ((const char *const *)texts)[row];
    *length = text == NULL ? 99 : strlen(text); /* of what is missing no length is taken */
    return text;
}

START_TEST(days_and_texts_are_copied_too)
{
    static const int32_t days[] = {0, INT32_MIN, 17865};
    static const char *const texts[] = {"a", NULL, "", "Zo\xC3\xAB"};
    assay_column *column = NULL;
    assert_ok(assay_column_of_days(&context, 3, days, &column));
    assert_cells(column, "1970-01-01|NA|2018-11-30");
    assay_column_release(column);
    assert_ok(assay_column_of_texts(&context, 4, text_at, texts, &column));
    ck_assert_int_eq(column->type, ASSAY_TEXT);
    assert_cells(column, "a|NA||Zo\xC3\xAB");
    assay_column_release(column);
    assert_ok(assay_column_of_texts(&context, 1, text_at, texts, &column));
    ck_assert_ptr_null(column->missing);
    assay_column_release(column);
    assert_ok(assay_column_of_texts(&context, 0, text_at, texts, &column));
    ck_assert_uint_eq(column->length, 0);
    assay_column_release(column);
}
END_TEST

START_TEST(missing_texts_are_remembered_row_by_row)
{
    assay_builder *builder = assay_builder_new();
    assay_column *column = NULL, *slice = NULL;
    for (size_t row = 0; row < 131; row++)
        assert_ok(row % 3 == 0 ? assay_builder_add_missing(&context, builder)
                               : assay_builder_add(&context, builder, "x", row % 2));
    assert_ok(
        assay_builder_finish(&context, builder, &(assay_column_wish){.type = ASSAY_TEXT}, &column));
    assay_builder_free(builder);
    for (size_t row = 0; row < 131; row++)
        ck_assert_int_eq(assay_column_is_missing(column, row), row % 3 == 0);
    assert_ok(assay_column_slice(&context, column, 61, 70, &slice));
    ck_assert_uint_eq(slice->length, 70);
    for (size_t row = 0; row < 70; row++)
        ck_assert_int_eq(assay_column_is_missing(slice, row), (row + 61) % 3 == 0);
    assay_column_release(slice);
    assay_column_release(column);

    column = column_of("a|b", ASSAY_TEXT);
    ck_assert_ptr_null(column->missing);
    assay_column_release(column);
}
END_TEST

START_TEST(the_last_reference_frees)
{
    const size_t before = assay_memory_in_use();
    assay_column *column = column_of("a|b|NA", ASSAY_CATEGORY);
    ck_assert_ptr_eq(assay_column_retain(column), column);
    assay_column_release(column);
    assert_cells(column, "a|b|NA");
    assay_column_release(column);
    assay_column_release(NULL);
    assay_builder_free(NULL);
    ck_assert_uint_eq(assay_memory_in_use(), before);
}
END_TEST

START_TEST(types_are_found_by_name)
{
    for (assay_type type = ASSAY_CATEGORY; type < ASSAY_INFER; type++) {
        assay_type found = ASSAY_INFER;
        ck_assert(assay_type_find(assay_type_name(type), &found));
        ck_assert_int_eq(found, type);
    }
    assay_type found = ASSAY_INFER;
    ck_assert(!assay_type_find("Date", &found));
    ck_assert_int_eq(found, ASSAY_INFER);
    ck_assert_str_eq(assay_type_name(ASSAY_INFER), "?");
}
END_TEST

/* ---- memory ---- */

/* self: the type. Enough rows for the codes to grow; then rows are taken. */
static assay_status build_and_take(assay_context *with, void *self)
{
    static const uint32_t rows[] = {17, 0, 3};
    assay_column *column = NULL, *taken = NULL;
    assay_dictionary *levels = NULL;
    const int type = *(int *)self;
    assay_column_wish wish = {.type = type > ASSAY_DATE ? ASSAY_INFER : (assay_type)type};
    if (type > ASSAY_INFER) {
        wish.levels = levels = assay_dictionary_new();
        if (levels == NULL)
            return assay_fail_memory(with);
        if (assay_dictionary_add(levels, "2018-11-30", 10) == 0) {
            assay_dictionary_release(levels);
            return assay_fail_memory(with);
        }
    }
    const char *cells = type == ASSAY_INTEGER || type == ASSAY_NUMBER
                            ? "5|1|1|NA|1|1|1|1|1|1|1|1|1|1|1|1|1|7"
                            : "2018-11-30|NA|NA|NA|NA|NA|NA|NA|NA|NA|NA|NA|NA|NA|NA|NA|NA|"
                              "2018-11-30";
    assay_status status = build(with, cells, &wish, &column);
    if (status == ASSAY_OK)
        status = assay_column_take(with, column, 3, rows, &taken);
    if (status == ASSAY_OK)
        assert_cells(taken, *cells == '5' ? "7|5|NA" : "2018-11-30|2018-11-30|NA");
    assay_column_release(taken);
    assay_column_release(column);
    assay_dictionary_release(levels);
    return status;
}

START_TEST(a_column_that_finds_no_memory_is_not_made)
{
    sweep_memory(build_and_take, &_i);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("column");
    TCase *tests = tcase_create("column");
    tcase_add_loop_test(tests, a_type_is_inferred_that_loses_nothing, 0,
                        sizeof inferred / sizeof inferred[0]);
    tcase_add_test(tests, a_pattern_decides_what_a_date_is);
    tcase_add_test(tests, no_rows_are_a_column_of_any_type);
    tcase_add_test(tests, all_missing_is_missing_in_every_type);
    tcase_add_test(tests, categories_are_at_most_65535);
    tcase_add_loop_test(tests, a_wish_is_granted_or_refused_with_the_row, 0,
                        sizeof wished / sizeof wished[0]);
    tcase_add_test(tests, declared_levels_keep_their_order_and_refuse_others_with_the_row);
    tcase_add_test(tests, a_message_quotes_at_most_forty_bytes_of_a_cell);
    tcase_add_test(tests, codes_take_the_narrowest_width_that_holds_them);
    tcase_add_test(tests, values_compare_as_their_type_does);
    tcase_add_test(tests, arrays_are_copied_and_their_cells_read_as_in_a_file);
    tcase_add_test(tests, rows_are_taken_in_any_order_and_more_than_once);
    tcase_add_test(tests, days_and_texts_are_copied_too);
    tcase_add_test(tests, missing_texts_are_remembered_row_by_row);
    tcase_add_test(tests, the_last_reference_frees);
    tcase_add_test(tests, types_are_found_by_name);
    tcase_add_loop_test(tests, a_column_that_finds_no_memory_is_not_made, ASSAY_CATEGORY,
                        ASSAY_INFER + 2);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
