/* door.h -- where names lead. */
#ifndef ASSAY_BASE_DOOR_H
#define ASSAY_BASE_DOOR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/context.h"
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
** Whether a name leads to anything: false where nothing is there, and where the door does not go.
*/
bool assay_input_exists(const assay_door *door, const char *name);

#endif
