#include "folder.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/wait.h>

#include "base/stage.h"
#include "base/tree.h"

/* A stage for out/NAME with two files in it. */
static assay_stage *stage_of(const assay_door *door, const char *name, const char *a, const char *b)
{
    assay_stage *stage = NULL;
    assert_ok(assay_stage_open(&context, door, name, &stage));
    assert_ok(write_text(assay_stage_door(stage), "a.txt", a));
    assert_ok(write_text(assay_stage_door(stage), "b.txt", b));
    return stage;
}

START_TEST(a_stage_reads_what_it_wrote_and_leads_nowhere_else)
{
    assay_door *door = confined_door();
    put("out/beside.txt", "beside");
    assay_stage *stage = stage_of(door, "sample", "1", "2");
    assert_ok(read_text(assay_stage_door(stage), "b.txt", "2"));
    assert_status(read_text(assay_stage_door(stage), "../beside.txt", ""), ASSAY_EIO);
    assert_status(write_text(assay_stage_door(stage), "../c.txt", ""), ASSAY_EIO);
    ck_assert_int_ne(access(at("out/sample"), F_OK), 0);
    assay_stage_free(stage);
    assay_stage_free(NULL);
    ck_assert_int_eq(entries("out"), 1);
    assay_door_free(door);
}
END_TEST

static assay_status commit(const assay_door *door, const char *name, const char *a, const char *b)
{
    assay_stage *stage = stage_of(door, name, a, b);
    const assay_status status = assay_stage_commit(&context, stage);
    assay_stage_free(stage);
    return status;
}

/* A stage for out/NAME with a file in a folder in it. */
static assay_status commit_deep(const assay_door *door, const char *name, const char *text)
{
    assay_stage *stage = NULL;
    assert_ok(assay_stage_open(&context, door, name, &stage));
    assert_ok(assay_stage_make(&context, stage, "in"));
    assert_status(assay_stage_make(&context, stage, "in"), ASSAY_EIO);
    assert_ok(write_text(assay_stage_door(stage), "in/a.txt", text));
    const assay_status status = assay_stage_commit(&context, stage);
    assay_stage_free(stage);
    return status;
}

START_TEST(what_is_the_same_is_the_same_in_its_folders_too)
{
    assay_door *door = confined_door();
    assert_ok(commit_deep(door, "s", "1"));
    assert_ok(commit_deep(door, "s", "1"));
    assert_status(commit_deep(door, "s", "2"), ASSAY_EIO);
    put("out/s/in/b.txt", "");
    assert_status(commit_deep(door, "s", "1"), ASSAY_EIO);
    ck_assert_int_eq(entries("out"), 1);
    assay_door_free(door);
}
END_TEST

START_TEST(an_exchange_leaves_nothing_of_what_stood_there)
{
    assay_door *door = confined_door(), *inside = NULL;
    assert_ok(commit(door, "s", "1", "2"));
    assay_stage *stage = stage_of(door, "s", "3", "4");
    assert_ok(assay_stage_standing(&context, stage, &inside));
    assert_ok(read_text(inside, "a.txt", "1"));
    assay_door_free(inside);
    assert_ok(assay_stage_exchange(&context, stage));
    assay_stage_free(stage);
    assert_holds("out/s/a.txt", "3");
    ck_assert_int_eq(entries("out"), 1);
    stage = stage_of(door, "t", "", "");
    assert_ok(assay_stage_standing(&context, stage, &inside));
    ck_assert_ptr_null(inside);
    assert_status(assay_stage_exchange(&context, stage), ASSAY_EIO); /* nothing is there */
    assay_stage_free(stage);
    ck_assert_int_eq(entries("out"), 1);
    assay_door_free(door);
}
END_TEST

