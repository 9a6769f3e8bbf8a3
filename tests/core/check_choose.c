#include "tables.h"

#include <gsl/gsl_cdf.h>

#include "sample/choose.h"

static assay_context context = {.threads = 1};

/* Strata F (7 cases) and M (5) in no order; x has one size in M that makes its case certain. */
static const char cases[] = "id,s,x,a,b\n07,M,3,q,1\n02,F,2.5,q,2\n10,F,1,p,1\n04,F,4,p,2\n"
                            "05,F,3,q,1\n06,M,60,p,2\n01,M,2,q,2\n08,F,2,p,1\n09,F,1.5,q,1\n"
                            "1,F,2,p,2\n11,M,4,p,1\n12,M,1,q,1\n";
enum { CASES = 12, F = 7, M = 5, ID = 0, S = 1, X = 2, A = 3, B = 4 };
static const size_t by_s[] = {S};
static const uint64_t some[] = {3, 2}, none[] = {0, 0}, spare[] = {2, 1};

static assay_plan *plan_of(const assay_frame *frame, const uint64_t sample[],
                           const uint64_t reserve[], bool measured)
{
    assay_plan *plan = NULL;
    assert_ok(assay_plan_new(&context, frame, ID, 1, by_s, &plan));
    assert_ok(assay_plan_set(&context, plan, sample, reserve));
    if (measured)
        assert_ok(assay_plan_measure(&context, plan, X));
    return plan;
}

static assay_sample *draw(assay_plan *plan, const char *seed, const assay_drawing *how)
{
    assay_sample *sample = NULL;
    const assay_status status = assay_draw_by(&context, plan, seed, how, &sample);
    ck_assert_msg(status == ASSAY_OK, "%s", context.error.message);
    return sample;
}

static const char *id_of(const assay_frame *frame, uint32_t row)
{
    static char text[2][ASSAY_CELL_BYTES];
    static int turn;
    size_t length;
    char scratch[ASSAY_CELL_BYTES], *to = text[turn = !turn];
    const char *id = assay_column_cell(assay_frame_column(frame, ID), row, scratch, &length);
    memcpy(to, id, length);
    to[length] = '\0';
    return to;
}

/* ---- what is chosen, put together by hand ---- */

/* F by a, then b, ids for ties; M likewise: told here, not asked of walk.h. */
static const char *const sorted[] = {"08", "10", "04", "1", "05", "09", "02"};
static const char *const sorted_m[] = {"11", "06", "07", "12", "01"};

static uint32_t row_of(const assay_frame *frame, const char *id)
{
    uint32_t row = 0;
    while (strcmp(id_of(frame, row), id) != 0)
        row++;
    return row;
}

/* The rows of stratum h in the order in which the method walks them. */
static void order_by_hand(const assay_frame *frame, const assay_sample *sample, size_t h,
                          uint32_t rows[])
{
    const size_t n = h == 0 ? F : M;
    for (size_t i = 0; i < n; i++)
        rows[i] = row_of(frame, h == 0 ? sorted[i] : sorted_m[i]);
    if (sample->how.method->sorted)
        return;
    for (size_t i = 1; i < n; i++) /* by ticket */
        for (size_t j = i;
             j > 0 && memcmp(sample->tickets[rows[j]], sample->tickets[rows[j - 1]], 32) < 0; j--) {
            const uint32_t swapped = rows[j];
            rows[j] = rows[j - 1];
            rows[j - 1] = swapped;
        }
}

