/* inside.c -- runs a script that is trusted in the program's own state, with an open door. */
#include <stdio.h>

#include "base/memory.h"
#include "bind/lassay.h"
#include "host/run.h"

/*
** busted is not written for a confined run: it loads compiled modules and starts programs, and
** specs make files of their own. All else is as in `assay run --trust`.
*/
static assay_door *door;

static void started(lua_State *L)
{
    lassay_set_door(L, door);
}

/* inside BUILD OUT SCRIPT ARG... */
int main(int argc, char **argv)
{
    assay_context context = {.threads = 1};
    if (argc < 4)
        return HOST_USAGE;
    assay_init();
    lassay_use_core_memory();
    if (assay_door_new(&context, &door) != ASSAY_OK)
        return HOST_FAILED;
    const host_run_options options = {
        .home = argv[1],
        .profile = HOST_TRUSTED,
        .out = argv[2],
        .script = argv[3],
        .arguments = {(const char *const *)(argv + 4), (size_t)(argc - 4)},
        .started = started,
    };
    const int code = host_run(&options);
    assay_door_free(door);
    if (assay_memory_in_use() != 0) {
        fprintf(stderr, "inside: %zu bytes were not given back\n", assay_memory_in_use());
        return HOST_FAILED;
    }
    return code;
}
