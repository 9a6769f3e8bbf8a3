#include "check.h"

#include <float.h>
#include <locale.h>

#include "base/text.h"

#define TEXT(literal) literal, sizeof literal - 1

/* ---- UTF-8 ---------------------------------------------------------------------------------- */

static const struct {
    const char *bytes;
    size_t length;
    long bad; /* -1: none */
} utf8_cases[] = {
    {TEXT(""), -1},
    {TEXT("plain"), -1},
    {TEXT("a\0b"), -1},
    {TEXT("\x7F\xC2\x80\xDF\xBF\xE0\xA0\x80\xEF\xBF\xBF\xF0\x90\x80\x80\xF4\x8F\xBF\xBF"), -1},
    {TEXT("\xED\x9F\xBF\xEE\x80\x80"), -1},
    {TEXT("\x80"), 0},
    {TEXT("ab\xBF"), 2},
    {TEXT("12345678\xFF"), 8},
    {TEXT("1234567\xC3\xA9\xC3"), 9},
    {TEXT("\xC0\x80"), 0},         /* overlong NUL */
    {TEXT("\xC1\xBF"), 0},         /* overlong */
    {TEXT("a\xE0\x9F\xBF"), 1},    /* overlong */
    {TEXT("\xF0\x8F\xBF\xBF"), 0}, /* overlong */
    {TEXT("\xED\xA0\x80"), 0},     /* surrogate D800 */
    {TEXT("\xED\xBF\xBF"), 0},     /* surrogate DFFF */
    {TEXT("\xF4\x90\x80\x80"), 0}, /* U+110000 */
    {TEXT("\xF5\x80\x80\x80"), 0},
    {TEXT("ok\xE2\x82"), 2},     /* cut short */
    {TEXT("ok\xF0\x9F\x98"), 2}, /* cut short */
    {TEXT("\xE2\x82"
          "A"),
     0},
};

START_TEST(utf8_is_what_unicode_says_and_the_first_bad_byte_is_found)
{
    size_t bad = 99;
    const bool valid = assay_text_is_utf8(utf8_cases[_i].bytes, utf8_cases[_i].length, &bad);
    ck_assert_int_eq(valid, utf8_cases[_i].bad < 0);
    ck_assert_uint_eq(bad, valid ? 99 : (size_t)utf8_cases[_i].bad);
    ck_assert_int_eq(assay_text_is_utf8(utf8_cases[_i].bytes, utf8_cases[_i].length, NULL), valid);
}
END_TEST

START_TEST(every_code_point_in_its_shortest_form_is_utf8_but_for_surrogates)
{
    for (uint32_t c = 0x800; c <= 0xFFFF; c++) {
        const char form[3] = {(char)(0xE0 | c >> 12), (char)(0x80 | (c >> 6 & 63)),
                              (char)(0x80 | (c & 63))};
        ck_assert_int_eq(assay_text_is_utf8(form, 3, NULL), c < 0xD800 || c > 0xDFFF);
    }
}
END_TEST

START_TEST(what_fits_is_cut_between_characters)
{
    ck_assert_uint_eq(assay_text_fit(TEXT("Durham"), 3), 3);
    ck_assert_uint_eq(assay_text_fit(TEXT("Durham"), 6), 6);
    ck_assert_uint_eq(assay_text_fit(TEXT("Durham"), 9), 6);
    ck_assert_uint_eq(assay_text_fit(TEXT("Durham"), 0), 0);
    ck_assert_uint_eq(assay_text_fit(TEXT(""), 5), 0);
    ck_assert_uint_eq(assay_text_fit(TEXT("\xC3\xAB\xC3\xAB"), 1), 2);
    ck_assert_uint_eq(assay_text_fit(TEXT("e\xCC\x88z"), 1), 3); /* its combining mark */
    ck_assert_uint_eq(assay_text_fit(TEXT("\xE6\x97\xA5\xE6\x9C\xAC"), 3), 3); /* half a wide one */
    ck_assert_uint_eq(assay_text_fit(TEXT("a\xFF\xE2\x82"), 2), 2); /* bad bytes take one */
}
END_TEST

