/* ticket.c -- a case's ticket: contract prn-1. */
#include "sample/ticket.h"

#include <string.h>

#include "base/rng.h"
#include "base/thread.h"

enum { TASK_ROWS = 4096 };

_Static_assert(ASSAY_TICKET == ASSAY_DIGEST_HEX, "a ticket is a digest in hexadecimal");

void assay_ticket_start(assay_ticket_maker *maker, const char *seed)
{
    char before[ASSAY_SEED_LONGEST + 8] = "prn-1|";
    strncat(before, seed, ASSAY_SEED_LONGEST);
    strcat(before, "|");
    assay_sha256_begin(&maker->prefix, before, strlen(before));
}

void assay_ticket_make(const assay_ticket_maker *maker, const char *id, size_t id_length,
                       unsigned char ticket[ASSAY_TICKET_BYTES])
{
    assay_sha256_go_on(&maker->prefix, id, id_length, ticket);
}

void assay_ticket(const char *seed, const char *id, size_t id_length, char ticket[ASSAY_TICKET])
{
    assay_ticket_maker maker;
    unsigned char bytes[ASSAY_TICKET_BYTES];
    assay_ticket_start(&maker, seed);
    assay_ticket_make(&maker, id, id_length, bytes);
    assay_hex(bytes, sizeof bytes, ticket);
}

/* ---- of many cases ---- */

typedef struct making {
    const assay_ticket_maker *maker;
    const assay_column *ids;
    size_t first, n;
    unsigned char (*tickets)[ASSAY_TICKET_BYTES];
} making;

static void make_some(void *self, size_t task, int worker)
{
    const making *all = self;
    const size_t from = task * TASK_ROWS;
    const size_t to = all->n - from < TASK_ROWS ? all->n : from + TASK_ROWS;
    (void)worker;
    for (size_t i = from; i < to; i++) {
        char scratch[ASSAY_CELL_BYTES];
        size_t length = 0;
        const char *id = assay_column_cell(all->ids, all->first + i, scratch, &length);
        assay_ticket_make(all->maker, id == NULL ? "" : id, id == NULL ? 0 : length,
                          all->tickets[i]);
    }
}

assay_status assay_tickets(assay_context *context, const assay_ticket_maker *maker,
                           const assay_column *ids, size_t first, size_t n,
                           unsigned char tickets[][ASSAY_TICKET_BYTES])
{
    making all = {maker, ids, first, n, tickets};
    return assay_parallel(context, (n + TASK_ROWS - 1) / TASK_ROWS, make_some, &all);
}

/* ---- in order ---- */

uint64_t assay_ticket_key(const unsigned char ticket[ASSAY_TICKET_BYTES])
{
    return (uint64_t)ticket[0] << 56 | (uint64_t)ticket[1] << 48 | (uint64_t)ticket[2] << 40 |
           (uint64_t)ticket[3] << 32 | (uint64_t)ticket[4] << 24 | (uint64_t)ticket[5] << 16 |
           (uint64_t)ticket[6] << 8 | ticket[7];
}

uint64_t assay_ticket_number(const unsigned char ticket[ASSAY_TICKET_BYTES])
{
    return assay_ticket_key(ticket) >> 12;
}

double assay_ticket_uniform(const unsigned char ticket[ASSAY_TICKET_BYTES])
{
    return ((double)assay_ticket_number(ticket) + 0.5) * 0x1p-52;
}

int assay_ticket_compare(const unsigned char a[ASSAY_TICKET_BYTES], const char *a_id,
                         size_t a_length, const unsigned char b[ASSAY_TICKET_BYTES],
                         const char *b_id, size_t b_length)
{
    const int order = memcmp(a, b, ASSAY_TICKET_BYTES);
    return order != 0 ? order : assay_compare_bytes(a_id, a_length, b_id, b_length);
}
