/* normal.h -- the one way, of several that look alike, to write a text in Unicode. */
#ifndef ASSAY_BASE_NORMAL_H
#define ASSAY_BASE_NORMAL_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes of text that is looked at, and what their normal form may take. */
#define ASSAY_NORMAL_LONGEST 512
#define ASSAY_NORMAL_BYTES   (4 * 4 * ASSAY_NORMAL_LONGEST)

/*
** The normal form C (Unicode Standard Annex 15) of UTF-8: letters and their accents joined where there
** is a joined one, marks in their order. Returns the length; 0 for what is longer than
** ASSAY_NORMAL_LONGEST, empty, or no UTF-8. Two texts that nobody can tell apart on paper have the same.
*/
size_t assay_normal_form(const char *bytes, size_t length, char form[ASSAY_NORMAL_BYTES]);

bool assay_is_ascii(const char *bytes, size_t length); /* its own normal form, then */

#endif
