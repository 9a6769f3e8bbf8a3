/* replicate.c -- the weights of replicates. */
#include "infer/replicate_parts.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/rng.h"
#include "infer/design_parts.h"
#include "infer/variance.h"
#include "prob/lanes.h"

/* ---- drawing ---- */

/* Outputs of the counters (0, 0, b), (1, 0, b) ... under a key, those of ASSAY_LANES counters at a time. */
typedef struct stream {
    const uint32_t *key;
    uint64_t counter, replicate;
    uint32_t out[4 * ASSAY_LANES];
    unsigned used;
} stream;

/* assay_philox of the counters from s->counter on, for all lanes at once. */
ASSAY_CLONES static void fill(stream *s)
{
    uint64_t c[4][ASSAY_LANES];
    uint32_t k0 = s->key[0], k1 = s->key[1];
    for (size_t l = 0; l < ASSAY_LANES; l++) {
        c[0][l] = (s->counter + l) & UINT32_MAX;
        c[1][l] = (s->counter + l) >> 32;
        c[2][l] = s->replicate & UINT32_MAX;
        c[3][l] = s->replicate >> 32;
    }
    for (int round = 0; round < 10; round++) {
        for (size_t l = 0; l < ASSAY_LANES; l++) {
            const uint64_t a = UINT64_C(0xD2511F53) * c[0][l], b = UINT64_C(0xCD9E8D57) * c[2][l];
            c[0][l] = (b >> 32) ^ c[1][l] ^ k0;
            c[1][l] = b & UINT32_MAX;
            c[2][l] = (a >> 32) ^ c[3][l] ^ k1;
            c[3][l] = a & UINT32_MAX;
        }
        k0 += UINT32_C(0x9E3779B9);
        k1 += UINT32_C(0xBB67AE85);
    }
    for (size_t l = 0; l < ASSAY_LANES; l++)
        for (size_t i = 0; i < 4; i++)
            s->out[4 * l + i] = (uint32_t)c[i][l];
    s->counter += ASSAY_LANES;
    s->used = 0;
}

static uint32_t next_output(stream *s)
{
    if (s->used == 4 * ASSAY_LANES)
        fill(s);
    return s->out[s->used++];
}

enum { TOGETHER = 16 };
static const uint32_t largest_product = UINT32_C(1) << 24; /* at most 1 output in 256 is refused */

/*
** k of the n places from `first` on, each as likely as any other, one after the other; product = n^k. All
** are taken from one output: what is left of it below the first product is spread evenly again, so that
** one comparison with the product of all bounds makes them fair.
** Source: Brackett-Rozinsky & Lemire (2024), Batched ranged random integer generation.
*/
static uint32_t *draw_places(stream *s, const replicate_draw *d, uint32_t k, uint32_t product,
                             uint32_t drawn[])
{
    uint32_t rest;
    do {
        rest = next_output(s);
        for (uint32_t i = 0; i < k; i++) {
            const uint64_t parts = (uint64_t)rest * d->n;
            drawn[i] = d->first + (uint32_t)(parts >> 32);
            rest = (uint32_t)parts;
        }
    } while (rest < product && rest < (UINT32_MAX - product + 1) % product);
    return drawn + k;
}

void assay_replicate_drawn(const assay_replicates *r, size_t b, uint32_t drawn[])
{
    stream s = {.key = r->key, .replicate = b, .used = 4 * ASSAY_LANES};
    for (size_t g = 0; g < r->n_draws; g++) {
        const replicate_draw *d = &r->draws[g];
        for (uint32_t left = d->draws; left > d->rest; left -= d->together)
            drawn = draw_places(&s, d, d->together, d->product, drawn);
        if (d->rest > 0)
            drawn = draw_places(&s, d, d->rest, d->rest_product, drawn);
    }
}

static void draw_factors(const assay_replicates *r, size_t b, uint32_t drawn[], double factor[])
{
    memcpy(factor, r->keep, r->places * sizeof *factor);
    assay_replicate_drawn(r, b, drawn);
    for (size_t i = 0; i < r->drawn; i++)
        factor[drawn[i]] += r->gain[drawn[i]];
}

static void leave_out(const assay_replicates *r, size_t b, double factor[])
{
    const uint32_t place = r->left_out[b].place, h = r->left_out[b].group;
    const double n = (double)(r->first[h + 1] - r->first[h]);
    for (size_t i = 0; i < r->places; i++)
        factor[i] = 1;
    for (uint32_t i = r->first[h]; i < r->first[h + 1]; i++)
        factor[i] = n / (n - 1);
    factor[place] = 0;
}

void assay_replicate_places(const assay_replicates *r, size_t b, uint32_t drawn[], double factor[])
{
    if (r->method == ASSAY_JACKKNIFE)
        leave_out(r, b, factor);
    else
        draw_factors(r, b, drawn, factor);
}

