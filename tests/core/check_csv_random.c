/*
** Delimited text of random bytes, read in blocks on some threads, against the same text read field by
** field (csv_grammar.h): the same cells, or an error at the same place.
*/
#include "tables.h"

#include "data/csv_grammar.h"

static assay_context context;

typedef struct expected {
    assay_csv_end end;
    size_t rows, columns; /* columns: of the header */
    uint64_t line, column;
    size_t n_cells;
    char *cells; /* joined, '|' behind each; NA as '~' */
    size_t used;
} expected;

static uint64_t next_random(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return *seed >> 33;
}

static void place(const char *bytes, size_t at, expected *to)
{
    to->line = to->column = 1;
    for (size_t i = 0; i < at; i++) {
        to->column++;
        if (bytes[i] == '\n') {
            to->line++;
            to->column = 1;
        }
    }
}

static void read_slowly(const char *bytes, size_t length, expected *to)
{
    const assay_csv_text text = {.bytes = bytes, .length = length, .whole = true, .delimiter = ','};
    size_t at = 0;
    *to = (expected){.end = ASSAY_CSV_RECORD, .cells = malloc(2 * length + 64)};
    for (size_t record = 0; at < length; record++) {
        const size_t start = at;
        size_t fields = 0;
        assay_csv_field field = {.next = at};
        do {
            to->end = assay_csv_read_field(&text, field.next, &field);
            if (to->end == ASSAY_CSV_WRONG) {
                place(bytes, field.next, to);
                return;
            }
            fields++;
            if (record == 0)
                continue;
            char *cell = to->cells + to->used;
            size_t n = field.length;
            memcpy(cell, bytes + field.from, n);
            if (field.doubled)
                n = assay_csv_undouble(cell, n, cell);
            if (n == 0)
                cell[n++] = '~';
            cell[n++] = '|';
            to->used += n;
        } while (to->end == ASSAY_CSV_FIELD);
        at = field.next;
        if (record == 0) {
            to->columns = fields;
        } else if (fields != to->columns) {
            to->end = ASSAY_CSV_WRONG;
            place(bytes, start, to);
            to->column = 0;
            return;
        } else {
            to->rows++;
        }
    }
}

static void assert_frame(const assay_frame *frame, const expected *want)
{
    char *got = malloc(want->used + 1), scratch[ASSAY_CELL_BYTES];
    size_t used = 0;
    ck_assert_uint_eq(assay_frame_rows(frame), want->rows);
    ck_assert_uint_eq(assay_frame_columns(frame), want->columns);
    for (size_t row = 0; row < want->rows; row++)
        for (size_t i = 0; i < want->columns; i++) {
            size_t length = 1;
            const char *cell =
                assay_column_cell(assay_frame_column(frame, i), row, scratch, &length);
            must(used + length + 1 <= want->used, "more cells than there are");
            memcpy(got + used, cell == NULL ? "~" : cell, length);
            used += length;
            got[used++] = '|';
        }
    ck_assert_uint_eq(used, want->used);
    ck_assert_mem_eq(got, want->cells, used);
    free(got);
}

/* Mostly records of `fields` cells, of which few are odd. */
static size_t write_text(char *csv, size_t most, int fields, int oddness, uint64_t *seed)
{
    static const char *const cells[] = {
        "x",  "",     "yes", "a longer cell",     "\"q\"",          "\"a,b\"",   "1",
        "22", "\"\"", "no",  "\"say \"\"x\"\"\"", "\"line\nline\"", "Zo\xC3\xAB"};
    static const char *const odd[] = {"\"open", "a\"b", "\"x\"y", "\r",
                                      "\xFF",   ",",    "\n",     "\"\r\""};
    size_t n = 0;
    for (int i = 0; i < fields; i++)
        n += (size_t)sprintf(csv + n, i == 0 ? "c%d" : ",c%d", i);
    n += (size_t)sprintf(csv + n, "\n");
    while (n < most) {
        for (int i = 0; i < fields; i++) {
            const char *cell = cells[next_random(seed) % (sizeof cells / sizeof cells[0])];
            if (oddness > 0 && next_random(seed) % 100000 < (uint64_t)oddness)
                cell = odd[next_random(seed) % (sizeof odd / sizeof odd[0])];
            n += (size_t)sprintf(csv + n, i == 0 ? "%s" : ",%s", cell);
            if (next_random(seed) % 4 == 0 && i == 0)
                n += (size_t)sprintf(csv + n - strlen(cell), "%d",
                                     (int)(next_random(seed) % 100000)) -
                     strlen(cell);
        }
        n += (size_t)sprintf(csv + n, next_random(seed) % 8 == 0 ? "\r\n" : "\n");
    }
    return n - (next_random(seed) % 2 == 0 && csv[n - 2] != '\r');
}

