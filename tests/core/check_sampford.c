#include "tables.h"

#include "base/rng.h"
#include "sample/sampford.h"

static assay_context context = {.threads = 1};

enum { MOST = 7 };

/* The design: P(s) in proportion to the sum of 1 - p over s times the product of p / (1 - p). */
static double weight_of_sampford(unsigned set, size_t n, const double p[])
{
    double sum = 0, product = 1;
    for (size_t i = 0; i < n; i++)
        if (set >> i & 1) {
            sum += 1 - p[i];
            product *= p[i] / (1 - p[i]);
        }
    return sum * product;
}

/* ---- the second way, by every path ---- */

typedef struct path {
    unsigned chosen; /* what happens(), by the order in which it is asked */
    size_t special;  /* what uniform() leads to */
    const double *sums;
    size_t n, asked;
    double probability;
} path;

static bool path_happens(void *self, double p)
{
    path *here = self;
    const bool yes = here->chosen >> here->asked++ & 1;
    here->probability *= yes ? p : 1 - p;
    return yes;
}

static double path_uniform(void *self)
{
    path *here = self;
    const double from = here->special == 0 ? 0 : here->sums[here->special - 1];
    const double to = here->sums[here->special], all = here->sums[here->n - 1];
    here->probability *= (to - from) / all;
    return (from + to) / 2 / all;
}

/* The probability of each set of `size` units that one try ends in; returns their sum. */
static double enumerate(const double p[], size_t n, uint64_t size, double probability[1 << MOST])
{
    uint32_t open[MOST];
    double sums[MOST], found = 0, all = 0;
    for (size_t i = 0; i < n; i++)
        open[i] = (uint32_t)i;
    assay_sampford_sums(p, n, open, sums);
    for (unsigned s = 0; s < 1u << n; s++)
        probability[s] = 0;
    for (size_t special = 0; special < n; special++)
        for (unsigned others = 0; others < 1u << (n - 1); others++) {
            path here = {others, special, sums, n, 0, 1};
            const assay_chance chance = {path_happens, NULL, path_uniform, &here};
            bool chosen[MOST];
            unsigned set = 0;
            const bool is_sample = assay_sampford_try(p, sums, n, open, size, &chance, chosen);
            for (size_t i = 0; i < n; i++)
                set |= (unsigned)chosen[i] << i;
            ck_assert_uint_eq(here.asked, n - 1);
            ck_assert(is_sample == (__builtin_popcount(set) == (int)size));
            all += here.probability;
            probability[set] += is_sample ? here.probability : 0;
            found += is_sample ? here.probability : 0;
        }
    assert_close(all, 1.0, 1e-12);
    return found;
}

static const double sizes_of[][MOST] = {
    {3, 1, 4, 1, 5, 9, 2},
    {1, 1, 1, 1, 1, 1, 1},
    {0.001, 5, 0.3, 7, 11, 2, 1},
    {1, 1e-6, 1, 1, 1e-6, 1, 1},
};

START_TEST(the_second_way_has_his_design_exactly)
{
    int designs = 0;
    for (size_t d = 0; d < sizeof sizes_of / sizeof sizes_of[0]; d++)
        for (size_t n = 2; n <= MOST; n++)
            for (uint64_t size = 1; size < n; size++) {
                double p[MOST], probability[1 << MOST], all = 0, inclusion[MOST] = {0};
                bool open = true;
                assert_ok(assay_probabilities(&context, n, sizes_of[d], size, p));
                for (size_t i = 0; i < n; i++)
                    open = open && p[i] < 1;
                if (!open)
                    continue;
                const double found = enumerate(p, n, size, probability);
                for (unsigned s = 0; s < 1u << n; s++)
                    all += __builtin_popcount(s) == (int)size ? weight_of_sampford(s, n, p) : 0;
                for (unsigned s = 0; s < 1u << n; s++)
                    if (__builtin_popcount(s) == (int)size) {
                        const double want = weight_of_sampford(s, n, p) / all;
                        assert_close(probability[s] / found, want, 1e-9);
                        for (size_t i = 0; i < n; i++)
                            inclusion[i] += s >> i & 1 ? probability[s] / found : 0;
                    }
                for (size_t i = 0; i < n; i++)
                    assert_close(inclusion[i], p[i], 1e-9);
                ck_assert_double_ge(found, 0.25); /* no design is hopeless */
                designs++;
            }
    ck_assert_int_ge(designs, 40);
}
END_TEST

/* ---- both ways, by draws ---- */

