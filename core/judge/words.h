/* words.h -- the words of a printed quantity: digits, numbers in words, signs, everything else. */
#ifndef ASSAY_JUDGE_WORDS_H
#define ASSAY_JUDGE_WORDS_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

#define ASSAY_WORDS_BYTES 200 /* a text, at most */
#define ASSAY_WORDS_MOST  24  /* words, at most */
#define ASSAY_WORD_BYTES  24  /* a word and the 0 byte behind it, at most */

typedef enum assay_word_kind {
    ASSAY_WORD_PLAIN,  /* letters, in lower case: "almost", "thirds" */
    ASSAY_WORD_DIGITS, /* a number in digits: "3,600", "61", "0.5" */
    ASSAY_WORD_NUMBER, /* a number in words: "nine", "seventy-one", "two hundred and six" */
    ASSAY_WORD_SIGN    /* "%", which "per cent" is too, "(" or ")" */
} assay_word_kind;

typedef struct assay_word {
    assay_word_kind kind;
    char text[ASSAY_WORD_BYTES]; /* of plain words and signs; else "" */
    int64_t units;               /* of numbers: the number times 10^decimals, below 10^12 */
    int decimals;                /* as printed: 0 to 6 */
} assay_word;

typedef struct assay_words {
    size_t n;
    assay_word word[ASSAY_WORDS_MOST];
} assay_words;

/*
** The words of bytes[length]. Case does not count; blanks, also Unicode's unbreakable ones, and the
** hyphens and dashes between letters part words. Digits may have commas before groups of three and
** a point with digits behind it. Numbers in words go up to 999,999. ASSAY_EFORMAT: no words, too
** many or too long ones, a character that belongs to none of this, more than 12 digits or 6 decimals.
*/
assay_status assay_words_read(const char *bytes, size_t length, assay_words *words);

#endif
