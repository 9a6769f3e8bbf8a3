#include "tables.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <sys/wait.h>

#include "base/file.h"
#include "base/stage.h"
#include "base/tree.h"

static assay_context context;
static char root[FOLDER_BYTES]; /* of one test */

static void start(void)
{
    make_folder(root);
}

static void end(void)
{
    remove_folder(root);
}

/* ---- what the tests do to the folder without the code under test ---- */

/* A path below root; two live at a time. */
static const char *at(const char *name)
{
    static char paths[2][512];
    static int turn;
    turn = !turn;
    snprintf(paths[turn], sizeof paths[turn], "%s/%s", root, name);
    return paths[turn];
}

static void put(const char *name, const char *text)
{
    FILE *file = fopen(at(name), "w");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    fclose(file);
}

static void make(const char *name)
{
    ck_assert_int_eq(mkdir(at(name), 0755), 0);
}

static void assert_holds(const char *name, const char *want)
{
    char got[256] = "";
    FILE *file = fopen(at(name), "r");
    ck_assert_msg(file != NULL, "%s is not there", name);
    got[fread(got, 1, sizeof got - 1, file)] = '\0';
    fclose(file);
    ck_assert_str_eq(got, want);
}

static int entries(const char *name)
{
    int n = 0;
    DIR *folder = opendir(at(name));
    ck_assert_ptr_nonnull(folder);
    while (readdir(folder) != NULL)
        n++;
    closedir(folder);
    return n - 2;
}

/* ---- doors ---- */

static assay_door *open_door(void)
{
    assay_door *door = NULL;
    assert_ok(assay_door_new(&context, &door));
    return door;
}

/* Inputs from root/in, outputs to root/out. */
static assay_door *confined_door(void)
{
    assay_door *door = open_door();
    make("in");
    make("out");
    assert_ok(assay_door_allow_input(&context, door, at("in")));
    assert_ok(assay_door_set_output(&context, door, at("out")));
    return door;
}

static assay_status read_text(const assay_door *door, const char *name, const char *want)
{
    char *bytes;
    size_t length;
    const assay_status status = assay_file_read(&context, door, name, 1000, &bytes, &length);
    if (status != ASSAY_OK)
        return status;
    ck_assert_str_eq(bytes, want);
    ck_assert_uint_eq(length, strlen(want));
    assay_free(bytes);
    return ASSAY_OK;
}

static assay_status write_text(const assay_door *door, const char *name, const char *text)
{
    return assay_file_write(&context, door, name, text, strlen(text));
}

START_TEST(an_open_door_takes_names_as_the_process_sees_them)
{
    assay_door *door = open_door();
    make("in");
    assert_ok(write_text(door, at("in/a.txt"), "one"));
    assert_ok(read_text(door, at("in/../in/a.txt"), "one"));
    assert_status(read_text(door, at("b.txt"), ""), ASSAY_EIO);
    ck_assert_ptr_nonnull(strstr(context.error.message, "No such file"));
    ck_assert_str_eq(context.error.file, at("b.txt"));
    assay_door_free(door);
    assay_door_free(NULL);
}
END_TEST

START_TEST(a_confined_door_reads_below_its_folder_only)
{
    assay_door *door = confined_door();
    make("in/deep");
    put("in/deep/a.txt", "inside");
    put("secret.txt", "outside");
    ck_assert_int_eq(symlink("../secret.txt", at("in/leads-out")), 0);
    ck_assert_int_eq(symlink(at("secret.txt"), at("in/absolute")), 0);
    ck_assert_int_eq(symlink("..", at("in/up")), 0);
    ck_assert_int_eq(symlink("deep/a.txt", at("in/stays")), 0);

    assert_ok(read_text(door, "deep/a.txt", "inside"));
    assert_ok(read_text(door, "deep/../deep/a.txt", "inside"));
    assert_ok(read_text(door, "stays", "inside"));
    const char *const outside[] = {at("secret.txt"), "../secret.txt", "deep/../../secret.txt",
                                   "leads-out",      "absolute",      "up/secret.txt"};
    for (size_t i = 0; i < sizeof outside / sizeof outside[0]; i++) {
        assert_status(read_text(door, outside[i], ""), ASSAY_EIO);
        ck_assert_msg(strstr(context.error.message, "outside the folders") != NULL, "%s: %s",
                      outside[i], context.error.message);
        ck_assert_str_eq(context.error.file, outside[i]);
    }
    assay_door_free(door);
}
END_TEST

