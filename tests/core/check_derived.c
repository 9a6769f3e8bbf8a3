#include "tables.h"

#include "data/derived.h"

static assay_context context;

/*
** Adds what the letters say, one value each, and makes the column: . missing, i integer, I one beyond
** 2^53, n number, N not a number, t text, d date, c the same text again.
*/
static assay_status build(assay_context *with, const char *letters, assay_column **column)
{
    assay_derived *values = assay_derived_new(strlen(letters));
    assay_status status = values == NULL ? assay_fail_memory(with) : ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && letters[i] != '\0'; i++) {
        const int64_t next = (int64_t)i + 1;
        char text[32];
        switch (letters[i]) {
        case '.':
            status = assay_derived_add_missing(with, values);
            break;
        case 'i':
        case 'I':
            status = assay_derived_add_integer(with, values,
                                               letters[i] == 'i' ? next : ((int64_t)1 << 53) + 1);
            break;
        case 'n':
        case 'N':
            status = assay_derived_add_number(with, values,
                                              letters[i] == 'n' ? (double)next + 0.5 : (double)NAN);
            break;
        default:
            snprintf(text, sizeof text,
                     letters[i] == 't'   ? "t%d"
                     : letters[i] == 'd' ? "2018-01-%02d"
                                         : "same",
                     (int)next);
            status = assay_derived_add_text(with, values, text, strlen(text));
        }
    }
    if (status == ASSAY_OK)
        status = assay_derived_finish(with, values, column);
    assay_derived_free(values);
    return status;
}

static const struct {
    const char *letters, *cells;
    assay_type type;
} columns[] = {
    {"", "", ASSAY_CATEGORY},
    {".", "NA", ASSAY_CATEGORY},
    {"..i.i", "NA|NA|3|NA|5", ASSAY_INTEGER},
    {"I", "9007199254740993", ASSAY_INTEGER},
    {".n.", "NA|2.5|NA", ASSAY_NUMBER},
    {"i.n", "1|NA|3.5", ASSAY_NUMBER},
    {"nNi", "1.5|NA|3", ASSAY_NUMBER},
    {"N", "NA", ASSAY_CATEGORY},
    {"Ni", "NA|2", ASSAY_INTEGER},
    {"tt.t", "t1|t2|NA|t4", ASSAY_TEXT},
    {"cc.cc", "same|same|NA|same|same", ASSAY_CATEGORY},
    {".d.d", "NA|2018-01-02|NA|2018-01-04", ASSAY_DATE},
    {"i.tn", "1|NA|t3|4.5", ASSAY_TEXT},
    {"n.ti", "1.5|NA|t3|4", ASSAY_TEXT},
    {"..tNI", "NA|NA|t3|NA|9007199254740993", ASSAY_TEXT},
};

START_TEST(the_type_follows_from_all_values)
{
    assay_column *column = NULL;
    assert_ok(build(&context, columns[_i].letters, &column));
    ck_assert_int_eq(column->type, columns[_i].type);
    assert_cells(column, columns[_i].cells);
    assay_column_release(column);
}
END_TEST

START_TEST(text_is_read_as_in_a_file)
{
    assay_column *column = NULL;
    assay_derived *values = assay_derived_new(2);
    assert_ok(assay_derived_add_text(&context, values, "12", 2));
    assert_ok(assay_derived_add_integer(&context, values, 13));
    assert_ok(assay_derived_finish(&context, values, &column));
    ck_assert_int_eq(column->type, ASSAY_INTEGER);
    assay_column_release(column);
    assay_derived_free(values);
    values = assay_derived_new(2);
    assert_ok(assay_derived_add_text(&context, values, "012", 3));
    assert_ok(assay_derived_add_integer(&context, values, 13));
    assert_ok(assay_derived_finish(&context, values, &column));
    ck_assert_int_eq(column->type, ASSAY_TEXT);
    assay_column_release(column);
    assay_derived_free(values);
}
END_TEST

START_TEST(what_a_column_cannot_hold_is_refused_with_its_row)
{
    assay_column *column = NULL;
    assert_status(build(&context, "iIn", &column), ASSAY_EDOM);
    ck_assert_uint_eq(context.error.row, 2);
    assert_status(build(&context, ".nI", &column), ASSAY_EDOM);
    ck_assert_uint_eq(context.error.row, 3);
    assay_derived *values = assay_derived_new(1);
    assert_status(assay_derived_add_integer(&context, values, INT64_MIN), ASSAY_EDOM);
    ck_assert_uint_eq(context.error.row, 1);
    assert_status(assay_derived_add_number(&context, values, (double)INFINITY), ASSAY_EDOM);
    assert_status(assay_derived_add_number(&context, values, -(double)INFINITY), ASSAY_EDOM);
    assert_ok(assay_derived_add_number(&context, values, 0.5)); /* nothing was added before */
    assert_status(assay_derived_add_missing(&context, values), ASSAY_EDOM);
    assert_ok(assay_derived_finish(&context, values, &column));
    assert_cells(column, "0.5");
    assay_column_release(column);
    assay_derived_free(values);
    assay_derived_free(NULL);
}
END_TEST

static assay_status build_once(assay_context *with, void *letters)
{
    assay_column *column = NULL;
    const assay_status status = build(with, letters, &column);
    assay_column_release(column);
    return status;
}

START_TEST(a_column_that_finds_no_memory_is_not_made)
{
    static char *const all[] = {"..i", "in", "cc", "in.td", "."};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        sweep_memory(build_once, all[i]);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("derived");
    TCase *tests = tcase_create("derived");
    tcase_add_loop_test(tests, the_type_follows_from_all_values, 0,
                        sizeof columns / sizeof columns[0]);
    tcase_add_test(tests, text_is_read_as_in_a_file);
    tcase_add_test(tests, what_a_column_cannot_hold_is_refused_with_its_row);
    tcase_add_test(tests, a_column_that_finds_no_memory_is_not_made);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
