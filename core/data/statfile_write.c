/* statfile_write.c -- a frame as SPSS system file. */
#include "data/statfile_parts.h"

#include <math.h>
#include <readstat.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

enum {
    MOST_COLUMNS = 10000,
    NAME_BYTES = 64,
    LABEL_BYTES = 256,
    LEVEL_BYTES = 120,
    TEXT_BYTES = 32767,
    POLL_ROWS = 1024,
    SPSS_START = -141428 /* 1582-10-14 in days from 1970-01-01 */
};
#define WHOLE ((int64_t)1 << 53)

/* How one column is written. */
typedef struct plan {
    const assay_column *column;
    const char *name;
    char key[ASSAY_STATFILE_SHORT]; /* its name, for ReadStat */
    bool as_text;
    uint32_t *ranks; /* of a category's codes: ranks[code] */
    readstat_variable_t *variable;
} plan;

typedef struct writer {
    assay_context *context;
    assay_output *output;
    readstat_writer_t *file;
    size_t n, longest; /* bytes of text in a cell */
    plan *plans;
    char *scratch; /* scratch[longest + 1] */
    const assay_frame *frame;
    assay_bytes dictionary; /* until it is written */
    bool has_dictionary;    /* it is */
    assay_status status;
    assay_statfile_lost lost;
} writer;

static assay_status refuse(const writer *self, const plan *of, const char *why)
{
    char quoted[ASSAY_QUOTED];
    assay_fail(self->context, ASSAY_EDOM, "column '%s' %s",
               assay_quote(of->name, strlen(of->name), quoted), why);
    return assay_blame_argument(self->context, of->name);
}

static assay_status refuse_cell(const writer *self, const plan *of, size_t row, const char *why)
{
    char quoted[ASSAY_QUOTED];
    assay_fail(self->context, ASSAY_EDOM, "row %zu, column '%s': %s", row + 1,
               assay_quote(of->name, strlen(of->name), quoted), why);
    self->context->error.row = row + 1;
    return assay_blame_argument(self->context, of->name);
}

/* ---- names ---- */

static bool is_letter(unsigned char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c >= 0x80;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
}

static bool is_legal(const char *name)
{
    const size_t n = strlen(name);
    if (n > NAME_BYTES || !(is_letter((unsigned char)name[0]) || name[0] == '@') ||
        name[n - 1] == '.')
        return false;
    for (size_t i = 0; i < n; i++)
        if (!is_letter((unsigned char)name[i]) && strchr("0123456789._$#@", name[i]) == NULL)
            return false;
    return true;
}

/* Words of SPSS's language; `folded` is in lower case. */
static bool is_reserved(const char *folded)
{
    static const char *const words[] = {"all", "and", "by",  "eq", "ge", "gt",  "le",
                                        "lt",  "ne",  "not", "or", "to", "with"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(folded, words[i]) == 0)
            return true;
    return false;
}

static assay_status check_name(const writer *self, const plan *of, assay_dictionary *seen)
{
    char folded[NAME_BYTES + 1];
    if (!is_legal(of->name))
        return refuse(self, of,
                      "has a name that SPSS does not take: it begins with a letter, has letters, "
                      "digits and . _ $ # @ only, and at most 64 bytes; rename it");
    const size_t n = strlen(of->name), before = assay_dictionary_size(seen);
    for (size_t i = 0; i <= n; i++)
        folded[i] = lower(of->name[i]);
    if (is_reserved(folded))
        return refuse(self, of, "has a name that is a word of SPSS's language; rename it");
    const uint32_t code = assay_dictionary_add(seen, folded, n);
    if (code == 0)
        return assay_fail_memory(self->context);
    return code > before
               ? ASSAY_OK
               : refuse(self, of, "has the name of another, but for capital letters; rename it");
}

static assay_status check_names(const writer *self)
{
    assay_dictionary *seen = assay_dictionary_new();
    assay_status status = seen == NULL ? assay_fail_memory(self->context) : ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && i < self->n; i++)
        status = check_name(self, &self->plans[i], seen);
    assay_dictionary_release(seen);
    return status;
}

/* ---- levels ---- */

typedef struct level {
    const char *text;
    size_t length;
    uint32_t code;
} level;

static int compare_levels(const void *a, const void *b)
{
    const level *x = a, *y = b;
    return assay_compare_bytes(x->text, x->length, y->text, y->length);
}

