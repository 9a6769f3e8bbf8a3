#include "api.h"

#include "infer/estimate.h"
#include "infer/estimate_linear.h"

/* ---- stratified.csv: strata whose weights are given take the general path to the same figures ---- */

enum { MAX_STRATA = 8, MAX_UNITS = 1000 };

static struct sample {
    size_t n, strata;
    uint64_t population[MAX_STRATA], sampled[MAX_STRATA];
    uint32_t stratum[MAX_UNITS];
    uint8_t answers[MAX_UNITS];
    double weights[MAX_UNITS];
} sample;

static void add_units(uint64_t n, uint8_t answer, double weight)
{
    for (uint64_t i = 0; i < n; i++, sample.n++) {
        ck_assert(sample.n < MAX_UNITS);
        sample.stratum[sample.n] = (uint32_t)sample.strata;
        sample.answers[sample.n] = answer;
        sample.weights[sample.n] = weight;
    }
}

/* N:n:x;... or N:n:m:x;... */
static void parse(const char *text)
{
    sample.n = sample.strata = 0;
    for (; *text != '\0'; text += *text == ';') {
        uint64_t v[4], k = 0;
        char *end;
        do {
            v[k++] = strtoull(text, &end, 10);
            text = end + (*end == ':');
        } while (*end == ':');
        const uint64_t m = k == 3 ? v[1] : v[2], x = v[k - 1];
        const double weight = (double)v[0] / (double)v[1];
        sample.population[sample.strata] = v[0];
        add_units(x, ASSAY_YES, weight);
        add_units(v[1] - m, ASSAY_NOT_APPLICABLE, weight);
        add_units(m - x, ASSAY_NO, weight);
        sample.strata++;
    }
}

static void assert_number(double got, const char *printed)
{
    const double want = strtod(printed, NULL);
    if (isfinite(want))
        assert_close(got, want, want == 0 || want == 1 ? 0 : 1e-10);
    else
        ck_assert_msg(isnan(want) ? isnan(got) : got == want, "%.17g, want %s", got, printed);
}

static assay_estimate estimate(const assay_design *d, const uint8_t answers[], double confidence,
                               const char *method)
{
    assay_estimate out;
    assert_ok(assay_estimate_proportion(&context, d, answers, NULL, confidence,
                                        assay_estimate_find(method), &out));
    return out;
}

static assay_design *weighted_design(const char *lonely)
{
    const assay_sampling s = {
        .n = sample.n,
        .strata = sample.strata,
        .stratum = sample.stratum,
        .population = sample.population,
        .weights = sample.weights,
        .lonely = strcmp(lonely, "adjust") == 0    ? ASSAY_LONELY_ADJUST
                  : strcmp(lonely, "average") == 0 ? ASSAY_LONELY_AVERAGE
                                                   : ASSAY_LONELY_CERTAINTY,
    };
    assay_design *d = NULL;
    context = (assay_context){0};
    assert_ok(assay_design_new(&context, &s, &d));
    ck_assert(!assay_design_is_simple(d));
    return d;
}

static size_t rows;

/* id,method,strata,lonely,level,estimate,se,df,neff,lower,upper */
static void stratified_row(char *f[REFERENCE_FIELDS])
{
    const bool is_wilson = strcmp(f[1], "wilson_neff") == 0;
    if (!is_wilson && strcmp(f[1], "korn_graubard") != 0)
        return;
    parse(f[2]);
    assay_design *d = weighted_design(f[3]);
    const assay_estimate got = estimate(d, sample.answers, strtod(f[4], NULL), f[1]);
    assay_design_free(d);
    assert_number(got.estimate, f[5]);
    assert_number(got.se, f[6]);
    if (!is_wilson || strcmp(f[7], "inf") != 0) /* "inf" says that z was used, not t */
        assert_number(got.df, f[7]);
    assert_number(got.n_effective, f[8]);
    assert_number(got.lower, f[9]);
    assert_number(got.upper, f[10]);
    rows++;
}

