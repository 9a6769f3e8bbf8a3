/*
** csv.c -- tables as delimited text (RFC 4180), read in blocks.
**
** A block is cut into parts behind line ends, which are read side by side (csv_part.c) while the
** bytes behind the block are read from the file. Each part assumes that its cut was not inside quotes;
** the part before it knows. Where it was, and wherever else a part ends early, the next block starts
** there, and what was read behind it is read again.
*/
#include "data/csv.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "base/thread.h"
#include "data/csv_block.h"
#include "data/csv_grammar.h"
#include "data/csv_header.h"
#include "data/csv_part.h"
#include "data/csv_window.h"

enum {
    FIRST_BLOCK = 1 << 14, /* while dictionaries are empty, not much is read in vain */
    LAST_BLOCK = 1 << 21,  /* bytes; blocks grow from the first to the last */
    PART_BYTES = LAST_BLOCK / ASSAY_CSV_PARTS,
    PART_ROWS = ASSAY_BLOCK_ROWS / ASSAY_CSV_PARTS
};

typedef struct csv_source {
    assay_source face;
    bool fill;
    assay_csv_window window;
    assay_csv_header header;
    assay_csv_layout layout;
    assay_csv_cells cells;
    size_t n_parts; /* of the block being read; `started` have memory */
    size_t n_out;   /* of the block handed out */
    size_t started;
    assay_csv_part parts[ASSAY_CSV_PARTS];
    size_t block_bytes, row_bytes; /* how much to take: at most, and for a row on average */
    uint64_t rows, crlf, filled, trimmed;
    uint64_t records_at, first_line; /* where the records behind the header start */
    char **missing;                  /* copies of those in the options */
    size_t n_missing;
    assay_column **columns; /* of the block handed out */
} csv_source;

assay_csv_options assay_csv_defaults(void)
{
    static const char *const empty[] = {""};
    return (assay_csv_options){.delimiter = ',', .n_missing = 1, .missing = empty};
}

/* ---- cutting a block into parts ---- */

/* Behind the last line end of bytes[from .. to), or `from`. */
static size_t behind_last_line(const char *bytes, size_t from, size_t to)
{
    while (to > from && bytes[to - 1] != '\n')
        to--;
    return to;
}

/* Behind the first line end of bytes[at .. to), or `to`. */
static size_t behind_next_line(const char *bytes, size_t at, size_t to)
{
    const char *end = at < to ? memchr(bytes + at, '\n', to - at) : NULL;
    return end == NULL ? to : (size_t)(end - bytes) + 1;
}

/* As many bytes for a part as there is room for their rows. */
static size_t part_bytes(const csv_source *self)
{
    const size_t fitting = self->layout.most_rows * self->row_bytes / 8 * 7;
    const size_t most = fitting < PART_BYTES ? fitting : PART_BYTES;
    const size_t share = self->block_bytes / ASSAY_CSV_PARTS;
    return share < most ? share : most;
}

/*
** Cuts the bytes at the window's start into parts of some `each` bytes; what is read meanwhile is
** written behind the window, a vector's width from what is looked at.
*/
static void cut(csv_source *self, size_t each, size_t most)
{
    const assay_csv_window *window = &self->window;
    const size_t gap = window->ended ? 0 : ASSAY_WINDOW_PADDING;
    size_t to = window->filled - (window->filled - window->start < gap ? 0 : gap);
    size_t at = window->start;
    to = behind_last_line(window->bytes, at, to);
    self->n_parts = 0;
    while (at < to && self->n_parts < most) {
        assay_csv_part *part = &self->parts[self->n_parts++];
        const size_t end = to - at <= each ? to : behind_next_line(window->bytes, at + each, to);
        part->bytes = window->bytes + at;
        part->length = end - at;
        at = end;
    }
}

static assay_status start_parts(assay_context *context, csv_source *self)
{
    for (; self->started < self->n_parts; self->started++) {
        assay_csv_part *part = &self->parts[self->started], fresh;
        const bool good = assay_csv_part_start(&fresh, &self->layout);
        fresh.bytes = part->bytes;
        fresh.length = part->length;
        *part = fresh;
        if (!good) {
            self->started++;
            return assay_fail_memory(context);
        }
    }
    return ASSAY_OK;
}

