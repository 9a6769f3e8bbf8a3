#include "folder.h"

#include <unistd.h>

#include "sample/history.h"
#include "sample/manifest.h"
#include "sample/verify.h"

static const char list[] = "id,g\n01,F\n02,F\n03,F\n04,F\n05,F\n06,M\n07,M\n08,M\n09,M\n";

static assay_status draw(assay_context *with, const char *seed, assay_sample **sample)
{
    static const uint64_t sizes[] = {2, 2}, reserves[] = {2, 1};
    const size_t stratum = 1;
    assay_plan *plan = NULL;
    assay_frame *frame = table(list);
    assay_status status = assay_plan_new(with, frame, 0, 1, &stratum, &plan);
    if (status == ASSAY_OK)
        status = assay_plan_set(with, plan, sizes, reserves);
    if (status == ASSAY_OK)
        status = assay_draw(with, plan, seed, sample);
    assay_plan_release(plan);
    assay_frame_free(frame);
    return status;
}

static assay_status lose(assay_context *with, assay_sample *sample, size_t i, bool replaced)
{
    char scratch[ASSAY_CELL_BYTES], id[ASSAY_CELL_BYTES];
    size_t length, by;
    const char *cell = assay_column_cell(assay_frame_column(sample->plan->frame, 0),
                                         sample->rows[i], scratch, &length);
    memcpy(id, cell, length);
    const assay_change_of_case what = {
        .id = id, .id_length = length, .kind = ASSAY_OUT_OF_SCOPE, .why = "order revoked"};
    return replaced ? assay_sample_replace(with, sample, &what, &by)
                    : assay_sample_withdraw(with, sample, &what);
}

static assay_status write_sample(assay_context *with, const assay_door *door, assay_sample *sample,
                                 const char *folder)
{
    assay_json *manifest = NULL;
    assay_status status = assay_json_new_object(with, &manifest);
    if (status == ASSAY_OK)
        status = assay_json_add_text(with, manifest, "note", "mine");
    if (status == ASSAY_OK)
        status = assay_sample_write(with, door, at(folder), sample, manifest);
    assay_json_free(manifest);
    return status;
}

static assay_status open_sample(assay_context *with, const assay_door *door, const char *folder,
                                assay_sample **sample)
{
    assay_json *manifest = NULL;
    const assay_status status = assay_sample_open(with, door, at(folder), sample, &manifest);
    assay_json_free(manifest);
    return status;
}

/* Revisions 1 to 3 in root/s: nothing; two cases replaced; one withdrawn. */
static void three_revisions(const assay_door *door)
{
    assay_sample *sample = NULL;
    assert_ok(draw(&context, "s1", &sample));
    assert_ok(write_sample(&context, door, sample, "s"));
    assert_ok(lose(&context, sample, 0, true));
    assert_ok(lose(&context, sample, 2, true));
    assert_ok(write_sample(&context, door, sample, "s"));
    assay_sample_free(sample);
    sample = NULL;
    assert_ok(open_sample(&context, door, "s", &sample));
    ck_assert(!assay_history_is_news(sample));
    ck_assert_uint_eq(assay_history_number(sample), 2);
    assert_ok(lose(&context, sample, 1, false));
    ck_assert(assay_history_is_news(sample));
    assert_ok(write_sample(&context, door, sample, "s"));
    ck_assert_uint_eq(assay_history_number(sample), 3);
    assay_sample_free(sample);
}

static void keep_words(void *self, const char *words)
{
    char *text = self;
    if (strlen(text) + strlen(words) + 2 < 4096) {
        strcat(text, words);
        strcat(text, "\n");
    }
}

static assay_status verify(assay_context *with, const assay_door *door, char words[4096])
{
    words[0] = '\0';
    return assay_sample_verify(with, door, at("s"), NULL, keep_words, words);
}

static int same(const char *a, const char *b)
{
    char command[512];
    snprintf(command, sizeof command, "cmp -s '%s/%s' '%s/%s'", root, a, root, b);
    return system(command) == 0;
}

