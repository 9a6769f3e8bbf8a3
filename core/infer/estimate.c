/* estimate.c -- what the answers of a sample say about the population. */
#include "infer/estimate.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/memory.h"
#include "base/sum.h"
#include "base/thread.h"
#include "infer/estimate_count.h"
#include "infer/estimate_linear.h"
#include "infer/estimate_method.h"
#include "infer/variance.h"

/* ---- the estimate and its variance ---- */

/* Yes and no are summed alike, so that a unanimous sample gives exactly 0 and 1. */
static void set_proportion(assay_estimate_evidence *e)
{
    assay_sum yes = {0}, no = {0}, relevant = {0}, df = {0};
    for (size_t h = 0; h < e->n_cells; h++) {
        const assay_estimate_cell *c = &e->cells[h];
        if (c->yes + c->no == 0)
            continue;
        const double weight = c->population / c->sample * c->raise;
        assay_sum_add(&yes, weight * c->yes);
        assay_sum_add(&no, weight * c->no);
        assay_sum_add(&relevant, weight * (c->yes + c->no));
        assay_sum_add(&df, c->yes + c->no - 1);
    }
    e->relevant_total = assay_sum_total(&relevant);
    e->p = assay_sum_total(&yes) / e->relevant_total;
    e->q = assay_sum_total(&no) / e->relevant_total;
    e->df = assay_sum_total(&df);
}

/*
** The squared residuals about their mean, as a sum over pairs of kinds of case: q for yes, -p for
** no, 0 for the rest. Nothing is subtracted, so a stratum of one mind gives exactly 0.
*/
static double squares(const assay_estimate_evidence *e, const assay_estimate_cell *c)
{
    const double rest = c->sample - c->yes - c->no;
    return (c->yes * c->no + rest * (c->yes * e->q * e->q + c->no * e->p * e->p)) / c->sample;
}

static bool is_lonely(const assay_estimate_cell *c)
{
    return c->sample == 1 && c->population > 1;
}

static bool is_census(const assay_estimate_cell *c)
{
    return c->sample == c->population;
}

/* A stratum's part of the variance of the total; for a lonely one 0, or what ADJUST says. */
static double stratum_variance(const assay_estimate_evidence *e, const assay_estimate_cell *c,
                               assay_lonely lonely)
{
    const double scale =
        c->population * (c->population - c->sample) / c->sample * c->raise * c->raise;
    if (is_census(c))
        return 0;
    if (!is_lonely(c))
        return scale * squares(e, c) / (c->sample - 1);
    return lonely == ASSAY_LONELY_ADJUST ? scale * (c->yes * e->q * e->q + c->no * e->p * e->p) : 0;
}

/* What a design says of all domains: the strata sampled, and those of them that have a variance. */
struct strata {
    assay_lonely lonely;
    double sampled, defined;
    bool none; /* one has none, and no rule says what it is */
};

/* The variance of the estimate, and Satterthwaite's degrees of freedom. */
static void set_variance(assay_estimate_evidence *e, const struct strata *strata)
{
    assay_sum v = {0}, parts = {0};
    for (size_t h = 0; h < e->n_cells; h++) {
        const assay_estimate_cell *c = &e->cells[h];
        if (c->sample == 0)
            continue;
        const double term = stratum_variance(e, c, strata->lonely);
        assay_sum_add(&v, term);
        if (c->sample > 1)
            assay_sum_add(&parts, term * term / (c->sample - 1));
    }
    const double average = strata->sampled / strata->defined; /* 0/0 where none has a variance */
    const double raise = strata->lonely == ASSAY_LONELY_AVERAGE ? average : 1;
    const double scale = e->relevant_total;
    e->satterthwaite = assay_sum_total(&parts) > 0
                           ? assay_sum_total(&v) * assay_sum_total(&v) / assay_sum_total(&parts)
                           : (double)NAN;
    e->variance = assay_sum_total(&v) * raise / scale / scale;
}

