/* csv_write.c -- tables written as comma-separated text. */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "base/thread.h"
#include "data/csv.h"

/*
** Rows are put into text task by task, TASKS of them side by side, and written in their order. A task has
** as many rows as its text most likely holds, by what rows took so far; one whose rows need more is done
** again in a text that grows.
*/
enum { TASKS = 16, TASK_BYTES = 1 << 16, CELL_LIKELY = 24, REMEMBERED = 1 << 10, WAYS = 4 };

/* ---- text ---- */

/* Text to be, of fixed size unless it may grow. */
typedef struct text {
    char *bytes;
    size_t length, capacity;
    assay_bytes *grows; /* or NULL */
} text;

/* false: there is no room, or no memory. */
static bool put(text *to, const char *bytes, size_t length)
{
    if (to->grows != NULL)
        return assay_append(to->grows, bytes, length);
    if (length > to->capacity - to->length)
        return false;
    memcpy(to->bytes + to->length, bytes, length);
    to->length += length;
    return true;
}

/* What a spreadsheet takes for a formula. */
static bool is_formula(const char *bytes, size_t length)
{
    return length > 0 && strchr("=+-@\t\r", bytes[0]) != NULL;
}

static bool needs_quotes(const char *bytes, size_t length)
{
    static const bool special[256] = {[','] = true, ['"'] = true, ['\n'] = true, ['\r'] = true};
    bool any = false;
    for (size_t i = 0; i < length; i++)
        any |= special[(unsigned char)bytes[i]];
    return any;
}

static bool put_field(text *to, const char *bytes, size_t length, bool guard)
{
    const bool quoted = needs_quotes(bytes, length);
    if (quoted && !put(to, "\"", 1))
        return false;
    if (guard && is_formula(bytes, length) && !put(to, "'", 1))
        return false;
    if (!quoted)
        return put(to, bytes, length);
    for (size_t i = 0; i < length; i++)
        if (!put(to, bytes[i] == '"' ? "\"\"" : bytes + i, bytes[i] == '"' ? 2 : 1))
            return false;
    return put(to, "\"", 1);
}

/* ---- cells ---- */

/* The text of a number: probabilities and weights are those of a stratum or a cell, and come again and again. */
typedef struct number_text {
    double number;
    size_t length; /* 0: none yet */
    char text[ASSAY_CELL_BYTES];
} number_text;

/* What all tasks work from, and each of its own. */
typedef struct writing {
    const assay_frame *frame;
    const assay_csv_writing *how;
    number_text *numbers; /* [workers * REMEMBERED] */
    size_t first, rows, rows_each;
    text texts[TASKS];
    bool full[TASKS];
} writing;

/* A number is in one of WAYS places that its bits choose, or takes the first of them. */
static const number_text *text_of(number_text numbers[], double number, int digits)
{
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits); /* 0 and -0 are two */
    number_text *set = &numbers[(bits * UINT64_C(0x9E3779B97F4A7C15) >> 54) / WAYS * WAYS];
    number_text *known = set; /* the place that it takes */
    for (int way = 0; way < WAYS; way++) {
        if (set[way].length == 0) {
            known = &set[way];
            break;
        }
        if (memcmp(&set[way].number, &number, sizeof number) == 0)
            return &set[way];
    }
    known->number = number;
    known->length = digits > 0 ? assay_number_to_digits(number, digits, known->text)
                               : assay_number_to_text(number, known->text);
    return known;
}

static bool put_cell(text *to, const assay_column *column, size_t row, const assay_csv_writing *how,
                     number_text numbers[])
{
    if (column->type == ASSAY_NUMBER) {
        if (isnan(column->numbers[row]))
            return true;
        const number_text *known = text_of(numbers, column->numbers[row], how->digits);
        return put(to, known->text, known->length);
    }
    char scratch[ASSAY_CELL_BYTES];
    size_t length;
    const char *cell = assay_column_cell(column, row, scratch, &length);
    const bool is_text = column->type == ASSAY_TEXT || column->type == ASSAY_CATEGORY;
    return cell == NULL || put_field(to, cell, length, how->guard && is_text);
}

static bool put_rows(text *to, const writing *w, size_t from, size_t end, number_text numbers[])
{
    const size_t n = assay_frame_columns(w->frame);
    for (size_t row = from; row < end; row++)
        for (size_t i = 0; i < n; i++)
            if (!put_cell(to, assay_frame_column(w->frame, i), row, w->how, numbers) ||
                !put(to, i + 1 < n ? "," : "\n", 1))
                return false;
    return true;
}

/* ---- tasks ---- */

static size_t end_of(const writing *w, size_t task)
{
    const size_t end = w->first + (task + 1) * w->rows_each;
    return end < w->rows ? end : w->rows;
}

