#include "check.h"

#include "base/memory.h"
#include "infer/calibrate.h"
#include "tables.h"

static assay_context context;

/* ---- the sample of the reference ---- */

enum { UNITS = 60 };
static double design_weight[UNITS], x[UNITS * 4], y[UNITS], relevant[UNITS];
static size_t units, stratum_sample[UNITS];
static double stratum_population[UNITS];
static uint32_t own_cell[UNITS];
static const double totals[4] = {252, 171, 131, 55};

/* stratum,N_h,n_h,sex,risk,relevant,y */
static void unit_row(char *f[REFERENCE_FIELDS])
{
    double *row = x + 4 * units;
    stratum_population[units] = strtod(f[1], NULL);
    stratum_sample[units] = strtoul(f[2], NULL, 10);
    design_weight[units] = stratum_population[units] / (double)stratum_sample[units];
    row[0] = 1;
    row[1] = f[3][0] == 'm';
    row[2] = strcmp(f[4], "medium") == 0;
    row[3] = strcmp(f[4], "high") == 0;
    relevant[units] = f[5][0] == '1';
    y[units] = f[6][0] == '1';
    own_cell[units] = (uint32_t)units;
    units++;
}

static void read_units(void)
{
    units = 0;
    for_each_reference("weighting_data.csv", unit_row);
    ck_assert_uint_eq(units, UNITS);
}

static assay_auxiliary auxiliary(void)
{
    return (assay_auxiliary){UNITS, design_weight, UNITS, 4, own_cell, x, totals};
}

static assay_calibration *calibrated(const char *method)
{
    const assay_auxiliary from = auxiliary();
    assay_calibration *c = NULL;
    assert_ok(assay_calibrate(&context, &from, assay_calibration_find(method), 0.5, 2, &c));
    return c;
}

/* sum over strata of (1 - n/N) n s^2 of the values, which stand stratum by stratum. */
static double stratified_variance(const double value[])
{
    double variance = 0;
    for (size_t first = 0, n; first < UNITS; first += n) {
        double mean = 0, square = 0;
        n = stratum_sample[first];
        for (size_t i = 0; i < n; i++)
            mean += value[first + i] / (double)n;
        for (size_t i = 0; i < n; i++)
            square += (value[first + i] - mean) * (value[first + i] - mean);
        variance +=
            (1 - (double)n / stratum_population[first]) * (double)n * square / (double)(n - 1);
    }
    return variance;
}

/* The share of y among the units of the domain, and its error by residuals. */
static void estimate(const assay_calibration *c, bool domain, double *share, double *se)
{
    double of = 0, yes = 0, value[UNITS], e[UNITS];
    for (size_t i = 0; i < UNITS; i++) {
        const double inside = domain ? relevant[i] : 1;
        of += c->weights[i] * inside;
        yes += c->weights[i] * inside * y[i];
    }
    *share = yes / of;
    for (size_t i = 0; i < UNITS; i++)
        value[i] = (y[i] - *share) * (domain ? relevant[i] : 1) / of;
    assert_ok(assay_calibration_residuals(&context, c, value, e));
    for (size_t i = 0; i < UNITS; i++)
        e[i] *= c->weights[i];
    *se = sqrt(stratified_variance(e));
}

static double quantity(const assay_calibration *c, const char *name)
{
    double low = HUGE_VAL, high = 0, share, se;
    size_t row;
    for (size_t i = 0; i < UNITS; i++) {
        low = fmin(low, c->weights[i] / c->design[i]);
        high = fmax(high, c->weights[i] / c->design[i]);
    }
    if (strncmp(name, "g_m", 3) == 0)
        return name[3] == 'i' ? low : high;
    if (strcmp(name, "kish_deff") == 0)
        return assay_weights_deff(UNITS, c->weights);
    if (sscanf(name, "weight_row_%zu", &row) == 1)
        return c->weights[row - 1];
    estimate(c, strncmp(name, "domain", 6) == 0, &share, &se);
    return strstr(name, "estimate") != NULL ? share : se;
}

