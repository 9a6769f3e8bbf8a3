/* design_parts.h -- what the files of a design and of variances share. */
#ifndef ASSAY_INFER_DESIGN_PARTS_H
#define ASSAY_INFER_DESIGN_PARTS_H

#include "infer/design.h"

/*
** One stage: items (clusters, or cases) drawn in groups (strata, or clusters), put together where a
** neighbour was asked for. part[j] is what of the square of item j's deviation counts: 1 - n/N of its
** group or 1 - pi of its own, times, in the second stage, the probability of its cluster. Items of part 0
** were certain. What variances and degrees of freedom need to know of a stage is here.
*/
typedef struct assay_stage {
    size_t items, groups;
    uint32_t *group; /* [items] */
    double *part;    /* [items] */
    size_t *open;    /* [groups] items of part above 0 */
    bool collapsed;  /* some groups are two or more put together */
} assay_stage;

/* One calibration, on top of those before it; designs that share it count as its owners. */
typedef struct assay_layer {
    assay_calibration *calibration;
    struct assay_layer *below; /* or NULL */
    size_t owners;
} assay_layer;

/* Calibrated designs share all arrays with the one they started from; the last of them frees these. */
struct assay_design {
    size_t *owners;
    size_t units, strata, clusters;
    uint32_t *stratum;             /* [units] */
    double *start;                 /* [units] weights before any calibration */
    const double *weights;         /* [units] start, or those of the last calibration */
    uint64_t *population, *sample; /* [strata] */
    uint64_t total;
    double cases;
    assay_lonely lonely;
    bool simple;
    double *chances;              /* [units], or NULL */
    uint32_t *cluster;            /* [units], or NULL */
    uint64_t *cluster_population; /* [clusters], or NULL */
    uint64_t *cluster_sample;     /* [clusters], or NULL */
    uint8_t *inside;              /* [units], or NULL: all are */
    double *raise;                /* [strata], or NULL: 1 */
    uint64_t lost;
    assay_stage first, second; /* second.items is 0 where it is not known */
    assay_layer *calibrated;   /* the last one, or NULL */
};

/* Makes both stages of a design of which all else is set. neighbour[strata], or NULL. */
assay_status assay_design_set_stages(assay_context *context, assay_design *design,
                                     const uint32_t *neighbour);

/* n/N of first-stage stratum h; 0 where the population is infinite. */
double assay_design_fraction(const assay_design *design, size_t h);

/* The item of the first stage that case i is in: its cluster, or itself. */
size_t assay_design_item(const assay_design *design, size_t i);

/* Adds to the failure just recorded which argument it is about, and where in it. */
assay_status assay_design_blame(assay_context *context, const char *argument, size_t place);

/* u through the calibrations from the last down to the one above `end`. */
assay_status assay_design_expand_to(assay_context *context, const assay_design *design,
                                    const assay_layer *end, double u[]);

/* What of the population case i stands for was sampled: n/N, or its probability, of both stages. */
double assay_design_part(const assay_design *design, size_t i);

void assay_design_release(assay_layer *layer); /* NULL is ignored */

#endif
