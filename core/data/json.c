/* json.c -- JSON read strictly, walked, built, and printed the same way everywhere. */
#include "data/json.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "data/json_grammar.h"

/*
** An assay_json is a cJSON. `valueint`, which cJSON leaves alone in arrays and objects, holds how
** deep they stand: a root is 1. It bounds every recursion, cJSON_Delete's too.
*/
static cJSON *node(assay_json *value)
{
    return (cJSON *)value;
}

static const cJSON *peek(const assay_json *value)
{
    return (const cJSON *)value;
}

static bool is_container(const cJSON *item)
{
    return cJSON_IsArray(item) || cJSON_IsObject(item);
}

void assay_json_use_core_memory(void)
{
    cJSON_Hooks hooks = {assay_alloc, assay_free};
    cJSON_InitHooks(&hooks);
}

void assay_json_free(assay_json *value)
{
    cJSON_Delete(node(value));
}

/*
** ---- reading ---------------------------------------------------------------------------------
** cJSON accepts much that is not JSON, and cannot tell bad input from a lack of memory. So the
** grammar is checked before; what passes, cJSON turns into a tree.
*/

static int compare_keys(const void *a, const void *b)
{
    const cJSON *const *left = a, *const *right = b;
    return strcmp((*left)->string, (*right)->string);
}

/*
** The members of an object by name, at most as many as cJSON can count; `*repeated` is one whose
** name another has, or NULL.
*/
static assay_status sort_members(assay_context *context, const cJSON *object,
                                 const cJSON ***members, size_t *n, const cJSON **repeated)
{
    const cJSON *child;
    *n = 0;
    *repeated = NULL;
    *members = assay_alloc_array(assay_json_size((const assay_json *)object), sizeof **members);
    if (*members == NULL)
        return assay_fail_memory(context);
    cJSON_ArrayForEach (child, object)
        (*members)[(*n)++] = child;
    qsort(*members, *n, sizeof **members, compare_keys);
    for (size_t i = 1; i < *n && *repeated == NULL; i++)
        if (compare_keys(*members + i - 1, *members + i) == 0)
            *repeated = (*members)[i];
    return ASSAY_OK;
}

/* Writes how deep each array and object stands, and finds a member whose name another has. */
static assay_status settle(assay_context *context, cJSON *item, int depth, const cJSON **repeated)
{
    cJSON *child;
    if (!is_container(item))
        return ASSAY_OK;
    item->valueint = depth;
    if (cJSON_IsObject(item)) {
        const cJSON **members;
        size_t n;
        const assay_status status = sort_members(context, item, &members, &n, repeated);
        assay_free(members);
        if (status != ASSAY_OK || *repeated != NULL)
            return status;
    }
    cJSON_ArrayForEach (child, item) {
        const assay_status status = settle(context, child, depth + 1, repeated);
        if (status != ASSAY_OK || *repeated != NULL)
            return status;
    }
    return ASSAY_OK;
}

static assay_status fail_repeated(assay_context *context, assay_status status,
                                  const cJSON *repeated)
{
    char quoted[ASSAY_QUOTED];
    assay_quote(repeated->string, strlen(repeated->string), quoted);
    return assay_fail(context, status, "the name '%s' stands twice in one object", quoted);
}

/* Counts names in the order of the document until `sought` is met. */
static bool count_keys(const cJSON *item, const cJSON *sought, size_t *keys)
{
    const cJSON *child;
    cJSON_ArrayForEach (child, item) {
        *keys += cJSON_IsObject(item) ? 1 : 0;
        if (child == sought || count_keys(child, sought, keys))
            return true;
    }
    return false;
}

/* The tree does not know places: the document is read again as far as the name. */
static assay_status refuse_repeated(assay_context *context, const assay_json_source *source,
                                    const cJSON *root, const cJSON *repeated)
{
    size_t k = 0;
    count_keys(root, repeated, &k);
    fail_repeated(context, ASSAY_EFORMAT, repeated);
    char message[sizeof context->error.message];
    memcpy(message, context->error.message, sizeof message);
    return assay_json_refuse_key(context, source, k, message);
}

static assay_status grow_tree(assay_context *context, const assay_json_source *source,
                              assay_json **value)
{
    const cJSON *repeated = NULL;
    cJSON *root = cJSON_ParseWithLength(source->bytes, source->length);
    if (root == NULL)
        return assay_fail_memory(context);
    assay_status status = settle(context, root, 1, &repeated);
    if (status == ASSAY_OK && repeated != NULL)
        status = refuse_repeated(context, source, root, repeated);
    if (status == ASSAY_OK)
        *value = (assay_json *)root;
    else
        cJSON_Delete(root);
    return status;
}

