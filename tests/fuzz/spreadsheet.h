/* spreadsheet.h -- what the targets of both formats share: a file read to its end. */
#ifndef ASSAY_TESTS_FUZZ_SPREADSHEET_H
#define ASSAY_TESTS_FUZZ_SPREADSHEET_H

#include "fuzz.h"

#include "../core/zip.h"
#include "data/spreadsheet.h"

/* Reads all blocks; what goes wrong must be said, and nothing may be left behind. */
static inline void fuzz_spreadsheet(const uint8_t *data, size_t size)
{
    assay_source *source = NULL;
    assay_context context = {.threads = 1};
    assay_spreadsheet_options options = assay_spreadsheet_defaults();
    assay_input *input = fuzz_input(data, size);
    const size_t before = assay_memory_in_use();
    assay_memory_set_ceiling(before + ((size_t)256 << 20));
    assay_status status = assay_spreadsheet_open(&context, input, &options, &source);
    for (assay_block block = {.rows = 1}; status == ASSAY_OK && block.rows > 0;)
        status = source->next(&context, source, &block);
    PROMISE(status == ASSAY_OK ||
            (context.error.status == status && context.error.message[0] != '\0'));
    assay_source_free(source);
    assay_memory_set_ceiling(0);
    PROMISE(assay_memory_in_use() < before);
}

/* The next of the parts that an input without a zip of its own is made of, each with its 0 byte. */
static inline char *fuzz_part(const uint8_t **data, size_t *size)
{
    const uint8_t *end = memchr(*data, 0xFF, *size); /* in no XML */
    const size_t length = end == NULL ? *size : (size_t)(end - *data);
    char *text = malloc(length + 1);
    memcpy(text, *data, length);
    text[length] = '\0';
    *data += length + (end != NULL);
    *size -= length + (end != NULL);
    return text;
}

#endif
