/* recover.c -- the whole numbers behind a table of printed figures. */
#include "judge/recover.h"

#include <string.h>

#include "base/memory.h"
#include "base/sort.h"

#define POLL_STEPS 4096

/* What is left of one number: low..high. */
typedef struct span {
    int64_t low, high;
} span;

typedef struct search {
    assay_context *context;
    const assay_printed_table *table;
    assay_recover_limits limits;
    const bool *is_active; /* by constraint */
    span *spans;           /* a row of n_numbers for each depth of the search */
    uint64_t steps, next_poll;
    bool only_one; /* stop at the first table: is there any? */
    assay_recovered found;
    size_t capacity; /* of found.values, in numbers */
} search;

static size_t n_constraints(const assay_printed_table *table)
{
    return table->n_numbers + table->n_fractions + table->n_totals;
}

/* ---- narrowing ------------------------------------------------------------------------------- */

/* What a narrowing did: FAILED where nothing is left of a number. */
typedef enum outcome { SAME, NARROWED, FAILED } outcome;

static outcome raise_low(span *s, int64_t low)
{
    if (low <= s->low)
        return SAME;
    s->low = low;
    return low > s->high ? FAILED : NARROWED;
}

static outcome lower_high(span *s, int64_t high)
{
    if (high >= s->high)
        return SAME;
    s->high = high;
    return high < s->low ? FAILED : NARROWED;
}

static outcome worse(outcome a, outcome b)
{
    return a > b ? a : b;
}

static outcome narrow_total(const assay_total *total, span *spans)
{
    int64_t low = 0, high = 0;
    outcome done = SAME;
    for (size_t i = 0; i < total->n_parts; i++) {
        low += spans[total->parts[i]].low;
        high += spans[total->parts[i]].high;
    }
    span *whole = &spans[total->total];
    done = worse(done, raise_low(whole, low));
    done = worse(done, lower_high(whole, high));
    for (size_t i = 0; done != FAILED && i < total->n_parts; i++) {
        span *part = &spans[total->parts[i]];
        const span before = *part;
        done = worse(done, raise_low(part, whole->low - (high - before.high)));
        done = worse(done, lower_high(part, whole->high - (low - before.low)));
    }
    return done;
}

/* The counts that base n can have, within those that are left. */
static assay_count_range counts_left(const assay_fraction *f, int64_t n, const span *part)
{
    assay_count_range counts = {1, 0};
    if (n < 1)
        return counts;
    (void)assay_share_counts(&f->share, n, &counts); /* checked before the search */
    if (counts.first < part->low)
        counts.first = part->low;
    if (counts.last > part->high)
        counts.last = part->high;
    return counts;
}

#define BLOCK 65536 /* bases passed over between two looks at the limits */

/*
** Bases at both ends that have no such count are passed over; those between keep theirs until they
** are an end. The counts of all bases lie between the first of the lowest and the last of the
** highest, as both never fall.
*/
static outcome narrow_printed(search *s, const assay_fraction *f, span *part, span *whole)
{
    const span before = *whole;
    assay_count_range low = {1, 0}, high = {1, 0};
    int left = BLOCK;
    for (; whole->low <= whole->high && left > 0; whole->low++, left--) {
        low = counts_left(f, whole->low, part);
        if (low.first <= low.last)
            break;
    }
    for (; whole->high >= whole->low && left > 0; whole->high--, left--) {
        high = counts_left(f, whole->high, part);
        if (high.first <= high.last)
            break;
    }
    s->steps += (uint64_t)(BLOCK - left);
    if (whole->low > whole->high)
        return FAILED;
    outcome done = whole->low > before.low || whole->high < before.high ? NARROWED : SAME;
    if (left == 0)
        return NARROWED;
    done = worse(done, raise_low(part, low.first));
    return worse(done, lower_high(part, high.last));
}

