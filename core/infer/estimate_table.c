/* estimate_table.c -- many estimates as a table. */
#include "infer/estimate_table.h"

#include <stddef.h>
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

/* ---- columns ---- */

/* Missing where no case is relevant. */
static int64_t percent_of(const assay_estimate *e)
{
    return e->relevant == 0 ? INT64_MIN : (int64_t)e->percent;
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

/* A count or a number that is a field of the estimate, by its place, or what a function says. */
static const struct {
    const char *name;
    enum { COUNT, NUMBER, PERCENT, WORDS } kind;
    size_t place;
    const char *(*text)(const struct rows *, size_t);
} columns[] = {
    {"question", WORDS, 0, question_of},
    {"x", COUNT, offsetof(assay_estimate, x), NULL},
    {"relevant", COUNT, offsetof(assay_estimate, relevant), NULL},
    {"not_applicable", COUNT, offsetof(assay_estimate, not_applicable), NULL},
    {"unanswered", COUNT, offsetof(assay_estimate, unanswered), NULL},
    {"n", COUNT, offsetof(assay_estimate, n), NULL},
    {"share", NUMBER, offsetof(assay_estimate, share), NULL},
    {"percent", PERCENT, 0, NULL},
    {"estimate", NUMBER, offsetof(assay_estimate, estimate), NULL},
    {"se", NUMBER, offsetof(assay_estimate, se), NULL},
    {"df", NUMBER, offsetof(assay_estimate, df), NULL},
    {"lower", NUMBER, offsetof(assay_estimate, lower), NULL},
    {"upper", NUMBER, offsetof(assay_estimate, upper), NULL},
    {"half_width", NUMBER, offsetof(assay_estimate, half_width), NULL},
    {"deff", NUMBER, offsetof(assay_estimate, deff), NULL},
    {"confidence", NUMBER, offsetof(assay_estimate, confidence), NULL},
    {"method", WORDS, 0, method_of},
    {"status", WORDS, 0, status_of},
    {"flags", WORDS, 0, flags_of},
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
    for (size_t i = 0; i < r->n; i++) {
        const char *field = (const char *)&r->estimates[i] + columns[c].place;
        if (columns[c].kind == COUNT)
            r->integers[i] = (int64_t) * (const uint64_t *)field;
        else if (columns[c].kind == NUMBER)
            r->numbers[i] = *(const double *)field;
        else if (columns[c].kind == PERCENT)
            r->integers[i] = percent_of(&r->estimates[i]);
    }
    if (columns[c].kind == WORDS)
        return add_texts(context, r, c);
    return columns[c].kind == NUMBER
               ? assay_frame_add_numbers(context, r->table, columns[c].name, r->n, r->numbers)
               : assay_frame_add_integers(context, r->table, columns[c].name, r->n, r->integers);
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
