/* words.c -- the words of a printed quantity: digits, numbers in words, signs, everything else. */
#include "judge/words.h"

#include <stdbool.h>
#include <string.h>

#define MOST_UNITS    INT64_C(1000000000000)
#define MOST_DECIMALS 6

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_letter(char c)
{
    return lower(c) >= 'a' && lower(c) <= 'z';
}

/* ---- pieces of text -------------------------------------------------------------------------- */

typedef struct text_cursor {
    const char *at, *end;
} text_cursor;

static bool starts_with(const text_cursor *c, const char *bytes)
{
    const size_t length = strlen(bytes);
    return (size_t)(c->end - c->at) >= length && memcmp(c->at, bytes, length) == 0;
}

/* Bytes of the blank or dash here, 0 if there is none. */
static size_t gap_here(const text_cursor *c)
{
    static const char *const gaps[] = {
        " ",
        "\t",
        "\r",
        "\n",
        "-",
        "\xC2\xA0",
        "\xE2\x80\x90",
        "\xE2\x80\x91",
        "\xE2\x80\x92",
        "\xE2\x80\x93",
        "\xE2\x80\xAF",
    }; /* no-break space, hyphens, figure and en dash, narrow no-break space */
    for (size_t i = 0; i < sizeof gaps / sizeof gaps[0]; i++)
        if (starts_with(c, gaps[i]))
            return strlen(gaps[i]);
    return 0;
}

/* Past blanks and dashes; false where a dash would be the sign of a number, or part two of them. */
static bool skip_gaps(text_cursor *c)
{
    bool dash = false;
    for (size_t length; c->at < c->end && (length = gap_here(c)) > 0; c->at += length)
        dash = dash || (*c->at != ' ' && *c->at != '\t' && *c->at != '\r' && *c->at != '\n' &&
                        !starts_with(c, "\xC2\xA0") && !starts_with(c, "\xE2\x80\xAF"));
    return !dash || c->at == c->end || !is_digit(*c->at);
}

static bool add_digit(assay_word *word, char c)
{
    word->units = word->units * 10 + (c - '0');
    return word->units < MOST_UNITS;
}

/* A comma stands before a group of exactly three digits, after one to three of them. */
static bool is_group(const text_cursor *c, int digits_before)
{
    return digits_before >= 1 && digits_before <= 3 && c->end - c->at >= 4 && *c->at == ',' &&
           is_digit(c->at[1]) && is_digit(c->at[2]) && is_digit(c->at[3]) &&
           (c->end - c->at == 4 || !is_digit(c->at[4]));
}

static bool read_digits(text_cursor *c, assay_word *word)
{
    int digits = 0;
    word->kind = ASSAY_WORD_DIGITS;
    for (; c->at < c->end; c->at++) {
        if (is_group(c, digits))
            digits = 0;
        else if (!is_digit(*c->at))
            break;
        else if (!add_digit(word, *c->at))
            return false;
        else
            digits++;
    }
    if (c->end - c->at < 2 || *c->at != '.' || !is_digit(c->at[1]))
        return c->at == c->end || !is_letter(*c->at);
    for (c->at++; c->at < c->end && is_digit(*c->at); c->at++, word->decimals++)
        if (word->decimals == MOST_DECIMALS || !add_digit(word, *c->at))
            return false;
    return c->at == c->end || !is_letter(*c->at);
}

static bool read_letters(text_cursor *c, assay_word *word)
{
    size_t length = 0;
    word->kind = ASSAY_WORD_PLAIN;
    for (; c->at < c->end && is_letter(*c->at); c->at++) {
        if (length + 1 == sizeof word->text)
            return false;
        word->text[length++] = lower(*c->at);
    }
    return true;
}

static bool read_piece(text_cursor *c, assay_word *word)
{
    *word = (assay_word){.kind = ASSAY_WORD_SIGN};
    if (is_digit(*c->at))
        return read_digits(c, word);
    if (is_letter(*c->at))
        return read_letters(c, word);
    if (*c->at != '%' && *c->at != '(' && *c->at != ')')
        return false;
    word->text[0] = *c->at++;
    return true;
}

/* ---- numbers in words ------------------------------------------------------------------------ */

static const char *const names[] = {"zero",    "one",     "two",       "three",    "four",
                                    "five",    "six",     "seven",     "eight",    "nine",
                                    "ten",     "eleven",  "twelve",    "thirteen", "fourteen",
                                    "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"};
static const char *const tens[] = {"twenty", "thirty",  "forty",  "fifty",
                                   "sixty",  "seventy", "eighty", "ninety"};

/* What a word adds to a number, and what it multiplies what stands before it by. */
typedef struct word_value {
    int64_t add, times;
} word_value;

