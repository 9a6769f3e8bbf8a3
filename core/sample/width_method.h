/* width_method.h -- what width and width_method know of each other, and nobody else. */
#ifndef ASSAY_SAMPLE_WIDTH_METHOD_H
#define ASSAY_SAMPLE_WIDTH_METHOD_H

#include "prob/interval.h"
#include "sample/width.h"

/* One search for a size. */
struct assay_width_search {
    assay_context *context;
    assay_width_request ask;
    const assay_interval_method *interval; /* the one of that name, if any */
    double tail, z;                        /* left in one tail; its normal quantile */
    double whole;                          /* widths are counted in this: N cases, or shares of 1 */
    double room;                           /* how wide an interval may be */
    uint64_t enough;                       /* from here on all are narrow enough */
    uint64_t *lower, *earlier;             /* limits of every x, lower[enough + 1]; or NULL */
    uint64_t effort;                       /* limits searched for so far */
};

struct assay_width_ends {
    double lower, upper;
};

/* One row of the table in width_method.c; each may end the search by a failure. */
struct assay_width_method {
    const char *name;
    bool finite; /* needs a population; widths are whole cases */
    /* whether limits of each x fall in n, or are bounded as if they did: then a range of sizes may be
       judged at once */
    bool (*is_nested)(const struct assay_width_search *);
    /* room for the limits of every x among up to n, if they are found together */
    assay_status (*make_room)(struct assay_width_search *, uint64_t n);
    /* a size from which on every x is within the margin, by a theorem */
    assay_status (*find_enough)(struct assay_width_search *);
    /* the lower limit of x among m, the upper limit of x among n; x is at most either. Where limits
       are nested these may differ, and bound what lies between: from outside for n < m, from
       inside for n > m */
    assay_status (*ends)(struct assay_width_search *, uint64_t n, uint64_t m, uint64_t x,
                         struct assay_width_ends *);
    /* the widest such pair over all x, n <= m <= 2 n; what is above `stop` need not be the widest */
    assay_status (*widest)(struct assay_width_search *, uint64_t n, uint64_t m, double stop,
                           double *width);
};

#define ASSAY_WIDTH_CASES_MOST (UINT64_C(1) << 53) /* counts up to here are exact doubles */

#endif
