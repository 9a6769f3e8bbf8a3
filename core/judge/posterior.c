/* posterior.c -- which ratings the percentages of a population may have, after a sample of it. */
#include "judge/posterior.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/rng.h"
#include "base/thread.h"
#include "infer/estimate.h"

enum { TASK_REPLICATES = 32 };

/* Yes are counted in the lower half of a word, relevant cases in the upper: neither passes 2^32. */
#define RELEVANT (UINT64_C(1) << 32)
#define YES      (RELEVANT | 1)

/* A survey made ready: its units by stratum, and what each says of each question. */
typedef struct survey {
    uint32_t key[2];
    size_t n, strata, n_questions;
    size_t first;      /* number of its first question */
    uint64_t *sampled; /* [strata] n_h */
    uint64_t *others;  /* [strata] N_h - n_h */
    uint64_t *says;    /* [n][n_questions] YES, RELEVANT or 0: two counts in one word */
} survey;

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
    survey *surveys;
    worker workers[ASSAY_THREADS_MOST];
    uint64_t *all_tallies, widest;
    double **none; /* [Q] of unanimous questions: P(no other answer among r relevant cases drawn) */
    double *sums;  /* [tasks][Q + S] of shares and lowest shares */
} posterior;

/* ---- chance ---------------------------------------------------------------------------------- */

/* The outputs of counters (0, 0, replicate), (1, 0, replicate) ... of a stream, one after the other. */
typedef struct chance {
    const uint32_t *key;
    uint32_t counter[4], out[4];
    int used;
} chance;

static uint32_t next(chance *c)
{
    if (c->used == 4) {
        assay_philox(c->counter, c->key, c->out);
        c->counter[0]++;
        c->counter[1] += c->counter[0] == 0;
        c->used = 0;
    }
    return c->out[c->used++];
}

/* 0 .. bound - 1, each as likely. Source: Lemire (2019), ACM TOMACS 29(1). */
static uint32_t below(chance *c, uint32_t bound)
{
    uint64_t product = (uint64_t)next(c) * bound;
    if ((uint32_t)product < bound)
        for (const uint32_t least = (uint32_t)-bound % bound; (uint32_t)product < least;)
            product = (uint64_t)next(c) * bound;
    return (uint32_t)(product >> 32);
}

static double uniform(chance *c)
{
    const uint64_t high = next(c) >> 5, low = next(c) >> 6;
    return (double)(high << 26 | low) * 0x1p-53;
}

/* ---- one replicate --------------------------------------------------------------------------- */

/* n - 1 of the positions 0 .. N - 2, as bits. */
static void mark_positions(chance *c, uint64_t n, uint64_t N, uint64_t marks[])
{
    for (uint64_t j = N - n; j < N - 1; j++) {
        const uint64_t t = below(c, (uint32_t)j + 1);
        const uint64_t at = marks[t / 64] >> t % 64 & 1 ? j : t;
        marks[at / 64] |= UINT64_C(1) << at % 64;
    }
}

/* Adds a case of the sample as often as it is in the population. */
static void add_unit(const survey *s, size_t i, uint64_t times, const worker *w)
{
    const uint64_t *says = s->says + i * s->n_questions;
    uint64_t *counts = w->counts + s->first;
    for (size_t q = 0; q < s->n_questions; q++)
        counts[q] += says[q] * times;
}

/* One stratum, whose units are i, i + 1, ...: the gaps between marked positions are their numbers. */
static void draw_stratum(chance *c, const survey *s, size_t h, size_t i, const worker *w)
{
    const uint64_t n = s->sampled[h], N = n + s->others[h];
    uint64_t last = 0; /* positions passed */
    mark_positions(c, n, N, w->marks);
    for (uint64_t word = 0; word * 64 < N - 1; word++)
        for (; w->marks[word] != 0; w->marks[word] &= w->marks[word] - 1) {
            const uint64_t at = word * 64 + (uint64_t)__builtin_ctzll(w->marks[word]);
            add_unit(s, i++, at + 1 - last, w);
            last = at + 1;
        }
    add_unit(s, i, N - last, w);
}

