/* folder_stages.h -- the two stages of a sample's folder, read back. */
#ifndef ASSAY_SAMPLE_FOLDER_STAGES_H
#define ASSAY_SAMPLE_FOLDER_STAGES_H

#include "sample/folder.h"

/* Whether the manifest of a folder says that it was drawn in two stages. */
bool assay_folder_has_stages(const assay_sample_folder *folder);

/*
** Gives a plan, whose sizes are not set, the stages of the manifest. ASSAY_EFORMAT where a member is
** missing or wrong, or says something else than its table; otherwise as stages.h has it.
*/
assay_status assay_folder_stages(assay_context *context, const assay_sample_folder *folder,
                                 assay_plan *plan);

#endif
