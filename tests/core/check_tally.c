#include "tables.h"

#include "data/source.h"
#include "data/tabulate.h"
#include "data/tally.h"

static assay_context context;

/*
** Rows whose levels are known by number: column c of row r has the level ids[c][r], 0 where it is
** missing. Level k is written "L<k>" (category), "T<k>" (text), 37 (k - 500) (integer), k / 4 (number),
** or is k days after 1 January 2001.
*/
enum { ROWS = 100003, COLUMNS = 6, FIRST_DAY = 11323 };
static const assay_type types[COLUMNS] = {ASSAY_CATEGORY, ASSAY_CATEGORY, ASSAY_INTEGER,
                                          ASSAY_TEXT,     ASSAY_NUMBER,   ASSAY_DATE};
static const uint32_t levels[COLUMNS] = {7, 3000, 1000, 500, 40, 365};
static const char *const names[COLUMNS] = {"small", "big", "integer", "text", "number", "date"};
static uint32_t ids[COLUMNS][ROWS];

static void draw_ids(void)
{
    uint64_t state = 1;
    for (size_t row = 0; row < ROWS; row++)
        for (size_t c = 0; c < COLUMNS; c++) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            const uint32_t drawn = (uint32_t)(state >> 33) % (levels[c] + 1);
            ids[c][row] =
                (uint32_t)(drawn * (row + 1000) / (ROWS + 999)); /* later rows have more levels */
        }
}

static size_t write_level(size_t c, uint32_t id, char cell[24])
{
    return (size_t)sprintf(cell, "%c%u", types[c] == ASSAY_TEXT ? 'T' : 'L', id);
}

/* Rows first .. first + n - 1 as a category; the dictionary gets what it has not. */
static assay_column *category_of(size_t c, size_t first, size_t n, assay_dictionary *dictionary)
{
    static uint32_t codes[ROWS];
    assay_column *column;
    for (size_t i = 0; i < n; i++) {
        char cell[24];
        const size_t length = write_level(c, ids[c][first + i], cell);
        codes[i] = ids[c][first + i] == 0 ? 0 : assay_dictionary_add(dictionary, cell, length);
    }
    assert_ok(assay_column_of_codes(&context, n, codes, dictionary, &column));
    return column;
}

static assay_column *text_of(size_t c, size_t first, size_t n)
{
    static const assay_column_wish wish = {.type = ASSAY_TEXT};
    assay_builder *builder = assay_builder_new();
    assay_column *column;
    bool good = true;
    for (size_t i = 0; i < n; i++) {
        char cell[24];
        const size_t length = write_level(c, ids[c][first + i], cell);
        good &= (ids[c][first + i] == 0
                     ? assay_builder_add_missing(&context, builder)
                     : assay_builder_add(&context, builder, cell, length)) == ASSAY_OK;
    }
    ck_assert(good);
    assert_ok(assay_builder_finish(&context, builder, &wish, &column));
    assay_builder_free(builder);
    return column;
}

static assay_column *values_of(size_t c, size_t first, size_t n)
{
    static int64_t integers[ROWS];
    static double numbers[ROWS];
    static int32_t days[ROWS];
    assay_column *column;
    for (size_t i = 0; i < n; i++) {
        const uint32_t id = ids[c][first + i];
        integers[i] = id == 0 ? INT64_MIN : ((int64_t)id - 500) * 37;
        numbers[i] = id == 0 ? (double)NAN : id / 4.0;
        days[i] = id == 0 ? INT32_MIN : FIRST_DAY + (int32_t)id;
    }
    if (types[c] == ASSAY_INTEGER)
        assert_ok(assay_column_of_integers(&context, n, integers, &column));
    else if (types[c] == ASSAY_NUMBER)
        assert_ok(assay_column_of_numbers(&context, n, numbers, &column));
    else
        assert_ok(assay_column_of_days(&context, n, days, &column));
    return column;
}

static assay_frame *all_rows(void)
{
    assay_frame *frame;
    assert_ok(assay_frame_new(&context, &frame));
    for (size_t c = 0; c < COLUMNS; c++) {
        assay_dictionary *dictionary = assay_dictionary_new();
        assay_column *column = types[c] == ASSAY_CATEGORY ? category_of(c, 0, ROWS, dictionary)
                               : types[c] == ASSAY_TEXT   ? text_of(c, 0, ROWS)
                                                          : values_of(c, 0, ROWS);
        assert_ok(assay_frame_add(&context, frame, names[c], column));
        assay_dictionary_release(dictionary);
    }
    return frame;
}

