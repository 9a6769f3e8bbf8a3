/* record.h -- run.json, as the program fills it. */
#ifndef HOST_RECORD_H
#define HOST_RECORD_H

#include <lua.h>

#include "base/file.h"
#include "bind/lassay.h"

extern const char host_record_name[]; /* "run.json" */

/* The script's own `warn` goes to stderr and into the record. */
typedef struct host_warnings {
    lassay_record *record;
    char text[1024]; /* of the warning that is being put together */
} host_warnings;

void host_record_warnings(lua_State *L, host_warnings *warnings); /* which outlive the state */

/*
** Modules that `require` finds outside `library` are recorded by their path below `folder`. Called
** when package.searchers are as they will stay.
*/
void host_record_modules(lua_State *L, lassay_record *record, const char *library,
                         const char *folder);

/*
** Adds what was read and, with their SHA-256, all files in the stage, and writes run.json there.
** To be called when nothing is written any more.
*/
assay_status host_record_finish(assay_context *context, lassay_record *record,
                                const assay_journal *journal, assay_door *stage);

#endif
