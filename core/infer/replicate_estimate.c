/* replicate_estimate.c -- estimates repeated under the weights of replicates, and what they tell. */
#include "infer/replicate_parts.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/thread.h"
#include "prob/lanes.h"

/* Replicates whose sums are made together, and rows times replicates in a task: well under 1 ms. */
enum { TILE = 4, TASK_ROWS = 1 << 14 };
_Static_assert(TILE == 4, "add_up has a sum for each");

/* ---- room for each worker ---- */

typedef struct rooms {
    size_t n, rows, places, drawn;
    uint32_t *list; /* [n * drawn] */
    double *base;   /* [n * places] */
    double *factor; /* [n * TILE * rows] */
    double *sums;   /* [n * TILE * columns] */
} rooms;

static assay_status new_rooms(assay_context *context, const assay_replicates *r, size_t columns,
                              rooms *to)
{
    *to = (rooms){(size_t)assay_workers(context), r->rows, r->places, r->drawn, 0, 0, 0, 0};
    to->list = assay_alloc_array(to->n * r->drawn, sizeof *to->list);
    to->base = assay_alloc_array(to->n * r->places, sizeof *to->base);
    to->factor = assay_alloc_zeroed_array(to->n * r->rows, TILE * sizeof *to->factor);
    to->sums = assay_alloc_array(to->n * columns, TILE * sizeof *to->sums);
    const bool done =
        to->list != NULL && to->base != NULL && to->factor != NULL && to->sums != NULL;
    return done ? ASSAY_OK : assay_fail_memory(context);
}

static void free_rooms(rooms *of)
{
    assay_free(of->list);
    assay_free(of->base);
    assay_free(of->factor);
    assay_free(of->sums);
}

/* Replicate b in one of the worker's rooms. */
static double *make_factors(const assay_replicates *r, size_t b, const rooms *in, int worker,
                            size_t tile)
{
    const size_t w = (size_t)worker;
    double *factor = &in->factor[(w * TILE + tile) * in->rows];
    const replicate_room room = {&in->list[w * in->drawn], &in->base[w * in->places]};
    assay_replicate_factors(r, b, &room, factor);
    return factor;
}

/* Where unit i stands in what is summed over. */
static size_t row_of(const assay_replicates *r, size_t i)
{
    return r->n_layers > 0 ? i : r->place[i];
}

