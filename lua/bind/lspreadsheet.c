/* lspreadsheet.c -- spreadsheets in and out. */
#include "lformats.h"

#include "lframe.h"

#include "data/spreadsheet.h"

/* A text of the table at 2, which keeps it; NULL: there is none. */
static const char *check_text(lua_State *L, const char *name)
{
    lua_getfield(L, 2, name);
    const char *text = luaL_optstring(L, -1, NULL);
    lua_pop(L, 1);
    return text;
}

/* 0 where there is none. */
static size_t check_count(lua_State *L, const char *name)
{
    const bool absent = lua_getfield(L, 2, name) == LUA_TNIL;
    lua_pop(L, 1);
    return absent ? 0 : (size_t)lassay_field_count(L, 2, name);
}

/*
** open(path, { sheet=, number=, skip=, dates=, decimal=, missing={...}, clean=, from={...}, to={...} })
** --> source, whose user value keeps the options
*/
static int l_open(lua_State *L)
{
    assay_input *input;
    assay_spreadsheet_options options = assay_spreadsheet_defaults();
    const char *path = luaL_checkstring(L, 1);
    luaL_checktype(L, 2, LUA_TTABLE);
    lua_settop(L, 2);
    lua_createtable(L, 3, 0); /* what must last as long as the source */
    options.sheet = check_text(L, "sheet");
    options.dates = check_text(L, "dates");
    options.number = check_count(L, "number");
    options.skip = check_count(L, "skip");
    options.decimal = check_text(L, "decimal") == NULL ? '.' : *check_text(L, "decimal");
    options.missing = lassay_field_texts(L, 2, "missing", &options.n_missing);
    lua_rawseti(L, 3, 1);
    options.naming = lassay_check_naming(L, 2);
    lua_rawseti(L, 3, 2);
    lua_pushvalue(L, 2);
    lua_rawseti(L, 3, 3);
    assay_source **place = lua_newuserdatauv(L, sizeof *place, 1);
    *place = NULL;
    luaL_setmetatable(L, LASSAY_SOURCE);
    lua_pushvalue(L, 3);
    lua_setiuservalue(L, -2, 1);
    lassay_check(L, assay_input_open(lassay_context(L), lassay_door(L), path, &input));
    lassay_check(L, assay_spreadsheet_open(lassay_context(L), input, &options, place));
    return 1;
}

/* The sheets that were read one below the other, where there was more than one. */
static void push_pieces(lua_State *L, const assay_spreadsheet_facts *facts)
{
    lua_createtable(L, (int)facts->n_pieces, 0);
    for (size_t i = 0; i < facts->n_pieces; i++) {
        lua_createtable(L, 0, 3);
        lassay_set_text(L, "sheet", facts->pieces[i].sheet);
        lassay_set_integer(L, "first_row", facts->pieces[i].first_row);
        lassay_set_integer(L, "before", facts->pieces[i].before);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, "pieces");
}

