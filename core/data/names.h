/* names.h -- the names of columns, as a header has them and as they are used. */
#ifndef ASSAY_DATA_NAMES_H
#define ASSAY_DATA_NAMES_H

#include "base/context.h"

#include <stdbool.h>
#include <stddef.h>

/*
** `clean`: as assay_clean_name makes them (clean.h), "column" where nothing is left, and "_2",
** "_3"... behind those that stand there already. Then from[i] is renamed to to[i].
*/
typedef struct assay_naming {
    bool clean;
    size_t n_renames;
    const char *const *from, *const *to;
} assay_naming;

/*
** Replaces names[n], each a block of its own (memory.h). ASSAY_EFORMAT: an empty or repeated name
** in the file, with *wrong the number of its column from 0. ASSAY_EUNKNOWN: a from[i] that no column
** has; ASSAY_EDOM: a to[i] that is empty or another column's name.
*/
assay_status assay_names_settle(assay_context *context, const assay_naming *naming, size_t n,
                                char *names[], size_t *wrong);

#endif
