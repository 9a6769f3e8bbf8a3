/* rating_scale.c -- rating scales: read from JSON, checked, and asked. */
#include "judge/rating_parts.h"

#include <string.h>

#include "base/memory.h"
#include "judge/keys.h"

enum { MOST_RULES = 1000 }; /* each is compared with those before it */

static const char *const roundings[] = {"half_up", "none", NULL};
static const char *const addings[] = {"mean_halves_down", "mean_halves_up", NULL};
static const char *const combinings[] = {"lowest", NULL};

/* ---- reading a scale ------------------------------------------------------------------------- */

static assay_status refuse(assay_context *context, const char *key, const char *message)
{
    return assay_keys_refuse(context, "a rating scale", key, message);
}

static assay_status check_keys(assay_context *context, const assay_json *object, const char *key,
                               const char *const keys[])
{
    return assay_keys_check(context, "a rating scale", object, key, keys);
}

/* A copy of a member that is text and not empty, into a field that is NULL so far. */
static assay_status read_text(assay_context *context, const assay_json *object, const char *key,
                              const char **text)
{
    const char *found = assay_json_text(assay_json_member(object, key));
    if (found == NULL || *found == '\0')
        return refuse(context, key, "must be text, and not empty");
    *text = assay_copy_text(found, strlen(found));
    return *text == NULL ? assay_fail_memory(context) : ASSAY_OK;
}

static assay_status read_integer(assay_context *context, const assay_json *object, const char *key,
                                 int64_t most, int64_t *integer)
{
    int64_t found = -1;
    if (assay_json_integer(assay_json_member(object, key), &found) != ASSAY_OK || found < 0 ||
        found > most)
        return refuse(context, key,
                      most == 100 ? "must be a whole number from 0 to 100"
                                  : "must be a whole number from 0 to 1000");
    *integer = found;
    return ASSAY_OK;
}

static assay_status read_choice(assay_context *context, const assay_json *object, const char *key,
                                const char *const names[], int *choice)
{
    const char *found = assay_json_text(assay_json_member(object, key));
    for (int i = 0; found != NULL && names[i] != NULL; i++)
        if (strcmp(found, names[i]) == 0) {
            *choice = i;
            return ASSAY_OK;
        }
    return refuse(context, key, "names no rule that is known");
}

/* Bands of which the later begins, or counts, no higher than the one before it. */
static assay_status refuse_order(assay_context *context, const char *key, const assay_band *band,
                                 const char *message)
{
    char name[ASSAY_QUOTED], before[ASSAY_QUOTED];
    assay_quote(band->name, strlen(band->name), name);
    assay_quote(band[-1].name, strlen(band[-1].name), before);
    assay_fail(context, ASSAY_EFORMAT,
               "'%s' in a rating scale must rise from band to band: %s '%s' "
               "and '%s' before it",
               key, message, name, before);
    return assay_blame_argument(context, key);
}

static assay_status read_band(assay_context *context, const assay_json *json, assay_scale *scale)
{
    static const char *const keys[] = {"name", "points", "from", NULL};
    assay_band *band = &scale->bands[scale->n_bands++]; /* counted first, so that it is released */
    const assay_band *before = scale->n_bands > 1 ? band - 1 : NULL;
    assay_status status = check_keys(context, json, "bands", keys);
    if (status == ASSAY_OK)
        status = read_text(context, json, "name", &band->name);
    if (status == ASSAY_OK)
        status = read_integer(context, json, "points", 1000, &band->points);
    if (status == ASSAY_OK)
        status = read_integer(context, json, "from", 100, &band->from);
    if (status != ASSAY_OK)
        return status;
    if (before == NULL && band->from != 0)
        return refuse(context, "from", "must be 0 in the first band");
    if (before != NULL && band->from <= before->from)
        return refuse_order(context, "from", band, "there is an overlap of");
    if (before != NULL && band->points <= before->points)
        return refuse_order(context, "points", band, "compare");
    for (const assay_band *b = scale->bands; b < band; b++)
        if (strcmp(b->name, band->name) == 0)
            return refuse(context, "name", "must differ from band to band");
    return ASSAY_OK;
}

static assay_status read_rule(assay_context *context, const assay_json *json, assay_scale *scale)
{
    static const char *const keys[] = {"id", "text", "source", "verified", NULL};
    assay_scale_rule *rule = &scale->rules[scale->n_rules++];
    assay_status status = check_keys(context, json, "rules", keys);
    if (status == ASSAY_OK)
        status = read_text(context, json, "id", &rule->id);
    if (status == ASSAY_OK)
        status = read_text(context, json, "text", &rule->text);
    if (status == ASSAY_OK)
        status = read_text(context, json, "source", &rule->source);
    if (status != ASSAY_OK)
        return status;
    const assay_json *verified = assay_json_member(json, "verified");
    if (assay_json_kind_of(verified) != ASSAY_JSON_BOOL)
        return refuse(context, "verified", "must be true or false");
    rule->verified = assay_json_is_true(verified);
    for (const assay_scale_rule *r = scale->rules; r < rule; r++)
        if (strcmp(r->id, rule->id) == 0)
            return refuse(context, "id", "must differ from rule to rule");
    return ASSAY_OK;
}

