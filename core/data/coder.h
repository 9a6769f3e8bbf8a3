/* coder.h -- cells to codes, many times over the same few texts. */
#ifndef ASSAY_DATA_CODER_H
#define ASSAY_DATA_CODER_H

#include <string.h>

#include "data/dictionary.h"

/*
** A dictionary with a table in front of it that is looked up by a text's length, its first and its
** last words of eight bytes: texts of up to 32 bytes, which is most, are found without being
** compared. Finding allocates nothing, so that many threads may find while nobody adds.
*/
typedef struct assay_coder_slot {
    uint64_t first, last, second,
        second_last; /* 0 where there is none that the others do not hold */
    uint32_t length, code;
} assay_coder_slot;

typedef struct assay_coder {
    assay_dictionary *texts;
    assay_coder_slot *slots; /* linear probing; the length of a free one is UINT32_MAX */
    uint32_t n_slots, used;  /* n_slots is a power of 2 */
    size_t longest;          /* of the texts in the table */
} assay_coder;

#define ASSAY_CODER_UNKNOWN UINT32_MAX

bool assay_coder_start(assay_coder *coder); /* false when out of memory; to be freed either way */
void assay_coder_free(assay_coder *coder);

/* The text's code, given to it now if it has none; 0 when out of memory. */
uint32_t assay_coder_add(assay_coder *coder, const char *bytes, size_t length);

/*
** Lets a text be found with the code 0, which means missing: only texts of up to 32 bytes, longer
** ones stay unknown. false: out of memory.
*/
bool assay_coder_add_missing(assay_coder *coder, const char *bytes, size_t length);

/* How long the texts in a table are: shorter ones need fewer words. */
typedef enum assay_coder_length {
    ASSAY_CODER_WORD = 8,
    ASSAY_CODER_TWO = 16,
    ASSAY_CODER_FOUR = 32,
    ASSAY_CODER_ANY = 64
} assay_coder_length;

static inline uint64_t assay_coder_load(const char *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

/* All ones where `yes`: lengths differ from cell to cell, and a branch would be taken wrongly. */
static inline uint64_t assay_coder_where(bool yes)
{
    return (uint64_t)0 - yes;
}

/* Eight bytes behind the text's start, and 16 before its end, must be readable. */
static inline __attribute__((always_inline)) assay_coder_slot
assay_coder_key(const char *bytes, size_t length, assay_coder_length longest)
{
    static const uint64_t first_bytes[9] = {0,
                                            0xFF,
                                            0xFFFF,
                                            0xFFFFFF,
                                            0xFFFFFFFF,
                                            0xFFFFFFFFFF,
                                            0xFFFFFFFFFFFF,
                                            0xFFFFFFFFFFFFFF,
                                            0xFFFFFFFFFFFFFFFF};
    assay_coder_slot key = {.length = (uint32_t)length};
    key.first = assay_coder_load(bytes) & first_bytes[length < 8 ? length : 8];
    if (longest > ASSAY_CODER_WORD)
        key.last = assay_coder_load(bytes + length - 8) & assay_coder_where(length > 8);
    if (longest > ASSAY_CODER_TWO) {
        const uint64_t more = assay_coder_where(length > 16);
        key.second = assay_coder_load(bytes + 8) & more;
        key.second_last = assay_coder_load(bytes + length - 16) & more;
    }
    return key;
}

static inline uint32_t assay_coder_hash(const assay_coder_slot *key)
{
    const uint64_t mixed = (key->first ^ (key->last << 23 | key->last >> 41)) + key->length;
    return (uint32_t)(mixed * 0x9E3779B97F4A7C15u >> 32);
}

/* Whether the text of a slot is that of the key, whose bytes are only looked at if it is long. */
static inline __attribute__((always_inline)) bool
assay_coder_same(const assay_coder *coder, const assay_coder_slot *slot,
                 const assay_coder_slot *key, const char *bytes, assay_coder_length longest)
{
    uint64_t differ = (slot->first ^ key->first) | (slot->length ^ key->length);
    if (longest > ASSAY_CODER_WORD)
        differ |= slot->last ^ key->last;
    if (longest > ASSAY_CODER_TWO)
        differ |= (slot->second ^ key->second) | (slot->second_last ^ key->second_last);
    if (differ != 0 || longest < ASSAY_CODER_ANY || key->length <= ASSAY_CODER_FOUR)
        return differ == 0;
    size_t length;
    return memcmp(assay_dictionary_text(coder->texts, slot->code, &length), bytes, key->length) ==
           0;
}

/*
** The code of a text, 0 if it means missing, or ASSAY_CODER_UNKNOWN. `longest` is a constant that is
** no less than coder->longest. Bytes around the text as for the key, and 16 behind its start.
*/
static inline __attribute__((always_inline)) uint32_t assay_coder_find(const assay_coder *coder,
                                                                       const char *bytes,
                                                                       size_t length,
                                                                       assay_coder_length longest)
{
    const assay_coder_slot key = assay_coder_key(bytes, length, longest);
    uint32_t at = assay_coder_hash(&key) & (coder->n_slots - 1);
    while (coder->slots[at].length != UINT32_MAX) {
        if (assay_coder_same(coder, &coder->slots[at], &key, bytes, longest))
            return coder->slots[at].code;
        at = (at + 1) & (coder->n_slots - 1);
    }
    return ASSAY_CODER_UNKNOWN;
}

#endif
