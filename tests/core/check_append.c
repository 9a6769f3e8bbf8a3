#include "tables.h"

#include "base/text.h"
#include "data/append.h"

static assay_context context;

/* A table whose columns are all of one type; levels "Low|Medium|High" where `declared`. */
static assay_frame *typed(const char *csv, assay_type type, bool declared)
{
    static const char *const levels[] = {"Low", "Medium", "High"};
    assay_column_wish wish = {.type = type};
    assay_frame *frame = NULL;
    for (size_t i = 0; declared && i < 3; i++) {
        wish.levels = wish.levels == NULL ? assay_dictionary_new() : wish.levels;
        ck_assert_uint_ne(assay_dictionary_add(wish.levels, levels[i], strlen(levels[i])), 0);
        assay_dictionary_declare(wish.levels);
    }
    assert_ok(read_csv(&context, csv, strlen(csv), &wish, &frame));
    assay_dictionary_release(wish.levels);
    return frame;
}

/* Takes both frames over. */
static assay_frame *append(assay_frame *above, assay_frame *below)
{
    assay_frame *both = NULL;
    const assay_status status = assay_frame_append(&context, above, below, &both);
    ck_assert_msg(status == ASSAY_OK, "%s", context.error.message);
    assay_frame_free(above);
    assay_frame_free(below);
    return both;
}

static void assert_refused(assay_frame *above, assay_frame *below, assay_status want,
                           const char *message)
{
    assay_frame *both = NULL;
    assert_status(assay_frame_append(&context, above, below, &both), want);
    ck_assert_ptr_null(both);
    ck_assert_str_eq(context.error.message, message);
    assay_frame_free(above);
    assay_frame_free(below);
}

START_TEST(columns_meet_by_name_and_stand_as_above)
{
    assay_frame *both = append(table("id,age,unit\na,1,X\nb,,X\n"), table("unit,id,age\nY,c,3\n"));
    ck_assert_uint_eq(assay_frame_columns(both), 3);
    ck_assert_str_eq(assay_frame_name(both, 2), "unit");
    assert_column(both, "id", "a|b|c");
    assert_column(both, "age", "1|NA|3");
    assert_column(both, "unit", "X|X|Y");
    assay_frame_free(both);
}
END_TEST

START_TEST(no_rows_on_either_side_change_nothing)
{
    assay_frame *both = append(table("a,b\n1,x\n"), table("a,b\n"));
    assert_column(both, "a", "1");
    both = append(table("a,b\n"), both);
    assert_column(both, "b", "x");
    both = append(table("a,b\n"), both);
    ck_assert_int_eq(column_named(both, "a")->type, ASSAY_INTEGER);
    assay_frame_free(both);
    both = append(table("a\n"), table("a\n"));
    ck_assert_uint_eq(assay_frame_rows(both), 0);
    assay_frame_free(both);
}
END_TEST

/* Two columns `x`, and what they are together. */
static const struct {
    const char *above, *below, *cells;
    assay_type type;
} pairs[] = {
    {"x\n1\n\n", "x\n-3\n", "1|NA|-3", ASSAY_INTEGER},
    {"x\n1\n\n", "x\n2.5\n\n", "1|NA|2.5|NA", ASSAY_NUMBER},
    {"x\n2.5\n", "x\n9007199254740992\n", "2.5|9007199254740992", ASSAY_NUMBER},
    {"x\n2018-01-31\n\n", "x\n\n2018-02-01\n", "2018-01-31|NA|NA|2018-02-01", ASSAY_DATE},
    {"x\na\na\nb\nb\n", "x\nc\nc\na\na\n", "a|a|b|b|c|c|a|a", ASSAY_CATEGORY},
    {"x\na\na\n\n", "x\nb\nc\n\n", "a|a|NA|b|c|NA", ASSAY_TEXT},
    {"x\nb\nc\n\n", "x\na\na\n", "b|c|NA|a|a", ASSAY_TEXT},
    {"x\nb\nc\n", "x\nZo\xC3\xAB\n\n", "b|c|Zo\xC3\xAB|NA", ASSAY_TEXT},
    /* a column without any value could be anything */
    {"x\n\n\n", "x\n7\n", "NA|NA|7", ASSAY_INTEGER},
    {"x\n7\n", "x\n\n\n", "7|NA|NA", ASSAY_INTEGER},
    {"x\n\n", "x\n2.5\n", "NA|2.5", ASSAY_NUMBER},
    {"x\n2018-01-31\n", "x\n\n", "2018-01-31|NA", ASSAY_DATE},
    {"x\n\n", "x\n2018-01-31\n", "NA|2018-01-31", ASSAY_DATE},
    {"x\n\n", "x\na\nb\n", "NA|a|b", ASSAY_TEXT},
    {"x\n\n", "x\n\n", "NA|NA", ASSAY_CATEGORY},
};

