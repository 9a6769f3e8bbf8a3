/*
** piece.c -- a list that streams past, written in the order of strata and tickets.
**
** Tickets are spread evenly, so that the cases of a stratum with keys in an interval are about as many
** as its share of all keys: pieces of about one size are known without counting. Going through the
** list again costs less than writing a piece, and nothing of the list is written elsewhere on the way.
*/
#include "sample/piece.h"

#include "base/memory.h"
#include "data/csv.h"
#include "sample/order.h"

enum { DEFAULT_BYTES = 96 << 20, ROWS_AT_ONCE = 16384, OVERHEAD = 80 };

/* Strata are cut into slices of equal width; the next one is slice `slice` of stratum `h`. */
typedef struct cursor {
    size_t h;
    uint64_t slice;
} cursor;

/* Cases that fit into a piece, with their tickets; a column is held twice while it is finished. */
static uint64_t rows_for(const assay_listed *listed, uint64_t bytes)
{
    const uint64_t cells = listed->rows == 0 ? 0 : listed->bytes / listed->rows;
    const uint64_t row = cells + cells / 2 + OVERHEAD;
    const uint64_t rows = (bytes == 0 ? DEFAULT_BYTES : bytes) / row;
    return rows == 0 ? 1 : rows;
}

static uint64_t slices_of(uint64_t population, uint64_t rows)
{
    return population / rows + 1;
}

/* Adds the slice at the cursor to the stratum's sieve, and goes on to the next. */
static void add_slice(cursor *at, uint64_t slices, assay_sieve *sieve)
{
    const uint64_t width = UINT64_MAX / slices;
    if (!sieve->any)
        *sieve = (assay_sieve){.any = true, .low = at->slice * width};
    at->slice++;
    sieve->high = at->slice == slices ? UINT64_MAX : at->slice * width - 1;
    if (at->slice == slices)
        *at = (cursor){.h = at->h + 1};
}

/* The sieves of the next piece, of about `rows` cases; false: there is none. */
static bool next_piece(const assay_strata *strata, uint64_t rows, cursor *at, assay_sieve sieves[])
{
    uint64_t in_it = 0;
    for (size_t h = 0; h < strata->n; h++)
        sieves[h] = (assay_sieve){.any = false};
    const bool any = at->h < strata->n;
    while (at->h < strata->n) {
        const uint64_t slices = slices_of(strata->population[at->h], rows);
        const uint64_t cases = strata->population[at->h] / slices + 1;
        if (in_it > 0 && in_it + cases > rows)
            break;
        in_it += cases;
        add_slice(at, slices, &sieves[at->h]);
    }
    return any;
}

/* Some rows of a piece, with stratum and ticket. */
static assay_status write_rows(assay_context *context, assay_sample *piece, size_t n,
                               const uint32_t rows[], bool first, assay_output *output)
{
    assay_frame *frame = NULL;
    const assay_csv_writing how = {0};
    assay_status status = assay_sample_rows(context, piece, n, rows, &frame);
    if (status == ASSAY_OK)
        status = first ? assay_csv_write(context, frame, &how, output)
                       : assay_csv_write_rows(context, frame, &how, output);
    assay_frame_free(frame);
    return status;
}

static assay_status write_ordered(assay_context *context, assay_sample *piece, bool first,
                                  assay_output *output)
{
    const assay_plan *plan = piece->plan;
    const size_t n = assay_frame_rows(plan->frame);
    uint32_t *order = assay_alloc_array(n, sizeof *order);
    assay_status status = order == NULL
                              ? assay_fail_memory(context)
                              : assay_order_rows(context, assay_frame_column(plan->frame, plan->id),
                                                 piece->tickets, plan->strata, NULL, order);
    for (size_t row = 0, some; status == ASSAY_OK && (row < n || (first && row == 0));
         row += some) {
        some = n - row < ROWS_AT_ONCE ? n - row : ROWS_AT_ONCE;
        status = write_rows(context, piece, some, order + row, first && row == 0, output);
        if (some == 0)
            break;
    }
    assay_free(order);
    return status;
}

static assay_status write_piece(assay_context *context, const assay_sample *sample,
                                const assay_ticket_maker *maker, const assay_sieve sieves[],
                                bool first, assay_output *output)
{
    assay_sifted sifted = {0};
    assay_sample piece = {0};
    assay_status status = assay_listed_sift(context, sample->plan->listed, maker, sieves, &sifted);
    if (status == ASSAY_OK)
        status = assay_plan_hold(context, sample->plan, &sifted, &piece.plan);
    piece.tickets = sifted.tickets;
    if (status == ASSAY_OK)
        status = write_ordered(context, &piece, first, output);
    assay_plan_release(piece.plan);
    assay_sifted_free(&sifted);
    return status;
}

assay_status assay_write_pieces(assay_context *context, const assay_sample *sample, uint64_t bytes,
                                assay_output *output)
{
    const assay_strata *strata = sample->plan->strata;
    const uint64_t rows = rows_for(sample->plan->listed, bytes);
    cursor at = {0};
    bool first = true;
    assay_ticket_maker maker;
    assay_sieve *sieves = assay_alloc_array(strata->n, sizeof *sieves);
    assay_status status = sieves == NULL ? assay_fail_memory(context) : ASSAY_OK;
    assay_ticket_start(&maker, sample->seed);
    while (status == ASSAY_OK && (next_piece(strata, rows, &at, sieves) || first)) {
        status = write_piece(context, sample, &maker, sieves, first, output);
        first = false;
    }
    assay_free(sieves);
    return status;
}
