#include "estimate.h"

#include "infer/exact.h"
#include "prob/finite.h"

static void assert_number(double got, const char *printed, double tolerance)
{
    const double want = strtod(printed, NULL);
    if (isfinite(want))
        assert_close(got, want, want == 0 || want == 1 ? 0 : tolerance);
    else
        ck_assert_msg(isnan(want) ? isnan(got) : got == want, "%.17g, want %s", got, printed);
}

static assay_lonely lonely_of(const char *name)
{
    if (strcmp(name, "adjust") == 0)
        return ASSAY_LONELY_ADJUST;
    return strcmp(name, "average") == 0 ? ASSAY_LONELY_AVERAGE : ASSAY_LONELY_CERTAINTY;
}

/* The rows of each method that were read, and the tolerance of its limits: closed forms, or quantiles. */
static struct {
    const char *name;
    int wanted, read;
    double tolerance;
} reference[] = {
    {"wilson_neff", 22, 0, 1e-12},
    {"korn_graubard", 22, 0, 1e-10},
    {"korn_graubard_z", 22, 0, 1e-10},
    {"logit_t", 22, 0, 1e-10},
    {"logit_z", 22, 0, 1e-12},
    {"wald_t", 22, 0, 1e-10},
    {"wald_z", 22, 0, 1e-12},
    {"yan_su", 13, 0, 1e-12},
    {"wald_satterthwaite", 22, 0, 1e-10},
    {"yan_su_fpc", 13, 0, 1e-12},
};
enum { N_REFERENCE = sizeof reference / sizeof reference[0] };

/* Where limits are made with z, or the variance is 0, the table's df are those of another method. */
static bool has_df(const char *method, const char *df, double se)
{
    const bool with_t = strcmp(method, "korn_graubard") == 0 || strcmp(method, "logit_t") == 0 ||
                        strcmp(method, "wald_t") == 0;
    const bool satterthwaite = strcmp(method, "wald_satterthwaite") == 0;
    return with_t || (satterthwaite && se != 0) || (!satterthwaite && strcmp(df, "inf") != 0);
}

/* Cases that do not count are not applicable, unanswered, or yes but outside: all the same. */
static void check_row(char *f[REFERENCE_FIELDS])
{
    size_t m = 0;
    while (m < N_REFERENCE && strcmp(reference[m].name, f[1]) != 0)
        m++;
    ck_assert_msg(m < N_REFERENCE, "row %s: %s", f[0], f[1]);
    for (int k = 0; k < 3; k++) {
        const assay_answer others[] = {ASSAY_NOT_APPLICABLE, ASSAY_UNANSWERED, ASSAY_YES};
        const struct sample s = parse(f[2], others[k], k < 2);
        const assay_estimate got = estimate_of(&s, lonely_of(f[3]), strtod(f[4], NULL), f[1]);
        assert_number(got.estimate, f[5], 1e-12);
        assert_number(got.se, f[6], 1e-12);
        if (has_df(f[1], f[7], got.se))
            assert_number(got.df, f[7], 1e-12);
        assert_number(got.n_effective, f[8], 1e-12);
        assert_number(got.lower, f[9], reference[m].tolerance);
        assert_number(got.upper, f[10], reference[m].tolerance);
        ck_assert_int_eq(got.state == ASSAY_INTERVAL_UNDEFINED,
                         isnan(got.lower) && got.relevant > 0);
    }
    reference[m].read++;
}

START_TEST(estimates_are_those_of_the_reference_table)
{
    for_each_reference("stratified.csv", check_row);
    for (size_t m = 0; m < N_REFERENCE; m++)
        ck_assert_int_eq(reference[m].read, reference[m].wanted);
}
END_TEST

