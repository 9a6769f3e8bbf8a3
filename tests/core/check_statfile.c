#include "tables.h"

#include "base/text.h"
#include "data/statfile.h"

/* The files are those of other programs: tests/formats/README.md says how they were made. */

static assay_context context;

static char *load(const char *name, size_t *length)
{
    char path[256];
    snprintf(path, sizeof path, "tests/formats/%s", name);
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "%s: cannot be opened", path);
    char *bytes = malloc(1 << 16);
    *length = fread(bytes, 1, 1 << 16, file);
    fclose(file);
    return bytes;
}

static assay_statfile_format format_of(const char *name)
{
    return strstr(name, ".dta") != NULL ? ASSAY_DTA : ASSAY_SAV;
}

static assay_status open_bytes(assay_context *with, const char *bytes, size_t length,
                               assay_statfile_format format, const char *encoding,
                               assay_source **source)
{
    char path[] = "/tmp/assay-XXXXXX";
    assay_door *door = NULL;
    assay_input *input = NULL;
    const int file = mkstemp(path);
    ck_assert_int_ge(file, 0);
    ck_assert_int_eq(write(file, bytes, length), (ssize_t)length);
    close(file);
    assay_status status = assay_door_new(with, &door);
    if (status == ASSAY_OK)
        status = assay_input_open(with, door, path, &input);
    if (status == ASSAY_OK) {
        const assay_statfile_options options = {.format = format, .encoding = encoding};
        status = assay_statfile_open(with, input, &options, source);
    }
    assay_door_free(door);
    unlink(path);
    return status;
}

/* The frame, and the source still open for what else it knows. At most 16 variables. */
static assay_status read_bytes(assay_context *with, const char *bytes, size_t length,
                               assay_statfile_format format, const char *encoding,
                               assay_source **source, assay_frame **frame)
{
    assay_column_wish wishes[16];
    *source = NULL;
    for (int i = 0; i < 16; i++)
        wishes[i] = (assay_column_wish){.type = ASSAY_INFER};
    assay_status status = open_bytes(with, bytes, length, format, encoding, source);
    if (status == ASSAY_OK)
        status = assay_source_collect(with, *source, wishes, NULL, frame);
    return status;
}

static assay_frame *read_as(const char *name, const char *encoding, assay_source **source)
{
    size_t length;
    assay_frame *frame = NULL;
    char *bytes = load(name, &length);
    const assay_status status =
        read_bytes(&context, bytes, length, format_of(name), encoding, source, &frame);
    ck_assert_msg(status == ASSAY_OK, "%s: %s", name, context.error.message);
    free(bytes);
    return frame;
}

static assay_frame *read_file(const char *name, assay_source **source)
{
    return read_as(name, NULL, source);
}

static const assay_statfile_variable *about(const assay_source *source, const char *name)
{
    for (size_t i = 0; i < source->n_columns; i++)
        if (strcmp(source->names[i], name) == 0)
            return assay_statfile_variable_at(assay_statfile_of(source), i);
    ck_abort_msg("there is no variable %s", name);
}

/* "code=label:cases" joined by blanks. */
static void assert_codes(const assay_statfile_code *codes, size_t n, const char *want)
{
    char got[512] = "";
    for (size_t i = 0; i < n; i++)
        snprintf(got + strlen(got), sizeof got - strlen(got), "%s%s=%s:%zu", i > 0 ? " " : "",
                 codes[i].code, codes[i].label ? codes[i].label : "", codes[i].cases);
    ck_assert_str_eq(got, want);
}

static void assert_levels(const assay_frame *frame, const char *name, const char *want)
{
    char got[512] = "";
    const assay_column *column = column_named(frame, name);
    ck_assert_int_eq(column->type, ASSAY_CATEGORY);
    ck_assert(assay_dictionary_is_declared(column->dictionary));
    for (uint32_t code = 1; code <= assay_dictionary_size(column->dictionary); code++) {
        size_t length;
        strcat(got, code > 1 ? "|" : "");
        const char *text = assay_dictionary_text(column->dictionary, code, &length);
        strncat(got, text, length);
    }
    ck_assert_str_eq(got, want);
}