/* ---- reading a block ---- */

static void read_part(void *source, size_t task, int worker)
{
    csv_source *self = source;
    (void)worker;
    assay_csv_part_read(&self->parts[task], &self->layout);
}

/* The first task reads on in the file: the others are short, and fill the time that it takes. */
static void read_part_or_on(void *source, size_t task, int worker)
{
    csv_source *self = source;
    if (task == 0)
        assay_csv_window_read(&self->window);
    else
        read_part(source, task - 1, worker);
}

/* How many parts follow on each other: up to the first that was not read to its end. */
static size_t connected(const csv_source *self)
{
    size_t n = 0;
    while (n < self->n_parts && self->parts[n].used == self->parts[n].length)
        n++;
    return n < self->n_parts ? n + 1 : n;
}

/* Line ends in what was used; the scan may have seen more of those inside quotes. */
static uint64_t lines_of(const assay_csv_part *part)
{
    uint64_t lines = 0;
    if (part->used == part->length)
        return part->rows + part->inner;
    for (size_t i = 0; i < part->used; i++)
        lines += part->bytes[i] == '\n';
    return lines;
}

/* Moves on behind what was read, and counts what was found there. */
static void leave_parts(csv_source *self, size_t n)
{
    uint64_t rows = 0;
    size_t used = 0;
    for (size_t p = 0; p < n; p++) {
        const assay_csv_part *part = &self->parts[p];
        used += part->used;
        rows += part->rows;
        self->filled += part->filled;
        self->trimmed += part->trimmed;
        self->window.line += lines_of(part);
        self->crlf += part->returns;
    }
    self->rows += rows;
    self->window.start += used;
    if (rows > 0)
        self->row_bytes = used / rows + 1;
    if (self->block_bytes < LAST_BLOCK && n == self->n_parts)
        self->block_bytes *= 2;
}

static void release_columns(csv_source *self)
{
    for (size_t i = 0; i < self->face.n_columns; i++) {
        assay_column_release(self->columns[i]);
        self->columns[i] = NULL;
    }
}

/*
** Whether a dictionary grows with its column and so does not pay: of ids after some thousand rows, of
** dates of birth later.
*/
static bool grows_with(uint64_t size, uint64_t rows)
{
    return (size >= 1024 && size > rows / 20 * 19) || (size > 16384 && size > rows / 16) ||
           size > ASSAY_CSV_CODED_MOST;
}

/* From the next block on such columns are text. */
static void watch_dictionaries(csv_source *self)
{
    for (size_t i = 0; i < self->layout.n_columns; i++) {
        assay_csv_column *column = &self->layout.columns[i];
        if (column->kind == ASSAY_CSV_CODED &&
            grows_with(assay_dictionary_size(column->coder.texts), self->rows)) {
            column->kind = ASSAY_CSV_PLAIN;
            self->layout.n_coded--;
        }
    }
}

static assay_status hand_out(assay_context *context, csv_source *self, size_t n, assay_block *block)
{
    size_t rows = 0;
    assay_status status = ASSAY_OK;
    for (size_t p = 0; p < n; rows += self->parts[p++].rows)
        if (status == ASSAY_OK)
            status = assay_csv_block_settle(context, &self->layout, &self->cells, &self->parts[p]);
    for (size_t i = 0; status == ASSAY_OK && i < self->layout.n_columns; i++)
        if (self->layout.columns[i].kind != ASSAY_CSV_LATER)
            status = assay_csv_block_column(context, &self->layout, &self->cells, i, n, self->parts,
                                            &self->columns[self->layout.columns[i].number]);
    if (status != ASSAY_OK)
        return status;
    self->n_out = n;
    leave_parts(self, n);
    watch_dictionaries(self);
    *block = (assay_block){.rows = rows, .columns = self->columns};
    return ASSAY_OK;
}

