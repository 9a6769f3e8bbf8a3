/* memory.h -- the one allocator: counted, with a ceiling, and able to fail on purpose. */
#ifndef ASSAY_BASE_MEMORY_H
#define ASSAY_BASE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
** Blocks are aligned for any type and carry their size. Each function answers NULL when the request
** overflows, passes the ceiling, or finds no memory; 0 bytes give a block of their own.
** Not to be called inside a parallel region: the k-th allocation must mean one thing.
*/
void *assay_alloc(size_t bytes);
void *assay_alloc_array(size_t n, size_t bytes_each); /* not cleared */
void *assay_alloc_zeroed_array(size_t n, size_t bytes_each);

/*
** Changes the size of a block (NULL: a new one). On failure the old block stays as it was. Asking
** for no more than the block holds never fails.
*/
void *assay_resize(void *block, size_t bytes);
void *assay_resize_array(void *block, size_t n, size_t bytes_each);

void assay_free(void *block); /* NULL is ignored */

/* A copy of `length` bytes with a 0 byte behind them. */
char *assay_copy_text(const char *bytes, size_t length);

/*
** Makes room for one more element of a growing array: `*capacity` doubles when `n` has reached it.
** False when out of memory, with array and capacity as they were.
*/
bool assay_grow(void *array_pointer, size_t *capacity, size_t n, size_t bytes_each);

/* Bytes that grow at their end, with a 0 byte behind them; zeroed it has none. Free `bytes`. */
typedef struct assay_bytes {
    char *bytes;
    size_t length, capacity;
} assay_bytes;

/* Appends bytes[length]. False when out of memory, with all as it was. */
bool assay_append(assay_bytes *to, const void *bytes, size_t length);

size_t assay_memory_in_use(void);            /* bytes now held, headers left out */
void assay_memory_set_ceiling(size_t bytes); /* 0: no ceiling, the state at start */

/*
** For tests: the k-th growth from now on fails (k = 1 is the next one), and every later one too if
** `from_then_on`. k = 0 switches it off. The count of growths since the last call is returned.
*/
uint64_t assay_memory_fail_at(uint64_t k, bool from_then_on);
uint64_t assay_memory_growths(void); /* since that call */

#endif
