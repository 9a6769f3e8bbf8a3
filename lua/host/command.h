/* command.h -- the commands that are written in Lua: lua/assay/command. */
#ifndef HOST_COMMAND_H
#define HOST_COMMAND_H

#include <stddef.h>

/* A command that main has itself, for the list of all and for its help. */
typedef struct host_described {
    const char *word, *flag; /* `flag`: the same as people try it first; or NULL */
    const char *usage, *purpose;
    const char *details; /* or NULL */
} host_described;

/* Calls the command of the first word with the rest, and returns its exit code. */
int host_command(int n, const char *const *words, const host_described *described,
                 size_t n_described);

#endif
