/* keys.h -- the keys of files that say how one programme judges. */
#ifndef ASSAY_JUDGE_KEYS_H
#define ASSAY_JUDGE_KEYS_H

#include <stdbool.h>

#include "base/context.h"
#include "data/json.h"

/* Whether a word is one of these, the last of which is NULL. */
bool assay_keys_have(const char *const words[], const char *word);

/* Records "'KEY' in DOCUMENT MESSAGE" and blames the key. ASSAY_EFORMAT. */
assay_status assay_keys_refuse(assay_context *context, const char *document, const char *key,
                               const char *message);

/*
** Whether `object`, which `key` is the name of, is one with these very keys, none missing and none more;
** ASSAY_EFORMAT names the keys that are known as far as there is room.
*/
assay_status assay_keys_check(assay_context *context, const char *document,
                              const assay_json *object, const char *key, const char *const keys[]);

#endif
