/* csv_header.c -- the start of a delimited text file: what kind it is, its delimiter and names. */
#include "data/csv_header.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "data/kind.h"

enum { FIRST_BYTES = 1 << 16 };

assay_csv_text assay_csv_text_of(const assay_csv_window *window, char delimiter)
{
    return (assay_csv_text){.bytes = window->bytes + window->start,
                            .length = window->filled - window->start,
                            .whole = window->ended,
                            .delimiter = delimiter};
}

assay_status assay_csv_fail_long(assay_context *context, const assay_csv_window *window)
{
    assay_fail(context, ASSAY_EFORMAT,
               "line %llu: a record of more than %d MiB: is a quote never closed, or is this no "
               "table?",
               (unsigned long long)window->line, ASSAY_WINDOW_MOST >> 20);
    context->error.line = window->line;
    return assay_blame_file(context, assay_input_name(window->input));
}

/* Reads as many bytes again as there are. */
static assay_status read_on(assay_context *context, assay_csv_window *window)
{
    const size_t held = window->filled - window->start;
    if (held >= ASSAY_WINDOW_MOST)
        return assay_csv_fail_long(context, window);
    return assay_csv_window_fill(context, window, held < FIRST_BYTES ? FIRST_BYTES : held);
}

/* ---- files that are no text ---- */

static assay_status refuse_kind(assay_context *context, const assay_csv_window *window)
{
    const char *kind =
        assay_file_kind(window->raw != NULL ? window->raw : window->bytes, window->filled);
    return kind == NULL ? ASSAY_OK : assay_csv_window_blame(context, window, 0, kind);
}

static assay_status skip_mark(assay_context *context, assay_csv_window *window, bool *mark)
{
    const char *first = window->raw != NULL ? window->raw : window->bytes;
    *mark = window->filled >= 3 && memcmp(first, "\xEF\xBB\xBF", 3) == 0;
    if (*mark && window->raw != NULL)
        return assay_csv_window_blame(context, window, 0,
                                      "the byte order mark says that this is UTF-8: leave out "
                                      "encoding");
    window->start += *mark ? 3 : 0;
    if (*mark && window->ended && window->filled == 4)
        window->start = window->filled; /* there is only the line end that was added */
    return ASSAY_OK;
}

/* ---- title lines ---- */

static assay_status skip_line(assay_context *context, assay_csv_window *window)
{
    for (;;) {
        const char *from = window->bytes + window->start;
        const char *end = memchr(from, '\n', window->filled - window->start);
        if (end != NULL) {
            window->start += (size_t)(end - from) + 1;
            window->line++;
            return ASSAY_OK;
        }
        if (window->ended)
            return assay_csv_window_blame(context, window, window->start,
                                          "the file ends before the lines that skip leaves out do");
        const assay_status status = read_on(context, window);
        if (status != ASSAY_OK)
            return status;
    }
}

/* ---- the delimiter ---- */

static const char candidates[] = ",;\t|";

enum { CANDIDATES = sizeof candidates - 1 };

/* Whether every record in the window has as many fields as the first, which has two at least. */
static bool fits_all(const assay_csv_window *window, char delimiter)
{
    const assay_csv_text text = assay_csv_text_of(window, delimiter);
    size_t wanted, fields, at = 0;
    assay_csv_end end = assay_csv_read_record(&text, 0, &wanted, &at, NULL);
    while (end == ASSAY_CSV_RECORD && at < text.length) {
        end = assay_csv_read_record(&text, at, &fields, &at, NULL);
        if (end == ASSAY_CSV_WRONG || (end == ASSAY_CSV_RECORD && fields != wanted))
            return false;
    }
    return end != ASSAY_CSV_WRONG;
}

/* The candidates that part the header, and of them those that fit all records. */
static size_t find_fitting(const assay_csv_window *window, bool records, char fitting[CANDIDATES])
{
    size_t n = 0;
    for (size_t i = 0; i < CANDIDATES; i++) {
        size_t fields, next;
        const assay_csv_text text = assay_csv_text_of(window, candidates[i]);
        if (assay_csv_read_record(&text, 0, &fields, &next, NULL) == ASSAY_CSV_RECORD &&
            fields >= 2 && (!records || fits_all(window, candidates[i])))
            fitting[n++] = candidates[i];
    }
    return n;
}

static const char *name_of(char delimiter)
{
    return delimiter == ','    ? "a comma"
           : delimiter == ';'  ? "a semicolon"
           : delimiter == '\t' ? "a tab"
                               : "'|'";
}

