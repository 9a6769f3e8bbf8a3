#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "base/thread.h"

enum { N = 1001 };

typedef struct tally {
    int done[N];
    int by[ASSAY_THREADS_MOST];
    atomic_int inside, most_inside, strays, unblocked;
} tally;

/* Long enough that every thread gets some. */
static void spend(long ns)
{
    nanosleep(&(struct timespec){.tv_nsec = ns}, NULL);
}

static void note(void *self, size_t task, int worker)
{
    tally *all = self;
    sigset_t mask;
    const int inside = atomic_fetch_add(&all->inside, 1) + 1;
    int most = atomic_load(&all->most_inside);
    while (most < inside && !atomic_compare_exchange_weak(&all->most_inside, &most, inside))
        ;
    pthread_sigmask(SIG_BLOCK, NULL, &mask);
    if (worker > 0 && !(sigismember(&mask, SIGALRM) && sigismember(&mask, SIGINT)))
        atomic_fetch_add(&all->unblocked, 1);
    if (worker < 0 || worker >= ASSAY_THREADS_MOST)
        atomic_fetch_add(&all->strays, 1);
    else
        all->by[worker]++; /* a worker's own */
    all->done[task]++;
    spend(10000);
    atomic_fetch_sub(&all->inside, 1);
}

static void assert_each_once(const tally *all, size_t n)
{
    for (size_t i = 0; i < N; i++)
        ck_assert_int_eq(all->done[i], i < n);
}

START_TEST(each_task_is_done_once_whatever_the_number_of_threads)
{
    static const int threads[] = {-1, 0, 1, 2, 3, 7, 1000};
    static const size_t sizes[] = {0, 1, 2, 5, N};
    for (size_t i = 0; i < sizeof threads / sizeof threads[0]; i++)
        for (size_t j = 0; j < sizeof sizes / sizeof sizes[0]; j++) {
            assay_context context = {.threads = threads[i]};
            tally all = {0}, region = {0};
            assert_ok(assay_parallel(&context, sizes[j], note, &all));
            assay_parallel_region(&context, sizes[j], note, &region);
            assert_each_once(&all, sizes[j]);
            assert_each_once(&region, sizes[j]);
            ck_assert_int_le(atomic_load(&all.most_inside), assay_workers(&context));
            ck_assert_int_eq(atomic_load(&all.strays), 0);
            for (int k = assay_workers(&context); k < ASSAY_THREADS_MOST; k++)
                ck_assert_int_eq(all.by[k], 0);
        }
}
END_TEST

START_TEST(tasks_run_side_by_side)
{
    assay_context context = {.threads = 3};
    tally all = {0};
    assert_ok(assay_parallel(&context, N, note, &all));
    ck_assert_int_ge(atomic_load(&all.most_inside), 2);
}
END_TEST

START_TEST(workers_have_all_signals_blocked_and_the_caller_keeps_its_own)
{
    assay_context context = {.threads = 4};
    tally all = {0};
    sigset_t before, after, one;
    sigemptyset(&one);
    sigaddset(&one, SIGUSR1);
    pthread_sigmask(SIG_SETMASK, &one, &before);
    assert_ok(assay_parallel(&context, N, note, &all));
    pthread_sigmask(SIG_SETMASK, &before, &after);
    ck_assert_int_eq(atomic_load(&all.unblocked), 0);
    for (int signal = 1; signal < 32; signal++)
        if (signal != SIGKILL && signal != SIGSTOP)
            ck_assert_int_eq(sigismember(&after, signal), signal == SIGUSR1);
}
END_TEST

/* ---- polling ---- */

typedef struct watch {
    tally *all;
    pthread_t caller;
    int polls, stop_at, wrong;
    uint64_t before;
} watch;