static int rows;

static void weighting_row(char *f[REFERENCE_FIELDS])
{
    const char *method = strcmp(f[1], "greg_linear") == 0 ? "linear"
                         : strncmp(f[1], "logit", 5) == 0 ? "logit"
                                                          : f[1];
    if (assay_calibration_find(method) == NULL)
        return;
    assay_calibration *c = calibrated(method);
    assert_close(quantity(c, f[2]), strtod(f[3], NULL), 1e-10);
    assay_calibration_free(c);
    rows++;
}

START_TEST(weights_and_errors_are_those_of_the_reference)
{
    read_units();
    rows = 0;
    for_each_reference("weighting.csv", weighting_row);
    ck_assert_int_eq(rows, 30);
}
END_TEST

/* ---- margins ---- */

/* 120 units in 2 x 3 cells with unequal weights; margins as five columns, of which one follows. */
enum { MANY = 120 };
static uint32_t cell_of[MANY];
static double weight_of[MANY];
static const double margins[6 * 5] = {
    1, 0, 1, 0, 0, 1, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 1, 1, 0, 0, 0, 1, 0, 1, 0, 0, 1, 0, 0, 1,
};
static const double margin_totals[5] = {900, 1100, 500, 700, 800};

static assay_auxiliary of_margins(const double aims[5])
{
    for (size_t i = 0; i < MANY; i++) {
        cell_of[i] = (uint32_t)((5 * i + i / 7) % 6);
        weight_of[i] = 10 + (double)(i % 13);
    }
    return (assay_auxiliary){MANY, weight_of, 6, 5, cell_of, margins, aims};
}

/* Iterative proportional fitting, by its definition. */
static void fit_by_turns(double w[MANY])
{
    memcpy(w, weight_of, sizeof weight_of);
    for (int turn = 0; turn < 2000; turn++)
        for (size_t j = 0; j < 5; j++) {
            double sum = 0;
            for (size_t i = 0; i < MANY; i++)
                sum += w[i] * margins[cell_of[i] * 5 + j];
            for (size_t i = 0; i < MANY; i++)
                if (margins[cell_of[i] * 5 + j] == 1)
                    w[i] *= margin_totals[j] / sum;
        }
}

START_TEST(raking_is_proportional_fitting)
{
    const assay_auxiliary from = of_margins(margin_totals);
    double w[MANY];
    assay_calibration *c;
    assert_ok(assay_calibrate(&context, &from, assay_calibration_find("raking"), 0, 0, &c));
    ck_assert_uint_eq(c->rank, 4);
    fit_by_turns(w);
    for (size_t i = 0; i < MANY; i++)
        assert_close(c->weights[i], w[i], 1e-11);
    for (size_t j = 0; j < 5; j++)
        assert_close(c->achieved[j], margin_totals[j], 1e-12);
    assay_calibration_free(c);
}
END_TEST

/* What units have in common may be said once: as cells, or as every unit's own. */
START_TEST(cells_are_units_with_the_same_variables)
{
    static double all_x[MANY * 5];
    static uint32_t alone[MANY];
    const assay_auxiliary from = of_margins(margin_totals);
    assay_calibration *c, *each;
    double value[MANY], e[MANY], f[MANY];
    for (size_t i = 0; i < MANY; i++) {
        memcpy(all_x + 5 * i, margins + 5 * cell_of[i], 5 * sizeof *all_x);
        alone[i] = (uint32_t)i;
        value[i] = sin((double)i);
    }
    const assay_auxiliary apart = {MANY, weight_of, MANY, 5, alone, all_x, margin_totals};
    for (size_t m = 0; m < 3; m++) {
        const assay_calibration_method *method = assay_calibration_find(assay_calibration_name(m));
        assert_ok(assay_calibrate(&context, &from, method, 0.2, 3, &c));
        assert_ok(assay_calibrate(&context, &apart, method, 0.2, 3, &each));
        assert_ok(assay_calibration_residuals(&context, c, value, e));
        assert_ok(assay_calibration_residuals(&context, each, value, f));
        for (size_t i = 0; i < MANY; i++) {
            assert_close(c->weights[i], each->weights[i], 1e-11);
            ck_assert(fabs(e[i] - f[i]) < 1e-12);
        }
        assay_calibration_free(c);
        assay_calibration_free(each);
    }
}
END_TEST

