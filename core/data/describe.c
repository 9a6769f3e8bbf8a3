/* describe.c -- what each column of a table that streams past holds. */
#include "data/describe.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/sort.h"
#include "base/text.h"
#include "data/builder.h"
#include "data/summary.h"

/* Moments by Welford's update, each value as often as it occurs. */
typedef struct moments {
    double n, mean, squares, min, max;
} moments;

static void fold(moments *m, double x, int64_t times)
{
    const double from_old = x - m->mean;
    m->min = m->n == 0 ? x : fmin(m->min, x);
    m->max = m->n == 0 ? x : fmax(m->max, x);
    m->n += (double)times;
    m->mean += from_old * (double)times / m->n;
    m->squares += from_old * (x - m->mean) * (double)times;
}

/* One column. Its different texts are held with their cases, until there are too many of them. */
typedef struct described {
    const char *name;
    const assay_column_wish *wish;
    assay_type given; /* the type that the format knows; ASSAY_INFER: none */
    uint64_t rows, missing;
    assay_dictionary *texts;
    int64_t *cases; /* by the text's code - 1 */
    size_t capacity;
    uint64_t distinct;        /* values, once they are known: 1.0 and 1.00 are one */
    bool more;                /* `texts` and `cases` are gone, `moments` go on */
    bool whole, number, date; /* whether all texts so far read so */
    moments moments;
} described;

static void free_described(size_t n, described all[])
{
    for (size_t i = 0; all != NULL && i < n; i++) {
        assay_dictionary_release(all[i].texts);
        assay_free(all[i].cases);
    }
    assay_free(all);
}

/* ---- texts as values ---- */

/* What a text reads as, besides what it read as before. */
static void try_types(described *self, const char *bytes, size_t length)
{
    char copy[ASSAY_POINT_BYTES];
    int32_t days;
    const char *point =
        self->number ? assay_with_point(bytes, length, self->wish->decimal, copy) : NULL;
    self->whole = self->whole && assay_text_is_plain_integer(bytes, length);
    self->number = point != NULL && assay_text_is_plain_number(point, length);
    self->date =
        self->date && assay_date_from_text(bytes, length, self->wish->dates, &days) == ASSAY_OK;
}

static bool has_values(const described *self)
{
    return self->given != ASSAY_INFER || self->whole || self->number || self->date;
}

/* The number or the days of a text that read so. */
static double value_of(const described *self, const char *bytes, size_t length)
{
    char copy[ASSAY_POINT_BYTES];
    double x = (double)NAN;
    int32_t days = 0;
    if (self->given == ASSAY_DATE || (self->given == ASSAY_INFER && self->date)) {
        assay_date_from_text(bytes, length, self->given == ASSAY_DATE ? NULL : self->wish->dates,
                             &days);
        return days;
    }
    const char *point = self->given == ASSAY_INFER
                            ? assay_with_point(bytes, length, self->wish->decimal, copy)
                            : bytes;
    if (point != NULL)
        assay_text_to_number(point, length, &x);
    return x;
}

/* ---- adding cells ---- */

/* Too many texts: what they say of numbers is kept, the texts are not. */
static void let_go(described *self)
{
    self->more = true;
    for (uint32_t code = 1; has_values(self) && code <= assay_dictionary_size(self->texts);
         code++) {
        size_t length;
        const char *bytes = assay_dictionary_text(self->texts, code, &length);
        fold(&self->moments, value_of(self, bytes, length), self->cases[code - 1]);
    }
    assay_dictionary_release(self->texts);
    assay_free(self->cases);
    self->texts = NULL;
    self->cases = NULL;
}

static void add_unheld(described *self, const char *bytes, size_t length, int64_t times)
{
    if (self->given == ASSAY_INFER)
        try_types(self, bytes, length);
    if (has_values(self))
        fold(&self->moments, value_of(self, bytes, length), times);
}

