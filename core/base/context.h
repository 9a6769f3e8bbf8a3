/* context.h -- how a long call is watched, stopped, and explains a failure. */
#ifndef ASSAY_BASE_CONTEXT_H
#define ASSAY_BASE_CONTEXT_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/*
** Why a call failed. Fields that do not apply are 0 or "". `line` and `column` count from 1 in a
** file, `row` from 1 in a frame. Messages are UTF-8 and quote at most 40 bytes of a cell.
*/
typedef struct assay_error {
    assay_status status;
    uint64_t line, column, row;
    char argument[64];
    char file[256];
    char message[512];
} assay_error;

/*
** Passed first to whatever reads, searches or loops over rows or replicates. `poll` may be NULL; it
** is called between blocks of at most 10 ms, by the calling thread only, never jumps, and stops the
** call by answering ASSAY_ESTOPPED. `total` is 0 where it is not known.
*/
typedef struct assay_context {
    assay_status (*poll)(void *self, uint64_t done, uint64_t total);
    void *self;
    int threads; /* at most this many (thread.h); no result depends on it */
    assay_error error;
} assay_context;

/* ASSAY_OK, or ASSAY_ESTOPPED with the context's error filled. */
assay_status assay_poll(assay_context *context, uint64_t done, uint64_t total);

/*
** Records a failure and returns its status, so that `return assay_fail(...)` is one line. The
** format is printf's without floating point conversions, whose decimal point belongs to a locale.
*/
assay_status assay_fail(assay_context *context, assay_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* assay_fail with ASSAY_ENOMEM. */
assay_status assay_fail_memory(assay_context *context);

/* Names the argument, or the file, that the failure just recorded is about; returns its status. */
assay_status assay_blame_argument(assay_context *context, const char *argument);
assay_status assay_blame_file(assay_context *context, const char *file);

/*
** A cell as a message quotes it: at most 40 bytes, cut between characters, "..." where it was cut,
** control characters as '?'. `quoted` holds ASSAY_QUOTED bytes and is returned.
*/
#define ASSAY_QUOTED 48
const char *assay_quote(const char *bytes, size_t length, char quoted[ASSAY_QUOTED]);

#endif
