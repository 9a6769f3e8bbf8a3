/* clean.h -- names of columns that can be typed. */
#ifndef ASSAY_BASE_CLEAN_H
#define ASSAY_BASE_CLEAN_H

#include <stddef.h>

#define ASSAY_CLEAN_NAME 80 /* the 0 byte, and room for a number behind the name */

/*
** A name of lower-case ASCII letters, digits and '_': accents go, letters that have no plain form
** are written as is usual (ae, oe, ss, o, d, l, th), "%" is percent and "#" is number, all else is a
** '_', of which there is never more than one, and none at the ends. A capital behind a small letter
** or a digit, and the last of several capitals before a small letter, start a new word; a first
** digit gets an 'x' before it. "Risk of Harm (level)" is risk_of_harm_level, "PNCNumber" pnc_number,
** "2018 cases" x2018_cases. Returns the length, at most 64, what is longer is cut; 0 where nothing
** is left.
*/
size_t assay_clean_name(const char *bytes, size_t length, char name[ASSAY_CLEAN_NAME]);

#endif
