#include "tables.h"

#include "sample/plan.h"

static assay_context context = {.threads = 1};

enum { ID, S, X };
static const size_t by_s[] = {S};

static assay_plan *plan_of(const assay_frame *frame, const uint64_t sample[])
{
    static const uint64_t none[8] = {0};
    assay_plan *plan = NULL;
    assert_ok(assay_plan_new(&context, frame, ID, 1, by_s, &plan));
    assert_ok(assay_plan_set(&context, plan, sample, none));
    return plan;
}

/* A: 2 of 10, 1, 1, 1, 1: the 10 is certain, 1/4 for the others. B: 2 of 1, 2, 3, 4. */
START_TEST(probabilities_are_in_proportion_and_at_most_1)
{
    static const uint64_t sample[] = {2, 2, 0, 3};
    static const double want[] = {1,       0.25,    0.25, 0.25, 0.25, 2 / 10., 4 / 10.,
                                  6 / 10., 8 / 10., 0,    0,    1,    1,       1};
    assay_frame *frame = table("id,s,x\n01,A,10\n02,A,1\n03,A,1\n04,A,1\n05,A,1\n06,B,1\n07,B,2\n"
                               "08,B,3\n09,B,4\n10,C,5\n11,C,6\n12,D,1\n13,D,2\n14,D,900\n");
    assay_plan *plan = plan_of(frame, sample);
    assert_ok(assay_plan_measure(&context, plan, X));
    for (size_t row = 0; row < 14; row++)
        assert_close(plan->measure->probability[row], want[row], 1e-15);
    static const uint64_t certain[] = {1, 0, 0, 0}; /* D is taken whole, whatever its sizes */
    ck_assert_mem_eq(plan->measure->certain, certain, sizeof certain);
    ck_assert_uint_eq(plan->measure->column, X);
    assay_plan_release(plan);
    assay_frame_free(frame);
}
END_TEST

/* Of 64, 16, 4, 1, 1, 1 with n = 4 one after the other becomes certain: 3 others share 1. */
START_TEST(certainty_spreads_until_the_rest_fits)
{
    static const uint64_t sample[] = {4};
    static const double want[] = {1, 1, 1, 1 / 3., 1 / 3., 1 / 3.};
    assay_frame *frame = table("id,s,x\n1,A,64\n2,A,16\n3,A,4\n4,A,1\n5,A,1\n6,A,1\n");
    assay_plan *plan = plan_of(frame, sample);
    assert_ok(assay_plan_measure(&context, plan, X));
    for (size_t row = 0; row < 6; row++)
        assert_close(plan->measure->probability[row], want[row], 1e-15);
    ck_assert_uint_eq(plan->measure->certain[0], 3);
    assay_plan_release(plan);
    assay_frame_free(frame);
}
END_TEST

/* Sums of tenths depend on their order; the probabilities must not, to the last bit. */
START_TEST(the_order_of_the_rows_does_not_change_a_bit)
{
    enum { N = 40 };
    static const uint64_t sample[] = {3, 4};
    char csv[1024] = "id,s,x\n";
    for (int i = 0; i < N; i++)
        sprintf(csv + strlen(csv), "%02d,%c,%d.%d\n", i, i % 3 == 0 ? 'A' : 'B', i % 7, 1 + i % 9);
    assay_frame *frame = table(csv);
    double want[N];
    for (uint64_t seed = 0; seed < 50; seed++) {
        uint32_t order[N];
        assay_frame *shuffled = NULL;
        shuffle(order, N, seed);
        if (seed == 0)
            for (uint32_t i = 0; i < N; i++)
                order[i] = i;
        assert_ok(assay_frame_take(&context, frame, N, order, &shuffled));
        assay_plan *plan = plan_of(shuffled, sample);
        assert_ok(assay_plan_measure(&context, plan, X));
        for (size_t i = 0; i < N; i++) {
            if (seed == 0)
                want[i] = plan->measure->probability[i];
            ck_assert(plan->measure->probability[i] == want[order[i]]);
        }
        assay_plan_release(plan);
        assay_frame_free(shuffled);
    }
    assay_frame_free(frame);
}
END_TEST

