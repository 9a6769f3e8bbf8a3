/* verify.h -- whether a sample's folder is what it says it is. */
#ifndef ASSAY_SAMPLE_VERIFY_H
#define ASSAY_SAMPLE_VERIFY_H

#include "base/door.h"
#include "data/json.h"
#include "sample/draw.h"

/* Where a folder is not what it says it is, in words that name no case. */
typedef void assay_difference(void *self, const char *words);

/*
** Draws the sample again from frame.csv and manifest.json and compares: tickets, strata, sizes, the
** cases drawn, and the files' SHA-256. Each difference is told to `differ`; ASSAY_OK means that the
** comparison was made, whatever it found. What cannot be compared is an error: a missing file, a
** manifest that is not one (ASSAY_EFORMAT), an unknown contract. `list`, if not NULL, is compared
** with frame.csv by the column of ids.
*/
assay_status assay_sample_verify(assay_context *context, const assay_door *door, const char *folder,
                                 const assay_frame *list, assay_difference *differ, void *self);

/*
** The same, which also hands out the sample as it was drawn again, NULL where it could not be, and the
** manifest, for what the caller of assay_sample_write put there.
*/
assay_status assay_sample_compare(assay_context *context, const assay_door *door,
                                  const char *folder, const assay_frame *list,
                                  assay_difference *differ, void *self, assay_sample **again,
                                  assay_json **manifest);

/* The sample of a folder and its manifest; a folder with a difference is ASSAY_EFORMAT. */
assay_status assay_sample_open(assay_context *context, const assay_door *door, const char *folder,
                               assay_sample **sample, assay_json **manifest);

#endif
