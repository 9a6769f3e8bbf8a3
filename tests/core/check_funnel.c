#include "tables.h"

#include "exact.h"
#include "judge/funnel.h"
#include "prob/dist.h"
#include "prob/interval.h"

static assay_context context = {.threads = 1};

enum { MOST_UNITS = 12, LEVELS = 3 };
static const double levels[LEVELS] = {0.80, 0.95, 0.998};

/* A call and the places for its answer. */
typedef struct call {
    assay_funnel_request ask;
    assay_funnel found;
    double numbers[4 + 2 * LEVELS][MOST_UNITS], *lower[LEVELS], *upper[LEVELS];
    int64_t ranks[3][MOST_UNITS];
} call;

static call *asked(call *c, size_t units, const int64_t *events, const int64_t *trials)
{
    memset(c, 0, sizeof *c);
    c->ask = (assay_funnel_request){.units = units,
                                    .events = events,
                                    .trials = trials,
                                    .target = (double)NAN,
                                    .n_confidences = LEVELS,
                                    .confidences = levels,
                                    .method = ASSAY_FUNNEL_EXACT,
                                    .winsorised = 0.1,
                                    .rank_confidence = (double)NAN};
    for (int i = 0; i < LEVELS; i++) {
        c->lower[i] = c->numbers[4 + i];
        c->upper[i] = c->numbers[4 + LEVELS + i];
    }
    c->found = (assay_funnel){.share = c->numbers[0],
                              .z = c->numbers[1],
                              .p_value = c->numbers[2],
                              .outside = c->numbers[3],
                              .lower = c->lower,
                              .upper = c->upper,
                              .rank = c->ranks[0],
                              .rank_from = c->ranks[1],
                              .rank_to = c->ranks[2]};
    return c;
}

/* ---- the reference ---- */

static int limits, dispersions;

/* x0109,funnel,theta=0.65;n=24,p=0.001,limit_exact,0.31352685375262698 */
static void funnel_row(char *f[REFERENCE_FIELDS])
{
    double limit;
    if (strcmp(f[1], "funnel") != 0)
        return;
    const assay_funnel_law law = {.target = strtod(f[2] + 6, NULL),
                                  .size = strtod(strstr(f[2], "n=") + 2, NULL),
                                  .population = ASSAY_INFINITE};
    const bool exact = strcmp(f[4], "limit_exact") == 0;
    assert_ok(assay_funnel_limit(&law, exact ? ASSAY_FUNNEL_EXACT : ASSAY_FUNNEL_NORMAL,
                                 strtod(f[3] + 2, NULL), &limit));
    assert_close(limit, strtod(f[5], NULL), 2e-12); /* 1 - p of 0.999 has 13 digits */
    limits++;
}

static size_t counts_of(const char *text, int64_t counts[MOST_UNITS])
{
    size_t n = 0;
    for (char *end; *text != '\0' && *text != '|'; text = *end == ';' ? end + 1 : end)
        counts[n++] = strtoll(text, &end, 10);
    return n;
}

/* x0169,overdispersion,x=27;19;26;42;18|n=74;58;69;72;51,theta=pooled,theta,0.40740740740740741 */
static void dispersion_row(char *f[REFERENCE_FIELDS])
{
    int64_t x[MOST_UNITS], n[MOST_UNITS];
    call c;
    if (strcmp(f[1], "overdispersion") != 0)
        return;
    const size_t units = counts_of(f[2] + 2, x);
    ck_assert_uint_eq(counts_of(strstr(f[2], "n=") + 2, n), units);
    asked(&c, units, x, n);
    if (strcmp(f[3], "theta=pooled") != 0)
        c.ask.target = strtod(f[3] + 6, NULL);
    assert_ok(assay_funnel_compare(&context, &c.ask, &c.found));
    const double got = strcmp(f[4], "theta") == 0    ? c.found.target
                       : strcmp(f[4], "phi") == 0    ? c.found.phi
                       : strcmp(f[4], "chi2") == 0   ? c.found.chi_squared
                       : strcmp(f[4], "chi2_p") == 0 ? c.found.chi_squared_p
                       : strcmp(f[4], "z1") == 0     ? c.found.z[0]
                                                     : c.found.z[units - 1];
    assert_close(got, strtod(f[5], NULL), 1e-12);
    dispersions++;
}

