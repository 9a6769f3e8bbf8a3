/*
** sweep.c -- a whole run in which one allocation fails, once or with all that follow, for one k
** after another: the first allocation of each way that leads to one. No crash, nothing kept, nothing
** half-written, and the next run works.
*/
#define _GNU_SOURCE /* assigning stdout and stderr */

#include <dirent.h>
#include <execinfo.h>
#include <inttypes.h>
#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "bind/lassay.h"
#include "host/run.h"

/* How many of the innermost calls tell one way to an allocation from another. */
enum { QUICK = 5, SLOW = 24 };

static struct {
    uint64_t k; /* the allocation that fails, counted from the script's start */
    bool from_then_on;
} fault;
static uint64_t growths; /* of the run before */
static FILE *nothing, *terminal;
static host_run_options options = {.script = "tests/faults/draw20.lua"};
static char folder[256], out[300];
static char said[4096]; /* on stderr, by the run before */

/* ---- where allocations are made ---- */

/* An allocation by the way that led to it: the addresses of the calls. */
typedef struct way {
    uint64_t hash, k;
} way;

static struct {
    way *ways;
    size_t n, room;
    int frames;
    bool open;
} noted;

static void mix(uint64_t *hash, const void *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) /* FNV-1a */
        *hash = (*hash ^ ((const unsigned char *)bytes)[i]) * UINT64_C(1099511628211);
}

static uint64_t way_here(void)
{
    void *frames[SLOW];
    uint64_t hash = UINT64_C(14695981039346656037);
    const int n = backtrace(frames, noted.frames);
    mix(&hash, frames, (size_t)n * sizeof *frames);
    return hash;
}

static void note(uint64_t k)
{
    if (!noted.open || k == 0 || noted.n == noted.room ||
        (noted.n > 0 && noted.ways[noted.n - 1].k == k))
        return;
    noted.ways[noted.n++] = (way){way_here(), k};
}

/* What base/memory calls for each block, by the linker's --wrap. */
void *__real_realloc(void *block, size_t bytes);
void *__wrap_realloc(void *block, size_t bytes);
void *__wrap_realloc(void *block, size_t bytes)
{
    note(assay_memory_growths());
    return __real_realloc(block, bytes);
}

static int by_way(const void *a, const void *b)
{
    const way *one = a, *other = b;
    if (one->hash != other->hash)
        return one->hash < other->hash ? -1 : 1;
    return one->k < other->k ? -1 : one->k > other->k;
}

static int by_k(const void *a, const void *b)
{
    const way *one = a, *other = b;
    return one->k < other->k ? -1 : one->k > other->k;
}

/* Keeps the first allocation of each way, in the order of k. */
static void keep_first(void)
{
    size_t kept = 0;
    qsort(noted.ways, noted.n, sizeof *noted.ways, by_way);
    for (size_t i = 0; i < noted.n; i++)
        if (kept == 0 || noted.ways[kept - 1].hash != noted.ways[i].hash)
            noted.ways[kept++] = noted.ways[i];
    noted.n = kept;
    qsort(noted.ways, noted.n, sizeof *noted.ways, by_k);
}

/* ---- one run ---- */

/* Loads every noun, so that what is counted is the script's. */
static void started(lua_State *L)
{
    if (luaL_dostring(L, "for _ in pairs(require 'assay') do end") != LUA_OK)
        lua_error(L);
    noted.open = noted.n == 0;
    assay_memory_fail_at(fault.k, fault.from_then_on);
}

static int run(uint64_t k, bool from_then_on)
{
    fault.k = k;
    fault.from_then_on = from_then_on;
    assay_memory_fail_at(0, false);
    memset(said, 0, sizeof said);
    stdout = nothing;
    stderr = fmemopen(said, sizeof said, "w");
    const int code = host_run(&options);
    noted.open = false;
    fflush(nothing);
    fclose(stderr);
    stdout = stderr = terminal;
    growths = assay_memory_fail_at(0, false);
    return code;
}

/* ---- what must hold after it ---- */

static unsigned entries_in(const char *name)
{
    DIR *entries = opendir(name);
    unsigned n = 0;
    for (struct dirent *entry; entries != NULL && (entry = readdir(entries)) != NULL;)
        n += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    if (entries != NULL)
        closedir(entries);
    return n;
}

