/* stream.c -- tables of a source that streams past and is not held. */
#include "data/stream.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "data/tabulate.h"
#include "data/tally.h"

/* ---- levels with their types ---- */

/* A level stands in many rows of the file: which, is not known any more. */
static assay_status blame_level(assay_context *context, const char *name)
{
    char what[sizeof context->error.message];
    const char *behind = strchr(context->error.message, ':');
    strcpy(what, behind == NULL ? context->error.message : behind + 2);
    assay_fail(context, ASSAY_EFORMAT, "%s", what);
    return assay_blame_argument(context, name);
}

/* A column of counted levels as a collected column would be; text stays the category it is. */
static assay_status retype(assay_context *context, assay_column *levels, const char *name,
                           const assay_column_wish *wish, assay_column **typed)
{
    assay_column *fresh = NULL;
    if (wish->levels == NULL && (wish->type == ASSAY_TEXT || wish->type == ASSAY_CATEGORY)) {
        *typed = assay_column_retain(levels);
        return ASSAY_OK;
    }
    assay_builder *builder = assay_builder_new();
    assay_status status = builder == NULL ? assay_fail_memory(context)
                                          : assay_builder_add_column(context, builder, levels);
    if (status == ASSAY_OK)
        status = assay_builder_finish(context, builder, wish, &fresh);
    assay_builder_free(builder);
    if (status != ASSAY_OK)
        return status == ASSAY_EFORMAT ? blame_level(context, name) : status;
    if (fresh->type == ASSAY_TEXT) {
        assay_column_release(fresh);
        fresh = assay_column_retain(levels);
    }
    *typed = fresh;
    return ASSAY_OK;
}

/* The rows of a frame by its first n columns. */
static assay_status in_order(assay_context *context, const assay_frame *frame, size_t n,
                             assay_frame **ordered)
{
    const size_t rows = assay_frame_rows(frame);
    size_t *columns = assay_alloc_array(n, sizeof *columns);
    uint32_t *order = assay_alloc_array(rows, sizeof *order);
    assay_status status = columns == NULL || order == NULL ? assay_fail_memory(context) : ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && i < n; i++)
        columns[i] = i;
    if (status == ASSAY_OK)
        status = assay_frame_order(context, frame, n, columns, NULL, order);
    if (status == ASSAY_OK)
        status = assay_frame_take(context, frame, rows, order, ordered);
    assay_free(columns);
    assay_free(order);
    return status;
}

/* Counts whose first n columns are levels of columns[n] of the source, typed and in order. */
static assay_status type_levels(assay_context *context, const assay_frame *counts, size_t n,
                                const size_t columns[], const assay_column_wish wishes[],
                                assay_frame **typed)
{
    assay_frame *fresh = NULL;
    assay_status status = assay_frame_new(context, &fresh);
    for (size_t i = 0; status == ASSAY_OK && i < assay_frame_columns(counts); i++) {
        const char *name = assay_frame_name(counts, i);
        assay_column *column = assay_frame_column(counts, i);
        if (i < n)
            status = retype(context, column, name, &wishes[columns[i]], &column);
        else
            assay_column_retain(column);
        if (status == ASSAY_OK)
            status = assay_frame_add(context, fresh, name, column);
    }
    if (status == ASSAY_OK)
        status = in_order(context, fresh, n, typed);
    assay_frame_free(fresh);
    return status;
}

assay_status assay_stream_count(assay_context *context, assay_source *source, size_t n,
                                const size_t columns[], size_t weight,
                                const assay_column_wish wishes[], assay_frame **counts)
{
    assay_frame *untyped = NULL;
    assay_status status = assay_count_weighted(context, source, n, columns, weight, &untyped);
    if (status == ASSAY_OK)
        status = type_levels(context, untyped, n, columns, wishes, counts);
    assay_frame_free(untyped);
    return status;
}

/* ---- several tables in one pass ---- */

/* For each column a tally of it, behind `by` if there is one. */
typedef struct tallies {
    size_t n, by;
    const size_t *columns;
    assay_tally **all;
} tallies;

