/* ticket.h -- a case's ticket: contract prn-1. */
#ifndef ASSAY_SAMPLE_TICKET_H
#define ASSAY_SAMPLE_TICKET_H

#include <stddef.h>
#include <stdint.h>

#define ASSAY_TICKET 65 /* 64 hexadecimal digits and a 0 byte */

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

/*
** A ticket as a number: its first 13 digits, 0 .. 2^52 - 1, which fit a double and JSON; and as the
** case's permanent random number u = (number + 0.5) / 2^52, exact, 0 < u < 1.
*/
uint64_t assay_ticket_number(const char ticket[ASSAY_TICKET]);
double assay_ticket_uniform(const char ticket[ASSAY_TICKET]);

/*
** The order in which cases are drawn: by ticket, bytewise, ties by the bytes of the id (a prefix
** comes first). Below, at or above 0 as a comes before, is, or comes after b.
*/
int assay_ticket_compare(const char a[ASSAY_TICKET], const char *a_id, size_t a_length,
                         const char b[ASSAY_TICKET], const char *b_id, size_t b_length);

#endif