/* Labels are texts of 1 to 120 bytes without a 0 byte; other levels make the column text. */
static bool can_be_labels(const assay_dictionary *levels)
{
    const uint32_t n = assay_dictionary_size(levels);
    for (uint32_t code = 1; code <= n; code++) {
        size_t length;
        const char *text = assay_dictionary_text(levels, code, &length);
        if (length == 0 || length > LEVEL_BYTES || memchr(text, '\0', length) != NULL)
            return false;
    }
    return true;
}

static void add_label(readstat_label_set_t *set, const level *of, uint32_t rank)
{
    char label[LEVEL_BYTES + 1];
    memcpy(label, of->text, of->length);
    label[of->length] = '\0';
    readstat_label_double_value(set, rank, label);
}

/* Numbers the levels in the order in which they are listed, and gives the file their labels. */
static assay_status add_levels(const writer *self, plan *of, readstat_label_set_t *set)
{
    const assay_dictionary *from = of->column->dictionary;
    const uint32_t n = assay_dictionary_size(from);
    level *levels = assay_alloc_array(n, sizeof *levels);
    of->ranks = assay_alloc_array((size_t)n + 1, sizeof *of->ranks);
    if (levels == NULL || of->ranks == NULL) {
        assay_free(levels);
        return assay_fail_memory(self->context);
    }
    for (uint32_t i = 0; i < n; i++) {
        levels[i].code = i + 1;
        levels[i].text = assay_dictionary_text(from, i + 1, &levels[i].length);
    }
    if (!assay_dictionary_is_declared(from))
        qsort(levels, n, sizeof *levels, compare_levels);
    for (uint32_t i = 0; i < n; i++) {
        of->ranks[levels[i].code] = i + 1;
        add_label(set, &levels[i], i + 1);
    }
    assay_free(levels);
    return ASSAY_OK;
}

/* ---- variables ---- */

/* The bytes of the longest text, at least 1; what cannot be kept is counted. */
static assay_status measure_text(writer *self, const plan *of, size_t *width)
{
    *width = 1;
    for (size_t row = 0; row < of->column->length; row++) {
        char scratch[ASSAY_CELL_BYTES];
        size_t length;
        const char *text = assay_column_cell(of->column, row, scratch, &length);
        if (text == NULL)
            continue;
        if (length > TEXT_BYTES)
            return refuse_cell(self, of, row, "SPSS takes text of at most 32,767 bytes");
        if (memchr(text, '\0', length) != NULL)
            return refuse_cell(self, of, row, "SPSS takes no text with a 0 byte in it");
        self->lost.empty += length == 0;
        self->lost.blanks += length > 0 && text[length - 1] == ' ';
        *width = length > *width ? length : *width;
    }
    self->longest = *width > self->longest ? *width : self->longest;
    return ASSAY_OK;
}

/* How many digits a number has before and behind its point; an exponent counts as 16 behind it. */
static void measure_number(double x, int *before, int *behind)
{
    char text[ASSAY_NUMBER_TEXT];
    const size_t n = assay_number_to_text(x, text);
    const size_t point = strcspn(text, ".e");
    const bool exponent = strchr(text, 'e') != NULL;
    const int decimals = exponent ? 16 : point < n ? (int)(n - point - 1) : 0;
    *before = (int)point > *before ? (int)point : *before;
    *behind = decimals > *behind ? decimals : *behind;
}

static assay_status check_number(const writer *self, const plan *of, size_t row, double *x)
{
    const assay_column *column = of->column;
    if (column->type == ASSAY_NUMBER) {
        *x = column->numbers[row];
        return isinf(*x) ? refuse_cell(self, of, row, "SPSS takes no infinite number") : ASSAY_OK;
    }
    if (column->type == ASSAY_DATE) {
        *x = ((double)column->days[row] - SPSS_START) * 86400;
        return *x > 0 ? ASSAY_OK
                      : refuse_cell(self, of, row, "SPSS has no dates before 1582-10-15");
    }
    const int64_t value = column->integers[row];
    *x = (double)value;
    return value < WHOLE && value > -WHOLE
               ? ASSAY_OK
               : refuse_cell(self, of, row,
                             "SPSS keeps integers below 2^53 only: make the column text");
}

/* The format that shows all digits, "F8.2"; a date has its own. */
static assay_status measure_numbers(const writer *self, const plan *of, char format[16])
{
    int before = 1, behind = 0;
    for (size_t row = 0; row < of->column->length; row++) {
        double x;
        if (assay_column_is_missing(of->column, row))
            continue;
        const assay_status status = check_number(self, of, row, &x);
        if (status != ASSAY_OK)
            return status;
        if (of->column->type != ASSAY_DATE)
            measure_number(x, &before, &behind);
    }
    behind = behind > 16 ? 16 : behind;
    const int width = before + (behind > 0 ? behind + 1 : 0);
    if (of->column->type == ASSAY_DATE)
        strcpy(format, "EDATE10");
    else
        snprintf(format, 16, "F%d.%d", width < 8 ? 8 : width > 40 ? 40 : width, behind);
    return ASSAY_OK;
}