/* Whether the last records in the window have as many fields as each other, two at least. */
static bool parts_the_last(const assay_csv_window *window, char delimiter)
{
    const assay_csv_text text = assay_csv_text_of(window, delimiter);
    size_t fields = 0, at = 0;
    bool alike = false;
    assay_csv_end end = ASSAY_CSV_RECORD;
    while (end == ASSAY_CSV_RECORD && at < text.length) {
        const size_t before = fields;
        end = assay_csv_read_record(&text, at, &fields, &at, NULL);
        if (end == ASSAY_CSV_RECORD)
            alike = fields >= 2 && fields == before;
    }
    return end != ASSAY_CSV_WRONG && alike;
}

/* A header of one field above rows that another candidate than the comma parts: it is a title. */
static bool is_title(const assay_csv_window *window)
{
    for (size_t i = 1; i < CANDIDATES; i++)
        if (parts_the_last(window, candidates[i]))
            return true;
    return false;
}

/* Says which delimiters fit, or that none does, and shows the header. */
static assay_status fail_to_choose(assay_context *context, const assay_csv_window *window, size_t n,
                                   const char fitting[], const char *what)
{
    char quoted[ASSAY_QUOTED], words[96] = "no delimiter gives every row as many fields as the";
    const char *header = window->bytes + window->start;
    const size_t length = strcspn(header, "\r\n");
    if (n >= 2)
        snprintf(words, sizeof words, "%s and %s both separate the %s", name_of(fitting[0]),
                 name_of(fitting[1]), what);
    assay_fail(context, ASSAY_EFORMAT,
               "line %llu: %s header '%s': give delimiter, or skip where title lines stand before "
               "the header",
               (unsigned long long)window->line, words, assay_quote(header, length, quoted));
    context->error.line = window->line;
    return assay_blame_file(context, assay_input_name(window->input));
}

/*
** A header that only one candidate parts decides by itself, and a row that does not fit is then an
** error of that row; one that none parts is a single name, unless it is a title. Where several part it the rows decide: those in the window, and where several
** fit all of them, more.
*/
static assay_status choose_delimiter(assay_context *context, assay_csv_window *window, bool fill,
                                     char *delimiter)
{
    char fitting[CANDIDATES];
    size_t n = find_fitting(window, false, fitting);
    *delimiter = n == 0 ? ',' : fitting[0];
    if (n == 0 && is_title(window))
        return fail_to_choose(context, window, n, fitting, "");
    if (n < 2)
        return ASSAY_OK;
    while (!fill) {
        n = find_fitting(window, true, fitting);
        *delimiter = fitting[0];
        if (n == 1)
            return ASSAY_OK;
        if (n == 0 || window->ended || window->filled - window->start >= ASSAY_WINDOW_MOST)
            break;
        const assay_status status = read_on(context, window);
        if (status != ASSAY_OK)
            return status;
    }
    return fail_to_choose(context, window, n, fitting,
                          fill ? "fields of the" : "fields of every row under the");
}

/* How the first record ends under one delimiter, or under the candidate for which it ends best. */
static assay_csv_end try_header(const assay_csv_window *window, char delimiter, size_t *next,
                                const char **wrong)
{
    size_t fields;
    assay_csv_text text = assay_csv_text_of(window, delimiter);
    if (delimiter != '\0')
        return assay_csv_read_record(&text, 0, &fields, next, wrong);
    assay_csv_end best = ASSAY_CSV_WRONG;
    for (size_t i = 0; i < CANDIDATES; i++) {
        text.delimiter = candidates[i];
        const assay_csv_end end = assay_csv_read_record(&text, 0, &fields, next, wrong);
        best = end < best ? end : best;
    }
    return best;
}

/* Reads on until the first record is in the window; one that is wrong is told once it is known how. */
static assay_status find_header(assay_context *context, assay_csv_window *window, char delimiter)
{
    for (;;) {
        size_t next;
        const char *wrong;
        if (window->ended && window->filled == window->start)
            return assay_csv_window_blame(
                context, window, window->start,
                "the file is empty: a first line with column names is needed");
        const assay_csv_end end = try_header(window, delimiter, &next, &wrong);
        if (end == ASSAY_CSV_WRONG && delimiter != '\0')
            return assay_csv_window_blame(context, window, window->start + next, wrong);
        if (end != ASSAY_CSV_CUT)
            return ASSAY_OK;
        const assay_status status = read_on(context, window);
        if (status != ASSAY_OK)
            return status;
    }
}

