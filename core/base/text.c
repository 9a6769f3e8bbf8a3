/* text.c -- UTF-8, numbers and dates as text, whatever the locale. */
#include "base/text.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* ---- UTF-8 ---------------------------------------------------------------------------------- */

/* Bytes of the character that starts here, 0 if none does. */
static size_t character(const char *bytes, size_t length, utf8proc_int32_t *code)
{
    const utf8proc_ssize_t most = length < 4 ? (utf8proc_ssize_t)length : 4;
    const utf8proc_ssize_t used = utf8proc_iterate((const utf8proc_uint8_t *)bytes, most, code);
    return used > 0 ? (size_t)used : 0;
}

static bool eight_are_ascii(const char *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return (word & UINT64_C(0x8080808080808080)) == 0;
}

bool assay_text_is_utf8(const char *bytes, size_t length, size_t *bad)
{
    utf8proc_int32_t code;
    size_t used;
    for (size_t i = 0; i < length; i += used) {
        used = 8;
        if (length - i >= 8 && eight_are_ascii(bytes + i))
            continue;
        used = (unsigned char)bytes[i] < 0x80 ? 1 : character(bytes + i, length - i, &code);
        if (used == 0) {
            if (bad != NULL)
                *bad = i;
            return false;
        }
    }
    return true;
}

/* Columns of the character that starts here, and its bytes; a byte that is no UTF-8 has one. */
static size_t width_of_next(const char *bytes, size_t length, size_t *used)
{
    utf8proc_int32_t code;
    *used = character(bytes, length, &code);
    if (*used > 0)
        return (size_t)utf8proc_charwidth(code);
    *used = 1;
    return 1;
}

size_t assay_text_width(const char *bytes, size_t length)
{
    size_t width = 0, used;
    for (size_t i = 0; i < length; i += used)
        width += width_of_next(bytes + i, length - i, &used);
    return width;
}

size_t assay_text_fit(const char *bytes, size_t length, size_t columns)
{
    size_t width = 0, used, i = 0;
    for (; i < length; i += used) {
        width += width_of_next(bytes + i, length - i, &used);
        if (width > columns)
            break;
    }
    return i;
}

bool assay_text_is_same_in_any_case(const char *a, const char *b)
{
    size_t left = strlen(a), right = strlen(b);
    while (left > 0 && right > 0) {
        utf8proc_int32_t one, two;
        size_t used = character(a, left, &one), other = character(b, right, &two);
        if (used > 0 && other > 0 ? utf8proc_tolower(one) != utf8proc_tolower(two)
                                  : used != other || *a != *b)
            return false;
        used += used == 0;
        other += other == 0;
        a += used;
        b += other;
        left -= used;
        right -= other;
    }
    return left == right;
}

/* ---- distance ------------------------------------------------------------------------------- */

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool equal(char a, char b)
{
    return lower(a) == lower(b);
}

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

size_t assay_text_distance(const char *a, const char *b)
{
    const size_t n = strnlen(a, ASSAY_TEXT_DISTANCE_BYTES),
                 m = strnlen(b, ASSAY_TEXT_DISTANCE_BYTES);
    unsigned d[ASSAY_TEXT_DISTANCE_BYTES + 1][ASSAY_TEXT_DISTANCE_BYTES + 1];
    for (size_t j = 0; j <= m; j++)
        d[0][j] = (unsigned)j;
    for (size_t i = 1; i <= n; i++) {
        d[i][0] = (unsigned)i;
        for (size_t j = 1; j <= m; j++) {
            d[i][j] = least(d[i - 1][j], d[i][j - 1]) + 1;
            d[i][j] = least(d[i][j], d[i - 1][j - 1] + !equal(a[i - 1], b[j - 1]));
            if (i > 1 && j > 1 && equal(a[i - 1], b[j - 2]) && equal(a[i - 2], b[j - 1]))
                d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
        }
    }
    return d[n][m];
}

/* ---- the "C" locale for one call ------------------------------------------------------------- */

