#include "check.h"

#include "api.h"
#include "infer/variance.h"

/* ---- calibrated weights: weighting.csv, made by 50-digit arithmetic, as R's survey gives ---- */

enum { UNITS = 60 };
static size_t units;
static uint32_t strata_of[UNITS], own_cell[UNITS], risk_cell[UNITS];
static double x[UNITS * 4], y[UNITS], relevant[UNITS];
static uint64_t populations[3];
static const double totals[4] = {252, 171, 131, 55};

/* stratum,N_h,n_h,sex,risk,relevant,y */
static void unit_row(char *f[REFERENCE_FIELDS])
{
    double *row = x + 4 * units;
    strata_of[units] = (uint32_t)(f[0][0] - 'a');
    populations[strata_of[units]] = strtoull(f[1], NULL, 10);
    row[0] = 1;
    row[1] = f[3][0] == 'm';
    row[2] = strcmp(f[4], "medium") == 0;
    row[3] = strcmp(f[4], "high") == 0;
    risk_cell[units] = row[2] == 1 ? 1 : row[3] == 1 ? 2 : 0;
    relevant[units] = f[5][0] == '1';
    y[units] = f[6][0] == '1';
    own_cell[units] = (uint32_t)units;
    units++;
}

static assay_design *base_design(void)
{
    assay_design *d = NULL;
    context = (assay_context){0};
    units = 0;
    for_each_reference("weighting_data.csv", unit_row);
    ck_assert_uint_eq(units, UNITS);
    assert_ok(assay_design_new(&context,
                               &(assay_sampling){.n = UNITS,
                                                 .strata = 3,
                                                 .stratum = strata_of,
                                                 .population = populations,
                                                 .lonely = ASSAY_LONELY_FAIL},
                               &d));
    return d;
}

static assay_calibration *calibration_of(const assay_design *d, const char *method)
{
    const assay_auxiliary from = {UNITS, assay_design_weights(d), UNITS, 4, own_cell, x, totals};
    assay_calibration *c = NULL;
    assert_ok(assay_calibrate(&context, &from, assay_calibration_find(method), 0.5, 2, &c));
    return c;
}

static assay_calibration *post_strata_of(const assay_design *d)
{
    static const double by_risk[] = {66, 131, 55};
    const assay_auxiliary from = {UNITS, assay_design_weights(d), 3, 0, risk_cell, NULL, by_risk};
    assay_calibration *c = NULL;
    assert_ok(assay_poststratify(&context, &from, &c));
    return c;
}

/* The share of y among the units of a domain, or all, and its variance by its linearised variable. */
static void share_of(const assay_design *d, const double *domain, double *share, double *se)
{
    const double *w = assay_design_weights(d);
    double of = 0, yes = 0, z[UNITS], v;
    const double *const each[] = {z};
    for (size_t i = 0; i < UNITS; i++) {
        of += w[i] * (domain != NULL ? domain[i] : 1);
        yes += w[i] * (domain != NULL ? domain[i] : 1) * y[i];
    }
    *share = yes / of;
    for (size_t i = 0; i < UNITS; i++)
        z[i] = (domain != NULL ? domain[i] : 1) * (y[i] - *share) / of;
    assert_ok(assay_variance_of_totals(&context, d, 1, each, &v));
    *se = sqrt(v);
}

static size_t weighting_rows;