static void assert_types(const assay_frame *frame, const char *want)
{
    char got[256] = "";
    for (size_t i = 0; i < assay_frame_columns(frame); i++) {
        strcat(got, i > 0 ? " " : "");
        strcat(got, assay_type_name(assay_frame_column(frame, i)->type));
    }
    ck_assert_str_eq(got, want);
}

static void done(assay_source *source, assay_frame *frame)
{
    assay_frame_free(frame);
    assay_source_free(source);
}

/* ---- SPSS, by PSPP ---- */

static const char *const pspp[] = {"pspp.sav", "pspp-plain.sav", "pspp-z.sav"};

START_TEST(an_spss_file_is_read_right_however_it_is_compressed)
{
    char note[400] = "A long note.|";
    assay_source *source;
    assay_frame *frame = read_file(pspp[_i], &source);
    assert_types(frame, "integer category category integer category integer date date text text "
                        "integer number text text number");
    assert_column(frame, "id", "107|108|109|110|111");
    assert_column(frame, "sex", "Male|Female|NA|NA|Female");
    assert_column(frame, "q", "Yes|No|3|NA|Yes");
    assert_column(frame, "scale", "1|5|10|NA|4");
    assert_column(frame, "stray", "First|Second|3|First|Second");
    assert_column(frame, "age", "33|NA|NA|NA|41");
    assert_column(frame, "start", "2018-11-05|2018-11-06|2000-02-29|1600-01-01|NA");
    assert_column(frame, "seen", "2018-11-05|2018-11-06|1582-10-15|9999-12-31|NA");
    assert_column(frame, "called", "2018-11-05T13:30:05|2018-11-06T00:00:00|NA|NA|NA");
    assert_column(frame, "noon", "2018-11-05T13:30:05|2018-11-06T00:00:00|NA|NA|NA");
    assert_column(frame, "clock", "48600|30|NA|NA|NA");
    assert_column(frame, "share", "0.5|0.25|-3|NA|1");
    assert_column(frame, "name", "Zo\xC3\xAB|Bob|Bob|NA|Ann");
    for (int i = 0; i < 51; i++)
        strcat(note, "abcde");
    for (int i = 0; i < 8; i++)
        strcat(note, "fghij");
    assert_column(frame, "note", strcat(note, "!|NA|NA|NA"));
    done(source, frame);
}
END_TEST

START_TEST(labels_are_levels_in_the_order_of_their_codes)
{
    assay_source *source;
    assay_frame *frame = read_file("pspp.sav", &source);
    assert_levels(frame, "sex", "Female|Male");
    assert_levels(frame, "q", "Yes|No|3"); /* 9 is missing, 3 has no label */
    assert_levels(frame, "stray", "First|Second|3|Never");
    ck_assert_uint_eq(about(source, "q")->unlabelled, 1);
    ck_assert_uint_eq(about(source, "stray")->unlabelled, 1);
    ck_assert_uint_eq(about(source, "sex")->unlabelled, 0);
    assert_codes(about(source, "scale")->labels, about(source, "scale")->n_labels,
                 "1=Bad:0 10=Good:0");
    ck_assert_uint_eq(about(source, "age")->n_labels, 0); /* its only label is of a missing code */
    done(source, frame);
}
END_TEST

START_TEST(codes_that_mean_missing_are_counted_with_their_labels)
{
    assay_source *source;
    assay_frame *frame = read_file("pspp.sav", &source);
    const assay_statfile_variable *age = about(source, "age");
    ck_assert_uint_eq(age->user_missing, 2);
    assert_codes(age->missing, age->n_missing, "-9=Refused:1 998=:1");
    assert_codes(about(source, "q")->missing, about(source, "q")->n_missing, "9=Refused:1");
    assert_codes(about(source, "sex")->missing, about(source, "sex")->n_missing, "X=:1");
    ck_assert_uint_eq(about(source, "share")->user_missing, 0);
    done(source, frame);
}
END_TEST

