/* sort.c -- row numbers in an order that a comparison gives. */
#include "base/sort.h"

#include <stdbool.h>
#include <string.h>

#include "base/memory.h"

/* Merges neighbouring runs of `width` items into the same places of `to`. */
static assay_status merge_pass(assay_context *context, size_t n, const uint32_t items[],
                               size_t width, uint32_t to[], assay_order *compare, const void *self)
{
    size_t left = 0, middle = 0, right = 0, end = 0;
    for (size_t i = 0; i < n; i++) {
        if (i == end) {
            left = i;
            middle = right = i + width < n ? i + width : n;
            end = middle + width < n ? middle + width : n;
        }
        const bool take_left =
            right == end || (left < middle && compare(self, items[left], items[right]) <= 0);
        to[i] = take_left ? items[left++] : items[right++];
        if (i % 8192 == 0 && assay_poll(context, i, n) != ASSAY_OK)
            return context->error.status;
    }
    return ASSAY_OK;
}

assay_status assay_sort(assay_context *context, size_t n, uint32_t items[], assay_order *compare,
                        const void *self)
{
    uint32_t *spare = assay_alloc_array(n, sizeof *spare);
    assay_status status = spare == NULL ? assay_fail_memory(context) : ASSAY_OK;
    for (size_t width = 1; status == ASSAY_OK && width < n; width *= 2) {
        status = merge_pass(context, n, items, width, spare, compare, self);
        if (status == ASSAY_OK)
            memcpy(items, spare, n * sizeof *items);
    }
    assay_free(spare);
    return status;
}
