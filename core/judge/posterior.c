/* posterior.c -- which ratings the percentages of a population may have, after a sample of it. */
#include "judge/posterior.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/rng.h"
#include "base/thread.h"
#include "judge/polya.h"

enum { TASK_REPLICATES = 32 };

/* What one worker needs, and what it has counted. */
typedef struct worker {
    uint64_t *marks;  /* bits of the positions of a stratum; all 0 between draws */
    uint64_t *counts; /* [Q] yes and relevant of a replicate */
    size_t *bands;    /* [S] of a replicate; behind them [fixed + S], those that count */
    double *lowest;   /* [S] of a replicate */
    uint64_t *tally;  /* [(Q + S + 1) K] replicates */
} worker;

typedef struct posterior {
    const assay_posterior_request *ask;
    assay_posterior *found;
    size_t Q, S, K;
    assay_polya *surveys;
    worker workers[ASSAY_THREADS_MOST];
    uint64_t *all_tallies, widest;
    double *sums; /* [tasks][Q + S] of shares and lowest shares */
} posterior;

/* ---- one replicate --------------------------------------------------------------------------- */

/* The bands of all questions and standards, counted; shares are added to sums[Q + S]. */
static void rate(const posterior *self, const worker *w, double sums[])
{
    const size_t top = self->K - 1;
    for (size_t s = 0; s < self->S; s++) {
        w->bands[s] = top;
        w->lowest[s] = 1;
    }
    for (size_t q = 0; q < self->Q; q++) {
        const size_t s = self->ask->standard[q];
        const int64_t yes = assay_polya_yes(w->counts[q]);
        const int64_t relevant = assay_polya_relevant(w->counts[q]);
        assay_banding banding;
        if (relevant == 0)
            continue;
        const double share = (double)yes / (double)relevant;
        assay_rating_of_counts(self->ask->scale, yes, relevant, &banding);
        w->tally[q * self->K + banding.band]++;
        w->bands[s] = banding.band < w->bands[s] ? banding.band : w->bands[s];
        w->lowest[s] = share < w->lowest[s] ? share : w->lowest[s];
        sums[q] += share;
    }
    for (size_t s = 0; s < self->S; s++) {
        w->tally[(self->Q + s) * self->K + w->bands[s]]++;
        sums[self->Q + s] += w->lowest[s];
    }
}

/* The whole, of the fixed bands and of those standards that count. */
static void rate_whole(const posterior *self, const worker *w)
{
    size_t *counted = w->bands + self->S, n = self->ask->n_fixed;
    assay_overall overall;
    for (size_t s = 0; s < self->S; s++)
        if (self->ask->counted == NULL || self->ask->counted[s])
            counted[n++] = w->bands[s];
    if (assay_rating_overall(self->ask->scale, counted, n, &overall) == ASSAY_OK)
        w->tally[(self->Q + self->S) * self->K + overall.band]++;
}

static void do_replicates(void *context, size_t task, int number)
{
    const posterior *self = context;
    const worker *w = &self->workers[number];
    const uint64_t first = (uint64_t)task * TASK_REPLICATES;
    const uint64_t left = self->ask->replicates - first;
    for (uint64_t r = first; r < first + (left < TASK_REPLICATES ? left : TASK_REPLICATES); r++) {
        for (size_t k = 0, q = 0; k < self->ask->n_surveys; q += self->surveys[k++].n_questions)
            assay_polya_draw(&self->surveys[k], r, w->marks, w->counts + q);
        rate(self, w, self->sums + task * (self->Q + self->S));
        rate_whole(self, w);
    }
}

/* ---- making ready ---------------------------------------------------------------------------- */

/* What the sample itself says of the questions from number `first` on. */
static void put_sample(const posterior *self, const assay_polya *from, size_t first)
{
    for (size_t q = 0; q < from->n_questions; q++) {
        self->found->yes[first + q] = from->yes[q];
        self->found->relevant[first + q] = from->relevant[q];
        self->found->unanimous[first + q] = from->none[q] != NULL;
    }
}

/* Why a design's cases cannot be copied one for another, or NULL; weights may be printed, and so rounded. */
static const char *unlike(const assay_design *design)
{
    const uint32_t *stratum = assay_design_stratum(design);
    if (assay_design_clusters(design) > 0)
        return "these were drawn in clusters";
    if (assay_design_is_calibrated(design))
        return "these have weights that were made after the answers came; ask the survey as it was "
               "before";
    if (assay_design_total(design) == ASSAY_INFINITE)
        return "of these the population has no end, and its size is needed";
    for (size_t i = 0; !assay_design_is_simple(design) && i < assay_design_units(design); i++) {
        const size_t h = stratum[i];
        const double each = (double)assay_design_population(design, h) *
                            assay_design_raise(design, h) / (double)assay_design_sample(design, h);
        const double off = fabs(assay_design_weights(design)[i] - each);
        if (assay_design_has_chances(design) ||
            (assay_design_inside(design, i) && !(off <= 0.001 * each)))
            return "these have weights of their own";
    }
    return NULL;
}