START_TEST(what_the_file_says_of_itself_is_kept)
{
    assay_source *source;
    assay_frame *frame = read_file("pspp.sav", &source);
    const assay_statfile *file = assay_statfile_of(source);
    ck_assert_str_eq(about(source, "age")->label, "Age at start");
    ck_assert_str_eq(about(source, "q")->label, "Was it done? \xC3\xA9");
    ck_assert_ptr_null(about(source, "id")->label);
    ck_assert_str_eq(about(source, "start")->format, "DATE11");
    ck_assert_str_eq(assay_statfile_encoding(file), "UTF-8");
    ck_assert_ptr_null(assay_statfile_label(file));
    ck_assert_str_eq(source->names[assay_statfile_weight(file)], "w");
    assay_source *other = NULL;
    assert_ok(assay_source_of_frame(&context, frame, &other));
    ck_assert_ptr_null(assay_statfile_of(other));
    assay_source_free(other);
    done(source, frame);
}
END_TEST

START_TEST(a_file_in_windows_1252_is_read_as_such)
{
    assay_source *source;
    assay_frame *frame = read_file("pspp-1252.sav", &source);
    assert_column(frame, "name", "Zo\xC3\xAB|Se\xC3\xB1or|na\xC3\xAFve \xE2\x82\xAC");
    ck_assert_str_eq(about(source, "price")->label, "Preis in \xE2\x82\xAC");
    assert_column(frame, "price", "1.5|2|3"); /* two codes without a label, one with */
    assert_codes(about(source, "price")->labels, 1, "2=f\xC3\xBCr sp\xC3\xA4ter:0");
    ck_assert_str_eq(assay_statfile_encoding(assay_statfile_of(source)), "WINDOWS-1252");
    done(source, frame);
}
END_TEST

START_TEST(a_file_without_rows_has_its_columns)
{
    static const char *const names[] = {"pspp-norows.sav", "haven-norows.sav", "haven-norows.dta"};
    assay_source *source;
    assay_frame *frame = read_file(names[_i], &source);
    ck_assert_uint_eq(assay_frame_rows(frame), 0);
    ck_assert_uint_eq(assay_frame_columns(frame), source->n_columns);
    ck_assert_str_eq(source->names[0], "id");
    if (_i == 0)
        assert_levels(frame, "q", "Yes|No");
    done(source, frame);
}
END_TEST

/* ---- SPSS, by haven ---- */

static const char *const haven[] = {"haven.sav", "haven-z.sav"};

START_TEST(what_haven_writes_is_read_right)
{
    char note[720] = "Zo\xC3\xAB|";
    assay_source *source;
    assay_frame *frame = read_file(haven[_i], &source);
    assert_types(frame, "integer category integer date text number text");
    assert_column(frame, "answer", "Yes|No|NA|NA");
    assert_codes(about(source, "answer")->missing, about(source, "answer")->n_missing,
                 "9=Refused:1");
    assert_column(frame, "age", "33|NA|41|NA"); /* 90 and above is missing */
    assert_codes(about(source, "age")->missing, about(source, "age")->n_missing,
                 "95=:1 99=Not known:1");
    assert_column(frame, "start", "2018-11-05|1960-01-01|NA|1582-10-15");
    assert_column(frame, "called",
                  "2018-11-05T13:30:05|1969-12-31T23:59:59|NA|2018-11-06T00:00:00");
    assert_column(frame, "large", "9007199254740991|9007199254740992|-0.1|1e+300");
    for (int i = 0; i < 700; i++)
        strcat(note, "x");
    assert_column(frame, "note", strcat(note, "|NA|NA"));
    done(source, frame);
}
END_TEST

START_TEST(a_file_of_one_column_is_read)
{
    assay_source *source;
    assay_frame *frame = read_file("haven-one.sav", &source);
    assert_types(frame, "integer");
    assert_column(frame, "x", "1|NA|3");
    ck_assert_uint_eq(assay_statfile_weight(assay_statfile_of(source)), ASSAY_NO_COLUMN);
    done(source, frame);
}
END_TEST

