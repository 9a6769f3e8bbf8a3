#include "check.h"

#include "prob/contrast.h"
#include "prob/dist.h"

static uint64_t population_of(const char *field)
{
    return *field != '\0' ? strtoull(field, NULL, 10) : ASSAY_INFINITE;
}

static assay_interval contrast(assay_contrast_kind kind, const char *name, assay_group first,
                               assay_group second, double confidence)
{
    assay_interval out;
    const assay_contrast_method *method = assay_contrast_find(kind, name);
    ck_assert_msg(method != NULL, "%s", name);
    assert_ok(assay_contrast(method, &first, &second, confidence, &out));
    return out;
}

static assay_group group(uint64_t x, uint64_t n)
{
    return (assay_group){x, n, ASSAY_INFINITE};
}

/* ---- reference ---- */

static struct {
    const char *row;
    assay_contrast_kind kind;
    const char *method;
    int want, seen;
} table[] = {
    {"wald", ASSAY_DIFFERENCE, "wald", 11, 0},
    {"wald_cc", ASSAY_DIFFERENCE, "wald_cc", 11, 0},
    {"agresti_caffo", ASSAY_DIFFERENCE, "agresti_caffo", 11, 0},
    {"newcombe", ASSAY_DIFFERENCE, "newcombe", 11, 0},
    {"newcombe_cc", ASSAY_DIFFERENCE, "newcombe_cc", 11, 0},
    {"miettinen_nurminen", ASSAY_DIFFERENCE, "miettinen_nurminen", 11, 0},
    {"mee", ASSAY_DIFFERENCE, "mee", 11, 0},
    {"wald_fpc", ASSAY_DIFFERENCE, "wald", 5, 0},
    {"newcombe_fpc", ASSAY_DIFFERENCE, "newcombe", 5, 0},
    {"rr_katz", ASSAY_RATIO, "katz", 11, 0},
    {"rr_walter", ASSAY_RATIO, "walter", 11, 0},
    {"rr_koopman", ASSAY_RATIO, "koopman", 11, 0},
    {"or_woolf", ASSAY_ODDS_RATIO, "woolf", 11, 0},
    {"or_haldane_anscombe", ASSAY_ODDS_RATIO, "haldane_anscombe", 11, 0},
    {"or_exact", ASSAY_ODDS_RATIO, "exact", 11, 0},
    {"or_mid_p", ASSAY_ODDS_RATIO, "mid_p", 11, 0},
};
enum { N_TABLE = sizeof table / sizeof table[0] };

/* What is printed as 0, 1, -1, nan or inf is exactly that. */
static void assert_value(const char *id, double got, const char *printed)
{
    const double want = strtod(printed, NULL);
    if (isnan(want))
        ck_assert_msg(isnan(got), "%s: %.17g, want nan", id, got);
    else if (isinf(want) || want == 0 || fabs(want) == 1)
        ck_assert_msg(fabs(got - want) < 1e-15 || got == want, "%s: %.17g, want %s", id, got,
                      printed);
    else
        ck_assert_msg(fabs(got - want) <= 1e-11 * fabs(want), "%s: %.17g, want %s", id, got,
                      printed);
}

/* id,method,x1,n1,N1,x2,n2,N2,level,estimate,lower,upper */
static void contrast_row(char *f[REFERENCE_FIELDS])
{
    size_t i = 0;
    while (i < N_TABLE && strcmp(table[i].row, f[1]) != 0)
        i++;
    if (i == N_TABLE) /* tests, which have no limits */
        return;
    const assay_group a = {strtoull(f[2], NULL, 10), strtoull(f[3], NULL, 10), population_of(f[4])};
    const assay_group b = {strtoull(f[5], NULL, 10), strtoull(f[6], NULL, 10), population_of(f[7])};
    const assay_interval got = contrast(table[i].kind, table[i].method, a, b, strtod(f[8], NULL));
    assert_value(f[0], got.estimate, f[9]);
    assert_value(f[0], got.lower, f[10]);
    assert_value(f[0], got.upper, f[11]);
    table[i].seen++;
}