/* ---- what can have replicates ---- */

/* Whether some stratum is finite, so that not all of the variance is between clusters. */
static bool is_finite(const assay_design *d)
{
    size_t h = 0;
    while (h < d->strata && d->population[h] == ASSAY_INFINITE)
        h++;
    return h < d->strata;
}

static bool has_response(const assay_design *d)
{
    const assay_layer *layer = d->calibrated;
    while (layer != NULL && !layer->calibration->response)
        layer = layer->below;
    return layer != NULL;
}

static assay_status check_design(assay_context *context, const assay_design *d)
{
    if (assay_design_has_chances(d))
        assay_fail(context, ASSAY_EDOM,
                   "the sample was drawn with unequal probabilities: there are replicates of "
                   "samples that were drawn at random within strata");
    else if (is_finite(d) && has_response(d))
        assay_fail(context, ASSAY_EDOM,
                   "the weights are raised for non-response in a finite population: replicates "
                   "would leave out a part of what it adds");
    else if (assay_design_is_two_stage(d) && is_finite(d))
        assay_fail(context, ASSAY_EDOM,
                   "the sample was drawn in two stages, and a part of the clusters that is not "
                   "small: replicates would leave out what the second stage adds");
    else
        return ASSAY_OK;
    return assay_blame_argument(context, "method");
}

/* The rules for lonely strata that fail do so as in variance.h; one has no form in weights. */
static assay_status check_lonely(assay_context *context, const assay_design *d)
{
    if (assay_design_lonely(d) != ASSAY_LONELY_ADJUST)
        return assay_variance_check_lonely(context, d);
    for (size_t h = 0; h < d->first.groups; h++) {
        if (d->first.open[h] != 1)
            continue;
        assay_fail(context, ASSAY_EDOM,
                   "stratum %zu has one case or cluster in the sample, and 'adjust' has no "
                   "replicates: choose certainty, average or collapse for lonely strata",
                   h + 1);
        return assay_design_blame(context, "lonely", h);
    }
    return ASSAY_OK;
}

static assay_status check_method(assay_context *context, assay_replication method, uint64_t n,
                                 const char *seed)
{
    if (method == ASSAY_JACKKNIFE)
        return ASSAY_OK;
    if (n < 2 || n > ASSAY_REPLICATES_MOST) {
        assay_fail(context, ASSAY_EDOM, "from 2 to %d replicates can be drawn",
                   ASSAY_REPLICATES_MOST);
        return assay_blame_argument(context, "n");
    }
    if (seed == NULL || !assay_seed_is_valid(seed, strlen(seed))) {
        assay_fail(context, ASSAY_EDOM, "a seed is 1 to 64 of the characters A-Z a-z 0-9 . _ -");
        return assay_blame_argument(context, "seed");
    }
    return ASSAY_OK;
}

/* ---- making them ---- */

/* Items by group, in the order of the sample within each, those that were certain behind all. */
static void set_places(assay_replicates *r, uint32_t place_of[/*items*/])
{
    const assay_stage *stage = &r->design->first;
    for (size_t h = 0; h < r->groups; h++)
        r->first[h + 1] = r->first[h] + (uint32_t)stage->open[h];
    uint32_t certain = r->first[r->groups];
    for (size_t j = 0; j < stage->items; j++) {
        place_of[j] = stage->part[j] > 0 ? r->first[stage->group[j]]++ : certain++;
        r->part[place_of[j]] = stage->part[j];
    }
    for (size_t h = r->groups; h > 0; h--)
        r->first[h] = r->first[h - 1];
    r->first[0] = 0;
    for (size_t i = 0; i < assay_design_units(r->design); i++)
        r->place[i] = place_of[assay_design_item(r->design, i)];
}

/* n^k, the k draws that one output is good for, at most `draws` of them. */
static uint32_t batch(uint32_t n, uint32_t draws, uint32_t *product)
{
    uint32_t k = 1;
    *product = n;
    for (; k < draws && k < TOGETHER && *product <= largest_product / n; k++)
        *product *= n;
    return k;
}

static void set_draws(assay_replicates *r)
{
    for (size_t i = 0; i < r->places; i++)
        r->keep[i] = 1;
    memset(r->gain, 0, r->places * sizeof *r->gain);
    for (size_t h = 0; h < r->groups; h++) {
        const uint32_t n = r->first[h + 1] - r->first[h];
        if (n < 2)
            continue;
        replicate_draw *d = &r->draws[r->n_draws++];
        const double l = sqrt(r->part[r->first[h]]);
        *d = (replicate_draw){.first = r->first[h], .n = n, .draws = n - 1};
        r->drawn += n - 1;
        d->together = batch(n, n - 1, &d->product);
        d->rest = (n - 1) % d->together;
        if (d->rest > 0)
            d->rest = batch(n, d->rest, &d->rest_product);
        for (uint32_t i = r->first[h]; i < r->first[h + 1]; i++) {
            r->keep[i] = 1 - l;
            r->gain[i] = l * (double)n / (double)(n - 1);
        }
    }
}