START_TEST(weights_that_strata_give_say_what_strata_say)
{
    rows = 0;
    for_each_reference("stratified.csv", stratified_row);
    ck_assert_uint_eq(rows, 44);
}
END_TEST

/* ---- R's survey on its own data ---- */

static double figure(const assay_estimate *e, const char *name)
{
    const struct {
        const char *name;
        double value;
    } all[] = {
        {"proportion", e->estimate},
        {"proportion_se", e->se},
        {"domain_proportion", e->estimate},
        {"domain_proportion_se", e->se},
        {"df", e->df},
        {"domain_df", e->df},
        {"proportion_deff", e->deff},
        {"proportion_beta_lower", e->lower},
        {"proportion_beta_upper", e->upper},
    };
    for (size_t k = 0; k < sizeof all / sizeof all[0]; k++)
        if (strcmp(all[k].name, name) == 0)
            return all[k].value;
    return NAN; /* of another test */
}

static void api_row_of(char *f[REFERENCE_FIELDS])
{
    uint8_t answers[MOST];
    assay_design *d = api_design(f[0]);
    const bool domain = strncmp(f[1], "domain", 6) == 0;
    for (size_t i = 0; i < api.n; i++)
        answers[i] = domain && api.high[i] == 0 ? ASSAY_NOT_APPLICABLE
                     : api.award[i] == 1        ? ASSAY_YES
                                                : ASSAY_NO;
    const assay_estimate e = estimate(d, answers, 0.8, "korn_graubard");
    assay_design_free(d);
    const double got = figure(&e, f[1]);
    if (isnan(got))
        return;
    assert_close(got, strtod(f[3], NULL), strstr(f[1], "beta") != NULL ? 1e-10 : 1e-12);
    rows++;
}

START_TEST(proportions_are_those_of_r_survey)
{
    rows = 0;
    for_each_reference("api.csv", api_row_of);
    ck_assert_uint_eq(rows, 7 * 8 + 3 + 10);
}
END_TEST

/* ---- edges ---- */

/* Clusters of 2, 1 and 3 of 10; of the cases 2 of 4, 1 of 1 and 3 of 5. */
static assay_design *three_clusters(bool second)
{
    static const uint32_t stratum[6] = {0}, cluster[] = {0, 0, 1, 2, 2, 2};
    static const uint64_t population = 10, sizes[] = {4, 1, 5};
    const assay_sampling s = {.n = 6,
                              .strata = 1,
                              .stratum = stratum,
                              .population = &population,
                              .clusters = 3,
                              .cluster = cluster,
                              .cluster_population = second ? sizes : NULL};
    assay_design *d = NULL;
    context = (assay_context){0};
    assert_ok(assay_design_new(&context, &s, &d));
    return d;
}

START_TEST(a_cluster_of_one_mind_counts_as_one_case)
{
    static const uint8_t yes[6] = {0};
    assay_design *d = three_clusters(false);
    const assay_estimate e = estimate(d, yes, 0.8, "wilson_neff");
    ck_assert(e.estimate == 1 && e.se == 0 && e.upper == 1 && e.lower < 1);
    assert_close(e.n_effective, 1 / (7 / 9.0 * (4 + 1 + 9) / 36.0), 1e-14);
    assay_design_free(d);
    d = three_clusters(true);
    const double w[] = {2, 1, 5 / 3.0}, all = 4 + 1 + 5;
    const double first = 7 / 9.0 * (16 + 1 + 25) / (all * all);
    const double second =
        3 / 10.0 * (2 * w[0] * w[0] * (2 / 3.0) + 3 * w[2] * w[2] * (2 / 4.0)) / (all * all);
    assert_close(estimate(d, yes, 0.8, "wilson_neff").n_effective, 1 / (first + second), 1e-14);
    assay_design_free(d);
}
END_TEST