static void assert_refused(const char *csv, assay_status status, uint64_t row, const char *message)
{
    static const uint64_t sample[] = {1};
    assay_frame *frame = table(csv);
    assay_plan *plan = plan_of(frame, sample);
    const size_t before = assay_memory_in_use();
    assert_status(assay_plan_measure(&context, plan, X), status);
    ck_assert_str_eq(context.error.message, message);
    ck_assert_uint_eq(context.error.row, row);
    ck_assert_ptr_null(plan->measure);
    ck_assert_uint_eq(assay_memory_in_use(), before);
    context.error = (assay_error){0};
    assay_plan_release(plan);
    assay_frame_free(frame);
}

START_TEST(a_size_that_is_none_is_refused_by_its_row)
{
    assert_refused("id,s,x\n1,A,3\n2,A,\n", ASSAY_EMISSING, 2,
                   "row 2: 'x' is missing: a measure of size is a number above 0");
    assert_refused("id,s,x\n1,A,3\n2,A,4\n3,A,0\n", ASSAY_EDOM, 3,
                   "row 3: 'x' is 0: a measure of size is a number above 0");
    assert_refused("id,s,x\n1,A,-0.5\n2,A,4\n", ASSAY_EDOM, 1,
                   "row 1: 'x' is below 0: a measure of size is a number above 0");
    assert_refused("id,s,x\n1,A,many\n2,A,4\n", ASSAY_EDOM, 0,
                   "'x' is a column of type text: a measure of size is a number above 0");
}
END_TEST

START_TEST(an_infinite_size_is_refused)
{
    static const uint64_t sample[] = {1};
    static const double sizes[] = {1, (double)INFINITY};
    assay_frame *frame = table("id,s\n1,A\n2,A\n");
    assert_ok(assay_frame_add_numbers(&context, frame, "x", 2, sizes));
    assay_plan *plan = plan_of(frame, sample);
    assert_status(assay_plan_measure(&context, plan, X), ASSAY_EDOM);
    ck_assert_str_eq(context.error.message,
                     "row 2: 'x' is not finite: a measure of size is a number above 0");
    assay_plan_release(plan);
    assay_frame_free(frame);
}
END_TEST

START_TEST(cells_caps_and_sizes_by_chance_take_no_measure)
{
    static const uint64_t sample[] = {1, 1}, none[] = {0, 0};
    static const double halves[] = {0.5, 1.5};
    static const size_t by_x[] = {X};
    assay_frame *frame = table("id,s,x\n1,A,1\n2,A,2\n3,B,1\n4,B,2\n");
    assay_plan *plan = plan_of(frame, sample);
    assert_ok(assay_plan_cap(&context, plan, X, 2));
    assert_status(assay_plan_measure(&context, plan, X), ASSAY_EDOM);
    assay_plan_release(plan);
    plan = plan_of(frame, sample);
    assert_ok(assay_plan_within(&context, plan, 1, by_x, 0));
    assert_status(assay_plan_measure(&context, plan, X), ASSAY_EDOM);
    assay_plan_release(plan);
    plan = plan_of(frame, sample);
    assert_ok(assay_plan_set_expected(&context, plan, 2, halves, none));
    assert_status(assay_plan_measure(&context, plan, X), ASSAY_EDOM);
    assay_plan_release(plan);
    assay_frame_free(frame);
}
END_TEST

static assay_status measure_once(assay_context *with, void *self)
{
    static const uint64_t sample[] = {1, 1};
    assay_strata *strata = NULL;
    assay_measure *measure = NULL;
    assay_status status = assay_strata_new(with, self, 1, by_s, &strata);
    if (status == ASSAY_OK)
        status = assay_measure_new(with, self, ID, strata, X, sample, &measure);
    assay_measure_free(measure);
    assay_strata_free(strata);
    return status;
}

START_TEST(a_measure_that_finds_no_memory_leaves_nothing)
{
    assay_frame *frame = table("id,s,x\n1,A,1\n2,A,2\n3,B,1\n4,B,2\n");
    sweep_memory(measure_once, frame);
    assay_measure_free(NULL);
    assay_frame_free(frame);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("measure");
    TCase *tests = tcase_create("measure");
    tcase_add_test(tests, probabilities_are_in_proportion_and_at_most_1);
    tcase_add_test(tests, certainty_spreads_until_the_rest_fits);
    tcase_add_test(tests, the_order_of_the_rows_does_not_change_a_bit);
    tcase_add_test(tests, a_size_that_is_none_is_refused_by_its_row);
    tcase_add_test(tests, an_infinite_size_is_refused);
    tcase_add_test(tests, cells_caps_and_sizes_by_chance_take_no_measure);
    tcase_add_test(tests, a_measure_that_finds_no_memory_leaves_nothing);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
