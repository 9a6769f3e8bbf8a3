#include "tables.h"

#include "sample/manifest.h"
#include "sample/verify.h"

static assay_context context;
static char root[FOLDER_BYTES]; /* of one test */
static assay_door *door;

static void end(void)
{
    assay_door_free(door);
    remove_folder(root);
}

static const char *name = "sample";

static const char *folder(void)
{
    static char path[FOLDER_BYTES + 16];
    snprintf(path, sizeof path, "%s/%s", root, name);
    return path;
}

/* Five cases; gender is declared as M, F. */
static assay_frame *cases(void)
{
    assay_frame *frame = NULL;
    assay_dictionary *levels = assay_dictionary_new();
    assay_builder *builder = assay_builder_new();
    assay_column *column;
    assay_dictionary_add(levels, "M", 1);
    assay_dictionary_add(levels, "F", 1);
    assay_dictionary_declare(levels);
    for (const char *gender = "FMFFM"; *gender != '\0'; gender++)
        assert_ok(assay_builder_add(&context, builder, gender, 1));
    frame = table("id\n01\n02\n03\n04\n05\n");
    assert_ok(assay_builder_finish(&context, builder,
                                   &(assay_column_wish){.type = ASSAY_CATEGORY, .levels = levels},
                                   &column));
    assert_ok(assay_frame_add(&context, frame, "gender", column));
    assay_builder_free(builder);
    assay_dictionary_release(levels);
    return frame;
}

/* A folder with a sample of 2 F and 1 M. */
static void start(void)
{
    static const uint64_t sizes[] = {2, 1}, reserves[] = {1, 0};
    const size_t gender = 1;
    assay_plan *plan = NULL;
    assay_sample *sample = NULL;
    assay_json *manifest = NULL;
    assay_frame *frame = cases();
    make_folder(root);
    assert_ok(assay_door_new(&context, &door));
    assert_ok(assay_plan_new(&context, frame, 0, 1, &gender, &plan));
    assert_ok(assay_plan_set(&context, plan, sizes, reserves));
    assert_ok(assay_draw(&context, plan, "a-seed", &sample));
    assert_ok(assay_json_new_object(&context, &manifest));
    assert_ok(assay_json_add_text(&context, manifest, "note", "mine"));
    assert_ok(assay_sample_write(&context, door, folder(), sample, manifest));
    assay_json_free(manifest);
    assay_sample_free(sample);
    assay_plan_release(plan);
    assay_frame_free(frame);
}

static void count(void *self, const char *words)
{
    ck_assert_str_ne(words, "");
    ++*(int *)self;
}

START_TEST(a_sample_opens_as_it_was_written)
{
    assay_sample *sample = NULL;
    assay_json *manifest = NULL;
    assert_ok(assay_sample_open(&context, door, folder(), &sample, &manifest));
    ck_assert_str_eq(sample->seed, "a-seed");
    ck_assert_uint_eq(sample->n, 4);
    ck_assert_uint_eq(sample->n_sample, 3);
    const assay_column *gender = column_named(sample->plan->frame, "gender");
    ck_assert(assay_dictionary_is_declared(gender->dictionary));
    ck_assert_uint_eq(assay_dictionary_find(gender->dictionary, "M", 1), 1);
    ck_assert_str_eq(assay_json_text(assay_json_member(manifest, "note")), "mine");
    assay_sample_free(sample);
    assay_json_free(manifest);
}
END_TEST

START_TEST(an_edited_file_is_a_difference_and_does_not_open)
{
    char path[FOLDER_BYTES + 32];
    int told = 0;
    assay_sample *sample = NULL;
    assay_json *manifest = NULL;
    snprintf(path, sizeof path, "%s/sample.csv", folder());
    FILE *file = fopen(path, "r+");
    ck_assert_ptr_nonnull(file);
    fseek(file, -2, SEEK_END); /* the last digit of a ticket */
    fputc('x', file);
    fclose(file);
    assert_ok(assay_sample_verify(&context, door, folder(), NULL, count, &told));
    ck_assert_int_eq(told, 2); /* the file's SHA-256, and the ticket */
    assert_status(assay_sample_open(&context, door, folder(), &sample, &manifest), ASSAY_EFORMAT);
    ck_assert_ptr_null(sample);
    ck_assert_ptr_null(manifest);
}
END_TEST

static assay_status verify(assay_context *with, void *self)
{
    int told = 0;
    const assay_status status = assay_sample_verify(with, self, folder(), NULL, count, &told);
    ck_assert_int_eq(told, 0);
    return status;
}

START_TEST(no_memory_is_never_told_as_a_difference)
{
    sweep_memory(verify, door);
}
END_TEST

/* ---- what a plain draw does not have ---- */

typedef enum manner { CELLS, CAP, CHANCE, SORTED, AIMED, RANDOM, STAGES } manner;

