/* csv_block.c -- the parts of a block put together as columns. */
#include "data/csv_block.h"

#include <string.h>

#include "data/column_own.h"
#include "data/csv_grammar.h"

static bool means_missing(const assay_csv_cells *cells, const char *bytes, size_t length)
{
    if ((cells->missing_lengths >> (length < 63 ? length : 63) & 1) == 0)
        return false;
    for (size_t i = 0; i < cells->n_missing; i++)
        if (strlen(cells->missing[i]) == length && memcmp(cells->missing[i], bytes, length) == 0)
            return true;
    return false;
}

void assay_csv_cells_start(assay_csv_cells *cells, size_t n_missing, const char *const missing[])
{
    *cells = (assay_csv_cells){.n_missing = n_missing, .missing = missing};
    for (size_t i = 0; i < n_missing; i++) {
        const size_t length = strlen(missing[i]);
        cells->missing_lengths |= (uint64_t)1 << (length < 63 ? length : 63);
    }
}

/* A cell in quotes without them; *length changes. NULL when out of memory. */
static const char *unquote(assay_csv_cells *cells, const char *quoted, size_t *length)
{
    const char *text = quoted + 1;
    *length -= 2;
    if (memchr(text, '"', *length) == NULL)
        return text;
    cells->scratch.length = 0;
    if (!assay_append(&cells->scratch, text, *length))
        return NULL;
    *length = assay_csv_undouble(text, *length, cells->scratch.bytes);
    return cells->scratch.bytes;
}

/* A cell as it is meant: without its quotes, NULL if missing, and false when out of memory. */
static bool text_of(const assay_csv_part *part, assay_csv_cells *cells, assay_csv_span cell,
                    const char **text, size_t *length)
{
    *length = cell.length;
    *text = cell.length == ASSAY_CSV_NO_FIELD ? NULL : part->bytes + cell.from;
    if (*text == NULL)
        return true;
    if (*length > 0 && **text == '"' && (*text = unquote(cells, *text, length)) == NULL)
        return false;
    if (means_missing(cells, *text, *length))
        *text = NULL;
    return true;
}

/* ---- codes ---- */

assay_status assay_csv_block_settle(assay_context *context, const assay_csv_layout *layout,
                                    assay_csv_cells *cells, assay_csv_part *part)
{
    for (size_t i = 0; i < part->n_unseen; i++) {
        const assay_csv_unseen *unseen = &part->unseen[i];
        assay_coder *coder = &layout->columns[unseen->column].coder;
        const char *text;
        size_t length;
        uint32_t code = 0;
        if (!text_of(part, cells, unseen->cell, &text, &length) ||
            (text != NULL && (code = assay_coder_add(coder, text, length)) == 0))
            return assay_fail_memory(context);
        assay_csv_part_codes(part, layout, unseen->column)[unseen->row] = (uint16_t)code;
    }
    return ASSAY_OK;
}

static void copy_narrow(const uint16_t *from, size_t n, uint8_t *to)
{
    for (size_t i = 0; i < n; i++)
        to[i] = (uint8_t)from[i];
}

static assay_status column_of_codes(assay_context *context, const assay_csv_layout *layout,
                                    size_t i, size_t n_parts, const assay_csv_part parts[],
                                    size_t rows, assay_column **column)
{
    assay_dictionary *texts = layout->columns[i].coder.texts;
    const uint8_t width = assay_code_width(assay_dictionary_size(texts));
    assay_column *fresh = assay_column_make(ASSAY_CATEGORY, width, rows);
    if (fresh == NULL)
        return assay_fail_memory(context);
    size_t row = 0;
    for (size_t p = 0; p < n_parts; row += parts[p++].rows) {
        const uint16_t *codes = assay_csv_part_codes(&parts[p], layout, i);
        if (width == 1)
            copy_narrow(codes, parts[p].rows, (uint8_t *)fresh->own->values + row);
        else
            memcpy((uint16_t *)fresh->own->values + row, codes, parts[p].rows * sizeof *codes);
    }
    fresh->dictionary = assay_dictionary_retain(texts);
    *column = fresh;
    return ASSAY_OK;
}

