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

/*
** Links rows to the first that agrees with them in one key; without[row] stays set for those that
** have no key at all.
*/
static assay_status link_rows(assay_context *context, const uint32_t firsts[], size_t n,
                              uint32_t parents[], bool without[])
{
    assay_status status = ASSAY_OK;
    for (size_t row = 0; status == ASSAY_OK && row < n; row++) {
        without[row] &= firsts[row] == ASSAY_NO_ROW;
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

/* The first key by itself: the first row that agrees is the root. */
static assay_status link_first_key(assay_context *context, const assay_frame *frame,
                                   const assay_distinct_options *options, uint32_t parents[],
                                   bool without[])
{
    const size_t n = assay_frame_rows(frame);
    const assay_key *key = options->keys;
    const assay_status status = options->n_keys == 0
                                    ? ASSAY_OK
                                    : assay_match(context, frame, key->n, key->columns, parents);
    for (size_t row = 0; status == ASSAY_OK && row < n; row++) {
        without[row] = options->n_keys == 0 || parents[row] == ASSAY_NO_ROW;
        parents[row] = without[row] ? (uint32_t)row : parents[row];
    }
    return status;
}

static assay_status link_keys(assay_context *context, const assay_frame *frame,
                              const assay_distinct_options *options, uint32_t parents[],
                              bool without[])
{
    const size_t n = assay_frame_rows(frame);
    assay_status status = link_first_key(context, frame, options, parents, without);
    if (options->n_keys < 2 || status != ASSAY_OK)
        return status;
    uint32_t *firsts = assay_alloc_array(n, sizeof *firsts);
    if (firsts == NULL)
        return assay_fail_memory(context);
    for (size_t i = 1; status == ASSAY_OK && i < options->n_keys; i++) {
        const assay_key *key = &options->keys[i];
        status = assay_match(context, frame, key->n, key->columns, firsts);
        if (status == ASSAY_OK)
            status = link_rows(context, firsts, n, parents, without);
    }
    for (size_t row = 0; status == ASSAY_OK && row < n; row++)
        parents[row] = parents[parents[row]]; /* the parent, above, has its root already */
    assay_free(firsts);
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

/* parents[row] is the root: the first row of each person. */
static size_t keep_first(size_t n, const uint32_t parents[], uint32_t rows[])
{
    size_t kept = 0;
    for (size_t row = 0; row < n; row++)
        if (parents[row] == row)
            rows[kept++] = (uint32_t)row;
    return kept;
}

/* best[root]: the row kept of the person whose root it is. */
static size_t keep_best(const assay_frame *frame, const assay_distinct_options *options,
                        const uint32_t parents[], uint32_t best[], uint32_t rows[])
{
    const uint32_t n = (uint32_t)assay_frame_rows(frame);
    size_t kept = 0;
    for (uint32_t row = 0; row < n; row++) {
        const uint32_t root = parents[row];
        if (root == row || is_better(frame, options, row, best[root]))
            best[root] = row;
    }
    for (uint32_t row = 0; row < n; row++)
        if (best[parents[row]] == row)
            rows[kept++] = row;
    return kept;
}

static assay_status keep(assay_context *context, const assay_frame *frame,
                         const assay_distinct_options *options, const uint32_t parents[],
                         uint32_t rows[], size_t *kept)
{
    const size_t n = assay_frame_rows(frame);
    if (options->order == ASSAY_NO_COLUMN && !options->last) {
        *kept = keep_first(n, parents, rows);
        return ASSAY_OK;
    }
    uint32_t *best = assay_alloc_array(n, sizeof *best);
    if (best == NULL)
        return assay_fail_memory(context);
    *kept = keep_best(frame, options, parents, best, rows);
    assay_free(best);
    return ASSAY_OK;
}

assay_status assay_distinct(assay_context *context, const assay_frame *frame,
                            const assay_distinct_options *options, uint32_t rows[], size_t *kept,
                            size_t *without_key)
{
    const size_t n = assay_frame_rows(frame);
    uint32_t *parents = assay_alloc_array(n, sizeof *parents);
    bool *without = assay_alloc_array(n, sizeof *without);
    assay_status status = parents == NULL || without == NULL
                              ? assay_fail_memory(context)
                              : link_keys(context, frame, options, parents, without);
    if (status == ASSAY_OK)
        status = keep(context, frame, options, parents, rows, kept);
    if (status == ASSAY_OK) {
        *without_key = 0;
        for (size_t row = 0; row < n; row++)
            *without_key += without[row];
    }
    assay_free(parents);
    assay_free(without);
    return status;
}
