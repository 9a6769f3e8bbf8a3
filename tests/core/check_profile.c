#include "tables.h"

#include "infer/profile.h"
#include "prob/interval.h"

static assay_context context;

static const size_t first[] = {0}, second[] = {1}, both[] = {0, 1};
static const char caseload[] = "tier,gender\nB,F\nA,M\nA,F\n,F\nB,M\nB,F\nA,\n";

static assay_frame *profile(const assay_frame *frame, const assay_profile_options *options)
{
    assay_frame *made = NULL;
    const assay_status status = assay_profile(&context, frame, options, &made);
    ck_assert_msg(status == ASSAY_OK, "%s", context.error.message);
    return made;
}

static assay_frame *plain(const assay_frame *frame, size_t n, const size_t columns[])
{
    return profile(frame,
                   &(assay_profile_options){.n = n, .columns = columns, .confidence = (double)NAN});
}

/* ---- without groups ---- */

START_TEST(a_profile_has_the_levels_of_each_column_by_itself)
{
    assay_frame *frame = table(caseload), *made = plain(frame, 2, both);
    assert_column(made, "variable", "tier|tier|gender|gender");
    assert_column(made, "level", "A|B|F|M");
    assert_column(made, "cases", "3|3|4|2");
    assert_column(made, "missing", "1|1|1|1");
    const double *share = column_named(made, "share")->numbers;
    ck_assert(share[0] == 0.5 && share[1] == 0.5 && share[2] == 4.0 / 6 && share[3] == 2.0 / 6);
    ck_assert(assay_frame_find(made, "lower") == ASSAY_NO_COLUMN);
    assay_frame_free(made);
    made = plain(frame, 0, NULL);
    ck_assert_uint_eq(assay_frame_rows(made), 0);
    assay_frame_free(made);
    assay_frame_free(frame);
}
END_TEST

START_TEST(declared_levels_that_do_not_occur_are_in_a_profile)
{
    assay_frame *frame = declared_frame(), *made = plain(frame, 1, first);
    assert_column(made, "level", "Low|Medium|High");
    assert_column(made, "cases", "2|0|4");
    assert_column(made, "missing", "1|1|1");
    assay_frame_free(made);
    assay_frame *none = NULL;
    assert_ok(assay_frame_take(&context, frame, 0, NULL, &none));
    made = plain(none, 1, first);
    assert_column(made, "cases", "0|0|0");
    assert_column(made, "share", "NA|NA|NA");
    assay_frame_free(made);
    assay_frame_free(none);
    assay_frame_free(frame);
}
END_TEST

START_TEST(a_column_of_which_nothing_is_known_has_one_line)
{
    assay_frame *frame = table("x,y\n,1\n,1\n"), *made = plain(frame, 2, both);
    assert_column(made, "variable", "x|y");
    assert_column(made, "level", "NA|1");
    assert_column(made, "cases", "0|2");
    assert_column(made, "share", "NA|1");
    assert_column(made, "missing", "2|0");
    assay_frame_free(made);
    made = profile(frame, &(assay_profile_options){.n = 1, .columns = first, .confidence = 0.8});
    assert_column(made, "lower", "0");
    assert_column(made, "upper", "1");
    assay_frame_free(made);
    assay_frame_free(frame);
}
END_TEST

START_TEST(a_column_named_as_one_of_a_count_is_profiled)
{
    assay_frame *frame = table("share,cases\nx,40\ny,9\nx,9\n"), *made = plain(frame, 2, both);
    assert_column(made, "level", "x|y|9|40");
    assert_column(made, "cases", "2|1|2|1");
    assay_frame_free(made);
    assay_frame_free(frame);
}
END_TEST

/* Time must not grow with the square of the levels: Check stops a test after 4 seconds. */
START_TEST(a_column_of_many_levels_is_profiled)
{
    enum { ROWS = 100003 };
    char *csv = malloc(ROWS * 8 + 8);
    size_t length = (size_t)sprintf(csv, "id\n");
    for (int row = 0; row < ROWS; row++)
        length += (size_t)sprintf(csv + length, "A%06d\n", ROWS - row);
    assay_frame *frame = NULL;
    assert_ok(read_csv(&context, csv, length, NULL, &frame));
    assay_frame *made = plain(frame, 1, first);
    ck_assert_uint_eq(assay_frame_rows(made), ROWS);
    assay_frame_free(made);
    assay_frame_free(frame);
    free(csv);
}
END_TEST

/* ---- groups ---- */

