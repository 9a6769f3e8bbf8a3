/* limits.c -- how much a run may take, and how it is stopped. */
#define _GNU_SOURCE /* sigaction and setitimer in the strictest of modes */

#include "limits.h"

#include <errno.h>
#include <lauxlib.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"
#include "bind/lassay.h"
#include "coroutine.h"

enum {
    MIB = 1 << 20,
    RESERVE = 16 * MIB, /* above the ceiling, for telling that it was reached */
    PATIENCE = 1000,    /* milliseconds from the first signal to the end of the process */
    BOUNCE = 200,       /* milliseconds in which a second Ctrl-C is the first one again */
    TICK = 20,          /* milliseconds between two tries to stop the script */
    EVENTS = LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE | LUA_MASKCOUNT,
};

static const int stopping_signals[] = {SIGALRM, SIGINT, SIGTERM, SIGHUP};
enum { N_SIGNALS = sizeof stopping_signals / sizeof stopping_signals[0] };

/* The run of this process: signals know of no other. */
static struct {
    volatile sig_atomic_t code; /* the exit code, once a stop has begun; else 0 */
    struct timespec since;      /* when it began */
    volatile sig_atomic_t closing;
    lua_State *volatile current; /* the coroutine that runs */
    host_drop *volatile drop;
    void *volatile dropped;
    char time_is_up[128]; /* the message, made while that is easy */
    double seconds;
    size_t ceiling;
    int depth;              /* coroutines that run inside each other */
    const char *stack_base; /* somewhere near the start of the C stack */
    size_t stack_size;
    struct sigaction before[N_SIGNALS];
    sigset_t mask_before;
} run;

static const char interrupted[] = "assay: interrupted: nothing was kept\n";

/* ---- the stop ---- */

static const char *reason(void)
{
    return run.code == HOST_TIME_IS_UP ? run.time_is_up : interrupted;
}

static long milliseconds_since(const struct timespec *then)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long)(now.tv_sec - then->tv_sec) * 1000 + (now.tv_nsec - then->tv_nsec) / 1000000;
}

static void set_timer(double first, long then)
{
    const struct itimerval times = {
        .it_value = {.tv_sec = (time_t)first,
                     .tv_usec = (suseconds_t)((first - (double)(time_t)first) * 1e6)},
        .it_interval = {.tv_usec = then * 1000},
    };
    setitimer(ITIMER_REAL, &times, NULL);
}

/* Raises, and again at the next instruction, should this be caught. */
static void raise_again(lua_State *L, lua_Debug *event)
{
    (void)event;
    lua_sethook(L, raise_again, EVENTS, 1);
    lua_pushliteral(L, "stopped");
    lua_error(L);
}

/* From a handler, where everything else may be in any state. */
static void end_process(void)
{
    struct pollfd stderr_now = {.fd = STDERR_FILENO, .events = POLLOUT};
    if (run.drop != NULL)
        run.drop(run.dropped);
    if (poll(&stderr_now, 1, 0) == 1) {
        const ssize_t ignored = write(STDERR_FILENO, reason(), strlen(reason()));
        (void)ignored;
    }
    _exit(run.code);
}

static void on_signal(int signal)
{
    const int saved = errno;
    if (run.code == 0) {
        run.code = signal == SIGALRM ? HOST_TIME_IS_UP : HOST_INTERRUPTED;
        clock_gettime(CLOCK_MONOTONIC, &run.since);
        set_timer(TICK / 1000.0, TICK);
    } else if (milliseconds_since(&run.since) >= (signal == SIGALRM ? PATIENCE : BOUNCE)) {
        end_process();
    }
    if (run.closing)
        end_process();
    lua_sethook(run.current, raise_again, EVENTS, 1);
    errno = saved;
}

bool host_limits_stopping(void)
{
    return run.code != 0;
}

/* ---- what runs ---- */

static assay_status poll_stop(void *self, uint64_t done, uint64_t total)
{
    (void)self, (void)done, (void)total;
    return run.code == 0 ? ASSAY_OK : ASSAY_ESTOPPED;
}

void host_limits_watch(lua_State *L)
{
    lassay_context(L)->poll = poll_stop;
    host_open_coroutine(L);
}

/*
** A coroutine that is closed begins with a C stack of its own in Lua's accounts, so Lua alone does
** not notice how deep these can go.
*/
bool host_limits_enter(lua_State *coroutine, int deep)
{
    const char here = 0;
    const size_t used = (size_t)llabs((long long)((intptr_t)run.stack_base - (intptr_t)&here));
    if (run.depth >= deep || used > run.stack_size / 2)
        return false;
    run.depth++;
    run.current = coroutine;
    return true;
}

void host_limits_leave(lua_State *L)
{
    run.depth--;
    run.current = L;
    if (run.code != 0)
        raise_again(L, NULL);
}

/* ---- memory ---- */