START_TEST(a_stage_knows_the_folders_that_it_is_below)
{
    assay_door *door = open_door();
    assay_stage *stage = NULL;
    make("data");
    make("data/out");
    make("data/out/run");
    make("other");
    ck_assert_int_eq(symlink("data", at("link")), 0);
    assert_ok(assay_stage_open(&context, door, at("data/out/run"), &stage));
    const char *const above[] = {"data", "data/out", "data/out/run", "link", "."};
    for (size_t i = 0; i < sizeof above / sizeof above[0]; i++)
        ck_assert_msg(assay_stage_is_below(stage, at(above[i])), "%s", above[i]);
    ck_assert(!assay_stage_is_below(stage, at("other")));
    ck_assert(!assay_stage_is_below(stage, at("nowhere")));
    assay_stage_free(stage);
    assay_door_free(door);
}
END_TEST

START_TEST(a_stage_is_committed_where_nothing_else_is)
{
    struct stat before, after;
    assay_door *door = confined_door();
    make("out/empty");
    assert_ok(commit(door, "absent/", "1", "2")); /* a slash at the end does no harm */
    assert_ok(commit(door, "empty", "1", "2"));
    assert_holds("out/absent/a.txt", "1");
    assert_holds("out/empty/b.txt", "2");
    ck_assert_int_eq(stat(at("out/absent"), &before), 0);
    assert_ok(commit(door, "absent", "1", "2")); /* the same again is left as it is */
    ck_assert_int_eq(stat(at("out/absent"), &after), 0);
    ck_assert(before.st_ino == after.st_ino);
    ck_assert_int_eq(entries("out"), 2);
    assay_door_free(door);
}
END_TEST

START_TEST(a_stage_is_not_committed_over_anything_different)
{
    assay_door *door = confined_door();
    assert_ok(commit(door, "sample", "1", "2"));
    const char *const others[][2] = {{"1", "3"}, {"1", "22"}, {"1", ""}, {"", "2"}};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        assert_status(commit(door, "sample", others[i][0], others[i][1]), ASSAY_EIO);
        ck_assert_ptr_nonnull(strstr(context.error.message, "holds something else"));
    }
    put("out/sample/c.txt", "one more");
    assert_status(commit(door, "sample", "1", "2"), ASSAY_EIO);
    assert_holds("out/sample/c.txt", "one more");
    assert_holds("out/sample/b.txt", "2");
    ck_assert_int_eq(unlink(at("out/sample/c.txt")), 0);
    ck_assert_int_eq(unlink(at("out/sample/b.txt")), 0);
    assert_status(commit(door, "sample", "1", "2"), ASSAY_EIO); /* one file fewer */
    ck_assert_int_eq(symlink("a.txt", at("out/sample/b.txt")), 0);
    assert_status(commit(door, "sample", "1", "1"), ASSAY_EIO); /* a link is not the file */
    put("out/file", "");
    assert_status(commit(door, "file", "1", "2"), ASSAY_EIO);
    ck_assert_int_eq(entries("out"), 2);
    assay_door_free(door);
}
END_TEST

static assay_status replace(const assay_door *door, const char *name, const char *a, const char *b)
{
    assay_stage *stage = stage_of(door, name, a, b);
    const assay_status status = assay_stage_replace(&context, stage);
    assay_stage_free(stage);
    return status;
}

START_TEST(a_folder_replaced_is_kept_as_the_previous_one)
{
    assay_door *door = confined_door();
    assert_ok(replace(door, "sample", "1", "2")); /* absent: as commit */
    ck_assert_int_eq(entries("out"), 1);
    make("out/sample/more");
    put("out/sample/more/c.txt", "3");
    assert_ok(replace(door, "sample", "4", "5"));
    assert_holds("out/sample/a.txt", "4");
    assert_holds("out/sample.previous/a.txt", "1");
    assert_holds("out/sample.previous/more/c.txt", "3");
    assert_ok(replace(door, "sample", "6", "7"));
    assert_holds("out/sample/b.txt", "7");
    assert_holds("out/sample.previous/b.txt", "5");
    ck_assert_int_eq(entries("out"), 2);
    ck_assert_int_eq(entries("out/sample.previous"), 2);
    assay_door_free(door);
}
END_TEST