assay_status assay_json_parse(assay_context *context, const char *bytes, size_t length,
                              const char *name, assay_json **value)
{
    static const char mark[] = "\xEF\xBB\xBF";
    const size_t skipped = length >= 3 && memcmp(bytes, mark, 3) == 0 ? 3 : 0;
    const assay_json_source source = {length == 0 ? "" : bytes + skipped, length - skipped, name};
    const assay_status status = assay_json_check(context, &source);
    return status == ASSAY_OK ? grow_tree(context, &source, value) : status;
}

/* ---- walking --------------------------------------------------------------------------------- */

assay_json_kind assay_json_kind_of(const assay_json *value)
{
    const cJSON *item = peek(value);
    if (cJSON_IsBool(item))
        return ASSAY_JSON_BOOL;
    if (cJSON_IsNumber(item))
        return ASSAY_JSON_NUMBER;
    if (cJSON_IsString(item))
        return ASSAY_JSON_TEXT;
    if (cJSON_IsArray(item))
        return ASSAY_JSON_ARRAY;
    return cJSON_IsObject(item) ? ASSAY_JSON_OBJECT : ASSAY_JSON_NULL;
}

const assay_json *assay_json_member(const assay_json *object, const char *key)
{
    return (const assay_json *)cJSON_GetObjectItemCaseSensitive(peek(object), key);
}

size_t assay_json_size(const assay_json *value)
{
    size_t n = 0;
    for (const assay_json *c = assay_json_first(value); c != NULL; c = assay_json_next(c))
        n++;
    return n;
}

const assay_json *assay_json_first(const assay_json *value)
{
    return is_container(peek(value)) ? (const assay_json *)peek(value)->child : NULL;
}

const assay_json *assay_json_next(const assay_json *child)
{
    return child == NULL ? NULL : (const assay_json *)peek(child)->next;
}

const char *assay_json_key(const assay_json *member)
{
    return member == NULL ? NULL : peek(member)->string;
}

const char *assay_json_text(const assay_json *value)
{
    return cJSON_GetStringValue(peek(value));
}

double assay_json_number(const assay_json *value)
{
    return cJSON_IsNumber(peek(value)) ? peek(value)->valuedouble : NAN;
}

bool assay_json_is_true(const assay_json *value)
{
    return cJSON_IsTrue(peek(value));
}

/* Whether a double is an integer that it holds exactly; NaN is none. */
static bool is_integer(double number)
{
    return fabs(number) <= (double)ASSAY_JSON_INTEGER && floor(number) == number;
}

assay_status assay_json_integer(const assay_json *value, int64_t *integer)
{
    const double number = assay_json_number(value);
    if (!is_integer(number))
        return ASSAY_EDOM;
    *integer = (int64_t)number;
    return ASSAY_OK;
}

/* ---- building -------------------------------------------------------------------------------- */

static assay_status plant(assay_context *context, cJSON *item, assay_json **root)
{
    if (item == NULL)
        return assay_fail_memory(context);
    item->valueint = 1;
    *root = (assay_json *)item;
    return ASSAY_OK;
}

assay_status assay_json_new_object(assay_context *context, assay_json **root)
{
    return plant(context, cJSON_CreateObject(), root);
}

assay_status assay_json_new_array(assay_context *context, assay_json **root)
{
    return plant(context, cJSON_CreateArray(), root);
}

static assay_status check_text(assay_context *context, const char *text)
{
    size_t bad;
    char quoted[ASSAY_QUOTED];
    const size_t length = strlen(text);
    if (assay_text_is_utf8(text, length, &bad))
        return ASSAY_OK;
    assay_quote(text, bad, quoted);
    return assay_fail(context, ASSAY_EFORMAT, "text that is not UTF-8, behind '%s'", quoted);
}

static assay_status check_place(assay_context *context, const cJSON *parent, const char *key)
{
    if (key == NULL && !cJSON_IsArray(parent))
        return assay_fail(context, ASSAY_EDOM, "only a list takes a value without a name");
    if (key != NULL && !cJSON_IsObject(parent))
        return assay_fail(context, ASSAY_EDOM, "only an object takes a value with a name");
    return key == NULL ? ASSAY_OK : check_text(context, key);
}

