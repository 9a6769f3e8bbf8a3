/* rng.c -- seeds, and the random streams that follow from them. */
#define _DEFAULT_SOURCE /* getentropy */
#include "base/rng.h"

#include <string.h>
#include <unistd.h>

#include "base/hash.h"

/* ---- seeds ---------------------------------------------------------------------------------- */

static bool is_seed_byte(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
}

bool assay_seed_is_valid(const char *bytes, size_t length)
{
    if (length < 1 || length > ASSAY_SEED_LONGEST)
        return false;
    for (size_t i = 0; i < length; i++) {
        if (!is_seed_byte(bytes[i]))
            return false;
    }
    return true;
}

assay_status assay_seed_new(assay_context *context, char seed[ASSAY_SEED_TEXT])
{
    unsigned char bits[16];
    if (getentropy(bits, sizeof bits) != 0)
        return assay_fail(context, ASSAY_EIO, "the system has no random bits to give");
    assay_hex(bits, sizeof bits, seed);
    return ASSAY_OK;
}

/* ---- the generator -------------------------------------------------------------------------- */

typedef struct philox {
    uint32_t key[2], counter[4], output[4];
    uint32_t used; /* outputs given; 4: the next block is due */
} philox;

_Static_assert(sizeof(philox) <= sizeof(((assay_rng *)NULL)->state), "room for the state");

void assay_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t output[4])
{
    uint32_t c[4] = {counter[0], counter[1], counter[2], counter[3]};
    uint32_t k0 = key[0], k1 = key[1];
    for (int round = 0; round < 10; round++) {
        const uint64_t a = UINT64_C(0xD2511F53) * c[0], b = UINT64_C(0xCD9E8D57) * c[2];
        c[0] = (uint32_t)(b >> 32) ^ c[1] ^ k0;
        c[1] = (uint32_t)b;
        c[2] = (uint32_t)(a >> 32) ^ c[3] ^ k1;
        c[3] = (uint32_t)a;
        k0 += UINT32_C(0x9E3779B9); /* the golden ratio */
        k1 += UINT32_C(0xBB67AE85); /* the square root of 3, less 1 */
    }
    memcpy(output, c, sizeof c);
}

static void start(philox *p, uint32_t key0, uint32_t key1)
{
    memset(p, 0, sizeof *p);
    p->key[0] = key0;
    p->key[1] = key1;
    p->used = 4;
}

static void next_block(philox *p)
{
    assay_philox(p->counter, p->key, p->output);
    p->used = 0;
    for (int i = 0; i < 4 && ++p->counter[i] == 0; i++)
        continue;
}

static uint32_t next_output(philox *p)
{
    if (p->used == 4)
        next_block(p);
    return p->output[p->used++];
}

static void set(void *state, unsigned long seed)
{
    start(state, (uint32_t)seed, (uint32_t)((uint64_t)seed >> 32));
}

static unsigned long get(void *state)
{
    return next_output(state);
}

static double get_double(void *state)
{
    const uint64_t high = next_output(state) >> 5, low = next_output(state) >> 6;
    const uint64_t k = high << 26 | low;
    return k == 0 ? 0x1p-54 : (double)k * 0x1p-53;
}

static const gsl_rng_type type = {
    .name = "philox4x32-10",
    .max = 0xFFFFFFFFUL,
    .min = 0,
    .size = sizeof(philox),
    .set = set,
    .get = get,
    .get_double = get_double,
};

const gsl_rng_type *const assay_rng_philox = &type;

/* ---- streams -------------------------------------------------------------------------------- */

static uint32_t big_endian(const unsigned char *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

void assay_rng_key(const char *seed, const char *name, uint32_t key[2])
{
    assay_sha256 hash;
    unsigned char digest[ASSAY_DIGEST];
    assay_sha256_start(&hash);
    assay_sha256_add(&hash, seed, strlen(seed));
    assay_sha256_add(&hash, "|", 1);
    assay_sha256_add(&hash, name, strlen(name));
    assay_sha256_end(&hash, digest);
    key[0] = big_endian(digest);
    key[1] = big_endian(digest + 4);
}

void assay_rng_stream(assay_rng *rng, const char *seed, const char *name, uint64_t replicate)
{
    uint32_t key[2];
    assay_rng_key(seed, name, key);
    rng->gsl.type = assay_rng_philox;
    rng->gsl.state = rng->state;
    start(rng->gsl.state, key[0], key[1]);
    assay_rng_replicate(rng, replicate);
}

void assay_rng_replicate(assay_rng *rng, uint64_t replicate)
{
    philox *p = rng->gsl.state;
    start(p, p->key[0], p->key[1]);
    p->counter[2] = (uint32_t)replicate;
    p->counter[3] = (uint32_t)(replicate >> 32);
}
