/* encoding.c -- text of other encodings as UTF-8. */
#include "base/encoding.h"

#include <stdint.h>
#include <string.h>

static const char *const names[] = {"UTF-8", "windows-1252", "ISO-8859-1", "ISO-8859-15"};

/* Windows-1252 from 80 to 9F; 0 means nothing. */
static const uint16_t windows_1252[32] = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178,
};

/* Where ISO-8859-15 is not ISO-8859-1. */
static const struct {
    unsigned char byte;
    uint16_t character;
} iso_8859_15[] = {{0xA4, 0x20AC}, {0xA6, 0x0160}, {0xA8, 0x0161}, {0xB4, 0x017D},
                   {0xB8, 0x017E}, {0xBC, 0x0152}, {0xBD, 0x0153}, {0xBE, 0x0178}};

const char *assay_encoding_name(assay_encoding encoding)
{
    return names[encoding];
}

static bool same_letter(char a, char b)
{
    const bool letter = (a >= 'a' && a <= 'z') || (a >= 'A' && a <= 'Z');
    return a == b || (letter && (a ^ b) == 0x20);
}

static bool same_name(const char *a, const char *b)
{
    while (*a != '\0' && same_letter(*a, *b))
        a++, b++;
    return *a == *b;
}

bool assay_encoding_find(const char *name, assay_encoding *encoding)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (same_name(name, names[i])) {
            *encoding = (assay_encoding)i;
            return true;
        }
    return false;
}

/* What a byte from 80 on means; 0: nothing. */
static uint16_t character_of(assay_encoding encoding, unsigned char byte)
{
    if (encoding == ASSAY_WINDOWS_1252 && byte < 0xA0)
        return windows_1252[byte - 0x80];
    if (encoding == ASSAY_ISO_8859_15)
        for (size_t i = 0; i < sizeof iso_8859_15 / sizeof iso_8859_15[0]; i++)
            if (iso_8859_15[i].byte == byte)
                return iso_8859_15[i].character;
    return byte;
}

/* A character from 80 to FFFF as UTF-8. */
static size_t write_character(uint16_t character, char *utf8)
{
    if (character < 0x800) {
        utf8[0] = (char)(0xC0 | character >> 6);
        utf8[1] = (char)(0x80 | (character & 0x3F));
        return 2;
    }
    utf8[0] = (char)(0xE0 | character >> 12);
    utf8[1] = (char)(0x80 | (character >> 6 & 0x3F));
    utf8[2] = (char)(0x80 | (character & 0x3F));
    return 3;
}

static bool eight_are_ascii(const char *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return (word & UINT64_C(0x8080808080808080)) == 0;
}

size_t assay_encoding_to_utf8(assay_encoding encoding, const char *bytes, size_t length, char *utf8,
                              size_t *written)
{
    size_t i = 0, n = 0;
    while (i < length) {
        if (length - i >= 8 && eight_are_ascii(bytes + i)) {
            memcpy(utf8 + n, bytes + i, 8);
            i += 8;
            n += 8;
            continue;
        }
        const unsigned char byte = (unsigned char)bytes[i];
        const uint16_t character = byte < 0x80 ? byte : character_of(encoding, byte);
        if (byte >= 0x80 && character == 0)
            break;
        if (byte < 0x80)
            utf8[n++] = (char)byte;
        else
            n += write_character(character, utf8 + n);
        i++;
    }
    *written = n;
    return i;
}
