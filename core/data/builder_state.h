/* builder_state.h -- what the two files of the builder share, and nobody else. */
#ifndef ASSAY_DATA_BUILDER_STATE_H
#define ASSAY_DATA_BUILDER_STATE_H

#include "data/builder.h"
#include "data/builder_values.h"

enum { ASSAY_CODED_MOST = UINT16_MAX };

struct assay_builder {
    assay_values values;
    assay_dictionary *texts; /* of codes; NULL in other forms */
    bool typed;              /* values came as such, and not as text */

    /* codes of the dictionary of the column added last: map[its code], 0 if it did not occur yet */
    const assay_dictionary *from;
    uint32_t *map;
    size_t mapped;  /* codes in the map, and 0 */
    size_t unknown; /* of them did not occur yet */
};

/* The text of a row, NULL if missing. */
const char *assay_builder_text(const assay_builder *builder, size_t row,
                               char scratch[ASSAY_CELL_BYTES], size_t *length);

/* Goes over to the first of the forms from `form` to TEXT that fits every cell. */
assay_status assay_builder_take_form(assay_context *context, assay_builder *builder,
                                     assay_form form);

/* The form in which a column of a type is held, if it is one of values. */
bool assay_form_of_type(assay_type type, assay_form *form);

#endif