/* ---- Stata ---- */

static const char *const pandas[] = {"pandas-114.dta", "pandas-117.dta", "pandas-118.dta",
                                     "pandas-msf.dta"};

START_TEST(what_pandas_writes_is_read_right)
{
    const bool short_note = strstr(pandas[_i], "114") != NULL || strstr(pandas[_i], "msf") != NULL;
    char note[400];
    assay_source *source;
    assay_frame *frame = read_file(pandas[_i], &source);
    assert_types(frame, "integer category date text text text text text text number");
    assert_column(frame, "id", "107|108|109|110");
    ck_assert_str_eq(about(source, "id")->label, "Case number");
    assert_column(frame, "tier", "High|Low|NA|High");
    assert_levels(frame, "tier", "Low|Medium|High");
    assert_column(frame, "day", "2018-11-05|1960-01-01|NA|2150-01-31");
    assert_column(frame, "time",
                  "2018-11-05T13:30:05.250|NA|1959-12-31T23:59:59|2000-02-29T00:00:00");
    assert_column(frame, "month", "2018-11|1960-01|1959-12|NA");
    assert_column(frame, "quarter", "2018-q4|1960-q1|1959-q4|NA");
    assert_column(frame, "half", "2018-h2|1960-h1|1959-h2|NA");
    assert_column(frame, "week", "2018-w45|1960-w01|1959-w52|NA");
    sprintf(note, "%s|NA|", short_note ? "Zoe" : "Zo\xC3\xAB");
    for (int i = 0; i < (short_note ? 200 : 300); i++)
        strcat(note, "a");
    assert_column(frame, "note", strcat(note, "|b"));
    assert_column(frame, "small", "0.5|NA|-1.25|3");
    done(source, frame);
}
END_TEST

START_TEST(stata_119_and_what_foreign_writes_are_read)
{
    assay_source *source;
    assay_frame *frame = read_file("pandas-119.dta", &source);
    assert_column(frame, "id", "107|108|109|110");
    assert_column(frame, "tier", "High|Low|NA|High");
    done(source, frame);
    frame = read_file("foreign-7.dta", &source);
    assert_types(frame, "integer category number");
    assert_column(frame, "tier", "High|Low|High");
    assert_levels(frame, "tier", "Low|High");
    assert_column(frame, "x", "1.5|NA|-2");
    ck_assert_str_eq(assay_statfile_label(assay_statfile_of(source)), "Written by R.");
    done(source, frame);
}
END_TEST

static const char *const haven_dta[] = {"haven-8.dta", "haven-13.dta", "haven-14.dta"};

START_TEST(the_missing_values_of_stata_are_counted_apart)
{
    assay_source *source;
    /* haven writes UTF-8 even where Stata would not read it so: the caller has to say */
    assay_frame *frame = read_as(haven_dta[_i], "UTF-8", &source);
    const assay_statfile_variable *answer = about(source, "answer");
    assert_column(frame, "answer", "Yes|No|NA|NA");
    assert_levels(frame, "answer", "Yes|No");
    ck_assert_uint_eq(answer->user_missing, 2);
    assert_codes(answer->missing, answer->n_missing, ".r=Refused:1 .z=:1");
    ck_assert_uint_eq(about(source, "small")->user_missing, 0); /* "." is system-missing */
    assert_column(frame, "note", "Zo\xC3\xAB|x|NA|y");
    assert_column(frame, "start", "2018-11-05|1960-01-01|NA|1582-10-15");
    ck_assert_str_eq(about(source, "start")->label, "Start of the order");
    done(source, frame);
}
END_TEST

START_TEST(what_stata_wrote_before_14_is_windows_1252)
{
    assay_source *source;
    assay_frame *frame = read_file("haven-8.dta", &source);
    assert_column(frame, "note", "Zo\xC3\x83\xC2\xAB|x|NA|y"); /* the two bytes of an e-diaeresis */
    ck_assert_str_eq(assay_statfile_encoding(assay_statfile_of(source)), "WINDOWS-1252");
    done(source, frame);
}
END_TEST

