/* coder.h -- cells to codes, many times over the same few texts. */
#ifndef ASSAY_DATA_CODER_H
#define ASSAY_DATA_CODER_H

#include <string.h>

#include "data/dictionary.h"

/*
** A dictionary with a table in front of it that is looked up by a text's length, first eight and last
** eight bytes: texts of up to 16 bytes, which is most, are found without being compared. Finding
** allocates nothing, so that many threads may find while nobody adds.
*/
typedef struct assay_coder_slot {
    uint64_t first, last;
    uint32_t length, code;
} assay_coder_slot;

typedef struct assay_coder {
    assay_dictionary *texts;
    assay_coder_slot *slots; /* linear probing; the length of a free one is UINT32_MAX */
    uint32_t n_slots, used;  /* n_slots is a power of 2 */
} assay_coder;

#define ASSAY_CODER_UNKNOWN UINT32_MAX

bool assay_coder_start(assay_coder *coder); /* false when out of memory; to be freed either way */
void assay_coder_free(assay_coder *coder);

/* The text's code, given to it now if it has none; 0 when out of memory. */
uint32_t assay_coder_add(assay_coder *coder, const char *bytes, size_t length);

/*
** Lets a text be found with the code 0, which means missing: only texts of up to 16 bytes, longer
** ones stay unknown. false: out of memory.
*/
bool assay_coder_add_missing(assay_coder *coder, const char *bytes, size_t length);

/* Eight bytes behind the text, and eight before its end, must be readable. */
static inline assay_coder_slot assay_coder_key(const char *bytes, size_t length)
{
    assay_coder_slot key = {.length = (uint32_t)length};
    memcpy(&key.first, bytes, 8);
    if (length < 8)
        key.first &= ((uint64_t)1 << (8 * length)) - 1;
    else
        memcpy(&key.last, bytes + length - 8, 8);
    return key;
}

static inline uint32_t assay_coder_hash(const assay_coder_slot *key)
{
    const uint64_t mixed = (key->first ^ (key->last << 23 | key->last >> 41)) + key->length;
    return (uint32_t)(mixed * 0x9E3779B97F4A7C15u >> 32);
}

static inline bool assay_coder_same(const assay_coder *coder, const assay_coder_slot *slot,
                                    const assay_coder_slot *key, const char *bytes)
{
    if (slot->first != key->first || slot->length != key->length || slot->last != key->last)
        return false;
    size_t length;
    return key->length <= 16 || memcmp(assay_dictionary_text(coder->texts, slot->code, &length),
                                       bytes, key->length) == 0;
}

/* The code of a text, 0 if it means missing, or ASSAY_CODER_UNKNOWN. Bytes as for the key. */
static inline uint32_t assay_coder_find(const assay_coder *coder, const char *bytes, size_t length)
{
    const assay_coder_slot key = assay_coder_key(bytes, length);
    uint32_t at = assay_coder_hash(&key) & (coder->n_slots - 1);
    while (coder->slots[at].length != UINT32_MAX) {
        if (assay_coder_same(coder, &coder->slots[at], &key, bytes))
            return coder->slots[at].code;
        at = (at + 1) & (coder->n_slots - 1);
    }
    return ASSAY_CODER_UNKNOWN;
}

#endif
