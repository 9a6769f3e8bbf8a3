/* replicate_parts.h -- what the files of the replicates share. */
#ifndef ASSAY_INFER_REPLICATE_PARTS_H
#define ASSAY_INFER_REPLICATE_PARTS_H

#include "infer/replicate.h"

/* Of a jackknife: the place that is left out, its group, and (1 - f) (n - 1) / n. */
typedef struct replicate_without {
    uint32_t place, group;
    double scale;
} replicate_without;

/* How the places of a group are drawn: `together` from one output, their product of bounds; then the rest. */
typedef struct replicate_draw {
    uint32_t first, n, draws;
    uint32_t together, product, rest, rest_product;
} replicate_draw;

/* One calibration of the design, the totals of its z, and where its factors are found. */
typedef struct replicate_layer {
    const assay_calibration *calibration;
    double *totals;
    size_t first;
} replicate_layer;

/*
** What was drawn in the first stage, cases or clusters, in the order of their strata (neighbours put
** together), has a place each; those of group h are first[h] .. first[h + 1], and behind all are those
** that were certain. Replicates change weights by place: rao_wu multiplies with keep + gain t.
*/
struct assay_replicates {
    const assay_design *design;
    assay_replication method;
    size_t count, groups, places;
    uint32_t *place;             /* [units] of the design */
    uint32_t *first;             /* [groups + 1] */
    double *part;                /* [places] what was not drawn of the group, as a fraction */
    double *keep, *gain;         /* [places] of rao_wu */
    replicate_draw *draws;       /* [n_draws] of rao_wu: groups of more than one place */
    size_t n_draws, drawn;       /* `drawn` places in a replicate */
    replicate_without *left_out; /* [count] of a jackknife */
    double raise;                /* what stands for strata of one case */
    uint32_t key[2];

    size_t rows;           /* what is summed over: places, or units where weights are calibrated */
    const double *weights; /* [units] before any calibration */
    size_t n_layers, cells;
    replicate_layer *layers; /* [n_layers] */
    double *found;           /* [count * cells] factors of the calibrations; NaN: not to be had */
};

/* Room for what makes a replicate. */
typedef struct replicate_room {
    uint32_t *drawn; /* [drawn] */
    double *base;    /* [places] */
} replicate_room;

/* The places that replicate b of rao_wu draws, one after the other. */
void assay_replicate_drawn(const assay_replicates *replicates, size_t b, uint32_t drawn[]);

/* What a replicate multiplies the weight at each place by, before any calibration: factor[places]. */
void assay_replicate_places(const assay_replicates *replicates, size_t b, uint32_t drawn[],
                            double factor[]);

/* The same of each row, after all calibrations. */
void assay_replicate_factors(const assay_replicates *replicates, size_t b,
                             const replicate_room *room, double factor[/*rows*/]);

/* Finds the calibrations' factors in every replicate; what is made is freed by the other. */
assay_status assay_replicates_calibrate(assay_context *context, assay_replicates *replicates);
void assay_replicates_uncalibrate(assay_replicates *replicates);

#endif
