/*
** thread.c -- the one way to use more than one processor.
**
** Threads live as long as one region: starting one takes some 20 microseconds, a region up to 10
** milliseconds, and so there is no pool, no state of the process, and nothing left running when a
** program forks or closes its Lua state. OpenMP's library ends the process when it gets no thread,
** lets idle ones spin, and is itself loaded at each start of the program.
*/
#define _GNU_SOURCE /* sched_getaffinity */

#include "base/thread.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <time.h>

#define REGION_NS   INT64_C(8000000) /* when no further task is started */
#define STACK_BYTES ((size_t)1 << 20)

typedef struct region {
    assay_task *task;
    void *self;
    size_t n;
    int64_t until; /* INT64_MAX: all tasks in one region */
    atomic_size_t next;
} region;

typedef struct worker {
    region *in;
    int number;
    pthread_t thread;
} worker;

int assay_processors(void)
{
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0)
        return 1;
    const int n = CPU_COUNT(&allowed);
    return n < 1 ? 1 : n > ASSAY_THREADS_MOST ? ASSAY_THREADS_MOST : n;
}

int assay_workers(const assay_context *context)
{
    const int n = context->threads;
    return n < 1 ? 1 : n > ASSAY_THREADS_MOST ? ASSAY_THREADS_MOST : n;
}

static int64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

/* Takes tasks until there are none, or the region's time is over. */
static void work(region *in, int number)
{
    while (in->until == INT64_MAX || now() < in->until) {
        const size_t task = atomic_fetch_add(&in->next, 1);
        if (task >= in->n)
            return;
        in->task(in->self, task, number);
    }
}

static void *run_worker(void *self)
{
    const worker *at = self;
    work(at->in, at->number);
    return NULL;
}

/* Starts workers 1 .. n - 1 as far as the system lets it; returns how many there are, and one. */
static int start_workers(region *in, int n, worker workers[])
{
    sigset_t all, before;
    pthread_attr_t attributes;
    int started = 1;
    if (n < 2 || pthread_attr_init(&attributes) != 0)
        return 1;
    sigfillset(&all);
    bool good = pthread_attr_setstacksize(&attributes, STACK_BYTES) == 0 &&
                pthread_sigmask(SIG_SETMASK, &all, &before) == 0;
    const bool blocked = good;
    for (; good && started < n; started += good) {
        worker *at = &workers[started];
        *at = (worker){.in = in, .number = started};
        good = pthread_create(&at->thread, &attributes, run_worker, at) == 0;
    }
    if (blocked)
        pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    return started;
}

/* One region, from the task after the last one done; the tasks taken so far. */
static size_t run_region(const assay_context *context, region *in)
{
    worker workers[ASSAY_THREADS_MOST];
    const size_t left = in->n - atomic_load(&in->next);
    const int most = assay_workers(context);
    const int n = start_workers(in, left < (size_t)most ? (int)left : most, workers);
    work(in, 0);
    for (int i = 1; i < n; i++)
        pthread_join(workers[i].thread, NULL);
    const size_t taken = atomic_load(&in->next);
    return taken < in->n ? taken : in->n;
}

void assay_parallel_region(const assay_context *context, size_t n, assay_task *task, void *self)
{
    region all = {.task = task, .self = self, .n = n, .until = INT64_MAX};
    if (n > 0)
        run_region(context, &all);
}

assay_status assay_parallel(assay_context *context, size_t n, assay_task *task, void *self)
{
    region all = {.task = task, .self = self, .n = n, .until = INT64_MAX};
    assay_status status = ASSAY_OK;
    for (size_t done = 0; status == ASSAY_OK && done < n;) {
        all.until = context->poll == NULL ? INT64_MAX : now() + REGION_NS;
        done = run_region(context, &all);
        status = assay_poll(context, done, n);
    }
    return status;
}