static void weighting_row(char *f[REFERENCE_FIELDS])
{
    static const char *const methods[][2] = {{"greg_linear", "linear"},
                                             {"raking", "raking"},
                                             {"logit_bounded_0.5_2", "logit"},
                                             {"design", NULL}};
    size_t k = 0;
    while (k < 4 && strcmp(methods[k][0], f[1]) != 0)
        k++;
    const char *quantity = strchr(f[2], ':');
    if (k == 4 || quantity == NULL)
        return;
    double share, se;
    assay_design *base = base_design(), *d = NULL;
    if (methods[k][1] != NULL)
        assert_ok(assay_design_calibrated(&context, base, calibration_of(base, methods[k][1]), &d));
    share_of(d != NULL ? d : base, f[2][0] == 'd' ? relevant : NULL, &share, &se);
    assert_close(strcmp(quantity, ":se") == 0 ? se : share, strtod(f[3], NULL), 1e-12);
    ck_assert(d == NULL || assay_design_is_calibrated(d));
    ck_assert(!assay_design_is_calibrated(base));
    assay_design_free(base); /* the calibrated one has its own copy of all */
    assay_design_free(d);
    weighting_rows++;
}

START_TEST(errors_under_calibrated_weights_are_those_of_the_reference)
{
    weighting_rows = 0;
    for_each_reference("weighting.csv", weighting_row);
    ck_assert_uint_eq(weighting_rows, 16);
}
END_TEST

/* What is met exactly has no variance; a second calibration keeps to the first's residuals. */
START_TEST(totals_that_were_calibrated_to_have_no_error)
{
    assay_design *base = base_design(), *once = NULL, *twice = NULL;
    double z[UNITS], v[4], low[UNITS];
    assert_ok(assay_design_calibrated(&context, base, calibration_of(base, "raking"), &once));
    assert_ok(assay_design_calibrated(&context, once, post_strata_of(once), &twice));
    assay_design_free(once);
    for (size_t i = 0; i < UNITS; i++) {
        z[i] = x[4 * i + 2];
        low[i] = y[i];
    }
    const double *const each[] = {z, low};
    assert_ok(assay_variance_of_totals(&context, twice, 2, each, v));
    ck_assert(fabs(v[0]) < 1e-20 * v[3] && v[3] > 0);
    assay_design_free(twice);
    assay_design_free(base);
}
END_TEST

START_TEST(a_calibration_of_other_weights_is_refused)
{
    assay_design *base = base_design(), *once = NULL, *d = NULL;
    assay_calibration *c = calibration_of(base, "linear"), *again = calibration_of(base, "linear");
    assert_ok(assay_design_calibrated(&context, base, c, &once));
    assert_status(assay_design_calibrated(&context, once, again, &d), ASSAY_EDOM);
    ck_assert_str_eq(context.error.argument, "weights");
    ck_assert_uint_eq(context.error.row, 1);
    ck_assert_str_eq(context.error.message,
                     "the calibration did not start from the weights of this design");
    ck_assert_ptr_null(d);
    assay_calibration_free(again);
    assay_design_free(once);
    assay_design_free(base);
}
END_TEST

/* ---- strata, clusters and stages: api.csv, by R's survey on its own data ---- */

/* Means of two variables over a domain, or all, and the covariance matrix of their errors. */
static void means_of(const assay_design *d, const double *const values[2], const double *domain,
                     double mean[2], double v[4])
{
    const double *w = assay_design_weights(d);
    double z[2][MOST], of = 0;
    const double *const each[] = {z[0], z[1]};
    mean[0] = mean[1] = 0;
    for (size_t i = 0; i < api.n; i++) {
        const double inside = domain != NULL ? domain[i] : 1;
        of += w[i] * inside;
        for (size_t a = 0; a < 2; a++)
            mean[a] += w[i] * inside * values[a][i];
    }
    for (size_t a = 0; a < 2; a++)
        mean[a] /= of;
    for (size_t i = 0; i < api.n; i++)
        for (size_t a = 0; a < 2; a++)
            z[a][i] = (domain != NULL ? domain[i] : 1) * (values[a][i] - mean[a]) / of;
    assert_ok(assay_variance_of_totals(&context, d, 2, each, v));
}

static double df_of(const assay_design *d, bool high)
{
    uint8_t inside[MOST];
    double df = -1;
    for (size_t i = 0; i < api.n; i++)
        inside[i] = api.high[i] == 1;
    assert_ok(assay_design_df(&context, d, high ? inside : NULL, &df));
    return df;
}

