#include "statfile.h"

/* ---- writing ---- */

/* The bytes that a frame is written as; free. */
static assay_status write_bytes(assay_context *with, const assay_frame *frame,
                                const char *const labels[], char **bytes, size_t *length,
                                assay_statfile_lost *lost)
{
    char folder[FOLDER_BYTES], path[FOLDER_BYTES + 8];
    assay_door *door = NULL;
    assay_output *output = NULL;
    make_folder(folder);
    snprintf(path, sizeof path, "%s/x.sav", folder);
    assay_status status = assay_door_new(with, &door);
    if (status == ASSAY_OK)
        status = assay_output_open(with, door, path, &output);
    if (status == ASSAY_OK)
        status = assay_statfile_write(with, frame, labels, output, lost);
    if (status == ASSAY_OK)
        status = assay_output_commit(with, output);
    assay_output_free(output);
    assay_door_free(door);
    if (status == ASSAY_OK) {
        FILE *file = fopen(path, "rb");
        *bytes = malloc(1 << 23);
        *length = fread(*bytes, 1, 1 << 23, file);
        fclose(file);
    }
    remove_folder(folder);
    return status;
}

/* The frame as it is read again from the file it was written to, and its source. */
static assay_frame *written(const assay_frame *frame, const char *const labels[],
                            assay_source **source, assay_statfile_lost *lost)
{
    char *bytes;
    size_t length;
    assay_frame *again = NULL;
    assay_status status = write_bytes(&context, frame, labels, &bytes, &length, lost);
    ck_assert_msg(status == ASSAY_OK, "%s", context.error.message);
    status = read_bytes(&context, bytes, length, ASSAY_SAV, NULL, source, &again);
    ck_assert_msg(status == ASSAY_OK, "%s", context.error.message);
    free(bytes);
    return again;
}

/* A table of one column of texts, whose type is inferred unless it is wished for. */
static assay_frame *column_of(assay_type type, size_t n, const char *const cells[])
{
    assay_frame *frame = NULL;
    assay_column *column = NULL;
    assay_builder *builder = assay_builder_new();
    for (size_t i = 0; i < n; i++)
        assert_ok(cells[i] == NULL
                      ? assay_builder_add_missing(&context, builder)
                      : assay_builder_add(&context, builder, cells[i], strlen(cells[i])));
    assert_ok(assay_builder_finish(&context, builder, &(assay_column_wish){.type = type}, &column));
    assay_builder_free(builder);
    assert_ok(assay_frame_new(&context, &frame));
    assert_ok(assay_frame_add(&context, frame, "x", column));
    return frame;
}

START_TEST(a_frame_that_is_written_reads_back_the_same)
{
    assay_source *source;
    assay_statfile_lost lost;
    assay_frame *frame = table("id,age,share,start,note,sex,@odd.name_1$\n"
                               "A1,33,0.1,2018-11-05,Zo\xC3\xAB,F,-1e-10\n"
                               "A2,-9007199254740991,-2.5,1582-10-15,two words,M,3e300\n"
                               "A3,,,,,,\n"
                               "A4,9007199254740991,123456.789,9999-12-31,\xE2\x82\xAC,F,1\n");
    assay_frame *again = written(frame, NULL, &source, &lost);
    ck_assert(same_frames(frame, again));
    ck_assert_uint_eq(lost.blanks + lost.empty + lost.labels, 0);
    ck_assert_str_eq(about(source, "age")->format, "F17.0");
    ck_assert_str_eq(about(source, "share")->format, "F10.3");
    ck_assert_str_eq(about(source, "start")->format, "EDATE10");
    ck_assert_str_eq(about(source, "note")->format, "A9");
    done(source, again);
    assay_frame_free(frame);
}
END_TEST

