/* listed.h -- a list of cases that streams past and is not held. */
#ifndef ASSAY_SAMPLE_LISTED_H
#define ASSAY_SAMPLE_LISTED_H

#include "data/combine.h"
#include "data/source.h"
#include "data/unique.h"
#include "sample/strata.h"
#include "sample/ticket.h"

/*
** What the first pass over a source finds, and what later ones need: it holds 8 bytes for each case
** during the first pass, and rows only as they are asked for. Shared by counting references. Fields
** are to be read only. ASSAY_EIO wherever a later pass meets another list than the first did.
*/
typedef struct assay_listed {
    assay_source *source;
    size_t n;                   /* columns that are kept */
    size_t *numbers;            /* numbers[n]: of these in the source */
    assay_column_wish *wishes;  /* wishes[n]: what they are; none is inferred any more */
    size_t id;                  /* of the n */
    size_t n_columns, *columns; /* of the n, what the strata are made of */
    uint64_t rows, bytes;       /* of the cells of all rows */
    assay_combine combine;      /* of the columns of the strata */
    uint32_t *stratum;          /* of each combination */
    bool *deferred;             /* [columns of the source]; NULL: blocks have all columns */
    assay_frame *firsts;        /* all columns of the first case of each combination */
    struct assay_listed_room *room;
    size_t references;
} assay_listed;

/*
** Goes through a source, which is shared with it, from its start. wishes[] and keep[] as in
** assay_source_collect, whose failures it has; id and columns[n] are columns of the source. `unique`
** (zeroed, to be freed by the caller) has the answer on the ids.
*/
assay_status assay_listed_new(assay_context *context, assay_source *source,
                              const assay_column_wish wishes[], const bool keep[], size_t id,
                              size_t n, const size_t columns[], assay_unique *unique,
                              assay_listed **listed);
assay_listed *assay_listed_retain(assay_listed *listed);
void assay_listed_release(assay_listed *listed); /* NULL is ignored */

/* The strata; of_row[] and first_row[] are rows of `firsts`. Once. */
assay_status assay_listed_strata(assay_context *context, assay_listed *listed,
                                 assay_strata **strata);

/* The cases of a stratum whose tickets are wanted: of those with keys (ticket.h) from low to high. */
typedef struct assay_sieve {
    bool any;
    uint64_t low, high;
} assay_sieve;

/* The cases that stay in a sieve, in the order of the list. */
typedef struct assay_sifted {
    assay_frame *frame;
    size_t n;
    uint32_t *of_row; /* of_row[n]: stratum */
    unsigned char (*tickets)[ASSAY_TICKET_BYTES];
} assay_sifted;

/* Goes through the list and keeps what stays in sieves[strata]. */
assay_status assay_listed_sift(assay_context *context, assay_listed *listed,
                               const assay_ticket_maker *maker, const assay_sieve sieves[],
                               assay_sifted *sifted);
void assay_sifted_free(assay_sifted *sifted); /* what it holds */

/* Goes through the list and hands its tickets out, block by block. */
typedef void assay_ticket_taker(void *self, size_t n, unsigned char tickets[][ASSAY_TICKET_BYTES]);
assay_status assay_listed_tickets(assay_context *context, assay_listed *listed,
                                  const assay_ticket_maker *maker, assay_ticket_taker *take,
                                  void *self);

#endif
