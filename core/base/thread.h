/* thread.h -- the one way to use more than one processor. */
#ifndef ASSAY_BASE_THREAD_H
#define ASSAY_BASE_THREAD_H

#include <stddef.h>

#include "base/context.h"

/*
** Work is cut into `n` tasks whose sizes do not depend on the number of threads, and each is done
** once, in no order, by at most context->threads threads, of which the caller is one. Which thread
** does a task is not known beforehand, so a result must not depend on it: a task writes to a place
** of its own, or adds whole numbers into a place of its worker's (0 <= worker <
** assay_workers(context)), and what is sensitive to order is combined by the caller, task by task.
**
** A task neither allocates nor polls nor records a failure. Workers have all signals blocked and
** are gone when the call returns; there are fewer of them where the system gives no more threads,
** and at worst the caller does all.
*/
typedef void assay_task(void *self, size_t task, int worker);

#define ASSAY_THREADS_MOST 16

/* The processors that this process may use, at most ASSAY_THREADS_MOST. */
int assay_processors(void);

/* context->threads within 1 .. ASSAY_THREADS_MOST. */
int assay_workers(const assay_context *context);

/* All tasks in one parallel region, for whoever polls between regions (each at most 10 ms long). */
void assay_parallel_region(const assay_context *context, size_t n, assay_task *task, void *self);

/*
** All tasks, polling every 10 ms or so with the tasks done and `n`; a task should take 1 ms at
** most. ASSAY_ESTOPPED: not all are done, and none is under way.
*/
assay_status assay_parallel(assay_context *context, size_t n, assay_task *task, void *self);

#endif
