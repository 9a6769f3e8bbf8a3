/* association.c -- whether answers and groups go together. */
#include "infer/association.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_linalg.h>
#include <math.h>

#include "base/memory.h"
#include "infer/variance.h"
#include "prob/dist.h"

/* Units between two polls: well under 10 ms. */
enum { BLOCK = 1 << 18 };

/* The table without its empty rows and columns, and what the test is made of. */
struct table {
    const assay_design *design;
    size_t rows, columns, k;      /* k = (rows - 1) (columns - 1) contrasts */
    uint32_t *cell;               /* [n] or NONE */
    uint32_t *row_at, *column_at; /* where a row, a column stands among those kept */
    double *p;                    /* [rows * columns] */
    double *row_share, *column_share;
    double *z;                  /* [k * n] linearised contrasts */
    double *v, *simple, *delta; /* [k * k] */
    double total;
    uint64_t n;
};

static void release(struct table *t)
{
    assay_free(t->cell);
    assay_free(t->row_at);
    assay_free(t->column_at);
    assay_free(t->p);
    assay_free(t->row_share);
    assay_free(t->column_share);
    assay_free(t->z);
    assay_free(t->v);
    assay_free(t->simple);
    assay_free(t->delta);
}

/* ---- the table ------------------------------------------------------------------------------- */

static assay_status refuse(assay_context *context, const char *argument, size_t i)
{
    assay_fail(context, ASSAY_EDOM, "case %zu has a %s that there is not", i + 1, argument);
    context->error.row = i + 1;
    return assay_blame_argument(context, argument);
}

static assay_status mark(assay_context *context, struct table *t, size_t n_rows,
                         const uint32_t row[], size_t n_columns, const uint32_t column[])
{
    const size_t n = assay_design_units(t->design);
    for (size_t i = 0; i < n; i++) {
        const assay_status status = i % BLOCK == 0 ? assay_poll(context, i, n) : ASSAY_OK;
        if (status != ASSAY_OK)
            return status;
        if (row[i] != ASSAY_ASSOCIATION_NONE && row[i] >= n_rows)
            return refuse(context, "row", i);
        if (column[i] != ASSAY_ASSOCIATION_NONE && column[i] >= n_columns)
            return refuse(context, "column", i);
        if (row[i] == ASSAY_ASSOCIATION_NONE || column[i] == ASSAY_ASSOCIATION_NONE ||
            !assay_design_inside(t->design, i))
            continue;
        t->row_at[row[i]] = t->column_at[column[i]] = 1;
    }
    return ASSAY_OK;
}

/* Marks become places; returns how many. */
static size_t number(size_t n, uint32_t at[])
{
    uint32_t kept = 0;
    for (size_t i = 0; i < n; i++)
        at[i] = at[i] != 0 ? kept++ : ASSAY_ASSOCIATION_NONE;
    return kept;
}

static void place(struct table *t, const uint32_t row[], const uint32_t column[])
{
    const size_t n = assay_design_units(t->design);
    for (size_t i = 0; i < n; i++) {
        t->cell[i] = ASSAY_ASSOCIATION_NONE;
        if (row[i] == ASSAY_ASSOCIATION_NONE || column[i] == ASSAY_ASSOCIATION_NONE ||
            !assay_design_inside(t->design, i))
            continue;
        t->cell[i] = (uint32_t)(t->row_at[row[i]] * t->columns + t->column_at[column[i]]);
        t->n++;
    }
}

static void set_shares(struct table *t)
{
    const double *w = assay_design_weights(t->design);
    for (size_t i = 0; i < assay_design_units(t->design); i++)
        if (t->cell[i] != ASSAY_ASSOCIATION_NONE) {
            t->p[t->cell[i]] += w[i];
            t->total += w[i];
        }
    for (size_t c = 0; c < t->rows * t->columns; c++) {
        t->p[c] /= t->total;
        t->row_share[c / t->columns] += t->p[c];
        t->column_share[c % t->columns] += t->p[c];
    }
}

/* ---- contrasts ------------------------------------------------------------------------------- */

/* Contrast a in cell c: an interaction with rows and columns taken out. */
static double contrast(const struct table *t, size_t a, size_t c)
{
    const size_t i = a / (t->columns - 1) + 1, j = a % (t->columns - 1) + 1;
    const double in_row = c / t->columns == i, in_column = c % t->columns == j;
    return (in_row - 1 / (double)t->rows) * (in_column - 1 / (double)t->columns);
}