START_TEST(a_confined_door_writes_below_its_folder_only)
{
    assay_door *door = confined_door();
    make("out/deep");
    ck_assert_int_eq(symlink("..", at("out/up")), 0);
    assert_ok(write_text(door, "a.txt", "1"));
    assert_ok(write_text(door, "deep/b.txt", "2"));
    assert_holds("out/a.txt", "1");
    assert_holds("out/deep/b.txt", "2");
    const char *const outside[] = {at("c.txt"), "../c.txt", "deep/../../c.txt", "up/c.txt"};
    for (size_t i = 0; i < sizeof outside / sizeof outside[0]; i++) {
        assert_status(write_text(door, outside[i], "3"), ASSAY_EIO);
        ck_assert_msg(strstr(context.error.message, "outside the folder") != NULL, "%s: %s",
                      outside[i], context.error.message);
    }
    ck_assert_int_ne(access(at("c.txt"), F_OK), 0);
    assay_door_free(door);
}
END_TEST

/* From here on this process, a test of its own, has a kernel from before Linux 5.6. */
static void forget_openat2(void)
{
    struct sock_filter steps[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const struct sock_fprog program = {sizeof steps / sizeof steps[0], steps};
    ck_assert_int_eq(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
    ck_assert_int_eq(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program), 0);
}

START_TEST(an_older_kernel_is_asked_part_by_part_and_no_link_is_followed)
{
    assay_door *door = confined_door(), *inside = NULL;
    int file;
    make("in/deep");
    make("out/deep");
    put("in/deep/a.txt", "inside");
    put("secret.txt", "outside");
    ck_assert_int_eq(symlink("../secret.txt", at("in/leads-out")), 0);
    ck_assert_int_eq(symlink("..", at("in/up")), 0);
    ck_assert_int_eq(symlink("..", at("in/deep/up")), 0);
    ck_assert_int_eq(symlink("deep", at("in/stays")), 0);
    ck_assert_int_eq(symlink("..", at("out/up")), 0);
    forget_openat2();

    assert_ok(read_text(door, "deep/a.txt", "inside"));
    assert_ok(read_text(door, "./deep//./a.txt", "inside"));
    assert_ok(assay_door_enter(&context, door, "deep/", &inside));
    assert_ok(read_text(inside, "a.txt", "inside"));
    assert_ok(write_text(door, "deep/b.txt", "2"));
    assert_holds("out/deep/b.txt", "2");
    const char *const refused[] = {at("secret.txt"),
                                   "../secret.txt",
                                   "deep/../../secret.txt",
                                   "deep/../deep/..",
                                   "leads-out",
                                   "up/secret.txt",
                                   "deep/up/up/secret.txt",
                                   "stays/a.txt",
                                   "deep/a.txt/",
                                   "deep",
                                   "",
                                   "/"};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        ck_assert_msg(read_text(door, refused[i], "") == ASSAY_EIO, "'%s'", refused[i]);
    assert_status(write_text(door, "up/c.txt", "3"), ASSAY_EIO);
    assert_status(write_text(door, "../c.txt", "3"), ASSAY_EIO);
    assert_status(assay_door_open(&context, door, "up/c.txt", O_WRONLY | O_CREAT, &file),
                  ASSAY_EIO);
    ck_assert_int_ne(access(at("c.txt"), F_OK), 0);
    assay_door_free(inside);
    assay_door_free(door);
}
END_TEST

START_TEST(a_descriptor_reads_where_inputs_are_and_writes_where_outputs_are)
{
    struct stat about;
    int file = -1;
    assay_door *door = confined_door();
    put("in/a.txt", "input");
    umask(0);
    assert_ok(assay_door_open(&context, door, "a.txt", O_RDONLY, &file));
    close(file);
    assert_status(assay_door_open(&context, door, "a.txt", O_RDWR, &file), ASSAY_EIO);
    assert_ok(assay_door_open(&context, door, "a.txt", O_RDWR | O_CREAT | O_TRUNC, &file));
    ck_assert_int_eq(write(file, "out", 3), 3);
    close(file);
    assert_holds("in/a.txt", "input");
    assert_holds("out/a.txt", "out");
    ck_assert_int_eq(stat(at("out/a.txt"), &about), 0);
    ck_assert_int_eq(about.st_mode & 07777, 0640);
    ck_assert_int_eq(mkfifo(at("out/pipe"), 0600), 0);
    assert_status(assay_door_open(&context, door, "pipe", O_RDWR, &file), ASSAY_EIO);
    assert_status(assay_door_open(&context, door, at("b"), O_WRONLY | O_CREAT, &file), ASSAY_EIO);
    ck_assert_ptr_nonnull(strstr(context.error.message, "outside the folder"));
    assay_door_free(door);
}
END_TEST

START_TEST(a_link_in_the_place_of_an_output_is_replaced_and_not_followed)
{
    assay_door *door = confined_door();
    put("victim.txt", "untouched");
    ck_assert_int_eq(symlink("../victim.txt", at("out/a.txt")), 0);
    assert_ok(write_text(door, "a.txt", "new"));
    assert_holds("victim.txt", "untouched");
    assert_holds("out/a.txt", "new");
    assay_door_free(door);
}
END_TEST

START_TEST(names_that_are_no_file_are_refused)
{
    char longest[300];
    assay_door *door = confined_door();
    memset(longest, 'n', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    const char *const names[] = {"", "/", ".", "..", "deep/..", longest};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        assert_status(write_text(door, names[i], ""), ASSAY_EDOM);
    assert_status(write_text(door, "nowhere/a.txt", ""), ASSAY_EIO);
    ck_assert_int_eq(entries("out"), 0);
    assay_door_free(door);
}
END_TEST

START_TEST(only_a_regular_file_is_read_and_nothing_is_waited_for)
{
    assay_door *confined = confined_door(), *door = open_door();
    make("in/folder");
    ck_assert_int_eq(mkfifo(at("in/pipe"), 0600), 0);
    assert_status(read_text(confined, "folder", ""), ASSAY_EIO);
    ck_assert_ptr_nonnull(strstr(context.error.message, "directory"));
    assert_status(read_text(confined, "pipe", ""), ASSAY_EIO);
    assert_status(read_text(door, at("in/pipe"), ""), ASSAY_EIO);
    assert_status(read_text(door, "/dev/zero", ""), ASSAY_EIO);
    assay_door_free(confined);
    assay_door_free(door);
}
END_TEST

START_TEST(the_first_input_folder_that_has_the_name_decides)
{
    assay_door *door = confined_door();
    make("second");
    assert_ok(assay_door_allow_input(&context, door, at("second")));
    put("in/a.txt", "first");
    put("second/a.txt", "second");
    put("second/b.txt", "second");
    make("in/c.txt");
    put("second/c.txt", "hidden by a folder");
    assert_ok(read_text(door, "a.txt", "first"));
    assert_ok(read_text(door, "b.txt", "second"));
    assert_status(read_text(door, "c.txt", ""), ASSAY_EIO);
    assert_status(read_text(door, "d.txt", ""), ASSAY_EIO);
    assert_status(read_text(door, "a.txt/b.txt", ""), ASSAY_EIO);
    assay_door_free(door);
}
END_TEST

START_TEST(a_folder_of_a_door_must_be_there_and_they_are_32_at_most)
{
    assay_door *door = open_door();
    put("file", "");
    assert_status(assay_door_allow_input(&context, door, at("none")), ASSAY_EIO);
    assert_status(assay_door_set_output(&context, door, at("file")), ASSAY_EIO);
    for (int i = 0; i < 32; i++)
        assert_ok(assay_door_allow_input(&context, door, root));
    assert_status(assay_door_allow_input(&context, door, root), ASSAY_EDOM);
    assay_door_free(door);
}
END_TEST

START_TEST(a_door_entered_leads_into_that_folder_only)
{
    assay_door *door = confined_door(), *inside = NULL;
    make("in/sample");
    put("in/sample/a.txt", "in the sample");
    put("in/b.txt", "beside it");
    assert_ok(assay_door_enter(&context, door, "sample", &inside));
    assert_ok(read_text(inside, "a.txt", "in the sample"));
    assert_status(read_text(inside, "../b.txt", ""), ASSAY_EIO);
    assay_door_free(inside);
    inside = NULL;
    assert_status(assay_door_enter(&context, door, "..", &inside), ASSAY_EIO);
    ck_assert_ptr_nonnull(strstr(context.error.message, "outside the folders"));
    assert_status(assay_door_enter(&context, door, "b.txt", &inside), ASSAY_EIO);
    assert_status(assay_door_enter(&context, door, "none", &inside), ASSAY_EIO);
    ck_assert_ptr_null(inside);
    assay_door_free(door);
}
END_TEST

/* ---- inputs and outputs ---- */

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

/* ---- stages ---- */

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
    tcase_add_test(tests, an_open_door_takes_names_as_the_process_sees_them);
    tcase_add_test(tests, a_confined_door_reads_below_its_folder_only);
    tcase_add_test(tests, a_confined_door_writes_below_its_folder_only);
    tcase_add_test(tests, an_older_kernel_is_asked_part_by_part_and_no_link_is_followed);
    tcase_add_test(tests, a_descriptor_reads_where_inputs_are_and_writes_where_outputs_are);
    tcase_add_test(tests, a_link_in_the_place_of_an_output_is_replaced_and_not_followed);
    tcase_add_test(tests, names_that_are_no_file_are_refused);
    tcase_add_test(tests, only_a_regular_file_is_read_and_nothing_is_waited_for);
    tcase_add_test(tests, the_first_input_folder_that_has_the_name_decides);
    tcase_add_test(tests, a_folder_of_a_door_must_be_there_and_they_are_32_at_most);
    tcase_add_test(tests, a_door_entered_leads_into_that_folder_only);
    tcase_add_test(tests, a_whole_file_is_read_up_to_the_limit_and_not_a_byte_beyond);
    tcase_add_test(tests, pieces_of_any_size_are_written_in_order);
    tcase_add_test(tests, an_output_is_not_there_until_it_is_committed);
    tcase_add_test(tests, an_output_freed_before_it_is_committed_leaves_nothing);
    tcase_add_test(tests, hidden_names_that_others_hold_are_left_to_them);
    tcase_add_test(tests, a_stage_reads_what_it_wrote_and_leads_nowhere_else);
    tcase_add_test(tests, a_stage_knows_the_folders_that_it_is_below);
    tcase_add_test(tests, a_stage_is_committed_where_nothing_else_is);
    tcase_add_test(tests, a_stage_is_not_committed_over_anything_different);
    tcase_add_test(tests, a_folder_replaced_is_kept_as_the_previous_one);
    tcase_add_test(tests, what_a_killed_process_staged_is_swept_by_the_next);
    tcase_add_test(tests, what_a_living_process_stages_is_left_alone);
    tcase_add_test(tests, a_process_killed_at_the_exchange_loses_no_earlier_output);
    tcase_add_test(tests, a_call_that_finds_no_memory_leaves_no_file_open_and_none_behind);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
