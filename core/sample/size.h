/* size.h -- how many cases a margin asks for, and what margin a number of cases gives. */
#ifndef ASSAY_SAMPLE_SIZE_H
#define ASSAY_SAMPLE_SIZE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"

/*
** Symbols: N population (1 .. 2^53, or ASSAY_INFINITE), n sample, p the expected share, e margin
** (half-width of the interval, a fraction), C confidence, z the normal quantile of (1 + C) / 2.
** ASSAY_EDOM everywhere: N outside its domain, p outside [0, 1], e or C outside (0, 1), NaN.
** Source: Cochran (1977), Sampling Techniques, 3rd ed., ch. 4.
*/

typedef enum assay_size_rounding {
    ASSAY_ROUND_UP,
    ASSAY_ROUND_NEAREST, /* halves up */
} assay_size_rounding;

typedef struct assay_size_request {
    uint64_t population;
    double confidence, margin;
    double proportion;    /* p; 0.5 is the worst case */
    double deff;          /* design effect, above 0: variance against simple random sampling */
    double response_rate; /* share of the cases drawn that will answer, 0 < r <= 1 */
    assay_size_rounding rounding;
} assay_size_request;

/*
** Infinite population, p 0.5, deff 1, response rate 1, rounding up. Confidence and margin are 0,
** which no call accepts: they have no default.
*/
assay_size_request assay_size_request_defaults(void);

typedef struct assay_size {
    uint64_t n;       /* cases to draw */
    uint64_t answers; /* cases that must answer: n before it was raised for non-response */
    double raw;       /* `answers` before rounding */
    double margin;    /* what `answers` reach */
} assay_size;

/*
** n0 = deff z^2 p (1 - p) / e^2, raw = n0 / (1 + (n0 - 1) / N), answers = raw rounded, at least 1
** and at most N; n = answers / response_rate rounded up, at most N. What lies within
** 1e-12 max(1, raw) of an integer is rounded to it. p = 0 or 1: raw 0, answers 1, margin 0.
** ASSAY_EDOM also: deff, response_rate or rounding outside its domain. ASSAY_ENUMERIC: n above
** 2^53.
*/
assay_status assay_sample_size(const assay_size_request *request, assay_size *size);

/*
** What a sample of n0 cases without end becomes in a population: n0 / (1 + (n0 - 1) / N), n0 >= 0,
** rounded up as above, at least 1 and at most N. ASSAY_EDOM also: n0 negative or NaN.
** ASSAY_ENUMERIC: above 2^53.
*/
assay_status assay_size_in_population(double n0, uint64_t population, uint64_t *n);

/*
** The same of n of N cases drawn at random, where the design multiplies the variance by `deff`: n is
** brought to a population without end, multiplied, and brought back. n itself for deff = 1.
** ASSAY_EDOM also: n = 0, n > N, deff not above 0.
*/
assay_status assay_size_with_design(uint64_t n, uint64_t population, double deff, uint64_t *cases);

/* Cases to draw so that `answers` remain of them: answers / rate rounded up, at most N. */
assay_status assay_size_with_response(uint64_t answers, uint64_t population, double rate,
                                      uint64_t *n);

/*
** The margin that n of N answers reach: e = z sqrt(p (1 - p) / n * (N - n) / (N - 1)). 0 for n = N,
** infinite for n = 0. It may be above 1. ASSAY_EDOM also: n > N.
*/
assay_status assay_margin(uint64_t n, uint64_t population, double confidence, double proportion,
                          double *margin);

/*
** The confidence at which n of N answers reach the margin e: 2 Phi(e / se) - 1, se as above. 1
** where se = 0, 0 for n = 0. ASSAY_EDOM also: n > N.
*/
assay_status assay_confidence(uint64_t n, uint64_t population, double margin, double proportion,
                              double *confidence);

/*
** The populations for which assay_sample_size (deff 1, everybody answers) says n: low .. high, with
** ASSAY_INFINITE for high if every population of at least `low` does. n grows with N, so they are
** found by bisection over the integers. If there is none, *exists is false, and low and high are
** untouched. ASSAY_EDOM also: n = 0, rounding outside its domain.
*/
assay_status assay_population_range(uint64_t n, double confidence, double margin, double proportion,
                                    assay_size_rounding rounding, uint64_t *low, uint64_t *high,
                                    bool *exists);

#endif