START_TEST(types_that_go_together_lose_nothing)
{
    assay_frame *both = append(table(pairs[_i].above), table(pairs[_i].below));
    ck_assert_int_eq(column_named(both, "x")->type, pairs[_i].type);
    assert_column(both, "x", pairs[_i].cells);
    assay_frame_free(both);
}
END_TEST

START_TEST(types_that_do_not_go_together_are_refused_by_name)
{
    assert_refused(table("a,x\n1,1\n"), table("a,x\n1,b\n"), ASSAY_EFORMAT,
                   "column 'x' is integer here and text there");
    ck_assert_str_eq(context.error.argument, "x");
    assert_refused(table("x\n2018-01-31\n"), table("x\n1.5\n"), ASSAY_EFORMAT,
                   "column 'x' is date here and number there");
    assert_refused(table("x\nb\n"), table("x\n2018-01-31\n"), ASSAY_EFORMAT,
                   "column 'x' is text here and date there");
}
END_TEST

START_TEST(an_integer_that_is_no_double_is_not_made_one)
{
    static const char message[] = "column 'x' is integer in one frame and number in the other: an "
                                  "integer beyond 2^53 would change";
    assert_refused(table("x\n9007199254740993\n"), table("x\n1.5\n"), ASSAY_EFORMAT, message);
    assert_refused(table("x\n1.5\n"), table("x\n-9007199254740993\n"), ASSAY_EFORMAT, message);
}
END_TEST

START_TEST(columns_of_one_side_alone_are_refused)
{
    assert_refused(table("a,b\n1,2\n"), table("a\n1\n"), ASSAY_EUNKNOWN,
                   "column 'b' is not in the frame that is appended");
    ck_assert_str_eq(context.error.argument, "b");
    assert_refused(table("a\n1\n"), table("a,c\n1,2\n"), ASSAY_EUNKNOWN,
                   "column 'c' is not in the frame that is appended to");
    assert_refused(table("a\n1\n"), table("A\n1\n"), ASSAY_EUNKNOWN,
                   "column 'a' is not in the frame that is appended");
}
END_TEST

/* ---- declared levels ---- */

START_TEST(declared_levels_stay_declared_where_the_other_keeps_to_them)
{
    assay_frame *both =
        append(typed("x\nHigh\n\n", ASSAY_INFER, true), typed("x\nLow\nLow\n", ASSAY_TEXT, false));
    const assay_column *x = column_named(both, "x");
    assert_column(both, "x", "High|NA|Low|Low");
    ck_assert(assay_dictionary_is_declared(x->dictionary));
    ck_assert_uint_eq(assay_dictionary_size(x->dictionary), 3);
    ck_assert_int_gt(assay_column_compare(x, 0, 2), 0); /* High stands above Low */
    both = append(typed("x\nMedium\nMedium\n", ASSAY_CATEGORY, false), both);
    ck_assert_int_lt(assay_column_compare(column_named(both, "x"), 0, 2), 0);
    both = append(both, typed("x\nLow\n", ASSAY_INFER, true));
    assert_column(both, "x", "Medium|Medium|High|NA|Low|Low|Low");
    assay_frame_free(both);
}
END_TEST

START_TEST(a_value_that_is_none_of_the_levels_is_refused_with_its_row)
{
    assert_refused(typed("x\nHigh\n", ASSAY_INFER, true), typed("x\nLow\nlow\n", ASSAY_TEXT, false),
                   ASSAY_EFORMAT,
                   "column 'x': row 2 of the frame that is appended has none of the levels "
                   "declared");
    ck_assert_uint_eq(context.error.row, 2);
    assert_refused(typed("x\n\nlow\n", ASSAY_CATEGORY, false),
                   typed("x\nHigh\nLow\nLow\n", ASSAY_INFER, true), ASSAY_EFORMAT,
                   "column 'x': row 2 of the frame that is appended to has none of the levels "
                   "declared");
}
END_TEST

