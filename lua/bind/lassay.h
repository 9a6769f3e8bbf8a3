/* lassay.h -- what the files of the binding share. */
#ifndef LASSAY_H
#define LASSAY_H

#include <lauxlib.h>
#include <lua.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/context.h"
#include "base/file.h"
#include "base/status.h"
#include "data/json.h"

/*
** A binding function has five steps and no logic: check the arguments, allocate what Lua will own,
** call core, lassay_check, push. Whatever core allocates goes straight into a handle, so that a
** jump loses nothing.
*/

/* ---- the state's own context and door; both live as long as the state ---- */

assay_context *lassay_context(lua_State *L);
assay_door *lassay_door(lua_State *L);

/* The program gives its own door, which must outlive the state. */
void lassay_set_door(lua_State *L, assay_door *door);

/* The record that core.record adds to, which must outlive the state; NULL: none, in stock Lua. */
typedef struct lassay_record lassay_record;
void lassay_set_record(lua_State *L, lassay_record *record);
lassay_record *lassay_get_record(lua_State *L);

/* ---- errors: a table { kind, code, message, where, argument, file, line, column, row } ---- */

/* Raises what the context says unless the status is ASSAY_OK. */
void lassay_check(lua_State *L, assay_status status);

/* The same where what takes too long, ASSAY_ENUMERIC, is for the caller to ask otherwise: of kind usage. */
void lassay_check_asked(lua_State *L, assay_status status);

/* The same for pure arithmetic, which takes no context: `what` says what was wrong. */
void lassay_check_plain(lua_State *L, assay_status status, const char *what);

/* Pushes "file:line" of the first function that is neither C nor the library's, or nil. */
void lassay_push_where(lua_State *L);

/* ---- handles: a userdata that holds one pointer, released by __gc and __close ---- */

/* Makes the metatable of a kind of handle; methods may be NULL. */
void lassay_new_kind(lua_State *L, const char *kind, lua_CFunction collect,
                     const luaL_Reg *methods);

/* Pushes an empty handle and returns the place for its object. */
void *lassay_push_handle(lua_State *L, const char *kind);

/* The object of argument `arg`, which must be a handle of that kind that is not closed. */
void *lassay_handle(lua_State *L, int arg, const char *kind);

/* Tells the collector how much was allocated outside of its sight since `before`. */
void lassay_outside(lua_State *L, size_t before);

/* ---- arguments ---- */

/* A count: an integer from 0 on; the message names the argument. */
uint64_t lassay_count(lua_State *L, int arg);

/* A population: a count, or ASSAY_INFINITE where it is nil. */
uint64_t lassay_population(lua_State *L, int arg);

/* The same of a field of the table at `arg`, or of a list of them into a new userdata, pushed. */
uint64_t lassay_field_count(lua_State *L, int arg, const char *name);
uint64_t *lassay_counts(lua_State *L, int arg, size_t n);
void lassay_push_counts(lua_State *L, size_t n, const uint64_t counts[]); /* as a list */

/* The same of numbers. */
double *lassay_numbers(lua_State *L, int arg, size_t n);
void lassay_push_numbers(lua_State *L, size_t n, const double numbers[]);

/* The texts of the list in field `name` of the table at `arg`, in a new userdata, pushed, that keeps them. */
const char *const *lassay_field_texts(lua_State *L, int arg, const char *name, size_t *n);

/* Pushes a new table's field. */
void lassay_set_number(lua_State *L, const char *name, double value); /* NaN: the field is absent */
void lassay_set_integer(lua_State *L, const char *name, uint64_t value);
void lassay_set_text(lua_State *L, const char *name, const char *value); /* NULL: absent */

/* ---- JSON values ---- */

/*
** Pushes a value: an object becomes a table without its null members, an array a list with the
** metatable LASSAY_LIST in which nulls are assay.null, whole numbers become integers.
*/
void lassay_push_json(lua_State *L, const assay_json *json);

/*
** Adds the Lua value at `index` below `parent`, as assay_json_add_* do. A table is an array if it
** has the metatable LASSAY_LIST, or has the keys 1..n alone and n > 0; else it is an object.
** Raises, naming the place inside the value: anything that JSON does not have, NaN and infinities,
** gaps in a list, keys that are not text, a table inside itself, text that is not UTF-8.
*/
void lassay_to_json(lua_State *L, int index, assay_json *parent, const char *key);

/* Pushes a handle of a value that is released with it, at the latest when the caller returns. */
assay_json **lassay_push_json_handle(lua_State *L);

#define LASSAY_LIST "assay.list"

/* ---- one opener for each noun: pushes the table of its functions ---- */

