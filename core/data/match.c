/*
** match.c -- which rows of a table agree.
**
** While the combinations that can be are few, each has a place of its own in a table of first rows.
** Else rows are sorted by their hash into parts so small that the table of one stays in the
** processor's cache, and threads go through the parts. Rows keep their order within a part, so that
** the first row of each kind is met first, whoever does it.
*/
#include "data/match.h"

#include <string.h>

#include "base/memory.h"
#include "base/thread.h"
#include "data/index.h"

#define MOST_CELLS ((uint64_t)1 << 20)
#define BLOCK_ROWS ((size_t)65536)
#define PIECE_ROWS ((size_t)1024)
#define PART_ROWS  ((size_t)8192)
#define MOST_PARTS ((size_t)1024)

/* One column of the key: its values, and for dense ones the least and how many there can be. */
typedef struct part {
    const assay_column *column;
    int64_t least;
    uint64_t size;
} part;

typedef struct matching {
    assay_context *context;
    size_t rows, n;
    part *key;
    uint32_t *firsts;
    /* dense */
    size_t n_cells;
    uint32_t *first_of_cell; /* first_of_cell[worker * n_cells + cell] */
    /* hashed */
    size_t parts;
    uint32_t *hashes;  /* of each row; 0: a part of its key is missing */
    size_t *places;    /* places[block * parts + part]: where the block's rows of a part go */
    size_t *starts;    /* of each part, and the end */
    uint64_t *entries; /* hash and row, part by part */
    size_t heavy;      /* the entries of the largest part that threads do */
    size_t n_slots;    /* of each worker */
    uint32_t *slots;
} matching;

static size_t n_blocks(size_t rows)
{
    return (rows + BLOCK_ROWS - 1) / BLOCK_ROWS;
}

static size_t block_end(const matching *self, size_t block)
{
    return (block + 1) * BLOCK_ROWS < self->rows ? (block + 1) * BLOCK_ROWS : self->rows;
}

/* ---- few combinations: a place for each ---- */

static int64_t whole_at(const assay_column *column, size_t row)
{
    return column->type == ASSAY_INTEGER ? column->integers[row] : column->days[row];
}

/* Whether the column's values are few enough to have a place each: `size` of them, one for none. */
static bool find_range(part *self)
{
    const assay_column *column = self->column;
    int64_t least = INT64_MAX, most = INT64_MIN;
    if (column->type == ASSAY_CATEGORY) {
        *self = (part){.column = column,
                       .size = (uint64_t)assay_dictionary_size(column->dictionary) + 1};
        return self->size <= MOST_CELLS;
    }
    if (column->type != ASSAY_INTEGER && column->type != ASSAY_DATE)
        return false;
    for (size_t row = 0; row < column->length; row++) {
        if (assay_column_is_missing(column, row))
            continue;
        const int64_t value = whole_at(column, row);
        least = value < least ? value : least;
        most = value > most ? value : most;
        if ((uint64_t)most - (uint64_t)least >= MOST_CELLS)
            return false;
    }
    self->least = least;
    self->size = least > most ? 1 : (uint64_t)most - (uint64_t)least + 2;
    return true;
}

static bool is_dense(matching *self)
{
    uint64_t product = 1;
    for (size_t i = 0; i < self->n; i++) {
        if (!find_range(&self->key[i]))
            return false;
        product *= self->key[i].size;
        if (product > MOST_CELLS)
            return false;
    }
    self->n_cells = (size_t)product;
    return true;
}

/* Takes the next column into the cells of n rows; a missing value has the place 0. */
static void add_cells(const part *key, size_t first, size_t n, uint32_t cells[], bool known[])
{
    const assay_column *column = key->column;
    for (size_t i = 0; i < n; i++) {
        const size_t row = first + i;
        uint32_t level;
        if (column->type == ASSAY_CATEGORY)
            level = assay_column_code(column, row);
        else
            level = assay_column_is_missing(column, row)
                        ? 0
                        : (uint32_t)((uint64_t)whole_at(column, row) - (uint64_t)key->least + 1);
        known[i] &= level != 0;
        cells[i] = cells[i] * (uint32_t)key->size + level;
    }
}

