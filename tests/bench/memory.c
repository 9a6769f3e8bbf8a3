/*
** memory.c FILE THREADS TIMES: milliseconds of what is done with a caseload in memory, the median of
** TIMES runs each; names and times in two columns.
*/
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "base/thread.h"
#include "data/csv.h"
#include "data/distinct.h"
#include "data/filter.h"
#include "data/tabulate.h"
#include "infer/simulate.h"
#include "sample/ticket.h"

enum {
    MOST_TIMES = 101,
    LDU = 1,
    GENDER,
    DISPOSAL,
    ROSH,
    AGE,
    ABUSE,
    OFFICER = 8,
    START,
    COLUMNS = 11
};

static assay_context context;

static void require(assay_status status)
{
    if (status == ASSAY_OK)
        return;
    fprintf(stderr, "memory: %s\n", context.error.message);
    exit(1);
}

static assay_frame *read_file(const char *path)
{
    const assay_csv_options options = assay_csv_defaults();
    assay_column_wish wishes[COLUMNS];
    assay_door *door;
    assay_input *input;
    assay_source *source;
    assay_frame *frame;
    for (int i = 0; i < COLUMNS; i++)
        wishes[i] = (assay_column_wish){.type = i == 0 ? ASSAY_TEXT : ASSAY_INFER};
    require(assay_door_new(&context, &door));
    require(assay_input_open(&context, door, path, &input));
    require(assay_csv_open(&context, input, &options, &source));
    require(assay_source_collect(&context, source, wishes, NULL, &frame));
    assay_source_free(source);
    assay_door_free(door);
    return frame;
}

/* ---- what is done: each gives a frame that is freed ---- */

typedef assay_frame *task(const assay_frame *frame);

static assay_frame *take(const assay_frame *frame, uint32_t rows[], size_t n)
{
    assay_frame *taken;
    require(assay_frame_take(&context, frame, n, rows, &taken));
    assay_free(rows);
    return taken;
}

static assay_frame *where(const assay_frame *frame)
{
    static const assay_text female = {"Female", 6}, low = {"18", 2}, high = {"25", 2};
    static const assay_condition conditions[] = {
        {.column = GENDER, .kind = ASSAY_IS_ONE_OF, .n = 1, .values = &female},
        {.column = AGE, .kind = ASSAY_IS_BETWEEN, .low = low, .high = high}};
    size_t kept;
    uint32_t *rows = assay_alloc_array(assay_frame_rows(frame), sizeof *rows);
    require(rows == NULL ? assay_fail_memory(&context)
                         : assay_filter(&context, frame, 2, conditions, rows, &kept));
    return take(frame, rows, kept);
}

static assay_frame *where_most(const assay_frame *frame)
{
    static const assay_text male = {"Male", 4};
    static const assay_condition condition = {
        .column = GENDER, .kind = ASSAY_IS_ONE_OF, .n = 1, .values = &male};
    size_t kept;
    uint32_t *rows = assay_alloc_array(assay_frame_rows(frame), sizeof *rows);
    require(rows == NULL ? assay_fail_memory(&context)
                         : assay_filter(&context, frame, 1, &condition, rows, &kept));
    return take(frame, rows, kept);
}

static assay_frame *count(const assay_frame *frame)
{
    static const size_t columns[] = {LDU, GENDER, DISPOSAL};
    assay_frame *counts;
    require(assay_count_frame(&context, frame, 3, columns, &counts));
    return counts;
}

static assay_frame *distinct(const assay_frame *frame, size_t n, const size_t columns[])
{
    const assay_key key = {n, columns};
    const assay_distinct_options options = {
        .n_keys = 1, .keys = &key, .order = ASSAY_NO_COLUMN, .tie = ASSAY_NO_COLUMN};
    size_t kept, without;
    uint32_t *rows = assay_alloc_array(assay_frame_rows(frame), sizeof *rows);
    require(rows == NULL ? assay_fail_memory(&context)
                         : assay_distinct(&context, frame, &options, rows, &kept, &without));
    return take(frame, rows, kept);
}

static assay_frame *distinct_id(const assay_frame *frame)
{
    static const size_t id[] = {0};
    return distinct(frame, 1, id);
}

static assay_frame *distinct_pair(const assay_frame *frame)
{
    static const size_t pair[] = {OFFICER, START};
    return distinct(frame, 2, pair);
}