/* Gives a fresh item (NULL: no memory) to its parent, or deletes it. */
static assay_status attach(assay_context *context, assay_json *parent, const char *key, cJSON *item)
{
    assay_status status = check_place(context, node(parent), key);
    if (status == ASSAY_OK && item == NULL)
        status = assay_fail_memory(context);
    if (status == ASSAY_OK && is_container(item)) {
        item->valueint = node(parent)->valueint + 1;
        if (item->valueint > ASSAY_JSON_DEEPEST)
            status = assay_fail(context, ASSAY_EDOM, "nested too deeply");
    }
    if (status == ASSAY_OK && !(key == NULL ? cJSON_AddItemToArray(node(parent), item)
                                            : cJSON_AddItemToObject(node(parent), key, item)))
        status = assay_fail_memory(context);
    if (status != ASSAY_OK)
        cJSON_Delete(item);
    return status;
}

static assay_status attach_container(assay_context *context, assay_json *parent, const char *key,
                                     cJSON *item, assay_json **added)
{
    const assay_status status = attach(context, parent, key, item);
    if (status == ASSAY_OK && added != NULL)
        *added = (assay_json *)item;
    return status;
}

assay_status assay_json_add_object(assay_context *context, assay_json *parent, const char *key,
                                   assay_json **added)
{
    return attach_container(context, parent, key, cJSON_CreateObject(), added);
}

assay_status assay_json_add_array(assay_context *context, assay_json *parent, const char *key,
                                  assay_json **added)
{
    return attach_container(context, parent, key, cJSON_CreateArray(), added);
}

assay_status assay_json_add_text(assay_context *context, assay_json *parent, const char *key,
                                 const char *text)
{
    const assay_status status = check_text(context, text);
    return status == ASSAY_OK ? attach(context, parent, key, cJSON_CreateString(text)) : status;
}

assay_status assay_json_add_number(assay_context *context, assay_json *parent, const char *key,
                                   double number)
{
    cJSON *item = isfinite(number) ? cJSON_CreateNumber(number) : cJSON_CreateNull();
    return attach(context, parent, key, item);
}

assay_status assay_json_add_integer(assay_context *context, assay_json *parent, const char *key,
                                    int64_t integer)
{
    if (integer > ASSAY_JSON_INTEGER || integer < -ASSAY_JSON_INTEGER)
        return assay_fail(context, ASSAY_EDOM,
                          "the integer %" PRId64 " is beyond 2^53: write it as text", integer);
    return assay_json_add_number(context, parent, key, (double)integer);
}

assay_status assay_json_add_bool(assay_context *context, assay_json *parent, const char *key,
                                 bool truth)
{
    return attach(context, parent, key, cJSON_CreateBool(truth));
}

assay_status assay_json_add_null(assay_context *context, assay_json *parent, const char *key)
{
    return attach(context, parent, key, cJSON_CreateNull());
}

/* ---- printing -------------------------------------------------------------------------------- */

#define WIDEST_LINE 100

/* Text that grows; once memory has failed nothing more is written, and `failed` says so. */
typedef struct writer {
    assay_context *context;
    assay_json_order order;
    assay_bytes text;
    int depth;
    assay_status failed;
} writer;

static void write_value(writer *w, const cJSON *item);

static void write_bytes(writer *w, const char *bytes, size_t length)
{
    if (w->failed == ASSAY_OK && !assay_append(&w->text, bytes, length))
        w->failed = assay_fail_memory(w->context);
}

static void write_word(writer *w, const char *word)
{
    write_bytes(w, word, strlen(word));
}

static void write_line(writer *w)
{
    write_word(w, "\n");
    for (int i = 0; i < w->depth; i++)
        write_word(w, "  ");
}

/* A whole number beyond 2^53 gets a fraction: without one its reader would ask for every digit. */
static void write_real(writer *w, double number)
{
    char text[ASSAY_NUMBER_TEXT];
    const size_t length = assay_number_to_text(number, text);
    write_bytes(w, text, length);
    if (strpbrk(text, ".e") == NULL)
        write_word(w, ".0");
}

static void write_number(writer *w, double number)
{
    char text[ASSAY_NUMBER_TEXT];
    if (!isfinite(number))
        write_word(w, "null");
    else if (is_integer(number) && !(number == 0 && signbit(number)))
        write_bytes(w, text, (size_t)snprintf(text, sizeof text, "%" PRId64, (int64_t)number));
    else if (number == 0)
        write_word(w, "-0");
    else
        write_real(w, number);
}

