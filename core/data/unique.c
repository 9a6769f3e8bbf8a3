/*
** unique.c -- whether each row of a table has a value of its own.
**
** A dictionary of some million ids is larger than the ids, and each look-up waits for memory. Hashes
** are written one behind the other instead and sorted at the end, part by part within the cache.
*/
#include "data/unique.h"

#include <string.h>

#include "base/memory.h"
#include "base/thread.h"
#include "data/index.h"

enum {
    AT_ONCE = 65536,
    WORTHWHILE = 1 << 14,
    TASK_ROWS = 4096,
    PART_SHIFT = 56,
    DIGIT_MOST = 11,
    FEW = 24
};

void assay_unique_free(assay_unique *self)
{
    for (size_t p = 0; p < ASSAY_UNIQUE_PARTS; p++)
        assay_free(self->parts[p].hashes);
    assay_free(self->block);
    assay_free(self->suspects);
    assay_dictionary_release(self->seen);
}

/* ---- hashes ---- */

static uint64_t hash(const char *bytes, size_t length)
{
    uint64_t h = length, word;
    for (; length > 8; length -= 8, bytes += 8) {
        memcpy(&word, bytes, 8);
        h = assay_mix(h ^ word);
    }
    word = 0;
    memcpy(&word, bytes, length);
    return assay_mix(h ^ word);
}

typedef struct hashing {
    const assay_column *column;
    size_t first, n;
    uint64_t *hashes;
} hashing;

/* The hash of a row; false: it has no value, or an empty one. */
static bool hash_row(const assay_column *column, size_t row, uint64_t *to)
{
    char scratch[ASSAY_CELL_BYTES];
    size_t length = 0;
    const char *cell = assay_column_cell(column, row, scratch, &length);
    if (cell == NULL || length == 0)
        return false;
    *to = hash(cell, length);
    return true;
}

static void hash_rows(void *self, size_t task, int worker)
{
    const hashing *all = self;
    const size_t from = task * TASK_ROWS, left = all->n - from;
    const size_t to = from + (left < TASK_ROWS ? left : TASK_ROWS);
    (void)worker;
    for (size_t i = from; i < to; i++)
        if (!hash_row(all->column, all->first + i, &all->hashes[i]))
            all->hashes[i] = 0; /* looked at again below */
}

/* How many rows matter: those in front of the first without a value. */
static size_t rows_that_count(assay_unique *self, const assay_column *column, size_t first,
                              size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint64_t h;
        if (self->block[i] == 0 && !hash_row(column, first + i, &h)) {
            self->none = self->rows + i + 1;
            return i;
        }
    }
    return n;
}

static assay_status make_room(assay_context *context, assay_unique *self, size_t n)
{
    size_t more[ASSAY_UNIQUE_PARTS] = {0};
    for (size_t i = 0; i < n; i++)
        more[self->block[i] >> PART_SHIFT]++;
    for (size_t p = 0; p < ASSAY_UNIQUE_PARTS; p++) {
        struct assay_unique_part *part = &self->parts[p];
        const size_t wanted = part->n + more[p];
        if (wanted <= part->capacity)
            continue;
        const size_t capacity = wanted + wanted / 4;
        uint64_t *grown = assay_resize_array(part->hashes, capacity, sizeof *grown);
        if (grown == NULL)
            return assay_fail_memory(context);
        part->hashes = grown;
        part->capacity = capacity;
    }
    return ASSAY_OK;
}

static assay_status hash_block(assay_context *context, assay_unique *self,
                               const assay_column *column, size_t first, size_t n)
{
    if (n > self->block_capacity) {
        uint64_t *grown = assay_resize_array(self->block, n, sizeof *grown);
        if (grown == NULL)
            return assay_fail_memory(context);
        self->block = grown;
        self->block_capacity = n;
    }
    hashing all = {column, first, n, self->block};
    return assay_parallel(context, (n + TASK_ROWS - 1) / TASK_ROWS, hash_rows, &all);
}