START_TEST(random_text_reads_as_it_does_field_by_field)
{
    enum { MOST = 400000 };
    static const size_t sizes[] = {200, 3000, 20000, 70000, 300000};
    uint64_t seed = 7 + (uint64_t)_i;
    char *csv = malloc(MOST);
    const int rounds = whole_grid() ? 60 : 18;
    int refused = 0;
    context.threads = 1 + _i % 3;
    for (int round = 0; round < rounds; round++) {
        const size_t most = sizes[next_random(&seed) % (sizeof sizes / sizeof sizes[0])];
        const int odd = round % 3 == 0 ? 0 : round % 3 == 1 ? 2 : 200;
        const size_t length = write_text(csv, most, 1 + (int)(next_random(&seed) % 7), odd, &seed);
        assay_frame *frame = NULL;
        expected want;
        read_slowly(csv, length, &want);
        const assay_column_wish text = {.type = ASSAY_TEXT};
        const assay_status status = read_csv(&context, csv, length, &text, &frame);
        if (want.end == ASSAY_CSV_WRONG) {
            assert_status(status, ASSAY_EFORMAT);
            ck_assert_uint_eq(context.error.line, want.line);
            ck_assert_uint_eq(context.error.column, want.column);
            refused++;
        } else {
            ck_assert_msg(status == ASSAY_OK, "%s", context.error.message);
            assert_frame(frame, &want);
        }
        assay_frame_free(frame);
        free(want.cells);
    }
    ck_assert_int_gt(refused, rounds / 12); /* both were seen */
    ck_assert_int_lt(refused, rounds * 5 / 6);
    free(csv);
}
END_TEST

/* ---- again from the start, and cells read later ---- */

/* Records with fields too few, or with empty ones too many, where `ragged`. */
static size_t write_ragged(char *csv, size_t most, int fields, bool ragged, uint64_t *seed)
{
    static const char *const cells[] = {"x",    "",   "\"a,b\"",   "\"q\"\"q\"",
                                        "\"\"", "12", "Zo\xC3\xAB"};
    size_t n = 0;
    for (int i = 0; i < fields; i++)
        n += (size_t)sprintf(csv + n, i == 0 ? "c%d" : ",c%d", i);
    n += (size_t)sprintf(csv + n, "\n");
    while (n < most) {
        const int some = ragged ? 1 + (int)(next_random(seed) % (uint64_t)(fields + 2)) : fields;
        n += (size_t)sprintf(csv + n, next_random(seed) % 3 == 0 ? "\"id \"\"%d\"\"\"" : "id%d",
                             (int)(next_random(seed) % 90000));
        for (int i = 1; i < some; i++)
            n += (size_t)sprintf(csv + n, ",%s", i >= fields ? "" : cells[next_random(seed) % 7]);
        n += (size_t)sprintf(csv + n, next_random(seed) % 8 == 0 ? "\r\n" : "\n");
    }
    return n;
}

static assay_frame *collect(assay_source *source, const size_t n)
{
    const assay_column_wish text[16] = {
        {.type = ASSAY_TEXT}, {.type = ASSAY_TEXT}, {.type = ASSAY_TEXT}, {.type = ASSAY_TEXT},
        {.type = ASSAY_TEXT}, {.type = ASSAY_TEXT}, {.type = ASSAY_TEXT}, {.type = ASSAY_TEXT}};
    assay_frame *frame = NULL;
    ck_assert_uint_le(n, 8);
    assert_ok(assay_source_collect(&context, source, text, NULL, &frame));
    return frame;
}

