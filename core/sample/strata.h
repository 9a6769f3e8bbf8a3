/* strata.h -- the parts of a population that are sampled separately. */
#ifndef ASSAY_SAMPLE_STRATA_H
#define ASSAY_SAMPLE_STRATA_H

#include "data/combine.h"
#include "data/frame.h"

/*
** A stratum is a combination of levels that occurs. Its label is the levels joined by " / "; strata
** stand in byte order of their labels, and that index is what ties refer to. Without columns there
** is one stratum, "all". Fields are to be read only.
*/
typedef struct assay_strata {
    size_t n;
    uint32_t *of_row;     /* of_row[rows]: the stratum of each row, from 0 */
    uint64_t *population; /* population[n] */
    uint64_t *held;       /* NULL, or held[n]: of which so many have a row, the others passed by */
    uint32_t *first_row;  /* first_row[n]: a row of each stratum */
    assay_dictionary *labels; /* the label of stratum h has the code h + 1 */
} assay_strata;

/*
** ASSAY_EMISSING where a row has no value, or an empty one, in one of the columns, and ASSAY_EREPEATED where two
** different combinations read the same (a level that holds " / "), with error.row.
*/
assay_status assay_strata_new(assay_context *context, const assay_frame *frame, size_t n,
                              const size_t columns[], assay_strata **strata);

/*
** The same of a list whose rows are not held: the frame has one row for each combination of levels,
** all[] how many cases have it and where it stands in the list, in the order in which they stand
** there. of_row[] and first_row[] are rows of the frame.
*/
assay_status assay_strata_of_combinations(assay_context *context, const assay_frame *frame,
                                          size_t n, const size_t columns[],
                                          const struct assay_combination all[],
                                          assay_strata **strata);

/* The same strata with n rows alone, of the strata of_row[n], which is copied; first_row[] stays. */
assay_status assay_strata_hold(assay_context *context, const assay_strata *strata, size_t n,
                               const uint32_t of_row[], assay_strata **held);
void assay_strata_free(assay_strata *strata); /* NULL is ignored */

/* How many rows stratum h has. */
static inline size_t assay_strata_rows(const assay_strata *strata, size_t h)
{
    return (size_t)(strata->held != NULL ? strata->held : strata->population)[h];
}

/* The label of stratum h, ended by no 0 byte. */
const char *assay_strata_label(const assay_strata *strata, size_t h, size_t *length);

#endif