static double total_error(const assay_design *d)
{
    const double *const each[] = {api.students};
    double v = -1;
    assert_ok(assay_variance_of_totals(&context, d, 1, each, &v));
    return sqrt(v);
}

static double api_value(const assay_design *d, const char *statistic)
{
    const double *const scores[2] = {api.api00, api.api99}, *const award[2] = {api.award,
                                                                               api.award};
    double mean[2], v[4];
    const bool is_share = strstr(statistic, "proportion") != NULL;
    const bool domain = strncmp(statistic, "domain", 6) == 0;
    means_of(d, is_share ? award : scores, domain ? api.high : NULL, mean, v);
    ck_assert(v[1] == v[2]);
    if (strstr(statistic, "df") != NULL)
        return df_of(d, domain);
    if (strcmp(statistic, "mean_api_covariance") == 0)
        return v[1];
    if (strcmp(statistic, "total_api_stu_se") == 0)
        return total_error(d);
    return strstr(statistic, "_se") != NULL ? sqrt(v[0]) : mean[0];
}

static size_t api_rows;

static void api_value_row(char *f[REFERENCE_FIELDS])
{
    static const char *const ours[] = {"df",
                                       "proportion",
                                       "proportion_se",
                                       "domain_df",
                                       "domain_proportion",
                                       "mean_api00",
                                       "mean_api00_se",
                                       "domain_proportion_se",
                                       "mean_api_covariance",
                                       "total_api_stu_se"};
    size_t k = 0;
    while (k < 10 && strcmp(ours[k], f[1]) != 0)
        k++;
    if (k == 10)
        return; /* of another test */
    assay_design *d = api_design(f[0]);
    assert_close(api_value(d, f[1]), strtod(f[3], NULL), 1e-12);
    assay_design_free(d);
    api_rows++;
}

START_TEST(means_totals_and_errors_are_those_of_r_survey)
{
    api_rows = 0;
    for_each_reference("api.csv", api_value_row);
    ck_assert_uint_eq(api_rows, 7 * 10 + 15);
}
END_TEST

/* ---- exact expectations ---- */

/* Three clusters of 3, 2 and 4 cases; two are drawn, and two cases of each. */
static const double cluster_cases[3][4] = {{1, 5, 2.5}, {4, -3}, {0.25, 7, 2, 11}};
static const uint64_t cluster_sizes[3] = {3, 2, 4};

struct pair {
    size_t cluster, first, second;
};

static size_t pairs_of(size_t c, struct pair out[])
{
    size_t n = 0;
    for (size_t i = 0; i < cluster_sizes[c]; i++)
        for (size_t j = i + 1; j < cluster_sizes[c]; j++)
            out[n++] = (struct pair){c, i, j};
    return n;
}

/* The total that a sample of two pairs gives, and its variance. */
static void one_sample(const struct pair p[2], double *estimate, double *v)
{
    static const uint32_t stratum[4] = {0}, cluster[] = {0, 0, 1, 1};
    static const uint64_t population = 3;
    double value[4];
    uint64_t sizes[2];
    for (size_t k = 0; k < 2; k++) {
        sizes[k] = cluster_sizes[p[k].cluster];
        value[2 * k] = cluster_cases[p[k].cluster][p[k].first];
        value[2 * k + 1] = cluster_cases[p[k].cluster][p[k].second];
    }
    const assay_sampling s = {.n = 4,
                              .strata = 1,
                              .stratum = stratum,
                              .population = &population,
                              .clusters = 2,
                              .cluster = cluster,
                              .cluster_population = sizes};
    const double *const each[] = {value};
    assay_design *d = NULL;
    assert_ok(assay_design_new(&context, &s, &d));
    assert_ok(assay_variance_of_totals(&context, d, 1, each, v));
    *estimate = 0;
    for (size_t i = 0; i < 4; i++)
        *estimate += assay_design_weights(d)[i] * value[i];
    assay_design_free(d);
}

