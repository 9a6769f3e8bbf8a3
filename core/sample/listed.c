/* listed.c -- a list of cases that streams past and is not held. */
#include "sample/listed.h"

#include <string.h>

#include "base/memory.h"
#include "data/settle.h"

/* Room for one block, and for the rows taken from blocks. */
typedef struct assay_listed_room {
    uint32_t combinations[ASSAY_BLOCK_ROWS];
    uint32_t chosen[ASSAY_BLOCK_ROWS];
    unsigned char tickets[ASSAY_BLOCK_ROWS][ASSAY_TICKET_BYTES];
    const assay_column **strata; /* columns of the block */
    assay_builder **fetched;     /* by columns of the source */
} room;

/* ---- life ---- */

assay_listed *assay_listed_retain(assay_listed *listed)
{
    listed->references++;
    return listed;
}

static void free_wishes(size_t n, assay_column_wish wishes[])
{
    for (size_t i = 0; wishes != NULL && i < n; i++) {
        assay_dictionary_release(wishes[i].levels);
        assay_free((char *)wishes[i].dates);
    }
    assay_free(wishes);
}

void assay_listed_release(assay_listed *listed)
{
    if (listed == NULL || --listed->references > 0)
        return;
    assay_source_free(listed->source);
    free_wishes(listed->n, listed->wishes);
    assay_free(listed->numbers);
    assay_free(listed->columns);
    assay_free(listed->stratum);
    assay_free(listed->deferred);
    assay_combine_free(&listed->combine);
    assay_frame_free(listed->firsts);
    if (listed->room != NULL) {
        assay_free(listed->room->strata);
        assay_free(listed->room->fetched);
    }
    assay_free(listed->room);
    assay_free(listed);
}

/* Column `number` of the source among those that are kept. */
static size_t kept_number(const assay_listed *self, size_t number)
{
    size_t i = 0;
    while (i + 1 < self->n && self->numbers[i] != number)
        i++;
    return i;
}

static assay_status number_columns(assay_context *context, assay_listed *self, const bool keep[],
                                   size_t id, size_t n, const size_t columns[])
{
    self->numbers = assay_alloc_array(self->source->n_columns, sizeof *self->numbers);
    self->columns = assay_alloc_array(n, sizeof *self->columns);
    self->room = assay_alloc_zeroed_array(1, sizeof *self->room);
    if (self->room != NULL) {
        self->room->strata = assay_alloc_array(n, sizeof(assay_column *));
        self->room->fetched =
            assay_alloc_zeroed_array(self->source->n_columns, sizeof(assay_builder *));
    }
    if (self->numbers == NULL || self->columns == NULL || self->room == NULL ||
        self->room->strata == NULL || self->room->fetched == NULL)
        return assay_fail_memory(context);
    for (size_t i = 0; i < self->source->n_columns; i++)
        if (keep == NULL || keep[i])
            self->numbers[self->n++] = i;
    self->id = kept_number(self, id);
    self->combine.n = self->n_columns = n;
    for (size_t c = 0; c < n; c++)
        self->columns[c] = kept_number(self, columns[c]);
    return ASSAY_OK;
}

/* ---- rows taken from blocks ---- */

/* A builder for each column that is kept. */
static assay_status new_builders(assay_context *context, const assay_listed *self,
                                 assay_builder ***builders)
{
    *builders = assay_alloc_zeroed_array(self->n, sizeof(assay_builder *));
    if (*builders == NULL)
        return assay_fail_memory(context);
    for (size_t i = 0; i < self->n; i++)
        if (((*builders)[i] = assay_builder_new()) == NULL)
            return assay_fail_memory(context);
    return ASSAY_OK;
}

static void free_builders(const assay_listed *self, assay_builder **builders)
{
    for (size_t i = 0; builders != NULL && i < self->n; i++)
        assay_builder_free(builders[i]);
    assay_free(builders);
}

static assay_status take_rows(assay_context *context, const assay_listed *self,
                              const assay_block *block, size_t n, const uint32_t rows[],
                              assay_builder *const builders[])
{
    assay_status status = ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && n > 0 && i < self->n; i++) {
        const size_t number = self->numbers[i];
        assay_column *taken;
        self->room->fetched[number] = builders[i];
        if (self->deferred != NULL && self->deferred[number])
            continue;
        status = assay_column_take(context, block->columns[number], n, rows, &taken);
        if (status == ASSAY_OK) {
            status = assay_builder_add_column(context, builders[i], taken);
            assay_column_release(taken);
        }
    }
    return status == ASSAY_OK && self->deferred != NULL
               ? self->source->fetch(context, self->source, n, rows, self->room->fetched)
               : status;
}