START_TEST(limits_are_those_of_the_reference_table)
{
    ck_assert_int_eq(for_each_reference("differences.csv", contrast_row), 257);
    for (size_t i = 0; i < N_TABLE; i++)
        ck_assert_msg(table[i].seen == table[i].want, "%s: %d rows", table[i].row, table[i].seen);
}
END_TEST

/* ---- strata ---- */

enum { MOST_STRATA = 8 };

/* x1/n1/x2/n2;... */
static size_t read_strata(const char *field, assay_group first[], assay_group second[])
{
    size_t k = 0;
    unsigned x1, n1, x2, n2;
    while (k < MOST_STRATA && sscanf(field, "%u/%u/%u/%u", &x1, &n1, &x2, &n2) == 4) {
        first[k] = group(x1, n1);
        second[k++] = group(x2, n2);
        field += strcspn(field, ";");
        field += *field == ';';
    }
    return k;
}

/* mh, or numbers between strokes */
static const double *read_weights(const char *field, double weights[])
{
    char *rest = (char *)field;
    if (strcmp(field, "mh") == 0)
        return NULL;
    for (size_t h = 0; h < MOST_STRATA && *rest != '\0'; h++) {
        weights[h] = strtod(rest, &rest);
        rest += *rest == '/';
    }
    return weights;
}

/* id,method,strata,weights,level,estimate,lower,upper */
static void strata_row(char *f[REFERENCE_FIELDS])
{
    assay_context context = {0};
    assay_group first[MOST_STRATA], second[MOST_STRATA];
    double weights[MOST_STRATA];
    assay_interval got;
    const size_t k = read_strata(f[2], first, second);
    assert_ok(assay_contrast_strata(&context, assay_contrast_find(ASSAY_DIFFERENCE, f[1]), k, first,
                                    second, read_weights(f[3], weights), strtod(f[4], NULL), &got));
    const double values[] = {got.estimate, got.lower, got.upper};
    for (int i = 0; i < 3; i++)
        ck_assert_msg(fabs(values[i] - strtod(f[5 + i], NULL)) <= 1e-14, "%s: %.17g, want %s", f[0],
                      values[i], f[5 + i]);
}

START_TEST(limits_over_strata_are_those_of_exact_arithmetic)
{
    ck_assert_int_eq(for_each_reference("strata_differences.csv", strata_row), 32);
}
END_TEST

static assay_status over_strata(const char *name, size_t k, const assay_group a[],
                                const assay_group b[], const double weights[], assay_interval *out)
{
    assay_context context = {0};
    return assay_contrast_strata(&context, assay_contrast_find(ASSAY_DIFFERENCE, name), k, a, b,
                                 weights, 0.9, out);
}

/* A stratum that has nothing to say changes nothing, and all of them say nothing. */
START_TEST(strata_without_cases_count_for_nothing)
{
    const assay_group a[] = {group(3, 7), group(0, 0)}, b[] = {group(2, 9), group(1, 4)};
    const double even[] = {1, 1}, none[] = {0, 0};
    assay_interval one, both;
    assert_ok(over_strata("mee", 1, a, b, NULL, &one));
    assert_ok(over_strata("mee", 2, a, b, NULL, &both));
    ck_assert(one.estimate == both.estimate && one.lower == both.lower && one.upper == both.upper);
    assert_ok(over_strata("mee", 2, a, b, even, &both));
    ck_assert_int_eq(both.state, ASSAY_INTERVAL_NO_DATA);
    assert_ok(over_strata("mee", 2, a, b, none, &both));
    ck_assert(isnan(both.estimate) && both.lower == -1 && both.upper == 1);
}
END_TEST

START_TEST(strata_outside_the_domain_are_refused)
{
    const assay_group good[] = {group(3, 7)}, bad[] = {group(8, 7)}, finite[] = {{3, 7, 20}};
    const double negative[] = {-1}, endless[] = {INFINITY};
    assay_interval out;
    assert_status(over_strata("newcombe", 1, good, good, NULL, &out), ASSAY_EDOM);
    assert_status(over_strata("mee", 1, good, bad, NULL, &out), ASSAY_EDOM);
    assert_status(over_strata("mee", 1, finite, good, NULL, &out), ASSAY_EDOM);
    assert_status(over_strata("mee", 1, good, good, negative, &out), ASSAY_EDOM);
    assert_status(over_strata("mee", 1, good, good, endless, &out), ASSAY_EDOM);
}
END_TEST

