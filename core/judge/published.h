/* published.h -- which counts and denominators a printed percentage can stand for. */
#ifndef ASSAY_JUDGE_PUBLISHED_H
#define ASSAY_JUDGE_PUBLISHED_H

#include <stddef.h>
#include <stdint.h>

#include "judge/share.h"

/*
** x of n cases are printed as the percentage t with d decimals. Let v = 100 * 10^d * x / n and
** u = t * 10^d, a whole number. Printed and counted agree where v rounds to u, which is decided in
** integers: twice v lies between two whole numbers, so that x / n lies in a range with exact ends
** (judge/share.h). No rounding of the arithmetic's own comes in.
** Source: Brown and Heathers (2017), The GRIM test, Social Psychological and Personality Science
** 8(4), 363-369, for percentages and with the rounding rule stated.
*/

#define ASSAY_PERCENT_DECIMALS 6                 /* at most */
#define ASSAY_PERCENT_CASES    ASSAY_SHARE_CASES /* denominators, at most */

/* A printed percentage, exactly as printed: 50 is {50, 0} and 50.0 is {500, 1}. */
typedef struct assay_percent {
    int64_t units; /* the percentage times 10^decimals, at least 0; nothing fits above 100 */
    int decimals;  /* 0..ASSAY_PERCENT_DECIMALS */
} assay_percent;

/*
** The percentage that text prints: digits, with a point and at most ASSAY_PERCENT_DECIMALS digits
** behind it or without, and "%" behind them or not: "61", "14.29", "50.0%". Sign, exponent and
** white space are refused, so are more than nine digits before the point. ASSAY_EFORMAT.
*/
assay_status assay_percent_from_text(const char *text, size_t length, assay_percent *percent);

/*
** The percentage printed with so many decimals. ASSAY_EDOM: decimals outside
** 0..ASSAY_PERCENT_DECIMALS; a number that is negative, NaN, 10^9 or more, or has more decimals
** than said (0.61 for 61 is caught so, unless `decimals` is above 1).
*/
assay_status assay_percent_from_number(double number, int decimals, assay_percent *percent);

/*
** How v became u. `floor` and `ceil` cut off and round up; the others go to the nearest number and
** differ in exact halves alone, which `any_half` accepts either way.
*/
typedef enum assay_percent_rule {
    ASSAY_HALF_UP,
    ASSAY_HALF_EVEN,
    ASSAY_HALF_DOWN,
    ASSAY_FLOOR,
    ASSAY_CEIL,
    ASSAY_ANY_HALF
} assay_percent_rule;
#define ASSAY_PERCENT_RULES 6

/* "half_up", "half_even", "half_down", "floor", "ceil", "any_half"; "?" for another number. */
const char *assay_percent_rule_name(assay_percent_rule rule);

/* The rule of that name, or ASSAY_EUNKNOWN. */
assay_status assay_percent_rule_named(const char *name, assay_percent_rule *rule);

/* The numbers that are printed as units / under. ASSAY_EDOM: units or under above 10^18, no rule. */
assay_status assay_rounded_range(int64_t units, int64_t under, assay_percent_rule rule,
                                 assay_share_range *range);

/* The shares that are printed so; none above 100 per cent. ASSAY_EDOM: units or decimals outside their ranges, no rule. */
assay_status assay_percent_range(assay_percent percent, assay_percent_rule rule,
                                 assay_share_range *range);

/*
** The counts x in 0..n that are printed so. They are neighbours, since rounding keeps the order.
** ASSAY_EDOM: n outside 1..ASSAY_PERCENT_CASES, units or decimals outside their ranges, no rule.
*/
assay_status assay_published_counts(assay_percent percent, assay_percent_rule rule, int64_t n,
                                    assay_count_range *counts);

/* Percentages said to be of the same n, and the n that come into question: min..max, inclusive. */
typedef struct assay_published_set {
    const assay_percent *percents; /* percents[n_percents], at least one */
    size_t n_percents;
    assay_percent_rule rule;
    int64_t min, max;
} assay_published_set;

/*
** The n in min..max of which every percentage of the set can be, ascending: denominators[n_found],
** to be released with assay_free; NULL where there is none. From n = 100 * 10^decimals on every
** percentage up to 100 can be printed under every rule, so that a large `max` says little.
** ASSAY_EDOM, with the argument blamed: "percents", "min", "max", "rule". ASSAY_ENOMEM,
** ASSAY_ESTOPPED.
*/
assay_status assay_published_denominators(assay_context *context, const assay_published_set *set,
                                          int64_t **denominators, size_t *n_found);

#endif