static void choose_by_hand(const assay_frame *frame, const assay_sample *sample, size_t h,
                           bool chosen[CASES])
{
    const assay_plan *plan = sample->plan;
    const size_t n = h == 0 ? F : M;
    uint32_t rows[F];
    double p[F], u[F];
    bool here[F];
    char name[64];
    assay_rng random;
    order_by_hand(frame, sample, h, rows);
    for (size_t i = 0; i < n; i++) {
        char digits[ASSAY_TICKET];
        assay_hex(sample->tickets[rows[i]], ASSAY_TICKET_BYTES, digits);
        digits[13] = '\0';
        u[i] = ((double)strtoull(digits, NULL, 16) + 0.5) / 4503599627370496.0;
        p[i] = plan->measure != NULL ? plan->measure->probability[rows[i]]
                                     : (double)plan->sample[h] / (double)n;
    }
    snprintf(name, sizeof name, "%s|%s", sample->how.method->name, h == 0 ? "F" : "M");
    assay_rng_stream(&random, sample->seed, name, 0);
    const assay_chance chance = assay_chance_of(&random.gsl);
    const assay_units units = {n, (double)plan->sample[h], p, u};
    assert_ok(sample->how.method->choose(&context, &units, &chance, here));
    for (size_t i = 0; i < n; i++)
        chosen[rows[i]] = here[i];
}

/* Sample first, by stratum and ticket; then the smallest tickets of the others; ranks go on. */
static void assert_listed(const assay_sample *sample, const bool chosen[CASES])
{
    const uint32_t *of_row = sample->plan->strata->of_row;
    size_t drawn[2] = {0, 0}, at = 0;
    for (size_t part = 0; part < 2; part++)
        for (uint32_t h = 0; h < 2; h++) {
            static const unsigned char lowest[ASSAY_TICKET_BYTES];
            const unsigned char *last = lowest;
            const size_t first = at;
            while (at < sample->n && (at < sample->n_sample) == (part == 0) &&
                   of_row[sample->rows[at]] == h) {
                const uint32_t row = sample->rows[at];
                ck_assert(chosen[row] == (part == 0));
                ck_assert(memcmp(sample->tickets[row], last, 32) > 0);
                ck_assert_uint_eq(sample->ranks[at], ++drawn[h]);
                last = sample->tickets[row];
                at++;
            }
            ck_assert_uint_eq(at - first, part == 0 ? sample->sizes[h] : sample->reserves[h]);
            for (uint32_t row = 0; row < CASES; row++) /* none that is left has a smaller ticket */
                if (of_row[row] == h && chosen[row] == (part == 0)) {
                    bool is_in = false;
                    for (size_t i = first; i < at; i++)
                        is_in = is_in || sample->rows[i] == row;
                    ck_assert(is_in || (part == 1 && memcmp(sample->tickets[row], last, 32) > 0));
                }
        }
    ck_assert_uint_eq(at, sample->n);
}

START_TEST(each_stratum_is_drawn_by_its_own_stream_in_its_own_order)
{
    const assay_method *method = &assay_methods[_i];
    size_t columns[] = {A, B};
    bool up[] = {false, false};
    const assay_drawing how = {.method = method,
                               .sorting = {method->sorted ? 2 : 0, columns, up, false}};
    assay_frame *frame = table(cases);
    for (int measured = 0; measured <= (int)method->unequal; measured++) {
        assay_plan *plan = plan_of(frame, some, method->fixed_size ? spare : none, measured);
        for (int seed = 0; seed < 100; seed++) {
            char text[16];
            bool chosen[CASES];
            snprintf(text, sizeof text, "S-%d", seed);
            assay_sample *sample = draw(plan, text, &how);
            choose_by_hand(frame, sample, 0, chosen);
            choose_by_hand(frame, sample, 1, chosen);
            assert_listed(sample, chosen);
            if (method->fixed_size)
                ck_assert(sample->n_sample == 5 && sample->n == 8);
            for (size_t i = 0; i < sample->n_sample; i++) {
                const uint32_t row = sample->rows[i];
                const double p =
                    measured ? plan->measure->probability[row]
                             : (row == 0 || row == 5 || row == 6 || row > 9 ? 2. / 5 : 3. / 7);
                ck_assert(sample->probability[i] == p);
                assert_close(sample->weight[i], 1 / p, 1e-15);
            }
            ck_assert(sample->approximate == (method->approximate && measured));
            assay_sample_free(sample);
        }
        assay_plan_release(plan);
    }
    assay_frame_free(frame);
}
END_TEST

