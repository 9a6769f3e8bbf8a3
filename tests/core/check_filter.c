#include "tables.h"

#include "data/filter.h"

static assay_context context;

/* A column of each type, and in each a missing value; ids are text. */
static const char cases[] = "id,tier,note,age,score,start\n"
                            "A1,B,call *back*,18,0.5,2018-11-01\n"
                            "A2,A,,25,-1.5,2018-11-30\n"
                            "A3,,late,,2,2019-01-15\n"
                            "A4,B,Late,40,,\n"
                            "A5,C,x,18,2.25,2018-11-30\n"
                            "A6,A,late again,-3,10,2017-02-28\n"
                            "A7,C,y,25,0.5,2018-11-01\n";

static assay_frame *load(void)
{
    const size_t n = 6;
    static const assay_type types[] = {ASSAY_TEXT,    ASSAY_CATEGORY, ASSAY_TEXT,
                                       ASSAY_INTEGER, ASSAY_NUMBER,   ASSAY_DATE};
    const assay_csv_options options = assay_csv_defaults();
    assay_column_wish wishes[6];
    assay_source *source = NULL;
    assay_frame *frame = NULL;
    for (size_t i = 0; i < n; i++)
        wishes[i] = (assay_column_wish){.type = types[i]};
    assert_ok(open_csv(&context, cases, sizeof cases - 1, &options, &source));
    assert_ok(assay_source_collect(&context, source, wishes, NULL, &frame));
    assay_source_free(source);
    return frame;
}

/* A column that rows are taken from, as digits of their ids: "247" is A2, A4 and A7. */
static void assert_ids(const assay_frame *frame, size_t n, const uint32_t rows[], const char *want)
{
    char got[64] = "";
    for (size_t i = 0; i < n; i++) {
        char scratch[ASSAY_CELL_BYTES];
        size_t length;
        const char *id = assay_column_cell(column_named(frame, "id"), rows[i], scratch, &length);
        strncat(got, id + 1, length - 1);
    }
    ck_assert_str_eq(got, want);
}

static assay_text text(const char *bytes)
{
    return (assay_text){.bytes = bytes, .length = bytes == NULL ? 0 : strlen(bytes)};
}

/* ---- conditions ---- */

enum { LOW = 1, HIGH = 2 }; /* strict */

static const struct {
    const char *column;
    assay_condition_kind kind;
    const char *first, *second; /* two values, or low and high */
    int strict;
    const char *meet, *except; /* ids of the rows */
} conditions[] = {
    {"tier", ASSAY_IS_ONE_OF, "A", "C", 0, "2567", "14"},
    {"tier", ASSAY_IS_ONE_OF, "B", NULL, 0, "14", "2567"},
    {"tier", ASSAY_IS_ONE_OF, NULL, NULL, 0, "", "124567"},
    {"tier", ASSAY_IS_BETWEEN, "B", NULL, 0, "1457", "26"},
    {"tier", ASSAY_IS_BETWEEN, "B", NULL, LOW, "57", "1246"},
    {"tier", ASSAY_IS_BETWEEN, "A", "B", HIGH, "26", "1457"},
    {"tier", ASSAY_CONTAINS, "C", NULL, 0, "57", "1246"},
    {"tier", ASSAY_CONTAINS, "not a level", NULL, 0, "", "124567"},
    {"tier", ASSAY_IS_MISSING, NULL, NULL, 0, "3", "124567"},
    {"note", ASSAY_IS_ONE_OF, "late", "x", 0, "35", "1467"},
    {"note", ASSAY_IS_ONE_OF, "lat", "*", 0, "", "134567"},
    {"note", ASSAY_IS_BETWEEN, "late", "x", 0, "356", "147"},
    {"note", ASSAY_IS_BETWEEN, "late", "x", LOW | HIGH, "6", "13457"},
    {"note", ASSAY_CONTAINS, "late", NULL, 0, "36", "1457"},
    {"note", ASSAY_CONTAINS, "*", NULL, 0, "1", "34567"},
    {"note", ASSAY_CONTAINS, "late again and again", NULL, 0, "", "134567"},
    {"note", ASSAY_IS_MISSING, NULL, NULL, 0, "2", "134567"},
    {"age", ASSAY_IS_ONE_OF, "18", "-3", 0, "156", "247"},
    {"age", ASSAY_IS_ONE_OF, "18.0", "1e2", 0, "15", "2467"},
    {"age", ASSAY_IS_ONE_OF, "18.5", NULL, 0, "", "124567"},
    {"age", ASSAY_IS_BETWEEN, "18", "25", 0, "1257", "46"},
    {"age", ASSAY_IS_BETWEEN, "18", "25", LOW, "27", "1456"},
    {"age", ASSAY_IS_BETWEEN, "18", "25", HIGH, "15", "2467"},
    {"age", ASSAY_IS_BETWEEN, NULL, "17.5", 0, "6", "12457"},
    {"age", ASSAY_IS_BETWEEN, "25.5", NULL, 0, "4", "12567"},
    {"age", ASSAY_IS_BETWEEN, NULL, NULL, 0, "124567", ""},
    {"age", ASSAY_IS_BETWEEN, "26", "18", 0, "", "124567"},
    {"age", ASSAY_CONTAINS, "8", NULL, 0, "15", "2467"},
    {"age", ASSAY_IS_MISSING, NULL, NULL, 0, "3", "124567"},
    {"score", ASSAY_IS_ONE_OF, "0.50", "2", 0, "137", "256"},
    {"score", ASSAY_IS_BETWEEN, "0.5", "2.25", 0, "1357", "26"},
    {"score", ASSAY_IS_BETWEEN, "0.5", "2.25", LOW | HIGH, "3", "12567"},
    {"score", ASSAY_CONTAINS, ".5", NULL, 0, "127", "356"},
    {"score", ASSAY_IS_MISSING, NULL, NULL, 0, "4", "123567"},
    {"start", ASSAY_IS_ONE_OF, "2018-11-30", "2017-02-28", 0, "256", "137"},
    {"start", ASSAY_IS_BETWEEN, "2018-11-01", "2018-11-30", 0, "1257", "36"},
    {"start", ASSAY_IS_BETWEEN, "2018-11-01", "2018-11-30", HIGH, "17", "2356"},
    {"start", ASSAY_IS_BETWEEN, "2018-11-30", NULL, LOW, "3", "12567"},
    {"start", ASSAY_IS_BETWEEN, NULL, "2018-11-01", 0, "167", "235"},
    {"start", ASSAY_CONTAINS, "-11-", NULL, 0, "1257", "36"},
    {"start", ASSAY_IS_MISSING, NULL, NULL, 0, "4", "123567"},
};

