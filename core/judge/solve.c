/* solve.c -- which ratings of the standards fit what is known of them and of the whole. */
#include "judge/solve.h"

#include "base/memory.h"

enum { POLLED = 1 << 20, MOST_BANDS = 64, MOST_SUMS = MOST_BANDS + 3 };

/*
** A sum that the standards add to. It is kept from 0 to `last`; one with an end (`capped`) rules a
** vector out as soon as it is passed, one without stays at `last`, from where on no more matters.
*/
typedef struct sum {
    assay_solve_span span;
    int64_t last;
    bool capped;
    size_t stride;
} sum;

/* Sums by their place: points first, so that states stand in the order of their points. */
enum { POINTS, RISEN, FALLEN, BANDS };

struct assay_solve {
    const assay_scale *scale;
    size_t n, n_bands, n_counted;
    uint64_t *allowed, overall;
    size_t *before;
    bool *counted;
    sum sums[MOST_SUMS];
    size_t n_sums, states;
    uint64_t *ways;    /* [n + 1][states] how many ways lead from there to a vector that fits */
    uint64_t *with;    /* [n][n_bands] */
    uint64_t *reached; /* [states] of vectors that fit, at the end */
};

/* ---- checking -------------------------------------------------------------------------------- */

static bool is_span(assay_solve_span s)
{
    return s.least >= 0 && s.least <= s.most;
}

static bool says_nothing(assay_solve_span s)
{
    return s.least == 0 && s.most == ASSAY_SOLVE_ANY;
}

static uint64_t all_bands(size_t n)
{
    return n == MOST_BANDS ? UINT64_MAX : (UINT64_C(1) << n) - 1;
}

static assay_status check_spans(assay_context *context, const assay_clues *clues, size_t n_bands)
{
    bool good = is_span(clues->risen) && is_span(clues->fallen) && is_span(clues->points);
    for (size_t b = 0; b < n_bands; b++)
        good = good && is_span(clues->bands[b]);
    return good ? ASSAY_OK
                : assay_fail(context, ASSAY_EDOM,
                             "a clue whose least number is below 0 or above its most");
}

static assay_status check_clues(assay_context *context, const assay_scale *scale,
                                const assay_clues *clues)
{
    const size_t n_bands = assay_scale_n_bands(scale);
    size_t n_counted = 0;
    if (n_bands > MOST_BANDS)
        return assay_fail(context, ASSAY_EDOM, "a scale of more than 64 bands");
    if (clues->n < 1 || clues->n > ASSAY_SOLVE_STANDARDS)
        return assay_fail(context, ASSAY_EDOM, "clues are about 1 to %d standards",
                          ASSAY_SOLVE_STANDARDS);
    for (size_t i = 0; i < clues->n; i++) {
        n_counted += clues->counted[i];
        if (clues->before[i] != ASSAY_SOLVE_UNKNOWN && clues->before[i] >= n_bands)
            return assay_fail(context, ASSAY_EDOM, "a rating before that the scale does not have");
    }
    const bool about_whole =
        !says_nothing(clues->points) || (clues->overall | ~all_bands(n_bands)) != UINT64_MAX;
    if (n_counted == 0 && about_whole)
        return assay_fail(context, ASSAY_EDOM, "a clue to the whole, to which no standard counts");
    return check_spans(context, clues, n_bands);
}

/* That no number of vectors passes 64 bits. */
static assay_status check_vectors(assay_context *context, const assay_solve *s)
{
    uint64_t most = 1;
    for (size_t i = 0; i < s->n; i++) {
        uint64_t bands = 0;
        for (size_t b = 0; b < s->n_bands; b++)
            bands += s->allowed[i] >> b & 1;
        if (bands > 0 && most > (uint64_t)INT64_MAX / bands)
            return assay_fail(context, ASSAY_ENUMERIC,
                              "more rating vectors than can be counted: 2^63 or more");
        most *= bands > 0 ? bands : 1;
    }
    return ASSAY_OK;
}

/* ---- sums and states ------------------------------------------------------------------------- */

/* What band b of standard i adds to the sum in that place. */
static int64_t added(const assay_solve *s, size_t place, size_t i, size_t b)
{
    const size_t before = s->before[i];
    switch (place) {
    case POINTS:
        return s->counted[i] ? assay_scale_band(s->scale, b)->points : 0;
    case RISEN:
        return before != ASSAY_SOLVE_UNKNOWN && b > before;
    case FALLEN:
        return before != ASSAY_SOLVE_UNKNOWN && b < before;
    default:
        return place - BANDS == b;
    }
}

/* What a sum comes to at the most. */
static int64_t most_of(const assay_solve *s, size_t place)
{
    return place == POINTS
               ? assay_scale_band(s->scale, s->n_bands - 1)->points * (int64_t)s->n_counted
               : (int64_t)s->n;
}

