#include "tables.h"

#include "data/json.h"
#include "infer/estimate.h"
#include "judge/posterior.h"

static assay_context context = {.threads = 2};
static assay_scale *rounded, *plain; /* the shipped scale, and the same without rounding */

enum { K = 4, MOST_Q = 6, MOST_S = 3 };

static assay_scale *scale_with(const char *rounding)
{
    static char text[100000], changed[100000];
    static const char *const old = "\"rounding\": \"half_up\"";
    FILE *file = fopen("data/scales/probation-2018.json", "r");
    ck_assert_ptr_nonnull(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    const char *at = strstr(text, old);
    ck_assert_ptr_nonnull(at);
    const int n = snprintf(changed, sizeof changed, "%.*s\"rounding\": \"%s\"%s", (int)(at - text),
                           text, rounding, at + strlen(old));
    assay_json *json = NULL;
    assay_scale *scale = NULL;
    assert_ok(assay_json_parse(&context, changed, (size_t)n, "scale.json", &json));
    assert_ok(assay_scale_from_json(&context, json, &scale));
    assay_json_free(json);
    return scale;
}

static void make_scales(void)
{
    rounded = scale_with("half_up");
    plain = scale_with("none");
}

static void drop_scales(void)
{
    assay_scale_free(rounded);
    assay_scale_free(plain);
}

/* ---- one question ---------------------------------------------------------------------------- */

static const double jeffreys[2] = {0.5, 0.5}, uniform[2] = {1, 1};

/* id,x,n,N,prior,p_lt_50,p_50_65,p_65_80,p_ge_80,total */
static void band_row(char *f[REFERENCE_FIELDS])
{
    double got[K];
    const uint64_t N = *f[3] == '\0' ? ASSAY_INFINITE : strtoull(f[3], NULL, 10);
    assert_ok(assay_posterior_question(&context, plain, strtoull(f[1], NULL, 10),
                                       strtoull(f[2], NULL, 10), N,
                                       strcmp(f[4], "uniform") == 0 ? uniform : jeffreys, got));
    for (int band = 0; band < K; band++)
        assert_close(got[band], strtod(f[5 + band], NULL), 1e-11);
}

START_TEST(bands_of_a_question_are_those_of_the_reference)
{
    ck_assert_int_eq(for_each_reference("rating_bands.csv", band_row), 20);
}
END_TEST

/* With a uniform prior and nothing sampled M is any of 0 .. N alike. */
START_TEST(bands_are_cut_by_the_scale_s_own_rounding)
{
    double got[K];
    for (uint64_t N = 1; N <= 400; N += 13) {
        double want[2][K] = {{0}};
        for (uint64_t M = 0; M <= N; M++) {
            const double exact = 100.0 * (double)M / (double)N, whole = floor(exact + 0.5);
            want[0][(exact >= 50) + (exact >= 65) + (exact >= 80)]++;
            want[1][(whole >= 50) + (whole >= 65) + (whole >= 80)]++;
        }
        for (int band = 0; band < K; band++) {
            assert_ok(assay_posterior_question(&context, plain, 0, 0, N, uniform, got));
            assert_close(got[band], want[0][band] / (double)(N + 1), 1e-12);
            assert_ok(assay_posterior_question(&context, rounded, 0, 0, N, uniform, got));
            assert_close(got[band], want[1][band] / (double)(N + 1), 1e-12);
        }
    }
    assert_ok(assay_posterior_question(&context, rounded, 0, 0, ASSAY_INFINITE, uniform, got));
    assert_close(got[0], 0.495, 1e-12);
    assert_close(got[1], 0.15, 1e-12);
    assert_close(got[3], 0.205, 1e-12);
}
END_TEST

START_TEST(a_large_population_is_nearly_endless)
{
    double large[K], endless[K];
    assert_ok(assay_posterior_question(&context, plain, 61, 100, 10000000, jeffreys, large));
    assert_ok(
        assay_posterior_question(&context, plain, 61, 100, ASSAY_INFINITE, jeffreys, endless));
    for (int band = 0; band < K; band++)
        ck_assert(fabs(large[band] - endless[band]) < 1e-5);
}
END_TEST

START_TEST(a_question_that_cannot_be_is_refused)
{
    const double none[2] = {0, 1}, nan[2] = {1, (double)NAN};
    double got[K] = {7};
    assert_status(assay_posterior_question(&context, plain, 5, 4, 9, uniform, got), ASSAY_EDOM);
    assert_status(assay_posterior_question(&context, plain, 3, 4, 3, uniform, got), ASSAY_EDOM);
    assert_status(assay_posterior_question(&context, plain, 0, 0, 0, uniform, got), ASSAY_EDOM);
    assert_status(assay_posterior_question(&context, plain, 0, 1, 10000001, uniform, got),
                  ASSAY_EDOM);
    assert_status(assay_posterior_question(&context, plain, 0, 1, 9, none, got), ASSAY_EDOM);
    assert_status(assay_posterior_question(&context, plain, 0, 1, 9, nan, got), ASSAY_EDOM);
    ck_assert(got[0] == 7);
}
END_TEST

/* ---- standards ------------------------------------------------------------------------------- */

/* One survey; answers[q] as text: y n - ? for yes, no, not applicable, unanswered. */
typedef struct world {
    size_t strata;
    uint64_t N[3];
    const char *stratum; /* of each unit: '0' ... */
    size_t Q;
    const char *answers[MOST_Q];
    size_t standard[MOST_Q], S;
} world;

typedef struct answer {
    int64_t yes[MOST_Q], relevant[MOST_Q];
    bool unanimous[MOST_Q];
    double mean[MOST_Q], questions[MOST_Q][K], standards[MOST_S][K], lowest[MOST_S];
    double least[MOST_S][K], most[MOST_S][K], overall[K];
    size_t few;
} answer;

static assay_design *design_of(const world *w)
{
    uint32_t stratum[256];
    assay_design *design = NULL;
    const size_t n = strlen(w->stratum);
    for (size_t i = 0; i < n; i++)
        stratum[i] = (uint32_t)(w->stratum[i] - '0');
    const assay_sampling sampling = {.n = n,
                                     .strata = w->strata,
                                     .stratum = stratum,
                                     .population = w->N,
                                     .lonely = ASSAY_LONELY_CERTAINTY};
    assert_ok(assay_design_new(&context, &sampling, &design));
    return design;
}

static assay_status ask(assay_context *with, const world *w, const assay_design *design,
                        const char *seed, uint64_t replicates, size_t n_fixed, const size_t fixed[],
                        answer *a)
{
    uint8_t bytes[MOST_Q][256];
    const uint8_t *answers[MOST_Q];
    for (size_t q = 0; q < w->Q; q++) {
        answers[q] = bytes[q];
        for (size_t i = 0; w->answers[q][i] != '\0'; i++)
            bytes[q][i] = (uint8_t)(strchr("yn-?!", w->answers[q][i]) - "yn-?!");
    }
    const assay_posterior_survey survey = {design, w->Q, answers};
    const assay_posterior_request request = {.scale = rounded,
                                             .n_surveys = 1,
                                             .surveys = &survey,
                                             .n_standards = w->S,
                                             .standard = w->standard,
                                             .n_fixed = n_fixed,
                                             .fixed = fixed,
                                             .seed = seed,
                                             .replicates = replicates};
    assay_posterior found = {a->yes,
                             a->relevant,
                             a->unanimous,
                             a->mean,
                             a->questions[0],
                             a->standards[0],
                             a->lowest,
                             a->least[0],
                             a->most[0],
                             a->overall,
                             0};
    memset(a, 0, sizeof *a);
    const assay_status status = assay_posterior_ratings(with, &request, &found);
    a->few = found.few;
    return status;
}

static void ask_all(const world *w, const char *seed, uint64_t replicates, answer *a)
{
    assay_design *design = design_of(w);
    assert_ok(ask(&context, w, design, seed, replicates, 0, NULL, a));
    assay_design_free(design);
}

/* ---- every population that the urn can make ---- */

typedef struct exact {
    double questions[MOST_Q][K], standards[MOST_S][K], mean[MOST_Q], lowest[MOST_S], weight;
} exact;

static int band_of(double x, double m)
{
    const double whole = floor(100 * x / m + 0.5);
    return (whole >= 50) + (whole >= 65) + (whole >= 80);
}

static void add_population(const world *w, const uint64_t times[], exact *to)
{
    int lowest_band[MOST_S] = {K - 1, K - 1, K - 1};
    double lowest[MOST_S] = {1, 1, 1};
    for (size_t q = 0; q < w->Q; q++) {
        double x = 0, m = 0;
        for (size_t i = 0; w->answers[q][i] != '\0'; i++) {
            x += w->answers[q][i] == 'y' ? (double)times[i] : 0;
            m += w->answers[q][i] == 'y' || w->answers[q][i] == 'n' ? (double)times[i] : 0;
        }
        if (m == 0)
            continue;
        const int band = band_of(x, m);
        const size_t s = w->standard[q];
        to->questions[q][band]++;
        to->mean[q] += x / m;
        lowest_band[s] = band < lowest_band[s] ? band : lowest_band[s];
        lowest[s] = fmin(lowest[s], x / m);
    }
    for (size_t s = 0; s < w->S; s++) {
        to->standards[s][lowest_band[s]]++;
        to->lowest[s] += lowest[s];
    }
    to->weight++;
}

/* Every way to share out what each stratum has beside its sample among its units, all alike likely. */
static void each_population(const world *w, size_t i, const uint64_t left[], uint64_t times[],
                            exact *to)
{
    const size_t n = strlen(w->stratum);
    if (i == n) {
        for (size_t h = 0; h < w->strata; h++)
            if (left[h] > 0)
                return;
        add_population(w, times, to);
        return;
    }
    uint64_t rest[3];
    memcpy(rest, left, sizeof rest);
    const size_t h = (size_t)(w->stratum[i] - '0');
    for (uint64_t more = 0; more <= left[h]; more++) {
        times[i] = 1 + more;
        rest[h] = left[h] - more;
        each_population(w, i + 1, rest, times, to);
    }
}

static exact enumerate(const world *w)
{
    exact sums = {.weight = 0};
    uint64_t left[3] = {0}, times[256];
    for (size_t h = 0; h < w->strata; h++)
        left[h] = w->N[h];
    for (size_t i = 0; w->stratum[i] != '\0'; i++)
        left[w->stratum[i] - '0']--;
    each_population(w, 0, left, times, &sums);
    return sums;
}

enum { REPLICATES = 100003 };

static void assert_chance(double got, double want)
{
    const double room = 5 * sqrt(want * (1 - want) / REPLICATES) + 1e-12;
    ck_assert_msg(fabs(got - want) <= room, "%.6f, want %.6f +- %.6f", got, want, room);
}

/* No question is unanimous: the urn alone. The second world has two strata, out of order, and a census. */
static const world worlds[] = {
    {1, {9}, "00000", 3, {"yyyny", "yyynn", "ny-yy"}, {0, 0, 1}, 2},
    {3, {7, 6, 2}, "1001022101", 3, {"yynyyynyyn", "nyyy-y?yyn", "yyn-yynyyy"}, {0, 1, 1}, 2},
    {2, {40, 3}, "001", 2, {"yny", "nyy"}, {0, 0}, 1},
    {1, {11}, "000000", 1, {"yyyyny"}, {0}, 1},
};

START_TEST(replicates_say_what_all_populations_say_together)
{
    for (size_t i = 0; i < sizeof worlds / sizeof worlds[0]; i++) {
        const world *w = &worlds[i];
        const exact want = enumerate(w);
        answer got;
        ask_all(w, "s-1", REPLICATES, &got);
        for (size_t q = 0; q < w->Q; q++) {
            for (int band = 0; band < K; band++)
                assert_chance(got.questions[q][band], want.questions[q][band] / want.weight);
            ck_assert(fabs(got.mean[q] - want.mean[q] / want.weight) < 5 * 0.5 / sqrt(REPLICATES));
            ck_assert(!got.unanimous[q]);
        }
        for (size_t s = 0; s < w->S; s++) {
            for (int band = 0; band < K; band++)
                assert_chance(got.standards[s][band], want.standards[s][band] / want.weight);
            ck_assert(fabs(got.lowest[s] - want.lowest[s] / want.weight) <
                      5 * 0.5 / sqrt(REPLICATES));
        }
    }
}
END_TEST

/* Frechet's bounds hold what was found, and meet it for one question. */
START_TEST(standards_lie_within_the_bounds_of_their_questions)
{
    for (size_t i = 0; i < sizeof worlds / sizeof worlds[0]; i++) {
        const world *w = &worlds[i];
        answer got;
        ask_all(w, "s-2", 5000, &got);
        for (size_t s = 0; s < w->S; s++) {
            double at_least = 1;
            size_t questions = 0, only = 0;
            for (size_t q = 0; q < w->Q; q++)
                if (w->standard[q] == s) {
                    questions++;
                    only = q;
                }
            for (int band = 0; band < K; band++) {
                ck_assert(got.least[s][band] <= at_least + 1e-12);
                ck_assert(got.most[s][band] >= at_least - 1e-12);
                if (questions == 1)
                    ck_assert(fabs(got.most[s][band] - got.least[s][band]) < 1e-12);
                at_least -= got.standards[s][band];
            }
            ck_assert(got.lowest[s] <= got.mean[only] + 1e-12);
        }
    }
}
END_TEST

START_TEST(bounds_are_frechet_s)
{
    answer got;
    ask_all(&worlds[0], "s-3", 5000, &got);
    for (int band = 0; band < K; band++) {
        double p[2] = {0, 0};
        for (int b = band; b < K; b++) {
            p[0] += got.questions[0][b];
            p[1] += got.questions[1][b];
        }
        ck_assert(fabs(got.most[0][band] - fmin(p[0], p[1])) < 1e-12);
        ck_assert(fabs(got.least[0][band] - fmax(0, p[0] + p[1] - 1)) < 1e-12);
    }
}
END_TEST

/* The extra cases of weight 1/2 make a unanimous question that of the Jeffreys prior. */
START_TEST(a_unanimous_question_is_beta_binomial)
{
    const world w = {2, {70, 30}, "0101001", 3, {"yyyyyyy", "nnnn-nn", "ynynyn-"}, {0, 1, 2}, 3};
    answer got;
    double want[K], chances = 0;
    ask_all(&w, "u", REPLICATES, &got);
    ck_assert(got.unanimous[0] && got.unanimous[1] && !got.unanimous[2]);
    ck_assert_int_eq(got.yes[0], 7);
    ck_assert_uint_eq(got.few, 2);
    ck_assert_int_eq(got.relevant[1], 6);
    assert_ok(assay_posterior_question(&context, rounded, 7, 7, 100, jeffreys, want));
    for (int band = 0; band < K; band++)
        assert_chance(got.questions[0][band], want[band]);
    for (int band = 0; band < K; band++)
        chances += got.questions[1][band];
    assert_close(chances, 1, 1e-12);
    ck_assert(got.questions[1][0] > 0.95 && got.questions[1][0] < 1);
    ck_assert(fabs(got.mean[0] - (7 + 93 * 7.5 / 8) / 100) < 5 * 0.2 / sqrt(REPLICATES));
}
END_TEST

START_TEST(a_census_is_certain)
{
    const world w = {2, {3, 2}, "00110", 2, {"yynyy", "y-n?y"}, {0, 0}, 1};
    const size_t fixed[] = {3, 3};
    answer got;
    assay_design *design = design_of(&w);
    assert_ok(ask(&context, &w, design, "c", 50, 2, fixed, &got));
    assay_design_free(design);
    ck_assert(fabs(got.mean[0] - 0.8) < 1e-14 && got.questions[0][3] == 1);
    ck_assert(fabs(got.mean[1] - 2.0 / 3) < 1e-15 && got.questions[1][2] == 1);
    ck_assert(got.standards[0][2] == 1 && fabs(got.lowest[0] - 2.0 / 3) < 1e-14);
    ck_assert(got.overall[3] == 1); /* 2 + 3 + 3 of 9 */
}
END_TEST

START_TEST(the_whole_is_that_of_standards_and_judged_ones)
{
    const size_t fixed[] = {0, 1};
    const world *w =
        &worlds[3]; /* one standard, of points b: with 0 and 1 the mean is (b + 1) / 3 */
    answer got;
    assay_design *design = design_of(w);
    assert_ok(ask(&context, w, design, "o", 5000, 2, fixed, &got));
    assay_design_free(design);
    assert_close(got.overall[0], got.standards[0][0], 1e-12);
    ck_assert(fabs(got.overall[1] - (1 - got.standards[0][0])) < 1e-12);
}
END_TEST

START_TEST(neither_threads_nor_other_questions_change_a_draw)
{
    assay_context alone = {.threads = 1}, many = {.threads = 5};
    assay_design *design = design_of(&worlds[1]);
    world fewer = worlds[1];
    answer one, five, other;
    fewer.Q = 2;
    assert_ok(ask(&alone, &worlds[1], design, "t", 999, 0, NULL, &one));
    assert_ok(ask(&many, &worlds[1], design, "t", 999, 0, NULL, &five));
    ck_assert(memcmp(&one, &five, sizeof one) == 0);
    assert_ok(ask(&many, &fewer, design, "t", 999, 0, NULL, &other));
    ck_assert(memcmp(one.questions, other.questions, 2 * sizeof one.questions[0]) == 0);
    assert_ok(ask(&many, &worlds[1], design, "v", 999, 0, NULL, &other));
    ck_assert(one.mean[0] != other.mean[0]);
    assay_design_free(design);
}
END_TEST

/* Cases of the sample that turned out to be none of the population are in no percentage. */
START_TEST(cases_out_of_scope_count_for_nothing)
{
    static const uint32_t stratum[] = {0, 0, 0, 0};
    static const uint8_t inside[] = {1, 1, 0, 1};
    static const double raise[] = {1};
    static const uint64_t N[] = {4}, lost[] = {0};
    const assay_aftermath after = {inside, raise, lost};
    const world w = {1, {4}, "0000", 1, {"ynyn"}, {0}, 1};
    assay_design *design = NULL;
    answer got;
    const assay_sampling sampling = {
        .n = 4, .strata = 1, .stratum = stratum, .population = N, .after = &after};
    assert_ok(assay_design_new(&context, &sampling, &design));
    assert_ok(ask(&context, &w, design, "i", 10, 0, NULL, &got));
    ck_assert_int_eq(got.relevant[0], 3);
    assert_close(got.mean[0], 1.0 / 3, 1e-14);
    assay_design_free(design);
}
END_TEST

/* The second standard is rated, and not counted. */
START_TEST(a_standard_that_does_not_count_is_not_in_the_whole)
{
    static const uint8_t yes[] = {0, 0, 0}, no[] = {1, 1, 1};
    static const uint8_t *const answers[] = {yes, no};
    static const size_t standard[] = {0, 1};
    static const bool counted[] = {true, false};
    const world w = {1, {3}, "000", 2, {"yyy", "nnn"}, {0, 1}, 2};
    assay_design *design = design_of(&w);
    const assay_posterior_survey survey = {design, 2, answers};
    const assay_posterior_request request = {.scale = rounded,
                                             .n_surveys = 1,
                                             .surveys = &survey,
                                             .n_standards = 2,
                                             .standard = standard,
                                             .counted = counted,
                                             .seed = "n",
                                             .replicates = 3};
    answer a;
    assay_posterior found = {
        a.yes,      a.relevant, a.unanimous, a.mean, a.questions[0], a.standards[0], a.lowest,
        a.least[0], a.most[0],  a.overall,   0};
    assert_ok(assay_posterior_ratings(&context, &request, &found));
    ck_assert(a.standards[1][0] == 1 && a.overall[3] == 1);
    assay_design_free(design);
}
END_TEST

/* Two surveys do not share their chances: the same answers give other draws. */
START_TEST(surveys_are_independent)
{
    static const uint8_t bytes[] = {0, 1, 0, 0, 1};
    static const uint8_t *const answers[] = {bytes};
    static const size_t standard[] = {0, 1};
    const world w = {1, {50}, "00000", 1, {"ynyyn"}, {0}, 1};
    assay_design *design = design_of(&w);
    const assay_posterior_survey surveys[] = {{design, 1, answers}, {design, 1, answers}};
    const assay_posterior_request request = {.scale = rounded,
                                             .n_surveys = 2,
                                             .surveys = surveys,
                                             .n_standards = 2,
                                             .standard = standard,
                                             .seed = "two",
                                             .replicates = REPLICATES};
    answer a;
    assay_posterior found = {
        a.yes,      a.relevant, a.unanimous, a.mean, a.questions[0], a.standards[0], a.lowest,
        a.least[0], a.most[0],  a.overall,   0};
    assert_ok(assay_posterior_ratings(&context, &request, &found));
    ck_assert(a.mean[0] != a.mean[1]);
    /* points 0 and 0, or 0 and 1 (a mean of a half goes down): inadequate */
    const double p0 = a.standards[0][0], q0 = a.standards[1][0], p1 = a.standards[0][1],
                 q1 = a.standards[1][1];
    assert_chance(a.overall[0], p0 * q0 + p0 * q1 + p1 * q0);
    assay_design_free(design);
}
END_TEST

START_TEST(what_cannot_be_drawn_is_told)
{
    const world w = {1, {9}, "000", 2, {"yny", "--?"}, {0, 1}, 2},
                bad = {1, {9}, "000", 1, {"y!y"}, {0}, 1},
                stray = {1, {9}, "000", 1, {"yny"}, {2}, 1},
                large = {1, {10000001}, "000", 1, {"yny"}, {0}, 1};
    const size_t fixed[] = {4};
    const struct {
        const world *w;
        const char *seed;
        uint64_t replicates;
        size_t n_fixed;
        assay_status status;
        uint64_t row;
        const char *argument;
    } rows[] = {
        {&w, "s", 9, 0, ASSAY_EMISSING, 2, ""},
        {&bad, "s", 9, 0, ASSAY_EDOM, 2, "answers"},
        {&stray, "s", 9, 0, ASSAY_EDOM, 0, ""},
        {&large, "s", 9, 0, ASSAY_EDOM, 0, ""},
        {&worlds[3], "", 9, 0, ASSAY_EDOM, 0, "seed"},
        {&worlds[3], "a|b", 9, 0, ASSAY_EDOM, 0, "seed"},
        {&worlds[3], "s", 0, 0, ASSAY_EDOM, 0, "replicates"},
        {&worlds[3], "s", ASSAY_POSTERIOR_REPLICATES + 1, 0, ASSAY_EDOM, 0, "replicates"},
        {&worlds[3], "s", 9, 1, ASSAY_EDOM, 0, ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        answer got;
        assay_design *design = design_of(rows[i].w);
        context.error = (assay_error){0};
        assert_status(ask(&context, rows[i].w, design, rows[i].seed, rows[i].replicates,
                          rows[i].n_fixed, fixed, &got),
                      rows[i].status);
        ck_assert_uint_eq(context.error.row, rows[i].row);
        ck_assert_str_eq(context.error.argument, rows[i].argument);
        assay_design_free(design);
    }
}
END_TEST

static const world swept = {2, {9, 4}, "0010", 2, {"yyyy", "ynyn"}, {0, 0}, 1};

static assay_status attempt_ratings(assay_context *with, void *self)
{
    answer got;
    return ask(with, &swept, self, "m", 40, 0, NULL, &got);
}

static assay_status attempt_question(assay_context *with, void *self)
{
    double got[K];
    (void)self;
    return assay_posterior_question(with, plain, 3, 4, 9, uniform, got);
}

START_TEST(a_posterior_that_finds_no_memory_leaves_nothing)
{
    assay_design *design = design_of(&swept);
    sweep_memory(attempt_ratings, design);
    sweep_memory(attempt_question, NULL);
    assay_design_free(design);
}
END_TEST

static assay_status stop(void *self, uint64_t done, uint64_t total)
{
    (void)self, (void)done, (void)total;
    return ASSAY_ESTOPPED;
}

START_TEST(a_posterior_can_be_stopped)
{
    assay_context impatient = {.poll = stop, .threads = 2};
    assay_design *design = design_of(&swept);
    answer got;
    double bands[K];
    assert_status(ask(&impatient, &swept, design, "m", 40, 0, NULL, &got), ASSAY_ESTOPPED);
    assert_status(assay_posterior_question(&impatient, plain, 3, 4, 9, uniform, bands),
                  ASSAY_ESTOPPED);
    assay_design_free(design);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("posterior");
    TCase *tests = tcase_create("posterior");
    tcase_add_checked_fixture(tests, make_scales, drop_scales);
    tcase_add_test(tests, bands_of_a_question_are_those_of_the_reference);
    tcase_add_test(tests, bands_are_cut_by_the_scale_s_own_rounding);
    tcase_add_test(tests, a_large_population_is_nearly_endless);
    tcase_add_test(tests, a_question_that_cannot_be_is_refused);
    tcase_add_test(tests, replicates_say_what_all_populations_say_together);
    tcase_add_test(tests, standards_lie_within_the_bounds_of_their_questions);
    tcase_add_test(tests, bounds_are_frechet_s);
    tcase_add_test(tests, a_unanimous_question_is_beta_binomial);
    tcase_add_test(tests, a_census_is_certain);
    tcase_add_test(tests, the_whole_is_that_of_standards_and_judged_ones);
    tcase_add_test(tests, neither_threads_nor_other_questions_change_a_draw);
    tcase_add_test(tests, cases_out_of_scope_count_for_nothing);
    tcase_add_test(tests, a_standard_that_does_not_count_is_not_in_the_whole);
    tcase_add_test(tests, surveys_are_independent);
    tcase_add_test(tests, what_cannot_be_drawn_is_told);
    tcase_add_test(tests, a_posterior_that_finds_no_memory_leaves_nothing);
    tcase_add_test(tests, a_posterior_can_be_stopped);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
