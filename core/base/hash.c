/* hash.c -- SHA-256, at once or piece by piece. */
#include "base/hash.h"

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
