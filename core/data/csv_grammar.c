/*
** csv_grammar.c -- delimited text byte by byte: headers, delimiters, and what is wrong where.
**
** Records are read at speed elsewhere (csv_part.c), where only the presence of something wrong is
** noticed. This is the grammar written out, for the few records that somebody has to look at.
*/
#include "data/csv_grammar.h"

#include "base/text.h"

static assay_csv_end wrong_at(assay_csv_field *field, size_t at, const char *what)
{
    field->next = at;
    field->wrong = what;
    return ASSAY_CSV_WRONG;
}

/* What stands at `at`, behind the last byte of a field. */
static assay_csv_end read_end(const assay_csv_text *text, size_t at, assay_csv_field *field,
                              const char *otherwise)
{
    field->next = at;
    if (at == text->length)
        return text->whole ? ASSAY_CSV_RECORD : ASSAY_CSV_CUT;
    const char byte = text->bytes[at];
    field->next = at + 1;
    if (byte == text->delimiter)
        return ASSAY_CSV_FIELD;
    if (byte == '\n')
        return ASSAY_CSV_RECORD;
    if (byte != '\r')
        return wrong_at(field, at, byte == '\0' ? "a NUL byte: is this a text file?" : otherwise);
    if (at + 1 == text->length && !text->whole)
        return ASSAY_CSV_CUT;
    if (at + 1 == text->length || text->bytes[at + 1] != '\n')
        return wrong_at(field, at + 1, "a carriage return without a line feed");
    field->next = at + 2;
    return ASSAY_CSV_RECORD;
}

static bool ends_plain(char byte)
{
    return byte == '\n' || byte == '\r' || byte == '"' || byte == '\0';
}

static assay_csv_end read_plain(const assay_csv_text *text, size_t from, assay_csv_field *field)
{
    size_t at = from;
    while (at < text->length && text->bytes[at] != text->delimiter && !ends_plain(text->bytes[at]))
        at++;
    *field = (assay_csv_field){.from = from, .length = at - from};
    return read_end(text, at, field, "a quote inside a field that does not start with one");
}

static assay_csv_end read_quoted(const assay_csv_text *text, size_t from, assay_csv_field *field)
{
    *field = (assay_csv_field){.from = from + 1};
    for (size_t at = from + 1; at < text->length; at++) {
        if (text->bytes[at] == '\0')
            return wrong_at(field, at, "a NUL byte: is this a text file?");
        if (text->bytes[at] != '"')
            continue;
        if (at + 1 < text->length && text->bytes[at + 1] == '"') {
            field->doubled = true;
            at++;
            continue;
        }
        field->length = at - field->from;
        return read_end(text, at + 1, field, "text behind a closing quote");
    }
    return text->whole ? wrong_at(field, from, "this quote is never closed") : ASSAY_CSV_CUT;
}

assay_csv_end assay_csv_read_field(const assay_csv_text *text, size_t from, assay_csv_field *field)
{
    size_t bad;
    const bool quoted = from < text->length && text->bytes[from] == '"';
    const assay_csv_end end =
        quoted ? read_quoted(text, from, field) : read_plain(text, from, field);
    if ((end == ASSAY_CSV_FIELD || end == ASSAY_CSV_RECORD) &&
        !assay_text_is_utf8(text->bytes + field->from, field->length, &bad))
        return wrong_at(field, field->from + bad, "this byte is not UTF-8 text");
    return end;
}

assay_csv_end assay_csv_read_record(const assay_csv_text *text, size_t from, size_t *fields,
                                    size_t *next, const char **wrong)
{
    assay_csv_field field;
    assay_csv_end end;
    *fields = 0;
    *next = from;
    do {
        end = assay_csv_read_field(text, *next, &field);
        *next = field.next;
        ++*fields;
    } while (end == ASSAY_CSV_FIELD);
    if (end == ASSAY_CSV_WRONG && wrong != NULL)
        *wrong = field.wrong;
    return end;
}

size_t assay_csv_undouble(const char *bytes, size_t length, char *to)
{
    size_t n = 0;
    for (size_t i = 0; i < length; i++) {
        to[n++] = bytes[i];
        i += bytes[i] == '"'; /* the second of two */
    }
    return n;
}
