#include "statfile.h"

/* ---- files that are not what they say ---- */

static const char *const all[] = {"pspp.sav",      "pspp-plain.sav", "pspp-z.sav",
                                  "foreign-7.dta", "haven-8.dta",    "pandas-117.dta"};

static bool labels_were_absent; /* from what try_bytes read last */

/* Reads what may be damaged: it gives a frame, or says in which file and why it does not. */
static assay_status try_bytes(const char *bytes, size_t length, assay_statfile_format format,
                              assay_frame **frame)
{
    assay_source *source;
    memset(&context.error, 0, sizeof context.error);
    const assay_status status = read_bytes(&context, bytes, length, format, NULL, &source, frame);
    labels_were_absent = false;
    for (size_t i = 0; status == ASSAY_OK && i < source->n_columns; i++)
        labels_were_absent |=
            assay_statfile_variable_at(assay_statfile_of(source), i)->labels_absent;
    assay_source_free(source);
    if (status != ASSAY_OK) {
        ck_assert_msg(status == ASSAY_EFORMAT, "%s: %s", assay_status_name(status),
                      context.error.message);
        ck_assert_str_ne(context.error.message, "");
        ck_assert_ptr_nonnull(strstr(context.error.file, "/tmp/assay-"));
    }
    return status;
}

/*
** What is behind the last row of a compressed file is padding. Where an old Stata file ends before
** its value labels, the labels are said to be absent.
*/
START_TEST(a_file_that_is_cut_short_is_refused_or_whole)
{
    size_t length, whole = 0;
    char *bytes = load(all[_i], &length);
    assay_frame *full = NULL;
    const size_t before = assay_memory_in_use();
    assert_ok(try_bytes(bytes, length, format_of(all[_i]), &full));
    for (size_t n = 0; n < length; n++) {
        assay_frame *frame = NULL;
        if (try_bytes(bytes, n, format_of(all[_i]), &frame) == ASSAY_OK) {
            ck_assert_msg(same_frames(frame, full) || labels_were_absent,
                          "%s: %zu bytes give another frame", all[_i], n);
            whole++;
        }
        assay_frame_free(frame);
    }
    ck_assert_msg(whole <= 8, "%s: %zu shorter files were taken", all[_i], whole);
    assay_frame_free(full);
    ck_assert_uint_eq(assay_memory_in_use(), before);
    free(bytes);
}
END_TEST

START_TEST(a_file_with_any_byte_changed_is_read_or_refused)
{
    static const unsigned char masks[] = {0x01, 0xFF};
    size_t length;
    char *bytes = load(all[_i], &length);
    const size_t before = assay_memory_in_use();
    for (size_t at = 0; at < length; at++)
        for (size_t k = 0; k < sizeof masks; k++) {
            if (!whole_grid() && k != at % 2) /* one bit and all of them, in turn */
                continue;
            assay_frame *frame = NULL;
            bytes[at] = (char)(bytes[at] ^ masks[k]);
            try_bytes(bytes, length, format_of(all[_i]), &frame);
            assay_frame_free(frame);
            bytes[at] = (char)(bytes[at] ^ masks[k]);
        }
    ck_assert_uint_eq(assay_memory_in_use(), before);
    free(bytes);
}
END_TEST

static void assert_refused(const char *bytes, size_t length, assay_statfile_format format,
                           const char *want)
{
    assay_frame *frame = NULL;
    ck_assert_int_eq(try_bytes(bytes, length, format, &frame), ASSAY_EFORMAT);
    ck_assert_msg(strstr(context.error.message, want) != NULL, "'%s' does not say '%s'",
                  context.error.message, want);
}

static char *place_of(char *bytes, size_t length, const char *text)
{
    const size_t n = strlen(text);
    for (size_t i = 0; i + n <= length; i++)
        if (memcmp(bytes + i, text, n) == 0)
            return bytes + i;
    ck_abort_msg("there is no %s", text);
}

START_TEST(other_files_are_told_apart)
{
    static const char later[] =
        "<stata_dta><header><release>121</release><byteorder>LSF</byteorder>"
        "<K>\1\0\0\0</K><N>\0\0\0\0\0\0\0\0</N>";
    char portable[400];
    memset(portable, ' ', sizeof portable);
    memcpy(portable + 40, "ASCII SPSS PORT FILE", 20);
    assert_refused("", 0, ASSAY_SAV, "is empty");
    assert_refused("", 0, ASSAY_DTA, "is empty");
    assert_refused(
        "id,x\n1,2\n3,4\n5,6\n", 17, ASSAY_SAV,
        "no SPSS system (.sav) file but text: if it is comma-separated, give format = 'csv'");
    assert_refused("id,x\n1,2\n3,4\n5,6\n", 17, ASSAY_DTA, "no Stata (.dta) file but text");
    assert_refused("id,x\n1,J\xF6rg\n", 12, ASSAY_SAV, "but text");
    assert_refused("\1\2\3id\0xxxxxxxxxxxxxx", 20, ASSAY_SAV, "it begins with '???id?xxxxxx'");
    assert_refused("$FL2\0\0\0\0\0\0\0\0\0\0", 14, ASSAY_DTA, "give it a name that ends in .sav");
    assert_refused("<stata_dta><hea", 15, ASSAY_SAV, "give it a name that ends in .dta");
    assert_refused("<stata_dta><hea", 15, ASSAY_DTA, "is cut short");
    assert_refused("PK\003\004xxxxxxxxxxxxxxxx", 20, ASSAY_SAV,
                   "file: this is a zip file, as .xlsx and .ods are");
    assert_refused("\034\0\0\0\0\0\0\0ENCRYPTEDSAV\025", 21, ASSAY_SAV, "is encrypted");
    assert_refused(portable, sizeof portable, ASSAY_SAV, "is an SPSS portable file");
    assert_refused("\167\002\001\0\0\0\0\0\0\0", 10, ASSAY_DTA, "has Stata's version 119");
    assert_refused(later, sizeof later - 1, ASSAY_DTA, "has Stata's version 121; 104 to 119 are");
}
END_TEST