/* 1 / sum W^2 g / m: infinite where all was sampled. */
static double homogeneous_size(const assay_estimate_evidence *e)
{
    assay_sum v = {0};
    for (size_t h = 0; h < e->n_cells; h++) {
        const assay_estimate_cell *c = &e->cells[h];
        const double m = c->yes + c->no;
        if (m == 0 || is_census(c))
            continue;
        const double w = c->population * m / c->sample * c->raise / e->relevant_total;
        assay_sum_add(&v, w * w * (c->population - c->sample) / (c->population - 1) / m);
    }
    return 1 / assay_sum_total(&v);
}

static double design_effect(const assay_estimate_evidence *e, const assay_design *d)
{
    const double units = (double)assay_design_units(d);
    const double simple = (1 - units / assay_design_cases(d)) * e->p * e->q / (e->relevant - 1);
    return simple > 0 && isfinite(simple) ? e->variance / simple : NAN;
}

/* ---- one estimate ---- */

/* The figures that need no design. 200 x + m over 2 m rounds 100 x / m half up. */
static void set_shares(assay_estimate *out)
{
    const double x = (double)out->x, m = (double)out->relevant;
    const double blank = (double)(out->unanswered + out->lost);
    out->share = m > 0 ? x / m : NAN;
    out->percent = m > 0 ? (200 * out->x + out->relevant) / (2 * out->relevant) : 0;
    out->lowest_share = m + blank > 0 ? x / (m + blank) : NAN;
    out->highest_share = m + blank > 0 ? (x + blank) / (m + blank) : NAN;
}

static const assay_estimate_method *choose_method(const assay_estimate_evidence *e)
{
    bool few = false;
    for (size_t h = 0; h < e->n_cells; h++)
        few |= e->cells[h].yes + e->cells[h].no > 0 && e->cells[h].sample < 5;
    return assay_estimate_choose(e->df, e->p, e->q, few);
}

static assay_status set_no_data(const assay_estimate_evidence *e,
                                const assay_estimate_method *method, assay_estimate *out)
{
    out->method = method != NULL ? method->name : choose_method(e)->name;
    out->estimate = out->se = out->df = out->n_effective = out->deff = NAN;
    out->lower = out->upper = out->half_width = NAN;
    out->state = ASSAY_INTERVAL_NO_DATA;
    return ASSAY_OK;
}

/* Weights below 0 may bring a proportion outside 0 and 1, where no method has limits. */
static assay_status set_no_limits(const assay_estimate_method *method, assay_estimate *out)
{
    out->df = out->n_effective = out->deff = NAN;
    out->lower = out->upper = out->half_width = NAN;
    out->method = method->name;
    out->state = ASSAY_INTERVAL_UNDEFINED;
    return ASSAY_OK;
}

bool assay_estimate_is_share(double p)
{
    return p >= 0 && p <= 1;
}

static assay_status set_limits(const assay_estimate_evidence *e,
                               const assay_estimate_method *method, assay_estimate *out)
{
    const assay_status status =
        assay_estimate_make_limits(e, method, &out->lower, &out->upper, &out->state);
    if (status != ASSAY_OK)
        return status;
    out->method = method->name;
    out->df = method->quantile == ASSAY_QUANTILE_SATTERTHWAITE ? e->satterthwaite : e->df;
    assay_estimate_finish_limits(out);
    return ASSAY_OK;
}

/* All that is asked, and what all estimates share. */
struct batch {
    assay_context *context; /* NULL among threads */
    const assay_design *design;
    const assay_estimate_request *ask;
    struct strata strata;
    assay_estimate_cells cells;
    size_t question, n_questions; /* those counted: the first, and how many */
    assay_estimate_counts *counts;
    size_t room;                /* cells[room] for each worker */
    assay_estimate_cell *rooms; /* [workers * room] */
    assay_estimate *found;      /* [n_groups * n_questions] of all questions */
    assay_status *status;       /* [tasks] */
};

