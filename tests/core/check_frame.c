#include "tables.h"

#include "data/frame.h"

static assay_context context;

static assay_column *integers(size_t n, int64_t first)
{
    int64_t values[16];
    assay_column *column = NULL;
    for (size_t i = 0; i < n; i++)
        values[i] = first + (int64_t)i;
    assert_ok(assay_column_of_integers(&context, n, values, &column));
    return column;
}

static assay_frame *new_frame(void)
{
    assay_frame *frame = NULL;
    assert_ok(assay_frame_new(&context, &frame));
    return frame;
}

START_TEST(a_frame_without_columns_has_no_rows)
{
    assay_frame *frame = new_frame(), *taken = NULL;
    ck_assert_uint_eq(assay_frame_rows(frame), 0);
    ck_assert_uint_eq(assay_frame_columns(frame), 0);
    ck_assert_uint_eq(assay_frame_find(frame, "x"), ASSAY_NO_COLUMN);
    assert_ok(assay_frame_take(&context, frame, 0, NULL, &taken));
    assert_ok(assay_frame_order(&context, frame, 0, NULL, NULL, NULL));
    assay_frame_free(taken);
    assay_frame_free(frame);
    assay_frame_free(NULL);
}
END_TEST

START_TEST(columns_keep_their_order_and_are_found_by_name)
{
    assay_frame *frame = new_frame();
    assert_ok(assay_frame_add(&context, frame, "b", integers(3, 10)));
    assert_ok(assay_frame_add(&context, frame, "a", integers(3, 20)));
    assert_ok(assay_frame_add(&context, frame, "B", integers(3, 30))); /* case counts */
    ck_assert_uint_eq(assay_frame_rows(frame), 3);
    ck_assert_uint_eq(assay_frame_columns(frame), 3);
    ck_assert_str_eq(assay_frame_name(frame, 1), "a");
    ck_assert_uint_eq(assay_frame_find(frame, "B"), 2);
    assert_column(frame, "b", "10|11|12");
    assay_frame_free(frame);
}
END_TEST

START_TEST(a_column_that_does_not_fit_is_refused_and_released)
{
    const size_t before = assay_memory_in_use();
    assay_frame *frame = new_frame();
    assert_ok(assay_frame_add(&context, frame, "a", integers(3, 0)));
    assert_status(assay_frame_add(&context, frame, "a", integers(3, 0)), ASSAY_EREPEATED);
    assert_status(assay_frame_add(&context, frame, "", integers(3, 0)), ASSAY_EFORMAT);
    assert_status(assay_frame_add(&context, frame, "b", integers(2, 0)), ASSAY_EDOM);
    assert_status(assay_frame_add(&context, frame, "b", integers(0, 0)), ASSAY_EDOM);
    ck_assert_uint_eq(assay_frame_columns(frame), 1);
    assay_frame_free(frame);
    ck_assert_uint_eq(assay_memory_in_use(), before);
}
END_TEST

START_TEST(columns_selected_are_shared_and_outlive_the_frame)
{
    static const size_t columns[] = {2, 0}, twice[] = {1, 1};
    assay_frame *frame = table("a,b,c\n1,2,x\n3,4,\n"), *selected = NULL;
    assert_ok(assay_frame_select(&context, frame, 2, columns, &selected));
    ck_assert_ptr_eq(assay_frame_column(selected, 1), assay_frame_column(frame, 0));
    assert_status(assay_frame_select(&context, frame, 2, twice, &selected), ASSAY_EREPEATED);
    assay_frame_free(frame);
    ck_assert_str_eq(assay_frame_name(selected, 0), "c");
    assert_column(selected, "c", "x|NA");
    assert_column(selected, "a", "1|3");
    assay_frame_free(selected);
}
END_TEST

