#include "check.h"

#include "infer/comparison.h"

/*
** Two samples of 4 from a list of 6 whose answers were other ones the second time, with every pair of
** samples that have a number of cases in common: the mean of the estimated covariances is the covariance of
** the shares over those pairs, as the formula says of a known overlap.
*/

enum { POPULATION = 6, N = 4 };

static const uint8_t before[POPULATION] = {0, 1, 0, 0, 1, 1},
                     after[POPULATION] = {0, 1, 0, 0, 1, 0};

static assay_context context;

static assay_design *new_design(size_t n, uint64_t population)
{
    static const uint32_t stratum[POPULATION];
    assay_design *design;
    const assay_sampling sampling = {
        .n = n, .strata = 1, .stratum = stratum, .population = &population};
    assert_ok(assay_design_new(&context, &sampling, &design));
    return design;
}

/* The cases of a set of bits, and their answers. */
static size_t members(unsigned set, const uint8_t all[], uint32_t who[], uint8_t answers[])
{
    size_t n = 0;
    for (uint32_t i = 0; i < POPULATION; i++)
        if (set >> i & 1) {
            who[n] = i;
            answers[n++] = all[i];
        }
    return n;
}

static size_t match(const uint32_t a[], const uint32_t b[], uint32_t first[], uint32_t second[])
{
    size_t k = 0;
    for (uint32_t i = 0; i < N; i++)
        for (uint32_t j = 0; j < N; j++)
            if (a[i] == b[j]) {
                first[k] = i;
                second[k++] = j;
            }
    return k;
}

static int size_of(unsigned set)
{
    int n = 0;
    for (; set != 0; set >>= 1)
        n += (int)(set & 1);
    return n;
}

struct moments {
    double n, x, y, xy, estimated;
};

static void add_pair(const assay_design *design, unsigned s, unsigned t, struct moments *m)
{
    uint32_t a[POPULATION], b[POPULATION], first[N], second[N];
    uint8_t x[POPULATION], y[POPULATION];
    assay_comparison found;
    members(s, before, a, x);
    members(t, after, b, y);
    const assay_matches matches = {match(a, b, first, second), first, second};
    const assay_wave one = {design, x, NULL, NULL}, two = {design, y, NULL, NULL};
    assert_ok(assay_compare_waves(&context, &one, &two, &matches, 0.8, NULL, ASSAY_COMPARE_WALD_Z,
                                  &found));
    const double p = found.first.estimate, q = found.second.estimate;
    m->n++;
    m->x += p;
    m->y += q;
    m->xy += p * q;
    m->estimated += found.correlation * found.first.se * found.second.se;
}

START_TEST(covariances_of_known_overlaps_are_unbiased)
{
    assay_design *design = new_design(N, POPULATION);
    for (int common = 2; common <= N; common++) {
        struct moments m = {0};
        for (unsigned s = 0; s < 1 << POPULATION; s++)
            for (unsigned t = 0; t < 1 << POPULATION; t++)
                if (size_of(s) == N && size_of(t) == N && size_of(s & t) == common)
                    add_pair(design, s, t, &m);
        const double covariance = m.xy / m.n - m.x / m.n * (m.y / m.n);
        ck_assert_msg(fabs(m.estimated / m.n - covariance) < 1e-14,
                      "%d in common: %.17g, want %.17g", common, m.estimated / m.n, covariance);
    }
    assay_design_free(design);
}
END_TEST

/* The same cases twice with the same answers have not changed, and that is sure. */
START_TEST(the_same_sample_twice_has_not_changed)
{
    static const uint32_t same[N] = {0, 1, 2, 3};
    static const uint8_t answers[N] = {0, 1, 1, 0};
    const assay_matches matches = {N, same, same};
    assay_design *design = new_design(N, POPULATION);
    const assay_wave wave = {design, answers, NULL, NULL};
    assay_comparison found;
    assert_ok(assay_compare_waves(&context, &wave, &wave, &matches, 0.8, NULL,
                                  ASSAY_COMPARE_NEWCOMBE, &found));
    ck_assert(found.difference == 0 && fabs(found.correlation - 1) < 1e-14 && found.se < 1e-7);
    ck_assert(fabs(found.lower) < 0.2 && fabs(found.upper) < 0.2);
    assay_design_free(design);
}
END_TEST

