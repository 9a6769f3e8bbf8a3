/* statfile.c -- the files of statistics programs as sources of blocks. */
#include "data/statfile_parts.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

assay_status assay_statfile_refuse(assay_context *context, const assay_statfile *file,
                                   const char *format, ...)
{
    char message[400];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    assay_fail(context, ASSAY_EFORMAT, "'%.80s' %s", file->name, message);
    return assay_blame_file(context, file->name);
}

/* ---- what is released ---- */

static void free_key(assay_statfile_key *key)
{
    assay_free(key->text);
}

static void free_codes(const assay_statfile_code *codes, size_t n)
{
    for (size_t i = 0; codes != NULL && i < n; i++) {
        assay_free((char *)codes[i].code);
        assay_free((char *)codes[i].label);
    }
    assay_free((assay_statfile_code *)codes);
}

static void free_values(assay_statfile_values *variable)
{
    assay_free(variable->numbers);
    assay_free(variable->codes);
    assay_dictionary_release(variable->texts);
    variable->numbers = NULL;
    variable->codes = NULL;
    variable->texts = NULL;
}

static void free_variable(assay_statfile_values *variable)
{
    for (size_t i = 0; i < variable->n_ranges; i++) {
        free_key(&variable->low[i]);
        free_key(&variable->high[i]);
    }
    for (size_t i = 0; i < variable->n_missing; i++)
        free_key(&variable->missing[i].key);
    free_codes(variable->about.missing, variable->about.n_missing);
    free_codes(variable->about.labels, variable->about.n_labels);
    assay_free(variable->name);
    assay_free(variable->written);
    assay_free(variable->labels_name);
    assay_free(variable->label);
    assay_free(variable->format);
    assay_dictionary_release(variable->levels);
    free_values(variable);
}

static void free_labels(assay_statfile *file)
{
    for (size_t i = 0; i < file->n_labels; i++) {
        assay_statfile_labels *labels = &file->labels[i];
        for (size_t k = 0; k < labels->n; k++) {
            free_key(&labels->all[k].key);
            assay_free(labels->all[k].label);
        }
        assay_free(labels->all);
    }
    assay_free(file->labels);
    assay_dictionary_release(file->label_names);
    file->label_names = NULL;
    file->labels = NULL;
    file->n_labels = file->labels_capacity = 0;
}

static void free_file(assay_source *source)
{
    assay_statfile *file = (assay_statfile *)source;
    for (size_t i = 0; i < file->n; i++)
        free_variable(&file->variables[i]);
    free_labels(file);
    assay_source_free(file->blocks);
    assay_frame_free(file->frame);
    assay_free(file->variables);
    assay_free(file->names);
    assay_free(file->wishes);
    assay_free(file->columns);
    assay_free(file->bytes);
    assay_free(file->name);
    assay_free(file->forced_encoding);
    assay_free(file->encoding);
    assay_free(file->label);
    assay_free(file);
}

/* ---- blocks ---- */

static void keep_variables(assay_source *source, const bool keep[])
{
    assay_statfile *file = (assay_statfile *)source;
    for (size_t i = 0; i < file->n; i++)
        file->variables[i].kept = keep[i];
}

/* The wish that reading the column's cells again needs, so that they give the same column. */
static assay_column_wish wish_for(const assay_column *column)
{
    const bool declared =
        column->dictionary != NULL && assay_dictionary_is_declared(column->dictionary);
    return (assay_column_wish){.type = column->type,
                               .levels = declared ? column->dictionary : NULL};
}

static assay_status add_to_frame(assay_context *context, assay_statfile *file, size_t i)
{
    assay_statfile_values *variable = &file->variables[i];
    if (!variable->kept)
        return ASSAY_OK;
    if (variable->rows != file->rows)
        return assay_statfile_refuse(context, file, "is damaged: '%.64s' has %zu of %zu rows",
                                     variable->name, variable->rows, file->rows);
    assay_column *column;
    const assay_status status = assay_statfile_finish(context, file, variable, &column);
    free_values(variable); /* as early as can be */
    if (status != ASSAY_OK)
        return status;
    file->wishes[i] = wish_for(column);
    variable->levels = assay_dictionary_retain(column->dictionary);
    return assay_frame_add(context, file->frame, variable->name, column);
}

static assay_status read_values(assay_context *context, assay_statfile *file)
{
    assay_status status = assay_statfile_parse(context, file, true);
    assay_free(file->bytes);
    file->bytes = NULL;
    if (status == ASSAY_OK)
        status = assay_frame_new(context, &file->frame);
    for (size_t i = 0; status == ASSAY_OK && i < file->n; i++)
        status = add_to_frame(context, file, i);
    if (status == ASSAY_OK)
        status = assay_source_of_frame(context, file->frame, &file->blocks);
    free_labels(file);
    file->is_read = true;
    return status;
}

/* Rows without columns, where none is kept. */
static void next_of_none(assay_statfile *file, assay_block *block)
{
    const size_t left = file->rows - file->row;
    *block = (assay_block){.rows = left < ASSAY_BLOCK_ROWS ? left : ASSAY_BLOCK_ROWS,
                           .columns = file->columns};
    file->row += block->rows;
}

