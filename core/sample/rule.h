/* rule.h -- the rules of allocation by name. */
#ifndef ASSAY_SAMPLE_RULE_H
#define ASSAY_SAMPLE_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/context.h"
#include "base/status.h"

/* n cases to be shared out over n_strata strata; what a rule does not need may be NULL. */
typedef struct assay_allocation {
    uint64_t n;
    size_t n_strata;
    const uint64_t *population;        /* N[n_strata], at most ASSAY_ALLOCATE_MOST together */
    const double *sd;                  /* S[n_strata]: the standard deviation in each stratum */
    const double *cost;                /* c[n_strata]: of one case in each stratum, above 0 */
    double power;                      /* q, 0 to 1 */
    const uint64_t *minimum, *maximum; /* [n_strata], at most the population; NULL: 0 and N */
} assay_allocation;

/*
** rule           sizes in proportion to        source
** proportional   N                             Bowley (1926)
** equal          1
** neyman         N S                           Neyman (1934), JRSS 97, 558-625
** neyman_exact   whole numbers of least variance, sum (N S)^2 / n (neyman.h); at least 1 each
** optimal        N S / sqrt(c)                 Cochran (1977), Sampling Techniques, 5.5
** power          N^q                           Bankier (1988), Amer. Stat. 42, 174-177, equal S / mean
**
** A stratum whose minimum is its population is a certainty stratum; so is one whose share would pass
** its population. The others then share what is left, all bounds at once (allocate.h). N^q is taken
** by square roots, a binary digit of q each: the same bits on every machine, to about 1e-14.
*/
typedef struct assay_allocation_rule {
    const char *name;
    bool needs_sd, needs_cost, takes_power;
    bool exact; /* it gives whole numbers of its own */
    double (*weight)(const assay_allocation *what, size_t h);
} assay_allocation_rule;

/* The i-th rule, NULL behind the last; the rule of that name, or NULL. */
const assay_allocation_rule *assay_allocation_rule_at(size_t i);
const assay_allocation_rule *assay_allocation_rule_find(const char *name);

/*
** real[n_strata] and whole[n_strata] as allocate.h says; an exact rule gives real = whole.
** ASSAY_EDOM, with a message that counts strata from 1: as there, or a population, minimum, maximum,
** sd, cost or power outside its range. ASSAY_ENOMEM. On failure real and whole are untouched.
*/
assay_status assay_allocate_by(assay_context *context, const assay_allocation_rule *rule,
                               const assay_allocation *what, double real[], uint64_t whole[]);

#endif
