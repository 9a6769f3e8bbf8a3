#include "tables.h"

#include "data/index.h"
#include "sample/manifest.h"
#include "sample/piece.h"
#include "sample/verify.h"

static assay_context context = {.threads = 2};

/* ---- lists made up by chance ---- */

static uint64_t chance;

static uint64_t below(uint64_t n)
{
    chance = assay_mix(chance + 0x9E3779B97F4A7C15u);
    return chance % n;
}

/* Cells that are of every type, or of one for a while; `odd` are put in once in a thousand rows. */
static void write_row(char *to, uint64_t row, uint64_t kind)
{
    static const char *const units[] = {"North", "South, East", "\"Q\"\"uote\"", "Bar ton"};
    static const char *const marks[] = {"1.50", "1.5", "2", ""};
    const char *unit = units[below(kind % 3 + 1) % 4];
    sprintf(to, "%s%llu,%s%s%s,%d,%s,%llu,2024-0%d-1%d,%s\n", kind % 2 == 0 ? "C" : "",
            (unsigned long long)(row * 7919 % 100003 + 1), strchr(unit, ',') != NULL ? "\"" : "",
            unit, strchr(unit, ',') != NULL ? "\"" : "", (int)below(kind % 4 + 1), marks[below(4)],
            (unsigned long long)below(kind % 5 == 0 ? 3 : 100000), (int)below(9) + 1,
            (int)below(10), below(50) == 0 && kind % 7 == 0 ? "word" : "12");
}

/* id, unit and band (strata), mark, many, day, late */
static char *make_list(uint64_t rows, uint64_t kind)
{
    char *csv = malloc((size_t)rows * 96 + 128);
    size_t length = (size_t)sprintf(csv, "id,unit,band,mark,many,day,late\n");
    for (uint64_t row = 0; row < rows; row++) {
        write_row(csv + length, row, kind);
        length += strlen(csv + length);
    }
    return csv;
}

static assay_source *open_list(const char *csv)
{
    const assay_csv_options options = assay_csv_defaults();
    assay_source *source = NULL;
    assert_ok(open_csv(&context, csv, strlen(csv), &options, &source));
    return source;
}

enum { COLUMNS = 7 };
static const assay_column_wish inferred[COLUMNS] = {
    {.type = ASSAY_TEXT},  {.type = ASSAY_INFER}, {.type = ASSAY_INFER}, {.type = ASSAY_INFER},
    {.type = ASSAY_INFER}, {.type = ASSAY_INFER}, {.type = ASSAY_INFER}};
static const size_t strata_columns[] = {1, 2};

/* The plan of the list in memory, and as it streams past. */
static assay_status plan_both(const char *csv, const assay_column_wish wishes[], size_t n,
                              assay_plan *plans[2], assay_error errors[2])
{
    assay_frame *frame = NULL;
    assay_status status[2];
    for (int streams = 0; streams < 2; streams++) {
        assay_source *source = open_list(csv);
        plans[streams] = NULL;
        context.error = (assay_error){0};
        if (streams) {
            status[1] = assay_plan_of_source(&context, source, wishes, NULL, 0, n, strata_columns,
                                             &plans[1]);
        } else {
            status[0] = assay_source_collect(&context, source, wishes, NULL, &frame);
            if (status[0] == ASSAY_OK)
                status[0] = assay_plan_new(&context, frame, 0, n, strata_columns, &plans[0]);
            assay_frame_free(frame);
        }
        errors[streams] = context.error;
        assay_source_free(source);
    }
    ck_assert_msg(status[0] == status[1], "%s '%s', streamed %s '%s'", assay_status_name(status[0]),
                  errors[0].message, assay_status_name(status[1]), errors[1].message);
    return status[0];
}

/* ---- the same ---- */

static void assert_same_cell(const assay_column *a, const assay_column *b, size_t row)
{
    char scratch_a[ASSAY_CELL_BYTES], scratch_b[ASSAY_CELL_BYTES];
    size_t n = 0, m = 0;
    const char *left = assay_column_cell(a, row, scratch_a, &n);
    const char *right = assay_column_cell(b, row, scratch_b, &m);
    must((left == NULL) == (right == NULL) &&
             (left == NULL || assay_compare_bytes(left, n, right, m) == 0),
         "row %zu: %.*s, streamed %.*s", row, (int)n, left, (int)m, right);
}