START_TEST(levels_keep_their_order_and_labels_their_words)
{
    static const char *const labels[] = {"Was it done? \xC3\xA9"};
    static const uint32_t codes[] = {3, 1, 0, 2, 3};
    assay_source *source;
    for (int declared = 0; declared < 2; declared++) {
        assay_frame *frame = NULL;
        assay_dictionary *levels = assay_dictionary_new();
        assay_dictionary_add(levels, "Yes", 3);
        assay_dictionary_add(levels, "No", 2);
        assay_dictionary_add(levels, "Not applicable", 14);
        assay_dictionary_add(levels, "Never", 5);
        if (declared)
            assay_dictionary_declare(levels);
        assert_ok(assay_frame_new(&context, &frame));
        assert_ok(assay_frame_add_codes(&context, frame, "answer", 5, codes, levels));
        assay_frame *again = written(frame, labels, &source, NULL);
        assert_levels(again, "answer",
                      declared ? "Yes|No|Not applicable|Never" : "Never|No|Not applicable|Yes");
        assert_column(again, "answer", "Not applicable|Yes|NA|No|Not applicable");
        ck_assert_str_eq(about(source, "answer")->label, labels[0]);
        done(source, again);
        assay_frame_free(frame);
        assay_dictionary_release(levels);
    }
}
END_TEST

/* Where SPSS changes how text is stored: at 8 and 255 bytes, and every 252 behind. */
START_TEST(text_of_any_width_reads_back_the_same)
{
    static const size_t widths[] = {1,   7,   8,   9,   254, 255,  256,  257,  503,
                                    504, 505, 756, 757, 758, 1523, 2520, 2543, 32766};
    char *cells[3] = {malloc(32768), malloc(32768), NULL};
    const size_t n = widths[_i];
    assay_source *source;
    for (size_t i = 0; i < n; i++) {
        cells[0][i] = (char)('a' + i % 26);
        cells[1][i] = (char)('Z' - i % 25);
    }
    cells[0][n] = cells[1][n] = '\0';
    assay_frame *frame = column_of(ASSAY_TEXT, 3, (const char *const *)cells);
    assay_frame *again = written(frame, NULL, &source, NULL);
    ck_assert(same_frames(frame, again));
    done(source, again);
    assay_frame_free(frame);
    free(cells[0]);
    free(cells[1]);
}
END_TEST

/* Wider is not possible, so that ReadStat cannot be kept from losing the last byte. */
START_TEST(a_text_that_readstat_would_cut_is_refused)
{
    char *cell = malloc(32768);
    size_t length;
    char *bytes;
    assay_source *source;
    for (size_t n = 32765; n <= 32767; n++) { /* the longest beside it fills the width */
        assay_frame *again = NULL;
        char *full = malloc(32768);
        memset(full, 'y', 32767);
        memset(cell, 'x', 32767);
        cell[n] = full[32767] = '\0';
        assay_frame *frame = column_of(ASSAY_TEXT, 2, (const char *const[]){cell, full});
        assert_ok(write_bytes(&context, frame, NULL, &bytes, &length, NULL));
        assert_status(read_bytes(&context, bytes, length, ASSAY_SAV, NULL, &source, &again),
                      ASSAY_EFORMAT);
        ck_assert_ptr_nonnull(strstr(context.error.message, "a text that may be cut, after 32766"));
        ck_assert_ptr_nonnull(strstr(context.error.message, n == 32765 ? "row 2" : "row 1"));
        assay_source_free(source);
        assay_frame_free(frame);
        free(bytes);
        free(full);
    }
    free(cell);
}
END_TEST

START_TEST(several_long_texts_beside_each_other_read_back_the_same)
{
    assay_source *source;
    assay_frame *frame = NULL;
    char *cell = malloc(4001);
    assert_ok(assay_frame_new(&context, &frame));
    for (int i = 0; i < 14; i++) {
        char name[8];
        const char *const cells[] = {cell, "x", NULL};
        memset(cell, 'a' + i, 4000);
        cell[200 + 251 * i] = '\0';
        assay_frame *one = column_of(ASSAY_TEXT, 3, cells);
        snprintf(name, sizeof name, "V%d", i);
        assert_ok(assay_frame_add(&context, frame, name,
                                  assay_column_retain(assay_frame_column(one, 0))));
        assay_frame_free(one);
    }
    assay_frame *again = written(frame, NULL, &source, NULL);
    ck_assert(same_frames(frame, again));
    done(source, again);
    assay_frame_free(frame);
    free(cell);
}
END_TEST

