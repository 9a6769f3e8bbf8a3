/* folder.h -- a sample's folder, read back and drawn again. */
#ifndef ASSAY_SAMPLE_FOLDER_H
#define ASSAY_SAMPLE_FOLDER_H

#include "base/door.h"
#include "data/json.h"
#include "sample/draw.h"

/* What stands in a folder that assay_sample_write made, whether or not it was edited since. */
typedef struct assay_sample_folder {
    assay_door *door;
    assay_json *manifest;
    bool as_written;                          /* the manifest, by its own digest */
    assay_frame *stored_frame, *stored_cases; /* as they stand in the files, all text */
    assay_sample *again;                      /* NULL until it is drawn */
} assay_sample_folder;

/*
** Reads the three files. ASSAY_EIO where one is missing, ASSAY_EFORMAT where one is not of its kind
** or the manifest is of an unknown contract; messages name the folder. Close it whatever the answer.
*/
assay_status assay_folder_open(assay_context *context, const assay_door *door, const char *folder,
                               assay_sample_folder *self);
void assay_folder_close(assay_sample_folder *self);

/*
** Draws the sample from the list, the strata, the sizes and the seed that the folder holds, into
** `again`, and applies the log to it (history.h). ASSAY_EFORMAT, ASSAY_EMISSING or ASSAY_EREPEATED where list and manifest do not go
** together, with the reason.
*/
assay_status assay_folder_draw(assay_context *context, assay_sample_folder *self);

/* A table of the folder, all text. */
assay_status assay_folder_table(assay_context *context, const assay_door *door, const char *name,
                                assay_frame **table);

/* The text member `key` of an object of the manifest, or NULL with the failure recorded. */
const char *assay_folder_text(assay_context *context, const assay_json *object, const char *key);

/* The same of a member that is a count. ASSAY_EFORMAT. */
assay_status assay_folder_count(assay_context *context, const assay_json *object, const char *key,
                                uint64_t *count);

/* ASSAY_EFORMAT: this member is missing or wrong. */
assay_status assay_folder_refuse(assay_context *context, const char *member);

/* The column of that name, which may be NULL, in the frame; `member` is what is wrong if there is none. */
assay_status assay_folder_column(assay_context *context, const assay_frame *frame, const char *name,
                                 const char *member, size_t *column);

/*
** The members `sort` and `serpentine` of an object: columns[n] and descending[n] are new, and to be
** freed whatever the answer.
*/
assay_status assay_folder_sorting(assay_context *context, const assay_json *object,
                                  const assay_frame *frame, assay_sorting *by);

#endif
