/*
** csv_part.c -- a part of a block of delimited text: from bytes to codes, on any thread.
**
** Some thousand fields at a time: the places of all separators are found, it is checked that each
** record has as many as the header, and then the cells are looked up column by column.
*/
#include "data/csv_part.h"

#include "base/memory.h"
#include "base/text.h"

enum { BATCH_ROWS = 2048, BATCH_FOUND = 8192, SCAN_BYTES = 4096 };

/* ---- room ---- */

/* Separators found before records are taken from them: those of one record with one too many fit. */
static size_t found_wanted(const assay_csv_layout *layout)
{
    const size_t two = 2 * (layout->n_fields + 1);
    return two < BATCH_FOUND ? BATCH_FOUND : two;
}

static size_t batch_rows(const assay_csv_layout *layout)
{
    const size_t rows = (found_wanted(layout) + SCAN_BYTES) / layout->n_fields;
    return rows < BATCH_ROWS ? rows : BATCH_ROWS;
}

bool assay_csv_part_start(assay_csv_part *part, const assay_csv_layout *layout)
{
    const size_t found = found_wanted(layout) + SCAN_BYTES + 64;
    *part = (assay_csv_part){0};
    part->cells = assay_alloc_array(layout->n_columns * layout->most_rows, sizeof(assay_csv_span));
    part->unseen = assay_alloc_array(layout->most_unseen, sizeof *part->unseen);
    part->found = assay_alloc_array(found, sizeof *part->found);
    part->ends = assay_alloc_array(found, sizeof *part->ends);
    part->starts = assay_alloc_array(BATCH_ROWS, sizeof *part->starts);
    part->records = assay_alloc_array(layout->most_rows, sizeof *part->records);
    return part->cells != NULL && part->unseen != NULL && part->found != NULL &&
           part->ends != NULL && part->starts != NULL && part->records != NULL;
}

void assay_csv_part_free(assay_csv_part *part)
{
    assay_free(part->cells);
    assay_free(part->unseen);
    assay_free(part->found);
    assay_free(part->ends);
    assay_free(part->starts);
    assay_free(part->records);
}

assay_csv_span *assay_csv_part_spans(const assay_csv_part *part, const assay_csv_layout *layout,
                                     size_t i)
{
    return (assay_csv_span *)part->cells + i * layout->most_rows;
}

uint16_t *assay_csv_part_codes(const assay_csv_part *part, const assay_csv_layout *layout, size_t i)
{
    return (uint16_t *)assay_csv_part_spans(part, layout, i);
}

/* ---- records ---- */

/*
** Records whose fields are known: field c of record r ends in front of ends[r * n_fields + c] and
** starts behind the end before it, or behind starts[r], where the record before ended. A field that
** a short record lacks ends where the one before it does.
*/
typedef struct batch {
    size_t rows, used; /* used: of part->found */
    size_t until;      /* where the last record ends */
    const uint32_t *ends;
} batch;

static bool is_return(const assay_csv_part *part, uint32_t start, uint32_t end)
{
    return end != start + 1 && part->bytes[end - 1] == '\r';
}

/*
** Takes records from n separators if all of them have n_fields fields, as the number of line feeds
** among the separators says too.
*/
static bool take_regular(assay_csv_part *part, const assay_csv_layout *layout, size_t n,
                         uint64_t newlines, size_t most, batch *taken)
{
    const size_t fields = layout->n_fields, rows = n / fields;
    uint32_t *found = part->found;
    bool regular = newlines == rows;
    for (size_t r = 0; regular && r < rows; r++)
        regular = part->bytes[found[r * fields + fields - 1]] == '\n';
    if (!regular)
        return false;
    const size_t taking = rows < most ? rows : most;
    uint32_t before = (uint32_t)part->used - 1;
    for (size_t r = 0; r < taking; r++) {
        uint32_t *last = &found[r * fields + fields - 1];
        part->starts[r] = before;
        before = *last;
        *last -= is_return(part, fields > 1 ? last[-1] : part->starts[r], before);
        part->returns += *last != before;
    }
    *taken = (batch){.rows = taking, .used = taking * fields, .until = before + 1u, .ends = found};
    return true;
}

