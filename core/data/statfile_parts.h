/* statfile_parts.h -- what the stages of reading a statistics file know of each other. */
#ifndef ASSAY_DATA_STATFILE_PARTS_H
#define ASSAY_DATA_STATFILE_PARTS_H

#include "data/statfile.h"

/* For the files statfile*.c alone: check looks, read collects, type makes columns. */

enum { ASSAY_MISSING_CODES = 64, ASSAY_MISSING_RANGES = 3 };

/* A value as the file has it: a number, one of Stata's missing values (tag 'a' to 'z'), or text. */
typedef struct assay_statfile_key {
    double number;
    char tag;
    size_t length;
    char *text; /* text[length]; NULL for a number */
} assay_statfile_key;

typedef struct assay_statfile_pair {
    assay_statfile_key key;
    char *label; /* NULL: has none, or is not looked up yet */
    size_t cases;
} assay_statfile_pair;

typedef struct assay_statfile_labels {
    assay_statfile_pair *all;
    size_t n, capacity;
} assay_statfile_labels;

/* One variable: the values of its rows so far, and what they are in the end. */
typedef struct assay_statfile_values {
    char *name, *labels_name, *label, *format;
    char *written; /* the name in the file, once it is read */
    bool text, kept;
    size_t cut; /* the length of a text that may have lost its end; or 0 */
    size_t n_ranges;
    assay_statfile_key low[ASSAY_MISSING_RANGES], high[ASSAY_MISSING_RANGES];

    size_t rows, capacity;
    double *numbers;         /* NaN is missing */
    uint32_t *codes;         /* text: of `texts`, 0 is missing */
    assay_dictionary *texts; /* text */

    assay_statfile_pair missing[ASSAY_MISSING_CODES];
    size_t n_missing;
    assay_statfile_variable about;
    assay_dictionary *levels; /* of its column, for the source's wish */
} assay_statfile_values;

struct assay_statfile {
    assay_source face;
    assay_statfile_format format;
    char *name;            /* of the file, for messages */
    char *forced_encoding; /* the caller's, or NULL */
    char *bytes;           /* of the file, until the values are read */
    size_t length, position;
    size_t longest;     /* the width of the longest text above 255 bytes; or 0 */
    size_t widened;     /* what ReadStat is told instead; or 0 */
    size_t name_bytes;  /* of the name of value labels, which need not end in a 0 byte */
    uint64_t most_rows; /* that can be in a file of its size */

    char *encoding, *label;
    size_t n, capacity, weight;
    assay_statfile_values *variables;
    assay_dictionary *label_names; /* the i-th is that of labels[i - 1] */
    assay_statfile_labels *labels;
    size_t n_labels, labels_capacity;

    bool is_read;
    size_t rows, row; /* where the next block starts */
    const char **names;
    assay_column_wish *wishes;
    assay_column **columns; /* of the block handed out last */
    assay_frame *frame;
    assay_source *blocks; /* of the frame */
};

/* Fails with ASSAY_EFORMAT, naming the file. */
assay_status assay_statfile_refuse(assay_context *context, const assay_statfile *file,
                                   const char *format, ...) __attribute__((format(printf, 3, 4)));

/* ---- statfile_check.c ---- */

/*
** Walks what the file says of itself, without ReadStat: that it is such a file, that it is neither
** encrypted nor cut short, and that its counts fit its size. Finds most_rows.
*/
assay_status assay_statfile_check_sav(assay_context *context, assay_statfile *file);
assay_status assay_statfile_check_dta(assay_context *context, assay_statfile *file);

/* The data of an extension record of an SPSS file, n bytes from `at`; false if there is none. */
bool assay_statfile_find_record(const char *bytes, size_t length, uint32_t subtype, size_t *at,
                                size_t *n);

/* ---- statfile_repair.c ---- */

/* Has ReadStat give the long texts of an SPSS file whole, where that can be. */
void assay_statfile_widen(assay_statfile *file);

/* How many bytes of a text that fills its width ReadStat loses, by the longest width it was told. */
size_t assay_statfile_lost_bytes(size_t width, size_t longest);

/*
** The name that ReadStat is given for column i of a file to be written: eight bytes, so that no
** name that it makes up for the rest of a long text is that of another column.
*/
#define ASSAY_STATFILE_SHORT 9
void assay_statfile_short_name(size_t i, char name[ASSAY_STATFILE_SHORT]);

/*
** Writes the dictionary that ReadStat made with short names, with the columns' own names in their
** place and with a date that does not depend on the clock or the place of the machine.
*/
assay_status assay_statfile_write_dictionary(assay_context *context, const assay_frame *frame,
                                             char *bytes, size_t length, assay_output *output);

/* ---- statfile_read.c ---- */

/* Reads the dictionary, or with `values` the values and value labels of the variables kept. */
assay_status assay_statfile_parse(assay_context *context, assay_statfile *file, bool values);

/* ---- statfile_type.c ---- */

/* The column of a variable of which all rows were read, and what else is to be known of it. */
assay_status assay_statfile_finish(assay_context *context, const assay_statfile *file,
                                   assay_statfile_values *variable, assay_column **column);

/* Whether the file declares the value as missing; a system-missing value, which is NaN, is not. */
bool assay_statfile_is_missing(const assay_statfile_values *variable,
                               const assay_statfile_key *key);

#endif
