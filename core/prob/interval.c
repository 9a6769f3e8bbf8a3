/* interval.c -- confidence intervals for a proportion: the table of methods, and one interval. */
#include "prob/interval.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "prob/dist.h"
#include "prob/finite.h"
#include "prob/interval_method.h"

const char *assay_interval_state_name(assay_interval_state state)
{
    static const char *const words[] = {
#define X(name, word) word,
        ASSAY_INTERVAL_STATE_MAP(X)
#undef X
    };
    return (size_t)state < sizeof words / sizeof words[0] ? words[state] : NULL;
}

/* ---- the table ------------------------------------------------------------------------------ */

#define CLOSED(name) .closed = assay_closed_##name, .lanes = assay_lanes_##name
#define BETA(name)   .lower = assay_lower_##name, .shapes = assay_shapes_##name

static const assay_interval_method methods[] = {
    {"wald", CLOSED(wald), .corrected = true},
    {"wald_cc", CLOSED(wald_cc), .corrected = true},
    {"wilson", CLOSED(wilson), .corrected = true},
    {"wilson_cc", CLOSED(wilson_cc)},
    {"agresti_coull", CLOSED(agresti_coull), .corrected = true},
    {"clopper_pearson", BETA(clopper_pearson), .corrected = true, .guaranteed = true},
    {"mid_p", .lower = assay_lower_mid_p},
    {"jeffreys", BETA(jeffreys), .corrected = true},
    {"jeffreys_mod", BETA(jeffreys_mod)},
    {"arcsine", .lower = assay_lower_arcsine},
    {"logit", .lower = assay_lower_logit, .corrected = true},
    {"lrt", .lower = assay_lower_lrt},
    {"blaker", .lower = assay_lower_blaker, .guaranteed = true},
    {"bayes", BETA(bayes), .counts = assay_counts_bayes,
     .most = 10000000, /* some 30 milliseconds */
     .has_prior = true},
    {"hyper_tail", .counts = assay_counts_hyper_tail, .most = ASSAY_FINITE_MOST,
     .guaranteed = true},
    {"hyper_mid_p", .counts = assay_counts_hyper_mid_p, .most = ASSAY_FINITE_MOST},
    {"hyper_blaker", .counts = assay_counts_hyper_blaker, .most = ASSAY_FINITE_MOST,
     .guaranteed = true},
    {"hyper_minlike", .counts = assay_counts_hyper_minlike, .most = ASSAY_FINITE_MOST,
     .guaranteed = true},
    {"hyper_wang", .counts = assay_counts_hyper_tail, .every = assay_every_hyper_wang,
     .most = ASSAY_FINITE_MOST, .guaranteed = true},
};
static const size_t n_methods = sizeof methods / sizeof methods[0];

const assay_interval_method *assay_interval_find(const char *name)
{
    for (size_t i = 0; i < n_methods; i++)
        if (strcmp(methods[i].name, name) == 0)
            return &methods[i];
    return NULL;
}

const char *assay_interval_name(size_t i)
{
    return i < n_methods ? methods[i].name : NULL;
}

bool assay_interval_counts(const assay_interval_method *method, uint64_t population)
{
    return population != ASSAY_INFINITE && method->counts != NULL;
}

bool assay_interval_applies(const assay_interval_method *method, uint64_t population)
{
    const bool has_formula = method->closed != NULL || method->lower != NULL;
    return assay_interval_counts(method, population) ||
           (has_formula && (population == ASSAY_INFINITE || method->corrected));
}

bool assay_interval_is_guaranteed(const assay_interval_method *method, uint64_t population)
{
    return method->guaranteed && (method->counts != NULL) == (population != ASSAY_INFINITE);
}

bool assay_interval_has_prior(const assay_interval_method *method)
{
    return method->has_prior;
}

/* ---- what is asked -------------------------------------------------------------------------- */

static bool is_shape(double a)
{
    return a > 0 && a <= DBL_MAX;
}

assay_status assay_interval_check(assay_context *context, const assay_interval_request *ask)
{
    if (!(ask->confidence > 0 && ask->confidence < 1))
        return assay_fail(context, ASSAY_EDOM, "the confidence is not between 0 and 1");
    if (ask->method->has_prior && !(is_shape(ask->prior[0]) && is_shape(ask->prior[1])))
        return assay_fail(context, ASSAY_EDOM, "a prior has two numbers above 0");
    return ASSAY_OK;
}

