/* solve.h -- which ratings of the standards fit what is known of them and of the whole. */
#ifndef ASSAY_JUDGE_SOLVE_H
#define ASSAY_JUDGE_SOLVE_H

#include "judge/rating.h"

/*
** A rating vector gives each of n standards one band of a scale. Clues say which bands a standard
** may have, how many standards have a band, how many went up or down, and what the whole came to.
** The vectors that fit are counted exactly, without listing them: what decides whether the rest of
** a vector can still fit is where its sums stand (points, standards in each band that a clue
** counts, risen, fallen), so the standards are taken one by one, and for each such state the number
** of ways to go on is found from behind. The k-th vector in lexicographic order, bands from the lowest,
** follows from the same numbers.
*/
#define ASSAY_SOLVE_ANY INT64_MAX

/* Both ends belong to it; {0, ASSAY_SOLVE_ANY} says nothing. */
typedef struct assay_solve_span {
    int64_t least, most;
} assay_solve_span;

#define ASSAY_SOLVE_UNKNOWN SIZE_MAX

/* Bands are bits from the scale's lowest, 1, on: at most 64. */
typedef struct assay_clues {
    size_t n;                /* standards, 1 .. ASSAY_SOLVE_STANDARDS */
    const uint64_t *allowed; /* [n] the bands that each may have */
    const size_t
        *before;         /* [n] its band earlier, or ASSAY_SOLVE_UNKNOWN: neither rises nor falls */
    const bool *counted; /* [n] whether its points count towards the whole */
    const assay_solve_span
        *bands; /* [bands of the scale] how many standards have each, all of them */
    assay_solve_span risen, fallen;
    assay_solve_span points; /* of those that count */
    uint64_t overall;        /* the bands that the whole may have */
} assay_clues;

#define ASSAY_SOLVE_STANDARDS 1000
#define ASSAY_SOLVE_CELLS     (UINT64_C(1) << 23) /* numbers kept, at most: 64 MiB */

typedef struct assay_solve assay_solve;

/*
** Counts the vectors that fit; release it with assay_solve_free. The scale must live as long.
** ASSAY_EDOM: n out of its range, a scale of more than 64 bands; `before` that is no band; a span
** whose least is below 0 or above its most; a clue to the whole where no standard counts.
** ASSAY_ENUMERIC: 2^63 vectors or more before any clue but `allowed` is heard, or more states than
** ASSAY_SOLVE_CELLS. ASSAY_ESTOPPED, ASSAY_ENOMEM.
*/
assay_status assay_solve_new(assay_context *context, const assay_scale *scale,
                             const assay_clues *clues, assay_solve **solve);
void assay_solve_free(assay_solve *solve); /* NULL is ignored */

/* How many vectors fit; 0: the clues contradict each other. */
uint64_t assay_solve_count(const assay_solve *solve);

/* How many of them have standard i (from 0) in that band. */
uint64_t assay_solve_with(const assay_solve *solve, size_t i, size_t band);

/* The sums of points that occur, ascending: the k-th with how many vectors have it; false behind the last. */
bool assay_solve_points(const assay_solve *solve, size_t k, int64_t *points, uint64_t *vectors);

/* The k-th vector, k from 0, in bands[n]. ASSAY_EDOM: there are no more than k. */
assay_status assay_solve_vector(const assay_solve *solve, uint64_t k, size_t bands[]);

#endif
