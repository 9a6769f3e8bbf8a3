/* figure.c -- the figure that a text prints: a per cent, counts, a number, a phrase. */
#include "judge/figure.h"

#include <string.h>

#define MILLION INT64_C(1000000)
#define MOST_B  1000 /* of "a in b": its range has ends over a million times b */

static const assay_share_range above_one = {{2, 1}, {2, 1}, false, false};

/* ---- taking words ---------------------------------------------------------------------------- */

typedef struct reading {
    const assay_wording *wording;
    assay_percent_rule rule;
    assay_words words;
    size_t at, end; /* the words that are left */
} reading;

static bool take(reading *r, const char *text)
{
    if (r->at == r->end || strcmp(r->words.word[r->at].text, text) != 0)
        return false;
    r->at++;
    return true;
}

static bool take_number(reading *r, const assay_word **number)
{
    if (r->at == r->end || (r->words.word[r->at].kind != ASSAY_WORD_DIGITS &&
                            r->words.word[r->at].kind != ASSAY_WORD_NUMBER))
        return false;
    *number = &r->words.word[r->at++];
    return true;
}

static bool take_whole(reading *r, const assay_word **number)
{
    return take_number(r, number) && (*number)->decimals == 0;
}

static int64_t power_of_ten(int decimals)
{
    int64_t power = 1;
    for (int i = 0; i < decimals; i++)
        power *= 10;
    return power;
}

/* ---- ranges ---------------------------------------------------------------------------------- */

static assay_status give_share(assay_figure *figure, assay_share_range narrow,
                               assay_literal literal)
{
    const assay_ratio zero = {0, 1}, one = {1, 1};
    figure->kind = ASSAY_FIGURE_SHARE;
    figure->narrow = figure->literal = narrow;
    if (literal == ASSAY_LITERAL_UP && assay_ratio_compare(narrow.low, one) <= 0) {
        figure->literal.high = one;
        figure->literal.high_closed = true;
    } else if (literal == ASSAY_LITERAL_DOWN) {
        figure->literal.low = zero;
        figure->literal.low_closed = true;
    }
    return ASSAY_OK;
}

/* From `low` to `high` over `under`, within 0..1. */
static assay_share_range share_range(int64_t low, int64_t high, int64_t under,
                                     const assay_offset *ends)
{
    assay_share_range range = {{low, under}, {high, under}, ends->from_closed, ends->to_closed};
    if (low < 0) {
        range.low.over = 0;
        range.low_closed = true;
    }
    if (high < 0) /* nothing is left: [0, 0) */
        range.high.over = 0;
    if (high > under) {
        range.high.over = under;
        range.high_closed = true;
    }
    return low > under ? above_one : range;
}

