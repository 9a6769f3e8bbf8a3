/*
** order.c -- the rows of each stratum in the order of their tickets.
**
** Tickets are spread evenly, so a row's place is nearly known from the first bits of its ticket: rows
** go into buckets of some four each, and only the buckets that are asked for are put in order.
*/
#include "sample/order.h"

#include "base/memory.h"

enum { IN_BUCKET = 4, MOST_BITS = 20, POLL_ROWS = 65536 };

typedef struct item {
    uint64_t key;
    uint32_t row;
} item;

/* The buckets of one stratum: places[first .. first + 2^bits), of which the first `used` are needed. */
typedef struct buckets {
    size_t first, used;
    int bits;
    size_t items; /* where its items start */
    size_t n;     /* of them */
} buckets;

typedef struct ordering {
    const assay_column *ids;
    unsigned char (*tickets)[ASSAY_TICKET_BYTES];
    const assay_strata *strata;
    buckets *of; /* [strata] */
    uint32_t *places;
    item *items;
} ordering;

static size_t bucket_of(const buckets *of, uint64_t key)
{
    return (size_t)(key >> (64 - of->bits));
}

/* Bits of as many buckets as n rows should have; at least one. */
static int bits_for(uint64_t n)
{
    int bits = 1;
    while (bits < MOST_BITS && ((uint64_t)IN_BUCKET << bits) < n)
        bits++;
    return bits;
}

static assay_status make_buckets(assay_context *context, ordering *self)
{
    size_t n = 0;
    self->of = assay_alloc_zeroed_array(self->strata->n, sizeof *self->of);
    if (self->of == NULL)
        return assay_fail_memory(context);
    for (size_t h = 0; h < self->strata->n; h++) {
        self->of[h].first = n;
        self->of[h].bits = bits_for(assay_strata_rows(self->strata, h));
        n += (size_t)1 << self->of[h].bits;
    }
    self->places = assay_alloc_zeroed_array(n, sizeof *self->places);
    return self->places == NULL ? assay_fail_memory(context) : ASSAY_OK;
}

static assay_status count_rows(assay_context *context, const ordering *self)
{
    for (size_t row = 0; row < self->ids->length; row++) {
        const buckets *of = &self->of[self->strata->of_row[row]];
        self->places[of->first + bucket_of(of, assay_ticket_key(self->tickets[row]))]++;
        if (row % POLL_ROWS == 0 && assay_poll(context, row, self->ids->length) != ASSAY_OK)
            return context->error.status;
    }
    return ASSAY_OK;
}

/* Finds the buckets that have what is asked for; places[] becomes where each of them starts. */
static size_t place_buckets(const ordering *self, const uint64_t most[])
{
    size_t n = 0;
    for (size_t h = 0; h < self->strata->n; h++) {
        buckets *of = &self->of[h];
        const uint64_t there = assay_strata_rows(self->strata, h);
        const uint64_t asked = most == NULL || most[h] > there ? there : most[h];
        of->items = n;
        for (; of->n < asked; of->used++) {
            const uint32_t in_it = self->places[of->first + of->used];
            self->places[of->first + of->used] = (uint32_t)(n + of->n);
            of->n += in_it;
        }
        n += of->n;
    }
    return n;
}

static assay_status fill_buckets(assay_context *context, const ordering *self)
{
    for (size_t row = 0; row < self->ids->length; row++) {
        const buckets *of = &self->of[self->strata->of_row[row]];
        const uint64_t key = assay_ticket_key(self->tickets[row]);
        const size_t bucket = bucket_of(of, key);
        if (bucket < of->used)
            self->items[self->places[of->first + bucket]++] = (item){key, (uint32_t)row};
        if (row % POLL_ROWS == 0 && assay_poll(context, row, self->ids->length) != ASSAY_OK)
            return context->error.status;
    }
    return ASSAY_OK;
}

static bool is_before(const ordering *self, const item *a, const item *b)
{
    if (a->key != b->key)
        return a->key < b->key;
    char scratch_a[ASSAY_CELL_BYTES], scratch_b[ASSAY_CELL_BYTES];
    size_t a_length = 0, b_length = 0;
    const char *a_id = assay_column_cell(self->ids, a->row, scratch_a, &a_length);
    const char *b_id = assay_column_cell(self->ids, b->row, scratch_b, &b_length);
    return assay_ticket_compare(self->tickets[a->row], a_id, a_length, self->tickets[b->row], b_id,
                                b_length) < 0;
}

/* Items that stand in their buckets have a few places to go at most. */
static assay_status sort_items(assay_context *context, const ordering *self, const buckets *of)
{
    item *items = self->items + of->items;
    for (size_t i = 1; i < of->n; i++) {
        const item moved = items[i];
        size_t to = i;
        for (; to > 0 && is_before(self, &moved, &items[to - 1]); to--)
            items[to] = items[to - 1];
        items[to] = moved;
        if (i % POLL_ROWS == 0 && assay_poll(context, i, of->n) != ASSAY_OK)
            return context->error.status;
    }
    return ASSAY_OK;
}

static assay_status order_rows(assay_context *context, ordering *self, const uint64_t most[],
                               uint32_t order[])
{
    const assay_strata *strata = self->strata;
    assay_status status = make_buckets(context, self);
    if (status == ASSAY_OK)
        status = count_rows(context, self);
    if (status != ASSAY_OK)
        return status;
    const size_t n = place_buckets(self, most);
    self->items = assay_alloc_array(n, sizeof *self->items);
    status = self->items == NULL ? assay_fail_memory(context) : fill_buckets(context, self);
    for (size_t h = 0, from = 0; status == ASSAY_OK && h < strata->n; h++) {
        const buckets *of = &self->of[h];
        status = sort_items(context, self, of);
        for (size_t i = 0; i < of->n; i++)
            order[from + i] = self->items[of->items + i].row;
        from += assay_strata_rows(strata, h);
    }
    return status;
}

assay_status assay_order_rows(assay_context *context, const assay_column *ids,
                              unsigned char tickets[][ASSAY_TICKET_BYTES],
                              const assay_strata *strata, const uint64_t most[], uint32_t order[])
{
    ordering self = {.ids = ids, .tickets = tickets, .strata = strata};
    const assay_status status = order_rows(context, &self, most, order);
    assay_free(self.of);
    assay_free(self.places);
    assay_free(self.items);
    return status;
}