START_TEST(columns_renamed_or_extended_are_shared)
{
    static const char *const names[] = {"b", "a"}; /* each takes the other's name */
    static const char *const twice[] = {"a", "a"}, *const none[] = {"a", ""};
    assay_frame *frame = table("a,b\n1,x\n2,y\n"), *renamed = NULL, *extended = NULL;
    assert_ok(assay_frame_rename(&context, frame, names, &renamed));
    assert_column(renamed, "b", "1|2");
    assert_column(renamed, "a", "x|y");
    ck_assert_ptr_eq(assay_frame_column(frame, 0), assay_frame_column(renamed, 0));
    assert_ok(assay_frame_extend(&context, frame, "c", integers(2, 7), &extended));
    assert_column(extended, "c", "7|8");
    ck_assert_uint_eq(assay_frame_columns(frame), 2);
    ck_assert_ptr_eq(assay_frame_column(frame, 1), assay_frame_column(extended, 1));
    const size_t before = assay_memory_in_use();
    assert_status(assay_frame_rename(&context, frame, twice, &renamed), ASSAY_EREPEATED);
    assert_status(assay_frame_rename(&context, frame, none, &renamed), ASSAY_EFORMAT);
    assert_status(assay_frame_extend(&context, frame, "a", integers(2, 7), &extended),
                  ASSAY_EREPEATED);
    assert_status(assay_frame_extend(&context, frame, "c", integers(3, 7), &extended), ASSAY_EDOM);
    ck_assert_uint_eq(assay_memory_in_use(), before);
    assay_frame_free(frame);
    assert_column(renamed, "a", "x|y");
    assert_column(extended, "a", "1|2");
    assay_frame_free(renamed);
    assay_frame_free(extended);
}
END_TEST

START_TEST(rows_are_taken_from_every_column)
{
    static const uint32_t rows[] = {2, 0, 2};
    assay_frame *frame = table("a,b\n1,x\n2,y\n3,\n"), *taken = NULL;
    assert_ok(assay_frame_take(&context, frame, 3, rows, &taken));
    assert_column(taken, "a", "3|1|3");
    assert_column(taken, "b", "NA|x|NA");
    assay_frame_free(taken);
    assay_frame_free(frame);
}
END_TEST

START_TEST(rows_stand_by_the_columns_given_missing_last_and_equal_ones_as_they_were)
{
    static const size_t by_tier[] = {0}, by_both[] = {0, 1};
    static const uint32_t want_tier[] = {1, 3, 4, 0, 5, 2}, want_both[] = {3, 1, 4, 5, 0, 2};
    assay_frame *frame = table("tier,days\nB,30\nA,7\n,1\nA,4\nA,7\nB,9\n");
    uint32_t rows[6];
    assert_ok(assay_frame_order(&context, frame, 1, by_tier, NULL, rows));
    ck_assert_mem_eq(rows, want_tier, sizeof rows);
    assert_ok(assay_frame_order(&context, frame, 2, by_both, NULL, rows));
    ck_assert_mem_eq(rows, want_both, sizeof rows);
    assay_frame_free(frame);
}
END_TEST

/* Against the definition: ascending, and ties by row. Sizes around the powers of 2 of a merge. */
START_TEST(any_number_of_rows_is_sorted_stably)
{
    static const size_t sizes[] = {0, 1, 2, 3, 7, 8, 9, 1000, 1023, 1025};
    static const size_t column[] = {0};
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
        const size_t n = sizes[s];
        uint32_t rows[1025];
        int64_t values[1025];
        assay_column *of = NULL;
        assay_frame *frame = new_frame();
        shuffle(rows, n, s);
        for (size_t i = 0; i < n; i++)
            values[i] = rows[i] % 37;
        assert_ok(assay_column_of_integers(&context, n, values, &of));
        assert_ok(assay_frame_add(&context, frame, "x", of));
        assert_ok(assay_frame_order(&context, frame, 1, column, NULL, rows));
        for (size_t i = 1; i < n; i++)
            ck_assert(values[rows[i - 1]] < values[rows[i]] ||
                      (values[rows[i - 1]] == values[rows[i]] && rows[i - 1] < rows[i]));
        assay_frame_free(frame);
    }
}
END_TEST

static assay_status order_by_first(assay_context *with, void *self)
{
    static const size_t column[] = {0};
    uint32_t rows[500];
    return assay_frame_order(with, self, 1, column, NULL, rows);
}

