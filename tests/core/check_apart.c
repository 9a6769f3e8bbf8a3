#include "folder.h"

#include <unistd.h>

#include "sample/apart.h"
#include "sample/manifest.h"
#include "sample/verify.h"

/* ---- every order of a small stratum ---- */

enum { CASES = 5, ORDERS = 120 };
static uint32_t orders[ORDERS][CASES];
static size_t n_orders;

static void list_orders(uint32_t order[], size_t k)
{
    if (k == CASES) {
        memcpy(orders[n_orders++], order, CASES * sizeof *order);
        return;
    }
    for (size_t i = k; i < CASES; i++) {
        uint32_t next[CASES];
        memcpy(next, order, sizeof next);
        next[k] = order[i];
        next[i] = order[k];
        list_orders(next, k + 1);
    }
}

/* How often each case is among the first n of one order, given that the first m of another are taken. */
static void count(const uint32_t one[], const uint32_t other[], size_t m, size_t n, int hits[CASES])
{
    uint64_t population = CASES, held = m;
    uint8_t taken[CASES] = {0};
    uint32_t order[CASES];
    const assay_strata strata = {.n = 1, .population = &population};
    const assay_apart apart = {.taken = taken, .held = &held, .n_taken = m};
    for (size_t i = 0; i < m; i++)
        taken[other[i]] = 1;
    memcpy(order, one, sizeof order);
    assert_ok(assay_apart_order(&context, &apart, &strata, order));
    for (size_t i = 0; i < n; i++) {
        hits[order[i]]++;
        ck_assert(n > CASES - m || !taken[order[i]]); /* nobody's case as long as there is one */
    }
}

static void list_all_orders(void)
{
    uint32_t order[CASES];
    for (uint32_t i = 0; i < CASES; i++)
        order[i] = i;
    n_orders = 0;
    list_orders(order, 0);
    ck_assert_uint_eq(n_orders, ORDERS);
}

START_TEST(over_both_draws_every_case_has_the_same_probability)
{
    list_all_orders();
    for (size_t m = 0; m <= CASES; m++)
        for (size_t n = 1; n <= CASES; n++) {
            if (!whole_grid() && (2 * m + n) % 3 != 0)
                continue;
            int hits[CASES] = {0}, same_seed[CASES] = {0};
            for (size_t a = 0; a < ORDERS; a++) {
                count(orders[a], orders[a], m, n, same_seed);
                for (size_t b = 0; b < ORDERS; b++)
                    count(orders[a], orders[b], m, n, hits);
            }
            for (size_t i = 0; i < CASES; i++) {
                ck_assert_int_eq(hits[i] * CASES, (int)n * ORDERS * ORDERS);
                ck_assert_int_eq(same_seed[i] * CASES, (int)n * ORDERS);
            }
        }
}
END_TEST

/* ... and given the other sample it is what is said. */
START_TEST(given_the_other_draw_probabilities_are_conditional)
{
    list_all_orders();
    for (size_t m = 0; m <= CASES; m++)
        for (size_t n = 1; n <= CASES; n++) {
            if (!whole_grid() && (2 * m + n) % 3 != 0)
                continue;
            int hits[CASES] = {0};
            uint64_t held = m;
            uint8_t taken[CASES] = {0};
            const assay_apart apart = {.taken = taken, .held = &held, .n_taken = m};
            for (size_t i = 0; i < m; i++)
                taken[orders[0][i]] = 1;
            for (size_t a = 0; a < ORDERS; a++)
                count(orders[a], orders[0], m, n, hits);
            for (uint32_t i = 0; i < CASES; i++)
                assert_close(assay_apart_probability(&apart, i, 0, CASES, n),
                             hits[i] / (double)ORDERS, 1e-15);
        }
}
END_TEST

/* ---- when probabilities are exact ---- */

static const char list[] =
    "id,g,h,v\n1,F,x,1\n2,F,x,2\n3,F,y,3\n4,F,y,1\n5,F,y,2\n6,M,x,3\n7,M,x,1\n"
    "8,M,y,2\n9,M,y,3\n";
static const char shorter[] = "id,g,h,v\n1,F,x,1\n2,F,x,2\n3,F,y,3\n4,F,y,1\n5,F,y,2\n";
static const char partly[] = "id,g,h,v\n1,F,x,1\n2,F,x,2\n8,M,y,3\n9,M,y,1\n";

static assay_plan *plan_of(const char *csv, size_t n_columns, uint64_t size)
{
    static const size_t columns[] = {1, 2};
    uint64_t sizes[4] = {size, size, size, size}, reserves[4] = {0};
    assay_plan *plan = NULL;
    assay_frame *frame = table(csv);
    assert_ok(assay_plan_new(&context, frame, 0, n_columns, columns, &plan));
    assert_ok(assay_plan_set(&context, plan, sizes, reserves));
    assay_frame_free(frame);
    return plan;
}

