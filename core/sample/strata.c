/* strata.c -- the parts of a population that are sampled separately. */
#include "sample/strata.h"

#include <string.h>

#include "base/memory.h"
#include "base/sort.h"

/*
** The combinations of levels that occur, each with the first row that has it. `rows_are_all`: the
** frame has all rows; else it has one row for each combination.
*/
typedef struct combinations {
    const assay_frame *frame;
    size_t n;
    const size_t *columns;
    size_t size;
    const struct assay_combination *all;
    bool rows_are_all;
} combinations;

/* A row of the frame that has combination i. */
static size_t row_of(const combinations *of, size_t i)
{
    return of->rows_are_all ? (size_t)of->all[i].first : i;
}

/* Text of no characters is no level either: in a file it could not be told from a missing one. */
static assay_status no_value(assay_context *context, const assay_frame *frame, size_t column,
                             uint64_t row)
{
    assay_fail(context, ASSAY_EMISSING,
               "row %llu has no '%.40s': a case without it belongs to no stratum or cell",
               (unsigned long long)row + 1, assay_frame_name(frame, column));
    context->error.row = row + 1;
    return ASSAY_EMISSING;
}

static assay_status make_label(assay_context *context, const combinations *of, size_t i,
                               assay_bytes *to)
{
    to->length = 0;
    if (of->n == 0 && !assay_append(to, "all", 3))
        return assay_fail_memory(context);
    for (size_t c = 0; c < of->n; c++) {
        char scratch[ASSAY_CELL_BYTES];
        size_t length = 0;
        const assay_column *column = assay_frame_column(of->frame, of->columns[c]);
        const char *level = assay_column_cell(column, row_of(of, i), scratch, &length);
        if (level == NULL || length == 0)
            return no_value(context, of->frame, of->columns[c], of->all[i].first);
        if ((c > 0 && !assay_append(to, " / ", 3)) || !assay_append(to, level, length))
            return assay_fail_memory(context);
    }
    return ASSAY_OK;
}

/* Two combinations with one label must agree in every column. */
static assay_status check_same(assay_context *context, const combinations *of, size_t i, size_t j)
{
    for (size_t c = 0; c < of->n; c++)
        if (assay_column_compare(assay_frame_column(of->frame, of->columns[c]), row_of(of, i),
                                 row_of(of, j)) != 0) {
            const uint64_t row = of->all[i].first, first = of->all[j].first;
            assay_fail(context, ASSAY_EREPEATED,
                       "rows %llu and %llu are of different strata whose labels read the same: "
                       "a level of '%.40s' holds \" / \"",
                       (unsigned long long)first + 1, (unsigned long long)row + 1,
                       assay_frame_name(of->frame, of->columns[c]));
            context->error.row = row + 1;
            return ASSAY_EREPEATED;
        }
    return ASSAY_OK;
}

/*
** The labels in order of appearance into `seen`, the code of each combination's label, and of each
** label the combination that has it first.
*/
static assay_status label_combinations(assay_context *context, const combinations *of,
                                       assay_dictionary *seen, uint32_t codes[], uint32_t firsts[])
{
    assay_bytes text = {0};
    assay_status status = ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && i < of->size; i++) {
        const uint32_t before = assay_dictionary_size(seen);
        status = make_label(context, of, i, &text);
        if (status != ASSAY_OK)
            break;
        codes[i] = assay_dictionary_add(seen, text.bytes, text.length);
        if (codes[i] == 0)
            status = assay_fail_memory(context);
        else if (codes[i] > before)
            firsts[before] = (uint32_t)i;
        else
            status = check_same(context, of, i, firsts[codes[i] - 1]);
        if (status == ASSAY_OK && i % 4096 == 0)
            status = assay_poll(context, i, of->size);
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

/*
** Numbers the strata by label and counts them; codes[] becomes the stratum of each combination.
** `order` has room for two numbers per stratum.
*/
static assay_status number_strata(assay_context *context, const combinations *of,
                                  const assay_dictionary *seen, const uint32_t firsts[],
                                  uint32_t codes[], uint32_t order[], assay_strata *strata)
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
        strata->first_row[h] = (uint32_t)row_of(of, firsts[order[h] - 1]);
        strata->population[h] = 0;
    }
    for (size_t i = 0; i < of->size; i++) {
        codes[i] = rank[codes[i] - 1];
        strata->population[codes[i]] += of->all[i].cases;
    }
    return ASSAY_OK;
}

/* The strata that combinations make; stratum[] gets that of each. */
static assay_status build(assay_context *context, const combinations *of, assay_dictionary *seen,
                          uint32_t stratum[], assay_strata *strata)
{
    uint32_t *firsts = assay_alloc_array(of->size, sizeof *firsts), *order = NULL;
    assay_status status = firsts == NULL ? assay_fail_memory(context)
                                         : label_combinations(context, of, seen, stratum, firsts);
    if (status == ASSAY_OK) {
        strata->n = assay_dictionary_size(seen);
        strata->population = assay_alloc_array(strata->n, sizeof *strata->population);
        strata->first_row = assay_alloc_array(strata->n, sizeof *strata->first_row);
        order = assay_alloc_array(strata->n, 2 * sizeof *order);
        status = strata->population == NULL || strata->first_row == NULL || order == NULL
                     ? assay_fail_memory(context)
                     : number_strata(context, of, seen, firsts, stratum, order, strata);
    }
    assay_free(firsts);
    assay_free(order);
    return status;
}