START_TEST(width_counts_columns)
{
    ck_assert_uint_eq(assay_text_width(TEXT("")), 0);
    ck_assert_uint_eq(assay_text_width(TEXT("Durham")), 6);
    ck_assert_uint_eq(assay_text_width(TEXT("Zo\xC3\xAB")), 3);
    ck_assert_uint_eq(assay_text_width(TEXT("Zoe\xCC\x88")), 3);              /* combining */
    ck_assert_uint_eq(assay_text_width(TEXT("\xE6\x97\xA5\xE6\x9C\xAC")), 4); /* wide */
    ck_assert_uint_eq(assay_text_width(TEXT("a\xFF\xE2\x82")), 4);            /* three bad bytes */
}
END_TEST

START_TEST(case_of_letters_is_passed_over_and_nothing_else)
{
    static const struct {
        const char *a, *b;
        bool same;
    } rows[] = {{"", "", true},
                {"History", "hISTORY", true},
                {"\xC3\x84pfel", "\xC3\xA4PFEL", true},
                {"\xCE\xA3", "\xCF\x83", true},
                {"a", "ab", false},
                {"\xC3\x84", "A", false},
                {"\xFF", "\xFE", false},
                {"\xFF", "\xFF", true},
                {"\xFF", "\xC3\xBF", false}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ck_assert_msg(assay_text_is_same_in_any_case(rows[i].a, rows[i].b) == rows[i].same, "%zu",
                      i);
        ck_assert_msg(assay_text_is_same_in_any_case(rows[i].b, rows[i].a) == rows[i].same, "%zu",
                      i);
    }
}
END_TEST

START_TEST(distance_is_optimal_string_alignment)
{
    ck_assert_uint_eq(assay_text_distance("", ""), 0);
    ck_assert_uint_eq(assay_text_distance("abc", ""), 3);
    ck_assert_uint_eq(assay_text_distance("confidance", "confidence"), 1);
    ck_assert_uint_eq(assay_text_distance("popualtion", "population"), 1);
    ck_assert_uint_eq(assay_text_distance("ca", "abc"), 3); /* Damerau-Levenshtein has 2 */
    ck_assert_uint_eq(assay_text_distance("kitten", "sitting"), 3);
    ck_assert_uint_eq(assay_text_distance("WHERE", "where"), 0);
}
END_TEST

START_TEST(distance_looks_at_sixty_four_bytes)
{
    char a[101], b[101];
    memset(a, 'a', 100);
    memset(b, 'b', 100);
    a[100] = b[100] = '\0';
    ck_assert_uint_eq(assay_text_distance(a, b), 64);
    memset(b, 'a', 64);
    ck_assert_uint_eq(assay_text_distance(a, b), 0);
}
END_TEST

/* ---- numbers -------------------------------------------------------------------------------- */

static double number(const char *text)
{
    double x = 77;
    if (assay_text_to_number(text, strlen(text), &x) != ASSAY_OK)
        ck_abort_msg("'%s' refused", text);
    return x;
}

/* What the compiler reads is correctly rounded. */
#define READS_AS_C_DOES(literal) ck_assert(number(#literal) == literal)

START_TEST(numbers_are_read_correctly_rounded)
{
    READS_AS_C_DOES(0);
    READS_AS_C_DOES(123456789012345678901234567890.);
    READS_AS_C_DOES(0.1);
    READS_AS_C_DOES(1.);
    READS_AS_C_DOES(.5);
    READS_AS_C_DOES(1e23);
    READS_AS_C_DOES(8.5e-22);
    READS_AS_C_DOES(999999999999999e22);
    READS_AS_C_DOES(9007199254740993.0); /* an exact half: to even */
    READS_AS_C_DOES(9007199254740993.000000000000000000000000000000000000001);
    READS_AS_C_DOES(2.2250738585072011e-308);
    READS_AS_C_DOES(4.9406564584124654e-324);
    READS_AS_C_DOES(1.7976931348623157e308);
    ck_assert(number("-12.5E+1") == -125);
    ck_assert(number("+7") == 7);
    ck_assert(number("1e-400") == 0);
    ck_assert(signbit(number("-0")));
    ck_assert(number("0e99999999999999999999") == 0);
}
END_TEST

