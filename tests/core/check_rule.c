#include "check.h"

#include <stdbool.h>

#include "sample/allocate.h"
#include "sample/rule.h"

enum { MOST = 8 };
enum { ID, METHOD, TOTAL, POPULATION, SD, MINIMUM, CAP, REAL, WHOLE };

static assay_context context;

/* ---- reference rows ---- */

/* "1;2;3" into x[MOST]; how many. */
static size_t read_list(const char *text, double x[])
{
    size_t n = 0;
    char *end;
    for (; n < MOST && *text != '\0'; text = *end == ';' ? end + 1 : end)
        x[n++] = strtod(text, &end);
    return n;
}

static int seen, infeasible;

static void compare(char *fields[REFERENCE_FIELDS], size_t n, const double real[],
                    const uint64_t whole[])
{
    double want[MOST];
    ck_assert_uint_eq(read_list(fields[WHOLE], want), n);
    for (size_t h = 0; h < n; h++)
        ck_assert_msg(whole[h] == (uint64_t)want[h], "%s, stratum %zu: %d", fields[ID], h + 1,
                      (int)whole[h]);
    if (*fields[REAL] == '\0')
        return;
    read_list(fields[REAL], want);
    for (size_t h = 0; h < n; h++)
        assert_close(real[h], want[h], 1e-10);
}

static void check_row(char *fields[REFERENCE_FIELDS])
{
    double N[MOST], sd[MOST], real[MOST];
    uint64_t population[MOST], minimum[MOST], maximum[MOST], whole[MOST];
    const bool power = strcmp(fields[METHOD], "power_0.5") == 0;
    const assay_allocation_rule *rule =
        assay_allocation_rule_find(power ? "power" : fields[METHOD]);
    if (rule == NULL) /* webster and huntington_hill */
        return;
    const size_t n = read_list(fields[POPULATION], N);
    read_list(fields[SD], sd);
    const double least = strtod(fields[MINIMUM], NULL);
    const double most = *fields[CAP] == '\0' ? 1e9 : strtod(fields[CAP], NULL);
    for (size_t h = 0; h < n; h++) {
        population[h] = (uint64_t)N[h];
        minimum[h] = (uint64_t)fmin(least, N[h]);
        maximum[h] = (uint64_t)fmin(most, N[h]);
    }
    const assay_allocation what = {.n = strtoull(fields[TOTAL], NULL, 10),
                                   .n_strata = n,
                                   .population = population,
                                   .sd = sd,
                                   .power = 0.5,
                                   .minimum = minimum,
                                   .maximum = maximum};
    const assay_status status = assay_allocate_by(&context, rule, &what, real, whole);
    seen++;
    if (strcmp(fields[WHOLE], "infeasible") == 0) {
        ck_assert_int_eq(status, ASSAY_EDOM);
        infeasible++;
        return;
    }
    ck_assert_msg(status == ASSAY_OK, "%s: %s", fields[ID], context.error.message);
    compare(fields, n, real, whole);
}

/* Every row but the 27 of the two rules of parliaments, webster and huntington_hill. */
START_TEST(allocations_are_those_of_the_reference)
{
    ck_assert_int_eq(for_each_reference("allocation.csv", check_row), 96);
    ck_assert_int_eq(seen, 69);
    ck_assert_int_eq(infeasible, 4);
}
END_TEST

/* ---- identities ---- */

static const uint64_t population[] = {120, 80, 52};
static const double sd[] = {0.5, 0.4, 0.3}, cost[] = {4, 1, 9};

static assay_status allocate(const char *name, const assay_allocation *what, double real[],
                             uint64_t whole[])
{
    return assay_allocate_by(&context, assay_allocation_rule_find(name), what, real, whole);
}

static const assay_allocation plain = {
    .n = 100, .n_strata = 3, .population = population, .sd = sd, .cost = cost};

/* 60/2, 32/1, 15.6/3: 30, 32, 5.2 of 67.2. */
START_TEST(optimal_divides_by_the_root_of_the_cost)
{
    double real[3];
    uint64_t whole[3];
    assert_ok(allocate("optimal", &plain, real, whole));
    assert_close(real[0], 100 * 30 / 67.2, 1e-14);
    assert_close(real[1], 100 * 32 / 67.2, 1e-14);
    assert_close(real[2], 100 * 5.2 / 67.2, 1e-14);
    ck_assert(whole[0] == 45 && whole[1] == 47 && whole[2] == 8);
}
END_TEST