static assay_status check_design(assay_context *context, const assay_design *design)
{
    const char *why = unlike(design);
    if (why != NULL)
        return assay_fail(context, ASSAY_EDOM,
                          "the Polya posterior is for cases that had equal probabilities within a "
                          "stratum, each drawn for itself: %s",
                          why);
    if (assay_design_total(design) > ASSAY_POSTERIOR_MOST)
        return assay_fail(context, ASSAY_EDOM, "a population above %d cases",
                          (int)ASSAY_POSTERIOR_MOST);
    return ASSAY_OK;
}

static assay_status add_surveys(assay_context *context, posterior *self)
{
    assay_status status = ASSAY_OK;
    for (size_t k = 0, first = 0; status == ASSAY_OK && k < self->ask->n_surveys; k++) {
        const assay_posterior_survey *from = &self->ask->surveys[k];
        assay_polya *to = &self->surveys[k];
        char name[40];
        status = check_design(context, from->design);
        if (status != ASSAY_OK)
            return status;
        snprintf(name, sizeof name, "posterior-%zu", k + 1);
        status = assay_polya_make(context, from->design, from->n_questions, from->answers,
                                  self->ask->seed, name, to);
        if (status != ASSAY_OK)
            return status;
        put_sample(self, to, first);
        first += to->n_questions;
        self->found->few += to->few;
        self->widest = to->widest > self->widest ? to->widest : self->widest;
    }
    return status;
}

/* Each standard needs a question that says something. */
static assay_status check_standards(assay_context *context, const posterior *self)
{
    for (size_t s = 0; s < self->S; s++) {
        bool rated = false;
        for (size_t q = 0; q < self->Q; q++)
            rated = rated || (self->ask->standard[q] == s && self->found->relevant[q] > 0);
        if (!rated) {
            assay_fail(context, ASSAY_EMISSING, "no key question has a relevant case");
            context->error.row = s + 1;
            return ASSAY_EMISSING;
        }
    }
    return ASSAY_OK;
}

static assay_status check(assay_context *context, const posterior *self)
{
    const assay_posterior_request *ask = self->ask;
    if (ask->replicates < 1 || ask->replicates > ASSAY_POSTERIOR_REPLICATES) {
        assay_fail(context, ASSAY_EDOM, "from 1 to %d replicates can be drawn",
                   ASSAY_POSTERIOR_REPLICATES);
        return assay_blame_argument(context, "replicates");
    }
    if (!assay_seed_is_valid(ask->seed, strlen(ask->seed))) {
        assay_fail(context, ASSAY_EDOM, "a seed is 1 to 64 of the characters A-Z a-z 0-9 . _ -");
        return assay_blame_argument(context, "seed");
    }
    for (size_t q = 0; q < self->Q; q++)
        if (ask->standard[q] >= self->S)
            return assay_fail(context, ASSAY_EDOM,
                              "question %zu is of a standard that is not there", q + 1);
    for (size_t i = 0; i < ask->n_fixed; i++)
        if (ask->fixed[i] >= self->K)
            return assay_fail(context, ASSAY_EDOM,
                              "a judged standard has a band that is not there");
    return ASSAY_OK;
}

static assay_status new_worker(assay_context *context, posterior *self, worker *w, uint64_t *tally)
{
    const size_t S = self->S, fixed = self->ask->n_fixed;
    w->marks = assay_alloc_zeroed_array((size_t)(self->widest / 64) + 1, sizeof *w->marks);
    w->counts = assay_alloc_array(self->Q + 1, sizeof *w->counts);
    w->bands = assay_alloc_array(2 * S + fixed + 1, sizeof *w->bands);
    w->lowest = assay_alloc_array(S + 1, sizeof *w->lowest);
    if (w->marks == NULL || w->counts == NULL || w->bands == NULL || w->lowest == NULL)
        return assay_fail_memory(context);
    for (size_t i = 0; i < fixed; i++)
        w->bands[S + i] = self->ask->fixed[i];
    w->tally = tally;
    return ASSAY_OK;
}

/* ---- the answer ------------------------------------------------------------------------------ */

