/* order.h -- the rows of each stratum in the order of their tickets. */
#ifndef ASSAY_SAMPLE_ORDER_H
#define ASSAY_SAMPLE_ORDER_H

#include "sample/strata.h"
#include "sample/ticket.h"

/*
** The n rows of a column of ids in order[n], stratum by stratum, each by ticket, ties by id (ticket.h).
** Of stratum h no more than the first most[h] are asked for, or all with most NULL: what is behind
** those in its places is not told.
*/
assay_status assay_order_rows(assay_context *context, const assay_column *ids,
                              unsigned char tickets[][ASSAY_TICKET_BYTES],
                              const assay_strata *strata, const uint64_t most[], uint32_t order[]);

#endif
