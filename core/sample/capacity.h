/* capacity.h -- how many cases a cap can leave. */
#ifndef ASSAY_SAMPLE_CAPACITY_H
#define ASSAY_SAMPLE_CAPACITY_H

#include "sample/parts.h"

/*
** The most cases that strata can give together, wanted[n_strata] each, if no holder has more than
** `cap`: cells part each stratum by holder, and holder[cells->n] numbers those from 0. A draw in the
** order of tickets may find fewer; it never finds more.
**
** A largest flow from strata through cells to holders: what is free is given first, then paths that
** move a case from one holder to another are sought breadth first, one case each.
** Source: Ford & Fulkerson (1956), Canad. J. Math. 8, 399-404; Edmonds & Karp (1972), J. ACM 19,
** 248-264.
*/
assay_status assay_capacity(assay_context *context, const assay_parts *cells,
                            const uint32_t holder[], size_t n_holders, uint64_t cap,
                            size_t n_strata, const uint64_t wanted[], uint64_t *most);

#endif
