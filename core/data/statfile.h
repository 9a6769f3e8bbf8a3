/* statfile.h -- tables from and to the files of statistics programs: SPSS .sav and Stata .dta. */
#ifndef ASSAY_DATA_STATFILE_H
#define ASSAY_DATA_STATFILE_H

#include "base/file.h"
#include "data/names.h"
#include "data/source.h"

typedef enum assay_statfile_format {
    ASSAY_SAV, /* SPSS: as it is, compressed, and as .zsav */
    ASSAY_DTA  /* Stata: versions 104 to 119 */
} assay_statfile_format;

typedef struct assay_statfile_options {
    assay_statfile_format format;
    const char *encoding; /* of text where the file does not say or is wrong; NULL: as it says */
    assay_naming naming;
} assay_statfile_options;

#define ASSAY_STATFILE_COLUMNS 65536 /* at most: each costs ReadStat some 4 KiB */

/*
** Opens a file and reads its dictionary; the values are read when the first block is asked for, in
** one go. The file is held in memory until then. Takes over the input in any case. What Stata
** wrote before version 14 is windows-1252 unless an encoding is given.
**
** What a variable becomes:
**   labels     a category with the labels as declared levels, in the order of their codes. A code
**              that occurs without a label is a level of its own, its number as text in its place.
**              The variable stays as it is, without labels, where they name only missing codes,
**              where more codes occur without a label than have one, or where the only two that
**              are labelled are the ends of what occurs between them.
**   dates      a date where all values are whole days; else text, "2018-11-05T13:30:00". SPSS: DATE,
**              ADATE, EDATE, SDATE, JDATE, DATETIME, YMDHMS, MOYR, QYR, WKYR; Stata: %td, %tc. Stata's
**              weeks, months, quarters and halves are text: "2018-w45", "2018-11", "2018-q4",
**              "2018-h2". Values outside the years 1 to 9999 leave the whole column numbers.
**   numbers    integer where all values are whole and below 2^53, else number. Times of day and
**              durations stay numbers, as do Stata's %tC, which counts leap seconds, and %tb.
**   text       a category where each value stands twice on average, else text. Blanks at the end are
**              padding, and empty is missing.
** Missing are system-missing values, what the file declares as missing (SPSS: values and ranges;
** Stata: .a to .z), counted by code, and empty text.
**
** ASSAY_EFORMAT: not such a file, encrypted, of another version, cut short, damaged, without
** variables or with more than ASSAY_STATFILE_COLUMNS, text that is not in its encoding, an infinite
** value, an empty or repeated name; and what assay_names_settle refuses. What a file declares is held
** against its size before anything is allocated for it.
*/
assay_status assay_statfile_open(assay_context *context, assay_input *input,
                                 const assay_statfile_options *options, assay_source **source);

/* ---- what else the file says ---- */

/* A code that means missing, or one with a label where labels were not used; it is text. */
typedef struct assay_statfile_code {
    const char *code;  /* "-9", ".a", "X" */
    const char *label; /* or NULL */
    size_t cases;      /* in how many rows it stands */
} assay_statfile_code;

typedef struct assay_statfile_variable {
    const char *written; /* its name in the file */
    const char *label;   /* or NULL */
    const char *format;  /* as the program writes it: "DATE11", "%td"; or NULL */
    size_t user_missing; /* cases that are declared missing, by codes below */
    size_t unlabelled;   /* cases of a category whose code has no label */
    bool labels_absent;  /* it names value labels that the file does not have */
    bool beyond_dates;   /* stays numbers because a value is no day of the calendar */
    size_t n_missing, n_labels;
    const assay_statfile_code *missing; /* the codes that occur, in their order; the first 64 */
    const assay_statfile_code *labels;  /* of a variable that stays as it is */
} assay_statfile_variable;

typedef struct assay_statfile assay_statfile;

/* The file behind a source; NULL if it is no source of assay_statfile_open. */
const assay_statfile *assay_statfile_of(const assay_source *source);

/* Counts and codes are there once the first block has been read. */
const assay_statfile_variable *assay_statfile_variable_at(const assay_statfile *file, size_t i);
const char *
assay_statfile_encoding(const assay_statfile *file);          /* or NULL: the file does not say */
const char *assay_statfile_label(const assay_statfile *file); /* or NULL */
size_t assay_statfile_weight(const assay_statfile *file);     /* its column, or ASSAY_NO_COLUMN */

/* ---- writing ---- */

/* What SPSS cannot keep: it pads text with blanks. */
typedef struct assay_statfile_lost {
    size_t blanks; /* cells of text that end in blanks, which are not kept */
    size_t empty;  /* cells of empty text, which are missing when they are read again */
    size_t labels; /* labels of variables above 256 bytes, which are cut */
} assay_statfile_lost;

/*
** Writes a frame as SPSS system file, compressed by rows, in UTF-8 and with a fixed date, so that
** the same frame gives the same bytes. A category is its codes 1 .. k with labels, declared levels
** in their order, others in byte order; it is text where a level is above 120 bytes, which no label
** can be. Text is as wide as its longest value, an integer or a number F with the decimals that its
** values need (at most 16 are shown, all are kept), a date EDATE10. Missing is system-missing, and
** for text the empty one. labels[i] is the label of column i, or NULL; labels NULL: there are none.
** ASSAY_EDOM, naming the column: a name that SPSS does not take, two that it takes for one, text
** above 32,767 bytes or with a 0 byte, an integer of 2^53 or more, an infinite number, a date before
** 1582-10-15. ASSAY_EDOM too: no columns, or more than 10,000, or more than 2^31 - 1 rows.
*/
assay_status assay_statfile_write(assay_context *context, const assay_frame *frame,
                                  const char *const labels[], assay_output *output,
                                  assay_statfile_lost *lost);

#endif