/* ---- what is wrong ---- */

static assay_status fail_ragged(assay_context *context, const csv_source *self, uint64_t line,
                                size_t fields)
{
    const size_t n = self->layout.n_fields;
    assay_fail(context, ASSAY_EFORMAT, "line %llu: %zu field%s where the header names %zu column%s",
               (unsigned long long)line, fields, fields == 1 ? "" : "s", n, n == 1 ? "" : "s");
    context->error.line = line;
    return assay_blame_file(context, assay_input_name(self->window.input));
}

/* Whether the record has no more fields than can be left out, because they are empty. */
static bool can_be_filled(const assay_csv_text *text, size_t from, size_t fields, size_t wanted)
{
    assay_csv_field field = {.next = from};
    for (size_t i = 0; i < fields; i++) {
        assay_csv_read_field(text, field.next, &field);
        if (i >= wanted && field.length > 0)
            return false;
    }
    return fields <= 2 * wanted;
}

/* Reads the records from the window's start on byte by byte until one is wrong. */
static assay_status explain(assay_context *context, csv_source *self)
{
    assay_csv_window *window = &self->window;
    const assay_csv_text text = assay_csv_text_of(window, self->layout.delimiter);
    size_t at = 0, fields, next;
    uint64_t line = window->line;
    const char *wrong = "this record cannot be read";
    while (at < text.length) {
        const assay_csv_end end = assay_csv_read_record(&text, at, &fields, &next, &wrong);
        if (end == ASSAY_CSV_CUT)
            break;
        if (end == ASSAY_CSV_WRONG)
            return assay_csv_window_blame(context, window, window->start + next, wrong);
        if (fields != self->layout.n_fields &&
            !(self->layout.fill && can_be_filled(&text, at, fields, self->layout.n_fields)))
            return fail_ragged(context, self, line, fields);
        for (; at < next; at++)
            line += text.bytes[at] == '\n';
    }
    if (window->ended)
        return assay_csv_window_blame(context, window, window->start + at, wrong);
    if (text.length > ASSAY_WINDOW_MOST)
        return assay_csv_fail_long(context, window);
    const assay_status status = assay_csv_window_fill(context, window, text.length);
    return status != ASSAY_OK ? status : explain(context, self);
}

/* ---- blocks ---- */

/*
** The first record goes on behind the first part, or behind the window. It is looked for in all that
** is there, then in more, until it is longer than a record may be. `ended`: what was looked at was
** the rest of the file.
*/
static assay_status look_further(assay_context *context, csv_source *self, bool *whole, bool ended)
{
    assay_csv_window *window = &self->window;
    const size_t held = window->filled - window->start;
    const bool was_whole = *whole;
    *whole = true;
    if (!was_whole || (window->ended && !ended))
        return ASSAY_OK;
    if (ended)
        return explain(context, self);
    if (held > ASSAY_WINDOW_MOST)
        return assay_csv_fail_long(context, window);
    return assay_csv_window_fill(context, window, held < LAST_BLOCK ? LAST_BLOCK : held);
}

/* Reads parts, and on in the file meanwhile; *n of them follow on each other. */
static assay_status read_parts(assay_context *context, csv_source *self, bool whole, size_t *n)
{
    const size_t wanted = self->block_bytes;
    assay_status status = assay_csv_window_make_room(context, &self->window, wanted);
    if (status != ASSAY_OK)
        return status;
    const size_t held = self->window.filled - self->window.start;
    cut(self, whole ? held : part_bytes(self), whole ? 1 : ASSAY_CSV_PARTS);
    status = start_parts(context, self);
    if (status != ASSAY_OK)
        return status;
    if (self->window.ended || held >= wanted * 2)
        assay_parallel_region(context, self->n_parts, read_part, self);
    else
        assay_parallel_region(context, self->n_parts + 1, read_part_or_on, self);
    *n = connected(self);
    return assay_csv_window_answer(context, &self->window);
}

