#include "tables.h"

#include "sample/pick.h"

static assay_context context;

/* Strata A (6 cases), B (4): officers x, y, z; units u, v. */
static const char list[] = "id,s,unit,officer\n01,A,u,x\n02,A,u,x\n03,A,u,x\n04,A,u,y\n05,A,v,y\n"
                           "06,A,v,z\n07,B,u,x\n08,B,v,z\n09,B,v,z\n10,B,v,z\n";
enum { CASES = 10, A = 6, B = 4, STRATA = 2 };
static const size_t by_s[] = {1}, by_unit_and_officer[] = {2, 3};
static const uint64_t none[] = {0, 0};

static assay_plan *new_plan(const assay_frame *frame, const uint64_t sample[],
                            const uint64_t reserve[])
{
    assay_plan *plan = NULL;
    assert_ok(assay_plan_new(&context, frame, 0, 1, by_s, &plan));
    assert_ok(assay_plan_set(&context, plan, sample, reserve));
    return plan;
}

static assay_sample *draw(assay_plan *plan, int seed)
{
    char text[16];
    assay_sample *sample = NULL;
    snprintf(text, sizeof text, "s%d", seed);
    assert_ok(assay_draw(&context, plan, text, &sample));
    return sample;
}

static const char *officer_of(const assay_frame *frame, uint32_t row)
{
    static char scratch[ASSAY_CELL_BYTES];
    size_t length;
    const char *text = assay_column_cell(assay_frame_column(frame, 3), row, scratch, &length);
    return text;
}

/* ---- cells ---- */

START_TEST(each_cell_gives_its_smallest_tickets)
{
    static const uint64_t sample[] = {3, 2}, reserve[] = {2, 1};
    assay_frame *frame = table(list);
    assay_plan *plan = new_plan(frame, sample, reserve);
    assert_ok(assay_plan_within(&context, plan, 2, by_unit_and_officer, 0));
    const assay_parts *cells = plan->cells;
    for (int seed = 0; seed < 200; seed++) {
        assay_sample *s = draw(plan, seed);
        ck_assert_uint_eq(s->n_sample, 5);
        ck_assert_uint_eq(s->n, 8);
        for (size_t i = 0; i < s->n; i++) {
            const uint32_t row = s->rows[i], cell = cells->of_row[row];
            size_t before = 0, rank = 1;
            for (uint32_t other = 0; other < CASES; other++)
                before += cells->of_row[other] == cell &&
                          memcmp(s->tickets[other], s->tickets[row], 32) < 0;
            for (size_t j = 0; j < s->n; j++) /* in the stratum: the sample first, by ticket */
                rank += plan->strata->of_row[s->rows[j]] == plan->strata->of_row[row] &&
                        (j < s->n_sample) >= (i < s->n_sample) &&
                        ((j < s->n_sample) > (i < s->n_sample) ||
                         memcmp(s->tickets[s->rows[j]], s->tickets[row], 32) < 0);
            ck_assert_uint_eq(s->ranks[i], rank);
            if (i < s->n_sample)
                ck_assert_uint_lt(before, cells->sample[cell]);
            else
                ck_assert(before >= cells->sample[cell] && before < cells->drawn[cell]);
        }
        ck_assert(s->sizes[0] == 3 && s->sizes[1] == 2);
        ck_assert(s->reserves[0] == 2 && s->reserves[1] == 1);
        assay_sample_free(s);
    }
    assay_plan_release(plan);
    assay_frame_free(frame);
}
END_TEST

/* 4,000 seeds: each case within 5 sigma of its cell's probability; 0 is never drawn. */
START_TEST(cases_of_cells_have_the_probability_that_is_told)
{
    enum { SEEDS = 4000 };
    static const uint64_t sample[] = {2, 1};
    double told[CASES] = {0};
    int hits[CASES] = {0}, without = 0;
    assay_frame *frame = table(list);
    assay_plan *plan = new_plan(frame, sample, none);
    assert_ok(assay_plan_within(&context, plan, 2, by_unit_and_officer, 0));
    for (int seed = 0; seed < SEEDS; seed++) {
        assay_sample *s = draw(plan, seed);
        for (size_t i = 0; i < s->n_sample; i++) {
            const uint32_t row = s->rows[i];
            const double population = row < A ? A : B;
            hits[row]++;
            told[row] = s->probability[i];
            ck_assert(s->weight[i] == population / (double)sample[row >= A]);
        }
        assay_sample_free(s);
    }
    for (uint32_t row = 0; row < CASES; row++) {
        const uint32_t cell = plan->cells->of_row[row];
        const double p = (double)plan->cells->sample[cell] / (double)plan->cells->population[cell];
        without += p == 0;
        ck_assert_msg(fabs(hits[row] - SEEDS * p) <= 5 * sqrt(SEEDS * p * (1 - p)), "case %d: %d",
                      (int)row, hits[row]);
        ck_assert(told[row] == p);
    }
    uint64_t alone;
    ck_assert_int_gt(without, 0);
    ck_assert_uint_eq(assay_parts_without_chance(plan->cells, &alone), (uint64_t)without);
    assay_plan_release(plan);
    assay_frame_free(frame);
}
END_TEST

