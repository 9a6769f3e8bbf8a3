#include "tables.h"

#include "data/distinct.h"
#include "data/match.h"

static assay_context context;

/* A column that rows are taken from, as digits of their ids: "247" is A2, A4 and A7. */
static void assert_ids(const assay_frame *frame, size_t n, const uint32_t rows[], const char *want)
{
    char got[64] = "";
    for (size_t i = 0; i < n; i++) {
        char scratch[ASSAY_CELL_BYTES];
        size_t length;
        const char *id = assay_column_cell(column_named(frame, "id"), rows[i], scratch, &length);
        strncat(got, id + 1, length - 1);
    }
    ck_assert_str_eq(got, want);
}

static const char people[] = "id,pnc,name,born,start\n"
                             "A1,100,Ann,1990-01-01,2018-03-01\n"
                             "A2,,Bob,1980-05-05,2018-01-01\n"
                             "A3,100,Anne,1990-01-01,2018-02-01\n" /* A1 by pnc */
                             "A4,,Anne,1990-01-01,2018-04-01\n"    /* A3 by name and birth */
                             "A5,,Bob,,2018-01-01\n"               /* a key with a missing part */
                             "A6,,Bob,1980-05-05,\n"               /* A2 by name and birth */
                             "A7,200,Cy,1970-07-07,2018-02-01\n"
                             "A8,200,Di,1971-07-07,2018-02-01\n"; /* A7 by pnc */

static const size_t pnc[] = {1}, person[] = {2, 3};
static const assay_key keys[] = {{1, pnc}, {2, person}};

static const struct {
    size_t n_keys, order, tie;
    bool last;
    const char *kept;
} choices[] = {
    {2, ASSAY_NO_COLUMN, ASSAY_NO_COLUMN, false, "1257"},
    {2, ASSAY_NO_COLUMN, ASSAY_NO_COLUMN, true, "4568"},
    {2, ASSAY_NO_COLUMN, 4, false, "1257"}, /* without an order there is no tie */
    {2, ASSAY_NO_COLUMN, 4, true, "4568"},
    {2, 4, 0, false, "2357"}, /* A7 and A8 start on one day: by id */
    {2, 4, 0, true, "2457"},  /* A6 has no start: it is not the last */
    {1, 4, 0, false, "234567"},
    {1, 4, 0, true, "124567"},
    {0, 4, 0, false, "12345678"},
};

START_TEST(one_row_of_each_person_is_kept_linked_by_any_key)
{
    uint32_t rows[8];
    size_t kept, without;
    assay_frame *frame = table(people);
    const assay_distinct_options options = {.n_keys = choices[_i].n_keys,
                                            .keys = keys,
                                            .order = choices[_i].order,
                                            .tie = choices[_i].tie,
                                            .last = choices[_i].last};
    assert_ok(assay_distinct(&context, frame, &options, rows, &kept, &without));
    assert_ids(frame, kept, rows, choices[_i].kept);
    assay_frame_free(frame);
}
END_TEST

static int by_number(const void *a, const void *b)
{
    return (*(const char *)a > *(const char *)b) - (*(const char *)a < *(const char *)b);
}

/* The same rows in any order: the same ids are kept, because ties go by id. */
START_TEST(the_order_of_the_rows_does_not_matter)
{
    assay_frame *frame = table(people);
    for (uint64_t seed = 0; seed < 100; seed++)
        for (int last = 0; last < 2; last++) {
            uint32_t order[8], rows[8];
            size_t kept, without;
            char ids[16] = "";
            assay_frame *shuffled = NULL;
            const assay_distinct_options options = {
                .n_keys = 2, .keys = keys, .order = 4, .tie = 0, .last = last};
            shuffle(order, 8, seed);
            assert_ok(assay_frame_take(&context, frame, 8, order, &shuffled));
            assert_ok(assay_distinct(&context, shuffled, &options, rows, &kept, &without));
            for (size_t i = 0; i < kept; i++)
                ids[i] = (char)('1' + order[rows[i]]);
            qsort(ids, kept, 1, by_number);
            ck_assert_str_eq(ids, last ? "2457" : "2357");
            assay_frame_free(shuffled);
        }
    assay_frame_free(frame);
}
END_TEST