/* A process that opens a stage and is killed when `go` is closed, or at once. */
static pid_t killed_with_a_stage(const assay_door *door, int ready, int go)
{
    const pid_t child = fork();
    if (child != 0)
        return child;
    char byte = 0;
    stage_of(door, "sample", "1", "2");
    if (ready >= 0 && (write(ready, "", 1) != 1 || read(go, &byte, 1) != 1))
        _exit(EXIT_FAILURE);
    _exit(EXIT_SUCCESS);
}

START_TEST(what_a_killed_process_staged_is_swept_by_the_next)
{
    assay_door *door = confined_door();
    const pid_t child = killed_with_a_stage(door, -1, -1);
    ck_assert_int_eq(waitpid(child, NULL, 0), child);
    put("out/.sample.assay-not", "a name that only looks like it");
    ck_assert_int_eq(entries("out"), 2);
    assert_ok(commit(door, "other", "1", "2")); /* another place is not its business */
    ck_assert_int_eq(entries("out"), 3);
    assert_ok(commit(door, "sample", "1", "2"));
    ck_assert_int_eq(entries("out"), 3);
    assay_door_free(door);
}
END_TEST

START_TEST(what_a_living_process_stages_is_left_alone)
{
    int ready[2], go[2];
    char byte;
    assay_door *door = confined_door();
    ck_assert(pipe(ready) == 0 && pipe(go) == 0);
    const pid_t child = killed_with_a_stage(door, ready[1], go[0]);
    ck_assert_int_eq(read(ready[0], &byte, 1), 1);
    assert_ok(commit(door, "sample", "1", "2"));
    ck_assert_int_eq(entries("out"), 2);
    ck_assert_int_eq(write(go[1], "", 1), 1);
    ck_assert_int_eq(waitpid(child, NULL, 0), child);
    assay_door_free(door);
}
END_TEST

START_TEST(a_process_killed_at_the_exchange_loses_no_earlier_output)
{
    struct stat about;
    char name[128];
    assay_door *door = confined_door();
    const pid_t child = fork();
    if (child == 0)
        _exit(EXIT_SUCCESS);
    ck_assert_int_eq(waitpid(child, NULL, 0), child);
    assert_ok(commit(door, "sample", "new", "2"));
    ck_assert_int_eq(stat(at("out/sample"), &about), 0);
    snprintf(name, sizeof name, "out/.sample.assay-%ld-i%llu", (long)child,
             (unsigned long long)about.st_ino);
    make(name);
    put(strcat(name, "/a.txt"), "earlier");
    assert_ok(commit(door, "sample", "new", "2"));
    assert_holds("out/sample.previous/a.txt", "earlier");
    ck_assert_int_eq(entries("out"), 2);
    assay_door_free(door);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("stage");
    TCase *tests = tcase_create("stage");
    tcase_add_checked_fixture(tests, start, end);
    tcase_add_test(tests, a_stage_reads_what_it_wrote_and_leads_nowhere_else);
    tcase_add_test(tests, what_is_the_same_is_the_same_in_its_folders_too);
    tcase_add_test(tests, an_exchange_leaves_nothing_of_what_stood_there);
    tcase_add_test(tests, a_stage_knows_the_folders_that_it_is_below);
    tcase_add_test(tests, a_stage_is_committed_where_nothing_else_is);
    tcase_add_test(tests, a_stage_is_not_committed_over_anything_different);
    tcase_add_test(tests, a_folder_replaced_is_kept_as_the_previous_one);
    tcase_add_test(tests, what_a_killed_process_staged_is_swept_by_the_next);
    tcase_add_test(tests, what_a_living_process_stages_is_left_alone);
    tcase_add_test(tests, a_process_killed_at_the_exchange_loses_no_earlier_output);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
