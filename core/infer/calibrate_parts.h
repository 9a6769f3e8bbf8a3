/* calibrate_parts.h -- what the files of calibration share. */
#ifndef ASSAY_INFER_CALIBRATE_PARTS_H
#define ASSAY_INFER_CALIBRATE_PARTS_H

#include "infer/calibrate.h"

/* The bounds of a method, and A of the bounded one. */
typedef struct assay_shape {
    double lower, upper, a;
} assay_shape;

/* F, its derivative, and its integral, of which the dual is made. */
struct assay_calibration_method {
    const char *name;
    bool bounded;
    void (*at)(const assay_shape *shape, double u, double *f, double *slope, double *integral);
};

/* Records what is wrong with an argument, and where in it. ASSAY_EDOM. */
assay_status assay_calibration_refuse(assay_context *context, const char *argument, size_t place,
                                      const char *message);

/* ASSAY_EDOM, "weights", with their number and the place of the first, unless all are finite and from 0 on. */
assay_status assay_calibration_check_weights(assay_context *context, size_t n,
                                             const double weights[]);

/* A calibration of these units and cells, whose factors and weights are still to come; NULL: no memory. */
assay_calibration *assay_calibration_new(const assay_auxiliary *from, size_t p);

/* w_i = d_i g of its cell. */
void assay_calibration_weigh(assay_calibration *calibration);

/* Finds rank, z and factor[] of a calibration whose units and cells are set; size[cells]. */
assay_status assay_calibration_solve(assay_context *context, const assay_auxiliary *from,
                                     const assay_calibration_method *method,
                                     const assay_shape *shape, const double size[],
                                     assay_calibration *out);

#endif