/* ---- tickets, and a bare loop over the same messages ---- */

typedef struct messages {
    const assay_frame *frame;
    unsigned char (*digests)[ASSAY_DIGEST];
} messages;

static messages room_for(const assay_frame *frame)
{
    const messages all = {frame, assay_alloc_array(assay_frame_rows(frame), ASSAY_DIGEST)};
    require(all.digests == NULL ? assay_fail_memory(&context) : ASSAY_OK);
    return all;
}

static assay_frame *tickets(const assay_frame *frame)
{
    messages all = room_for(frame);
    assay_ticket_maker maker;
    assay_ticket_start(&maker, "d6e1f0a94b7c4f2f9a4e83c1750b62ad");
    require(assay_tickets(&context, &maker, assay_frame_column(frame, 0), 0,
                          assay_frame_rows(frame), all.digests));
    assay_free(all.digests);
    return NULL;
}

static void hash_some(void *self, size_t part, int worker)
{
    const messages *all = self;
    const assay_column *ids = assay_frame_column(all->frame, 0);
    (void)worker;
    for (size_t row = part * 4096; row < (part + 1) * 4096 && row < ids->length; row++) {
        char message[64] = "prn-1|d6e1f0a94b7c4f2f9a4e83c1750b62ad|";
        size_t length;
        const char *id = assay_column_cell(ids, row, NULL, &length);
        memcpy(message + 39, id, length);
        assay_sha256_of(message, 39 + length, all->digests[row]);
    }
}

static assay_frame *bare_loop(const assay_frame *frame)
{
    messages all = room_for(frame);
    require(assay_parallel(&context, (assay_frame_rows(frame) + 4095) / 4096, hash_some, &all));
    assay_free(all.digests);
    return NULL;
}

/* ---- 100,000 samples of 100 ---- */

static assay_frame *simulate(const assay_frame *frame)
{
    static const size_t strata[] = {LDU, ROSH};
    static const char *const yes[] = {"Y"};
    static assay_plan *plan; /* made by the first run, which is not the median */
    uint64_t counts[64], sizes[64];
    assay_simulation found;
    if (plan == NULL)
        require(assay_plan_new(&context, frame, 0, 2, strata, &plan));
    require(plan->strata->n > 64 ? ASSAY_EDOM : ASSAY_OK);
    for (size_t h = 0; h < plan->strata->n; h++)
        sizes[h] = 4 + (h < 4);
    require(assay_simulate_count(&context, plan, ABUSE, 1, yes, counts));
    require(assay_simulate(&context, plan->strata->n, plan->strata->population, counts, sizes, 0.8,
                           assay_estimate_find("wilson_neff"), "bench", 100000, &found));
    return NULL;
}

static const struct {
    const char *name;
    task *run;
} tasks[] = {{"where gender, age", where},
             {"where gender", where_most},
             {"count ldu, gender, disposal", count},
             {"distinct case_id", distinct_id},
             {"distinct officer_id, start_date", distinct_pair},
             {"tickets", tickets},
             {"  a bare loop of SHA-256", bare_loop},
             {"100,000 simulated samples of 100", simulate}};

/* ---- time ---- */

static double milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static int by_time(const void *a, const void *b)
{
    const double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static double median_of(task *run, const assay_frame *frame, int times)
{
    double taken[MOST_TIMES];
    for (int i = 0; i < times; i++) {
        const double start = milliseconds();
        assay_frame *made = run(frame);
        taken[i] = milliseconds() - start;
        assay_frame_free(made);
    }
    qsort(taken, (size_t)times, sizeof taken[0], by_time);
    return taken[times / 2];
}

int main(int argc, char *argv[])
{
    const int times = argc == 4 ? atoi(argv[3]) : 0;
    if (times < 1 || times > MOST_TIMES) {
        fprintf(stderr, "memory FILE THREADS TIMES\n");
        return 2;
    }
    assay_init();
    context.threads = atoi(argv[2]);
    assay_frame *frame = read_file(argv[1]);
    for (size_t i = 0; i < sizeof tasks / sizeof tasks[0]; i++)
        printf("%s\t%.2f\n", tasks[i].name, median_of(tasks[i].run, frame, times));
    assay_frame_free(frame);
    return 0;
}