assay_status assay_unique_add(assay_context *context, assay_unique *self,
                              const assay_column *column, size_t first, size_t n)
{
    if (self->none > 0)
        return ASSAY_OK;
    assay_status status = hash_block(context, self, column, first, n);
    const size_t counting = status == ASSAY_OK ? rows_that_count(self, column, first, n) : 0;
    if (status == ASSAY_OK)
        status = make_room(context, self, counting);
    if (status != ASSAY_OK)
        return status;
    for (size_t i = 0; i < counting; i++) {
        struct assay_unique_part *part = &self->parts[self->block[i] >> PART_SHIFT];
        part->hashes[part->n++] = self->block[i];
    }
    self->rows += n;
    return ASSAY_OK;
}

/* ---- those that are the same ---- */

static void sort_few(size_t n, uint64_t hashes[])
{
    for (size_t i = 1; i < n; i++) {
        const uint64_t moved = hashes[i];
        size_t to = i;
        for (; to > 0 && hashes[to - 1] > moved; to--)
            hashes[to] = hashes[to - 1];
        hashes[to] = moved;
    }
}

/* The bits of a digit that parts n hashes into some eight each. */
static int digit_bits(size_t n, int left)
{
    int bits = 4;
    while (bits < DIGIT_MOST && ((size_t)8 << bits) < n)
        bits++;
    return bits < left ? bits : left;
}

/*
** Sorts hashes that have all but their last `left` bits in common: each is swapped into its digit's
** place, which frees the place of the next. Source: McIlroy, Bostic & McIlroy (1993), Computing
** Systems 6(1), Engineering radix sort (American flag sort).
*/
static void sort(size_t n, uint64_t hashes[], int left)
{
    size_t next[1 << DIGIT_MOST], ends[1 << DIGIT_MOST];
    if (n <= FEW || left == 0) {
        if (left > 0)
            sort_few(n, hashes);
        return;
    }
    const int bits = digit_bits(n, left), shift = left - bits;
    const size_t digits = (size_t)1 << bits;
    memset(ends, 0, digits * sizeof ends[0]);
    for (size_t i = 0; i < n; i++)
        ends[(size_t)(hashes[i] >> shift) & (digits - 1)]++;
    for (size_t d = 0, at = 0; d < digits; d++) {
        next[d] = at;
        ends[d] = at += ends[d];
    }
    for (size_t d = 0; d < digits; d++)
        while (next[d] < ends[d]) {
            const uint64_t moved = hashes[next[d]];
            const size_t to = (size_t)(moved >> shift) & (digits - 1);
            hashes[next[d]] = hashes[next[to]];
            hashes[next[to]++] = moved;
        }
    for (size_t d = 0, from = 0; d < digits; from = ends[d++])
        sort(ends[d] - from, hashes + from, shift);
}

static void settle_part(struct assay_unique_part *part)
{
    if (part->n == 0)
        return;
    sort(part->n, part->hashes, PART_SHIFT);
    for (size_t i = 1; i < part->n; i++)
        part->repeated += part->hashes[i] == part->hashes[i - 1];
}

/* As many parts as are worth a thread: all of a short list, one of a long one. */
typedef struct settling {
    assay_unique *self;
    size_t at_once;
} settling;

static void settle_parts(void *all, size_t task, int worker)
{
    const settling *of = all;
    const size_t from = task * of->at_once;
    (void)worker;
    for (size_t p = from; p < from + of->at_once && p < ASSAY_UNIQUE_PARTS; p++)
        settle_part(&of->self->parts[p]);
}

/* Hashes that stand twice or more, each once. */
static void list_suspects(assay_unique *self)
{
    for (size_t p = 0; p < ASSAY_UNIQUE_PARTS; p++) {
        const struct assay_unique_part *part = &self->parts[p];
        for (size_t i = 1; part->repeated > 0 && i < part->n; i++)
            if (part->hashes[i] == part->hashes[i - 1] &&
                (self->n_suspects == 0 || self->suspects[self->n_suspects - 1] != part->hashes[i]))
                self->suspects[self->n_suspects++] = part->hashes[i];
    }
}