static void shell(const char *text)
{
    char command[1024];
    snprintf(command, sizeof command, "cd '%s' && %s", root, text);
    ck_assert_msg(system(command) == 0, "%s", text);
}

START_TEST(each_revision_is_kept_as_it_was_written)
{
    assay_door *door = open_door();
    assay_sample *first = NULL;
    char words[4096];
    assert_ok(draw(&context, "s1", &first));
    assert_ok(write_sample(&context, door, first, "one"));
    three_revisions(door);
    ck_assert(same("one/sample.csv", "s/revision-1/sample.csv"));
    ck_assert(same("one/manifest.json", "s/revision-1/manifest.json"));
    ck_assert(same("one/frame.csv", "s/frame.csv"));
    ck_assert_int_eq(entries("s"), 5);
    ck_assert_int_eq(entries("."), 2); /* nothing hidden, and nothing .previous */
    assert_ok(verify(&context, door, words));
    ck_assert_str_eq(words, "");
    assay_sample_free(first);
    assay_door_free(door);
}
END_TEST

START_TEST(an_opened_sample_is_written_whole_elsewhere)
{
    assay_door *door = open_door();
    assay_sample *sample = NULL;
    three_revisions(door);
    assert_ok(open_sample(&context, door, "s", &sample));
    assert_ok(write_sample(&context, door, sample, "t"));
    assert_ok(write_sample(&context, door, sample, "t")); /* and is left alone */
    shell("diff -r s t");
    assert_ok(lose(&context, sample, 3, false));
    assert_ok(write_sample(&context, door, sample, "u"));
    ck_assert(same("s/manifest.json", "u/revision-3/manifest.json"));
    ck_assert(same("s/revision-2/sample.csv", "u/revision-2/sample.csv"));
    assay_sample_free(sample);
    assay_door_free(door);
}
END_TEST

START_TEST(a_folder_with_something_else_is_not_overwritten)
{
    static const char *const edits[] = {
        "echo mine > s/notes.txt",    "echo >> s/frame.csv",      "echo >> s/revision-1/sample.csv",
        "rm s/revision-1/sample.csv", "rm -r s && cp -r other s", "echo >> s/manifest.json",
    };
    assay_door *door = open_door();
    assay_sample *other = NULL;
    assert_ok(draw(&context, "s2", &other));
    assert_ok(write_sample(&context, door, other, "other"));
    assay_sample_free(other);
    for (size_t i = 0; i < sizeof edits / sizeof edits[0]; i++) {
        assay_sample *sample = NULL;
        three_revisions(door);
        assert_ok(open_sample(&context, door, "s", &sample));
        shell(edits[i]);
        assert_ok(lose(&context, sample, 3, false));
        shell("rm -rf before && cp -r s before");
        assert_status(write_sample(&context, door, sample, "s"), ASSAY_EIO);
        ck_assert_ptr_nonnull(strstr(context.error.message, "holds something else"));
        shell("diff -r s before");
        ck_assert_uint_eq(assay_history_number(sample), 4); /* still to be written */
        ck_assert(assay_history_is_news(sample));
        assay_sample_free(sample);
        shell("rm -r s");
    }
    assay_door_free(door);
}
END_TEST

