/* sampford.h -- Sampford's design, in two ways that have the same probabilities. */
#ifndef ASSAY_SAMPLE_SAMPFORD_H
#define ASSAY_SAMPLE_SAMPFORD_H

#include "sample/select.h"

/*
** Chooses `size` of the units open[n], 1 <= size < n, with the probabilities p[open[i]] in (0, 1) that
** add up to it, such that
**   P(s) is in proportion to  sum over k in s of (1 - p_k)  times  product over j in s of p_j / (1 - p_j)
**
** Sampford's own way comes first: a unit with the probabilities p / size and `size` - 1 with replacement
** in proportion to p / (1 - p), until all differ. For large shares they hardly ever do: after a
** million tries, or at once where the chance of one is below 1e-12 (the units cannot differ more often
** than if all were alike: the birthday problem), the second way goes on. What a try gives does not
** depend on how many failed before it, so neither do the probabilities.
**
** The second way: a unit k in proportion to p (1 - p), and each other one by itself with its own p,
** until they are `size` - 1. That gives s with a probability in proportion to
**   sum over k in s of  p_k (1 - p_k) product over the others in s of p_j  product beyond s of (1 - p_j),
** which is the design. It takes some sqrt(2 pi sum p (1 - p)) tries: 13 for 100 of 300.
**
** Sources: Sampford (1967), Biometrika 54, 499-513; Hajek (1964), Ann. Math. Stat. 35, 1491-1523
** (rejective sampling); Bondesson, Traat & Lundqvist (2006), Scand. J. Statist. 33, 699-720.
*/
assay_status assay_sampford(assay_context *context, const double p[], size_t n,
                            const uint32_t open[], uint64_t size, const assay_chance *chance,
                            bool chosen[]);

/*
** One try of the second way, by the sums of p (1 - p); what is in chosen[open[i]] is replaced. Whether
** it found a sample.
*/
void assay_sampford_sums(const double p[], size_t n, const uint32_t open[], double sums[]);
bool assay_sampford_try(const double p[], const double sums[], size_t n, const uint32_t open[],
                        uint64_t size, const assay_chance *chance, bool chosen[]);

#endif
