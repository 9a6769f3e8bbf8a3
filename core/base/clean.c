/* clean.c -- names of columns that can be typed. */
#include "base/clean.h"

#include <stdbool.h>
#include <utf8proc.h>

enum { MOST = 64 };

/* A name being made, and what the letter before was. */
typedef struct cleaner {
    char *name;
    size_t length;
    bool parted; /* the next letter starts a new word */
    bool small;  /* the last one was a small letter or a digit */
} cleaner;

static bool is_capital(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_small(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static void add_byte(cleaner *self, char byte)
{
    if (!is_capital(byte) && !is_small(byte) && !is_digit(byte)) {
        self->parted = true;
        return;
    }
    const bool starts_word = self->parted || (is_capital(byte) && self->small);
    if (self->length == 0 && is_digit(byte))
        self->name[self->length++] = 'x';
    else if (self->length > 0 && starts_word && self->length < MOST - 1)
        self->name[self->length++] = '_';
    if (self->length < MOST)
        self->name[self->length++] = is_capital(byte) ? (char)(byte + ('a' - 'A')) : byte;
    self->parted = false;
    self->small = !is_capital(byte);
}

/* Letters that Unicode does not take apart, and signs that are words. */
static const char *spelled_out(utf8proc_int32_t code)
{
    static const struct {
        utf8proc_int32_t code;
        const char *text;
    } letters[] = {
        {0xC6, "AE"}, {0xE6, "ae"},       {0x152, "OE"},     {0x153, "oe"}, {0xDF, "ss"},
        {0xD8, "O"},  {0xF8, "o"},        {0xD0, "D"},       {0xF0, "d"},   {0x110, "D"},
        {0x111, "d"}, {0x141, "L"},       {0x142, "l"},      {0xDE, "TH"},  {0xFE, "th"},
        {0x131, "i"}, {'%', " percent "}, {'#', " number "},
    };
    for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++)
        if (letters[i].code == code)
            return letters[i].text;
    return NULL;
}

/* The letters that a character is made of, without its marks. */
static void add_character(cleaner *self, utf8proc_int32_t code)
{
    enum { PARTS = 32 };
    utf8proc_int32_t parts[PARTS];
    int last_class = 0;
    const char *text = spelled_out(code);
    for (const char *at = text; at != NULL && *at != '\0'; at++)
        add_byte(self, *at);
    if (text != NULL)
        return;
    const utf8proc_option_t how = UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_STRIPMARK;
    const utf8proc_ssize_t n = utf8proc_decompose_char(code, parts, PARTS, how, &last_class);
    for (utf8proc_ssize_t i = 0; i < n && i < PARTS; i++)
        add_byte(self, parts[i] < 0x80 ? (char)parts[i] : ' ');
}

size_t assay_clean_name(const char *bytes, size_t length, char name[ASSAY_CLEAN_NAME])
{
    cleaner self = {.name = name};
    size_t used;
    for (size_t i = 0; i < length; i += used) {
        utf8proc_int32_t code;
        const utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)bytes + i,
                                                    (utf8proc_ssize_t)(length - i), &code);
        used = n > 0 ? (size_t)n : 1;
        if (i > 0 && is_capital(bytes[i - 1]) && is_capital(bytes[i]) && i + 1 < length &&
            is_small(bytes[i + 1]))
            self.parted = true;
        add_character(&self, n > 0 ? code : ' ');
    }
    name[self.length] = '\0';
    return self.length;
}
