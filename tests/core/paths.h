/* paths.h -- every path of a method's decisions, with its probability. */
#ifndef ASSAY_TESTS_PATHS_H
#define ASSAY_TESTS_PATHS_H

#include "tables.h"

#include "sample/select.h"

enum { DEEPEST = 64 };

typedef struct walk {
    int depth, known;         /* decisions taken; those that are fixed */
    uint64_t choice[DEEPEST]; /* of which alternative */
    uint64_t last[DEEPEST];
    double probability; /* of the path so far */
    const double *ends; /* of the intervals that `uniform` may fall in; ends[n_ends - 1] = 1 */
    size_t n_ends;
} walk;

static inline uint64_t decide(walk *self, uint64_t last)
{
    ck_assert_int_lt(self->depth, DEEPEST);
    if (self->depth == self->known) {
        self->choice[self->known] = 0;
        self->last[self->known++] = last;
    }
    return self->choice[self->depth++];
}

static inline bool walk_happens(void *self, double p)
{
    walk *here = self;
    ck_assert(p >= 0 && p <= 1 + 1e-15);
    const bool yes = p >= 1 || (p > 0 && decide(here, 1) == 0);
    here->probability *= yes ? fmin(p, 1) : 1 - p;
    return yes;
}

static inline uint64_t walk_one_of(void *self, uint64_t n)
{
    walk *here = self;
    here->probability /= (double)n;
    return decide(here, n - 1);
}

static inline double walk_uniform(void *self)
{
    walk *here = self;
    const uint64_t i = decide(here, here->n_ends - 1);
    const double from = i == 0 ? 0 : here->ends[i - 1], to = here->ends[i];
    here->probability *= to - from;
    return (from + to) / 2;
}

/* The next path; false behind the last one. */
static inline bool go_on(walk *self)
{
    while (self->known > 0 && self->choice[self->known - 1] == self->last[self->known - 1])
        self->known--;
    if (self->known == 0)
        return false;
    self->choice[self->known - 1]++;
    return true;
}

#endif