START_TEST(a_condition_keeps_the_rows_that_meet_it_and_a_missing_value_meets_none)
{
    uint32_t rows[7];
    size_t kept;
    assay_frame *frame = load();
    const char *first = conditions[_i].first, *second = conditions[_i].second;
    const assay_text values[] = {text(first), text(second)};
    assay_condition condition = {.column = assay_frame_find(frame, conditions[_i].column),
                                 .kind = conditions[_i].kind,
                                 .low_strict = (conditions[_i].strict & LOW) != 0,
                                 .high_strict = (conditions[_i].strict & HIGH) != 0,
                                 .n = second != NULL ? 2 : first != NULL,
                                 .values = values,
                                 .low = text(first),
                                 .high = text(second)};
    assert_ok(assay_filter(&context, frame, 1, &condition, rows, &kept));
    assert_ids(frame, kept, rows, conditions[_i].meet);
    condition.except = true;
    assert_ok(assay_filter(&context, frame, 1, &condition, rows, &kept));
    assert_ids(frame, kept, rows, conditions[_i].except);
    assay_frame_free(frame);
}
END_TEST

START_TEST(all_conditions_must_be_met_and_none_keeps_every_row)
{
    uint32_t rows[7];
    size_t kept;
    assay_frame *frame = load();
    const assay_text tiers[] = {text("A"), text("B")};
    const assay_condition both[] = {
        {.column = 1, .kind = ASSAY_IS_ONE_OF, .n = 2, .values = tiers},
        {.column = 3, .kind = ASSAY_IS_BETWEEN, .low = text("18")},
    };
    assert_ok(assay_filter(&context, frame, 2, both, rows, &kept));
    assert_ids(frame, kept, rows, "124");
    assert_ok(assay_filter(&context, frame, 0, NULL, rows, &kept));
    assert_ids(frame, kept, rows, "1234567");
    assay_frame_free(frame);

    frame = table("id,x\n");
    const assay_condition missing = {.column = 1, .kind = ASSAY_IS_MISSING};
    assert_ok(assay_filter(&context, frame, 1, &missing, rows, &kept));
    ck_assert_uint_eq(kept, 0);
    assay_frame_free(frame);
}
END_TEST

