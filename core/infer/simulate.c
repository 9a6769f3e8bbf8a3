/* simulate.c -- what a planned design would say of a share that is known. */
#include "infer/simulate.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/rng.h"
#include "base/thread.h"

enum { TASK_DRAWS = 512, FEW_STRATA = 256, FINE = 10, COARSE = 6 };

/*
** The distribution of a stratum's yes: least, least + 1, ... have the probabilities up to ends[0],
** ends[1], ... of 2^64, the last one the rest. guide[b] is the first whose end is above b / 2^bits,
** which mostly is the value of all chances that begin with b. What is certain needs no chance.
*/
typedef struct part {
    uint64_t least;
    size_t n; /* of the values that there can be */
    uint64_t *ends;
    int bits;
    uint32_t *guide; /* [2^bits] */
    double size;     /* n_h */
    double weight;   /* N_h / N / n_h: of a case */
    double variance; /* the variance of the estimate is the sum of this x (n_h - x) */
} part;

typedef struct design {
    size_t n; /* strata that have cases */
    part *parts;
    double share, df, units;
    double unanimous; /* n_effective where each stratum is of one mind */
    bool few;
    double confidence;
    const assay_estimate_method *method; /* NULL: by the rule */
    uint32_t key[2];
    uint64_t draws;
    struct tally *tallies; /* of each task */
} design;

/* What some draws said: moments by Welford's update. */
typedef struct tally {
    uint64_t n, defined, below, above;
    double mean, squares, se, width;
    assay_status status;
} tally;

/* ---- the distribution of a stratum ---- */

static assay_status make_ends(assay_context *context, uint64_t N, uint64_t K, uint64_t n, part *to)
{
    const uint64_t most = n < K ? n : K;
    to->least = n + K > N ? n + K - N : 0;
    to->n = (size_t)(most - to->least) + 1;
    double *p = assay_alloc_array(to->n, sizeof *p), sum = 0, up = 0;
    to->ends = assay_alloc_array(to->n, sizeof *to->ends);
    if (p == NULL || to->ends == NULL) {
        assay_free(p);
        return assay_fail_memory(context);
    }
    /* from the mode on both ways, so that what is lost is small beside the rest */
    const double mode = floor(((double)n + 1) * ((double)K + 1) / ((double)N + 2));
    const size_t middle = (size_t)fmin(fmax(mode - (double)to->least, 0), (double)(to->n - 1));
    p[middle] = 1;
    for (size_t i = middle; i + 1 < to->n; i++) {
        const double x = (double)(to->least + i);
        p[i + 1] = p[i] * ((double)K - x) * ((double)n - x) /
                   ((x + 1) * ((double)(N - K) + x + 1 - (double)n));
    }
    for (size_t i = middle; i > 0; i--) {
        const double x = (double)(to->least + i - 1);
        p[i - 1] = p[i] * ((x + 1) * ((double)(N - K) + x + 1 - (double)n)) /
                   (((double)K - x) * ((double)n - x));
    }
    for (size_t i = 0; i < to->n; i++)
        sum += p[i];
    for (size_t i = 0; i < to->n; i++) {
        up += p[i];
        to->ends[i] = i + 1 == to->n || up >= sum ? UINT64_MAX : (uint64_t)(up / sum * 0x1p64);
    }
    assay_free(p);
    return ASSAY_OK;
}

static assay_status make_guide(assay_context *context, bool fine, part *to)
{
    size_t i = 0;
    to->bits = fine ? FINE : COARSE;
    to->guide = assay_alloc_array((size_t)1 << to->bits, sizeof *to->guide);
    if (to->guide == NULL)
        return assay_fail_memory(context);
    for (size_t b = 0; b < (size_t)1 << to->bits; b++) {
        while (i + 1 < to->n && to->ends[i] <= (uint64_t)b << (64 - to->bits))
            i++;
        to->guide[b] = (uint32_t)i;
    }
    return ASSAY_OK;
}

/* ---- one draw ---- */

typedef struct estimate {
    double p, q, variance;
} estimate;

static void add_stratum(const part *from, double x, estimate *to)
{
    to->p += from->weight * x;
    to->q += from->weight * (from->size - x);
    to->variance += from->variance * x * (from->size - x);
}

