/* rating.c -- from percentages of key questions to the ratings of standards and of the whole. */
#include "judge/rating_parts.h"

/* ---- a share --------------------------------------------------------------------------------- */

static bool is_share(int64_t x, int64_t m)
{
    return m >= 1 && m <= ASSAY_RATING_CASES && x >= 0 && x <= m;
}

/* 100 x / m rounded half up: floor(100 x / m + 1/2). */
static int64_t whole_percent(int64_t x, int64_t m)
{
    return (200 * x + m) / (2 * m);
}

/* The highest band that begins at or below top / bottom per cent. */
static size_t band_at(const assay_scale *scale, int64_t top, int64_t bottom)
{
    size_t band = 0;
    while (band + 1 < scale->n_bands && top >= scale->bands[band + 1].from * bottom)
        band++;
    return band;
}

static size_t band_of_share(const assay_scale *scale, int rounding, int64_t x, int64_t m)
{
    return rounding == ASSAY_ROUND_HALF_UP ? band_at(scale, whole_percent(x, m), 1)
                                           : band_at(scale, 100 * x, m);
}

assay_status assay_rating_of_counts(const assay_scale *scale, int64_t x, int64_t m,
                                    assay_banding *banding)
{
    if (!is_share(x, m))
        return ASSAY_EDOM;
    const int other =
        scale->rounding == ASSAY_ROUND_HALF_UP ? ASSAY_ROUND_NONE : ASSAY_ROUND_HALF_UP;
    banding->band = band_of_share(scale, scale->rounding, x, m);
    banding->other = band_of_share(scale, other, x, m);
    return ASSAY_OK;
}

assay_status assay_rating_of_percent(const assay_scale *scale, int64_t percent, size_t *band)
{
    if (percent < 0 || percent > 100)
        return ASSAY_EDOM;
    *band = band_at(scale, percent, 1);
    return ASSAY_OK;
}

/* ---- a standard ------------------------------------------------------------------------------ */

/* A question as x of m; a printed per cent is so many of 100, which no rounding moves. */
typedef struct share {
    int64_t x, m;
} share;

static share share_of(const assay_question *q)
{
    return q->kind == ASSAY_COUNTED ? (share){q->yes, q->relevant} : (share){q->percent, 100};
}

static size_t band_of(const assay_scale *scale, const assay_question *q)
{
    const share s = share_of(q);
    return band_of_share(scale, scale->rounding, s.x, s.m);
}

static bool says_nothing(const assay_question *q)
{
    return q->kind == ASSAY_COUNTED && q->relevant == 0 && q->yes == 0;
}

static bool is_lower(const assay_question *a, const assay_question *b)
{
    const share s = share_of(a), t = share_of(b);
    return s.x * t.m < t.x * s.m;
}

static assay_status find_driver(assay_context *context, const assay_question *questions, size_t n,
                                assay_standard *standard)
{
    bool found = false;
    for (size_t i = 0; i < n; i++) {
        const share s = share_of(&questions[i]);
        if (says_nothing(&questions[i])) {
            standard->left_out++;
            continue;
        }
        if (!is_share(s.x, s.m)) {
            assay_fail(context, ASSAY_EDOM,
                       s.m > ASSAY_RATING_CASES
                           ? "a key question with more relevant cases than 2147483647"
                           : "a key question whose share is not between 0 and 1");
            context->error.row = i + 1;
            return ASSAY_EDOM;
        }
        if (!found || is_lower(&questions[i], &questions[standard->driver]))
            standard->driver = i;
        found = true;
    }
    return found ? ASSAY_OK
                 : assay_fail(context, ASSAY_EMISSING, "no key question has a relevant case");
}

/* The fewest yes among m that reach `from` per cent by the scale's rounding. */
static int64_t least_yes(const assay_scale *scale, int64_t from, int64_t m)
{
    return scale->rounding == ASSAY_ROUND_HALF_UP ? ((2 * from - 1) * m + 199) / 200
                                                  : (from * m + 99) / 100;
}

static int64_t cases_to_next(const assay_scale *scale, const assay_question *questions, size_t n,
                             size_t band)
{
    int64_t most = 0;
    if (band + 1 == scale->n_bands)
        return 0;
    for (size_t i = 0; i < n; i++) {
        const assay_question *q = &questions[i];
        if (says_nothing(q) || band_of(scale, q) != band)
            continue;
        if (q->kind == ASSAY_PRINTED)
            return ASSAY_NOT_KNOWN;
        const int64_t more = least_yes(scale, scale->bands[band + 1].from, q->relevant) - q->yes;
        most = more > most ? more : most;
    }
    return most;
}