/* sum N_h^2 (1-f_h) s_h^2/n_h / D^2 with s_h^2 from the residuals themselves */
START_TEST(the_variance_is_that_of_the_residuals)
{
    const char *text = "28:24:23:14;254:100:51:18;90:7:6:5";
    const struct sample s = parse(text, ASSAY_NOT_APPLICABLE, 1);
    const assay_estimate got = estimate_text(text, NULL);
    double v = 0, relevant = 0;
    for (uint32_t h = 0; h < 3; h++) {
        double n = 0, m = 0, sum = 0, squares = 0;
        for (size_t i = 0; i < s.n; i++) {
            const double y = s.answers[i] == ASSAY_YES, is = s.answers[i] <= ASSAY_NO;
            const double z = s.stratum[i] == h ? y - is * got.estimate : 0;
            n += s.stratum[i] == h;
            m += s.stratum[i] == h && is > 0;
            sum += z;
            squares += z * z;
        }
        const double population = (double)s.population[h];
        v += population * (population - n) / n * (squares - sum * sum / n) / (n - 1);
        relevant += population * m / n;
    }
    assert_close(got.se, sqrt(v) / relevant, 1e-12);
}
END_TEST

/* Every 37th of 100, round and round: the strata stand mixed. */
START_TEST(the_order_of_the_cases_does_not_matter)
{
    const struct sample s = parse("120:48:30:12;80:32:25:11;52:20:19:5", ASSAY_UNANSWERED, 1);
    const assay_estimate before = estimate_of(&s, ASSAY_LONELY_FAIL, 0.8, NULL);
    struct sample mixed = s;
    ck_assert_uint_eq(s.n, 100);
    for (size_t i = 0; i < s.n; i++) {
        mixed.stratum[i] = s.stratum[37 * i % 100];
        mixed.answers[i] = s.answers[37 * i % 100];
    }
    const assay_estimate after = estimate_of(&mixed, ASSAY_LONELY_FAIL, 0.8, NULL);
    ck_assert(before.estimate == after.estimate && before.se == after.se);
    ck_assert(before.lower == after.lower && before.upper == after.upper);
}
END_TEST

START_TEST(answers_of_each_state_are_counted_apart)
{
    const uint8_t answers[] = {0, 1, 2, 3, 0, 3, 0, 0}, inside[] = {1, 1, 1, 9, 1, 1, 1, 0};
    const uint64_t population = 30;
    const uint32_t stratum[8] = {0};
    assay_design *d;
    assay_estimate e;
    context = (assay_context){0};
    assert_ok(assay_design_new(&context,
                               &(assay_sampling){.n = 8,
                                                 .strata = 1,
                                                 .stratum = stratum,
                                                 .population = &population,
                                                 .lonely = ASSAY_LONELY_FAIL},
                               &d));
    assert_ok(assay_estimate_proportion(&context, d, answers, inside, 0.8, NULL, &e));
    ck_assert_uint_eq(e.n, 7);
    ck_assert_uint_eq(e.x, 3);
    ck_assert_uint_eq(e.relevant, 4);
    ck_assert_uint_eq(e.not_applicable, 1);
    ck_assert_uint_eq(e.unanswered, 2);
    ck_assert(e.share == 0.75 && e.percent == 75 && e.confidence == 0.8);
    ck_assert(e.lowest_share == 3 / 6.0 && e.highest_share == 5 / 6.0);
    ck_assert(e.half_width == (e.upper - e.lower) / 2);
    assert_ok(assay_estimate_proportion(&context, d, answers, NULL, 0.8, NULL, &e));
    ck_assert_uint_eq(e.n, 8);
    ck_assert_uint_eq(e.x, 4);
    assay_design_free(d);
}
END_TEST

