/* dictionary.c -- distinct texts, numbered from 1 in order of first appearance. */
#include "data/dictionary.h"

#include <stdatomic.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

struct assay_dictionary {
    atomic_size_t references;
    bool declared;
    uint32_t size;
    size_t n_slots;  /* a power of 2, or 0 */
    uint32_t *slots; /* codes by hash, linear probing; 0 is free */
    size_t *ends;    /* ends[code - 1]: where the text of a code ends in bytes */
    size_t ends_capacity;
    char *bytes;
    size_t bytes_capacity;
};

assay_dictionary *assay_dictionary_new(void)
{
    assay_dictionary *fresh = assay_alloc_zeroed_array(1, sizeof *fresh);
    if (fresh != NULL)
        atomic_init(&fresh->references, 1);
    return fresh;
}

assay_dictionary *assay_dictionary_retain(assay_dictionary *dictionary)
{
    if (dictionary != NULL)
        atomic_fetch_add(&dictionary->references, 1);
    return dictionary;
}

void assay_dictionary_release(assay_dictionary *dictionary)
{
    if (dictionary == NULL || atomic_fetch_sub(&dictionary->references, 1) != 1)
        return;
    assay_free(dictionary->slots);
    assay_free(dictionary->ends);
    assay_free(dictionary->bytes);
    assay_free(dictionary);
}

/* FNV-1a, 64 bits, folded: the low bits of the plain hash are weak. */
static size_t hash(const char *bytes, size_t length)
{
    uint64_t h = 14695981039346656037u;
    for (size_t i = 0; i < length; i++)
        h = (h ^ (unsigned char)bytes[i]) * 1099511628211u;
    return (size_t)(h ^ (h >> 32));
}

const char *assay_dictionary_text(const assay_dictionary *dictionary, uint32_t code, size_t *length)
{
    const size_t from = code == 1 ? 0 : dictionary->ends[code - 2];
    *length = dictionary->ends[code - 1] - from;
    return dictionary->bytes + from;
}

/* The slot that holds the text, or the free one where it belongs. */
static size_t find_slot(const assay_dictionary *dictionary, const char *bytes, size_t length)
{
    size_t slot = hash(bytes, length) & (dictionary->n_slots - 1);
    for (uint32_t code; (code = dictionary->slots[slot]) != 0;) {
        size_t known_length;
        const char *known = assay_dictionary_text(dictionary, code, &known_length);
        if (known_length == length && (length == 0 || memcmp(known, bytes, length) == 0))
            break;
        slot = (slot + 1) & (dictionary->n_slots - 1);
    }
    return slot;
}

uint32_t assay_dictionary_find(const assay_dictionary *dictionary, const char *bytes, size_t length)
{
    return dictionary->n_slots == 0 ? 0 : dictionary->slots[find_slot(dictionary, bytes, length)];
}

/* Doubles the table when it is three quarters full. */
static bool make_room(assay_dictionary *dictionary)
{
    if (dictionary->n_slots / 4 * 3 > dictionary->size)
        return true;
    const size_t n = dictionary->n_slots == 0 ? 16 : dictionary->n_slots * 2;
    uint32_t *slots = assay_alloc_zeroed_array(n, sizeof *slots);
    if (slots == NULL)
        return false;
    assay_free(dictionary->slots);
    dictionary->slots = slots;
    dictionary->n_slots = n;
    for (uint32_t code = 1; code <= dictionary->size; code++) {
        size_t length;
        const char *bytes = assay_dictionary_text(dictionary, code, &length);
        slots[find_slot(dictionary, bytes, length)] = code;
    }
    return true;
}

static bool append(assay_dictionary *dictionary, const char *bytes, size_t length)
{
    const size_t used = dictionary->size == 0 ? 0 : dictionary->ends[dictionary->size - 1];
    if (length > SIZE_MAX / 4 - used)
        return false;
    if (dictionary->bytes == NULL || used + length > dictionary->bytes_capacity) {
        const size_t wanted = (used + length) * 2 + 64;
        char *grown = assay_resize(dictionary->bytes, wanted);
        if (grown == NULL)
            return false;
        dictionary->bytes = grown;
        dictionary->bytes_capacity = wanted;
    }
    if (!assay_grow(&dictionary->ends, &dictionary->ends_capacity, dictionary->size,
                    sizeof *dictionary->ends))
        return false;
    if (length > 0)
        memcpy(dictionary->bytes + used, bytes, length);
    dictionary->ends[dictionary->size] = used + length;
    return true;
}

uint32_t assay_dictionary_add(assay_dictionary *dictionary, const char *bytes, size_t length)
{
    if (dictionary->size == UINT32_MAX - 1 || !make_room(dictionary))
        return 0;
    const size_t slot = find_slot(dictionary, bytes, length);
    if (dictionary->slots[slot] != 0)
        return dictionary->slots[slot];
    if (!append(dictionary, bytes, length))
        return 0;
    return dictionary->slots[slot] = ++dictionary->size;
}

void assay_dictionary_trim(assay_dictionary *dictionary)
{
    if (dictionary->size == 0)
        return;
    const size_t used = dictionary->ends[dictionary->size - 1];
    dictionary->ends = assay_resize_array(dictionary->ends, dictionary->size, sizeof(size_t));
    dictionary->ends_capacity = dictionary->size;
    dictionary->bytes = assay_resize(dictionary->bytes, used);
    dictionary->bytes_capacity = used;
}

uint32_t assay_dictionary_size(const assay_dictionary *dictionary)
{
    return dictionary->size;
}

void assay_dictionary_declare(assay_dictionary *dictionary)
{
    dictionary->declared = true;
}

bool assay_dictionary_is_declared(const assay_dictionary *dictionary)
{
    return dictionary->declared;
}

uint32_t assay_dictionary_nearest(const assay_dictionary *dictionary, const char *bytes,
                                  size_t length)
{
    char wanted[ASSAY_TEXT_DISTANCE_BYTES + 1], known[ASSAY_TEXT_DISTANCE_BYTES + 1];
    uint32_t nearest = 0;
    size_t best = 3;
    if (length > ASSAY_TEXT_DISTANCE_BYTES)
        return 0;
    memcpy(wanted, bytes, length);
    wanted[length] = '\0';
    for (uint32_t code = 1; code <= dictionary->size; code++) {
        size_t n;
        const char *text = assay_dictionary_text(dictionary, code, &n);
        if (n > ASSAY_TEXT_DISTANCE_BYTES)
            continue;
        memcpy(known, text, n);
        known[n] = '\0';
        const size_t distance = assay_text_distance(wanted, known);
        if (distance < best && distance < length) {
            best = distance;
            nearest = code;
        }
    }
    return nearest;
}

int assay_compare_bytes(const char *a, size_t a_length, const char *b, size_t b_length)
{
    const size_t shorter = a_length < b_length ? a_length : b_length;
    const int order = shorter == 0 ? 0 : memcmp(a, b, shorter);
    return order != 0 ? order : (a_length > b_length) - (a_length < b_length);
}
