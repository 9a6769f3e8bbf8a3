/* manifest.h -- a sample as a folder that proves itself. */
#ifndef ASSAY_SAMPLE_MANIFEST_H
#define ASSAY_SAMPLE_MANIFEST_H

#include "base/door.h"
#include "base/hash.h"
#include "data/json.h"
#include "sample/draw.h"

#define ASSAY_CONTRACT "prn-1"

/*
** A sample's folder holds
**   frame.csv      every eligible case with its stratum and ticket, by stratum and ticket
**   sample.csv     the cases drawn (assay_sample_cases)
**   manifest.json  contract, seed, strata and their sizes, types of the columns, the frame's
**                  fingerprint, the SHA-256 of the two files, and what the caller adds; sorted keys.
**                  `population` is the rows of frame.csv, whose ids all differ
**                  `digest` is the SHA-256 of its own bytes with 64 zeros in the digest's place
** Where it is not plain simple random sampling of whole sizes, the manifest also has
**   rounding       "random": `sample` in its table is the expected size (rounding.h)
**   within, cap    the columns of the cells; { column, most }: nobody has more cases than that
**   asked_sample, asked_reserve  in the table: the sizes that were parted into cells
**   status, zero_probability     "model_based"; the cases whose cell has no sample (parts.h)
**   probabilities, replays, passed_over  "estimated", by how many replays; cases (pick.h)
**   method, size_measure   the method of selection (select.h); the column of sizes (measure.h)
**   sort, serpentine       list of { column, descending }; true (walk.h)
**   drawn                  the cases of a sample whose size is random; `size` is the expected one
**   probabilities          "approximate": what the method aims at
**   stages                 { unit, method, cases, reserve, sort, serpentine }: the column of the units,
**                          how these are drawn, and how many cases and reserves of each (stages.h)
**   units, sample_units    in the table: units there and drawn; `sample`, `reserve` and `size` are
**                          then expected numbers of cases, and `drawn` is what they came to
**   apart_from             the other samples' cases in this list (apart.h); probabilities are then
**                          "conditional" unless they are exact
**   revision, log, previous   what became of cases after the draw (history.h)
** It is written whole or not at all: again as the next revision where cases were lost since, as it
** stood where none was (then `manifest` is not looked at). `manifest` is an object to which the
** caller has added what core does not know (how the size was found, how the list became the frame);
** core's members join it.
*/
assay_status assay_sample_write(assay_context *context, const assay_door *door, const char *folder,
                                assay_sample *sample, assay_json *manifest);

#define ASSAY_FRAME_FILE    "frame.csv"
#define ASSAY_SAMPLE_FILE   "sample.csv"
#define ASSAY_MANIFEST_FILE "manifest.json"

/* The digest that a manifest says; "" where it has none. */
void assay_manifest_digest(const char *text, size_t length, char digest[ASSAY_DIGEST_HEX]);

/* Whether the bytes of a manifest have the digest that it says; they are changed and of no more use. */
bool assay_manifest_is_as_written(char *text, size_t length);

#endif