/* 1/8 = 12.5, 1/200 = 0.5, 199/200 = 99.5: halves that a double's rounding could miss */
START_TEST(per_cents_are_rounded_half_up)
{
    ck_assert_uint_eq(estimate_text("90:8:1", NULL).percent, 13);
    ck_assert_uint_eq(estimate_text("900:200:1", NULL).percent, 1);
    ck_assert_uint_eq(estimate_text("900:200:199", NULL).percent, 100);
    ck_assert_uint_eq(estimate_text("900:201:1", NULL).percent, 0);
    ck_assert_uint_eq(estimate_text("90:74:27", NULL).percent, 36);
    ck_assert_uint_eq(estimate_text("90:23:0", NULL).percent, 0);
    ck_assert_uint_eq(estimate_text("90:23:23", NULL).percent, 100);
}
END_TEST

/* wald takes a variance of 0 at its word; without a variance there is no logit, and no Satterthwaite. */
START_TEST(unanimous_answers_give_an_exact_end)
{
    for (size_t k = 0; assay_estimate_name(k) != NULL; k++) {
        const char *method = assay_estimate_name(k);
        const bool none =
            strncmp(method, "logit", 5) == 0 || strcmp(method, "wald_satterthwaite") == 0;
        const bool point = strcmp(method, "wald_z") == 0 || strcmp(method, "wald_t") == 0;
        const assay_estimate yes = estimate_text("101:7:6:6;33:11:10:10", method);
        const assay_estimate no = estimate_text("101:7:6:0;33:11:10:0", method);
        ck_assert(yes.estimate == 1 && yes.se == 0 && isnan(yes.deff));
        ck_assert(no.estimate == 0 && no.se == 0 && isnan(no.deff));
        ck_assert(yes.n_effective == no.n_effective);
        if (none) {
            ck_assert(yes.state == ASSAY_INTERVAL_UNDEFINED && isnan(yes.lower) && isnan(no.upper));
            continue;
        }
        ck_assert(yes.upper == 1 && no.lower == 0 && yes.state == ASSAY_INTERVAL_OK);
        ck_assert(point ? yes.lower == 1 && no.upper == 0 : yes.lower < 1);
        assert_close(1 - yes.lower, no.upper, 1e-12);
    }
}
END_TEST

/* Each stratum is of one mind, but not of the same: v = 0, without a rest of rounding */
START_TEST(strata_of_one_mind_use_their_effective_size)
{
    const assay_estimate e = estimate_text("101:7:7;33:11:0", "wilson_neff");
    const double w1 = 101 / 134.0, w2 = 33 / 134.0;
    ck_assert(e.se == 0);
    assert_close(e.n_effective, 1 / (w1 * w1 * 94 / 100 / 7 + w2 * w2 * 22 / 32 / 11), 1e-13);
    ck_assert(e.lower < e.estimate && e.estimate < e.upper && e.state == ASSAY_INTERVAL_OK);
}
END_TEST

/* Cases out of scope are a domain's outside; weights are raised by stratum; the lost are in the bounds. */
START_TEST(what_became_of_cases_is_in_weights_variance_and_bounds)
{
    const struct sample s = parse("40:10:7:4;25:6:5:1", ASSAY_NOT_APPLICABLE, 0);
    static const double raise[] = {0.9, 1.0};
    static const uint64_t lost[] = {2, 1};
    const assay_aftermath after = {s.inside, raise, lost};
    assay_design *d = NULL;
    assay_estimate e;
    assert_ok(assay_design_new(&context,
                               &(assay_sampling){.n = s.n,
                                                 .strata = s.strata,
                                                 .stratum = s.stratum,
                                                 .population = s.population,
                                                 .lonely = ASSAY_LONELY_FAIL,
                                                 .after = &after},
                               &d));
    assert_ok(assay_estimate_proportion(&context, d, s.answers, NULL, 0.8, NULL, &e));
    ck_assert_uint_eq(e.n, 12);
    ck_assert_uint_eq(e.relevant, 12);
    ck_assert_uint_eq(e.not_applicable, 0);
    ck_assert_uint_eq(e.lost, 3);
    assert_close(e.share, 5.0 / 12, 1e-15);
    assert_close(e.lowest_share, 5.0 / 15, 1e-15);
    assert_close(e.highest_share, 8.0 / 15, 1e-15);
    const double w[] = {4 * 0.9, 25.0 / 6}, all = w[0] * 7 + w[1] * 5;
    const double p = (w[0] * 4 + w[1] * 1) / all;
    assert_close(e.estimate, p, 1e-15);
    double v = 0;
    for (uint32_t h = 0; h < 2; h++) { /* the residuals, one by one */
        const double n = h == 0 ? 10 : 6, mean_of = (h == 0 ? 4 : 1) - p * (h == 0 ? 7 : 5);
        double squares = 0;
        for (size_t i = 0; i < s.n; i++)
            if (s.stratum[i] == h) {
                const double z = s.inside[i] ? (s.answers[i] == ASSAY_YES) - p : 0;
                squares += (z - mean_of / n) * (z - mean_of / n);
            }
        v += w[h] * w[h] * n * (1 - n / (double)s.population[h]) * squares / (n - 1);
    }
    assert_close(e.se, sqrt(v) / all, 1e-13);
    assay_design_free(d);
}
END_TEST

