#include "tables.h"

#include "sample/revision.h"

static assay_context context;

static assay_sample *sample_of(const assay_frame *frame, const uint64_t sizes[],
                               const uint64_t reserves[], size_t n_strata_columns, size_t within,
                               uint64_t cap)
{
    const size_t stratum = 1;
    assay_plan *plan = NULL;
    assay_sample *sample = NULL;
    assert_ok(assay_plan_new(&context, frame, 0, n_strata_columns, &stratum, &plan));
    assert_ok(assay_plan_set(&context, plan, sizes, reserves));
    if (within > 0)
        assert_ok(assay_plan_within(&context, plan, 1, &within, 0));
    if (cap > 0)
        assert_ok(assay_plan_cap(&context, plan, 2, cap));
    assert_ok(assay_draw(&context, plan, "s1", &sample));
    assay_plan_release(plan);
    return sample;
}

/* The id of the i-th case drawn. */
static const char *id_of(const assay_sample *sample, size_t i)
{
    static char ids[8][ASSAY_CELL_BYTES];
    static int turn;
    char *id = ids[turn = (turn + 1) % 8], scratch[ASSAY_CELL_BYTES];
    size_t length;
    const char *cell = assay_column_cell(assay_frame_column(sample->plan->frame, sample->plan->id),
                                         sample->rows[i], scratch, &length);
    memcpy(id, cell, length);
    id[length] = '\0';
    return id;
}

static assay_change_of_case change_of(const char *id, assay_fate kind)
{
    return (assay_change_of_case){id, strlen(id), kind, "because", NULL, 0};
}

static assay_status replace(assay_sample *sample, const char *id, assay_fate kind, size_t *by)
{
    const assay_change_of_case what = change_of(id, kind);
    return assay_sample_replace(&context, sample, &what, by);
}

static assay_status withdraw(assay_sample *sample, const char *id, assay_fate kind)
{
    const assay_change_of_case what = change_of(id, kind);
    return assay_sample_withdraw(&context, sample, &what);
}

/* ---- every order of a small population ---- */

enum { POPULATION = 7 };
static const bool in_scope[POPULATION] = {true, true, false, true, false, true, true};
static const double value[POPULATION] = {1, 0, 5, 1, 7, 0, 1}; /* yes, or no; of others anything */

/* What all orders give on average. */
typedef struct averages {
    double orders, scope, outside, total, share, shares, weights;
} averages;

/* Loses every case that is to be lost, as long as there is one: replaced while there are reserves. */
static void work_through(assay_sample *sample, const bool unavailable[], bool replacing)
{
    for (size_t i = 0; i < sample->n; i++) {
        const uint32_t row = sample->rows[i];
        const bool gone = unavailable != NULL && unavailable[row];
        const assay_fate kind = gone ? ASSAY_UNAVAILABLE : ASSAY_OUT_OF_SCOPE;
        size_t by;
        if ((in_scope[row] && !gone) || assay_sample_fate(sample, i) != ASSAY_IN_SAMPLE)
            continue;
        if (!replacing || replace(sample, id_of(sample, i), kind, &by) != ASSAY_OK)
            assert_ok(withdraw(sample, id_of(sample, i), kind));
    }
}

static void add_up(const assay_sample *sample, averages *to)
{
    double probability[POPULATION], weight[POPULATION], yes = 0, assessed = 0;
    assert_ok(assay_sample_measures(&context, sample, probability, weight));
    for (size_t i = 0; i < sample->n; i++) {
        const double y = value[sample->rows[i]];
        const assay_fate fate = assay_sample_fate(sample, i);
        to->weights += isnan(weight[i]) ? 0 : weight[i];
        to->outside += fate == ASSAY_OUT_OF_SCOPE ? weight[i] : 0;
        if (fate != ASSAY_IN_SAMPLE)
            continue;
        to->scope += weight[i];
        to->total += weight[i] * y;
        yes += y;
        assessed++;
    }
    if (assessed > 0) {
        to->share += yes / assessed;
        to->shares++;
    }
    to->orders++;
}

/* Heap's algorithm over the rows of a sample that has, with its reserves, the first `n` of an order. */
static void each_order(assay_sample *sample, uint32_t order[], size_t k, const bool unavailable[],
                       bool replacing, averages *to)
{
    if (k == 1) {
        memcpy(sample->rows, order, sample->n * sizeof *order);
        assay_revision_free(sample->after);
        sample->after = NULL;
        work_through(sample, unavailable, replacing);
        add_up(sample, to);
        return;
    }
    for (size_t i = 0; i < k; i++) {
        each_order(sample, order, k - 1, unavailable, replacing, to);
        const size_t j = k % 2 == 0 ? i : 0;
        const uint32_t swapped = order[j];
        order[j] = order[k - 1];
        order[k - 1] = swapped;
    }
}