static void free_tallies(tallies *self)
{
    for (size_t i = 0; self->all != NULL && i < self->n; i++)
        assay_tally_free(self->all[i]);
    assay_free(self->all);
}

static assay_status new_tallies(assay_context *context, tallies *self)
{
    self->all = assay_alloc_zeroed_array(self->n, sizeof(assay_tally *));
    assay_status status = self->all == NULL ? assay_fail_memory(context) : ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && i < self->n; i++)
        status =
            assay_tally_new(context, self->by == ASSAY_NO_COLUMN ? 1 : 2, false, &self->all[i]);
    return status;
}

static assay_status keep_columns(assay_context *context, assay_source *source, const tallies *self)
{
    bool *keep = assay_alloc_zeroed_array(source->n_columns, sizeof *keep);
    if (keep == NULL)
        return assay_fail_memory(context);
    for (size_t i = 0; i < self->n; i++)
        keep[self->columns[i]] = true;
    if (self->by != ASSAY_NO_COLUMN)
        keep[self->by] = true;
    assay_source_keep(source, keep);
    assay_free(keep);
    return ASSAY_OK;
}

/* The columns of table i: `by` first, if there is one. */
static size_t columns_of(const tallies *self, size_t i, size_t pair[2])
{
    const size_t n = self->by == ASSAY_NO_COLUMN ? 1 : 2;
    pair[0] = self->by;
    pair[n - 1] = self->columns[i];
    return n;
}

static assay_status add_block(assay_context *context, tallies *self, const assay_block *block)
{
    assay_status status = ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && i < self->n; i++) {
        size_t pair[2];
        const assay_column *columns[2];
        const size_t n = columns_of(self, i, pair);
        for (size_t k = 0; k < n; k++)
            columns[k] = block->columns[pair[k]];
        status = assay_tally_add(context, self->all[i], columns, NULL, 0, block->rows);
    }
    return status;
}

static assay_status fill_tallies(assay_context *context, assay_source *source, tallies *self)
{
    assay_status status = keep_columns(context, source, self);
    while (status == ASSAY_OK) {
        assay_block block;
        status = source->next(context, source, &block);
        if (status != ASSAY_OK || block.rows == 0)
            break;
        status = add_block(context, self, &block);
    }
    return status;
}

/* ---- the lines of a profile ---- */

typedef struct lines {
    assay_builder *by, *variable, *level;
    size_t n, cases_capacity, share_capacity, missing_capacity;
    int64_t *cases, *missing;
    double *share;
    const assay_column *groups; /* of the table under way; NULL: no `by` */
} lines;

static void free_lines(lines *self)
{
    assay_builder_free(self->by);
    assay_builder_free(self->variable);
    assay_builder_free(self->level);
    assay_free(self->cases);
    assay_free(self->missing);
    assay_free(self->share);
}

static assay_status add_cell(assay_context *context, assay_builder *to, const assay_column *column,
                             size_t row)
{
    char scratch[ASSAY_CELL_BYTES];
    size_t length;
    const char *cell = assay_column_cell(column, row, scratch, &length);
    return cell == NULL ? assay_builder_add_missing(context, to)
                        : assay_builder_add(context, to, cell, length);
}

/* A line of the group that row `row` is in; the level and its numbers are to be added. */
static assay_status start_line(assay_context *context, lines *self, const char *variable,
                               size_t row)
{
    if (!assay_grow(&self->cases, &self->cases_capacity, self->n, sizeof *self->cases) ||
        !assay_grow(&self->share, &self->share_capacity, self->n, sizeof *self->share) ||
        !assay_grow(&self->missing, &self->missing_capacity, self->n, sizeof *self->missing))
        return assay_fail_memory(context);
    const assay_status status =
        assay_builder_add(context, self->variable, variable, strlen(variable));
    return status != ASSAY_OK || self->groups == NULL
               ? status
               : add_cell(context, self->by, self->groups, row);
}

