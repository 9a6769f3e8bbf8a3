/* json_grammar.c -- whether bytes are JSON, and where they are not. */
#include "data/json_grammar.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "data/json.h"

#define LONGEST_NUMBER 60 /* cJSON copies a number into 64 bytes and cuts it there */

typedef struct reader {
    assay_context *context;
    const char *name, *start, *at, *end;
    int depth;
    size_t keys;       /* names met so far */
    size_t sought;     /* the number of a name whose place is asked for, or 0 */
    const char *found; /* its place */
} reader;

static assay_status read_value(reader *r);

/* Fills in line and column of `at`: the line feeds, then the characters, before it. */
static void locate(const reader *r, const char *at)
{
    assay_error *error = &r->context->error;
    error->line = error->column = 1;
    for (const char *p = r->start; p < at; p++) {
        if (*p == '\n') {
            error->line++;
            error->column = 1;
        } else if (((unsigned char)*p & 0xC0) != 0x80) {
            error->column++;
        }
    }
}

static assay_status refuse(const reader *r, const char *at, const char *message)
{
    assay_fail(r->context, ASSAY_EFORMAT, "%s", message);
    locate(r, at);
    return assay_blame_file(r->context, r->name);
}

static bool next_is(const reader *r, char c)
{
    return r->at < r->end && *r->at == c;
}

static bool take(reader *r, const char *word)
{
    const size_t length = strlen(word);
    if ((size_t)(r->end - r->at) < length || memcmp(r->at, word, length) != 0)
        return false;
    r->at += length;
    return true;
}

static void skip_space(reader *r)
{
    while (r->at < r->end && memchr(" \t\r\n", *r->at, 4) != NULL)
        r->at++;
}

static bool read_digits(reader *r)
{
    const char *first = r->at;
    while (r->at < r->end && *r->at >= '0' && *r->at <= '9')
        r->at++;
    return r->at > first;
}

/* 2^53 has 16 digits, and none of the numbers compared begins with 0. */
static bool is_within_2_53(const char *digits, size_t length)
{
    static const char most[] = "9007199254740992";
    const size_t n = sizeof most - 1;
    return length < n || (length == n && memcmp(digits, most, n) <= 0);
}

static assay_status check_number(reader *r, const char *first, const char *whole_end)
{
    double number;
    const size_t length = (size_t)(r->at - first);
    const char *digits = *first == '-' ? first + 1 : first;
    if (length > LONGEST_NUMBER)
        return refuse(r, first, "a number of more than 60 characters");
    if (r->at == whole_end && !is_within_2_53(digits, (size_t)(whole_end - digits)))
        return refuse(r, first, "an integer beyond 2^53 loses digits: write it as text");
    if (assay_text_to_number(first, length, &number) != ASSAY_OK || !isfinite(number))
        return refuse(r, first, "a number too large to be held");
    return ASSAY_OK;
}

static assay_status read_number(reader *r)
{
    const char *first = r->at;
    take(r, "-");
    const bool zero = next_is(r, '0');
    const char *digits = r->at;
    if (!read_digits(r))
        return refuse(r, first, "a digit must follow the minus sign");
    if (zero && r->at > digits + 1)
        return refuse(r, first, "a number must not begin with 0");
    const char *whole_end = r->at;
    if (take(r, ".") && !read_digits(r))
        return refuse(r, first, "a digit must follow the decimal point");
    if (take(r, "e") || take(r, "E")) {
        if (!take(r, "+"))
            take(r, "-");
        if (!read_digits(r))
            return refuse(r, first, "a digit must follow the exponent's sign");
    }
    return check_number(r, first, whole_end);
}

/* The code that `\uXXXX` at the reader stands for, passed over; -1: it is malformed. */
static int32_t read_hex(reader *r)
{
    int32_t code = 0;
    if (!take(r, "\\u") || r->end - r->at < 4)
        return -1;
    for (int i = 0; i < 4; i++, r->at++) {
        static const char digits[] = "0123456789abcdef0123456789ABCDEF";
        const char *digit = memchr(digits, *r->at, sizeof digits - 1);
        if (digit == NULL)
            return -1;
        code = code * 16 + (int32_t)((digit - digits) % 16);
    }
    return code;
}