START_TEST(frames_without_rows_and_with_many_read_back_the_same)
{
    static const size_t rows[] = {0, 1, 70001};
    const size_t n = rows[_i];
    assay_source *source;
    assay_frame *frame = NULL;
    double *numbers = malloc((n + 1) * sizeof *numbers);
    int64_t *integers = malloc((n + 1) * sizeof *integers);
    for (size_t i = 0; i < n; i++) {
        numbers[i] =
            i % 7 == 3 ? (double)NAN : 0.1 * (double)i; /* i = 0 and 10, 20, ... are whole */
        integers[i] = i % 5 == 4 ? INT64_MIN : (int64_t)(i * 977 % 251) - 99; /* beyond the bias */
    }
    numbers[0] = 0.5;
    assert_ok(assay_frame_new(&context, &frame));
    assert_ok(assay_frame_add_integers(&context, frame, "i", n, integers));
    assert_ok(n == 0 ? assay_frame_add_integers(&context, frame, "x", n, integers)
                     : assay_frame_add_numbers(&context, frame, "x", n, numbers));
    assay_frame *again = written(frame, NULL, &source, NULL);
    ck_assert(same_frames(frame, again));
    done(source, again);
    assay_frame_free(frame);
    free(numbers);
    free(integers);
}
END_TEST

START_TEST(what_spss_cannot_keep_is_counted)
{
    static const char *const cells[] = {"a ", "", NULL, "  ", "b", " c"};
    char *label = malloc(400);
    assay_source *source;
    assay_statfile_lost lost;
    memset(label, 'x', 399);
    memcpy(label + 255, "\xC3\xA9", 2); /* a character that the cut goes through */
    label[399] = '\0';
    assay_frame *frame = column_of(ASSAY_TEXT, 6, cells);
    assay_frame *again = written(frame, (const char *const[]){label}, &source, &lost);
    assert_column(again, "x", "a|NA|NA|NA|b| c");
    ck_assert_uint_eq(lost.blanks, 2);
    ck_assert_uint_eq(lost.empty, 1);
    ck_assert_uint_eq(lost.labels, 1);
    ck_assert_uint_eq(strlen(about(source, "x")->label), 255);
    done(source, again);
    assay_frame_free(frame);
    free(label);
}
END_TEST

START_TEST(levels_that_no_label_can_be_are_text)
{
    char *level = malloc(122);
    const char *const cells[] = {level, "b", level, "b", NULL};
    assay_source *source;
    for (size_t n = 120; n <= 121; n++) {
        memset(level, 'x', 121);
        level[n] = '\0';
        assay_frame *frame = column_of(ASSAY_CATEGORY, 5, cells);
        assay_frame *again = written(frame, NULL, &source, NULL);
        ck_assert(same_frames(frame, again));
        ck_assert_str_eq(about(source, "x")->format, n == 120 ? "F1.0" : "A121");
        done(source, again);
        assay_frame_free(frame);
    }
    free(level);
}
END_TEST

static void assert_not_written(const assay_frame *frame, const char *argument, uint64_t row,
                               const char *want)
{
    char *bytes;
    size_t length;
    const size_t before = assay_memory_in_use();
    memset(&context.error, 0, sizeof context.error);
    assert_status(write_bytes(&context, frame, NULL, &bytes, &length, NULL), ASSAY_EDOM);
    ck_assert_msg(strstr(context.error.message, want) != NULL, "'%s' does not say '%s'",
                  context.error.message, want);
    ck_assert_str_eq(context.error.argument, argument);
    ck_assert_uint_eq(context.error.row, row);
    ck_assert_uint_eq(assay_memory_in_use(), before);
}

static const struct {
    const char *csv, *argument;
    uint64_t row;
    const char *want;
} bad_frames[] = {
    {"case id\n1\n", "case id", 0, "column 'case id' has a name that SPSS does not take"},
    {"1st\n1\n", "1st", 0, "begins with a letter"},
    {"#scratch\n1\n", "#scratch", 0, "does not take"},
    {"$casenum\n1\n", "$casenum", 0, "does not take"},
    {"x.\n1\n", "x.", 0, "does not take"},
    {"a-b\n1\n", "a-b", 0, "rename it"},
    {"a,With\n1,2\n", "With", 0, "is a word of SPSS's language"},
    {"case,Case\n1,2\n", "Case", 0, "has the name of another, but for capital letters"},
    {"a,x\n1,1\n2,9007199254740992\n", "x", 2, "SPSS keeps integers below 2^53 only"},
    {"a,x\n1,1\n2,-9007199254740992\n", "x", 2, "make the column text"},
    {"x\n1582-10-15\n1582-10-14\n", "x", 2, "no dates before 1582-10-15"},
    {"x2345678901234567890123456789012345678901234567890123456789012345\n1\n",
     "x23456789012345678901234567890123456789012345678901234567890123", 0, "at most 64 bytes"},
};