/* Residuals stand at right angles to every variable under the design weights; those of a variable are 0. */
START_TEST(residuals_are_what_the_variables_do_not_tell)
{
    const assay_auxiliary from = of_margins(margin_totals);
    assay_calibration *c;
    double value[MANY], e[MANY];
    assert_ok(assay_calibrate(&context, &from, assay_calibration_find("linear"), 0, 0, &c));
    for (size_t i = 0; i < MANY; i++)
        value[i] = cos((double)i);
    assert_ok(assay_calibration_residuals(&context, c, value, e));
    for (size_t j = 0; j < 5; j++) {
        double sum = 0;
        for (size_t i = 0; i < MANY; i++)
            sum += weight_of[i] * e[i] * margins[cell_of[i] * 5 + j];
        ck_assert(fabs(sum) < 1e-10);
    }
    for (size_t i = 0; i < MANY; i++)
        value[i] = margins[cell_of[i] * 5 + 1];
    assert_ok(assay_calibration_residuals(&context, c, value, e));
    for (size_t i = 0; i < MANY; i++)
        ck_assert(fabs(e[i]) < 1e-13);
    assay_calibration_free(c);
}
END_TEST

START_TEST(bounds_hold)
{
    const assay_auxiliary from = of_margins(margin_totals);
    assay_calibration *c;
    assert_ok(assay_calibrate(&context, &from, assay_calibration_find("logit"), 0.55, 1.7, &c));
    for (size_t i = 0; i < 6; i++)
        ck_assert(c->factor[i] > 0.55 && c->factor[i] < 1.7);
    assay_calibration_free(c);
}
END_TEST

/* ---- post-strata ---- */

START_TEST(post_strata_are_met_by_proportion)
{
    static const uint32_t cell[] = {0, 1, 0, 1, 1};
    static const double d[] = {2, 3, 4, 5, 6}, aims[] = {12, 7, 0}, wrong[] = {12, 7, 1},
                        y_of[] = {1, 0, 0, 1, 0};
    assay_auxiliary from = {5, d, 3, 0, cell, NULL, aims};
    assay_calibration *c;
    double e[5];
    assert_ok(assay_poststratify(&context, &from, &c));
    static const double want[] = {4, 1.5, 8, 2.5, 3};
    for (size_t i = 0; i < 5; i++)
        assert_close(c->weights[i], want[i], 1e-15);
    assert_ok(assay_calibration_residuals(&context, c, y_of, e)); /* less the means 1/3 and 5/14 */
    assert_close(e[0], 2.0 / 3, 1e-15);
    assert_close(e[3], 9.0 / 14, 1e-15);
    assay_calibration_free(c);
    from.totals = wrong;
    assert_status(assay_poststratify(&context, &from, &c), ASSAY_EDOM);
    ck_assert_uint_eq(context.error.row, 3);
}
END_TEST

/* ---- what cannot be ---- */

static void assert_refused(const assay_auxiliary *from, const char *method, double lower,
                           double upper, assay_status want, const char *argument, size_t row)
{
    assay_calibration *c = NULL;
    assert_status(assay_calibrate(&context, from, assay_calibration_find(method), lower, upper, &c),
                  want);
    ck_assert_str_eq(context.error.argument, argument);
    if (row > 0)
        ck_assert_uint_eq(context.error.row, row);
    ck_assert(c == NULL);
}

