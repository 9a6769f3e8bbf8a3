/* lstatfile.c -- the files of statistics programs in and out. */
#include "lformats.h"

#include "lframe.h"

#include "data/statfile.h"

/* open(path, "sav"|"dta", { encoding=, clean=, from={...}, to={...} }) --> source */
static int l_open(lua_State *L)
{
    static const char *const formats[] = {"sav", "dta", NULL};
    assay_input *input;
    assay_statfile_options options;
    const char *path = luaL_checkstring(L, 1);
    options.format = luaL_checkoption(L, 2, NULL, formats) == 0 ? ASSAY_SAV : ASSAY_DTA;
    luaL_checktype(L, 3, LUA_TTABLE);
    options.naming = lassay_check_naming(L, 3);
    lua_getfield(L, 3, "encoding");
    options.encoding = luaL_optstring(L, -1, NULL);
    assay_source **place = lassay_push_handle(L, LASSAY_SOURCE);
    lassay_check(L, assay_input_open(lassay_context(L), lassay_door(L), path, &input));
    lassay_check(L, assay_statfile_open(lassay_context(L), input, &options, place));
    return 1;
}

/* Sets field `name` of the table on top to a list of { code=, label=, cases= }, if there are any. */
static void set_codes(lua_State *L, const char *name, const assay_statfile_code *codes, size_t n)
{
    if (n == 0)
        return;
    lua_createtable(L, (int)n, 0);
    for (size_t i = 0; i < n; i++) {
        lua_createtable(L, 0, 3);
        lassay_set_text(L, "code", codes[i].code);
        lassay_set_text(L, "label", codes[i].label);
        lassay_set_integer(L, "cases", codes[i].cases);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, name);
}

static void push_variable(lua_State *L, const assay_statfile_variable *variable)
{
    lua_createtable(L, 0, 9);
    lassay_set_text(L, "written", variable->written);
    lassay_set_text(L, "label", variable->label);
    lassay_set_integer(L, "user_missing", variable->user_missing);
    lassay_set_integer(L, "unlabelled", variable->unlabelled);
    set_codes(L, "missing_codes", variable->missing, variable->n_missing);
    set_codes(L, "value_labels", variable->labels, variable->n_labels);
    lua_pushboolean(L, variable->labels_absent);
    lua_setfield(L, -2, "labels_absent");
    lua_pushboolean(L, variable->beyond_dates);
    lua_setfield(L, -2, "beyond_dates");
}

/* about(source) --> { encoding=, label=, weight= a column number, one table for each variable } */
static int l_about(lua_State *L)
{
    const assay_source *source = lassay_handle(L, 1, LASSAY_SOURCE);
    const assay_statfile *file = assay_statfile_of(source);
    luaL_argcheck(L, file != NULL, 1, "no file of a statistics program");
    lua_createtable(L, (int)source->n_columns, 3);
    lassay_set_text(L, "encoding", assay_statfile_encoding(file));
    lassay_set_text(L, "label", assay_statfile_label(file));
    if (assay_statfile_weight(file) != ASSAY_NO_COLUMN)
        lassay_set_integer(L, "weight", assay_statfile_weight(file) + 1);
    for (size_t i = 0; i < source->n_columns; i++) {
        push_variable(L, assay_statfile_variable_at(file, i));
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

/* The labels at `arg`, one for each column or false, as an array in a new userdata, pushed. */
static const char **check_labels(lua_State *L, int arg, size_t n)
{
    luaL_checktype(L, arg, LUA_TTABLE);
    const char **labels = lua_newuserdatauv(L, (n + 1) * sizeof *labels, 0);
    for (size_t i = 0; i < n; i++) {
        lua_rawgeti(L, arg, (lua_Integer)i + 1);
        labels[i] = lua_tostring(L, -1); /* the list keeps it */
        lua_pop(L, 1);
    }
    return labels;
}

/* write(frame, path, labels) --> { blanks=, empty=, labels= }: how often something was not kept */
static int l_write(lua_State *L)
{
    assay_statfile_lost lost;
    const assay_frame *frame = lassay_frame(L, 1);
    const char *path = luaL_checkstring(L, 2);
    const char **labels = check_labels(L, 3, assay_frame_columns(frame));
    assay_output **place = lassay_push_handle(L, LASSAY_OUTPUT);
    lassay_check(L, assay_output_open(lassay_context(L), lassay_door(L), path, place));
    lassay_check(L, assay_statfile_write(lassay_context(L), frame, labels, *place, &lost));
    lassay_check(L, assay_output_commit(lassay_context(L), *place));
    lua_createtable(L, 0, 3);
    lassay_set_integer(L, "blanks", lost.blanks);
    lassay_set_integer(L, "empty", lost.empty);
    lassay_set_integer(L, "labels", lost.labels);
    return 1;
}

static const luaL_Reg functions[] = {
    {"open", l_open},
    {"about", l_about},
    {"write", l_write},
    {NULL, NULL},
};

void lassay_open_statfile(lua_State *L)
{
    luaL_newlib(L, functions);
}