/* The generator under way: outputs of the counters (0, 0, replicate), (1, 0, replicate) ... */
typedef struct chance {
    const uint32_t *key;
    uint32_t counter[4], out[4];
} chance;

/*
** The value that a chance of 64 bits stands for. Its upper half is output j; where that alone does not
** tell, which is once in 2^32 / n times or so, the lower half is the first output of (j, 1, replicate).
*/
static size_t find_value(const part *from, chance *random, uint32_t j)
{
    if (j % 4 == 0) {
        random->counter[0] = j / 4;
        assay_philox(random->counter, random->key, random->out);
    }
    const uint32_t upper = random->out[j % 4];
    size_t i = from->guide[upper >> (32 - from->bits)];
    while (i + 1 < from->n && from->ends[i] >> 32 < upper)
        i++;
    if (i + 1 == from->n || from->ends[i] >> 32 != upper)
        return i;
    uint32_t further[4];
    const uint32_t counter[4] = {j, 1, random->counter[2], random->counter[3]};
    assay_philox(counter, random->key, further);
    const uint64_t all = (uint64_t)upper << 32 | further[0];
    while (i + 1 < from->n && from->ends[i] <= all)
        i++;
    return i;
}

static void draw(const design *self, uint64_t replicate, estimate *to)
{
    chance random = {.key = self->key,
                     .counter = {0, 0, (uint32_t)replicate, (uint32_t)(replicate >> 32)}};
    uint32_t j = 0;
    *to = (estimate){0};
    for (size_t h = 0; h < self->n; h++) {
        const part *from = &self->parts[h];
        const size_t i = from->n > 1 ? find_value(from, &random, j++) : 0;
        add_stratum(from, (double)(from->least + i), to);
    }
    if (to->q == 0)
        to->p = 1;
}

static assay_status add_limits(const design *self, const estimate *found, tally *to)
{
    double lower, upper;
    const assay_moments moments = {.p = found->p,
                                   .q = found->q,
                                   .variance = found->variance,
                                   .n_effective = found->variance == 0
                                                      ? self->unanimous
                                                      : found->p * found->q / found->variance,
                                   .df = self->df,
                                   .relevant = self->units};
    const assay_estimate_method *method = self->method;
    if (method == NULL)
        method = assay_estimate_choose(self->df, found->p, found->q, self->few);
    const assay_status status =
        assay_estimate_limits(method, &moments, self->confidence, &lower, &upper);
    if (status != ASSAY_OK || isnan(lower))
        return status;
    to->defined++;
    to->width += upper - lower;
    to->below += upper < self->share - 1e-12;
    to->above += lower > self->share + 1e-12;
    return ASSAY_OK;
}

static void do_draws(void *context, size_t task, int worker)
{
    const design *self = context;
    const uint64_t first = (uint64_t)task * TASK_DRAWS, left = self->draws - first;
    tally to = {0};
    (void)worker;
    for (uint64_t r = first; r < first + (left < TASK_DRAWS ? left : TASK_DRAWS); r++) {
        estimate found;
        draw(self, r, &found);
        const double from_old = found.p - to.mean;
        to.mean += from_old / (double)++to.n;
        to.squares += from_old * (found.p - to.mean);
        to.se += sqrt(found.variance);
        to.status = add_limits(self, &found, &to);
        if (to.status != ASSAY_OK)
            break;
    }
    self->tallies[task] = to;
}

/* ---- all draws ---- */

/* Moments of two sets as those of one. Source: Chan, Golub & LeVeque (1983), Am. Stat. 37, 242-247. */
static void join(tally *all, const tally *more)
{
    const double n = (double)all->n, m = (double)more->n, apart = more->mean - all->mean;
    all->mean += apart * m / (n + m);
    all->squares += more->squares + apart * apart * n * m / (n + m);
    all->n += more->n;
    all->defined += more->defined;
    all->below += more->below;
    all->above += more->above;
    all->se += more->se;
    all->width += more->width;
}

