/* differ.c -- tables as they stand in files, beside those that they should be. */
#include "sample/differ.h"

#include <stdarg.h>
#include <stdio.h>

void assay_tell(assay_teller *to, const char *format, ...)
{
    char words[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(words, sizeof words, format, arguments);
    va_end(arguments);
    to->told++;
    to->differ(to->self, words);
}

static bool same_cell(const assay_column *a, const assay_column *b, size_t row)
{
    char scratch_a[ASSAY_CELL_BYTES], scratch_b[ASSAY_CELL_BYTES];
    size_t a_length, b_length;
    const char *left = assay_column_cell(a, row, scratch_a, &a_length);
    const char *right = assay_column_cell(b, row, scratch_b, &b_length);
    if (left == NULL || right == NULL)
        return left == right;
    return assay_compare_bytes(left, a_length, right, b_length) == 0;
}

/* The first row in which a column is not as it should be, and how many there are. */
static void compare_column(const char *file, const char *name, const assay_column *stored,
                           const assay_column *expected, assay_teller *to)
{
    size_t first = 0, differing = 0;
    for (size_t row = 0; row < expected->length; row++)
        if (!same_cell(stored, expected, row) && differing++ == 0)
            first = row;
    if (differing > 0)
        assay_tell(to,
                   "%s, row %zu: column '%.60s' is not what list and seed give (%zu row%s in all)",
                   file, first + 1, name, differing, differing == 1 ? "" : "s");
}

void assay_compare_tables(const char *file, const assay_frame *stored, const assay_frame *expected,
                          assay_teller *to)
{
    if (assay_frame_rows(stored) != assay_frame_rows(expected)) {
        assay_tell(to, "%s has %zu rows where list, plan and seed give %zu", file,
                   assay_frame_rows(stored), assay_frame_rows(expected));
        return;
    }
    for (size_t i = 0; i < assay_frame_columns(expected); i++) {
        const char *name = assay_frame_name(expected, i);
        const size_t j = assay_frame_find(stored, name);
        if (j == ASSAY_NO_COLUMN)
            assay_tell(to, "%s has no column '%.60s'", file, name);
        else
            compare_column(file, name, assay_frame_column(stored, j),
                           assay_frame_column(expected, i), to);
    }
}
