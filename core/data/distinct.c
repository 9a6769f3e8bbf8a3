/* distinct.c -- one row per person. */
#include "data/distinct.h"

#include "base/memory.h"
#include "data/match.h"

/* Parents stand above their rows or are the rows themselves: the root is a person's first row. */
static uint32_t root_of(uint32_t parents[], uint32_t row)
{
    while (parents[row] != row)
        row = parents[row] = parents[parents[row]];
    return row;
}

/* Links rows to the first that agrees with them in one key; `matched` are those with a key at all. */
static assay_status link_rows(assay_context *context, const uint32_t firsts[], size_t n,
                              uint32_t parents[], bool matched[])
{
    assay_status status = ASSAY_OK;
    for (size_t row = 0; status == ASSAY_OK && row < n; row++) {
        matched[row] |= firsts[row] != ASSAY_NO_ROW;
        if (firsts[row] < row) {
            const uint32_t one = root_of(parents, (uint32_t)row);
            const uint32_t other = root_of(parents, firsts[row]);
            parents[one > other ? one : other] = one > other ? other : one;
        }
        if (row % 65536 == 0)
            status = assay_poll(context, row, n);
    }
    return status;
}

static assay_status link_keys(assay_context *context, const assay_frame *frame,
                              const assay_distinct_options *options, uint32_t parents[],
                              bool matched[], uint32_t firsts[])
{
    const size_t n = assay_frame_rows(frame);
    assay_status status = ASSAY_OK;
    for (size_t row = 0; row < n; row++)
        parents[row] = (uint32_t)row;
    for (size_t i = 0; status == ASSAY_OK && i < options->n_keys; i++) {
        const assay_key *key = &options->keys[i];
        status = assay_match(context, frame, key->n, key->columns, firsts);
        if (status == ASSAY_OK)
            status = link_rows(context, firsts, n, parents, matched);
    }
    for (size_t row = 0; status == ASSAY_OK && row < n; row++)
        parents[row] = parents[parents[row]]; /* the parent, above, has its root already */
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

/* parents[row] is the root; best[root]: the row kept of the person whose root it is. */
static size_t keep_best(const assay_frame *frame, const assay_distinct_options *options,
                        const uint32_t parents[], uint32_t best[], uint32_t rows[])
{
    const uint32_t n = (uint32_t)assay_frame_rows(frame);
    const bool first = options->order == ASSAY_NO_COLUMN && !options->last;
    size_t kept = 0;
    for (uint32_t row = 0; !first && row < n; row++) {
        const uint32_t root = parents[row];
        if (root == row || is_better(frame, options, row, best[root]))
            best[root] = row;
    }
    for (uint32_t row = 0; row < n; row++)
        if ((first ? parents[row] : best[parents[row]]) == row)
            rows[kept++] = row;
    return kept;
}

assay_status assay_distinct(assay_context *context, const assay_frame *frame,
                            const assay_distinct_options *options, uint32_t rows[], size_t *kept,
                            size_t *without_key)
{
    const size_t n = assay_frame_rows(frame);
    uint32_t *parents = assay_alloc_array(n, sizeof *parents);
    uint32_t *spare = assay_alloc_array(n, sizeof *spare); /* first rows, then the best */
    bool *matched = assay_alloc_zeroed_array(n, sizeof *matched);
    assay_status status = parents == NULL || spare == NULL || matched == NULL
                              ? assay_fail_memory(context)
                              : link_keys(context, frame, options, parents, matched, spare);
    if (status == ASSAY_OK) {
        *kept = keep_best(frame, options, parents, spare, rows);
        *without_key = n;
        for (size_t row = 0; row < n; row++)
            *without_key -= matched[row];
    }
    assay_free(parents);
    assay_free(spare);
    assay_free(matched);
    return status;
}
