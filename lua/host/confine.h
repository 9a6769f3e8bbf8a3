/* confine.h -- the kernel's walls around a run: Landlock for files, seccomp for the rest. */
#ifndef HOST_CONFINE_H
#define HOST_CONFINE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/context.h"

/*
** What may be done beneath a folder; elsewhere nothing may be opened, made, changed or removed.
**
** To put a run's outputs in place takes the right to make, rename and remove *folders* beside the
** output folder (HOST_MOVES), and Landlock gives a right for all that is beneath. So a script that
** has broken out of Lua could still rename folders there, or make and remove empty ones; it could
** neither touch a file in them nor move one of them elsewhere. All else needs a second process.
*/
typedef enum host_use {
    HOST_READS,  /* read files, list folders */
    HOST_LOADS,  /* read files; may be a file itself */
    HOST_WRITES, /* anything but links, pipes, devices and programs */
    HOST_MOVES,  /* make, rename, remove folders in the place where they stand */
    HOST_EMPTIES /* list and remove what is in it */
} host_use;

typedef struct host_access {
    int folder; /* a descriptor, O_PATH suffices; negative: there is no such folder */
    host_use use;
} host_access;

/*
** Puts the walls up around this process, for good: no thread may have been started, and what is
** needed from outside the folders must be open. No program can be started, no socket opened, no
** other process reached, no mode, owner, time or attribute of a file changed. What the kernel lacks
** is said once on stderr; if `strict`, it is an error instead (ASSAY_EDOM), as nothing was done.
*/
assay_status host_confine(assay_context *context, const host_access access[], size_t n,
                          bool strict);

/* What is in force, for the record: "landlock and seccomp", "landlock", "seccomp", "none". */
const char *host_confinement(void);

#endif