/*
** How many of r cases say other than the m that agree: BetaBinomial (r, 1/2, m + 1/2), by inversion
** from 0 up.
*/
static uint64_t draw_others(chance *c, double none, uint64_t r, uint64_t m)
{
    double p = none, left = uniform(c) - p;
    uint64_t k = 0;
    for (; left >= 0 && k < r; k++) {
        p *= (double)(r - k) * ((double)k + 0.5) /
             (((double)k + 1) * ((double)m - 0.5 + (double)(r - k)));
        left -= p;
    }
    return k;
}

static void mend_unanimous(chance *c, const posterior *self, const survey *s, const worker *w)
{
    for (size_t q = s->first; q < s->first + s->n_questions; q++) {
        const uint64_t m = (uint64_t)self->found->relevant[q], r = (w->counts[q] >> 32) - m;
        if (self->none[q] == NULL)
            continue;
        const uint64_t others = draw_others(c, self->none[q][r], r, m);
        w->counts[q] += (uint32_t)w->counts[q] == 0 ? others : (uint64_t)0 - others;
    }
}

static void draw_survey(const posterior *self, const survey *s, uint64_t replicate, const worker *w)
{
    chance c = {.key = s->key,
                .counter = {0, 0, (uint32_t)replicate, (uint32_t)(replicate >> 32)},
                .used = 4};
    size_t i = 0;
    for (size_t h = 0; h < s->strata; h++) {
        if (s->sampled[h] > 0)
            draw_stratum(&c, s, h, i, w);
        i += s->sampled[h];
    }
    mend_unanimous(&c, self, s, w);
}

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
        const int64_t yes = (uint32_t)w->counts[q], relevant = (int64_t)(w->counts[q] >> 32);
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
        memset(w->counts, 0, self->Q * sizeof *w->counts);
        for (size_t k = 0; k < self->ask->n_surveys; k++)
            draw_survey(self, &self->surveys[k], r, w);
        rate(self, w, self->sums + task * (self->Q + self->S));
        rate_whole(self, w);
    }
}

/* ---- making ready ---------------------------------------------------------------------------- */

static assay_status check_survey(assay_context *context, const assay_posterior_survey *from)
{
    const size_t n = assay_design_units(from->design);
    if (assay_design_total(from->design) > ASSAY_POSTERIOR_MOST)
        return assay_fail(context, ASSAY_EDOM, "a population above %d cases",
                          (int)ASSAY_POSTERIOR_MOST);
    for (size_t q = 0; q < from->n_questions; q++)
        for (size_t i = 0; i < n; i++)
            if (from->answers[q][i] > ASSAY_UNANSWERED) {
                assay_fail(context, ASSAY_EDOM, "answer %zu is none of the four", i + 1);
                context->error.row = i + 1;
                return assay_blame_argument(context, "answers");
            }
    return ASSAY_OK;
}

/* Where each unit goes so that strata stand one behind the other: places[n]. */
static void sort_units(const assay_design *design, size_t places[], size_t ends[])
{
    const uint32_t *stratum = assay_design_stratum(design);
    size_t at = 0;
    for (size_t h = 0; h < assay_design_strata(design); h++) {
        ends[h] = at;
        at += (size_t)assay_design_sample(design, h);
    }
    for (size_t i = 0; i < assay_design_units(design); i++)
        places[i] = ends[stratum[i]]++;
}

static void put_answers(posterior *self, const assay_posterior_survey *from, survey *to,
                        const size_t places[])
{
    for (size_t q = 0; q < to->n_questions; q++)
        for (size_t i = 0; i < to->n; i++) {
            const uint8_t answer = from->answers[q][i];
            const bool relevant =
                assay_design_inside(from->design, i) && (answer == ASSAY_YES || answer == ASSAY_NO);
            to->says[places[i] * to->n_questions + q] = !relevant             ? 0
                                                        : answer == ASSAY_YES ? YES
                                                                              : RELEVANT;
            self->found->relevant[to->first + q] += relevant;
            self->found->yes[to->first + q] += relevant && answer == ASSAY_YES;
        }
}

