/* keys.c -- the keys of files that say how one programme judges. */
#include "judge/keys.h"

#include <string.h>

#include "base/text.h"

bool assay_keys_have(const char *const words[], const char *word)
{
    for (; *words != NULL; words++)
        if (strcmp(word, *words) == 0)
            return true;
    return false;
}

assay_status assay_keys_refuse(assay_context *context, const char *document, const char *key,
                               const char *message)
{
    char quoted[ASSAY_QUOTED];
    assay_quote(key, strlen(key), quoted);
    assay_fail(context, ASSAY_EFORMAT, "'%s' in %s %s", quoted, document, message);
    return assay_blame_argument(context, quoted);
}

static assay_status refuse_unknown(assay_context *context, const char *document, const char *key,
                                   const char *const keys[])
{
    static const char before[] = "is not a key known here; known are ";
    char message[256] = "is not a key known here; known are ";
    for (size_t used = sizeof before - 1; *keys != NULL; keys++) {
        const size_t length = strlen(*keys);
        if (used + length + 3 > sizeof message)
            break;
        if (used > sizeof before - 1) {
            memcpy(message + used, ", ", 2);
            used += 2;
        }
        memcpy(message + used, *keys, length + 1);
        used += length;
    }
    return assay_keys_refuse(context, document, key, message);
}

assay_status assay_keys_check(assay_context *context, const char *document,
                              const assay_json *object, const char *key, const char *const keys[])
{
    if (assay_json_kind_of(object) != ASSAY_JSON_OBJECT)
        return assay_keys_refuse(context, document, key, "must be an object");
    for (const assay_json *m = assay_json_first(object); m != NULL; m = assay_json_next(m))
        if (!assay_keys_have(keys, assay_json_key(m)))
            return refuse_unknown(context, document, assay_json_key(m), keys);
    for (; *keys != NULL; keys++)
        if (assay_json_member(object, *keys) == NULL)
            return assay_keys_refuse(context, document, *keys, "is missing");
    return ASSAY_OK;
}