/* Where counts of strata say all. */
static void set_simple(const struct batch *b, assay_estimate_evidence *e)
{
    set_proportion(e);
    set_variance(e, &b->strata);
    e->homogeneous = homogeneous_size(e);
}

/* Question k of those counted, under any other design. */
static assay_status set_linear(const struct batch *b, size_t k, size_t group,
                               assay_estimate_evidence *e)
{
    assay_linear found;
    const assay_status status =
        assay_estimate_linear(b->context, b->design, b->ask->answers[b->question + k],
                              b->ask->group, (uint32_t)group, b->ask->inside, &found);
    if (status != ASSAY_OK)
        return status;
    e->p = found.p;
    e->q = found.q;
    e->relevant_total = found.relevant_total;
    e->variance = found.variance;
    e->df = found.df;
    e->homogeneous = found.homogeneous;
    return ASSAY_OK;
}

static assay_status estimate_from(const struct batch *b, size_t k, size_t group,
                                  assay_estimate_evidence *e, assay_estimate *out)
{
    const assay_estimate_method *method = b->ask->method;
    assay_status status = ASSAY_OK;
    if (out->relevant == 0)
        return set_no_data(e, method, out);
    if (b->strata.none)
        return ASSAY_EDOM;
    if (assay_design_is_simple(b->design))
        set_simple(b, e);
    else
        status = set_linear(b, k, group, e);
    if (status != ASSAY_OK)
        return status;
    if (e->relevant_total == 0) /* of weights that came to 0 */
        return set_no_data(e, method, out);
    e->n_effective = e->variance != 0 ? e->p * e->q / e->variance : e->homogeneous;
    out->estimate = e->p;
    out->se = sqrt(e->variance);
    out->n_effective = e->n_effective;
    if (!assay_estimate_is_share(e->p))
        return set_no_limits(method != NULL ? method : choose_method(e), out);
    out->deff = design_effect(e, b->design);
    return set_limits(e, method != NULL ? method : choose_method(e), out);
}

static assay_estimate_cell cell_of(const assay_design *d, size_t h)
{
    return (assay_estimate_cell){.population = (double)assay_design_population(d, h),
                                 .sample = (double)assay_design_sample(d, h),
                                 .raise = assay_design_raise(d, h)};
}

static bool searches(const struct batch *b)
{
    return b->ask->method != NULL && b->ask->method->from == ASSAY_FROM_SEARCH;
}

/* Whether estimates allocate and poll, which threads may not. */
static bool is_serial(const struct batch *b)
{
    return searches(b) || !assay_design_is_simple(b->design);
}

/* The cells of a domain with their counts; for a search all strata. Returns how many. */
static size_t gather(const struct batch *b, size_t group, assay_estimate_counts counts[],
                     assay_estimate_cell cells[], assay_estimate *out)
{
    const size_t first = b->cells.first[group], n = b->cells.first[group + 1] - first;
    const bool all = searches(b);
    const size_t strata = assay_design_strata(b->design);
    for (size_t h = 0; all && h < strata; h++)
        cells[h] = cell_of(b->design, h);
    for (size_t k = 0; k < n; k++) {
        const uint32_t *count = counts[first + k];
        const size_t h = b->cells.stratum[first + k];
        assay_estimate_cell *cell = &cells[all ? h : k];
        *cell = cell_of(b->design, h);
        cell->yes = count[ASSAY_YES];
        cell->no = count[ASSAY_NO];
        out->x += count[ASSAY_YES];
        out->relevant += (uint64_t)count[ASSAY_YES] + count[ASSAY_NO];
        out->not_applicable += count[ASSAY_NOT_APPLICABLE];
        out->unanswered += count[ASSAY_UNANSWERED];
    }
    out->n = out->relevant + out->not_applicable + out->unanswered;
    return all ? strata : n;
}

