/* history.h -- the revisions of a sample in its folder. */
#ifndef ASSAY_SAMPLE_HISTORY_H
#define ASSAY_SAMPLE_HISTORY_H

#include "base/stage.h"
#include "sample/differ.h"
#include "sample/folder.h"
#include "sample/revision.h"

/*
** What stands at the top of the folder is the last revision; frame.csv is that of all. Each earlier
** one is kept, byte for byte as it was written, as
**   revision-N/sample.csv, revision-N/manifest.json
** A manifest has
**   revision  its number: 1 for what was written first
**   log       in order, what became of cases: { revision, action ("replace", "withdraw"), id, kind,
**             why, date, replaced_by }; absent where nothing did. The log of a revision is the
**             beginning of that of the next
**   previous  from revision 2 on: the digest of the manifest of the one before
** and is otherwise that of the revision before. Seed and log give every sample.csv again.
*/

/* Whether the sample has become another one since it was last written; true where it never was. */
bool assay_history_is_news(const assay_sample *sample);

/* The number of the revision that the sample is, or is to be written as. */
uint64_t assay_history_number(const assay_sample *sample);

/* Adds the log and the digest of the revision before to a manifest. */
assay_status assay_history_add(assay_context *context, const assay_sample *sample,
                               assay_json *root);

/*
** Ends the writing of a sample: to the stage, which has frame.csv and, where there is news, sample.csv
** and manifest.json, come the revisions that were kept. It is then committed; a folder that holds this
** sample as it was before, and nothing else, is exchanged for it. ASSAY_EIO as assay_stage_commit.
*/
assay_status assay_history_commit(assay_context *context, assay_stage *stage, assay_sample *sample);

/*
** Applies the log of the folder's manifest to `again`. ASSAY_EFORMAT where an entry cannot be, or was
** not replaced by the next reserve.
*/
assay_status assay_history_apply(assay_context *context, const assay_sample_folder *self);

/* Tells where the earlier revisions are not what seed and log give, or were edited. */
assay_status assay_history_compare(assay_context *context, const assay_sample_folder *self,
                                   assay_teller *to);

/* Takes what the folder has of each revision into `again`, which a next writing keeps. */
assay_status assay_history_load(assay_context *context, const assay_sample_folder *self);

#endif