/* ---- a cap ---- */

static void sort_by_ticket(const assay_sample *s, uint32_t order[CASES])
{
    for (uint32_t row = 0; row < CASES; row++) {
        size_t before = row < A ? 0 : A;
        for (uint32_t other = row < A ? 0 : A; other < (row < A ? A : CASES); other++)
            before += memcmp(s->tickets[other], s->tickets[row], 32) < 0;
        order[before] = row;
    }
}

/* The rule told again: who is taken for the sample, then for the reserves, and who is passed over. */
static void walk(const assay_frame *frame, const uint32_t order[CASES], uint64_t cap,
                 const uint64_t sample[], const uint64_t reserve[], char taken[3][64])
{
    uint64_t held[3] = {0};
    bool looked_at[CASES] = {false};
    for (int role = 0; role < 2; role++)
        for (size_t h = 0; h < STRATA; h++) {
            uint64_t left = role == 0 ? sample[h] : reserve[h];
            for (size_t i = h == 0 ? 0 : A; i < (h == 0 ? A : CASES) && left > 0; i++) {
                if (looked_at[i])
                    continue;
                looked_at[i] = true;
                uint64_t *holds = &held[*officer_of(frame, order[i]) - 'x'];
                const bool may = *holds < cap;
                sprintf(taken[may ? role : 2] + strlen(taken[may ? role : 2]), "%d,",
                        (int)order[i]);
                *holds += may;
                left -= may;
            }
        }
}

START_TEST(a_cap_passes_over_whoever_holds_as_many)
{
    static const uint64_t sizes[][2][STRATA] = {
        {{3, 2}, {0, 0}}, {{2, 1}, {2, 2}}, {{3, 0}, {3, 4}}, {{0, 2}, {6, 0}}, {{1, 1}, {5, 3}}};
    int short_of_some = 0, passed = 0;
    assay_frame *frame = table(list);
    for (size_t k = 0; k < 5; k++)
        for (uint64_t cap = 2; cap <= 6; cap++)
            for (int seed = 0; seed < 20; seed++) {
                char want[3][64] = {"", "", ""}, got[3][64] = {"", "", ""};
                uint32_t order[CASES];
                assay_plan *plan = new_plan(frame, sizes[k][0], sizes[k][1]);
                assert_ok(assay_plan_cap(&context, plan, 3, cap));
                assay_sample *s = draw(plan, seed);
                sort_by_ticket(s, order);
                walk(frame, order, cap, sizes[k][0], sizes[k][1], want);
                for (size_t i = 0; i < s->n; i++)
                    sprintf(got[i >= s->n_sample] + strlen(got[i >= s->n_sample]), "%d,",
                            (int)s->rows[i]);
                for (size_t i = 0; i < s->n_passed; i++)
                    sprintf(got[2] + strlen(got[2]), "%d,", (int)s->passed[i]);
                for (int list_of = 0; list_of < 3; list_of++)
                    ck_assert_str_eq(got[list_of], want[list_of]);
                ck_assert(s->estimated == (s->n_passed > 0));
                passed += s->n_passed > 0;
                short_of_some += s->n < plan->size + sizes[k][1][0] + sizes[k][1][1];
                assay_sample_free(s);
                assay_plan_release(plan);
            }
    ck_assert_int_gt(passed, 100);
    ck_assert_int_gt(short_of_some, 20);
    assay_frame_free(frame);
}
END_TEST

