/*
** sweep.c -- a whole run in which one allocation fails, once or with all that follow, for one k
** after another. No crash, nothing kept, nothing half-written, and the next run works.
*/
#define _GNU_SOURCE /* assigning stdout and stderr */

#include <dirent.h>
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

enum { FIRST = 300, SPREAD = 300 };

static struct {
    uint64_t k; /* the allocation that fails, counted from the script's start */
    bool from_then_on;
} fault;
static uint64_t growths; /* of the run before */
static size_t in_use_at_start;
static FILE *nothing, *terminal;
static host_run_options options = {.script = "tests/faults/draw20.lua"};
static char folder[256], out[300];
static char said[4096]; /* on stderr, by the run before */

/* ---- one run ---- */

/* Loads every noun, so that what is counted is the script's. */
static void started(lua_State *L)
{
    if (luaL_dostring(L, "for _ in pairs(require 'assay') do end") != LUA_OK)
        lua_error(L);
    in_use_at_start = assay_memory_in_use();
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

/* The i-th k to be tried, of `total` allocations: the first ones, then evenly; 0: enough. */
static uint64_t nth_k(uint64_t i, uint64_t total, bool all)
{
    if (all || i < FIRST)
        return i < total ? i + 1 : 0;
    if (total <= FIRST || i >= FIRST + SPREAD)
        return 0;
    return FIRST + 1 + (i - FIRST) * (total - FIRST) / SPREAD;
}

static unsigned sweep(uint64_t total, bool from_then_on, bool all)
{
    unsigned wrong = 0;
    uint64_t tried = 0, failed = 0, last = 0;
    for (uint64_t i = 0, k; (k = nth_k(i, total, all)) != 0; i++) {
        if (k == last)
            continue;
        last = k;
        wrong += try(k, from_then_on, &failed) ? 0 : 1;
        tried++;
    }
    fprintf(terminal,
            "%s: %" PRIu64 " of %" PRIu64 " allocations failed in turn, %" PRIu64
            " runs ended early, %u went wrong\n",
            from_then_on ? "from then on" : "once", tried, total, failed, wrong);
    uint64_t ignored = 0;
    return try(0, false, &ignored) && ignored == 0 ? wrong : wrong + 1;
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

    uint64_t failed = 0;
    unsigned wrong = try(0, false, &failed) && failed == 0 ? 0 : 1;
    const uint64_t total = growths;
    if (wrong == 0)
        wrong = sweep(total, from_then_on, all);
    remove_files(out);
    remove_files(folder);
    fclose(nothing);
    return wrong == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