START_TEST(every_group_has_every_level_and_its_own_shares)
{
    assay_frame *frame = table(caseload);
    const assay_profile_options options = {
        .n_by = 1, .by = second, .n = 1, .columns = first, .confidence = (double)NAN};
    assay_frame *made = profile(frame, &options);
    assert_column(made, "gender", "F|F|M|M|NA|NA");
    assert_column(made, "variable", "tier|tier|tier|tier|tier|tier");
    assert_column(made, "level", "A|B|A|B|A|B");
    assert_column(made, "cases", "1|2|1|1|1|0");
    assert_column(made, "missing", "1|1|0|0|0|0");
    const double *share = column_named(made, "share")->numbers;
    ck_assert(share[0] == 1.0 / 3 && share[1] == 2.0 / 3 && share[4] == 1 && share[5] == 0);
    assay_frame_free(made);
    assay_frame_free(frame);
}
END_TEST

/* Each cell of a profile by two columns against a count of the rows, 1,009 of them. */
START_TEST(groups_of_two_columns_are_counted_right)
{
    enum { ROWS = 1009 };
    static const size_t third[] = {2};
    char csv[ROWS * 8 + 16];
    size_t length = (size_t)sprintf(csv, "a,b,c\n");
    int a[ROWS], b[ROWS], c[ROWS], tables = 0;
    for (int row = 0; row < ROWS; row++) {
        a[row] = row * row % 3;
        b[row] = row / 7 % 2;
        c[row] = row % 5;
        length += (size_t)sprintf(csv + length, "%d,%d,%d\n", a[row], b[row], c[row]);
    }
    assay_frame *frame = NULL;
    assert_ok(read_csv(&context, csv, length, NULL, &frame));
    const assay_profile_options options = {
        .n_by = 2, .by = both, .n = 1, .columns = third, .confidence = (double)NAN};
    assay_frame *made = profile(frame, &options);
    char scratch[ASSAY_CELL_BYTES];
    for (size_t i = 0; i < assay_frame_rows(made); i++) {
        const int64_t in_a = column_named(made, "a")->integers[i];
        const int64_t in_b = column_named(made, "b")->integers[i];
        size_t bytes;
        const char *level = assay_column_cell(column_named(made, "level"), i, scratch, &bytes);
        int64_t count = 0, whole = 0;
        for (int row = 0; row < ROWS; row++) {
            whole += a[row] == in_a && b[row] == in_b;
            count += a[row] == in_a && b[row] == in_b && c[row] == level[0] - '0';
        }
        ck_assert_int_eq(column_named(made, "cases")->integers[i], count);
        ck_assert(column_named(made, "share")->numbers[i] == (double)count / (double)whole);
        tables++;
    }
    ck_assert_int_eq(tables, 2 * 2 * 5); /* squares leave 0 or 1 of 3 */
    assay_frame_free(made);
    assay_frame_free(frame);
}
END_TEST

/* ---- limits ---- */

static const double fields_confidence = 0.8;
static int limits_tested;

/* A caseload of n cases of which x are yes has the limits of the reference. */
static void interval_row(char *fields[REFERENCE_FIELDS])
{
    const bool finite = strcmp(fields[1], "wilson_fpc") == 0;
    if (!finite && strcmp(fields[1], "wilson") != 0)
        return;
    const int x = atoi(fields[2]), n = atoi(fields[3]);
    if (n > 1000 || (fields[4][0] == '\0') == finite)
        return;
    const uint64_t population = finite ? (uint64_t)atoll(fields[4]) : ASSAY_INFINITE;
    char csv[3100];
    size_t length = (size_t)sprintf(csv, "y\n");
    for (int i = 0; i < n; i++)
        length += (size_t)sprintf(csv + length, "%d\n", i < x);
    assay_frame *frame = NULL;
    assert_ok(read_csv(&context, csv, length, NULL, &frame));
    const assay_profile_options options = {.n = 1,
                                           .columns = first,
                                           .confidence = strtod(fields[5], NULL),
                                           .n_populations = 1,
                                           .populations = &population};
    assay_frame *made = profile(frame, &options);
    const size_t yes = assay_frame_rows(made) - 1;
    if (x > 0) {
        assert_close(column_named(made, "lower")->numbers[yes], strtod(fields[7], NULL), 1e-10);
        assert_close(column_named(made, "upper")->numbers[yes], strtod(fields[8], NULL), 1e-10);
        limits_tested++;
    }
    assay_frame_free(made);
    assay_frame_free(frame);
}

START_TEST(limits_are_those_of_the_reference)
{
    for_each_reference("intervals_one_sample.csv", interval_row);
    ck_assert_msg(limits_tested >= 30, "only %d rows", limits_tested);
}
END_TEST