assay_status assay_unique_settle(assay_context *context, assay_unique *self)
{
    size_t repeated = 0;
    const size_t in_part = (size_t)(self->rows / ASSAY_UNIQUE_PARTS) + 1;
    settling all = {self, in_part < WORTHWHILE ? WORTHWHILE / in_part : 1};
    const size_t tasks = (ASSAY_UNIQUE_PARTS + all.at_once - 1) / all.at_once;
    const assay_status status = assay_parallel(context, tasks, settle_parts, &all);
    if (status != ASSAY_OK)
        return status;
    for (size_t p = 0; p < ASSAY_UNIQUE_PARTS; p++)
        repeated += self->parts[p].repeated;
    if (repeated > 0) {
        self->suspects = assay_alloc_array(repeated, sizeof *self->suspects);
        self->seen = assay_dictionary_new();
        if (self->suspects == NULL || self->seen == NULL)
            return assay_fail_memory(context);
        list_suspects(self);
    }
    for (size_t p = 0; p < ASSAY_UNIQUE_PARTS; p++) {
        assay_free(self->parts[p].hashes);
        self->parts[p] = (struct assay_unique_part){0};
    }
    self->rows = 0;
    return ASSAY_OK;
}

static bool is_suspect(const assay_unique *self, uint64_t h)
{
    size_t from = 0, to = self->n_suspects;
    while (from < to) {
        const size_t middle = from + (to - from) / 2;
        if (self->suspects[middle] < h)
            from = middle + 1;
        else
            to = middle;
    }
    return from < self->n_suspects && self->suspects[from] == h;
}

assay_status assay_unique_search(assay_context *context, assay_unique *self,
                                 const assay_column *column)
{
    for (size_t row = 0; row < column->length; row++) {
        uint64_t h;
        char scratch[ASSAY_CELL_BYTES];
        size_t length;
        const uint64_t number = self->rows + row + 1;
        if (row % TASK_ROWS == 0 && assay_poll(context, row, column->length) != ASSAY_OK)
            return context->error.status;
        if (self->again > 0 || number == self->none)
            return ASSAY_OK;
        if (!hash_row(column, row, &h) || !is_suspect(self, h))
            continue;
        const uint32_t before = assay_dictionary_size(self->seen);
        const char *cell = assay_column_cell(column, row, scratch, &length);
        const uint32_t code = assay_dictionary_add(self->seen, cell, length);
        if (code == 0)
            return assay_fail_memory(context);
        if (code <= before)
            self->again = number;
    }
    self->rows += column->length;
    return ASSAY_OK;
}

/* ---- the answer ---- */

assay_status assay_unique_answer(assay_context *context, const assay_unique *self, const char *name)
{
    const uint64_t row = self->again > 0 ? self->again : self->none;
    if (row == 0)
        return ASSAY_OK;
    if (self->again > 0)
        assay_fail(context, ASSAY_EREPEATED,
                   "column '%.40s' has the value of row %llu in an earlier row too", name,
                   (unsigned long long)row);
    else
        assay_fail(context, ASSAY_EMISSING, "column '%.40s' has no value in row %llu", name,
                   (unsigned long long)row);
    context->error.row = row;
    return context->error.status;
}

assay_status assay_frame_require_unique(assay_context *context, const assay_frame *frame,
                                        size_t column)
{
    const assay_column *values = assay_frame_column(frame, column);
    assay_unique *self = assay_alloc_zeroed_array(1, sizeof *self);
    if (self == NULL)
        return assay_fail_memory(context);
    assay_status status = ASSAY_OK;
    for (size_t row = 0, n; status == ASSAY_OK && row < values->length; row += n) {
        n = values->length - row < AT_ONCE ? values->length - row : AT_ONCE;
        status = assay_unique_add(context, self, values, row, n);
    }
    if (status == ASSAY_OK)
        status = assay_unique_settle(context, self);
    if (status == ASSAY_OK && self->n_suspects > 0)
        status = assay_unique_search(context, self, values);
    if (status == ASSAY_OK)
        status = assay_unique_answer(context, self, assay_frame_name(frame, column));
    assay_unique_free(self);
    assay_free(self);
    return status;
}