/* Against the definition: by bytes up or down, missing values last either way, and ties by row. */
START_TEST(levels_are_sorted_by_their_bytes)
{
    enum { N = 500 };
    static const size_t column[] = {0};
    static const char *const texts[] = {NULL, "b", "a", "ab", "\xC3\xA9", "Z", "a\x01"};
    static const uint32_t places[] = {9, 4, 1, 3, 5, 0, 2}; /* of the codes, as sort(1) has them */
    uint32_t codes[N], some[] = {7, 3, 400}, rows[N];
    assay_dictionary *dictionary = assay_dictionary_new();
    assay_frame *frame = new_frame(), *few;
    assay_column *of;
    for (size_t code = 1; code < 7; code++)
        ck_assert_uint_eq(assay_dictionary_add(dictionary, texts[code], strlen(texts[code])), code);
    for (size_t i = 0; i < N; i++)
        codes[i] = (uint32_t)(i * i + i / 3) % 7;
    assert_ok(assay_column_of_codes(&context, N, codes, dictionary, &of));
    assert_ok(assay_frame_add(&context, frame, "x", of));
    assert_ok(assay_frame_take(&context, frame, 3, some, &few)); /* of fewer rows than levels */
    for (int down = 0; down < 2; down++) {
        const bool descending[] = {down == 1};
        assert_ok(assay_frame_order(&context, frame, 1, column, descending, rows));
        for (size_t i = 1; i < N; i++) {
            const uint32_t a = places[codes[rows[i - 1]]], b = places[codes[rows[i]]];
            ck_assert(a == b ? rows[i - 1] < rows[i] : b == 9 || (a != 9 && (a < b) == !down));
        }
        assert_ok(assay_frame_order(&context, few, 1, column, descending, rows));
        for (size_t i = 1; i < 3; i++) {
            const uint32_t a = places[codes[some[rows[i - 1]]]], b = places[codes[some[rows[i]]]];
            ck_assert(a == b ? rows[i - 1] < rows[i] : b == 9 || (a != 9 && (a < b) == !down));
        }
    }
    sweep_memory(order_by_first, frame);
    assay_dictionary_release(dictionary);
    assay_frame_free(few);
    assay_frame_free(frame);
}
END_TEST

/* Counts how often it is asked, and stops when it has been asked for the last time allowed. */
static struct {
    int asked, allowed;
} stops;

static assay_status stop(void *self, uint64_t done, uint64_t total)
{
    (void)self;
    ck_assert_uint_le(done, total);
    return ++stops.asked < stops.allowed ? ASSAY_OK : ASSAY_ESTOPPED;
}

START_TEST(a_call_that_is_stopped_leaves_nothing)
{
    static const size_t column[] = {0};
    uint32_t rows[] = {0, 1, 2};
    assay_frame *frame = table("a\n3\n1\n2\n"), *taken = NULL;
    const size_t before = assay_memory_in_use();
    context.poll = stop;
    assert_status(assay_frame_take(&context, frame, 3, rows, &taken), ASSAY_ESTOPPED);
    assert_status(assay_frame_order(&context, frame, 1, column, NULL, rows), ASSAY_ESTOPPED);
    ck_assert_ptr_null(taken);
    ck_assert_uint_eq(assay_memory_in_use(), before);
    assay_frame_free(frame);
}
END_TEST

/* 100,003 rows: a pass of the sort is asked on the way. */
START_TEST(long_calls_are_asked_often_enough)
{
    enum { ROWS = 100003, PASSES = 17 };
    static const size_t column[] = {0};
    uint32_t *rows = malloc(ROWS * sizeof *rows);
    int64_t *values = malloc(ROWS * sizeof *values);
    assay_column *of = NULL;
    assay_frame *frame = new_frame();
    for (int i = 0; i < ROWS; i++)
        values[i] = ROWS - i;
    assert_ok(assay_column_of_integers(&context, ROWS, values, &of));
    assert_ok(assay_frame_add(&context, frame, "x", of));
    context.poll = stop;
    stops.allowed = 1000;
    assert_ok(assay_frame_order(&context, frame, 1, column, NULL, rows));
    ck_assert_int_ge(stops.asked, PASSES * (ROWS / 16384));
    ck_assert_uint_eq(rows[0], ROWS - 1);
    free(values);
    free(rows);
    assay_frame_free(frame);
}
END_TEST