/* a b | b c | c d ...: row i shares one key with the next row, the other with the one before. */
START_TEST(a_long_chain_is_one_person)
{
    enum { N = 1001 };
    static const size_t left[] = {1}, right[] = {2};
    static const assay_key ends[] = {{1, left}, {1, right}};
    char csv[40 * N] = "id,left,right\n";
    uint32_t rows[N], order[N];
    size_t length = strlen(csv), kept, without;
    shuffle(order, N, 7);
    for (unsigned i = 0; i < N; i++)
        length += (size_t)sprintf(csv + length, "A%u,L%u,R%u\n", order[i], order[i] / 2,
                                  (order[i] + 1) / 2);
    assay_frame *frame = table(csv);
    assay_distinct_options options = {
        .n_keys = 2, .keys = ends, .order = ASSAY_NO_COLUMN, .tie = ASSAY_NO_COLUMN};
    assert_ok(assay_distinct(&context, frame, &options, rows, &kept, &without));
    ck_assert_uint_eq(kept, 1);
    ck_assert_uint_eq(rows[0], 0);
    options.n_keys = 1;
    assert_ok(assay_distinct(&context, frame, &options, rows, &kept, &without));
    ck_assert_uint_eq(kept, (N + 1) / 2);
    assay_frame_free(frame);
}
END_TEST

START_TEST(the_parts_of_a_key_do_not_run_into_each_other)
{
    static const size_t both[] = {1, 2};
    static const assay_key key = {2, both};
    uint32_t rows[3];
    size_t kept, without;
    assay_frame *frame = table("id,a,b\nA1,ab,c\nA2,a,bc\nA3,ab,c\n");
    const assay_distinct_options options = {
        .n_keys = 1, .keys = &key, .order = ASSAY_NO_COLUMN, .tie = ASSAY_NO_COLUMN};
    assert_ok(assay_distinct(&context, frame, &options, rows, &kept, &without));
    assert_ids(frame, kept, rows, "12");
    assay_frame_free(frame);
    frame = table("id,a,b\n");
    assert_ok(assay_distinct(&context, frame, &options, rows, &kept, &without));
    ck_assert_uint_eq(kept, 0);
    assay_frame_free(frame);
}
END_TEST

/* Rows whose every key has a missing part match nobody, and are counted. */
START_TEST(rows_without_a_key_are_counted)
{
    uint32_t rows[8];
    size_t kept, without;
    assay_frame *frame = table(people);
    for (size_t n = 0; n < 3; n++) {
        static const size_t want[] = {8, 4, 1}; /* of no key, of pnc, of both */
        const assay_distinct_options options = {
            .n_keys = n, .keys = keys, .order = ASSAY_NO_COLUMN, .tie = ASSAY_NO_COLUMN};
        assert_ok(assay_distinct(&context, frame, &options, rows, &kept, &without));
        ck_assert_uint_eq(without, want[n]);
    }
    assay_frame_free(frame);
}
END_TEST

/* ---- many rows ---- */

enum { MANY = 100003, COLUMNS = 7 };

/* Level by level how many there are: a table with a place for each, and columns too wide for it. */
static const uint32_t sizes[COLUMNS] = {5, 300, 1000, 60000, 200000000, 3, 50000};
static uint32_t ids[COLUMNS][MANY]; /* 0: missing */

static assay_column *column_of(size_t c)
{
    static int64_t integers[MANY];
    static double numbers[MANY];
    static int32_t days[MANY];
    const assay_column_wish wish = {.type = c < 2 ? ASSAY_CATEGORY : ASSAY_TEXT};
    assay_builder *builder = assay_builder_new();
    assay_column *column;
    bool good = builder != NULL;
    for (size_t i = 0; i < MANY; i++) {
        char cell[24];
        const uint32_t id = ids[c][i];
        const size_t length =
            (size_t)sprintf(cell, "%s%u", id % 3 == 0 ? "a longer text, " : "T", id);
        integers[i] = id == 0 ? INT64_MIN : (int64_t)id * (c == 4 ? INT64_C(40000000000) : 1) - 500;
        numbers[i] = id == 0 ? (double)NAN : id == 2 && i % 2 == 0 ? -0.0 : (id - 2.0) / 8;
        days[i] = id == 0 ? INT32_MIN : (int32_t)id;
        good &= (id == 0 ? assay_builder_add_missing(&context, builder)
                         : assay_builder_add(&context, builder, cell, length)) == ASSAY_OK;
    }
    ck_assert(good);
    if (c == 2 || c == 4)
        assert_ok(assay_column_of_integers(&context, MANY, integers, &column));
    else if (c == 3)
        assert_ok(assay_column_of_numbers(&context, MANY, numbers, &column));
    else if (c == 6)
        assert_ok(assay_column_of_days(&context, MANY, days, &column));
    else
        assert_ok(assay_builder_finish(&context, builder, &wish, &column));
    assay_builder_free(builder);
    return column;
}