/* facts(source) --> what the file was, and what was met; all of it once the source was collected */
static int l_facts(lua_State *L)
{
    const assay_source *source = lassay_handle(L, 1, LASSAY_SOURCE);
    const assay_spreadsheet_facts *facts = assay_spreadsheet_facts_of(source);
    lua_createtable(L, 0, 12);
    lua_createtable(L, (int)source->n_columns, 0);
    for (size_t i = 0; i < source->n_columns; i++) {
        lua_pushstring(L, facts->header[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, "header");
    lassay_set_integer(L, "rows", facts->rows);
    lassay_set_text(L, "format", facts->format);
    lassay_set_text(L, "sheet", facts->n_pieces > 0 ? facts->pieces[0].sheet : facts->sheet);
    if (facts->n_pieces > 0)
        push_pieces(L, facts);
    lassay_set_integer(L, "sheets", facts->n_sheets);
    lassay_set_integer(L, "first_row", facts->first_row);
    lassay_set_integer(L, "error_cells", facts->error_cells);
    lassay_set_integer(L, "empty_rows", facts->empty_rows);
    lassay_set_integer(L, "hidden_rows", facts->hidden_rows);
    lassay_set_integer(L, "merged", facts->merged);
    lua_pushboolean(L, facts->from_1904);
    lua_setfield(L, -2, "from_1904");
    return 1;
}

/* write(frame, path, format, sheet, digits) */
static int l_write(lua_State *L)
{
    static const char *const formats[] = {"xlsx", "ods", NULL};
    static const assay_spreadsheet_format codes[] = {ASSAY_XLSX, ASSAY_ODS};
    const assay_frame *frame = lassay_frame(L, 1);
    const char *path = luaL_checkstring(L, 2);
    const assay_spreadsheet_format format = codes[luaL_checkoption(L, 3, NULL, formats)];
    const char *sheet = luaL_checkstring(L, 4);
    const int digits = (int)luaL_checkinteger(L, 5);
    assay_output **place = lassay_push_handle(L, LASSAY_OUTPUT);
    lassay_check(L, assay_output_open(lassay_context(L), lassay_door(L), path, place));
    lassay_check(L,
                 assay_spreadsheet_write(lassay_context(L), frame, format, sheet, digits, *place));
    lassay_check(L, assay_output_commit(lassay_context(L), *place));
    return 0;
}

/* The sheets of the table at 2 in a new userdata, pushed; each is { name, frame, whether it asks }. */
static const assay_form_sheet *check_sheets(lua_State *L, size_t *n)
{
    luaL_argcheck(L, lua_getfield(L, 2, "sheets") == LUA_TTABLE, 2, "a list of sheets is needed");
    const int list = lua_gettop(L);
    *n = lua_rawlen(L, list);
    assay_form_sheet *sheets = lua_newuserdatauv(L, (*n + 1) * sizeof *sheets, 0);
    for (size_t i = 0; i < *n; i++) {
        const int top = lua_gettop(L);
        lua_rawgeti(L, list, (lua_Integer)i + 1);
        luaL_checktype(L, top + 1, LUA_TTABLE);
        for (lua_Integer k = 1; k <= 3; k++)
            lua_rawgeti(L, top + 1, k);
        sheets[i] = (assay_form_sheet){.name = luaL_checkstring(L, top + 2),
                                       .frame = lassay_frame(L, top + 3),
                                       .asks = lua_toboolean(L, top + 4) != 0};
        lua_settop(L, top); /* the argument keeps them */
    }
    return sheets;
}

/* The fields' names and notes, a note for each, in a new userdata, pushed. */
static const assay_form_field *check_fields(lua_State *L, size_t *n)
{
    size_t n_notes;
    const char *const *names = lassay_field_texts(L, 2, "fields", n);
    const char *const *notes = lassay_field_texts(L, 2, "notes", &n_notes);
    luaL_argcheck(L, n_notes == *n, 2, "a note is needed for each field");
    assay_form_field *fields = lua_newuserdatauv(L, (*n + 1) * sizeof *fields, 0);
    for (size_t i = 0; i < *n; i++)
        fields[i] = (assay_form_field){.name = names[i], .note = notes[i]};
    return fields;
}

/* write_form(path, { sheets={{name, frame, asks}, ...}, fields={...}, notes={...}, choices={...} }, digits) */
static int l_write_form(lua_State *L)
{
    assay_form form = {0};
    const char *path = luaL_checkstring(L, 1);
    luaL_checktype(L, 2, LUA_TTABLE);
    const int digits = (int)luaL_checkinteger(L, 3);
    form.sheets = check_sheets(L, &form.n_sheets);
    form.fields = check_fields(L, &form.n_fields);
    form.choices = lassay_field_texts(L, 2, "choices", &form.n_choices);
    assay_output **place = lassay_push_handle(L, LASSAY_OUTPUT);
    lassay_check(L, assay_output_open(lassay_context(L), lassay_door(L), path, place));
    lassay_check(L, assay_form_write(lassay_context(L), &form, digits, *place));
    lassay_check(L, assay_output_commit(lassay_context(L), *place));
    return 0;
}

static const luaL_Reg functions[] = {
    {"open", l_open}, {"facts", l_facts}, {"write", l_write}, {"write_form", l_write_form},
    {NULL, NULL},
};

void lassay_open_spreadsheet(lua_State *L)
{
    luaL_newlib(L, functions);
}