START_TEST(no_relevant_case_is_no_data)
{
    for (size_t k = 0; assay_estimate_name(k) != NULL; k++) {
        const assay_estimate e = estimate_text("100:20:0:0;90:18:0:0", assay_estimate_name(k));
        ck_assert(e.state == ASSAY_INTERVAL_NO_DATA && e.n == 38 && e.not_applicable == 38);
        ck_assert(isnan(e.share) && isnan(e.estimate) && isnan(e.se) && isnan(e.deff));
        ck_assert(isnan(e.lower) && isnan(e.upper) && isnan(e.half_width) && isnan(e.df));
        ck_assert(isnan(e.lowest_share) && isnan(e.highest_share));
    }
    const struct sample blank = parse("100:20:0:0;9:1:0:0", ASSAY_UNANSWERED, 1);
    const assay_estimate e = estimate_of(&blank, ASSAY_LONELY_FAIL, 0.8, NULL);
    ck_assert(e.state == ASSAY_INTERVAL_NO_DATA && e.lowest_share == 0 && e.highest_share == 1);
}
END_TEST

START_TEST(a_census_is_a_point)
{
    const char *const texts[] = {"5:5:3;7:7:2", "5:5:3:2;7:7:2:2", "1:1:1;1:1:0", "5:5:5"};
    for (size_t i = 0; i < 4; i++)
        for (size_t k = 0; assay_estimate_name(k) != NULL; k++) {
            const assay_estimate e = estimate_text(texts[i], assay_estimate_name(k));
            ck_assert(e.lower == e.estimate && e.upper == e.estimate && e.half_width == 0);
            ck_assert(e.se == 0 && isinf(e.n_effective) && e.state == ASSAY_INTERVAL_OK);
            ck_assert(isnan(e.deff));
        }
}
END_TEST

/* The strata without a relevant case were not all sampled, and add nothing all the same */
START_TEST(a_domain_whose_strata_were_all_sampled_is_a_point)
{
    const assay_estimate e = estimate_text("5:5:3:2;40:12:0:0", NULL);
    ck_assert(e.lower == e.estimate && e.upper == e.estimate && e.se == 0);
}
END_TEST

START_TEST(a_lonely_stratum_is_an_error_unless_a_rule_is_chosen)
{
    const struct sample s = parse("40:12:7;3:1:1", ASSAY_NO, 1);
    assay_design *d = design_of(&s, ASSAY_LONELY_FAIL);
    assay_estimate out = {.x = 42};
    assert_status(assay_estimate_proportion(&context, d, s.answers, NULL, 0.8, NULL, &out),
                  ASSAY_EDOM);
    ck_assert_uint_eq(out.x, 42);
    ck_assert_str_eq(context.error.argument, "lonely");
    ck_assert_uint_eq(context.error.row, 2);
    ck_assert_str_eq(context.error.message,
                     "stratum 2 has a population of 3 and one case in the sample, which gives no "
                     "variance: choose certainty, adjust, average or collapse for lonely strata");
    assay_design_free(d);
    const struct sample whole = parse("40:12:7;1:1:1", ASSAY_NO, 1);
    ck_assert(estimate_of(&whole, ASSAY_LONELY_FAIL, 0.8, NULL).state == ASSAY_INTERVAL_OK);
}
END_TEST

