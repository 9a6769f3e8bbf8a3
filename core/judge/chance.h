/* chance.h -- how often a sample rates a service as it is. */
#ifndef ASSAY_JUDGE_CHANCE_H
#define ASSAY_JUDGE_CHANCE_H

#include "judge/rating.h"

/*
** A service whose percentages are known: the per cent of yes of each of its key questions, all cases
** relevant. In a population of N that is floor(per cent N / 100 + 1/2) of its cases; without one it is the
** per cent itself, to a millionth.
*/
typedef struct assay_chance_request {
    const assay_scale *scale;
    size_t n;               /* questions */
    const double *percents; /* [n] 0 .. 100 */
    uint64_t population;    /* N, or ASSAY_INFINITE */
} assay_chance_request;

/*
** The rating of such a service by all of its cases, the lowest band of its questions; and the probability
** of each band as its rating from `size` cases drawn at random, without replacement from a population.
** Each question's is exact: hypergeometric, or binomial. The lowest band is at least b where all
** questions are, whose probability depends on how the answers of a case hang together:
**   independent[bands]  the product of P_q (at least b): no answer tells of another
**   together[bands]     the least of them: a case that has yes to one question has it to all with more
** Answers that agree more often than not put P(at least b) between the two.
** ASSAY_EDOM: no question, a per cent outside 0 .. 100, size 0 or above N or above ASSAY_RATING_CASES, N
** above ASSAY_RATING_CASES but for ASSAY_INFINITE.
*/
assay_status assay_chance_of_rating(const assay_chance_request *ask, uint64_t size, size_t *band,
                                    double independent[/*bands*/], double together[/*bands*/]);

#endif
