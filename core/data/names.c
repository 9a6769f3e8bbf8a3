/* names.c -- the names of columns, as a header has them and as they are used. */
#include "data/names.h"

#include <stdio.h>
#include <string.h>

#include "base/clean.h"
#include "base/memory.h"
#include "data/dictionary.h"

static assay_status replace(assay_context *context, char **name, const char *by)
{
    char *copy = assay_copy_text(by, strlen(by));
    if (copy == NULL)
        return assay_fail_memory(context);
    assay_free(*name);
    *name = copy;
    return ASSAY_OK;
}

/* The clean name with the first of "", "_2", "_3"... that makes it new. */
static void number_name(const assay_dictionary *taken, char name[ASSAY_CLEAN_NAME])
{
    const size_t length = strlen(name);
    size_t all = length;
    for (unsigned i = 2; assay_dictionary_find(taken, name, all) != 0; i++)
        all = length + (size_t)snprintf(name + length, ASSAY_CLEAN_NAME - length, "_%u", i);
}

static assay_status clean(assay_context *context, assay_dictionary *taken, char **name)
{
    char cleaned[ASSAY_CLEAN_NAME];
    if (assay_clean_name(*name, strlen(*name), cleaned) == 0)
        strcpy(cleaned, "column");
    number_name(taken, cleaned);
    if (assay_dictionary_add(taken, cleaned, strlen(cleaned)) == 0)
        return assay_fail_memory(context);
    return replace(context, name, cleaned);
}

static assay_status fail_unknown(assay_context *context, const assay_naming *naming,
                                 const char *from)
{
    char quoted[ASSAY_QUOTED];
    assay_fail(context, ASSAY_EUNKNOWN, "rename: there is no column '%s'%s",
               assay_quote(from, strlen(from), quoted),
               naming->clean ? " among the clean names" : "");
    return assay_blame_argument(context, "rename");
}

/* Each column is renamed once, so that names can change places. */
static assay_status apply_renames(assay_context *context, const assay_naming *naming, size_t n,
                                  char *names[], bool renamed[])
{
    for (size_t i = 0; i < naming->n_renames; i++) {
        const char *from = naming->from[i];
        size_t at = 0;
        while (at < n && (renamed[at] || strcmp(names[at], from) != 0))
            at++;
        if (at == n)
            return fail_unknown(context, naming, from);
        const assay_status status = replace(context, &names[at], naming->to[i]);
        if (status != ASSAY_OK)
            return status;
        renamed[at] = true;
    }
    return ASSAY_OK;
}

static assay_status fail_empty(assay_context *context, bool renamed, size_t i)
{
    if (!renamed)
        return assay_fail(context, ASSAY_EFORMAT,
                          "column %zu is without a name: names = \"clean\" gives it one", i + 1);
    assay_fail(context, ASSAY_EDOM, "rename: the new name of column %zu is empty", i + 1);
    return assay_blame_argument(context, "rename");
}

static assay_status fail_twice(assay_context *context, bool renamed, const char *name, size_t first,
                               size_t second)
{
    char quoted[ASSAY_QUOTED];
    assay_quote(name, strlen(name), quoted);
    if (!renamed)
        return assay_fail(context, ASSAY_EFORMAT,
                          "the name '%s' stands in the header twice (columns %zu and %zu): "
                          "names = \"clean\" numbers them",
                          quoted, first + 1, second + 1);
    assay_fail(context, ASSAY_EDOM, "rename: columns %zu and %zu would both be '%s'", first + 1,
               second + 1, quoted);
    return assay_blame_argument(context, "rename");
}

/* Fails for the first name that is empty or stands there before. */
static assay_status refuse(assay_context *context, assay_dictionary *taken, size_t n, char *names[],
                           const bool renamed[], size_t *wrong)
{
    for (size_t i = 0; i < n; i++) {
        const size_t length = strlen(names[i]);
        *wrong = i;
        if (length == 0)
            return fail_empty(context, renamed[i], i);
        const uint32_t before = assay_dictionary_size(taken);
        const uint32_t code = assay_dictionary_add(taken, names[i], length);
        if (code == 0)
            return assay_fail_memory(context);
        if (code <= before)
            return fail_twice(context, renamed[i] || renamed[code - 1], names[i], code - 1, i);
    }
    return ASSAY_OK;
}

assay_status assay_names_settle(assay_context *context, const assay_naming *naming, size_t n,
                                char *names[], size_t *wrong)
{
    assay_dictionary *cleaned = assay_dictionary_new(), *taken = assay_dictionary_new();
    bool *renamed = assay_alloc_zeroed_array(n, sizeof *renamed);
    assay_status status =
        cleaned == NULL || taken == NULL || renamed == NULL ? assay_fail_memory(context) : ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && naming->clean && i < n; i++)
        status = clean(context, cleaned, &names[i]);
    if (status == ASSAY_OK)
        status = apply_renames(context, naming, n, names, renamed);
    if (status == ASSAY_OK)
        status = refuse(context, taken, n, names, renamed, wrong);
    assay_free(renamed);
    assay_dictionary_release(cleaned);
    assay_dictionary_release(taken);
    return status;
}
