#include "tables.h"

#include "sample/plan.h"

static assay_context context;

/* Strata F (3 cases), M (2) and X (5). */
static const char cases[] =
    "id,gender\n01,M\n02,F\n03,X\n04,X\n05,F\n06,X\n07,M\n08,X\n09,F\n10,X\n";
static const size_t by_gender[] = {1};

static assay_plan *plan_of(const char *csv)
{
    assay_frame *frame = table(csv);
    assay_plan *plan = NULL;
    const assay_status status = assay_plan_new(&context, frame, 0, 1, by_gender, &plan);
    ck_assert_msg(status == ASSAY_OK, "%s", context.error.message);
    assay_frame_free(frame); /* a plan is complete in itself */
    return plan;
}

START_TEST(a_new_plan_draws_nothing)
{
    assay_plan *plan = plan_of(cases);
    ck_assert_uint_eq(plan->strata->n, 3);
    ck_assert_uint_eq(plan->size, 0);
    for (size_t h = 0; h < 3; h++)
        ck_assert(plan->sample[h] == 0 && plan->reserve[h] == 0);
    assert_column(plan->frame, "id", "01|02|03|04|05|06|07|08|09|10");
    assay_plan_release(plan);
    assay_plan_release(NULL);
}
END_TEST

START_TEST(ids_must_be_there_and_differ_and_so_must_the_levels)
{
    static const struct {
        const char *csv;
        assay_status status;
    } rows[] = {{"id,gender\nA1,M\n,F\nA3,F\n", ASSAY_EMISSING},
                {"id,gender\nA1,M\nA1,F\nA3,F\n", ASSAY_EREPEATED},
                {"id,gender\nA1,M\nA2,\nA3,F\n", ASSAY_EMISSING}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assay_frame *frame = table(rows[i].csv);
        assay_plan *plan = NULL;
        const size_t before = assay_memory_in_use();
        assert_status(assay_plan_new(&context, frame, 0, 1, by_gender, &plan), rows[i].status);
        ck_assert_uint_eq(context.error.row, 2);
        ck_assert_ptr_null(plan);
        ck_assert_uint_eq(assay_memory_in_use(), before);
        assay_frame_free(frame);
    }
}
END_TEST

START_TEST(sizes_are_set_up_to_what_a_stratum_holds)
{
    static const uint64_t none[] = {0, 0, 0}, sample[] = {1, 2, 3}, reserve[] = {2, 0, 1},
                          one_more[] = {2, 1, 1}, large[] = {UINT64_MAX, 0, 0};
    assay_plan *plan = plan_of(cases);
    assert_ok(assay_plan_set(&context, plan, sample, reserve));
    ck_assert_uint_eq(plan->size, 6);
    assert_status(assay_plan_set(&context, plan, sample, one_more), ASSAY_EDOM);
    ck_assert_ptr_nonnull(strstr(context.error.message, "'M' holds 2 cases"));
    assert_status(assay_plan_set(&context, plan, one_more, large), ASSAY_EDOM);
    assert_status(assay_plan_set(&context, plan, large, none), ASSAY_EDOM);
    ck_assert_mem_eq(plan->sample, sample, sizeof sample); /* as they were */
    ck_assert_mem_eq(plan->reserve, reserve, sizeof reserve);
    ck_assert_uint_eq(plan->size, 6);
    assert_ok(assay_plan_set(&context, plan, plan->strata->population, none));
    ck_assert_uint_eq(plan->size, 10);
    assert_ok(assay_plan_set(&context, plan, none, plan->strata->population));
    ck_assert_uint_eq(plan->size, 0);
    assay_plan_release(plan);
}
END_TEST