/* Whether a field has nothing in it, with or without quotes. */
static bool is_empty(const assay_csv_part *part, uint32_t start, uint32_t end)
{
    return end == start + 1 || (end == start + 3 && part->bytes[start + 1] == '"');
}

/*
** One record that ends with the line feed at found[last]. False: it has fields too many, which are
** not all empty, or more than twice as many as the header.
*/
static bool settle_record(assay_csv_part *part, const assay_csv_layout *layout, size_t first,
                          size_t last, uint32_t start, uint32_t ends[])
{
    const size_t fields = last - first + 1, wanted = layout->n_fields;
    uint32_t before = start;
    if (fields > 2 * wanted)
        return false;
    for (size_t i = 0; i < fields; i++) {
        uint32_t end = part->found[first + i];
        if (i + 1 == fields && is_return(part, before, end)) {
            end--;
            part->returns++;
        }
        if (i < wanted)
            ends[i] = end;
        else if (!is_empty(part, before, end))
            return false;
        before = end;
    }
    for (size_t i = fields; i < wanted; i++)
        ends[i] = before;
    part->filled += fields < wanted;
    part->trimmed += fields > wanted;
    return true;
}

/* Takes records of any length, as far as they can be filled or trimmed. */
static void take_ragged(assay_csv_part *part, const assay_csv_layout *layout, size_t n, size_t most,
                        batch *taken)
{
    uint32_t before = (uint32_t)part->used - 1;
    *taken = (batch){.until = part->used, .ends = part->ends};
    for (size_t i = 0; i < n && taken->rows < most; i++) {
        if (part->bytes[part->found[i]] != '\n')
            continue;
        uint32_t *ends = part->ends + taken->rows * layout->n_fields;
        if (!settle_record(part, layout, taken->used, i, before, ends)) {
            part->wrong = true;
            return;
        }
        part->starts[taken->rows++] = before;
        before = part->found[i];
        taken->used = i + 1;
        taken->until = before + 1u;
    }
    if (taken->rows == 0 && n >= found_wanted(layout))
        part->wrong = true; /* no end in sight */
}

/* ---- cells ---- */

/* Where the fields of one column start and end, a record at a time. */
typedef struct strip {
    const uint32_t *befores, *ends;
    size_t stride_before, stride;
} strip;

static strip strip_of(const assay_csv_part *part, const assay_csv_layout *layout,
                      const batch *taken, size_t number)
{
    return (strip){.befores = number == 0 ? part->starts : taken->ends + number - 1,
                   .stride_before = number == 0 ? 1 : layout->n_fields,
                   .ends = taken->ends + number,
                   .stride = layout->n_fields};
}

static inline assay_csv_span cell_at(const strip *along, size_t r)
{
    const uint32_t from = along->befores[r * along->stride_before] + 1;
    return (assay_csv_span){from, along->ends[r * along->stride] - from};
}

/* The code of a cell in quotes. One with quotes in it has to be copied, and counts as unknown. */
static uint32_t code_of_quoted(const assay_coder *coder, const char *bytes, size_t length)
{
    if (memchr(bytes + 1, '"', length - 2) != NULL)
        return ASSAY_CODER_UNKNOWN;
    return assay_coder_find(coder, bytes + 1, length - 2, ASSAY_CODER_ANY);
}

/* `longest` is a constant where this is called, so that it becomes a loop for texts of that length. */
static inline __attribute__((always_inline)) void code_cells(assay_csv_part *part,
                                                             const assay_csv_layout *layout,
                                                             const batch *taken, size_t column,
                                                             assay_coder_length longest)
{
    const assay_coder coder = layout->columns[column].coder;
    const strip along = strip_of(part, layout, taken, layout->columns[column].number);
    uint16_t *codes = assay_csv_part_codes(part, layout, column) + part->rows;
    for (size_t r = 0; r < taken->rows; r++) {
        const assay_csv_span cell = cell_at(&along, r);
        const char *bytes = part->bytes + cell.from;
        uint32_t code = 0;
        if (cell.length != ASSAY_CSV_NO_FIELD)
            code = cell.length > 0 && *bytes == '"'
                       ? code_of_quoted(&coder, bytes, cell.length)
                       : assay_coder_find(&coder, bytes, cell.length, longest);
        if (code == ASSAY_CODER_UNKNOWN) {
            part->unseen[part->n_unseen++] = (assay_csv_unseen){
                .column = (uint32_t)column, .row = (uint32_t)(part->rows + r), .cell = cell};
            code = 0;
        }
        codes[r] = (uint16_t)code;
    }
}

