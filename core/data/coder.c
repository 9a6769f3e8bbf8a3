/* coder.c -- cells to codes, many times over the same few texts. */
#include "data/coder.h"

#include "base/memory.h"

enum { FIRST_SLOTS = 64 };

static bool make_slots(assay_coder *coder, uint32_t n)
{
    coder->slots = assay_alloc_array(n, sizeof *coder->slots);
    if (coder->slots == NULL)
        return false;
    for (uint32_t i = 0; i < n; i++)
        coder->slots[i].length = UINT32_MAX;
    coder->n_slots = n;
    return true;
}

bool assay_coder_start(assay_coder *coder)
{
    *coder = (assay_coder){.texts = assay_dictionary_new()};
    return coder->texts != NULL && make_slots(coder, FIRST_SLOTS);
}

void assay_coder_free(assay_coder *coder)
{
    assay_dictionary_release(coder->texts);
    assay_free(coder->slots);
}

static void put(assay_coder *coder, const assay_coder_slot *slot)
{
    uint32_t at = assay_coder_hash(slot) & (coder->n_slots - 1);
    while (coder->slots[at].length != UINT32_MAX)
        at = (at + 1) & (coder->n_slots - 1);
    coder->slots[at] = *slot;
}

/* Keeps half of the slots free: most searches end at the first. */
static bool make_room(assay_coder *coder)
{
    if (coder->used < coder->n_slots / 2)
        return true;
    assay_coder old = *coder;
    if (!make_slots(coder, old.n_slots * 2)) {
        coder->slots = old.slots;
        return false;
    }
    for (uint32_t i = 0; i < old.n_slots; i++)
        if (old.slots[i].length != UINT32_MAX)
            put(coder, &old.slots[i]);
    assay_free(old.slots);
    return true;
}

/* The key of bytes around which none may be read. */
static assay_coder_slot careful_key(const char *bytes, size_t length)
{
    char room[ASSAY_CODER_FOUR + 32] = {0};
    char *copy = room + 16;
    if (length > ASSAY_CODER_FOUR)
        return assay_coder_key(bytes, length, ASSAY_CODER_ANY);
    if (length > 0)
        memcpy(copy, bytes, length);
    return assay_coder_key(copy, length, ASSAY_CODER_ANY);
}

static bool add_slot(assay_coder *coder, const char *bytes, size_t length, uint32_t code)
{
    assay_coder_slot slot = careful_key(bytes, length);
    if (!make_room(coder))
        return false;
    slot.code = code;
    put(coder, &slot);
    coder->used++;
    coder->longest = length > coder->longest ? length : coder->longest;
    return true;
}

uint32_t assay_coder_add(assay_coder *coder, const char *bytes, size_t length)
{
    const uint32_t before = assay_dictionary_size(coder->texts);
    const uint32_t code = assay_dictionary_add(coder->texts, bytes, length);
    return code <= before || add_slot(coder, bytes, length, code) ? code : 0;
}

bool assay_coder_add_missing(assay_coder *coder, const char *bytes, size_t length)
{
    return length > ASSAY_CODER_FOUR || add_slot(coder, bytes, length, 0);
}