/* A frame of one stratum with `n` cases. */
static assay_plan *plan_of_one(size_t n)
{
    assay_frame *frame = NULL;
    assay_column *column = NULL;
    assay_plan *plan = NULL;
    int64_t *ids = malloc(n * sizeof *ids);
    for (size_t i = 0; i < n; i++)
        ids[i] = (int64_t)i;
    assert_ok(assay_column_of_integers(&context, n, ids, &column));
    free(ids);
    assert_ok(assay_frame_new(&context, &frame));
    assert_ok(assay_frame_add(&context, frame, "id", column));
    assert_ok(assay_plan_new(&context, frame, 0, 0, NULL, &plan));
    assay_frame_free(frame);
    return plan;
}

/* round_half_up(share n), in whole numbers: (share_100 n + 50) / 100, as far as cases remain. */
START_TEST(reserves_round_half_up_as_by_hand)
{
    enum { N = 1003 };
    assay_plan *plan = plan_of_one(N);
    for (unsigned share = 0; share <= 200; share++)
        for (uint64_t n = 0; n <= N; n += n < 120 ? 1 : 97) {
            uint64_t reserve = 0, wanted = 0;
            const uint64_t all = (share * n + 50) / 100, want = all < N - n ? all : N - n;
            if (assay_plan_reserves(&context, plan, &n, share / 100.0, &wanted, &reserve) !=
                    ASSAY_OK ||
                reserve != want || wanted != all)
                ck_abort_msg("0.01 * %u of %u: %u", share, (unsigned)n, (unsigned)reserve);
        }
    assay_plan_release(plan);
}
END_TEST

START_TEST(shares_and_samples_outside_their_range_are_refused)
{
    static const double shares[] = {-0.01, 100.5, (double)INFINITY, (double)NAN};
    static const uint64_t sample[] = {1, 1, 1}, large[] = {1, 3, 1};
    uint64_t reserve[] = {7, 7, 7}, wanted[] = {7, 7, 7};
    assay_plan *plan = plan_of(cases);
    for (size_t i = 0; i < sizeof shares / sizeof shares[0]; i++) {
        assert_status(assay_plan_reserves(&context, plan, sample, shares[i], wanted, reserve),
                      ASSAY_EDOM);
        ck_assert_str_eq(context.error.argument, "reserve");
    }
    assert_status(assay_plan_reserves(&context, plan, large, 0.2, wanted, reserve), ASSAY_EDOM);
    ck_assert_ptr_nonnull(strstr(context.error.message, "'M' holds 2 cases"));
    for (size_t h = 0; h < 3; h++)
        ck_assert(reserve[h] == 7 && wanted[h] == 7);
    assert_ok(assay_plan_reserves(&context, plan, sample, 100, wanted, reserve));
    ck_assert(reserve[0] == 2 && reserve[1] == 1 && reserve[2] == 4);
    assay_plan_release(plan);
}
END_TEST

START_TEST(a_column_of_a_name_that_the_sample_needs_is_refused)
{
    assay_frame *frame = table("id,g,rank\n1,a,7\n2,a,8\n3,b,9\n4,b,9\n");
    const size_t before = assay_memory_in_use();
    assay_plan *plan = NULL;
    assert_status(assay_plan_new(&context, frame, 0, 0, NULL, &plan), ASSAY_EREPEATED);
    ck_assert_ptr_nonnull(strstr(context.error.message, "'rank'"));
    ck_assert_uint_eq(assay_memory_in_use(), before);
    assay_frame_free(frame);
}
END_TEST

START_TEST(the_table_has_a_line_for_each_stratum)
{
    static const uint64_t sample[] = {1, 2, 3}, reserve[] = {2, 0, 1};
    assay_plan *plan = plan_of(cases);
    assay_frame *frame = NULL;
    assert_ok(assay_plan_set(&context, plan, sample, reserve));
    assert_ok(assay_plan_table(&context, plan, &frame));
    assay_plan_release(plan);
    assert_column(frame, "stratum", "F|M|X");
    assert_column(frame, "gender", "F|M|X");
    assert_column(frame, "population", "3|2|5");
    assert_column(frame, "sample", "1|2|3");
    assert_column(frame, "reserve", "2|0|1");
    const double *probability = column_named(frame, "probability")->numbers;
    ck_assert(probability[0] == 1.0 / 3 && probability[1] == 1 && probability[2] == 0.6);
    assay_frame_free(frame);
}
END_TEST

