#include "statfile.h"

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
    return run_suite(suite);
}