static assay_sample *draw_by(assay_plan *plan, const char *seed, const char *method,
                             assay_apart *apart)
{
    const assay_drawing how = {.method = assay_method_find(method), .apart = apart};
    assay_sample *sample = NULL;
    const assay_status status = assay_draw_by(&context, plan, seed, &how, &sample);
    ck_assert_msg(status == ASSAY_OK, "%s", context.error.message);
    assay_plan_release(plan);
    return sample;
}

static bool is_exact(assay_sample *other, size_t n_columns)
{
    const assay_sample *const others[] = {other};
    assay_plan *plan = plan_of(list, n_columns, 1);
    assay_apart *apart = NULL;
    assert_ok(assay_apart_new(&context, plan, 1, others, &apart));
    const bool exact = apart->exact;
    assay_apart_free(apart);
    assay_plan_release(plan);
    assay_sample_free(other);
    return exact;
}

START_TEST(probabilities_are_exact_where_parts_lie_within_strata_drawn_by_ticket)
{
    /* columns of the strata here: none; g; g and h */
    ck_assert(is_exact(draw_by(plan_of(list, 0, 2), "s", "srs", NULL), 0));
    ck_assert(is_exact(draw_by(plan_of(list, 0, 2), "s", "srs", NULL), 2));
    ck_assert(is_exact(draw_by(plan_of(list, 1, 2), "s", "srs", NULL), 1));
    ck_assert(is_exact(draw_by(plan_of(list, 1, 2), "s", "srs", NULL), 2));
    ck_assert(is_exact(draw_by(plan_of(list, 1, 2), "s", "bernoulli", NULL), 2));
    ck_assert(is_exact(draw_by(plan_of(list, 1, 2), "s", "pareto", NULL), 1));
    ck_assert(is_exact(draw_by(plan_of(shorter, 1, 2), "s", "srs", NULL), 1));
    ck_assert(!is_exact(draw_by(plan_of(list, 1, 2), "s", "srs", NULL), 0));
    ck_assert(!is_exact(draw_by(plan_of(list, 2, 1), "s", "srs", NULL), 1));
    ck_assert(!is_exact(draw_by(plan_of(shorter, 1, 2), "s", "srs", NULL), 0));
    ck_assert(!is_exact(draw_by(plan_of(partly, 0, 2), "s", "srs", NULL), 1));
    ck_assert(!is_exact(draw_by(plan_of(list, 1, 2), "s", "systematic", NULL), 1));
    ck_assert(!is_exact(draw_by(plan_of(list, 1, 2), "s", "pivotal", NULL), 1));
}
END_TEST

START_TEST(cells_caps_measures_and_what_they_touch_are_conditional)
{
    const size_t h = 2, v = 3;
    assay_plan *plan = plan_of(list, 1, 2);
    assert_ok(assay_plan_within(&context, plan, 1, &h, 0));
    ck_assert(!is_exact(draw_by(plan, "s", "srs", NULL), 1));
    plan = plan_of(list, 1, 2);
    assert_ok(assay_plan_cap(&context, plan, h, 3));
    ck_assert(!is_exact(draw_by(plan, "s", "srs", NULL), 1));
    plan = plan_of(list, 1, 2);
    assert_ok(assay_plan_measure(&context, plan, v));
    ck_assert(!is_exact(draw_by(plan, "s", "pareto", NULL), 1));

    assay_apart *apart = NULL;
    assay_sample *first = draw_by(plan_of(list, 2, 1), "s", "srs", NULL);
    const assay_sample *const others[] = {first};
    plan = plan_of(list, 1, 2);
    assert_ok(assay_apart_new(&context, plan, 1, others, &apart));
    ck_assert(!is_exact(draw_by(plan, "t", "srs", apart), 1));
    assay_apart_free(apart);
    assay_sample_free(first);
}
END_TEST

START_TEST(only_plain_draws_are_kept_apart)
{
    const size_t h = 2;
    assay_apart *apart = NULL;
    assay_sample *other = draw_by(plan_of(list, 1, 2), "s", "srs", NULL), *none = NULL;
    const assay_sample *const others[] = {other};
    assay_plan *plan = plan_of(list, 1, 2);
    assert_ok(assay_apart_new(&context, plan, 1, others, &apart));
    assay_drawing how = {.method = assay_method_find("pareto"), .apart = apart};
    assert_status(assay_draw_by(&context, plan, "t", &how, &none), ASSAY_EDOM);
    how.method = NULL;
    assert_ok(assay_plan_cap(&context, plan, h, 3));
    assert_status(assay_draw_by(&context, plan, "t", &how, &none), ASSAY_EDOM);
    ck_assert_ptr_null(none);
    assay_apart_free(apart);
    assay_apart_free(NULL);
    assay_plan_release(plan);
    assay_sample_free(other);
}
END_TEST

/* ---- overlap ---- */