/* ---- frequencies ---- */

/* 10,000 seeds: each case within 5 sigma of its probability, and 0.06 more where it is near only. */
START_TEST(every_case_has_the_probability_that_is_told)
{
    enum { SEEDS = 10000 };
    const assay_method *method = &assay_methods[_i];
    const assay_drawing how = {.method = method};
    assay_frame *frame = table(cases);
    assay_plan *plan = plan_of(frame, some, none, method->unequal);
    int hits[CASES] = {0};
    for (int seed = 0; seed < SEEDS; seed++) {
        char text[16];
        assay_sample *sample = NULL;
        snprintf(text, sizeof text, "%d", seed);
        if (assay_draw_by(&context, plan, text, &how, &sample) != ASSAY_OK)
            ck_abort();
        for (size_t i = 0; i < sample->n_sample; i++)
            hits[sample->rows[i]]++;
        assay_sample_free(sample);
    }
    for (uint32_t row = 0; row < CASES; row++) {
        const double p = assay_choose_probability(plan, row);
        ck_assert_msg(fabs(hits[row] - SEEDS * p) <=
                          5 * sqrt(SEEDS * p * (1 - p)) + (method->approximate ? SEEDS * 0.06 : 0),
                      "%s, row %d: %d of %g", method->name, (int)row, hits[row], SEEDS * p);
    }
    if (method->unequal)
        ck_assert_int_eq(hits[5], SEEDS); /* the certain one */
    assay_plan_release(plan);
    assay_frame_free(frame);
}
END_TEST

/*
** Tickets: 100,000 seeds, 8 cases, 3 drawn. Chi-squared of the 56 samples that there are (df 55), of
** the 8 cases (with p = 3/8 the sum of (O - E)^2 / (N p (1 - p)), times 7/8, has df 7), and each of
** the 28 pairs within 5 sigma.
*/
START_TEST(tickets_make_every_sample_as_likely_as_any_other)
{
    enum { SEEDS = 100000, N = 8 };
    static const uint64_t three[] = {3}, zero[] = {0};
    assay_frame *frame = table("id\n1\n2\n3\n4\n5\n6\n7\n8\n");
    assay_plan *plan = NULL;
    int hits[N] = {0}, pairs[N][N] = {{0}}, samples[1 << N] = {0};
    double chi = 0, chi_single = 0;
    assert_ok(assay_plan_new(&context, frame, ID, 0, NULL, &plan));
    assert_ok(assay_plan_set(&context, plan, three, zero));
    for (int seed = 0; seed < SEEDS; seed++) {
        char text[16];
        assay_sample *sample = NULL;
        unsigned set = 0;
        snprintf(text, sizeof text, "chi-%d", seed);
        if (assay_draw(&context, plan, text, &sample) != ASSAY_OK)
            ck_abort();
        for (size_t i = 0; i < 3; i++) {
            set |= 1u << sample->rows[i];
            hits[sample->rows[i]]++;
            for (size_t j = 0; j < i; j++) {
                pairs[sample->rows[i]][sample->rows[j]]++;
                pairs[sample->rows[j]][sample->rows[i]]++;
            }
        }
        samples[set]++;
        assay_sample_free(sample);
    }
    const double each = SEEDS / 56.0, single = SEEDS * 3 / 8.0, q = 3 / 28.0;
    for (unsigned set = 0; set < 1u << N; set++)
        if (samples[set] > 0)
            chi += (samples[set] - each) * (samples[set] - each) / each;
    for (int a = 0; a < N; a++) {
        chi_single += (hits[a] - single) * (hits[a] - single) / (single * 5 / 8) * 7 / 8;
        for (int b = 0; b < a; b++)
            ck_assert_msg(fabs(pairs[a][b] - SEEDS * q) <= 5 * sqrt(SEEDS * q * (1 - q)),
                          "%d, %d: %d", a, b, pairs[a][b]);
    }
    const double p = gsl_cdf_chisq_Q(chi, 55), p_single = gsl_cdf_chisq_Q(chi_single, 7);
    ck_assert_msg(p > 1e-4 && p < 1 - 1e-4, "samples: %g", chi);
    ck_assert_msg(p_single > 1e-4 && p_single < 1 - 1e-4, "cases: %g", chi_single);
    assay_plan_release(plan);
    assay_frame_free(frame);
}
END_TEST