START_TEST(levels_declared_in_another_order_are_others)
{
    assay_column_wish wish = {.levels = assay_dictionary_new()};
    assay_frame *other = NULL;
    assay_dictionary_add(wish.levels, "Low", 3);
    assay_dictionary_add(wish.levels, "High", 4);
    assay_dictionary_add(wish.levels, "Medium", 6);
    assay_dictionary_declare(wish.levels);
    assert_ok(read_csv(&context, "x\nLow\n", 6, &wish, &other));
    assay_dictionary_release(wish.levels);
    assert_refused(typed("x\nLow\n", ASSAY_INFER, true), other, ASSAY_EFORMAT,
                   "column 'x' has other levels declared in the other frame");
}
END_TEST

START_TEST(more_than_255_levels_together_widen_the_codes)
{
    char above[2000] = "x\n", below[2000] = "x\n", want[4096] = "";
    for (int i = 0; i < 200; i++) {
        sprintf(above + strlen(above), "a%d\n", i);
        sprintf(below + strlen(below), "b%d\n", i);
    }
    for (int i = 0; i < 400; i++)
        sprintf(want + strlen(want), "%s%c%d", i == 0 ? "" : "|", i < 200 ? 'a' : 'b', i % 200);
    assay_frame *both =
        append(typed(above, ASSAY_CATEGORY, false), typed(below, ASSAY_CATEGORY, false));
    assert_column(both, "x", want);
    ck_assert_uint_eq(column_named(both, "x")->width, 2);
    assay_frame_free(both);
}
END_TEST

/* ---- stops and memory ---- */

static assay_status stop(void *self, uint64_t done, uint64_t total)
{
    (void)self, (void)done, (void)total;
    return ASSAY_ESTOPPED;
}

START_TEST(a_call_that_is_stopped_leaves_nothing)
{
    assay_frame *above = table("a\n1\n"), *both = NULL;
    const size_t before = assay_memory_in_use();
    context.poll = stop;
    assert_status(assay_frame_append(&context, above, above, &both), ASSAY_ESTOPPED);
    context.poll = NULL;
    ck_assert_uint_eq(assay_memory_in_use(), before);
    assay_frame_free(above);
}
END_TEST

static assay_status append_once(assay_context *with, void *frames)
{
    assay_frame **pair = frames, *both = NULL;
    const assay_status status = assay_frame_append(with, pair[0], pair[1], &both);
    if (status == ASSAY_OK)
        assert_column(both, "c", "x|x|y|y");
    assay_frame_free(both);
    return status;
}

START_TEST(a_call_that_finds_no_memory_leaves_nothing)
{
    assay_frame *pair[] = {table("i,n,d,c,t\n1,1.5,2018-01-01,x,a\n2,2,2018-01-02,x,b\n"),
                           table("i,n,d,c,t\n3,1,2018-01-03,y,c\n4,,,y,\n")};
    sweep_memory(append_once, pair);
    assay_frame_free(pair[0]);
    assay_frame_free(pair[1]);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("append");
    TCase *tests = tcase_create("append");
    tcase_add_test(tests, columns_meet_by_name_and_stand_as_above);
    tcase_add_test(tests, no_rows_on_either_side_change_nothing);
    tcase_add_loop_test(tests, types_that_go_together_lose_nothing, 0,
                        sizeof pairs / sizeof pairs[0]);
    tcase_add_test(tests, types_that_do_not_go_together_are_refused_by_name);
    tcase_add_test(tests, an_integer_that_is_no_double_is_not_made_one);
    tcase_add_test(tests, columns_of_one_side_alone_are_refused);
    tcase_add_test(tests, declared_levels_stay_declared_where_the_other_keeps_to_them);
    tcase_add_test(tests, a_value_that_is_none_of_the_levels_is_refused_with_its_row);
    tcase_add_test(tests, levels_declared_in_another_order_are_others);
    tcase_add_test(tests, more_than_255_levels_together_widen_the_codes);
    tcase_add_test(tests, a_call_that_is_stopped_leaves_nothing);
    tcase_add_test(tests, a_call_that_finds_no_memory_leaves_nothing);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