START_TEST(limits_and_dispersion_are_those_of_the_reference)
{
    for_each_reference("tests.csv", funnel_row);
    for_each_reference("tests.csv", dispersion_row);
    ck_assert_int_eq(limits, 60);
    ck_assert_int_eq(dispersions, 12);
}
END_TEST

/* ---- limits from their definition ---- */

/* Densities of 0 .. most by the integers of exact.h, or by products. */
typedef struct law {
    assay_funnel_law of;
    int most;
    double f[400];
} law;

static law hyper(int N, int n, double target)
{
    law l = {.of = {target, n, (uint64_t)N, false}, .most = n};
    const int M = (int)floor(target * N + 1e-9);
    const double part = target * N - M < 1e-9 ? 0 : target * N - M;
    for (int x = 0; x <= n; x++) {
        const double at = (double)exact_ways(N, M, n, x), next = (double)exact_ways(N, M + 1, n, x);
        l.f[x] = ((1 - part) * at + (part > 0 ? part * next : 0)) / (double)exact_choose[N][n];
    }
    return l;
}

static law poisson(double target, double exposure)
{
    law l = {.of = {target, exposure, ASSAY_INFINITE, true}, .most = 399};
    l.f[0] = exp(-target * exposure);
    for (int x = 1; x <= l.most; x++)
        l.f[x] = l.f[x - 1] * target * exposure / x;
    return l;
}

static law binomial(int n, double target)
{
    law l = {.of = {target, n, ASSAY_INFINITE, false}, .most = n};
    for (int x = 0; x <= n; x++)
        l.f[x] = (double)exact_choose[n][x] * pow(target, x) * pow(1 - target, n - x);
    return l;
}

static double clip(const law *l, double limit)
{
    return limit < 0 ? 0 : limit > 1 && !l->of.rate ? 1 : limit;
}

static double published(const law *l, double p)
{
    double F = 0;
    int k = 0;
    for (;; k++) {
        F += l->f[k];
        if (F >= p)
            break;
    }
    return clip(l, (k - (F - p) / l->f[k]) / l->of.size);
}

static double mirrored(const law *l, double p)
{
    double G = 0;
    int k = l->most;
    for (;; k--) {
        G += l->f[k];
        if (G >= 1 - p)
            break;
    }
    return clip(l, (k + (G - (1 - p)) / l->f[k]) / l->of.size);
}

static void check_law(const law *l)
{
    static const double ps[] = {0.001, 0.025, 0.1, 0.4, 0.6, 0.9, 0.975, 0.999};
    for (size_t i = 0; i < sizeof ps / sizeof ps[0]; i++) {
        double limit;
        assert_ok(assay_funnel_limit(&l->of, ASSAY_FUNNEL_EXACT, ps[i], &limit));
        assert_close(limit, published(l, ps[i]), 1e-9);
        assert_ok(assay_funnel_limit(&l->of, ASSAY_FUNNEL_MIRRORED, ps[i], &limit));
        assert_close(limit, ps[i] < 0.5 ? published(l, ps[i]) : mirrored(l, ps[i]), 1e-9);
    }
}

START_TEST(limits_are_those_of_their_definition)
{
    static const double targets[] = {0.07, 0.25, 0.5, 1.0 / 3, 0.815, 0.99};
    exact_init();
    for (size_t t = 0; t < sizeof targets / sizeof targets[0]; t++) {
        for (int N = 2; N <= 60; N += 7)
            for (int n = 1; n < N; n += 3) {
                const law l = hyper(N, n, targets[t]), b = binomial(n, targets[t]);
                check_law(&l);
                check_law(&b);
            }
        const law few = poisson(targets[t], 0.7), many = poisson(targets[t] * 40, 2.5);
        check_law(&few);
        check_law(&many);
    }
}
END_TEST

