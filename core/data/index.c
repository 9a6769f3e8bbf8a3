/* index.c -- distinct whole numbers, numbered from 1 in order of first appearance. */
#include "data/index.h"

#include "base/memory.h"

struct assay_index {
    uint32_t size;
    size_t n_slots;  /* a power of 2, or 0 */
    uint32_t *slots; /* codes by hash, linear probing; 0 is free */
    uint64_t *numbers;
    size_t capacity;
};

assay_index *assay_index_new(void)
{
    return assay_alloc_zeroed_array(1, sizeof(assay_index));
}

void assay_index_free(assay_index *index)
{
    if (index == NULL)
        return;
    assay_free(index->slots);
    assay_free(index->numbers);
    assay_free(index);
}

/* The slot that holds the number, or the free one where it belongs. */
static size_t find_slot(const assay_index *index, uint64_t number)
{
    size_t slot = (size_t)assay_mix(number) & (index->n_slots - 1);
    while (index->slots[slot] != 0 && index->numbers[index->slots[slot] - 1] != number)
        slot = (slot + 1) & (index->n_slots - 1);
    return slot;
}

uint32_t assay_index_find(const assay_index *index, uint64_t number)
{
    return index->n_slots == 0 ? 0 : index->slots[find_slot(index, number)];
}

void assay_index_find_all(const assay_index *index, size_t n, const uint64_t numbers[],
                          uint32_t codes[])
{
    const size_t mask = index->n_slots - 1;
    for (size_t i = 0; i < n; i++)
        codes[i] = index->n_slots == 0 ? 0 : index->slots[(size_t)assay_mix(numbers[i]) & mask];
    for (size_t i = 0; i < n; i++) /* one that another has displaced stands further on */
        if (codes[i] != 0 && index->numbers[codes[i] - 1] != numbers[i])
            codes[i] = assay_index_find(index, numbers[i]);
}

/* Doubles the table when it is half full. */
static bool make_room(assay_index *index)
{
    if (index->n_slots / 2 > index->size)
        return true;
    const size_t n = index->n_slots == 0 ? 16 : index->n_slots * 2;
    uint32_t *slots = assay_alloc_zeroed_array(n, sizeof *slots);
    if (slots == NULL)
        return false;
    assay_free(index->slots);
    index->slots = slots;
    index->n_slots = n;
    for (uint32_t code = 1; code <= index->size; code++)
        slots[find_slot(index, index->numbers[code - 1])] = code;
    return true;
}

uint32_t assay_index_add(assay_index *index, uint64_t number)
{
    if (index->size == UINT32_MAX - 1 || !make_room(index) ||
        !assay_grow(&index->numbers, &index->capacity, index->size, sizeof *index->numbers))
        return 0;
    const size_t slot = find_slot(index, number);
    if (index->slots[slot] == 0) {
        index->numbers[index->size] = number;
        index->slots[slot] = ++index->size;
    }
    return index->slots[slot];
}

uint32_t assay_index_size(const assay_index *index)
{
    return index->size;
}

uint64_t assay_index_number(const assay_index *index, uint32_t code)
{
    return index->numbers[code - 1];
}
