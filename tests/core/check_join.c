#include "tables.h"

#include "data/join.h"

static assay_context context;
static assay_join_counts counts;

/* By the column `id` on either side. */
static assay_status join(assay_frame *left, assay_frame *right, bool inner, bool many,
                         assay_frame **joined)
{
    const size_t of_left = assay_frame_find(left, "id"), of_right = assay_frame_find(right, "id");
    const assay_join_options options = {
        .n = 1, .left = &of_left, .right = &of_right, .inner = inner, .many = many};
    return assay_frame_join(&context, left, right, &options, joined, &counts);
}

static void assert_counts(uint64_t unmatched, uint64_t without_key, uint64_t unused)
{
    ck_assert_uint_eq(counts.unmatched, unmatched);
    ck_assert_uint_eq(counts.without_key, without_key);
    ck_assert_uint_eq(counts.unused, unused);
}

static const char cases[] = "id,age\nA1,30\nA2,31\n,32\nA4,33\nA1,34\n";
static const char answers[] =
    "n,id,q,d,t,c\n1,A4,0.5,2018-01-01,x,u\n2,A1,1.5,,y,u\n3,,2.5,2018-01-03,z,v\n4,A9,,,w,v\n";

START_TEST(rows_of_the_left_keep_their_order_and_take_what_has_their_key)
{
    assay_frame *left = table(cases), *right = table(answers), *joined = NULL;
    assert_ok(join(left, right, false, false, &joined));
    ck_assert_uint_eq(assay_frame_columns(joined), 7);
    assert_column(joined, "id", "A1|A2|NA|A4|A1");
    assert_column(joined, "age", "30|31|32|33|34");
    assert_column(joined, "n", "2|NA|NA|1|2");
    assert_column(joined, "q", "1.5|NA|NA|0.5|1.5");
    assert_column(joined, "d", "NA|NA|NA|2018-01-01|NA");
    assert_column(joined, "t", "y|NA|NA|x|y");
    assert_column(joined, "c", "u|NA|NA|u|u");
    assert_counts(1, 1, 2); /* A2; the row without id; that on the right and A9 */
    assay_frame_free(joined);
    assert_ok(join(left, right, true, false, &joined));
    assert_column(joined, "age", "30|33|34");
    assert_column(joined, "n", "2|1|2");
    assert_counts(1, 1, 2);
    assay_frame_free(joined);
    assay_frame_free(left);
    assay_frame_free(right);
}
END_TEST

START_TEST(a_key_that_repeats_is_refused_or_multiplies)
{
    assay_frame *left = table(cases), *joined = NULL;
    assay_frame *right = table("id,q\nA9,0\nA1,1\nA4,2\nA1,3\nA4,4\nA1,5\n");
    assert_status(join(left, right, false, false, &joined), ASSAY_EREPEATED);
    ck_assert_str_eq(context.error.message, "the key 'A1' stands in rows 2 and 4");
    ck_assert_uint_eq(context.error.row, 4);
    ck_assert_ptr_null(joined);
    assert_ok(join(left, right, false, true, &joined));
    assert_column(joined, "age", "30|30|30|31|32|33|33|34|34|34");
    assert_column(joined, "q", "1|3|5|NA|NA|2|4|1|3|5");
    assert_counts(1, 1, 1);
    assay_frame_free(joined);
    assay_frame_free(left);
    assay_frame_free(right);
}
END_TEST

START_TEST(a_private_key_is_not_shown)
{
    const size_t column = 0;
    assay_frame *right = table("id,q\nA1,1\nA1,3\n"), *joined = NULL;
    const assay_join_options options = {.n = 1, .left = &column, .right = &column, .private = true};
    assert_status(assay_frame_join(&context, right, right, &options, &joined, &counts),
                  ASSAY_EREPEATED);
    ck_assert_str_eq(context.error.message, "the key '***' stands in rows 1 and 2");
    assay_frame_free(right);
}
END_TEST

START_TEST(keys_without_a_value_do_not_repeat)
{
    assay_frame *left = table(cases), *joined = NULL;
    assay_frame *right = table("id,q\n,1\n,2\nA2,3\n");
    assert_ok(join(left, right, true, false, &joined));
    assert_column(joined, "q", "3");
    assert_counts(3, 1, 2);
    assay_frame_free(joined);
    assay_frame_free(left);
    assay_frame_free(right);
}
END_TEST

START_TEST(all_parts_of_a_key_must_agree)
{
    static const size_t on_left[] = {0, 1}, on_right[] = {1, 0};
    const assay_join_options options = {.n = 2, .left = on_left, .right = on_right};
    /* ("1", "11") and ("11", "1") read the same when put together */
    assay_frame *left = table("a,b,x\n1,11,p\n11,1,q\n1,,r\n"), *joined = NULL;
    assay_frame *right = table("b,a,y\n1,11,u\n11,1,v\n,1,w\n");
    assert_ok(assay_frame_join(&context, left, right, &options, &joined, &counts));
    assert_column(joined, "y", "v|u|NA");
    assert_counts(0, 1, 1);
    assay_frame_free(joined);
    assay_frame_free(right);
    right = table("b,a,y\n1,11,u\n11,1,v\n1,11,w\n");
    assert_status(assay_frame_join(&context, left, right, &options, &joined, &counts),
                  ASSAY_EREPEATED);
    ck_assert_str_eq(context.error.message, "the key '11, 1' stands in rows 1 and 3");
    assay_frame_free(left);
    assay_frame_free(right);
}
END_TEST

