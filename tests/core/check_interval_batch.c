#include "check.h"

#include "prob/interval_batch.h"

/* ---- rows ----------------------------------------------------------------------------------- */

enum { MOST = 70000 };
static int64_t x[MOST], n[MOST], populations[MOST], lower_count[MOST], upper_count[MOST];
static double estimate[MOST], lower[MOST], upper[MOST];

/* Numbers that look drawn (Knuth's), the same each time. */
static uint64_t state = 20261122;

static uint64_t below(uint64_t bound)
{
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (state >> 33) % bound;
}

/* `rows` pairs with n up to `largest`, and populations of n and more. */
static void draw_rows(size_t rows, uint64_t largest)
{
    for (size_t i = 0; i < rows; i++) {
        n[i] = (int64_t)below(largest + 1);
        x[i] = (int64_t)below((uint64_t)n[i] + 1);
        populations[i] = n[i] + (int64_t)below(40) + (n[i] == 0);
    }
}

static assay_interval_request request(const char *name, uint64_t population, assay_side side)
{
    const assay_interval_method *method = assay_interval_find(name);
    ck_assert_msg(method != NULL, "%s", name);
    return (assay_interval_request){method, population, 0.9, side, {0.5, 2}};
}

static assay_interval_batch batch_of(const assay_interval_request *ask, size_t rows, bool own)
{
    assay_interval_batch batch = {.rows = rows,
                                  .x = x,
                                  .n = n,
                                  .populations = own ? populations : NULL,
                                  .estimate = estimate,
                                  .lower = lower,
                                  .upper = upper};
    if (assay_interval_counts(ask->method, own ? 1 : ask->population)) {
        batch.lower_count = lower_count;
        batch.upper_count = upper_count;
    }
    return batch;
}

static bool same(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b));
}

/* Each row is to the last bit what one interval is. */
static void assert_same(const assay_interval_request *asked, const assay_interval_batch *batch)
{
    assay_context context = {0};
    uint64_t states[ASSAY_INTERVAL_STATES] = {0};
    for (size_t i = 0; i < batch->rows; i++) {
        assay_interval_request ask = *asked;
        assay_interval one;
        if (batch->populations != NULL)
            ask.population = (uint64_t)populations[i];
        assert_ok(assay_interval_compute(&context, &ask, (uint64_t)x[i], (uint64_t)n[i], &one));
        ck_assert_msg(same(one.estimate, estimate[i]) && same(one.lower, lower[i]) &&
                          same(one.upper, upper[i]),
                      "row %zu, %d of %d", i, (int)x[i], (int)n[i]);
        if (batch->lower_count != NULL)
            ck_assert((uint64_t)lower_count[i] == one.lower_count &&
                      (uint64_t)upper_count[i] == one.upper_count);
        states[one.state]++;
    }
    ck_assert(memcmp(states, batch->states, sizeof states) == 0);
}

static void compare(const char *name, uint64_t population, bool own, assay_side side, size_t rows,
                    int threads)
{
    assay_context context = {.threads = threads};
    const assay_interval_request ask = request(name, population, side);
    assay_interval_batch batch = batch_of(&ask, rows, own);
    const assay_status status = assay_interval_compute_all(&context, &ask, &batch);
    ck_assert_msg(status == ASSAY_OK, "%s: %s", name, context.error.message);
    assert_same(&ask, &batch);
}

/* Every method, every side: without a population, with one for all, and with one for each row. */
static void compare_all(size_t rows, uint64_t largest, int threads)
{
    const assay_side sides[] = {ASSAY_TWO_SIDED, ASSAY_LOWER, ASSAY_UPPER};
    draw_rows(rows, largest);
    for (size_t k = 0; assay_interval_name(k) != NULL; k++)
        for (int s = 0; s < 3; s++) {
            const char *name = assay_interval_name(k);
            const assay_interval_method *method = assay_interval_find(name);
            if (assay_interval_applies(method, ASSAY_INFINITE))
                compare(name, ASSAY_INFINITE, false, sides[s], rows, threads);
            if (assay_interval_applies(method, largest + 3)) {
                compare(name, largest + 3, false, sides[s], rows, threads);
                compare(name, ASSAY_INFINITE, true, sides[s], rows, threads);
            }
        }
}

