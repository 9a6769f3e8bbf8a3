/* column_own.h -- what makes columns sees of them: for the files of columns alone. */
#ifndef ASSAY_DATA_COLUMN_OWN_H
#define ASSAY_DATA_COLUMN_OWN_H

#include <stdatomic.h>

#include "data/column.h"

struct assay_column_owner {
    atomic_size_t references;
    void *values; /* codes, integers, numbers, days or offsets */
    char *bytes;
    uint64_t *missing;
};

/* Bytes of one code, integer, number, day or offset. */
size_t assay_column_value_bytes(assay_type type, uint8_t width);

/*
** A column of `n` rows of blocks that it takes over: values with room for n + 1, and for a text
** column its bytes and its bitmap, which may be NULL. NULL when out of memory, with the blocks still
** the caller's.
*/
assay_column *assay_column_adopt(assay_type type, uint8_t width, size_t n, void *values,
                                 char *bytes, uint64_t *missing);

/* A column of `n` rows whose values are still to be written; NULL when out of memory. */
assay_column *assay_column_make(assay_type type, uint8_t width, size_t n);

/* A text column with room for `bytes` bytes, whose first offset is 0 and of which no row is missing. */
assay_status assay_column_make_text(assay_context *context, size_t n, size_t bytes,
                                    bool any_missing, assay_column **column);

/* The next row, i, of a column from assay_column_make_text; NULL is missing. */
void assay_column_put(assay_column *column, size_t i, const char *text, size_t length);

/* Bytes of the narrowest codes for so many levels. */
static inline uint8_t assay_code_width(uint32_t levels)
{
    return levels <= UINT8_MAX ? 1 : levels <= UINT16_MAX ? 2 : 4;
}

/* Codes and offsets. */
static inline uint64_t assay_read_unsigned(const void *values, uint8_t width, size_t i)
{
    switch (width) {
    case 1:
        return ((const uint8_t *)values)[i];
    case 2:
        return ((const uint16_t *)values)[i];
    case 4:
        return ((const uint32_t *)values)[i];
    default:
        return ((const uint64_t *)values)[i];
    }
}

static inline void assay_write_unsigned(void *values, uint8_t width, size_t i, uint64_t value)
{
    switch (width) {
    case 1:
        ((uint8_t *)values)[i] = (uint8_t)value;
        break;
    case 2:
        ((uint16_t *)values)[i] = (uint16_t)value;
        break;
    case 4:
        ((uint32_t *)values)[i] = (uint32_t)value;
        break;
    default:
        ((uint64_t *)values)[i] = value;
    }
}

#endif