/*
** uselocale changes the calling thread only. glibc and musl keep the "C" locale ready made: no
** allocation, nothing to free.
*/
typedef struct c_locale {
    locale_t own, before;
} c_locale;

static c_locale enter_c_locale(void)
{
    c_locale c;
    c.own = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    c.before = uselocale(c.own);
    return c;
}

static void leave_c_locale(c_locale c)
{
    if (c.own == (locale_t)0)
        return;
    uselocale(c.before);
    freelocale(c.own);
}

static double read_double(const char *text)
{
    const c_locale c = enter_c_locale();
    const double x = strtod(text, NULL);
    leave_c_locale(c);
    return x;
}

__attribute__((format(printf, 3, 4))) static int print(char *text, size_t size, const char *format,
                                                       ...)
{
    va_list arguments;
    const c_locale c = enter_c_locale();
    va_start(arguments, format);
    const int length = vsnprintf(text, size, format, arguments);
    va_end(arguments);
    leave_c_locale(c);
    return length;
}

/* ---- numbers from text ---------------------------------------------------------------------- */

/*
** Correct rounding needs no more than 768 significant digits and the knowledge whether any of the
** others is not 0 (an exact half has at most 767), so a text of any length fits here.
*/
enum { DIGITS_MOST = 800 };

/* value = (-1)^negative * 0.DIGITS * 10^point */
typedef struct decimal {
    bool negative;
    size_t n_digits;
    int64_t point;
    char digits[DIGITS_MOST + 1];
} decimal;

static void add_digit(decimal *d, char digit)
{
    if (d->n_digits == 0 && digit == '0')
        return;
    if (d->n_digits < DIGITS_MOST)
        d->digits[d->n_digits++] = digit;
    else if (digit != '0')
        d->digits[DIGITS_MOST - 1] = '1'; /* some digit behind the last is not 0 */
}

/* [0-9]* [. [0-9]*] with at least one digit; where it ends, or NULL. */
static const char *scan_digits(const char *p, const char *end, decimal *d)
{
    size_t seen = 0;
    for (; p < end && is_digit(*p); p++, seen++) {
        add_digit(d, *p);
        d->point += d->n_digits > 0;
    }
    if (p < end && *p == '.') {
        for (p++; p < end && is_digit(*p); p++, seen++) {
            add_digit(d, *p);
            d->point -= d->n_digits == 0;
        }
    }
    return seen > 0 ? p : NULL;
}

/* [e [+-] [0-9]+]; where it ends, or NULL. The exponent saturates far beyond any length. */
static const char *scan_exponent(const char *p, const char *end, decimal *d)
{
    int64_t exponent = 0;
    if (p == end || (*p != 'e' && *p != 'E'))
        return p;
    p++;
    const bool negative = p < end && *p == '-';
    p += p < end && (*p == '-' || *p == '+');
    if (p == end)
        return NULL;
    for (; p < end && is_digit(*p); p++) {
        if (exponent < INT64_MAX / 100)
            exponent = 10 * exponent + (*p - '0');
    }
    d->point += negative ? -exponent : exponent;
    return p;
}

static bool scan_decimal(const char *bytes, size_t length, decimal *d)
{
    const char *p = bytes, *end = bytes + length;
    d->negative = length > 0 && *p == '-';
    d->n_digits = 0;
    d->point = 0;
    p += length > 0 && (*p == '-' || *p == '+');
    p = scan_digits(p, end, d);
    return p != NULL && scan_exponent(p, end, d) == end;
}

