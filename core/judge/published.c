/* published.c -- which counts and denominators a printed percentage can stand for. */
#include "judge/published.h"

#include <stdbool.h>
#include <string.h>

#include "base/memory.h"

static const int64_t powers[ASSAY_PERCENT_DECIMALS + 1] = {1,     10,     100,    1000,
                                                           10000, 100000, 1000000};

#define LARGEST_PERCENT INT64_C(1000000000) /* not reached: keeps units below 2^53 */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

assay_status assay_percent_from_text(const char *text, size_t length, assay_percent *percent)
{
    assay_percent read = {0, 0};
    size_t i = 0;
    for (; i < length && i <= 9 && is_digit(text[i]); i++)
        read.units = read.units * 10 + (text[i] - '0');
    if (i == 0 || i > 9)
        return ASSAY_EFORMAT;
    if (i < length && text[i] == '.') {
        const size_t point = i++;
        for (; i < length && read.decimals < ASSAY_PERCENT_DECIMALS && is_digit(text[i]); i++) {
            read.units = read.units * 10 + (text[i] - '0');
            read.decimals++;
        }
        if (i == point + 1)
            return ASSAY_EFORMAT;
    }
    if (i < length && text[i] == '%')
        i++;
    if (i < length)
        return ASSAY_EFORMAT;
    *percent = read;
    return ASSAY_OK;
}

assay_status assay_percent_from_number(double number, int decimals, assay_percent *percent)
{
    if (decimals < 0 || decimals > ASSAY_PERCENT_DECIMALS)
        return ASSAY_EDOM;
    if (!(number >= 0 && number < (double)LARGEST_PERCENT))
        return ASSAY_EDOM;
    /* Both operands are exact, so the quotient is the double nearest to the decimal number. */
    const double power = (double)powers[decimals];
    const int64_t units = (int64_t)(number * power + 0.5);
    if ((double)units / power != number)
        return ASSAY_EDOM;
    *percent = (assay_percent){units, decimals};
    return ASSAY_OK;
}

/* ---- rules ----------------------------------------------------------------------------------- */

/* Where twice v may lie when u is printed: from 2u + low to 2u + high. */
typedef enum end_kind { OPEN, CLOSED, CLOSED_IF_EVEN } end_kind;

static const struct {
    const char *name;
    int low, high;
    end_kind low_end, high_end;
} rules[ASSAY_PERCENT_RULES] = {
    [ASSAY_HALF_UP] = {"half_up", -1, 1, CLOSED, OPEN},
    [ASSAY_HALF_EVEN] = {"half_even", -1, 1, CLOSED_IF_EVEN, CLOSED_IF_EVEN},
    [ASSAY_HALF_DOWN] = {"half_down", -1, 1, OPEN, CLOSED},
    [ASSAY_FLOOR] = {"floor", 0, 2, CLOSED, OPEN},
    [ASSAY_CEIL] = {"ceil", -2, 0, OPEN, CLOSED},
    [ASSAY_ANY_HALF] = {"any_half", -1, 1, CLOSED, CLOSED},
};

static bool is_rule(assay_percent_rule rule)
{
    return (size_t)rule < ASSAY_PERCENT_RULES;
}

const char *assay_percent_rule_name(assay_percent_rule rule)
{
    return is_rule(rule) ? rules[rule].name : "?";
}

assay_status assay_percent_rule_named(const char *name, assay_percent_rule *rule)
{
    for (int i = 0; i < ASSAY_PERCENT_RULES; i++)
        if (strcmp(name, rules[i].name) == 0) {
            *rule = (assay_percent_rule)i;
            return ASSAY_OK;
        }
    return ASSAY_EUNKNOWN;
}

static bool is_closed(end_kind end, int64_t units)
{
    return end == CLOSED || (end == CLOSED_IF_EVEN && units % 2 == 0);
}

/* ---- counts ---------------------------------------------------------------------------------- */