/* Every order of the six and the four cases, 6! 4! = 17,280, is as likely as any other. */
static void each_order(const assay_frame *frame, uint32_t order[CASES], size_t from, uint64_t cap,
                       const uint64_t sample[], double hits[CASES], double *orders)
{
    if (from == CASES) {
        char taken[3][64] = {"", "", ""};
        walk(frame, order, cap, sample, none, taken);
        for (const char *c = taken[0]; *c != '\0'; c = strchr(c, ',') + 1)
            hits[strtol(c, NULL, 10)]++;
        ++*orders;
        return;
    }
    for (size_t i = from; i < (from < A ? A : CASES); i++) {
        uint32_t swapped = order[from];
        order[from] = order[i];
        order[i] = swapped;
        each_order(frame, order, from + 1, cap, sample, hits, orders);
        swapped = order[from];
        order[from] = order[i];
        order[i] = swapped;
    }
}

START_TEST(replays_estimate_the_probabilities_of_all_orders)
{
    static const uint64_t sample[] = {3, 2};
    double hits[CASES] = {0}, orders = 0, seen[CASES] = {0};
    uint32_t order[CASES];
    int told = 0;
    assay_frame *frame = table(list);
    assay_plan *plan = new_plan(frame, sample, none);
    assert_ok(assay_plan_cap(&context, plan, 3, 2));
    for (uint32_t row = 0; row < CASES; row++)
        order[row] = row;
    each_order(frame, order, 0, 2, sample, hits, &orders);
    ck_assert(orders == 17280);
    for (int seed = 0; seed < 40; seed++) {
        assay_sample *s = draw(plan, seed);
        for (size_t i = 0; s->estimated && i < s->n_sample; i++) {
            const double p = hits[s->rows[i]] / orders, got = s->probability[i];
            const double sigma = sqrt(p * (1 - p) / ASSAY_REPLAYS);
            ck_assert_msg(fabs(got - p) <= 5 * sigma + 1.0 / ASSAY_REPLAYS, "case %d: %g, not %g",
                          (int)s->rows[i], got, p);
            ck_assert(s->weight[i] == 1 / got);
            seen[s->rows[i]] = 1;
            told++;
        }
        assay_sample_free(s);
    }
    for (uint32_t row = 0; row < CASES; row++)
        ck_assert(seen[row] == 1);
    ck_assert_int_gt(told, 50);
    assay_plan_release(plan);
    assay_frame_free(frame);
}
END_TEST

START_TEST(estimates_do_not_depend_on_the_order_of_the_rows)
{
    static const uint64_t sample[] = {3, 2}, reserve[] = {1, 1};
    assay_frame *frame = table(list);
    char want[1024] = "";
    for (uint64_t seed = 0; seed < 20; seed++) {
        uint32_t order[CASES];
        char got[1024] = "";
        assay_frame *shuffled = NULL, *drawn = NULL, *passed = NULL;
        shuffle(order, CASES, seed);
        assert_ok(assay_frame_take(&context, frame, CASES, order, &shuffled));
        assay_plan *plan = new_plan(shuffled, sample, reserve);
        assert_ok(assay_plan_cap(&context, plan, 3, 2));
        assay_sample *s = draw(plan, 3);
        ck_assert(s->estimated);
        assert_ok(assay_sample_cases(&context, s, &drawn));
        assert_ok(assay_sample_passed_over(&context, s, &passed));
        const assay_frame *const frames[] = {drawn, passed};
        for (size_t f = 0; f < 2; f++)
            for (size_t row = 0; row < assay_frame_rows(frames[f]); row++) {
                char scratch[ASSAY_CELL_BYTES];
                size_t length;
                const char *id =
                    assay_column_cell(column_named(frames[f], "id"), row, scratch, &length);
                sprintf(got + strlen(got), "%.*s ", (int)length, id);
                if (f == 0)
                    sprintf(got + strlen(got), "%.17g ",
                            column_named(drawn, "probability")->numbers[row]);
            }
        if (seed == 0)
            strcpy(want, got);
        ck_assert_str_eq(got, want);
        ck_assert_uint_eq(assay_frame_rows(passed), s->n_passed);
        assay_frame_free(drawn);
        assay_frame_free(passed);
        assay_sample_free(s);
        assay_plan_release(plan);
        assay_frame_free(shuffled);
    }
    assay_frame_free(frame);
}
END_TEST

