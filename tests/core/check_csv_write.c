#include "tables.h"

#include <inttypes.h>

#include "base/text.h"

/* Rows that several threads put into text stand as they would one by one. */

static assay_context context;

enum { ROWS = 23001, LONG = 70000, VALUES = 3001 };

static char *long_text;

static const char *text_at(const void *self, size_t row, size_t *length)
{
    static const char *const texts[] = {"plain", "a,b", "say \"so\"", "=sum", "two\nlines", "-1"};
    (void)self;
    if (row % 11 == 4)
        return NULL;
    if (row == 5000) {
        *length = LONG;
        return long_text;
    }
    *length = strlen(texts[row % 6]);
    return texts[row % 6];
}

static double number_at(size_t row)
{
    return row % 17 == 3   ? (double)NAN
           : row % 17 == 5 ? -0.0
           : row % 17 == 6 ? 0.0
                           : (double)(row * 7919 % VALUES) / 7 - 100;
}

static assay_frame *make_frame(void)
{
    static double numbers[ROWS];
    static int64_t integers[ROWS];
    assay_frame *frame;
    assay_column *texts;
    for (size_t i = 0; i < ROWS; i++) {
        numbers[i] = number_at(i);
        integers[i] = (int64_t)i - 50;
    }
    assert_ok(assay_frame_new(&context, &frame));
    assert_ok(assay_column_of_texts(&context, ROWS, text_at, NULL, &texts));
    assert_ok(assay_frame_add(&context, frame, "a,\"b", texts));
    assert_ok(assay_frame_add_numbers(&context, frame, "x", ROWS, numbers));
    assert_ok(assay_frame_add_integers(&context, frame, "n", ROWS, integers));
    return frame;
}

/* One field after the other, by the rule of RFC 4180. */
static char *expected(int digits, bool guard)
{
    char *all = malloc(1 << 21), *to = all;
    to += sprintf(to, "\"a,\"\"b\",x,n\n");
    for (size_t row = 0; row < ROWS; row++) {
        size_t length = 0;
        const char *text = text_at(NULL, row, &length);
        const bool quoted = text != NULL && (row == 5000 || strpbrk(text, ",\"\n") != NULL);
        to += sprintf(to, "%s%s", quoted ? "\"" : "",
                      guard && text != NULL && strchr("=-", text[0]) != NULL ? "'" : "");
        for (size_t i = 0; text != NULL && i < length; i++)
            to += sprintf(to, text[i] == '"' ? "\"\"" : "%c", text[i]);
        char number[ASSAY_NUMBER_TEXT] = "";
        if (!isnan(number_at(row)))
            number[digits > 0 ? assay_number_to_digits(number_at(row), digits, number)
                              : assay_number_to_text(number_at(row), number)] = '\0';
        to += sprintf(to, "%s,%s,%d\n", quoted ? "\"" : "", number, (int)row - 50);
    }
    return all;
}

static assay_status write_to(assay_context *with, const assay_frame *frame, int digits, bool guard,
                             char **bytes)
{
    char folder[FOLDER_BYTES], path[FOLDER_BYTES + 8];
    size_t length;
    assay_door *door = NULL;
    assay_output *output = NULL;
    make_folder(folder);
    snprintf(path, sizeof path, "%s/a.csv", folder);
    assay_status status = assay_door_new(with, &door);
    if (status == ASSAY_OK)
        status = assay_output_open(with, door, path, &output);
    if (status == ASSAY_OK)
        status = assay_csv_write(with, frame,
                                 &(assay_csv_writing){.digits = digits, .guard = guard}, output);
    if (status == ASSAY_OK)
        status = assay_output_commit(with, output);
    assay_output_free(output);
    if (status == ASSAY_OK && bytes != NULL)
        status = assay_file_read(with, door, path, 1 << 21, bytes, &length);
    assay_door_free(door);
    remove_folder(folder);
    return status;
}

START_TEST(rows_stand_as_one_by_one_under_any_number_of_threads)
{
    assay_frame *frame = make_frame();
    for (int threads = 1; threads <= 5; threads += 2)
        for (int digits = 0; digits <= 12; digits += 4) {
            const bool guard = digits == 8;
            assay_context many = {.threads = threads};
            char *want = expected(digits, guard), *bytes = NULL;
            assert_ok(write_to(&many, frame, digits, guard, &bytes));
            ck_assert(strcmp(bytes, want) == 0);
            assay_free(bytes);
            free(want);
        }
    assay_frame_free(frame);
}
END_TEST

static assay_status attempt_write(assay_context *with, void *self)
{
    return write_to(with, self, 12, false, NULL);
}

static assay_status stop(void *self, uint64_t done, uint64_t all)
{
    (void)self, (void)done, (void)all;
    return ASSAY_ESTOPPED;
}

START_TEST(memory_that_is_short_and_stops_are_said)
{
    assay_frame *frame = make_frame();
    assay_context stopping = {.poll = stop};
    sweep_memory(attempt_write, frame);
    assert_status(write_to(&stopping, frame, 0, false, NULL), ASSAY_ESTOPPED);
    assay_frame_free(frame);
}
END_TEST

/* ---- long rows ---- */

enum { LONG_ROWS = 3000, LONG_ROW = 8000 };

static const char *long_at(const void *self, size_t row, size_t *length)
{
    (void)self, (void)row;
    *length = LONG_ROW;
    return long_text;
}

static assay_status count_polls(void *self, uint64_t done, uint64_t all)
{
    ck_assert(done <= all);
    ++*(int *)self;
    return ASSAY_OK;
}

START_TEST(long_rows_are_polled_for)
{
    int polls = 0;
    assay_frame *frame;
    assay_column *texts;
    assay_context counting = {.poll = count_polls, .self = &polls};
    assert_ok(assay_frame_new(&context, &frame));
    assert_ok(assay_column_of_texts(&context, LONG_ROWS, long_at, NULL, &texts));
    assert_ok(assay_frame_add(&context, frame, "a", texts));
    assert_ok(write_to(&counting, frame, 0, false, NULL));
    ck_assert_int_ge(polls, LONG_ROWS * LONG_ROW / (2 << 20)); /* every 2 MiB */
    assay_frame_free(frame);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("csv_write");
    TCase *tests = tcase_create("csv_write");
    long_text = malloc(LONG + 1);
    memset(long_text, 'x', LONG);
    long_text[77] = '"';
    long_text[LONG] = '\0';
    tcase_add_test(tests, rows_stand_as_one_by_one_under_any_number_of_threads);
    tcase_add_test(tests, memory_that_is_short_and_stops_are_said);
    tcase_add_test(tests, long_rows_are_polled_for);
    suite_add_tcase(suite, tests);
    const int failed = run_suite(suite);
    free(long_text);
    return failed;
}