START_TEST(one_case_alone_has_no_average_and_no_degrees_of_freedom)
{
    const struct sample s = parse("9:1:1", ASSAY_NO, 1);
    const assay_estimate average = estimate_of(&s, ASSAY_LONELY_AVERAGE, 0.8, "wilson_neff");
    ck_assert(average.estimate == 1 && isnan(average.se) && isnan(average.lower));
    ck_assert(average.state == ASSAY_INTERVAL_UNDEFINED);
    const assay_estimate none = estimate_of(&s, ASSAY_LONELY_CERTAINTY, 0.8, "korn_graubard");
    ck_assert(none.df == 0 && isnan(none.upper) && none.state == ASSAY_INTERVAL_UNDEFINED);
    const assay_estimate some = estimate_of(&s, ASSAY_LONELY_CERTAINTY, 0.8, "wilson_neff");
    ck_assert(some.upper == 1 && some.lower > 0 && some.state == ASSAY_INTERVAL_OK);
}
END_TEST

START_TEST(the_average_is_over_all_strata_that_have_a_variance)
{
    const struct sample s = parse("3:1:1;5:5:3;40:12:7", ASSAY_NO, 1);
    const assay_estimate without = estimate_of(&s, ASSAY_LONELY_CERTAINTY, 0.8, NULL);
    const assay_estimate average = estimate_of(&s, ASSAY_LONELY_AVERAGE, 0.8, NULL);
    assert_close(average.se, without.se * sqrt(3 / 2.0), 1e-14);
}
END_TEST