/* What a contrast of the shares comes to: 0, but where cells are empty. */
static double sum_of_contrast(const struct table *t, size_t a)
{
    double sum = 0;
    for (size_t c = 0; c < t->rows * t->columns; c++)
        sum += t->p[c] > 0 ? contrast(t, a, c) : 0;
    return sum;
}

/* C' D^-1 of the unit's cell, less its mean over the population, per share of the population. */
static void linearise(struct table *t)
{
    const size_t n = assay_design_units(t->design);
    for (size_t a = 0; a < t->k; a++) {
        const double mean = sum_of_contrast(t, a);
        for (size_t i = 0; i < n; i++) {
            const size_t c = t->cell[i];
            const bool is_in = t->cell[i] != ASSAY_ASSOCIATION_NONE;
            t->z[a * n + i] = is_in ? (contrast(t, a, c) / t->p[c] - mean) / t->total : 0;
        }
    }
}

static void set_simple(struct table *t)
{
    for (size_t a = 0; a < t->k; a++)
        for (size_t b = 0; b < t->k; b++) {
            double sum = 0;
            for (size_t c = 0; c < t->rows * t->columns; c++)
                sum += t->p[c] > 0 ? contrast(t, a, c) * contrast(t, b, c) / t->p[c] : 0;
            t->simple[a * t->k + b] = sum / (double)t->n;
        }
}

/* delta = simple^-1 v, column by column; false where too many cells are empty for that. */
static bool solve(struct table *t)
{
    const size_t k = t->k;
    gsl_matrix_view simple = gsl_matrix_view_array(t->simple, k, k);
    double largest = 0, smallest = INFINITY;
    for (size_t a = 0; a < k; a++)
        largest = fmax(largest, t->simple[a * k + a]);
    if (gsl_linalg_cholesky_decomp1(&simple.matrix) != 0)
        return false;
    for (size_t a = 0; a < k; a++)
        smallest = fmin(smallest, t->simple[a * k + a]);
    if (!(smallest * smallest > 1e-12 * largest))
        return false;
    for (size_t b = 0; b < k; b++) {
        gsl_vector_view x = gsl_vector_view_array(&t->delta[b * k], k);
        for (size_t a = 0; a < k; a++)
            t->delta[b * k + a] = t->v[a * k + b];
        gsl_linalg_cholesky_svx(&simple.matrix, &x.vector);
    }
    return true;
}

/* ---- the test -------------------------------------------------------------------------------- */

static double pearson(const struct table *t)
{
    double sum = 0;
    for (size_t c = 0; c < t->rows * t->columns; c++) {
        const double e = t->row_share[c / t->columns] * t->column_share[c % t->columns];
        sum += (t->p[c] - e) * (t->p[c] - e) / e;
    }
    return (double)t->n * sum;
}

/* P(F > f) by the beta distribution. */
static assay_status f_tail(double f, double d1, double d2, double *p)
{
    double lower;
    *p = NAN;
    if (!(f >= 0 && d1 > 0 && d2 > 0))
        return ASSAY_OK;
    return assay_beta_cdf(d2 / (d2 + d1 * f), d2 / 2, d1 / 2, p, &lower);
}

/* Design effects as small are what rounding leaves of variances of 0. */
static const double no_chance = 1e-24;

/* From the eigenvalues of delta, by their sum and that of their squares. */
static assay_status set_orders(const struct table *t, double design_df, assay_association *out)
{
    double trace = 0, trace_of_square = 0;
    for (size_t a = 0; a < t->k; a++) {
        trace += t->delta[a * t->k + a];
        for (size_t b = 0; b < t->k; b++)
            trace_of_square += t->delta[a * t->k + b] * t->delta[b * t->k + a];
    }
    out->mean_deff = trace / (double)t->k;
    if (out->mean_deff < no_chance) {
        out->mean_deff = 0;
        return ASSAY_OK;
    }
    out->first_order = out->pearson / out->mean_deff;
    out->first_df = (double)t->k;
    out->f = out->pearson / trace;
    out->df1 = trace * trace / trace_of_square;
    out->df2 = out->df1 * design_df;
    out->first_p = out->first_order >= 0 ? gsl_cdf_chisq_Q(out->first_order, out->first_df) : NAN;
    return f_tail(out->f, out->df1, out->df2, &out->f_p);
}

static assay_status allocate_table(assay_context *context, struct table *t, size_t n_rows,
                                   size_t n_columns)
{
    t->cell = assay_alloc_array(assay_design_units(t->design), sizeof *t->cell);
    t->row_at = assay_alloc_zeroed_array(n_rows, sizeof *t->row_at);
    t->column_at = assay_alloc_zeroed_array(n_columns, sizeof *t->column_at);
    if (t->cell == NULL || t->row_at == NULL || t->column_at == NULL)
        return assay_fail_memory(context);
    return ASSAY_OK;
}