static void remove_files(const char *name)
{
    char path[1024];
    DIR *entries = opendir(name);
    for (struct dirent *entry; entries != NULL && (entry = readdir(entries)) != NULL;) {
        snprintf(path, sizeof path, "%s/%s", name, entry->d_name);
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
            remove(path) != 0)
            remove_files(path);
    }
    if (entries != NULL)
        closedir(entries);
    rmdir(name);
}

/*
** Whether the run left nothing (it failed) or the whole folder (it did not), and no memory. A run
** may fail for lack of memory only: any other reason would be a wrong result.
*/
static const char *what_is_wrong(int code)
{
    if (assay_memory_in_use() != 0)
        return "memory was not given back";
    if (code != HOST_DONE && strstr(said, "memory") == NULL)
        return said;
    if (code != HOST_DONE)
        return entries_in(folder) == 0 ? NULL : "a failed run left files";
    if (entries_in(folder) != 1 || entries_in(out) != 6)
        return "a run that ended well left something else than its outputs";
    return NULL;
}

/* One k; false, with a message, if something did not hold. */
static bool try(uint64_t k, bool from_then_on, uint64_t *failed_runs)
{
    const int code = run(k, from_then_on);
    const char *wrong = what_is_wrong(code);
    *failed_runs += code != HOST_DONE;
    if (entries_in(folder) > 0) {
        remove_files(out);
        remove_files(folder);
        mkdir(folder, 0700);
    }
    if (wrong != NULL)
        fprintf(terminal, "allocation %" PRIu64 "%s: %s (exit code %d)\n", k,
                from_then_on ? " and all later" : "", wrong, code);
    return wrong == NULL;
}

/* ---- the sweep ---- */

static unsigned sweep(uint64_t total, bool from_then_on)
{
    unsigned wrong = 0;
    uint64_t failed = 0, ignored = 0;
    for (size_t i = 0; i < noted.n; i++)
        wrong += try(noted.ways[i].k, from_then_on, &failed) ? 0 : 1;
    fprintf(terminal,
            "%s: %zu ways to %" PRIu64 " allocations failed in turn, %" PRIu64
            " runs ended early, %u went wrong\n",
            from_then_on ? "from then on" : "once", noted.n, total, failed, wrong);
    return try(0, false, &ignored) && ignored == 0 ? wrong : wrong + 1;
}

/* A run that succeeds, in which the ways to allocations are noted. */
static bool note_ways(int frames)
{
    uint64_t failed = 0;
    noted.room = 1 << 18;
    noted.frames = frames;
    noted.ways = malloc(noted.room * sizeof *noted.ways);
    if (noted.ways == NULL || !try(0, false, &failed) || failed > 0 || noted.n == noted.room)
        return false;
    keep_first();
    return true;
}

/* sweep BUILD quick|slow once|on: one allocation fails, or it and all that follow */
int main(int argc, char **argv)
{
    const char *scratch = getenv("TMPDIR");
    const bool all = argc > 2 && strcmp(argv[2], "slow") == 0;
    const bool from_then_on = argc > 3 && strcmp(argv[3], "on") == 0;
    setenv("ASSAY_TEST_WITHOUT", "landlock seccomp", 1); /* walls stay for all later runs */
    assay_init();
    lassay_use_core_memory();
    snprintf(folder, sizeof folder, "%.200s/assay-sweep-XXXXXX",
             scratch == NULL ? "/tmp" : scratch);
    nothing = fopen("/dev/null", "w");
    terminal = stdout;
    if (argc != 4 || nothing == NULL || mkdtemp(folder) == NULL)
        return EXIT_FAILURE;
    snprintf(out, sizeof out, "%s/out", folder);
    options.home = argv[1];
    options.out = out;
    options.started = started;

    unsigned wrong = note_ways(all ? SLOW : QUICK) ? 0 : 1;
    if (wrong == 0)
        wrong = sweep(growths, from_then_on);
    free(noted.ways);
    remove_files(out);
    remove_files(folder);
    fclose(nothing);
    return wrong == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
