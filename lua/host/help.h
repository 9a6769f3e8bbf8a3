/* help.h -- what a function of the library does, from the comments that editors show. */
#ifndef HOST_HELP_H
#define HOST_HELP_H

/* Prints the help for a name of the library and returns the exit code. */
int host_help(const char *name);

#endif