START_TEST(a_cap_that_cannot_be_met_is_refused_in_numbers)
{
    static const uint64_t many[] = {4, 0}, spread[] = {3, 3};
    assay_frame *frame = table(list);
    assay_plan *plan = new_plan(frame, many, none);
    const size_t before = assay_memory_in_use();
    assert_status(assay_plan_cap(&context, plan, 3, 1), ASSAY_EDOM);
    ck_assert_str_eq(context.error.message,
                     "with at most 1 for each 'officer', stratum 'A' can give 3 cases, not 4");
    assert_ok(assay_plan_set(&context, plan, spread, none));
    assert_status(assay_plan_cap(&context, plan, 3, 1), ASSAY_EDOM);
    ck_assert_str_eq(context.error.message,
                     "with at most 1 for each 'officer', stratum 'B' can give 2 cases, not 3");
    assay_plan_release(plan);
    static const uint64_t two_each[] = {2, 2};
    plan = new_plan(frame, two_each, none);
    assert_status(assay_plan_cap(&context, plan, 3, 1), ASSAY_EDOM);
    ck_assert_str_eq(
        context.error.message,
        "with at most 1 for each 'officer', the strata can give 3 cases together, not 4");
    ck_assert_ptr_null(plan->holders);
    assay_plan_release(plan);
    ck_assert_uint_le(assay_memory_in_use(), before);
    assay_frame_free(frame);
}
END_TEST

/* ---- sizes rounded by chance ---- */

/* 10/3 and 5/3 of 6 and 4: 4,000 seeds, each case within 5 sigma of n_h / N_h. */
START_TEST(rounding_by_chance_keeps_probabilities_equal)
{
    enum { SEEDS = 4000 };
    static const double expected[] = {3.0, 2.0}, thirds[] = {10.0 / 3, 5.0 / 3};
    static const uint64_t reserve[] = {1, 2};
    int hits[CASES] = {0};
    assay_frame *frame = table(list);
    assay_plan *plan = new_plan(frame, none, none);
    assert_ok(assay_plan_set_expected(&context, plan, 5, expected, none));
    assert_ok(assay_plan_set_expected(&context, plan, 5, thirds, reserve));
    for (int seed = 0; seed < SEEDS; seed++) {
        assay_sample *s = draw(plan, seed);
        ck_assert_uint_eq(s->n_sample, 5);
        ck_assert_uint_eq(s->n, 8);
        ck_assert(s->sizes[0] == 3 || s->sizes[0] == 4);
        ck_assert_uint_eq(s->sizes[0] + s->sizes[1], 5);
        for (size_t i = 0; i < s->n_sample; i++) {
            const uint32_t h = s->rows[i] >= A;
            hits[s->rows[i]]++;
            ck_assert(s->probability[i] == thirds[h] / (h == 0 ? A : B));
            ck_assert(s->weight[i] == (h == 0 ? A : B) / thirds[h]);
        }
        assay_sample_free(s);
    }
    for (uint32_t row = 0; row < CASES; row++) {
        const double p = row < A ? thirds[0] / A : thirds[1] / B;
        ck_assert_msg(fabs(hits[row] - SEEDS * p) <= 5 * sqrt(SEEDS * p * (1 - p)), "case %d: %d",
                      (int)row, hits[row]);
    }
    assay_plan_release(plan);
    assay_frame_free(frame);
}
END_TEST

START_TEST(expected_sizes_and_reserves_fit_the_strata)
{
    static const double fine[] = {5.5, 2.5}, large[] = {6.5, 1.5}, odd[] = {3.5, 3.9};
    static const double infinite[] = {(double)INFINITY, 0}, negative[] = {-1, 4};
    static const uint64_t one[] = {1, 0};
    uint64_t wanted[2], reserve[2];
    assay_frame *frame = table(list);
    assay_plan *plan = new_plan(frame, none, none);
    assert_ok(assay_plan_expected_reserves(&context, plan, fine, 0.5, wanted, reserve));
    ck_assert(wanted[0] == 3 && reserve[0] == 0 && wanted[1] == 1 && reserve[1] == 1);
    assert_ok(assay_plan_set_expected(&context, plan, 8, fine, reserve));
    ck_assert_uint_eq(plan->size, 8);
    assert_status(assay_plan_set_expected(&context, plan, 8, fine, one), ASSAY_EDOM);
    assert_status(assay_plan_set_expected(&context, plan, 8, large, none), ASSAY_EDOM);
    assert_status(assay_plan_set_expected(&context, plan, 8, odd, none), ASSAY_EDOM);
    assert_status(assay_plan_set_expected(&context, plan, 8, infinite, none), ASSAY_EDOM);
    assert_status(assay_plan_set_expected(&context, plan, 3, negative, none), ASSAY_EDOM);
    assert_status(assay_plan_expected_reserves(&context, plan, large, 0.5, wanted, reserve),
                  ASSAY_EDOM);
    ck_assert(plan->expected[0] == 5.5 && plan->reserve[1] == 1); /* as they were */
    assay_plan_release(plan);
    assay_frame_free(frame);
}
END_TEST

