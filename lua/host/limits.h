/* limits.h -- how much a run may take, and how it is stopped. */
#ifndef HOST_LIMITS_H
#define HOST_LIMITS_H

#include <lua.h>
#include <stdbool.h>
#include <stddef.h>

/*
** A script that keeps within its limits pays nothing for them: there is no hook and no counter.
** When its time is up, or SIGINT, SIGTERM or SIGHUP comes, the signal's handler gives the running
** coroutine a hook that raises an error at each instruction from then on, whatever the script
** catches; core's loops learn it from their poll. What has not come to its end a second later, or
** at the next Ctrl-C, runs where no hook reaches (in a pattern, in a finalizer), and the handler
** ends the process itself.
*/
typedef struct host_limits {
    double seconds; /* 0: no limit */
    size_t memory;  /* bytes for Lua and core together; 0: three quarters of what there is */
} host_limits;

enum { HOST_TIME_IS_UP = 124, HOST_OUT_OF_MEMORY = 125, HOST_INTERRUPTED = 130 };

/* Called if a handler ends the process: only what is async-signal-safe may be in it. */
typedef void host_drop(void *self);

/*
** A run's course. From `begin` to `end` memory has its ceiling and signals wait, but for the time
** from `start` to `finish`, when they stop the run.
*/
void host_limits_begin(const host_limits *limits);
void host_limits_start(lua_State *L, host_drop *drop, void *self);
void host_limits_closing(void); /* the script is through; a stop now ends the process */
int host_limits_finish(void);   /* 0, or the exit code of a run that was stopped */
void host_limits_end(void);

/*
** The end of a process whose run was stopped, when its outputs are dropped. Its state is neither
** used again nor closed, because that would run the script's finalizers.
*/
_Noreturn void host_limits_exit(int code);

/* Gives the state coroutines that can be stopped, and core's loops their poll. May raise. */
void host_limits_watch(lua_State *L);

/* True once a stop has begun. */
bool host_limits_stopping(void);

/*
** For whoever runs a coroutine: `enter` answers false if `deep` of them run inside each other
** already, or too much of the C stack is used. `leave` says that L runs again, and raises when the
** run is being stopped.
*/
bool host_limits_enter(lua_State *coroutine, int deep);
void host_limits_leave(lua_State *L);

/* Whether this error value says that there was not enough memory; if so, the rest may use a little
** more of it, to say so. */
bool host_limits_is_memory(lua_State *L, int index);

/* Says on stderr how much memory the run had, and how to give it more. */
void host_limits_say_memory(void);

#endif
