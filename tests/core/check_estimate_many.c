#include "tables.h"

#include "base/memory.h"
#include "infer/estimate.h"

/*
** A survey made up of congruential numbers: 8 strata of unequal sizes, one of them sampled whole, one
** empty; questions in which each answer comes up, one that all answer alike, one without answers.
*/
enum { UNITS = 3001, STRATA = 8, QUESTIONS = 7, GROUPS = 5 };

typedef struct survey {
    uint32_t stratum[UNITS], group[UNITS];
    uint64_t population[STRATA];
    uint8_t answers[QUESTIONS][UNITS], inside[UNITS];
    const uint8_t *lists[QUESTIONS];
} survey;

static uint64_t state = 77;

static uint32_t below(uint32_t bound)
{
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((state >> 33) % bound);
}

static void make_survey(survey *s)
{
    uint64_t sampled[STRATA] = {0};
    memset(s, 0, sizeof *s);
    state = 77;
    for (size_t i = 0; i < UNITS; i++) {
        s->stratum[i] = below(4) > 0 ? below(3) : below(STRATA - 1); /* the last stays empty */
        s->group[i] = s->stratum[i] == 1 ? 3 : below(GROUPS - 1);    /* the last has no unit */
        s->inside[i] = (uint8_t)below(5);
        sampled[s->stratum[i]]++;
        for (size_t k = 0; k < QUESTIONS; k++)
            s->answers[k][i] = k == 0   ? ASSAY_YES
                               : k == 1 ? ASSAY_UNANSWERED
                                        : (uint8_t)(below(10) < 7 ? below(2) : below(4));
    }
    for (size_t h = 0; h < STRATA - 1; h++)
        s->population[h] = sampled[h] * (h + 1) + (h > 0 ? h * 11 : 0); /* of 0 all are sampled */
    for (size_t k = 0; k < QUESTIONS; k++)
        s->lists[k] = s->answers[k];
}

static assay_design *design_of(assay_context *context, const survey *s)
{
    assay_design *d = NULL;
    assert_ok(assay_design_new(
        context,
        &(assay_sampling){
            .n = UNITS, .strata = STRATA, .stratum = s->stratum, .population = s->population},
        &d));
    return d;
}

static assay_estimate_request request_of(const survey *s, const char *method)
{
    return (assay_estimate_request){.n_questions = QUESTIONS,
                                    .answers = s->lists,
                                    .n_groups = GROUPS,
                                    .group = s->group,
                                    .inside = s->inside,
                                    .confidence = 0.8,
                                    .method = method == NULL ? NULL : assay_estimate_find(method)};
}

/* To the last bit, of which NaN has many: so what is no number must be none in both. */
static void assert_same(double a, double b)
{
    ck_assert_msg(a == b || (isnan(a) && isnan(b)), "%.17g and %.17g", a, b);
}

static void assert_same_estimates(const assay_estimate *a, const assay_estimate *b)
{
    ck_assert(a->n == b->n && a->relevant == b->relevant && a->x == b->x && a->lost == b->lost);
    ck_assert(a->not_applicable == b->not_applicable && a->unanswered == b->unanswered);
    ck_assert(a->percent == b->percent && a->state == b->state && a->confidence == b->confidence);
    ck_assert_str_eq(a->method, b->method);
    assert_same(a->share, b->share);
    assert_same(a->lowest_share, b->lowest_share);
    assert_same(a->highest_share, b->highest_share);
    assert_same(a->estimate, b->estimate);
    assert_same(a->se, b->se);
    assert_same(a->df, b->df);
    assert_same(a->n_effective, b->n_effective);
    assert_same(a->deff, b->deff);
    assert_same(a->lower, b->lower);
    assert_same(a->upper, b->upper);
    assert_same(a->half_width, b->half_width);
}

static survey made;
static const char *const methods[] = {NULL,      "wilson_neff", "korn_graubard",
                                      "logit_t", "yan_su_fpc",  "wald_satterthwaite"};
enum { N_METHODS = sizeof methods / sizeof methods[0] };

