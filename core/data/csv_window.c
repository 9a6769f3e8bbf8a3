/* csv_window.c -- the piece of a text file that is in memory, as UTF-8. */
#include "data/csv_window.h"

#include <string.h>

#include "base/memory.h"

enum { RAW_BYTES = 1 << 16 };

assay_status assay_csv_window_open(assay_context *context, assay_input *input,
                                   assay_encoding encoding, assay_csv_window *window)
{
    *window =
        (assay_csv_window){.input = input, .encoding = encoding, .line = 1, .undefined = SIZE_MAX};
    if (encoding != ASSAY_UTF8 && (window->raw = assay_alloc(RAW_BYTES)) == NULL)
        return assay_fail_memory(context);
    return ASSAY_OK;
}

void assay_csv_window_free(assay_csv_window *window)
{
    assay_input_close(window->input);
    assay_free(window->block);
    assay_free(window->raw);
}

/* What is behind `filled`: padding, the line end that a file may lack, and what decoding adds. */
static size_t slack(const assay_csv_window *window)
{
    return 2 * ASSAY_WINDOW_PADDING +
           (window->raw == NULL ? 0 : (ASSAY_ENCODING_GROWTH - 1) * (size_t)RAW_BYTES);
}

assay_status assay_csv_window_make_room(assay_context *context, assay_csv_window *window,
                                        size_t wanted)
{
    const size_t kept = window->filled - window->start;
    window->wanted = wanted;
    if (window->block != NULL && window->capacity - window->filled >= wanted)
        return ASSAY_OK;
    if (kept > 0)
        memmove(window->bytes, window->bytes + window->start, kept);
    window->left += window->start;
    window->start = 0;
    window->filled = kept;
    if (window->block != NULL && window->capacity - kept >= wanted)
        return ASSAY_OK;
    const size_t capacity = kept + 4 * wanted; /* so that few blocks are moved */
    char *block = assay_resize(window->block, ASSAY_WINDOW_PADDING + capacity + slack(window));
    if (block == NULL)
        return assay_fail_memory(context);
    if (window->block == NULL)
        memset(block, 0, ASSAY_WINDOW_PADDING);
    window->block = block;
    window->bytes = block + ASSAY_WINDOW_PADDING;
    window->capacity = capacity;
    return ASSAY_OK;
}

/* Ends the last line of a file that does not; a carriage return without its line feed stays one. */
static void end_last_line(assay_csv_window *window)
{
    char *end = window->bytes + window->filled;
    if (window->filled > window->start && end[-1] != '\n') {
        if (end[-1] == '\r')
            *end++ = '\r';
        *end++ = '\n';
    }
    window->filled = (size_t)(end - window->bytes);
    window->ended = true;
}

static void decode(assay_csv_window *window, size_t got)
{
    size_t written;
    const size_t read = assay_encoding_to_utf8(window->encoding, window->raw, got,
                                               window->bytes + window->filled, &written);
    window->filled += written;
    if (read < got)
        window->undefined = window->filled;
}

void assay_csv_window_read(assay_csv_window *window)
{
    const size_t until = window->filled + window->wanted;
    window->status = ASSAY_OK;
    while (window->status == ASSAY_OK && !window->ended && window->filled < until &&
           window->undefined == SIZE_MAX) {
        size_t got = 0, left = until - window->filled;
        if (window->raw != NULL && left > RAW_BYTES)
            left = RAW_BYTES;
        char *to = window->raw != NULL ? window->raw : window->bytes + window->filled;
        window->status = assay_input_read(&window->failure, window->input, to, left, &got);
        if (window->status == ASSAY_OK && got == 0)
            end_last_line(window);
        else if (window->status == ASSAY_OK && window->raw != NULL)
            decode(window, got);
        else
            window->filled += got;
    }
    memset(window->bytes + window->filled, 0, ASSAY_WINDOW_PADDING);
}

assay_status assay_csv_window_answer(assay_context *context, assay_csv_window *window)
{
    if (window->status != ASSAY_OK)
        context->error = window->failure.error;
    if (window->status != ASSAY_OK || window->undefined == SIZE_MAX)
        return window->status;
    const size_t at = window->undefined;
    assay_csv_window_blame(context, window, at, "this byte is no character of the encoding");
    return ASSAY_EFORMAT;
}

assay_status assay_csv_window_fill(assay_context *context, assay_csv_window *window, size_t wanted)
{
    const assay_status status = assay_csv_window_make_room(context, window, wanted);
    if (status != ASSAY_OK)
        return status;
    assay_csv_window_read(window);
    return assay_csv_window_answer(context, window);
}

assay_status assay_csv_window_return(assay_context *context, assay_csv_window *window, uint64_t at,
                                     uint64_t line)
{
    assay_status status = assay_input_rewind(context, window->input);
    window->start = window->filled = 0;
    window->left = 0;
    window->ended = false;
    window->undefined = SIZE_MAX;
    while (status == ASSAY_OK && window->filled < at && !window->ended)
        status = assay_csv_window_fill(context, window, (size_t)(at - window->filled));
    if (status != ASSAY_OK)
        return status;
    window->start = (size_t)at;
    window->line = line;
    return window->filled >= at
               ? ASSAY_OK
               : assay_fail(context, ASSAY_EIO, "'%s' was changed while it was being read",
                            assay_input_name(window->input));
}

static bool goes_on(const assay_csv_window *window, char byte)
{
    return window->encoding != ASSAY_UTF8 && ((unsigned char)byte & 0xC0) == 0x80;
}

assay_status assay_csv_window_blame(assay_context *context, const assay_csv_window *window,
                                    size_t at, const char *what)
{
    uint64_t line = window->line, column = 1;
    for (size_t i = window->start; i < at; i++) {
        column += !goes_on(window, window->bytes[i]);
        if (window->bytes[i] == '\n') {
            line++;
            column = 1;
        }
    }
    assay_fail(context, ASSAY_EFORMAT, "line %llu, column %llu: %s", (unsigned long long)line,
               (unsigned long long)column, what);
    context->error.line = line;
    context->error.column = column;
    return assay_blame_file(context, assay_input_name(window->input));
}