static assay_frame *many_rows(void)
{
    assay_frame *frame;
    uint64_t state = 7;
    for (size_t row = 0; row < MANY; row++)
        for (size_t c = 0; c < COLUMNS; c++) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            const uint32_t drawn = (uint32_t)(state >> 33);
            ids[c][row] = drawn % 23 == 0 ? 0 : 1 + drawn / 23 % sizes[c];
        }
    assert_ok(assay_frame_new(&context, &frame));
    for (size_t c = 0; c < COLUMNS; c++) {
        const char name[] = {(char)('a' + c), '\0'};
        assert_ok(assay_frame_add(&context, frame, name, column_of(c)));
    }
    return frame;
}

static const struct {
    size_t n, columns[3];
} matches[] = {{1, {0}},       {1, {1}}, {1, {2}},    {1, {3}},    {1, {4}},
               {1, {5}},       {1, {6}}, {2, {0, 2}}, {2, {1, 2}}, {3, {0, 5, 3}},
               {3, {4, 6, 1}}, {0, {0}}, {2, {2, 6}}, {2, {0, 5}}};

typedef struct line {
    uint64_t key[2];
    uint32_t row;
} line;

static int by_key_and_row(const void *a, const void *b)
{
    const line *left = a, *right = b;
    const int order = memcmp(left->key, right->key, sizeof left->key);
    return order != 0 ? order : (left->row > right->row) - (left->row < right->row);
}

/* The first row of each key, by sorting. */
static void expect(size_t n, const size_t columns[], uint32_t want[])
{
    static line lines[MANY];
    size_t known = 0;
    for (uint32_t row = 0; row < MANY; row++) {
        line *at = &lines[known];
        *at = (line){.row = row};
        bool complete = true;
        for (size_t i = 0; i < n; i++) {
            const uint32_t id = ids[columns[i]][row];
            complete &= id != 0;
            at->key[i / 2] = at->key[i / 2] << 32 | id;
        }
        want[row] = ASSAY_NO_ROW;
        known += complete;
    }
    qsort(lines, known, sizeof lines[0], by_key_and_row);
    for (size_t i = 0, first = 0; i < known; i++) {
        first = memcmp(lines[i].key, lines[first].key, sizeof lines[i].key) == 0 ? first : i;
        want[lines[i].row] = lines[first].row;
    }
}

START_TEST(rows_agree_as_sorting_says_whatever_the_number_of_threads)
{
    static const int threads[] = {1, 2, 3, 7};
    static uint32_t want[MANY], got[MANY];
    assay_frame *frame = many_rows();
    expect(matches[_i].n, matches[_i].columns, want);
    for (size_t t = 0; t < sizeof threads / sizeof threads[0]; t++) {
        assay_context with = {.threads = threads[t]};
        assert_ok(assay_match(&with, frame, matches[_i].n, matches[_i].columns, got));
        ck_assert_int_eq(memcmp(got, want, sizeof want), 0);
    }
    assay_frame_free(frame);
}
END_TEST

/* Nine in ten rows have one number: their part is far larger than the others. */
START_TEST(a_value_that_most_rows_have_is_matched_too)
{
    static uint32_t got[MANY];
    static const size_t column = 0;
    static double numbers[MANY];
    assay_frame *frame;
    size_t wrong = 0;
    for (uint32_t row = 0; row < MANY; row++)
        numbers[row] = row % 10 == 3 ? row / 8.0 : -1;
    assert_ok(assay_frame_new(&context, &frame));
    assert_ok(assay_frame_add_numbers(&context, frame, "a", MANY, numbers));
    for (int threads = 1; threads < 4; threads++) {
        assay_context with = {.threads = threads};
        assert_ok(assay_match(&with, frame, 1, &column, got));
        for (uint32_t row = 0; row < MANY; row++)
            wrong += got[row] != (row % 10 == 3 ? row : 0);
        ck_assert_uint_eq(wrong, 0);
    }
    assay_frame_free(frame);
}
END_TEST