START_TEST(digits_beyond_any_buffer_still_decide_a_half)
{
    char text[3001] = "9007199254740993."; /* half way between two doubles */
    memset(text + 17, '0', 2983);
    text[3000] = '\0';
    ck_assert(number(text) == 9007199254740992.0);
    text[2999] = '1';
    ck_assert(number(text) == 9007199254740994.0);
    memset(text, '0', 3000);
    text[0] = '1'; /* 1 and 2993 zeros */
    memcpy(text + 2994, "e-2993", 6);
    ck_assert(number(text) == 1);
}
END_TEST

START_TEST(what_is_not_a_whole_decimal_number_is_refused)
{
    static const char *const bad[] = {"",    " ",     "+",    ".",     "-.",
                                      "e5",  "1e",    "1e+",  "1 ",    " 1",
                                      "1,5", "1.2.3", "--1",  "+-1",   "0x10",
                                      "inf", "nan",   "NaN",  "1e309", "-1e999",
                                      "1d5", "1_0",   "1e5.", "1e5e",  "1e99999999999999999999"};
    double x = 77;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_msg(assay_text_to_number(bad[i], strlen(bad[i]), &x) == ASSAY_EFORMAT, "'%s'",
                      bad[i]);
    assert_status(assay_text_to_number("1\0002", 3, &x), ASSAY_EFORMAT);
    ck_assert(x == 77);
    assert_ok(assay_text_to_number("12345", 2, &x));
    ck_assert(x == 12);
}
END_TEST

START_TEST(integers_reach_from_above_the_missing_value_to_the_largest)
{
    int64_t x = 77;
    assert_status(assay_text_to_integer(TEXT("-9223372036854775808"), &x), ASSAY_EFORMAT);
    assert_status(assay_text_to_integer(TEXT("9223372036854775808"), &x), ASSAY_EFORMAT);
    assert_status(assay_text_to_integer(TEXT("99999999999999999999"), &x), ASSAY_EFORMAT);
    assert_status(assay_text_to_integer(TEXT(""), &x), ASSAY_EFORMAT);
    assert_status(assay_text_to_integer(TEXT("-"), &x), ASSAY_EFORMAT);
    assert_status(assay_text_to_integer(TEXT("1.0"), &x), ASSAY_EFORMAT);
    assert_status(assay_text_to_integer(TEXT(" 1"), &x), ASSAY_EFORMAT);
    ck_assert_int_eq(x, 77);
    assert_ok(assay_text_to_integer(TEXT("-9223372036854775807"), &x));
    ck_assert_int_eq(x, -INT64_MAX);
    assert_ok(assay_text_to_integer(TEXT("+9223372036854775807"), &x));
    ck_assert_int_eq(x, INT64_MAX);
    assert_ok(assay_text_to_integer(TEXT("007"), &x));
    ck_assert_int_eq(x, 7);
}
END_TEST

static void prints(double x, const char *want)
{
    char text[ASSAY_NUMBER_TEXT];
    const size_t length = assay_number_to_text(x, text);
    ck_assert_str_eq(text, want);
    ck_assert_uint_eq(length, strlen(want));
}

START_TEST(numbers_print_short)
{
    prints(0, "0");
    prints(-0.0, "0");
    prints(0.1, "0.1");
    prints(0.1 + 0.2, "0.30000000000000004");
    prints(-12.5, "-12.5");
    prints(100000, "100000");
    prints(-42, "-42");
    prints(9007199254740991, "9007199254740991");
    prints(1e300, "1e+300");
    prints(1.0 / 3, "0.3333333333333333");
    prints(123.000001, "123.000001");
    prints(0.00012, "0.00012");
    prints(1e-05, "1e-05");
    prints(5e-324, "5e-324");
    prints(DBL_MAX, "1.7976931348623157e+308");
    prints(-DBL_MIN, "-2.2250738585072014e-308");
    prints((double)NAN, "nan");
    prints((double)INFINITY, "inf");
    prints(-(double)INFINITY, "-inf");
}
END_TEST