START_TEST(his_own_way_has_the_design_that_he_gave)
{
    enum { N = 6, SIZE = 3, DRAWS = 300000, SETS = 1 << N };
    static const double sizes[N] = {1, 2, 3, 4, 5, 6};
    double p[N], weight[SETS] = {0}, all = 0, hits[SETS] = {0}, inclusion[N] = {0}, chi = 0;
    int cells = 0;
    assay_rng rng;
    assert_ok(assay_probabilities(&context, N, sizes, SIZE, p));
    for (unsigned s = 0; s < SETS; s++)
        all += weight[s] = __builtin_popcount(s) == SIZE ? weight_of_sampford(s, N, p) : 0;
    for (unsigned s = 0; s < SETS; s++)
        for (size_t i = 0; i < N; i++)
            inclusion[i] += s >> i & 1 ? weight[s] / all : 0;
    for (size_t i = 0; i < N; i++)
        assert_close(inclusion[i], p[i], 1e-12); /* the design is what it should be */

    assay_rng_stream(&rng, "sampford", "x", 0);
    const assay_chance chance = assay_chance_of(&rng.gsl);
    for (int draw = 0; draw < DRAWS; draw++) {
        bool chosen[N];
        unsigned set = 0;
        const assay_units units = {N, SIZE, p, NULL};
        assert_ok(assay_method_find("sampford")->choose(&context, &units, &chance, chosen));
        for (size_t i = 0; i < N; i++)
            set |= (unsigned)chosen[i] << i;
        ck_assert_int_eq(__builtin_popcount(set), SIZE);
        hits[set]++;
    }
    for (unsigned s = 0; s < SETS; s++)
        if (weight[s] > 0) {
            const double want = DRAWS * weight[s] / all;
            chi += (hits[s] - want) * (hits[s] - want) / want;
            cells++;
        }
    ck_assert_int_eq(cells, 20);
    ck_assert_msg(chi < 43.8, "chi-squared %g on 19 degrees", chi); /* exceeded once in 1,000 */
}
END_TEST

/* 170 of 200, some of them certain: units that differ are not found by picking with replacement. */
START_TEST(large_shares_have_their_probabilities)
{
    enum { N = 200, SIZE = 170, DRAWS = 40000 };
    double sizes[N], p[N], hits[N] = {0};
    assay_rng rng;
    for (size_t i = 0; i < N; i++)
        sizes[i] = 1 + (double)(i % 11) / 7;
    assert_ok(assay_probabilities(&context, N, sizes, SIZE, p));
    ck_assert(p[10] == 1 && p[0] < 1);
    assay_rng_stream(&rng, "large", "x", 0);
    const assay_chance chance = assay_chance_of(&rng.gsl);
    const assay_units units = {N, SIZE, p, NULL};
    for (int draw = 0; draw < DRAWS; draw++) {
        bool chosen[N];
        size_t n = 0;
        assert_ok(assay_method_find("sampford")->choose(&context, &units, &chance, chosen));
        for (size_t i = 0; i < N; i++) {
            n += chosen[i];
            hits[i] += chosen[i];
        }
        ck_assert_uint_eq(n, SIZE);
    }
    for (size_t i = 0; i < N; i++)
        ck_assert_msg(fabs(hits[i] / DRAWS - p[i]) <= 5 * sqrt(p[i] * (1 - p[i]) / DRAWS),
                      "unit %d: %g, not %g", (int)i, hits[i] / DRAWS, p[i]);
}
END_TEST

/* Where a million picks in vain are likely, but not sure enough to be left out: the second way ends. */
START_TEST(what_his_own_way_does_not_find_the_second_does)
{
    enum { N = 40 };
    double p[N];
    bool chosen[N];
    size_t n = 0;
    assay_rng rng;
    for (size_t i = 0; i < N; i++)
        p[i] = i < 20 ? 0.9999 : 0.0001;
    assay_rng_stream(&rng, "slow", "x", 0);
    const assay_chance chance = assay_chance_of(&rng.gsl);
    const assay_units units = {N, 20, p, NULL};
    assert_ok(assay_method_find("sampford")->choose(&context, &units, &chance, chosen));
    for (size_t i = 0; i < N; i++)
        n += chosen[i];
    ck_assert_uint_eq(n, 20);
}
END_TEST

/* ---- stops and memory ---- */

static assay_status stop(void *self, uint64_t done, uint64_t total)
{
    (void)done, (void)total;
    return --*(int *)self < 0 ? ASSAY_ESTOPPED : ASSAY_OK;
}

/* p = 1/2: 70,000 of them take some 330 tries of the second way. */
static assay_status choose_many(assay_context *with, void *self)
{
    const size_t n = *(size_t *)self;
    double *p = malloc(n * sizeof *p);
    bool *chosen = malloc(n * sizeof *chosen);
    assay_rng rng;
    for (size_t i = 0; i < n; i++)
        p[i] = 0.5;
    assay_rng_stream(&rng, "many", "x", 0);
    const assay_chance chance = assay_chance_of(&rng.gsl);
    const assay_units units = {n, (double)(n / 2), p, NULL};
    const assay_status status =
        assay_method_find("sampford")->choose(with, &units, &chance, chosen);
    free(p);
    free(chosen);
    return status;
}

START_TEST(a_long_search_can_be_stopped)
{
    int polls = 3;
    size_t n = 70000;
    assay_context with = {.poll = stop, .self = &polls};
    const size_t before = assay_memory_in_use();
    assert_status(choose_many(&with, &n), ASSAY_ESTOPPED);
    ck_assert_uint_eq(assay_memory_in_use(), before);
}
END_TEST

START_TEST(memory_that_fails_is_told)
{
    size_t n = 300;
    sweep_memory(choose_many, &n);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sampford");
    TCase *tests = tcase_create("sampford");
    tcase_add_test(tests, the_second_way_has_his_design_exactly);
    tcase_add_test(tests, his_own_way_has_the_design_that_he_gave);
    tcase_add_test(tests, large_shares_have_their_probabilities);
    tcase_add_test(tests, what_his_own_way_does_not_find_the_second_does);
    tcase_add_test(tests, a_long_search_can_be_stopped);
    tcase_add_test(tests, memory_that_fails_is_told);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
