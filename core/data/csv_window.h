/* csv_window.h -- the piece of a text file that is in memory, as UTF-8. */
#ifndef ASSAY_DATA_CSV_WINDOW_H
#define ASSAY_DATA_CSV_WINDOW_H

#include "base/encoding.h"
#include "base/file.h"

/*
** bytes[start .. filled) were read and are still needed; `line` is that of the byte at `start`,
** which starts a record. Before bytes and behind them ASSAY_WINDOW_PADDING bytes may be looked at.
** Behind the last record of a file that does not end its last line a line feed is added.
*/
typedef struct assay_csv_window {
    assay_input *input;
    assay_encoding encoding;
    char *block, *bytes; /* bytes = block + ASSAY_WINDOW_PADDING */
    char *raw;           /* as read, where the encoding is not UTF-8; or NULL */
    size_t capacity, start, filled, wanted;
    uint64_t left; /* bytes that were in front of `bytes` and are there no more */
    uint64_t line;
    bool ended;            /* the whole file has been read */
    size_t undefined;      /* where a byte means nothing in the encoding, or SIZE_MAX */
    assay_status status;   /* of the reading under way, and its own context, */
    assay_context failure; /* because it may be another thread's */
} assay_csv_window;

enum {
    ASSAY_WINDOW_PADDING = 64,
    ASSAY_WINDOW_MOST = 1 << 24 /* the bytes of a record, at most */
};

/* Takes over the input, also on failure. To be freed whatever the answer. */
assay_status assay_csv_window_open(assay_context *context, assay_input *input,
                                   assay_encoding encoding, assay_csv_window *window);
void assay_csv_window_free(assay_csv_window *window);

/* Back to the byte that is `at` bytes behind the start of the text, in line `line`. */
assay_status assay_csv_window_return(assay_context *context, assay_csv_window *window, uint64_t at,
                                     uint64_t line);

/*
** Reading `wanted` more bytes has three steps, of which the middle one may run while the bytes that
** are there are looked at: make room (which moves them), read, and answer for what was read.
*/
assay_status assay_csv_window_make_room(assay_context *context, assay_csv_window *window,
                                        size_t wanted);
void assay_csv_window_read(assay_csv_window *window);
assay_status assay_csv_window_answer(assay_context *context, assay_csv_window *window);

/* The three steps. */
assay_status assay_csv_window_fill(assay_context *context, assay_csv_window *window, size_t wanted);

/*
** Records ASSAY_EFORMAT with the line and column of the byte at bytes[at], at >= start. Columns
** count the bytes of the file, so characters where each was one byte.
*/
assay_status assay_csv_window_blame(assay_context *context, const assay_csv_window *window,
                                    size_t at, const char *what);

#endif
