/* representativity.h -- whether a sample looks like the population it was drawn from. */
#ifndef ASSAY_INFER_REPRESENTATIVITY_H
#define ASSAY_INFER_REPRESENTATIVITY_H

#include <stdbool.h>

#include "data/frame.h"
#include "prob/test.h"

/*
** A variable has K cells; cell k has N_k > 0 of the N cases of the population and n_k of the n of
** the sample. E_k = n N_k / N. What follows treats the sample as drawn at random from the whole
** population; strata in proportion make a sample more alike than that, never less.
**
**   chi_squared   sum (n_k - E_k)^2 / E_k (N-1) / (N-n) with df = K - 1; 0 for n = N
**   p_value       of the chi-squared distribution where every E_k >= 5; else (`by_simulation`)
**                 by simulation, both as goodness of fit to a population (prob/test.h)
**   r_indicator   1 - 2 sqrt(S^2), S^2 = sum N_k (n_k/N_k - n/N)^2 / (N-1), less what sampling
**                 alone is expected to give, n (N-n) (K-1) / (N (N-1)^2), and at least 0: 1 is a
**                 sample just like its population
**   largest_gap   the largest |n_k - E_k|: below 1 no whole numbers come nearer than by rounding,
**                 0 is an exact match; both are decided in integers
** and for each cell, p = n_k / n and P = N_k / N,
**   std_difference   (p - P) / sqrt(P (1-P)); more than 0.1 either way is worth a look
**   z                (p - P) / sqrt(P (1-P) (N-n) / ((N-1) n))
** both 0 where P is 1 or n = N.
** Sources: Cochran (1977), Sampling Techniques, 3.2 and 5A; Schouten, Cobben & Bethlehem (2009),
** Survey Methodology 35, 101-113; Austin (2009).
**
** Samples are drawn from the stream (rng.h) of the seed and the name "representativity/VARIABLE",
** replicate b for the b-th of them: results do not depend on threads or on other variables.
*/
typedef struct assay_representativity {
    size_t cells, df;
    double chi_squared, p_value, r_indicator, largest_gap, largest_difference;
    bool by_simulation, within_rounding, exact;
} assay_representativity;

/*
** population[K] are N_k > 0, sample[K] are n_k <= N_k; 0 < n. B = replicates, 1 to
** ASSAY_REPLICATES_MOST.
** ASSAY_EDOM otherwise, or for an N above 2^32 - 2; ASSAY_ENOMEM, ASSAY_ESTOPPED.
*/
assay_status assay_representativity_of(assay_context *context, size_t k,
                                       const uint64_t population[/*k*/],
                                       const uint64_t sample[/*k*/], const char *seed,
                                       const char *variable, uint64_t replicates,
                                       assay_representativity *found);

/* The two measures of one cell. */
void assay_representativity_cell(uint64_t n_k, uint64_t n, uint64_t N_k, uint64_t N,
                                 double *std_difference, double *z);

/*
** For each of the columns, which both frames have, and for the cross of all of them if there are
** several (its name and its levels are joined by " / "), two frames:
**   tests    variable, cells, chi_squared, df, p_value, method ("chi_squared" or "simulation"),
**            r_indicator, largest_gap, match ("exact", "rounding" or "no"), largest_difference
**   levels   variable, level, population, sample, expected, std_difference, z, flag ("yes" where
**            |std_difference| > 0.1, else "no"); of the columns alone, not of their cross
** A missing value is a level of its own. ASSAY_EUNKNOWN: a frame lacks a column. ASSAY_EDOM: the
** sample is empty, or has what the population has not.
*/
assay_status assay_represent(assay_context *context, const assay_frame *population,
                             const assay_frame *sample, size_t n, const char *const columns[],
                             const char *seed, uint64_t replicates, assay_frame **tests,
                             assay_frame **levels);

#endif
