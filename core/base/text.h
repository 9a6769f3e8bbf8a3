/* text.h -- UTF-8, numbers and dates as text, whatever the locale. */
#ifndef ASSAY_BASE_TEXT_H
#define ASSAY_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/*
** Text comes as bytes[length] without a 0 byte at its end; what is written ends in one. Nothing
** here allocates, and nothing depends on the process's locale.
*/

/* ---- UTF-8 ---------------------------------------------------------------------------------- */

/*
** Is this UTF-8 as Unicode 3.9 (table 3-7) defines it: no overlong form, no surrogate, nothing
** above U+10FFFF, no character cut short? NUL bytes are characters here. If not, *bad (which may be
** NULL) is the offset of the first byte at which no character starts; else it is untouched.
*/
bool assay_text_is_utf8(const char *bytes, size_t length, size_t *bad);

/*
** Columns on a terminal: 2 for wide characters, 0 for combining and control characters, 1 for a
** byte that is not UTF-8. Source: utf8proc_charwidth.
*/
size_t assay_text_width(const char *bytes, size_t length);

/*
** Bytes of the longest beginning that takes at most so many columns; what takes none (combining
** characters) stays with the character before it.
*/
size_t assay_text_fit(const char *bytes, size_t length, size_t columns);

/* Are these the same letter by letter, whatever their case? Bytes that are not UTF-8 are only themselves. */
bool assay_text_is_same_in_any_case(const char *a, const char *b);

/*
** Optimal string alignment distance: the fewest insertions, deletions, replacements and exchanges
** of neighbours, no part edited twice. ASCII letters of either case are equal; bytes after the 64th
** are not looked at. Source: Boytsov (2011), ACM JEA 16, 1.1.
*/
#define ASSAY_TEXT_DISTANCE_BYTES 64
size_t assay_text_distance(const char *a, const char *b);

/* ---- numbers -------------------------------------------------------------------------------- */

/*
** The whole text as a number: [+-] digits [. digits] [e [+-] digits], with digits on at least one
** side of the point, correctly rounded to nearest. No blanks, no "inf", "nan" or hexadecimal, no
** other decimal sign. What underflows is 0 or subnormal. ASSAY_EFORMAT: not such a text, or beyond
** the largest double.
*/
assay_status assay_text_to_number(const char *bytes, size_t length, double *x);

/*
** The whole text as an integer: [+-] digits. ASSAY_EFORMAT: not such a text, or outside
** INT64_MIN + 1 .. INT64_MAX (INT64_MIN is the missing value of integer columns).
*/
assay_status assay_text_to_integer(const char *bytes, size_t length, int64_t *x);

/*
** Would text -> value -> text keep every digit that matters? For inferring types: an identifier
** such as "007" or "+44" must stay text.
**   integer  -?(0|[1-9][0-9]{0,17})
**   number   -?(0|[1-9][0-9]*)(\.[0-9]+)?, at most 15 significant digits (leading zeros do not
**            count, trailing ones do) and 300 bytes, so that it never underflows;
**            or, with a point or an exponent, what assay_number_to_text writes of its value:
**            0.30000000000000004, 1e-05
** Neither accepts a negative zero.
*/
bool assay_text_is_plain_integer(const char *bytes, size_t length);
bool assay_text_is_plain_number(const char *bytes, size_t length);

/*
** A number as it is written with a point: the text itself unless its `sign` is a comma, else a copy with
** points for commas. NULL where it cannot be one: there are points in it, or it is longer than `copy`.
*/
#define ASSAY_POINT_BYTES 320
const char *assay_with_point(const char *bytes, size_t length, char sign,
                             char copy[ASSAY_POINT_BYTES]);

#define ASSAY_NUMBER_TEXT 32

/*
** These write x and return the length written. Not a number is "nan", the infinities are "inf" and
** "-inf", and what prints as zero has no sign.
**   text    the fewest significant digits (of 15, 16, 17; subnormals: of any) whose correctly
**           rounded decimal reads back equal; integers below 2^53 in full, all else as %.{n}g
**           writes it: "0.1", "1e+300", "100000"
**   digits  as %.{significant}g, significant drawn into 1..17
**   fixed   as %.{decimals}f, negative `decimals` as 0; 0 and "" if `size` does not suffice
** Halves of the binary value go to even, as in printf; rounding of printed per cents is not done
** here.
*/
size_t assay_number_to_text(double x, char text[ASSAY_NUMBER_TEXT]);
size_t assay_number_to_digits(double x, int significant, char text[ASSAY_NUMBER_TEXT]);
size_t assay_number_to_fixed(double x, int decimals, char *text, size_t size);

/* ---- dates ---------------------------------------------------------------------------------- */

/* Days from 1970-01-01 in the proleptic Gregorian calendar, years 1 to 9999. */
#define ASSAY_DATE_FIRST (-719162) /* 0001-01-01 */
#define ASSAY_DATE_LAST  2932896   /* 9999-12-31 */
#define ASSAY_DATE_TEXT  11

/*
** A pattern has "yyyy", "mm" and "dd" once each, in any order, and any other bytes as they stand:
** "dd/mm/yyyy", "yyyymmdd", "dd.mm.yyyy". NULL stands for "yyyy-mm-dd" wherever a pattern is taken.
*/
bool assay_date_pattern_is_valid(const char *pattern);

/*
** ASSAY_EDOM: the pattern is not valid. ASSAY_EFORMAT: the text does not have its form (widths are
** exact), or is no day of the calendar.
*/
assay_status assay_date_from_text(const char *bytes, size_t length, const char *pattern,
                                  int32_t *days);

/* "yyyy-mm-dd". ASSAY_EDOM, with text untouched: outside the years 1 to 9999. */
assay_status assay_date_to_text(int32_t days, char text[ASSAY_DATE_TEXT]);

/*
** The date `months` months on, on the same day of the month or, where that month is shorter, on its
** last day (31 January + 1 month = 28 or 29 February); then `more_days` days on. Both may be
** negative. ASSAY_EDOM: the date, the date after the months or the result is outside the years
** 1 to 9999.
*/
assay_status assay_date_shift(int32_t days, int64_t months, int64_t more_days, int32_t *shifted);

const char *assay_text_version(void); /* of the library beneath */

#endif