/* With equal probabilities these two take the smallest tickets: a simple random sample. */
START_TEST(with_equal_probabilities_numbers_draw_the_sample_of_tickets)
{
    static const char *const names[] = {"sequential_poisson", "pareto"};
    assay_frame *frame = table(cases);
    assay_plan *plan = plan_of(frame, some, spare, false);
    for (int seed = 0; seed < 50; seed++)
        for (int i = 0; i < 2; i++) {
            char text[16];
            snprintf(text, sizeof text, "%d", seed);
            const assay_drawing how = {.method = assay_method_find(names[i])};
            assay_sample *sample = draw(plan, text, &how), *plain = NULL;
            assert_ok(assay_draw(&context, plan, text, &plain));
            ck_assert_uint_eq(sample->n, plain->n);
            ck_assert_mem_eq(sample->rows, plain->rows, plain->n * sizeof *plain->rows);
            ck_assert_mem_eq(sample->ranks, plain->ranks, plain->n * sizeof *plain->ranks);
            ck_assert(!sample->approximate);
            assay_sample_free(sample);
            assay_sample_free(plain);
        }
    assay_plan_release(plan);
    assay_frame_free(frame);
}
END_TEST

/* ---- order, edges ---- */

START_TEST(the_order_of_the_rows_does_not_matter)
{
    const assay_method *method = &assay_methods[_i];
    size_t columns[] = {A, B};
    bool down[] = {false, true};
    const assay_drawing how = {.method = method,
                               .sorting = {method->sorted ? 2 : 0, columns, down, method->sorted}};
    assay_frame *frame = table(cases);
    char want[1024] = "";
    for (uint64_t seed = 0; seed < 30; seed++) {
        uint32_t order[CASES];
        char got[1024] = "";
        assay_frame *shuffled = NULL;
        shuffle(order, CASES, seed);
        assert_ok(assay_frame_take(&context, frame, CASES, order, &shuffled));
        assay_plan *plan =
            plan_of(shuffled, some, method->fixed_size ? spare : none, method->unequal);
        assay_sample *sample = draw(plan, "2018.November", &how);
        for (size_t i = 0; i < sample->n; i++)
            sprintf(got + strlen(got), "%s:%d:%.17g ", id_of(shuffled, sample->rows[i]),
                    (int)sample->ranks[i], i < sample->n_sample ? sample->probability[i] : 0);
        if (seed == 0)
            strcpy(want, got);
        ck_assert_str_eq(got, want);
        assay_sample_free(sample);
        assay_plan_release(plan);
        assay_frame_free(shuffled);
    }
    assay_frame_free(frame);
}
END_TEST

START_TEST(none_and_all_of_a_stratum_are_drawn_as_asked)
{
    static const uint64_t sizes[][2] = {{0, 0}, {7, 5}, {0, 5}, {7, 0}, {1, 4}};
    const assay_method *method = &assay_methods[_i];
    const assay_drawing how = {.method = method};
    assay_frame *frame = table(cases);
    for (size_t k = 0; k < 4 + (size_t)method->fixed_size; k++)
        for (int measured = 0; measured <= (int)method->unequal; measured++) {
            assay_plan *plan = plan_of(frame, sizes[k], none, measured);
            assay_sample *sample = draw(plan, "edge", &how);
            ck_assert_uint_eq(sample->sizes[0], sizes[k][0]);
            ck_assert_uint_eq(sample->sizes[1], sizes[k][1]);
            for (size_t i = 0; k < 4 && i < sample->n_sample; i++)
                ck_assert(sample->probability[i] == 1 && sample->weight[i] == 1);
            assay_sample_free(sample);
            assay_plan_release(plan);
        }
    assay_frame_free(frame);
    frame = table("id,s,x\n");
    assay_plan *plan = plan_of(frame, none, none, false);
    assay_sample *sample = draw(plan, "edge", &how);
    ck_assert_uint_eq(sample->n, 0);
    assay_sample_free(sample);
    assay_plan_release(plan);
    assay_frame_free(frame);
}
END_TEST