/* Little-endian numbers in a copy of a file. */
static void assert_changed(const char *name, size_t at, uint32_t value, const char *want)
{
    size_t length;
    char *bytes = load(name, &length);
    for (size_t i = 0; i < 4; i++)
        bytes[at + i] = (char)(value >> (8 * i));
    assert_refused(bytes, length, format_of(name), want);
    free(bytes);
}

START_TEST(counts_that_the_file_cannot_hold_are_refused_before_they_cost_memory)
{
    assert_changed("pspp-plain.sav", 80, 6, "it says that it has 6 rows, but there is room for 5");
    assert_changed("pspp.sav", 80, 2000000000, "it says that it has 2000000000 rows");
    assert_changed("pspp-z.sav", 80, 2000000000, "it says that it has 2000000000 rows");
    assert_changed("pspp.sav", 72, 3, "its compression is 3");
    assert_changed("pandas-114.dta", 6, 4000000000, "is cut short");
    assert_changed("pandas-118.dta", 81, 4000000000, "is cut short");
    assert_changed("pandas-114.dta", 4, 0x00040000, "has no variables");
}
END_TEST

START_TEST(texts_of_stata_that_do_not_end_are_refused)
{
    size_t length;
    char *bytes = load("pandas-118.dta", &length);
    char *text = place_of(bytes, length, "GSO");
    ck_assert_mem_eq(text + 20, "Zo\xC3\xAB", 5); /* behind v, o, its kind and its length */
    text[24] = 'x';
    assert_refused(bytes, length, ASSAY_DTA, "a long text (strL) has no end");
    text[24] = 0;
    text[15] = (char)129;
    assert_refused(bytes, length, ASSAY_DTA, "a long text (strL) of bytes that are no text");
    free(bytes);
}
END_TEST

START_TEST(text_in_another_encoding_is_refused_with_advice)
{
    size_t length;
    assay_frame *frame = NULL;
    assay_source *source = NULL;
    char *bytes = load("pspp-1252.sav", &length);
    assert_status(read_bytes(&context, bytes, length, ASSAY_SAV, "UTF-8", &source, &frame),
                  ASSAY_EFORMAT);
    ck_assert_ptr_nonnull(strstr(context.error.message, "not in its encoding (UTF-8)"));
    assay_source_free(source);
    assert_status(read_bytes(&context, bytes, length, ASSAY_SAV, "latin-nonsense", &source, &frame),
                  ASSAY_EFORMAT);
    ck_assert_ptr_nonnull(strstr(context.error.message, "there is no encoding 'latin-nonsense'"));
    assay_source_free(source);
    free(bytes);
}
END_TEST

/* ---- stopping, and no memory ---- */

static assay_status stop_later(void *self, uint64_t done_rows, uint64_t total)
{
    (void)done_rows, (void)total;
    return --*(int *)self > 0 ? ASSAY_OK : ASSAY_ESTOPPED;
}

START_TEST(reading_stops_when_it_is_asked_to)
{
    size_t length;
    char *bytes = load("pspp.sav", &length);
    const size_t before = assay_memory_in_use();
    int left = 1, stopped = 0;
    for (int i = 1; i < 40; i++) {
        assay_source *source;
        assay_frame *frame = NULL;
        assay_context asked = {.poll = stop_later, .self = &left};
        left = i;
        stopped +=
            read_bytes(&asked, bytes, length, ASSAY_SAV, NULL, &source, &frame) == ASSAY_ESTOPPED;
        assay_source_free(source);
        assay_frame_free(frame);
        ck_assert_uint_eq(assay_memory_in_use(), before);
    }
    ck_assert_int_ge(stopped, 10);
    free(bytes);
}
END_TEST

static assay_status read_swept(assay_context *with, void *self)
{
    size_t length;
    assay_source *source;
    assay_frame *frame = NULL;
    char *bytes = load(self, &length);
    const assay_status status =
        read_bytes(with, bytes, length, format_of(self), "UTF-8", &source, &frame);
    if (status == ASSAY_OK)
        ck_assert_uint_ge(assay_frame_rows(frame), 3);
    assay_source_free(source);
    assay_frame_free(frame);
    free(bytes);
    return status;
}

START_TEST(reading_that_finds_no_memory_leaves_nothing)
{
    static char names[][16] = {"pspp.sav", "pandas-118.dta", "haven-8.dta"};
    sweep_memory(read_swept, names[_i]);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("statfile_bad");
    TCase *hostile = tcase_create("hostile");
    const int n = sizeof all / sizeof *all;
    tcase_set_timeout(hostile, 120);
    tcase_add_loop_test(hostile, a_file_that_is_cut_short_is_refused_or_whole, 0, n);
    tcase_add_loop_test(hostile, a_file_with_any_byte_changed_is_read_or_refused, 0, n);
    tcase_add_test(hostile, other_files_are_told_apart);
    tcase_add_test(hostile, counts_that_the_file_cannot_hold_are_refused_before_they_cost_memory);
    tcase_add_test(hostile, texts_of_stata_that_do_not_end_are_refused);
    tcase_add_test(hostile, text_in_another_encoding_is_refused_with_advice);
    tcase_add_test(hostile, reading_stops_when_it_is_asked_to);
    tcase_add_loop_test(hostile, reading_that_finds_no_memory_leaves_nothing, 0, 3);
    suite_add_tcase(suite, hostile);
    return run_suite(suite);
}
