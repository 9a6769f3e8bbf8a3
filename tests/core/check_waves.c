#include "check.h"

#include "prob/waves.h"

/* ---- reference ---- */

static uint64_t count_of(const char *text)
{
    return strtoull(text, NULL, 10);
}

/* "" | N | N1/N2 */
static void read_population(const char *field, assay_waves *w)
{
    const char *slash = strchr(field, '/');
    w->same = *field != '\0' && slash == NULL;
    w->first.population = *field == '\0' ? ASSAY_INFINITE : count_of(field);
    w->second.population = slash != NULL ? count_of(slash + 1) : w->first.population;
}

/* unknown | m | both/first/second/neither */
static void read_common(const char *field, assay_waves *w)
{
    unsigned long long p[4];
    if (strcmp(field, "unknown") == 0)
        w->common = ASSAY_COMMON_UNKNOWN;
    else if (sscanf(field, "%llu/%llu/%llu/%llu", &p[0], &p[1], &p[2], &p[3]) == 4) {
        w->common = ASSAY_COMMON_PAIRS;
        w->pairs = (assay_pairs){p[0], p[1], p[2], p[3]};
    } else {
        w->common = ASSAY_COMMON_COUNT;
        w->count = count_of(field);
    }
}

static assay_waves_method method_of(const char *name)
{
    return strcmp(name, "newcombe") == 0 ? ASSAY_WAVES_NEWCOMBE
           : strcmp(name, "wald") == 0   ? ASSAY_WAVES_WALD
                                         : ASSAY_WAVES_TANGO;
}

static void assert_near(const char *id, double got, const char *printed)
{
    const double want = strtod(printed, NULL);
    if (*printed != '\0')
        ck_assert_msg(fabs(got - want) <= 1e-13 * fmax(fabs(want), 0.1), "%s: %.17g, want %s", id,
                      got, printed);
}

/* id,method,x1,n1,x2,n2,population,common,level,estimate,lower,upper,narrow_lower,narrow_upper,rho_least,rho_most */
static void change_row(char *f[REFERENCE_FIELDS])
{
    assay_waves w = {.first = {.x = count_of(f[2]), .n = count_of(f[3])},
                     .second = {.x = count_of(f[4]), .n = count_of(f[5])}};
    assay_change got;
    read_population(f[6], &w);
    read_common(f[7], &w);
    assert_ok(assay_waves_change(&w, method_of(f[1]), strtod(f[8], NULL), &got));
    assert_near(f[0], got.estimate, f[9]);
    assert_near(f[0], got.lower, f[10]);
    assert_near(f[0], got.upper, f[11]);
    assert_near(f[0], got.narrow_lower, f[12]);
    assert_near(f[0], got.narrow_upper, f[13]);
    assert_near(f[0], got.rho_least, f[14]);
    assert_near(f[0], got.rho_most, f[15]);
}

START_TEST(limits_are_those_of_exact_arithmetic)
{
    ck_assert_int_eq(for_each_reference("waves.csv", change_row), 90);
}
END_TEST

/* ---- what must hold ---- */

static assay_waves samples(uint64_t x1, uint64_t n1, uint64_t x2, uint64_t n2)
{
    return (assay_waves){.first = {x1, n1, ASSAY_INFINITE}, .second = {x2, n2, ASSAY_INFINITE}};
}

static const assay_waves_method methods[] = {ASSAY_WAVES_NEWCOMBE, ASSAY_WAVES_WALD};

/* Whatever the cases in common turn out to be, limits lie between the widest and the shortest. */
START_TEST(unknown_pairs_are_within_the_bounds)
{
    for (size_t k = 0; k < 2; k++)
        for (uint64_t both = 0; both <= 3; both++)
            for (uint64_t first = 0; first <= 4; first++)
                for (uint64_t second = 0; second <= 3; second++) {
                    assay_waves w = samples(both + first, 9, both + second, 9);
                    assay_change all, one;
                    assert_ok(assay_waves_change(&w, methods[k], 0.8, &all));
                    w.common = ASSAY_COMMON_PAIRS;
                    w.pairs = (assay_pairs){both, first, second, 9 - both - first - second};
                    if (both + first + second > 9)
                        continue;
                    assert_ok(assay_waves_change(&w, methods[k], 0.8, &one));
                    ck_assert(all.lower <= one.lower + 1e-14 && one.upper <= all.upper + 1e-14);
                    ck_assert(one.lower <= all.narrow_lower + 1e-14);
                    ck_assert(all.narrow_upper <= one.upper + 1e-14);
                }
}
END_TEST

