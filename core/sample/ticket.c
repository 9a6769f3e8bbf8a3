/* ticket.c -- a case's ticket: contract prn-1. */
#include "sample/ticket.h"

#include <string.h>

#include "base/hash.h"
#include "data/dictionary.h"

_Static_assert(ASSAY_TICKET == ASSAY_DIGEST_HEX, "a ticket is a digest in hexadecimal");

void assay_ticket(const char *seed, const char *id, size_t id_length, char ticket[ASSAY_TICKET])
{
    assay_sha256 hash;
    unsigned char digest[ASSAY_DIGEST];
    assay_sha256_start(&hash);
    assay_sha256_add(&hash, "prn-1|", 6);
    assay_sha256_add(&hash, seed, strlen(seed));
    assay_sha256_add(&hash, "|", 1);
    assay_sha256_add(&hash, id, id_length);
    assay_sha256_end(&hash, digest);
    assay_hex(digest, sizeof digest, ticket);
}

uint64_t assay_ticket_number(const char ticket[ASSAY_TICKET])
{
    uint64_t number = 0;
    for (int i = 0; i < 13; i++) {
        const char c = ticket[i];
        number = number << 4 | (uint64_t)(c <= '9' ? c - '0' : c - 'a' + 10);
    }
    return number;
}

double assay_ticket_uniform(const char ticket[ASSAY_TICKET])
{
    return ((double)assay_ticket_number(ticket) + 0.5) * 0x1p-52;
}

int assay_ticket_compare(const char a[ASSAY_TICKET], const char *a_id, size_t a_length,
                         const char b[ASSAY_TICKET], const char *b_id, size_t b_length)
{
    const int order = memcmp(a, b, ASSAY_TICKET - 1);
    return order != 0 ? order : assay_compare_bytes(a_id, a_length, b_id, b_length);
}