static void assert_same_frame(const assay_frame *a, const assay_frame *b)
{
    ck_assert_uint_eq(assay_frame_rows(a), assay_frame_rows(b));
    ck_assert_uint_eq(assay_frame_columns(a), assay_frame_columns(b));
    for (size_t i = 0; i < assay_frame_columns(a); i++) {
        const assay_column *left = assay_frame_column(a, i), *right = assay_frame_column(b, i);
        ck_assert_str_eq(assay_frame_name(a, i), assay_frame_name(b, i));
        ck_assert_msg(left->type == right->type, "'%s' is %s, streamed %s", assay_frame_name(a, i),
                      assay_type_name(left->type), assay_type_name(right->type));
        for (size_t row = 0; row < left->length; row++)
            assert_same_cell(left, right, row);
    }
}

static void set_sizes(assay_plan *plans[2], uint64_t kind)
{
    const assay_strata *strata = plans[0]->strata;
    uint64_t *sample = calloc(strata->n + 1, sizeof *sample);
    uint64_t *reserve = calloc(strata->n + 1, sizeof *reserve);
    for (size_t h = 0; h < strata->n; h++) {
        sample[h] = kind % 4 == 0 ? strata->population[h] : below(strata->population[h] + 1);
        if (kind % 4 > 1)
            sample[h] = sample[h] / 10;
        reserve[h] = below(strata->population[h] - sample[h] + 1) / 4;
    }
    for (int i = 0; i < 2; i++)
        assert_ok(assay_plan_set(&context, plans[i], sample, reserve));
    free(sample);
    free(reserve);
}

static char *contents(const char *folder, const char *name)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    ck_assert_ptr_nonnull(file);
    fseek(file, 0, SEEK_END);
    const long length = ftell(file);
    char *bytes = calloc((size_t)length + 1, 1);
    rewind(file);
    ck_assert_uint_eq(fread(bytes, 1, (size_t)length, file), (size_t)length);
    fclose(file);
    return bytes;
}

static void write_folder(const assay_door *door, assay_sample *sample, const char *name)
{
    assay_json *manifest = NULL;
    assert_ok(assay_json_new_object(&context, &manifest));
    const assay_status status = assay_sample_write(&context, door, name, sample, manifest);
    ck_assert_msg(status == ASSAY_OK, "%s", context.error.message);
    assay_json_free(manifest);
}

static void count_differences(void *self, const char *words)
{
    ck_abort_msg("%s", words);
    (void)self;
}

/* The list in pieces of some bytes, beside all of it from memory. */
static void assert_pieces(const assay_door *door, const char *folder, const assay_sample *sample,
                          const char *whole, uint64_t bytes)
{
    assay_output *output = NULL;
    assert_ok(assay_output_open(&context, door, "pieces.csv", &output));
    assert_ok(assay_write_pieces(&context, sample, bytes, output));
    assert_ok(assay_output_commit(&context, output));
    assay_output_free(output);
    char *pieces = contents(folder, "pieces.csv");
    ck_assert_str_eq(pieces, whole);
    free(pieces);
}

static void assert_same_folders(assay_sample *samples[2], uint64_t kind)
{
    static const char *const files[] = {"frame.csv", "sample.csv", "manifest.json"};
    char folder[FOLDER_BYTES], parts[2][FOLDER_BYTES + 8];
    assay_door *door = NULL;
    make_folder(folder);
    assert_ok(assay_door_new(&context, &door));
    assert_ok(assay_door_set_output(&context, door, folder));
    assert_ok(assay_door_allow_input(&context, door, folder));
    write_folder(door, samples[0], "held");
    write_folder(door, samples[1], "streamed");
    snprintf(parts[0], sizeof parts[0], "%s/held", folder);
    snprintf(parts[1], sizeof parts[1], "%s/streamed", folder);
    for (size_t i = 0; i < 3; i++) {
        char *held = contents(parts[0], files[i]), *streamed = contents(parts[1], files[i]);
        ck_assert_str_eq(streamed, held);
        if (i == 0)
            assert_pieces(door, folder, samples[1], held, strlen(held) / (kind % 3 * 7 + 1) + 1);
        free(held);
        free(streamed);
    }
    assert_ok(assay_sample_verify(&context, door, "streamed", NULL, count_differences, NULL));
    assay_door_free(door);
    remove_folder(folder);
}