static void end_line(lines *self, int64_t cases, uint64_t known, int64_t missing)
{
    self->cases[self->n] = cases;
    self->share[self->n] = known == 0 ? (double)NAN : (double)cases / (double)known;
    self->missing[self->n++] = missing;
}

/* Rows first .. end of a table are one group: its levels, of which a missing one stands last. */
typedef struct group {
    const assay_column *levels, *cases;
    size_t first, end;
    uint64_t known;
    int64_t missing;
} group;

/* Levels that were declared, whether they occur or not; rows of the group are in their order. */
static assay_status add_declared(assay_context *context, lines *self, const char *name,
                                 const group *of)
{
    assay_status status = ASSAY_OK;
    size_t row = of->first;
    const uint32_t n = assay_dictionary_size(of->levels->dictionary);
    for (uint32_t code = 1; status == ASSAY_OK && code <= n; code++) {
        size_t length;
        const char *text = assay_dictionary_text(of->levels->dictionary, code, &length);
        status = start_line(context, self, name, of->first);
        if (status == ASSAY_OK)
            status = assay_builder_add(context, self->level, text, length);
        const bool occurs = row < of->end && assay_column_code(of->levels, row) == code;
        if (status == ASSAY_OK)
            end_line(self, occurs ? of->cases->integers[row] : 0, of->known, of->missing);
        row += occurs;
    }
    return status;
}

static assay_status add_occurring(assay_context *context, lines *self, const char *name,
                                  const group *of)
{
    assay_status status = ASSAY_OK;
    for (size_t row = of->first; status == ASSAY_OK && row < of->end; row++) {
        const bool missing = assay_column_is_missing(of->levels, row);
        if (missing && of->known > 0)
            continue;
        status = start_line(context, self, name, row);
        if (status == ASSAY_OK)
            status = add_cell(context, self->level, of->levels, row);
        if (status == ASSAY_OK)
            end_line(self, missing ? 0 : of->cases->integers[row], of->known, of->missing);
    }
    return status;
}

static assay_status add_group(assay_context *context, lines *self, const char *name, group *of)
{
    of->known = 0;
    of->missing = 0;
    for (size_t row = of->first; row < of->end; row++)
        if (assay_column_is_missing(of->levels, row))
            of->missing = of->cases->integers[row];
        else
            of->known += (uint64_t)of->cases->integers[row];
    const bool declared =
        of->levels->type == ASSAY_CATEGORY && assay_dictionary_is_declared(of->levels->dictionary);
    return declared ? add_declared(context, self, name, of)
                    : add_occurring(context, self, name, of);
}

/* No rows: the levels that were declared, or one line that says so. */
static assay_status add_empty(assay_context *context, lines *self, const char *name, group *of)
{
    if (of->levels->type == ASSAY_CATEGORY &&
        assay_dictionary_is_declared(of->levels->dictionary))
        return add_group(context, self, name, of);
    assay_status status = start_line(context, self, name, 0);
    if (status == ASSAY_OK)
        status = assay_builder_add_missing(context, self->level);
    if (status == ASSAY_OK)
        end_line(self, 0, 0, 0);
    return status;
}

/* The lines of one table, group by group. */
static assay_status add_table(assay_context *context, lines *self, const assay_frame *counts,
                              const char *name)
{
    const size_t rows = assay_frame_rows(counts), n = assay_frame_columns(counts);
    const bool grouped = self->by != NULL;
    group of = {.levels = assay_frame_column(counts, grouped ? 1 : 0),
                .cases = assay_frame_column(counts, n - 2)};
    assay_status status = ASSAY_OK;
    self->groups = grouped ? assay_frame_column(counts, 0) : NULL;
    if (rows == 0 && !grouped)
        return add_empty(context, self, name, &of);
    for (; status == ASSAY_OK && of.first < rows; of.first = of.end) {
        of.end = of.first + 1;
        while (of.end < rows &&
               (!grouped || assay_column_compare(self->groups, of.first, of.end) == 0))
            of.end++;
        status = add_group(context, self, name, &of);
    }
    return status;
}

