/* coverage_turns.h -- where the probability of several runs of counts turns. */
#ifndef ASSAY_PROB_COVERAGE_TURNS_H
#define ASSAY_PROB_COVERAGE_TURNS_H

#include <stddef.h>
#include <stdint.h>

/*
** The derivative in p of P(a <= X <= b), X binomial with n trials, is n [b(a-1; n-1, p) - b(b; n-1, p)].
** Over several runs it is, but for positive factors, a sum of terms s exp(l + j u) in u = logit(p).
*/
typedef struct assay_turn_term {
    double sign, log, power; /* 1 or -1; l; j */
} assay_turn_term;

/* The terms of the run first .. last of 0 .. n, in order of their powers; returns how many, 0 to 2. */
size_t assay_turn_terms(uint64_t n, uint64_t first, uint64_t last, assay_turn_term terms[2]);

/*
** The p between low and high where the sum of terms changes its sign, rising: turns[n_terms]; returns
** how many. scratch[2 * n_terms]; the terms stand in order of their powers, no two of which are the same.
** Method: divided by its first term, the sum has a derivative of one term less, between whose changes
** of sign it is monotone (Rolle); so from one term, which has none, back to all.
*/
size_t assay_turns(double low, double high, size_t n_terms, const assay_turn_term terms[],
                   double scratch[], double turns[]);

#endif