static void assert_same_samples(assay_plan *plans[2], uint64_t kind)
{
    assay_sample *samples[2] = {NULL, NULL};
    assay_frame *cases[2] = {NULL, NULL}, *tables[2] = {NULL, NULL};
    char seed[24], fingerprints[2][ASSAY_FINGERPRINT_BYTES];
    snprintf(seed, sizeof seed, "s-%llu", (unsigned long long)kind);
    set_sizes(plans, kind);
    for (int i = 0; i < 2; i++) {
        const assay_status status = assay_draw(&context, plans[i], seed, &samples[i]);
        ck_assert_msg(status == ASSAY_OK, "%s", context.error.message);
        assert_ok(assay_sample_cases(&context, samples[i], &cases[i]));
        assert_ok(assay_plan_table(&context, samples[i]->plan, &tables[i]));
        assert_ok(assay_plan_fingerprint(&context, plans[i], fingerprints[i]));
    }
    ck_assert_str_eq(fingerprints[0], fingerprints[1]);
    assert_same_frame(cases[0], cases[1]);
    assert_same_frame(tables[0], tables[1]);
    if (kind % 5 < 2)
        assert_same_folders(samples, kind);
    for (int i = 0; i < 2; i++) {
        assay_frame_free(cases[i]);
        assay_frame_free(tables[i]);
        assay_sample_free(samples[i]);
    }
}

START_TEST(a_list_that_streams_past_has_the_sample_that_it_has_in_memory)
{
    static const uint64_t sizes[] = {1, 2, 3, 17, 100, 1001, 5003};
    for (uint64_t kind = 0; kind < 84; kind++) {
        assay_plan *plans[2];
        assay_error errors[2];
        chance = kind;
        char *csv = make_list(sizes[kind % 7], kind);
        assert_ok(plan_both(csv, inferred, (size_t)(kind % 3), plans, errors));
        assert_same_samples(plans, kind);
        assay_plan_release(plans[0]);
        assay_plan_release(plans[1]);
        free(csv);
    }
}
END_TEST

/* Longer than a block, with ids that no dictionary holds and a late word in a column of numbers. */
START_TEST(a_long_list_is_no_different)
{
    for (uint64_t kind = 7; kind < 22; kind += 7) {
        assay_plan *plans[2];
        assay_error errors[2];
        chance = kind;
        char *csv = make_list(100003, kind);
        assert_ok(plan_both(csv, inferred, 2, plans, errors));
        assert_same_samples(plans, kind);
        assay_plan_release(plans[0]);
        assay_plan_release(plans[1]);
        free(csv);
    }
}
END_TEST

/* Expected sizes: which of them are rounded up is known only when the sample is drawn. */
START_TEST(sizes_rounded_by_chance_are_the_same_too)
{
    assay_plan *plans[2];
    assay_error errors[2];
    chance = 4;
    char *csv = make_list(1001, 5);
    assert_ok(plan_both(csv, inferred, 2, plans, errors));
    const assay_strata *strata = plans[0]->strata;
    double *expected = calloc(strata->n, sizeof *expected);
    uint64_t *reserve = calloc(strata->n, sizeof *reserve);
    for (size_t h = 0; h < strata->n; h++)
        expected[h] = 100.0 * (double)strata->population[h] / 1001;
    for (int seed = 0; seed < 20; seed++) {
        assay_frame *cases[2] = {NULL, NULL};
        char text[8];
        snprintf(text, sizeof text, "r%d", seed);
        for (int i = 0; i < 2; i++) {
            assay_sample *sample = NULL;
            assert_ok(assay_plan_set_expected(&context, plans[i], 100, expected, reserve));
            assert_ok(assay_draw(&context, plans[i], text, &sample));
            ck_assert_uint_eq(sample->n_sample, 100);
            assert_ok(assay_sample_cases(&context, sample, &cases[i]));
            assay_sample_free(sample);
        }
        assert_same_frame(cases[0], cases[1]);
        assay_frame_free(cases[0]);
        assay_frame_free(cases[1]);
    }
    free(expected);
    free(reserve);
    assay_plan_release(plans[0]);
    assay_plan_release(plans[1]);
    free(csv);
}
END_TEST

/* ---- what is wrong with a list ---- */

