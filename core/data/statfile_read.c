/* statfile_read.c -- ReadStat run over a file in memory. */
#include "data/statfile_parts.h"

#include <math.h>
#include <readstat.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

enum { POLL_EVERY = 16384 };

/* One run of ReadStat. Its handlers cannot return a status, so that the first one is kept here. */
typedef struct reader {
    assay_context *context;
    assay_statfile *file;
    bool values;
    bool counts; /* no variable is kept: the first one is read to count the rows */
    assay_status status;
    size_t calls, wanted, got; /* wanted, got: of the last read */
} reader;

static int keep_status(reader *self, assay_status status)
{
    self->status = status;
    return status == ASSAY_OK ? READSTAT_HANDLER_OK : READSTAT_HANDLER_ABORT;
}

/* ---- the file, as ReadStat sees it ---- */

static int on_open(const char *path, void *self)
{
    (void)path;
    ((reader *)self)->file->position = 0;
    return 0;
}

static int on_close(void *self)
{
    (void)self;
    return 0;
}

/* Whatever ReadStat does in a loop, it reads there. */
static bool is_stopped(reader *self)
{
    const assay_statfile *file = self->file;
    if (self->status == ASSAY_OK && ++self->calls % POLL_EVERY == 0)
        self->status = assay_poll(self->context, file->rows, file->most_rows);
    return self->status != ASSAY_OK;
}

static ssize_t on_read(void *buffer, size_t n, void *self)
{
    reader *run = self;
    assay_statfile *file = run->file;
    const size_t left = file->length - file->position;
    if (is_stopped(run))
        return -1;
    run->wanted = n;
    run->got = n < left ? n : left;
    if (run->got > 0)
        memcpy(buffer, file->bytes + file->position, run->got);
    file->position += run->got;
    return (ssize_t)run->got;
}

static readstat_off_t on_seek(readstat_off_t offset, readstat_io_flags_t from, void *self)
{
    assay_statfile *file = ((reader *)self)->file;
    const int64_t base = from == READSTAT_SEEK_SET   ? 0
                         : from == READSTAT_SEEK_CUR ? (int64_t)file->position
                                                     : (int64_t)file->length;
    const int64_t length = (int64_t)file->length;
    if (is_stopped(self) || offset < -base || offset > length - base)
        return -1;
    file->position = (size_t)(base + offset);
    return base + offset;
}

static readstat_error_t on_update(long size, readstat_progress_handler progress, void *user,
                                  void *self)
{
    (void)size, (void)progress, (void)user;
    return is_stopped(self) ? READSTAT_ERROR_USER_ABORT : READSTAT_OK;
}

/* ---- texts ---- */

static assay_status copy_bytes(reader *self, const char *bytes, size_t length, char **to)
{
    *to = assay_copy_text(bytes, length);
    return *to == NULL ? assay_fail_memory(self->context) : ASSAY_OK;
}

/* A copy of a text of the dictionary; NULL of an empty one. */
static assay_status copy_text(reader *self, const char *text, char **to)
{
    const size_t length = text == NULL ? 0 : strlen(text);
    *to = NULL;
    if (length == 0)
        return ASSAY_OK;
    if (!assay_text_is_utf8(text, length, NULL))
        return assay_statfile_refuse(self->context, self->file,
                                     "has names or labels that are not in %s: give its encoding",
                                     self->file->encoding ? self->file->encoding : "UTF-8");
    return copy_bytes(self, text, length, to);
}

static assay_status copy_key(reader *self, const readstat_value_t *value, assay_statfile_key *key)
{
    *key = (assay_statfile_key){.number = (double)NAN};
    if (readstat_value_type_class(*value) == READSTAT_TYPE_CLASS_STRING) {
        assay_status status = copy_text(self, readstat_string_value(*value), &key->text);
        if (status == ASSAY_OK && key->text == NULL)
            status = copy_bytes(self, "", 0, &key->text);
        key->length = status == ASSAY_OK ? strlen(key->text) : 0;
        return status;
    }
    if (readstat_value_is_tagged_missing(*value))
        key->tag = readstat_value_tag(*value);
    else if (!readstat_value_is_system_missing(*value))
        key->number = readstat_double_value(*value);
    return ASSAY_OK;
}