/* UINT32_MAX stands for rows without a key. */
static void cells_of_rows(const matching *self, size_t first, size_t n, uint32_t cells[])
{
    bool known[PIECE_ROWS];
    memset(known, true, sizeof known);
    memset(cells, 0, n * sizeof cells[0]);
    for (size_t i = 0; i < self->n; i++)
        add_cells(&self->key[i], first, n, cells, known);
    for (size_t i = 0; i < n; i++)
        cells[i] = known[i] ? cells[i] : UINT32_MAX;
}

static void find_first_of_cells(void *context, size_t block, int worker)
{
    const matching *self = context;
    uint32_t cells[PIECE_ROWS],
        *first_of_cell = self->first_of_cell + (size_t)worker * self->n_cells;
    for (size_t row = block * BLOCK_ROWS; row < block_end(self, block); row += PIECE_ROWS) {
        const size_t left = block_end(self, block) - row, n = left < PIECE_ROWS ? left : PIECE_ROWS;
        cells_of_rows(self, row, n, cells);
        for (size_t i = 0; i < n; i++)
            if (cells[i] != UINT32_MAX && (uint32_t)(row + i) < first_of_cell[cells[i]])
                first_of_cell[cells[i]] = (uint32_t)(row + i);
    }
}

static void look_up_cells(void *context, size_t block, int worker)
{
    const matching *self = context;
    uint32_t cells[PIECE_ROWS];
    (void)worker;
    for (size_t row = block * BLOCK_ROWS; row < block_end(self, block); row += PIECE_ROWS) {
        const size_t left = block_end(self, block) - row, n = left < PIECE_ROWS ? left : PIECE_ROWS;
        cells_of_rows(self, row, n, cells);
        for (size_t i = 0; i < n; i++)
            self->firsts[row + i] =
                cells[i] == UINT32_MAX ? ASSAY_NO_ROW : self->first_of_cell[cells[i]];
    }
}

static assay_status match_dense(matching *self)
{
    const size_t workers = (size_t)assay_workers(self->context), blocks = n_blocks(self->rows);
    self->first_of_cell = assay_alloc_array(workers * self->n_cells, sizeof *self->first_of_cell);
    if (self->first_of_cell == NULL)
        return assay_fail_memory(self->context);
    memset(self->first_of_cell, 0xFF, workers * self->n_cells * sizeof *self->first_of_cell);
    const assay_status status = assay_parallel(self->context, blocks, find_first_of_cells, self);
    for (size_t i = self->n_cells; i < workers * self->n_cells; i++) {
        uint32_t *first = &self->first_of_cell[i % self->n_cells];
        *first = self->first_of_cell[i] < *first ? self->first_of_cell[i] : *first;
    }
    return status == ASSAY_OK ? assay_parallel(self->context, blocks, look_up_cells, self) : status;
}

/* ---- many: hashes ---- */

static uint64_t hash_bytes(const char *bytes, size_t length)
{
    uint64_t h = length, word = 0;
    for (; length >= sizeof word; length -= sizeof word, bytes += sizeof word) {
        memcpy(&word, bytes, sizeof word);
        h = assay_mix(h ^ word);
    }
    word = 0;
    if (length > 0)
        memcpy(&word, bytes, length);
    return assay_mix(h ^ word);
}

static uint64_t number_bits(double number)
{
    uint64_t bits;
    number += 0.0; /* no negative zero */
    memcpy(&bits, &number, sizeof bits);
    return bits;
}

static uint64_t hash_cell(const assay_column *column, size_t row)
{
    size_t length;
    switch (column->type) {
    case ASSAY_CATEGORY:
        return assay_mix(assay_column_code(column, row));
    case ASSAY_NUMBER:
        return assay_mix(number_bits(column->numbers[row]));
    case ASSAY_TEXT: {
        const char *cell = assay_column_cell(column, row, NULL, &length);
        return hash_bytes(cell, length);
    }
    default:
        return assay_mix((uint64_t)whole_at(column, row));
    }
}