static void code_column(assay_csv_part *part, const assay_csv_layout *layout, const batch *taken,
                        size_t column)
{
    const size_t longest = layout->columns[column].coder.longest;
    if (longest <= ASSAY_CODER_WORD)
        code_cells(part, layout, taken, column, ASSAY_CODER_WORD);
    else if (longest <= ASSAY_CODER_TWO)
        code_cells(part, layout, taken, column, ASSAY_CODER_TWO);
    else
        code_cells(part, layout, taken, column, ASSAY_CODER_ANY);
}

static void note_column(assay_csv_part *part, const assay_csv_layout *layout, const batch *taken,
                        size_t column)
{
    const strip along = strip_of(part, layout, taken, layout->columns[column].number);
    assay_csv_span *spans = assay_csv_part_spans(part, layout, column) + part->rows;
    for (size_t r = 0; r < taken->rows; r++)
        spans[r] = cell_at(&along, r);
}

/* ---- the part ---- */

/* How many records may be taken now: none may find its part without room for it. */
static size_t room(const assay_csv_part *part, const assay_csv_layout *layout)
{
    size_t rows = layout->most_rows - part->rows;
    const size_t at_once = batch_rows(layout);
    rows = rows < at_once ? rows : at_once;
    if (layout->n_coded == 0)
        return rows;
    const size_t unseen = (layout->most_unseen - part->n_unseen) / layout->n_coded;
    return rows < unseen ? rows : unseen;
}

/* The records that the n separators in part->found make, or none, with `wrong` set. */
static void take_batch(assay_csv_part *part, const assay_csv_layout *layout, const assay_scan *scan,
                       size_t n, uint64_t newlines, batch *taken)
{
    *taken = (batch){.until = part->used};
    const size_t most = room(part, layout);
    if (most == 0)
        return;
    if (!take_regular(part, layout, n, newlines, most, taken)) {
        part->wrong = !layout->fill;
        if (layout->fill)
            take_ragged(part, layout, n, most, taken);
    }
    const size_t length = taken->until - part->used;
    if (scan->high != 0 && !assay_text_is_utf8(part->bytes + part->used, length, NULL)) {
        part->wrong = true;
        taken->rows = 0;
    }
}

static void keep_batch(assay_csv_part *part, const assay_csv_layout *layout, const batch *taken)
{
    for (size_t i = 0; i < layout->n_columns; i++)
        if (layout->columns[i].kind == ASSAY_CSV_CODED)
            code_column(part, layout, taken, i);
        else if (layout->columns[i].kind == ASSAY_CSV_PLAIN)
            note_column(part, layout, taken, i);
    for (size_t r = 0; layout->some_later && r < taken->rows; r++)
        part->records[part->rows + r] = part->starts[r] + 1;
    part->rows += taken->rows;
    part->used = taken->until;
}

void assay_csv_part_read(assay_csv_part *part, const assay_csv_layout *layout)
{
    assay_scan scan = assay_scan_start(layout->delimiter);
    const size_t wanted = found_wanted(layout);
    size_t scanned = 0, n = 0;
    uint64_t taken_newlines = 0;
    part->used = part->rows = part->n_unseen = 0;
    part->filled = part->trimmed = part->returns = 0;
    part->wrong = false;
    while (part->used < part->length) {
        batch taken;
        for (size_t to; scanned < part->length && n < wanted; scanned = to) {
            to = part->length - scanned < SCAN_BYTES ? part->length : scanned + SCAN_BYTES;
            n += layout->scan(&scan, part->bytes, scanned, to, part->found + n);
        }
        part->wrong = scan.wrong;
        if (part->wrong)
            break;
        take_batch(part, layout, &scan, n, scan.newlines - taken_newlines, &taken);
        if (taken.rows == 0)
            break;
        keep_batch(part, layout, &taken);
        taken_newlines += taken.rows;
        n -= taken.used;
        memmove(part->found, part->found + taken.used, n * sizeof *part->found);
    }
    part->inner = scan.inner;
}