/* Persons by two keys, against links followed until nothing changes. */
START_TEST(persons_are_those_of_links_followed_one_by_one)
{
    enum { N = 3001 };
    static uint32_t some[N], rows[N], group[N];
    static const size_t one[] = {4}, two[] = {1, 0};
    static const assay_key both[] = {{1, one}, {2, two}};
    assay_frame *all = many_rows(), *frame;
    for (uint32_t i = 0; i < N; i++)
        some[i] = i * 33;
    assert_ok(assay_frame_take(&context, all, N, some, &frame));
    for (uint32_t i = 0; i < N; i++)
        group[i] = i;
    for (bool changed = true; changed;) {
        changed = false;
        for (uint32_t i = 0; i < N; i++)
            for (uint32_t j = 0; j < i; j++) {
                const uint32_t a = some[i], b = some[j];
                const bool same = (ids[4][a] != 0 && ids[4][a] == ids[4][b]) ||
                                  (ids[1][a] != 0 && ids[0][a] != 0 && ids[1][a] == ids[1][b] &&
                                   ids[0][a] == ids[0][b]);
                const uint32_t least = group[i] < group[j] ? group[i] : group[j];
                if (same && group[i] != group[j]) {
                    group[i] = group[j] = least;
                    changed = true;
                }
            }
    }
    for (int last = 0; last < 2; last++) {
        assay_context with = {.threads = 2};
        const assay_distinct_options options = {.n_keys = 2,
                                                .keys = both,
                                                .order = ASSAY_NO_COLUMN,
                                                .tie = ASSAY_NO_COLUMN,
                                                .last = last};
        size_t kept, without, wanted = 0, wrong = 0;
        assert_ok(assay_distinct(&with, frame, &options, rows, &kept, &without));
        for (uint32_t i = 0; i < N; i++) {
            uint32_t best = i;
            for (uint32_t j = 0; j < N; j++)
                if (group[j] == group[i] && (last ? j > best : j < best))
                    best = j;
            if (best == i)
                wrong += wanted >= kept || rows[wanted++] != i;
        }
        ck_assert_uint_eq(wrong, 0);
        ck_assert_uint_eq(kept, wanted);
    }
    assay_frame_free(frame);
    assay_frame_free(all);
}
END_TEST

/* ---- memory, and a stop ---- */

static assay_status distinct_people(assay_context *with, void *self)
{
    uint32_t rows[8];
    size_t kept, without;
    const assay_distinct_options options = {.n_keys = 2, .keys = keys, .order = 4, .tie = 0};
    const assay_status status = assay_distinct(with, self, &options, rows, &kept, &without);
    if (status == ASSAY_OK)
        assert_ids(self, kept, rows, "2357");
    return status;
}

static assay_status match_all_kinds(assay_context *with, void *self)
{
    static uint32_t firsts[MANY];
    static const size_t dense[] = {0, 5}, hashed[] = {4, 6};
    const assay_status status = assay_match(with, self, 1, dense, firsts);
    return status == ASSAY_OK ? assay_match(with, self, 2, hashed, firsts) : status;
}

START_TEST(a_call_that_finds_no_memory_leaves_nothing)
{
    assay_frame *frame = table(people);
    sweep_memory(distinct_people, frame);
    assay_frame_free(frame);
    frame = many_rows();
    sweep_memory(match_all_kinds, frame);
    assay_frame_free(frame);
}
END_TEST

static assay_status stop(void *self, uint64_t done, uint64_t total)
{
    (void)done, (void)total;
    return (*(int *)self)-- == 0 ? ASSAY_ESTOPPED : ASSAY_OK;
}

START_TEST(matching_can_be_stopped_anywhere)
{
    assay_frame *frame = many_rows();
    const size_t before = assay_memory_in_use();
    assay_status status = ASSAY_ESTOPPED;
    for (int polls = 0; status == ASSAY_ESTOPPED; polls++) {
        int left = polls;
        assay_context with = {.poll = stop, .self = &left, .threads = 2};
        status = match_all_kinds(&with, frame);
        ck_assert_uint_eq(assay_memory_in_use(), before);
    }
    assert_ok(status);
    assay_frame_free(frame);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("distinct");
    TCase *tests = tcase_create("distinct");
    tcase_add_loop_test(tests, one_row_of_each_person_is_kept_linked_by_any_key, 0,
                        sizeof choices / sizeof choices[0]);
    tcase_add_test(tests, the_order_of_the_rows_does_not_matter);
    tcase_add_test(tests, a_long_chain_is_one_person);
    tcase_add_test(tests, the_parts_of_a_key_do_not_run_into_each_other);
    tcase_add_test(tests, rows_without_a_key_are_counted);
    tcase_add_loop_test(tests, rows_agree_as_sorting_says_whatever_the_number_of_threads, 0,
                        sizeof matches / sizeof matches[0]);
    tcase_add_test(tests, a_value_that_most_rows_have_is_matched_too);
    tcase_add_test(tests, persons_are_those_of_links_followed_one_by_one);
    tcase_add_test(tests, a_call_that_finds_no_memory_leaves_nothing);
    tcase_add_test(tests, matching_can_be_stopped_anywhere);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