/* splitmix64 */
static uint64_t next_random(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

static size_t count_significant(const char *text)
{
    size_t n = 0, zeros = 0;
    for (; *text != '\0' && *text != 'e'; text++) {
        if (*text == '0' && n > 0)
            zeros++;
        else if (*text >= '1' && *text <= '9') {
            n += zeros + 1;
            zeros = 0;
        }
    }
    return n;
}

START_TEST(any_number_reads_back_equal_and_no_rounded_decimal_is_shorter)
{
    uint64_t state = 1;
    for (int i = 0; i < 100000; i++) {
        const uint64_t bits = next_random(&state);
        char text[ASSAY_NUMBER_TEXT], shorter[64];
        double x;
        memcpy(&x, &bits, sizeof x);
        if (i % 2 == 0)
            x = (double)(int64_t)(bits >> 24) / (double)(1 + bits % 4096);
        if (i % 4 == 0)
            x = (double)(bits % 100000000) / 1e4;
        if (!isfinite(x))
            continue;
        assay_number_to_text(x, text);
        ck_assert_msg(number(text) == x, "%s is not %a", text, x);
        const int n = (int)count_significant(text);
        snprintf(shorter, sizeof shorter, "%.*e", n - 2, x);
        ck_assert_msg(n < 2 || strtod(shorter, NULL) != x, "%s is shorter than %s", shorter, text);
    }
}
END_TEST

START_TEST(reading_agrees_with_the_c_library)
{
    uint64_t state = 2;
    for (int i = 0; i < 100000; i++) {
        char text[64];
        const uint64_t bits = next_random(&state);
        snprintf(text, sizeof text, "%llu.%llue%d", (unsigned long long)(bits >> (bits % 60)),
                 (unsigned long long)(bits % 1000), (int)(bits % 80) - 40);
        ck_assert_msg(number(text) == strtod(text, NULL), "%s", text);
    }
}
END_TEST

START_TEST(digits_and_decimals_are_those_of_printf)
{
    char text[ASSAY_NUMBER_TEXT], fixed[8];
    ck_assert_uint_eq(assay_number_to_digits(2.0 / 3, 12, text), 14);
    ck_assert_str_eq(text, "0.666666666667");
    assay_number_to_digits(123456, 3, text);
    ck_assert_str_eq(text, "1.23e+05");
    assay_number_to_digits(0.1, 99, text);
    ck_assert_str_eq(text, "0.10000000000000001");
    ck_assert_uint_eq(assay_number_to_fixed(61.25, 1, fixed, sizeof fixed), 4);
    ck_assert_str_eq(fixed, "61.2");
    assay_number_to_fixed(-0.004, 2, fixed, sizeof fixed);
    ck_assert_str_eq(fixed, "0.00");
    assay_number_to_fixed(-1.5, -3, fixed, sizeof fixed);
    ck_assert_str_eq(fixed, "-2");
    assay_number_to_fixed((double)NAN, 2, fixed, sizeof fixed);
    ck_assert_str_eq(fixed, "nan");
}
END_TEST

START_TEST(a_fixed_number_that_does_not_fit_is_empty)
{
    char text[8];
    ck_assert_uint_eq(assay_number_to_fixed(1234567, 0, text, sizeof text), 7);
    ck_assert_uint_eq(assay_number_to_fixed(1234567, 1, text, sizeof text), 0);
    ck_assert_str_eq(text, "");
    ck_assert_uint_eq(assay_number_to_fixed(1e300, 2, text, sizeof text), 0);
    ck_assert_uint_eq(assay_number_to_fixed((double)NAN, 2, text, 3), 0);
    ck_assert_uint_eq(assay_number_to_fixed(1, 2, NULL, 0), 0);
}
END_TEST

START_TEST(a_decimal_comma_in_the_locale_changes_nothing)
{
    static const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "fr_FR.utf8"};
    char text[ASSAY_NUMBER_TEXT];
    size_t i = 0;
    while (i < 4 && setlocale(LC_ALL, names[i]) == NULL)
        i++;
    if (i == 4) {
        fprintf(stderr, "check_text: SKIPPED, no locale with a decimal comma is installed\n");
        return;
    }
    snprintf(text, sizeof text, "%.1f", 0.5);
    ck_assert_str_eq(text, "0,5"); /* it is in force */
    ck_assert(number("2.2250738585072014e-308") == DBL_MIN);
    prints(1.0 / 3, "0.3333333333333333");
    assay_number_to_fixed(0.5, 1, text, sizeof text);
    ck_assert_str_eq(text, "0.5");
    assay_number_to_digits(0.5, 3, text);
    ck_assert_str_eq(text, "0.5");
    snprintf(text, sizeof text, "%.1f", 0.5);
    ck_assert_str_eq(text, "0,5"); /* and still is */
    setlocale(LC_ALL, "C");
}
END_TEST