static assay_status add_text(writer *self, plan *of)
{
    size_t width;
    const assay_status status = measure_text(self, of, &width);
    if (status != ASSAY_OK)
        return status;
    of->variable = readstat_add_variable(self->file, of->key, READSTAT_TYPE_STRING, width);
    if (of->variable != NULL)
        readstat_variable_set_measure(of->variable, READSTAT_MEASURE_NOMINAL);
    return ASSAY_OK;
}

static assay_status add_category(writer *self, plan *of, size_t i)
{
    char name[32], format[16];
    snprintf(name, sizeof name, "levels%zu", i);
    readstat_label_set_t *set = readstat_add_label_set(self->file, READSTAT_TYPE_DOUBLE, name);
    of->variable = readstat_add_variable(self->file, of->key, READSTAT_TYPE_DOUBLE, 8);
    if (set == NULL || of->variable == NULL)
        return assay_fail_memory(self->context);
    const int digits = snprintf(format, sizeof format, "%lu",
                                (unsigned long)assay_dictionary_size(of->column->dictionary));
    snprintf(format, sizeof format, "F%d.0", digits);
    readstat_variable_set_format(of->variable, format);
    readstat_variable_set_measure(of->variable, READSTAT_MEASURE_NOMINAL);
    readstat_variable_set_label_set(of->variable, set);
    return add_levels(self, of, set);
}

static assay_status add_numbers(writer *self, plan *of)
{
    char format[16];
    const assay_status status = measure_numbers(self, of, format);
    if (status != ASSAY_OK)
        return status;
    of->variable = readstat_add_variable(self->file, of->key, READSTAT_TYPE_DOUBLE, 8);
    if (of->variable != NULL) {
        readstat_variable_set_format(of->variable, format);
        readstat_variable_set_measure(of->variable, READSTAT_MEASURE_SCALE);
    }
    return ASSAY_OK;
}

/* Cut between characters where it is too long. */
static void set_label(writer *self, const plan *of, const char *label)
{
    char cut[LABEL_BYTES + 1];
    size_t n = strlen(label);
    self->lost.labels += n > LABEL_BYTES;
    for (n = n > LABEL_BYTES ? LABEL_BYTES : n; n > 0 && !assay_text_is_utf8(label, n, NULL);)
        n--;
    memcpy(cut, label, n);
    cut[n] = '\0';
    readstat_variable_set_label(of->variable, cut);
}

static assay_status add_variable(writer *self, size_t i, const char *label)
{
    plan *of = &self->plans[i];
    const assay_column *column = of->column;
    const bool category = column->type == ASSAY_CATEGORY && can_be_labels(column->dictionary);
    of->as_text = column->type == ASSAY_TEXT || (column->type == ASSAY_CATEGORY && !category);
    const assay_status status = of->as_text ? add_text(self, of)
                                : category  ? add_category(self, of, i)
                                            : add_numbers(self, of);
    if (status != ASSAY_OK)
        return status;
    if (of->variable == NULL)
        return assay_fail_memory(self->context);
    if (label != NULL)
        set_label(self, of, label);
    return ASSAY_OK;
}

/* ---- rows ---- */

/* The dictionary, which is written with the first row, is put right before it goes out. */
static ssize_t on_write(const void *bytes, size_t length, void *self)
{
    writer *to = self;
    if (to->status != ASSAY_OK)
        return -1;
    if (!to->has_dictionary)
        to->status = assay_append(&to->dictionary, bytes, length) ? ASSAY_OK
                                                                  : assay_fail_memory(to->context);
    else
        to->status = assay_output_write(to->context, to->output, bytes, length);
    return to->status == ASSAY_OK ? (ssize_t)length : -1;
}

static assay_status write_dictionary(writer *self)
{
    self->has_dictionary = true;
    return assay_statfile_write_dictionary(self->context, self->frame, self->dictionary.bytes,
                                           self->dictionary.length, self->output);
}

static readstat_error_t write_text(writer *self, const plan *of, size_t row)
{
    char cell[ASSAY_CELL_BYTES];
    size_t length = 0;
    const char *text = assay_column_cell(of->column, row, cell, &length);
    if (length > 0)
        memcpy(self->scratch, text, length);
    self->scratch[length] = '\0';
    return readstat_insert_string_value(self->file, of->variable, self->scratch);
}