/* ---- memory ---- */

typedef enum manner { CELLS, CAP, CHANCE } manner;
typedef struct request {
    assay_frame *frame;
    manner how;
} request;

static assay_status make_sample(assay_context *with, void *self)
{
    static const uint64_t sizes[] = {3, 2}, reserve[] = {1, 1};
    static const double thirds[] = {10.0 / 3, 5.0 / 3};
    const request *r = self;
    assay_plan *plan = NULL;
    assay_sample *sample = NULL;
    assay_frame *cases = NULL, *passed = NULL;
    assay_status status = assay_plan_new(with, r->frame, 0, 1, by_s, &plan);
    if (status == ASSAY_OK)
        status = r->how == CHANCE ? assay_plan_set_expected(with, plan, 5, thirds, reserve)
                                  : assay_plan_set(with, plan, sizes, reserve);
    if (status == ASSAY_OK && r->how == CELLS)
        status = assay_plan_within(with, plan, 2, by_unit_and_officer, 2);
    if (status == ASSAY_OK && r->how == CAP)
        status = assay_plan_cap(with, plan, 3, 2);
    if (status == ASSAY_OK)
        status = assay_draw(with, plan, "s3", &sample);
    if (status == ASSAY_OK)
        status = assay_sample_cases(with, sample, &cases);
    if (status == ASSAY_OK)
        status = assay_sample_passed_over(with, sample, &passed);
    assay_frame_free(passed);
    assay_frame_free(cases);
    assay_sample_free(sample);
    assay_plan_release(plan);
    return status;
}

START_TEST(a_draw_that_finds_no_memory_leaves_nothing)
{
    request r = {.frame = table(list), .how = (manner)_i};
    sweep_memory(make_sample, &r);
    assay_frame_free(r.frame);
}
END_TEST

static assay_status stop(void *self, uint64_t done, uint64_t total)
{
    return total == ASSAY_REPLAYS && done == 7 ? (++*(int *)self, ASSAY_ESTOPPED) : ASSAY_OK;
}

START_TEST(replays_can_be_stopped)
{
    static const uint64_t sizes[] = {3, 2}, reserve[] = {1, 1};
    int stopped = 0;
    assay_context watched = {.poll = stop, .self = &stopped};
    assay_frame *frame = table(list);
    assay_plan *plan = new_plan(frame, sizes, reserve);
    assay_sample *sample = NULL;
    assert_ok(assay_plan_cap(&context, plan, 3, 2));
    assert_status(assay_draw(&watched, plan, "s3", &sample), ASSAY_ESTOPPED);
    ck_assert_int_eq(stopped, 1);
    ck_assert_ptr_null(sample);
    assay_plan_release(plan);
    assay_frame_free(frame);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("pick");
    TCase *tests = tcase_create("pick");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, each_cell_gives_its_smallest_tickets);
    tcase_add_test(tests, cases_of_cells_have_the_probability_that_is_told);
    tcase_add_test(tests, a_cap_passes_over_whoever_holds_as_many);
    tcase_add_test(tests, replays_estimate_the_probabilities_of_all_orders);
    tcase_add_test(tests, estimates_do_not_depend_on_the_order_of_the_rows);
    tcase_add_test(tests, a_cap_that_cannot_be_met_is_refused_in_numbers);
    tcase_add_test(tests, rounding_by_chance_keeps_probabilities_equal);
    tcase_add_test(tests, expected_sizes_and_reserves_fit_the_strata);
    tcase_add_loop_test(tests, a_draw_that_finds_no_memory_leaves_nothing, CELLS, CHANCE + 1);
    tcase_add_test(tests, replays_can_be_stopped);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