static void assert_same_cells(const assay_column *a, size_t row, const assay_column *b,
                              size_t other)
{
    char scratch[ASSAY_CELL_BYTES], more[ASSAY_CELL_BYTES];
    size_t n = 0, m = 0;
    const char *left = assay_column_cell(a, row, scratch, &n);
    const char *right = assay_column_cell(b, other, more, &m);
    must((left == NULL) == (right == NULL) &&
             (left == NULL || assay_compare_bytes(left, n, right, m) == 0),
         "rows %zu and %zu: %.*s and %.*s", row, other, (int)n, left, (int)m, right);
}

/* Some rows of each block: cells of deferred columns are those that the frame has. */
static void assert_fetched(assay_source *source, const assay_frame *frame, const bool deferred[],
                           uint64_t *seed)
{
    size_t first = 0, taken = 0;
    uint32_t *all = malloc((assay_frame_rows(frame) + 1) * sizeof *all), rows[64];
    assay_builder *builders[16] = {NULL};
    assay_block block = {.rows = 1};
    for (size_t i = 0; i < source->n_columns; i++)
        builders[i] = assay_builder_new();
    assert_ok(assay_source_rewind(&context, source));
    while (block.rows > 0) {
        assert_ok(source->next(&context, source, &block));
        size_t n = 0;
        for (size_t row = 0; row < block.rows && n < 64; row += next_random(seed) % 40) {
            if (n > 0 && rows[n - 1] == row)
                continue;
            rows[n++] = (uint32_t)row;
            all[taken++] = (uint32_t)(first + row);
        }
        assert_ok(source->fetch(&context, source, n, rows, builders));
        for (size_t i = 0; block.rows > 0 && i < source->n_columns; i++)
            ck_assert((block.columns[i] == NULL) == deferred[i]);
        first += block.rows;
    }
    ck_assert_uint_eq(first, assay_frame_rows(frame));
    for (size_t i = 0; i < source->n_columns; i++) {
        const assay_column_wish text = {.type = ASSAY_TEXT};
        assay_column *column = NULL;
        assert_ok(assay_builder_finish(&context, builders[i], &text, &column));
        ck_assert_uint_eq(column->length, deferred[i] ? taken : 0);
        for (size_t k = 0; k < column->length; k++)
            assert_same_cells(column, k, assay_frame_column(frame, i), all[k]);
        assay_column_release(column);
        assay_builder_free(builders[i]);
    }
    free(all);
}

START_TEST(a_text_reads_the_same_again_whole_or_row_by_row)
{
    enum { MOST = 300000 };
    uint64_t seed = 70 + (uint64_t)_i;
    char *csv = malloc(MOST + 1000);
    context.threads = 1 + _i % 2;
    for (int round = 0; round < (whole_grid() ? 24 : 7); round++) {
        assay_csv_options options = assay_csv_defaults();
        assay_source *source = NULL;
        const int fields = 2 + (int)(next_random(&seed) % 6);
        bool deferred[8] = {false};
        size_t length = (size_t)sprintf(csv, "a title\nof two lines\n");
        options.skip = 2;
        options.fill = round % 2 == 0;
        length += write_ragged(csv + length, round % 3 == 0 ? MOST - 4000 : 9000, fields,
                               options.fill, &seed);
        assert_ok(open_csv(&context, csv, length, &options, &source));
        assay_frame *frame = collect(source, source->n_columns);
        assert_ok(assay_source_rewind(&context, source));
        assay_frame *again = collect(source, source->n_columns);
        ck_assert_uint_eq(assay_frame_rows(again), assay_frame_rows(frame));
        for (size_t i = 0; i < source->n_columns; i++)
            for (size_t row = 0; row < assay_frame_rows(frame); row++)
                assert_same_cells(assay_frame_column(frame, i), row, assay_frame_column(again, i),
                                  row);
        for (size_t i = 0; i < source->n_columns; i++)
            deferred[i] = i == 1 || next_random(&seed) % 2 == 0;
        source->defer(source, deferred);
        for (int times = 0; times < 2; times++)
            assert_fetched(source, frame, deferred, &seed);
        assay_frame_free(frame);
        assay_frame_free(again);
        assay_source_free(source);
    }
    free(csv);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("csv_random");
    TCase *tests = tcase_create("csv_random");
    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, random_text_reads_as_it_does_field_by_field, 0, 6);
    tcase_add_loop_test(tests, a_text_reads_the_same_again_whole_or_row_by_row, 0, 4);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