static assay_status use_frame(assay_context *with, void *self)
{
    static const size_t columns[] = {1, 0};
    static const char *const names[] = {"y", "id"};
    assay_frame *frame = self, *selected = NULL, *taken = NULL, *renamed = NULL, *extended = NULL;
    uint32_t rows[5];
    assay_status status = assay_frame_select(with, frame, 2, columns, &selected);
    if (status == ASSAY_OK)
        status = assay_frame_rename(with, selected, names, &renamed);
    if (status == ASSAY_OK)
        status = assay_frame_extend(with, renamed, "z",
                                    assay_column_retain(assay_frame_column(frame, 0)), &extended);
    if (status == ASSAY_OK)
        status = assay_frame_order(with, selected, 2, columns, NULL, rows);
    if (status == ASSAY_OK)
        status = assay_frame_take(with, selected, 5, rows, &taken);
    if (status == ASSAY_OK)
        assert_column(taken, "id", "A1|A2|A3|A4|A5");
    assay_frame_free(selected);
    assay_frame_free(taken);
    assay_frame_free(renamed);
    assay_frame_free(extended);
    return status;
}

START_TEST(a_call_that_finds_no_memory_leaves_nothing)
{
    assay_frame *frame = table("id,x\nA3,\nA5,1\nA1,2\nA4,x\nA2,y\n");
    sweep_memory(use_frame, frame);
    assay_frame_free(frame);
}
END_TEST

/* How many rows are alike, the first such and what it is like, by rows from 1. */
static void assert_alike(const char *csv, uint64_t n, size_t row, size_t other)
{
    assay_frame *frame = table(csv);
    assay_alike alike = {77, 77, 77};
    assert_ok(assay_frame_find_alike(&context, frame, 0, &alike));
    ck_assert_uint_eq(alike.n, n);
    if (n > 0) {
        ck_assert_uint_eq(alike.row + 1, row);
        ck_assert_uint_eq(alike.other + 1, other);
    }
    assay_frame_free(frame);
}

START_TEST(values_that_differ_by_their_normal_form_alone_are_found)
{
    assert_alike("id\n1\n2\n", 0, 0, 0);
    assert_alike("id\na\nA\na \n", 0, 0, 0);
    assert_alike("id\nx\nZo\xC3\xAB\ny\nZoe\xCC\x88\nZoe\xCC\x81\n", 1, 4, 2);
    assert_alike("id\nD\xCC\x87\xCC\xA3\nD\xCC\xA3\xCC\x87\n\xE1\xB8\x8C\xCC\x87\n", 2, 2, 1);
    assert_alike("id\nK1\n\xE2\x84\xAA"
                 "1\nK2\n",
                 1, 2, 1); /* a Kelvin sign */
    assert_alike("id\n\xE2\x84\xAA"
                 "1\nq\nK1\n",
                 1, 3, 1);
}
END_TEST

static assay_status find_alike(assay_context *with, void *self)
{
    assay_alike alike;
    return assay_frame_find_alike(with, self, 0, &alike);
}

START_TEST(looking_for_values_alike_survives_failing_memory)
{
    assay_frame *frame = table("id\nK1\n\xE2\x84\xAA"
                               "1\nZo\xC3\xAB\nZoe\xCC\x88\n");
    sweep_memory(find_alike, frame);
    assay_frame_free(frame);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("frame");
    TCase *tests = tcase_create("frame");
    tcase_add_test(tests, a_frame_without_columns_has_no_rows);
    tcase_add_test(tests, columns_keep_their_order_and_are_found_by_name);
    tcase_add_test(tests, a_column_that_does_not_fit_is_refused_and_released);
    tcase_add_test(tests, columns_selected_are_shared_and_outlive_the_frame);
    tcase_add_test(tests, columns_renamed_or_extended_are_shared);
    tcase_add_test(tests, rows_are_taken_from_every_column);
    tcase_add_test(tests, rows_stand_by_the_columns_given_missing_last_and_equal_ones_as_they_were);
    tcase_add_test(tests, any_number_of_rows_is_sorted_stably);
    tcase_add_test(tests, levels_are_sorted_by_their_bytes);
    tcase_add_test(tests, a_call_that_is_stopped_leaves_nothing);
    tcase_add_test(tests, long_calls_are_asked_often_enough);
    tcase_add_test(tests, a_call_that_finds_no_memory_leaves_nothing);
    tcase_add_test(tests, values_that_differ_by_their_normal_form_alone_are_found);
    tcase_add_test(tests, looking_for_values_alike_survives_failing_memory);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