/* ---- texts ---- */

static size_t bytes_of_spans(const assay_csv_span spans[], size_t n)
{
    size_t bytes = 0;
    for (size_t i = 0; i < n; i++)
        bytes += spans[i].length == ASSAY_CSV_NO_FIELD ? 0 : spans[i].length;
    return bytes;
}

static assay_status column_of_texts(assay_context *context, const assay_csv_layout *layout,
                                    assay_csv_cells *cells, size_t i, size_t n_parts,
                                    const assay_csv_part parts[], size_t rows,
                                    assay_column **column)
{
    size_t bytes = 0, row = 0;
    bool good = true;
    assay_column *fresh;
    for (size_t p = 0; p < n_parts; p++)
        bytes += bytes_of_spans(assay_csv_part_spans(&parts[p], layout, i), parts[p].rows);
    const assay_status status = assay_column_make_text(context, rows, bytes, true, &fresh);
    if (status != ASSAY_OK)
        return status;
    for (size_t p = 0; p < n_parts; p++) {
        const assay_csv_span *spans = assay_csv_part_spans(&parts[p], layout, i);
        for (size_t r = 0; good && r < parts[p].rows; r++) {
            const char *text;
            size_t length;
            good = text_of(&parts[p], cells, spans[r], &text, &length);
            if (good)
                assay_column_put(fresh, row++, text, length);
        }
    }
    if (!good) {
        assay_column_release(fresh);
        return assay_fail_memory(context);
    }
    *column = fresh;
    return ASSAY_OK;
}

/* ---- cells read later ---- */

/* A field as it is meant, as text_of has it, added to a builder. */
static assay_status add_field(assay_context *context, const assay_csv_part *part,
                              assay_csv_cells *cells, const assay_csv_field *field,
                              assay_builder *builder)
{
    const char *text = part->bytes + field->from;
    size_t length = field->length;
    if (field->doubled) {
        cells->scratch.length = 0;
        if (!assay_append(&cells->scratch, text, length))
            return assay_fail_memory(context);
        length = assay_csv_undouble(text, length, cells->scratch.bytes);
        text = cells->scratch.bytes;
    }
    return means_missing(cells, text, length) ? assay_builder_add_missing(context, builder)
                                              : assay_builder_add(context, builder, text, length);
}

assay_status assay_csv_block_fetch(assay_context *context, const assay_csv_layout *layout,
                                   assay_csv_cells *cells, const assay_csv_part *part, size_t row,
                                   assay_builder *const builders[])
{
    const assay_csv_text text = {.bytes = part->bytes,
                                 .length = part->length,
                                 .whole = true,
                                 .delimiter = layout->delimiter};
    assay_csv_field field = {.next = part->records[row]};
    assay_csv_end end = ASSAY_CSV_FIELD;
    size_t read = 0; /* fields of the record */
    assay_status status = ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && i < layout->n_columns; i++) {
        const assay_csv_column *column = &layout->columns[i];
        if (column->kind != ASSAY_CSV_LATER)
            continue;
        for (; read <= column->number && end == ASSAY_CSV_FIELD; read++)
            end = assay_csv_read_field(&text, field.next, &field);
        status = read > column->number
                     ? add_field(context, part, cells, &field, builders[column->number])
                     : assay_builder_add_missing(context, builders[column->number]);
    }
    return status;
}

assay_status assay_csv_block_column(assay_context *context, const assay_csv_layout *layout,
                                    assay_csv_cells *cells, size_t i, size_t n_parts,
                                    const assay_csv_part parts[], assay_column **column)
{
    size_t rows = 0;
    for (size_t p = 0; p < n_parts; p++)
        rows += parts[p].rows;
    if (layout->columns[i].kind == ASSAY_CSV_CODED)
        return column_of_codes(context, layout, i, n_parts, parts, rows, column);
    return column_of_texts(context, layout, cells, i, n_parts, parts, rows, column);
}
