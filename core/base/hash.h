/* hash.h -- SHA-256, at once or piece by piece. */
#ifndef ASSAY_BASE_HASH_H
#define ASSAY_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#define ASSAY_DIGEST     32                     /* bytes of a digest */
#define ASSAY_DIGEST_HEX (2 * ASSAY_DIGEST + 1) /* its hexadecimal text with the 0 byte */

/*
** A digest under way. Its content is the library's; a copy of the struct goes on from the same
** point. Nothing is allocated, so there is nothing to free, and no call can fail.
** Source: FIPS 180-4.
*/
typedef struct assay_sha256 {
    uint64_t opaque[14];
} assay_sha256;

/* start, add any number of times, end. After end the struct must be started again. */
void assay_sha256_start(assay_sha256 *hash);
void assay_sha256_add(assay_sha256 *hash, const void *bytes, size_t length);
void assay_sha256_end(assay_sha256 *hash, unsigned char digest[ASSAY_DIGEST]);

void assay_sha256_of(const void *bytes, size_t length, unsigned char digest[ASSAY_DIGEST]);

/*
** Digests of many texts that begin with the same bytes: the beginning is hashed once. What is short
** is padded here and goes through the compression function alone, which is half the time.
*/
typedef struct assay_sha256_prefix {
    assay_sha256 all;       /* behind the whole beginning */
    assay_sha256 blocks;    /* behind its whole blocks of 64 bytes */
    unsigned char rest[64]; /* what is behind those */
    size_t n_rest;
    uint64_t length;
} assay_sha256_prefix;

void assay_sha256_begin(assay_sha256_prefix *prefix, const void *bytes, size_t length);
void assay_sha256_go_on(const assay_sha256_prefix *prefix, const void *bytes, size_t length,
                        unsigned char digest[ASSAY_DIGEST]);

/* n bytes as 2n lower-case hexadecimal digits and a 0 byte: text[2 n + 1]. */
void assay_hex(const unsigned char *bytes, size_t n, char *text);

const char *assay_hash_version(void); /* of the library beneath */

#endif
