#include "folder.h"

#include <fcntl.h>
#include <sys/file.h>

#include "base/stage.h"

START_TEST(a_whole_file_is_read_up_to_the_limit_and_not_a_byte_beyond)
{
    enum { N = 200003 };
    assay_door *door = open_door();
    char *bytes = NULL, *text = malloc(N);
    size_t length = 7;
    for (size_t i = 0; i < N; i++)
        text[i] = (char)(i % 251);
    assert_ok(assay_file_write(&context, door, at("big"), text, N));
    assert_status(assay_file_read(&context, door, at("big"), N - 1, &bytes, &length),
                  ASSAY_EFORMAT);
    ck_assert(bytes == NULL && length == 7);
    assert_ok(assay_file_read(&context, door, at("big"), N, &bytes, &length));
    ck_assert_uint_eq(length, N);
    ck_assert_int_eq(memcmp(bytes, text, N), 0);
    ck_assert_int_eq(bytes[N], 0);
    assay_free(bytes);
    put("empty", "");
    assert_ok(assay_file_read(&context, door, at("empty"), 0, &bytes, &length));
    ck_assert_uint_eq(length, 0);
    ck_assert_int_eq(bytes[0], 0);
    assay_free(bytes);
    free(text);
    assay_door_free(door);
}
END_TEST

/* Pieces that fill the buffer of 65,536 bytes exactly, overfill it and are larger than it. */
START_TEST(pieces_of_any_size_are_written_in_order)
{
    static const size_t sizes[] = {0, 1, 65535, 65536, 7, 65537, 150001, 0, 3};
    assay_door *door = open_door();
    assay_output *output = NULL;
    char *text = malloc(400000), *bytes;
    size_t total = 0, length;
    for (size_t i = 0; i < 400000; i++)
        text[i] = (char)(i * i % 253);
    assert_ok(assay_output_open(&context, door, at("a"), &output));
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        assert_ok(assay_output_write(&context, output, text + total, sizes[i]));
        total += sizes[i];
    }
    assert_ok(assay_output_commit(&context, output));
    assay_output_free(output);
    assert_ok(assay_file_read(&context, door, at("a"), total, &bytes, &length));
    ck_assert_uint_eq(length, total);
    ck_assert_int_eq(memcmp(bytes, text, total), 0);
    assay_free(bytes);
    free(text);
    assay_door_free(door);
}
END_TEST

START_TEST(an_output_is_not_there_until_it_is_committed)
{
    struct stat about;
    assay_door *door = confined_door();
    assay_output *output = NULL;
    put("out/a.txt", "old");
    assert_ok(assay_output_open(&context, door, "a.txt", &output));
    assert_ok(assay_output_text(&context, output, "new"));
    assert_holds("out/a.txt", "old");
    umask(0);
    assert_ok(assay_output_commit(&context, output));
    assert_holds("out/a.txt", "new");
    assay_output_free(output);
    ck_assert_int_eq(entries("out"), 1);

    assert_ok(write_text(door, "b.txt", "x"));
    ck_assert_int_eq(stat(at("out/b.txt"), &about), 0);
    ck_assert_int_eq(about.st_mode & 07777, 0640);
    assay_door_free(door);
}
END_TEST

START_TEST(an_output_freed_before_it_is_committed_leaves_nothing)
{
    assay_door *door = confined_door();
    assay_output *output = NULL, *other = NULL;
    assert_ok(assay_output_open(&context, door, "a.txt", &output));
    assert_ok(assay_output_open(&context, door, "a.txt", &other)); /* two at once do not collide */
    assert_ok(assay_output_text(&context, output, "half"));
    assay_output_free(output);
    assay_output_free(other);
    assay_output_free(NULL);
    ck_assert_int_eq(entries("out"), 0);
    make("out/b.txt"); /* a folder stands in the way */
    assert_status(write_text(door, "b.txt", "x"), ASSAY_EIO);
    ck_assert_int_eq(entries("out"), 1);
    assay_door_free(door);
}
END_TEST

/* The names that outputs and stages would take, all held by others. */
/* Locks a folder, as a stage does while its process lives; the lock goes with the test's process. */
static void hold(const char *name)
{
    const int folder = open(at(name), O_RDONLY | O_DIRECTORY);
    ck_assert(folder >= 0 && flock(folder, LOCK_EX | LOCK_NB) == 0);
}

START_TEST(hidden_names_that_others_hold_are_left_to_them)
{
    char name[64];
    assay_door *door = confined_door();
    assay_output *output = NULL;
    assay_stage *stage = NULL;
    for (int i = 0; i < 100; i++) {
        snprintf(name, sizeof name, "out/.a.assay-%ld-%d", (long)getpid(), i);
        make(name);
        hold(name);
        snprintf(name, sizeof name, "out/.b.assay-%ld-%d", (long)getpid(), i);
        put(name, "theirs");
    }
    assert_status(assay_stage_open(&context, door, "a", &stage), ASSAY_EIO);
    assert_status(assay_output_open(&context, door, "b", &output), ASSAY_EIO);
    ck_assert_int_eq(entries("out"), 200);
    assay_door_free(door);
}
END_TEST

/* ---- memory ---- */

static assay_status use_everything(assay_context *with, void *self)
{
    assay_door *door = NULL, *inside = NULL;
    assay_stage *stage = NULL;
    char *bytes = NULL;
    size_t length;
    (void)self;
    assay_status status = assay_door_new(with, &door);
    if (status == ASSAY_OK)
        status = assay_door_allow_input(with, door, at("in"));
    if (status == ASSAY_OK)
        status = assay_door_set_output(with, door, at("out"));
    if (status == ASSAY_OK)
        status = assay_door_enter(with, door, "deep", &inside);
    if (status == ASSAY_OK)
        status = assay_file_read(with, inside, "a.txt", 1000000, &bytes, &length);
    if (status == ASSAY_OK)
        status = assay_stage_open(with, door, "sample", &stage);
    if (status == ASSAY_OK)
        status = assay_file_write(with, assay_stage_door(stage), "a.txt", bytes, length);
    if (status == ASSAY_OK)
        status = assay_stage_commit(with, stage);
    assay_free(bytes);
    assay_stage_free(stage);
    assay_door_free(inside);
    assay_door_free(door);
    ck_assert_int_eq(entries("out"), status == ASSAY_OK || access(at("out/sample"), F_OK) == 0);
    return status;
}

static int open_files(void)
{
    int n = 0;
    for (int file = 0; file < 256; file++)
        n += fcntl(file, F_GETFD) >= 0;
    return n;
}

START_TEST(a_call_that_finds_no_memory_leaves_no_file_open_and_none_behind)
{
    make("in");
    make("in/deep");
    make("out");
    FILE *file = fopen(at("in/deep/a.txt"), "w");
    for (int i = 0; i < 150001; i++)
        fputc('a', file);
    fclose(file);
    const int before = open_files();
    sweep_memory(use_everything, NULL);
    ck_assert_int_eq(open_files(), before);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("file");
    TCase *tests = tcase_create("file");
    tcase_add_checked_fixture(tests, start, end);
    tcase_add_test(tests, a_whole_file_is_read_up_to_the_limit_and_not_a_byte_beyond);
    tcase_add_test(tests, pieces_of_any_size_are_written_in_order);
    tcase_add_test(tests, an_output_is_not_there_until_it_is_committed);
    tcase_add_test(tests, an_output_freed_before_it_is_committed_leaves_nothing);
    tcase_add_test(tests, hidden_names_that_others_hold_are_left_to_them);
    tcase_add_test(tests, a_call_that_finds_no_memory_leaves_no_file_open_and_none_behind);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