START_TEST(what_is_wrong_is_told_as_it_is_in_memory)
{
    static const struct {
        const char *csv;
        size_t n;
        assay_status status;
        uint64_t row;
    } rows[] = {
        {"id,unit,band\nA,x,1\nB,x,2\nA,y,1\n", 2, ASSAY_EREPEATED, 3},
        {"id,unit,band\nA,x,1\n,x,2\nA,y,1\n", 2, ASSAY_EMISSING, 2},
        {"id,unit,band\nA,x,1\nA,x,2\n,y,1\n", 2, ASSAY_EREPEATED, 2},
        {"id,unit,band\nA,x,1\nB,,2\nC,y,1\n", 2, ASSAY_EMISSING, 2},
        {"id,unit,band\nA,,1\nB,x,2\nB,y,1\n", 2, ASSAY_EREPEATED, 3},
        {"id,unit,band\nA,a / b,c\nB,a,b / c\n", 2, ASSAY_EREPEATED, 2},
        {"id,unit,rank\nA,a,c\n", 1, ASSAY_EREPEATED, 0},
        {"id,unit,band\nA,a,c\nB,a\n", 1, ASSAY_EFORMAT, 0},
        {"id,unit,band\n", 2, ASSAY_OK, 0},
        {"id,unit,band\nA,1.0,x\nB,1.00,x\nC,1,x\n", 2, ASSAY_OK, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assay_plan *plans[2];
        assay_error errors[2];
        assert_status(plan_both(rows[i].csv, inferred, rows[i].n, plans, errors), rows[i].status);
        ck_assert_str_eq(errors[1].message, errors[0].message);
        ck_assert_str_eq(errors[1].argument, errors[0].argument);
        ck_assert_uint_eq(errors[1].row, errors[0].row);
        ck_assert_uint_eq(errors[1].line, errors[0].line);
        ck_assert_uint_eq(errors[1].row, rows[i].row);
        if (plans[0] != NULL)
            ck_assert_uint_eq(plans[1]->strata->n, plans[0]->strata->n);
        assay_plan_release(plans[0]);
        assay_plan_release(plans[1]);
    }
}
END_TEST

/* Wishes that a cell does not fit are told with their row, levels too. */
START_TEST(a_cell_that_is_not_what_was_wished_for_is_told_as_it_is_in_memory)
{
    static const char *const lists[] = {"id,unit,band\nA,x,1\nB,y,2\nC,z,1x\n",
                                        "id,unit,band\nA,x,1\nB,y,2\nC,z,1\n"};
    for (int i = 0; i < 2; i++)
        for (int levels = 0; levels < 2; levels++) {
            assay_column_wish wishes[3] = {{.type = ASSAY_TEXT},
                                           {.type = ASSAY_INFER, .private = true},
                                           {.type = ASSAY_INTEGER}};
            assay_plan *plans[2];
            assay_error errors[2];
            assay_dictionary *declared = assay_dictionary_new();
            assay_dictionary_add(declared, "x", 1);
            assay_dictionary_add(declared, "y", 1);
            assay_dictionary_declare(declared);
            wishes[1].levels = levels ? declared : NULL;
            const bool good = i == 1 && !levels;
            assert_status(plan_both(lists[i], wishes, 2, plans, errors),
                          good ? ASSAY_OK : ASSAY_EFORMAT);
            ck_assert_str_eq(errors[1].message, errors[0].message);
            ck_assert_str_eq(errors[1].argument, errors[0].argument);
            ck_assert_uint_eq(errors[1].row, good ? 0 : 3);
            assay_plan_release(plans[0]);
            assay_plan_release(plans[1]);
            assay_dictionary_release(declared);
        }
}
END_TEST

START_TEST(ids_that_would_be_printed_otherwise_are_refused)
{
    static const struct {
        const char *csv;
        assay_type type;
        assay_status status;
    } rows[] = {{"id,x\n1.50,a\n1.5,a\n", ASSAY_INFER, ASSAY_EDOM},
                {"id,x\n1.50,a\n1.5,a\n", ASSAY_TEXT, ASSAY_OK},
                {"id,x\n07,a\n7,a\n", ASSAY_INTEGER, ASSAY_EDOM},
                {"id,x\n7,a\n8,a\n", ASSAY_INFER, ASSAY_OK},
                {"id,x\n2024-01-02,a\n", ASSAY_INFER, ASSAY_OK}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const assay_column_wish wishes[] = {{.type = rows[i].type}, {.type = ASSAY_INFER}};
        assay_source *source = open_list(rows[i].csv);
        assay_plan *plan = NULL;
        assert_status(
            assay_plan_of_source(&context, source, wishes, NULL, 0, 1, strata_columns, &plan),
            rows[i].status);
        assay_source_free(source);
        assay_plan_release(plan);
    }
}
END_TEST

START_TEST(what_needs_all_cases_is_refused)
{
    static const size_t column[] = {2};
    assay_plan *plans[2];
    assay_error errors[2];
    assay_sample *sample = NULL;
    assay_frame *frame = NULL;
    const uint64_t one[] = {1}, none[] = {0};
    const assay_drawing how = {.method = assay_method_find("systematic")};
    assert_ok(plan_both("id,unit,band\nA,x,1\nB,x,2\n", inferred, 1, plans, errors));
    assert_ok(assay_plan_set(&context, plans[1], one, none));
    assert_status(assay_plan_within(&context, plans[1], 1, column, 0), ASSAY_EDOM);
    ck_assert_ptr_nonnull(strstr(context.error.message, "collect it first"));
    assert_status(assay_plan_cap(&context, plans[1], 2, 1), ASSAY_EDOM);
    assert_status(assay_plan_measure(&context, plans[1], 2), ASSAY_EDOM);
    assert_status(assay_draw_by(&context, plans[1], "s", &how, &sample), ASSAY_EDOM);
    assert_ok(assay_draw(&context, plans[1], "s", &sample));
    assert_status(assay_sample_frame(&context, sample, &frame), ASSAY_EDOM);
    assay_sample_free(sample);
    assay_plan_release(plans[0]);
    assay_plan_release(plans[1]);
}
END_TEST

/* A file that is written to after the plan was made. */
START_TEST(a_list_that_changes_is_no_longer_drawn_from)
{
    for (int grows = 0; grows < 2; grows++) {
        char path[] = "/tmp/assay-XXXXXX";
        static const char csv[] = "id,unit\nA,x\nB,x\nC,y\n";
        const assay_csv_options options = assay_csv_defaults();
        const uint64_t sizes[] = {1, 1}, none[] = {0, 0};
        assay_door *door = NULL;
        assay_input *input;
        assay_source *source = NULL;
        assay_plan *plan = NULL;
        assay_sample *sample = NULL;
        const int file = mkstemp(path);
        ck_assert_int_eq(write(file, csv, sizeof csv - 1), (ssize_t)sizeof csv - 1);
        assert_ok(assay_door_new(&context, &door));
        assert_ok(assay_input_open(&context, door, path, &input));
        assert_ok(assay_csv_open(&context, input, &options, &source));
        assert_ok(
            assay_plan_of_source(&context, source, inferred, NULL, 0, 1, strata_columns, &plan));
        assert_ok(assay_plan_set(&context, plan, sizes, none));
        if (grows)
            ck_assert_int_eq(write(file, "D,y\n", 4), 4);
        close(file);
        assert_status(assay_draw(&context, plan, "s", &sample), grows ? ASSAY_EIO : ASSAY_OK);
        assay_sample_free(sample);
        assay_plan_release(plan);
        assay_source_free(source);
        assay_door_free(door);
        unlink(path);
    }
}
END_TEST

static assay_status use_list(assay_context *with, void *self)
{
    const assay_csv_options options = assay_csv_defaults();
    const uint64_t sizes[] = {1, 2}, more[] = {1, 0};
    assay_source *source = NULL;
    assay_plan *plan = NULL;
    assay_sample *sample = NULL;
    assay_frame *cases = NULL;
    assay_status status = open_csv(with, self, strlen(self), &options, &source);
    if (status == ASSAY_OK)
        status = assay_plan_of_source(with, source, inferred, NULL, 0, 1, strata_columns, &plan);
    assay_source_free(source);
    if (status == ASSAY_OK)
        status = assay_plan_set(with, plan, sizes, more);
    if (status == ASSAY_OK)
        status = assay_draw(with, plan, "s", &sample);
    assay_plan_release(plan);
    if (status == ASSAY_OK)
        status = assay_sample_cases(with, sample, &cases);
    if (status == ASSAY_OK)
        ck_assert_uint_eq(assay_frame_rows(cases), 4);
    assay_frame_free(cases);
    assay_sample_free(sample);
    return status;
}

START_TEST(a_list_that_finds_no_memory_leaves_nothing)
{
    char csv[] = "id,unit,day\nA,x,2024-01-02\nB,x,2024-01-02\nC,y,2024-01-02\nD,y,2023-01-02\n";
    sweep_memory(use_list, csv);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("listed");
    TCase *tests = tcase_create("listed");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, a_list_that_streams_past_has_the_sample_that_it_has_in_memory);
    tcase_add_test(tests, a_long_list_is_no_different);
    tcase_add_test(tests, sizes_rounded_by_chance_are_the_same_too);
    tcase_add_test(tests, what_is_wrong_is_told_as_it_is_in_memory);
    tcase_add_test(tests, a_cell_that_is_not_what_was_wished_for_is_told_as_it_is_in_memory);
    tcase_add_test(tests, ids_that_would_be_printed_otherwise_are_refused);
    tcase_add_test(tests, what_needs_all_cases_is_refused);
    tcase_add_test(tests, a_list_that_changes_is_no_longer_drawn_from);
    tcase_add_test(tests, a_list_that_finds_no_memory_leaves_nothing);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