static assay_status add_column(assay_context *context, assay_builder *builder,
                               const assay_column_wish *wish, const char *name, assay_frame *frame)
{
    assay_column *column;
    const assay_status status = assay_builder_finish(context, builder, wish, &column);
    return status == ASSAY_OK ? assay_frame_add(context, frame, name, column) : status;
}

static assay_status finish_lines(assay_context *context, const lines *self, const char *by,
                                 const assay_column_wish *of_by, assay_frame *frame)
{
    static const assay_column_wish category = {.type = ASSAY_CATEGORY};
    assay_status status = ASSAY_OK;
    if (self->by != NULL)
        status = add_column(context, self->by, of_by, by, frame);
    if (status == ASSAY_OK)
        status = add_column(context, self->variable, &category, "variable", frame);
    if (status == ASSAY_OK)
        status = add_column(context, self->level, &category, "level", frame);
    if (status == ASSAY_OK)
        status = assay_frame_add_integers(context, frame, "cases", self->n, self->cases);
    if (status == ASSAY_OK)
        status = assay_frame_add_numbers(context, frame, "share", self->n, self->share);
    return status == ASSAY_OK
               ? assay_frame_add_integers(context, frame, "missing", self->n, self->missing)
               : status;
}

/* The table of column i, typed, and its lines; *type is what `by` became. */
static assay_status add_tally(assay_context *context, const assay_source *source,
                              const tallies *from, size_t i, const assay_column_wish wishes[],
                              lines *to, assay_column_wish *of_by)
{
    size_t pair[2];
    const char *names[2];
    assay_frame *untyped = NULL, *counts = NULL;
    const size_t n = columns_of(from, i, pair);
    for (size_t k = 0; k < n; k++)
        names[k] = source->names[pair[k]];
    assay_status status = assay_tally_frame(context, from->all[i], names, &untyped);
    if (status == ASSAY_OK)
        status = type_levels(context, untyped, n, pair, wishes, &counts);
    if (status == ASSAY_OK)
        status = add_table(context, to, counts, names[n - 1]);
    if (status == ASSAY_OK && n == 2) /* what `by` became: its texts read back as that */
        *of_by = (assay_column_wish){.type = assay_frame_column(counts, 0)->type,
                                     .levels = wishes[pair[0]].levels};
    assay_frame_free(untyped);
    assay_frame_free(counts);
    return status;
}

static assay_status new_lines(assay_context *context, bool grouped, lines *self)
{
    *self = (lines){.by = grouped ? assay_builder_new() : NULL,
                    .variable = assay_builder_new(),
                    .level = assay_builder_new()};
    const bool good =
        self->variable != NULL && self->level != NULL && (!grouped || self->by != NULL);
    return good ? ASSAY_OK : assay_fail_memory(context);
}

assay_status assay_stream_profile(assay_context *context, assay_source *source, size_t n,
                                  const size_t columns[], size_t by,
                                  const assay_column_wish wishes[], assay_frame **profile)
{
    lines all;
    tallies counted = {.n = n, .by = by, .columns = columns};
    assay_column_wish of_by = {.type = ASSAY_CATEGORY};
    assay_frame *frame = NULL;
    assay_status status = new_lines(context, by != ASSAY_NO_COLUMN, &all);
    if (status == ASSAY_OK)
        status = new_tallies(context, &counted);
    if (status == ASSAY_OK)
        status = fill_tallies(context, source, &counted);
    for (size_t i = 0; status == ASSAY_OK && i < n; i++)
        status = add_tally(context, source, &counted, i, wishes, &all, &of_by);
    if (status == ASSAY_OK)
        status = assay_frame_new(context, &frame);
    if (status == ASSAY_OK)
        status = finish_lines(context, &all, by == ASSAY_NO_COLUMN ? NULL : source->names[by],
                              &of_by, frame);
    free_tallies(&counted);
    free_lines(&all);
    if (status != ASSAY_OK) {
        assay_frame_free(frame);
        return status;
    }
    *profile = frame;
    return ASSAY_OK;
}