/* Over all samples the variance's mean is the estimates' mean squared error, and these have no bias. */
START_TEST(two_stages_are_unbiased_over_all_samples)
{
    static const size_t draws[3][2] = {{0, 1}, {0, 2}, {1, 2}};
    const double truth = 8.5 + 1 + 20.25;
    double mean = 0, square = 0, expected = 0;
    context = (assay_context){0};
    for (size_t k = 0; k < 3; k++) {
        struct pair a[6], b[6];
        const size_t n = pairs_of(draws[k][0], a), m = pairs_of(draws[k][1], b);
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < m; j++) {
                double estimate, v;
                one_sample((const struct pair[]){a[i], b[j]}, &estimate, &v);
                mean += estimate / (double)(3 * n * m);
                square += (estimate - truth) * (estimate - truth) / (double)(3 * n * m);
                expected += v / (double)(3 * n * m);
            }
    }
    assert_close(mean, truth, 1e-14);
    assert_close(expected, square, 1e-13);
}
END_TEST

/* ---- unequal probabilities, neighbours ---- */

static double variance_of(const assay_sampling *s, const double value[])
{
    const double *const each[] = {value};
    assay_design *d = NULL;
    double v = -1;
    context = (assay_context){0};
    assert_ok(assay_design_new(&context, s, &d));
    assert_ok(assay_variance_of_totals(&context, d, 1, each, &v));
    assay_design_free(d);
    return v;
}

/* By hand: c = .8 .5 .2 .5 of t = 15 20 9.375 8; the certain case is not among the n = 4. */
START_TEST(unequal_probabilities_have_devilles_variance)
{
    static const uint32_t stratum[5] = {0};
    static const uint64_t population = 9;
    static const double chances[] = {.2, .5, .8, 1, .5}, value[] = {3, 10, 7.5, 20, 4};
    static const double equal[] = {5 / 9.0, 5 / 9.0, 5 / 9.0, 5 / 9.0, 5 / 9.0};
    assay_sampling s = {
        .n = 5, .strata = 1, .stratum = stratum, .population = &population, .chances = chances};
    const double t[] = {15, 20, 9.375, 8}, c[] = {.8, .5, .2, .5};
    double a = 0, v = 0;
    for (size_t i = 0; i < 4; i++)
        a += c[i] * t[i] / 2;
    for (size_t i = 0; i < 4; i++)
        v += 4 / 3.0 * c[i] * (t[i] - a) * (t[i] - a);
    assert_close(a, 13.9375, 1e-15);
    assert_close(variance_of(&s, value), v, 1e-14);
    s.chances = equal;
    assay_sampling simple = s;
    simple.chances = NULL;
    assert_close(variance_of(&s, value), variance_of(&simple, value), 1e-14);
}
END_TEST

static const uint32_t of_four[] = {0, 1, 1, 2, 3, 3, 3};
static const uint64_t four[] = {5, 9, 4, 3};
static const double seven[] = {3, 1, 4, 1.5, 9, 2, 6};

/* The same where strata are put together beforehand, under the weights of the strata as they were. */
static double together(const uint32_t stratum[7], size_t strata, const uint64_t population[])
{
    const double weights[] = {5, 4.5, 4.5, 4, 1, 1, 1};
    const assay_sampling s = {
        .n = 7, .strata = strata, .stratum = stratum, .population = population, .weights = weights};
    return variance_of(&s, seven);
}