/* ---- what must hold ---- */

static const assay_contrast_kind kinds[] = {ASSAY_DIFFERENCE, ASSAY_RATIO, ASSAY_ODDS_RATIO};

typedef void visit(assay_contrast_kind kind, const char *name, assay_group a, assay_group b);

/* Every method on every table of 7 and 5 cases, and on some large ones. */
static void for_each_table(visit *each)
{
    for (size_t k = 0; k < 3; k++)
        for (size_t i = 0; assay_contrast_name(kinds[k], i) != NULL; i++) {
            const char *name = assay_contrast_name(kinds[k], i);
            for (uint64_t x = 0; x <= 7; x++)
                for (uint64_t y = 0; y <= 5; y++)
                    each(kinds[k], name, group(x, 7), group(y, 5));
            each(kinds[k], name, group(3, 2000), group(1999, 2003));
            each(kinds[k], name, group(612, 100000), group(71234, 90001));
        }
}

static void check_order(assay_contrast_kind kind, const char *name, assay_group a, assay_group b)
{
    const assay_interval i = contrast(kind, name, a, b, 0.9);
    if (i.state == ASSAY_INTERVAL_UNDEFINED) {
        ck_assert(isnan(i.lower) && isnan(i.upper));
        return;
    }
    const bool shifted = strcmp(name, "agresti_caffo") == 0 || strcmp(name, "walter") == 0;
    ck_assert_msg(i.lower <= i.upper && (kind == ASSAY_DIFFERENCE ? i.lower >= -1 : i.lower >= 0),
                  "%s", name);
    if (!shifted && !isnan(i.estimate))
        ck_assert_msg(i.lower <= i.estimate && i.estimate <= i.upper, "%s %d/%d %d/%d: %g %g %g",
                      name, (int)a.x, (int)a.n, (int)b.x, (int)b.n, i.lower, i.estimate, i.upper);
}

START_TEST(limits_enclose_the_estimate)
{
    for_each_table(check_order);
}
END_TEST

/* The groups exchanged: differences change their sign, ratios are turned over. */
static void check_mirror(assay_contrast_kind kind, const char *name, assay_group a, assay_group b)
{
    const assay_interval i = contrast(kind, name, a, b, 0.9), j = contrast(kind, name, b, a, 0.9);
    ck_assert_int_eq(i.state, j.state);
    if (i.state == ASSAY_INTERVAL_UNDEFINED)
        return;
    if (kind == ASSAY_DIFFERENCE) {
        ck_assert_msg(fabs(i.lower + j.upper) < 1e-12, "%s", name);
        ck_assert_msg(fabs(i.upper + j.lower) < 1e-12, "%s", name);
    } else {
        ck_assert_msg(isinf(j.upper) ? i.lower == 0 : fabs(i.lower * j.upper - 1) < 1e-10, "%s",
                      name);
        ck_assert_msg(isinf(i.upper) ? j.lower == 0 : fabs(i.upper * j.lower - 1) < 1e-10, "%s",
                      name);
    }
}

START_TEST(groups_exchanged_give_the_mirror_image)
{
    for_each_table(check_mirror);
}
END_TEST

/* Fisher's noncentral hypergeometric by its definition, in long double. */
static long double weight(uint64_t n1, uint64_t n2, uint64_t total, uint64_t k, long double odds)
{
    long double w = 1;
    for (uint64_t i = 0; i < k; i++)
        w *= (long double)(n1 - i) / (long double)(k - i) * odds;
    for (uint64_t i = 0; i < total - k; i++)
        w *= (long double)(n2 - i) / (long double)(total - k - i);
    return w;
}

