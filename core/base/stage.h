/* stage.h -- folders that appear whole or not at all. */
#ifndef ASSAY_BASE_STAGE_H
#define ASSAY_BASE_STAGE_H

#include "base/door.h"

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
** exchange: the same, but what was in the final place is then removed: for a caller who has seen
** (assay_stage_standing) that all of it stands in the stage too. Where the file system exchanges
** nothing it is kept as NAME.previous.
*/
typedef struct assay_stage assay_stage;

assay_status assay_stage_open(assay_context *context, const assay_door *door, const char *folder,
                              assay_stage **stage);
assay_door *assay_stage_door(assay_stage *stage);
int assay_stage_parent(const assay_stage *stage); /* the folder that it is made in, a descriptor */
bool assay_stage_is_below(const assay_stage *stage, const char *folder); /* or would be that one */
assay_status assay_stage_commit(assay_context *context, assay_stage *stage);
assay_status assay_stage_replace(assay_context *context, assay_stage *stage);
assay_status assay_stage_exchange(assay_context *context, assay_stage *stage);

/* A folder in the stage. */
assay_status assay_stage_make(assay_context *context, assay_stage *stage, const char *name);

/* A door into what is in the final place now; NULL where no folder is there. */
assay_status assay_stage_standing(assay_context *context, const assay_stage *stage,
                                  assay_door **inside);
void assay_stage_free(assay_stage *stage); /* NULL is ignored */

/* Removes the hidden folder and nothing else, for a signal's handler: the process ends then. */
void assay_stage_drop(const assay_stage *stage);

#endif