static int64_t divisor(int64_t a, int64_t b)
{
    while (b != 0) {
        const int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* The share a / b, at most 1, and an offset in millionths on either side. */
static assay_status give_offset(assay_figure *figure, int64_t a, int64_t b,
                                const assay_offset *offset, assay_literal literal)
{
    const int64_t common = divisor(b, MILLION), part = b / common, times = MILLION / common;
    figure->is_convention = true;
    if (a > b)
        return give_share(figure, above_one, literal);
    if (part > ASSAY_SHARE_UNDER / MILLION)
        return ASSAY_EDOM;
    return give_share(figure,
                      share_range(a * times + offset->from * part, a * times + offset->to * part,
                                  part * MILLION, offset),
                      literal);
}

/* ---- per cents and counts -------------------------------------------------------------------- */

/* "of 74", "out of the 74". */
static assay_status take_base(reading *r, int64_t *base)
{
    const assay_word *number;
    take(r, "out");
    if (!take(r, "of"))
        return ASSAY_EUNKNOWN;
    take(r, "the");
    if (!take_whole(r, &number))
        return ASSAY_EUNKNOWN;
    if (number->units < 1 || number->units > ASSAY_SHARE_CASES)
        return ASSAY_EDOM;
    *base = number->units;
    return ASSAY_OK;
}

static bool take_percent(reading *r, assay_percent *percent)
{
    const assay_word *number;
    if (!take_number(r, &number) || !take(r, "%"))
        return false;
    *percent = (assay_percent){number->units, number->decimals};
    return true;
}

static assay_status read_percent(reading *r, const assay_modifier *m, assay_figure *figure)
{
    assay_percent percent;
    assay_share_range range;
    if (!take_percent(r, &percent))
        return ASSAY_EUNKNOWN;
    if (r->at < r->end) {
        const assay_status status = take_base(r, &figure->base);
        if (status != ASSAY_OK)
            return status;
    }
    if (m != NULL)
        return give_offset(figure, percent.units, 100 * power_of_ten(percent.decimals), &m->share,
                           m->literal);
    const assay_status status = assay_percent_range(percent, r->rule, &range);
    return status == ASSAY_OK ? give_share(figure, range, ASSAY_LITERAL_SAME) : status;
}

/* The share that a count is of its base, or that a per cent says it is. */
static assay_status give_counted(const reading *r, const assay_percent *percent,
                                 assay_figure *figure)
{
    const assay_ratio share = {figure->count, figure->base};
    assay_share_range range = {share, share, true, true};
    if (percent == NULL && figure->base > ASSAY_SHARE_UNDER)
        return ASSAY_EDOM;
    if (percent == NULL)
        return give_share(figure, figure->count > figure->base ? above_one : range,
                          ASSAY_LITERAL_SAME);
    const assay_status status = assay_percent_range(*percent, r->rule, &range);
    return status == ASSAY_OK ? give_share(figure, range, ASSAY_LITERAL_SAME) : status;
}

/* "(36%)". */
static bool take_percent_aside(reading *r, assay_percent *percent)
{
    return take(r, "(") && take_percent(r, percent) && take(r, ")");
}

static bool is_at(const reading *r, const char *text)
{
    return r->at < r->end && strcmp(r->words.word[r->at].text, text) == 0;
}

/* "27 of 74", "27 (36%)", "27 (36%) of 74", "27 of 74 (36%)". */
static assay_status read_counted(reading *r, const assay_modifier *m, assay_figure *figure)
{
    const assay_word *count;
    assay_percent percent;
    if (m != NULL || !take_whole(r, &count))
        return ASSAY_EUNKNOWN;
    bool has_percent = is_at(r, "(");
    if (has_percent && !take_percent_aside(r, &percent))
        return ASSAY_EUNKNOWN;
    if (!has_percent || r->at < r->end) {
        const assay_status status = take_base(r, &figure->base);
        if (status != ASSAY_OK)
            return status;
    }
    if (!has_percent && r->at < r->end) {
        if (!take_percent_aside(r, &percent))
            return ASSAY_EUNKNOWN;
        has_percent = true;
    }
    if (count->units > ASSAY_SHARE_CASES)
        return ASSAY_EDOM;
    figure->count = count->units;
    return give_counted(r, has_percent ? &percent : NULL, figure);
}

/* "36% (27)", "36% (27 of 74)". */
static assay_status read_percent_counted(reading *r, const assay_modifier *m, assay_figure *figure)
{
    const assay_word *count;
    assay_percent percent;
    if (m != NULL || !take_percent(r, &percent) || !take(r, "(") || !take_whole(r, &count))
        return ASSAY_EUNKNOWN;
    if (!is_at(r, ")")) {
        const assay_status status = take_base(r, &figure->base);
        if (status != ASSAY_OK)
            return status;
    }
    if (!take(r, ")"))
        return ASSAY_EUNKNOWN;
    if (count->units > ASSAY_SHARE_CASES)
        return ASSAY_EDOM;
    figure->count = count->units;
    return give_counted(r, &percent, figure);
}

/* ---- words ----------------------------------------------------------------------------------- */

/* "nine in ten", "9 in 10", "nine out of ten"; "9 out of 10" is a count. */
static assay_status read_a_in_b(reading *r, const assay_modifier *m, assay_figure *figure)
{
    const assay_word *a, *b;
    bool is_in_words = false;
    if (!take_whole(r, &a))
        return ASSAY_EUNKNOWN;
    if (!take(r, "in")) {
        if (a->kind != ASSAY_WORD_NUMBER || !take(r, "out") || !take(r, "of"))
            return ASSAY_EUNKNOWN;
        is_in_words = true;
    }
    take(r, "every");
    if (!take_whole(r, &b) || (is_in_words && b->kind != ASSAY_WORD_NUMBER))
        return ASSAY_EUNKNOWN;
    if (b->units < 1 || b->units > MOST_B)
        return ASSAY_EDOM;
    if (m != NULL)
        return give_offset(figure, a->units, b->units, &m->share, m->literal);
    const assay_offset *steps = assay_wording_a_in_b(r->wording);
    figure->is_convention = true;
    if (a->units > b->units)
        return give_share(figure, above_one, ASSAY_LITERAL_SAME);
    return give_share(figure,
                      share_range(a->units * MILLION + steps->from, a->units * MILLION + steps->to,
                                  b->units * MILLION, steps),
                      ASSAY_LITERAL_SAME);
}

static int64_t denominator(const char *word)
{
    static const struct {
        const char *one, *many;
        int64_t b;
    } names[] = {{"half", "halves", 2},      {"third", "thirds", 3},   {"quarter", "quarters", 4},
                 {"fourth", "fourths", 4},   {"fifth", "fifths", 5},   {"sixth", "sixths", 6},
                 {"seventh", "sevenths", 7}, {"eighth", "eighths", 8}, {"ninth", "ninths", 9},
                 {"tenth", "tenths", 10}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(word, names[i].one) == 0 || strcmp(word, names[i].many) == 0)
            return names[i].b;
    return 0;
}

/* "half", "a third", "two-thirds"; "third" alone would be a rank. */
static assay_status read_fraction(reading *r, const assay_modifier *m, assay_figure *figure)
{
    const assay_word *number;
    int64_t a = 1;
    const bool has_a = take(r, "a") || take(r, "an");
    if (!has_a && take_whole(r, &number))
        a = number->units;
    else if (!has_a && r->at < r->end && strcmp(r->words.word[r->at].text, "half") != 0)
        return ASSAY_EUNKNOWN;
    const int64_t b = r->at < r->end ? denominator(r->words.word[r->at++].text) : 0;
    if (b == 0)
        return ASSAY_EUNKNOWN;
    return give_offset(figure, a, b, m != NULL ? &m->share : assay_wording_fraction(r->wording),
                       m != NULL ? m->literal : ASSAY_LITERAL_SAME);
}

/* "most"; "almost all", whose share is one point. */
static assay_status read_share_words(reading *r, const assay_modifier *m, assay_figure *figure)
{
    assay_offset share;
    const size_t n = assay_wording_share(r->wording, &r->words, r->at, r->end, &share);
    if (n == 0 || (m != NULL && share.from != share.to))
        return ASSAY_EUNKNOWN;
    r->at += n;
    if (m != NULL)
        return give_offset(figure, share.from, MILLION, &m->share, m->literal);
    figure->is_convention = true;
    return give_share(figure, share_range(share.from, share.to, MILLION, &share),
                      ASSAY_LITERAL_SAME);
}

/* ---- numbers --------------------------------------------------------------------------------- */

/* The place of the last digit that is not 0: 100 of 3,600. */
static int64_t step_of(int64_t units)
{
    int64_t step = 1;
    while (units > 0 && units % (10 * step) == 0)
        step *= 10;
    return step;
}

/* Below 10^12 units and a step are at most 2 * 10^18 millionths. */
static void give_number_range(const assay_word *number, const assay_modifier *m,
                              assay_figure *figure)
{
    const int64_t step = step_of(number->units);
    const int64_t under = MILLION * power_of_ten(number->decimals);
    const int64_t low = number->units * MILLION + m->number.from * step;
    const int64_t high = number->units * MILLION + m->number.to * step;
    figure->narrow = (assay_share_range){{low < 0 ? 0 : low, under},
                                         {high < 0 ? 0 : high, under},
                                         low < 0 || m->number.from_closed,
                                         m->number.to_closed};
    figure->literal = figure->narrow;
    if (m->literal == ASSAY_LITERAL_UP) {
        figure->literal.high = (assay_ratio){1, 0};
        figure->literal.high_closed = false;
    } else if (m->literal == ASSAY_LITERAL_DOWN) {
        figure->literal.low = (assay_ratio){0, 1};
        figure->literal.low_closed = true;
    }
}

static assay_status read_plain_number(reading *r, const assay_modifier *m, assay_figure *figure)
{
    const assay_word *number;
    if (!take_number(r, &number))
        return ASSAY_EUNKNOWN;
    figure->kind = ASSAY_FIGURE_NUMBER;
    figure->is_convention = m != NULL;
    if (m != NULL) {
        give_number_range(number, m, figure);
        return ASSAY_OK;
    }
    const assay_status status = assay_rounded_range(number->units, power_of_ten(number->decimals),
                                                    r->rule, &figure->narrow);
    figure->literal = figure->narrow;
    return status;
}

/* ---- the whole figure ------------------------------------------------------------------------ */

typedef assay_status figure_reader(reading *r, const assay_modifier *m, assay_figure *figure);
static figure_reader *const readers[] = {
    read_share_words, read_percent,  read_percent_counted, read_a_in_b,
    read_counted,     read_fraction, read_plain_number};

/* The first reading that takes every word. */
static assay_status read_all(const reading *start, const assay_modifier *m, assay_figure *figure)
{
    for (size_t i = 0; i < sizeof readers / sizeof readers[0]; i++) {
        reading r = *start;
        assay_figure found = {.count = -1, .base = -1};
        const assay_status status = readers[i](&r, m, &found);
        if (status == ASSAY_EUNKNOWN || r.at != r.end)
            continue;
        if (status == ASSAY_OK)
            *figure = found;
        return status;
    }
    return ASSAY_EUNKNOWN;
}

/* Past the words before and behind, of which at least one is left. */
static void strip(reading *r)
{
    while (r->at + 1 < r->end && assay_wording_is_before(r->wording, &r->words.word[r->at]))
        r->at++;
    while (r->at + 1 < r->end && assay_wording_is_behind(r->wording, &r->words.word[r->end - 1]))
        r->end--;
}

assay_status assay_figure_read(const assay_wording *wording, assay_percent_rule rule,
                               const char *bytes, size_t length, assay_figure *figure)
{
    reading r = {.wording = wording, .rule = rule};
    assay_modifier modifier;
    assay_status status = assay_words_read(bytes, length, &r.words);
    if (status != ASSAY_OK)
        return status;
    r.end = r.words.n;
    strip(&r);
    status = read_all(&r, NULL, figure);
    if (status != ASSAY_EUNKNOWN)
        return status;
    const size_t n = assay_wording_modifier(wording, &r.words, r.at, r.end, &modifier);
    r.at += n;
    return n == 0 ? ASSAY_EUNKNOWN : read_all(&r, &modifier, figure);
}

/* ---- true values ----------------------------------------------------------------------------- */

static bool is_kind(const assay_words *words, size_t i, assay_word_kind kind)
{
    return i < words->n && words->word[i].kind == kind;
}

/* "27 of 74", "27 of the 74". */
static bool value_of_counts(const assay_words *words, assay_ratio *value)
{
    const size_t last = words->n - 1;
    if (words->n < 3 || words->n > 4 || !is_kind(words, 0, ASSAY_WORD_DIGITS) ||
        strcmp(words->word[1].text, "of") != 0 || !is_kind(words, last, ASSAY_WORD_DIGITS) ||
        (words->n == 4 && strcmp(words->word[2].text, "the") != 0))
        return false;
    const assay_word *x = &words->word[0], *n = &words->word[last];
    if (x->decimals > 0 || n->decimals > 0 || n->units < 1)
        return false;
    *value = (assay_ratio){x->units, n->units};
    return true;
}

/* Digits, and a point with digits behind it, 18 in all. */
static bool value_of_digits(const char *bytes, size_t length, assay_ratio *value)
{
    assay_ratio read = {0, 1};
    size_t digits = 0;
    bool point = false;
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] == '.' && !point && i > 0 && i + 1 < length) {
            point = true;
            continue;
        }
        if (bytes[i] < '0' || bytes[i] > '9')
            return false;
        digits += read.over > 0 || bytes[i] > '0';
        if (digits > 18 || read.under > INT64_C(100000000000000000))
            return false;
        read.over = read.over * 10 + (bytes[i] - '0');
        read.under *= point ? 10 : 1;
    }
    *value = read;
    return length > 0;
}

assay_status assay_figure_value(const char *bytes, size_t length, assay_ratio *value,
                                bool *is_share)
{
    assay_words words;
    assay_ratio read;
    bool share = false;
    if (assay_words_read(bytes, length, &words) == ASSAY_OK) {
        share = value_of_counts(&words, &read);
        const bool percent = words.n == 2 && strcmp(words.word[1].text, "%") == 0;
        if (!share && is_kind(&words, 0, ASSAY_WORD_DIGITS) && (words.n == 1 || percent)) {
            read = (assay_ratio){words.word[0].units, power_of_ten(words.word[0].decimals)};
            read.under *= percent ? 100 : 1;
            *value = read;
            *is_share = percent;
            return ASSAY_OK;
        }
    }
    if (!share && !value_of_digits(bytes, length, &read))
        return ASSAY_EFORMAT;
    *value = read;
    *is_share = share;
    return ASSAY_OK;
}