assay_question assay_interval_question(const assay_interval_request *ask)
{
    const double rest = 1 - ask->confidence;
    const double tail = ask->side == ASSAY_TWO_SIDED ? rest / 2 : rest;
    return (assay_question){.confidence = ask->confidence,
                            .rest = rest,
                            .tail = tail,
                            .z = assay_normal_upper(tail),
                            .side = ask->side,
                            .prior = {ask->prior[0], ask->prior[1]}};
}

assay_status assay_interval_check_counts(assay_context *context, const assay_interval_request *ask,
                                         uint64_t population, uint64_t x, uint64_t n)
{
    const unsigned long long N = population, of = n;
    if (x > n)
        return assay_fail(context, ASSAY_EDOM, "x is %llu, but there are only %llu cases",
                          (unsigned long long)x, of);
    if (population < n)
        return assay_fail(context, ASSAY_EDOM, "n is %llu, but the population has %llu cases", of,
                          N);
    if (!assay_interval_applies(ask->method, population))
        return assay_fail(context, ASSAY_EDOM, "%s is not for such a population",
                          ask->method->name);
    if (population > ask->method->most && assay_interval_counts(ask->method, population))
        return assay_fail(context, ASSAY_ENUMERIC,
                          "%s counts the cases of a population of at most %llu: take wilson",
                          ask->method->name, (unsigned long long)ask->method->most);
    return ASSAY_OK;
}

/* ---- one interval --------------------------------------------------------------------------- */

assay_evidence assay_interval_evidence(uint64_t x, uint64_t n, uint64_t population)
{
    const double cases = (double)n, N = (double)population;
    const double p = (double)x / cases, q = (double)(n - x) / cases;
    if (population == ASSAY_INFINITE)
        return (assay_evidence){p, q, (double)x, (double)(n - x), cases, cases, cases};
    const double left = (double)(population - n), size = cases * (N - 1) / left;
    return (assay_evidence){p, q, p * size, q * size, size, (cases - 1) * N / left, cases};
}

/* The limit that a one-sided interval does not ask for is what the counts allow. */
static void open_side(const assay_question *q, uint64_t x, uint64_t n, uint64_t population,
                      assay_interval *out)
{
    const bool endless = population == ASSAY_INFINITE;
    const double N = (double)population;
    if (q->side == ASSAY_LOWER)
        out->upper = endless ? 1 : (double)(population - (n - x)) / N;
    else if (q->side == ASSAY_UPPER)
        out->lower = endless ? 0 : (double)x / N;
}

static assay_status find_closed(const assay_interval_method *method, const assay_question *q,
                                uint64_t x, uint64_t n, uint64_t population, assay_interval *out)
{
    const assay_evidence e = assay_interval_evidence(x, n, population);
    out->state = method->closed(q, &e, &out->lower, &out->upper);
    if (out->state != ASSAY_INTERVAL_UNDEFINED)
        open_side(q, x, n, population, out);
    return ASSAY_OK;
}

void assay_interval_join(const assay_question *q, uint64_t x, uint64_t n, uint64_t population,
                         const assay_limit *of_x, const assay_limit *of_rest, assay_interval *out)
{
    out->lower = of_x->value;
    out->upper = of_rest->rest;
    out->state = of_x->state > of_rest->state ? of_x->state : of_rest->state;
    open_side(q, x, n, population, out);
}

/* The question that has the mirror image of its answer. */
static assay_question mirrored(const assay_question *q)
{
    assay_question other = *q;
    other.prior[0] = q->prior[1];
    other.prior[1] = q->prior[0];
    return other;
}

static assay_status find_mirrored(const assay_interval_method *method, const assay_question *q,
                                  uint64_t x, uint64_t n, uint64_t population, assay_interval *out)
{
    const assay_evidence yes = assay_interval_evidence(x, n, population),
                         no = assay_interval_evidence(n - x, n, population);
    const assay_question other = mirrored(q);
    assay_limit low = {.rest = 1}, high = {.rest = 1};
    assay_status status = q->side == ASSAY_UPPER ? ASSAY_OK : method->lower(q, &yes, &low);
    if (status == ASSAY_OK && q->side != ASSAY_LOWER)
        status = method->lower(&other, &no, &high);
    if (status != ASSAY_OK)
        return status;
    assay_interval_join(q, x, n, population, &low, &high, out);
    return ASSAY_OK;
}