START_TEST(what_spss_does_not_take_is_refused_by_name)
{
    assay_frame *frame = table(bad_frames[_i].csv);
    assert_not_written(frame, bad_frames[_i].argument, bad_frames[_i].row, bad_frames[_i].want);
    assay_frame_free(frame);
}
END_TEST

START_TEST(frames_and_cells_out_of_bounds_are_refused)
{
    static const double infinite[] = {1.5, (double)INFINITY};
    char *cell = malloc(32769);
    assay_frame *frame = NULL;
    assert_ok(assay_frame_new(&context, &frame));
    assert_not_written(frame, "", 0, "1 to 10,000 columns, not 0");
    assert_ok(assay_frame_add_numbers(&context, frame, "x", 2, infinite));
    assert_not_written(frame, "x", 2, "no infinite number");
    assay_frame_free(frame);
    memset(cell, 'x', 32768);
    cell[32768] = '\0';
    frame = column_of(ASSAY_TEXT, 2, (const char *const[]){"a", cell});
    assert_not_written(frame, "x", 2, "at most 32,767 bytes");
    assay_frame_free(frame);
    free(cell);
}
END_TEST

START_TEST(the_same_frame_gives_the_same_bytes_everywhere)
{
    static const char *const zones[] = {"UTC", "Asia/Tokyo", "America/Los_Angeles"};
    char *bytes[3];
    size_t length[3];
    assay_frame *frame = table("a,b\n1,x\n2,y\n");
    for (int i = 0; i < 3; i++) {
        setenv("TZ", zones[i], 1);
        assert_ok(write_bytes(&context, frame, NULL, &bytes[i], &length[i], NULL));
        ck_assert_uint_eq(length[i], length[0]);
        ck_assert_mem_eq(bytes[i], bytes[0], length[0]);
    }
    ck_assert_mem_eq(bytes[0] + 92, "01 Jan 7000:00:00", 17);
    for (int i = 0; i < 3; i++)
        free(bytes[i]);
    assay_frame_free(frame);
}
END_TEST

static assay_status write_swept(assay_context *with, void *self)
{
    char *bytes = NULL;
    size_t length;
    const assay_status status = write_bytes(with, self, NULL, &bytes, &length, NULL);
    free(bytes);
    return status;
}

START_TEST(writing_that_finds_no_memory_leaves_nothing)
{
    assay_frame *frame = table("a,b,c,d\n1,x,2018-11-05,0.5\n2,x,,0.25\n3,y,,\n4,y,,\n");
    sweep_memory(write_swept, frame);
    assay_frame_free(frame);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("statfile_write");
    TCase *writing = tcase_create("writing");
    tcase_add_test(writing, a_frame_that_is_written_reads_back_the_same);
    tcase_add_test(writing, levels_keep_their_order_and_labels_their_words);
    tcase_add_loop_test(writing, text_of_any_width_reads_back_the_same, 0, 18);
    tcase_add_test(writing, a_text_that_readstat_would_cut_is_refused);
    tcase_add_test(writing, several_long_texts_beside_each_other_read_back_the_same);
    tcase_add_loop_test(writing, frames_without_rows_and_with_many_read_back_the_same, 0, 3);
    tcase_add_test(writing, what_spss_cannot_keep_is_counted);
    tcase_add_test(writing, levels_that_no_label_can_be_are_text);
    tcase_add_loop_test(writing, what_spss_does_not_take_is_refused_by_name, 0,
                        sizeof bad_frames / sizeof *bad_frames);
    tcase_add_test(writing, frames_and_cells_out_of_bounds_are_refused);
    tcase_add_test(writing, the_same_frame_gives_the_same_bytes_everywhere);
    tcase_add_test(writing, writing_that_finds_no_memory_leaves_nothing);
    suite_add_tcase(suite, writing);
    return run_suite(suite);
}