static assay_status add_text(assay_context *context, described *self, const char *bytes,
                             size_t length, int64_t times)
{
    if (self->more) {
        add_unheld(self, bytes, length, times);
        return ASSAY_OK;
    }
    const uint32_t before = assay_dictionary_size(self->texts);
    if (!assay_grow(&self->cases, &self->capacity, before, sizeof *self->cases))
        return assay_fail_memory(context);
    const uint32_t code = assay_dictionary_add(self->texts, bytes, length);
    if (code == 0)
        return assay_fail_memory(context);
    if (code > before) {
        self->cases[before] = 0;
        if (self->given == ASSAY_INFER)
            try_types(self, bytes, length);
    }
    self->cases[code - 1] += times;
    if (code > ASSAY_DESCRIBE_MOST)
        let_go(self);
    return ASSAY_OK;
}

/* A category, text by text. */
static assay_status add_category(assay_context *context, described *self,
                                 const assay_column *column)
{
    const size_t n = (size_t)assay_dictionary_size(column->dictionary) + 1;
    int64_t *times = assay_alloc_zeroed_array(n, sizeof *times);
    if (times == NULL)
        return assay_fail_memory(context);
    for (size_t row = 0; row < column->length; row++)
        times[assay_column_code(column, row)]++;
    self->missing += (uint64_t)times[0];
    assay_status status = ASSAY_OK;
    for (uint32_t code = 1; status == ASSAY_OK && code < n; code++) {
        size_t length;
        const char *bytes = assay_dictionary_text(column->dictionary, code, &length);
        if (times[code] > 0)
            status = add_text(context, self, bytes, length, times[code]);
    }
    assay_free(times);
    return status;
}

static assay_status add_cells(assay_context *context, described *self, const assay_column *column)
{
    assay_status status = ASSAY_OK;
    for (size_t row = 0; status == ASSAY_OK && row < column->length; row++) {
        char scratch[ASSAY_CELL_BYTES];
        size_t length;
        const char *bytes = assay_column_cell(column, row, scratch, &length);
        self->missing += bytes == NULL;
        if (bytes != NULL)
            status = add_text(context, self, bytes, length, 1);
        if (status == ASSAY_OK && row % 8192 == 0)
            status = assay_poll(context, row, column->length);
    }
    return status;
}

static assay_status add_column(assay_context *context, described *self, const assay_column *column)
{
    const bool text = column->type == ASSAY_TEXT || column->type == ASSAY_CATEGORY;
    self->rows += column->length;
    if (!text && self->wish->type != ASSAY_TEXT)
        self->given = column->type;
    return column->type == ASSAY_CATEGORY ? add_category(context, self, column)
                                          : add_cells(context, self, column);
}

static assay_status add_blocks(assay_context *context, assay_source *source, size_t n,
                               described all[], const size_t numbers[])
{
    for (;;) {
        assay_block block;
        assay_status status = source->next(context, source, &block);
        if (status != ASSAY_OK || block.rows == 0)
            return status;
        for (size_t i = 0; status == ASSAY_OK && i < n; i++)
            status = add_column(context, &all[i], block.columns[numbers[i]]);
        if (status != ASSAY_OK)
            return status;
    }
}

/* ---- what a column is ---- */

static assay_type type_of(const described *self)
{
    const uint64_t known = self->rows - self->missing;
    if (self->wish->type == ASSAY_TEXT)
        return ASSAY_TEXT;
    if (self->given != ASSAY_INFER)
        return self->given;
    if (known > 0 && (self->whole || self->number || self->date))
        return self->whole ? ASSAY_INTEGER : self->number ? ASSAY_NUMBER : ASSAY_DATE;
    return !self->more && 2 * (uint64_t)assay_dictionary_size(self->texts) <= known ? ASSAY_CATEGORY
                                                                                    : ASSAY_TEXT;
}

/* ---- numbers ---- */

/* The held values in ascending order, each with its cases. */
typedef struct ranked {
    size_t n;
    double *values;
    int64_t *cases;
    uint32_t *order;
} ranked;

static void free_ranked(ranked *self)
{
    assay_free(self->values);
    assay_free(self->cases);
    assay_free(self->order);
}