/* The flags of a group are those of its units that are inside: one question after the other. */
START_TEST(many_are_one_by_one)
{
    for (size_t m = 0; m < N_METHODS; m++)
        for (int threads = 1; threads <= 3; threads += 2) {
            assay_context context = {.threads = threads};
            assay_estimate all[GROUPS * QUESTIONS], one;
            make_survey(&made);
            assay_design *d = design_of(&context, &made);
            const assay_estimate_request ask = request_of(&made, methods[m]);
            assert_ok(assay_estimate_proportions(&context, d, &ask, all));
            for (size_t g = 0; g < GROUPS; g++) {
                uint8_t inside[UNITS];
                for (size_t i = 0; i < UNITS; i++)
                    inside[i] = made.group[i] == g && made.inside[i] != 0;
                for (size_t k = 0; k < QUESTIONS; k++) {
                    assert_ok(assay_estimate_proportion(&context, d, made.answers[k], inside, 0.8,
                                                        ask.method, &one));
                    assert_same_estimates(&all[g * QUESTIONS + k], &one);
                }
            }
            assay_design_free(d);
        }
}
END_TEST

/* Weights of their own: estimates go by residuals. */
static assay_design *weighted_design(assay_context *context, const survey *s)
{
    static double weights[UNITS];
    assay_design *d = NULL;
    for (size_t i = 0; i < UNITS; i++)
        weights[i] = 1 + (double)below(97) / 10;
    assert_ok(assay_design_new(context,
                               &(assay_sampling){.n = UNITS,
                                                 .strata = STRATA,
                                                 .stratum = s->stratum,
                                                 .population = s->population,
                                                 .weights = weights},
                               &d));
    ck_assert(!assay_design_is_simple(d));
    return d;
}

START_TEST(under_weights_many_are_one_by_one)
{
    assay_context context = {.threads = 2};
    assay_estimate all[GROUPS * QUESTIONS], one;
    make_survey(&made);
    assay_design *d = weighted_design(&context, &made);
    assay_estimate_request ask = request_of(&made, NULL);
    assert_ok(assay_estimate_proportions(&context, d, &ask, all));
    for (size_t g = 0; g < GROUPS; g++) {
        uint8_t inside[UNITS];
        for (size_t i = 0; i < UNITS; i++)
            inside[i] = made.group[i] == g && made.inside[i] != 0;
        for (size_t k = 0; k < QUESTIONS; k++) {
            assert_ok(
                assay_estimate_proportion(&context, d, made.answers[k], inside, 0.8, NULL, &one));
            assert_same_estimates(&all[g * QUESTIONS + k], &one);
        }
    }
    static const char *const refused[] = {"exact", "exact_combined",     "yan_su", "yan_su_fpc",
                                          "score", "wald_satterthwaite", NULL};
    for (size_t m = 0; refused[m] != NULL; m++) {
        ask.method = assay_estimate_find(refused[m]);
        assert_status(assay_estimate_proportions(&context, d, &ask, all), ASSAY_EDOM);
        ck_assert_str_eq(context.error.argument, "method");
        ck_assert_ptr_nonnull(
            strstr(context.error.message, "works from the counts of simple random samples"));
    }
    assay_design_free(d);
}
END_TEST

/* Counted by hand: each unit once, in its group alone. */
START_TEST(each_unit_is_counted_in_its_group)
{
    assay_context context = {.threads = 2};
    assay_estimate all[GROUPS * QUESTIONS];
    make_survey(&made);
    assay_design *d = design_of(&context, &made);
    const assay_estimate_request ask = request_of(&made, NULL);
    assert_ok(assay_estimate_proportions(&context, d, &ask, all));
    for (size_t g = 0; g < GROUPS; g++)
        for (size_t k = 0; k < QUESTIONS; k++) {
            uint64_t counts[4] = {0};
            for (size_t i = 0; i < UNITS; i++)
                counts[made.answers[k][i]] += made.group[i] == g && made.inside[i] != 0;
            const assay_estimate *e = &all[g * QUESTIONS + k];
            ck_assert_uint_eq(e->x, counts[ASSAY_YES]);
            ck_assert_uint_eq(e->relevant, counts[ASSAY_YES] + counts[ASSAY_NO]);
            ck_assert_uint_eq(e->not_applicable, counts[ASSAY_NOT_APPLICABLE]);
            ck_assert_uint_eq(e->unanswered, counts[ASSAY_UNANSWERED]);
            ck_assert_int_eq(e->state == ASSAY_INTERVAL_NO_DATA, e->relevant == 0);
        }
    ck_assert_uint_eq(all[(GROUPS - 1) * QUESTIONS].n, 0); /* the group without units */
    assay_design_free(d);
}
END_TEST