/* ---- the dictionary ---- */

static int on_metadata(readstat_metadata_t *metadata, void *self)
{
    reader *run = self;
    assay_statfile *file = run->file;
    const char *encoding = file->forced_encoding != NULL ? file->forced_encoding
                           : file->format == ASSAY_SAV   ? readstat_get_file_encoding(metadata)
                           : readstat_get_file_format_version(metadata) >= 118 ? "UTF-8"
                                                                               : "WINDOWS-1252";
    if (run->values)
        return READSTAT_HANDLER_OK;
    assay_status status = copy_text(run, encoding, &file->encoding);
    if (status == ASSAY_OK)
        status = copy_text(run, readstat_get_file_label(metadata), &file->label);
    return keep_status(run, status);
}

/* What the file declares as missing for a variable: values, and ranges from low to high. */
static assay_status copy_ranges(reader *self, const readstat_variable_t *from,
                                assay_statfile_values *variable)
{
    const int n = readstat_variable_get_missing_ranges_count(from);
    for (int i = 0; i < n && i < ASSAY_MISSING_RANGES; i++) {
        const readstat_value_t low = readstat_variable_get_missing_range_lo(from, i);
        const readstat_value_t high = readstat_variable_get_missing_range_hi(from, i);
        const size_t k = variable->n_ranges++;
        assay_status status = copy_key(self, &low, &variable->low[k]);
        if (status == ASSAY_OK)
            status = copy_key(self, &high, &variable->high[k]);
        if (status != ASSAY_OK)
            return status;
    }
    return ASSAY_OK;
}

/* The format; of the text that was widened, the one that the file has. */
static assay_status copy_format(reader *self, const readstat_variable_t *from, char **format)
{
    char own[24];
    const assay_statfile *file = self->file;
    const bool widened =
        file->widened != 0 && readstat_variable_get_storage_width(from) == file->widened;
    snprintf(own, sizeof own, "A%zu", file->longest);
    return copy_text(self, widened ? own : readstat_variable_get_format(from), format);
}

static size_t cut_of(const assay_statfile *file, const readstat_variable_t *from)
{
    const size_t width = readstat_variable_get_storage_width(from);
    const size_t told = file->widened != 0 ? file->widened : file->longest;
    const size_t lost =
        file->longest == 0 || width <= 255 ? 0 : assay_statfile_lost_bytes(width, told);
    return width == file->widened || lost == 0 ? 0 : width - lost;
}

static assay_status copy_variable(reader *self, const readstat_variable_t *from, const char *labels,
                                  assay_statfile_values *variable)
{
    variable->kept = true;
    variable->text = readstat_variable_get_type_class(from) == READSTAT_TYPE_CLASS_STRING;
    assay_status status = copy_text(self, readstat_variable_get_name(from), &variable->name);
    if (status == ASSAY_OK && variable->name == NULL)
        status = copy_bytes(self, "", 0, &variable->name);
    if (status == ASSAY_OK)
        status = copy_text(self, readstat_variable_get_label(from), &variable->label);
    if (status == ASSAY_OK)
        status = copy_format(self, from, &variable->format);
    if (status == ASSAY_OK && labels != NULL)
        status = copy_bytes(self, labels, strnlen(labels, self->file->name_bytes),
                            &variable->labels_name);
    if (status == ASSAY_OK)
        status = copy_ranges(self, from, variable);
    if (variable->text && self->file->format == ASSAY_SAV)
        variable->cut = cut_of(self->file, from);
    variable->about.label = variable->label;
    variable->about.format = variable->format;
    return status;
}