/* At the optimum a unit of cost buys the same variance everywhere: (N S / n)^2 / c is one number. */
START_TEST(no_shift_of_cost_between_strata_lowers_the_variance)
{
    double real[3], least = INFINITY, budget = 0;
    uint64_t whole[3];
    assert_ok(allocate("optimal", &plain, real, whole));
    for (size_t h = 0; h < 3; h++)
        budget += cost[h] * real[h];
    for (double a = 1; a < 120; a += 0.25) /* every way to spend the same, on a grid */
        for (double b = 1; b < 80; b += 0.25) {
            const double c = (budget - cost[0] * a - cost[1] * b) / cost[2];
            if (c > 0.1)
                least = fmin(least, 60 * 60 / a + 32 * 32 / b + 15.6 * 15.6 / c);
        }
    const double here = 60 * 60 / real[0] + 32 * 32 / real[1] + 15.6 * 15.6 / real[2];
    ck_assert(here <= least && here > least * 0.999);
}
END_TEST

START_TEST(equal_costs_and_equal_deviations_change_nothing)
{
    static const double ones[] = {7, 7, 7};
    assay_allocation what = plain;
    double a[3], b[3];
    uint64_t x[3], y[3];
    what.cost = ones;
    assert_ok(allocate("optimal", &what, a, x));
    assert_ok(allocate("neyman", &what, b, y));
    ck_assert_mem_eq(x, y, sizeof x);
    what.sd = ones;
    assert_ok(allocate("neyman", &what, a, x));
    assert_ok(allocate("proportional", &what, b, y));
    ck_assert_mem_eq(x, y, sizeof x);
}
END_TEST

START_TEST(powers_lie_between_equal_and_proportional)
{
    static const double powers[] = {0, 0.25, 1.0 / 3, 0.5, 0.7, 1};
    assay_allocation what = plain;
    double real[3];
    uint64_t whole[3];
    for (size_t i = 0; i < 6; i++) {
        double sum = 0;
        what.power = powers[i];
        assert_ok(allocate("power", &what, real, whole));
        for (size_t h = 0; h < 3; h++)
            sum += pow((double)population[h], powers[i]);
        for (size_t h = 0; h < 3; h++)
            assert_close(real[h], 100 * pow((double)population[h], powers[i]) / sum, 1e-13);
    }
}
END_TEST

/* A stratum of 5 with all the variation: taken whole, and the others share what is left. */
START_TEST(a_share_above_the_population_takes_the_stratum_whole)
{
    static const uint64_t N[] = {100, 5, 50}, minimum[] = {0, 0, 50};
    static const double s[] = {0.3, 40, 0.3};
    const assay_allocation what = {.n = 65, .n_strata = 3, .population = N, .sd = s};
    assay_allocation certain = what;
    double real[3];
    uint64_t whole[3];
    assert_ok(allocate("neyman", &what, real, whole));
    ck_assert(whole[0] == 40 && whole[1] == 5 && whole[2] == 20);
    certain.minimum = minimum; /* a certainty stratum by wish */
    assert_ok(allocate("neyman", &certain, real, whole));
    ck_assert(whole[0] == 10 && whole[1] == 5 && whole[2] == 50);
}
END_TEST

/* Largest remainders may take one away (the Alabama paradox); the real sizes and the exact ones do not. */
START_TEST(a_larger_sample_has_no_smaller_stratum)
{
    static const uint64_t N[] = {61, 23, 7, 19}, least[] = {2, 2, 2, 9}, most[] = {40, 23, 7, 12};
    static const double s[] = {0.5, 0.1, 0.4, 0}, c[] = {1, 4, 2, 3};
    assay_allocation what = {.n_strata = 4,
                             .population = N,
                             .sd = s,
                             .cost = c,
                             .power = 0.3,
                             .minimum = least,
                             .maximum = most};
    for (size_t i = 0; assay_allocation_rule_at(i) != NULL; i++) {
        double before[4] = {0}, real[4];
        uint64_t whole[4];
        for (what.n = 15; what.n <= 82; what.n++) {
            double sum = 0;
            assert_ok(assay_allocate_by(&context, assay_allocation_rule_at(i), &what, real, whole));
            for (size_t h = 0; h < 4; h++) {
                ck_assert(real[h] >= before[h] - 1e-12);
                ck_assert(whole[h] >= least[h] && whole[h] <= most[h]);
                before[h] = real[h];
                sum += (double)whole[h];
            }
            ck_assert(sum == (double)what.n);
        }
    }
}
END_TEST

/* ---- refusals ---- */

static const uint64_t huge[] = {UINT64_C(2147483648), 1, 1},
                      sum_huge[] = {2000000000, 2000000000, 1};