/* Two units a stratum: the counts of 200 questions take more room than there is at once. */
START_TEST(questions_that_find_no_room_come_next)
{
    enum { MANY = 200, PAIRS = (UNITS + 1) / 2 };
    static uint32_t stratum[UNITS];
    static uint64_t population[PAIRS];
    const uint8_t *lists[MANY];
    assay_context context = {.threads = 2};
    assay_estimate all[MANY], one;
    assay_design *d = NULL;
    make_survey(&made);
    for (uint32_t i = 0; i < UNITS; i++) {
        stratum[i] = i / 2;
        population[i / 2] = 3;
    }
    for (size_t k = 0; k < MANY; k++)
        lists[k] = made.answers[k % QUESTIONS];
    assert_ok(assay_design_new(&context,
                               &(assay_sampling){.n = UNITS,
                                                 .strata = PAIRS,
                                                 .stratum = stratum,
                                                 .population = population,
                                                 .lonely = ASSAY_LONELY_ADJUST},
                               &d));
    const assay_estimate_request ask = {
        .n_questions = MANY, .answers = lists, .n_groups = 1, .confidence = 0.8};
    assert_ok(assay_estimate_proportions(&context, d, &ask, all));
    for (size_t k = 0; k < MANY; k++) {
        assert_ok(assay_estimate_proportion(&context, d, lists[k], NULL, 0.8, NULL, &one));
        assert_same_estimates(&all[k], &one);
    }
    assay_design_free(d);
}
END_TEST

/* Methods that search take all strata, those without a case of the domain too. */
START_TEST(searched_limits_are_one_by_one_too)
{
    static const uint32_t stratum[] = {0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2};
    static const uint32_t group[] = {0, 0, 1, 1, 0, 0, 0, 1, 0, 1, 1};
    static const uint8_t answers[2][11] = {{0, 1, 0, 1, 0, 0, 1, 1, 2, 0, 0},
                                           {1, 1, 1, 1, 0, 0, 0, 3, 2, 0, 1}};
    static const uint64_t population[] = {12, 7, 3};
    const uint8_t *lists[] = {answers[0], answers[1]};
    assay_context context = {.threads = 2};
    assay_design *d = NULL;
    assert_ok(assay_design_new(
        &context,
        &(assay_sampling){.n = 11, .strata = 3, .stratum = stratum, .population = population}, &d));
    for (int m = 0; m < 2; m++) {
        assay_estimate all[4], one;
        const assay_estimate_request ask = {
            .n_questions = 2,
            .answers = lists,
            .n_groups = 2,
            .group = group,
            .confidence = 0.8,
            .method = assay_estimate_find(m == 0 ? "exact" : "exact_combined")};
        assert_ok(assay_estimate_proportions(&context, d, &ask, all));
        for (size_t i = 0; i < 4; i++) {
            uint8_t inside[11];
            for (size_t u = 0; u < 11; u++)
                inside[u] = group[u] == i / 2;
            assert_ok(assay_estimate_proportion(&context, d, answers[i % 2], inside, 0.8,
                                                ask.method, &one));
            assert_same_estimates(&all[i], &one);
            ck_assert(one.lower < one.estimate && one.estimate < one.upper);
        }
    }
    assay_design_free(d);
}
END_TEST

START_TEST(wrong_requests_are_named)
{
    assay_context context = {0};
    assay_estimate all[GROUPS * QUESTIONS] = {{.x = 42}};
    make_survey(&made);
    assay_design *d = design_of(&context, &made);
    assay_estimate_request ask = request_of(&made, "wald_z");
    ask.cap = true;
    assert_status(assay_estimate_proportions(&context, d, &ask, all), ASSAY_EDOM);
    ck_assert_str_eq(context.error.argument, "cap");
    ck_assert_str_eq(context.error.message, "'wald_z' has no effective size to cap");
    ask = request_of(&made, NULL);
    made.group[9] = GROUPS;
    assert_status(assay_estimate_proportions(&context, d, &ask, all), ASSAY_EDOM);
    ck_assert_str_eq(context.error.argument, "group");
    ck_assert_uint_eq(context.error.row, 10);
    ck_assert_str_eq(context.error.message, "case 10 is of group 6 of 5");
    made.group[9] = 0;
    made.answers[QUESTIONS - 1][1233] = 128;
    assert_status(assay_estimate_proportions(&context, d, &ask, all), ASSAY_EDOM);
    ck_assert_str_eq(context.error.argument, "answers");
    ck_assert_uint_eq(context.error.row, 1234);
    ck_assert_uint_eq(all[0].x, 42);
    assay_design_free(d);
}
END_TEST