/* ---- what a table should hold: sorted keys of all rows ---- */

static int by_key(const void *a, const void *b)
{
    const uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

static uint64_t key_of_row(size_t row, size_t n, const size_t columns[])
{
    uint64_t key = 0;
    for (size_t i = 0; i < n; i++)
        key = key * (levels[columns[i]] + 1) + ids[columns[i]][row];
    return key;
}

static uint64_t key_of_line(const assay_frame *counts, size_t line, size_t n,
                            const size_t columns[])
{
    uint64_t key = 0;
    for (size_t i = 0; i < n; i++) {
        const assay_column *column = assay_frame_column(counts, i);
        char scratch[ASSAY_CELL_BYTES], copy[24] = "";
        const char *cell;
        size_t length;
        uint32_t id = 0;
        if (!assay_column_is_missing(column, line))
            switch (types[columns[i]]) {
            case ASSAY_INTEGER:
                id = (uint32_t)(column->integers[line] / 37 + 500);
                break;
            case ASSAY_NUMBER:
                id = (uint32_t)(column->numbers[line] * 4);
                break;
            case ASSAY_DATE:
                id = (uint32_t)(column->days[line] - FIRST_DAY);
                break;
            default:
                cell = assay_column_cell(column, line, scratch, &length);
                memcpy(copy, cell, length);
                id = (uint32_t)strtoul(copy + 1, NULL, 10);
            }
        key = key * (levels[columns[i]] + 1) + id;
    }
    return key;
}

static bool is_in_order(const assay_frame *counts, size_t n, size_t line)
{
    int order = 0;
    for (size_t i = 0; order == 0 && i < n; i++)
        order = assay_column_compare(assay_frame_column(counts, i), line - 1, line);
    return order < 0;
}

static uint64_t keys[ROWS];

static void sort_keys(size_t n, const size_t columns[])
{
    for (size_t row = 0; row < ROWS; row++)
        keys[row] = key_of_row(row, n, columns);
    qsort(keys, ROWS, sizeof keys[0], by_key);
}

/* A table of the columns whose keys are sorted. */
static void assert_counts(const assay_frame *counts, size_t n, const size_t columns[])
{
    size_t lines = 0, wrong = 0;
    for (size_t row = 0; row < ROWS; row++)
        lines += row == 0 || keys[row] != keys[row - 1];
    ck_assert_uint_eq(assay_frame_rows(counts), lines);
    const int64_t *counted = column_named(counts, "cases")->integers;
    const double *shares = column_named(counts, "share")->numbers;
    for (size_t line = 0; line < lines; line++) {
        const uint64_t key = key_of_line(counts, line, n, columns);
        const uint64_t *at = bsearch(&key, keys, ROWS, sizeof key, by_key);
        int64_t cases = 0;
        while (at != NULL && at > keys && at[-1] == key)
            at--;
        for (; at != NULL && at < keys + ROWS && *at == key; at++)
            cases++;
        wrong += line > 0 && !is_in_order(counts, n, line);
        wrong += cases == 0 || counted[line] != cases || shares[line] != (double)cases / ROWS;
    }
    ck_assert_uint_eq(wrong, 0);
}

/*
** One column of each type; a table with a place for each; tables too large for that, whose numbers of
** threads are tried in turn, unless the whole grid is asked for.
*/
enum { LARGE = 8 };
static const struct {
    size_t n, columns[6];
} questions[] = {{1, {0}},    {1, {1}},       {1, {2}},          {1, {3}},
                 {1, {4}},    {1, {5}},       {2, {0, 2}},       {3, {0, 4, 5}},
                 {2, {1, 2}}, {3, {3, 1, 0}}, {4, {5, 2, 4, 1}}, {6, {0, 1, 2, 3, 4, 5}},
                 {2, {0, 0}}};

START_TEST(counts_are_those_of_sorted_rows_whatever_the_number_of_threads)
{
    static const int threads[] = {1, 2, 3, 7};
    const size_t n = questions[_i].n, *columns = questions[_i].columns;
    draw_ids();
    sort_keys(n, columns);
    assay_frame *frame = all_rows();
    for (size_t t = 0; t < sizeof threads / sizeof threads[0]; t++) {
        if (_i >= LARGE && t % 2 != (size_t)_i % 2 && !whole_grid())
            continue;
        assay_context with = {.threads = threads[t]};
        assay_frame *counts;
        if (n == 2 && columns[0] == columns[1]) {
            assert_status(assay_count_frame(&with, frame, n, columns, &counts), ASSAY_EREPEATED);
            continue;
        }
        assert_ok(assay_count_frame(&with, frame, n, columns, &counts));
        assert_counts(counts, n, columns);
        assay_frame_free(counts);
    }
    assay_frame_free(frame);
}
END_TEST

/* The columns three times over, under names of their own: no 64 bits hold the levels of a row. */
START_TEST(levels_that_need_more_than_one_key_are_the_same_cells)
{
    enum { TIMES = 3, N = TIMES * COLUMNS };
    static char twins[N][8];
    static const size_t once[COLUMNS] = {0, 1, 2, 3, 4, 5};
    size_t wrong = 0, all[N];
    draw_ids();
    sort_keys(COLUMNS, once);
    assay_frame *frame = all_rows(), *wide, *counts;
    assert_ok(assay_frame_new(&context, &wide));
    for (size_t i = 0; i < N; i++) {
        assay_column *column = assay_column_retain(assay_frame_column(frame, i % COLUMNS));
        all[i] = i;
        snprintf(twins[i], sizeof twins[i], "%zu", i);
        assert_ok(assay_frame_add(&context, wide, twins[i], column));
    }
    for (int threads = 1; threads < 4; threads += 2) {
        assay_context with = {.threads = threads};
        assert_ok(assay_count_frame(&with, wide, N, all, &counts));
        assert_counts(counts, COLUMNS, once);
        for (size_t i = COLUMNS; i < N; i++)
            for (size_t line = 0; line < assay_frame_rows(counts); line++) {
                char a[ASSAY_CELL_BYTES], b[ASSAY_CELL_BYTES];
                size_t length = 0, twin = 0;
                const char *cell =
                    assay_column_cell(assay_frame_column(counts, i % COLUMNS), line, a, &length);
                const char *other =
                    assay_column_cell(assay_frame_column(counts, i), line, b, &twin);
                wrong += length != twin || (length > 0 && memcmp(cell, other, length) != 0);
            }
        assay_frame_free(counts);
    }
    ck_assert_uint_eq(wrong, 0);
    assay_frame_free(wide);
    assay_frame_free(frame);
}
END_TEST

/* ---- a source whose dictionaries grow, and whose columns turn to text and back ---- */

enum { BLOCK = 7001 };

typedef struct stream {
    assay_source face;
    size_t row;
    assay_dictionary *dictionaries[COLUMNS];
    assay_column *columns[COLUMNS];
} stream;

static void release_block(stream *self)
{
    for (size_t c = 0; c < COLUMNS; c++) {
        assay_column_release(self->columns[c]);
        self->columns[c] = NULL;
    }
}

static assay_status next_block(assay_context *with, assay_source *source, assay_block *block)
{
    stream *self = (stream *)source;
    const size_t n = ROWS - self->row < BLOCK ? ROWS - self->row : BLOCK;
    (void)with;
    release_block(self);
    for (size_t c = 0; c < COLUMNS; c++)
        self->columns[c] = types[c] != ASSAY_CATEGORY && types[c] != ASSAY_TEXT
                               ? values_of(c, self->row, n)
                           : self->row / BLOCK % 3 == (c == 1 ? 2 : 1)
                               ? text_of(c, self->row, n)
                               : category_of(c, self->row, n, self->dictionaries[c]);
    self->row += n;
    *block = (assay_block){.rows = n, .columns = self->columns};
    return ASSAY_OK;
}

static void free_stream(assay_source *source)
{
    stream *self = (stream *)source;
    release_block(self);
    for (size_t c = 0; c < COLUMNS; c++)
        assay_dictionary_release(self->dictionaries[c]);
}

static void start_stream(stream *self)
{
    *self = (stream){
        .face = {.n_columns = COLUMNS, .names = names, .next = next_block, .free = free_stream}};
    for (size_t c = 0; c < COLUMNS; c++)
        self->dictionaries[c] = assay_dictionary_new();
}

START_TEST(a_stream_is_counted_as_its_rows_are)
{
    const size_t n = questions[_i].n, *columns = questions[_i].columns;
    const size_t before = assay_memory_in_use();
    draw_ids();
    sort_keys(n, columns);
    for (int threads = 1; threads < 4; threads++) {
        if (_i >= LARGE && threads % 3 != _i % 3 && !whole_grid())
            continue;
        assay_context with = {.threads = threads};
        stream source;
        assay_frame *counts;
        start_stream(&source);
        assert_ok(assay_count(&with, &source.face, n, columns, &counts));
        assert_counts(counts, n, columns);
        assay_frame_free(counts);
        assay_source_free(&source.face);
    }
    ck_assert_uint_eq(assay_memory_in_use(), before);
}
END_TEST

START_TEST(a_column_that_changes_its_type_is_refused)
{
    static const double numbers[] = {1, 2};
    static const int64_t integers[] = {1, 2};
    assay_column *first, *second;
    assay_tally *tally;
    assert_ok(assay_column_of_numbers(&context, 2, numbers, &first));
    assert_ok(assay_column_of_integers(&context, 2, integers, &second));
    assert_ok(assay_tally_new(&context, 1, false, &tally));
    const assay_column *columns[] = {first};
    assert_ok(assay_tally_add(&context, tally, columns, NULL, 0, 2));
    columns[0] = second;
    assert_status(assay_tally_add(&context, tally, columns, NULL, 0, 2), ASSAY_EFORMAT);
    ck_assert_str_eq(context.error.message, "a column of type number goes on as integer");
    assay_tally_free(tally);
    assay_column_release(first);
    assay_column_release(second);
}
END_TEST

/* ---- weights ---- */

/* Counted by `a` as a frame, and as a source, whose weights are text. */
static assay_status count_weights(const char *csv, assay_frame **of_frame, assay_frame **of_source)
{
    static const size_t columns[] = {0};
    const assay_csv_options options = assay_csv_defaults();
    assay_source *source;
    assay_frame *frame = table(csv);
    assay_status status = assay_count_frame_weighted(&context, frame, 1, columns, 1, of_frame);
    assert_ok(open_csv(&context, csv, strlen(csv), &options, &source));
    assert_status(assay_count_weighted(&context, source, 1, columns, 1, of_source), status);
    assay_source_free(source);
    assay_frame_free(frame);
    return status;
}

START_TEST(weights_are_summed_beside_the_cases)
{
    assay_frame *counts, *streamed;
    assert_ok(count_weights("a,w\nx,0.25\ny,2\nx,1.5\n,3\ny,-0.5\nx,0.25\n", &counts, &streamed));
    assert_column(counts, "a", "x|y|NA");
    assert_column(counts, "cases", "3|2|1");
    assert_column(counts, "weight", "2|1.5|3");
    assert_column(streamed, "weight", "2|1.5|3");
    assay_frame_free(counts);
    assay_frame_free(streamed);
}
END_TEST

/* In doubles 2^53 + 1 - 2^53 is 0. */
START_TEST(sums_of_weights_lose_nothing_that_a_double_can_hold)
{
    assay_frame *counts, *streamed;
    assert_ok(count_weights("a,w\nx,9007199254740992\nx,1\nx,-9007199254740992\nx,2\n", &counts,
                            &streamed));
    assert_column(counts, "weight", "3");
    assert_column(streamed, "weight", "3");
    assay_frame_free(streamed);
    assay_frame_free(counts);
}
END_TEST

START_TEST(a_row_without_a_weight_is_named)
{
    assay_frame *counts, *streamed;
    assert_status(count_weights("a,w\nx,1\ny,2\nx,\n", &counts, &streamed), ASSAY_EMISSING);
    ck_assert_str_eq(context.error.message, "row 3 has no weight");
    ck_assert_uint_eq(context.error.row, 3);
}
END_TEST

START_TEST(a_weight_that_is_no_number_is_refused)
{
    static const size_t columns[] = {0};
    const assay_csv_options options = assay_csv_defaults();
    static const char csv[] = "a,w\nx,1\ny,two\n";
    assay_source *source;
    assay_frame *counts, *frame = table(csv);
    assert_status(assay_count_frame_weighted(&context, frame, 1, columns, 1, &counts), ASSAY_EDOM);
    assert_ok(open_csv(&context, csv, strlen(csv), &options, &source));
    assert_status(assay_count_weighted(&context, source, 1, columns, 1, &counts), ASSAY_EFORMAT);
    ck_assert_str_eq(context.error.message, "row 2: the weight is not a number");
    assay_source_free(source);
    assay_frame_free(frame);
}
END_TEST

/* Quarters: every sum is exact, so that a plain loop gives it too. */
START_TEST(sums_do_not_depend_on_threads_or_on_the_kind_of_table)
{
    static const size_t direct[] = {0}, keyed[] = {1, 2};
    static double want[3001][1001], of_small[8];
    draw_ids();
    assay_frame *frame = all_rows();
    static double weights[ROWS];
    for (size_t row = 0; row < ROWS; row++) {
        weights[row] = (double)(row % 97) / 4 - 3;
        want[ids[1][row]][ids[2][row]] += weights[row];
        of_small[ids[0][row]] += weights[row];
    }
    assert_ok(assay_frame_add_numbers(&context, frame, "w", ROWS, weights));
    for (int threads = 1; threads < 4; threads++) {
        assay_context with = {.threads = threads};
        assay_frame *counts;
        size_t wrong = 0;
        assert_ok(assay_count_frame_weighted(&with, frame, 1, direct, COLUMNS, &counts));
        const double *sums = column_named(counts, "weight")->numbers;
        for (size_t line = 0; line < assay_frame_rows(counts); line++)
            wrong += sums[line] != of_small[key_of_line(counts, line, 1, direct)];
        assay_frame_free(counts);
        assert_ok(assay_count_frame_weighted(&with, frame, 2, keyed, COLUMNS, &counts));
        sums = column_named(counts, "weight")->numbers;
        for (size_t line = 0; line < assay_frame_rows(counts); line++) {
            const uint64_t key = key_of_line(counts, line, 2, keyed);
            wrong += sums[line] != want[key / 1001][key % 1001];
        }
        assay_frame_free(counts);
        ck_assert_uint_eq(wrong, 0);
    }
    assay_frame_free(frame);
}
END_TEST

/* ---- memory ---- */

static assay_status count_twice(assay_context *with, void *self)
{
    static const size_t direct[] = {0, 4, 2}, pairs[] = {1, 2, 3};
    assay_frame *counts;
    assay_status status = assay_count_frame_weighted(with, self, 3, direct, COLUMNS, &counts);
    if (status == ASSAY_OK)
        assay_frame_free(counts);
    if (status == ASSAY_OK)
        status = assay_count_frame_weighted(with, self, 3, pairs, COLUMNS, &counts);
    if (status == ASSAY_OK)
        assay_frame_free(counts);
    return status;
}

START_TEST(a_count_that_finds_no_memory_leaves_nothing)
{
    static double ones[ROWS];
    static uint32_t some[300];
    assay_frame *frame, *few;
    draw_ids();
    for (uint32_t i = 0; i < ROWS; i++)
        ones[i] = 1;
    for (uint32_t i = 0; i < 300; i++)
        some[i] = i * 333;
    frame = all_rows();
    assert_ok(assay_frame_add_numbers(&context, frame, "w", ROWS, ones));
    assert_ok(assay_frame_take(&context, frame, 300, some, &few));
    sweep_memory(count_twice, few);
    assay_frame_free(frame);
    assay_frame_free(few);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tally");
    TCase *tests = tcase_create("tally");
    const int n = sizeof questions / sizeof questions[0];
    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, counts_are_those_of_sorted_rows_whatever_the_number_of_threads, 0,
                        n);
    tcase_add_loop_test(tests, a_stream_is_counted_as_its_rows_are, 0, n - 1);
    tcase_add_test(tests, a_column_that_changes_its_type_is_refused);
    tcase_add_test(tests, weights_are_summed_beside_the_cases);
    tcase_add_test(tests, sums_of_weights_lose_nothing_that_a_double_can_hold);
    tcase_add_test(tests, a_row_without_a_weight_is_named);
    tcase_add_test(tests, a_weight_that_is_no_number_is_refused);
    tcase_add_test(tests, levels_that_need_more_than_one_key_are_the_same_cells);
    tcase_add_test(tests, sums_do_not_depend_on_threads_or_on_the_kind_of_table);
    tcase_add_test(tests, a_count_that_finds_no_memory_leaves_nothing);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