static readstat_error_t write_cell(writer *self, const plan *of, size_t row)
{
    double x = 0;
    if (assay_column_is_missing(of->column, row))
        return readstat_insert_missing_value(self->file, of->variable);
    if (of->as_text)
        return write_text(self, of, row);
    if (of->column->type == ASSAY_CATEGORY)
        x = of->ranks[assay_column_code(of->column, row)];
    else if (check_number(self, of, row, &x) != ASSAY_OK)
        return READSTAT_ERROR_NUMERIC_VALUE_IS_OUT_OF_RANGE; /* was checked before */
    return readstat_insert_double_value(self->file, of->variable, x);
}

static readstat_error_t write_row(writer *self, size_t row)
{
    readstat_error_t error = readstat_begin_row(self->file);
    if (self->status == ASSAY_OK && error == READSTAT_OK && !self->has_dictionary &&
        (self->status = write_dictionary(self)) != ASSAY_OK)
        return READSTAT_ERROR_WRITE;
    for (size_t i = 0; error == READSTAT_OK && i < self->n; i++)
        error = write_cell(self, &self->plans[i], row);
    return error == READSTAT_OK ? readstat_end_row(self->file) : error;
}

static assay_status write_rows(writer *self, size_t rows)
{
    readstat_error_t error = readstat_begin_writing_sav(self->file, self, (long)rows);
    for (size_t row = 0; error == READSTAT_OK && row < rows; row++) {
        if (row % POLL_ROWS == 0 && assay_poll(self->context, row, rows) != ASSAY_OK)
            return self->context->error.status;
        error = write_row(self, row);
    }
    if (error == READSTAT_OK)
        error = readstat_end_writing(self->file);
    if (self->status == ASSAY_OK && error == READSTAT_OK &&
        !self->has_dictionary) /* there are no rows */
        self->status = write_dictionary(self);
    if (self->status != ASSAY_OK)
        return self->status;
    return error == READSTAT_OK ? ASSAY_OK
           : error == READSTAT_ERROR_MALLOC
               ? assay_fail_memory(self->context)
               : assay_fail(self->context, ASSAY_EDOM, "SPSS does not take it: %s",
                            readstat_error_message(error));
}

/* ---- a file ---- */

static assay_status prepare(writer *self)
{
    const assay_frame *frame = self->frame;
    if (self->n == 0 || self->n > MOST_COLUMNS)
        return assay_fail(self->context, ASSAY_EDOM,
                          "an SPSS file is written with 1 to 10,000 columns, not %zu", self->n);
    if (assay_frame_rows(frame) > INT32_MAX)
        return assay_fail(self->context, ASSAY_EDOM, "SPSS takes at most 2,147,483,647 rows");
    self->plans = assay_alloc_zeroed_array(self->n, sizeof *self->plans);
    if (self->plans == NULL)
        return assay_fail_memory(self->context);
    for (size_t i = 0; i < self->n; i++) {
        self->plans[i].column = assay_frame_column(frame, i);
        self->plans[i].name = assay_frame_name(frame, i);
        assay_statfile_short_name(i, self->plans[i].key);
    }
    return check_names(self);
}

static assay_status write_file(writer *self, const char *const labels[])
{
    assay_status status = prepare(self);
    if (status != ASSAY_OK)
        return status;
    self->file = readstat_writer_init();
    if (self->file == NULL)
        return assay_fail_memory(self->context);
    readstat_set_data_writer(self->file, on_write);
    readstat_writer_set_compression(self->file, READSTAT_COMPRESS_ROWS);
    for (size_t i = 0; status == ASSAY_OK && i < self->n; i++)
        status = add_variable(self, i, labels == NULL ? NULL : labels[i]);
    if (status == ASSAY_OK && (self->scratch = assay_alloc(self->longest + 1)) == NULL)
        status = assay_fail_memory(self->context);
    return status == ASSAY_OK ? write_rows(self, assay_frame_rows(self->frame)) : status;
}

assay_status assay_statfile_write(assay_context *context, const assay_frame *frame,
                                  const char *const labels[], assay_output *output,
                                  assay_statfile_lost *lost)
{
    writer self = {
        .context = context, .output = output, .frame = frame, .n = assay_frame_columns(frame)};
    const assay_status status = write_file(&self, labels);
    if (self.file != NULL)
        readstat_writer_free(self.file);
    for (size_t i = 0; self.plans != NULL && i < self.n; i++)
        assay_free(self.plans[i].ranks);
    assay_free(self.plans);
    assay_free(self.scratch);
    assay_free(self.dictionary.bytes);
    if (status == ASSAY_OK && lost != NULL)
        *lost = self.lost;
    return status;
}