START_TEST(groups_without_cases_say_nothing)
{
    static const uint8_t answers[N] = {0, 1, 1, 0}, all[N] = {1, 1, 1, 1}, none[N];
    assay_design *design = new_design(N, POPULATION);
    assay_comparison found;
    const assay_wave one = {design, answers, all, NULL}, two = {design, answers, none, NULL};
    assert_ok(
        assay_compare_domains(&context, &one, &two, 0.8, NULL, ASSAY_COMPARE_NEWCOMBE, &found));
    ck_assert_int_eq(found.state, ASSAY_INTERVAL_NO_DATA);
    ck_assert(isnan(found.difference) && isnan(found.lower));
    assay_design_free(design);
}
END_TEST

START_TEST(samples_of_other_strata_have_nothing_in_common)
{
    static const uint32_t same[N] = {0, 1, 2, 3};
    static const uint8_t answers[N] = {0, 1, 1, 0};
    const assay_matches matches = {N, same, same};
    assay_design *design = new_design(N, POPULATION), *other = new_design(N, POPULATION + 1);
    const assay_wave one = {design, answers, NULL, NULL}, two = {other, answers, NULL, NULL};
    assay_comparison found;
    assert_status(assay_compare_waves(&context, &one, &two, &matches, 0.8, NULL,
                                      ASSAY_COMPARE_NEWCOMBE, &found),
                  ASSAY_EDOM);
    ck_assert_str_eq(context.error.argument, "design");
    assay_design_free(design);
    assay_design_free(other);
}
END_TEST

/* Of a jackknife, one case left out at a time: the variance of differences, by its formula. */
START_TEST(replicates_of_a_difference_are_its_own)
{
    enum { CASES = 10 };
    static const uint8_t answers[CASES] = {0, 1, 1, 0, 1, 0, 0, 0, 2, 1};
    static const uint8_t a[CASES] = {1, 1, 1, 1, 1, 0, 0, 0, 0, 0};
    uint8_t b[CASES], without[CASES];
    assay_design *design;
    static const uint32_t stratum[CASES];
    static const uint64_t population[] = {30};
    const assay_sampling sampling = {
        .n = CASES, .strata = 1, .stratum = stratum, .population = population};
    assay_replicates *replicates;
    assay_comparison found;
    assert_ok(assay_design_new(&context, &sampling, &design));
    assert_ok(assay_replicates_new(&context, design, ASSAY_JACKKNIFE, 0, NULL, &replicates));
    for (int i = 0; i < CASES; i++)
        b[i] = !a[i];
    const assay_wave one = {design, answers, a, replicates}, two = {design, answers, b, replicates};
    assert_ok(assay_compare_domains(&context, &one, &two, 0.8, NULL, ASSAY_COMPARE_WALD_T, &found));
    double sum = 0;
    for (int out = 0; out < CASES; out++) {
        double yes[2] = {0}, relevant[2] = {0};
        for (int i = 0; i < CASES; i++) {
            without[i] = i != out;
            yes[b[i]] += without[i] && answers[i] == 0;
            relevant[b[i]] += without[i] && answers[i] <= 1;
        }
        const double d = yes[0] / relevant[0] - yes[1] / relevant[1] - found.difference;
        sum += d * d;
    }
    assert_close(found.se * found.se, (1 - CASES / 30.0) * (CASES - 1.0) / CASES * sum, 1e-12);
    assay_replicates_free(replicates);
    assay_design_free(design);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("comparison");
    TCase *tests = tcase_create("comparison");
    tcase_add_test(tests, covariances_of_known_overlaps_are_unbiased);
    tcase_add_test(tests, the_same_sample_twice_has_not_changed);
    tcase_add_test(tests, replicates_of_a_difference_are_its_own);
    tcase_add_test(tests, groups_without_cases_say_nothing);
    tcase_add_test(tests, samples_of_other_strata_have_nothing_in_common);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