/* P(X1 <= x) and P(X1 >= x), the probability of x counted by `share`. */
static void conditional_tails(uint64_t x, uint64_t n1, uint64_t n2, uint64_t total, double odds,
                              double share, double *below, double *above)
{
    long double all = 0, low = 0, high = 0;
    for (uint64_t k = total > n2 ? total - n2 : 0; k <= n1 && k <= total; k++) {
        const long double w = weight(n1, n2, total, k, odds);
        all += w;
        low += k < x ? w : k == x ? w * share : 0;
        high += k > x ? w : k == x ? w * share : 0;
    }
    *below = (double)(low / all);
    *above = (double)(high / all);
}

START_TEST(exact_limits_have_their_tails)
{
    const double confidences[] = {0.01, 0.8, 0.99999};
    double below, above;
    for (uint64_t x = 0; x <= 9; x++)
        for (uint64_t y = 0; y <= 13; y++)
            for (int c = 0; c < 6; c++) {
                const double confidence = confidences[c / 2], share = c % 2 ? 0.5 : 1;
                const assay_interval i = contrast(ASSAY_ODDS_RATIO, c % 2 ? "mid_p" : "exact",
                                                  group(x, 9), group(y, 13), confidence);
                conditional_tails(x, 9, 13, x + y, i.lower, share, &below, &above);
                if (i.lower > 0)
                    assert_close(above, (1 - confidence) / 2, 1e-11);
                if (!isinf(i.upper)) {
                    conditional_tails(x, 9, 13, x + y, i.upper, share, &below, &above);
                    assert_close(below, (1 - confidence) / 2, 1e-11);
                }
            }
}
END_TEST

/* At each limit of mee and koopman the score, maximised over what is left open, is z. */
static double score_at(assay_group a, assay_group b, double difference, double ratio)
{
    double best = -HUGE_VAL, at = 0;
    for (int k = 1; k < 2000000; k++) {
        const double p2 = k / 2e6, p1 = p2 * ratio + difference;
        if (!(p1 > 0 && p1 < 1))
            continue;
        const double l = (double)a.x * log(p1) + (double)(a.n - a.x) * log(1 - p1) +
                         (double)b.x * log(p2) + (double)(b.n - b.x) * log(1 - p2);
        if (l > best) {
            best = l;
            at = p2;
        }
    }
    const double p1 = at * ratio + difference, n1 = (double)a.n, n2 = (double)b.n;
    const double far = (double)a.x / n1 - difference - ratio * (double)b.x / n2;
    return far / sqrt(p1 * (1 - p1) / n1 + ratio * ratio * at * (1 - at) / n2);
}

START_TEST(score_limits_solve_the_score_equation)
{
    const assay_group a = group(9, 31), b = group(17, 40);
    const double z = assay_normal_upper(0.05);
    const assay_interval d = contrast(ASSAY_DIFFERENCE, "mee", a, b, 0.9),
                         r = contrast(ASSAY_RATIO, "koopman", a, b, 0.9);
    assert_close(score_at(a, b, d.lower, 1), z, 1e-5);
    assert_close(score_at(a, b, d.upper, 1), -z, 1e-5);
    assert_close(score_at(a, b, 0, r.lower), z, 1e-5);
    assert_close(score_at(a, b, 0, r.upper), -z, 1e-5);
}
END_TEST

/* By mpmath with 50 digits: the likelihood maximised and both equations solved by bisection. */
START_TEST(score_limits_keep_their_digits_next_to_0_and_1)
{
    static const struct {
        uint64_t x1, n1, x2, n2;
        double confidence, lower, upper;
    } rows[] = {
        {1, 1000000, 3, 1000007, 0.8, -5.3015910954807825011e-6, 6.9546261886357110588e-7},
        {999998, 1000000, 99, 100, 0.99, 0.001173143151321493652, 0.079799186672219958065},
        {1, 3, 99999, 100000, 0.999999, -0.98695768251438097897, -0.05015788252728865912},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const assay_interval got =
            contrast(ASSAY_DIFFERENCE, "miettinen_nurminen", group(rows[i].x1, rows[i].n1),
                     group(rows[i].x2, rows[i].n2), rows[i].confidence);
        assert_close(got.lower, rows[i].lower, 1e-10);
        assert_close(got.upper, rows[i].upper, 1e-10);
    }
}
END_TEST

