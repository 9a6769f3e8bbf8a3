/* size.c -- how many cases a margin asks for, and what margin a number of cases gives. */
#include "sample/size.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

/* Integers up to here are exact doubles. */
static const uint64_t most = UINT64_C(1) << 53;

static bool is_population(uint64_t population)
{
    return population == ASSAY_INFINITE || (population >= 1 && population <= most);
}

static bool is_inside(double x) /* false for NaN */
{
    return x > 0 && x < 1;
}

static bool is_share(double p)
{
    return p >= 0 && p <= 1;
}

static double quantile(double confidence)
{
    return gsl_cdf_ugaussian_Qinv((1 - confidence) / 2);
}

/* ---- rounding ------------------------------------------------------------------------------- */

/*
** A mathematical integer reaches us a few units in the last place off: 24 / (1 - 0.2) is above 30.
** x <= 2^53.
*/
static uint64_t round_guarded(double x, assay_size_rounding rounding)
{
    const double nearest = floor(x + 0.5);
    if (rounding == ASSAY_ROUND_NEAREST || fabs(x - nearest) <= 1e-12 * fmax(1, x))
        return (uint64_t)nearest;
    return (uint64_t)ceil(x);
}

static uint64_t between(uint64_t x, uint64_t low, uint64_t high)
{
    return x < low ? low : x > high ? high : x;
}

/* ---- size ----------------------------------------------------------------------------------- */

assay_size_request assay_size_request_defaults(void)
{
    return (assay_size_request){
        .population = ASSAY_INFINITE,
        .proportion = 0.5,
        .deff = 1,
        .response_rate = 1,
        .rounding = ASSAY_ROUND_UP,
    };
}

static bool is_request(const assay_size_request *r)
{
    return is_population(r->population) && is_inside(r->confidence) && is_inside(r->margin) &&
           is_share(r->proportion) && r->deff > 0 && isfinite(r->deff) && r->response_rate > 0 &&
           r->response_rate <= 1 &&
           (r->rounding == ASSAY_ROUND_UP || r->rounding == ASSAY_ROUND_NEAREST);
}

static double infinite_size(const assay_size_request *r)
{
    const double ratio = quantile(r->confidence) / r->margin;
    return r->deff * ratio * ratio * r->proportion * (1 - r->proportion);
}

/* n0 / (1 + (n0 - 1) / N), so written that an n0 beyond all doubles gives N */
static double finite_size(double n0, uint64_t population)
{
    if (population == ASSAY_INFINITE || n0 == 0)
        return n0;
    const double N = (double)population;
    return N / (1 + (N - 1) / n0);
}

assay_status assay_size_in_population(double n0, uint64_t population, uint64_t *n)
{
    if (!is_population(population) || !(n0 >= 0))
        return ASSAY_EDOM;
    const double raw = finite_size(n0, population);
    if (!(raw <= (double)most))
        return ASSAY_ENUMERIC;
    *n = between(round_guarded(raw, ASSAY_ROUND_UP), 1, population);
    return ASSAY_OK;
}

assay_status assay_size_with_design(uint64_t n, uint64_t population, double deff, uint64_t *cases)
{
    if (!is_population(population) || n == 0 || n > population || !(deff > 0 && isfinite(deff)))
        return ASSAY_EDOM;
    if (n == population || deff == 1) {
        *cases = n;
        return ASSAY_OK;
    }
    const double left =
        population == ASSAY_INFINITE ? 1 : (double)(population - n) / (double)(population - 1);
    return assay_size_in_population(deff * (double)n / left, population, cases);
}

assay_status assay_size_with_response(uint64_t answers, uint64_t population, double rate,
                                      uint64_t *n)
{
    if (!is_population(population) || answers > population || !(rate > 0 && rate <= 1))
        return ASSAY_EDOM;
    const double drawn = (double)answers / rate;
    if (population != ASSAY_INFINITE && drawn >= (double)population) {
        *n = population;
        return ASSAY_OK;
    }
    if (!(drawn <= (double)most))
        return ASSAY_ENUMERIC;
    *n = round_guarded(drawn, ASSAY_ROUND_UP);
    return ASSAY_OK;
}

assay_status assay_sample_size(const assay_size_request *request, assay_size *size)
{
    if (!is_request(request))
        return ASSAY_EDOM;

    assay_size found;
    found.raw = finite_size(infinite_size(request), request->population);
    if (!(found.raw <= (double)most))
        return ASSAY_ENUMERIC;
    found.answers = between(round_guarded(found.raw, request->rounding), 1, request->population);
    const assay_status status = assay_size_with_response(found.answers, request->population,
                                                         request->response_rate, &found.n);
    if (status != ASSAY_OK)
        return status;
    assay_margin(found.answers, request->population, request->confidence, request->proportion,
                 &found.margin);
    found.margin *= sqrt(request->deff);
    *size = found;
    return ASSAY_OK;
}

/* ---- what n cases give ---------------------------------------------------------------------- */

/* sqrt(p (1 - p) / n * (N - n) / (N - 1)); n <= N */
static double standard_error(uint64_t n, uint64_t population, double p)
{
    if (n == population)
        return 0;
    const double N = (double)population;
    const double left = population == ASSAY_INFINITE ? 1 : (double)(population - n) / (N - 1);
    return sqrt(p * (1 - p) / (double)n * left);
}

assay_status assay_margin(uint64_t n, uint64_t population, double confidence, double proportion,
                          double *margin)
{
    if (!is_population(population) || n > population || !is_inside(confidence) ||
        !is_share(proportion))
        return ASSAY_EDOM;
    *margin = n == 0 ? (double)INFINITY
                     : quantile(confidence) * standard_error(n, population, proportion);
    return ASSAY_OK;
}

assay_status assay_confidence(uint64_t n, uint64_t population, double margin, double proportion,
                              double *confidence)
{
    if (!is_population(population) || n > population || !is_inside(margin) || !is_share(proportion))
        return ASSAY_EDOM;
    const double se = n == 0 ? (double)INFINITY : standard_error(n, population, proportion);
    *confidence = se == 0 ? 1 : erf(margin / se / sqrt(2)); /* 2 Phi(t) - 1 without cancellation */
    return ASSAY_OK;
}

/* ---- which population ----------------------------------------------------------------------- */

/* The least population in 1 .. 2^53 that asks for at least n; 2^53 + 1 if none does. */
static uint64_t first_population(uint64_t n, double n0, assay_size_rounding rounding)
{
    uint64_t low = 1, high = most + 1;
    while (low < high) {
        const uint64_t middle = low + (high - low) / 2;
        if (between(round_guarded(finite_size(n0, middle), rounding), 1, middle) >= n)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

assay_status assay_population_range(uint64_t n, double confidence, double margin, double proportion,
                                    assay_size_rounding rounding, uint64_t *low, uint64_t *high,
                                    bool *exists)
{
    assay_size_request request = assay_size_request_defaults();
    request.confidence = confidence;
    request.margin = margin;
    request.proportion = proportion;
    request.rounding = rounding;
    if (n == 0 || n > most || !is_request(&request))
        return ASSAY_EDOM;

    const double n0 = infinite_size(&request);
    const uint64_t first = first_population(n, n0, rounding);
    const uint64_t next = first_population(n + 1, n0, rounding);
    *exists = first < next;
    if (*exists) {
        *low = first;
        *high = next > most ? ASSAY_INFINITE : next - 1;
    }
    return ASSAY_OK;
}