/* Far out: the k of a limit is where F passes p, whatever way it was found. */
START_TEST(limits_of_large_units_are_where_the_tails_say)
{
    static const double targets[] = {1e-6, 0.003, 0.3, 0.997}, ps[] = {1e-9, 0.025, 0.6, 1 - 1e-6};
    for (int t = 0; t < 4; t++)
        for (int i = 0; i < 4; i++)
            for (uint64_t n = 7; n < 2000000; n *= 17) {
                const assay_funnel_law of = {targets[t], (double)n, ASSAY_INFINITE, false};
                double limit, lower, upper, before, more;
                assert_ok(assay_funnel_limit(&of, ASSAY_FUNNEL_EXACT, ps[i], &limit));
                const uint64_t k = (uint64_t)ceil(limit * (double)n - 1e-7);
                assert_ok(assay_binomial_tails(k, n, targets[t], &lower, &upper));
                ck_assert(ps[i] < 0.5 ? lower >= ps[i] * (1 - 1e-9)
                                      : upper <= (1 - ps[i]) * (1 + 1e-9));
                if (k == 0)
                    continue;
                assert_ok(assay_binomial_tails(k - 1, n, targets[t], &before, &more));
                ck_assert_msg(ps[i] < 0.5 ? before <= ps[i] * (1 + 1e-9)
                                          : more >= (1 - ps[i]) * (1 - 1e-9),
                              "target %g, p %g, n %d: k = %d", targets[t], ps[i], (int)n, (int)k);
            }
}
END_TEST

/* By hand: 2 of 4 drawn, half marked, P(0, 1, 2) = 1/6, 4/6, 1/6. */
START_TEST(a_population_draws_limits_together)
{
    assay_funnel_law of = {0.5, 2, 4, false};
    double limit, wider, width, last = 2;
    assert_ok(assay_funnel_limit(&of, ASSAY_FUNNEL_EXACT, 0.25, &limit));
    assert_close(limit, (1 - (5.0 / 6 - 0.25) / (4.0 / 6)) / 2, 1e-12);
    assert_ok(assay_funnel_limit(&of, ASSAY_FUNNEL_NORMAL, 0.025, &limit));
    assert_close(limit, 0.5 - 1.959963984540054 * sqrt(0.125 * 2 / 3), 1e-14);
    for (double N = 100; N <= 1e6; N *= 10) { /* as it grows, as if there were none */
        of = (assay_funnel_law){0.3, 99, (uint64_t)N, false};
        assert_ok(assay_funnel_limit(&of, ASSAY_FUNNEL_EXACT, 0.025, &limit));
        of.population = ASSAY_INFINITE;
        assert_ok(assay_funnel_limit(&of, ASSAY_FUNNEL_EXACT, 0.025, &wider));
        ck_assert(limit >= wider && (N < 1e6 || limit - wider < 1e-4));
    }
    for (int n = 20; n <= 254; n += 9) { /* as a caseload is inspected whole, they meet */
        double low, high;
        of = (assay_funnel_law){0.65, n, 254, false};
        assert_ok(assay_funnel_limit(&of, ASSAY_FUNNEL_EXACT, 0.001, &low));
        assert_ok(assay_funnel_limit(&of, ASSAY_FUNNEL_EXACT, 0.999, &high));
        width = high - low;
        ck_assert_msg(width < last, "n = %d: %g after %g", n, width, last);
        last = width;
    }
    ck_assert(last == 0);
    ck_assert(limit <= 0.65);
}
END_TEST

START_TEST(where_chance_does_nothing_limits_are_the_target)
{
    static const assay_funnel_law laws[] = {{0, 7, ASSAY_INFINITE, false},
                                            {1, 7, ASSAY_INFINITE, false},
                                            {0.4, 31, 31, false},
                                            {0, 2.5, ASSAY_INFINITE, true}};
    for (size_t i = 0; i < 4; i++)
        for (int method = ASSAY_FUNNEL_EXACT; method <= ASSAY_FUNNEL_NORMAL; method++) {
            double lower, upper, z;
            assert_ok(assay_funnel_limit(&laws[i], (assay_funnel_method)method, 0.01, &lower));
            assert_ok(assay_funnel_limit(&laws[i], (assay_funnel_method)method, 0.99, &upper));
            ck_assert(lower == laws[i].target && upper == laws[i].target);
            assert_ok(assay_funnel_z(&laws[i], 0, &z));
            ck_assert(isnan(z));
        }
}
END_TEST