/* Replicates of a task: a number that does not depend on threads. */
static size_t task_size(const assay_replicates *r)
{
    const size_t most = TASK_ROWS / (r->rows + 1);
    return most < TILE ? TILE : most - most % TILE;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* ---- ratios ---- */

/*
** The weighted values of each array that is given, once: ASSAY_LANES columns of all rows after the
** other. place[2 a] and place[2 a + 1] are the columns of y and x of pair a.
*/
typedef struct ratios {
    const assay_replicates *replicates;
    const double *const *y, *const *x;
    size_t k, columns, blocks, size;
    size_t *place;
    double *values; /* [blocks * rows * ASSAY_LANES] of a row's lanes in one line of the cache */
    double *kept;   /* [blocks * ASSAY_LANES] what is there before anything is drawn; or NULL */
    double *theta;
    rooms rooms;
} ratios;

static const double *array_of(const ratios *self, size_t j)
{
    return j % 2 == 0 ? self->y[j / 2] : self->x[j / 2];
}

/* Questions often have a denominator in common. */
static void share_columns(ratios *self)
{
    for (size_t j = 0; j < 2 * self->k; j++) {
        size_t i = 0;
        while (i < j && array_of(self, i) != array_of(self, j))
            i++;
        self->place[j] = i < j ? self->place[i] : array_of(self, j) != NULL ? self->columns++ : 0;
    }
    self->blocks = (self->columns + ASSAY_LANES - 1) / ASSAY_LANES;
}

static void set_column(ratios *self, size_t column, const double from[])
{
    const assay_replicates *r = self->replicates;
    const double *weights = r->weights;
    double *to = &self->values[column / ASSAY_LANES * r->rows * ASSAY_LANES + column % ASSAY_LANES];
    for (size_t i = 0; i < assay_design_units(r->design); i++)
        to[row_of(r, i) * ASSAY_LANES] += weights[i] * from[i];
}

static void set_columns(ratios *self)
{
    size_t done = 0;
    for (size_t j = 0; j < 2 * self->k; j++)
        if (array_of(self, j) != NULL && self->place[j] == done)
            set_column(self, done++, array_of(self, j));
}

/* sums[t][l] = sum over rows of factor[t][row] values[row][l]; each t by itself stays in registers */
ASSAY_CLONES static void add_up(size_t n, const double factor[/*TILE * n*/], const double values[],
                                double sums[/*TILE * ASSAY_LANES*/])
{
    double a[ASSAY_LANES] = {0}, b[ASSAY_LANES] = {0}, c[ASSAY_LANES] = {0}, d[ASSAY_LANES] = {0};
    for (size_t i = 0; i < n; i++) {
        const double *from = values + i * ASSAY_LANES;
        for (size_t l = 0; l < ASSAY_LANES; l++) {
            a[l] += factor[i] * from[l];
            b[l] += factor[n + i] * from[l];
            c[l] += factor[2 * n + i] * from[l];
            d[l] += factor[3 * n + i] * from[l];
        }
    }
    memcpy(sums, a, sizeof a);
    memcpy(sums + ASSAY_LANES, b, sizeof b);
    memcpy(sums + 2 * ASSAY_LANES, c, sizeof c);
    memcpy(sums + 3 * ASSAY_LANES, d, sizeof d);
}

/*
** Drawn places that weigh alike need no factors: values are multiplied with the gain of their place once, and
** added as they are drawn.
*/
static void multiply_values(ratios *self)
{
    const assay_replicates *r = self->replicates;
    for (size_t j = 0; j < self->blocks; j++)
        for (size_t i = 0; i < r->rows; i++)
            for (size_t l = 0; l < ASSAY_LANES; l++) {
                double *value = &self->values[(j * r->rows + i) * ASSAY_LANES + l];
                self->kept[j * ASSAY_LANES + l] += r->keep[i] * *value;
                *value *= r->gain[i];
            }
}

/* Four sums, as one would wait for each of its additions. */
ASSAY_CLONES static void add_drawn(size_t n, const uint32_t drawn[], const double values[],
                                   const double kept[/*ASSAY_LANES*/], double sums[/*ASSAY_LANES*/])
{
    double a[ASSAY_LANES] = {0}, b[ASSAY_LANES] = {0}, c[ASSAY_LANES] = {0}, d[ASSAY_LANES] = {0};
    size_t i = 0;
    for (; i + 4 <= n; i += 4) {
        const double *from_a = values + (size_t)drawn[i] * ASSAY_LANES;
        const double *from_b = values + (size_t)drawn[i + 1] * ASSAY_LANES;
        const double *from_c = values + (size_t)drawn[i + 2] * ASSAY_LANES;
        const double *from_d = values + (size_t)drawn[i + 3] * ASSAY_LANES;
        for (size_t l = 0; l < ASSAY_LANES; l++) {
            a[l] += from_a[l];
            b[l] += from_b[l];
            c[l] += from_c[l];
            d[l] += from_d[l];
        }
    }
    for (; i < n; i++)
        for (size_t l = 0; l < ASSAY_LANES; l++)
            a[l] += values[(size_t)drawn[i] * ASSAY_LANES + l];
    for (size_t l = 0; l < ASSAY_LANES; l++)
        sums[l] = kept[l] + ((a[l] + b[l]) + (c[l] + d[l]));
}

/* One replicate of a tile, from its draws. */
static void sum_drawn(const ratios *self, size_t b, size_t tile, int worker, double sums[])
{
    const assay_replicates *r = self->replicates;
    uint32_t *drawn = &self->rooms.list[(size_t)worker * r->drawn];
    assay_replicate_drawn(r, b, drawn);
    for (size_t j = 0; j < self->blocks; j++)
        add_drawn(r->drawn, drawn, &self->values[j * r->rows * ASSAY_LANES],
                  &self->kept[j * ASSAY_LANES], &sums[(j * TILE + tile) * ASSAY_LANES]);
}

/* A tile of replicates, from the factors of all rows. */
static void sum_tile(const ratios *self, size_t b, size_t tiles, int worker, double sums[])
{
    const assay_replicates *r = self->replicates;
    for (size_t t = 0; t < tiles; t++)
        make_factors(r, b + t, &self->rooms, worker, t);
    for (size_t j = 0; j < self->blocks; j++)
        add_up(r->rows, &self->rooms.factor[(size_t)worker * TILE * r->rows],
               &self->values[j * r->rows * ASSAY_LANES], &sums[j * TILE * ASSAY_LANES]);
}

static double sum_of(const double sums[], size_t tile, size_t column)
{
    return sums[(column / ASSAY_LANES * TILE + tile) * ASSAY_LANES + column % ASSAY_LANES];
}

static double ratio_of(const ratios *self, const double sums[], size_t tile, size_t a)
{
    const double y = sum_of(sums, tile, self->place[2 * a]);
    if (self->x[a] == NULL)
        return y;
    const double x = sum_of(sums, tile, self->place[2 * a + 1]);
    return x == 0 ? (double)NAN : y / x;
}

static void do_ratios(void *context, size_t task, int worker)
{
    ratios *self = context;
    const assay_replicates *r = self->replicates;
    const size_t first = task * self->size, past = least(first + self->size, r->count);
    double *sums = &self->rooms.sums[(size_t)worker * TILE * self->blocks * ASSAY_LANES];
    for (size_t b = first; b < past; b += TILE) {
        const size_t tiles = least(TILE, past - b);
        for (size_t t = 0; self->kept != NULL && t < tiles; t++)
            sum_drawn(self, b + t, t, worker, sums);
        if (self->kept == NULL)
            sum_tile(self, b, tiles, worker, sums);
        for (size_t a = 0; a < self->k; a++)
            for (size_t t = 0; t < tiles; t++)
                self->theta[a * r->count + b + t] = ratio_of(self, sums, t, a);
    }
}

/* The first double in a block with room for 7 more that begins a line of 64 bytes. */
static double *first_of_line(double *block)
{
    const uintptr_t past = (uintptr_t)block % 64;
    return past == 0 ? block : block + (64 - past) / sizeof *block;
}

static assay_status run_ratios(assay_context *context, ratios *self)
{
    const assay_replicates *r = self->replicates;
    const size_t columns = self->blocks * ASSAY_LANES;
    const bool listed = r->method == ASSAY_RAO_WU && r->n_layers == 0;
    assay_status status = new_rooms(context, r, columns, &self->rooms);
    double *block = assay_alloc_zeroed_array(r->rows * columns + 7, sizeof *block);
    self->kept = listed ? assay_alloc_zeroed_array(columns, sizeof *self->kept) : NULL;
    if (status == ASSAY_OK && (block == NULL || (listed && self->kept == NULL)))
        status = assay_fail_memory(context);
    if (status == ASSAY_OK) {
        self->values = first_of_line(block);
        set_columns(self);
        if (listed)
            multiply_values(self);
        status = assay_parallel(context, (r->count + self->size - 1) / self->size, do_ratios, self);
    }
    assay_free(block);
    assay_free(self->kept);
    free_rooms(&self->rooms);
    return status;
}

assay_status assay_replicates_ratios(assay_context *context, const assay_replicates *r, size_t k,
                                     const double *const y[], const double *const x[],
                                     double theta[])
{
    ratios self = {.replicates = r, .y = y, .x = x, .k = k, .theta = theta, .size = task_size(r)};
    self.place = assay_alloc_array(k, 2 * sizeof *self.place);
    if (self.place == NULL)
        return assay_fail_memory(context);
    share_columns(&self);
    const assay_status status = run_ratios(context, &self);
    assay_free(self.place);
    return status;
}

/* ---- quantiles ---- */

typedef struct quantiles {
    const assay_replicates *replicates;
    size_t m, size;
    const uint32_t *unit;
    const double *value;
    double p, *theta;
    rooms rooms;
} quantiles;

/* Sums that differ by rounding are the same: where exactly p of all is reached, it is reached. */
static double quantile_of(const quantiles *self, const double factor[])
{
    const assay_replicates *r = self->replicates;
    const double *weights = r->weights;
    double all = 0, sum = 0;
    for (size_t i = 0; i < self->m; i++)
        all += weights[self->unit[i]] * factor[row_of(r, self->unit[i])];
    if (!(all > 0))
        return NAN;
    size_t i = 0;
    for (; i + 1 < self->m; i++) {
        sum += weights[self->unit[i]] * factor[row_of(r, self->unit[i])];
        if (sum >= self->p * all * (1 - 1e-12))
            break;
    }
    return self->value[i];
}

static void do_quantiles(void *context, size_t task, int worker)
{
    quantiles *self = context;
    const size_t first = task * self->size;
    for (size_t b = first; b < least(first + self->size, self->replicates->count); b++) {
        self->theta[b] =
            quantile_of(self, make_factors(self->replicates, b, &self->rooms, worker, 0));
    }
}

assay_status assay_replicates_quantiles(assay_context *context, const assay_replicates *r, size_t m,
                                        const uint32_t unit[], const double value[], double p,
                                        double theta[])
{
    quantiles self = {.replicates = r,
                      .m = m,
                      .size = task_size(r),
                      .unit = unit,
                      .value = value,
                      .p = p,
                      .theta = theta};
    assay_status status = new_rooms(context, r, 0, &self.rooms);
    if (status == ASSAY_OK)
        status =
            assay_parallel(context, (r->count + self.size - 1) / self.size, do_quantiles, &self);
    free_rooms(&self.rooms);
    return status;
}

/* ---- what replicates tell ---- */

static double jackknife_variance(const assay_replicates *r, const double theta[], double full)
{
    double sum = 0;
    for (size_t b = 0; b < r->count; b++) /* NaN passes on */
        sum += r->left_out[b].scale * (theta[b] - full) * (theta[b] - full);
    return sum;
}

static double bootstrap_variance(const assay_replicates *r, const double theta[])
{
    double n = 0, sum = 0, squares = 0;
    for (size_t b = 0; b < r->count; b++) {
        n += isnan(theta[b]) ? 0 : 1;
        sum += isnan(theta[b]) ? 0 : theta[b];
    }
    const double mean = sum / n;
    for (size_t b = 0; b < r->count; b++)
        squares += isnan(theta[b]) ? 0 : (theta[b] - mean) * (theta[b] - mean);
    return n > 1 ? squares / (n - 1) : (double)NAN;
}

double assay_replicates_variance(const assay_replicates *r, const double theta[], double full,
                                 uint64_t *undefined)
{
    *undefined = 0;
    for (size_t b = 0; b < r->count; b++)
        *undefined += isnan(theta[b]) ? 1 : 0;
    return r->raise * (r->method == ASSAY_JACKKNIFE ? jackknife_variance(r, theta, full)
                                                    : bootstrap_variance(r, theta));
}
