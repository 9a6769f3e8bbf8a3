/* rng.h -- seeds, and the random streams that follow from them. */
#ifndef ASSAY_BASE_RNG_H
#define ASSAY_BASE_RNG_H

#include <gsl/gsl_rng.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/context.h"
#include "base/status.h"

/* ---- seeds ---------------------------------------------------------------------------------- */

#define ASSAY_SEED_LONGEST 64
#define ASSAY_SEED_TEXT    33 /* a fresh seed and its 0 byte */

/* A seed is text of [A-Za-z0-9._-]{1,64}: no '|', so that "seed|name" splits in one way only. */
bool assay_seed_is_valid(const char *bytes, size_t length);

/* 128 random bits of the system as 32 lower-case hexadecimal digits. ASSAY_EIO: it has none. */
assay_status assay_seed_new(assay_context *context, char seed[ASSAY_SEED_TEXT]);

/* ---- the generator -------------------------------------------------------------------------- */

/*
** Philox4x32-10: four outputs are a bijection of a 128-bit counter under a 64-bit key; word 0 of
** the counter counts fastest. Source: Salmon, Moraes, Dror & Shaw (2011), SC11, Parallel random
** numbers: as easy as 1, 2, 3; Random123 1.14.
*/
void assay_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t output[4]);

/*
** The same as a generator of GSL. gsl_rng_get gives the outputs of counters 0, 1, 2 ... in order,
** 32 bits each. gsl_rng_uniform gives k / 2^53 in (0, 1), k made of the first 27 bits of one output
** and the first 26 of the next, and 2^-54 for k = 0. gsl_rng_set(r, s) makes the lower 32 bits of s
** the first word of the key, the upper 32 (where unsigned long has them) the second, and starts at
** counter 0: every seed is its own stream, 0 included.
*/
extern const gsl_rng_type *const assay_rng_philox;

/*
** A stream without a heap block: pass &rng.gsl to what draws. It points into itself, so it must not
** be copied or moved once started.
*/
typedef struct assay_rng {
    gsl_rng gsl;
    uint32_t state[12];
} assay_rng;

/*
** The stream of a seed and a name: the key is the first 64 bits of SHA-256 of "SEED|NAME" (word 0
** its first eight hexadecimal digits), the upper half of the counter is `replicate`, the lower half
** starts at 0. Replicates so have 2^66 outputs each, which never meet: results do not depend on the
** order or the thread in which they are drawn.
*/
void assay_rng_stream(assay_rng *rng, const char *seed, const char *name, uint64_t replicate);

/* The key of that stream, for who takes the outputs of its counters himself. */
void assay_rng_key(const char *seed, const char *name, uint32_t key[2]);

/* To the start of another replicate of the same stream. */
void assay_rng_replicate(assay_rng *rng, uint64_t replicate);

#endif
