/* spreadsheet_value.c -- the values of cells as text. */
#include "data/spreadsheet_parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

#define DAY_MS 86400000 /* milliseconds; finer ones are noise of the serial numbers */

/* ---- number formats (ECMA-376, part 1, 18.8.30 and 18.8.31) ---- */

static assay_cell_kind built_in_kind(uint64_t id)
{
    static const struct {
        uint64_t first, last;
        assay_cell_kind kind;
    } kinds[] = {
        {14, 17, ASSAY_CELL_DATE}, {18, 21, ASSAY_CELL_TIME},     {22, 22, ASSAY_CELL_DATE},
        {27, 31, ASSAY_CELL_DATE}, {32, 35, ASSAY_CELL_TIME},     {36, 36, ASSAY_CELL_DATE},
        {45, 45, ASSAY_CELL_TIME}, {46, 46, ASSAY_CELL_DURATION}, {47, 47, ASSAY_CELL_TIME},
        {50, 58, ASSAY_CELL_DATE}, {71, 74, ASSAY_CELL_DATE},     {75, 76, ASSAY_CELL_TIME},
        {77, 77, ASSAY_CELL_DATE}, {78, 78, ASSAY_CELL_TIME},     {79, 79, ASSAY_CELL_DURATION},
        {80, 80, ASSAY_CELL_TIME}, {81, 81, ASSAY_CELL_DATE},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (id >= kinds[i].first && id <= kinds[i].last)
            return kinds[i].kind;
    return ASSAY_CELL_PLAIN;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Does `text` begin with `word`, which is in lower case? */
static bool has_word(const char *text, const char *word)
{
    size_t i = 0;
    while (word[i] != '\0' && lower(text[i]) == word[i])
        i++;
    return word[i] == '\0';
}

/* The end of what stands in brackets: a colour, a condition, a locale, or an elapsed time. */
static const char *skip_brackets(const char *at, bool *elapsed)
{
    const char *inside = ++at;
    while (*at != '\0' && *at != ']')
        at++;
    const char unit = lower(*inside);
    bool same = at > inside && (unit == 'h' || unit == 'm' || unit == 's');
    for (const char *c = inside; c < at; c++)
        same = same && lower(*c) == unit;
    *elapsed = *elapsed || same;
    return *at == '\0' ? at : at + 1;
}

/* Behind what has no meaning for dates, if something of that kind stands here; else `at`. */
static const char *skip_literal(const char *at, bool *elapsed)
{
    static const char *const words[] = {"general", "am/pm", "a/p"};
    if (*at == '"') {
        const char *close = strchr(at + 1, '"');
        return close == NULL ? at + strlen(at) : close + 1;
    }
    if (*at == '\\' || *at == '_' || *at == '*')
        return at[1] == '\0' ? at + 1 : at + 2;
    if (*at == '[')
        return skip_brackets(at, elapsed);
    if (lower(*at) == 'e' && (at[1] == '+' || at[1] == '-'))
        return at + 2; /* 0.00E+00 */
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (has_word(at, words[i]))
            return at + strlen(words[i]);
    return at;
}

assay_cell_kind assay_cell_kind_of(uint64_t id, const char *code)
{
    bool elapsed = false, date = false, month = false, time = false;
    if (code == NULL)
        return built_in_kind(id);
    while (*code != '\0' && *code != ';') { /* the first section is that of positive numbers */
        const char *behind = skip_literal(code, &elapsed);
        const char letter = lower(*code);
        if (behind == code) {
            date = date || letter == 'y' || letter == 'd' || letter == 'e' || letter == 'b';
            month = month || letter == 'm';
            time = time || letter == 'h' || letter == 's';
            behind++;
        }
        code = behind;
    }
    return elapsed                    ? ASSAY_CELL_DURATION
           : date || (month && !time) ? ASSAY_CELL_DATE
           : time                     ? ASSAY_CELL_TIME
                                      : ASSAY_CELL_PLAIN;
}

/* ---- numbers ---- */

/* Is this already the shortest text of its value? A sufficient condition, for speed. */
static bool is_shortest(const char *bytes, size_t length)
{
    if (assay_text_is_plain_integer(bytes, length))
        return length <= 15;
    return assay_text_is_plain_number(bytes, length) && bytes[length - 1] != '0' &&
           bytes[bytes[0] == '-'] != '0';
}

size_t assay_value_of_number(const char *bytes, size_t length, char decimal,
                             char text[ASSAY_VALUE_TEXT])
{
    double x;
    if (length < ASSAY_NUMBER_TEXT && is_shortest(bytes, length)) {
        memcpy(text, bytes, length);
        text[length] = '\0';
    } else {
        length =
            assay_text_to_number(bytes, length, &x) == ASSAY_OK ? assay_number_to_text(x, text) : 0;
    }
    char *point = decimal == ',' ? memchr(text, '.', length) : NULL;
    if (point != NULL)
        *point = ',';
    return length;
}

/* ---- dates and times ---- */

/* Writes "hh:mm:ss" and, if there are any, milliseconds; hours may pass 24. */
static size_t print_time(int64_t ms, char *text)
{
    const long long hours = ms / 3600000;
    const int minutes = (int)(ms / 60000 % 60), seconds = (int)(ms / 1000 % 60);
    const int rest = (int)(ms % 1000);
    int length = snprintf(text, 40, "%02lld:%02d:%02d", hours, minutes, seconds);
    if (rest != 0)
        length += snprintf(text + length, 8, ".%03d", rest);
    return (size_t)length;
}

/* Writes an ISO date as the pattern says, without a 0 byte. */
static size_t print_date(const char iso[ASSAY_DATE_TEXT], const char *pattern, char *text)
{
    size_t length = 0;
    for (const char *at = pattern == NULL ? "yyyy-mm-dd" : pattern; *at != '\0';) {
        const bool year = strncmp(at, "yyyy", 4) == 0;
        const bool part = year || strncmp(at, "mm", 2) == 0 || strncmp(at, "dd", 2) == 0;
        const size_t n = year ? 4 : part ? 2 : 1;
        memcpy(text + length, !part ? at : year ? iso : *at == 'm' ? iso + 5 : iso + 8, n);
        length += n;
        at += n;
    }
    return length;
}

/* A date as the pattern says, or, where it is not midnight, date and time as ISO 8601 has them. */
static size_t print_moment(const char iso[ASSAY_DATE_TEXT], int64_t ms, const char *pattern,
                           char text[ASSAY_VALUE_TEXT])
{
    size_t length = print_date(iso, ms == 0 ? pattern : NULL, text);
    if (ms != 0) {
        text[length++] = 'T';
        length += print_time(ms, text + length);
    }
    text[length] = '\0';
    return length;
}

/*
** The date of a day's number. 1900 was no leap year, but is one in spreadsheets since Lotus 1-2-3:
** day 60 is a day that never was, and day 0 is shown as the one before 1 January.
*/
static bool iso_of_day(int32_t day, bool from_1904, char iso[ASSAY_DATE_TEXT])
{
    enum { DAY_0_OF_1904 = -24107, DAY_0_OF_1900 = -25568 /* 1899-12-31 */ };
    if (!from_1904 && (day == 0 || day == 60)) {
        strcpy(iso, day == 0 ? "1900-01-00" : "1900-02-29");
        return true;
    }
    const int32_t first = from_1904 ? DAY_0_OF_1904 : day < 60 ? DAY_0_OF_1900 : DAY_0_OF_1900 - 1;
    return assay_date_to_text(first + day, iso) == ASSAY_OK;
}

static size_t print_duration(double days, char text[ASSAY_VALUE_TEXT])
{
    if (!(fabs(days) < 1e7))
        return 0;
    const int64_t ms = (int64_t)round(fabs(days) * DAY_MS);
    const size_t sign = days < 0 && ms > 0;
    text[0] = '-';
    return sign + print_time(ms, text + sign);
}

size_t assay_value_of_serial(double serial, assay_cell_kind kind, bool from_1904, const char *dates,
                             char text[ASSAY_VALUE_TEXT])
{
    char iso[ASSAY_DATE_TEXT];
    if (kind == ASSAY_CELL_DURATION)
        return print_duration(serial, text);
    if (!(serial >= 0 && serial < 3e6))
        return 0;
    int32_t day = (int32_t)serial;
    int64_t ms = (int64_t)round((serial - day) * DAY_MS);
    if (ms == DAY_MS) {
        ms = 0;
        day++;
    }
    if (day == 0 && (ms > 0 || kind == ASSAY_CELL_TIME))
        return print_time(ms, text);
    return iso_of_day(day, from_1904, iso) ? print_moment(iso, ms, dates, text) : 0;
}

/* ---- ISO 8601 ---- */

/* Reads digits, at least one, and moves on. */
static bool read_digits(const char **at, const char *end, uint64_t most, int64_t *value)
{
    const char *first = *at;
    uint64_t x = 0;
    for (; *at < end && **at >= '0' && **at <= '9'; ++*at)
        if ((x = 10 * x + (uint64_t)(**at - '0')) > most)
            return false;
    *value = (int64_t)x;
    return *at > first;
}

/* Thousandths behind a point, rounded; none if there is no point. */
static bool read_fraction(const char **at, const char *end, int64_t *ms)
{
    int64_t scale = 1000, digits = 0;
    *ms = 0;
    if (*at == end || (**at != '.' && **at != ','))
        return true;
    for (++*at; *at < end && **at >= '0' && **at <= '9'; ++*at, digits++) {
        scale /= 10;
        if (digits < 3)
            *ms += (**at - '0') * scale;
        else if (digits == 3 && **at >= '5')
            ++*ms;
    }
    return digits > 0;
}

static bool read_sign(const char **at, const char *end, char sign)
{
    const bool there = *at < end && **at == sign;
    *at += there;
    return there;
}

/* hh:mm[:ss[.fff]], to the end. */
static bool read_clock(const char *at, const char *end, int64_t *ms)
{
    int64_t hours, minutes, seconds = 0, rest = 0;
    if (!read_digits(&at, end, 23, &hours) || !read_sign(&at, end, ':') ||
        !read_digits(&at, end, 59, &minutes))
        return false;
    if (read_sign(&at, end, ':') &&
        !(read_digits(&at, end, 59, &seconds) && read_fraction(&at, end, &rest)))
        return false;
    *ms = ((hours * 60 + minutes) * 60 + seconds) * 1000 + rest;
    return at == end && *ms < DAY_MS;
}

size_t assay_value_of_iso(const char *bytes, size_t length, const char *dates,
                          char text[ASSAY_VALUE_TEXT])
{
    enum { DATE = ASSAY_DATE_TEXT - 1 };
    int32_t days;
    int64_t ms = 0;
    char iso[ASSAY_DATE_TEXT];
    if (read_clock(bytes, bytes + length, &ms))
        return print_time(ms, text);
    if (length < DATE || assay_date_from_text(bytes, DATE, NULL, &days) != ASSAY_OK ||
        (length > DATE &&
         (bytes[DATE] != 'T' || !read_clock(bytes + DATE + 1, bytes + length, &ms))))
        return 0;
    memcpy(iso, bytes, DATE);
    iso[DATE] = '\0';
    return print_moment(iso, ms, dates, text);
}

size_t assay_value_of_period(const char *bytes, size_t length, char text[ASSAY_VALUE_TEXT])
{
    static const struct {
        char unit;
        int64_t ms;
    } units[] = {{'H', 3600000}, {'M', 60000}, {'S', 1000}};
    const char *at = bytes, *end = bytes + length;
    int64_t total = 0, value, rest = 0;
    const size_t sign = read_sign(&at, end, '-');
    if (!read_sign(&at, end, 'P'))
        return 0;
    if (at < end && *at != 'T') {
        if (!read_digits(&at, end, 10000000, &value) || !read_sign(&at, end, 'D'))
            return 0;
        total = value * DAY_MS;
    }
    read_sign(&at, end, 'T');
    for (size_t i = 0; i < 3 && at < end; i++) {
        const char *before = at;
        if (!read_digits(&at, end, 1000000000, &value) || !read_fraction(&at, end, &rest))
            return 0;
        if (!read_sign(&at, end, units[i].unit)) {
            at = before;
            continue;
        }
        if (i < 2 && rest != 0)
            return 0; /* only seconds have a fraction */
        total += value * units[i].ms + rest;
    }
    text[0] = '-';
    return at == end && length > 2
               ? (sign && total > 0) + print_time(total, text + (sign && total > 0))
               : 0;
}