static assay_status add_variable(reader *self, const readstat_variable_t *from, const char *labels)
{
    assay_statfile *file = self->file;
    if (file->n >= ASSAY_STATFILE_COLUMNS)
        return assay_statfile_refuse(self->context, file, "has more than %d variables",
                                     ASSAY_STATFILE_COLUMNS);
    if (!assay_grow(&file->variables, &file->capacity, file->n, sizeof *file->variables))
        return assay_fail_memory(self->context);
    assay_statfile_values *variable = &file->variables[file->n++];
    memset(variable, 0, sizeof *variable);
    return copy_variable(self, from, labels, variable);
}

/* The variables are known when the values are read: those that nobody looks at are left out. */
static int on_variable(int index, readstat_variable_t *variable, const char *labels, void *self)
{
    reader *run = self;
    if (!run->values)
        return keep_status(run, add_variable(run, variable, labels));
    if (index < 0 || (size_t)index >= run->file->n)
        return READSTAT_HANDLER_ABORT;
    const bool read = run->file->variables[index].kept || (run->counts && index == 0);
    return read ? READSTAT_HANDLER_OK : READSTAT_HANDLER_SKIP_VARIABLE;
}

static int on_weight(readstat_variable_t *variable, void *self)
{
    reader *run = self;
    const int index = readstat_variable_get_index(variable);
    if (index >= 0 && (size_t)index < run->file->n)
        run->file->weight = (size_t)index;
    return READSTAT_HANDLER_OK;
}

/* ---- value labels ---- */

/* The labels of that name, made now if there are none. */
static assay_status find_labels(reader *self, const char *name, assay_statfile_labels **labels)
{
    assay_statfile *file = self->file;
    if (file->label_names == NULL && (file->label_names = assay_dictionary_new()) == NULL)
        return assay_fail_memory(self->context);
    if (!assay_grow(&file->labels, &file->labels_capacity, file->n_labels, sizeof *file->labels))
        return assay_fail_memory(self->context);
    const uint32_t code =
        assay_dictionary_add(file->label_names, name, strnlen(name, file->name_bytes));
    if (code == 0)
        return assay_fail_memory(self->context);
    if (code > file->n_labels)
        memset(&file->labels[file->n_labels++], 0, sizeof *file->labels);
    *labels = &file->labels[code - 1];
    return ASSAY_OK;
}

static assay_status add_label(reader *self, const char *name, const readstat_value_t *value,
                              const char *label)
{
    assay_statfile_labels *labels = NULL;
    assay_status status = find_labels(self, name, &labels);
    if (status != ASSAY_OK)
        return status;
    if (!assay_grow(&labels->all, &labels->capacity, labels->n, sizeof *labels->all))
        return assay_fail_memory(self->context);
    assay_statfile_pair *pair = &labels->all[labels->n++];
    *pair = (assay_statfile_pair){0};
    status = copy_key(self, value, &pair->key);
    if (status == ASSAY_OK)
        status = copy_text(self, label, &pair->label);
    return status;
}

static int on_label(const char *name, readstat_value_t value, const char *label, void *self)
{
    reader *run = self;
    if (name == NULL)
        return READSTAT_HANDLER_OK;
    return keep_status(run, add_label(run, name, &value, label));
}

/* ---- values ---- */

/* Counts a value that is declared missing; the first kinds of them by their codes. */
static assay_status count_missing(reader *self, assay_statfile_values *variable,
                                  const assay_statfile_key *key)
{
    variable->about.user_missing++;
    for (size_t i = 0; i < variable->n_missing; i++) {
        const assay_statfile_key *seen = &variable->missing[i].key;
        const bool equal = key->text != NULL ? assay_compare_bytes(key->text, key->length,
                                                                   seen->text, seen->length) == 0
                           : key->tag != 0   ? key->tag == seen->tag
                                             : key->number == seen->number;
        if (equal) {
            variable->missing[i].cases++;
            return ASSAY_OK;
        }
    }
    if (variable->n_missing == ASSAY_MISSING_CODES)
        return ASSAY_OK;
    assay_statfile_pair *fresh = &variable->missing[variable->n_missing];
    *fresh = (assay_statfile_pair){.key = *key, .cases = 1};
    if (key->text != NULL && (fresh->key.text = assay_copy_text(key->text, key->length)) == NULL)
        return assay_fail_memory(self->context);
    variable->n_missing++;
    return ASSAY_OK;
}

