/* width.c -- how many cases keep an interval narrow enough, and how wide it gets. */
#include "sample/width.h"

#include "base/memory.h"
#include "prob/dist.h"
#include "prob/finite.h"
#include "sample/width_method.h"

static bool is_inside(double x) /* false for NaN */
{
    return x > 0 && x < 1;
}

static assay_status check_request(assay_context *context, const assay_width_request *ask)
{
    const uint64_t N = ask->population,
                   most = ask->method->finite ? ASSAY_FINITE_MOST : ASSAY_WIDTH_CASES_MOST;
    const double p = ask->proportion;
    if (ask->method->finite && N == ASSAY_INFINITE)
        return assay_fail(context, ASSAY_EDOM,
                          "%s needs a population: without one take clopper_pearson",
                          ask->method->name);
    if (N == 0 || (N > most && N != ASSAY_INFINITE))
        return assay_fail(context, ASSAY_EDOM, "%s is for populations of 1 to %llu cases, not %llu",
                          ask->method->name, (unsigned long long)most, (unsigned long long)N);
    if (!is_inside(ask->confidence) || !is_inside(ask->margin) || p < 0 || p > 1)
        return assay_fail(context, ASSAY_EDOM, "an argument is outside its domain");
    return ASSAY_OK;
}

static struct assay_width_search search_of(assay_context *context, const assay_width_request *ask)
{
    struct assay_width_search s = {
        .context = context, .ask = *ask, .tail = (1 - ask->confidence) / 2};
    s.interval = assay_interval_find(ask->method->name);
    s.z = assay_normal_upper(s.tail);
    s.whole = ask->method->finite ? (double)ask->population : 1;
    const double room = 2 * ask->margin * s.whole;
    s.room = room + ASSAY_TIE * fmax(room, ask->method->finite ? 1 : 0);
    if (ask->method->finite)
        s.room = floor(s.room);
    return s;
}

static void close_search(struct assay_width_search *s)
{
    assay_free(s->lower);
    assay_free(s->earlier);
}

/* floor(n p + 1/2), where n p may be a half in decimals but not in binary. */
static uint64_t expected_count(const struct assay_width_search *s, uint64_t n)
{
    const double np = (double)n * s->ask.proportion;
    const uint64_t x = (uint64_t)floor(np + 0.5 + ASSAY_TIE * fmax(1, np));
    return x < n ? x : n;
}

/* From the lower limit of x among m to the upper limit of y among n. */
static assay_status width_between(struct assay_width_search *s, uint64_t n, uint64_t m, uint64_t x,
                                  uint64_t y, double *width)
{
    struct assay_width_ends low, high;
    assay_status status = s->ask.method->ends(s, n, m, x, &low);
    high = low;
    if (status == ASSAY_OK && y != x)
        status = s->ask.method->ends(s, n, m, y, &high);
    if (status == ASSAY_OK)
        *width = high.upper - low.lower;
    return status;
}

/* The widest interval that counts, of all sizes n to m; exact where it is not above `stop`. */
static assay_status width_of(struct assay_width_search *s, uint64_t n, uint64_t m, double stop,
                             double *width)
{
    if (isnan(s->ask.proportion))
        return s->ask.method->widest(s, n, m, stop, width);
    double found;
    const assay_status status =
        width_between(s, n, m, expected_count(s, n), expected_count(s, m), &found);
    if (status == ASSAY_OK)
        *width = fmax(*width, found);
    return status;
}

typedef enum verdict { NARROW, WIDE, UNKNOWN } verdict;

/*
** A count that all sizes n to m have: its interval is no narrower in any of them than between its
** lower limit among n and its upper one among m. So it is of expected counts, which rise in n.
*/
static assay_status are_wide(struct assay_width_search *s, uint64_t n, uint64_t m, bool *wide)
{
    const bool every = isnan(s->ask.proportion);
    const uint64_t x = every ? n / 2 : expected_count(s, n),
                   y = every ? n / 2 : expected_count(s, m);
    double width;
    const assay_status status = width_between(s, m, n, y, x, &width);
    *wide = status == ASSAY_OK && width > s->room;
    return status;
}