static outcome narrow_fraction(search *s, const assay_fraction *f, span *spans)
{
    span *part = &spans[f->part], *whole = &spans[f->whole];
    outcome done = raise_low(whole, part->low);
    done = worse(done, lower_high(part, whole->high));
    if (done == FAILED || !f->is_printed)
        return done;
    return worse(done, narrow_printed(s, f, part, whole));
}

/* One round over all constraints. */
static outcome narrow_once(search *s, span *spans)
{
    const assay_printed_table *t = s->table;
    outcome done = SAME;
    for (size_t i = 0; done != FAILED && i < t->n_fractions; i++) {
        if (!s->is_active[t->n_numbers + i])
            continue;
        done = worse(done, narrow_fraction(s, &t->fractions[i], spans));
        s->steps++;
    }
    for (size_t i = 0; done != FAILED && i < t->n_totals; i++) {
        if (!s->is_active[t->n_numbers + t->n_fractions + i])
            continue;
        done = worse(done, narrow_total(&t->totals[i], spans));
        s->steps++;
    }
    return done;
}

static assay_status check_steps(search *s)
{
    if (s->steps <= s->limits.steps && s->steps < s->next_poll)
        return ASSAY_OK;
    s->next_poll = s->steps + POLL_STEPS;
    if (s->steps <= s->limits.steps)
        return assay_poll(s->context, s->steps, s->limits.steps);
    assay_fail(s->context, ASSAY_ENUMERIC, "the search takes more than %llu steps",
               (unsigned long long)s->limits.steps);
    return assay_blame_argument(s->context, "steps");
}

/* Until nothing changes; *fails where some number has no value left. */
static assay_status narrow(search *s, span *spans, bool *fails)
{
    outcome done;
    do {
        done = narrow_once(s, spans);
        const assay_status status = check_steps(s);
        if (status != ASSAY_OK)
            return status;
    } while (done == NARROWED);
    *fails = done == FAILED;
    return ASSAY_OK;
}

/* ---- the search ------------------------------------------------------------------------------ */

static assay_status add_table(search *s, const span *spans)
{
    const size_t n = s->table->n_numbers;
    if (s->found.n_tables == s->limits.most) {
        assay_fail(s->context, ASSAY_ENUMERIC, "more than %zu tables fit", s->limits.most);
        return assay_blame_argument(s->context, "most");
    }
    for (size_t i = 0; i < n; i++) {
        const size_t at = s->found.n_tables * n + i;
        if (!assay_grow(&s->found.values, &s->capacity, at, sizeof *s->found.values))
            return assay_fail_memory(s->context);
        s->found.values[at] = spans[i].low;
    }
    s->found.n_tables++;
    return ASSAY_OK;
}

/* The number with the fewest values left, but more than one; n_numbers if every one is known. */
static size_t fewest(const search *s, const span *spans)
{
    size_t best = s->table->n_numbers;
    for (size_t i = 0; i < s->table->n_numbers; i++) {
        const int64_t width = spans[i].high - spans[i].low;
        if (width > 0 &&
            (best == s->table->n_numbers || width < spans[best].high - spans[best].low))
            best = i;
    }
    return best;
}

/* Tries every value of one number; the depth is at most n_numbers, as each one is fixed but once. */
static assay_status branch(search *s, size_t depth)
{
    const size_t n = s->table->n_numbers;
    span *here = &s->spans[depth * n], *below = here + n;
    bool fails = false;
    assay_status status = narrow(s, here, &fails);
    if (status != ASSAY_OK || fails)
        return status;
    const size_t chosen = fewest(s, here);
    if (chosen == n)
        return add_table(s, here);
    for (int64_t v = here[chosen].low; status == ASSAY_OK && v <= here[chosen].high; v++) {
        if (s->only_one && s->found.n_tables > 0)
            break;
        memcpy(below, here, n * sizeof *here);
        below[chosen] = (span){v, v};
        status = branch(s, depth + 1);
    }
    return status;
}

