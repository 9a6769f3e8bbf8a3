/* revision.h -- what becomes of the cases of a sample after the draw. */
#ifndef ASSAY_SAMPLE_REVISION_H
#define ASSAY_SAMPLE_REVISION_H

#include "base/hash.h"
#include "sample/draw.h"

/*
** Where a case drawn stands now. Both ways of being lost mean different things:
**   OUT_OF_SCOPE  it is no case of the population after all (the list was wrong). It stays in the
**                 design as a case outside the domain: it says how many more of the list are none
**   UNAVAILABLE   it is one, and cannot be assessed: non-response. The others of its stratum stand
**                 for it, and bounds say what it could have been
*/
typedef enum assay_fate {
    ASSAY_RESERVE,
    ASSAY_IN_SAMPLE,
    ASSAY_OUT_OF_SCOPE,
    ASSAY_UNAVAILABLE
} assay_fate;

const char *assay_fate_name(assay_fate fate); /* "reserve", "sample", ...: the role in a table */

#define ASSAY_NOBODY SIZE_MAX

/* A case that was lost. Places are those of rows[n] of the sample. */
typedef struct assay_loss {
    uint64_t revision; /* the one that it is, or is to be, written in */
    size_t place;
    size_t by;       /* the reserve that took its place, or ASSAY_NOBODY: it was withdrawn */
    assay_fate kind; /* out of scope or unavailable */
    char *why;
    char *date; /* yyyy-mm-dd, or NULL */
} assay_loss;

/* The files of a revision as they were written, which later ones keep. */
typedef struct assay_kept {
    char *manifest, *cases;
    size_t manifest_length, cases_length;
} assay_kept;

/* Fields are to be read only. */
typedef struct assay_revision {
    uint64_t number;                    /* of the last one written or read; 0: none */
    size_t n, capacity, written, shown; /* losses; of these, written with it; and those shown */
    assay_loss *losses;
    uint8_t *fate;         /* fate[n drawn], as the losses shown left them */
    assay_dictionary *ids; /* of the cases drawn: place + 1 */
    assay_kept *kept;      /* kept[number] */
} assay_revision;

/* The sample's, made when it is first asked for; NULL: out of memory, recorded. */
assay_revision *assay_revision_of(assay_context *context, assay_sample *sample);
void assay_revision_free(assay_revision *revision); /* NULL is ignored */

/* What is to be done about a case; `date` may be NULL. */
typedef struct assay_change_of_case {
    const char *id;
    size_t id_length;
    assay_fate kind;
    const char *why, *date;
    uint64_t revision; /* 0: the next one */
} assay_change_of_case;

/*
** replace: the next reserve, by rank, of the case's stratum, or of its cell or unit where there are
** such, takes its place: *by. A cap holds, since reserves were picked under it. withdraw: none does.
** ASSAY_EUNKNOWN: the id is not in the list. ASSAY_EDOM: the case was not drawn, is a reserve without a
** place, or is lost already; no reserve is left, in numbers; probabilities are in proportion to a
** measure of size, where a reserve that took a place would have none that is known; no kind, no reason,
** or one that is not UTF-8, no day of the calendar. Messages name no case. On failure nothing has changed.
*/
assay_status assay_sample_replace(assay_context *context, assay_sample *sample,
                                  const assay_change_of_case *what, size_t *by);
assay_status assay_sample_withdraw(assay_context *context, assay_sample *sample,
                                   const assay_change_of_case *what);

/* Forgets all losses behind the first n. */
void assay_sample_undo(assay_sample *sample, size_t n);

/* Shows the sample as the first n losses left it; it shows all after a replacement or withdrawal. */
void assay_sample_show(assay_sample *sample, size_t n);

/* Where the i-th case drawn stands. */
assay_fate assay_sample_fate(const assay_sample *sample, size_t i);

/* The digest of the manifest of a revision that was written or read (manifest.h). */
void assay_revision_digest(const assay_revision *revision, uint64_t number,
                           char digest[ASSAY_DIGEST_HEX]);

/* How many of the losses, the first ones, belong to revisions up to this one. */
size_t assay_revision_losses(const assay_revision *revision, uint64_t number);

/* ---- what it does to the design ---- */

/*
** What became of the d_h cases drawn from a stratum, or in two stages from unit h, those of the sample
** and the reserves that took places: d_h = assessed + outside + lost, a_h + o_h + u_h below.
*/
typedef struct assay_toll {
    uint64_t assessed, outside, lost; /* to be assessed; out of scope; unavailable */
    uint64_t taken;                   /* reserves that took places */
    double raise;                     /* see below */
    double all, left; /* sums of weights as drawn: of the sample; without the unavailable */
} assay_toll;

size_t assay_sample_pools(const assay_sample *sample); /* strata, or units whether drawn or not */
void assay_sample_tolls(const assay_sample *sample, assay_toll tolls[/* pools */]);

/*
** probability[n] and weight[n] of the cases drawn, missing (NaN) for reserves:
**   probability  d_h / N_h once a reserve has taken a place (with cells: of the cell), given d_h, or
**                what apart.h says of d_h cases, given the others; else as it was drawn.
**                Missing for a reserve that took a place after a cap passed over cases
**   weight       missing for the unavailable; of the others N_h / (a_h + o_h), or, where no reserve took
**                a place, their own times the sum of all over the sum of theirs. Missing where the
**                probability is
**   raise        1, but (a_h - 1) / (r_h - 1) over a_h / r_h, r_h = a_h + o_h, where every place of the
**                stratum is filled, a_h > 1 and o_h > 0. Weights of cases to be assessed are multiplied
**                by it, and those out of scope share the rest
**
** Why: under simple random sampling the cases drawn are the first of a random order, and replacing
** looks at scope and availability alone. So, exactly and whatever was replaced, the cases assessed are
** a simple random sample of those in scope and available, and a share among them is unbiased. Where
** replacing went on until all places were filled, the last case drawn is always in scope (inverse
** sampling) and a_h / r_h is too large on average; (a_h - 1) / (r_h - 1) is unbiased, and so are totals
** under these weights, for two places and more: if every loss is replaced while there are reserves, or
** none is. Where some are and some are not, that is so only if the choice does not follow what is
** found. That unavailable cases are like the others of their stratum cannot be seen from a sample.
** With cells or a cap, sizes are taken as they came, and raise is 1. In two stages all this holds within
** a unit: h is the unit, and its probability pi_i multiplies probabilities and divides weights.
** Sources: Haldane (1945), Biometrika 33, 222-225; Guenther (1969), Technometrics 11, 395-398.
*/
assay_status assay_sample_measures(assay_context *context, const assay_sample *sample,
                                   double probability[], double weight[]);

#endif