START_TEST(lonely_strata_take_their_neighbours)
{
    static const uint32_t next[] = {0, 0, 0, 0, 1, 1, 1}, named[] = {0, 1, 1, 0, 2, 2, 2},
                          neighbour[] = {2, 0, 0, 0};
    static const uint64_t all[] = {18, 3}, two[] = {9, 9, 3};
    assay_sampling s = {.n = 7,
                        .strata = 4,
                        .stratum = of_four,
                        .population = four,
                        .lonely = ASSAY_LONELY_COLLAPSE};
    /* 0 takes 1; 2 finds 3 wholly sampled, and takes 1 before it */
    assert_close(variance_of(&s, seven), together(next, 2, all), 1e-14);
    s.neighbour = neighbour; /* 0 and 2 take each other */
    assert_close(variance_of(&s, seven), together(named, 3, two), 1e-14);
}
END_TEST

/* One cluster of two in stratum 2; one case of three in cluster 1. */
START_TEST(what_is_lonely_is_named)
{
    static const uint32_t stratum[] = {0, 0, 0, 1, 1}, cluster[] = {1, 1, 0, 2, 2},
                          apart[] = {0, 0, 0, 0, 0};
    static const uint64_t two[] = {5, 2}, sizes[] = {3, 4, 5}, endless[] = {ASSAY_INFINITE, 1};
    const double *const each[] = {seven};
    assay_sampling s = {.n = 5,
                        .strata = 2,
                        .stratum = stratum,
                        .population = two,
                        .clusters = 3,
                        .cluster = cluster,
                        .cluster_population = sizes};
    assay_design *d = NULL;
    double v = -1;
    context = (assay_context){0};
    assert_ok(assay_design_new(&context, &s, &d));
    assert_status(assay_variance_of_totals(&context, d, 1, each, &v), ASSAY_EDOM);
    ck_assert_str_eq(
        context.error.message,
        "stratum 2 has a population of 2 and one cluster in the sample, which gives no "
        "variance: choose certainty, adjust, average or collapse for lonely strata");
    assay_design_free(d);
    s.stratum = apart;
    s.strata = 1;
    assert_ok(assay_design_new(&context, &s, &d));
    assert_status(assay_variance_of_totals(&context, d, 1, each, &v), ASSAY_EDOM);
    ck_assert_str_eq(context.error.argument, "lonely");
    ck_assert_uint_eq(context.error.row, 1);
    ck_assert_str_eq(context.error.message,
                     "cluster 1 has a population of 3 and one case in the sample, which gives no "
                     "variance: choose certainty, adjust, average or collapse for lonely strata");
    assay_design_free(d);
    s = (assay_sampling){.n = 1, .strata = 1, .stratum = apart, .population = endless};
    assert_ok(assay_design_new(&context, &s, &d));
    assert_status(assay_variance_of_totals(&context, d, 1, each, &v), ASSAY_EDOM);
    ck_assert_str_eq(context.error.message,
                     "stratum 1 has one case in the sample, which gives no variance: choose "
                     "certainty, adjust, average or collapse for lonely strata");
    ck_assert(v == -1);
    assay_design_free(d);
}
END_TEST

START_TEST(degrees_of_freedom_count_neighbours_as_one)
{
    static const uint32_t neighbour[] = {2, 0, 0, 0};
    static const uint8_t some[] = {1, 1, 0, 1, 0, 0, 1};
    const assay_sampling s = {.n = 7,
                              .strata = 4,
                              .stratum = of_four,
                              .population = four,
                              .lonely = ASSAY_LONELY_COLLAPSE,
                              .neighbour = neighbour};
    assay_design *d = NULL;
    double df;
    context = (assay_context){0};
    assert_ok(assay_design_new(&context, &s, &d));
    ck_assert(!assay_design_is_simple(d));
    assert_ok(assay_design_df(&context, d, NULL, &df));
    assert_close(df, 7 - 3, 0);
    assert_ok(assay_design_df(&context, d, some, &df));
    assert_close(df, 4 - 3, 0);
    assay_design_free(d);
}
END_TEST

