/* file.h -- the one door for files: where names lead, and writing whole or not at all. */
#ifndef ASSAY_BASE_FILE_H
#define ASSAY_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/context.h"
#include "base/hash.h"
#include "base/journal.h"

/*
** A door says where names lead. A new one is open: names are paths as the process sees them. Once a
** folder is allowed for input, inputs are looked up below the allowed folders only, in the order in
** which they were given; once an output folder is set, outputs go below it only. Absolute names,
** `..` and links that lead out of a folder are then refused by the kernel (openat2,
** RESOLVE_BENEATH; before Linux 5.6 the name is walked part by part, and every `..` and every link
** is refused, wherever it leads).
*/
typedef struct assay_door assay_door;

assay_status assay_door_new(assay_context *context, assay_door **door);
void assay_door_free(assay_door *door); /* NULL is ignored */
assay_status assay_door_allow_input(assay_context *context, assay_door *door, const char *folder);
assay_status assay_door_set_output(assay_context *context, assay_door *door, const char *folder);

/*
** The folders behind a door, for who confines the process to them: descriptors that stay the
** door's; *output is -1 if there is none. Returns the number of `inputs`.
*/
size_t assay_door_folders(const assay_door *door, const int **inputs, int *output);

/*
** A descriptor of a regular file: for reading alone it is looked up as an input, else below the
** output folder, where O_CREAT makes it with mode 0640. `flags` are those of open.
*/
assay_status assay_door_open(assay_context *context, const assay_door *door, const char *name,
                             int flags, int *file);

/*
** A door that leads only into `folder`, found as an input is found, so that the files of one folder
** are read from one place.
*/
assay_status assay_door_enter(assay_context *context, const assay_door *door, const char *folder,
                              assay_door **inside);

/*
** From now on each file that is read through the door, or through one entered from it, is a reading
** in the journal, hashed while it is read; what a stage's own door wrote is none. The journal
** outlives the door and its inputs.
*/
void assay_door_watch(assay_door *door, assay_journal *journal);

/*
** The file of that name in the output folder itself cannot be written, however it is spelled. The
** name outlives the door; NULL: every name can be written again.
*/
void assay_door_reserve(assay_door *door, const char *name);

/*
** A regular file open for reading. Anything else (a folder, a pipe, a device) is refused without
** waiting for it. The name is the one that messages show, as the caller wrote it.
*/
typedef struct assay_input assay_input;

assay_status assay_input_open(assay_context *context, const assay_door *door, const char *name,
                              assay_input **input);
assay_status assay_input_read(assay_context *context, assay_input *input, void *buffer,
                              size_t capacity, size_t *got); /* *got = 0: the end */
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
** Whether a name leads to anything: false where nothing is there, and where the door does not go.
*/
bool assay_input_exists(const assay_door *door, const char *name);

/*
** The names of a folder's entries that end in `ending`, without it: each with a line feed behind
** it, in no order; hidden ones are left out. Of several input folders with a folder of that name
** all are listed. A folder that is not there, or may not be listed, has no names. Free with
** assay_free.
*/
assay_status assay_folder_names(assay_context *context, const assay_door *door, const char *folder,
                                const char *ending, char **names);

/* The files below a folder that is found as an input is found: paths in it, in byte order. */
typedef struct assay_names {
    size_t n;
    char **name;
} assay_names;

assay_status assay_tree_list(assay_context *context, const assay_door *door, const char *folder,
                             assay_names *names);
void assay_names_free(assay_names *names);

/* Removes a folder, as the process sees it, and all that is in it. For folders of the program's own. */
bool assay_tree_remove(const char *folder);

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

/*
** A folder being made: a hidden folder beside its final place, and a door whose inputs and outputs
** are inside it. Freeing a stage that was not committed removes the hidden folder. Opening one also
** removes what a process that was killed left of a stage for the same place; if it was killed just
** as it exchanged the folders, the earlier one becomes NAME.previous.
**
** commit: the final place must be absent, an empty folder, or hold the same files byte for byte
** (which is then left as it is); else ASSAY_EIO.
** replace: whatever folder is in the final place is exchanged in one step and kept as
** NAME.previous.
*/
typedef struct assay_stage assay_stage;

assay_status assay_stage_open(assay_context *context, const assay_door *door, const char *folder,
                              assay_stage **stage);
assay_door *assay_stage_door(assay_stage *stage);
int assay_stage_parent(const assay_stage *stage); /* the folder that it is made in, a descriptor */
bool assay_stage_is_below(const assay_stage *stage, const char *folder); /* or would be that one */
assay_status assay_stage_commit(assay_context *context, assay_stage *stage);
assay_status assay_stage_replace(assay_context *context, assay_stage *stage);
void assay_stage_free(assay_stage *stage); /* NULL is ignored */

/* Removes the hidden folder and nothing else, for a signal's handler: the process ends then. */
void assay_stage_drop(const assay_stage *stage);

#endif