static int by_value(const void *self, uint32_t a, uint32_t b)
{
    const double *values = self;
    return (values[a] > values[b]) - (values[a] < values[b]);
}

static assay_status rank_held(assay_context *context, const described *from, ranked *self)
{
    const size_t n = assay_dictionary_size(from->texts);
    *self = (ranked){.n = n,
                     .values = assay_alloc_array(n, sizeof *self->values),
                     .cases = assay_alloc_array(n, sizeof *self->cases),
                     .order = assay_alloc_array(n, sizeof *self->order)};
    if (self->values == NULL || self->cases == NULL || self->order == NULL)
        return assay_fail_memory(context);
    for (size_t i = 0; i < n; i++) {
        size_t length;
        const char *bytes = assay_dictionary_text(from->texts, (uint32_t)i + 1, &length);
        self->values[i] = value_of(from, bytes, length);
        self->cases[i] = from->cases[i];
        self->order[i] = (uint32_t)i;
    }
    return assay_sort(context, n, self->order, by_value, self->values);
}

/* The value that stands at `rank`, from 0, among all cases. */
static double at_rank(const ranked *self, int64_t rank)
{
    size_t i = 0;
    while (i + 1 < self->n && rank >= self->cases[self->order[i]])
        rank -= self->cases[self->order[i++]];
    return self->values[self->order[i]];
}

/* Type 7, as in summary.c. */
static double quantile(const ranked *self, uint64_t n, double p)
{
    const double place = (double)(n - 1) * p;
    const int64_t below = (int64_t)place;
    const double low = at_rank(self, below);
    return (uint64_t)below + 1 < n
               ? low + (place - (double)below) * (at_rank(self, below + 1) - low)
               : low;
}

static assay_status summarise_held(assay_context *context, described *self, assay_summary *summary)
{
    ranked values;
    const assay_status status = rank_held(context, self, &values);
    self->distinct = 0;
    for (size_t i = 0; status == ASSAY_OK && i < values.n; i++) {
        const double x = values.values[values.order[i]];
        self->distinct += i == 0 || x != values.values[values.order[i - 1]];
        fold(&self->moments, x, values.cases[values.order[i]]);
    }
    if (status == ASSAY_OK) {
        summary->q1 = quantile(&values, summary->n, 0.25);
        summary->median = quantile(&values, summary->n, 0.5);
        summary->q3 = quantile(&values, summary->n, 0.75);
    }
    free_ranked(&values);
    return status;
}

static assay_status summarise(assay_context *context, described *self, assay_summary *summary)
{
    const double none = (double)NAN;
    const assay_type type = type_of(self);
    const moments *m = &self->moments;
    self->distinct = self->more ? 0 : assay_dictionary_size(self->texts);
    *summary = (assay_summary){
        self->rows - self->missing, self->missing, none, none, none, none, none, none, none};
    if (type == ASSAY_TEXT || type == ASSAY_CATEGORY || summary->n == 0)
        return ASSAY_OK;
    const assay_status status = self->more ? ASSAY_OK : summarise_held(context, self, summary);
    summary->mean = m->mean;
    summary->sd = summary->n < 2 ? none : sqrt(m->squares / (m->n - 1));
    summary->min = m->min;
    summary->max = m->max;
    return status;
}

/* ---- the two tables ---- */

static const char *const measures[] = {"mean", "sd", "min", "q1", "median", "q3", "max"};
enum { MEASURES = sizeof measures / sizeof measures[0] };

typedef struct tables {
    assay_builder *names, *types, *more, *level_columns, *levels;
    int64_t *counts;  /* rows, missing, distinct: n of each */
    double *measures; /* n of each */
    int64_t *cases;   /* of the levels */
    size_t n_levels, capacity;
} tables;

static void free_tables(tables *self)
{
    assay_builder_free(self->names);
    assay_builder_free(self->types);
    assay_builder_free(self->more);
    assay_builder_free(self->level_columns);
    assay_builder_free(self->levels);
    assay_free(self->counts);
    assay_free(self->measures);
    assay_free(self->cases);
}