/* The list `key` and an array of zeroes with room for its elements. */
static assay_status open_list(assay_context *context, const assay_json *json, const char *key,
                              size_t bytes_each, void **array)
{
    const assay_json *list = assay_json_member(json, key);
    if (assay_json_kind_of(list) != ASSAY_JSON_ARRAY)
        return refuse(context, key, "must be a list");
    *array = assay_alloc_zeroed_array(assay_json_size(list), bytes_each);
    return *array == NULL ? assay_fail_memory(context) : ASSAY_OK;
}

static assay_status read_bands(assay_context *context, const assay_json *json, assay_scale *scale)
{
    void *array = NULL;
    assay_status status = open_list(context, json, "bands", sizeof *scale->bands, &array);
    const assay_json *e = assay_json_first(assay_json_member(json, "bands"));
    scale->bands = array;
    for (; status == ASSAY_OK && e != NULL; e = assay_json_next(e))
        status = read_band(context, e, scale);
    if (status == ASSAY_OK && scale->n_bands < 2)
        return refuse(context, "bands", "must hold at least two bands");
    return status;
}

static assay_status read_rules(assay_context *context, const assay_json *json, assay_scale *scale)
{
    void *array = NULL;
    assay_status status = open_list(context, json, "rules", sizeof *scale->rules, &array);
    if (status == ASSAY_OK && assay_json_size(assay_json_member(json, "rules")) > MOST_RULES)
        status = refuse(context, "rules", "must hold at most 1000 rules");
    const assay_json *e = assay_json_first(assay_json_member(json, "rules"));
    scale->rules = array;
    for (; status == ASSAY_OK && e != NULL; e = assay_json_next(e))
        status = read_rule(context, e, scale);
    return status;
}

static assay_status read_discretion(assay_context *context, const assay_json *json,
                                    assay_scale *scale)
{
    static const char *const keys[] = {"within_points", "cases", "small_sample", NULL};
    const assay_json *object = assay_json_member(json, "discretion");
    assay_status status = check_keys(context, object, "discretion", keys);
    if (status == ASSAY_OK)
        status = read_integer(context, object, "within_points", 100, &scale->within_points);
    if (status == ASSAY_OK)
        status = read_integer(context, object, "cases", 100, &scale->cases);
    if (status == ASSAY_OK)
        status = read_integer(context, object, "small_sample", 100, &scale->small_sample);
    return status;
}

static assay_status read_scale(assay_context *context, const assay_json *json, assay_scale *scale)
{
    static const char *const keys[] = {"id",         "title",   "bands", "rounding", "standard",
                                       "discretion", "overall", "rules", NULL};
    int lowest;
    assay_status status = check_keys(context, json, "scale", keys);
    if (status == ASSAY_OK)
        status = read_text(context, json, "id", &scale->id);
    if (status == ASSAY_OK)
        status = read_text(context, json, "title", &scale->title);
    if (status == ASSAY_OK)
        status = read_bands(context, json, scale);
    if (status == ASSAY_OK)
        status = read_choice(context, json, "rounding", roundings, &scale->rounding);
    if (status == ASSAY_OK)
        status = read_choice(context, json, "standard", combinings, &lowest);
    if (status == ASSAY_OK)
        status = read_discretion(context, json, scale);
    if (status == ASSAY_OK)
        status = read_choice(context, json, "overall", addings, &scale->adding);
    return status == ASSAY_OK ? read_rules(context, json, scale) : status;
}

assay_status assay_scale_from_json(assay_context *context, const assay_json *json,
                                   assay_scale **scale)
{
    assay_scale *read = assay_alloc_zeroed_array(1, sizeof *read);
    const assay_status status =
        read == NULL ? assay_fail_memory(context) : read_scale(context, json, read);
    if (status == ASSAY_OK)
        *scale = read;
    else
        assay_scale_free(read);
    return status;
}

static void free_text(const char *text)
{
    assay_free((void *)text);
}

void assay_scale_free(assay_scale *scale)
{
    if (scale == NULL)
        return;
    for (size_t i = 0; i < scale->n_bands; i++)
        free_text(scale->bands[i].name);
    for (size_t i = 0; i < scale->n_rules; i++) {
        free_text(scale->rules[i].id);
        free_text(scale->rules[i].text);
        free_text(scale->rules[i].source);
    }
    assay_free(scale->bands);
    assay_free(scale->rules);
    free_text(scale->id);
    free_text(scale->title);
    assay_free(scale);
}

/* ---- what a scale holds ---------------------------------------------------------------------- */

const char *assay_scale_id(const assay_scale *scale)
{
    return scale->id;
}

const char *assay_scale_title(const assay_scale *scale)
{
    return scale->title;
}

size_t assay_scale_n_bands(const assay_scale *scale)
{
    return scale->n_bands;
}

const assay_band *assay_scale_band(const assay_scale *scale, size_t i)
{
    return i < scale->n_bands ? &scale->bands[i] : NULL;
}

size_t assay_scale_n_rules(const assay_scale *scale)
{
    return scale->n_rules;
}

const assay_scale_rule *assay_scale_rule_at(const assay_scale *scale, size_t i)
{
    return i < scale->n_rules ? &scale->rules[i] : NULL;
}

assay_status assay_scale_band_named(const assay_scale *scale, const char *name, size_t *band)
{
    for (size_t i = 0; i < scale->n_bands; i++)
        if (strcmp(scale->bands[i].name, name) == 0) {
            *band = i;
            return ASSAY_OK;
        }
    return ASSAY_EUNKNOWN;
}
