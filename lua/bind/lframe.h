/* lframe.h -- what the files that make or take frames share. */
#ifndef LFRAME_H
#define LFRAME_H

#include "lassay.h"

#include "data/frame.h"
#include "data/names.h"

/* The frame of argument `arg`. */
assay_frame *lassay_frame(lua_State *L, int arg);

/* Pushes an empty frame handle; core fills the place. */
assay_frame **lassay_new_frame(lua_State *L);

/* Pushes the value of a cell: text, a number, an ISO date, or nil. */
void lassay_push_cell(lua_State *L, const assay_column *column, size_t row);

/* Pushes a row as a new table of its values by name. */
void lassay_push_row(lua_State *L, const assay_frame *frame, size_t row);

/* The list of column numbers (from 1) at `arg` as numbers from 0, in a new userdata, pushed. */
size_t *lassay_columns(lua_State *L, int arg, const assay_frame *frame, size_t *n);

/* A column number (from 1) at `arg`; 0 or nil is ASSAY_NO_COLUMN where `optional`. */
size_t lassay_column(lua_State *L, int arg, const assay_frame *frame, bool optional);

/*
** What the table at `arg` says of names: { clean=, from={...}, to={...} }; pushes a table that keeps
** the texts.
*/
assay_naming lassay_check_naming(lua_State *L, int arg);

/*
** What each of n columns is to be, by the list at `arg` (lsource.c), in a new userdata, pushed, and
** which of them are kept: keep[n] is in it too.
*/
assay_column_wish *lassay_check_wishes(lua_State *L, int arg, size_t n, bool **keep);

/* The flags of the list at `arg`, n of them, in a new userdata, pushed. */
bool *lassay_flags(lua_State *L, int arg, size_t n);

/* Room for a number per row, in a new userdata, pushed. */
uint32_t *lassay_new_rows(lua_State *L, size_t n);

/* A new column of n values that are still to be filled in; its handle is pushed, and stands in *place. */
double *lassay_new_numbers(lua_State *L, size_t n, assay_column ***place);
int64_t *lassay_new_integers(lua_State *L, size_t n, assay_column ***place);

#endif
