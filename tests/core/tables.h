/* tables.h -- what tests of files and tables share: folders, CSV text, columns, failing memory. */
#ifndef ASSAY_TESTS_TABLES_H
#define ASSAY_TESTS_TABLES_H

#include "check.h"

#include <unistd.h>

#include "data/csv.h"

/* ---- memory that fails ---- */

/* Does its work, checks the result if it came to one, and frees all of it. */
typedef assay_status attempt(assay_context *context, void *self);

/*
** Lets the 1st, 2nd, 3rd... allocation of `try` fail, once and then from there on, until it passes:
** whichever fails, the answer must be ASSAY_ENOMEM and nothing may be left behind. Of long rows only
** the first 64 are all tried, and then fewer and fewer, unless the whole grid is asked for.
*/
static inline void sweep_memory(attempt *try, void *self)
{
    for (int from_then_on = 0; from_then_on < 2; from_then_on++)
        for (uint64_t k = 1;; k += whole_grid() ? 1 : 1 + k / 64) {
            assay_context context = {0};
            const size_t before = assay_memory_in_use();
            assay_memory_fail_at(k, from_then_on);
            const assay_status status = try(&context, self);
            const bool failed = assay_memory_fail_at(0, false) >= k;
            ck_assert_msg(assay_memory_in_use() == before, "allocation %d: a leak", (int)k);
            ck_assert_msg(status == (failed ? ASSAY_ENOMEM : ASSAY_OK), "allocation %d: %s", (int)k,
                          assay_status_name(status));
            ck_assert_int_eq(context.error.status, status);
            if (!failed)
                break;
        }
}

/* ---- folders ---- */

#define FOLDER_BYTES 64

static inline void make_folder(char path[FOLDER_BYTES])
{
    strcpy(path, "/tmp/assay-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(path));
}

static inline void remove_folder(const char path[FOLDER_BYTES])
{
    char command[FOLDER_BYTES + 16];
    snprintf(command, sizeof command, "rm -rf '%s'", path);
    ck_assert_int_eq(system(command), 0);
}

/* ---- tables ---- */

static inline assay_status open_csv(assay_context *context, const char *bytes, size_t length,
                                    const assay_csv_options *options, assay_source **source)
{
    char path[] = "/tmp/assay-XXXXXX";
    assay_door *door = NULL;
    assay_input *input;
    const int file = mkstemp(path);
    ck_assert_int_ge(file, 0);
    ck_assert_int_eq(write(file, bytes, length), (ssize_t)length);
    close(file);
    assay_status status = assay_door_new(context, &door);
    if (status == ASSAY_OK)
        status = assay_input_open(context, door, path, &input);
    if (status == ASSAY_OK)
        status = assay_csv_open(context, input, options, source);
    assay_door_free(door);
    unlink(path);
    return status;
}

/* At most 16 columns, each with the same wish; NULL infers. */
static inline assay_status read_csv(assay_context *context, const char *bytes, size_t length,
                                    const assay_column_wish *wish, assay_frame **frame)
{
    const assay_csv_options options = assay_csv_defaults();
    assay_column_wish wishes[16];
    assay_source *source = NULL;
    for (int i = 0; i < 16; i++)
        wishes[i] = wish != NULL ? *wish : (assay_column_wish){.type = ASSAY_INFER};
    assay_status status = open_csv(context, bytes, length, &options, &source);
    if (status == ASSAY_OK)
        status = assay_source_collect(context, source, wishes, NULL, frame);
    assay_source_free(source);
    return status;
}

static inline assay_frame *table(const char *csv)
{
    assay_context context = {0};
    assay_frame *frame = NULL;
    const assay_status status = read_csv(&context, csv, strlen(csv), NULL, &frame);
    ck_assert_msg(status == ASSAY_OK, "%s", context.error.message);
    return frame;
}

/* A tier declared as Low, Medium, High, of which Medium does not occur. */
static inline assay_frame *declared_frame(void)
{
    assay_context context = {0};
    static const char csv[] = "tier\nHigh\nLow\n\nHigh\nHigh\nLow\nHigh\n";
    assay_dictionary *levels = assay_dictionary_new();
    assay_frame *frame = NULL;
    assay_dictionary_add(levels, "Low", 3);
    assay_dictionary_add(levels, "Medium", 6);
    assay_dictionary_add(levels, "High", 4);
    assay_dictionary_declare(levels);
    assert_ok(
        read_csv(&context, csv, sizeof csv - 1, &(assay_column_wish){.levels = levels}, &frame));
    assay_dictionary_release(levels);
    return frame;
}

static inline assay_column *column_named(const assay_frame *frame, const char *name)
{
    const size_t i = assay_frame_find(frame, name);
    ck_assert_msg(i != ASSAY_NO_COLUMN, "there is no column %s", name);
    return assay_frame_column(frame, i);
}

/* Cells joined by '|', missing ones as NA. */
static inline void assert_cells(const assay_column *column, const char *want)
{
    char got[4096] = "";
    size_t used = 0;
    for (size_t row = 0; row < column->length; row++) {
        char scratch[ASSAY_CELL_BYTES];
        size_t length = 2;
        const char *cell = assay_column_cell(column, row, scratch, &length);
        ck_assert_uint_lt(used + length + 2, sizeof got);
        if (row > 0)
            got[used++] = '|';
        memcpy(got + used, cell == NULL ? "NA" : cell, length);
        used += length;
    }
    got[used] = '\0';
    ck_assert_str_eq(got, want);
}

static inline void assert_column(const assay_frame *frame, const char *name, const char *want)
{
    assert_cells(column_named(frame, name), want);
}

/* A permutation of 0 .. n - 1 that depends on `seed` alone (Knuth's 64-bit congruential numbers). */
static inline void shuffle(uint32_t rows[], size_t n, uint64_t seed)
{
    for (size_t i = 0; i < n; i++)
        rows[i] = (uint32_t)i;
    for (size_t i = n; i > 1; i--) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        const size_t j = (size_t)(seed >> 33) % i;
        const uint32_t swapped = rows[i - 1];
        rows[i - 1] = rows[j];
        rows[j] = swapped;
    }
}

#endif
