/* hash.c -- SHA-256, at once or piece by piece. */
#include "base/hash.h"

#include <string.h>

/* The calls that OpenSSL 3 calls old are those that neither allocate nor look up a provider. */
#define OPENSSL_API_COMPAT 0x10100000L
#include <openssl/opensslv.h>
#include <openssl/sha.h>

_Static_assert(sizeof(SHA256_CTX) <= sizeof(assay_sha256), "room for the library's state");
_Static_assert(_Alignof(SHA256_CTX) <= _Alignof(assay_sha256), "alignment of the library's state");
_Static_assert(SHA256_DIGEST_LENGTH == ASSAY_DIGEST, "32 bytes");

static SHA256_CTX *state(assay_sha256 *hash)
{
    return (SHA256_CTX *)(void *)hash->opaque;
}

void assay_sha256_start(assay_sha256 *hash)
{
    SHA256_Init(state(hash));
}

void assay_sha256_add(assay_sha256 *hash, const void *bytes, size_t length)
{
    SHA256_Update(state(hash), bytes, length);
}

void assay_sha256_end(assay_sha256 *hash, unsigned char digest[ASSAY_DIGEST])
{
    SHA256_Final(digest, state(hash));
}

void assay_sha256_of(const void *bytes, size_t length, unsigned char digest[ASSAY_DIGEST])
{
    assay_sha256 hash;
    assay_sha256_start(&hash);
    assay_sha256_add(&hash, bytes, length);
    assay_sha256_end(&hash, digest);
}

/* ---- texts that begin alike ---- */

enum { BLOCK = 64, LENGTH_BYTES = 8, SHORT = 2 * BLOCK - LENGTH_BYTES - 1 };

void assay_sha256_begin(assay_sha256_prefix *prefix, const void *bytes, size_t length)
{
    const size_t whole = length / BLOCK * BLOCK;
    assay_sha256_start(&prefix->blocks);
    assay_sha256_add(&prefix->blocks, bytes, whole);
    prefix->n_rest = length - whole;
    prefix->length = length;
    memcpy(prefix->rest, (const unsigned char *)bytes + whole, prefix->n_rest);
    prefix->all = prefix->blocks;
    assay_sha256_add(&prefix->all, prefix->rest, prefix->n_rest);
}

/* The number of n bytes as the last of them. */
static void put_big_endian(uint64_t number, size_t n, unsigned char *bytes)
{
    for (size_t i = 0; i < n; i++)
        bytes[i] = (unsigned char)(number >> 8 * (n - 1 - i));
}

void assay_sha256_go_on(const assay_sha256_prefix *prefix, const void *bytes, size_t length,
                        unsigned char digest[ASSAY_DIGEST])
{
    unsigned char block[2 * BLOCK] = {0};
    if (length > SHORT || prefix->n_rest + length > SHORT) {
        assay_sha256 hash = prefix->all;
        assay_sha256_add(&hash, bytes, length);
        assay_sha256_end(&hash, digest);
        return;
    }
    const size_t n = prefix->n_rest + length, end = n + LENGTH_BYTES < BLOCK ? BLOCK : 2 * BLOCK;
    assay_sha256 hash = prefix->blocks;
    memcpy(block, prefix->rest, prefix->n_rest);
    memcpy(block + prefix->n_rest, bytes, length);
    block[n] = 0x80;
    put_big_endian((prefix->length + length) * 8, LENGTH_BYTES, block + end - LENGTH_BYTES);
    for (size_t at = 0; at < end; at += BLOCK)
        SHA256_Transform(state(&hash), block + at);
    for (size_t i = 0; i < ASSAY_DIGEST / 4; i++)
        put_big_endian(state(&hash)->h[i], 4, digest + 4 * i);
}

void assay_hex(const unsigned char *bytes, size_t n, char *text)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < n; i++) {
        text[2 * i] = digits[bytes[i] >> 4];
        text[2 * i + 1] = digits[bytes[i] & 15];
    }
    text[2 * n] = '\0';
}

/* It is linked statically: the version at compile time is the one in use. */
const char *assay_hash_version(void)
{
    return OPENSSL_VERSION_STR;
}
