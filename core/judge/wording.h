/* wording.h -- what words of quantity stand for, by a convention that is data. */
#ifndef ASSAY_JUDGE_WORDING_H
#define ASSAY_JUDGE_WORDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/context.h"
#include "data/json.h"
#include "judge/words.h"

/*
** There is no standard for what "almost two-thirds" is; a house has a convention, and says so.
**
**   { "id": "house", "title": "...", "source": "...", "verified": false,
**     "modifiers": [ { "words": ["almost", "nearly"], "share": [-0.067, 0], "number": [-0.5, 0],
**                      "ends": "[)", "literal": "same" }, ... ],
**     "fraction": { "share": [-0.03, 0.03], "ends": "[]" },
**     "a_in_b": { "steps": [-0.5, 0.5], "ends": "[]" },
**     "shares": [ { "words": ["most"], "share": [0.5, 1], "ends": "(]" }, ... ],
**     "before": ["in"], "behind": ["of", "the", "cases"], "offered": ["half", "nine in ten"] }
**
** modifiers  stand before a share or a number: F becomes the range F + share; a number becomes the
**            range number + steps, a step being the place of its last digit that is not 0 (100 of
**            3,600). `literal` is what the words say by themselves: "same"; "up", everything from
**            the lower end on; "down", everything up to the upper end
** fraction   what a fraction in words stands for where no modifier is before it
** a_in_b     the same of "a in b" and "a out of b", in steps of 1 / b
** shares     words that stand for a range by themselves; those of one point take modifiers
** before, behind   words that may stand around a figure and say nothing
** offered    shares that a phrase is made of when one is looked for
** ends       "[" and "]" where the end is in the range, "(" and ")" where it is not
**
** Ends have at most 6 decimals: they are kept in millionths, and ranges stay exact. All keys are
** needed.
*/
typedef struct assay_wording assay_wording;

/*
** Makes a wording from its JSON, of which nothing is kept; release it with assay_wording_free.
** ASSAY_EFORMAT, with the key blamed as argument: a key that is missing, unknown or of the wrong
** kind; a range outside -1..1 (shares: 0..1) or with its ends exchanged; words that cannot be read
** as words, or stand twice. ASSAY_ENOMEM.
*/
assay_status assay_wording_from_json(assay_context *context, const assay_json *json,
                                     assay_wording **wording);
void assay_wording_free(assay_wording *wording); /* NULL is ignored */

/* Millionths, from `from` to `to`. */
typedef struct assay_offset {
    int64_t from, to;
    bool from_closed, to_closed;
} assay_offset;

typedef enum assay_literal {
    ASSAY_LITERAL_SAME,
    ASSAY_LITERAL_UP,
    ASSAY_LITERAL_DOWN
} assay_literal;

typedef struct assay_modifier {
    assay_offset share, number;
    assay_literal literal;
} assay_modifier;

/*
** The longest modifier, and the longest words of a share of their own, with which the words from
** `at` to `end` begin, and how many words these are; 0 if there is none.
*/
size_t assay_wording_modifier(const assay_wording *wording, const assay_words *words, size_t at,
                              size_t end, assay_modifier *modifier);
size_t assay_wording_share(const assay_wording *wording, const assay_words *words, size_t at,
                           size_t end, assay_offset *share);

const assay_offset *assay_wording_fraction(const assay_wording *wording);
const assay_offset *
assay_wording_a_in_b(const assay_wording *wording); /* in millionths of a step */

/* Whether a word may stand before, or behind, a figure and say nothing. */
bool assay_wording_is_before(const assay_wording *wording, const assay_word *word);
bool assay_wording_is_behind(const assay_wording *wording, const assay_word *word);

#endif