static void set_left_out(assay_replicates *r)
{
    r->count = 0;
    for (size_t h = 0; h < r->groups; h++) {
        const double n = (double)(r->first[h + 1] - r->first[h]);
        for (uint32_t i = r->first[h]; n > 1 && i < r->first[h + 1]; i++)
            r->left_out[r->count++] = (replicate_without){i, (uint32_t)h, r->part[i] * (n - 1) / n};
    }
}

/* As in variance.c: the mean of the groups that have a variance stands for those of one. */
static void set_raise(assay_replicates *r, uint8_t met[/*groups*/])
{
    const assay_stage *stage = &r->design->first;
    double groups = 0, defined = 0;
    r->raise = 1;
    if (assay_design_lonely(r->design) != ASSAY_LONELY_AVERAGE)
        return;
    for (size_t j = 0; j < stage->items; j++)
        met[stage->group[j]] = 1;
    for (size_t h = 0; h < stage->groups; h++) {
        groups += met[h];
        defined += met[h] && stage->open[h] != 1;
    }
    r->raise = groups / defined; /* 0/0: none to take the mean of */
}

static assay_replicates *allocate(const assay_design *design, assay_replication method)
{
    assay_replicates *r = assay_alloc_zeroed_array(1, sizeof *r);
    if (r == NULL)
        return NULL;
    const size_t drawn = method == ASSAY_RAO_WU ? design->first.items : 0;
    r->design = design;
    r->method = method;
    r->places = design->first.items;
    r->groups = design->first.groups;
    r->rows = design->calibrated != NULL ? assay_design_units(design) : r->places;
    r->weights = design->start;
    r->place = assay_alloc_array(assay_design_units(design), sizeof *r->place);
    r->first = assay_alloc_zeroed_array(r->groups + 1, sizeof *r->first);
    r->part = assay_alloc_array(r->places, sizeof *r->part);
    r->keep = assay_alloc_array(drawn, sizeof *r->keep);
    r->gain = assay_alloc_array(drawn, sizeof *r->gain);
    r->draws = assay_alloc_array(r->groups, sizeof *r->draws);
    r->left_out = assay_alloc_array(r->places - drawn, sizeof *r->left_out);
    if (r->place != NULL && r->first != NULL && r->part != NULL && r->keep != NULL &&
        r->gain != NULL && r->draws != NULL && r->left_out != NULL)
        return r;
    assay_replicates_free(r);
    return NULL;
}

static assay_status set_up(assay_context *context, assay_replicates *r)
{
    uint32_t *place_of = assay_alloc_array(r->places, sizeof *place_of);
    uint8_t *met = assay_alloc_zeroed_array(r->groups, sizeof *met);
    if (place_of != NULL && met != NULL) {
        set_places(r, place_of);
        set_raise(r, met);
    }
    const bool done = place_of != NULL && met != NULL;
    assay_free(place_of);
    assay_free(met);
    return done ? ASSAY_OK : assay_fail_memory(context);
}

assay_status assay_replicates_new(assay_context *context, const assay_design *design,
                                  assay_replication method, uint64_t n, const char *seed,
                                  assay_replicates **replicates)
{
    assay_status status = check_method(context, method, n, seed);
    if (status == ASSAY_OK)
        status = check_design(context, design);
    if (status == ASSAY_OK)
        status = check_lonely(context, design);
    if (status != ASSAY_OK)
        return status;
    assay_replicates *r = allocate(design, method);
    status = r == NULL ? assay_fail_memory(context) : set_up(context, r);
    if (status != ASSAY_OK) {
        assay_replicates_free(r);
        return status;
    }
    r->count = (size_t)n;
    if (method == ASSAY_JACKKNIFE) {
        set_left_out(r);
    } else {
        set_draws(r);
        assay_rng_key(seed, "replicate", r->key);
    }
    if (design->calibrated != NULL)
        status = assay_replicates_calibrate(context, r);
    if (status != ASSAY_OK) {
        assay_replicates_free(r);
        return status;
    }
    *replicates = r;
    return ASSAY_OK;
}

void assay_replicates_free(assay_replicates *r)
{
    if (r == NULL)
        return;
    assay_replicates_uncalibrate(r);
    assay_free(r->place);
    assay_free(r->first);
    assay_free(r->part);
    assay_free(r->keep);
    assay_free(r->gain);
    assay_free(r->draws);
    assay_free(r->left_out);
    assay_free(r);
}

const assay_design *assay_replicates_design(const assay_replicates *r)
{
    return r->design;
}

assay_replication assay_replicates_method(const assay_replicates *r)
{
    return r->method;
}

size_t assay_replicates_count(const assay_replicates *r)
{
    return r->count;
}