static assay_status read_escape(reader *r)
{
    const char *first = r->at;
    if (r->end - first < 2)
        return refuse(r, first, "the text ends inside an escape");
    if (first[1] != 'u') {
        r->at += 2;
        return memchr("\"\\/bfnrt", first[1], 8) != NULL ? ASSAY_OK
                                                         : refuse(r, first, "an unknown escape");
    }
    const int32_t code = read_hex(r);
    if (code < 0)
        return refuse(r, first, "four hexadecimal digits must follow \\u");
    if (code == 0)
        return refuse(r, first, "the character \\u0000 is not allowed in text");
    if (code < 0xD800 || code > 0xDFFF)
        return ASSAY_OK;
    const int32_t low = code < 0xDC00 ? read_hex(r) : -1;
    return low >= 0xDC00 && low <= 0xDFFF ? ASSAY_OK : refuse(r, first, "half a surrogate pair");
}

static assay_status read_text(reader *r)
{
    const char *first = r->at;
    if (!take(r, "\""))
        return refuse(r, first, "a member's name must stand here, in double quotes");
    while (r->at < r->end && *r->at != '"') {
        if ((unsigned char)*r->at < 0x20)
            return refuse(r, r->at, "a line break or control character inside text");
        if (*r->at != '\\') {
            r->at++;
            continue;
        }
        const assay_status status = read_escape(r);
        if (status != ASSAY_OK)
            return status;
    }
    return take(r, "\"") ? ASSAY_OK : refuse(r, first, "this text is not closed");
}

static assay_status read_member(reader *r)
{
    skip_space(r);
    if (++r->keys == r->sought)
        r->found = r->at;
    const assay_status status = read_text(r);
    if (status != ASSAY_OK)
        return status;
    skip_space(r);
    return take(r, ":") ? read_value(r) : refuse(r, r->at, "a colon must follow the name");
}

/* An array or object: what stands between its brackets, each read by `read_child`. */
static assay_status read_children(reader *r, assay_status (*read_child)(reader *),
                                  const char *close, const char *expected)
{
    if (++r->depth > ASSAY_JSON_DEEPEST)
        return refuse(r, r->at, "nested too deeply");
    r->at++;
    skip_space(r);
    bool more = !take(r, close);
    while (more) {
        const assay_status status = read_child(r);
        if (status != ASSAY_OK)
            return status;
        skip_space(r);
        more = take(r, ",");
        if (!more && !take(r, close))
            return refuse(r, r->at, expected);
    }
    r->depth--;
    return ASSAY_OK;
}

static assay_status read_value(reader *r)
{
    skip_space(r);
    if (next_is(r, '{'))
        return read_children(r, read_member, "}", "a comma or } must stand here");
    if (next_is(r, '['))
        return read_children(r, read_value, "]", "a comma or ] must stand here");
    if (next_is(r, '"'))
        return read_text(r);
    if (r->at < r->end && (*r->at == '-' || (*r->at >= '0' && *r->at <= '9')))
        return read_number(r);
    if (take(r, "true") || take(r, "false") || take(r, "null"))
        return ASSAY_OK;
    return refuse(r, r->at, "a value must stand here");
}

static assay_status read_document(reader *r)
{
    const assay_status status = read_value(r);
    if (status != ASSAY_OK)
        return status;
    skip_space(r);
    return r->at == r->end ? ASSAY_OK : refuse(r, r->at, "something follows the end of the value");
}

static assay_status check_bytes(reader *r)
{
    size_t bad;
    if (!assay_text_is_utf8(r->start, (size_t)(r->end - r->start), &bad))
        return refuse(r, r->start + bad, "not UTF-8");
    const char *nul = memchr(r->start, '\0', (size_t)(r->end - r->start));
    return nul == NULL ? ASSAY_OK : refuse(r, nul, "a NUL byte");
}

static reader reader_of(assay_context *context, const assay_json_source *source)
{
    reader r = {.context = context, .name = source->name, .start = source->bytes};
    r.at = r.start;
    r.end = r.start + source->length;
    return r;
}

assay_status assay_json_check(assay_context *context, const assay_json_source *source)
{
    reader r = reader_of(context, source);
    const assay_status status = check_bytes(&r);
    return status == ASSAY_OK ? read_document(&r) : status;
}

assay_status assay_json_refuse_key(assay_context *context, const assay_json_source *source,
                                   size_t k, const char *message)
{
    reader r = reader_of(context, source);
    r.sought = k;
    read_document(&r);
    return refuse(&r, r.found == NULL ? r.start : r.found, message);
}
