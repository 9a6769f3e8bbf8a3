/* journal.h -- which files were read, and what they held. */
#ifndef ASSAY_BASE_JOURNAL_H
#define ASSAY_BASE_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/context.h"
#include "base/hash.h"

/* What tells a file from another one, and from itself before it was written to. */
typedef struct assay_file_state {
    uint64_t device, inode, bytes;
    int64_t changed[4]; /* seconds and nanoseconds of its content's and of its own last change */
} assay_file_state;

/* A file as it was read. */
typedef struct assay_reading {
    char *name; /* as the reader wrote it */
    assay_file_state state;
    uint64_t bytes;
    char sha256[ASSAY_DIGEST_HEX]; /* "": it could not be read to its end */
} assay_reading;

/* Readings in the order in which the files were first opened. */
typedef struct assay_journal assay_journal;

assay_status assay_journal_new(assay_context *context, assay_journal **journal);
void assay_journal_free(assay_journal *journal); /* NULL is ignored */

/*
** The number of the reading of that name and state. A file that has changed since it was read under
** the same name has a reading of its own.
*/
assay_status assay_journal_enter(assay_context *context, assay_journal *journal, const char *name,
                                 const assay_file_state *state, size_t *number);

/* Says what the file of a reading held. */
void assay_journal_complete(assay_journal *journal, size_t number, uint64_t bytes,
                            assay_sha256 *hash);

size_t assay_journal_size(const assay_journal *journal);
const assay_reading *assay_journal_at(const assay_journal *journal, size_t number);

#endif
