#include "tables.h"

#include "data/source.h"

static assay_context context;

static assay_source *source_of(const assay_frame *frame)
{
    assay_source *source = NULL;
    assert_ok(assay_source_of_frame(&context, frame, &source));
    return source;
}

/* Rows x = 0 .. n - 1 and a text t of each, missing in every seventh. */
static assay_frame *long_frame(size_t n)
{
    assay_frame *frame = NULL;
    assay_column *column = NULL;
    assay_builder *builder = assay_builder_new();
    int64_t *values = malloc((n + 1) * sizeof *values);
    for (size_t i = 0; i < n; i++) {
        char text[24];
        const int length = snprintf(text, sizeof text, "case %zu", i);
        values[i] = (int64_t)i;
        if ((i % 7 == 0 ? assay_builder_add_missing(&context, builder)
                        : assay_builder_add(&context, builder, text, (size_t)length)) != ASSAY_OK)
            ck_abort();
    }
    assert_ok(assay_frame_new(&context, &frame));
    assert_ok(assay_column_of_integers(&context, n, values, &column));
    assert_ok(assay_frame_add(&context, frame, "x", column));
    assert_ok(
        assay_builder_finish(&context, builder, &(assay_column_wish){.type = ASSAY_TEXT}, &column));
    assert_ok(assay_frame_add(&context, frame, "t", column));
    assay_builder_free(builder);
    free(values);
    return frame;
}

START_TEST(blocks_hold_65536_rows_and_the_last_one_the_rest)
{
    static const size_t sizes[][3] = {
        {0, 0, 0}, {1, 1, 0}, {65536, 65536, 0}, {65537, 65536, 1}, {70001, 65536, 4465}};
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
        assay_frame *frame = long_frame(sizes[s][0]);
        assay_source *source = source_of(frame);
        assay_block block;
        ck_assert_uint_eq(source->n_columns, 2);
        ck_assert_str_eq(source->names[1], "t");
        for (int i = 0; i < 2 && sizes[s][i + 1] > 0; i++) {
            assert_ok(source->next(&context, source, &block));
            ck_assert_uint_eq(block.rows, sizes[s][i + 1]);
            ck_assert_int_eq(block.columns[0]->integers[0], 65536 * i);
            ck_assert_int_eq(block.columns[0]->integers[block.rows - 1],
                             65536 * i + (int64_t)block.rows - 1);
        }
        for (int again = 0; again < 2; again++) {
            assert_ok(source->next(&context, source, &block));
            ck_assert_uint_eq(block.rows, 0);
        }
        assay_source_free(source);
        assay_frame_free(frame);
    }
    assay_source_free(NULL);
}
END_TEST

START_TEST(a_frame_collected_from_its_source_is_the_same)
{
    static const assay_column_wish wishes[] = {{.type = ASSAY_INFER}, {.type = ASSAY_TEXT}};
    assay_frame *frame = long_frame(70001), *collected = NULL;
    assay_source *source = source_of(frame);
    assert_ok(assay_source_collect(&context, source, wishes, NULL, &collected));
    ck_assert_uint_eq(assay_frame_rows(collected), 70001);
    const assay_column *x = column_named(collected, "x"), *t = column_named(collected, "t");
    ck_assert_int_eq(x->type, ASSAY_INTEGER);
    size_t wrong = 0;
    for (size_t row = 0; row < 70001; row++) {
        char text[24], scratch[ASSAY_CELL_BYTES];
        size_t length = 0;
        const char *cell = assay_column_cell(t, row, scratch, &length);
        const size_t n = (size_t)snprintf(text, sizeof text, "case %zu", row);
        wrong += x->integers[row] != (int64_t)row;
        wrong +=
            row % 7 == 0 ? cell != NULL : cell == NULL || length != n || memcmp(cell, text, n) != 0;
    }
    ck_assert_uint_eq(wrong, 0);
    assay_source_free(source);
    assay_frame_free(collected);
    assay_frame_free(frame);
}
END_TEST