/* The number in a file of one number; SIZE_MAX: no such file, or it says that there is no limit. */
static size_t number_in(const char *path)
{
    char text[32] = "", *end;
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return SIZE_MAX;
    const size_t length = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[length] = '\0';
    const unsigned long long n = strtoull(text, &end, 10);
    return end == text || n > SIZE_MAX ? SIZE_MAX : (size_t)n;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* The least limit of a control group and of those that it is in. */
static size_t group_limit(const char *root, char *group, const char *file)
{
    char path[1024];
    size_t limit = SIZE_MAX;
    for (;;) {
        if (snprintf(path, sizeof path, "%s%s/%s", root, group, file) < (int)sizeof path)
            limit = least(limit, number_in(path));
        char *slash = strrchr(group, '/');
        if (slash == NULL)
            return limit;
        *slash = '\0';
    }
}

static size_t groups_limit(void)
{
    char line[512];
    size_t limit = SIZE_MAX;
    FILE *groups = fopen("/proc/self/cgroup", "re");
    if (groups == NULL)
        return SIZE_MAX;
    while (fgets(line, sizeof line, groups) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        char *first = strstr(line, ":memory:");
        if (strncmp(line, "0::", 3) == 0)
            limit = least(limit, group_limit("/sys/fs/cgroup", line + 3, "memory.max"));
        else if (first != NULL)
            limit = least(limit,
                          group_limit("/sys/fs/cgroup/memory", first + 8, "memory.limit_in_bytes"));
    }
    fclose(groups);
    return limit;
}

static size_t three_quarters(void)
{
    struct rlimit space;
    const long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    size_t all = groups_limit();
    if (pages > 0 && page > 0)
        all = least(all, (size_t)pages * (size_t)page);
    if (getrlimit(RLIMIT_AS, &space) == 0 && space.rlim_cur != RLIM_INFINITY)
        all = least(all, (size_t)space.rlim_cur);
    return all / 4 * 3;
}

bool host_limits_is_memory(lua_State *L, int index)
{
    static const char lua_says[] = "not enough memory";
    const size_t tail = sizeof lua_says - 1;
    size_t length = 0;
    bool is_memory = false;
    if (lua_type(L, index) == LUA_TSTRING) {
        const char *text = lua_tolstring(L, index, &length);
        is_memory = length >= tail && strcmp(text + length - tail, lua_says) == 0;
    } else if (lua_istable(L, index)) {
        lua_pushvalue(L, index);
        lua_pushliteral(L, "code");
        lua_rawget(L, -2);
        const char *code = lua_tostring(L, -1);
        is_memory = code != NULL && strcmp(code, assay_status_name(ASSAY_ENOMEM)) == 0;
        lua_pop(L, 2);
    }
    if (is_memory)
        assay_memory_set_ceiling(run.ceiling + RESERVE);
    return is_memory;
}

void host_limits_say_memory(void)
{
    fprintf(stderr, "assay: a run may hold %zu MiB here: --memory MIB gives it more\n",
            run.ceiling / MIB);
}

/* ---- the course of a run ---- */

static void hold_signals(sigset_t *before)
{
    sigset_t held;
    sigemptyset(&held);
    for (size_t i = 0; i < N_SIGNALS; i++)
        sigaddset(&held, stopping_signals[i]);
    sigprocmask(SIG_BLOCK, &held, before);
}

void host_limits_begin(const host_limits *limits)
{
    const char here = 0;
    struct rlimit stack;
    hold_signals(&run.mask_before);
    for (size_t i = 0; i < N_SIGNALS; i++)
        sigaction(stopping_signals[i], NULL, &run.before[i]);
    run.code = 0;
    run.depth = 0;
    run.stack_base = (const char *)(intptr_t)&here;
    run.stack_size = 8 * MIB;
    if (getrlimit(RLIMIT_STACK, &stack) == 0 && stack.rlim_cur < run.stack_size)
        run.stack_size = (size_t)stack.rlim_cur;
    run.ceiling = limits->memory == 0 ? three_quarters() : limits->memory;
    assay_memory_set_ceiling(run.ceiling);
    run.seconds = limits->seconds;
    snprintf(run.time_is_up, sizeof run.time_is_up,
             "assay: stopped: the %g seconds of --time are over: nothing was kept\n", run.seconds);
}

/* A signal that whoever started the program has switched off (nohup, a job behind &) stays off. */
static void take_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    for (size_t i = 0; i < N_SIGNALS; i++)
        sigaddset(&action.sa_mask, stopping_signals[i]);
    for (size_t i = 0; i < N_SIGNALS; i++) {
        if (run.before[i].sa_handler != SIG_IGN || stopping_signals[i] == SIGALRM)
            sigaction(stopping_signals[i], &action, NULL);
    }
}

void host_limits_start(lua_State *L, host_drop *drop, void *self)
{
    run.closing = 0;
    run.current = L;
    run.drop = drop;
    run.dropped = self;
    take_signals();
    if (run.seconds > 0)
        set_timer(run.seconds, TICK);
    sigprocmask(SIG_SETMASK, &run.mask_before, NULL);
}

void host_limits_closing(void)
{
    fflush(stdout);
    run.closing = 1;
}

int host_limits_finish(void)
{
    hold_signals(NULL);
    run.drop = NULL;
    if (run.code == 0)
        set_timer(0, 0);
    return run.code;
}

void host_limits_exit(int code)
{
    clock_gettime(CLOCK_MONOTONIC, &run.since); /* a pipe that nobody reads is given a second */
    sigprocmask(SIG_SETMASK, &run.mask_before, NULL);
    fflush(stdout);
    fputs(reason(), stderr);
    _exit(code);
}

void host_limits_end(void)
{
    for (size_t i = 0; i < N_SIGNALS; i++) {
        signal(stopping_signals[i], SIG_IGN); /* what came meanwhile came too late */
        sigaction(stopping_signals[i], &run.before[i], NULL);
    }
    sigprocmask(SIG_SETMASK, &run.mask_before, NULL);
    assay_memory_set_ceiling(0);
}
