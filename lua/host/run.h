/* run.h -- one run of a script: its door, its staged outputs, its record, its exit code. */
#ifndef HOST_RUN_H
#define HOST_RUN_H

#include <lua.h>
#include <stdbool.h>
#include <stddef.h>

#include "limits.h"

/* Beside those of limits.h. */
enum { HOST_DONE = 0, HOST_FAILED = 1, HOST_USAGE = 2, HOST_REFUSED = 3 };

/* A list of words as main gets them. */
typedef struct host_words {
    const char *const *word;
    size_t n;
} host_words;

/* What a script may do (HOST_CONFINED unless said otherwise). */
typedef enum host_profile {
    HOST_CONFINED, /* reads in its folder and the data folders, writes in the output folder */
    HOST_STRICT,   /* reads in the data folders only; no run if the system cannot confine it */
    HOST_TRUSTED,  /* what the user may do: stock Lua's libraries and no walls */
} host_profile;

typedef struct host_run_options {
    const char *script;
    host_profile profile;
    const char *out;      /* NULL: out/NAME beside the script */
    host_words data;      /* folders to read from, in order */
    host_words arguments; /* the script's own */
    host_limits limits;
    bool traceback;   /* all frames with an error */
    const char *home; /* where the library is looked for; NULL: beside the program */
    /* For tests: called when the libraries are open and the script is about to start; or NULL. */
    void (*started)(lua_State *L);
} host_run_options;

/*
** Runs the script and returns the exit code. Outputs and run.json appear together when the script
** has ended well and all it printed has been written; else nothing appears, and stderr says why.
** It does not return from a run that was stopped: the process ends.
*/
int host_run(const host_run_options *options);

#endif