/* A cluster of which one case was sampled takes the next of its stratum: 1 with 2 here, not with 0. */
START_TEST(lonely_clusters_take_neighbours_of_their_stratum)
{
    static const uint32_t stratum[] = {0, 0, 0, 0, 1, 1, 1, 1, 1},
                          cluster[] = {0, 0, 3, 3, 1, 2, 2, 4, 4};
    static const uint64_t population[] = {6, 7}, sizes[] = {4, 5, 6, 3, 9};
    static const double value[] = {1, 2, 4, 8, 3, 5, 9, 7, 11};
    static const double weights[] = {6, 6, 4.5, 4.5, 35 / 3.0, 7, 7, 10.5, 10.5};
    const assay_sampling lonely = {.n = 9,
                                   .strata = 2,
                                   .stratum = stratum,
                                   .population = population,
                                   .clusters = 5,
                                   .cluster = cluster,
                                   .cluster_population = sizes,
                                   .lonely = ASSAY_LONELY_COLLAPSE};
    assay_sampling between = lonely;
    between.cluster_population = NULL; /* what the clusters alone give */
    between.weights = weights;
    const double whole = variance_of(&lonely, value), first = variance_of(&between, value);
    const uint32_t apart[] = {0, 0, 1, 1, 2, 2, 2, 3, 3};
    const double share[] = {2 / 6.0, 2 / 6.0, 3 / 7.0, 3 / 7.0};
    const uint64_t of[] = {4, 3, 11, 9};
    double second = 0;
    for (size_t c = 0; c < 4; c++) {
        double sum = 0, square = 0, n = 0;
        for (size_t i = 0; i < 9; i++) {
            const double u = weights[i] * value[i];
            n += apart[i] == c;
            sum += apart[i] == c ? u : 0;
            square += apart[i] == c ? u * u : 0;
        }
        second += share[c] * (1 - n / (double)of[c]) * n / (n - 1) * (square - sum * sum / n);
    }
    assert_close(whole, first + second, 1e-13);
}
END_TEST

/* ---- memory ---- */

/* Fails each allocation of making a design calibrated and of taking a variance under it. */
START_TEST(calibrated_designs_and_variances_need_memory)
{
    assay_design *base = base_design();
    const double *const each[] = {y};
    for (uint64_t k = 1;; k++) {
        assay_design *d = NULL;
        assay_calibration *c = post_strata_of(base);
        double v = -1;
        const size_t before = assay_memory_in_use();
        assay_memory_fail_at(k, false);
        assay_status status = assay_design_calibrated(&context, base, c, &d);
        if (status == ASSAY_OK)
            status = assay_variance_of_totals(&context, d, 1, each, &v);
        const bool failed = assay_memory_fail_at(0, false) >= k;
        assert_status(status, failed ? ASSAY_ENOMEM : ASSAY_OK);
        ck_assert(!failed || (v == -1 && (d != NULL || assay_memory_in_use() == before)));
        if (d == NULL)
            assay_calibration_free(c);
        assay_design_free(d);
        if (!failed)
            break;
    }
    assay_design_free(base);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("variance");
    TCase *tests = tcase_create("calibrated");
    tcase_add_test(tests, errors_under_calibrated_weights_are_those_of_the_reference);
    tcase_add_test(tests, totals_that_were_calibrated_to_have_no_error);
    tcase_add_test(tests, a_calibration_of_other_weights_is_refused);
    tcase_add_test(tests, calibrated_designs_and_variances_need_memory);
    tcase_add_test(tests, two_stages_are_unbiased_over_all_samples);
    tcase_add_test(tests, unequal_probabilities_have_devilles_variance);
    tcase_add_test(tests, lonely_strata_take_their_neighbours);
    tcase_add_test(tests, lonely_clusters_take_neighbours_of_their_stratum);
    tcase_add_test(tests, what_is_lonely_is_named);
    tcase_add_test(tests, degrees_of_freedom_count_neighbours_as_one);
    tcase_add_test(tests, means_totals_and_errors_are_those_of_r_survey);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
