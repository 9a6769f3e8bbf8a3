/* draw.h -- which cases, by ticket. */
#ifndef ASSAY_SAMPLE_DRAW_H
#define ASSAY_SAMPLE_DRAW_H

#include "base/rng.h"
#include "sample/plan.h"
#include "sample/select.h"
#include "sample/ticket.h"
#include "sample/walk.h"

/*
** How cases are drawn from each stratum. A method goes with neither cells, nor a cap, nor stages, nor
** sizes that are rounded by chance; one whose size is random not with reserves; one with equal probabilities,
** as simple random sampling, not with a measure of size; the sorting is for methods that sort.
** A sample is kept apart from others (apart.h) by simple random sampling alone, and without a cap.
*/
typedef struct assay_drawing {
    const assay_method *method; /* NULL: simple random sampling */
    assay_sorting sorting;
    struct assay_apart *apart; /* NULL, or what cases other samples have */
} assay_drawing;

/*
** Contract prn-1: each stratum's sample is its n_h smallest tickets and its reserves are the next
** ones; equal tickets go by id bytes. The order of the frame's rows does not matter. Rows are listed
** sample first, then reserves, each by stratum and rank. Cells and caps: pick.h. By a method, the
** sample is what choose.h draws; ranks go by ticket among those, and reserves are the smallest
** tickets among the others. In two stages units are drawn first, by their tickets or by their method,
** and of each its n_i smallest tickets, with the next ones as its reserves: ranks count within the
** unit, and cases are listed by stratum, the rank of the unit, and rank. Of a list that streams past, `plan` is
** one that has the rows which could be drawn (assay_plan_hold). Fields are to be read only.
*/
typedef struct assay_sample {
    assay_plan *plan;
    char seed[ASSAY_SEED_LONGEST + 1];
    assay_drawing how;
    unsigned char (*tickets)[ASSAY_TICKET_BYTES]; /* tickets[rows of the frame] */
    size_t n, n_sample;                           /* drawn in all; of these in the sample itself */
    uint32_t *rows;                               /* rows[n] of the frame */
    uint32_t *ranks;                              /* ranks[n], from 1 within the stratum, or unit */
    uint64_t *sizes, *reserves;       /* [strata]: how many of each stratum were drawn */
    double *probability, *weight;     /* [n_sample] */
    bool estimated;                   /* probability: from replays, not by formula */
    bool approximate;                 /* probability: what the method aims at */
    uint32_t *passed;                 /* passed[n_passed]: rows that a cap passed over */
    size_t n_passed, n_passed_sample; /* in all; of these for the sample itself, listed first */
    struct assay_sample *units;       /* NULL, or the first stage, of plan->stages->first */
    struct assay_revision *after;     /* what became of the cases (revision.h); NULL: nothing yet */
} assay_sample;

/* ASSAY_EDOM for a seed that is not text of [A-Za-z0-9._-]{1,64}. */
assay_status assay_draw(assay_context *context, assay_plan *plan, const char *seed,
                        assay_sample **sample);

/* The same by a method; what `how` points to is copied. ASSAY_EDOM: it does not go with the plan. */
assay_status assay_draw_by(assay_context *context, assay_plan *plan, const char *seed,
                           const assay_drawing *how, assay_sample **sample);
void assay_sample_free(assay_sample *sample); /* NULL is ignored */

/* "conditional" on others (apart.h), "estimated" or "approximate", the first that holds; or NULL. */
const char *assay_sample_probabilities(const assay_sample *sample);

/*
** The cases drawn: the frame's columns, `stratum`, `role` (sample or reserve, or what a case was lost
** as), `rank`, `probability` and `weight` (both missing for a reserve) and `ticket`. The probability is n_h / N_h, n_h the expected
** size where sizes are rounded by chance; with cells it is the cell's own; after a cap has passed over
** a case, an estimate; under a measure of size it is the case's own. The weight is its inverse, but with
** cells, some of which may have no chance, N_h / n_h. In two stages `unit_probability`, pi_i of the
** case's unit, stands before `probability`, which is pi_i n_i / N_i. What losses do to both: revision.h.
*/
assay_status assay_sample_cases(assay_context *context, const assay_sample *sample,
                                assay_frame **cases);

/* The cases passed over: the frame's columns, `stratum`, `role` (for what), and `ticket`. */
assay_status assay_sample_passed_over(assay_context *context, const assay_sample *sample,
                                      assay_frame **frame);

/*
** The units drawn, by stratum and rank: `unit` (its name), `stratum`, `cases` (N_i), `sample` (n_i),
** `reserve`, `probability` (pi_i), `ticket`. ASSAY_EDOM for a sample that was not drawn in two stages.
*/
assay_status assay_sample_units(assay_context *context, const assay_sample *sample,
                                assay_frame **units);

/* All rows by stratum, then ticket, then id: order[rows of the frame]. */
assay_status assay_sample_order(assay_context *context, const assay_sample *sample,
                                uint32_t order[]);

/* Rows of the plan's frame: its columns, `stratum` and `ticket`. */
assay_status assay_sample_rows(assay_context *context, const assay_sample *sample, size_t n,
                               const uint32_t rows[], assay_frame **frame);

/*
** Every case: the frame's columns, `stratum` and `ticket`, by stratum and ticket. ASSAY_EDOM of a list
** that streams past, which has them piece by piece.
*/
assay_status assay_sample_frame(assay_context *context, const assay_sample *sample,
                                assay_frame **frame);

#endif