/* The chances of each band, of what is counted from number `at` on. */
static void put_chances(const posterior *self, size_t at, double chances[])
{
    double total = 0;
    for (size_t band = 0; band < self->K; band++) {
        chances[band] = (double)self->all_tallies[at * self->K + band];
        total += chances[band];
    }
    for (size_t band = 0; band < self->K; band++)
        chances[band] = total == 0 ? (double)NAN : chances[band] / total;
}

/* Frechet: of J events P(all) is at most the least of their P, at least their sum less J - 1. */
static void put_bounds(const posterior *self, size_t s)
{
    assay_posterior *found = self->found;
    for (size_t band = 0; band < self->K; band++) {
        double most = 1, least = 1;
        for (size_t q = 0; q < self->Q; q++) {
            double p = 0;
            if (self->ask->standard[q] != s || found->relevant[q] == 0)
                continue;
            for (size_t b = self->K; b-- > band;)
                p += found->questions[q * self->K + b];
            p = fmin(p, 1);
            most = fmin(most, p);
            least -= 1 - p;
        }
        found->most[s * self->K + band] = most;
        found->least[s * self->K + band] = fmax(least, 0);
    }
}

static void answer(posterior *self, size_t tasks)
{
    assay_posterior *found = self->found;
    const double B = (double)self->ask->replicates;
    const size_t columns = self->Q + self->S;
    for (size_t i = 0; i < columns; i++) {
        double sum = 0;
        for (size_t task = 0; task < tasks; task++)
            sum += self->sums[task * columns + i];
        *(i < self->Q ? &found->mean[i] : &found->lowest[i - self->Q]) =
            i < self->Q && found->relevant[i] == 0 ? (double)NAN : sum / B;
    }
    for (size_t q = 0; q < self->Q; q++)
        put_chances(self, q, found->questions + q * self->K);
    for (size_t s = 0; s < self->S; s++) {
        put_chances(self, self->Q + s, found->standards + s * self->K);
        put_bounds(self, s);
    }
    put_chances(self, columns, found->overall);
}

static assay_status run(assay_context *context, posterior *self)
{
    const size_t tasks = (size_t)((self->ask->replicates + TASK_REPLICATES - 1) / TASK_REPLICATES);
    const size_t each = (self->Q + self->S + 1) * self->K;
    const int workers = assay_workers(context);
    assay_status status = ASSAY_OK;
    self->sums = assay_alloc_zeroed_array(tasks, (self->Q + self->S) * sizeof *self->sums);
    self->all_tallies = assay_alloc_zeroed_array((size_t)workers, each * sizeof *self->all_tallies);
    if (self->sums == NULL || self->all_tallies == NULL)
        return assay_fail_memory(context);
    for (int i = 0; status == ASSAY_OK && i < workers; i++)
        status = new_worker(context, self, &self->workers[i], self->all_tallies + (size_t)i * each);
    if (status == ASSAY_OK)
        status = assay_parallel(context, tasks, do_replicates, self);
    if (status != ASSAY_OK)
        return status;
    for (int w = 1; w < workers; w++)
        for (size_t i = 0; i < each; i++)
            self->all_tallies[i] += self->workers[w].tally[i];
    answer(self, tasks);
    return ASSAY_OK;
}

static void free_posterior(posterior *self)
{
    for (size_t k = 0; self->surveys != NULL && k < self->ask->n_surveys; k++)
        assay_polya_free(&self->surveys[k]);
    for (int i = 0; i < ASSAY_THREADS_MOST; i++) {
        assay_free(self->workers[i].marks);
        assay_free(self->workers[i].counts);
        assay_free(self->workers[i].bands);
        assay_free(self->workers[i].lowest);
    }
    assay_free(self->surveys);
    assay_free(self->sums);
    assay_free(self->all_tallies);
}

assay_status assay_posterior_ratings(assay_context *context, const assay_posterior_request *ask,
                                     assay_posterior *found)
{
    posterior self = {
        .ask = ask, .found = found, .S = ask->n_standards, .K = assay_scale_n_bands(ask->scale)};
    for (size_t k = 0; k < ask->n_surveys; k++)
        self.Q += ask->surveys[k].n_questions;
    assay_status status = check(context, &self);
    if (status != ASSAY_OK)
        return status;
    found->few = 0;
    self.surveys = assay_alloc_zeroed_array(ask->n_surveys, sizeof *self.surveys);
    status = self.surveys == NULL ? assay_fail_memory(context) : add_surveys(context, &self);
    if (status == ASSAY_OK)
        status = check_standards(context, &self);
    if (status == ASSAY_OK)
        status = run(context, &self);
    free_posterior(&self);
    return status;
}