void assay_interval_set_counts(uint64_t lower, uint64_t upper, uint64_t population,
                               assay_interval *out)
{
    out->lower_count = lower;
    out->upper_count = upper;
    out->lower = (double)lower / (double)population;
    out->upper = (double)upper / (double)population;
}

static assay_status find_counts(const assay_interval_method *method, const assay_question *q,
                                uint64_t x, uint64_t n, uint64_t population, assay_interval *out)
{
    uint64_t lower, upper;
    const assay_status status = method->counts(q, x, n, population, &lower, &upper);
    if (status == ASSAY_OK)
        assay_interval_set_counts(q->side == ASSAY_UPPER ? x : lower,
                                  q->side == ASSAY_LOWER ? population - (n - x) : upper, population,
                                  out);
    return status;
}

static assay_status find_any(const assay_interval_method *method, const assay_question *q,
                             uint64_t x, uint64_t n, uint64_t population, assay_interval *out)
{
    if (assay_interval_counts(method, population))
        return find_counts(method, q, x, n, population, out);
    return (method->closed != NULL ? find_closed : find_mirrored)(method, q, x, n, population, out);
}

/* Nothing was counted, or everything: what the counts allow. */
static void find_settled(uint64_t x, uint64_t n, uint64_t population, assay_interval *out)
{
    out->lower = n == 0 ? 0 : out->estimate;
    out->upper = n == 0 ? 1 : out->estimate;
    out->lower_count = x;
    out->upper_count = population == ASSAY_INFINITE ? 0 : population - (n - x);
}

assay_status assay_interval_answer(const assay_interval_method *method, const assay_question *q,
                                   uint64_t x, uint64_t n, uint64_t population, assay_interval *out)
{
    assay_interval found = {.estimate = (double)x / (double)n, .lower = NAN, .upper = NAN};
    assay_status status = ASSAY_OK;
    const bool says_prior = method->has_prior && assay_interval_counts(method, population);
    if (n == population || (n == 0 && !says_prior))
        find_settled(x, n, population, &found);
    else
        status = find_any(method, q, x, n, population, &found);
    if (status != ASSAY_OK)
        return status;
    if (n == 0)
        found.state = ASSAY_INTERVAL_NO_DATA;
    *out = found;
    return ASSAY_OK;
}

/* ---- with a context ------------------------------------------------------------------------- */

static bool is_every(const assay_interval_request *ask, uint64_t n)
{
    return ask->method->every != NULL && ask->side == ASSAY_TWO_SIDED && n > 0 &&
           n < ask->population;
}

static assay_status find_among_every(assay_context *context, const assay_interval_request *ask,
                                     const assay_question *q, uint64_t x, uint64_t n,
                                     assay_interval *out)
{
    const uint64_t N = ask->population;
    uint64_t *lower = assay_alloc_array((size_t)n + 1, sizeof *lower);
    if (lower == NULL)
        return assay_fail_memory(context);
    const assay_status status = ask->method->every(context, q, n, N, lower);
    if (status == ASSAY_OK) {
        *out = (assay_interval){.estimate = (double)x / (double)n};
        assay_interval_set_counts(lower[x], N - lower[n - x], N, out);
    }
    assay_free(lower);
    return status;
}

assay_status assay_interval_compute(assay_context *context, const assay_interval_request *ask,
                                    uint64_t x, uint64_t n, assay_interval *out)
{
    assay_status status = assay_interval_check(context, ask);
    if (status == ASSAY_OK)
        status = assay_interval_check_counts(context, ask, ask->population, x, n);
    if (status != ASSAY_OK)
        return status;
    const assay_question q = assay_interval_question(ask);
    if (is_every(ask, n))
        return find_among_every(context, ask, &q, x, n, out);
    status = assay_interval_answer(ask->method, &q, x, n, ask->population, out);
    if (status != ASSAY_OK)
        return assay_fail(context, status, "the limits of %s were not found", ask->method->name);
    return ASSAY_OK;
}