START_TEST(keys_of_other_types_meet_as_they_are_written)
{
    assay_frame *left = table("id,x\n1,a\n2,b\n"), *joined = NULL;
    assay_frame *right = table("id,y\n1,c\n2,d\nA3,e\n"); /* text on this side */
    assert_ok(join(left, right, true, false, &joined));
    assert_column(joined, "y", "c|d");
    ck_assert_int_eq(column_named(joined, "id")->type, ASSAY_INTEGER);
    assay_frame_free(joined);
    assay_frame_free(left);
    assay_frame_free(right);
}
END_TEST

START_TEST(no_rows_on_either_side_match_nothing)
{
    assay_frame *left = table(cases), *none = table("id,q\n"), *joined = NULL;
    assert_ok(join(left, none, false, false, &joined));
    ck_assert_uint_eq(assay_frame_rows(joined), 5);
    assert_column(joined, "q", "NA|NA|NA|NA|NA");
    assay_frame_free(joined);
    assert_ok(join(left, none, true, false, &joined));
    ck_assert_uint_eq(assay_frame_rows(joined), 0);
    assay_frame_free(joined);
    assert_ok(join(none, left, false, true, &joined));
    ck_assert_uint_eq(assay_frame_rows(joined), 0);
    assert_counts(0, 0, 5);
    assay_frame_free(joined);
    assay_frame_free(left);
    assay_frame_free(none);
}
END_TEST

START_TEST(a_column_of_the_same_name_is_refused)
{
    assay_frame *left = table(cases), *joined = NULL;
    const size_t before = assay_memory_in_use();
    assert_status(join(left, left, false, true, &joined), ASSAY_EREPEATED);
    ck_assert_uint_eq(assay_memory_in_use(), before);
    assay_frame_free(left);
}
END_TEST

/* ---- stops and memory ---- */

static int allowed;

static assay_status stop(void *self, uint64_t done, uint64_t total)
{
    (void)self, (void)done, (void)total;
    return allowed-- > 0 ? ASSAY_OK : ASSAY_ESTOPPED;
}

START_TEST(a_call_that_is_stopped_leaves_nothing)
{
    assay_frame *left = table(cases), *right = table(answers), *joined = NULL;
    const size_t before = assay_memory_in_use();
    context.poll = stop;
    int asked = 0;
    for (assay_status status = ASSAY_ESTOPPED; status != ASSAY_OK; asked++) {
        allowed = asked;
        status = join(left, right, false, false, &joined);
        ck_assert(status == ASSAY_OK || status == ASSAY_ESTOPPED);
        if (status != ASSAY_OK)
            ck_assert_uint_eq(assay_memory_in_use(), before);
    }
    ck_assert_int_ge(asked, 4);
    assay_frame_free(joined);
    assay_frame_free(left);
    assay_frame_free(right);
}
END_TEST

static assay_status join_once(assay_context *with, void *frames)
{
    assay_frame **pair = frames, *joined = NULL;
    const size_t of_left = 0, of_right = 1;
    const assay_join_options options = {.n = 1, .left = &of_left, .right = &of_right};
    const assay_status status =
        assay_frame_join(with, pair[0], pair[1], &options, &joined, &counts);
    if (status == ASSAY_OK)
        assert_column(joined, "t", "y|NA|NA|x|y");
    assay_frame_free(joined);
    return status;
}

START_TEST(a_call_that_finds_no_memory_leaves_nothing)
{
    assay_frame *pair[] = {table(cases), table(answers)};
    sweep_memory(join_once, pair);
    assay_frame_free(pair[0]);
    assay_frame_free(pair[1]);
}
END_TEST

static assay_status refuse_once(assay_context *with, void *frame)
{
    assay_frame *joined = NULL;
    const size_t column = 0;
    const assay_join_options options = {.n = 1, .left = &column, .right = &column};
    const assay_status status = assay_frame_join(with, frame, frame, &options, &joined, &counts);
    if (status != ASSAY_EREPEATED)
        return status;
    with->error.status = ASSAY_OK; /* the refusal is what was to be seen */
    return ASSAY_OK;
}

START_TEST(a_refusal_that_finds_no_memory_leaves_nothing)
{
    assay_frame *frame = table("id\na\na\n");
    sweep_memory(refuse_once, frame);
    assay_frame_free(frame);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("join");
    TCase *tests = tcase_create("join");
    tcase_add_test(tests, rows_of_the_left_keep_their_order_and_take_what_has_their_key);
    tcase_add_test(tests, a_key_that_repeats_is_refused_or_multiplies);
    tcase_add_test(tests, a_private_key_is_not_shown);
    tcase_add_test(tests, keys_without_a_value_do_not_repeat);
    tcase_add_test(tests, all_parts_of_a_key_must_agree);
    tcase_add_test(tests, keys_of_other_types_meet_as_they_are_written);
    tcase_add_test(tests, no_rows_on_either_side_match_nothing);
    tcase_add_test(tests, a_column_of_the_same_name_is_refused);
    tcase_add_test(tests, a_call_that_is_stopped_leaves_nothing);
    tcase_add_test(tests, a_call_that_finds_no_memory_leaves_nothing);
    tcase_add_test(tests, a_refusal_that_finds_no_memory_leaves_nothing);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
