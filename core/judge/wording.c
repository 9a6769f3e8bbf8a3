/* wording.c -- what words of quantity stand for, by a convention that is data. */
#include "judge/wording.h"

#include <string.h>

#include "base/memory.h"
#include "judge/keys.h"

#define MILLION 1000000

typedef struct wording_entry {
    assay_words words;
    assay_modifier modifier; /* of shares: `share` alone */
} wording_entry;

typedef struct wording_list {
    wording_entry *entries;
    size_t n, capacity;
} wording_list;

struct assay_wording {
    wording_list modifiers, shares, before, behind, offered;
    assay_offset fraction, a_in_b;
};

/* ---- reading --------------------------------------------------------------------------------- */

static assay_status refuse(assay_context *context, const char *key, const char *message)
{
    return assay_keys_refuse(context, "a wording", key, message);
}

static assay_status check_keys(assay_context *context, const assay_json *object, const char *key,
                               const char *const keys[])
{
    return assay_keys_check(context, "a wording", object, key, keys);
}

/* A number of at most 6 decimals, in millionths. */
static bool read_millionths(const assay_json *json, int64_t *millionths)
{
    const double number = assay_json_number(json);
    if (!(number >= -1 && number <= 1))
        return false;
    const int64_t nearest = (int64_t)(number * MILLION + (number < 0 ? -0.5 : 0.5));
    if ((double)nearest / MILLION != number)
        return false;
    *millionths = nearest;
    return true;
}

static assay_status read_range(assay_context *context, const assay_json *object, const char *key,
                               assay_offset *range)
{
    const assay_json *pair = assay_json_member(object, key), *from = assay_json_first(pair);
    const assay_json *to = from == NULL ? NULL : assay_json_next(from);
    if (assay_json_kind_of(pair) != ASSAY_JSON_ARRAY || to == NULL || assay_json_next(to) != NULL ||
        !read_millionths(from, &range->from) || !read_millionths(to, &range->to) ||
        range->from > range->to)
        return refuse(context, key,
                      "must be two numbers from -1 to 1, the lower one first, with at "
                      "most 6 decimals");
    return ASSAY_OK;
}

static assay_status read_ends(assay_context *context, const assay_json *object, assay_offset *range)
{
    static const char *const ends[] = {"[]", "[)", "(]", "()", NULL};
    const char *text = assay_json_text(assay_json_member(object, "ends"));
    if (text == NULL || !assay_keys_have(ends, text))
        return refuse(context, "ends", "must be one of [] [) (] ()");
    range->from_closed = text[0] == '[';
    range->to_closed = text[1] == ']';
    return ASSAY_OK;
}

static assay_status read_literal(assay_context *context, const assay_json *object,
                                 assay_literal *literal)
{
    static const char *const names[] = {"same", "up", "down"};
    const char *text = assay_json_text(assay_json_member(object, "literal"));
    for (int i = 0; text != NULL && i < 3; i++)
        if (strcmp(text, names[i]) == 0) {
            *literal = (assay_literal)i;
            return ASSAY_OK;
        }
    return refuse(context, "literal", "must be same, up or down");
}

static bool is_same_word(const assay_word *a, const assay_word *b)
{
    return a->kind == b->kind && a->units == b->units && a->decimals == b->decimals &&
           strcmp(a->text, b->text) == 0;
}

static bool begins_with(const assay_words *words, size_t at, size_t end, const assay_words *these)
{
    if (end - at < these->n)
        return false;
    for (size_t i = 0; i < these->n; i++)
        if (!is_same_word(&words->word[at + i], &these->word[i]))
            return false;
    return true;
}

static bool is_listed(const wording_list *list, const assay_words *words)
{
    for (size_t i = 0; i < list->n; i++)
        if (list->entries[i].words.n == words->n &&
            begins_with(words, 0, words->n, &list->entries[i].words))
            return true;
    return false;
}

