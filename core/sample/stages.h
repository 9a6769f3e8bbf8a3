/* stages.h -- cases in two stages: units first, then cases within the units drawn. */
#ifndef ASSAY_SAMPLE_STAGES_H
#define ASSAY_SAMPLE_STAGES_H

#include "sample/select.h"
#include "sample/strata.h"
#include "sample/walk.h"

struct assay_plan;

/*
** Each case belongs to a unit (an office, a prison), and each unit to one stratum whole. Of U_h
** units u_h are drawn by a method of selection (select.h), with probabilities
**   pi_i = u_h / U_h                for simple random sampling and methods with equal probabilities
**   pi_i = u_h N_i / N_h            for the others, N_i cases of the unit of N_h cases of the stratum;
**                                   1 where that is 1 or more, and the rest divided again
** and of a unit that is drawn, n_i = min(cases, N_i) cases by ticket. A case's probability is
** pi_i n_i / N_i: with pi_i in proportion to N_i, u_h n_i / N_h, the same for all cases of a stratum
** whose units hold enough and are not certain.
**
** A unit's ticket is made of its name as a case's is of its id (ticket.h). The first stage is a plan
** of its own whose cases are the units, so that all of select.h, choose.h and draw.h serves both.
** Fields are to be read only.
**
** Source: Cochran (1977), Sampling Techniques, 11.3 and 11.9.
*/
typedef struct assay_stages {
    size_t column;              /* names the unit of a case */
    bool hidden;                /* messages do not name units */
    assay_strata *units;        /* by name, numbered and counted as strata are */
    struct assay_plan *first;   /* row u of its frame is unit u */
    const assay_method *method; /* of the first stage; NULL: simple random sampling */
    assay_sorting sorting;      /* of the units, by columns of first's frame */
    uint64_t cases, reserve;    /* of each unit drawn, as far as it has them; 0: not yet set */
    double *expected;           /* expected[strata]: cases of the sample */
    double *expected_reserve;   /* the same of reserves */
    double size;                /* the sum of expected[] */
} assay_stages;

/*
** Parts the cases of a plan, whose sizes are not set, into the units that `column` names; none is
** drawn yet. `by`, which is copied, may have columns of the plan's frame that are the same for all
** cases of a unit; NULL: none. `hidden`: messages write *** for names of units.
**
** ASSAY_EMISSING, with error.row: a case without a unit. ASSAY_EREPEATED, with error.row: a unit
** that lies in two strata, or has two values in a column of `by`; a case whose id is the name of a
** unit, because both would have the same ticket. ASSAY_EDOM: the plan has cells, a cap, a measure
** of size or sizes that are rounded by chance.
*/
assay_status assay_stages_part(assay_context *context, struct assay_plan *plan, size_t column,
                               const assay_sorting *by, bool hidden);

/*
** How many units[strata] are drawn, and of each up to `cases` cases and `reserve` reserves; once,
** for a plan that nobody shares yet. ASSAY_EDOM: no cases, more units than a stratum has, or a
** sorting that does not go with the method.
*/
assay_status assay_stages_set(assay_context *context, struct assay_plan *plan,
                              const uint64_t units[], uint64_t cases, uint64_t reserve,
                              const assay_method *method);
void assay_stages_free(assay_stages *stages); /* NULL is ignored */

/* n_i, and the reserves that there are beside them, of unit u. */
uint64_t assay_stages_cases(const assay_stages *stages, size_t u);
uint64_t assay_stages_reserve(const assay_stages *stages, size_t u);

/*
** Of each stratum, the units that have fewer cases than are asked of one, the cases of the smallest of
** these (0 if there is none), and the units that leave fewer reserves than are asked for: [strata].
*/
void assay_stages_short(const struct assay_plan *plan, uint64_t few[], uint64_t smallest[],
                        uint64_t spare[]);

/* pi_i of unit u. */
double assay_stages_probability(const assay_stages *stages, size_t u);

#endif
