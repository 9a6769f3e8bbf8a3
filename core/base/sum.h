/* sum.h -- sums of doubles that keep what rounding loses. */
#ifndef ASSAY_BASE_SUM_H
#define ASSAY_BASE_SUM_H

#include <math.h>

/* Neumaier's compensated sum; zeroed it is 0. Source: Neumaier (1974), ZAMM 54, 39-51. */
typedef struct assay_sum {
    double value, lost;
} assay_sum;

static inline void assay_sum_add(assay_sum *s, double term)
{
    const double value = s->value + term;
    s->lost += fabs(s->value) >= fabs(term) ? (s->value - value) + term : (term - value) + s->value;
    s->value = value;
}

static inline double assay_sum_total(const assay_sum *s)
{
    return s->value + s->lost;
}

#endif