/* Adds one entry for each text of the list `key`, all with the same modifier. */
static assay_status add_words(assay_context *context, const assay_json *list, const char *key,
                              const assay_modifier *modifier, wording_list *to)
{
    if (assay_json_kind_of(list) != ASSAY_JSON_ARRAY)
        return refuse(context, key, "must be a list of text");
    for (const assay_json *e = assay_json_first(list); e != NULL; e = assay_json_next(e)) {
        const char *text = assay_json_text(e);
        wording_entry entry = {.modifier = *modifier};
        if (text == NULL || assay_words_read(text, strlen(text), &entry.words) != ASSAY_OK)
            return refuse(context, key, "must be a list of text, which is words");
        if (is_listed(to, &entry.words))
            return refuse(context, text, "stands twice");
        if (!assay_grow(&to->entries, &to->capacity, to->n, sizeof entry))
            return assay_fail_memory(context);
        to->entries[to->n++] = entry;
    }
    return ASSAY_OK;
}

static assay_status read_modifier(assay_context *context, const assay_json *json,
                                  assay_wording *wording)
{
    static const char *const keys[] = {"words", "share", "number", "ends", "literal", NULL};
    assay_modifier m;
    assay_status status = check_keys(context, json, "modifiers", keys);
    if (status == ASSAY_OK)
        status = read_range(context, json, "share", &m.share);
    if (status == ASSAY_OK)
        status = read_range(context, json, "number", &m.number);
    if (status == ASSAY_OK)
        status = read_ends(context, json, &m.share);
    if (status == ASSAY_OK)
        status = read_ends(context, json, &m.number);
    if (status == ASSAY_OK)
        status = read_literal(context, json, &m.literal);
    if (status != ASSAY_OK)
        return status;
    return add_words(context, assay_json_member(json, "words"), "words", &m, &wording->modifiers);
}

static assay_status read_share(assay_context *context, const assay_json *json,
                               assay_wording *wording)
{
    static const char *const keys[] = {"words", "share", "ends", NULL};
    assay_modifier m = {.literal = ASSAY_LITERAL_SAME};
    assay_status status = check_keys(context, json, "shares", keys);
    if (status == ASSAY_OK)
        status = read_range(context, json, "share", &m.share);
    if (status == ASSAY_OK)
        status = read_ends(context, json, &m.share);
    if (status != ASSAY_OK)
        return status;
    if (m.share.from < 0)
        return refuse(context, "share", "of words that stand by themselves must be from 0 to 1");
    return add_words(context, assay_json_member(json, "words"), "words", &m, &wording->shares);
}

static assay_status read_offset(assay_context *context, const assay_json *json, const char *key,
                                const char *inner, assay_offset *offset)
{
    const char *const keys[] = {inner, "ends", NULL};
    const assay_json *object = assay_json_member(json, key);
    assay_status status = check_keys(context, object, key, keys);
    if (status == ASSAY_OK)
        status = read_range(context, object, inner, offset);
    return status == ASSAY_OK ? read_ends(context, object, offset) : status;
}

typedef assay_status entry_reader(assay_context *context, const assay_json *json,
                                  assay_wording *wording);

static assay_status read_list(assay_context *context, const assay_json *json, const char *key,
                              entry_reader *read, assay_wording *wording)
{
    const assay_json *list = assay_json_member(json, key);
    assay_status status = ASSAY_OK;
    if (assay_json_kind_of(list) != ASSAY_JSON_ARRAY)
        return refuse(context, key, "must be a list");
    for (const assay_json *e = assay_json_first(list); status == ASSAY_OK && e != NULL;
         e = assay_json_next(e))
        status = read(context, e, wording);
    return status;
}

static assay_status read_about(assay_context *context, const assay_json *json)
{
    static const char *const texts[] = {"id", "title", "source"};
    for (size_t i = 0; i < 3; i++) {
        const char *text = assay_json_text(assay_json_member(json, texts[i]));
        if (text == NULL || *text == '\0')
            return refuse(context, texts[i], "must be text, and not empty");
    }
    if (assay_json_kind_of(assay_json_member(json, "verified")) != ASSAY_JSON_BOOL)
        return refuse(context, "verified", "must be true or false");
    return ASSAY_OK;
}

