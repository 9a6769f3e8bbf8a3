/*
** interval_closed.c -- intervals by a formula. p = x/n, q = 1 - p; z is the normal quantile of the
** tail, below 0 for one-sided limits with a confidence below 1/2.
*/
#include <math.h>

#include "prob/dist.h"
#include "prob/interval_method.h"

/*
** wald: p -+ z sqrt(p q / n); with a population the variance is (1 - n/N) p q / (n-1), undefined for
** n = 1. Too narrow, and a point at x = 0 and x = n: for comparison with what others have printed.
*/
static void about(double p, double arm, double *lower, double *upper)
{
    *lower = p - arm;
    *upper = p + arm;
}

void assay_closed_wald(const assay_evidence *e, double z, double *lower, double *upper)
{
    about(e->p, z * sqrt(e->p * (1 - e->p) / e->variance), lower, upper);
}

/* wald_cc: wald, and half a case more on either side. */
void assay_closed_wald_cc(const assay_evidence *e, double z, double *lower, double *upper)
{
    about(e->p, z * sqrt(e->p * (1 - e->p) / e->variance) + 0.5 / e->cases, lower, upper);
}

/*
** wilson: (p + z^2/2n -+ z sqrt(p q / n + z^2/4n^2)) / (1 + z^2/n), the p0 with |p - p0| =
** z sqrt(p0 q0 / n). lower = 0 exactly where p = 0, upper = 1 where p = 1.
** Source: Wilson (1927), JASA 22, 209-212.
*/
static void wilson(double p, double n, double z, double *lower, double *upper)
{
    const double k = z / n * z, middle = (p + k / 2) / (1 + k);
    const double arm = z * sqrt(p * (1 - p) / n + k / n / 4) / (1 + k);
    *lower = p == 0 ? 0 : middle - arm;
    *upper = p == 1 ? 1 : middle + arm;
}

void assay_closed_wilson(const assay_evidence *e, double z, double *lower, double *upper)
{
    wilson(e->p, e->n, z, lower, upper);
}

assay_status assay_wilson_real(double p, double n_effective, double tail, double *lower,
                               double *upper)
{
    if (!(p >= 0 && p <= 1) || !(n_effective > 0) || !(tail > 0 && tail < 1))
        return ASSAY_EDOM;
    wilson(p, n_effective, assay_normal_upper(tail), lower, upper);
    return ASSAY_OK;
}

/*
** wilson_cc: wilson with |p - p0| - 1/2n for |p - p0|:
**   (2np + z^2 - 1 - z sqrt(z^2 - 2 - 1/n + 4p (nq + 1))) / 2(n + z^2), the upper limit its mirror
** image. The root is that of a number below 0 only where p = 0, whose lower limit is 0.
** Source: Newcombe (1998), Statistics in Medicine 17, 857-872, method 4.
*/
static double wilson_cc(double p, double n, double z)
{
    const double s = z * z, root = sqrt(s - 2 - 1 / n + 4 * p * (n * (1 - p) + 1));
    return p == 0 ? 0 : (2 * n * p + s - 1 - z * root) / (2 * (n + s));
}

void assay_closed_wilson_cc(const assay_evidence *e, double z, double *lower, double *upper)
{
    *lower = wilson_cc(e->p, e->n, z);
    *upper = 1 - wilson_cc(1 - e->p, e->n, z);
}

/*
** agresti_coull: wald with n + z^2 for n and x + z^2/2 for x; clipped at x = 0 and x = n.
** Source: Agresti & Coull (1998), The American Statistician 52, 119-126.
*/
void assay_closed_agresti_coull(const assay_evidence *e, double z, double *lower, double *upper)
{
    const double n = e->n + z * z, p = (e->p * e->n + z * z / 2) / n;
    about(p, z * sqrt(p * (1 - p) / n), lower, upper);
}