/* With both populations without end, or one: its own correction, and none for the other. */
/* All yes: p1 = 1 is likeliest for every difference t and ratio r, t^2 = z^2 t (1 - t) / n2 and so on. */
START_TEST(score_limits_of_all_yes_have_a_closed_form)
{
    const assay_group two = {2, 2, ASSAY_INFINITE}, many = {5000, 5000, ASSAY_INFINITE};
    const double z = assay_normal_upper(0.25), k = z * z / 5000, wider = k * 5002 / 5001;
    assert_close(contrast(ASSAY_DIFFERENCE, "mee", two, many, 0.5).upper, k / (1 + k), 1e-11);
    assert_close(contrast(ASSAY_DIFFERENCE, "miettinen_nurminen", two, many, 0.5).upper,
                 wider / (1 + wider), 1e-11);
    assert_close(contrast(ASSAY_RATIO, "koopman", two, many, 0.5).upper, 1 + k, 1e-11);
}
END_TEST

START_TEST(populations_narrow_and_a_census_leaves_the_other)
{
    const assay_group a = {14, 23, 28}, b = {18, 24, 30}, census = {14, 23, 23};
    const char *const names[] = {"newcombe", "wald"};
    for (int i = 0; i < 2; i++) {
        const assay_interval free_of =
            contrast(ASSAY_DIFFERENCE, names[i], group(14, 23), group(18, 24), 0.8);
        const assay_interval one = contrast(ASSAY_DIFFERENCE, names[i], a, group(18, 24), 0.8);
        const assay_interval both = contrast(ASSAY_DIFFERENCE, names[i], a, b, 0.8);
        const assay_interval all = contrast(ASSAY_DIFFERENCE, names[i], census, b, 0.8);
        ck_assert(free_of.lower < one.lower && one.lower < both.lower && both.lower < all.lower);
        ck_assert(free_of.upper > one.upper && one.upper > both.upper && both.upper > all.upper);
    }
    const assay_interval point = contrast(ASSAY_DIFFERENCE, "newcombe", census, census, 0.8);
    ck_assert(point.lower == 0 && point.upper == 0 && point.estimate == 0);
    const assay_group single = {1, 1, 5}, only = {1, 1, 1};
    const double arm = 1.2815515655446004 * sqrt(0.2 * 0.75 * 0.25 / 23);
    assert_close(contrast(ASSAY_DIFFERENCE, "wald", only, b, 0.8).lower, 0.25 - arm, 1e-13);
    ck_assert_int_eq(contrast(ASSAY_DIFFERENCE, "wald", single, b, 0.8).state,
                     ASSAY_INTERVAL_UNDEFINED);
}
END_TEST

/* ---- edges ---- */

START_TEST(nothing_counted_says_nothing)
{
    for (size_t k = 0; k < 3; k++)
        for (size_t i = 0; assay_contrast_name(kinds[k], i) != NULL; i++) {
            const assay_interval none =
                contrast(kinds[k], assay_contrast_name(kinds[k], i), group(0, 0), group(3, 7), 0.8);
            ck_assert(isnan(none.estimate) && none.state == ASSAY_INTERVAL_NO_DATA);
            ck_assert(none.lower == (k == 0 ? -1 : 0) && none.upper == (k == 0 ? 1 : INFINITY));
        }
}
END_TEST

START_TEST(wald_says_that_it_clipped)
{
    const assay_interval i = contrast(ASSAY_DIFFERENCE, "wald_cc", group(5, 5), group(0, 5), 0.8);
    ck_assert(i.upper == 1 && i.lower < 1 && i.state == ASSAY_INTERVAL_CLIPPED);
    const assay_interval j = contrast(ASSAY_DIFFERENCE, "wald_cc", group(0, 5), group(5, 5), 0.8);
    ck_assert(j.lower == -1 && j.upper > -1 && j.state == ASSAY_INTERVAL_CLIPPED);
}
END_TEST

