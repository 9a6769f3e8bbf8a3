/*
** malloc_shim.c -- loaded before the C library, it makes allocations fail. Counted are those that do
** not come from our own allocator, which has a sweep of its own: what GSL, cJSON, Lua's libraries
** and the C library ask for.
**
**   SHIM_AT=k     the k-th fails; 0: none
**   MALLOC_ON=1   so do all later ones
**   MALLOC_ALL=1  our own allocator's count too
**   SHIM_LOG=fd   gets the name of the function that asked, as far as it has one
*/
#define _GNU_SOURCE

#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct {
    long at, calls;
    int log;
    bool started, on, all;
} fault;

static long number(const char *name)
{
    const char *text = getenv(name);
    return text == NULL ? 0 : strtol(text, NULL, 10);
}

__attribute__((constructor)) static void start(void)
{
    fault.at = number("SHIM_AT");
    fault.on = number("MALLOC_ON") != 0;
    fault.all = number("MALLOC_ALL") != 0;
    fault.log = (int)number("SHIM_LOG");
    fault.started = fault.at > 0;
}

static void tell(const Dl_info *from)
{
    char line[300];
    const char *name = from->dli_sname == NULL ? "?" : from->dli_sname;
    const int length = snprintf(line, sizeof line, "%s in %s\n", name, from->dli_fname);
    if (fault.log > 0 && length > 0 && write(fault.log, line, (size_t)length) < 0)
        fault.log = 0;
}

/* Whether the allocation that `caller` asks for is to fail; errno is then set. */
static bool fails(void *caller)
{
    Dl_info from = {0};
    if (!fault.started)
        return false;
    fault.started = false; /* what looking it up and telling it allocate does not count */
    dladdr(caller, &from);
    const bool own = from.dli_sname != NULL && strncmp(from.dli_sname, "assay_", 6) == 0;
    const bool counts = fault.all || !own;
    fault.calls += counts;
    const bool due = counts && fault.calls == fault.at;
    if (due)
        tell(&from);
    fault.started = true;
    if (!due && !(counts && fault.on && fault.calls > fault.at))
        return false;
    errno = ENOMEM;
    return true;
}

/* glibc's own, under names that cannot be taken over */
void *__libc_malloc(size_t bytes);
void *__libc_calloc(size_t n, size_t bytes);
void *__libc_realloc(void *block, size_t bytes);

void *malloc(size_t bytes)
{
    return fails(__builtin_return_address(0)) ? NULL : __libc_malloc(bytes);
}

void *calloc(size_t n, size_t bytes)
{
    return fails(__builtin_return_address(0)) ? NULL : __libc_calloc(n, bytes);
}

void *realloc(void *block, size_t bytes)
{
    return fails(__builtin_return_address(0)) ? NULL : __libc_realloc(block, bytes);
}
