/* manifest.h -- a sample as a folder that proves itself. */
#ifndef ASSAY_SAMPLE_MANIFEST_H
#define ASSAY_SAMPLE_MANIFEST_H

#include "base/file.h"
#include "data/json.h"
#include "sample/draw.h"

#define ASSAY_CONTRACT "prn-1"

/*
** A sample's folder holds
**   frame.csv      every eligible case with its stratum and ticket, by stratum and ticket
**   sample.csv     the cases drawn (assay_sample_cases)
**   manifest.json  contract, seed, strata and their sizes, types of the columns, the frame's
**                  fingerprint, the SHA-256 of the two files, and what the caller adds; sorted keys.
**                  `digest` is the SHA-256 of its own bytes with 64 zeros in the digest's place
** It is written whole or not at all. `manifest` is an object to which the caller has added what core
** does not know (how the size was found, how the list became the frame); core's members join it.
*/
assay_status assay_sample_write(assay_context *context, const assay_door *door, const char *folder,
                                const assay_sample *sample, assay_json *manifest);

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

/* The sample of a folder and its manifest; a folder with a difference is ASSAY_EFORMAT. */
assay_status assay_sample_open(assay_context *context, const assay_door *door, const char *folder,
                               assay_sample **sample, assay_json **manifest);

#endif