static bool same_cell(const assay_column *column, size_t a, size_t b)
{
    size_t a_length, b_length;
    switch (column->type) {
    case ASSAY_CATEGORY:
        return assay_column_code(column, a) == assay_column_code(column, b);
    case ASSAY_NUMBER:
        return number_bits(column->numbers[a]) == number_bits(column->numbers[b]);
    case ASSAY_TEXT: {
        const char *left = assay_column_cell(column, a, NULL, &a_length);
        const char *right = assay_column_cell(column, b, NULL, &b_length);
        return a_length == b_length && (a_length == 0 || memcmp(left, right, a_length) == 0);
    }
    default:
        return whole_at(column, a) == whole_at(column, b);
    }
}

static uint32_t hash_row(const matching *self, size_t row)
{
    uint64_t h = 0;
    for (size_t i = 0; i < self->n; i++) {
        const assay_column *column = self->key[i].column;
        if (assay_column_is_missing(column, row))
            return 0;
        h = i == 0 ? hash_cell(column, row) : assay_mix(h) ^ hash_cell(column, row);
    }
    return (uint32_t)h == 0 ? 1 : (uint32_t)h;
}

static bool same_key(const matching *self, size_t a, size_t b)
{
    size_t i = 0;
    while (i < self->n && same_cell(self->key[i].column, a, b))
        i++;
    return i == self->n;
}

static void hash_block(void *context, size_t block, int worker)
{
    const matching *self = context;
    size_t *counts = self->places + block * self->parts;
    (void)worker;
    for (size_t row = block * BLOCK_ROWS; row < block_end(self, block); row++) {
        const uint32_t h = hash_row(self, row);
        self->hashes[row] = h;
        counts[h & (self->parts - 1)] += h != 0;
    }
}

/* Turns the counts of each block into places. */
static void find_places(matching *self)
{
    size_t place = 0;
    for (size_t i = 0; i < self->parts; i++) {
        self->starts[i] = place;
        for (size_t block = 0; block < n_blocks(self->rows); block++) {
            size_t *at = &self->places[block * self->parts + i], count = *at;
            *at = place;
            place += count;
        }
    }
    self->starts[self->parts] = place;
}

static void place_block(void *context, size_t block, int worker)
{
    const matching *self = context;
    size_t *places = self->places + block * self->parts;
    (void)worker;
    for (size_t row = block * BLOCK_ROWS; row < block_end(self, block); row++) {
        const uint32_t h = self->hashes[row];
        if (h != 0)
            self->entries[places[h & (self->parts - 1)]++] = (uint64_t)h << 32 | row;
        else
            self->firsts[row] = ASSAY_NO_ROW;
    }
}

/* ---- the rows of one part ---- */

static size_t slots_for(size_t entries)
{
    size_t n = 16;
    while (n < 2 * entries)
        n *= 2;
    return n;
}

/* Entries from..to - 1 of the part that starts at `start`; slots[n_slots] has those before them. */
static void match_entries(const matching *self, size_t start, size_t from, size_t to,
                          uint32_t slots[], size_t n_slots)
{
    for (size_t i = from; i < to; i++) {
        const uint64_t entry = self->entries[i];
        const uint32_t row = (uint32_t)entry;
        /* the low bits of the hash chose the part */
        size_t slot = (size_t)assay_mix(entry >> 32) & (n_slots - 1);
        uint32_t first = row;
        for (; slots[slot] != 0; slot = (slot + 1) & (n_slots - 1)) {
            const uint64_t other = self->entries[start + slots[slot] - 1];
            if (other >> 32 == entry >> 32 && same_key(self, (uint32_t)other, row)) {
                first = (uint32_t)other;
                break;
            }
        }
        if (first == row)
            slots[slot] = (uint32_t)(i - start + 1);
        self->firsts[row] = first;
    }
}