static assay_status make_strata(assay_context *context, const combinations *of, uint32_t stratum[],
                                assay_strata **strata)
{
    assay_dictionary *seen = assay_dictionary_new();
    assay_strata *fresh = assay_alloc_zeroed_array(1, sizeof *fresh);
    assay_status status = ASSAY_ENOMEM;
    if (fresh != NULL)
        fresh->labels = assay_dictionary_new();
    if (seen == NULL || fresh == NULL || fresh->labels == NULL)
        assay_fail_memory(context);
    else
        status = build(context, of, seen, stratum, fresh);
    assay_dictionary_release(seen);
    if (status != ASSAY_OK) {
        assay_strata_free(fresh);
        return status;
    }
    *strata = fresh;
    return ASSAY_OK;
}

assay_status assay_strata_of_combinations(assay_context *context, const assay_frame *frame,
                                          size_t n, const size_t columns[],
                                          const struct assay_combination all[],
                                          assay_strata **strata)
{
    const size_t size = assay_frame_rows(frame);
    const combinations of = {frame, n, columns, size, all, false};
    uint32_t *stratum = assay_alloc_array(size, sizeof *stratum);
    const assay_status status =
        stratum == NULL ? assay_fail_memory(context) : make_strata(context, &of, stratum, strata);
    if (status == ASSAY_OK)
        (*strata)->of_row = stratum;
    else
        assay_free(stratum);
    return status;
}

/* ---- of a frame ---- */

/* of_row[] becomes the combination of each row. */
static assay_status combine(assay_context *context, const assay_frame *frame,
                            const size_t columns[], assay_combine *all, uint32_t of_row[])
{
    enum { AT_ONCE = 65536 };
    const size_t rows = assay_frame_rows(frame);
    const assay_column **those = assay_alloc_array(all->n, sizeof(assay_column *));
    assay_status status = those == NULL ? assay_fail_memory(context) : ASSAY_OK;
    for (size_t c = 0; status == ASSAY_OK && c < all->n; c++)
        those[c] = assay_frame_column(frame, columns[c]);
    for (size_t row = 0, n; status == ASSAY_OK && row < rows; row += n) {
        n = rows - row < AT_ONCE ? rows - row : AT_ONCE;
        status = assay_combine_rows(context, all, those, row, n, of_row + row);
        if (status == ASSAY_OK)
            status = assay_poll(context, row, rows);
    }
    assay_free(those);
    return status;
}

assay_status assay_strata_new(assay_context *context, const assay_frame *frame, size_t n,
                              const size_t columns[], assay_strata **strata)
{
    const size_t rows = assay_frame_rows(frame);
    assay_combine all = {.n = n};
    uint32_t *of_row = assay_alloc_array(rows, sizeof *of_row), *stratum = NULL;
    assay_status status = of_row == NULL ? assay_fail_memory(context)
                                         : combine(context, frame, columns, &all, of_row);
    if (status == ASSAY_OK) {
        const combinations of = {frame, n, columns, all.size, all.all, true};
        stratum = assay_alloc_array(all.size, sizeof *stratum);
        status = stratum == NULL ? assay_fail_memory(context)
                                 : make_strata(context, &of, stratum, strata);
    }
    for (size_t row = 0; status == ASSAY_OK && row < rows; row++)
        of_row[row] = stratum[of_row[row]];
    assay_combine_free(&all);
    assay_free(stratum);
    if (status == ASSAY_OK)
        (*strata)->of_row = of_row;
    else
        assay_free(of_row);
    return status;
}

assay_status assay_strata_hold(assay_context *context, const assay_strata *strata, size_t n,
                               const uint32_t of_row[], assay_strata **held)
{
    assay_strata *fresh = assay_alloc_zeroed_array(1, sizeof *fresh);
    if (fresh == NULL)
        return assay_fail_memory(context);
    fresh->n = strata->n;
    fresh->labels = assay_dictionary_retain(strata->labels);
    fresh->of_row = assay_alloc_array(n, sizeof *fresh->of_row);
    fresh->population = assay_alloc_array(fresh->n, sizeof *fresh->population);
    fresh->held = assay_alloc_zeroed_array(fresh->n, sizeof *fresh->held);
    fresh->first_row = assay_alloc_array(fresh->n, sizeof *fresh->first_row);
    if (fresh->of_row == NULL || fresh->population == NULL || fresh->held == NULL ||
        fresh->first_row == NULL) {
        assay_strata_free(fresh);
        return assay_fail_memory(context);
    }
    memcpy(fresh->population, strata->population, fresh->n * sizeof *fresh->population);
    memcpy(fresh->first_row, strata->first_row, fresh->n * sizeof *fresh->first_row);
    memcpy(fresh->of_row, of_row, n * sizeof *of_row);
    for (size_t i = 0; i < n; i++)
        fresh->held[of_row[i]]++;
    *held = fresh;
    return ASSAY_OK;
}

void assay_strata_free(assay_strata *strata)
{
    if (strata == NULL)
        return;
    assay_free(strata->of_row);
    assay_free(strata->population);
    assay_free(strata->held);
    assay_free(strata->first_row);
    assay_dictionary_release(strata->labels);
    assay_free(strata);
}

const char *assay_strata_label(const assay_strata *strata, size_t h, size_t *length)
{
    return assay_dictionary_text(strata->labels, (uint32_t)h + 1, length);
}