/* ---- columns that nobody looks at ---- */

START_TEST(only_the_variables_kept_are_read)
{
    bool keep[15] = {[2] = true, [13] = true};
    size_t length;
    assay_source *source = NULL;
    assay_block block;
    char *bytes = load("pspp.sav", &length);
    for (int none = 0; none < 2; none++) {
        assert_ok(open_bytes(&context, bytes, length, ASSAY_SAV, NULL, &source));
        assay_source_keep(source, keep);
        assert_ok(source->next(&context, source, &block));
        ck_assert_uint_eq(block.rows, 5);
        for (size_t i = 0; i < 15; i++)
            ck_assert((block.columns[i] != NULL) == keep[i]);
        if (!none)
            assert_cells(block.columns[2], "Yes|No|3|NA|Yes");
        assert_ok(source->next(&context, source, &block));
        ck_assert_uint_eq(block.rows, 0);
        assay_source_free(source);
        memset(keep, 0, sizeof keep);
    }
    free(bytes);
}
END_TEST

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

static bool same_frames(const assay_frame *a, const assay_frame *b)
{
    if (assay_frame_columns(a) != assay_frame_columns(b) ||
        assay_frame_rows(a) != assay_frame_rows(b))
        return false;
    for (size_t i = 0; i < assay_frame_columns(a); i++) {
        const assay_column *x = assay_frame_column(a, i), *y = assay_frame_column(b, i);
        if (x->type != y->type || strcmp(assay_frame_name(a, i), assay_frame_name(b, i)) != 0)
            return false;
        for (size_t row = 0; row < x->length; row++) {
            char one[ASSAY_CELL_BYTES], two[ASSAY_CELL_BYTES];
            size_t n = 0, m = 0;
            const char *p = assay_column_cell(x, row, one, &n);
            const char *q = assay_column_cell(y, row, two, &m);
            if ((p == NULL) != (q == NULL) || n != m || (p != NULL && memcmp(p, q, n) != 0))
                return false;
        }
    }
    return true;
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
    assert_refused("id,x\n1,2\n3,4\n5,6\n", 18, ASSAY_SAV, "no SPSS system (.sav) file");
    assert_refused("id,x\n1,2\n3,4\n5,6\n", 18, ASSAY_DTA,
                   "no Stata (.dta) file: it begins with 'id,x?1,2?3,4'");
    assert_refused("PK\003\004xxxxxxxxxxxxxxxx", 20, ASSAY_SAV, "it begins with 'PK??xxxxxxxx'");
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
    Suite *suite = suite_create("statfile");
    TCase *spss = tcase_create("spss");
    tcase_add_loop_test(spss, an_spss_file_is_read_right_however_it_is_compressed, 0, 3);
    tcase_add_test(spss, labels_are_levels_in_the_order_of_their_codes);
    tcase_add_test(spss, codes_that_mean_missing_are_counted_with_their_labels);
    tcase_add_test(spss, what_the_file_says_of_itself_is_kept);
    tcase_add_test(spss, a_file_in_windows_1252_is_read_as_such);
    tcase_add_loop_test(spss, what_haven_writes_is_read_right, 0, 2);
    tcase_add_test(spss, a_file_of_one_column_is_read);
    tcase_add_loop_test(spss, a_file_without_rows_has_its_columns, 0, 3);
    tcase_add_test(spss, only_the_variables_kept_are_read);
    suite_add_tcase(suite, spss);
    TCase *stata = tcase_create("stata");
    tcase_add_loop_test(stata, what_pandas_writes_is_read_right, 0, 4);
    tcase_add_test(stata, stata_119_and_what_foreign_writes_are_read);
    tcase_add_loop_test(stata, the_missing_values_of_stata_are_counted_apart, 0, 3);
    tcase_add_test(stata, what_stata_wrote_before_14_is_windows_1252);
    suite_add_tcase(suite, stata);
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
