/* distinct.c -- one row per person. */
#include "data/distinct.h"

#include "base/memory.h"

static uint32_t root_of(uint32_t parents[], uint32_t row)
{
    while (parents[row] != row)
        row = parents[row] = parents[parents[row]];
    return row;
}

/* The parts of a key, each behind its length, so that no two different keys read the same. */
static bool key_of_row(const assay_frame *frame, const assay_key *key, size_t row, assay_bytes *to,
                       bool *complete)
{
    to->length = 0;
    *complete = true;
    for (size_t i = 0; i < key->n && *complete; i++) {
        char scratch[ASSAY_CELL_BYTES];
        size_t part;
        const assay_column *column = assay_frame_column(frame, key->columns[i]);
        const char *cell = assay_column_cell(column, row, scratch, &part);
        *complete = cell != NULL;
        if (*complete && (!assay_append(to, &part, sizeof part) || !assay_append(to, cell, part)))
            return false;
    }
    return true;
}

/* Links the rows that agree in one key; firsts[code - 1] is the first row with that key. */
static assay_status link_rows(assay_context *context, const assay_frame *frame,
                              const assay_key *key, uint32_t parents[], uint32_t firsts[])
{
    const size_t n = assay_frame_rows(frame);
    assay_dictionary *seen = assay_dictionary_new();
    assay_bytes text = {0};
    bool complete;
    assay_status status = seen == NULL ? assay_fail_memory(context) : ASSAY_OK;
    for (size_t row = 0; status == ASSAY_OK && row < n; row++) {
        if (!key_of_row(frame, key, row, &text, &complete)) {
            status = assay_fail_memory(context);
        } else if (complete) {
            const uint32_t before = assay_dictionary_size(seen);
            const uint32_t code = assay_dictionary_add(seen, text.bytes, text.length);
            if (code == 0)
                status = assay_fail_memory(context);
            else if (code > before)
                firsts[code - 1] = (uint32_t)row;
            else
                parents[root_of(parents, (uint32_t)row)] = root_of(parents, firsts[code - 1]);
        }
        if (status == ASSAY_OK && row % 4096 == 0)
            status = assay_poll(context, row, n);
    }
    assay_dictionary_release(seen);
    assay_free(text.bytes);
    return status;
}

/*
** Whether row `a` is to be kept rather than row `b`, which stands above it. A missing value is
** never preferred to one that is there, be it the first or the last that is kept.
*/
static bool is_better(const assay_frame *frame, const assay_distinct_options *options, uint32_t a,
                      uint32_t b)
{
    if (options->order == ASSAY_NO_COLUMN)
        return options->last;
    const assay_column *by = assay_frame_column(frame, options->order);
    const bool missing = assay_column_is_missing(by, a) || assay_column_is_missing(by, b);
    const int order = assay_column_compare(by, a, b);
    if (order != 0)
        return options->last && !missing ? order > 0 : order < 0;
    return options->tie != ASSAY_NO_COLUMN &&
           assay_column_compare(assay_frame_column(frame, options->tie), a, b) < 0;
}

/* best[root]: the row kept of the person whose root it is. */
static size_t keep_best(const assay_frame *frame, const assay_distinct_options *options,
                        uint32_t parents[], uint32_t best[], uint32_t rows[])
{
    const uint32_t n = (uint32_t)assay_frame_rows(frame);
    size_t kept = 0;
    for (uint32_t row = 0; row < n; row++)
        best[row] = UINT32_MAX;
    for (uint32_t row = 0; row < n; row++) {
        const uint32_t root = root_of(parents, row);
        if (best[root] == UINT32_MAX || is_better(frame, options, row, best[root]))
            best[root] = row;
    }
    for (uint32_t row = 0; row < n; row++)
        if (best[root_of(parents, row)] == row)
            rows[kept++] = row;
    return kept;
}

assay_status assay_distinct(assay_context *context, const assay_frame *frame,
                            const assay_distinct_options *options, uint32_t rows[], size_t *kept)
{
    const size_t n = assay_frame_rows(frame);
    uint32_t *parents = assay_alloc_array(n, sizeof *parents);
    uint32_t *firsts = assay_alloc_array(n, sizeof *firsts);
    assay_status status = parents == NULL || firsts == NULL ? assay_fail_memory(context) : ASSAY_OK;
    for (size_t row = 0; status == ASSAY_OK && row < n; row++)
        parents[row] = (uint32_t)row;
    for (size_t i = 0; status == ASSAY_OK && i < options->n_keys; i++)
        status = link_rows(context, frame, &options->keys[i], parents, firsts);
    if (status == ASSAY_OK)
        *kept = keep_best(frame, options, parents, firsts, rows);
    assay_free(parents);
    assay_free(firsts);
    return status;
}