/* What is to be said of all sizes n to m; of one alone it is never unknown. */
static assay_status judge(struct assay_width_search *s, uint64_t n, uint64_t m, verdict *said)
{
    double width = s->room;
    bool wide = false;
    *said = UNKNOWN;
    if (m > n && !isnan(s->ask.proportion) && expected_count(s, m) > n)
        return ASSAY_OK;
    assay_status status = m > n ? are_wide(s, n, m, &wide) : ASSAY_OK;
    if (status == ASSAY_OK && !wide)
        status = width_of(s, n, m, s->room, &width);
    if (wide || (m == n && width > s->room))
        *said = WIDE;
    else if (width <= s->room)
        *said = NARROW;
    return status;
}

/* Tries all sizes below `enough`: behind a range of which all is known, one that is twice as long. */
static assay_status try_all(struct assay_width_search *s, assay_width *found)
{
    const bool nested = s->ask.method->is_nested(s);
    uint64_t range = 1;
    found->first = 0;
    found->stable = 1;
    for (uint64_t n = 1, m; n < s->enough; n = m + 1) {
        verdict said;
        m = n + range <= s->enough ? n + range - 1 : s->enough - 1;
        assay_status status = n % 1024 == 0 ? assay_poll(s->context, n, s->enough) : ASSAY_OK;
        if (status == ASSAY_OK)
            status = judge(s, n, m, &said);
        if (status != ASSAY_OK)
            return status;
        if (said == NARROW && found->first == 0)
            found->first = n;
        if (said == WIDE)
            found->stable = m + 1;
        if (said == UNKNOWN)
            m = n - 1; /* again, by fewer */
        range = said == UNKNOWN ? (range + 1) / 2 : nested && 2 * range <= n ? 2 * range : range;
    }
    if (found->first == 0)
        found->first = s->enough;
    return ASSAY_OK;
}

static assay_status find_size(struct assay_width_search *s, assay_width *found)
{
    assay_status status = s->ask.method->find_enough(s);
    if (status == ASSAY_OK)
        status = s->ask.method->make_room(s, s->enough);
    if (status == ASSAY_OK)
        status = try_all(s, found);
    double width = 0;
    if (status == ASSAY_OK)
        status = width_of(s, found->stable, found->stable, INFINITY, &width);
    found->half_width = width / s->whole / 2;
    return status;
}

assay_status assay_width_size(assay_context *context, const assay_width_request *request,
                              assay_width *width)
{
    assay_status status = check_request(context, request);
    if (status != ASSAY_OK)
        return status;
    struct assay_width_search s = search_of(context, request);
    assay_width found;
    status = find_size(&s, &found);
    close_search(&s);
    if (status == ASSAY_OK)
        *width = found;
    return status;
}

assay_status assay_width_margin(assay_context *context, const assay_width_request *request,
                                uint64_t n, double *half_width)
{
    assay_width_request ask = *request;
    ask.margin = 0.5; /* any: all widths are within it */
    assay_status status = check_request(context, &ask);
    if (status == ASSAY_OK && (n > ask.population || n > ASSAY_WIDTH_CASES_MOST))
        status = assay_fail(context, ASSAY_EDOM, "there are more cases than the population has");
    if (status != ASSAY_OK)
        return status;
    struct assay_width_search s = search_of(context, &ask);
    double width = 0;
    s.room = 0;
    status = n == 0 ? ASSAY_OK : ask.method->make_room(&s, n);
    if (status == ASSAY_OK && n > 0)
        status = width_of(&s, n, n, INFINITY, &width);
    close_search(&s);
    if (status == ASSAY_OK)
        *half_width = n == 0 ? 0.5 : width / s.whole / 2;
    return status;
}