/* Points are kept as they are: they are part of the answer. Of other sums no more than a clue asks. */
static sum new_sum(const assay_solve *s, size_t place, assay_solve_span span)
{
    const int64_t most = most_of(s, place);
    sum made = {.span = span, .capped = place == POINTS || span.most < most};
    made.last = !made.capped ? span.least : span.most < most ? span.most : most;
    made.last = made.last < most ? made.last : most;
    return made;
}

static assay_status lay_out(assay_context *context, assay_solve *s, const assay_clues *clues)
{
    uint64_t states = 1;
    s->n_sums = BANDS + s->n_bands;
    for (size_t place = s->n_sums; place-- > 0;) {
        const assay_solve_span span = place == POINTS   ? clues->points
                                      : place == RISEN  ? clues->risen
                                      : place == FALLEN ? clues->fallen
                                                        : clues->bands[place - BANDS];
        s->sums[place] = new_sum(s, place, span);
        s->sums[place].stride = (size_t)states;
        states *= (uint64_t)s->sums[place].last + 1;
        if (states * (s->n + 1) > ASSAY_SOLVE_CELLS)
            return assay_fail(context, ASSAY_ENUMERIC,
                              "too much to keep of these clues: fewer standards, or clues with "
                              "smaller numbers, can be solved");
    }
    s->states = (size_t)states;
    return ASSAY_OK;
}

static int64_t value_at(const assay_solve *s, size_t place, size_t state)
{
    return (int64_t)(state / s->sums[place].stride) % (s->sums[place].last + 1);
}

/* The state behind standard i in band b; false where a sum passes its end. */
static bool step(const assay_solve *s, size_t i, size_t b, size_t state, size_t *next)
{
    size_t to = state;
    for (size_t place = 0; place < s->n_sums; place++) {
        const sum *of = &s->sums[place];
        const int64_t more = added(s, place, i, b);
        if (more == 0)
            continue;
        if (more <= of->last - value_at(s, place, state))
            to += (size_t)more * of->stride;
        else if (of->capped)
            return false; /* what is not capped adds one at a time, and stays where it ends */
    }
    *next = to;
    return true;
}

/* Whether what stands at the end is what the clues say. */
static bool fits(const assay_solve *s, size_t state)
{
    for (size_t place = 0; place < s->n_sums; place++) {
        const int64_t least = s->sums[place].span.least;
        if (value_at(s, place, state) < least)
            return false;
    }
    if (s->n_counted == 0)
        return true;
    assay_overall whole;
    return assay_rating_of_points(s->scale, value_at(s, POINTS, state), s->n_counted, &whole) ==
               ASSAY_OK &&
           (s->overall >> whole.band & 1) != 0;
}

static bool may_be(const assay_solve *s, size_t i, size_t b)
{
    return (s->allowed[i] >> b & 1) != 0;
}

/* ---- counting -------------------------------------------------------------------------------- */

/* How much of the work is done: a state is as much as its bands times its sums. */
typedef struct work {
    assay_context *context;
    uint64_t done, total, polled;
} work;

static assay_status one_more(work *w, const assay_solve *s)
{
    w->done += s->n_bands * s->n_sums;
    if (w->done - w->polled < POLLED)
        return ASSAY_OK;
    w->polled = w->done;
    return assay_poll(w->context, w->done, w->total);
}

static uint64_t *ways_from(const assay_solve *s, size_t i)
{
    return s->ways + i * s->states;
}

/* From the last standard to the first: how many ways lead on from each state. */
static assay_status count_ways(work *w, assay_solve *s)
{
    assay_status status = ASSAY_OK;
    for (size_t state = 0; state < s->states; state++)
        ways_from(s, s->n)[state] = fits(s, state);
    for (size_t i = s->n; i-- > 0;)
        for (size_t state = 0; status == ASSAY_OK && state < s->states; state++) {
            size_t next;
            for (size_t b = 0; b < s->n_bands; b++)
                if (may_be(s, i, b) && step(s, i, b, state, &next))
                    ways_from(s, i)[state] += ways_from(s, i + 1)[next];
            status = one_more(w, s);
        }
    return status;
}

/*
** From the first to the last: `here` has how many ways lead to each state. Those that lead on from it as
** well are vectors that fit.
*/
static assay_status take_step(work *w, assay_solve *s, size_t i, const uint64_t here[],
                              uint64_t there[])
{
    assay_status status = ASSAY_OK;
    for (size_t state = 0; state < s->states; state++)
        there[state] = 0;
    for (size_t state = 0; status == ASSAY_OK && state < s->states; state++) {
        size_t next;
        for (size_t b = 0; here[state] > 0 && b < s->n_bands; b++) {
            if (!may_be(s, i, b) || !step(s, i, b, state, &next))
                continue;
            s->with[i * s->n_bands + b] += here[state] * ways_from(s, i + 1)[next];
            there[next] += here[state];
        }
        status = one_more(w, s);
    }
    return status;
}

