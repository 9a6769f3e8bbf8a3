/* differ.h -- tables as they stand in files, beside those that they should be. */
#ifndef ASSAY_SAMPLE_DIFFER_H
#define ASSAY_SAMPLE_DIFFER_H

#include "sample/verify.h"

/* To whom differences are told; `told` counts them. */
typedef struct assay_teller {
    assay_difference *differ;
    void *self;
    size_t told;
} assay_teller;

/* Words of at most 255 bytes, by a format as assay_fail takes it. */
void assay_tell(assay_teller *to, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Tells where a stored table is not the expected one: rows, columns, and the first row of each. */
void assay_compare_tables(const char *file, const assay_frame *stored, const assay_frame *expected,
                          assay_teller *to);

#endif
