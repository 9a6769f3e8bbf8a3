#include "check.h"

#include "sample/capacity.h"

enum { STRATA = 6, HOLDERS = 5, CELLS = STRATA * HOLDERS };

static assay_context context;

typedef struct problem {
    assay_parts cells;
    uint32_t stratum[CELLS], holder[CELLS];
    uint64_t population[CELLS], wanted[STRATA], cap;
} problem;

static uint64_t random_below(uint64_t *state, uint64_t bound)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (*state >> 33) % bound;
}

static void make_problem(uint64_t *state, problem *p)
{
    *p = (problem){.cap = 1 + random_below(state, 5)};
    for (uint32_t h = 0; h < STRATA; h++) {
        uint64_t all = 0;
        for (uint32_t o = 0; o < HOLDERS; o++)
            if (random_below(state, 3) == 0 || (o == HOLDERS - 1 && all == 0)) {
                p->stratum[p->cells.n] = h;
                p->holder[p->cells.n] = o;
                all += p->population[p->cells.n++] = 1 + random_below(state, 6);
            }
        p->wanted[h] = random_below(state, all + 1);
    }
    p->cells.stratum = p->stratum;
    p->cells.population = p->population;
}

/*
** The least cut: for a set of strata, what all others want and what their own holders may have of
** them. No flow is above any cut, and the largest is the least of them.
*/
static uint64_t least_cut(const problem *p)
{
    uint64_t least = UINT64_MAX;
    for (unsigned set = 0; set < 1u << STRATA; set++) {
        uint64_t cut = 0;
        for (unsigned h = 0; h < STRATA; h++)
            cut += set >> h & 1 ? 0 : p->wanted[h];
        for (unsigned o = 0; o < HOLDERS; o++) {
            uint64_t theirs = 0;
            for (size_t c = 0; c < p->cells.n; c++)
                theirs += p->holder[c] == o && (set >> p->stratum[c] & 1) ? p->population[c] : 0;
            cut += theirs < p->cap ? theirs : p->cap;
        }
        least = cut < least ? cut : least;
    }
    return least;
}

static assay_status solve(assay_context *with, const problem *p, uint64_t *most)
{
    return assay_capacity(with, &p->cells, p->holder, HOLDERS, p->cap, STRATA, p->wanted, most);
}

START_TEST(the_largest_flow_is_the_least_cut)
{
    uint64_t state = 1, most, short_of = 0;
    problem p;
    for (int k = 0; k < 5000; k++) {
        make_problem(&state, &p);
        assert_ok(solve(&context, &p, &most));
        if (most != least_cut(&p))
            ck_abort_msg("input %d: %d, not %d", k, (int)most, (int)least_cut(&p));
        uint64_t wanted = 0;
        for (size_t h = 0; h < STRATA; h++)
            wanted += p.wanted[h];
        short_of += most < wanted;
    }
    ck_assert(short_of > 500 && short_of < 4500);
}
END_TEST

/* Each stratum and the whole list have room, but A and B have one officer together. */
START_TEST(strata_may_be_short_together)
{
    static uint32_t stratum[] = {0, 1, 2, 2};
    static const uint32_t holder[] = {0, 0, 1, 2};
    static uint64_t population[] = {10, 10, 10, 10};
    static const uint64_t wanted[] = {3, 3, 3};
    const assay_parts cells = {.n = 4, .stratum = stratum, .population = population};
    uint64_t most;
    assert_ok(assay_capacity(&context, &cells, holder, 3, 3, 3, wanted, &most));
    ck_assert_uint_eq(most, 6);
}
END_TEST

START_TEST(without_memory_nothing_is_touched_and_nothing_leaks)
{
    uint64_t state = 7;
    problem p;
    make_problem(&state, &p);
    for (uint64_t k = 1;; k++) {
        uint64_t most = 77;
        const size_t before = assay_memory_in_use();
        assay_memory_fail_at(k, false);
        const assay_status status = solve(&context, &p, &most);
        const bool failed = assay_memory_fail_at(0, false) >= k;
        ck_assert_int_eq(status, failed ? ASSAY_ENOMEM : ASSAY_OK);
        ck_assert_uint_eq(assay_memory_in_use(), before);
        if (!failed)
            break;
        ck_assert_uint_eq(most, 77);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("capacity");
    TCase *tests = tcase_create("capacity");
    tcase_add_test(tests, the_largest_flow_is_the_least_cut);
    tcase_add_test(tests, strata_may_be_short_together);
    tcase_add_test(tests, without_memory_nothing_is_touched_and_nothing_leaks);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