static void put_task(void *self, size_t task, int worker)
{
    writing *w = self;
    w->texts[task].length = 0;
    w->full[task] = !put_rows(&w->texts[task], w, w->first + task * w->rows_each, end_of(w, task),
                              w->numbers + (size_t)worker * REMEMBERED);
}

/* A row of its own text, however long; adds its bytes. */
static assay_status write_row(assay_context *context, writing *w, size_t row, text *to,
                              assay_output *output, size_t *bytes)
{
    to->grows->length = 0;
    if (!put_rows(to, w, row, row + 1, w->numbers))
        return assay_fail_memory(context);
    *bytes += to->grows->length;
    return assay_output_write(context, output, to->grows->bytes, to->grows->length);
}

/* A task whose text was too small: rows that are long may be many, so it polls as if it were several. */
static assay_status write_grown(assay_context *context, writing *w, size_t task,
                                assay_output *output, size_t *bytes)
{
    assay_bytes grown = {0};
    text to = {.grows = &grown};
    assay_status status = ASSAY_OK;
    size_t polled = *bytes;
    for (size_t row = w->first + task * w->rows_each; status == ASSAY_OK && row < end_of(w, task);
         row++) {
        status = write_row(context, w, row, &to, output, bytes);
        if (status != ASSAY_OK || *bytes - polled < TASKS * TASK_BYTES)
            continue;
        polled = *bytes;
        status = assay_poll(context, row, w->rows);
    }
    assay_free(grown.bytes);
    return status;
}

static assay_status write_task(assay_context *context, writing *w, size_t task,
                               assay_output *output, size_t *bytes)
{
    const text *made = &w->texts[task];
    if (w->full[task])
        return write_grown(context, w, task, output, bytes);
    *bytes += made->length;
    return assay_output_write(context, output, made->bytes, made->length);
}

static assay_status write_tasks(assay_context *context, writing *w, size_t n, assay_output *output)
{
    assay_status status = ASSAY_OK;
    size_t bytes = 0;
    for (size_t task = 0; status == ASSAY_OK && task < n; task++)
        status = write_task(context, w, task, output, &bytes);
    w->first += n * w->rows_each;
    const size_t each = bytes / (n * w->rows_each) + 1;
    w->rows_each = each < TASK_BYTES ? TASK_BYTES / 4 * 3 / each + 1 : 1;
    return status;
}

static assay_status write_all(assay_context *context, writing *w, assay_output *output)
{
    assay_status status = ASSAY_OK;
    while (status == ASSAY_OK && w->first < w->rows) {
        const size_t left = (w->rows - w->first + w->rows_each - 1) / w->rows_each;
        const size_t n = left < TASKS ? left : TASKS;
        assay_parallel_region(context, n, put_task, w);
        status = write_tasks(context, w, n, output);
        if (status == ASSAY_OK)
            status = assay_poll(context, w->first < w->rows ? w->first : w->rows, w->rows);
    }
    return status;
}

assay_status assay_csv_write_rows(assay_context *context, const assay_frame *frame,
                                  const assay_csv_writing *how, assay_output *output)
{
    const size_t columns = assay_frame_columns(frame), rows = assay_frame_rows(frame);
    const size_t fit = TASK_BYTES / CELL_LIKELY / (columns + 1);
    writing w = {.frame = frame, .how = how, .rows = rows, .rows_each = fit > 0 ? fit : 1};
    const size_t tasks = rows / w.rows_each < TASKS ? rows / w.rows_each + 1 : TASKS;
    char *bytes = assay_alloc_array(tasks, TASK_BYTES);
    w.numbers =
        assay_alloc_zeroed_array((size_t)assay_workers(context) * REMEMBERED, sizeof *w.numbers);
    for (size_t task = 0; bytes != NULL && task < tasks; task++)
        w.texts[task] = (text){.bytes = bytes + task * TASK_BYTES, .capacity = TASK_BYTES};
    const assay_status status = bytes == NULL || w.numbers == NULL ? assay_fail_memory(context)
                                                                   : write_all(context, &w, output);
    assay_free(bytes);
    assay_free(w.numbers);
    return status;
}

/* ---- the header ---- */

static bool put_header(text *to, const assay_frame *frame, bool guard)
{
    const size_t n = assay_frame_columns(frame);
    for (size_t i = 0; i < n; i++) {
        const char *name = assay_frame_name(frame, i);
        if (!put_field(to, name, strlen(name), guard) || !put(to, i + 1 < n ? "," : "\n", 1))
            return false;
    }
    return true;
}

assay_status assay_csv_write(assay_context *context, const assay_frame *frame,
                             const assay_csv_writing *how, assay_output *output)
{
    assay_bytes header = {0};
    text to = {.grows = &header};
    assay_status status = put_header(&to, frame, how->guard)
                              ? assay_output_write(context, output, header.bytes, header.length)
                              : assay_fail_memory(context);
    if (status == ASSAY_OK)
        status = assay_csv_write_rows(context, frame, how, output);
    assay_free(header.bytes);
    return status;
}
