#include "folder.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

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

int main(void)
{
    Suite *suite = suite_create("door");
    TCase *tests = tcase_create("door");
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
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