static const struct {
    const char *column, *value;
    assay_condition_kind kind;
    assay_status status;
    const char *message;
} refused[] = {
    {"tier", "D", ASSAY_IS_ONE_OF, ASSAY_EUNKNOWN, "no level 'D'"},
    {"tier", "AA", ASSAY_IS_ONE_OF, ASSAY_EUNKNOWN, "did you mean 'A'?"},
    {"age", "old", ASSAY_IS_ONE_OF, ASSAY_EDOM, "column 'age' holds integers: 'old' is none"},
    {"age", "", ASSAY_IS_ONE_OF, ASSAY_EDOM, "'' is none"},
    {"age", "inf", ASSAY_IS_BETWEEN, ASSAY_EDOM, "'inf' is none"},
    {"score", "1/2", ASSAY_IS_ONE_OF, ASSAY_EDOM, "column 'score' holds numbers"},
    {"score", "nan", ASSAY_IS_BETWEEN, ASSAY_EDOM, "'nan' is none"},
    {"start", "30/11/2018", ASSAY_IS_ONE_OF, ASSAY_EDOM, "column 'start' holds dates"},
    {"start", "2018-11-31", ASSAY_IS_BETWEEN, ASSAY_EDOM, "'2018-11-31' is none"},
};

START_TEST(a_value_that_the_column_cannot_hold_is_refused)
{
    uint32_t rows[7];
    size_t kept = 99;
    assay_frame *frame = load();
    const assay_text value = text(refused[_i].value);
    const assay_condition condition = {.column = assay_frame_find(frame, refused[_i].column),
                                       .kind = refused[_i].kind,
                                       .n = 1,
                                       .values = &value,
                                       .high = value};
    assert_status(assay_filter(&context, frame, 1, &condition, rows, &kept), refused[_i].status);
    ck_assert_msg(strstr(context.error.message, refused[_i].message) != NULL, "%s",
                  context.error.message);
    ck_assert_uint_eq(kept, 99);
    assay_frame_free(frame);
}
END_TEST

/* 2^53 + 1 has no double of its own. */
START_TEST(long_integers_are_told_apart)
{
    uint32_t rows[4];
    size_t kept;
    assay_frame *frame = table("id,ref\nA1,9007199254740992\nA2,9007199254740993\n"
                               "A3,999999999999999999\nA4,-999999999999999998\n");
    ck_assert_int_eq(column_named(frame, "ref")->type, ASSAY_INTEGER);
    const assay_text values[] = {text("9007199254740993"), text("1e18")};
    assay_condition condition = {
        .column = 1, .kind = ASSAY_IS_ONE_OF, .n = 2, .values = values, .low = values[0]};
    assert_ok(assay_filter(&context, frame, 1, &condition, rows, &kept));
    assert_ids(frame, kept, rows, "2");
    condition.kind = ASSAY_IS_BETWEEN;
    assert_ok(assay_filter(&context, frame, 1, &condition, rows, &kept));
    assert_ids(frame, kept, rows, "23");
    condition.low_strict = true;
    assert_ok(assay_filter(&context, frame, 1, &condition, rows, &kept));
    assert_ids(frame, kept, rows, "3");
    condition.high = text("1e18");
    condition.high_strict = true;
    assert_ok(assay_filter(&context, frame, 1, &condition, rows, &kept));
    assert_ids(frame, kept, rows, "3");
    condition.low = text("-1e300");
    condition.high = text("-999999999999999997");
    assert_ok(assay_filter(&context, frame, 1, &condition, rows, &kept));
    assert_ids(frame, kept, rows, "4");
    assay_frame_free(frame);
}
END_TEST

/* ---- many rows ---- */

enum { MANY = 40001 }; /* more than two blocks, and no whole number of them */

typedef struct many {
    uint32_t codes[MANY];
    int64_t integers[MANY];
    double numbers[MANY];
} many;

/* "L1" .. "L300", integers of -50 .. 49, quarters of 0 .. 19; every 11th, 12th, 13th is missing. */
static assay_frame *many_rows(many *values)
{
    assay_dictionary *levels = assay_dictionary_new();
    assay_frame *frame;
    uint32_t state = 1;
    for (int i = 1; i <= 300; i++) {
        char level[8];
        assay_dictionary_add(levels, level, (size_t)sprintf(level, "L%d", i));
    }
    for (int i = 0; i < MANY; i++) {
        state = state * 1664525 + 1013904223;
        values->codes[i] = i % 11 == 0 ? 0 : 1 + (state >> 8) % 300;
        values->integers[i] = i % 12 == 0 ? INT64_MIN : (int64_t)((state >> 12) % 100) - 50;
        values->numbers[i] = i % 13 == 0 ? (double)NAN : (double)((state >> 10) % 80) / 4;
    }
    assert_ok(assay_frame_new(&context, &frame));
    assert_ok(assay_frame_add_codes(&context, frame, "level", MANY, values->codes, levels));
    assert_ok(assay_frame_add_integers(&context, frame, "integer", MANY, values->integers));
    assert_ok(assay_frame_add_numbers(&context, frame, "number", MANY, values->numbers));
    assay_dictionary_release(levels);
    return frame;
}