static assay_status fill_survey(assay_context *context, posterior *self,
                                const assay_posterior_survey *from, survey *to)
{
    size_t *places = assay_alloc_array(to->n + to->strata, sizeof *places);
    to->sampled = assay_alloc_array(to->strata, 2 * sizeof *to->sampled);
    to->says = assay_alloc_array(to->n, to->n_questions * sizeof *to->says);
    if (places == NULL || to->sampled == NULL || to->says == NULL) {
        assay_free(places);
        return assay_fail_memory(context);
    }
    to->others = to->sampled + to->strata;
    for (size_t h = 0; h < to->strata; h++) {
        const uint64_t N = assay_design_population(from->design, h);
        to->sampled[h] = assay_design_sample(from->design, h);
        to->others[h] = N - to->sampled[h];
        self->widest = N > self->widest ? N : self->widest;
        self->found->few += to->sampled[h] < 5 && to->others[h] > 0;
    }
    sort_units(from->design, places, places + to->n);
    put_answers(self, from, to, places);
    assay_free(places);
    return ASSAY_OK;
}

static assay_status add_survey(assay_context *context, posterior *self, size_t k)
{
    const assay_posterior_survey *from = &self->ask->surveys[k];
    survey *to = &self->surveys[k];
    char name[40];
    const assay_status status = check_survey(context, from);
    if (status != ASSAY_OK)
        return status;
    snprintf(name, sizeof name, "posterior-%zu", k + 1);
    assay_rng_key(self->ask->seed, name, to->key);
    to->n = assay_design_units(from->design);
    to->strata = assay_design_strata(from->design);
    to->n_questions = from->n_questions;
    to->first = k == 0 ? 0 : self->surveys[k - 1].first + self->surveys[k - 1].n_questions;
    return fill_survey(context, self, from, to);
}

/* P(0) of BetaBinomial (r, 1/2, m + 1/2) for all r that there can be: a product of (m + i + 1/2) / (m + i + 1). */
static assay_status tell_none(assay_context *context, posterior *self, size_t q, uint64_t others)
{
    const double m = (double)self->found->relevant[q];
    self->none[q] = assay_alloc_array((size_t)others + 1, sizeof *self->none[q]);
    if (self->none[q] == NULL)
        return assay_fail_memory(context);
    self->none[q][0] = 1;
    for (size_t r = 0; r < others; r++)
        self->none[q][r + 1] = self->none[q][r] * (m + (double)r + 0.5) / (m + (double)r + 1);
    return ASSAY_OK;
}

static assay_status find_unanimous(assay_context *context, posterior *self)
{
    assay_status status = ASSAY_OK;
    for (size_t k = 0; k < self->ask->n_surveys; k++) {
        const survey *s = &self->surveys[k];
        const uint64_t others = assay_design_total(self->ask->surveys[k].design) - (uint64_t)s->n;
        for (size_t q = s->first; status == ASSAY_OK && q < s->first + s->n_questions; q++) {
            const int64_t m = self->found->relevant[q], x = self->found->yes[q];
            self->found->unanimous[q] = m > 0 && (x == 0 || x == m);
            if (self->found->unanimous[q])
                status = tell_none(context, self, q, others);
        }
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
    for (size_t k = 0; self->surveys != NULL && k < self->ask->n_surveys; k++) {
        assay_free(self->surveys[k].sampled);
        assay_free(self->surveys[k].says);
    }
    for (size_t q = 0; self->none != NULL && q < self->Q; q++)
        assay_free(self->none[q]);
    for (int i = 0; i < ASSAY_THREADS_MOST; i++) {
        assay_free(self->workers[i].marks);
        assay_free(self->workers[i].counts);
        assay_free(self->workers[i].bands);
        assay_free(self->workers[i].lowest);
    }
    assay_free(self->surveys);
    assay_free(self->none);
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
    memset(found->yes, 0, self.Q * sizeof *found->yes);
    memset(found->relevant, 0, self.Q * sizeof *found->relevant);
    self.surveys = assay_alloc_zeroed_array(ask->n_surveys, sizeof *self.surveys);
    self.none = assay_alloc_zeroed_array(self.Q, sizeof *self.none);
    if (self.surveys == NULL || self.none == NULL)
        status = assay_fail_memory(context);
    for (size_t k = 0; status == ASSAY_OK && k < ask->n_surveys; k++)
        status = add_survey(context, &self, k);
    if (status == ASSAY_OK)
        status = find_unanimous(context, &self);
    if (status == ASSAY_OK)
        status = check_standards(context, &self);
    if (status == ASSAY_OK)
        status = run(context, &self);
    free_posterior(&self);
    return status;
}
