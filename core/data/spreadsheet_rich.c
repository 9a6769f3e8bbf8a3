/* spreadsheet_rich.c -- the text of an xlsx: runs, and characters that are escaped. */
#include "data/spreadsheet_parts.h"

#include <string.h>

enum { MOST_CELL = 1 << 20 };

static int hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                  : -1;
}

/* The UTF-16 unit that _xHHHH_ stands for; -1: this is no such escape. */
static long escaped_unit(const char *bytes, size_t length)
{
    long unit = 0;
    if (length < 7 || bytes[0] != '_' || bytes[1] != 'x' || bytes[6] != '_')
        return -1;
    for (int i = 2; i < 6; i++) {
        const int digit = hex_digit(bytes[i]);
        if (digit < 0)
            return -1;
        unit = 16 * unit + digit;
    }
    return unit;
}

static size_t print_character(unsigned long c, char *to)
{
    if (c < 0x80) {
        to[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        to[0] = (char)(0xC0 | c >> 6);
        to[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        to[0] = (char)(0xE0 | c >> 12);
        to[1] = (char)(0x80 | (c >> 6 & 0x3F));
        to[2] = (char)(0x80 | (c & 0x3F));
        return 3;
    }
    to[0] = (char)(0xF0 | c >> 18);
    to[1] = (char)(0x80 | (c >> 12 & 0x3F));
    to[2] = (char)(0x80 | (c >> 6 & 0x3F));
    to[3] = (char)(0x80 | (c & 0x3F));
    return 4;
}

/*
** Puts the characters in place of their escapes: what XML cannot hold, and "_x0041_" itself. Halves
** of a pair that stand alone and NUL stay as they are written. Returns the new length.
*/
static size_t decode(char *bytes, size_t length)
{
    size_t to = 0;
    for (size_t at = 0; at < length;) {
        const long unit = escaped_unit(bytes + at, length - at);
        const bool first = unit >= 0xD800 && unit < 0xDC00;
        const long second = first ? escaped_unit(bytes + at + 7, length - at - 7) : -1;
        if (unit > 0 && (unit < 0xD800 || unit > 0xDFFF)) {
            to += print_character((unsigned long)unit, bytes + to);
            at += 7;
        } else if (second >= 0xDC00 && second < 0xE000) {
            const unsigned long c = ((unsigned long)unit - 0xD800) << 10;
            to += print_character(0x10000 + c + (unsigned long)(second - 0xDC00), bytes + to);
            at += 14;
        } else {
            bytes[to++] = bytes[at++];
        }
    }
    return to;
}

void assay_rich_text_begin(assay_rich_text *self)
{
    self->begin = self->bytes.length;
    self->phonetic = 0;
    self->reading = false;
}

void assay_rich_text_begin_piece(assay_rich_text *self)
{
    self->reading = true;
    self->piece = self->bytes.length;
}

void assay_rich_text_starts(assay_rich_text *self, const char *local)
{
    if (strcmp(local, "rPh") == 0)
        self->phonetic++;
    else if (strcmp(local, "t") == 0 && self->phonetic == 0)
        assay_rich_text_begin_piece(self);
}

void assay_rich_text_end_piece(assay_rich_text *self)
{
    const size_t length = self->bytes.length - self->piece;
    self->reading = false;
    if (length < 7)
        return;
    char *piece = self->bytes.bytes + self->piece;
    if (memchr(piece, '_', length) != NULL)
        self->bytes.length = self->piece + decode(piece, length);
}

void assay_rich_text_ends(assay_rich_text *self, const char *local)
{
    if (strcmp(local, "rPh") == 0)
        self->phonetic--;
    else if (strcmp(local, "t") == 0 && self->reading)
        assay_rich_text_end_piece(self);
}

assay_status assay_rich_text_add(assay_context *context, const assay_package *package,
                                 assay_rich_text *self, const char *bytes, size_t length)
{
    if (!self->reading)
        return ASSAY_OK;
    if (self->bytes.length - self->begin + length > MOST_CELL)
        return assay_package_fail(context, package, "a cell with more than 1 MiB of text");
    return assay_append(&self->bytes, bytes, length) ? ASSAY_OK : assay_fail_memory(context);
}
