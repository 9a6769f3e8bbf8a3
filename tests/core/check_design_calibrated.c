#include "check.h"

#include "base/memory.h"
#include "infer/variance.h"

static assay_context context;

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

START_TEST(totals_that_were_calibrated_to_have_no_error)
{
    assay_design *base = base_design(), *once = NULL;
    double z[UNITS], v[4];
    assert_ok(assay_design_calibrated(&context, base, calibration_of(base, "raking"), &once));
    for (size_t i = 0; i < UNITS; i++)
        z[i] = x[4 * i + 2];
    const double *const each[] = {z, y};
    assert_ok(assay_variance_of_totals(&context, once, 2, each, v));
    ck_assert(fabs(v[0]) < 1e-20 * v[3] && v[3] > 0);
    assay_design_free(once);
    assay_design_free(base);
}
END_TEST

/* The total of y under weights that are first calibrated and then post-stratified, from d[UNITS]. */
static double twice_calibrated_total(const double d[])
{
    static const double by_risk[] = {60, 140, 50};
    const assay_auxiliary first = {UNITS, d, UNITS, 4, own_cell, x, totals};
    assay_calibration *a = NULL, *b = NULL;
    assert_ok(assay_calibrate(&context, &first, assay_calibration_find("linear"), 0, 0, &a));
    const assay_auxiliary second = {UNITS, a->weights, 3, 0, risk_cell, NULL, by_risk};
    assert_ok(assay_poststratify(&context, &second, &b));
    double sum = 0;
    for (size_t i = 0; i < UNITS; i++)
        sum += b->weights[i] * y[i];
    assay_calibration_free(a);
    assay_calibration_free(b);
    return sum;
}

static assay_design *calibrated_twice(void)
{
    static const double by_risk[] = {60, 140, 50};
    assay_design *base = base_design(), *once = NULL, *twice = NULL;
    assert_ok(assay_design_calibrated(&context, base, calibration_of(base, "linear"), &once));
    const assay_auxiliary from = {UNITS,  assay_design_weights(once), 3, 0, risk_cell, NULL,
                                  by_risk};
    assay_calibration *c = NULL;
    assert_ok(assay_poststratify(&context, &from, &c));
    assert_ok(assay_design_calibrated(&context, once, c, &twice));
    assay_design_free(once);
    assay_design_free(base);
    return twice;
}

/* u_i is d_i times the derivative of the total by d_i, both calibrations gone through again. */
START_TEST(two_calibrations_have_the_residuals_of_both)
{
    assay_design *twice = calibrated_twice();
    double d[UNITS], u[UNITS];
    assert_ok(assay_design_expand(&context, twice, y, u));
    for (size_t i = 0; i < UNITS; i++)
        d[i] = (double)populations[strata_of[i]];
    uint64_t sampled[3] = {0};
    for (size_t i = 0; i < UNITS; i++)
        sampled[strata_of[i]]++;
    for (size_t i = 0; i < UNITS; i++)
        d[i] /= (double)sampled[strata_of[i]];
    for (size_t i = 0; i < UNITS; i++) {
        const double at = d[i], step = at * 1e-4;
        d[i] = at + step;
        const double above = twice_calibrated_total(d);
        d[i] = at - step;
        const double below = twice_calibrated_total(d);
        d[i] = at;
        assert_close(u[i], at * (above - below) / (2 * step), 1e-5);
    }
    assay_design_free(twice);
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
    Suite *suite = suite_create("design_calibrated");
    TCase *tests = tcase_create("calibrated");
    tcase_add_test(tests, errors_under_calibrated_weights_are_those_of_the_reference);
    tcase_add_test(tests, totals_that_were_calibrated_to_have_no_error);
    tcase_add_test(tests, two_calibrations_have_the_residuals_of_both);
    tcase_add_test(tests, a_calibration_of_other_weights_is_refused);
    tcase_add_test(tests, calibrated_designs_and_variances_need_memory);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