static assay_status add_number(reader *self, assay_statfile_values *variable,
                               const readstat_value_t *value)
{
    assay_statfile_key key;
    assay_status status = copy_key(self, value, &key);
    const bool declared = assay_statfile_is_missing(variable, &key);
    if (status == ASSAY_OK && declared)
        status = count_missing(self, variable, &key);
    if (status == ASSAY_OK && !declared && isinf(key.number))
        status = assay_statfile_refuse(self->context, self->file,
                                       "has an infinite value in row %zu of '%.64s'",
                                       variable->rows + 1, variable->name);
    if (status != ASSAY_OK)
        return status;
    if (!assay_grow(&variable->numbers, &variable->capacity, variable->rows,
                    sizeof *variable->numbers))
        return assay_fail_memory(self->context);
    variable->numbers[variable->rows++] = declared ? (double)NAN : key.number;
    return ASSAY_OK;
}

/* The code of a text that is not missing. */
static assay_status code_of(reader *self, assay_statfile_values *variable, const char *text,
                            size_t length, uint32_t *code)
{
    const uint32_t before = assay_dictionary_size(variable->texts);
    *code = assay_dictionary_add(variable->texts, text, length);
    if (*code == 0)
        return assay_fail_memory(self->context);
    if (*code > before && !assay_text_is_utf8(text, length, NULL))
        return assay_statfile_refuse(self->context, self->file,
                                     "has text that is not in %s in row %zu of '%.64s': give its "
                                     "encoding",
                                     self->file->encoding ? self->file->encoding : "UTF-8",
                                     variable->rows + 1, variable->name);
    return ASSAY_OK;
}

/* In an encoding of one byte for each character, the characters count. */
static bool may_be_cut(const assay_statfile_values *variable, const char *text, size_t length)
{
    size_t characters = 0;
    if (variable->cut == 0 || length < variable->cut)
        return false;
    for (size_t i = 0; i < length; i++)
        characters += ((unsigned char)text[i] & 0xC0) != 0x80;
    return length == variable->cut || characters == variable->cut;
}

static assay_status add_text(reader *self, assay_statfile_values *variable,
                             const readstat_value_t *value)
{
    uint32_t code = 0;
    assay_status status = ASSAY_OK;
    const char *text = readstat_string_value(*value);
    const size_t length = text == NULL ? 0 : strlen(text); /* NULL is an empty long text of Stata */
    const assay_statfile_key key = {.text = (char *)text, .length = length};
    if (variable->texts == NULL && (variable->texts = assay_dictionary_new()) == NULL)
        return assay_fail_memory(self->context);
    if (!assay_grow(&variable->codes, &variable->capacity, variable->rows, sizeof *variable->codes))
        return assay_fail_memory(self->context);
    if (length > 0 && assay_statfile_is_missing(variable, &key))
        status = count_missing(self, variable, &key);
    else if (length > 0)
        status = code_of(self, variable, text, length, &code);
    if (status == ASSAY_OK && may_be_cut(variable, text, length))
        status = assay_statfile_refuse(self->context, self->file,
                                       "has a text that may be cut, after %zu bytes, in row %zu "
                                       "of '%.64s'",
                                       variable->cut, variable->rows + 1, variable->name);
    if (status == ASSAY_OK)
        variable->codes[variable->rows++] = code;
    return status;
}

static assay_status add_value(reader *self, int row, int index, const readstat_value_t *value)
{
    assay_statfile *file = self->file;
    const bool text = readstat_value_type_class(*value) == READSTAT_TYPE_CLASS_STRING;
    assay_statfile_values *variable =
        index >= 0 && (size_t)index < file->n ? &file->variables[index] : NULL;
    if (variable == NULL || row < 0 || (uint64_t)row >= file->most_rows || variable->text != text ||
        (variable->kept && (size_t)row != variable->rows))
        return assay_statfile_refuse(self->context, file, "is damaged: row %d does not follow",
                                     row);
    file->rows = (size_t)row + 1;
    if (!variable->kept)
        return ASSAY_OK;
    return text ? add_text(self, variable, value) : add_number(self, variable, value);
}

