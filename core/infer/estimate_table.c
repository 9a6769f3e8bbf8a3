/* estimate_table.c -- many estimates as a table. */
#include "infer/estimate_table.h"

#include <string.h>

#include "base/memory.h"

struct rows {
    size_t n, n_questions;
    const assay_estimate *estimates;
    const char *const *questions, *const *flags, *status;
    assay_frame *table;
    int64_t *integers; /* [n] room for a column */
    double *numbers;   /* [n] */
};

/* ---- columns of counts and of numbers ---- */

static int64_t x_of(const assay_estimate *e)
{
    return (int64_t)e->x;
}

static int64_t relevant_of(const assay_estimate *e)
{
    return (int64_t)e->relevant;
}

static int64_t not_applicable_of(const assay_estimate *e)
{
    return (int64_t)e->not_applicable;
}

static int64_t unanswered_of(const assay_estimate *e)
{
    return (int64_t)e->unanswered;
}

static int64_t n_of(const assay_estimate *e)
{
    return (int64_t)e->n;
}

static int64_t percent_of(const assay_estimate *e)
{
    return e->relevant == 0 ? INT64_MIN : (int64_t)e->percent;
}

static double share_of(const assay_estimate *e)
{
    return e->share;
}

static double estimate_of(const assay_estimate *e)
{
    return e->estimate;
}

static double se_of(const assay_estimate *e)
{
    return e->se;
}

static double df_of(const assay_estimate *e)
{
    return e->df;
}

static double lower_of(const assay_estimate *e)
{
    return e->lower;
}

static double upper_of(const assay_estimate *e)
{
    return e->upper;
}

static double half_width_of(const assay_estimate *e)
{
    return e->half_width;
}

static double deff_of(const assay_estimate *e)
{
    return e->deff;
}

static double confidence_of(const assay_estimate *e)
{
    return e->confidence;
}

static const char *question_of(const struct rows *r, size_t i)
{
    return r->questions[i % r->n_questions];
}

static const char *method_of(const struct rows *r, size_t i)
{
    return r->estimates[i].method;
}

/* NULL: missing. */
static const char *status_of(const struct rows *r, size_t i)
{
    const char *own = assay_interval_state_name(r->estimates[i].state);
    return own != NULL ? own : r->status;
}

static const char *flags_of(const struct rows *r, size_t i)
{
    return r->flags[i];
}

/* One of the three is set. */
static const struct {
    const char *name;
    int64_t (*integer)(const assay_estimate *);
    double (*number)(const assay_estimate *);
    const char *(*text)(const struct rows *, size_t);
} columns[] = {
    {"question", NULL, NULL, question_of},
    {"x", x_of, NULL, NULL},
    {"relevant", relevant_of, NULL, NULL},
    {"not_applicable", not_applicable_of, NULL, NULL},
    {"unanswered", unanswered_of, NULL, NULL},
    {"n", n_of, NULL, NULL},
    {"share", NULL, share_of, NULL},
    {"percent", percent_of, NULL, NULL},
    {"estimate", NULL, estimate_of, NULL},
    {"se", NULL, se_of, NULL},
    {"df", NULL, df_of, NULL},
    {"lower", NULL, lower_of, NULL},
    {"upper", NULL, upper_of, NULL},
    {"half_width", NULL, half_width_of, NULL},
    {"deff", NULL, deff_of, NULL},
    {"confidence", NULL, confidence_of, NULL},
    {"method", NULL, NULL, method_of},
    {"status", NULL, NULL, status_of},
    {"flags", NULL, NULL, flags_of},
};

static assay_status add_texts(assay_context *context, struct rows *r, size_t c)
{
    static const assay_column_wish wish = {.type = ASSAY_TEXT};
    assay_column *column = NULL;
    assay_builder *builder = assay_builder_new();
    assay_status status = builder == NULL ? assay_fail_memory(context) : ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && i < r->n; i++) {
        const char *text = columns[c].text(r, i);
        status = text == NULL ? assay_builder_add_missing(context, builder)
                              : assay_builder_add(context, builder, text, strlen(text));
    }
    if (status == ASSAY_OK)
        status = assay_builder_finish(context, builder, &wish, &column);
    if (status == ASSAY_OK)
        status = assay_frame_add(context, r->table, columns[c].name, column);
    assay_builder_free(builder);
    return status;
}

static assay_status add_column(assay_context *context, struct rows *r, size_t c)
{
    if (columns[c].text != NULL)
        return add_texts(context, r, c);
    for (size_t i = 0; i < r->n; i++)
        if (columns[c].integer != NULL)
            r->integers[i] = columns[c].integer(&r->estimates[i]);
        else
            r->numbers[i] = columns[c].number(&r->estimates[i]);
    return columns[c].integer != NULL
               ? assay_frame_add_integers(context, r->table, columns[c].name, r->n, r->integers)
               : assay_frame_add_numbers(context, r->table, columns[c].name, r->n, r->numbers);
}

assay_status assay_estimate_table(assay_context *context, size_t n,
                                  const assay_estimate estimates[], size_t n_questions,
                                  const char *const questions[], const char *status_text,
                                  const char *const flags[], assay_frame **table)
{
    struct rows r = {.n = n,
                     .n_questions = n_questions,
                     .estimates = estimates,
                     .questions = questions,
                     .status = status_text,
                     .flags = flags};
    r.integers = assay_alloc_array(n, sizeof *r.integers);
    r.numbers = assay_alloc_array(n, sizeof *r.numbers);
    assay_status status = r.integers == NULL || r.numbers == NULL
                              ? assay_fail_memory(context)
                              : assay_frame_new(context, &r.table);
    for (size_t c = 0; status == ASSAY_OK && c < sizeof columns / sizeof columns[0]; c++)
        status = add_column(context, &r, c);
    assay_free(r.integers);
    assay_free(r.numbers);
    if (status == ASSAY_OK)
        *table = r.table;
    else
        assay_frame_free(r.table);
    return status;
}
