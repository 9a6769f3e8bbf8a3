/* margin.h -- known totals of the population by columns of the units, which weights are to meet. */
#ifndef ASSAY_INFER_MARGIN_H
#define ASSAY_INFER_MARGIN_H

#include "data/frame.h"
#include "infer/calibrate.h"

/*
** One margin: how many cases of the population have each level of a column, or of several crossed; or
** the total of one column of numbers; or, without columns, the number of cases.
*/
typedef struct assay_margin {
    const char *name; /* in messages and tables */
    size_t n_columns;
    const size_t *columns; /* [n_columns] of the frame of units */
    const assay_frame
        *levels;          /* a row for each level, whose values are its first n_columns columns,
                                  compared as they are written to files; NULL: one total */
    const double *totals; /* [levels] */
    bool private;         /* messages have *** for its levels */
} assay_margin;

/*
** Margins with the units they are about. Each level, and each total of numbers, is a variable of the
** calibration; variables stand in the order of margins and levels. Units that are not `inside`
** (NULL: all are; else n flags) have no part in any, whatever their columns hold.
*/
typedef struct assay_margins assay_margins;

/*
** error.argument is the margin's name:
**   ASSAY_EDOM       a total below 0 or not finite; a total above 0 for a level that no unit has; levels
**                    whose totals come to another sum than those of an earlier margin, with both sums;
**                    one total for a column that is not of numbers
**   ASSAY_EMISSING   units without a value, with their number
**   ASSAY_EUNKNOWN   units whose level has no total, with their number
**   ASSAY_EREPEATED  a level with two totals
** ASSAY_ENOMEM, ASSAY_ESTOPPED. Nothing given is kept.
*/
assay_status assay_margins_new(assay_context *context, const assay_frame *units,
                               const uint8_t *inside, size_t n, const assay_margin margins[/*n*/],
                               assay_margins **self);
void assay_margins_free(assay_margins *margins); /* NULL is ignored */

/*
** The weights nearest to weights[units] that meet the margins, as assay_calibrate. What fails is told
** with the margin and the level: error.argument is the margin's name. Where no weights meet all margins,
** ASSAY_ENUMERIC, it is the one without which the others can be met, if there is one. ASSAY_EDOM also where
** a level that units have is to come to 0, or numbers of one sign to none of it, under a method whose
** weights stay above 0.
*/
assay_status assay_margins_calibrate(assay_context *context, const assay_margins *margins,
                                     const double weights[], const assay_calibration_method *method,
                                     double lower, double upper, assay_calibration **calibration);

/* The same of a single margin with levels, as assay_poststratify. */
assay_status assay_margins_poststratify(assay_context *context, const assay_margins *margins,
                                        const double weights[], assay_calibration **calibration);

/* A frame of variable, level, target, achieved (under weights[units]) and difference; rounding is none. */
assay_status assay_margins_frame(assay_context *context, const assay_margins *margins,
                                 const double weights[], assay_frame **frame);

/* Variable j as messages show it: "'gender' = 'F'", with *** for the levels of a private margin, or "'age'". */
#define ASSAY_LABEL_BYTES 128
const char *assay_margins_label(const assay_margins *margins, size_t j,
                                char label[ASSAY_LABEL_BYTES]);

/*
** The units that have the level of variable j where they are more than its total, which no population
** has; else 0, as past the last variable.
*/
uint64_t assay_margins_beyond(const assay_margins *margins, size_t j, double *total);

size_t assay_margins_units(const assay_margins *margins);

/*
** Weights raised for non-response within classes that columns make (weights.h), and a frame of the classes: the
** columns, `cases`, `responded` and `factor`. Where nobody of a class responded, ASSAY_EDOM names it, with *** if
** `private`; error.argument is "by". A column that has one of those names: ASSAY_EREPEATED.
*/
assay_status assay_margin_respond(assay_context *context, const assay_frame *units,
                                  const uint8_t *inside, size_t n_columns, const size_t columns[],
                                  const double weights[], const uint8_t responded[], bool private,
                                  assay_calibration **calibration, assay_frame **classes);

/*
** Where classes, not totals, are asked for: class[units] from 0 by columns of the frame, *classes of
** them as their first units come, and the first unit of each, to be freed with assay_free. Units not
** inside have the class *classes. ASSAY_EMISSING: units inside without a value, with their number;
** error.argument is the column's name.
*/
assay_status assay_margin_classes(assay_context *context, const assay_frame *units,
                                  const uint8_t *inside, size_t n_columns, const size_t columns[],
                                  uint32_t class[], size_t *classes, size_t **first);

#endif