/* ---- lossless forms ------------------------------------------------------------------------- */

static bool plain_integer(const char *text)
{
    return assay_text_is_plain_integer(text, strlen(text));
}

static bool plain_number(const char *text)
{
    return assay_text_is_plain_number(text, strlen(text));
}

START_TEST(identifiers_are_no_plain_integers)
{
    static const char *const good[] = {
        "0", "7", "-7", "10", "999999999999999999", "-999999999999999999"};
    static const char *const bad[] = {"",   "-",  "-0", "007", "+7",  "1.0", "1e3",
                                      " 1", "1 ", "00", "-01", "1,0", "0x1", "1000000000000000000"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        ck_assert_msg(plain_integer(good[i]), "'%s'", good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_msg(!plain_integer(bad[i]), "'%s'", bad[i]);
}
END_TEST

START_TEST(plain_numbers_have_fifteen_significant_digits_or_are_written_so)
{
    static const char *const good[] = {"0",
                                       "-7",
                                       "0.5",
                                       "-0.5",
                                       "10.0",
                                       "0.00",
                                       "1.50",
                                       "0.000000000000000000000012",
                                       "123456789012345",
                                       "1234567890.12345",
                                       "1234567890.123456",
                                       "0.30000000000000004",
                                       "-1e-05",
                                       "2.5e-10",
                                       "1e+300",
                                       "5e-324"};
    static const char *const bad[] = {"",
                                      "-",
                                      "-0",
                                      "-0.0",
                                      ".5",
                                      "5.",
                                      "00.5",
                                      "01",
                                      "1e3",
                                      "+1",
                                      "1,5",
                                      "1.2.",
                                      "1.-2",
                                      " 1.0",
                                      "nan",
                                      "1234567890123456",
                                      "1234567890.1234560",
                                      "1.000000000000000"};
    char small[400] = "0.";
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        ck_assert_msg(plain_number(good[i]), "'%s'", good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_msg(!plain_number(bad[i]), "'%s'", bad[i]);
    memset(small + 2, '0', 396);
    small[398] = '1';
    ck_assert(!plain_number(small));
}
END_TEST

/* ---- dates ---------------------------------------------------------------------------------- */

static int32_t date(const char *text)
{
    int32_t days = 0;
    ck_assert_msg(assay_date_from_text(text, strlen(text), NULL, &days) == ASSAY_OK, "%s", text);
    return days;
}

START_TEST(dates_count_from_1970)
{
    ck_assert_int_eq(date("1970-01-01"), 0);
    ck_assert_int_eq(date("1969-12-31"), -1);
    ck_assert_int_eq(date("2000-03-01"), 11017);
    ck_assert_int_eq(date("2018-11-05"), 17840); /* date -ud 2018-11-05 +%s / 86400 */
    ck_assert_int_eq(date("0001-01-01"), ASSAY_DATE_FIRST);
    ck_assert_int_eq(date("9999-12-31"), ASSAY_DATE_LAST);
}
END_TEST

/* Walks the whole calendar by its rule of leap years, apart from the formulas. */
START_TEST(every_day_of_9999_years_is_written_and_read)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int32_t days = ASSAY_DATE_FIRST, back = 0;
    char want[32], text[ASSAY_DATE_TEXT];
    for (int y = 1; y <= 9999; y++) {
        const int leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
        for (int m = 1; m <= 12; m++) {
            for (int d = 1; d <= lengths[m - 1] + (m == 2 && leap); d++, days++) {
                snprintf(want, sizeof want, "%04d-%02d-%02d", y, m, d);
                if (assay_date_to_text(days, text) != ASSAY_OK || strcmp(text, want) != 0 ||
                    assay_date_from_text(want, 10, NULL, &back) != ASSAY_OK || back != days)
                    ck_abort_msg("%s is day %d, not day %d", want, (int)days, (int)back);
            }
        }
    }
    ck_assert_int_eq(days - 1, ASSAY_DATE_LAST);
}
END_TEST

START_TEST(a_pattern_says_where_day_month_and_year_stand)
{
    static const struct {
        const char *text, *pattern;
    } cases[] = {{"05/11/2018", "dd/mm/yyyy"},
                 {"11/05/2018", "mm/dd/yyyy"},
                 {"05.11.2018", "dd.mm.yyyy"},
                 {"20181105", "yyyymmdd"},
                 {"2018-11-05T00:00", "yyyy-mm-ddT00:00"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int32_t days = 0;
        assert_ok(
            assay_date_from_text(cases[i].text, strlen(cases[i].text), cases[i].pattern, &days));
        ck_assert_int_eq(days, 17840);
    }
}
END_TEST

START_TEST(a_pattern_has_each_field_once_and_in_full)
{
    static const char *const bad[] = {"",           "yyyy-mm",     "yy-mm-dd",
                                      "yyyy-m-d",   "dd/mm/yyyyy", "yyyy-mm-dd-dd",
                                      "YYYY-MM-DD", "ddd/mm/yyyy"};
    int32_t days = 77;
    ck_assert(assay_date_pattern_is_valid(NULL));
    ck_assert(assay_date_pattern_is_valid("dd mm yyyy"));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_msg(!assay_date_pattern_is_valid(bad[i]), "%s", bad[i]);
    assert_status(assay_date_from_text("2018", 4, "yyyy", &days), ASSAY_EDOM);
    ck_assert_int_eq(days, 77);
}
END_TEST

START_TEST(what_is_no_day_is_refused)
{
    static const char *const bad[] = {"",           "2018-11-5",  "2018-11-050", "2018/11/05",
                                      "2019-02-29", "1900-02-29", "2018-04-31",  "2018-00-10",
                                      "2018-13-01", "2018-01-00", "2018-01-32",  "0000-01-01",
                                      "2018-1a-01", " 018-11-05", "2018-11-05 ", "-018-11-05"};
    int32_t days = 77;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_msg(assay_date_from_text(bad[i], strlen(bad[i]), NULL, &days) == ASSAY_EFORMAT,
                      "%s", bad[i]);
    ck_assert_int_eq(days, 77);
    ck_assert_int_eq(date("2000-02-29") + 1, date("2000-03-01"));
}
END_TEST

START_TEST(days_outside_the_calendar_have_no_text)
{
    char text[ASSAY_DATE_TEXT] = "before";
    assert_status(assay_date_to_text(ASSAY_DATE_FIRST - 1, text), ASSAY_EDOM);
    assert_status(assay_date_to_text(ASSAY_DATE_LAST + 1, text), ASSAY_EDOM);
    assert_status(assay_date_to_text(INT32_MIN, text), ASSAY_EDOM);
    ck_assert_str_eq(text, "before");
}
END_TEST

static const struct {
    const char *from;
    int64_t months, days;
    const char *to;
} shifts[] = {
    {"2018-11-05", -7, 0, "2018-04-05"},  {"2018-01-31", 1, 0, "2018-02-28"},
    {"2020-01-31", 1, 0, "2020-02-29"},   {"2018-01-31", 1, 1, "2018-03-01"},
    {"2020-02-29", 12, 0, "2021-02-28"},  {"2020-02-29", -48, 0, "2016-02-29"},
    {"2018-12-31", 2, -1, "2019-02-27"},  {"2018-01-15", -1, 0, "2017-12-15"},
    {"2018-11-05", 0, 365, "2019-11-05"}, {"0001-01-01", 119987, 30, "9999-12-31"},
    {"9999-12-31", 1, -31, NULL},         {"0001-01-01", 0, -1, NULL},
    {"0001-01-31", -1, 31, NULL},         {"2018-01-01", INT64_MAX, 0, NULL},
    {"2018-01-01", INT64_MIN, 0, NULL},   {"2018-01-01", 0, INT64_MAX, NULL},
    {"2018-01-01", 0, INT64_MIN, NULL},
};

START_TEST(a_shift_by_months_ends_on_the_last_day_at_most)
{
    int32_t shifted = 77;
    const assay_status status =
        assay_date_shift(date(shifts[_i].from), shifts[_i].months, shifts[_i].days, &shifted);
    ck_assert_int_eq(status, shifts[_i].to == NULL ? ASSAY_EDOM : ASSAY_OK);
    ck_assert_int_eq(shifted, shifts[_i].to == NULL ? 77 : date(shifts[_i].to));
    assert_status(assay_date_shift(INT32_MIN, 0, 0, &shifted), ASSAY_EDOM);
}
END_TEST

static TCase *utf8_tests(void)
{
    TCase *tests = tcase_create("utf8");
    tcase_add_loop_test(tests, utf8_is_what_unicode_says_and_the_first_bad_byte_is_found, 0,
                        sizeof utf8_cases / sizeof utf8_cases[0]);
    tcase_add_test(tests, every_code_point_in_its_shortest_form_is_utf8_but_for_surrogates);
    tcase_add_test(tests, width_counts_columns);
    tcase_add_test(tests, what_fits_is_cut_between_characters);
    tcase_add_test(tests, case_of_letters_is_passed_over_and_nothing_else);
    tcase_add_test(tests, distance_is_optimal_string_alignment);
    tcase_add_test(tests, distance_looks_at_sixty_four_bytes);
    return tests;
}

static TCase *number_tests(void)
{
    TCase *tests = tcase_create("numbers");
    tcase_add_test(tests, numbers_are_read_correctly_rounded);
    tcase_add_test(tests, digits_beyond_any_buffer_still_decide_a_half);
    tcase_add_test(tests, what_is_not_a_whole_decimal_number_is_refused);
    tcase_add_test(tests, integers_reach_from_above_the_missing_value_to_the_largest);
    tcase_add_test(tests, numbers_print_short);
    tcase_add_test(tests, any_number_reads_back_equal_and_no_rounded_decimal_is_shorter);
    tcase_add_test(tests, reading_agrees_with_the_c_library);
    tcase_add_test(tests, digits_and_decimals_are_those_of_printf);
    tcase_add_test(tests, a_fixed_number_that_does_not_fit_is_empty);
    tcase_add_test(tests, a_decimal_comma_in_the_locale_changes_nothing);
    tcase_add_test(tests, identifiers_are_no_plain_integers);
    tcase_add_test(tests, plain_numbers_have_fifteen_significant_digits_or_are_written_so);
    return tests;
}

static TCase *date_tests(void)
{
    TCase *tests = tcase_create("dates");
    tcase_add_test(tests, dates_count_from_1970);
    tcase_add_test(tests, every_day_of_9999_years_is_written_and_read);
    tcase_add_test(tests, a_pattern_says_where_day_month_and_year_stand);
    tcase_add_test(tests, a_pattern_has_each_field_once_and_in_full);
    tcase_add_test(tests, what_is_no_day_is_refused);
    tcase_add_test(tests, days_outside_the_calendar_have_no_text);
    tcase_add_loop_test(tests, a_shift_by_months_ends_on_the_last_day_at_most, 0,
                        sizeof shifts / sizeof shifts[0]);
    return tests;
}

int main(void)
{
    Suite *suite = suite_create("text");
    suite_add_tcase(suite, utf8_tests());
    suite_add_tcase(suite, number_tests());
    suite_add_tcase(suite, date_tests());
    return run_suite(suite);
}
