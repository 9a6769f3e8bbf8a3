/* memory.c -- the one allocator: counted, with a ceiling, and able to fail on purpose. */
#define _GNU_SOURCE /* madvise */

#include "base/memory.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* Core's only process-wide state. */
static atomic_size_t in_use, ceiling;
static atomic_uint_fast64_t growths, failing;
static atomic_bool failing_on;

/* In front of every block; its alignment is that of the block behind it. */
typedef union header {
    size_t bytes;
    max_align_t align;
} header;

static bool fault_is_due(void)
{
    const uint64_t k = atomic_load(&failing);
    const uint64_t now = atomic_fetch_add(&growths, 1) + 1;
    return k != 0 && (now == k || (now > k && atomic_load(&failing_on)));
}

static bool reserve(size_t more)
{
    const size_t most = atomic_load(&ceiling);
    const size_t before = atomic_fetch_add(&in_use, more);
    if (!fault_is_due() && (most == 0 || (before <= most && more <= most - before)))
        return true;
    atomic_fetch_sub(&in_use, more);
    return false;
}

/*
** Asks for the large pages of the system inside a block that holds some: a column of a million numbers
** costs 2,000 page faults otherwise, which take longer than a formula over it. No for an answer is
** as good.
*/
static void prefer_large_pages(void *block, size_t bytes)
{
#ifdef MADV_HUGEPAGE
    const uintptr_t page = UINT64_C(1) << 21, start = (uintptr_t)block, end = start + bytes;
    const uintptr_t first = (start + page - 1) / page * page, last = end / page * page;
    if (bytes >= 2 * page && last > first)
        madvise((char *)block + (first - start), last - first, MADV_HUGEPAGE);
#else
    (void)block, (void)bytes;
#endif
}

void *assay_resize(void *block, size_t bytes)
{
    header *old = block == NULL ? NULL : (header *)block - 1;
    const size_t had = old == NULL ? 0 : old->bytes;
    const bool grows = old == NULL || bytes > had;
    if (bytes > SIZE_MAX - sizeof(header) || (grows && !reserve(bytes - had)))
        return NULL;

    header *fresh = realloc(old, sizeof(header) + bytes);
    if (fresh == NULL && !grows)
        return block;
    if (fresh == NULL) {
        atomic_fetch_sub(&in_use, bytes - had);
        return NULL;
    }
    if (!grows)
        atomic_fetch_sub(&in_use, had - bytes);
    fresh->bytes = bytes;
    if (grows)
        prefer_large_pages(fresh, sizeof(header) + bytes);
    return fresh + 1;
}

void *assay_resize_array(void *block, size_t n, size_t bytes_each)
{
    if (bytes_each != 0 && n > SIZE_MAX / bytes_each)
        return NULL;
    return assay_resize(block, n * bytes_each);
}

void *assay_alloc(size_t bytes)
{
    return assay_resize(NULL, bytes);
}

void *assay_alloc_array(size_t n, size_t bytes_each)
{
    return assay_resize_array(NULL, n, bytes_each);
}

void *assay_alloc_zeroed_array(size_t n, size_t bytes_each)
{
    void *block = assay_alloc_array(n, bytes_each);
    if (block != NULL)
        memset(block, 0, n * bytes_each);
    return block;
}

void assay_free(void *block)
{
    if (block == NULL)
        return;
    header *old = (header *)block - 1;
    atomic_fetch_sub(&in_use, old->bytes);
    free(old);
}

char *assay_copy_text(const char *bytes, size_t length)
{
    char *copy = length == SIZE_MAX ? NULL : assay_alloc(length + 1);
    if (copy == NULL)
        return NULL;
    memcpy(copy, bytes, length);
    copy[length] = '\0';
    return copy;
}

bool assay_grow(void *array_pointer, size_t *capacity, size_t n, size_t bytes_each)
{
    if (n < *capacity)
        return true;
    void *array;
    memcpy(&array, array_pointer, sizeof array);
    const size_t wanted = *capacity < 8 ? 16 : *capacity * 2;
    void *grown = wanted <= *capacity ? NULL : assay_resize_array(array, wanted, bytes_each);
    if (grown == NULL)
        return false;
    memcpy(array_pointer, &grown, sizeof grown);
    *capacity = wanted;
    return true;
}

bool assay_append(assay_bytes *to, const void *bytes, size_t length)
{
    if (length >= to->capacity - to->length) {
        if (length > SIZE_MAX / 4 - to->length)
            return false;
        const size_t wanted = 2 * (to->length + length) + 64;
        char *grown = assay_resize(to->bytes, wanted);
        if (grown == NULL)
            return false;
        to->bytes = grown;
        to->capacity = wanted;
    }
    if (length > 0)
        memcpy(to->bytes + to->length, bytes, length);
    to->length += length;
    to->bytes[to->length] = '\0';
    return true;
}

size_t assay_memory_in_use(void)
{
    return atomic_load(&in_use);
}

void assay_memory_set_ceiling(size_t bytes)
{
    atomic_store(&ceiling, bytes);
}

uint64_t assay_memory_growths(void)
{
    return atomic_load(&growths);
}

uint64_t assay_memory_fail_at(uint64_t k, bool from_then_on)
{
    atomic_store(&failing, 0);
    atomic_store(&failing_on, from_then_on);
    const uint64_t before = atomic_exchange(&growths, 0);
    atomic_store(&failing, k);
    return before;
}
