/* index.h -- distinct whole numbers, numbered from 1 in order of first appearance. */
#ifndef ASSAY_DATA_INDEX_H
#define ASSAY_DATA_INDEX_H

#include <stddef.h>
#include <stdint.h>

/* As a dictionary is of texts. Code 0 is never given out. */
typedef struct assay_index assay_index;

assay_index *assay_index_new(void);        /* NULL when out of memory */
void assay_index_free(assay_index *index); /* NULL is ignored */

/* The number's code, given to it now if it has none; 0 when out of memory or after 2^32 - 2. */
uint32_t assay_index_add(assay_index *index, uint64_t number);

uint32_t assay_index_find(const assay_index *index, uint64_t number); /* 0: it has none */

/* codes[n] of numbers[n]: of many at once, whose places in memory are then waited for together. */
void assay_index_find_all(const assay_index *index, size_t n, const uint64_t numbers[],
                          uint32_t codes[]);

uint32_t assay_index_size(const assay_index *index);
uint64_t assay_index_number(const assay_index *index, uint32_t code);

/* Spreads a number over all 64 bits. Source: Stafford (2011), variant 13 of MurmurHash3's mixer. */
static inline uint64_t assay_mix(uint64_t number)
{
    number = (number ^ (number >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    number = (number ^ (number >> 27)) * UINT64_C(0x94d049bb133111eb);
    return number ^ (number >> 31);
}

#endif