/* An office of F, of 2 cases each, and the one of M, sorted by gender, which is the same in an office. */
static assay_status add_stages(assay_context *with, assay_plan *plan)
{
    static const uint64_t one[] = {1, 1};
    size_t columns[] = {1};
    bool descending[] = {true};
    const size_t office = 4;
    const assay_sorting by = {1, columns, descending, false};
    const assay_status status = assay_stages_part(with, plan, office, &by, false);
    return status == ASSAY_OK ? assay_stages_set(with, plan, one, 2, 1, assay_method_find("chromy"))
                              : status;
}

/* Strata F (4 cases) and M (3), officers x, y, z: a plan of 3 and 2 with a reserve in M. */
static assay_status make_plan(assay_context *with, const assay_frame *frame, manner how,
                              assay_plan **plan)
{
    static const uint64_t sizes[] = {3, 1}, some[] = {0, 1}, none[] = {0, 0};
    static const double thirds[] = {8.0 / 3, 4.0 / 3};
    const uint64_t *reserves = how == RANDOM ? none : some;
    const size_t gender = 1, officer = 2, size = 3;
    assay_status status = assay_plan_new(with, frame, 0, 1, &gender, plan);
    if (status == ASSAY_OK && how == STAGES)
        return add_stages(with, *plan);
    if (status == ASSAY_OK)
        status = how == CHANCE ? assay_plan_set_expected(with, *plan, 4, thirds, reserves)
                               : assay_plan_set(with, *plan, sizes, reserves);
    if (status == ASSAY_OK && how == CELLS)
        status = assay_plan_within(with, *plan, 1, &officer, 2);
    if (status == ASSAY_OK && how == CAP)
        status = assay_plan_cap(with, *plan, officer, 2);
    if (status == ASSAY_OK && (how == SORTED || how == AIMED))
        status = assay_plan_measure(with, *plan, size);
    return status;
}

static assay_status draw_one(assay_context *with, assay_plan *plan, manner how,
                             assay_sample **sample)
{
    size_t columns[] = {2, 3};
    bool descending[] = {false, true};
    assay_drawing drawing = {0};
    if (how == SORTED)
        drawing = (assay_drawing){.method = assay_method_find("chromy"),
                                  .sorting = {2, columns, descending, true}};
    if (how == AIMED)
        drawing.method = assay_method_find("pareto");
    if (how == RANDOM)
        drawing.method = assay_method_find("bernoulli");
    return assay_draw_by(with, plan, "s2", &drawing, sample);
}

typedef struct request {
    assay_frame *frame;
    manner how;
} request;

static assay_status write_one(assay_context *with, void *self)
{
    const request *r = self;
    assay_plan *plan = NULL;
    assay_sample *sample = NULL;
    assay_json *manifest = NULL;
    assay_status status = make_plan(with, r->frame, r->how, &plan);
    if (status == ASSAY_OK)
        status = draw_one(with, plan, r->how, &sample);
    if (status == ASSAY_OK)
        status = assay_json_new_object(with, &manifest);
    if (status == ASSAY_OK)
        status = assay_sample_write(with, door, folder(), sample, manifest);
    assay_json_free(manifest);
    assay_sample_free(sample);
    assay_plan_release(plan);
    return status;
}

static assay_status open_one(assay_context *with, void *self)
{
    assay_sample *sample = NULL;
    assay_json *manifest = NULL;
    const assay_status status = assay_sample_open(with, self, folder(), &sample, &manifest);
    if (status == ASSAY_OK) {
        ck_assert(sample->n_sample == 4 || !sample->how.method->fixed_size);
        assay_sample_free(sample);
        assay_json_free(manifest);
    }
    return status;
}

START_TEST(every_manner_of_drawing_proves_itself_or_finds_no_memory)
{
    request r = {.frame = table("id,g,officer,size,office\n1,F,x,3,a\n2,F,x,1.5,a\n3,F,x,2,b\n"
                                "4,F,y,40,b\n5,M,x,1,c\n6,M,z,2,c\n7,M,z,3,c\n"),
                 .how = (manner)_i};
    name = "other";
    sweep_memory(write_one, &r);
    sweep_memory(verify, door);
    sweep_memory(open_one, door);
    assay_frame_free(r.frame);
    name = "sample";
}
END_TEST

int main(void)
{
    assay_json_use_core_memory();
    Suite *suite = suite_create("manifest");
    TCase *tests = tcase_create("manifest");
    tcase_set_timeout(tests, 60); /* each sweep writes the folder once for each allocation */
    tcase_add_checked_fixture(tests, start, end);
    tcase_add_test(tests, a_sample_opens_as_it_was_written);
    tcase_add_test(tests, an_edited_file_is_a_difference_and_does_not_open);
    tcase_add_test(tests, no_memory_is_never_told_as_a_difference);
    tcase_add_loop_test(tests, every_manner_of_drawing_proves_itself_or_finds_no_memory, CELLS,
                        STAGES + 1);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