static void answer(const design *self, const tally *all, double exact, assay_simulation *found)
{
    const double n = (double)all->n;
    *found = (assay_simulation){
        .draws = all->n,
        .share = self->share,
        .mean = all->mean,
        .sd = all->n > 1 ? sqrt(all->squares / (n - 1)) : (double)NAN,
        .exact_sd = exact,
        .mean_se = all->se / n,
        .coverage = (double)(all->defined - all->below - all->above) / n,
        .below = (double)all->below / n,
        .above = (double)all->above / n,
        .mean_width = all->width / (double)all->defined,
        .undefined = all->n - all->defined,
    };
}

static assay_status run(assay_context *context, design *self, double exact, assay_simulation *found)
{
    const size_t tasks = (size_t)((self->draws + TASK_DRAWS - 1) / TASK_DRAWS);
    tally all = {0};
    self->tallies = assay_alloc_array(tasks, sizeof *self->tallies);
    if (self->tallies == NULL)
        return assay_fail_memory(context);
    const assay_status status = assay_parallel(context, tasks, do_draws, self);
    if (status != ASSAY_OK)
        return status;
    for (size_t i = 0; i < tasks; i++) {
        if (self->tallies[i].status != ASSAY_OK)
            return assay_fail(context, self->tallies[i].status,
                              "the limits of a simulated sample could not be found");
        join(&all, &self->tallies[i]);
    }
    answer(self, &all, exact, found);
    return ASSAY_OK;
}

/* ---- the design ---- */

static assay_status refuse(assay_context *context, size_t h, const char *what)
{
    assay_fail(context, ASSAY_EDOM, "stratum %zu %s", h + 1, what);
    context->error.row = h + 1;
    return ASSAY_EDOM;
}

static assay_status check_stratum(assay_context *context, size_t h, uint64_t N, uint64_t K,
                                  uint64_t n)
{
    if (n > N || K > N)
        return refuse(context, h, "has fewer cases than are yes or sampled");
    if (n == 0 && N > 0)
        return refuse(context, h, "has no case in the sample: nothing would be known of it");
    if (n == 1 && N > 1)
        return refuse(context, h, "has one case in the sample, which gives no variance");
    return ASSAY_OK;
}

static assay_status check(assay_context *context, double confidence, const char *seed,
                          uint64_t draws)
{
    if (!(confidence > 0 && confidence < 1)) {
        assay_fail(context, ASSAY_EDOM, "the confidence is a fraction between 0 and 1");
        return assay_blame_argument(context, "confidence");
    }
    if (draws < 1 || draws > ASSAY_SIMULATE_MOST) {
        assay_fail(context, ASSAY_EDOM, "from 1 to %d draws can be simulated", ASSAY_SIMULATE_MOST);
        return assay_blame_argument(context, "draws");
    }
    if (!assay_seed_is_valid(seed, strlen(seed))) {
        assay_fail(context, ASSAY_EDOM, "a seed is 1 to 64 of the characters A-Z a-z 0-9 . _ -");
        return assay_blame_argument(context, "seed");
    }
    return ASSAY_OK;
}

/* Adds a stratum; *exact and *unanimous are sums that all strata add to. */
static assay_status add_part(assay_context *context, design *self, uint64_t N, uint64_t K,
                             uint64_t n, double total, bool fine, double *exact, double *unanimous)
{
    part *to = &self->parts[self->n++];
    const double W = (double)N / total, size = (double)n, left = (double)(N - n);
    assay_status status = make_ends(context, N, K, n, to);
    if (status == ASSAY_OK)
        status = make_guide(context, fine, to);
    if (status != ASSAY_OK)
        return status;
    to->size = size;
    to->weight = W / size;
    self->df += size - 1;
    self->units += size;
    self->few = self->few || n < 5;
    if (n == N)
        return ASSAY_OK;
    to->variance = W * W * left / (double)N / (size - 1) / size / size;
    *exact +=
        W * W * left / (double)N / size * (double)K * (double)(N - K) / (double)N / (double)(N - 1);
    *unanimous += W * W * left / (double)(N - 1) / size;
    return ASSAY_OK;
}