static bool value_of(const assay_word *word, word_value *value)
{
    if (word->kind != ASSAY_WORD_PLAIN)
        return false;
    for (int i = 0; i < 20; i++)
        if (strcmp(word->text, names[i]) == 0)
            return *value = (word_value){i, 0}, true;
    for (int i = 0; i < 8; i++)
        if (strcmp(word->text, tens[i]) == 0)
            return *value = (word_value){20 + 10 * i, 0}, true;
    if (strcmp(word->text, "hundred") == 0)
        return *value = (word_value){0, 100}, true;
    if (strcmp(word->text, "thousand") == 0)
        return *value = (word_value){0, 1000}, true;
    return false;
}

/* A number as far as its words go: thousands, and what stands behind them, below 1,000. */
typedef struct number_so_far {
    int64_t thousands, below;
    bool may_have_and, is_begun;
} number_so_far;

/* Whether `value` goes on with the number: "seventy" with "one", but not "ten" with "one". */
static bool goes_on(number_so_far *number, word_value value)
{
    if (value.times == 1000) {
        if (number->thousands > 0 || number->below == 0)
            return false;
        *number = (number_so_far){number->below, 0, true, true};
        return true;
    }
    if (value.times == 100) {
        if (number->below < 1 || number->below > 9)
            return false;
        number->below *= 100;
        number->may_have_and = true;
        return true;
    }
    const bool has_room = value.add < 10 ? number->below % 10 == 0 && (number->below % 100 == 0 ||
                                                                       number->below % 100 >= 20)
                                         : number->below % 100 == 0;
    if (number->is_begun &&
        (!has_room || value.add == 0 || (number->below == 0 && number->thousands == 0)))
        return false;
    number->below += value.add;
    number->is_begun = true;
    number->may_have_and = false;
    return true;
}

/* "a" is one before "hundred" and "thousand" alone: elsewhere it may begin a fraction. */
static bool is_one(const assay_words *words, size_t at)
{
    return strcmp(words->word[at].text, "a") == 0 && at + 1 < words->n &&
           (strcmp(words->word[at + 1].text, "hundred") == 0 ||
            strcmp(words->word[at + 1].text, "thousand") == 0);
}

/* How many words from `at` on make one number; it is put in place of the first. */
static size_t read_number(assay_words *words, size_t at)
{
    number_so_far number = {0, 0, false, false};
    word_value value;
    size_t i = at;
    if (is_one(words, at)) {
        goes_on(&number, (word_value){1, 0});
        i++;
    }
    while (i < words->n) {
        const bool is_and = number.may_have_and && strcmp(words->word[i].text, "and") == 0;
        if (i + is_and >= words->n || !value_of(&words->word[i + is_and], &value) ||
            !goes_on(&number, value))
            break;
        i += 1u + is_and;
    }
    if (i > at)
        words->word[at] = (assay_word){.kind = ASSAY_WORD_NUMBER,
                                       .units = number.thousands * 1000 + number.below};
    return i - at;
}

/* "percent" and "per" "cent" are the sign. */
static size_t read_per_cent(assay_words *words, size_t at)
{
    const assay_word *first = &words->word[at];
    size_t taken = strcmp(first->text, "percent") == 0;
    if (strcmp(first->text, "per") == 0 && at + 1 < words->n && strcmp(first[1].text, "cent") == 0)
        taken = 2;
    if (taken > 0)
        words->word[at] = (assay_word){.kind = ASSAY_WORD_SIGN, .text = "%"};
    return taken;
}

/* Joins the words of one number and those of "per cent". */
static void join_words(assay_words *words)
{
    size_t n = 0;
    for (size_t i = 0; i < words->n;) {
        size_t taken = read_number(words, i);
        if (taken == 0)
            taken = read_per_cent(words, i);
        words->word[n++] = words->word[i];
        i += taken == 0 ? 1 : taken;
    }
    words->n = n;
}

/* ---- all of it ------------------------------------------------------------------------------- */

assay_status assay_words_read(const char *bytes, size_t length, assay_words *words)
{
    text_cursor c = {bytes, bytes + length};
    assay_words read = {.n = 0};
    if (length > ASSAY_WORDS_BYTES || !skip_gaps(&c))
        return ASSAY_EFORMAT;
    while (c.at < c.end) {
        if (read.n == ASSAY_WORDS_MOST || !read_piece(&c, &read.word[read.n++]) || !skip_gaps(&c))
            return ASSAY_EFORMAT;
    }
    if (read.n == 0)
        return ASSAY_EFORMAT;
    join_words(&read);
    *words = read;
    return ASSAY_OK;
}
