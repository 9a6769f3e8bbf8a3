/* band.h -- numbers sorted into bands. */
#ifndef ASSAY_DATA_BAND_H
#define ASSAY_DATA_BAND_H

#include "data/column.h"

/*
** A category whose declared levels are the n + 1 bands that the ascending breaks make, lowest
** first; a break belongs to the band that it ends. What is missing stays missing. The breaks 40, 50
** make the bands
**   "40 or fewer", "41-50", "over 50"      of an integer column
**   "40 or less", "over 40 to 50", "over 50"   of a number column
** An integer band of one number is that number, one with a negative end reads "-9 to -5"; breaks of
** integers that are not whole hold for the whole number below.
** ASSAY_EDOM: a column of another type; no breaks, or breaks that are not finite, not ascending, or
** have no whole number between them (for integers, whose breaks lie below 2^53).
*/
assay_status assay_band(assay_context *context, const assay_column *column, size_t n,
                        const double breaks[], assay_column **bands);

#endif