/* Whether so few cases judged no instead of yes lower the rating. */
static bool may_fall(const assay_scale *scale, const assay_question *q, size_t band)
{
    const int64_t floor_at = band == 0 ? 0 : scale->bands[band].from;
    return q->kind == ASSAY_COUNTED && q->relevant > 0 && floor_at > 0 &&
           q->yes - scale->cases < least_yes(scale, floor_at, q->relevant);
}

/* The share of the driver in per cent, as a fraction: rounded to a whole, or as it is. */
static share percent_of(const assay_scale *scale, const assay_question *q)
{
    const share s = share_of(q);
    return scale->rounding == ASSAY_ROUND_HALF_UP ? (share){whole_percent(s.x, s.m), 1}
                                                  : (share){100 * s.x, s.m};
}

static bool is_near_edge(const assay_scale *scale, const assay_question *driver, size_t band)
{
    const share p = percent_of(scale, driver);
    const int64_t reach = scale->within_points * p.m;
    const bool has_next = band + 1 < scale->n_bands;
    if (reach == 0)
        return false;
    return (has_next && scale->bands[band + 1].from * p.m - p.x <= reach) ||
           (band > 0 && p.x - scale->bands[band].from * p.m <= reach);
}

static unsigned reasons(const assay_scale *scale, const assay_question *questions, size_t n,
                        const assay_standard *standard)
{
    const size_t band = standard->band;
    unsigned found = is_near_edge(scale, &questions[standard->driver], band) ? ASSAY_NEAR_EDGE : 0;
    if (standard->to_next_cases > 0 && standard->to_next_cases <= scale->cases)
        found |= ASSAY_FEW_CASES;
    for (size_t i = 0; i < n; i++) {
        const assay_question *q = &questions[i];
        if (scale->cases > 0 && may_fall(scale, q, band))
            found |= ASSAY_FEW_CASES;
        if (!says_nothing(q) && q->kind == ASSAY_COUNTED && q->relevant <= scale->small_sample &&
            band_of(scale, q) == band)
            found |= ASSAY_SMALL_SAMPLE;
    }
    return found;
}

static double points_to_next(const assay_scale *scale, const assay_question *driver, size_t band)
{
    const share p = percent_of(scale, driver);
    if (band + 1 == scale->n_bands)
        return 0;
    return (double)(scale->bands[band + 1].from * p.m - p.x) / (double)p.m;
}

assay_status assay_rating_of_standard(assay_context *context, const assay_scale *scale,
                                      const assay_question *questions, size_t n,
                                      assay_standard *standard)
{
    assay_standard found = {0};
    const assay_status status = find_driver(context, questions, n, &found);
    if (status != ASSAY_OK)
        return status;
    const assay_question *driver = &questions[found.driver];
    const share s = share_of(driver);
    assay_banding banding;
    assay_rating_of_counts(scale, s.x, s.m, &banding);
    found.band = banding.band;
    found.disputed = banding.band != banding.other;
    found.to_next_points = points_to_next(scale, driver, found.band);
    found.to_next_cases = cases_to_next(scale, questions, n, found.band);
    found.discretion = reasons(scale, questions, n, &found);
    *standard = found;
    return ASSAY_OK;
}

/* ---- the whole ------------------------------------------------------------------------------- */

static const assay_band *highest(const assay_scale *scale)
{
    return &scale->bands[scale->n_bands - 1];
}

/* Whether the mean, points / n, lies past the middle between a band and the next. */
static bool is_past(const assay_scale *scale, size_t band, int64_t points, int64_t n)
{
    const int64_t middle = (scale->bands[band].points + scale->bands[band + 1].points) * n;
    return scale->adding == ASSAY_MEAN_HALVES_UP ? 2 * points >= middle : 2 * points > middle;
}

assay_status assay_rating_of_points(const assay_scale *scale, int64_t points, size_t n,
                                    assay_overall *overall)
{
    if (n == 0 || n > ASSAY_RATING_STANDARDS || points < scale->bands[0].points * (int64_t)n ||
        points > highest(scale)->points * (int64_t)n)
        return ASSAY_EDOM;
    assay_overall found = {.points = points, .maximum = highest(scale)->points * (int64_t)n};
    while (found.band + 1 < scale->n_bands && is_past(scale, found.band, points, (int64_t)n))
        found.band++;
    *overall = found;
    return ASSAY_OK;
}

assay_status assay_rating_overall(const assay_scale *scale, const size_t *bands, size_t n,
                                  assay_overall *overall)
{
    int64_t points = 0;
    if (n == 0 || n > ASSAY_RATING_STANDARDS)
        return ASSAY_EDOM;
    for (size_t i = 0; i < n; i++) {
        if (bands[i] >= scale->n_bands)
            return ASSAY_EDOM;
        points += scale->bands[bands[i]].points;
    }
    return assay_rating_of_points(scale, points, n, overall);
}