START_TEST(the_last_reference_frees)
{
    const size_t before = assay_memory_in_use();
    assay_plan *plan = plan_of(cases);
    ck_assert_ptr_eq(assay_plan_retain(plan), plan);
    assay_plan_release(plan);
    ck_assert_uint_eq(plan->strata->population[2], 5);
    assay_plan_release(plan);
    ck_assert_uint_eq(assay_memory_in_use(), before);
}
END_TEST

/*
** The sum of what this prints, in hexadecimal:
**   for id in A1 A2 A10; do printf 'prn-1|frame|%s' $id | sha256sum | head -c 13; echo; done
*/
START_TEST(the_fingerprint_is_the_sum_of_tickets_in_any_order)
{
    char fingerprint[ASSAY_FINGERPRINT_BYTES];
    static const char *const csvs[] = {"id,g\nA1,x\nA2,x\nA10,x\n", "id,g\nA10,x\nA1,x\nA2,y\n"};
    for (size_t i = 0; i < 2; i++) {
        assay_plan *plan = plan_of(csvs[i]);
        assert_ok(assay_plan_fingerprint(&context, plan, fingerprint));
        ck_assert_str_eq(fingerprint, "4363594364660171");
        assay_plan_release(plan);
    }
    assay_plan *plan = plan_of("id,g\n");
    assert_ok(assay_plan_fingerprint(&context, plan, fingerprint));
    ck_assert_str_eq(fingerprint, "0");
    assay_plan_release(plan);
    plan = plan_of_one(3001); /* ids 0 to 3000: beyond 10^18 */
    assert_ok(assay_plan_fingerprint(&context, plan, fingerprint));
    ck_assert_str_eq(fingerprint, "6760251596546278180");
    assay_plan_release(plan);
}
END_TEST

static assay_status make_plan(assay_context *with, void *self)
{
    static const uint64_t sample[] = {1, 2, 3}, reserve[] = {2, 0, 1};
    assay_plan *plan = NULL;
    assay_frame *frame = NULL;
    assay_status status = assay_plan_new(with, self, 0, 1, by_gender, &plan);
    if (status == ASSAY_OK)
        status = assay_plan_set(with, plan, sample, reserve);
    if (status == ASSAY_OK)
        status = assay_plan_table(with, plan, &frame);
    if (status == ASSAY_OK)
        assert_column(frame, "population", "3|2|5");
    assay_frame_free(frame);
    assay_plan_release(plan);
    return status;
}

START_TEST(a_plan_that_finds_no_memory_is_not_made)
{
    assay_frame *frame = table(cases);
    sweep_memory(make_plan, frame);
    assay_frame_free(frame);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("plan");
    TCase *tests = tcase_create("plan");
    tcase_add_test(tests, a_new_plan_draws_nothing);
    tcase_add_test(tests, ids_must_be_there_and_differ_and_so_must_the_levels);
    tcase_add_test(tests, sizes_are_set_up_to_what_a_stratum_holds);
    tcase_add_test(tests, reserves_round_half_up_as_by_hand);
    tcase_add_test(tests, shares_and_samples_outside_their_range_are_refused);
    tcase_add_test(tests, a_column_of_a_name_that_the_sample_needs_is_refused);
    tcase_add_test(tests, the_table_has_a_line_for_each_stratum);
    tcase_add_test(tests, the_last_reference_frees);
    tcase_add_test(tests, the_fingerprint_is_the_sum_of_tickets_in_any_order);
    tcase_add_test(tests, a_plan_that_finds_no_memory_is_not_made);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
