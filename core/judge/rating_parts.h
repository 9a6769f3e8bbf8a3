/* rating_parts.h -- what rating and rating_scale know of a scale, and nobody else. */
#ifndef ASSAY_JUDGE_RATING_PARTS_H
#define ASSAY_JUDGE_RATING_PARTS_H

#include "judge/rating.h"

/* The rules that a scale can name, by the position of their names in rating_scale.c. */
enum { ASSAY_ROUND_HALF_UP, ASSAY_ROUND_NONE };
enum { ASSAY_MEAN_HALVES_DOWN, ASSAY_MEAN_HALVES_UP };

struct assay_scale {
    const char *id, *title;
    assay_band *bands;
    size_t n_bands;
    assay_scale_rule *rules;
    size_t n_rules;
    int rounding, adding;
    int64_t within_points, cases, small_sample;
};

#endif