/* Each edit, and what is said of it. */
static const char *const edits[][2] = {
    {"sed -i 's/order revoked/file lost/' s/manifest.json", "not as it was written"},
    {"sed -i 's/order revoked/file lost/' s/revision-2/manifest.json",
     "revision-2/manifest.json: its log is not the beginning of the last one"},
    {"sed -i 's/\"kind\": \"out_of_scope\"/\"kind\": \"unavailable\"/' s/manifest.json",
     "sample.csv, row 1: column 'role'"},
    {"sed -i '0,/\"replaced_by\": \"\\(..\\)\"/s//\"replaced_by\": \"zz\"/' s/manifest.json",
     "entry 1: it was not replaced by the next reserve"},
    {"sed -i '0,/\"id\": \"0.\"/s//\"id\": \"99\"/' s/manifest.json", "no case of the list"},
    {"sed -i 's/\"revision\": 3/\"revision\": 4/' s/manifest.json", "no revision that can be next"},
    {"sed -i '2s/sample/reserve/' s/revision-1/sample.csv",
     "revision-1/sample.csv is not the file that its manifest describes"},
    {"sed -i 's/out_of_scope/sample/' s/revision-2/sample.csv",
     "revision-2/sample.csv, row 1: column 'role' is not what list and seed give (2 rows in all)"},
    {"sed -i 's/\"mine\"/\"yours\"/' s/revision-1/manifest.json",
     "revision-1/manifest.json: 'note' is not that of the last revision"},
    {"sed -i 's/\"previous\": \"./\"previous\": \"g/' s/manifest.json",
     "manifest.json: 'previous' is not the digest of the revision before"},
    {"cp s/revision-1/* s/revision-2", "revision-2/manifest.json: 'revision' is not 2"},
    {"rm -r s/revision-2", "revision-2/manifest.json is missing"},
    {"mkdir s/revision-3", "the folder of revision 3 stands beside it"},
    {"cp s/revision-2/* s", "the folder of revision 2 stands beside it"},
    {"echo { > s/revision-1/manifest.json", "revision-1/manifest.json"},
};

START_TEST(an_edit_of_any_revision_is_found_and_said)
{
    assay_door *door = open_door();
    assay_sample *sample = NULL;
    char words[4096];
    three_revisions(door);
    shell(edits[_i][0]);
    assert_ok(verify(&context, door, words));
    ck_assert_msg(strstr(words, edits[_i][1]) != NULL, "%s: %s", edits[_i][0], words);
    assert_status(open_sample(&context, door, "s", &sample), ASSAY_EFORMAT);
    ck_assert_ptr_null(sample);
    assay_door_free(door);
}
END_TEST

/* ---- memory ---- */

/* Revisions 1 and 2 in root/s. */
static void two_revisions(const assay_door *door)
{
    assay_sample *sample = NULL;
    assert_ok(draw(&context, "s1", &sample));
    assert_ok(write_sample(&context, door, sample, "s"));
    assert_ok(lose(&context, sample, 0, true));
    assert_ok(write_sample(&context, door, sample, "s"));
    assay_sample_free(sample);
}

static assay_status revise(assay_context *with, void *door)
{
    assay_sample *sample = NULL;
    assay_status status = open_sample(with, door, "t", &sample);
    if (status == ASSAY_OK)
        status = lose(with, sample, 3, false);
    if (status == ASSAY_OK)
        status = write_sample(with, door, sample, "t");
    assay_sample_free(sample);
    if (status == ASSAY_OK)
        shell("cmp -s s/manifest.json t/revision-2/manifest.json && rm -r t && cp -r s t");
    else if (entries(".") != 2 || entries("t") != 4 || !same("s/manifest.json", "t/manifest.json"))
        ck_abort_msg("the folder is not as it was");
    return status;
}

static assay_status prove(assay_context *with, void *door)
{
    char words[4096];
    const assay_status status = verify(with, door, words);
    ck_assert_str_eq(words, "");
    return status;
}

START_TEST(no_memory_leaves_the_folder_as_it_was)
{
    assay_door *door = open_door();
    two_revisions(door);
    shell("cp -r s t");
    sweep_memory(prove, door);
    sweep_memory(revise, door);
    assay_door_free(door);
}
END_TEST

int main(void)
{
    assay_json_use_core_memory();
    Suite *suite = suite_create("history");
    TCase *tests = tcase_create("history");
    tcase_set_timeout(tests, 300); /* the sweeps write the folder once for each allocation */
    tcase_add_checked_fixture(tests, start, end);
    tcase_add_test(tests, each_revision_is_kept_as_it_was_written);
    tcase_add_test(tests, an_opened_sample_is_written_whole_elsewhere);
    tcase_add_test(tests, a_folder_with_something_else_is_not_overwritten);
    tcase_add_loop_test(tests, an_edit_of_any_revision_is_found_and_said, 0,
                        sizeof edits / sizeof edits[0]);
    tcase_add_test(tests, no_memory_leaves_the_folder_as_it_was);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
