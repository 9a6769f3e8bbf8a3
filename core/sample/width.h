/* width.h -- how many cases keep an interval narrow enough, and how wide it gets. */
#ifndef ASSAY_SAMPLE_WIDTH_H
#define ASSAY_SAMPLE_WIDTH_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/context.h"
#include "base/status.h"

/*
** A half-width is (upper - lower) / 2 of an interval for x yes among n cases. Symbols as in size.h.
** A method is one row of a table in width_method.c:
**   wilson           prob/interval, corrected for a finite population
**   clopper_pearson  the same
**   hyper_tail       prob/finite: the exact interval of a population
**   hyper_wang       prob/finite: the shortest exact one, where N n allows
*/
typedef struct assay_width_method assay_width_method;

const assay_width_method *assay_width_find(const char *name); /* NULL: no such method */
const char *assay_width_name(size_t i);                       /* NULL past the last */
bool assay_width_is_finite(const assay_width_method *method); /* needs a population */

#define ASSAY_EVERY_COUNT ((double)NAN) /* no share is expected: x may be any of 0 .. n */

typedef struct assay_width_request {
    const assay_width_method *method;
    uint64_t population;
    double confidence, margin;
    double proportion; /* p: only x = floor(n p + 1/2) counts; or ASSAY_EVERY_COUNT */
} assay_width_request;

typedef struct assay_width {
    uint64_t first;    /* the smallest n whose half-width is within the margin */
    uint64_t stable;   /* the smallest n from which on all are */
    double half_width; /* what `stable` reaches */
} assay_width;

/*
** Half-widths do not fall steadily in n, since counts jump: every n is tried, or a range of them at
** once where limits are nested, up to one from which on a proven bound holds. What is within 1e-12
** of the margin is within it.
** ASSAY_EDOM: a method that needs a population without one, populations above 2^53 (hyper_*: above
** 2^31 - 1), confidence or margin outside (0, 1), a proportion outside [0, 1]. ASSAY_ENUMERIC: too
** much work; the message names what to take instead.
** Sources of the bounds: Zubkov & Serov (2013), Theory of Probability and Its Applications 57,
** 539-544; Marchal & Arbel (2017), Electronic Communications in Probability 22(54); Serfling (1974),
** Annals of Statistics 2, 39-48.
*/
assay_status assay_width_size(assay_context *context, const assay_width_request *request,
                              assay_width *width);

/*
** The half-width that n cases reach: the widest of all x, or that of floor(n p + 1/2). `margin` of
** the request is not looked at. 1/2 for n = 0. ASSAY_EDOM also: n above the population, or above
** 2^53.
*/
assay_status assay_width_margin(assay_context *context, const assay_width_request *request,
                                uint64_t n, double *half_width);

#endif