static assay_status allocate_shares(assay_context *context, struct table *t)
{
    t->p = assay_alloc_zeroed_array(t->rows * t->columns, sizeof *t->p);
    t->row_share = assay_alloc_zeroed_array(t->rows, sizeof *t->row_share);
    t->column_share = assay_alloc_zeroed_array(t->columns, sizeof *t->column_share);
    if (t->p == NULL || t->row_share == NULL || t->column_share == NULL)
        return assay_fail_memory(context);
    return ASSAY_OK;
}

static assay_status allocate_contrasts(assay_context *context, struct table *t)
{
    const size_t n = assay_design_units(t->design), k = t->k;
    if (k > ASSAY_ASSOCIATION_MOST || k * k > SIZE_MAX / sizeof(double) / (n + 1)) {
        assay_fail(context, ASSAY_EDOM, "%zu rows and %zu columns have more than %d contrasts",
                   t->rows, t->columns, ASSAY_ASSOCIATION_MOST);
        return assay_blame_argument(context, "column");
    }
    t->z = assay_alloc_array(k * n, sizeof *t->z);
    t->v = assay_alloc_array(k * k, sizeof *t->v);
    t->simple = assay_alloc_array(k * k, sizeof *t->simple);
    t->delta = assay_alloc_array(k * k, sizeof *t->delta);
    if (t->z == NULL || t->v == NULL || t->simple == NULL || t->delta == NULL)
        return assay_fail_memory(context);
    return ASSAY_OK;
}

/* Rows and columns that somebody is in, and the share of each cell. */
static assay_status tabulate(assay_context *context, struct table *t, size_t n_rows,
                             const uint32_t row[], size_t n_columns, const uint32_t column[])
{
    assay_status status = allocate_table(context, t, n_rows, n_columns);
    if (status == ASSAY_OK)
        status = mark(context, t, n_rows, row, n_columns, column);
    if (status != ASSAY_OK)
        return status;
    t->rows = number(n_rows, t->row_at);
    t->columns = number(n_columns, t->column_at);
    place(t, row, column);
    status = allocate_shares(context, t);
    if (status == ASSAY_OK && t->n > 0)
        set_shares(t);
    return status;
}

static assay_status set_variance(assay_context *context, struct table *t)
{
    const double *columns[ASSAY_ASSOCIATION_MOST];
    for (size_t a = 0; a < t->k; a++)
        columns[a] = &t->z[a * assay_design_units(t->design)];
    return assay_variance_of_totals(context, t->design, t->k, columns, t->v);
}

/* Degrees of freedom of those who are in a cell. */
static assay_status table_df(assay_context *context, const struct table *t, double *df)
{
    const size_t n = assay_design_units(t->design);
    uint8_t *domain = assay_alloc_array(n, sizeof *domain);
    if (domain == NULL)
        return assay_fail_memory(context);
    for (size_t i = 0; i < n; i++)
        domain[i] = t->cell[i] != ASSAY_ASSOCIATION_NONE;
    const assay_status status = assay_design_df(context, t->design, domain, df);
    assay_free(domain);
    return status;
}

static assay_status test_table(assay_context *context, struct table *t, assay_association *out)
{
    double df;
    out->pearson = pearson(t);
    t->k = (t->rows - 1) * (t->columns - 1);
    assay_status status = allocate_contrasts(context, t);
    if (status != ASSAY_OK)
        return status;
    linearise(t);
    set_simple(t);
    status = set_variance(context, t);
    if (status == ASSAY_OK)
        status = table_df(context, t, &df);
    return status == ASSAY_OK && solve(t) ? set_orders(t, df, out) : status;
}

assay_status assay_association_test(assay_context *context, const assay_design *design,
                                    size_t n_rows, const uint32_t row[], size_t n_columns,
                                    const uint32_t column[], assay_association *out)
{
    struct table t = {.design = design};
    assay_association found = {.pearson = NAN,
                               .mean_deff = NAN,
                               .first_order = NAN,
                               .first_df = NAN,
                               .first_p = NAN,
                               .f = NAN,
                               .df1 = NAN,
                               .df2 = NAN,
                               .f_p = NAN};
    assay_status status = tabulate(context, &t, n_rows, row, n_columns, column);
    if (status == ASSAY_OK && t.rows > 1 && t.columns > 1)
        status = test_table(context, &t, &found);
    if (status == ASSAY_OK) {
        found.rows = t.rows;
        found.columns = t.columns;
        found.n = t.n;
        *out = found;
    }
    release(&t);
    return status;
}
