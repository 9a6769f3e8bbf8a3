#include "tables.h"

#include "data/index.h"
#include "data/unique.h"

static assay_context context = {.threads = 2};

START_TEST(values_must_be_there_and_differ_where_that_is_required)
{
    static const struct {
        const char *csv;
        assay_status status;
        uint64_t row;
    } rows[] = {{"id,x\n", ASSAY_OK, 0},
                {"id,x\n7,1\n", ASSAY_OK, 0},
                {"id,x\nA1,1\nA2,1\nA10,1\n", ASSAY_OK, 0},
                {"id,x\nA1,1\nA2,2\nA1,3\nA2,4\n", ASSAY_EREPEATED, 3},
                {"id,x\nA1,1\n,2\nA1,3\n", ASSAY_EMISSING, 2},
                {"id,x\n1,1\n2,1\n1,2\n", ASSAY_EREPEATED, 3}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assay_frame *frame = table(rows[i].csv);
        assert_status(assay_frame_require_unique(&context, frame, 0), rows[i].status);
        if (rows[i].status != ASSAY_OK) {
            ck_assert_uint_eq(context.error.row, rows[i].row);
            ck_assert_ptr_nonnull(strstr(context.error.message, "'id'"));
        }
        assay_frame_free(frame);
    }
}
END_TEST

/* Blocks of 1 to 7 rows, and the answer of looking at each pair. */
static void add_in_blocks(assay_unique *self, const assay_column *column, size_t step)
{
    for (size_t row = 0, n; row < column->length; row += n) {
        n = column->length - row < step ? column->length - row : step;
        assert_ok(assay_unique_add(&context, self, column, row, n));
    }
}

/* The row, from 1, at which pairs say that values are not unique; 0: they are. */
static uint64_t first_wrong(size_t n, const int values[])
{
    for (size_t i = 0; i < n; i++) {
        if (values[i] == 0)
            return i + 1;
        for (size_t j = 0; j < i; j++)
            if (values[i] == values[j])
                return i + 1;
    }
    return 0;
}

START_TEST(any_list_in_any_blocks_has_the_answer_of_looking_at_all_pairs)
{
    uint64_t random = 1;
    int told[3] = {0};
    for (int round = 0; round < 2000; round++) {
        int values[40];
        const size_t n = (size_t)round % 40;
        const int range = round % 3 == 0 ? 60 : 100000;
        char csv[1024] = "id,x\n";
        for (size_t i = 0; i < n; i++) {
            random = assay_mix(random + i + 1);
            values[i] = random % 50 == 0 ? 0 : (int)(random / 50 % (uint64_t)range) + 1;
            if (values[i] == 0)
                strcat(csv, ",1\n");
            else
                sprintf(csv + strlen(csv), "a-case-of-number-%d,1\n", values[i]);
        }
        assay_frame *frame = table(csv);
        assay_unique *self = calloc(1, sizeof *self);
        const assay_column *ids = assay_frame_column(frame, 0);
        add_in_blocks(self, ids, (size_t)round % 7 + 1);
        assert_ok(assay_unique_settle(&context, self));
        if (self->n_suspects > 0)
            assert_ok(assay_unique_search(&context, self, ids));
        const uint64_t want = first_wrong(n, values);
        const assay_status answer = assay_unique_answer(&context, self, "id");
        assert_status(answer, want == 0               ? ASSAY_OK
                              : values[want - 1] == 0 ? ASSAY_EMISSING
                                                      : ASSAY_EREPEATED);
        if (want > 0)
            ck_assert_uint_eq(context.error.row, want);
        told[answer == ASSAY_OK ? 0 : answer == ASSAY_EMISSING ? 1 : 2]++;
        assay_unique_free(self);
        free(self);
        assay_frame_free(frame);
    }
    ck_assert(told[0] > 100 && told[1] > 100 && told[2] > 100);
}
END_TEST