/* Question k of those counted, in a group. */
static assay_status estimate_one(const struct batch *b, size_t k, size_t group,
                                 assay_estimate_cell cells[])
{
    assay_estimate out = {.confidence = b->ask->confidence,
                          .side = b->ask->side,
                          .lost = assay_design_lost(b->design)};
    assay_estimate_evidence e = {.context = b->context,
                                 .cells = cells,
                                 .tail = assay_estimate_tail(b->ask->confidence, b->ask->side),
                                 .cap = b->ask->cap};
    e.n_cells = gather(b, group, b->counts + k * (b->cells.n + 1), cells, &out);
    e.relevant = (double)out.relevant;
    set_shares(&out);
    const assay_status status = estimate_from(b, k, group, &e, &out);
    if (status == ASSAY_OK)
        b->found[group * b->ask->n_questions + b->question + k] = out;
    return status;
}

/* ---- all of them: some at once, whose counts take so many bytes at the most ---- */

enum { TASK_ESTIMATES = 16, MOST_BYTES = 1 << 22 };

static void do_estimates(void *self, size_t task, int worker)
{
    const struct batch *b = self;
    const size_t all = b->n_questions * b->ask->n_groups, from = task * TASK_ESTIMATES;
    const size_t to = all - from < TASK_ESTIMATES ? all : from + TASK_ESTIMATES;
    assay_status status = ASSAY_OK;
    for (size_t i = from; status == ASSAY_OK && i < to; i++)
        status = estimate_one(b, i % b->n_questions, i / b->n_questions,
                              b->rooms + (size_t)worker * b->room);
    b->status[task] = status;
}

/* Why an estimate failed that could not say so itself. */
static assay_status explain(const struct batch *b, assay_context *context)
{
    return b->strata.none ? assay_variance_check_lonely(context, b->design)
                          : assay_fail(context, ASSAY_ENUMERIC,
                                       "the limits of an estimate could not be found");
}

/* What allocates and polls explains itself, but not a lonely stratum or a quantile. */
static assay_status estimate_serially(assay_context *context, struct batch *b)
{
    context->error.status = ASSAY_OK;
    for (size_t i = 0; i < b->n_questions * b->ask->n_groups; i++) {
        assay_status status = assay_poll(context, i, b->n_questions * b->ask->n_groups);
        if (status == ASSAY_OK)
            status = estimate_one(b, i % b->n_questions, i / b->n_questions, b->rooms);
        if (status != ASSAY_OK)
            return context->error.status == status ? status : explain(b, context);
    }
    return ASSAY_OK;
}

static assay_status estimate_all(assay_context *context, struct batch *b)
{
    const size_t all = b->n_questions * b->ask->n_groups;
    const size_t tasks = (all + TASK_ESTIMATES - 1) / TASK_ESTIMATES;
    assay_status status = assay_parallel(context, tasks, do_estimates, b);
    for (size_t i = 0; status == ASSAY_OK && i < tasks; i++)
        if (b->status[i] != ASSAY_OK)
            status = explain(b, context);
    return status;
}

/* Counts as many questions at once as there is room for, and estimates them. */
static assay_status do_questions(assay_context *context, struct batch *b, size_t at_once)
{
    assay_status status = ASSAY_OK;
    for (size_t k = 0; status == ASSAY_OK && k < b->ask->n_questions; k += b->n_questions) {
        const size_t left = b->ask->n_questions - k;
        b->question = k;
        b->n_questions = left < at_once ? left : at_once;
        status = assay_estimate_count(context, &b->cells, assay_design_units(b->design),
                                      b->n_questions, b->ask->answers + k, b->counts);
        b->context = is_serial(b) ? context : NULL;
        if (status == ASSAY_OK)
            status = is_serial(b) ? estimate_serially(context, b) : estimate_all(context, b);
    }
    return status;
}

static struct strata strata_of(const assay_context *context, const assay_design *d)
{
    assay_context aside = *context; /* nothing failed unless a domain has data */
    struct strata s = {.lonely = assay_design_lonely(d)};
    s.none = assay_variance_check_lonely(&aside, d) != ASSAY_OK;
    for (size_t h = 0; h < assay_design_strata(d); h++) {
        const uint64_t n = assay_design_sample(d, h);
        s.sampled += n > 0;
        s.defined += n > 0 && !(n == 1 && assay_design_population(d, h) > 1);
    }
    return s;
}

