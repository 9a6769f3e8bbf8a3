#include "tables.h"

#include "data/band.h"

static assay_context context;

static assay_column *integers(size_t n, const int64_t values[])
{
    assay_column *column = NULL;
    assert_ok(assay_column_of_integers(&context, n, values, &column));
    return column;
}

static assay_column *numbers(size_t n, const double values[])
{
    assay_column *column = NULL;
    assert_ok(assay_column_of_numbers(&context, n, values, &column));
    return column;
}

/* The declared levels, joined by '|'. */
static void assert_levels(const assay_column *bands, const char *want)
{
    char got[512] = "";
    ck_assert(assay_dictionary_is_declared(bands->dictionary));
    for (uint32_t code = 1; code <= assay_dictionary_size(bands->dictionary); code++) {
        size_t length;
        const char *text = assay_dictionary_text(bands->dictionary, code, &length);
        strcat(got, code == 1 ? "" : "|");
        strncat(got, text, length);
    }
    ck_assert_str_eq(got, want);
}

static void assert_bands(assay_column *column, size_t n, const double breaks[], const char *levels,
                         const char *cells)
{
    assay_column *bands = NULL;
    const assay_status status = assay_band(&context, column, n, breaks, &bands);
    ck_assert_msg(status == ASSAY_OK, "%s", context.error.message);
    assert_levels(bands, levels);
    assert_cells(bands, cells);
    assay_column_release(bands);
    assay_column_release(column);
}

START_TEST(a_break_belongs_to_the_band_that_it_ends)
{
    static const int64_t cases[] = {40, 41, 50, 51, 60, 61, INT64_MIN, 0, -5, INT64_MAX};
    static const double breaks[] = {40, 50, 60};
    assert_bands(integers(10, cases), 3, breaks, "40 or fewer|41-50|51-60|over 60",
                 "40 or fewer|41-50|41-50|51-60|51-60|over 60|NA|40 or fewer|40 or fewer|over 60");
}
END_TEST

START_TEST(numbers_have_bands_without_gaps)
{
    static const double days[] = {2.5, 2.5000001, (double)NAN, 7.25, 7.3};
    static const double breaks[] = {2.5, 7.25};
    assert_bands(numbers(5, days), 2, breaks, "2.5 or less|over 2.5 to 7.25|over 7.25",
                 "2.5 or less|over 2.5 to 7.25|NA|over 2.5 to 7.25|over 7.25");
}
END_TEST

START_TEST(one_number_negative_ends_and_breaks_between_whole_numbers_read_right)
{
    static const int64_t values[] = {-10, -9, -5, -4, 3, 4, 5};
    static const double breaks[] = {-10, -5, 3, 4}, between[] = {-9.5, 3.5};
    assert_bands(integers(7, values), 4, breaks, "-10 or fewer|-9 to -5|-4 to 3|4|over 4",
                 "-10 or fewer|-9 to -5|-9 to -5|-4 to 3|-4 to 3|4|over 4");
    assert_bands(integers(7, values), 2, between, "-10 or fewer|-9 to 3|over 3",
                 "-10 or fewer|-9 to 3|-9 to 3|-9 to 3|-9 to 3|over 3|over 3");
}
END_TEST

/* 2^53 + 1 is no double, and must not be rounded into the band below. */
START_TEST(large_integers_fall_into_their_band)
{
    static const int64_t values[] = {9007199254740991, 9007199254740992, 9007199254740993};
    static const double breaks[] = {9007199254740991.0};
    assert_bands(integers(3, values), 1, breaks, "9007199254740991 or fewer|over 9007199254740991",
                 "9007199254740991 or fewer|over 9007199254740991|over 9007199254740991");
}
END_TEST

/* Against a count of the breaks below each value. */
START_TEST(the_band_is_the_number_of_breaks_below)
{
    enum { N = 211 };
    int64_t values[N];
    static const double breaks[] = {-50, -3, 0, 1, 2, 17, 90};
    for (int i = 0; i < N; i++)
        values[i] = i - 103;
    assay_column *column = integers(N, values), *bands = NULL;
    assert_ok(assay_band(&context, column, 7, breaks, &bands));
    for (size_t i = 0; i < N; i++) {
        uint32_t below = 0;
        for (size_t j = 0; j < 7; j++)
            below += breaks[j] < (double)values[i];
        ck_assert_uint_eq(assay_column_code(bands, i), below + 1);
    }
    assay_column_release(bands);
    assay_column_release(column);
}
END_TEST

START_TEST(breaks_that_make_no_bands_are_refused)
{
    static const struct {
        double breaks[2];
        size_t n;
        const char *words;
    } rows[] = {
        {{0, 0}, 0, "at least one break"},
        {{5, 5}, 2, "must ascend: break 2, 5"},
        {{6, 5}, 2, "must ascend"},
        {{1, (double)NAN}, 2, "break 2, nan"},
        {{-(double)INFINITY, 1}, 2, "break 1, -inf"},
        {{5.2, 5.7}, 2, "no whole number lies between"},
        {{1, 0x1p53}, 2, "break 2"},
    };
    static const int64_t values[] = {1, 2};
    assay_column *column = integers(2, values), *bands = NULL;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_status(assay_band(&context, column, rows[i].n, rows[i].breaks, &bands), ASSAY_EDOM);
        ck_assert_msg(strstr(context.error.message, rows[i].words) != NULL, "%s",
                      context.error.message);
    }
    assay_column_release(column);
    assay_frame *frame = table("x\na\nb\na\nb\n");
    assert_status(assay_band(&context, assay_frame_column(frame, 0), 1, rows[1].breaks, &bands),
                  ASSAY_EDOM);
    ck_assert_ptr_null(bands);
    assay_frame_free(frame);
}
END_TEST

static assay_status attempt_band(assay_context *with, void *self)
{
    static const double breaks[] = {1, 2};
    assay_column *bands = NULL;
    const assay_status status = assay_band(with, self, 2, breaks, &bands);
    if (status == ASSAY_OK)
        assay_column_release(bands);
    return status;
}

START_TEST(bands_that_find_no_memory_are_not_made)
{
    static const int64_t values[] = {1, 2, 3};
    assay_column *column = integers(3, values);
    sweep_memory(attempt_band, column);
    assay_column_release(column);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("band");
    TCase *tests = tcase_create("band");
    tcase_add_test(tests, a_break_belongs_to_the_band_that_it_ends);
    tcase_add_test(tests, numbers_have_bands_without_gaps);
    tcase_add_test(tests, one_number_negative_ends_and_breaks_between_whole_numbers_read_right);
    tcase_add_test(tests, large_integers_fall_into_their_band);
    tcase_add_test(tests, the_band_is_the_number_of_breaks_below);
    tcase_add_test(tests, breaks_that_make_no_bands_are_refused);
    tcase_add_test(tests, bands_that_find_no_memory_are_not_made);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