static averages average(uint64_t size, uint64_t reserve, const bool unavailable[], bool replacing)
{
    assay_frame *frame = table("id\na\nb\nc\nd\ne\nf\ng\n");
    assay_sample *sample = sample_of(frame, &size, &reserve, 0, 0, 0);
    uint32_t order[POPULATION];
    averages to = {0};
    for (uint32_t i = 0; i < POPULATION; i++)
        order[i] = i;
    each_order(sample, order, POPULATION, unavailable, replacing, &to);
    ck_assert_uint_eq((uint64_t)to.orders, 5040);
    assay_sample_free(sample);
    assay_frame_free(frame);
    return to;
}

/* 5 of 7 are in scope, 3 of these are yes. */
START_TEST(totals_are_unbiased_over_all_orders_of_the_tickets)
{
    for (uint64_t size = 2; size <= 5; size++)
        for (uint64_t reserve = 0; size + reserve <= POPULATION; reserve++)
            for (int replacing = 0; replacing < 2; replacing++) {
                const averages a = average(size, reserve, NULL, replacing);
                assert_close(a.scope / a.orders, 5, 1e-12);
                assert_close(a.outside / a.orders, 2, 1e-12);
                assert_close(a.total / a.orders, 3, 1e-12);
                assert_close(a.weights / a.orders, POPULATION, 1e-12);
                assert_close(a.share / a.shares, 3.0 / 5, 1e-12); /* among those assessed */
            }
}
END_TEST

/* One case in scope, a yes, cannot be had: the weights say so many of the 7 as of the other 6. */
START_TEST(the_others_stand_for_the_unavailable)
{
    static const bool unavailable[POPULATION] = {true};
    for (uint64_t reserve = 0; 3 + reserve <= POPULATION; reserve++)
        for (int replacing = 0; replacing < 2; replacing++) {
            const averages a = average(3, reserve, unavailable, replacing);
            assert_close(a.scope / a.orders, POPULATION * 4.0 / 6, 1e-12);
            assert_close(a.total / a.orders, POPULATION * 2.0 / 6, 1e-12);
            assert_close(a.weights / a.orders, POPULATION, 1e-12);
            assert_close(a.share / a.shares, 2.0 / 4, 1e-12);
        }
}
END_TEST

/* ---- who takes a place ---- */

static const char cases[] =
    "id,g,o\n01,F,x\n02,F,x\n03,F,y\n04,F,y\n05,F,y\n06,F,z\n07,M,x\n08,M,y\n09,M,z\n10,M,z\n";

START_TEST(the_next_reserve_of_the_stratum_takes_the_place_and_may_lose_it)
{
    static const uint64_t sizes[] = {2, 1}, reserves[] = {3, 1};
    assay_frame *frame = table(cases), *drawn = NULL;
    assay_sample *sample = sample_of(frame, sizes, reserves, 1, 0, 0);
    size_t by;
    /* rows: F 0 1, M 2; reserves F 3 4 5, M 6 */
    assert_ok(replace(sample, id_of(sample, 1), ASSAY_OUT_OF_SCOPE, &by));
    ck_assert_uint_eq(by, 3);
    assert_ok(replace(sample, id_of(sample, 3), ASSAY_UNAVAILABLE, &by));
    ck_assert_uint_eq(by, 4);
    assert_ok(replace(sample, id_of(sample, 2), ASSAY_OUT_OF_SCOPE, &by));
    ck_assert_uint_eq(by, 6);
    assert_status(replace(sample, id_of(sample, 6), ASSAY_OUT_OF_SCOPE, &by), ASSAY_EDOM);
    ck_assert_str_eq(context.error.message, "no reserve is left: stratum 'M' had 1, and all have "
                                            "taken places. Withdraw the case instead");
    assert_ok(withdraw(sample, id_of(sample, 0), ASSAY_UNAVAILABLE));
    assert_ok(assay_sample_cases(&context, sample, &drawn));
    assert_column(drawn, "role",
                  "unavailable|out_of_scope|out_of_scope|unavailable|sample|reserve|sample");
    /* F: 4 of 6 drawn, 1 assessed and 1 out of scope; M: filled, 2 of 4 drawn, 1 assessed */
    assert_column(drawn, "probability",
                  "0.6666666666666666|0.6666666666666666|0.5|"
                  "0.6666666666666666|0.6666666666666666|NA|0.5");
    assert_column(drawn, "weight", "NA|3|2|NA|3|NA|2");
    assay_frame_free(drawn);
    assay_sample_undo(sample, 1);
    ck_assert_int_eq(assay_sample_fate(sample, 0), ASSAY_IN_SAMPLE);
    ck_assert_int_eq(assay_sample_fate(sample, 3), ASSAY_IN_SAMPLE);
    ck_assert_int_eq(assay_sample_fate(sample, 4), ASSAY_RESERVE);
    assay_sample_free(sample);
    assay_frame_free(frame);
}
END_TEST