static assay_status new_tables(assay_context *context, size_t n, tables *self)
{
    *self = (tables){.names = assay_builder_new(),
                     .types = assay_builder_new(),
                     .more = assay_builder_new(),
                     .level_columns = assay_builder_new(),
                     .levels = assay_builder_new(),
                     .counts = assay_alloc_array(n, 3 * sizeof *self->counts),
                     .measures = assay_alloc_array(n, MEASURES * sizeof *self->measures)};
    return self->names == NULL || self->types == NULL || self->more == NULL ||
                   self->level_columns == NULL || self->levels == NULL || self->counts == NULL ||
                   self->measures == NULL
               ? assay_fail_memory(context)
               : ASSAY_OK;
}

static assay_status add_word(assay_context *context, assay_builder *builder, const char *word)
{
    return word == NULL ? assay_builder_add_missing(context, builder)
                        : assay_builder_add(context, builder, word, strlen(word));
}

static int by_bytes(const void *self, uint32_t a, uint32_t b)
{
    size_t a_length, b_length;
    const char *first = assay_dictionary_text(self, a + 1, &a_length);
    const char *second = assay_dictionary_text(self, b + 1, &b_length);
    return assay_compare_bytes(first, a_length, second, b_length);
}

static assay_status add_level(assay_context *context, tables *to, const described *of, uint32_t i)
{
    size_t length;
    const char *bytes = assay_dictionary_text(of->texts, i + 1, &length);
    if (!assay_grow(&to->cases, &to->capacity, to->n_levels, sizeof *to->cases))
        return assay_fail_memory(context);
    to->cases[to->n_levels++] = of->cases[i];
    const assay_status status = add_word(context, to->level_columns, of->name);
    return status == ASSAY_OK ? assay_builder_add(context, to->levels, bytes, length) : status;
}

static assay_status add_levels(assay_context *context, tables *to, const described *of)
{
    const size_t n = assay_dictionary_size(of->texts);
    uint32_t *order = assay_alloc_array(n, sizeof *order);
    if (order == NULL)
        return assay_fail_memory(context);
    for (size_t i = 0; i < n; i++)
        order[i] = (uint32_t)i;
    assay_status status = assay_sort(context, n, order, by_bytes, of->texts);
    for (size_t i = 0; status == ASSAY_OK && i < n; i++)
        status = add_level(context, to, of, order[i]);
    assay_free(order);
    return status;
}

static assay_status add_described(assay_context *context, tables *to, size_t n, size_t i,
                                  described *of)
{
    assay_summary s;
    const assay_type type = type_of(of);
    assay_status status = summarise(context, of, &s);
    if (status != ASSAY_OK)
        return status;
    const double values[MEASURES] = {s.mean, s.sd, s.min, s.q1, s.median, s.q3, s.max};
    for (size_t j = 0; j < MEASURES; j++)
        to->measures[j * n + i] = values[j];
    to->counts[i] = (int64_t)of->rows;
    to->counts[n + i] = (int64_t)of->missing;
    to->counts[2 * n + i] = of->more ? INT64_MIN : (int64_t)of->distinct;
    status = add_word(context, to->names, of->name);
    if (status == ASSAY_OK)
        status = add_word(context, to->types, assay_type_name(type));
    if (status == ASSAY_OK)
        status = add_word(context, to->more, of->more ? "yes" : NULL);
    return status == ASSAY_OK && type == ASSAY_CATEGORY ? add_levels(context, to, of) : status;
}

static assay_status add_words(assay_context *context, assay_frame *frame, const char *name,
                              assay_builder *builder, assay_type type)
{
    const assay_column_wish wish = {.type = type};
    assay_column *column;
    const assay_status status = assay_builder_finish(context, builder, &wish, &column);
    return status == ASSAY_OK ? assay_frame_add(context, frame, name, column) : status;
}