/* ---- p-values ---- */

START_TEST(p_values_are_twice_the_smaller_tail)
{
    exact_init();
    for (int N = 1; N <= 40; N += 3)
        for (int n = 1; n <= N; n += 2)
            for (int x = 0; x <= n; x++) {
                const assay_funnel_law of = {0.37, n, (uint64_t)N, false};
                const int M = (int)floor(0.37 * N);
                const double all = (double)exact_choose[N][n],
                             low = (double)exact_sum(N, M, n, 0, x) / all,
                             high = (double)exact_sum(N, M + 1, n, x, n) / all;
                double p;
                assert_ok(assay_funnel_p_value(&of, (uint64_t)x, &p));
                assert_close(p, fmin(1, 2 * fmin(low, high)), 1e-11);
            }
    const assay_funnel_law rate = {30, 2, ASSAY_INFINITE, true};
    const law l = poisson(30, 2);
    double up = 0, p;
    for (int x = 80; x < 400; x++)
        up += l.f[x];
    assert_ok(assay_funnel_p_value(&rate, 80, &p));
    assert_close(p, 2 * up, 1e-11);
}
END_TEST

/* A unit lies outside mirrored limits just where the test rejects; outside published ones sooner. */
START_TEST(mirrored_limits_flag_as_the_test_does)
{
    int sooner = 0;
    for (uint64_t n = 1; n <= 40; n++)
        for (uint64_t x = 0; x <= n; x++) {
            const assay_funnel_law of = {0.62, (double)n, ASSAY_INFINITE, false};
            double lower, upper, published_upper, p;
            assert_ok(assay_funnel_limit(&of, ASSAY_FUNNEL_MIRRORED, 0.025, &lower));
            assert_ok(assay_funnel_limit(&of, ASSAY_FUNNEL_MIRRORED, 0.975, &upper));
            assert_ok(assay_funnel_limit(&of, ASSAY_FUNNEL_EXACT, 0.975, &published_upper));
            assert_ok(assay_funnel_p_value(&of, x, &p));
            const double share = (double)x / (double)n;
            const bool at_end = (x == n && upper == 1) || (x == 0 && lower == 0);
            ck_assert_msg(at_end || (share > upper || share < lower) == (p < 0.05),
                          "%d of %d: p %g, limits %.17g %.17g", (int)x, (int)n, p, lower, upper);
            sooner += share > published_upper && p >= 0.05;
        }
    ck_assert_int_gt(sooner, 0);
}
END_TEST

/* ---- many units ---- */

START_TEST(units_are_held_against_their_limits)
{
    static const int64_t x[] = {27, 19, 26, 42, 18, 0}, n[] = {74, 58, 69, 72, 51, 0};
    call c;
    asked(&c, 6, x, n);
    assert_ok(assay_funnel_compare(&context, &c.ask, &c.found));
    ck_assert_uint_eq(c.found.used, 5);
    ck_assert_uint_eq(c.found.tested, 5);
    ck_assert(!c.found.inflated);
    ck_assert(isnan(c.found.share[5]) && isnan(c.found.z[5]) && isnan(c.found.p_value[5]));
    ck_assert(c.lower[0][5] == 0 && c.upper[2][5] == 1);
    assert_close(c.found.share[3], 42.0 / 72, 1e-15);
    /* P(X >= 42) of 72 at 132/324, in rational arithmetic */
    assert_close(c.found.p_value[3], 2 * 0.0019345402645570007, 1e-12);
    ck_assert(c.found.outside[3] == 0.95 && isnan(c.found.outside[2]));
    for (int i = 0; i < 5; i++)
        for (int l = 1; l < LEVELS; l++)
            ck_assert(c.lower[l][i] < c.lower[l - 1][i] && c.upper[l][i] > c.upper[l - 1][i]);
}
END_TEST

