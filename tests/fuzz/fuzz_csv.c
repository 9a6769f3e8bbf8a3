/*
** fuzz_csv.c -- delimited text: read in blocks it is what it is field by field, or refused. The first
** byte chooses the options.
*/
#include "fuzz.h"

#include "data/csv.h"
#include "data/csv_grammar.h"

static assay_csv_options options_of(uint8_t choice)
{
    static const char delimiters[] = {',', ';', '\t', '\0'};
    assay_csv_options options = assay_csv_defaults();
    options.delimiter = delimiters[choice & 3];
    options.fill = (choice & 4) != 0;
    options.naming.clean = (choice & 8) != 0;
    options.skip = (choice & 16) != 0;
    options.encoding = (choice & 32) != 0 ? ASSAY_WINDOWS_1252 : ASSAY_UTF8;
    return options;
}

/* The cells of one block against the text, from the record at `at` on; where they end. */
static size_t check_block(const assay_block *block, size_t columns, const assay_csv_text *text,
                          size_t at)
{
    char *cell = malloc(text->length + 1);
    assay_csv_field field = {.next = at};
    PROMISE(cell != NULL);
    for (size_t row = 0; row < block->rows; row++)
        for (size_t i = 0; i < columns; i++) {
            char scratch[ASSAY_CELL_BYTES];
            size_t length = 0;
            const assay_csv_end end = assay_csv_read_field(text, field.next, &field);
            PROMISE(end == (i + 1 < columns ? ASSAY_CSV_FIELD : ASSAY_CSV_RECORD));
            memcpy(cell, text->bytes + field.from, field.length);
            const size_t want =
                field.doubled ? assay_csv_undouble(cell, field.length, cell) : field.length;
            const char *got = assay_column_cell(block->columns[i], row, scratch, &length);
            PROMISE((got == NULL) == (want == 0));
            PROMISE(got == NULL || (length == want && memcmp(got, cell, want) == 0));
        }
    free(cell);
    return field.next;
}

/* Reads the source to its end; its cells are compared where the text is as it stands in the file. */
static void check_source(assay_context *context, assay_source *source, assay_csv_text text,
                         bool as_it_stands)
{
    assay_block block = {.rows = 1};
    assay_csv_found found;
    size_t at = 0, fields, rows = 0;
    assay_csv_what_was_found(source, &found);
    text.delimiter = found.delimiter;
    if (as_it_stands)
        PROMISE(assay_csv_read_record(&text, 0, &fields, &at, NULL) == ASSAY_CSV_RECORD);
    assay_status status = ASSAY_OK;
    while (block.rows > 0) {
        status = source->next(context, source, &block);
        PROMISE(status == ASSAY_OK || status == ASSAY_EFORMAT);
        if (status != ASSAY_OK)
            break;
        rows += block.rows;
        if (as_it_stands && block.rows > 0)
            at = check_block(&block, source->n_columns, &text, at);
    }
    if (status == ASSAY_EFORMAT)
        PROMISE(context->error.line > 0);
    else if (as_it_stands)
        PROMISE(at == text.length);
    assay_csv_what_was_found(source, &found);
    PROMISE(found.rows == rows);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const assay_csv_options options = options_of(data[0]);
    const assay_csv_text text = {
        .bytes = (const char *)data + 1, .length = size - 1, .whole = true};
    const bool mark = size > 3 && memcmp(data + 1, "\xEF\xBB\xBF", 3) == 0;
    fuzz_door(); /* stays, and is not counted */
    const size_t before = assay_memory_in_use();
    assay_context context = {.threads = 2};
    assay_source *source = NULL;
    const assay_status status =
        assay_csv_open(&context, fuzz_input(data + 1, size - 1), &options, &source);
    PROMISE(status == ASSAY_OK || status == ASSAY_EFORMAT);
    if (status == ASSAY_OK)
        check_source(&context, source, text,
                     !options.fill && options.skip == 0 && options.encoding == ASSAY_UTF8 && !mark);
    assay_source_free(source);
    PROMISE(assay_memory_in_use() == before);
    return 0;
}