/* Texts of 16 bytes whose hashes are the same: the second word makes up for what the first differs. */
static assay_column *colliding(bool again)
{
    uint64_t words[4][2] = {{1, 2}, {3, 0}, {5, 6}, {3, 0}};
    assay_builder *builder = assay_builder_new();
    const assay_column_wish wish = {.type = ASSAY_TEXT};
    assay_column *column = NULL;
    words[1][1] = words[0][1] ^ assay_mix(16 ^ words[0][0]) ^ assay_mix(16 ^ words[1][0]);
    words[3][1] = words[1][1];
    for (size_t i = 0; i < (again ? 4u : 3u); i++)
        assert_ok(assay_builder_add(&context, builder, (const char *)words[i], 16));
    assert_ok(assay_builder_finish(&context, builder, &wish, &column));
    assay_builder_free(builder);
    return column;
}

START_TEST(values_whose_hashes_are_the_same_are_told_apart)
{
    for (int again = 0; again < 2; again++) {
        assay_column *column = colliding(again != 0);
        assay_unique *self = calloc(1, sizeof *self);
        add_in_blocks(self, column, 2);
        assert_ok(assay_unique_settle(&context, self));
        ck_assert_uint_eq(self->n_suspects, 1);
        assert_ok(assay_unique_search(&context, self, column));
        assert_status(assay_unique_answer(&context, self, "id"),
                      again != 0 ? ASSAY_EREPEATED : ASSAY_OK);
        if (again != 0)
            ck_assert_uint_eq(context.error.row, 4);
        assay_unique_free(self);
        free(self);
        assay_column_release(column);
    }
}
END_TEST

static assay_frame *numbered(size_t rows, size_t same_as_first)
{
    int64_t *values = malloc(rows * sizeof *values);
    assay_column *column = NULL;
    assay_frame *frame = NULL;
    for (size_t i = 0; i < rows; i++)
        values[i] = (int64_t)i * 3;
    if (same_as_first > 0)
        values[same_as_first] = values[0];
    assert_ok(assay_column_of_integers(&context, rows, values, &column));
    assert_ok(assay_frame_new(&context, &frame));
    assert_ok(assay_frame_add(&context, frame, "n", column));
    free(values);
    return frame;
}

START_TEST(a_long_list_is_no_different)
{
    enum { ROWS = 300007 };
    for (int last = 0; last < 2; last++) {
        assay_frame *frame = numbered(ROWS, last == 0 ? 0 : ROWS - 1);
        assert_status(assay_frame_require_unique(&context, frame, 0),
                      last == 0 ? ASSAY_OK : ASSAY_EREPEATED);
        if (last != 0)
            ck_assert_uint_eq(context.error.row, ROWS);
        assay_frame_free(frame);
    }
}
END_TEST

static int asked;

static assay_status stop(void *self, uint64_t done, uint64_t total)
{
    (void)done;
    (void)total;
    return ++asked < *(int *)self ? ASSAY_OK : ASSAY_ESTOPPED;
}

START_TEST(a_look_that_is_stopped_leaves_nothing)
{
    assay_frame *frame = numbered(200003, 1);
    const size_t before = assay_memory_in_use();
    for (int allowed = 1; allowed < 5; allowed++) {
        assay_context stopped = {.threads = 1, .poll = stop, .self = &allowed};
        asked = 0;
        assert_status(assay_frame_require_unique(&stopped, frame, 0), ASSAY_ESTOPPED);
        ck_assert_uint_eq(assay_memory_in_use(), before);
    }
    assay_frame_free(frame);
}
END_TEST

static assay_status look(assay_context *with, void *frame)
{
    const assay_status status = assay_frame_require_unique(with, frame, 0);
    if (status != ASSAY_EREPEATED)
        return status;
    with->error.status = ASSAY_OK;
    return ASSAY_OK;
}

START_TEST(a_look_that_finds_no_memory_leaves_nothing)
{
    for (size_t same = 0; same < 2; same++) {
        assay_frame *frame = numbered(100, same);
        sweep_memory(look, frame);
        assay_frame_free(frame);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("unique");
    TCase *tests = tcase_create("unique");
    tcase_add_test(tests, values_must_be_there_and_differ_where_that_is_required);
    tcase_add_test(tests, any_list_in_any_blocks_has_the_answer_of_looking_at_all_pairs);
    tcase_add_test(tests, values_whose_hashes_are_the_same_are_told_apart);
    tcase_add_test(tests, a_long_list_is_no_different);
    tcase_add_test(tests, a_look_that_is_stopped_leaves_nothing);
    tcase_add_test(tests, a_look_that_finds_no_memory_leaves_nothing);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