START_TEST(totals_that_cannot_be_met_are_named)
{
    static const double apart[5] = {900, 1100, 500, 700, 801}, below[5] = {-5, 2005, 500, 700, 800},
                        missing[5] = {900, 1100, (double)NAN, 700, 800};
    static double nobody[6 * 5], negative[MANY];
    assay_auxiliary from = of_margins(apart);
    assert_refused(&from, "raking", 0, 0, ASSAY_EDOM, "totals", 0);
    ck_assert(strstr(context.error.message, "follows from the others") != NULL);
    from.totals = below; /* a positive factor gives no sum below 0 */
    assert_refused(&from, "raking", 0, 0, ASSAY_ENUMERIC, "totals", 1);
    from.totals = missing;
    assert_refused(&from, "linear", 0, 0, ASSAY_EDOM, "totals", 3);
    from.totals = margin_totals;
    assert_refused(&from, "logit", 0.999, 1.001, ASSAY_ENUMERIC, "totals", 0);
    assert_refused(&from, "logit", 1, 2, ASSAY_EDOM, "bounds", 0);
    assert_refused(&from, "logit", (double)NAN, 2, ASSAY_EDOM, "bounds", 0);
    memcpy(nobody, margins, sizeof nobody);
    for (size_t i = 0; i < 6; i++)
        nobody[i * 5 + 4] = 0;
    from.x = nobody;
    assert_refused(&from, "linear", 0, 0, ASSAY_EDOM, "totals", 5);
    nobody[7] = HUGE_VAL;
    assert_refused(&from, "linear", 0, 0, ASSAY_EDOM, "x", 8);
    from.x = margins;
    memcpy(negative, weight_of, sizeof negative);
    negative[4] = -1;
    from.weights = negative;
    assert_refused(&from, "linear", 0, 0, ASSAY_EDOM, "weights", 5);
}
END_TEST

static assay_status attempt_all(assay_context *with, void *self)
{
    const assay_auxiliary from = of_margins(margin_totals);
    assay_calibration *c = NULL;
    double e[MANY];
    assay_status status = assay_calibrate(with, &from, self, 0.2, 3, &c);
    if (status == ASSAY_OK)
        status = assay_calibration_residuals(with, c, weight_of, e);
    assay_calibration_free(c);
    return status;
}

static assay_status attempt_poststrata(assay_context *with, void *self)
{
    static const double aims[6] = {1, 2, 3, 4, 5, 6};
    assay_auxiliary from = of_margins(aims);
    assay_calibration *c = NULL;
    const assay_status status = assay_poststratify(with, &from, &c);
    assay_calibration_free(c);
    (void)self;
    return status;
}

static assay_status stop(void *self, uint64_t done, uint64_t all)
{
    (void)self, (void)done, (void)all;
    return ASSAY_ESTOPPED;
}

START_TEST(memory_that_is_short_and_stops_are_said)
{
    assay_context stopping = {.poll = stop};
    const assay_auxiliary from = of_margins(margin_totals);
    assay_calibration *c = NULL;
    sweep_memory(attempt_all, (void *)assay_calibration_find("raking"));
    sweep_memory(attempt_poststrata, NULL);
    assert_status(assay_calibrate(&stopping, &from, assay_calibration_find("linear"), 0, 0, &c),
                  ASSAY_ESTOPPED);
    ck_assert(c == NULL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("calibrate");
    TCase *tests = tcase_create("calibrate");
    tcase_add_test(tests, weights_and_errors_are_those_of_the_reference);
    tcase_add_test(tests, raking_is_proportional_fitting);
    tcase_add_test(tests, cells_are_units_with_the_same_variables);
    tcase_add_test(tests, residuals_are_what_the_variables_do_not_tell);
    tcase_add_test(tests, bounds_hold);
    tcase_add_test(tests, post_strata_are_met_by_proportion);
    tcase_add_test(tests, totals_that_cannot_be_met_are_named);
    tcase_add_test(tests, memory_that_is_short_and_stops_are_said);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