START_TEST(what_is_missing_leaves_the_sampled_part_of_the_population_as_it_is)
{
    assay_frame *frame = table(caseload); /* 7 rows, tier known in 6 of them, A in 3 */
    uint64_t population = 7;
    double lower, upper;
    const assay_profile_options options = {.n = 1,
                                           .columns = first,
                                           .confidence = fields_confidence,
                                           .n_populations = 1,
                                           .populations = &population};
    assay_frame *made = profile(frame, &options); /* the whole caseload */
    ck_assert(column_named(made, "lower")->numbers[0] == 0.5);
    ck_assert(column_named(made, "upper")->numbers[0] == 0.5);
    assay_frame_free(made);
    population = 14; /* 6 of 12 */
    assert_ok(assay_wilson_real(0.5, 6 * 11.0 / 6, (1 - fields_confidence) / 2, &lower, &upper));
    made = profile(frame, &options);
    assert_close(column_named(made, "lower")->numbers[0], lower, 1e-14);
    assert_close(column_named(made, "upper")->numbers[0], upper, 1e-14);
    assay_frame_free(made);
    assay_frame_free(frame);
}
END_TEST

START_TEST(limits_that_cannot_be_are_refused)
{
    static const uint64_t small[] = {4, 1, 1}, enough[] = {4, 2, 1};
    assay_frame *frame = table(caseload), *made = NULL; /* 4 F, 2 M, 1 missing */
    assay_profile_options options = {.n_by = 1,
                                     .by = second,
                                     .n = 1,
                                     .columns = first,
                                     .confidence = 0.8,
                                     .n_populations = 3,
                                     .populations = small};
    assert_status(assay_profile(&context, frame, &options, &made), ASSAY_EDOM);
    ck_assert_uint_eq(context.error.row, 2);
    options.n_populations = 2;
    assert_status(assay_profile(&context, frame, &options, &made), ASSAY_EDOM);
    options.n_populations = 3;
    options.populations = enough;
    static const double wrong[] = {0, 1, -1, 80, (double)INFINITY};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        options.confidence = wrong[i];
        assert_status(assay_profile(&context, frame, &options, &made), ASSAY_EDOM);
    }
    options.confidence = 0.8;
    assert_ok(assay_profile(&context, frame, &options, &made));
    assert_column(made, "lower", "0.3333333333333333|0.6666666666666666|0.5|0.5|1|0");
    assay_frame_free(made);
    assay_frame_free(frame);
    frame = table("level,x\na,1\na,2\n");
    made = NULL;
    options = (assay_profile_options){
        .n_by = 1, .by = first, .n = 1, .columns = second, .confidence = (double)NAN};
    assert_status(assay_profile(&context, frame, &options, &made), ASSAY_EREPEATED);
    ck_assert_ptr_null(made);
    assay_frame_free(frame);
}
END_TEST

/* ---- two caseloads ---- */

static const char *const names[2] = {"2018", "2019"}, *const tier[] = {"tier"},
                         *const gender[] = {"gender"};

START_TEST(two_caseloads_stand_side_by_side)
{
    assay_frame *a = table(caseload), *made = NULL;
    assay_frame *b = table("gender,tier\nF,B\nF,A\nM,C\nF,C\nM,A\n");
    assert_ok(assay_compare(&context, a, b, 0, NULL, 1, tier, names, &made));
    assert_column(made, "level", "A|B|C|NA");
    assert_column(made, "cases_2018", "3|3|0|1");
    assert_column(made, "cases_2019", "2|1|2|0");
    const double *d = column_named(made, "difference")->numbers;
    const double *s = column_named(made, "std_difference")->numbers;
    static const double p[] = {3 / 7.0, 3 / 7.0, 0, 1 / 7.0}, q[] = {0.4, 0.2, 0.4, 0};
    for (size_t i = 0; i < 4; i++) {
        ck_assert(column_named(made, "share_2018")->numbers[i] == p[i]);
        ck_assert(column_named(made, "share_2019")->numbers[i] == q[i]);
        ck_assert(d[i] == q[i] - p[i]);
        assert_close(s[i], (q[i] - p[i]) / sqrt((p[i] * (1 - p[i]) + q[i] * (1 - q[i])) / 2),
                     1e-14);
    }
    assay_frame *turned = NULL;
    assert_ok(assay_compare(&context, b, a, 0, NULL, 1, tier, names, &turned));
    for (size_t i = 0; i < 4; i++)
        ck_assert(column_named(turned, "std_difference")->numbers[i] == -s[i]);
    assay_frame_free(turned);
    assay_frame_free(made);
    assay_frame_free(a);
    assay_frame_free(b);
}
END_TEST