START_TEST(one_seed_overlaps_as_much_as_can_be_and_apart_as_little)
{
    assay_sample *a = draw_by(plan_of(list, 1, 3), "s", "srs", NULL);
    assay_sample *b = draw_by(plan_of(list, 1, 2), "s", "srs", NULL);
    const assay_sample *const others[] = {a};
    assay_apart *apart = NULL;
    assay_plan *plan = plan_of(list, 1, 2);
    assay_overlap found;
    assert_ok(assay_sample_overlap(&context, a, b, &found));
    ck_assert_uint_eq(found.shared, 9);
    ck_assert_uint_eq(found.both, 4);
    ck_assert_uint_eq(found.at_most, 4);
    ck_assert(found.same_seed);
    assert_close(found.expected, 5 * (3.0 / 5) * (2.0 / 5) + 4 * (3.0 / 4) * (2.0 / 4), 1e-14);
    assert_ok(assay_apart_new(&context, plan, 1, others, &apart));
    assay_sample *c = draw_by(plan, "s", "srs", apart);
    assert_ok(assay_sample_overlap(&context, a, c, &found));
    ck_assert_uint_eq(found.both, 1); /* M has 4 cases, of which 3 are taken */
    ck_assert_uint_eq(found.roles[0][0], 1);
    assay_sample *d = draw_by(plan_of(partly, 0, 2), "u", "srs", NULL);
    assert_ok(assay_sample_overlap(&context, a, d, &found));
    ck_assert_uint_eq(found.shared, 4);
    ck_assert_uint_eq(found.at_most, 2);
    ck_assert(!found.same_seed);
    assert_close(found.expected, 2 * 0.5 * (3.0 / 5 + 3.0 / 4), 1e-14);
    assay_apart_free(apart);
    assay_sample_free(a);
    assay_sample_free(b);
    assay_sample_free(c);
    assay_sample_free(d);
}
END_TEST

/* ---- the folder, and memory ---- */

static void tell(void *self, const char *words)
{
    ck_assert_str_ne(words, "");
    ++*(int *)self;
}

typedef struct request {
    assay_door *door;
    assay_sample *other;
    assay_plan *plan;
} request;

static assay_status write_and_prove(assay_context *with, void *self)
{
    const request *r = self;
    const assay_sample *const others[] = {r->other};
    assay_drawing how = {0};
    assay_sample *sample = NULL;
    assay_json *manifest = NULL;
    assay_overlap found;
    int told = 0;
    assay_status status = assay_apart_new(with, r->plan, 1, others, &how.apart);
    if (status == ASSAY_OK)
        status = assay_draw_by(with, r->plan, "t", &how, &sample);
    if (status == ASSAY_OK)
        status = assay_json_new_object(with, &manifest);
    if (status == ASSAY_OK)
        status = assay_sample_write(with, r->door, at("s"), sample, manifest);
    if (status == ASSAY_OK)
        status = assay_sample_verify(with, r->door, at("s"), NULL, tell, &told);
    if (status == ASSAY_OK)
        status = assay_sample_overlap(with, sample, r->other, &found);
    ck_assert_int_eq(told, 0);
    assay_json_free(manifest);
    assay_sample_free(sample);
    assay_apart_free(how.apart);
    return status;
}

START_TEST(the_folder_proves_itself_without_the_others)
{
    static const char *const edits[] = {
        "s/\"common\": 4/\"common\": 40/", "0,/\"ids\": \\[\"./s//\"ids\": [\"z/",
        "s/\"exact\": false/\"exact\": true/", "s/\"ids\": \\[\".\", /\"ids\": [/"};
    request r = {.door = open_door(),
                 .other = draw_by(plan_of(list, 2, 1), "s", "srs", NULL),
                 .plan = plan_of(list, 1, 2)};
    char command[256];
    sweep_memory(write_and_prove, &r);
    for (size_t i = 0; i < sizeof edits / sizeof edits[0]; i++) {
        int told = 0;
        snprintf(command, sizeof command, "cp -r %s/s %s/t && sed -i '%s' %s/t/manifest.json", root,
                 root, edits[i], root);
        ck_assert_int_eq(system(command), 0);
        assert_ok(assay_sample_verify(&context, r.door, at("t"), NULL, tell, &told));
        ck_assert_msg(told > 0, "%s", edits[i]);
        snprintf(command, sizeof command, "rm -r %s/t", root);
        ck_assert_int_eq(system(command), 0);
    }
    assay_sample_free(r.other);
    assay_plan_release(r.plan);
    assay_door_free(r.door);
}
END_TEST

int main(void)
{
    assay_json_use_core_memory();
    Suite *suite = suite_create("apart");
    TCase *tests = tcase_create("apart");
    tcase_set_timeout(tests, 120);
    tcase_add_checked_fixture(tests, start, end);
    tcase_add_test(tests, over_both_draws_every_case_has_the_same_probability);
    tcase_add_test(tests, given_the_other_draw_probabilities_are_conditional);
    tcase_add_test(tests, probabilities_are_exact_where_parts_lie_within_strata_drawn_by_ticket);
    tcase_add_test(tests, cells_caps_measures_and_what_they_touch_are_conditional);
    tcase_add_test(tests, only_plain_draws_are_kept_apart);
    tcase_add_test(tests, one_seed_overlaps_as_much_as_can_be_and_apart_as_little);
    tcase_add_test(tests, the_folder_proves_itself_without_the_others);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