START_TEST(only_the_columns_to_keep_are_kept)
{
    static const assay_column_wish wishes[3] = {
        {.type = ASSAY_INFER}, {.type = ASSAY_INTEGER}, {.type = ASSAY_TEXT}};
    static const bool keep[] = {true, false, true}; /* what is left out may be anything */
    assay_frame *frame = table("a,b,c\n1,x,5\n2,y,6\n"), *collected = NULL;
    assay_source *source = source_of(frame);
    assert_ok(assay_source_collect(&context, source, wishes, keep, &collected));
    ck_assert_uint_eq(assay_frame_columns(collected), 2);
    assert_column(collected, "a", "1|2");
    assert_column(collected, "c", "5|6");
    ck_assert_int_eq(column_named(collected, "c")->type, ASSAY_TEXT);
    assay_source_free(source);
    assay_frame_free(collected);
    assay_frame_free(frame);
}
END_TEST

START_TEST(a_cell_that_is_not_what_was_wished_names_its_column_and_row)
{
    static const assay_column_wish wishes[2] = {{.type = ASSAY_INFER}, {.type = ASSAY_INTEGER}};
    assay_frame *frame = table("a,b\n1,1\n2,\n3,x\n"), *collected = NULL;
    assay_source *source = source_of(frame);
    assert_status(assay_source_collect(&context, source, wishes, NULL, &collected), ASSAY_EFORMAT);
    ck_assert_str_eq(context.error.argument, "b");
    ck_assert_uint_eq(context.error.row, 3);
    ck_assert_ptr_null(collected);
    assay_source_free(source);
    assay_frame_free(frame);
}
END_TEST

/* Says stop when it is asked the second time. */
static assay_status stop_later(void *self, uint64_t done, uint64_t total)
{
    (void)done;
    ck_assert_uint_eq(total, 70001);
    return ++*(int *)self < 2 ? ASSAY_OK : ASSAY_ESTOPPED;
}

START_TEST(a_source_stops_between_blocks)
{
    static const assay_column_wish wishes[2] = {{.type = ASSAY_INFER}, {.type = ASSAY_INFER}};
    int asked = 0;
    assay_frame *frame = long_frame(70001), *collected = NULL;
    const size_t before = assay_memory_in_use();
    assay_source *source = source_of(frame);
    context.poll = stop_later;
    context.self = &asked;
    assert_status(assay_source_collect(&context, source, wishes, NULL, &collected), ASSAY_ESTOPPED);
    assay_source_free(source);
    ck_assert_ptr_null(collected);
    ck_assert_uint_eq(assay_memory_in_use(), before);
    assay_frame_free(frame);
}
END_TEST

static assay_status collect(assay_context *with, void *self)
{
    static const assay_column_wish wishes[3] = {
        {.type = ASSAY_INFER}, {.type = ASSAY_TEXT}, {.type = ASSAY_INFER}};
    static const bool keep[] = {true, true, false};
    assay_source *source = NULL;
    assay_frame *collected = NULL;
    assay_status status = assay_source_of_frame(with, self, &source);
    if (status == ASSAY_OK)
        status = assay_source_collect(with, source, wishes, keep, &collected);
    if (status == ASSAY_OK)
        assert_column(collected, "b", "x|NA");
    assay_source_free(source);
    assay_frame_free(collected);
    return status;
}

START_TEST(a_source_that_finds_no_memory_leaves_nothing)
{
    assay_frame *frame = table("a,b,c\n1,x,5\n2,,6\n");
    sweep_memory(collect, frame);
    assay_frame_free(frame);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("source");
    TCase *tests = tcase_create("source");
    tcase_add_test(tests, blocks_hold_65536_rows_and_the_last_one_the_rest);
    tcase_add_test(tests, a_frame_collected_from_its_source_is_the_same);
    tcase_add_test(tests, only_the_columns_to_keep_are_kept);
    tcase_add_test(tests, a_cell_that_is_not_what_was_wished_names_its_column_and_row);
    tcase_add_test(tests, a_source_stops_between_blocks);
    tcase_add_test(tests, a_source_that_finds_no_memory_leaves_nothing);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