static assay_status read_plain(assay_context *context, const assay_json *json, const char *key,
                               wording_list *list)
{
    const assay_modifier none = {.literal = ASSAY_LITERAL_SAME};
    return add_words(context, assay_json_member(json, key), key, &none, list);
}

static assay_status read_wording(assay_context *context, const assay_json *json,
                                 assay_wording *wording)
{
    static const char *const keys[] = {"id",        "title",    "source",  "verified",
                                       "modifiers", "fraction", "a_in_b",  "shares",
                                       "before",    "behind",   "offered", NULL};
    assay_status status = check_keys(context, json, "wording", keys);
    if (status == ASSAY_OK)
        status = read_about(context, json);
    if (status == ASSAY_OK)
        status = read_list(context, json, "modifiers", read_modifier, wording);
    if (status == ASSAY_OK)
        status = read_offset(context, json, "fraction", "share", &wording->fraction);
    if (status == ASSAY_OK)
        status = read_offset(context, json, "a_in_b", "steps", &wording->a_in_b);
    if (status == ASSAY_OK)
        status = read_list(context, json, "shares", read_share, wording);
    if (status == ASSAY_OK)
        status = read_plain(context, json, "before", &wording->before);
    if (status == ASSAY_OK)
        status = read_plain(context, json, "behind", &wording->behind);
    return status == ASSAY_OK ? read_plain(context, json, "offered", &wording->offered) : status;
}

assay_status assay_wording_from_json(assay_context *context, const assay_json *json,
                                     assay_wording **wording)
{
    assay_wording *read = assay_alloc_zeroed_array(1, sizeof *read);
    const assay_status status =
        read == NULL ? assay_fail_memory(context) : read_wording(context, json, read);
    if (status != ASSAY_OK) {
        assay_wording_free(read);
        return status;
    }
    *wording = read;
    return ASSAY_OK;
}

void assay_wording_free(assay_wording *wording)
{
    if (wording == NULL)
        return;
    assay_free(wording->modifiers.entries);
    assay_free(wording->shares.entries);
    assay_free(wording->before.entries);
    assay_free(wording->behind.entries);
    assay_free(wording->offered.entries);
    assay_free(wording);
}

/* ---- looking up ------------------------------------------------------------------------------ */

static size_t longest(const wording_list *list, const assay_words *words, size_t at, size_t end,
                      assay_modifier *found)
{
    size_t best = 0;
    for (size_t i = 0; i < list->n; i++) {
        const wording_entry *entry = &list->entries[i];
        if (entry->words.n <= best || !begins_with(words, at, end, &entry->words))
            continue;
        best = entry->words.n;
        *found = entry->modifier;
    }
    return best;
}

size_t assay_wording_modifier(const assay_wording *wording, const assay_words *words, size_t at,
                              size_t end, assay_modifier *modifier)
{
    return longest(&wording->modifiers, words, at, end, modifier);
}

size_t assay_wording_share(const assay_wording *wording, const assay_words *words, size_t at,
                           size_t end, assay_offset *share)
{
    assay_modifier found;
    const size_t n = longest(&wording->shares, words, at, end, &found);
    if (n > 0)
        *share = found.share;
    return n;
}

const assay_offset *assay_wording_fraction(const assay_wording *wording)
{
    return &wording->fraction;
}

const assay_offset *assay_wording_a_in_b(const assay_wording *wording)
{
    return &wording->a_in_b;
}

static bool has_word(const wording_list *list, const assay_word *word)
{
    for (size_t i = 0; i < list->n; i++)
        if (list->entries[i].words.n == 1 && is_same_word(&list->entries[i].words.word[0], word))
            return true;
    return false;
}

bool assay_wording_is_before(const assay_wording *wording, const assay_word *word)
{
    return has_word(&wording->before, word);
}

bool assay_wording_is_behind(const assay_wording *wording, const assay_word *word)
{
    return has_word(&wording->behind, word);
}