static void match_part(void *context, size_t i, int worker)
{
    const matching *self = context;
    const size_t start = self->starts[i], end = self->starts[i + 1];
    if (end - start > self->heavy)
        return;
    const size_t n_slots = slots_for(end - start);
    uint32_t *slots = self->slots + (size_t)worker * self->n_slots;
    memset(slots, 0, n_slots * sizeof *slots);
    match_entries(self, start, start, end, slots, n_slots);
}

/* A part that one value fills, or nearly: it has more room of its own, and is polled on its way. */
static assay_status match_heavy(matching *self, size_t i)
{
    const size_t start = self->starts[i], end = self->starts[i + 1];
    const size_t n_slots = slots_for(end - start);
    uint32_t *slots = assay_alloc_zeroed_array(n_slots, sizeof *slots);
    assay_status status = slots == NULL ? assay_fail_memory(self->context) : ASSAY_OK;
    for (size_t from = start; status == ASSAY_OK && from < end; from += BLOCK_ROWS) {
        const size_t to = end - from < BLOCK_ROWS ? end : from + BLOCK_ROWS;
        match_entries(self, start, from, to, slots, n_slots);
        status = assay_poll(self->context, to, self->rows);
    }
    assay_free(slots);
    return status;
}

static assay_status match_parts(matching *self)
{
    const size_t mean = self->starts[self->parts] / self->parts;
    self->heavy = 4 * mean + 1024;
    self->n_slots = slots_for(self->heavy);
    self->slots = assay_alloc_array((size_t)assay_workers(self->context) * self->n_slots,
                                    sizeof *self->slots);
    if (self->slots == NULL)
        return assay_fail_memory(self->context);
    assay_status status = assay_parallel(self->context, self->parts, match_part, self);
    for (size_t i = 0; status == ASSAY_OK && i < self->parts; i++)
        if (self->starts[i + 1] - self->starts[i] > self->heavy)
            status = match_heavy(self, i);
    return status;
}

static assay_status match_hashed(matching *self)
{
    const size_t blocks = n_blocks(self->rows);
    self->parts = 1;
    while (self->parts < MOST_PARTS && self->rows / self->parts > PART_ROWS)
        self->parts *= 2;
    self->hashes = assay_alloc_array(self->rows, sizeof *self->hashes);
    self->places = assay_alloc_zeroed_array(blocks * self->parts, sizeof *self->places);
    self->starts = assay_alloc_array(self->parts + 1, sizeof *self->starts);
    self->entries = assay_alloc_array(self->rows, sizeof *self->entries);
    if (self->hashes == NULL || self->places == NULL || self->starts == NULL ||
        self->entries == NULL)
        return assay_fail_memory(self->context);
    assay_status status = assay_parallel(self->context, blocks, hash_block, self);
    if (status != ASSAY_OK)
        return status;
    find_places(self);
    status = assay_parallel(self->context, blocks, place_block, self);
    return status == ASSAY_OK ? match_parts(self) : status;
}

assay_status assay_match(assay_context *context, const assay_frame *frame, size_t n,
                         const size_t columns[], uint32_t firsts[])
{
    matching self = {.context = context, .rows = assay_frame_rows(frame), .n = n, .firsts = firsts};
    self.key = assay_alloc_zeroed_array(n, sizeof *self.key);
    if (self.key == NULL)
        return assay_fail_memory(context);
    for (size_t i = 0; i < n; i++)
        self.key[i].column = assay_frame_column(frame, columns[i]);
    const assay_status status = is_dense(&self) ? match_dense(&self) : match_hashed(&self);
    assay_free(self.key);
    assay_free(self.first_of_cell);
    assay_free(self.hashes);
    assay_free(self.places);
    assay_free(self.starts);
    assay_free(self.entries);
    assay_free(self.slots);
    return status;
}