START_TEST(what_cannot_be_is_said_and_changes_nothing)
{
    static const uint64_t sizes[] = {2, 1}, reserves[] = {2, 0};
    assay_frame *frame = table(cases);
    assay_sample *sample = sample_of(frame, sizes, reserves, 1, 0, 0);
    const char *out = "";
    size_t by = 99;
    for (size_t row = 0; row < 10; row++) { /* a case that was not drawn */
        bool drawn = false;
        for (size_t i = 0; i < sample->n; i++)
            drawn = drawn || sample->rows[i] == row;
        static char id[3];
        if (!drawn) {
            snprintf(id, sizeof id, "%02d", (int)row + 1);
            out = id;
        }
    }
    assert_ok(withdraw(sample, id_of(sample, 0), ASSAY_OUT_OF_SCOPE));
    const struct {
        assay_change_of_case what;
        assay_status status;
        const char *words;
    } bad[] = {
        {{"77", 2, ASSAY_UNAVAILABLE, "w", NULL, 0}, ASSAY_EUNKNOWN, "no case of the list"},
        {{out, 2, ASSAY_UNAVAILABLE, "w", NULL, 0}, ASSAY_EDOM, "was not drawn"},
        {{id_of(sample, 3), 2, ASSAY_UNAVAILABLE, "w", NULL, 0}, ASSAY_EDOM, "is a reserve"},
        {{id_of(sample, 0), 2, ASSAY_UNAVAILABLE, "w", NULL, 0}, ASSAY_EDOM, "as out_of_scope"},
        {{id_of(sample, 2), 2, ASSAY_UNAVAILABLE, "w", NULL, 0}, ASSAY_EDOM, "'M' had 0. With"},
        {{id_of(sample, 1), 2, ASSAY_IN_SAMPLE, "w", NULL, 0}, ASSAY_EDOM, "the kind is"},
        {{id_of(sample, 1), 2, ASSAY_UNAVAILABLE, " \t", NULL, 0}, ASSAY_EDOM, "a reason"},
        {{id_of(sample, 1), 2, ASSAY_UNAVAILABLE, "w", "2018-02-30", 0}, ASSAY_EDOM, "calendar"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_status(assay_sample_replace(&context, sample, &bad[i].what, &by), bad[i].status);
        ck_assert_msg(strstr(context.error.message, bad[i].words) != NULL, "%s",
                      context.error.message);
        ck_assert_uint_eq(by, 99);
        ck_assert_uint_eq(sample->after->n, 1);
    }
    assay_sample_free(sample);
    assay_frame_free(frame);
}
END_TEST

START_TEST(with_cells_the_reserve_is_of_the_same_cell)
{
    static const uint64_t sizes[] = {3, 2}, reserves[] = {3, 2};
    assay_frame *frame = table(cases);
    assay_sample *sample = sample_of(frame, sizes, reserves, 1, 2, 0);
    const assay_parts *cells = sample->plan->cells;
    size_t replaced = 0, by;
    for (size_t i = 0; i < sample->n_sample; i++) {
        size_t next = sample->n_sample;
        while (next < sample->n &&
               (cells->of_row[sample->rows[next]] != cells->of_row[sample->rows[i]] ||
                assay_sample_fate(sample, next) != ASSAY_RESERVE))
            next++;
        const assay_status status = replace(sample, id_of(sample, i), ASSAY_OUT_OF_SCOPE, &by);
        if (next < sample->n) {
            assert_ok(status);
            ck_assert_uint_eq(by, next);
            replaced++;
        } else {
            assert_status(status, ASSAY_EDOM);
            ck_assert_ptr_nonnull(strstr(context.error.message, "the cell of the case had "));
        }
    }
    ck_assert_uint_gt(replaced, 0);
    ck_assert_uint_lt(replaced, sample->n_sample);
    assay_sample_free(sample);
    assay_frame_free(frame);
}
END_TEST

START_TEST(a_cap_holds_whoever_takes_a_place)
{
    static const uint64_t sizes[] = {2, 1}, reserves[] = {2, 1};
    assay_frame *frame = table(cases), *drawn = NULL;
    assay_sample *sample = sample_of(frame, sizes, reserves, 1, 0, 2);
    size_t held[3] = {0}, by, taken = 0;
    ck_assert(sample->estimated);
    for (size_t i = 0; i < sample->n; i++)
        if (assay_sample_fate(sample, i) == ASSAY_IN_SAMPLE &&
            replace(sample, id_of(sample, i), ASSAY_OUT_OF_SCOPE, &by) == ASSAY_OK)
            taken++;
    ck_assert_uint_gt(taken, 0);
    for (size_t i = 0; i < sample->n; i++)
        held[sample->plan->holders->of_row[sample->rows[i]]] +=
            assay_sample_fate(sample, i) == ASSAY_IN_SAMPLE;
    for (size_t i = 0; i < 3; i++)
        ck_assert_uint_le(held[i], 2);
    assert_ok(assay_sample_cases(&context, sample, &drawn));
    for (size_t i = 0; i < sample->n; i++) /* the replays say nothing of a reserve */
        ck_assert_int_eq(assay_column_is_missing(column_named(drawn, "probability"), i),
                         i >= sample->n_sample);
    assay_frame_free(drawn);
    assay_sample_free(sample);
    assay_frame_free(frame);
}
END_TEST

START_TEST(under_a_measure_of_size_a_case_can_only_be_withdrawn)
{
    static const uint64_t size = 3, reserve = 2;
    assay_frame *frame = table("id,v\n1,3\n2,1\n3,2\n4,2\n5,1\n6,2\n");
    assay_plan *plan = NULL;
    assay_sample *sample = NULL;
    const assay_drawing how = {.method = assay_method_find("pareto")};
    double probability[5], weight[5], all = 0, left = 0;
    size_t by;
    assert_ok(assay_plan_new(&context, frame, 0, 0, NULL, &plan));
    assert_ok(assay_plan_set(&context, plan, &size, &reserve));
    assert_ok(assay_plan_measure(&context, plan, 1));
    assert_ok(assay_draw_by(&context, plan, "s1", &how, &sample));
    assert_status(replace(sample, id_of(sample, 0), ASSAY_UNAVAILABLE, &by), ASSAY_EDOM);
    ck_assert_ptr_nonnull(strstr(context.error.message, "in proportion to 'v'"));
    assert_ok(withdraw(sample, id_of(sample, 0), ASSAY_UNAVAILABLE));
    assert_ok(assay_sample_measures(&context, sample, probability, weight));
    ck_assert(isnan(weight[0]));
    for (size_t i = 0; i < 3; i++) {
        all += sample->weight[i];
        left += i == 0 ? 0 : weight[i];
        ck_assert(probability[i] == sample->probability[i]);
    }
    assert_close(left, all, 1e-14);
    assert_close(weight[1] / weight[2], sample->weight[1] / sample->weight[2], 1e-14);
    assay_sample_free(sample);
    assay_plan_release(plan);
    assay_frame_free(frame);
}
END_TEST

/* ---- memory ---- */

static assay_status lose_some(assay_context *with, void *self)
{
    static const uint64_t sizes[] = {2, 1}, reserves[] = {2, 1};
    const size_t stratum = 1;
    assay_plan *plan = NULL;
    assay_sample *sample = NULL;
    assay_frame *drawn = NULL;
    size_t by;
    assay_status status = assay_plan_new(with, self, 0, 1, &stratum, &plan);
    if (status == ASSAY_OK)
        status = assay_plan_set(with, plan, sizes, reserves);
    if (status == ASSAY_OK)
        status = assay_draw(with, plan, "s1", &sample);
    for (size_t i = 0; status == ASSAY_OK && i < 3; i++) {
        const assay_change_of_case what = {id_of(sample, i), 2, ASSAY_UNAVAILABLE, "w",
                                           "2018-11-06",     0};
        status = i < 2 ? assay_sample_replace(with, sample, &what, &by)
                       : assay_sample_withdraw(with, sample, &what);
    }
    if (status == ASSAY_OK)
        status = assay_sample_cases(with, sample, &drawn);
    assay_frame_free(drawn);
    assay_sample_free(sample);
    assay_plan_release(plan);
    return status;
}

START_TEST(no_memory_leaves_nothing_behind)
{
    assay_frame *frame = table(cases);
    sweep_memory(lose_some, frame);
    assay_frame_free(frame);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("revision");
    TCase *tests = tcase_create("revision");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, totals_are_unbiased_over_all_orders_of_the_tickets);
    tcase_add_test(tests, the_others_stand_for_the_unavailable);
    tcase_add_test(tests, the_next_reserve_of_the_stratum_takes_the_place_and_may_lose_it);
    tcase_add_test(tests, what_cannot_be_is_said_and_changes_nothing);
    tcase_add_test(tests, with_cells_the_reserve_is_of_the_same_cell);
    tcase_add_test(tests, a_cap_holds_whoever_takes_a_place);
    tcase_add_test(tests, under_a_measure_of_size_a_case_can_only_be_withdrawn);
    tcase_add_test(tests, no_memory_leaves_nothing_behind);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