static assay_status make_design(assay_context *context, size_t n_strata,
                                const uint64_t population[], const uint64_t yes[],
                                const uint64_t sample[], design *self, double *exact)
{
    double total = 0, all_yes = 0, unanimous = 0;
    assay_status status = ASSAY_OK;
    for (size_t h = 0; status == ASSAY_OK && h < n_strata; h++) {
        status = check_stratum(context, h, population[h], yes[h], sample[h]);
        total += (double)population[h];
        all_yes += (double)yes[h];
    }
    if (status == ASSAY_OK && total == 0)
        return assay_fail(context, ASSAY_EDOM, "there is no case to draw from");
    self->share = all_yes / total;
    self->parts = assay_alloc_zeroed_array(n_strata, sizeof *self->parts);
    if (status == ASSAY_OK && self->parts == NULL)
        return assay_fail_memory(context);
    for (size_t h = 0; status == ASSAY_OK && h < n_strata; h++)
        if (population[h] > 0)
            status = add_part(context, self, population[h], yes[h], sample[h], total,
                              n_strata <= FEW_STRATA, exact, &unanimous);
    self->unanimous = 1 / unanimous;
    *exact = sqrt(*exact);
    return status;
}

assay_status assay_simulate(assay_context *context, size_t n_strata, const uint64_t population[],
                            const uint64_t yes[], const uint64_t sample[], double confidence,
                            const assay_estimate_method *method, const char *seed, uint64_t draws,
                            assay_simulation *found)
{
    double exact = 0;
    design self = {.confidence = confidence, .method = method, .draws = draws};
    assay_status status = check(context, confidence, seed, draws);
    if (status == ASSAY_OK) {
        assay_rng_key(seed, "simulate", self.key);
        status = make_design(context, n_strata, population, yes, sample, &self, &exact);
    }
    if (status == ASSAY_OK)
        status = run(context, &self, exact, found);
    for (size_t h = 0; h < self.n; h++) {
        assay_free(self.parts[h].ends);
        assay_free(self.parts[h].guide);
    }
    assay_free(self.parts);
    assay_free(self.tallies);
    return status;
}

/* ---- yes in the list ---- */

static size_t find_text(const char *cell, size_t length, size_t n, const char *const texts[])
{
    size_t i = 0;
    while (i < n && assay_compare_bytes(cell, length, texts[i], strlen(texts[i])) != 0)
        i++;
    return i;
}

static assay_status count_rows(assay_context *context, const assay_plan *plan, size_t column,
                               size_t n, const char *const texts[], uint64_t counts[], bool seen[])
{
    const assay_column *cells = assay_frame_column(plan->frame, column);
    for (size_t row = 0; row < cells->length; row++) {
        char scratch[ASSAY_CELL_BYTES];
        size_t length = 0;
        const char *cell = assay_column_cell(cells, row, scratch, &length);
        if (row % 16384 == 0 && assay_poll(context, row, cells->length) != ASSAY_OK)
            return context->error.status;
        if (cell == NULL) {
            assay_fail(context, ASSAY_EMISSING, "row %zu has no '%.40s': it is neither yes nor no",
                       row + 1, assay_frame_name(plan->frame, column));
            context->error.row = row + 1;
            return ASSAY_EMISSING;
        }
        const size_t i = find_text(cell, length, n, texts);
        if (i < n) {
            seen[i] = true;
            counts[plan->strata->of_row[row]]++;
        }
    }
    for (size_t i = 0; i < n; i++) {
        char quoted[ASSAY_QUOTED];
        if (!seen[i]) {
            assay_fail(context, ASSAY_EUNKNOWN, "no case has '%s' in column '%.40s'",
                       assay_quote(texts[i], strlen(texts[i]), quoted),
                       assay_frame_name(plan->frame, column));
            return assay_blame_argument(context, "yes");
        }
    }
    return ASSAY_OK;
}

assay_status assay_simulate_count(assay_context *context, const assay_plan *plan, size_t column,
                                  size_t n, const char *const texts[], uint64_t counts[])
{
    if (plan->listed != NULL)
        return assay_fail(context, ASSAY_EDOM,
                          "the cases of a list that streams past are not held");
    bool *seen = assay_alloc_zeroed_array(n, sizeof *seen);
    if (seen == NULL)
        return assay_fail_memory(context);
    memset(counts, 0, plan->strata->n * sizeof *counts);
    const assay_status status = count_rows(context, plan, column, n, texts, counts, seen);
    assay_free(seen);
    return status;
}
