/* published.c -- which counts and denominators a printed percentage can stand for. */
#include "judge/published.h"

#include <stdbool.h>
#include <string.h>

#include "base/memory.h"

static const int64_t powers[ASSAY_PERCENT_DECIMALS + 1] = {1,     10,     100,    1000,
                                                           10000, 100000, 1000000};

#define LARGEST_PERCENT INT64_C(1000000000)          /* not reached: keeps units below 2^53 */
#define LARGEST_ROUNDED INT64_C(1000000000000000000) /* twice it, and 2 more, is below 2^63 */

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

/* ---- ranges ---------------------------------------------------------------------------------- */

static bool is_percent(assay_percent percent)
{
    return percent.decimals >= 0 && percent.decimals <= ASSAY_PERCENT_DECIMALS &&
           percent.units >= 0;
}

assay_status assay_rounded_range(int64_t units, int64_t under, assay_percent_rule rule,
                                 assay_share_range *range)
{
    if (units < 0 || under < 1 || units > LARGEST_ROUNDED || under > LARGEST_ROUNDED ||
        !is_rule(rule))
        return ASSAY_EDOM;
    const int64_t low = 2 * units + rules[rule].low, high = 2 * units + rules[rule].high;
    *range = (assay_share_range){
        .low = {low < 0 ? 0 : low, 2 * under},
        .high = {high, 2 * under},
        .low_closed = low < 0 || is_closed(rules[rule].low_end, units),
        .high_closed = is_closed(rules[rule].high_end, units),
    };
    return ASSAY_OK;
}

/* Nothing is more than all of it: a range above 1 holds no share. */
assay_status assay_percent_range(assay_percent percent, assay_percent_rule rule,
                                 assay_share_range *range)
{
    if (!is_percent(percent) || !is_rule(rule))
        return ASSAY_EDOM;
    const int64_t whole = 100 * powers[percent.decimals];
    if (percent.units <= whole)
        return assay_rounded_range(percent.units, whole, rule, range);
    *range = (assay_share_range){{2, 1}, {2, 1}, false, false};
    return ASSAY_OK;
}

assay_status assay_published_counts(assay_percent percent, assay_percent_rule rule, int64_t n,
                                    assay_count_range *counts)
{
    assay_printed_share share = {.count = -1};
    const assay_status status = assay_percent_range(percent, rule, &share.range);
    return status == ASSAY_OK ? assay_share_counts(&share, n, counts) : status;
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
    return ASSAY_OK;
}

assay_status assay_published_denominators(assay_context *context, const assay_published_set *set,
                                          int64_t **denominators, size_t *n_found)
{
    assay_status status = check_set(context, set);
    if (status != ASSAY_OK)
        return status;
    assay_printed_share *shares = assay_alloc_array(set->n_percents, sizeof *shares);
    if (shares == NULL)
        return assay_fail_memory(context);
    for (size_t i = 0; status == ASSAY_OK && i < set->n_percents; i++) {
        shares[i].count = -1;
        status = assay_percent_range(set->percents[i], set->rule, &shares[i].range);
    }
    const assay_share_set asked = {shares, set->n_percents, set->min, set->max};
    if (status == ASSAY_OK)
        status = assay_share_bases(context, &asked, denominators, n_found);
    assay_free(shares);
    return status;
}