START_TEST(large_counts_are_no_trouble)
{
    const assay_group a = group(900000000, 2000000000), b = group(901000000, 2000000001);
    const double odds = 900000000.0 / 1100000000 / (901000000.0 / 1099000001);
    const assay_interval exact = contrast(ASSAY_ODDS_RATIO, "exact", a, b, 0.8),
                         woolf = contrast(ASSAY_ODDS_RATIO, "woolf", a, b, 0.8);
    assert_close(exact.estimate, odds, 1e-8);
    assert_close(exact.lower, woolf.lower, 1e-7);
    assert_close(exact.upper, woolf.upper, 1e-7);
    /* the median is not the estimate: one of the searches begins on the wrong side of its limit */
    const assay_interval narrow = contrast(ASSAY_ODDS_RATIO, "mid_p", a, b, 1e-12);
    assert_close(narrow.lower, odds, 1e-6);
    assert_close(narrow.upper, odds, 1e-6);
    const assay_group nearly_all = group(99999, 100000), hardly_any = group(1, 100000);
    const assay_interval far = contrast(ASSAY_ODDS_RATIO, "exact", nearly_all, hardly_any, 0.8);
    assert_close(log(far.lower), log(1e10), 0.2);
    assert_close(log(far.upper), log(1e10), 0.2);
}
END_TEST

static void assert_refused(const char *name, assay_group a, assay_group b, double confidence)
{
    assay_interval out = {.estimate = 42, .lower = 42, .upper = 42};
    for (size_t k = 0; k < 3; k++) {
        const assay_contrast_method *method = assay_contrast_find(kinds[k], name);
        if (method != NULL)
            assert_status(assay_contrast(method, &a, &b, confidence, &out), ASSAY_EDOM);
    }
    ck_assert(out.estimate == 42);
}

START_TEST(arguments_outside_the_domain_are_refused)
{
    const assay_group good = group(3, 7), small = {3, 7, 6}, finite = {3, 7, 70};
    assert_refused("newcombe", group(8, 7), good, 0.8);
    assert_refused("newcombe", good, group(8, 7), 0.8);
    assert_refused("newcombe", good, small, 0.8);
    assert_refused("wald", good, good, 0);
    assert_refused("wald", good, good, 1);
    assert_refused("wald", good, good, NAN);
    assert_refused("mee", good, finite, 0.8);
    assert_refused("koopman", finite, good, 0.8);
    assert_refused("exact", group(3, UINT64_C(1) << 31), good, 0.8);
    assert_refused("katz", group(3, UINT64_C(1) << 54), good, 0.8);
    ck_assert_ptr_null(assay_contrast_find(ASSAY_RATIO, "newcombe"));
    ck_assert_ptr_null(assay_contrast_name(ASSAY_DIFFERENCE, 7));
    ck_assert_str_eq(assay_contrast_name(ASSAY_ODDS_RATIO, 0), "exact");
    ck_assert(!assay_contrast_is_finite(assay_contrast_find(ASSAY_RATIO, "koopman")));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("contrast");
    TCase *values = tcase_create("values"), *edges = tcase_create("edges");
    tcase_add_test(values, limits_are_those_of_the_reference_table);
    tcase_add_test(values, limits_over_strata_are_those_of_exact_arithmetic);
    tcase_add_test(values, score_limits_of_all_yes_have_a_closed_form);
    tcase_add_test(values, limits_enclose_the_estimate);
    tcase_add_test(values, groups_exchanged_give_the_mirror_image);
    tcase_add_test(values, exact_limits_have_their_tails);
    tcase_add_test(values, score_limits_solve_the_score_equation);
    tcase_add_test(values, score_limits_keep_their_digits_next_to_0_and_1);
    tcase_add_test(values, populations_narrow_and_a_census_leaves_the_other);
    tcase_add_test(edges, nothing_counted_says_nothing);
    tcase_add_test(edges, strata_without_cases_count_for_nothing);
    tcase_add_test(edges, strata_outside_the_domain_are_refused);
    tcase_add_test(edges, wald_says_that_it_clipped);
    tcase_add_test(edges, large_counts_are_no_trouble);
    tcase_add_test(edges, arguments_outside_the_domain_are_refused);
    suite_add_tcase(suite, values);
    suite_add_tcase(suite, edges);
    return run_suite(suite);
}
