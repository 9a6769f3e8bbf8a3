/* lrecord.c -- for the program, without Lua: run.json, and whose memory JSON takes. */
#include "lassay.h"

#include <string.h>

#include "data/json.h"

void lassay_use_core_memory(void)
{
    assay_json_use_core_memory();
}

static assay_status add_list(assay_context *context, assay_json *root, const char *name,
                             const char *const *words, size_t n)
{
    assay_json *list = NULL;
    assay_status status = assay_json_add_array(context, root, name, &list);
    for (size_t i = 0; status == ASSAY_OK && i < n; i++)
        status = assay_json_add_text(context, list, NULL, words[i]);
    return status;
}

static assay_status fill(assay_context *context, assay_json *root, const lassay_record *record)
{
    assay_status status = assay_json_add_text(context, root, "script", record->script);
    if (status == ASSAY_OK)
        status = assay_json_add_text(context, root, "sha256", record->sha256);
    if (status == ASSAY_OK)
        status = assay_json_add_text(context, root, "assay", ASSAY_VERSION);
    if (status == ASSAY_OK)
        status = add_list(context, root, "arguments", record->arguments, record->n_arguments);
    if (status == ASSAY_OK)
        status = add_list(context, root, "data", record->data, record->n_data);
    return status;
}

assay_status lassay_record_print(assay_context *context, const lassay_record *record, char **text,
                                 size_t *length)
{
    assay_json *root = NULL;
    assay_status status = assay_json_new_object(context, &root);
    if (status == ASSAY_OK)
        status = fill(context, root, record);
    if (status == ASSAY_OK)
        status = assay_json_print(context, root, ASSAY_JSON_SORTED, text, length);
    assay_json_free(root);
    return status;
}

bool lassay_record_is_of(assay_context *context, const char *bytes, size_t length,
                         const char *script)
{
    assay_json *root = NULL;
    if (assay_json_parse(context, bytes, length, "run.json", &root) != ASSAY_OK)
        return false;
    const char *made_by = assay_json_text(assay_json_member(root, "script"));
    const bool own = made_by != NULL && strcmp(made_by, script) == 0;
    assay_json_free(root);
    return own;
}
