/* strata.c -- the parts of a population that are sampled separately. */
#include "sample/strata.h"

#include "base/memory.h"
#include "base/sort.h"

/* Text of no characters is no level either: in a file it could not be told from a missing one. */
static assay_status no_value(assay_context *context, const assay_frame *frame, size_t column,
                             size_t row)
{
    assay_fail(context, ASSAY_EMISSING,
               "row %zu has no '%.40s': a case without it belongs to no stratum or cell", row + 1,
               assay_frame_name(frame, column));
    context->error.row = row + 1;
    return ASSAY_EMISSING;
}

static assay_status make_label(assay_context *context, const assay_frame *frame, size_t n,
                               const size_t columns[], size_t row, assay_bytes *to)
{
    to->length = 0;
    if (n == 0 && !assay_append(to, "all", 3))
        return assay_fail_memory(context);
    for (size_t i = 0; i < n; i++) {
        char scratch[ASSAY_CELL_BYTES];
        size_t length;
        const assay_column *column = assay_frame_column(frame, columns[i]);
        const char *level = assay_column_cell(column, row, scratch, &length);
        if (level == NULL || length == 0)
            return no_value(context, frame, columns[i], row);
        if ((i > 0 && !assay_append(to, " / ", 3)) || !assay_append(to, level, length))
            return assay_fail_memory(context);
    }
    return ASSAY_OK;
}

/* Two rows with one label must agree in every column. */
static assay_status check_same(assay_context *context, const assay_frame *frame, size_t n,
                               const size_t columns[], size_t row, size_t first)
{
    for (size_t i = 0; i < n; i++)
        if (assay_column_compare(assay_frame_column(frame, columns[i]), row, first) != 0) {
            assay_fail(context, ASSAY_EREPEATED,
                       "rows %zu and %zu are of different strata whose labels read the same: "
                       "a level of '%.40s' holds \" / \"",
                       first + 1, row + 1, assay_frame_name(frame, columns[i]));
            context->error.row = row + 1;
            return ASSAY_EREPEATED;
        }
    return ASSAY_OK;
}

/* Labels in order of appearance into `seen`, with their codes by row and the first row of each. */
static assay_status label_rows(assay_context *context, const assay_frame *frame, size_t n,
                               const size_t columns[], assay_dictionary *seen, uint32_t of_row[],
                               uint32_t first_row[])
{
    assay_bytes text = {0};
    const size_t rows = assay_frame_rows(frame);
    assay_status status = ASSAY_OK;
    for (size_t row = 0; status == ASSAY_OK && row < rows; row++) {
        const uint32_t before = assay_dictionary_size(seen);
        status = make_label(context, frame, n, columns, row, &text);
        if (status != ASSAY_OK)
            break;
        of_row[row] = assay_dictionary_add(seen, text.bytes, text.length);
        if (of_row[row] == 0)
            status = assay_fail_memory(context);
        else if (of_row[row] > before)
            first_row[before] = (uint32_t)row;
        else
            status = check_same(context, frame, n, columns, row, first_row[of_row[row] - 1]);
        if (status == ASSAY_OK && row % 4096 == 0)
            status = assay_poll(context, row, rows);
    }
    assay_free(text.bytes);
    return status;
}

static int compare_labels(const void *self, uint32_t a, uint32_t b)
{
    const assay_dictionary *seen = self;
    size_t a_length, b_length;
    const char *a_text = assay_dictionary_text(seen, a, &a_length);
    const char *b_text = assay_dictionary_text(seen, b, &b_length);
    return assay_compare_bytes(a_text, a_length, b_text, b_length);
}

/* Numbers the strata by label and counts them. `order` has room for two numbers per stratum. */
static assay_status number_strata(assay_context *context, const assay_dictionary *seen,
                                  const uint32_t first_seen[], uint32_t order[], size_t rows,
                                  assay_strata *strata)
{
    uint32_t *rank = order + strata->n; /* rank[code - 1]: the stratum */
    for (size_t h = 0; h < strata->n; h++)
        order[h] = (uint32_t)h + 1;
    const assay_status status = assay_sort(context, strata->n, order, compare_labels, seen);
    if (status != ASSAY_OK)
        return status;
    for (size_t h = 0; h < strata->n; h++) {
        size_t length;
        const char *text = assay_dictionary_text(seen, order[h], &length);
        if (assay_dictionary_add(strata->labels, text, length) == 0)
            return assay_fail_memory(context);
        rank[order[h] - 1] = (uint32_t)h;
        strata->first_row[h] = first_seen[order[h] - 1];
        strata->population[h] = 0;
    }
    for (size_t row = 0; row < rows; row++) {
        strata->of_row[row] = rank[strata->of_row[row] - 1];
        strata->population[strata->of_row[row]]++;
    }
    return ASSAY_OK;
}

static assay_status build(assay_context *context, const assay_frame *frame, size_t n,
                          const size_t columns[], assay_dictionary *seen, uint32_t first_seen[],
                          assay_strata *strata)
{
    const size_t rows = assay_frame_rows(frame);
    assay_status status = label_rows(context, frame, n, columns, seen, strata->of_row, first_seen);
    if (status != ASSAY_OK)
        return status;
    strata->n = assay_dictionary_size(seen);
    strata->population = assay_alloc_array(strata->n, sizeof *strata->population);
    strata->first_row = assay_alloc_array(strata->n, sizeof *strata->first_row);
    uint32_t *order = assay_alloc_array(strata->n, 2 * sizeof *order);
    status = strata->population == NULL || strata->first_row == NULL || order == NULL
                 ? assay_fail_memory(context)
                 : number_strata(context, seen, first_seen, order, rows, strata);
    assay_free(order);
    return status;
}

assay_status assay_strata_new(assay_context *context, const assay_frame *frame, size_t n,
                              const size_t columns[], assay_strata **strata)
{
    const size_t rows = assay_frame_rows(frame);
    assay_dictionary *seen = assay_dictionary_new();
    uint32_t *first_seen = assay_alloc_array(rows, sizeof *first_seen);
    assay_strata *fresh = assay_alloc_zeroed_array(1, sizeof *fresh);
    assay_status status = ASSAY_ENOMEM;
    if (fresh != NULL) {
        fresh->labels = assay_dictionary_new();
        fresh->of_row = assay_alloc_array(rows, sizeof *fresh->of_row);
    }
    if (seen == NULL || first_seen == NULL || fresh == NULL || fresh->labels == NULL ||
        fresh->of_row == NULL)
        assay_fail_memory(context);
    else
        status = build(context, frame, n, columns, seen, first_seen, fresh);
    assay_dictionary_release(seen);
    assay_free(first_seen);
    if (status != ASSAY_OK) {
        assay_strata_free(fresh);
        return status;
    }
    *strata = fresh;
    return ASSAY_OK;
}

void assay_strata_free(assay_strata *strata)
{
    if (strata == NULL)
        return;
    assay_free(strata->of_row);
    assay_free(strata->population);
    assay_free(strata->first_row);
    assay_dictionary_release(strata->labels);
    assay_free(strata);
}

const char *assay_strata_label(const assay_strata *strata, size_t h, size_t *length)
{
    return assay_dictionary_text(strata->labels, (uint32_t)h + 1, length);
}
