/* sort.h -- row numbers in an order that a comparison gives. */
#ifndef ASSAY_BASE_SORT_H
#define ASSAY_BASE_SORT_H

#include <stddef.h>
#include <stdint.h>

#include "base/context.h"

/* Below, at or above 0 as a comes before, goes with, or comes after b. */
typedef int assay_order(const void *self, uint32_t a, uint32_t b);

/*
** Sorts items[n] by a merge sort from the bottom up: those that go together keep their order, and
** n log2 n comparisons are the most whatever the input. qsort would need `self` in a global.
** ASSAY_ENOMEM, ASSAY_ESTOPPED; the items are then in some order.
*/
assay_status assay_sort(assay_context *context, size_t n, uint32_t items[], assay_order *compare,
                        const void *self);

#endif