/* ---- names ---- */

static assay_status add_name(assay_context *context, const assay_csv_text *text,
                             const assay_csv_field *field, size_t *capacity,
                             assay_csv_header *header)
{
    char *name = assay_copy_text(text->bytes + field->from, field->length);
    if (name == NULL ||
        !assay_grow(&header->written, capacity, header->n, sizeof *header->written)) {
        assay_free(name);
        return assay_fail_memory(context);
    }
    if (field->doubled)
        name[assay_csv_undouble(name, field->length, name)] = '\0';
    header->written[header->n++] = name;
    return ASSAY_OK;
}

static assay_status read_names(assay_context *context, assay_csv_window *window,
                               assay_csv_header *header, size_t *next)
{
    const assay_csv_text text = assay_csv_text_of(window, header->delimiter);
    size_t capacity = 0;
    assay_csv_field field = {0};
    assay_csv_end end = ASSAY_CSV_FIELD;
    assay_status status = ASSAY_OK;
    while (status == ASSAY_OK && end == ASSAY_CSV_FIELD) {
        end = assay_csv_read_field(&text, field.next, &field);
        if (header->n == ASSAY_CSV_COLUMNS)
            return assay_csv_window_blame(context, window, window->start + field.from,
                                          "more than 16384 columns");
        status = add_name(context, &text, &field, &capacity, header);
    }
    *next = field.next;
    return status;
}

/* Where field `i` of the header starts, for a complaint. */
static size_t place_of_name(const assay_csv_text *text, size_t i)
{
    assay_csv_field field = {0};
    for (size_t k = 0; k < i; k++)
        assay_csv_read_field(text, field.next, &field);
    return field.next;
}

static assay_status settle_names(assay_context *context, const assay_csv_window *window,
                                 const assay_naming *naming, assay_csv_header *header)
{
    size_t wrong = 0;
    header->names = assay_alloc_zeroed_array(header->n, sizeof *header->names);
    if (header->names == NULL)
        return assay_fail_memory(context);
    for (size_t i = 0; i < header->n; i++)
        if ((header->names[i] = assay_copy_text(header->written[i], strlen(header->written[i]))) ==
            NULL)
            return assay_fail_memory(context);
    const assay_status status =
        assay_names_settle(context, naming, header->n, header->names, &wrong);
    if (status != ASSAY_EFORMAT)
        return status;
    char what[sizeof context->error.message];
    const assay_csv_text text = assay_csv_text_of(window, header->delimiter);
    snprintf(what, sizeof what, "%s", context->error.message);
    return assay_csv_window_blame(context, window, window->start + place_of_name(&text, wrong),
                                  what);
}

static void leave_header(assay_csv_window *window, size_t next)
{
    for (size_t i = 0; i < next; i++)
        window->line += window->bytes[window->start + i] == '\n';
    window->start += next;
}

assay_status assay_csv_header_read(assay_context *context, assay_csv_window *window,
                                   const assay_csv_options *options, assay_csv_header *header)
{
    size_t next = 0;
    header->delimiter = options->delimiter;
    assay_status status = assay_csv_window_fill(context, window, FIRST_BYTES);
    if (status == ASSAY_OK)
        status = refuse_kind(context, window);
    if (status == ASSAY_OK)
        status = skip_mark(context, window, &header->mark);
    for (uint64_t i = 0; status == ASSAY_OK && i < options->skip; i++)
        status = skip_line(context, window);
    if (status == ASSAY_OK && header->delimiter == '\0') {
        status = find_header(context, window, '\0');
        if (status == ASSAY_OK)
            status = choose_delimiter(context, window, options->fill, &header->delimiter);
    }
    if (status == ASSAY_OK)
        status = find_header(context, window, header->delimiter);
    if (status == ASSAY_OK)
        status = read_names(context, window, header, &next);
    if (status == ASSAY_OK)
        status = settle_names(context, window, &options->naming, header);
    if (status == ASSAY_OK)
        leave_header(window, next);
    return status;
}

void assay_csv_header_free(assay_csv_header *header)
{
    for (size_t i = 0; i < header->n; i++) {
        assay_free(header->written[i]);
        if (header->names != NULL)
            assay_free(header->names[i]);
    }
    assay_free(header->written);
    assay_free(header->names);
}