static assay_status look(void *self, uint64_t done, uint64_t total)
{
    watch *at = self;
    at->polls++;
    at->wrong += !pthread_equal(pthread_self(), at->caller) || total != N || done <= at->before ||
                 atomic_load(&at->all->inside) != 0;
    at->before = done;
    return at->polls == at->stop_at ? ASSAY_ESTOPPED : ASSAY_OK;
}

START_TEST(only_the_caller_polls_and_never_while_a_task_runs)
{
    tally all = {0};
    watch at = {.all = &all, .caller = pthread_self()};
    assay_context context = {.poll = look, .self = &at, .threads = 3};
    assert_ok(assay_parallel(&context, N, note, &all));
    ck_assert_int_eq(at.wrong, 0);
    ck_assert_int_ge(at.polls, 2); /* some 20 ms by three threads at least */
    ck_assert_uint_eq(at.before, N);
    assert_each_once(&all, N);
}
END_TEST

START_TEST(a_stop_leaves_no_task_under_way)
{
    tally all = {0};
    watch at = {.all = &all, .caller = pthread_self(), .stop_at = 1};
    assay_context context = {.poll = look, .self = &at, .threads = 3};
    assert_status(assay_parallel(&context, N, note, &all), ASSAY_ESTOPPED);
    ck_assert_int_eq(at.polls, 1);
    ck_assert_int_eq(atomic_load(&all.inside), 0);
    size_t done = 0;
    for (size_t i = 0; i < N; i++)
        done += (size_t)all.done[i];
    ck_assert_uint_eq(done, at.before);
    ck_assert_uint_lt(done, N);
}
END_TEST

/* ---- where there are no threads to be had ---- */

static void *no_work(void *self)
{
    return self;
}

static int run_without_threads(void)
{
    static const struct rlimit none = {0, 0};
    pthread_t thread;
    tally all = {0};
    assay_context context = {.threads = 4};
    if (geteuid() == 0 && setuid(65534) != 0)
        return 77;
    if (setrlimit(RLIMIT_NPROC, &none) != 0 || pthread_create(&thread, NULL, no_work, NULL) == 0)
        return 77; /* a system that gives one all the same */
    if (assay_parallel(&context, N, note, &all) != ASSAY_OK)
        return 1;
    for (size_t i = 0; i < N; i++)
        if (all.done[i] != 1)
            return 2;
    return all.by[0] == N ? 0 : 3;
}

START_TEST(the_caller_does_all_when_the_system_gives_no_thread)
{
    int status;
    const pid_t child = fork();
    if (child == 0)
        _exit(run_without_threads());
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFEXITED(status));
    ck_assert_msg(WEXITSTATUS(status) == 0, "answer %d", WEXITSTATUS(status));
}
END_TEST

START_TEST(processors_are_those_that_the_process_may_use)
{
    cpu_set_t before, one;
    const int n = assay_processors();
    ck_assert(n >= 1 && n <= ASSAY_THREADS_MOST);
    ck_assert_int_eq(sched_getaffinity(0, sizeof before, &before), 0);
    CPU_ZERO(&one);
    for (size_t i = 0; CPU_COUNT(&one) == 0 && i < CPU_SETSIZE; i++)
        if (CPU_ISSET(i, &before))
            CPU_SET(i, &one);
    ck_assert_int_eq(sched_setaffinity(0, sizeof one, &one), 0);
    ck_assert_int_eq(assay_processors(), 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("thread");
    TCase *tests = tcase_create("thread");
    tcase_add_test(tests, each_task_is_done_once_whatever_the_number_of_threads);
    tcase_add_test(tests, tasks_run_side_by_side);
    tcase_add_test(tests, workers_have_all_signals_blocked_and_the_caller_keeps_its_own);
    tcase_add_test(tests, only_the_caller_polls_and_never_while_a_task_runs);
    tcase_add_test(tests, a_stop_leaves_no_task_under_way);
    tcase_add_test(tests, the_caller_does_all_when_the_system_gives_no_thread);
    tcase_add_test(tests, processors_are_those_that_the_process_may_use);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
