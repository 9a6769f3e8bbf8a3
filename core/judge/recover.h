/* recover.h -- the whole numbers behind a table of printed figures. */
#ifndef ASSAY_JUDGE_RECOVER_H
#define ASSAY_JUDGE_RECOVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/context.h"
#include "judge/share.h"

/*
** Bases and counts of a table are whole numbers that are not all printed, but must agree: a printed
** share is that of a count in its base, parts sum to a total, a part is no larger than its whole.
** The search is exhaustive: it branches on the number with the fewest values left and narrows the
** others after each choice, by bounds that never lose a solution, until every number is one value.
** So what it finds are all tables, and where it finds none there is none.
** Source: bounds propagation and first-fail branching, Haralick and Elliott (1980), Artificial
** Intelligence 14, 263-313; the conflict by deletion, Bakker et al. (1993), IJCAI, 276-281.
*/

#define ASSAY_RECOVER_NUMBERS 500 /* and as many shares, sums and parts of a sum, at most */

/* An unknown whole number, min..max. */
typedef struct assay_unknown {
    int64_t min, max;
} assay_unknown;

/* `part` of `whole`, by index among the numbers: part <= whole. */
typedef struct assay_fraction {
    size_t part, whole;
    bool is_printed; /* as `share`, of at least one case; if not, nothing more is known of it */
    assay_printed_share share;
} assay_fraction;

typedef struct assay_total {
    size_t total;
    const size_t *parts; /* parts[n_parts], which sum to the total */
    size_t n_parts;
} assay_total;

typedef struct assay_printed_table {
    const assay_unknown *numbers;
    size_t n_numbers;
    const assay_fraction *fractions;
    size_t n_fractions;
    const assay_total *totals;
    size_t n_totals;
    int64_t max; /* no number is above it: 1..ASSAY_SHARE_CASES */
} assay_printed_table;

/*
** `steps` bounds the work: one step narrows the numbers of one fraction or total, or passes over
** one base that has no such share. `most` bounds the tables that are listed.
*/
typedef struct assay_recover_limits {
    uint64_t steps;
    size_t most;
} assay_recover_limits;

/*
** All tables, ascending by the first number, then the second, and so on; and where there is none, a
** conflict: constraints that cannot hold together. It is minimal if any one of them left out lets
** the others hold; `is_minimal` is false where that would have taken too many steps to see.
** Constraints count on: the bounds of number i, then fraction i, then total i.
*/
typedef struct assay_recovered {
    int64_t *values; /* values[n_tables * n_numbers] */
    size_t n_tables;
    size_t *conflict; /* conflict[n_conflict], ascending */
    size_t n_conflict;
    bool is_minimal;
    uint64_t steps; /* taken by the search for tables */
} assay_recovered;

/*
** Release with assay_recovered_free. ASSAY_EDOM, with "numbers", "fractions", "totals" or "max"
** blamed: none or more than ASSAY_RECOVER_NUMBERS of them, an index that is none, min below 0 or
** above max, max outside its domain. ASSAY_ENUMERIC, with "steps" or "most" blamed: a limit was
** passed. ASSAY_ENOMEM, ASSAY_ESTOPPED.
*/
assay_status assay_recover(assay_context *context, const assay_printed_table *table,
                           const assay_recover_limits *limits, assay_recovered *recovered);
void assay_recovered_free(assay_recovered *recovered); /* its arrays; zeroed it has none */

#endif