START_TEST(limits_are_inflated_where_the_rule_says_so_alone)
{
    static const int64_t x[] = {27, 19, 26, 42, 18}, n[] = {74, 58, 69, 72, 51}, y[] = {14, 61, 65},
                         m[] = {24, 100, 100};
    static const double z95 = 1.959963984540054;
    call c;
    asked(&c, 5, x, n);
    c.ask.inflate = true;
    assert_ok(assay_funnel_compare(&context, &c.ask, &c.found));
    ck_assert(c.found.inflated);
    const double theta = 132.0 / 324, phi = 2.4419463193500807;
    assert_close(c.lower[1][3], theta - z95 * sqrt(phi * theta * (1 - theta) / 72), 1e-12);
    assert_close(c.upper[1][0], theta + z95 * sqrt(phi * theta * (1 - theta) / 74), 1e-12);
    assert_close(c.found.p_value[0], erfc(0.74481211455983045 / sqrt(2 * phi)), 1e-12);
    asked(&c, 3, y, m);
    c.ask.inflate = true;
    c.ask.target = 0.65;
    assert_ok(assay_funnel_compare(&context, &c.ask, &c.found)); /* phi = 0.39 */
    ck_assert(!c.found.inflated);
    static const int64_t one[] = {30, 20}, two[] = {50, 50}; /* z^2 = 2 each, K phi = 4 > 1 */
    asked(&c, 2, one, two);
    c.ask.inflate = true;
    assert_ok(assay_funnel_compare(&context, &c.ask, &c.found));
    assert_close(c.found.phi, 2, 1e-12);
    ck_assert(c.found.inflated);
    static const int64_t some[] = {28, 22}; /* z^2 = 0.72 each: K phi = 1.44, between K - 1 and K */
    asked(&c, 2, some, two);
    c.ask.inflate = true;
    assert_ok(assay_funnel_compare(&context, &c.ask, &c.found));
    ck_assert(c.found.inflated && c.found.phi < 1);
    static const int64_t near[] = {26, 24}; /* z = 0.2 sqrt 2, K phi = 0.16 */
    asked(&c, 2, near, two);
    c.ask.inflate = true;
    assert_ok(assay_funnel_compare(&context, &c.ask, &c.found));
    ck_assert(!c.found.inflated);
}
END_TEST

/* Ten units, of which one outlier is brought in to its neighbour at 10 per cent. */
START_TEST(outliers_are_winsorised)
{
    static const int64_t x[] = {50, 52, 48, 51, 49, 53, 47, 50, 50, 95},
                         n[] = {100, 100, 100, 100, 100, 100, 100, 100, 100, 100};
    static const double d[] = {-2, -2, -1, 0, 0,
                               0,  1,  2,  3, 3}; /* brought in; 47 to 48, 95 to 53 */
    call c;
    double sum = 0;
    for (int i = 0; i < 10; i++)
        sum += d[i] * d[i];
    asked(&c, 10, x, n);
    c.ask.target = 0.5;
    assert_ok(assay_funnel_compare(&context, &c.ask, &c.found));
    assert_close(c.found.phi, sum / 25 / 10, 1e-12);
    c.ask.winsorised = 0;
    assert_ok(assay_funnel_compare(&context, &c.ask, &c.found));
    assert_close(c.found.phi, (28 + 45 * 45) / 25.0 / 10, 1e-12);
    assert_close(c.found.phi * 10, c.found.chi_squared, 1e-14);
}
END_TEST

START_TEST(all_zero_has_no_limits_but_zero)
{
    static const int64_t x[] = {0, 0, 0}, n[] = {5, 8, 13};
    call c;
    asked(&c, 3, x, n);
    c.ask.inflate = true;
    assert_ok(assay_funnel_compare(&context, &c.ask, &c.found));
    ck_assert(c.found.target == 0 && isnan(c.found.phi) && isnan(c.found.chi_squared_p));
    ck_assert(c.found.tested == 0 && !c.found.inflated);
    for (int i = 0; i < 3; i++)
        ck_assert(c.upper[2][i] == 0 && c.found.p_value[i] == 1 && isnan(c.found.outside[i]));
}
END_TEST