static assay_status make_columns(assay_context *context, const tables *from, size_t n,
                                 assay_frame *frame)
{
    static const char *const counts[] = {"rows", "missing", "distinct"};
    assay_status status = add_words(context, frame, "column", from->names, ASSAY_TEXT);
    if (status == ASSAY_OK)
        status = add_words(context, frame, "type", from->types, ASSAY_CATEGORY);
    for (size_t j = 0; status == ASSAY_OK && j < 3; j++)
        status = assay_frame_add_integers(context, frame, counts[j], n, from->counts + j * n);
    if (status == ASSAY_OK)
        status = add_words(context, frame, "more", from->more, ASSAY_CATEGORY);
    for (size_t j = 0; status == ASSAY_OK && j < MEASURES; j++)
        status = assay_frame_add_numbers(context, frame, measures[j], n, from->measures + j * n);
    return status;
}

static assay_status make_levels(assay_context *context, const tables *from, assay_frame *frame)
{
    assay_status status = add_words(context, frame, "column", from->level_columns, ASSAY_TEXT);
    if (status == ASSAY_OK)
        status = add_words(context, frame, "level", from->levels, ASSAY_TEXT);
    return status == ASSAY_OK
               ? assay_frame_add_integers(context, frame, "cases", from->n_levels, from->cases)
               : status;
}

static assay_status make_tables(assay_context *context, size_t n, described all[],
                                assay_frame *frames[2])
{
    tables to;
    assay_status status = new_tables(context, n, &to);
    for (size_t i = 0; status == ASSAY_OK && i < n; i++)
        status = add_described(context, &to, n, i, &all[i]);
    for (size_t i = 0; status == ASSAY_OK && i < 2; i++)
        status = assay_frame_new(context, &frames[i]);
    if (status == ASSAY_OK)
        status = make_columns(context, &to, n, frames[0]);
    if (status == ASSAY_OK)
        status = make_levels(context, &to, frames[1]);
    free_tables(&to);
    return status;
}

/* ---- from the source to the tables ---- */

static assay_status start_column(assay_context *context, const assay_source *source, size_t number,
                                 const assay_column_wish *wish, described *self)
{
    *self = (described){.name = source->names[number],
                        .wish = wish,
                        .given = ASSAY_INFER,
                        .texts = assay_dictionary_new(),
                        .whole = wish->type == ASSAY_INFER,
                        .number = wish->type == ASSAY_INFER,
                        .date = wish->type == ASSAY_INFER};
    if (self->texts == NULL)
        return assay_fail_memory(context);
    if (wish->levels != NULL || (wish->type != ASSAY_INFER && wish->type != ASSAY_TEXT)) {
        assay_fail(context, ASSAY_EDOM, "a description finds the types itself");
        return assay_blame_argument(context, self->name);
    }
    return ASSAY_OK;
}

assay_status assay_describe(assay_context *context, assay_source *source,
                            const assay_column_wish wishes[], const bool keep[],
                            assay_frame **columns, assay_frame **levels)
{
    size_t n = 0;
    assay_frame *frames[2] = {NULL, NULL};
    described *all = assay_alloc_zeroed_array(source->n_columns, sizeof *all);
    size_t *numbers = assay_alloc_array(source->n_columns, sizeof *numbers);
    assay_status status = all == NULL || numbers == NULL ? assay_fail_memory(context) : ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && i < source->n_columns; i++)
        if (keep == NULL || keep[i]) {
            numbers[n] = i;
            status = start_column(context, source, i, &wishes[i], &all[n++]);
        }
    if (status == ASSAY_OK) {
        assay_source_keep(source, keep);
        status = add_blocks(context, source, n, all, numbers);
    }
    if (status == ASSAY_OK)
        status = make_tables(context, n, all, frames);
    free_described(n, all);
    assay_free(numbers);
    if (status != ASSAY_OK) {
        assay_frame_free(frames[0]);
        assay_frame_free(frames[1]);
        return status;
    }
    *columns = frames[0];
    *levels = frames[1];
    return ASSAY_OK;
}