/* The frame of all rows taken; the builders are empty then. */
static assay_status finish_rows(assay_context *context, const assay_listed *self,
                                assay_builder *builders[], assay_frame **frame)
{
    assay_frame *fresh = NULL;
    assay_status status = assay_frame_new(context, &fresh);
    for (size_t i = 0; status == ASSAY_OK && i < self->n; i++) {
        assay_column *column;
        status = assay_builder_finish(context, builders[i], &self->wishes[i], &column);
        if (status == ASSAY_OK)
            status = assay_frame_add(context, fresh, self->source->names[self->numbers[i]], column);
        assay_builder_free(builders[i]);
        builders[i] = NULL;
    }
    if (status != ASSAY_OK) {
        assay_frame_free(fresh);
        return status;
    }
    *frame = fresh;
    return ASSAY_OK;
}

/* ---- the first pass ---- */

static assay_status combine_block(assay_context *context, assay_listed *self,
                                  const assay_block *block)
{
    for (size_t c = 0; c < self->n_columns; c++)
        self->room->strata[c] = block->columns[self->numbers[self->columns[c]]];
    return assay_combine_rows(context, &self->combine, self->room->strata, 0, block->rows,
                              self->room->combinations);
}

static uint64_t bytes_of(const assay_column *column)
{
    if (column->type != ASSAY_TEXT)
        return (column->type == ASSAY_CATEGORY ? column->width : 8) * (uint64_t)column->length;
    const uint64_t end = column->width == 4 ? ((const uint32_t *)column->offsets)[column->length]
                                            : ((const uint64_t *)column->offsets)[column->length];
    return end + 8 * (uint64_t)column->length;
}

/* Takes the rows of a block whose combination was not met before. */
static assay_status take_firsts(assay_context *context, assay_listed *self,
                                const assay_block *block, size_t before, assay_builder *builders[])
{
    size_t n = 0;
    for (size_t i = before; i < self->combine.size; i++)
        self->room->chosen[n++] = (uint32_t)(self->combine.all[i].first - self->rows);
    return take_rows(context, self, block, n, self->room->chosen, builders);
}

static assay_status add_block(assay_context *context, assay_listed *self, const assay_block *block,
                              assay_settle *settle, assay_unique *unique, assay_builder *builders[])
{
    const size_t before = self->combine.size;
    assay_status status = assay_settle_add(context, settle, block);
    if (status == ASSAY_OK)
        status = assay_unique_add(context, unique, block->columns[self->numbers[self->id]], 0,
                                  block->rows);
    if (status == ASSAY_OK)
        status = combine_block(context, self, block);
    if (status == ASSAY_OK)
        status = take_firsts(context, self, block, before, builders);
    for (size_t i = 0; status == ASSAY_OK && i < self->n; i++)
        self->bytes += bytes_of(block->columns[self->numbers[i]]);
    self->rows += block->rows;
    return status;
}

/* Keeps what the source is made of; the texts that wishes point to are copied. */
static assay_status keep_wishes(assay_context *context, assay_listed *self,
                                const assay_settle *settle)
{
    assay_column_wish *settled = assay_alloc_zeroed_array(self->source->n_columns, sizeof *settled);
    self->wishes = assay_alloc_zeroed_array(self->n, sizeof *self->wishes);
    assay_status status = settled == NULL || self->wishes == NULL
                              ? assay_fail_memory(context)
                              : assay_settle_finish(context, settle, self->source, settled);
    for (size_t i = 0; status == ASSAY_OK && i < self->n; i++) {
        const assay_column_wish *from = &settled[self->numbers[i]];
        self->wishes[i] = *from;
        self->wishes[i].levels = assay_dictionary_retain(from->levels);
        if (from->dates == NULL)
            continue;
        self->wishes[i].dates = assay_copy_text(from->dates, strlen(from->dates));
        if (self->wishes[i].dates == NULL)
            status = assay_fail_memory(context);
    }
    assay_free(settled);
    return status;
}

/*
** Tickets are made of ids as they stand in the list, which must be what they are printed as later:
** numbers can be written in several ways, and dates by a pattern are printed by another.
*/
static assay_status check_id(assay_context *context, const assay_listed *self,
                             const assay_column_wish *asked)
{
    const assay_column_wish *id = &self->wishes[self->id];
    const bool iso = id->dates == NULL || strcmp(id->dates, "yyyy-mm-dd") == 0;
    if (id->type == ASSAY_TEXT || id->type == ASSAY_CATEGORY ||
        (asked->type == ASSAY_INFER &&
         (id->type == ASSAY_INTEGER || (id->type == ASSAY_DATE && iso))))
        return ASSAY_OK;
    return assay_fail(context, ASSAY_EDOM,
                      "the column '%.40s' names cases, but its type is %s: name it as the id where "
                      "the list is opened, so that ids are text as they stand",
                      self->source->names[self->numbers[self->id]], assay_type_name(id->type));
}

