/* polya.h -- the populations that a sample may have come from, by the Polya urn. */
#ifndef ASSAY_JUDGE_POLYA_H
#define ASSAY_JUDGE_POLYA_H

#include <stddef.h>
#include <stdint.h>

#include "base/context.h"
#include "infer/design.h"

/*
** A sample with its answers, made ready to be copied (posterior.h says how). Fields are to be read only.
** Of a question the yes are counted in the lower half of a word and the relevant cases in the upper:
** neither passes 2^32.
*/
typedef struct assay_polya {
    uint32_t key[2];
    size_t n, strata, n_questions;
    size_t few;                 /* strata of less than 5 sampled cases, and others beside them */
    uint64_t widest;            /* the largest population of a stratum */
    uint64_t *sampled, *others; /* [strata] n_h and N_h - n_h */
    uint64_t *says; /* [n][n_questions] what each unit adds to the counts of each question */
    int64_t *yes, *relevant; /* [n_questions] in the sample */
    double **
        none; /* [n_questions] NULL, or where all agree: P(no other answer among r cases drawn), by r */
} assay_polya;

static inline int64_t assay_polya_yes(uint64_t count)
{
    return (int64_t)(count & UINT32_MAX);
}

static inline int64_t assay_polya_relevant(uint64_t count)
{
    return (int64_t)(count >> 32);
}

/*
** answers[n_questions] have a byte (assay_answer) for each unit of the design; the stream has the name
** given. ASSAY_EDOM: an answer that is none (error.argument "answers", error.row = i + 1). ASSAY_ENOMEM.
** What was made is to be released in any case.
*/
assay_status assay_polya_make(assay_context *context, const assay_design *design,
                              size_t n_questions, const uint8_t *const answers[], const char *seed,
                              const char *name, assay_polya *made);
void assay_polya_free(assay_polya *polya);

/*
** The counts[n_questions] of one population. marks[] is scratch, bits for `widest` cases: all 0 before and
** after. Neither allocates nor fails.
*/
void assay_polya_draw(const assay_polya *polya, uint64_t replicate, uint64_t marks[],
                      uint64_t counts[]);

#endif