static bool is_percent(assay_percent percent)
{
    return percent.decimals >= 0 && percent.decimals <= ASSAY_PERCENT_DECIMALS &&
           percent.units >= 0;
}

/*
** `below` is the last number that 2 * whole * x must pass, `above` the last that it may reach. Both
** stay under 2 * (10^8 + 1) * 2^31 < 2^59; a negative `below` is passed by x = 0.
*/
static assay_count_range counts_of(assay_percent percent, assay_percent_rule rule, int64_t n)
{
    const int64_t whole = 100 * powers[percent.decimals], step = 2 * whole, u = percent.units;
    if (u > whole)
        return (assay_count_range){0, -1};
    const int64_t low = (2 * u + rules[rule].low) * n, high = (2 * u + rules[rule].high) * n;
    const int64_t below = is_closed(rules[rule].low_end, u) ? low - 1 : low;
    const int64_t above = is_closed(rules[rule].high_end, u) ? high : high - 1;
    assay_count_range counts = {below < 0 ? 0 : below / step + 1, above / step};
    if (counts.last > n)
        counts.last = n;
    return counts;
}

assay_status assay_published_counts(assay_percent percent, assay_percent_rule rule, int64_t n,
                                    assay_count_range *counts)
{
    if (!is_percent(percent) || !is_rule(rule) || n < 1 || n > ASSAY_PERCENT_CASES)
        return ASSAY_EDOM;
    *counts = counts_of(percent, rule, n);
    return ASSAY_OK;
}

/* ---- denominators ---------------------------------------------------------------------------- */

static assay_status blame(assay_context *context, const char *argument, const char *message)
{
    assay_fail(context, ASSAY_EDOM, "%s", message);
    return assay_blame_argument(context, argument);
}

static assay_status check_set(assay_context *context, const assay_published_set *set)
{
    if (set->n_percents == 0)
        return blame(context, "percents", "at least one percentage is needed");
    for (size_t i = 0; i < set->n_percents; i++)
        if (!is_percent(set->percents[i]))
            return blame(context, "percents", "a percentage is 0 or more, with at most 6 decimals");
    if (!is_rule(set->rule))
        return blame(context, "rule", "no such rounding rule");
    if (set->min < 1)
        return blame(context, "min", "the smallest denominator is at least 1");
    if (set->max < set->min || set->max > ASSAY_PERCENT_CASES)
        return blame(context, "max", "the largest denominator is at least min, at most 2147483647");
    return ASSAY_OK;
}

static bool all_fit(const assay_published_set *set, int64_t n)
{
    for (size_t i = 0; i < set->n_percents; i++) {
        const assay_count_range counts = counts_of(set->percents[i], set->rule, n);
        if (counts.last < counts.first)
            return false;
    }
    return true;
}

static assay_status search(assay_context *context, const assay_published_set *set, int64_t **found,
                           size_t *n_found)
{
    size_t capacity = 0;
    for (int64_t n = set->min; n <= set->max; n++) {
        const uint64_t done = (uint64_t)(n - set->min);
        if (done % 65536 == 0) {
            const assay_status status =
                assay_poll(context, done, (uint64_t)(set->max - set->min + 1));
            if (status != ASSAY_OK)
                return status;
        }
        if (!all_fit(set, n))
            continue;
        if (!assay_grow(found, &capacity, *n_found, sizeof **found))
            return assay_fail_memory(context);
        (*found)[(*n_found)++] = n;
    }
    return ASSAY_OK;
}

assay_status assay_published_denominators(assay_context *context, const assay_published_set *set,
                                          int64_t **denominators, size_t *n_found)
{
    int64_t *found = NULL;
    size_t n = 0;
    assay_status status = check_set(context, set);
    if (status == ASSAY_OK)
        status = search(context, set, &found, &n);
    if (status != ASSAY_OK) {
        assay_free(found);
        return status;
    }
    *denominators = found;
    *n_found = n;
    return ASSAY_OK;
}