static assay_status check_request(assay_context *context, const assay_design *design,
                                  const assay_estimate_request *request)
{
    const assay_estimate_method *method = request->method;
    if (!(request->confidence > 0 && request->confidence < 1)) {
        assay_fail(context, ASSAY_EDOM, "the confidence is a fraction between 0 and 1");
        return assay_blame_argument(context, "confidence");
    }
    if (request->side != ASSAY_TWO_SIDED && request->confidence <= 0.5) {
        assay_fail(context, ASSAY_EDOM, "a one-sided limit needs a confidence above 0.5");
        return assay_blame_argument(context, "side");
    }
    if (request->cap && method != NULL && !method->capped) {
        assay_fail(context, ASSAY_EDOM, "'%s' has no effective size to cap", method->name);
        return assay_blame_argument(context, "cap");
    }
    if (method == NULL || method->from == ASSAY_FROM_MOMENTS || assay_design_is_simple(design))
        return ASSAY_OK;
    assay_fail(context, ASSAY_EDOM,
               "'%s' works from the counts of simple random samples of known strata, which this "
               "design's clusters, weights or unknown populations are not",
               method->name);
    return assay_blame_argument(context, "method");
}

/* Makes room, and estimates; what was allocated stays in the batch. */
static assay_status run(assay_context *context, struct batch *b)
{
    const size_t groups = b->ask->n_groups, questions = b->ask->n_questions;
    const size_t bytes = (b->cells.n + 1) * sizeof *b->counts;
    const size_t fit = bytes > MOST_BYTES ? 1 : MOST_BYTES / bytes;
    const size_t at_once = fit < questions ? fit : questions;
    const size_t workers = is_serial(b) ? 1 : (size_t)assay_workers(context);
    b->room = searches(b) ? assay_design_strata(b->design) : b->cells.most;
    b->counts = assay_alloc_array(at_once * (b->cells.n + 1), sizeof *b->counts);
    b->rooms = assay_alloc_array(workers * b->room, sizeof *b->rooms);
    b->found = assay_alloc_array(groups * questions, sizeof *b->found);
    b->status = assay_alloc_array((groups * at_once + TASK_ESTIMATES - 1) / TASK_ESTIMATES,
                                  sizeof *b->status);
    return b->counts == NULL || b->rooms == NULL || b->found == NULL || b->status == NULL
               ? assay_fail_memory(context)
               : do_questions(context, b, at_once);
}

assay_status assay_estimate_proportions(assay_context *context, const assay_design *design,
                                        const assay_estimate_request *request, assay_estimate out[])
{
    struct batch b = {.design = design, .ask = request, .strata = strata_of(context, design)};
    assay_status status = check_request(context, design, request);
    if (status != ASSAY_OK)
        return status;
    status = assay_estimate_cells_of(context, design, request, &b.cells);
    if (status == ASSAY_OK)
        status = run(context, &b);
    if (status == ASSAY_OK)
        memcpy(out, b.found, request->n_groups * request->n_questions * sizeof *out);
    assay_estimate_cells_free(&b.cells);
    assay_free(b.counts);
    assay_free(b.rooms);
    assay_free(b.found);
    assay_free(b.status);
    return status;
}

assay_status assay_estimate_proportion(assay_context *context, const assay_design *design,
                                       const uint8_t answers[], const uint8_t *inside,
                                       double confidence, const assay_estimate_method *method,
                                       assay_estimate *out)
{
    const assay_estimate_request request = {.n_questions = 1,
                                            .answers = &answers,
                                            .n_groups = 1,
                                            .inside = inside,
                                            .confidence = confidence,
                                            .method = method};
    return assay_estimate_proportions(context, design, &request, out);
}
