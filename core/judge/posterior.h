/* posterior.h -- which ratings the percentages of a population may have, after a sample of it. */
#ifndef ASSAY_JUDGE_POSTERIOR_H
#define ASSAY_JUDGE_POSTERIOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/context.h"
#include "infer/design.h"
#include "judge/rating.h"

/*
** All chances here are posterior probabilities: of what the percentages of the whole population are,
** given the answers of the sample, under the prior that is named. They are no confidence, and say nothing
** of whether the answers were judged rightly.
*/

#define ASSAY_POSTERIOR_MOST UINT64_C(10000000) /* cases of a population */

/*
** One question by its counts: x yes of n cases, from a population of N or one without end. M, the yes of
** the population, is x + BetaBinomial (N - n, a + x, b + n - x); without end the share is
** Beta (a + x, b + n - x). chances[bands] has the probability of each band of the scale, M / N banded by
** the scale's own rounding. Terms by their ratios from near the mode; their sum is 1 by division.
** ASSAY_EDOM: x > n, n > N, N = 0 or above ASSAY_POSTERIOR_MOST (ASSAY_INFINITE aside), n above
** ASSAY_RATING_CASES, a prior not finite or not above 0. ASSAY_ESTOPPED, ASSAY_ENUMERIC.
** Source: Ericson (1969), Subjective Bayesian models in sampling finite populations, JRSS B 31, 195-233.
*/
assay_status assay_posterior_question(assay_context *context, const assay_scale *scale, uint64_t x,
                                      uint64_t n, uint64_t population, const double prior[2],
                                      double chances[/*bands*/]);

/* The least M of N that is in that band of the scale or above it; N + 1 if none is. N is from 1 on. */
uint64_t assay_posterior_first(const assay_scale *scale, uint64_t N, size_t band);

/* ---- standards and the whole ----------------------------------------------------------------- */

/* The answers of one sample: answers[q] has a byte (assay_answer) for each unit of the design. */
typedef struct assay_posterior_survey {
    const assay_design *design;
    size_t n_questions;
    const uint8_t *const *answers;
} assay_posterior_survey;

/* Questions are numbered from 0 through all surveys; each counts for one standard. */
typedef struct assay_posterior_request {
    const assay_scale *scale;
    size_t n_surveys;
    const assay_posterior_survey *surveys;
    size_t n_standards;
    const size_t *standard; /* of each question, below n_standards */
    const bool *counted;    /* [n_standards] whether the whole counts it; NULL: all */
    size_t n_fixed;
    const size_t *fixed; /* bands of standards that no percentage decides */
    const char *seed;
    uint64_t replicates;
} assay_posterior_request;

#define ASSAY_POSTERIOR_REPLICATES 1000000

/* Arrays are the caller's; Q questions, S standards, K bands. */
typedef struct assay_posterior {
    int64_t *yes, *relevant; /* [Q] in the sample */
    bool *unanimous;         /* [Q] all relevant cases of the sample say the same */
    double *mean;            /* [Q] of the share; NaN for a question without a relevant case */
    double *questions;       /* [Q][K] NaN for such a question */
    double *standards;       /* [S][K] */
    double *lowest;          /* [S] the mean of the lowest share of a standard's questions */
    double *least,
        *most;       /* [S][K] what P(at least that band) must lie between, by Frechet's bounds */
    double *overall; /* [K] NaN without a standard */
    size_t few;      /* strata with less than 5 sampled cases, and others beside them */
} assay_posterior;

/*
** The Polya posterior (finite-population Bayesian bootstrap): in each replicate the N_h - n_h cases of a
** stratum that were not sampled are drawn, each a copy of a case drawn at random from the sampled ones and
** the copies so far. All answers of a case are copied together, so that what depends on each other stays
** so; cases of a stratum make a population, strata and surveys are independent. From this population come
** all percentages (cases not applicable, unanswered or out of scope are not in them), their bands, the
** lowest band of each standard, and the overall rating with the fixed ones. Its share x / m of the m
** relevant cases has the expectation that the sample gives, near the stratified estimate. Where cases out
** of scope were replaced the size of the sample followed from what was found: a posterior does not depend on
** that rule, and the design's raise is not used.
**
** The counts of the copies are as likely one as the other, so that they are the gaps of n_h - 1 positions
** drawn from N_h - 1 (Floyd's algorithm): the cost does not grow with N.
**
** A question on which all relevant cases agree would say the same of the population for certain. It gets
** a case of yes and one of no, each of weight 1/2, of its own: of the R - m relevant cases drawn,
** BetaBinomial (R - m, 1/2, m + 1/2) say the other. A question that is unanimous in one stratum and not in
** the others gets none: strata of few cases vary less than they should. A question without a relevant case
** is left out of its standard.
**
** lowest[s] is below the least mean of the standard's questions: by so much the lowest of several
** percentages falls through chance alone, in the sample as here.
**
** Replicate r of survey k uses the counters of replicate r of the stream "posterior-k" of the seed, k from
** 1: results do not depend on threads. ASSAY_EDOM: an answer that is none (error.argument "answers"),
** replicates not in 1 .. ASSAY_POSTERIOR_REPLICATES, a bad seed, a population above ASSAY_POSTERIOR_MOST, a
** band or a standard that there is not; a design whose cases cannot be copied one for another: clusters,
** unequal probabilities, weights that are not N_h / n_h times the raise (a tenth of a per cent aside) or
** were calibrated, a population without end. ASSAY_EMISSING, error.row = s + 1: a standard none of whose
** questions has a relevant case. ASSAY_ENOMEM, ASSAY_ESTOPPED.
** Sources: Ghosh & Meeden (1997), Bayesian Methods for Finite Population Sampling, chapter 2; Lo (1988),
** Annals of Statistics 16, 1684-1695; Bentley & Floyd (1987), CACM 30, 754-757; Frechet (1935).
*/
assay_status assay_posterior_ratings(assay_context *context, const assay_posterior_request *ask,
                                     assay_posterior *found);

#endif