/* The conditions of the test below, bit by bit of `which`, as C writes them. */
static bool meets(const many *values, size_t row, int which)
{
    const uint32_t code = values->codes[row];
    const int64_t integer = values->integers[row];
    const double number = values->numbers[row];
    return (!(which & 1) || (code != 0 && code != 7 && code != 290)) &&
           (!(which & 2) || (integer != INT64_MIN && integer >= -20 && integer < 30)) &&
           (!(which & 4) || (number > 2.5 && number <= 17)) && (!(which & 8) || !isnan(number)) &&
           (!(which & 16) || (integer != INT64_MIN && (integer < -20 || integer > 3)));
}

START_TEST(many_rows_are_those_of_a_plain_loop_whatever_the_number_of_threads)
{
    static const int threads[] = {1, 2, 3, 7};
    static many values;
    static uint32_t rows[MANY];
    assay_frame *frame = many_rows(&values);
    const assay_text levels[] = {text("L7"), text("L290")};
    const assay_condition all[] = {
        {.column = 0, .kind = ASSAY_IS_ONE_OF, .except = true, .n = 2, .values = levels},
        {.column = 1,
         .kind = ASSAY_IS_BETWEEN,
         .low = text("-20"),
         .high = text("30"),
         .high_strict = true},
        {.column = 2,
         .kind = ASSAY_IS_BETWEEN,
         .low = text("2.5"),
         .low_strict = true,
         .high = text("17")},
        {.column = 2, .kind = ASSAY_IS_MISSING, .except = true},
        {.column = 1,
         .kind = ASSAY_IS_BETWEEN,
         .except = true,
         .low = text("-20"),
         .high = text("3")}};
    for (int which = 0; which < 32; which++)
        for (size_t t = 0; t < sizeof threads / sizeof threads[0]; t++) {
            assay_context with = {.threads = threads[t]};
            assay_condition some[5];
            size_t n = 0, kept, counted, wanted = 0, wrong = 0;
            for (int i = 0; i < 5; i++)
                if (which >> i & 1)
                    some[n++] = all[i];
            assert_ok(assay_filter(&with, frame, n, some, rows, &kept));
            assert_ok(assay_filter(&with, frame, n, some, NULL, &counted));
            for (size_t row = 0; row < MANY; row++)
                if (meets(&values, row, which))
                    wrong += wanted >= kept || rows[wanted++] != row;
            ck_assert_uint_eq(wrong, 0);
            ck_assert_uint_eq(kept, wanted);
            ck_assert_uint_eq(counted, wanted);
        }
    assay_frame_free(frame);
}
END_TEST

/* ---- memory ---- */

static assay_status filter_some(assay_context *with, void *self)
{
    uint32_t rows[7];
    size_t kept;
    const assay_text name = text("late"), low = text("18");
    const assay_condition all[] = {
        {.column = 2, .kind = ASSAY_IS_ONE_OF, .except = true, .n = 1, .values = &name},
        {.column = 3, .kind = ASSAY_IS_BETWEEN, .low = low},
        {.column = 1, .kind = ASSAY_IS_MISSING, .except = true}};
    const assay_status status = assay_filter(with, self, 3, all, rows, &kept);
    if (status == ASSAY_OK)
        assert_ids(self, kept, rows, "1457");
    return status;
}

START_TEST(a_call_that_finds_no_memory_leaves_nothing)
{
    assay_frame *frame = load();
    sweep_memory(filter_some, frame);
    assay_frame_free(frame);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("filter");
    TCase *tests = tcase_create("filter");
    tcase_add_loop_test(tests,
                        a_condition_keeps_the_rows_that_meet_it_and_a_missing_value_meets_none, 0,
                        sizeof conditions / sizeof conditions[0]);
    tcase_add_test(tests, all_conditions_must_be_met_and_none_keeps_every_row);
    tcase_add_loop_test(tests, a_value_that_the_column_cannot_hold_is_refused, 0,
                        sizeof refused / sizeof refused[0]);
    tcase_add_test(tests, long_integers_are_told_apart);
    tcase_add_test(tests, many_rows_are_those_of_a_plain_loop_whatever_the_number_of_threads);
    tcase_add_test(tests, a_call_that_finds_no_memory_leaves_nothing);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
