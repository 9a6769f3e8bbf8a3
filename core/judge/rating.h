/* rating.h -- from percentages of key questions to the ratings of standards and of the whole. */
#ifndef ASSAY_JUDGE_RATING_H
#define ASSAY_JUDGE_RATING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/context.h"
#include "data/json.h"

/* ---- the scale ------------------------------------------------------------------------------- */

/*
** How one programme rates. It is data: cut points, rounding, when the rating may be departed from,
** how ratings are added up, and for each rule where it comes from and whether that was verified.
**
**   { "id": "probation-2018", "title": "...",
**     "bands": [ { "name": "Inadequate", "points": 0, "from": 0 }, ... ],    lowest first
**     "rounding": "half_up" | "none",          of a share, before its band is looked up
**     "standard": "lowest",                    a standard has the band of its lowest key question
**     "discretion": { "within_points": 5, "cases": 1, "small_sample": 5 },
**     "overall": "mean_halves_down" | "mean_halves_up",
**     "rules": [ { "id": "bands", "text": "...", "source": "...", "verified": false }, ... ] }
**
** `from` is the whole per cent at which a band begins; the first begins at 0. All keys are needed.
*/
typedef struct assay_scale assay_scale;

typedef struct assay_band {
    const char *name;
    int64_t points;
    int64_t from; /* per cent; the band reaches to the next one's `from`, which is not in it */
} assay_band;

typedef struct assay_scale_rule {
    const char *id, *text, *source;
    bool verified; /* read in the source named; if not, the rule is an assumption */
} assay_scale_rule;

/*
** Makes a scale from its JSON, of which nothing is kept; release it with assay_scale_free.
** ASSAY_EFORMAT, with the key blamed as argument: a key that is missing, unknown (by name) or of
** the wrong kind; fewer than 2 bands; `from` not whole per cents ascending from 0 to at most 100;
** points not ascending from 0 or more, above 1000; empty or repeated band names or rule ids; more
** than 1000 rules; an unknown rule name; discretion below 0 or above 100. ASSAY_ENOMEM.
*/
assay_status assay_scale_from_json(assay_context *context, const assay_json *json,
                                   assay_scale **scale);
void assay_scale_free(assay_scale *scale); /* NULL is ignored */

/* What the scale holds, as long as it lives. By index from 0; NULL behind the last. */
const char *assay_scale_id(const assay_scale *scale);
const char *assay_scale_title(const assay_scale *scale);
size_t assay_scale_n_bands(const assay_scale *scale);
const assay_band *assay_scale_band(const assay_scale *scale, size_t i);
size_t assay_scale_n_rules(const assay_scale *scale);
const assay_scale_rule *assay_scale_rule_at(const assay_scale *scale, size_t i);

/* The index of the band of that very name. ASSAY_EUNKNOWN. */
assay_status assay_scale_band_named(const assay_scale *scale, const char *name, size_t *band);

/* ---- a share --------------------------------------------------------------------------------- */

#define ASSAY_RATING_CASES INT64_C(2147483647) /* at most, so that no product overflows */

typedef struct assay_banding {
    size_t band;  /* by the scale's own rounding */
    size_t other; /* by the other one: the two differ where the rounding decides */
} assay_banding;

/*
** The band of x yes among m relevant cases. Rounded: that of floor((200 x + m) / 2m) per cent; not
** rounded: 100 x against `from` * m, in integers both. ASSAY_EDOM: m outside 1..ASSAY_RATING_CASES
** (no relevant case, no band), x outside 0..m.
*/
assay_status assay_rating_of_counts(const assay_scale *scale, int64_t x, int64_t m,
                                    assay_banding *banding);

/* The band of a whole per cent, as printed. ASSAY_EDOM outside 0..100. */
assay_status assay_rating_of_percent(const assay_scale *scale, int64_t percent, size_t *band);

/* ---- a standard ------------------------------------------------------------------------------ */

typedef enum assay_question_kind {
    ASSAY_COUNTED, /* `yes` of `relevant` cases; 0 relevant cases: the question says nothing */
    ASSAY_PRINTED  /* `percent`, whole, and no counts */
} assay_question_kind;

typedef struct assay_question {
    assay_question_kind kind;
    int64_t yes, relevant;
    int64_t percent;
} assay_question;

/* Why a panel may depart from the rating that the percentages give; bits. */
enum {
    ASSAY_NEAR_EDGE = 1,   /* the lowest share lies within so many points of its band's edge */
    ASSAY_FEW_CASES = 2,   /* so many cases judged differently would change the rating */
    ASSAY_SMALL_SAMPLE = 4 /* a question that sets the rating has so few relevant cases or fewer */
};

#define ASSAY_NOT_KNOWN INT64_C(-1)

/*
** The rating of a standard. Those questions *hold the rating* whose band is the standard's: each
** must rise for the rating to rise.
**
** `to_next_points`: what the driver's share lacks to the next band's `from`, in percentage points,
** of the share as the scale rounds it; 0 in the highest band.
** `to_next_cases`: the fewest cases that, judged yes, lift the rating: the largest number that one
** of the questions holding the rating needs, since one case may answer several of them. 0 in the
** highest band, ASSAY_NOT_KNOWN where a question that holds the rating is printed only.
** `discretion` looks both ways. ASSAY_NEAR_EDGE: the driver's share lies at most `within_points`
** under the next band's `from` or above its own. ASSAY_FEW_CASES: at most `cases` more yes lift the
** rating, or at most `cases` fewer in one counted question lower it. A scale parameter of 0
** switches its reason off. Whether the panel may use it is the scale's rules', not arithmetic.
*/
typedef struct assay_standard {
    size_t band;
    size_t driver;   /* the question with the lowest share, the first of equals */
    bool disputed;   /* rounding decides the band of the driver */
    size_t left_out; /* questions without a relevant case */
    double to_next_points;
    int64_t to_next_cases;
    unsigned discretion; /* 0: no reason found */
} assay_standard;

/*
** The rating of a standard from its key questions, questions[n]. Shares are compared as exact
** fractions. ASSAY_EMISSING: no question, or none with a relevant case. ASSAY_EDOM: counts or a per
** cent outside their domains; `context` says which question, from 1, as row.
*/
assay_status assay_rating_of_standard(assay_context *context, const assay_scale *scale,
                                      const assay_question *questions, size_t n,
                                      assay_standard *standard);

/* ---- the whole ------------------------------------------------------------------------------- */

#define ASSAY_RATING_STANDARDS 100000 /* at most */

typedef struct assay_overall {
    size_t band;
    int64_t points;  /* the sum */
    int64_t maximum; /* what it would be with every standard in the highest band */
} assay_overall;

/*
** The overall rating: points of the standards' bands are added, none weighted, and the whole has
** the band whose points lie nearest to their mean; an exact half goes down or up by the scale's
** rule. With points 0..3 and halves down: the lowest up to a sixth of the maximum, the next up to a
** half, the third up to five sixths. ASSAY_EDOM: n outside 1..ASSAY_RATING_STANDARDS, no such band.
*/
assay_status assay_rating_overall(const assay_scale *scale, const size_t *bands, size_t n,
                                  assay_overall *overall);

/* The same from the sum of n standards' points. ASSAY_EDOM: a sum that n standards cannot have. */
assay_status assay_rating_of_points(const assay_scale *scale, int64_t points, size_t n,
                                    assay_overall *overall);

#endif
