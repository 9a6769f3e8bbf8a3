/* ticket.h -- a case's ticket: contract prn-1. */
#ifndef ASSAY_SAMPLE_TICKET_H
#define ASSAY_SAMPLE_TICKET_H

#include "base/hash.h"
#include "data/column.h"

#define ASSAY_TICKET 65 /* 64 hexadecimal digits and a 0 byte */
#define ASSAY_TICKET_BYTES                                                                         \
    ASSAY_DIGEST /* what the digits spell, which is what is kept and compared */

/*
** Contract prn-1: the ticket of a case is the lower-case hexadecimal SHA-256 of the bytes
**   prn-1|SEED|ID
** It depends on nothing but seed and id, so that row order, machine, threads and engine do not
** matter and a case keeps its ticket when others come, go or move stratum. A shell checks one:
**   printf 'prn-1|%s|%s' "$seed" "$id" | sha256sum
** The seed must be valid (base/rng.h), or '|' in it would let two pairs share a message. The id may
** hold any bytes.
*/
void assay_ticket(const char *seed, const char *id, size_t id_length, char ticket[ASSAY_TICKET]);

/* The same as bytes, for many ids under one seed. */
typedef struct assay_ticket_maker {
    assay_sha256_prefix prefix;
} assay_ticket_maker;

void assay_ticket_start(assay_ticket_maker *maker, const char *seed);
void assay_ticket_make(const assay_ticket_maker *maker, const char *id, size_t id_length,
                       unsigned char ticket[ASSAY_TICKET_BYTES]);

/* tickets[n] of the rows `first` and on of a column of ids, on all threads; a missing id is empty. */
assay_status assay_tickets(assay_context *context, const assay_ticket_maker *maker,
                           const assay_column *ids, size_t first, size_t n,
                           unsigned char tickets[][ASSAY_TICKET_BYTES]);

/*
** A ticket as a number: its first 13 digits, 0 .. 2^52 - 1, which fit a double and JSON; and as the
** case's permanent random number u = (number + 0.5) / 2^52, exact, 0 < u < 1. Its first 16 digits go
** before anything else when tickets are put in order.
*/
uint64_t assay_ticket_number(const unsigned char ticket[ASSAY_TICKET_BYTES]);
double assay_ticket_uniform(const unsigned char ticket[ASSAY_TICKET_BYTES]);
uint64_t assay_ticket_key(const unsigned char ticket[ASSAY_TICKET_BYTES]);

/*
** The order in which cases are drawn: by ticket, bytewise, ties by the bytes of the id (a prefix
** comes first). Below, at or above 0 as a comes before, is, or comes after b.
*/
int assay_ticket_compare(const unsigned char a[ASSAY_TICKET_BYTES], const char *a_id,
                         size_t a_length, const unsigned char b[ASSAY_TICKET_BYTES],
                         const char *b_id, size_t b_length);

#endif