static assay_status next_of_csv(assay_context *context, assay_source *source, assay_block *block)
{
    csv_source *self = (csv_source *)source;
    bool whole = false;
    size_t n = 0;
    release_columns(self);
    assay_status status = assay_poll(context, self->window.line, 0);
    while (status == ASSAY_OK) {
        const bool ended = self->window.ended;
        if (ended && self->window.start == self->window.filled) {
            *block = (assay_block){.rows = 0, .columns = self->columns};
            return ASSAY_OK;
        }
        status = read_parts(context, self, whole, &n);
        if (status == ASSAY_OK && n > 0 && self->parts[0].rows > 0)
            return hand_out(context, self, n, block);
        if (status == ASSAY_OK && n > 0 && self->parts[0].wrong)
            return explain(context, self);
        if (status == ASSAY_OK)
            status = look_further(context, self, &whole, ended);
    }
    return status;
}

/* ---- opening ---- */

static void free_of_csv(assay_source *source)
{
    csv_source *self = (csv_source *)source;
    if (self->columns != NULL)
        release_columns(self);
    for (size_t i = 0; i < self->layout.n_columns; i++)
        assay_coder_free(&self->layout.columns[i].coder);
    for (size_t p = 0; p < self->started; p++)
        assay_csv_part_free(&self->parts[p]);
    for (size_t i = 0; i < self->n_missing; i++)
        assay_free(self->missing[i]);
    assay_free(self->missing);
    assay_free(self->layout.columns);
    assay_free(self->columns);
    assay_free(self->cells.scratch.bytes);
    assay_csv_header_free(&self->header);
    assay_csv_window_free(&self->window);
    assay_free(self);
}

static assay_status rewind_of_csv(assay_context *context, assay_source *source)
{
    csv_source *self = (csv_source *)source;
    release_columns(self);
    self->rows = self->crlf = self->filled = self->trimmed = 0;
    return assay_csv_window_return(context, &self->window, self->records_at, self->first_line);
}

static void defer_of_csv(assay_source *source, const bool deferred[])
{
    csv_source *self = (csv_source *)source;
    for (size_t i = 0; i < self->layout.n_columns; i++) {
        assay_csv_column *column = &self->layout.columns[i];
        if (!deferred[column->number])
            continue;
        self->layout.n_coded -= column->kind == ASSAY_CSV_CODED;
        column->kind = ASSAY_CSV_LATER;
        self->layout.some_later = true;
    }
}

static assay_status fetch_of_csv(assay_context *context, assay_source *source, size_t n,
                                 const uint32_t rows[], assay_builder *const builders[])
{
    csv_source *self = (csv_source *)source;
    assay_status status = ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && i < n; i++) {
        size_t part = 0, row = rows[i];
        while (part + 1 < self->n_out && row >= self->parts[part].rows)
            row -= self->parts[part++].rows;
        status = assay_csv_block_fetch(context, &self->layout, &self->cells, &self->parts[part],
                                       row, builders);
    }
    return status;
}

static void keep_of_csv(assay_source *source, const bool keep[])
{
    csv_source *self = (csv_source *)source;
    size_t n = 0;
    for (size_t i = 0; i < self->layout.n_columns; i++)
        if (keep[self->layout.columns[i].number])
            self->layout.columns[n++] = self->layout.columns[i];
        else
            assay_coder_free(&self->layout.columns[i].coder);
    self->layout.n_columns = self->layout.n_coded = n;
}

static assay_status start_columns(assay_context *context, csv_source *self)
{
    const size_t n = self->header.n;
    self->columns = assay_alloc_zeroed_array(n, sizeof(assay_column *));
    self->layout.columns = assay_alloc_zeroed_array(n, sizeof *self->layout.columns);
    if (self->columns == NULL || self->layout.columns == NULL)
        return assay_fail_memory(context);
    for (size_t i = 0; i < n; i++) {
        assay_csv_column *column = &self->layout.columns[self->layout.n_columns++];
        column->number = i;
        if (!assay_coder_start(&column->coder))
            return assay_fail_memory(context);
        for (size_t m = 0; m < self->cells.n_missing; m++)
            if (!assay_coder_add_missing(&column->coder, self->cells.missing[m],
                                         strlen(self->cells.missing[m])))
                return assay_fail_memory(context);
    }
    return ASSAY_OK;
}

