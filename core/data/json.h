/* json.h -- JSON read strictly, walked, built, and printed the same way everywhere. */
#ifndef ASSAY_DATA_JSON_H
#define ASSAY_DATA_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/context.h"

/* A value: null, a truth value, a number, text, an array or an object. */
typedef struct assay_json assay_json;

typedef enum assay_json_kind {
    ASSAY_JSON_NULL,
    ASSAY_JSON_BOOL,
    ASSAY_JSON_NUMBER,
    ASSAY_JSON_TEXT,
    ASSAY_JSON_ARRAY,
    ASSAY_JSON_OBJECT
} assay_json_kind;

#define ASSAY_JSON_DEEPEST 100                       /* arrays and objects inside each other */
#define ASSAY_JSON_INTEGER INT64_C(0x20000000000000) /* 2^53: every integer up to it is exact */

/*
** Values come from and go to cJSON's allocator, which is malloc unless the program says otherwise:
** this gives it assay_alloc and assay_free. It changes the whole process, so only the program calls
** it, once, before the first value exists.
*/
void assay_json_use_core_memory(void);

/* ---- reading --------------------------------------------------------------------------------- */

/*
** The value that `length` bytes hold, to be released with assay_json_free. RFC 8259, and stricter
** where readers differ: the bytes are UTF-8 (a byte order mark in front is skipped) without NUL,
** written out or as \u0000; surrogates come in pairs; names differ within an object, case counting;
** numbers are finite, have at most 60 characters, and those without fraction and exponent lie
** within 2^53 of 0; nesting is at most ASSAY_JSON_DEEPEST; nothing but white space follows.
** ASSAY_EFORMAT names `name` (the file, as people know it), line and column, the latter in
** characters, and says what is wrong. ASSAY_ENOMEM.
*/
assay_status assay_json_parse(assay_context *context, const char *bytes, size_t length,
                              const char *name, assay_json **value);

/* Releases a value that has no parent and all it holds; NULL is ignored. */
void assay_json_free(assay_json *value);

/* ---- walking --------------------------------------------------------------------------------- */

/* A NULL value reads as null, so that a missing member needs no test of its own. */

assay_json_kind assay_json_kind_of(const assay_json *value);

/* The member of that very name, or NULL: none, or no object. Looks at one member after another. */
const assay_json *assay_json_member(const assay_json *object, const char *key);

size_t assay_json_size(const assay_json *value); /* children; counts them one by one */

/* Children in order, one step at a time: for (c = first(v); c != NULL; c = next(c)). */
const assay_json *assay_json_first(const assay_json *value);
const assay_json *assay_json_next(const assay_json *child);

const char *assay_json_key(const assay_json *member); /* NULL: no member of an object */
const char *assay_json_text(const assay_json *value); /* NULL: no text */
double assay_json_number(const assay_json *value);    /* NaN: no number */
bool assay_json_is_true(const assay_json *value);

/*
** The number as an integer. ASSAY_EDOM: no number, a fraction, or beyond 2^53; *integer is then as
** it was.
*/
assay_status assay_json_integer(const assay_json *value, int64_t *integer);

/* ---- building -------------------------------------------------------------------------------- */

/* A root. Whatever is added below belongs to it: releasing the root is the only cleanup. */
assay_status assay_json_new_object(assay_context *context, assay_json **root);
assay_status assay_json_new_array(assay_context *context, assay_json **root);

/*
** Each adds one value behind the last child of `parent`: as the member `key` of an object, or as an
** element of an array, where `key` is NULL. `added` may be NULL. NaN and infinities become null.
** ASSAY_EDOM: `key` and parent do not fit, an integer beyond 2^53, nesting beyond
** ASSAY_JSON_DEEPEST. ASSAY_EFORMAT: key or text is not UTF-8. ASSAY_ENOMEM. Nothing is added then.
** That no name stands twice is seen when the value is printed, so that adding takes one step.
*/
assay_status assay_json_add_object(assay_context *context, assay_json *parent, const char *key,
                                   assay_json **added);
assay_status assay_json_add_array(assay_context *context, assay_json *parent, const char *key,
                                  assay_json **added);
assay_status assay_json_add_text(assay_context *context, assay_json *parent, const char *key,
                                 const char *text);
assay_status assay_json_add_number(assay_context *context, assay_json *parent, const char *key,
                                   double number);
assay_status assay_json_add_integer(assay_context *context, assay_json *parent, const char *key,
                                    int64_t integer);
assay_status assay_json_add_bool(assay_context *context, assay_json *parent, const char *key,
                                 bool truth);
assay_status assay_json_add_null(assay_context *context, assay_json *parent, const char *key);

/* ---- printing -------------------------------------------------------------------------------- */

typedef enum assay_json_order {
    ASSAY_JSON_AS_BUILT, /* members stand as they were added or read */
    ASSAY_JSON_SORTED    /* members stand in byte order of their names, at every level */
} assay_json_order;

/*
** The value as UTF-8 with a 0 byte behind it, to be released with assay_free: two spaces a level,
** one member or element a line, arrays without arrays and objects in them on one line where it has
** at most 100 characters, a line feed at the end. Only what must be escaped is. Numbers read back
** as the same double; integers up to 2^53 have no decimal point. The bytes depend on value and
** order alone.
** ASSAY_EREPEATED: a name stands twice in an object. ASSAY_ENOMEM. `length` may be NULL.
*/
assay_status assay_json_print(assay_context *context, const assay_json *value,
                              assay_json_order order, char **text, size_t *length);

const char *assay_json_version(void); /* of the library beneath */

#endif