START_TEST(methods_from_counts_need_counts)
{
    static const uint8_t answers[6] = {1};
    assay_design *d = three_clusters(true);
    assay_estimate out = {.x = 42};
    assert_status(assay_estimate_proportion(&context, d, answers, NULL, 0.8,
                                            assay_estimate_find("exact"), &out),
                  ASSAY_EDOM);
    ck_assert_uint_eq(out.x, 42);
    ck_assert_str_eq(context.error.argument, "method");
    ck_assert_str_eq(context.error.message,
                     "'exact' works from the counts of simple random samples of known strata, "
                     "which this design's clusters, weights or unknown populations are not");
    assay_design_free(d);
}
END_TEST

START_TEST(a_domain_is_what_is_inside_and_of_the_group)
{
    static const uint8_t answers[] = {0, 1, 0, 1, 0, 2}, inside[] = {1, 1, 1, 1, 0, 1},
                         merged[] = {2, 1, 0, 1, 2, 2};
    static const uint32_t group[] = {7, 3, 3, 3, 3, 3};
    assay_design *d = three_clusters(true);
    assay_linear apart, together;
    assert_ok(assay_estimate_linear(&context, d, answers, group, 3, inside, &apart));
    assert_ok(assay_estimate_linear(&context, d, merged, NULL, 0, NULL, &together));
    ck_assert(memcmp(&apart, &together, sizeof apart) == 0);
    assert_close(apart.relevant_total, 10 / 3.0 * (2 + 1 + 5 / 3.0), 1e-15);
    ck_assert(apart.df == 2);
    assay_design_free(d);
}
END_TEST

START_TEST(cases_out_of_scope_are_in_no_domain)
{
    static const uint32_t stratum[5] = {0};
    static const uint64_t population = 20, lost = 1;
    static const uint8_t inside[] = {1, 0, 1, 1, 1}, answers[] = {0, 0, 1, 0, 1},
                         none[] = {0, 2, 1, 0, 1};
    static const double weights[] = {4, 4, 4, 4, 4}, raise = 1;
    const assay_aftermath after = {inside, &raise, &lost};
    assay_sampling s = {.n = 5,
                        .strata = 1,
                        .stratum = stratum,
                        .population = &population,
                        .weights = weights,
                        .after = &after};
    assay_design *d = NULL, *all = NULL;
    assay_linear with, without;
    context = (assay_context){0};
    assert_ok(assay_design_new(&context, &s, &d));
    s.after = NULL;
    assert_ok(assay_design_new(&context, &s, &all));
    assert_ok(assay_estimate_linear(&context, d, answers, NULL, 0, NULL, &with));
    assert_ok(assay_estimate_linear(&context, all, none, NULL, 0, NULL, &without));
    ck_assert(with.p == 0.5 && with.df == 3 && memcmp(&with, &without, sizeof with) == 0);
    assay_design_free(d);
    assay_design_free(all);
}
END_TEST

START_TEST(estimates_by_residuals_need_memory)
{
    static const uint8_t answers[] = {0, 1, 0, 1, 0, 2};
    assay_design *d = three_clusters(true);
    for (uint64_t k = 1;; k++) {
        assay_estimate out = {.x = 42};
        const size_t before = assay_memory_in_use();
        assay_memory_fail_at(k, false);
        const assay_status status =
            assay_estimate_proportion(&context, d, answers, NULL, 0.8, NULL, &out);
        const bool failed = assay_memory_fail_at(0, false) >= k;
        assert_status(status, failed ? ASSAY_ENOMEM : ASSAY_OK);
        ck_assert_uint_eq(out.x, failed ? 42 : 3);
        ck_assert_uint_eq(assay_memory_in_use(), before);
        if (!failed)
            break;
    }
    assay_design_free(d);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("estimate_linear");
    TCase *tests = tcase_create("linear");
    tcase_add_test(tests, weights_that_strata_give_say_what_strata_say);
    tcase_add_test(tests, proportions_are_those_of_r_survey);
    tcase_add_test(tests, a_cluster_of_one_mind_counts_as_one_case);
    tcase_add_test(tests, methods_from_counts_need_counts);
    tcase_add_test(tests, a_domain_is_what_is_inside_and_of_the_group);
    tcase_add_test(tests, cases_out_of_scope_are_in_no_domain);
    tcase_add_test(tests, estimates_by_residuals_need_memory);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