static assay_status count_ratings(work *w, assay_solve *s)
{
    uint64_t *here = assay_alloc_zeroed_array(s->states, sizeof *here);
    uint64_t *there = assay_alloc_zeroed_array(s->states, sizeof *there);
    assay_status status = here != NULL && there != NULL ? ASSAY_OK : assay_fail_memory(w->context);
    if (status == ASSAY_OK)
        here[0] = 1;
    for (size_t i = 0; status == ASSAY_OK && i < s->n; i++) {
        status = take_step(w, s, i, here, there);
        uint64_t *swap = here;
        here = there;
        there = swap;
    }
    for (size_t state = 0; status == ASSAY_OK && state < s->states; state++)
        s->reached[state] = here[state] * ways_from(s, s->n)[state];
    assay_free(here);
    assay_free(there);
    return status;
}

static assay_status count_all(assay_context *context, assay_solve *s)
{
    work w = {.context = context, .total = 2 * s->n * s->states * s->n_bands * s->n_sums};
    const assay_status status = count_ways(&w, s);
    return status == ASSAY_OK ? count_ratings(&w, s) : status;
}

/* ---- the solution ---------------------------------------------------------------------------- */

static assay_status copy_clues(assay_context *context, assay_solve *s, const assay_clues *clues)
{
    s->n = clues->n;
    s->overall = clues->overall;
    s->allowed = assay_alloc_array(s->n, sizeof *s->allowed);
    s->before = assay_alloc_array(s->n, sizeof *s->before);
    s->counted = assay_alloc_array(s->n, sizeof *s->counted);
    if (s->allowed == NULL || s->before == NULL || s->counted == NULL)
        return assay_fail_memory(context);
    for (size_t i = 0; i < s->n; i++) {
        s->allowed[i] = clues->allowed[i] & all_bands(s->n_bands);
        s->before[i] = clues->before[i];
        s->counted[i] = clues->counted[i];
        s->n_counted += clues->counted[i];
    }
    return ASSAY_OK;
}

static assay_status make_tables(assay_context *context, assay_solve *s)
{
    s->ways = assay_alloc_zeroed_array((s->n + 1) * s->states, sizeof *s->ways);
    s->with = assay_alloc_zeroed_array(s->n * s->n_bands, sizeof *s->with);
    s->reached = assay_alloc_zeroed_array(s->states, sizeof *s->reached);
    if (s->ways == NULL || s->with == NULL || s->reached == NULL)
        return assay_fail_memory(context);
    return ASSAY_OK;
}

assay_status assay_solve_new(assay_context *context, const assay_scale *scale,
                             const assay_clues *clues, assay_solve **solve)
{
    assay_status status = check_clues(context, scale, clues);
    if (status != ASSAY_OK)
        return status;
    assay_solve *s = assay_alloc_zeroed_array(1, sizeof *s);
    if (s == NULL)
        return assay_fail_memory(context);
    s->scale = scale;
    s->n_bands = assay_scale_n_bands(scale);
    status = copy_clues(context, s, clues);
    if (status == ASSAY_OK)
        status = check_vectors(context, s);
    if (status == ASSAY_OK)
        status = lay_out(context, s, clues);
    if (status == ASSAY_OK)
        status = make_tables(context, s);
    if (status == ASSAY_OK)
        status = count_all(context, s);
    if (status == ASSAY_OK)
        *solve = s;
    else
        assay_solve_free(s);
    return status;
}

void assay_solve_free(assay_solve *solve)
{
    if (solve == NULL)
        return;
    assay_free(solve->allowed);
    assay_free(solve->before);
    assay_free(solve->counted);
    assay_free(solve->ways);
    assay_free(solve->with);
    assay_free(solve->reached);
    assay_free(solve);
}

uint64_t assay_solve_count(const assay_solve *solve)
{
    return ways_from(solve, 0)[0];
}

uint64_t assay_solve_with(const assay_solve *solve, size_t i, size_t band)
{
    return solve->with[i * solve->n_bands + band];
}

/* States stand in the order of their points, so those of one sum stand together. */
bool assay_solve_points(const assay_solve *solve, size_t k, int64_t *points, uint64_t *vectors)
{
    const size_t block = solve->sums[POINTS].stride;
    for (size_t from = 0; from < solve->states; from += block) {
        uint64_t found = 0;
        for (size_t state = from; state < from + block; state++)
            found += solve->reached[state];
        if (found == 0 || k-- > 0)
            continue;
        *points = value_at(solve, POINTS, from);
        *vectors = found;
        return true;
    }
    return false;
}

assay_status assay_solve_vector(const assay_solve *solve, uint64_t k, size_t bands[])
{
    size_t state = 0;
    if (k >= assay_solve_count(solve))
        return ASSAY_EDOM;
    for (size_t i = 0; i < solve->n; i++)
        for (size_t b = 0, next; b < solve->n_bands; b++) {
            if (!may_be(solve, i, b) || !step(solve, i, b, state, &next))
                continue;
            const uint64_t ways = ways_from(solve, i + 1)[next];
            if (k < ways) {
                bands[i] = b;
                state = next;
                break;
            }
            k -= ways;
        }
    return ASSAY_OK;
}