START_TEST(rows_are_what_single_intervals_are)
{
    compare_all(1000, 24, 1);  /* pairs in a table */
    compare_all(163, 2000, 2); /* pairs in a hash */
}
END_TEST

START_TEST(no_rows_one_row_and_rows_that_do_not_fill_a_vector_are_answered)
{
    const size_t rows[] = {0, 1, 63, 64, 65, 129};
    for (size_t i = 0; i < 6; i++)
        compare_all(rows[i], 9, 2);
}
END_TEST

/* More than a block of rows, so that threads share them. */
START_TEST(threads_change_no_bit)
{
    draw_rows(MOST, 60);
    for (int threads = 1; threads <= 4; threads += 3) {
        compare("wilson", ASSAY_INFINITE, false, ASSAY_TWO_SIDED, MOST, threads);
        compare("mid_p", ASSAY_INFINITE, false, ASSAY_TWO_SIDED, MOST, threads);
        compare("hyper_tail", ASSAY_INFINITE, true, ASSAY_TWO_SIDED, MOST, threads);
    }
}
END_TEST

START_TEST(counts_that_a_vector_does_not_hold_are_answered)
{
    draw_rows(200, 1000);
    n[70] = INT64_C(1) << 52;
    x[70] = n[70] - 1;
    n[71] = x[71] = INT64_MAX;
    compare("wilson", ASSAY_INFINITE, false, ASSAY_TWO_SIDED, 200, 1);
    compare("agresti_coull", ASSAY_INFINITE, false, ASSAY_LOWER, 200, 1);
}
END_TEST

/* ---- refusals ------------------------------------------------------------------------------- */

static void assert_refused(const char *name, uint64_t population, bool own, size_t row,
                           assay_status status, const char *words)
{
    assay_context context = {.threads = 2};
    const assay_interval_request ask = request(name, population, ASSAY_TWO_SIDED);
    assay_interval_batch batch = batch_of(&ask, 40000, own);
    assert_status(assay_interval_compute_all(&context, &ask, &batch), status);
    ck_assert_msg(context.error.row == row && strstr(context.error.message, words) != NULL, "%s",
                  context.error.message);
}

START_TEST(the_first_row_that_cannot_be_answered_is_named)
{
    const char *const names[] = {"wilson", "jeffreys", "arcsine"};
    for (size_t i = 0; i < 3; i++) {
        draw_rows(40000, 50);
        x[30002] = n[30002] + 1;
        x[20001] = n[20001] + 2;
        assert_refused(names[i], ASSAY_INFINITE, false, 20002, ASSAY_EDOM, "row 20002: x is ");
        n[17] = INT64_MIN;
        assert_refused(names[i], ASSAY_INFINITE, false, 18, ASSAY_EDOM,
                       "row 18: a count is missing");
        draw_rows(40000, 50);
        x[39999] = -1;
        assert_refused(names[i], ASSAY_INFINITE, false, 40000, ASSAY_EDOM, "row 40000: a count");
    }
    draw_rows(40000, 50);
    populations[3] = n[3] - 1;
    n[3] += n[3] == 0;
    assert_refused("hyper_tail", ASSAY_INFINITE, true, 4, ASSAY_EDOM, "row 4: n is ");
    populations[3] = -1;
    assert_refused("wilson", ASSAY_INFINITE, true, 4, ASSAY_EDOM, "row 4: a count is missing");
}
END_TEST

START_TEST(what_takes_too_long_is_refused_with_its_row)
{
    draw_rows(40000, 50);
    n[70] = 300;
    x[70] = 20;
    populations[70] = 2147483647;
    assert_refused("hyper_wang", ASSAY_INFINITE, true, 71, ASSAY_ENUMERIC, "take hyper_tail");
    populations[70]++;
    assert_refused("hyper_tail", ASSAY_INFINITE, true, 71, ASSAY_ENUMERIC, "take wilson");
    assert_refused("bayes", ASSAY_INFINITE, true, 71, ASSAY_ENUMERIC, "take wilson");
}
END_TEST

