/* apart.h -- samples kept apart from others, and how far two overlap. */
#ifndef ASSAY_SAMPLE_APART_H
#define ASSAY_SAMPLE_APART_H

#include "base/hash.h"
#include "data/json.h"
#include "sample/draw.h"

/* One of the samples that another is kept apart from. */
typedef struct assay_other {
    char seed[ASSAY_SEED_LONGEST + 1];
    char fingerprint[ASSAY_FINGERPRINT_BYTES];
    char digest[ASSAY_DIGEST_HEX]; /* of the manifest of its first revision; "": not written yet */
    uint64_t drawn, common; /* cases of the sample and reserves; of these, cases of the list here */
} assay_other;

/*
** The cases of a plan's list that other samples have drawn. Reserves count with the sample, since they
** may take places yet, and what becomes of cases after the draw does not matter: so the draws of the
** others are all that this depends on. A part is a cell of the plan, in two stages a unit, or a stratum
** where there are neither.
** Fields are to be read only.
*/
typedef struct assay_apart {
    size_t n;
    assay_other *others; /* others[n] */
    uint8_t *taken;      /* taken[rows]: whether another sample has drawn the case */
    uint64_t *held;      /* held[parts]: how many of them */
    uint64_t n_taken;
    bool exact; /* see below */
} assay_apart;

/*
** A draw under it takes the cases of each part in the order of their tickets, but those that nobody
** has drawn first. Sizes are what the plan says: where a part has fewer free cases than are to be
** drawn, the others fill it up.
**
** exact: the probability of each case is then n_h / N_h again, over the draws of all samples together.
** It is so where nothing that the others' draws are made of tells the cases of one part from another:
** every part lies within one stratum of each other sample, or outside of its list, and each of these
** was drawn by ticket alone (srs, or bernoulli, poisson, sequential_poisson or pareto without a measure
** of size), without cells, a cap or stages, and itself apart from nothing or exactly so. Seeds do not
** matter.
** Else probabilities are those given the other samples: of n cases from a part with f free and t taken
** ones min(1, n / f) for a free case, and max(0, n - f) / t for a taken one; of a unit, times its own.
** Source: Ohlsson (1995), in Business Survey Methods, chapter 9; Cotton & Hesse (1992), INSEE E9206.
*/
assay_status assay_apart_new(assay_context *context, const assay_plan *plan, size_t n,
                             const assay_sample *const others[], assay_apart **apart);
assay_status assay_apart_copy(assay_context *context, const assay_plan *plan,
                              const assay_apart *apart, assay_apart **copy);
void assay_apart_free(assay_apart *apart); /* NULL is ignored */

/* Moves the taken cases of each stratum behind the free ones in order[rows]. */
assay_status assay_apart_order(assay_context *context, const assay_apart *apart,
                               const assay_strata *strata, uint32_t order[]);

/* The probability of a case, given the others, where `drawn` come from its part of `population`. */
double assay_apart_probability(const assay_apart *apart, uint32_t row, uint32_t part,
                               uint64_t population, uint64_t drawn);

/*
** The manifest's member: apart_from { exact, samples: list of { seed, fingerprint, digest, drawn, common },
** ids }, the ids those of the list that the others had drawn, by stratum and ticket. The draw
** follows from them; that probabilities are exact is as it was found, from the others' lists.
*/
assay_status assay_apart_add(assay_context *context, const assay_sample *sample, assay_json *root);

/* Out of a manifest: *apart stays NULL where there is none. ASSAY_EFORMAT. */
assay_status assay_apart_restore(assay_context *context, const assay_plan *plan,
                                 const assay_json *member, assay_apart **apart);

/* ---- overlap ---- */

enum { ASSAY_OVERLAP_ROLES = 3 }; /* sample, reserve, lost: where cases stand now */

typedef struct assay_overlap {
    uint64_t shared;                                          /* cases in both lists */
    uint64_t roles[ASSAY_OVERLAP_ROLES][ASSAY_OVERLAP_ROLES]; /* cases by role in a and in b */
    uint64_t both; /* cases that both samples had when they were drawn, reserves left out */
    double
        expected; /* of `both`, were the two draws independent: sum of p_a p_b over shared cases */
    uint64_t at_most; /* no draw of these sizes has more: attained where the strata are the same */
    bool same_seed;
} assay_overlap;

assay_status assay_sample_overlap(assay_context *context, const assay_sample *a,
                                  const assay_sample *b, assay_overlap *overlap);

/* How many values of one column of ids are in another too. */
assay_status assay_ids_shared(assay_context *context, const assay_column *a, const assay_column *b,
                              uint64_t *shared);

#endif
