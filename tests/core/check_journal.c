#include "tables.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/stage.h"
#include "base/tree.h"
#include "base/journal.h"

/* SHA-256 of "one\n" and of "two\n", by sha256sum. */
static const char of_one[] = "2c8b08da5ce60398e1f19af0e5dccc744df274b826abe585eaba68c525434806";
static const char of_two[] = "27dd8ed44a83ff94d557f9fd0412ed5a8cbca69ea04922d88c01184a07300a5a";

static assay_context context;
static char root[FOLDER_BYTES]; /* of one test */
static assay_door *door;        /* reads below root */
static assay_journal *journal;

static const char *at(const char *name)
{
    static char path[512];
    snprintf(path, sizeof path, "%s/%s", root, name);
    return path;
}

static void put(const char *name, const char *text)
{
    FILE *file = fopen(at(name), "w");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    fclose(file);
}

static void start(void)
{
    make_folder(root);
    assert_ok(assay_door_new(&context, &door));
    assert_ok(assay_door_allow_input(&context, door, root));
    assert_ok(assay_journal_new(&context, &journal));
    assay_door_watch(door, journal);
}

static void end(void)
{
    assay_door_free(door);
    assay_journal_free(journal);
    remove_folder(root);
}

static void read_whole(const assay_door *from, const char *name)
{
    char *bytes;
    size_t length;
    assert_ok(assay_file_read(&context, from, name, 100, &bytes, &length));
    assay_free(bytes);
}

static void assert_reading(size_t i, const char *name, uint64_t bytes, const char *sha256)
{
    ck_assert_uint_lt(i, assay_journal_size(journal));
    ck_assert_str_eq(assay_journal_at(journal, i)->name, name);
    ck_assert_uint_eq(assay_journal_at(journal, i)->bytes, bytes);
    ck_assert_str_eq(assay_journal_at(journal, i)->sha256, sha256);
}

START_TEST(files_stand_once_in_the_order_of_first_opening)
{
    put("b", "two\n");
    put("a", "one\n");
    read_whole(door, "b");
    read_whole(door, "a");
    read_whole(door, "b");
    ck_assert_uint_eq(assay_journal_size(journal), 2);
    assert_reading(0, "b", 4, of_two);
    assert_reading(1, "a", 4, of_one);
}
END_TEST

START_TEST(a_file_that_changes_has_a_reading_for_each_state)
{
    put("a", "one\n");
    read_whole(door, "a");
    put("new", "two\n"); /* another inode: no clock is fine enough to be relied on */
    char new[512];
    snprintf(new, sizeof new, "%s", at("new"));
    ck_assert_int_eq(rename(new, at("a")), 0);
    read_whole(door, "a");
    ck_assert_uint_eq(assay_journal_size(journal), 2);
    assert_reading(0, "a", 4, of_one);
    assert_reading(1, "a", 4, of_two);
}
END_TEST

START_TEST(a_file_that_is_not_read_to_its_end_is_known_whole)
{
    assay_input *input;
    char byte;
    size_t got;
    put("a", "one\n");
    assert_ok(assay_input_open(&context, door, "a", &input));
    assert_ok(assay_input_read(&context, input, &byte, 1, &got));
    ck_assert_str_eq(assay_journal_at(journal, 0)->sha256, "");
    assay_input_close(input);
    assert_reading(0, "a", 4, of_one);
}
END_TEST

START_TEST(a_door_entered_says_which_folder_it_is)
{
    assay_door *inside;
    char digest[ASSAY_DIGEST_HEX];
    ck_assert_int_eq(mkdir(at("in"), 0755), 0);
    put("in/a", "one\n");
    assert_ok(assay_door_enter(&context, door, "in", &inside));
    assert_ok(assay_file_sha256(&context, inside, "a", digest));
    ck_assert_str_eq(digest, of_one);
    assert_ok(assay_file_sha256(&context, inside, "a", digest)); /* from the journal */
    ck_assert_str_eq(digest, of_one);
    assay_door_free(inside);
    assert_reading(0, "in/a", 4, of_one);
}
END_TEST

START_TEST(what_a_stage_wrote_is_no_reading)
{
    assay_stage *stage;
    put("b", "two\n");
    assert_ok(assay_door_set_output(&context, door, root));
    assert_ok(assay_stage_open(&context, door, "out", &stage));
    assay_door *own = assay_stage_door(stage);
    assert_ok(assay_door_allow_input(&context, own, root));
    assay_door_watch(own, journal);
    assert_ok(assay_file_write(&context, own, "a", "one\n", 4));
    read_whole(own, "a");
    read_whole(own, "b");
    assay_stage_free(stage);
    ck_assert_uint_eq(assay_journal_size(journal), 1);
    assert_reading(0, "b", 4, of_two);
}
END_TEST

START_TEST(a_reserved_name_is_not_written_however_it_is_spelled)
{
    ck_assert_int_eq(mkdir(at("in"), 0755), 0);
    assert_ok(assay_door_set_output(&context, door, root));
    assay_door_reserve(door, "kept");
    assert_status(assay_file_write(&context, door, "kept", "x", 1), ASSAY_EDOM);
    assert_status(assay_file_write(&context, door, "./in/../kept", "x", 1), ASSAY_EDOM);
    assert_ok(assay_file_write(&context, door, "in/kept", "x", 1));
    assay_door_reserve(door, NULL);
    assert_ok(assay_file_write(&context, door, "kept", "x", 1));
}
END_TEST

START_TEST(a_tree_is_listed_in_byte_order_and_removed_whole)
{
    static const char *const want[] = {"a.b", "a/c", "a/d/e", "z"};
    assay_names names;
    ck_assert_int_eq(mkdir(at("t"), 0755), 0);
    ck_assert_int_eq(mkdir(at("t/a"), 0755), 0);
    ck_assert_int_eq(mkdir(at("t/a/d"), 0755), 0);
    put("t/z", "");
    put("t/a/d/e", "");
    put("t/a/c", "");
    put("t/a.b", "");
    assert_ok(assay_tree_list(&context, door, "t", &names));
    ck_assert_uint_eq(names.n, 4);
    for (size_t i = 0; i < 4; i++)
        ck_assert_str_eq(names.name[i], want[i]);
    assay_names_free(&names);
    ck_assert(assay_tree_remove(at("t")));
    assert_status(assay_tree_list(&context, door, "t", &names), ASSAY_EIO);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("journal");
    TCase *tests = tcase_create("journal");
    tcase_add_checked_fixture(tests, start, end);
    tcase_add_test(tests, files_stand_once_in_the_order_of_first_opening);
    tcase_add_test(tests, a_file_that_changes_has_a_reading_for_each_state);
    tcase_add_test(tests, a_file_that_is_not_read_to_its_end_is_known_whole);
    tcase_add_test(tests, a_door_entered_says_which_folder_it_is);
    tcase_add_test(tests, what_a_stage_wrote_is_no_reading);
    tcase_add_test(tests, a_reserved_name_is_not_written_however_it_is_spelled);
    tcase_add_test(tests, a_tree_is_listed_in_byte_order_and_removed_whole);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