START_TEST(the_rule_chooses_the_method)
{
    const struct {
        const char *text, *method;
    } cases[] = {
        {"254:100:61", "wilson_neff"},
        {"254:21:11", "wilson_neff"},             /* df = 20 */
        {"254:20:11", "korn_graubard"},           /* df = 19 */
        {"254:100:100", "korn_graubard"},         /* all */
        {"254:100:0", "korn_graubard"},           /* none */
        {"254:100:61;9:5:3", "wilson_neff"},      /* five in a stratum */
        {"254:100:61;9:4:3", "korn_graubard"},    /* four */
        {"254:100:61:40;9:4:0:0", "wilson_neff"}, /* four, of which none is relevant */
        {"254:100:20:9", "korn_graubard"},        /* df = 19 in the domain */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        ck_assert_str_eq(estimate_text(cases[i].text, NULL).method, cases[i].method);
}
END_TEST

/* One stratum: v = (1-f) p q / (n-1) is what a simple random sample has */
START_TEST(the_design_effect_of_one_stratum_is_one)
{
    assert_close(estimate_text("254:100:61", NULL).deff, 1, 1e-13);
    ck_assert(isnan(estimate_text("9:2:1:1", NULL).deff));
    ck_assert(estimate_text("900:30:29;100:30:1", NULL).deff < 1);
    ck_assert(estimate_text("990:10:5;10:9:5", NULL).deff > 1);
}
END_TEST

START_TEST(wrong_arguments_are_named)
{
    struct sample s = parse("40:12:7", ASSAY_NO, 1);
    assay_design *d = design_of(&s, ASSAY_LONELY_FAIL);
    const double bad[] = {NAN, 0, 1, 80, -0.8};
    assay_estimate out = {.x = 42};
    for (size_t i = 0; i < 5; i++) {
        assert_status(assay_estimate_proportion(&context, d, s.answers, NULL, bad[i], NULL, &out),
                      ASSAY_EDOM);
        ck_assert_str_eq(context.error.argument, "confidence");
    }
    s.answers[4] = 4;
    assert_status(assay_estimate_proportion(&context, d, s.answers, NULL, 0.8, NULL, &out),
                  ASSAY_EDOM);
    ck_assert_str_eq(context.error.argument, "answers");
    ck_assert_uint_eq(context.error.row, 5);
    ck_assert_str_eq(context.error.message, "case 5 has the answer 4, which is none");
    ck_assert_uint_eq(out.x, 42);
    assay_design_free(d);
}
END_TEST

START_TEST(exact_limits_of_one_stratum_are_those_of_hyper_tail)
{
    uint64_t lower, upper;
    assert_ok(assay_hyper_tail_lower(61, 100, 254, (1 - 0.8) / 2, &lower));
    assert_ok(assay_hyper_tail_upper(61, 100, 254, (1 - 0.8) / 2, &upper));
    for (int k = 0; k < 2; k++) {
        const assay_estimate e = estimate_text("254:100:61", k == 0 ? "exact" : "exact_combined");
        ck_assert(e.lower == (double)lower / 254 && e.upper == (double)upper / 254);
        ck_assert(e.half_width == (e.upper - e.lower) / 2 && e.state == ASSAY_INTERVAL_OK);
    }
}
END_TEST

START_TEST(exact_limits_are_those_of_the_counts_in_each_stratum)
{
    const assay_exact_count counts[] = {{120, 48, 12, 18}, {80, 32, 11, 14}, {9, 1, 1, 0}};
    const assay_answer others[] = {ASSAY_NOT_APPLICABLE, ASSAY_UNANSWERED, ASSAY_YES};
    for (int k = 0; k < 3; k++) {
        double lower, upper;
        const struct sample s = parse("120:48:30:12;80:32:25:11;9:1:1:1", others[k], k < 2);
        const assay_estimate e = estimate_of(&s, ASSAY_LONELY_ADJUST, 0.8, "exact");
        assert_ok(
            assay_exact_share(&context, ASSAY_EXACT, 3, counts, (1 - 0.8) / 2, &lower, &upper));
        ck_assert(e.lower == lower && e.upper == upper && 0 < lower && upper < 1);
        const assay_estimate c = estimate_of(&s, ASSAY_LONELY_ADJUST, 0.8, "exact_combined");
        assert_ok(assay_exact_share(&context, ASSAY_EXACT_COMBINED, 3, counts, (1 - 0.8) / 2,
                                    &lower, &upper));
        ck_assert(c.lower == lower && c.upper == upper && lower < e.lower && e.upper < upper);
    }
}
END_TEST

/* No variance (one case alone), or one of 0 though a stratum has cases that were not sampled. */
START_TEST(exact_limits_need_no_variance)
{
    const struct sample s = parse("9:1:1", ASSAY_NO, 1);
    const assay_estimate one = estimate_of(&s, ASSAY_LONELY_AVERAGE, 0.8, "exact");
    ck_assert(isnan(one.se) && one.lower == 1 / 9.0 && one.upper == 1);
    const assay_estimate some = estimate_text("5:5:3:2;40:12:0:0", "exact");
    ck_assert(some.se == 0 && isinf(some.n_effective) && some.lower < 2 / 3.0 &&
              some.upper > 2 / 3.0);
}
END_TEST

START_TEST(too_many_strata_for_exact_are_refused)
{
    const char *text = "254:100:3;254:100:9;254:100:9;254:100:9";
    const struct sample s = parse(text, ASSAY_NO, 1);
    assay_design *d = design_of(&s, ASSAY_LONELY_FAIL);
    assay_estimate out = {.x = 42};
    assert_status(assay_estimate_proportion(&context, d, s.answers, NULL, 0.8,
                                            assay_estimate_find("exact"), &out),
                  ASSAY_ENUMERIC);
    ck_assert_ptr_nonnull(strstr(context.error.message, "would take 189560133000: take"));
    ck_assert_uint_eq(out.x, 42);
    assay_design_free(d);
    ck_assert(estimate_text(text, "exact_combined").upper < 0.2);
}
END_TEST

static assay_status stop(void *self, uint64_t done, uint64_t total)
{
    (void)self, (void)done, (void)total;
    return ASSAY_ESTOPPED;
}

START_TEST(a_failure_leaves_nothing_behind)
{
    const struct sample s = parse("40:12:7", ASSAY_NO, 1);
    assay_design *d = design_of(&s, ASSAY_LONELY_FAIL);
    const size_t before = assay_memory_in_use();
    assay_estimate out = {.x = 42};
    assay_memory_fail_at(1, true);
    assert_status(assay_estimate_proportion(&context, d, s.answers, NULL, 0.8, NULL, &out),
                  ASSAY_ENOMEM);
    assay_memory_fail_at(0, false);
    context.poll = stop;
    assert_status(assay_estimate_proportion(&context, d, s.answers, NULL, 0.8, NULL, &out),
                  ASSAY_ESTOPPED);
    ck_assert_uint_eq(out.x, 42);
    ck_assert_uint_eq(assay_memory_in_use(), before);
    assay_design_free(d);
}
END_TEST

START_TEST(names_lead_to_methods)
{
    static const char *const names[] = {
        "wilson_neff", "korn_graubard",      "korn_graubard_z", "logit_t",    "logit_z", "wald_t",
        "wald_z",      "wald_satterthwaite", "yan_su",          "yan_su_fpc", "score",   "lrt",
        "exact",       "exact_combined"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        ck_assert_str_eq(assay_estimate_name(i), names[i]);
    ck_assert_ptr_null(assay_estimate_name(sizeof names / sizeof names[0]));
    ck_assert_ptr_null(assay_estimate_name(SIZE_MAX));
    ck_assert_ptr_null(assay_estimate_find("wilson"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("estimate");
    TCase *values = tcase_create("values"), *edges = tcase_create("edges");
    tcase_add_test(values, estimates_are_those_of_the_reference_table);
    tcase_add_test(values, the_variance_is_that_of_the_residuals);
    tcase_add_test(values, the_order_of_the_cases_does_not_matter);
    tcase_add_test(values, answers_of_each_state_are_counted_apart);
    tcase_add_test(values, per_cents_are_rounded_half_up);
    tcase_add_test(values, the_rule_chooses_the_method);
    tcase_add_test(values, the_design_effect_of_one_stratum_is_one);
    tcase_add_test(edges, unanimous_answers_give_an_exact_end);
    tcase_add_test(edges, strata_of_one_mind_use_their_effective_size);
    tcase_add_test(values, what_became_of_cases_is_in_weights_variance_and_bounds);
    tcase_add_test(edges, no_relevant_case_is_no_data);
    tcase_add_test(edges, a_census_is_a_point);
    tcase_add_test(edges, a_domain_whose_strata_were_all_sampled_is_a_point);
    tcase_add_test(edges, a_lonely_stratum_is_an_error_unless_a_rule_is_chosen);
    tcase_add_test(edges, one_case_alone_has_no_average_and_no_degrees_of_freedom);
    tcase_add_test(values, the_average_is_over_all_strata_that_have_a_variance);
    tcase_add_test(values, exact_limits_of_one_stratum_are_those_of_hyper_tail);
    tcase_add_test(values, exact_limits_are_those_of_the_counts_in_each_stratum);
    tcase_add_test(edges, exact_limits_need_no_variance);
    tcase_add_test(edges, too_many_strata_for_exact_are_refused);
    tcase_add_test(edges, wrong_arguments_are_named);
    tcase_add_test(edges, a_failure_leaves_nothing_behind);
    tcase_add_test(edges, names_lead_to_methods);
    suite_add_tcase(suite, values);
    suite_add_tcase(suite, edges);
    return run_suite(suite);
}
