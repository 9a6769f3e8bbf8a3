/* statfile.h -- what the tests of statistics files share. */
#ifndef ASSAY_TESTS_STATFILE_H
#define ASSAY_TESTS_STATFILE_H

#include "tables.h"

#include "data/statfile.h"

/* The files are those of other programs: tests/formats/README.md says how they were made. */

static assay_context context;

static inline char *load(const char *name, size_t *length)
{
    char path[256];
    snprintf(path, sizeof path, "tests/formats/%s", name);
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "%s: cannot be opened", path);
    char *bytes = malloc(1 << 16);
    *length = fread(bytes, 1, 1 << 16, file);
    fclose(file);
    return bytes;
}

static inline assay_statfile_format format_of(const char *name)
{
    return strstr(name, ".dta") != NULL ? ASSAY_DTA : ASSAY_SAV;
}

static inline assay_status open_bytes(assay_context *with, const char *bytes, size_t length,
                                      assay_statfile_format format, const char *encoding,
                                      assay_source **source)
{
    char path[] = "/tmp/assay-XXXXXX";
    assay_door *door = NULL;
    assay_input *input = NULL;
    const int file = mkstemp(path);
    ck_assert_int_ge(file, 0);
    ck_assert_int_eq(write(file, bytes, length), (ssize_t)length);
    close(file);
    assay_status status = assay_door_new(with, &door);
    if (status == ASSAY_OK)
        status = assay_input_open(with, door, path, &input);
    if (status == ASSAY_OK) {
        const assay_statfile_options options = {.format = format, .encoding = encoding};
        status = assay_statfile_open(with, input, &options, source);
    }
    assay_door_free(door);
    unlink(path);
    return status;
}

/* The frame, and the source still open for what else it knows. At most 16 variables. */
static inline assay_status read_bytes(assay_context *with, const char *bytes, size_t length,
                                      assay_statfile_format format, const char *encoding,
                                      assay_source **source, assay_frame **frame)
{
    assay_column_wish wishes[16];
    *source = NULL;
    for (int i = 0; i < 16; i++)
        wishes[i] = (assay_column_wish){.type = ASSAY_INFER};
    assay_status status = open_bytes(with, bytes, length, format, encoding, source);
    if (status == ASSAY_OK)
        status = assay_source_collect(with, *source, wishes, NULL, frame);
    return status;
}

static inline assay_frame *read_as(const char *name, const char *encoding, assay_source **source)
{
    size_t length;
    assay_frame *frame = NULL;
    char *bytes = load(name, &length);
    const assay_status status =
        read_bytes(&context, bytes, length, format_of(name), encoding, source, &frame);
    ck_assert_msg(status == ASSAY_OK, "%s: %s", name, context.error.message);
    free(bytes);
    return frame;
}

static inline assay_frame *read_file(const char *name, assay_source **source)
{
    return read_as(name, NULL, source);
}

static inline const assay_statfile_variable *about(const assay_source *source, const char *name)
{
    for (size_t i = 0; i < source->n_columns; i++)
        if (strcmp(source->names[i], name) == 0)
            return assay_statfile_variable_at(assay_statfile_of(source), i);
    ck_abort_msg("there is no variable %s", name);
}

/* "code=label:cases" joined by blanks. */
static inline void assert_codes(const assay_statfile_code *codes, size_t n, const char *want)
{
    char got[512] = "";
    for (size_t i = 0; i < n; i++)
        snprintf(got + strlen(got), sizeof got - strlen(got), "%s%s=%s:%zu", i > 0 ? " " : "",
                 codes[i].code, codes[i].label ? codes[i].label : "", codes[i].cases);
    ck_assert_str_eq(got, want);
}

static inline void assert_levels(const assay_frame *frame, const char *name, const char *want)
{
    char got[512] = "";
    const assay_column *column = column_named(frame, name);
    ck_assert_int_eq(column->type, ASSAY_CATEGORY);
    ck_assert(assay_dictionary_is_declared(column->dictionary));
    for (uint32_t code = 1; code <= assay_dictionary_size(column->dictionary); code++) {
        size_t length;
        strcat(got, code > 1 ? "|" : "");
        const char *text = assay_dictionary_text(column->dictionary, code, &length);
        strncat(got, text, length);
    }
    ck_assert_str_eq(got, want);
}

static inline void assert_types(const assay_frame *frame, const char *want)
{
    char got[256] = "";
    for (size_t i = 0; i < assay_frame_columns(frame); i++) {
        strcat(got, i > 0 ? " " : "");
        strcat(got, assay_type_name(assay_frame_column(frame, i)->type));
    }
    ck_assert_str_eq(got, want);
}

static inline void done(assay_source *source, assay_frame *frame)
{
    assay_frame_free(frame);
    assay_source_free(source);
}

static inline bool same_frames(const assay_frame *a, const assay_frame *b)
{
    if (assay_frame_columns(a) != assay_frame_columns(b) ||
        assay_frame_rows(a) != assay_frame_rows(b))
        return false;
    for (size_t i = 0; i < assay_frame_columns(a); i++) {
        const assay_column *x = assay_frame_column(a, i), *y = assay_frame_column(b, i);
        if (x->type != y->type || strcmp(assay_frame_name(a, i), assay_frame_name(b, i)) != 0)
            return false;
        for (size_t row = 0; row < x->length; row++) {
            char one[ASSAY_CELL_BYTES], two[ASSAY_CELL_BYTES];
            size_t n = 0, m = 0;
            const char *p = assay_column_cell(x, row, one, &n);
            const char *q = assay_column_cell(y, row, two, &m);
            if ((p == NULL) != (q == NULL) || n != m || (p != NULL && memcmp(p, q, n) != 0))
                return false;
        }
    }
    return true;
}

#endif