/*
** Up to 15 digits and a power of ten up to 10^22 are exact doubles, so that one multiplication or
** division rounds once, correctly. Source: Clinger (1990), PLDI, 92-101.
*/
static bool short_value(const decimal *d, double *x)
{
    static const double power[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                   1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                   1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    const int64_t exponent = d->point - (int64_t)d->n_digits;
    if (FLT_EVAL_METHOD != 0 || d->n_digits > 15 || exponent < -22 || exponent > 22)
        return false;
    int64_t whole = 0;
    for (size_t i = 0; i < d->n_digits; i++)
        whole = 10 * whole + (d->digits[i] - '0');
    *x = exponent < 0 ? (double)whole / power[-exponent] : (double)whole * power[exponent];
    return true;
}

static double long_value(const decimal *d)
{
    char text[DIGITS_MOST + 16];
    int64_t exponent = d->point - (int64_t)d->n_digits;
    exponent = exponent > 9999 ? 9999 : exponent < -9999 ? -9999 : exponent;
    memcpy(text, d->digits, d->n_digits);
    print(text + d->n_digits, sizeof text - d->n_digits, "e%d", (int)exponent);
    return read_double(text);
}

assay_status assay_text_to_number(const char *bytes, size_t length, double *x)
{
    decimal d;
    double value = 0;
    if (!scan_decimal(bytes, length, &d))
        return ASSAY_EFORMAT;
    if (d.n_digits > 0 && !short_value(&d, &value))
        value = long_value(&d);
    if (!isfinite(value))
        return ASSAY_EFORMAT;
    *x = d.negative ? -value : value;
    return ASSAY_OK;
}

assay_status assay_text_to_integer(const char *bytes, size_t length, int64_t *x)
{
    const bool negative = length > 0 && bytes[0] == '-';
    size_t i = length > 0 && (bytes[0] == '-' || bytes[0] == '+');
    int64_t value = 0;
    if (i == length)
        return ASSAY_EFORMAT;
    for (; i < length; i++) {
        const int digit = bytes[i] - '0';
        if (!is_digit(bytes[i]) || value > (INT64_MAX - digit) / 10)
            return ASSAY_EFORMAT;
        value = 10 * value + digit;
    }
    *x = negative ? -value : value;
    return ASSAY_OK;
}

/* ---- lossless forms ------------------------------------------------------------------------- */

static size_t count_digits(const char *bytes, size_t length)
{
    size_t n = 0;
    while (n < length && is_digit(bytes[n]))
        n++;
    return n;
}

bool assay_text_is_plain_integer(const char *bytes, size_t length)
{
    const size_t sign = length > 0 && bytes[0] == '-';
    const size_t n = length - sign;
    if (n == 0 || n > 18 || count_digits(bytes + sign, n) != n)
        return false;
    return bytes[sign] != '0' || (n == 1 && sign == 0);
}

static bool is_plain_decimal(const char *bytes, size_t length)
{
    decimal d;
    const size_t sign = length > 0 && bytes[0] == '-';
    const size_t n = length - sign, whole = count_digits(bytes + sign, n);
    const size_t rest = n - whole;
    if (length > 300 || whole == 0 || (whole > 1 && bytes[sign] == '0'))
        return false;
    const char *point = bytes + sign + whole;
    if (rest > 0 && (*point != '.' || rest == 1 || count_digits(point + 1, rest - 1) != rest - 1))
        return false;
    return scan_decimal(bytes, length, &d) && d.n_digits <= 15 && (d.n_digits > 0 || sign == 0);
}

const char *assay_with_point(const char *bytes, size_t length, char sign,
                             char copy[ASSAY_POINT_BYTES])
{
    if (sign != ',')
        return bytes;
    if (length > ASSAY_POINT_BYTES || memchr(bytes, '.', length) != NULL)
        return NULL;
    for (size_t i = 0; i < length; i++)
        copy[i] = bytes[i] == ',' ? '.' : bytes[i];
    return copy;
}

/* ---- numbers to text ------------------------------------------------------------------------ */

/* "-0.00" says nothing that "0.00" does not. */
static size_t drop_sign_of_zero(char *text, size_t length)
{
    if (text[0] != '-' || text[1 + strspn(text + 1, "0.")] != '\0')
        return length;
    memmove(text, text + 1, length);
    return length - 1;
}

static size_t write_special(double x, char *text)
{
    const char *name = isnan(x) ? "nan" : x > 0 ? "inf" : "-inf";
    const size_t length = strlen(name);
    memcpy(text, name, length + 1);
    return length;
}

size_t assay_number_to_digits(double x, int significant, char text[ASSAY_NUMBER_TEXT])
{
    const int n = significant < 1 ? 1 : significant > 17 ? 17 : significant;
    if (!isfinite(x))
        return write_special(x, text);
    return drop_sign_of_zero(text, (size_t)print(text, ASSAY_NUMBER_TEXT, "%.*g", n, x));
}

size_t assay_number_to_fixed(double x, int decimals, char *text, size_t size)
{
    if (size > 0)
        text[0] = '\0';
    if (!isfinite(x))
        return size < sizeof "-inf" ? 0 : write_special(x, text);
    const int length = print(text, size, "%.*f", decimals < 0 ? 0 : decimals, x);
    if (length >= 0 && (size_t)length < size)
        return drop_sign_of_zero(text, (size_t)length);
    if (size > 0)
        text[0] = '\0';
    return 0;
}

/* whole / 10^decimals; trailing zeros of `whole` are written too */
static size_t write_decimal(bool negative, int64_t whole, int decimals, char *text)
{
    char reversed[ASSAY_NUMBER_TEXT];
    size_t n = 0, length = 0;
    for (int i = 0; whole > 0 || i <= decimals; i++, whole /= 10) {
        if (decimals > 0 && i == decimals)
            reversed[n++] = '.';
        reversed[n++] = (char)('0' + whole % 10);
    }
    if (negative)
        text[length++] = '-';
    while (n > 0)
        text[length++] = reversed[--n];
    text[length] = '\0';
    return length;
}

/*
** The common case, ten times as fast as printf: x is an integer, or the double nearest to a decimal
** of at most 15 digits and 6 decimals. Two such decimals never share a double, so it is the
** shortest.
*/
static size_t write_short(double x, char *text)
{
    static const double power[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6};
    const double size = fabs(x);
    if (size < 9007199254740992.0 && size == floor(size))
        return write_decimal(x < 0, (int64_t)size, 0, text);
    for (int k = 1; k <= 6 && size >= 1e-4 && size * power[k] < 1e15; k++) {
        const double whole = floor(size * power[k] + 0.5);
        if (whole / power[k] == size)
            return write_decimal(x < 0, (int64_t)whole, k, text);
    }
    return 0;
}

size_t assay_number_to_text(double x, char text[ASSAY_NUMBER_TEXT])
{
    if (!isfinite(x))
        return write_special(x, text);
    size_t length = write_short(x, text);
    if (length > 0)
        return length;
    for (int n = fabs(x) < DBL_MIN ? 1 : 15; n <= 17; n++) {
        double back;
        length = assay_number_to_digits(x, n, text);
        if (assay_text_to_number(text, length, &back) == ASSAY_OK && back == x)
            break;
    }
    return length;
}

/* Whether a number with decimals or an exponent would be written just so. */
static bool is_written_so(const char *bytes, size_t length)
{
    double x;
    char text[ASSAY_NUMBER_TEXT];
    return length > 0 && length < ASSAY_NUMBER_TEXT && (bytes[0] == '-' || is_digit(bytes[0])) &&
           (memchr(bytes, '.', length) != NULL || memchr(bytes, 'e', length) != NULL) &&
           assay_text_to_number(bytes, length, &x) == ASSAY_OK &&
           assay_number_to_text(x, text) == length && memcmp(text, bytes, length) == 0;
}

bool assay_text_is_plain_number(const char *bytes, size_t length)
{
    return is_plain_decimal(bytes, length) || is_written_so(bytes, length);
}

/* ---- dates ---------------------------------------------------------------------------------- */

static const char iso_pattern[] = "yyyy-mm-dd";

static bool is_leap(int64_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int days_in_month(int64_t year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

static bool is_date(int64_t days)
{
    return days >= ASSAY_DATE_FIRST && days <= ASSAY_DATE_LAST;
}

/*
** Years are counted from March, so that the leap day ends one and the days before month m are
** (153 m + 2) / 5. 719468 days lie between 0000-03-01 and 1970-01-01; an era of 400 years has
** 146097.
** Source: Richards (2013), Explanatory Supplement to the Astronomical Almanac, 15.11.
*/
static int32_t days_of(int year, int month, int day)
{
    const int y = month > 2 ? year : year - 1, m = (month + 9) % 12;
    return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719468;
}

static void split_days(int32_t days, int *year, int *month, int *day)
{
    const int z = days + 719468, era = z / 146097, in_era = z % 146097;
    const int y = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    const int in_year = in_era - (365 * y + y / 4 - y / 100), m = (5 * in_year + 2) / 153;
    *day = in_year - (153 * m + 2) / 5 + 1;
    *month = m < 10 ? m + 3 : m - 9;
    *year = 400 * era + y + (*month <= 2);
}

/* Does `pattern` have this letter in one run of `width`, and nowhere else? */
static bool has_field(const char *pattern, char letter, size_t width)
{
    const char *start = strchr(pattern, letter);
    size_t run = 0;
    if (start == NULL)
        return false;
    while (start[run] == letter)
        run++;
    return run == width && strchr(start + run, letter) == NULL;
}

bool assay_date_pattern_is_valid(const char *pattern)
{
    return pattern == NULL ||
           (has_field(pattern, 'y', 4) && has_field(pattern, 'm', 2) && has_field(pattern, 'd', 2));
}

static bool match_date(const char *bytes, const char *pattern, int *year, int *month, int *day)
{
    *year = *month = *day = 0;
    for (; *pattern != '\0'; pattern++, bytes++) {
        int *field = *pattern == 'y'   ? year
                     : *pattern == 'm' ? month
                     : *pattern == 'd' ? day
                                       : NULL;
        if (field == NULL ? *bytes != *pattern : !is_digit(*bytes))
            return false;
        if (field != NULL)
            *field = 10 * *field + (*bytes - '0');
    }
    return true;
}

assay_status assay_date_from_text(const char *bytes, size_t length, const char *pattern,
                                  int32_t *days)
{
    int year, month, day;
    const char *form = pattern == NULL ? iso_pattern : pattern;
    if (!assay_date_pattern_is_valid(pattern))
        return ASSAY_EDOM;
    if (length != strlen(form) || !match_date(bytes, form, &year, &month, &day))
        return ASSAY_EFORMAT;
    if (year < 1 || month < 1 || month > 12 || day < 1 || day > days_in_month(year, month))
        return ASSAY_EFORMAT;
    *days = days_of(year, month, day);
    return ASSAY_OK;
}

static void write_padded(char *text, int width, int number)
{
    for (int i = width - 1; i >= 0; i--, number /= 10)
        text[i] = (char)('0' + number % 10);
}

assay_status assay_date_to_text(int32_t days, char text[ASSAY_DATE_TEXT])
{
    int year, month, day;
    if (!is_date(days))
        return ASSAY_EDOM;
    split_days(days, &year, &month, &day);
    memcpy(text, iso_pattern, sizeof iso_pattern);
    write_padded(text, 4, year);
    write_padded(text + 5, 2, month);
    write_padded(text + 8, 2, day);
    return ASSAY_OK;
}

assay_status assay_date_shift(int32_t days, int64_t months, int64_t more_days, int32_t *shifted)
{
    const int64_t most_months = 12 * 9999, most_days = (int64_t)ASSAY_DATE_LAST - ASSAY_DATE_FIRST;
    int year, month, day;
    if (!is_date(days) || months < -most_months || months > most_months)
        return ASSAY_EDOM;
    if (more_days < -most_days || more_days > most_days)
        return ASSAY_EDOM;

    split_days(days, &year, &month, &day);
    const int64_t count = 12 * (int64_t)(year - 1) + (month - 1) + months;
    if (count < 0 || count >= most_months)
        return ASSAY_EDOM;
    year = (int)(count / 12) + 1;
    month = (int)(count % 12) + 1;
    const int last = days_in_month(year, month);
    const int64_t moved = days_of(year, month, day < last ? day : last) + more_days;
    if (!is_date(moved))
        return ASSAY_EDOM;
    *shifted = (int32_t)moved;
    return ASSAY_OK;
}

const char *assay_text_version(void)
{
    return utf8proc_version();
}