/* Independent samples have the limits of a contrast, turned round. */
START_TEST(nothing_in_common_is_a_contrast)
{
    for (uint64_t x = 0; x <= 7; x++)
        for (uint64_t y = 0; y <= 5; y++) {
            assay_waves w = samples(x, 7, y, 5);
            assay_change change;
            assay_interval contrast;
            w.common = ASSAY_COMMON_COUNT;
            assert_ok(assay_waves_change(&w, ASSAY_WAVES_NEWCOMBE, 0.9, &change));
            assert_ok(assay_contrast(assay_contrast_find(ASSAY_DIFFERENCE, "newcombe"), &w.second,
                                     &w.first, 0.9, &contrast));
            ck_assert(fabs(change.lower - contrast.lower) < 1e-15);
            ck_assert(fabs(change.upper - contrast.upper) < 1e-15);
        }
}
END_TEST

/* Two counts of everybody: nothing is left to chance. */
START_TEST(a_census_twice_has_the_point)
{
    assay_waves w = samples(3, 10, 6, 10);
    assay_change change;
    w.first.population = w.second.population = 10;
    w.same = true;
    for (size_t k = 0; k < 2; k++) {
        assert_ok(assay_waves_change(&w, methods[k], 0.8, &change));
        ck_assert(change.lower == change.estimate && change.upper == change.estimate);
        ck_assert_uint_eq(change.count_least, 10);
    }
}
END_TEST

START_TEST(no_cases_say_nothing)
{
    const assay_waves w = samples(0, 0, 6, 10);
    assay_change change;
    assert_ok(assay_waves_change(&w, ASSAY_WAVES_NEWCOMBE, 0.8, &change));
    ck_assert(isnan(change.estimate) && change.lower == -1 && change.upper == 1);
    ck_assert_int_eq(change.state, ASSAY_INTERVAL_NO_DATA);
}
END_TEST

START_TEST(one_case_of_several_has_no_variance)
{
    const assay_waves w = samples(0, 1, 6, 10);
    assay_change change;
    assert_ok(assay_waves_change(&w, ASSAY_WAVES_WALD, 0.8, &change));
    ck_assert_int_eq(change.state, ASSAY_INTERVAL_UNDEFINED);
    ck_assert(isnan(change.lower) && isnan(change.upper));
}
END_TEST

static void assert_refused(assay_waves w, assay_waves_method method, double confidence)
{
    assay_change change = {.estimate = 7};
    ck_assert_int_eq(assay_waves_change(&w, method, confidence, &change), ASSAY_EDOM);
    ck_assert(change.estimate == 7);
}

START_TEST(what_does_not_go_together_is_refused)
{
    assay_waves w = samples(3, 10, 6, 12);
    assert_refused(w, ASSAY_WAVES_WALD, 1);
    assert_refused(w, ASSAY_WAVES_TANGO, 0.8);
    assert_refused(samples(11, 10, 6, 12), ASSAY_WAVES_WALD, 0.8);
    w.common = ASSAY_COMMON_COUNT;
    w.count = 11;
    assert_refused(w, ASSAY_WAVES_WALD, 0.8);
    w.count = 1;
    w.same = true;
    w.first.population = w.second.population = 20; /* at least two are in both */
    assert_refused(w, ASSAY_WAVES_WALD, 0.8);
    w.second.population = 21;
    assert_refused(w, ASSAY_WAVES_WALD, 0.8);
    w = samples(3, 10, 6, 12);
    w.common = ASSAY_COMMON_PAIRS;
    w.pairs = (assay_pairs){2, 2, 0, 1}; /* four yes of three */
    assert_refused(w, ASSAY_WAVES_WALD, 0.8);
    w.pairs = (assay_pairs){UINT64_MAX, 1, 0, 0};
    assert_refused(w, ASSAY_WAVES_WALD, 0.8);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("waves");
    TCase *values = tcase_create("values"), *edges = tcase_create("edges");
    tcase_add_test(values, limits_are_those_of_exact_arithmetic);
    tcase_add_test(values, unknown_pairs_are_within_the_bounds);
    tcase_add_test(values, nothing_in_common_is_a_contrast);
    tcase_add_test(edges, a_census_twice_has_the_point);
    tcase_add_test(edges, no_cases_say_nothing);
    tcase_add_test(edges, one_case_of_several_has_no_variance);
    tcase_add_test(edges, what_does_not_go_together_is_refused);
    suite_add_tcase(suite, values);
    suite_add_tcase(suite, edges);
    return run_suite(suite);
}
