/* json_grammar.h -- whether bytes are JSON, and where they are not. */
#ifndef ASSAY_DATA_JSON_GRAMMAR_H
#define ASSAY_DATA_JSON_GRAMMAR_H

#include <stddef.h>

#include "base/context.h"

/* For data/json alone, whose header says what is accepted. */

typedef struct assay_json_source {
    const char *bytes; /* bytes[length], not NULL, without a byte order mark */
    size_t length;
    const char *name; /* the file, as people know it */
} assay_json_source;

/* ASSAY_EFORMAT with file, line, column and message. Only equal names are not looked for. */
assay_status assay_json_check(assay_context *context, const assay_json_source *source);

/* ASSAY_EFORMAT with the place of the k-th name, from 1, of a document that passed. */
assay_status assay_json_refuse_key(assay_context *context, const assay_json_source *source,
                                   size_t k, const char *message);

#endif