/* ---- what does not go together ---- */

static void assert_refused(assay_plan *plan, const char *method, assay_sorting by,
                           const char *argument, const char *message)
{
    const assay_drawing how = {.method = assay_method_find(method), .sorting = by};
    assay_sample *sample = NULL;
    assert_status(assay_draw_by(&context, plan, "s", &how, &sample), ASSAY_EDOM);
    ck_assert_str_eq(context.error.message, message);
    ck_assert_str_eq(context.error.argument, argument);
    ck_assert_ptr_null(sample);
}

START_TEST(what_makes_no_sense_is_refused)
{
    static const double halves[] = {2.5, 2.5};
    static const size_t by_a[] = {A};
    size_t columns[] = {A, A};
    bool up[] = {false, false};
    assay_frame *frame = table(cases);
    assay_plan *plan = plan_of(frame, some, spare, true);
    assert_refused(
        plan, "systematic", (assay_sorting){0}, "method",
        "method 'systematic' gives all cases of a stratum the same probability, but the "
        "plan has a measure of size, 'x': give one of poisson, sequential_poisson, "
        "pareto, sampford, pps_systematic, chromy, pivotal, or leave size_measure out of "
        "the plan");
    assert_refused(plan, "poisson", (assay_sorting){0}, "method",
                   "the plan has reserves, but a sample by method 'poisson' has no fixed number of "
                   "places that a reserve could take: leave reserve out of the plan");
    assert_refused(plan, "pareto", (assay_sorting){1, columns, up, false}, "sort",
                   "the order of cases means nothing to method 'pareto': sort is for systematic, "
                   "pps_systematic, chromy");
    assert_refused(plan, "chromy", (assay_sorting){2, columns, up, false}, "sort",
                   "sort has 'a' twice");
    assert_refused(
        plan, "chromy", (assay_sorting){1, columns, up, true}, "serpentine",
        "serpentine turns the direction of the second and later sort columns: sort has 1");
    assay_plan_release(plan);
    plan = plan_of(frame, some, none, false);
    assert_refused(plan, "srs", (assay_sorting){1, columns, up, false}, "sort",
                   "the order of cases means nothing to method 'srs': sort is for systematic, "
                   "pps_systematic, chromy");
    assert_refused(
        plan, "srs", (assay_sorting){.serpentine = true}, "serpentine",
        "serpentine turns the direction of the second and later sort columns: sort has 0");
    assert_ok(assay_plan_cap(&context, plan, A, 9));
    assert_refused(plan, "pivotal", (assay_sorting){0}, "method",
                   "the plan has cap, which goes with method 'srs' alone, not 'pivotal'");
    assay_plan_release(plan);
    plan = plan_of(frame, some, none, false);
    assert_ok(assay_plan_within(&context, plan, 1, by_a, 0));
    assert_refused(plan, "bernoulli", (assay_sorting){0}, "method",
                   "the plan has within, which goes with method 'srs' alone, not 'bernoulli'");
    assay_plan_release(plan);
    plan = plan_of(frame, none, none, false);
    assert_ok(assay_plan_set_expected(&context, plan, 5, halves, none));
    assert_refused(plan, "systematic", (assay_sorting){0}, "method",
                   "the plan has rounding = \"random\", which goes with method 'srs' alone, not "
                   "'systematic'");
    assay_plan_release(plan);
    assay_frame_free(frame);
}
END_TEST