START_TEST(a_request_that_no_row_can_answer_is_refused)
{
    assay_context context = {0};
    assay_interval_request ask = request("bayes", ASSAY_INFINITE, ASSAY_TWO_SIDED);
    assay_interval_batch batch = batch_of(&ask, 3, false);
    const double bad[] = {0, -1, NAN, INFINITY};
    draw_rows(3, 9);
    for (size_t i = 0; i < 4; i++) {
        ask.prior[1] = bad[i];
        assert_status(assay_interval_compute_all(&context, &ask, &batch), ASSAY_EDOM);
        ck_assert(context.error.row == 0);
    }
    ask = request("mid_p", 20, ASSAY_TWO_SIDED);
    assert_status(assay_interval_compute_all(&context, &ask, &batch), ASSAY_EDOM);
    ask = request("wilson", 20, ASSAY_TWO_SIDED);
    ask.confidence = NAN;
    assert_status(assay_interval_compute_all(&context, &ask, &batch), ASSAY_EDOM);
}
END_TEST

/* ---- stopping and failing ------------------------------------------------------------------- */

static assay_status stop_at(void *self, uint64_t done, uint64_t total)
{
    int *left = self;
    (void)done, (void)total;
    return --*left < 0 ? ASSAY_ESTOPPED : ASSAY_OK;
}

/* Each poll of a run answers no in turn, until a run is whole. */
static int stops_of(const char *name, bool own, size_t rows)
{
    const assay_interval_request ask = request(name, ASSAY_INFINITE, ASSAY_TWO_SIDED);
    const size_t before = assay_memory_in_use();
    for (int k = 0;; k++) {
        int left = k;
        assay_context context = {.poll = stop_at, .self = &left, .threads = 2};
        assay_interval_batch batch = batch_of(&ask, rows, own);
        const assay_status status = assay_interval_compute_all(&context, &ask, &batch);
        ck_assert(assay_memory_in_use() == before);
        if (status == ASSAY_OK)
            return k;
        ck_assert(status == ASSAY_ESTOPPED && context.error.status == ASSAY_ESTOPPED);
    }
}

START_TEST(a_stop_is_heeded_everywhere)
{
    draw_rows(3000, 100);
    ck_assert_int_ge(stops_of("wilson", false, 3000), 1);
    ck_assert_int_ge(stops_of("clopper_pearson", false, 3000), 4);
    ck_assert_int_ge(stops_of("hyper_tail", true, 3000), 4);
    draw_rows(20, 10);
    ck_assert_int_ge(stops_of("hyper_wang", true, 20), 10);
}
END_TEST

static void sweep(const char *name, bool own, bool from_then_on)
{
    const assay_interval_request ask = request(name, ASSAY_INFINITE, ASSAY_TWO_SIDED);
    const size_t before = assay_memory_in_use();
    assay_status status = ASSAY_ENOMEM;
    for (uint64_t k = 1; status != ASSAY_OK; k++) {
        assay_context context = {0};
        assay_interval_batch batch = batch_of(&ask, 300, own);
        assay_memory_fail_at(k, from_then_on);
        status = assay_interval_compute_all(&context, &ask, &batch);
        assay_memory_fail_at(0, false);
        ck_assert(status == ASSAY_OK || status == ASSAY_ENOMEM);
        ck_assert(assay_memory_in_use() == before);
    }
}

START_TEST(no_memory_is_an_answer)
{
    for (int on = 0; on < 2; on++) {
        draw_rows(300, 9);
        sweep("wilson", false, on != 0);
        sweep("jeffreys", false, on != 0);
        sweep("bayes", false, on != 0);
        sweep("hyper_wang", true, on != 0);
        draw_rows(300, 5000);
        sweep("arcsine", false, on != 0);
        sweep("hyper_tail", true, on != 0);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("interval_batch");
    TCase *values = tcase_create("values"), *edges = tcase_create("edges");
    tcase_set_timeout(values, 120);
    tcase_add_test(values, rows_are_what_single_intervals_are);
    tcase_add_test(values, no_rows_one_row_and_rows_that_do_not_fill_a_vector_are_answered);
    tcase_add_test(values, threads_change_no_bit);
    tcase_add_test(values, counts_that_a_vector_does_not_hold_are_answered);
    tcase_add_test(edges, the_first_row_that_cannot_be_answered_is_named);
    tcase_add_test(edges, what_takes_too_long_is_refused_with_its_row);
    tcase_add_test(edges, a_request_that_no_row_can_answer_is_refused);
    tcase_add_test(edges, a_stop_is_heeded_everywhere);
    tcase_add_test(edges, no_memory_is_an_answer);
    suite_add_tcase(suite, values);
    suite_add_tcase(suite, edges);
    return run_suite(suite);
}