static assay_status search_again(assay_context *context, assay_listed *self, assay_unique *unique)
{
    assay_block block = {.rows = 1};
    assay_status status = assay_source_rewind(context, self->source);
    while (status == ASSAY_OK && block.rows > 0) {
        status = self->source->next(context, self->source, &block);
        if (status == ASSAY_OK && block.rows > 0)
            status = assay_unique_search(context, unique, block.columns[self->numbers[self->id]]);
    }
    return status;
}

/* Later passes look at ids and strata, and at the other columns of the cases that are taken. */
static assay_status defer_columns(assay_context *context, assay_listed *self)
{
    if (self->source->defer == NULL)
        return ASSAY_OK;
    self->deferred = assay_alloc_zeroed_array(self->source->n_columns, sizeof *self->deferred);
    if (self->deferred == NULL)
        return assay_fail_memory(context);
    for (size_t i = 0; i < self->n; i++)
        self->deferred[self->numbers[i]] = i != self->id;
    for (size_t c = 0; c < self->n_columns; c++)
        self->deferred[self->numbers[self->columns[c]]] = false;
    self->source->defer(self->source, self->deferred);
    return ASSAY_OK;
}

static assay_status first_pass(assay_context *context, assay_listed *self, assay_settle *settle,
                               assay_unique *unique)
{
    assay_block block = {.rows = 1};
    assay_builder **builders;
    assay_status status = new_builders(context, self, &builders);
    while (status == ASSAY_OK && block.rows > 0) {
        status = self->source->next(context, self->source, &block);
        if (status == ASSAY_OK && block.rows > 0)
            status = add_block(context, self, &block, settle, unique, builders);
    }
    if (status == ASSAY_OK)
        status = keep_wishes(context, self, settle);
    if (status == ASSAY_OK)
        status = finish_rows(context, self, builders, &self->firsts);
    free_builders(self, builders);
    return status;
}

assay_status assay_listed_new(assay_context *context, assay_source *source,
                              const assay_column_wish wishes[], const bool keep[], size_t id,
                              size_t n, const size_t columns[], assay_unique *unique,
                              assay_listed **listed)
{
    assay_settle *settle = NULL;
    assay_listed *self = assay_alloc_zeroed_array(1, sizeof *self);
    if (self == NULL)
        return assay_fail_memory(context);
    self->references = 1;
    self->source = assay_source_share(source);
    assay_source_keep(source, keep);
    assay_status status = number_columns(context, self, keep, id, n, columns);
    if (status == ASSAY_OK)
        status = assay_settle_new(context, source, wishes, keep, &settle);
    if (status == ASSAY_OK)
        status = first_pass(context, self, settle, unique);
    if (status == ASSAY_OK)
        status = check_id(context, self, &wishes[id]);
    if (status == ASSAY_OK)
        status = assay_unique_settle(context, unique);
    if (status == ASSAY_OK && unique->n_suspects > 0)
        status = search_again(context, self, unique);
    if (status == ASSAY_OK)
        status = defer_columns(context, self);
    assay_settle_free(settle);
    if (status != ASSAY_OK) {
        assay_listed_release(self);
        return status;
    }
    *listed = self;
    return ASSAY_OK;
}

assay_status assay_listed_strata(assay_context *context, assay_listed *listed,
                                 assay_strata **strata)
{
    const size_t n = listed->combine.size;
    listed->stratum = assay_alloc_array(n, sizeof *listed->stratum);
    if (listed->stratum == NULL)
        return assay_fail_memory(context);
    const assay_status status = assay_strata_of_combinations(
        context, listed->firsts, listed->n_columns, listed->columns, listed->combine.all, strata);
    if (status == ASSAY_OK)
        memcpy(listed->stratum, (*strata)->of_row, n * sizeof *listed->stratum);
    return status;
}

/* ---- later passes ---- */

static assay_status fail_changed(assay_context *context)
{
    return assay_fail(context, ASSAY_EIO, "the list changed while it was being read");
}

/* The next block with its tickets and, unless `strata` is false, combinations; no rows: the end. */
static assay_status next_block(assay_context *context, assay_listed *self,
                               const assay_ticket_maker *maker, bool strata, uint64_t *rows,
                               assay_block *block)
{
    const size_t known = self->combine.size;
    assay_status status = self->source->next(context, self->source, block);
    if (status != ASSAY_OK)
        return status;
    *rows += block->rows;
    if (*rows > self->rows || (block->rows == 0 && *rows < self->rows))
        return fail_changed(context);
    if (block->rows == 0)
        return ASSAY_OK;
    if (strata)
        status = combine_block(context, self, block);
    if (status == ASSAY_OK && self->combine.size > known)
        status = fail_changed(context);
    if (status == ASSAY_OK)
        status = assay_tickets(context, maker, block->columns[self->numbers[self->id]], 0,
                               block->rows, self->room->tickets);
    return status;
}