static void start(search *s)
{
    const assay_printed_table *t = s->table;
    for (size_t i = 0; i < t->n_numbers; i++)
        s->spans[i] =
            s->is_active[i] ? (span){t->numbers[i].min, t->numbers[i].max} : (span){0, t->max};
    for (size_t i = 0; i < t->n_numbers; i++)
        if (s->spans[i].high > t->max)
            s->spans[i].high = t->max;
    s->steps = s->next_poll = 0;
    s->found.n_tables = 0;
}

/* False where a stated number is above `max` itself. */
static bool has_start(const search *s)
{
    for (size_t i = 0; i < s->table->n_numbers; i++)
        if (s->spans[i].low > s->spans[i].high)
            return false;
    return true;
}

static assay_status run(search *s)
{
    start(s);
    return has_start(s) ? branch(s, 0) : ASSAY_OK;
}

/* ---- the conflict ---------------------------------------------------------------------------- */

/*
** Leaves out one constraint after another, for good where the others still cannot hold. What is
** left is minimal: each of them was once seen to be needed, and remains so when more are left out.
** Bounds come last, so that a figure is blamed beside the base that is stated for it rather than
** beside other figures of that base. What takes too long to see is kept.
*/
static assay_status find_conflict(search *s, bool *is_active)
{
    const size_t n = n_constraints(s->table);
    s->only_one = true;
    s->found.is_minimal = true;
    for (size_t k = 0; k < n; k++) {
        const size_t i = (s->table->n_numbers + k) % n;
        is_active[i] = false;
        const assay_status status = run(s);
        if (status != ASSAY_OK && status != ASSAY_ENUMERIC)
            return status;
        if (status == ASSAY_ENUMERIC)
            s->found.is_minimal = false;
        is_active[i] = status == ASSAY_ENUMERIC || s->found.n_tables > 0;
    }
    s->found.n_tables = 0;
    for (size_t i = 0; i < n; i++)
        if (is_active[i])
            s->found.conflict[s->found.n_conflict++] = i;
    return ASSAY_OK;
}

/* ---- order ----------------------------------------------------------------------------------- */

typedef struct table_rows {
    const int64_t *values;
    size_t width;
} table_rows;

static int compare_tables(const void *self, uint32_t a, uint32_t b)
{
    const table_rows *rows = self;
    const int64_t *x = &rows->values[a * rows->width], *y = &rows->values[b * rows->width];
    for (size_t i = 0; i < rows->width; i++)
        if (x[i] != y[i])
            return x[i] < y[i] ? -1 : 1;
    return 0;
}

static assay_status gather(assay_context *context, const table_rows *rows, const uint32_t *order,
                           size_t n_tables, int64_t **values)
{
    int64_t *sorted = assay_alloc_array(n_tables * rows->width, sizeof *sorted);
    if (sorted == NULL)
        return assay_fail_memory(context);
    for (size_t i = 0; i < n_tables; i++)
        memcpy(&sorted[i * rows->width], &rows->values[order[i] * rows->width],
               rows->width * sizeof *sorted);
    assay_free(*values);
    *values = sorted;
    return ASSAY_OK;
}

/* Branching goes by the fewest values, so that tables come in an order of its own. */
static assay_status sort_tables(search *s)
{
    const table_rows rows = {s->found.values, s->table->n_numbers};
    const size_t n = s->found.n_tables;
    uint32_t *order = assay_alloc_array(n, sizeof *order);
    if (order == NULL)
        return assay_fail_memory(s->context);
    for (size_t i = 0; i < n; i++)
        order[i] = (uint32_t)i;
    assay_status status = assay_sort(s->context, n, order, compare_tables, &rows);
    if (status == ASSAY_OK)
        status = gather(s->context, &rows, order, n, &s->found.values);
    assay_free(order);
    return status;
}

/* ---- arguments ------------------------------------------------------------------------------- */