START_TEST(a_unit_inspected_whole_is_off_by_a_case_or_not)
{
    static const int64_t x[] = {12, 13, 14, 11, 30}, n[] = {31, 31, 31, 31, 60},
                         N[] = {31, 31, 31, 31, 90};
    call c;
    asked(&c, 5, x, n);
    c.ask.populations = N;
    c.ask.target = 0.4; /* 12.4 of 31 */
    assert_ok(assay_funnel_compare(&context, &c.ask, &c.found));
    ck_assert_uint_eq(c.found.tested, 1);
    ck_assert(isnan(c.found.outside[0]) && isnan(c.found.outside[1]));
    ck_assert(c.found.outside[2] == 0.998 && c.found.outside[3] == 0.998);
    assert_close(c.found.z[4], 0.1 / sqrt(0.24 / 60 * 30 / 89), 1e-12);
}
END_TEST

/* ---- ranks ---- */

static void check_ranks(const call *c, const double lower[], const double upper[])
{
    const size_t K = c->ask.units;
    for (size_t i = 0; i < K; i++) {
        int64_t rank = 1, from = 1, to = (int64_t)K;
        for (size_t j = 0; j < K; j++) {
            rank += c->found.share[j] > c->found.share[i];
            from += lower[j] > upper[i];
            to -= upper[j] < lower[i];
        }
        ck_assert_int_eq(c->found.rank[i], rank);
        ck_assert_int_eq(c->found.rank_from[i], from);
        ck_assert_int_eq(c->found.rank_to[i], to);
    }
}

START_TEST(ranks_are_held_by_limits_that_hold_together)
{
    static const int64_t x[] = {3, 40, 22, 22, 60, 1, 88}, n[] = {60, 80, 44, 45, 75, 9, 90},
                         N[] = {60, 800, 50, 45, 76, 90, 100};
    for (int finite = 0; finite < 2; finite++) {
        double lower[7], upper[7];
        call c;
        asked(&c, 7, x, n);
        c.ask.populations = finite ? N : NULL;
        c.ask.rank_confidence = 0.9;
        assert_ok(assay_funnel_compare(&context, &c.ask, &c.found));
        for (int i = 0; i < 7; i++) {
            const assay_interval_request ask = {
                .method = assay_interval_find(finite ? "hyper_tail" : "clopper_pearson"),
                .population = finite ? (uint64_t)N[i] : ASSAY_INFINITE,
                .confidence = pow(0.9, 1.0 / 7)};
            assay_interval limits_of;
            assert_ok(
                assay_interval_compute(&context, &ask, (uint64_t)x[i], (uint64_t)n[i], &limits_of));
            lower[i] = limits_of.lower;
            upper[i] = limits_of.upper;
        }
        check_ranks(&c, lower, upper);
        ck_assert(c.found.rank_from[6] == 1 && c.found.rank_to[6] <= 2 && c.found.rank_to[0] == 7);
    }
}
END_TEST

/* Garwood's limits of 0 and 3 events at 95% are 0 to 3.6889 and 0.6187 to 8.7673 (his table). */
START_TEST(rates_have_limits_and_ranks_too)
{
    static const int64_t x[] = {3, 0, 160, 0};
    static const double m[] = {1.5, 2, 4, 0};
    call c;
    asked(&c, 4, x, NULL);
    c.ask.exposure = m;
    c.ask.rank_confidence = 0.95 * 0.95 * 0.95;
    assert_ok(assay_funnel_compare(&context, &c.ask, &c.found));
    assert_close(c.found.target, 163 / 7.5, 1e-15);
    assert_close(c.found.z[0], (2 - 163 / 7.5) / sqrt(163 / 7.5 / 1.5), 1e-13);
    ck_assert(c.found.outside[2] == 0.998 && c.found.share[2] == 40);
    ck_assert(isinf(c.upper[0][3]) && c.found.rank[3] == INT64_MIN);
    const double lower[] = {0.6187 / 1.5, 0, 34.03, 99},
                 upper[] = {8.7673 / 1.5, 3.6889 / 2, 46.7, 99};
    c.ask.units = 3;
    check_ranks(&c, lower, upper);
    ck_assert_int_eq(c.found.rank_to[0], 3);
    ck_assert_int_eq(c.found.rank_from[0], 2);
}
END_TEST

