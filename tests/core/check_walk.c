#include "tables.h"

#include "sample/walk.h"

static assay_context context = {.threads = 1};

enum { ID, A, B, C, MOST = 32 };

/* The ids in the order of the walk, joined by blanks. */
static void walk_ids(const assay_frame *frame, const assay_sorting *by, uint64_t seed,
                     char text[256])
{
    uint32_t rows[MOST];
    const size_t n = assay_frame_rows(frame);
    shuffle(rows, n, seed);
    assert_ok(assay_walk(&context, frame, ID, by, n, rows));
    *text = '\0';
    for (size_t i = 0; i < n; i++) {
        char scratch[ASSAY_CELL_BYTES];
        size_t length;
        const char *id =
            assay_column_cell(assay_frame_column(frame, ID), rows[i], scratch, &length);
        sprintf(text + strlen(text), "%s%.*s", i == 0 ? "" : " ", (int)length, id);
    }
}

static void assert_walk(const char *csv, assay_sorting by, const char *want)
{
    assay_frame *frame = table(csv);
    for (uint64_t seed = 0; seed < 20; seed++) {
        char got[256];
        walk_ids(frame, &by, seed, got);
        ck_assert_str_eq(got, want);
    }
    assay_frame_free(frame);
}

START_TEST(without_columns_the_bytes_of_the_ids_decide)
{
    static const char csv[] = "id,a\nb,1\na10,1\na9,1\nB,1\na,1\n";
    assert_walk(csv, (assay_sorting){0}, "B a a10 a9 b");
    assay_frame *frame = table(csv);
    char got[256];
    walk_ids(frame, NULL, 3, got);
    ck_assert_str_eq(got, "B a a10 a9 b");
    assay_frame_free(frame);
}
END_TEST

/* Numbers by value, text by bytes, ties by id; missing values last in either direction. */
START_TEST(columns_sort_one_within_the_other)
{
    static const char csv[] = "id,a,b,c\n1,x,10,1\n2,y,9,1\n3,x,9,1\n4,y,,1\n5,x,,1\n6,y,10,1\n"
                              "7,x,9,1\n8,,9,1\n";
    size_t columns[] = {A, B};
    bool up[] = {false, false}, down[] = {true, true};
    assert_walk(csv, (assay_sorting){2, columns, up, false}, "3 7 1 5 2 6 4 8");
    assert_walk(csv, (assay_sorting){2, columns, down, false}, "6 2 4 1 3 7 5 8");
}
END_TEST

/*
** Worked out by hand: in x b goes up, in y down, in z up; c turns from each (a, b) to the next,
** while ties go by id throughout.
*/
START_TEST(a_serpentine_turns_from_group_to_group)
{
    static const char csv[] =
        "id,a,b,c\n01,x,1,1\n02,x,1,2\n03,x,2,1\n04,x,2,2\n05,y,1,1\n06,y,1,2\n07,y,2,1\n"
        "08,y,2,2\n09,z,1,1\n10,z,1,2\n11,z,2,1\n12,z,2,1\n13,y,,1\n14,x,,1\n";
    size_t columns[] = {A, B, C};
    bool up[] = {false, false, false}, mixed[] = {false, true, false};
    assert_walk(csv, (assay_sorting){3, columns, up, true},
                "01 02 04 03 14 13 07 08 06 05 09 10 11 12");
    assert_walk(csv, (assay_sorting){2, columns, mixed, true},
                "03 04 01 02 14 13 05 06 07 08 11 12 09 10");
}
END_TEST

/* With two values a column, only one column may change from each row to the next (a Gray code). */
START_TEST(neighbours_on_a_serpentine_differ_in_one_column)
{
    static const char csv[] = "id,a,b,c\n1,0,0,0\n2,0,0,1\n3,0,1,0\n4,0,1,1\n5,1,0,0\n6,1,0,1\n"
                              "7,1,1,0\n8,1,1,1\n";
    assay_frame *frame = table(csv);
    for (int way = 0; way < 8; way++) {
        size_t columns[] = {A, B, C};
        bool down[] = {way & 1, way & 2, way & 4};
        uint32_t rows[8];
        shuffle(rows, 8, (uint64_t)way);
        assert_ok(
            assay_walk(&context, frame, ID, &(assay_sorting){3, columns, down, true}, 8, rows));
        for (size_t i = 1; i < 8; i++) {
            const uint32_t changed = rows[i] ^ rows[i - 1];
            ck_assert_msg((changed & (changed - 1)) == 0, "%d: rows %d and %d", way,
                          (int)rows[i - 1], (int)rows[i]);
        }
    }
    assay_frame_free(frame);
}
END_TEST

START_TEST(nothing_and_one_row_are_in_order)
{
    size_t columns[] = {A, B};
    bool up[] = {false, false};
    assert_walk("id,a,b\n", (assay_sorting){2, columns, up, true}, "");
    assert_walk("id,a,b\n7,1,2\n", (assay_sorting){2, columns, up, true}, "7");
}
END_TEST

static assay_status walk_once(assay_context *with, void *self)
{
    size_t columns[] = {A, B};
    bool up[] = {false, false};
    uint32_t rows[] = {3, 2, 1, 0};
    return assay_walk(with, self, ID, &(assay_sorting){2, columns, up, true}, 4, rows);
}

START_TEST(a_walk_that_finds_no_memory_leaves_nothing)
{
    assay_frame *frame = table("id,a,b\n1,x,1\n2,x,2\n3,y,1\n4,y,2\n");
    sweep_memory(walk_once, frame);
    assay_frame_free(frame);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("walk");
    TCase *tests = tcase_create("walk");
    tcase_add_test(tests, without_columns_the_bytes_of_the_ids_decide);
    tcase_add_test(tests, columns_sort_one_within_the_other);
    tcase_add_test(tests, a_serpentine_turns_from_group_to_group);
    tcase_add_test(tests, neighbours_on_a_serpentine_differ_in_one_column);
    tcase_add_test(tests, nothing_and_one_row_are_in_order);
    tcase_add_test(tests, a_walk_that_finds_no_memory_leaves_nothing);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
