/* lformats.h -- the nouns of the second module, which is loaded when a file format asks for it. */
#ifndef LFORMATS_H
#define LFORMATS_H

#include "lassay.h"

/* One opener for each: pushes the table of its functions. */
#define LASSAY_FORMATS(X) X(spreadsheet) X(statfile)
#define X(noun)           void lassay_open_##noun(lua_State *L);
LASSAY_FORMATS(X)
#undef X

/* The i-th library that comes with the module, and its version; NULL behind the last. */
const char *lassay_format_library_at(size_t i, const char **version);

int luaopen_assay_formats(lua_State *L); /* behind luaopen_assay_core */

#endif