static assay_status next_of_file(assay_context *context, assay_source *source, assay_block *block)
{
    assay_statfile *file = (assay_statfile *)source;
    if (!file->is_read) {
        const assay_status status = read_values(context, file);
        if (status != ASSAY_OK)
            return status;
    }
    if (file->blocks == NULL) /* reading failed before */
        return assay_statfile_refuse(context, file, "could not be read");
    if (assay_frame_columns(file->frame) == 0) {
        next_of_none(file, block);
        return ASSAY_OK;
    }
    const assay_status status = file->blocks->next(context, file->blocks, block);
    if (status != ASSAY_OK)
        return status;
    for (size_t i = 0, k = 0; i < file->n; i++)
        file->columns[i] = file->variables[i].kept ? block->columns[k++] : NULL;
    block->columns = file->columns;
    return ASSAY_OK;
}

/* ---- opening ---- */

/* The whole file; its size is known only when it is read. */
static assay_status load(assay_context *context, assay_statfile *file, assay_input *input)
{
    size_t capacity = 0;
    for (;;) {
        size_t got;
        if (!assay_grow(&file->bytes, &capacity, file->length, 1))
            return assay_fail_memory(context);
        assay_status status = assay_input_read(context, input, file->bytes + file->length,
                                               capacity - file->length, &got);
        if (status == ASSAY_OK)
            status = assay_poll(context, file->length, 0);
        if (status != ASSAY_OK || got == 0)
            return status;
        file->length += got;
    }
}

static assay_status copy(assay_context *context, const char *text, char **to)
{
    *to = text == NULL ? NULL : assay_copy_text(text, strlen(text));
    return text != NULL && *to == NULL ? assay_fail_memory(context) : ASSAY_OK;
}

static assay_status keep_written_names(assay_context *context, assay_statfile *file)
{
    assay_status status = ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && i < file->n; i++) {
        assay_statfile_values *variable = &file->variables[i];
        status = copy(context, variable->name, &variable->written);
        variable->about.written = variable->written;
    }
    return status;
}

/* Cleans and renames; no name is empty or there twice. */
static assay_status settle_names(assay_context *context, assay_statfile *file,
                                 const assay_naming *naming)
{
    size_t wrong;
    char **names = assay_alloc_array(file->n, sizeof *names);
    if (names == NULL)
        return assay_fail_memory(context);
    for (size_t i = 0; i < file->n; i++)
        names[i] = file->variables[i].name;
    assay_status status = keep_written_names(context, file);
    if (status == ASSAY_OK)
        status = assay_names_settle(context, naming, file->n, names, &wrong);
    for (size_t i = 0; i < file->n; i++)
        file->names[i] = file->variables[i].name = names[i];
    assay_free(names);
    return status == ASSAY_EFORMAT ? assay_blame_file(context, file->name) : status;
}

static assay_status read_dictionary(assay_context *context, assay_statfile *file,
                                    const assay_naming *naming)
{
    assay_status status = file->format == ASSAY_SAV ? assay_statfile_check_sav(context, file)
                                                    : assay_statfile_check_dta(context, file);
    if (status != ASSAY_OK)
        return status;
    if (file->format == ASSAY_SAV)
        assay_statfile_widen(file);
    status = assay_statfile_parse(context, file, false);
    if (status != ASSAY_OK)
        return status;
    if (file->n == 0)
        return assay_statfile_refuse(context, file, "has no variables");
    file->names = assay_alloc_zeroed_array(file->n, sizeof *file->names);
    file->wishes = assay_alloc_zeroed_array(file->n, sizeof *file->wishes);
    file->columns = assay_alloc_zeroed_array(file->n, sizeof(assay_column *));
    if (file->names == NULL || file->wishes == NULL || file->columns == NULL)
        return assay_fail_memory(context);
    for (size_t i = 0; i < file->n; i++)
        file->wishes[i].type = ASSAY_INFER;
    return settle_names(context, file, naming);
}

assay_status assay_statfile_open(assay_context *context, assay_input *input,
                                 const assay_statfile_options *options, assay_source **source)
{
    assay_statfile *file = assay_alloc_zeroed_array(1, sizeof *file);
    assay_status status = file == NULL ? assay_fail_memory(context) : ASSAY_OK;
    if (status == ASSAY_OK) {
        file->format = options->format;
        file->weight = ASSAY_NO_COLUMN;
        status = copy(context, assay_input_name(input), &file->name);
    }
    if (status == ASSAY_OK)
        status = copy(context, options->encoding, &file->forced_encoding);
    if (status == ASSAY_OK)
        status = load(context, file, input);
    assay_input_close(input);
    if (status == ASSAY_OK)
        status = read_dictionary(context, file, &options->naming);
    if (status != ASSAY_OK) {
        if (file != NULL)
            free_file(&file->face);
        return status;
    }
    file->face = (assay_source){.n_columns = file->n,
                                .names = file->names,
                                .wishes = file->wishes,
                                .keep = keep_variables,
                                .next = next_of_file,
                                .free = free_file};
    *source = &file->face;
    return ASSAY_OK;
}

/* ---- what else the file says ---- */

const assay_statfile *assay_statfile_of(const assay_source *source)
{
    return source->next == next_of_file ? (const assay_statfile *)source : NULL;
}

const assay_statfile_variable *assay_statfile_variable_at(const assay_statfile *file, size_t i)
{
    return &file->variables[i].about;
}

const char *assay_statfile_encoding(const assay_statfile *file)
{
    return file->encoding;
}

const char *assay_statfile_label(const assay_statfile *file)
{
    return file->label;
}

size_t assay_statfile_weight(const assay_statfile *file)
{
    return file->weight;
}