START_TEST(groups_of_either_side_are_compared)
{
    assay_frame *a = table("gender,tier\nF,A\nF,A\nM,B\n"), *made = NULL;
    assay_frame *b = table("gender,tier\nF,A\nX,B\n");
    assert_ok(assay_compare(&context, a, b, 1, gender, 1, tier, names, &made));
    assert_column(made, "gender", "F|F|M|M|X|X");
    assert_column(made, "level", "A|B|A|B|A|B");
    assert_column(made, "cases_2018", "2|0|0|1|0|0");
    assert_column(made, "cases_2019", "1|0|0|0|0|1");
    assert_column(made, "share_2019", "1|0|NA|NA|0|1");
    assert_column(made, "std_difference", "0|0|NA|NA|NA|NA");
    assay_frame_free(made);
    assay_frame_free(b);
    b = table("gender,tier\nF,B\nF,B\n"); /* all against none: no variance to measure with */
    assert_ok(assay_compare(&context, a, b, 1, gender, 1, tier, names, &made));
    assert_column(made, "difference", "-1|1|NA|NA");
    assert_column(made, "std_difference", "NA|NA|NA|NA");
    assay_frame_free(made);
    assay_frame_free(a);
    assay_frame_free(b);
}
END_TEST

START_TEST(what_cannot_be_compared_is_refused)
{
    static const char *const alike[2] = {"x", "x"}, *const none[] = {"nothing"};
    assay_frame *a = table(caseload), *b = table("tier\nA\n"), *made = NULL;
    const size_t before = assay_memory_in_use();
    assert_status(assay_compare(&context, a, b, 0, NULL, 1, gender, names, &made), ASSAY_EUNKNOWN);
    ck_assert_str_eq(context.error.argument, "gender");
    assert_status(assay_compare(&context, a, b, 1, none, 1, tier, names, &made), ASSAY_EUNKNOWN);
    assert_status(assay_compare(&context, a, b, 0, NULL, 1, tier, alike, &made), ASSAY_EREPEATED);
    ck_assert_ptr_null(made);
    ck_assert_uint_eq(assay_memory_in_use(), before);
    assay_frame_free(a);
    assay_frame_free(b);
}
END_TEST

/* ---- memory ---- */

static assay_status attempt_all(assay_context *with, void *self)
{
    static const uint64_t populations[] = {40, 20, 10};
    const assay_profile_options options = {.n_by = 1,
                                           .by = second,
                                           .n = 1,
                                           .columns = first,
                                           .confidence = 0.8,
                                           .n_populations = 3,
                                           .populations = populations};
    assay_frame *made = NULL, *compared = NULL;
    assay_status status = assay_profile(with, self, &options, &made);
    if (status == ASSAY_OK)
        status = assay_compare(with, self, self, 1, gender, 1, tier, names, &compared);
    if (status == ASSAY_OK) {
        assert_column(made, "cases", "1|2|1|1|1|0");
        assert_column(compared, "cases_2019", "1|2|1|1|1|0|1|0|0");
    }
    assay_frame_free(made);
    assay_frame_free(compared);
    return status;
}

START_TEST(a_profile_that_finds_no_memory_is_not_made)
{
    assay_frame *frame = table(caseload);
    sweep_memory(attempt_all, frame);
    assay_frame_free(frame);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("profile");
    TCase *tests = tcase_create("profile");
    tcase_add_test(tests, a_profile_has_the_levels_of_each_column_by_itself);
    tcase_add_test(tests, declared_levels_that_do_not_occur_are_in_a_profile);
    tcase_add_test(tests, a_column_of_which_nothing_is_known_has_one_line);
    tcase_add_test(tests, a_column_named_as_one_of_a_count_is_profiled);
    tcase_add_test(tests, a_column_of_many_levels_is_profiled);
    tcase_add_test(tests, every_group_has_every_level_and_its_own_shares);
    tcase_add_test(tests, groups_of_two_columns_are_counted_right);
    tcase_add_test(tests, limits_are_those_of_the_reference);
    tcase_add_test(tests, what_is_missing_leaves_the_sampled_part_of_the_population_as_it_is);
    tcase_add_test(tests, limits_that_cannot_be_are_refused);
    tcase_add_test(tests, two_caseloads_stand_side_by_side);
    tcase_add_test(tests, groups_of_either_side_are_compared);
    tcase_add_test(tests, what_cannot_be_compared_is_refused);
    tcase_add_test(tests, a_profile_that_finds_no_memory_is_not_made);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
