/* fuzz_text.c -- numbers, dates and UTF-8 as text: what is read prints, and reads as the same. */
#include "fuzz.h"

#include "base/text.h"

static void check_number(const char *bytes, size_t length)
{
    double x, again;
    char text[ASSAY_NUMBER_TEXT];
    if (assay_text_to_number(bytes, length, &x) != ASSAY_OK)
        return;
    const size_t n = assay_number_to_text(x, text);
    PROMISE(n < sizeof text && text[n] == '\0');
    PROMISE(assay_text_to_number(text, n, &again) == ASSAY_OK && x == again);
    PROMISE(assay_number_to_text(again, text) == n);
    PROMISE(x == strtod(text, NULL)); /* the C library's, in the locale "C" */
}

static void check_integer(const char *bytes, size_t length)
{
    int64_t x;
    char text[24];
    if (assay_text_to_integer(bytes, length, &x) != ASSAY_OK) {
        PROMISE(!assay_text_is_plain_integer(bytes, length));
        return;
    }
    const int n = snprintf(text, sizeof text, "%lld", (long long)x);
    if (assay_text_is_plain_integer(bytes, length))
        PROMISE((size_t)n == length && memcmp(text, bytes, length) == 0);
}

static void check_date(const char *bytes, size_t length, const char *pattern)
{
    int32_t days, again;
    char text[ASSAY_DATE_TEXT];
    const assay_status status = assay_date_from_text(bytes, length, pattern, &days);
    PROMISE((status == ASSAY_EDOM) == (pattern != NULL && !assay_date_pattern_is_valid(pattern)));
    if (status != ASSAY_OK)
        return;
    PROMISE(assay_date_to_text(days, text) == ASSAY_OK);
    PROMISE(assay_date_from_text(text, strlen(text), NULL, &again) == ASSAY_OK && days == again);
}

static void check_utf8(const char *bytes, size_t length)
{
    size_t bad = length;
    if (assay_text_is_utf8(bytes, length, &bad))
        return;
    PROMISE(bad < length);
    PROMISE(assay_text_is_utf8(bytes, bad, NULL)); /* what stands before it is good */
    char quoted[ASSAY_QUOTED];
    PROMISE(assay_text_width(bytes, length) <= 2 * length);
    PROMISE(strlen(assay_quote(bytes, length, quoted)) < sizeof quoted);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *bytes = (const char *)data;
    char *pattern = malloc(size + 1);
    PROMISE(pattern != NULL);
    memcpy(pattern, data, size);
    pattern[size] = '\0';
    check_number(bytes, size);
    check_integer(bytes, size);
    check_date(bytes, size, NULL);
    check_date(bytes, size, "dd/mm/yyyy");
    check_date("2018-11-05", 10, pattern);
    check_utf8(bytes, size);
    PROMISE(assay_text_distance(pattern, pattern) == 0);
    free(pattern);
    return 0;
}