static assay_status blame(assay_context *context, const char *argument, const char *message)
{
    assay_fail(context, ASSAY_EDOM, "%s", message);
    return assay_blame_argument(context, argument);
}

static bool is_fraction(const assay_printed_table *t, const assay_fraction *f)
{
    assay_count_range counts;
    if (f->part >= t->n_numbers || f->whole >= t->n_numbers || f->part == f->whole)
        return false;
    return !f->is_printed || assay_share_counts(&f->share, 1, &counts) == ASSAY_OK;
}

static bool is_total(const assay_printed_table *t, const assay_total *total)
{
    if (total->total >= t->n_numbers || total->n_parts == 0 ||
        total->n_parts > ASSAY_RECOVER_NUMBERS)
        return false;
    for (size_t i = 0; i < total->n_parts; i++)
        if (total->parts[i] >= t->n_numbers || total->parts[i] == total->total)
            return false;
    return true;
}

static assay_status check_table(assay_context *context, const assay_printed_table *t)
{
    if (t->max < 1 || t->max > ASSAY_SHARE_CASES)
        return blame(context, "max", "the largest number is from 1 to 2147483647");
    if (t->n_numbers == 0 || t->n_numbers > ASSAY_RECOVER_NUMBERS)
        return blame(context, "numbers", "a table has from 1 to 500 bases and counts");
    for (size_t i = 0; i < t->n_numbers; i++)
        if (t->numbers[i].min < 0 || t->numbers[i].max < t->numbers[i].min)
            return blame(context, "numbers", "a number lies between bounds from 0 on");
    if (t->n_fractions > ASSAY_RECOVER_NUMBERS)
        return blame(context, "fractions", "a table has at most 500 shares");
    for (size_t i = 0; i < t->n_fractions; i++)
        if (!is_fraction(t, &t->fractions[i]))
            return blame(context, "fractions", "a share is of one number in another, from 0 to 1");
    if (t->n_totals > ASSAY_RECOVER_NUMBERS)
        return blame(context, "totals", "a table has at most 500 sums");
    for (size_t i = 0; i < t->n_totals; i++)
        if (!is_total(t, &t->totals[i]))
            return blame(context, "totals", "a sum is of other numbers, from 1 to 500 of them");
    return ASSAY_OK;
}

/* ---- all of it ------------------------------------------------------------------------------- */

static assay_status run_all(search *s, bool *is_active)
{
    assay_status status = run(s);
    const uint64_t steps = s->steps;
    if (status == ASSAY_OK && s->found.n_tables == 0)
        status = find_conflict(s, is_active);
    else if (status == ASSAY_OK)
        status = sort_tables(s);
    s->found.steps = steps;
    return status;
}

assay_status assay_recover(assay_context *context, const assay_printed_table *table,
                           const assay_recover_limits *limits, assay_recovered *recovered)
{
    assay_status status = check_table(context, table);
    if (status != ASSAY_OK)
        return status;
    const size_t n = table->n_numbers, n_all = n_constraints(table);
    search s = {.context = context, .table = table, .limits = *limits};
    bool *is_active = assay_alloc_array(n_all, sizeof *is_active);
    s.spans = assay_alloc_array(n * (n + 2), sizeof *s.spans);
    s.found.conflict = assay_alloc_array(n_all, sizeof *s.found.conflict);
    if (is_active == NULL || s.spans == NULL || s.found.conflict == NULL) {
        status = assay_fail_memory(context);
    } else {
        memset(is_active, true, n_all * sizeof *is_active);
        s.is_active = is_active;
        status = run_all(&s, is_active);
    }
    assay_free(is_active);
    assay_free(s.spans);
    if (status != ASSAY_OK) {
        assay_recovered_free(&s.found);
        return status;
    }
    *recovered = s.found;
    return ASSAY_OK;
}

void assay_recovered_free(assay_recovered *recovered)
{
    assay_free(recovered->values);
    assay_free(recovered->conflict);
    *recovered = (assay_recovered){0};
}