/* Of one stratum one case was drawn; a group without relevant cases has no need of its variance. */
START_TEST(a_lonely_stratum_stops_groups_that_have_data)
{
    static const uint32_t stratum[] = {0, 0, 1, 0}, group[] = {0, 0, 0, 1};
    static const uint8_t answers[] = {0, 1, 0, 2}, none[] = {2, 3, 3, 2};
    static const uint64_t population[] = {9, 4};
    const uint8_t *lists[] = {none, answers};
    assay_context context = {.threads = 2};
    assay_estimate all[4];
    assay_design *d = NULL;
    assert_ok(assay_design_new(
        &context,
        &(assay_sampling){.n = 4, .strata = 2, .stratum = stratum, .population = population}, &d));
    assay_estimate_request ask = {
        .n_questions = 1, .answers = lists, .n_groups = 2, .group = group, .confidence = 0.8};
    assert_ok(assay_estimate_proportions(&context, d, &ask, all));
    ask.n_questions = 2;
    static const char *const both[] = {"wilson_neff", "exact"};
    for (int m = 0; m < 2; m++) {
        ask.method = assay_estimate_find(both[m]);
        context.error.message[0] = '\0';
        assert_status(assay_estimate_proportions(&context, d, &ask, all), ASSAY_EDOM);
        ck_assert_str_eq(context.error.argument, "lonely");
        ck_assert_uint_eq(context.error.row, 2);
        ck_assert_ptr_nonnull(strstr(context.error.message, "stratum 2 has a population of 4"));
    }
    assay_design_free(d);
}
END_TEST

static assay_status attempt_many(assay_context *with, void *self)
{
    assay_estimate all[GROUPS * QUESTIONS];
    const assay_estimate_request ask = request_of(&made, NULL);
    with->threads = 2;
    return assay_estimate_proportions(with, self, &ask, all);
}

START_TEST(estimates_that_find_no_memory_are_not_made)
{
    assay_context context = {0};
    make_survey(&made);
    assay_design *d = design_of(&context, &made);
    sweep_memory(attempt_many, d);
    assay_design_free(d);
    d = weighted_design(&context, &made);
    sweep_memory(attempt_many, d);
    assay_design_free(d);
}
END_TEST

static assay_status stop(void *self, uint64_t done, uint64_t total)
{
    int *left = self;
    (void)done, (void)total;
    return (*left)-- > 0 ? ASSAY_OK : ASSAY_ESTOPPED;
}

START_TEST(a_stop_leaves_nothing_behind)
{
    make_survey(&made);
    for (int polls = 0;; polls++) {
        int left = polls;
        assay_context context = {.threads = 2};
        assay_estimate all[GROUPS * QUESTIONS] = {{.x = 42}};
        assay_design *d = design_of(&context, &made);
        const assay_estimate_request ask = request_of(&made, NULL);
        const size_t before = assay_memory_in_use();
        context.poll = stop;
        context.self = &left;
        const assay_status status = assay_estimate_proportions(&context, d, &ask, all);
        ck_assert_uint_eq(assay_memory_in_use(), before);
        assay_design_free(d);
        if (status == ASSAY_OK) {
            ck_assert_int_gt(polls, 1);
            break;
        }
        ck_assert_int_eq(status, ASSAY_ESTOPPED);
        ck_assert_uint_eq(all[0].x, 42);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("estimate_many");
    TCase *values = tcase_create("values"), *edges = tcase_create("edges");
    tcase_add_test(values, many_are_one_by_one);
    tcase_add_test(values, under_weights_many_are_one_by_one);
    tcase_add_test(values, each_unit_is_counted_in_its_group);
    tcase_add_test(values, questions_that_find_no_room_come_next);
    tcase_add_test(values, searched_limits_are_one_by_one_too);
    tcase_add_test(edges, wrong_requests_are_named);
    tcase_add_test(edges, a_lonely_stratum_stops_groups_that_have_data);
    tcase_add_test(edges, estimates_that_find_no_memory_are_not_made);
    tcase_add_test(edges, a_stop_leaves_nothing_behind);
    suite_add_tcase(suite, values);
    suite_add_tcase(suite, edges);
    return run_suite(suite);
}