static void write_escaped(writer *w, char c)
{
    static const char plain[] = "\"\\\b\f\n\r\t", letter[] = "\"\\bfnrt";
    char escape[8] = {'\\', 0};
    const char *found = strchr(plain, c);
    if (found != NULL)
        escape[1] = letter[found - plain];
    else
        snprintf(escape, sizeof escape, "\\u%04x", (unsigned)(unsigned char)c);
    write_word(w, escape);
}

static void write_text(writer *w, const char *text)
{
    write_word(w, "\"");
    while (*text != '\0') {
        size_t run = 0;
        while ((unsigned char)text[run] >= 0x20 && text[run] != '"' && text[run] != '\\')
            run++;
        write_bytes(w, text, run);
        text += run;
        if (*text != '\0')
            write_escaped(w, *text++);
    }
    write_word(w, "\"");
}

static void write_scalar(writer *w, const cJSON *item)
{
    if (cJSON_IsNumber(item))
        write_number(w, item->valuedouble);
    else if (cJSON_IsString(item))
        write_text(w, item->valuestring);
    else if (cJSON_IsBool(item))
        write_word(w, cJSON_IsTrue(item) ? "true" : "false");
    else
        write_word(w, "null");
}

/* Characters in the last line so far. */
static size_t line_width(const writer *w)
{
    size_t width = 0;
    for (size_t i = w->text.length; i > 0 && w->text.bytes[i - 1] != '\n'; i--)
        width += ((unsigned char)w->text.bytes[i - 1] & 0xC0) != 0x80;
    return width;
}

/* Writes the array on the present line if it fits, with a comma behind it; else takes it back. */
static bool write_row(writer *w, const cJSON *array)
{
    const size_t before = w->text.length;
    const cJSON *child;
    write_word(w, "[");
    cJSON_ArrayForEach (child, array) {
        if (is_container(child) || w->text.length - before > 4 * WIDEST_LINE)
            break;
        write_word(w, child == array->child ? "" : ", ");
        write_scalar(w, child);
    }
    write_word(w, "]");
    if (w->failed != ASSAY_OK || (child == NULL && line_width(w) < WIDEST_LINE))
        return true;
    w->text.length = before;
    return false;
}

static void write_array(writer *w, const cJSON *array)
{
    const cJSON *child;
    if (write_row(w, array))
        return;
    write_word(w, "[");
    w->depth++;
    cJSON_ArrayForEach (child, array) {
        write_word(w, child == array->child ? "" : ",");
        write_line(w);
        write_value(w, child);
    }
    w->depth--;
    write_line(w);
    write_word(w, "]");
}

static void write_member(writer *w, const cJSON *member, const char *before)
{
    write_word(w, before);
    write_line(w);
    write_text(w, member->string);
    write_word(w, ": ");
    write_value(w, member);
}

static void write_members(writer *w, const cJSON *object, const cJSON **sorted, size_t n)
{
    const cJSON *child = object->child;
    w->depth++;
    for (size_t i = 0; i < n; i++, child = child->next)
        write_member(w, w->order == ASSAY_JSON_SORTED ? sorted[i] : child, i == 0 ? "{" : ",");
    w->depth--;
    write_line(w);
    write_word(w, "}");
}

static void write_object(writer *w, const cJSON *object)
{
    const cJSON **sorted, *repeated;
    size_t n;
    if (object->child == NULL) {
        write_word(w, "{}");
        return;
    }
    w->failed = sort_members(w->context, object, &sorted, &n, &repeated);
    if (w->failed == ASSAY_OK && repeated != NULL)
        w->failed = fail_repeated(w->context, ASSAY_EREPEATED, repeated);
    if (w->failed == ASSAY_OK)
        write_members(w, object, sorted, n);
    assay_free(sorted);
}

static void write_value(writer *w, const cJSON *item)
{
    if (w->failed != ASSAY_OK)
        return;
    if (cJSON_IsArray(item))
        write_array(w, item);
    else if (cJSON_IsObject(item))
        write_object(w, item);
    else
        write_scalar(w, item);
}

assay_status assay_json_print(assay_context *context, const assay_json *value,
                              assay_json_order order, char **text, size_t *length)
{
    writer w = {.context = context, .order = order};
    write_value(&w, peek(value));
    write_word(&w, "\n");
    if (w.failed != ASSAY_OK) {
        assay_free(w.text.bytes);
        return w.failed;
    }
    *text = w.text.bytes;
    if (length != NULL)
        *length = w.text.length;
    return ASSAY_OK;
}

const char *assay_json_version(void)
{
    return cJSON_Version();
}