/* Rows of a part for which there is room: of records that are not shorter than their delimiters. */
static size_t most_rows(size_t n_fields)
{
    const size_t rows = PART_BYTES / n_fields;
    return rows < PART_ROWS ? rows : PART_ROWS;
}

/* Enough for some records of new texts; where they are wide a part has fewer records than that. */
static size_t most_unseen(size_t n_fields)
{
    return n_fields <= ASSAY_CSV_UNSEEN ? ASSAY_CSV_UNSEEN : 4 * n_fields;
}

static assay_status copy_missing(assay_context *context, const assay_csv_options *options,
                                 csv_source *self)
{
    self->missing = assay_alloc_zeroed_array(options->n_missing, sizeof *self->missing);
    if (self->missing == NULL)
        return assay_fail_memory(context);
    for (; self->n_missing < options->n_missing; self->n_missing++) {
        const char *text = options->missing[self->n_missing];
        char *copy = assay_copy_text(text, strlen(text));
        if (copy == NULL)
            return assay_fail_memory(context);
        self->missing[self->n_missing] = copy;
    }
    assay_csv_cells_start(&self->cells, self->n_missing, (const char *const *)self->missing);
    return ASSAY_OK;
}

static assay_status start(assay_context *context, csv_source *self,
                          const assay_csv_options *options)
{
    assay_status status = assay_csv_header_read(context, &self->window, options, &self->header);
    if (status != ASSAY_OK)
        return status;
    const size_t n = self->header.n;
    self->layout = (assay_csv_layout){.n_fields = n,
                                      .n_coded = n,
                                      .most_rows = most_rows(n),
                                      .most_unseen = most_unseen(n),
                                      .delimiter = self->header.delimiter,
                                      .fill = options->fill,
                                      .scan = assay_scan_best()};
    self->block_bytes = FIRST_BLOCK;
    self->row_bytes = 64;
    self->records_at = self->window.left + self->window.start;
    self->first_line = self->window.line;
    status = copy_missing(context, options, self);
    if (status == ASSAY_OK)
        status = start_columns(context, self);
    self->face = (assay_source){.n_columns = n,
                                .names = (const char *const *)self->header.names,
                                .keep = keep_of_csv,
                                .next = next_of_csv,
                                .rewind = rewind_of_csv,
                                .defer = defer_of_csv,
                                .fetch = fetch_of_csv,
                                .free = free_of_csv};
    return status;
}

static bool is_delimiter(char c)
{
    return c >= 0 && (unsigned char)c < 0x80 && (c == '\0' || strchr("\"\r\n", c) == NULL);
}

assay_status assay_csv_open(assay_context *context, assay_input *input,
                            const assay_csv_options *options, assay_source **source)
{
    if (!is_delimiter(options->delimiter)) {
        assay_input_close(input);
        assay_fail(context, ASSAY_EDOM, "this character cannot separate fields");
        return assay_blame_argument(context, "delimiter");
    }
    csv_source *self = assay_alloc_zeroed_array(1, sizeof *self);
    if (self == NULL) {
        assay_input_close(input);
        return assay_fail_memory(context);
    }
    assay_status status = assay_csv_window_open(context, input, options->encoding, &self->window);
    if (status == ASSAY_OK)
        status = start(context, self, options);
    if (status != ASSAY_OK) {
        free_of_csv(&self->face);
        return status;
    }
    *source = &self->face;
    return ASSAY_OK;
}

void assay_csv_what_was_found(const assay_source *source, assay_csv_found *found)
{
    const csv_source *self = (const csv_source *)source;
    *found = (assay_csv_found){.delimiter = self->header.delimiter,
                               .mark = self->header.mark,
                               .rows = self->rows,
                               .crlf = self->crlf,
                               .filled = self->filled,
                               .trimmed = self->trimmed,
                               .header = (const char *const *)self->header.written};
}