typedef struct sifting {
    assay_listed *listed;
    const assay_sieve *sieves;
    assay_builder **builders;
    assay_sifted *to;
    size_t capacity;
} sifting;

static bool stays(const assay_sieve *sieve, const unsigned char ticket[ASSAY_TICKET_BYTES])
{
    const uint64_t key = assay_ticket_key(ticket);
    return sieve->any && key >= sieve->low && key <= sieve->high;
}

static assay_status make_room(assay_context *context, sifting *self, size_t n)
{
    assay_sifted *to = self->to;
    if (to->n + n <= self->capacity)
        return ASSAY_OK;
    const size_t capacity = to->n + n + self->capacity / 2;
    uint32_t *of_row = assay_resize_array(to->of_row, capacity, sizeof *of_row);
    if (of_row == NULL)
        return assay_fail_memory(context);
    to->of_row = of_row;
    unsigned char(*tickets)[ASSAY_TICKET_BYTES] =
        assay_resize_array(to->tickets, capacity, sizeof *tickets);
    if (tickets == NULL)
        return assay_fail_memory(context);
    to->tickets = tickets;
    self->capacity = capacity;
    return ASSAY_OK;
}

static assay_status sift_block(assay_context *context, sifting *self, const assay_block *block)
{
    const assay_listed *listed = self->listed;
    const room *at = listed->room;
    uint32_t *chosen = listed->room->chosen;
    size_t n = 0;
    for (size_t row = 0; row < block->rows; row++) {
        chosen[n] = (uint32_t)row;
        n += stays(&self->sieves[listed->stratum[at->combinations[row]]], at->tickets[row]);
    }
    const assay_status status = make_room(context, self, n);
    if (status != ASSAY_OK)
        return status;
    for (size_t i = 0; i < n; i++, self->to->n++) {
        self->to->of_row[self->to->n] = listed->stratum[at->combinations[chosen[i]]];
        memcpy(self->to->tickets[self->to->n], at->tickets[chosen[i]], ASSAY_TICKET_BYTES);
    }
    return take_rows(context, listed, block, n, chosen, self->builders);
}

static assay_status sift(assay_context *context, sifting *self, const assay_ticket_maker *maker)
{
    assay_block block = {.rows = 1};
    uint64_t rows = 0;
    assay_status status = assay_source_rewind(context, self->listed->source);
    while (status == ASSAY_OK && block.rows > 0) {
        status = next_block(context, self->listed, maker, true, &rows, &block);
        if (status == ASSAY_OK)
            status = sift_block(context, self, &block);
    }
    if (status == ASSAY_OK) /* that it is still the same file */
        status = assay_source_rewind(context, self->listed->source);
    return status == ASSAY_OK ? finish_rows(context, self->listed, self->builders, &self->to->frame)
                              : status;
}

void assay_sifted_free(assay_sifted *sifted)
{
    assay_frame_free(sifted->frame);
    assay_free(sifted->of_row);
    assay_free(sifted->tickets);
}

assay_status assay_listed_sift(assay_context *context, assay_listed *listed,
                               const assay_ticket_maker *maker, const assay_sieve sieves[],
                               assay_sifted *sifted)
{
    assay_sifted fresh = {0};
    sifting self = {.listed = listed, .sieves = sieves, .to = &fresh};
    assay_status status = new_builders(context, listed, &self.builders);
    if (status == ASSAY_OK)
        status = make_room(context, &self, 1);
    if (status == ASSAY_OK)
        status = sift(context, &self, maker);
    free_builders(listed, self.builders);
    if (status != ASSAY_OK) {
        assay_sifted_free(&fresh);
        return status;
    }
    *sifted = fresh;
    return ASSAY_OK;
}

assay_status assay_listed_tickets(assay_context *context, assay_listed *listed,
                                  const assay_ticket_maker *maker, assay_ticket_taker *take,
                                  void *self)
{
    assay_block block = {.rows = 1};
    uint64_t rows = 0;
    assay_status status = assay_source_rewind(context, listed->source);
    while (status == ASSAY_OK && block.rows > 0) {
        status = next_block(context, listed, maker, false, &rows, &block);
        if (status == ASSAY_OK)
            take(self, block.rows, listed->room->tickets);
    }
    return status == ASSAY_OK ? assay_source_rewind(context, listed->source) : status;
}