static int on_value(int row, readstat_variable_t *variable, readstat_value_t value, void *self)
{
    reader *run = self;
    if (is_stopped(run))
        return READSTAT_HANDLER_ABORT;
    return keep_status(run, add_value(run, row, readstat_variable_get_index(variable), &value));
}

/* ---- a run ---- */

static assay_status explain(reader *self, readstat_error_t error)
{
    const assay_statfile *file = self->file;
    const char *message = readstat_error_message(error);
    switch (error) {
    case READSTAT_ERROR_READ:
    case READSTAT_ERROR_ROW_COUNT_MISMATCH:
        return assay_statfile_refuse(self->context, file, "is cut short, or damaged");
    case READSTAT_ERROR_CONVERT_BAD_STRING:
        return assay_statfile_refuse(self->context, file,
                                     "has text that is not in its encoding (%s): give another",
                                     file->forced_encoding ? file->forced_encoding
                                     : file->encoding      ? file->encoding
                                                           : "which it does not say");
    case READSTAT_ERROR_UNSUPPORTED_CHARSET:
        return assay_statfile_refuse(self->context, file,
                                     "cannot be read: there is no encoding '%s'",
                                     file->forced_encoding ? file->forced_encoding : "it says");
    case READSTAT_ERROR_MALLOC:
        return assay_statfile_refuse(self->context, file,
                                     "asks for more memory than there is, or is damaged");
    default:
        return assay_statfile_refuse(self->context, file, "is damaged: %s",
                                     message != NULL ? message : "it stops making sense");
    }
}

/*
** ReadStat stops without a word where Stata's value labels are cut short. They are whole if it
** stopped at the end of the file, before another table, or at the mark behind the last one.
*/
static bool has_all_labels(const reader *self)
{
    const assay_statfile *file = self->file;
    if (file->format != ASSAY_DTA || !self->values)
        return true;
    if (file->bytes[0] == '<')
        return self->wanted == 5 && self->got == 5 &&
               memcmp(file->bytes + file->position - 5, "</val", 5) == 0;
    return self->wanted <= 4 && self->got == 0;
}

static void set_handlers(readstat_parser_t *parser, reader *self)
{
    readstat_set_open_handler(parser, on_open);
    readstat_set_close_handler(parser, on_close);
    readstat_set_read_handler(parser, on_read);
    readstat_set_seek_handler(parser, on_seek);
    readstat_set_update_handler(parser, on_update);
    readstat_set_io_ctx(parser, self);
    readstat_set_metadata_handler(parser, on_metadata);
    readstat_set_variable_handler(parser, on_variable); /* without it, values crash ReadStat */
    readstat_set_fweight_handler(parser, on_weight);
    if (self->values) {
        readstat_set_value_label_handler(parser, on_label);
        readstat_set_value_handler(parser, on_value);
    }
    if (self->file->forced_encoding != NULL)
        readstat_set_file_character_encoding(parser, self->file->forced_encoding);
}

assay_status assay_statfile_parse(assay_context *context, assay_statfile *file, bool values)
{
    reader self = {.context = context, .file = file, .values = values, .counts = true};
    for (size_t i = 0; i < file->n; i++)
        self.counts &= !file->variables[i].kept;
    readstat_parser_t *parser = readstat_parser_init();
    if (parser == NULL)
        return assay_fail_memory(context);
    set_handlers(parser, &self);
    const readstat_error_t error = file->format == ASSAY_SAV
                                       ? readstat_parse_sav(parser, file->name, &self)
                                       : readstat_parse_dta(parser, file->name, &self);
    readstat_parser_free(parser);
    if (self.status != ASSAY_OK)
        return self.status;
    if (error != READSTAT_OK)
        return explain(&self, error);
    return has_all_labels(&self) ? ASSAY_OK
                                 : assay_statfile_refuse(context, file,
                                                         "is cut short, or damaged: its value "
                                                         "labels stop");
}
