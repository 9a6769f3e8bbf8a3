/* settle.h -- what the columns of a table that streams past are. */
#ifndef ASSAY_DATA_SETTLE_H
#define ASSAY_DATA_SETTLE_H

#include "data/source.h"

/*
** The types that assay_source_collect would give the columns, found without holding them: once all
** blocks are added, any of the rows can be collected with the types that all of them have.
*/
typedef struct assay_settle assay_settle;

/* wishes[] and keep[] as in assay_source_collect; what the wishes point to must last as long. */
assay_status assay_settle_new(assay_context *context, const assay_source *source,
                              const assay_column_wish wishes[], const bool keep[],
                              assay_settle **settle);
void assay_settle_free(assay_settle *settle); /* NULL is ignored */

assay_status assay_settle_add(assay_context *context, assay_settle *settle,
                              const assay_block *block);

/*
** settled[] gets a wish for each column of the source that is kept, none of them ASSAY_INFER.
** ASSAY_EFORMAT: the failure that collecting the source would have had, for which it is rewound.
*/
assay_status assay_settle_finish(assay_context *context, const assay_settle *settle,
                                 assay_source *source, assay_column_wish settled[]);

#endif
