/* walk.c -- the order in which a method of selection walks the cases. */
#include "sample/walk.h"

#include "base/sort.h"

static int compare_ids(const void *self, uint32_t a, uint32_t b)
{
    const assay_column *ids = self;
    char scratch_a[ASSAY_CELL_BYTES], scratch_b[ASSAY_CELL_BYTES];
    size_t a_length, b_length;
    const char *a_id = assay_column_cell(ids, a, scratch_a, &a_length);
    const char *b_id = assay_column_cell(ids, b, scratch_b, &b_length);
    return assay_compare_bytes(a_id, a_length, b_id, b_length);
}

/* One column in one group: `turned` by a serpentine, which turns missing values too. */
typedef struct ordering {
    const assay_column *column;
    bool descending, turned;
} ordering;

static int compare_values(const void *self, uint32_t a, uint32_t b)
{
    const ordering *by = self;
    const bool missing =
        assay_column_is_missing(by->column, a) || assay_column_is_missing(by->column, b);
    const int order = assay_column_compare(by->column, a, b);
    return (by->descending && !missing) != by->turned ? -order : order;
}

/* Whether two rows agree in the first k columns. */
static bool agree(const assay_frame *frame, const assay_sorting *by, size_t k, uint32_t a,
                  uint32_t b)
{
    for (size_t i = 0; i < k; i++)
        if (assay_column_compare(assay_frame_column(frame, by->columns[i]), a, b) != 0)
            return false;
    return true;
}

/* Sorts by column k within each group of the columns before it; equal rows keep their order. */
static assay_status sort_groups(assay_context *context, const assay_frame *frame,
                                const assay_sorting *by, size_t k, size_t n, uint32_t rows[])
{
    ordering order = {.column = assay_frame_column(frame, by->columns[k]),
                      .descending = by->descending[k]};
    assay_status status = ASSAY_OK;
    for (size_t from = 0, to; status == ASSAY_OK && from < n; from = to) {
        for (to = from + 1; to < n && agree(frame, by, k, rows[from], rows[to]);)
            to++;
        status = assay_sort(context, to - from, rows + from, compare_values, &order);
        order.turned = by->serpentine && !order.turned;
    }
    return status;
}

assay_status assay_walk(assay_context *context, const assay_frame *frame, size_t id,
                        const assay_sorting *by, size_t n, uint32_t rows[])
{
    assay_status status = assay_sort(context, n, rows, compare_ids, assay_frame_column(frame, id));
    for (size_t k = 0; status == ASSAY_OK && by != NULL && k < by->n; k++)
        status = sort_groups(context, frame, by, k, n, rows);
    return status;
}