static const uint64_t above[] = {0, 81, 0};
static const double negative[] = {1, -1, 1}, nan_sd[] = {1, 1, (double)NAN},
                    free_of_cost[] = {1, 0, 1};

static const struct {
    const char *rule;
    assay_allocation what;
    const char *message;
} refused[] = {
    {"equal",
     {.n = 5, .population = huge},
     "with stratum 1, of 2147483648 cases, the population is above 2147483647 cases"},
    {"equal",
     {.n = 5, .population = sum_huge},
     "with stratum 2, of 2000000000 cases, the population is above 2147483647 cases"},
    {"proportional",
     {.n = 253, .population = population},
     "a sample of 253 cannot be drawn from 252 cases"},
    {"proportional",
     {.n = 100, .population = population, .minimum = above},
     "the minimum of stratum 2 is 81, its population 80"},
    {"proportional",
     {.n = 100, .population = population, .maximum = above},
     "the maximum of stratum 2 is 81, its population 80"},
    {"neyman",
     {.n = 100, .population = population, .sd = negative},
     "the sd of stratum 2 must be a number of at least 0"},
    {"neyman_exact",
     {.n = 100, .population = population, .sd = nan_sd},
     "the sd of stratum 3 must be a number of at least 0"},
    {"optimal",
     {.n = 100, .population = population, .sd = sd, .cost = free_of_cost},
     "the cost of stratum 2 must be a number above 0"},
    {"optimal",
     {.n = 100, .population = population, .sd = sd, .cost = nan_sd},
     "the cost of stratum 3 must be a number above 0"},
    {"power",
     {.n = 100, .population = population, .power = 1.01},
     "the power must be a number from 0 to 1"},
    {"power",
     {.n = 100, .population = population, .power = (double)NAN},
     "the power must be a number from 0 to 1"},
    {"neyman_exact",
     {.n = 2, .population = population, .sd = sd},
     "at a case in each, 3 strata need 3 cases, more than the total of 2"},
};

START_TEST(what_is_outside_its_range_is_refused)
{
    double real[3] = {77, 77, 77};
    uint64_t whole[3] = {77, 77, 77};
    assay_allocation what = refused[_i].what;
    what.n_strata = 3;
    assert_status(allocate(refused[_i].rule, &what, real, whole), ASSAY_EDOM);
    ck_assert_str_eq(context.error.message, refused[_i].message);
    ck_assert(real[2] == 77 && whole[0] == 77);
}
END_TEST

START_TEST(rules_are_found_by_their_names_alone)
{
    for (size_t i = 0; assay_allocation_rule_at(i) != NULL; i++)
        ck_assert_ptr_eq(assay_allocation_rule_find(assay_allocation_rule_at(i)->name),
                         assay_allocation_rule_at(i));
    ck_assert_ptr_null(assay_allocation_rule_at(6));
    ck_assert_ptr_null(assay_allocation_rule_find("webster"));
}
END_TEST

START_TEST(without_memory_nothing_is_touched_and_nothing_leaks)
{
    static const char *const names[] = {"proportional", "neyman_exact"};
    for (size_t i = 0; i < 2; i++)
        for (uint64_t k = 1;; k++) {
            double real[3] = {77, 77, 77};
            uint64_t whole[3] = {77, 77, 77};
            const size_t before = assay_memory_in_use();
            assay_memory_fail_at(k, false);
            const assay_status status = allocate(names[i], &plain, real, whole);
            const bool failed = assay_memory_fail_at(0, false) >= k;
            ck_assert_int_eq(status, failed ? ASSAY_ENOMEM : ASSAY_OK);
            ck_assert_uint_eq(assay_memory_in_use(), before);
            if (!failed)
                break;
            ck_assert(real[0] == 77 && whole[0] == 77);
        }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("rule");
    TCase *tests = tcase_create("rule");
    tcase_add_test(tests, allocations_are_those_of_the_reference);
    tcase_add_test(tests, optimal_divides_by_the_root_of_the_cost);
    tcase_add_test(tests, no_shift_of_cost_between_strata_lowers_the_variance);
    tcase_add_test(tests, equal_costs_and_equal_deviations_change_nothing);
    tcase_add_test(tests, powers_lie_between_equal_and_proportional);
    tcase_add_test(tests, a_share_above_the_population_takes_the_stratum_whole);
    tcase_add_test(tests, a_larger_sample_has_no_smaller_stratum);
    tcase_add_loop_test(tests, what_is_outside_its_range_is_refused, 0,
                        sizeof refused / sizeof refused[0]);
    tcase_add_test(tests, rules_are_found_by_their_names_alone);
    tcase_add_test(tests, without_memory_nothing_is_touched_and_nothing_leaks);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