/* ---- what is no funnel ---- */

typedef struct wrong {
    int64_t x[2], n[2], N[2];
    double target, winsorised, ranks, levels[2];
    uint64_t row;
    const char *argument;
} wrong;

START_TEST(what_is_wrong_is_named)
{
    const double nan = (double)NAN;
    const wrong rows[] = {
        {{1, 5}, {4, 4}, {9, 9}, nan, 0.1, nan, {0.8, 0.9}, 2, ""},
        {{1, 4}, {4, 4}, {9, 3}, nan, 0.1, nan, {0.8, 0.9}, 2, ""},
        {{-1, 4}, {4, 4}, {9, 9}, nan, 0.1, nan, {0.8, 0.9}, 1, ""},
        {{1, 1}, {4, INT64_C(2147483648)}, {9, 9}, nan, 0.1, nan, {0.8, 0.9}, 2, ""},
        {{1, 1}, {4, 4}, {9, -9}, nan, 0.1, nan, {0.8, 0.9}, 2, ""},
        {{0, 0}, {0, 0}, {9, 9}, nan, 0.1, nan, {0.8, 0.9}, 0, "units"},
        {{1, 0}, {4, 0}, {9, 9}, nan, 0.1, nan, {0.8, 0.9}, 0, "target"},
        {{1, 1}, {4, 4}, {9, 9}, 1.1, 0.1, nan, {0.8, 0.9}, 0, "target"},
        {{1, 1}, {4, 4}, {9, 9}, -0.1, 0.1, nan, {0.8, 0.9}, 0, "target"},
        {{1, 1}, {4, 4}, {9, 9}, HUGE_VAL, 0.1, nan, {0.8, 0.9}, 0, "target"},
        {{1, 1}, {4, 4}, {9, 9}, nan, 0.5, nan, {0.8, 0.9}, 0, "winsorise"},
        {{1, 1}, {4, 4}, {9, 9}, nan, nan, nan, {0.8, 0.9}, 0, "winsorise"},
        {{1, 1}, {4, 4}, {9, 9}, nan, 0.1, 1, {0.8, 0.9}, 0, "ranks"},
        {{1, 1}, {4, 4}, {9, 9}, nan, 0.1, nan, {0.9, 0.8}, 0, "confidence"},
        {{1, 1}, {4, 4}, {9, 9}, nan, 0.1, nan, {0.8, 0.8}, 0, "confidence"},
        {{1, 1}, {4, 4}, {9, 9}, nan, 0.1, nan, {0.8, 1}, 0, "confidence"},
        {{1, 1}, {4, 4}, {9, 9}, nan, 0.1, nan, {nan, 0.9}, 0, "confidence"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        call c;
        asked(&c, 2, rows[i].x, rows[i].n);
        c.ask.populations = rows[i].N;
        c.ask.target = rows[i].target;
        c.ask.winsorised = rows[i].winsorised;
        c.ask.rank_confidence = rows[i].ranks;
        c.ask.n_confidences = 2;
        c.ask.confidences = rows[i].levels;
        context.error = (assay_error){0};
        ck_assert_msg(assay_funnel_compare(&context, &c.ask, &c.found) == ASSAY_EDOM, "row %d",
                      (int)i);
        ck_assert_uint_eq(context.error.row, rows[i].row);
        ck_assert_str_eq(context.error.argument, rows[i].argument);
    }
}
END_TEST

START_TEST(what_is_no_rate_is_named)
{
    static const int64_t x[] = {3, 1};
    const double wrong_exposures[][2] = {
        {1, 0}, {1, -2}, {1, (double)NAN}, {1, HUGE_VAL}, {1e300, 1e-300}};
    for (int i = 0; i < 5; i++) {
        call c;
        asked(&c, 2, x, NULL);
        c.ask.exposure = wrong_exposures[i];
        c.ask.target = i == 4 ? 5 : (double)NAN;
        assert_status(assay_funnel_compare(&context, &c.ask, &c.found), ASSAY_EDOM);
    }
    static const assay_funnel_law laws[] = {{0.5, 2.5, ASSAY_INFINITE, false},
                                            {0.5, 0, ASSAY_INFINITE, false},
                                            {0.5, 5, 4, false},
                                            {1.5, 5, ASSAY_INFINITE, false},
                                            {-1, 5, ASSAY_INFINITE, true},
                                            {(double)NAN, 5, ASSAY_INFINITE, true}};
    double limit = 7;
    for (size_t i = 0; i < sizeof laws / sizeof laws[0]; i++) {
        assert_status(assay_funnel_limit(&laws[i], ASSAY_FUNNEL_EXACT, 0.1, &limit), ASSAY_EDOM);
        assert_status(assay_funnel_p_value(&laws[i], 0, &limit), ASSAY_EDOM);
        assert_status(assay_funnel_z(&laws[i], 0, &limit), ASSAY_EDOM);
    }
    const assay_funnel_law good = {0.5, 5, ASSAY_INFINITE, false};
    assert_status(assay_funnel_limit(&good, ASSAY_FUNNEL_EXACT, 1, &limit), ASSAY_EDOM);
    assert_status(assay_funnel_p_value(&good, 6, &limit), ASSAY_EDOM);
    ck_assert(limit == 7);
}
END_TEST

static assay_status compare(assay_context *with, void *self)
{
    call *c = self;
    return assay_funnel_compare(with, &c->ask, &c->found);
}

START_TEST(a_funnel_that_finds_no_memory_leaves_nothing)
{
    static const int64_t x[] = {27, 19, 26}, n[] = {74, 58, 69};
    call c;
    asked(&c, 3, x, n);
    c.ask.rank_confidence = 0.8;
    sweep_memory(compare, &c);
}
END_TEST

static assay_status stop(void *self, uint64_t done, uint64_t total)
{
    (void)self, (void)done, (void)total;
    return ASSAY_ESTOPPED;
}

START_TEST(a_funnel_can_be_stopped)
{
    static const int64_t x[] = {27, 19, 26}, n[] = {74, 58, 69};
    assay_context impatient = {.poll = stop};
    call c;
    asked(&c, 3, x, n);
    assert_status(assay_funnel_compare(&impatient, &c.ask, &c.found), ASSAY_ESTOPPED);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("funnel");
    TCase *tests = tcase_create("funnel");
    tcase_add_test(tests, limits_and_dispersion_are_those_of_the_reference);
    tcase_add_test(tests, limits_are_those_of_their_definition);
    tcase_add_test(tests, limits_of_large_units_are_where_the_tails_say);
    tcase_add_test(tests, a_population_draws_limits_together);
    tcase_add_test(tests, where_chance_does_nothing_limits_are_the_target);
    tcase_add_test(tests, p_values_are_twice_the_smaller_tail);
    tcase_add_test(tests, mirrored_limits_flag_as_the_test_does);
    tcase_add_test(tests, units_are_held_against_their_limits);
    tcase_add_test(tests, limits_are_inflated_where_the_rule_says_so_alone);
    tcase_add_test(tests, outliers_are_winsorised);
    tcase_add_test(tests, all_zero_has_no_limits_but_zero);
    tcase_add_test(tests, a_unit_inspected_whole_is_off_by_a_case_or_not);
    tcase_add_test(tests, ranks_are_held_by_limits_that_hold_together);
    tcase_add_test(tests, rates_have_limits_and_ranks_too);
    tcase_add_test(tests, what_is_wrong_is_named);
    tcase_add_test(tests, what_is_no_rate_is_named);
    tcase_add_test(tests, a_funnel_that_finds_no_memory_leaves_nothing);
    tcase_add_test(tests, a_funnel_can_be_stopped);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
