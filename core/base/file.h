/* file.h -- files read, and written whole or not at all. */
#ifndef ASSAY_BASE_FILE_H
#define ASSAY_BASE_FILE_H

#include "base/door.h"
#include "base/hash.h"

/*
** A regular file open for reading. Anything else (a folder, a pipe, a device) is refused without
** waiting for it. The name is the one that messages show, as the caller wrote it.
*/
typedef struct assay_input assay_input;

assay_status assay_input_open(assay_context *context, const assay_door *door, const char *name,
                              assay_input **input);
assay_status assay_input_read(assay_context *context, assay_input *input, void *buffer,
                              size_t capacity, size_t *got); /* *got = 0: the end */

/*
** Back to the start, to read the file once more. ASSAY_EIO where it is not the file that it was when
** it was opened: what was read before would not go with what is read now.
*/
assay_status assay_input_rewind(assay_context *context, assay_input *input);
const char *assay_input_name(const assay_input *input);
void assay_input_close(assay_input *input); /* NULL is ignored */

/* A whole file, at most `most` bytes, with a 0 byte behind them; free with assay_free. */
assay_status assay_file_read(assay_context *context, const assay_door *door, const char *name,
                             size_t most, char **bytes, size_t *length);

/* The SHA-256 of a file's bytes, in hexadecimal digits. */
assay_status assay_file_sha256(assay_context *context, const assay_door *door, const char *name,
                               char digest[ASSAY_DIGEST_HEX]);

/* The same with the number of its bytes. */
assay_status assay_file_fingerprint(assay_context *context, const assay_door *door,
                                    const char *name, uint64_t *bytes,
                                    char digest[ASSAY_DIGEST_HEX]);

/*
** A file being written beside its final place under a hidden name, mode 0640. Committing flushes it
** to the disk and renames it; freeing an output that was not committed leaves nothing behind.
*/
typedef struct assay_output assay_output;

assay_status assay_output_open(assay_context *context, const assay_door *door, const char *name,
                               assay_output **output);
assay_status assay_output_write(assay_context *context, assay_output *output, const void *bytes,
                                size_t length);
assay_status assay_output_text(assay_context *context, assay_output *output, const char *text);
assay_status assay_output_commit(assay_context *context, assay_output *output);
void assay_output_free(assay_output *output); /* NULL is ignored */

/* Opens, writes and commits in one call. */
assay_status assay_file_write(assay_context *context, const assay_door *door, const char *name,
                              const char *bytes, size_t length);

#endif