#define LASSAY_NOUNS(X)                                                                            \
    X(file)                                                                                        \
    X(record)                                                                                      \
    X(text)                                                                                        \
    X(terminal)                                                                                    \
    X(rng)                                                                                         \
    X(frame)                                                                                       \
    X(cursor)                                                                                      \
    X(append)                                                                                      \
    X(join)                                                                                        \
    X(source)                                                                                      \
    X(csv)                                                                                         \
    X(filter)                                                                                      \
    X(tabulate)                                                                                    \
    X(json)                                                                                        \
    X(json_rows)                                                                                   \
    X(pivot)                                                                                       \
    X(band)                                                                                        \
    X(profile)                                                                                     \
    X(size)                                                                                        \
    X(allocate)                                                                                    \
    X(plan)                                                                                        \
    X(draw)                                                                                        \
    X(apart)                                                                                       \
    X(revision)                                                                                    \
    X(manifest)                                                                                    \
    X(interval)                                                                                    \
    X(coverage)                                                                                    \
    X(multinomial)                                                                                 \
    X(funnel)                                                                                      \
    X(posterior)                                                                                   \
    X(contrast)                                                                                    \
    X(waves)                                                                                       \
    X(test)                                                                                        \
    X(simulate)                                                                                    \
    X(design)                                                                                      \
    X(domain)                                                                                      \
    X(calibrate)                                                                                   \
    X(estimate)                                                                                    \
    X(comparison)                                                                                  \
    X(association)                                                                                 \
    X(replicate)                                                                                   \
    X(statistic)                                                                                   \
    X(rating)                                                                                      \
    X(solve)                                                                                       \
    X(published)                                                                                   \
    X(figure)                                                                                      \
    X(recover)
#define X(noun) void lassay_open_##noun(lua_State *L);
LASSAY_NOUNS(X)
#undef X

#define LASSAY_FRAME  "assay.core.frame"
#define LASSAY_COLUMN "assay.core.column"
#define LASSAY_SOURCE "assay.core.source"
#define LASSAY_OUTPUT "assay.core.output"
#define LASSAY_PLAN   "assay.core.plan"
#define LASSAY_SAMPLE "assay.core.sample"
#define LASSAY_APART  "assay.core.apart"
#define LASSAY_DESIGN "assay.core.design"
#define LASSAY_MARGINS "assay.core.margins"
#define LASSAY_SCALE  "assay.core.scale"

#define LASSAY_REPLICATES "assay.core.replicates"

int luaopen_assay_core(lua_State *L);

/* ---- for the program, which does not know core's data: no Lua state is needed ---- */

/* From here on JSON takes its memory from base/memory; once, before the first value. */
void lassay_use_core_memory(void);

/* The i-th of the program and the libraries in it, and its version; NULL behind the last. */
const char *lassay_version_at(size_t i, const char **version);

/* What tells of libraries, as lassay_version_at does. */
typedef const char *lassay_library_at(size_t i, const char **version);

/*
** The same as a JSON object; the program alone unless the libraries are asked for, with those of `more`
** behind them unless it is NULL.
*/
assay_status lassay_versions_print(assay_context *context, bool libraries, lassay_library_at *more,
                                   char **text);

/*
** run.json under way: script, inputs, modules, seeds, options, versions, confinement, notes and
** outputs. It has no clock, its keys are sorted, and lists stand in the order in which things came.
*/

/* What is known of a run before its script starts. */
typedef struct lassay_run {
    const char *script; /* its file name */
    const char *path;   /* as it was given */
    const char *sha256;
    const char *confinement; /* what is in force, in words */
    const char *profile;
    double time, memory; /* seconds and MiB; 0: no limit was given */
    const char *const *arguments;
    size_t n_arguments;
    const char *const *data; /* folders, as they were given */
    size_t n_data;
} lassay_run;

assay_status lassay_record_new(assay_context *context, lassay_record **record);
void lassay_record_free(lassay_record *record); /* NULL is ignored */
assay_status lassay_record_start(assay_context *context, lassay_record *record,
                                 const lassay_run *about);
assay_status lassay_record_inputs(assay_context *context, lassay_record *record,
                                  const assay_journal *journal);
assay_status lassay_record_module(assay_context *context, lassay_record *record, const char *name,
                                  uint64_t bytes, const char *sha256);
/* A library that is loaded while the script runs; once for each. */
assay_status lassay_record_library(assay_context *context, lassay_record *record, const char *name,
                                   const char *version);
assay_status lassay_record_output(assay_context *context, lassay_record *record, const char *name,
                                  uint64_t bytes, const char *sha256);

/* Keeps a note once; *fresh: it was not there yet, and is to be told on stderr. */
assay_status lassay_record_note(assay_context *context, lassay_record *record, const char *kind,
                                const char *text, bool *fresh);

/* The text of run.json, to be released with assay_free; once, at the end. */
assay_status lassay_record_print(assay_context *context, lassay_record *record, char **text,
                                 size_t *length);

/* Whether this is a run.json that a script of that file name left. */
bool lassay_record_is_of(assay_context *context, const char *bytes, size_t length,
                         const char *script);

#endif