START_TEST(sampford_draws_large_shares_too)
{
    static const uint64_t many[] = {170};
    char csv[4096] = "id\n";
    for (int i = 0; i < 200; i++)
        sprintf(csv + strlen(csv), "%d\n", i);
    assay_frame *frame = table(csv);
    assay_plan *plan = NULL;
    const assay_drawing how = {.method = assay_method_find("sampford")};
    assert_ok(assay_plan_new(&context, frame, ID, 0, NULL, &plan));
    assert_ok(assay_plan_set(&context, plan, many, none));
    assay_sample *sample = draw(plan, "s", &how);
    ck_assert_uint_eq(sample->n_sample, 170);
    assay_sample_free(sample);
    assay_plan_release(plan);
    assay_frame_free(frame);
}
END_TEST

/* ---- stops and memory ---- */

typedef struct request {
    assay_plan *plan;
    assay_drawing how;
} request;

static assay_status draw_once(assay_context *with, void *self)
{
    const request *r = self;
    assay_sample *sample = NULL;
    assay_frame *drawn = NULL;
    assay_status status = assay_draw_by(with, r->plan, "S-1", &r->how, &sample);
    if (status == ASSAY_OK)
        status = assay_sample_cases(with, sample, &drawn);
    assay_frame_free(drawn);
    assay_sample_free(sample);
    return status;
}

START_TEST(a_draw_that_finds_no_memory_leaves_nothing)
{
    const assay_method *method = &assay_methods[_i];
    size_t columns[] = {A, B};
    bool up[] = {false, false};
    assay_frame *frame = table(cases);
    request r = {.how = {method, {method->sorted ? 2 : 0, columns, up, method->sorted}}};
    r.plan = plan_of(frame, some, method->fixed_size ? spare : none, method->unequal);
    sweep_memory(draw_once, &r);
    assay_plan_release(r.plan);
    assay_frame_free(frame);
}
END_TEST

static assay_status stop_later(void *self, uint64_t done, uint64_t total)
{
    int *left = self;
    (void)done, (void)total;
    return --*left < 0 ? ASSAY_ESTOPPED : ASSAY_OK;
}

START_TEST(a_draw_can_be_stopped_wherever_it_asks)
{
    assay_frame *frame = table(cases);
    request r = {.how = {.method = assay_method_find("chromy")}};
    r.plan = plan_of(frame, some, spare, true);
    const size_t before = assay_memory_in_use();
    assay_status status = ASSAY_ESTOPPED;
    int stops = 0;
    for (; status == ASSAY_ESTOPPED; stops++) {
        int left = stops;
        assay_context watched = {.poll = stop_later, .self = &left};
        status = draw_once(&watched, &r);
        ck_assert_uint_eq(assay_memory_in_use(), before);
    }
    assert_ok(status);
    ck_assert_int_gt(stops, 4);
    assay_plan_release(r.plan);
    assay_frame_free(frame);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("choose");
    TCase *tests = tcase_create("choose");
    const int n = (int)assay_methods_n;
    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, each_stratum_is_drawn_by_its_own_stream_in_its_own_order, 0, n);
    tcase_add_loop_test(tests, every_case_has_the_probability_that_is_told, 0, n);
    tcase_add_test(tests, tickets_make_every_sample_as_likely_as_any_other);
    tcase_add_test(tests, with_equal_probabilities_numbers_draw_the_sample_of_tickets);
    tcase_add_loop_test(tests, the_order_of_the_rows_does_not_matter, 0, n);
    tcase_add_loop_test(tests, none_and_all_of_a_stratum_are_drawn_as_asked, 0, n);
    tcase_add_test(tests, what_makes_no_sense_is_refused);
    tcase_add_test(tests, sampford_draws_large_shares_too);
    tcase_add_loop_test(tests, a_draw_that_finds_no_memory_leaves_nothing, 0, n);
    tcase_add_test(tests, a_draw_can_be_stopped_wherever_it_asks);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
