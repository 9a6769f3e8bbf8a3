#include "offices.h"

static const char offices[] = "office,region,n\nA,N,3\nB,N,5\nC,N,2\nD,S,4\nE,S,1\nF,S,6\nG,S,3\n";

/* ---- the two stages, put together by hand ---- */

static void ticket_of(const char *seed, const assay_frame *frame, size_t column, uint32_t row,
                      char ticket[ASSAY_TICKET])
{
    char scratch[ASSAY_CELL_BYTES];
    size_t length;
    const char *text = assay_column_cell(assay_frame_column(frame, column), row, scratch, &length);
    assay_ticket(seed, text, length, ticket);
}

/* The cases of a unit, by ticket; returns how many. */
static size_t cases_by_hand(const assay_frame *frame, const char *seed, char office,
                            uint32_t rows[CASES])
{
    size_t n = 0;
    for (uint32_t row = 0; row < CASES; row++) {
        char scratch[ASSAY_CELL_BYTES], a[ASSAY_TICKET], b[ASSAY_TICKET];
        size_t length, i = n;
        if (assay_column_cell(assay_frame_column(frame, OFFICE), row, scratch, &length)[0] !=
            office)
            continue;
        ticket_of(seed, frame, ID, row, a);
        for (; i > 0; i--) {
            ticket_of(seed, frame, ID, rows[i - 1], b);
            if (strcmp(b, a) < 0)
                break;
            rows[i] = rows[i - 1];
        }
        rows[i] = row;
        n++;
    }
    return n;
}

/* The units drawn as a list of their own: 3 cases of each and 2 reserves, as far as it has them. */
static void assert_as_by_hand(const assay_frame *frame, const assay_sample *sample,
                              const assay_sample *units)
{
    static const uint64_t of_unit[] = {3, 5, 2, 4, 1, 6, 3};
    size_t at = 0, spare = sample->n_sample;
    for (size_t k = 0; k < units->n; k++) {
        uint32_t rows[CASES];
        const uint32_t u = units->rows[k];
        const size_t n = cases_by_hand(frame, sample->seed, (char)('A' + u), rows);
        ck_assert_uint_eq(n, of_unit[u]);
        ck_assert_mem_eq(sample->units->tickets[u], units->tickets[u], ASSAY_TICKET_BYTES);
        for (size_t i = 0; i < n && i < 3; i++, at++) {
            const double p = units->probability[k] * (double)(n < 3 ? n : 3) / (double)n;
            ck_assert_uint_eq(sample->rows[at], rows[i]);
            ck_assert_uint_eq(sample->ranks[at], i + 1);
            assert_close(sample->probability[at], p, 1e-15);
            assert_close(sample->weight[at], 1 / p, 1e-15);
        }
        for (size_t i = 3; i < n && i < 5; i++, spare++) {
            ck_assert_uint_eq(sample->rows[spare], rows[i]);
            ck_assert_uint_eq(sample->ranks[spare], i + 1);
        }
    }
    ck_assert_uint_eq(at, sample->n_sample);
    ck_assert_uint_eq(spare, sample->n);
}

START_TEST(units_are_drawn_as_a_list_of_their_own_and_then_their_smallest_tickets)
{
    static const size_t measure = 2;
    const assay_drawing how = {.method = method_at(_i)};
    assay_frame *frame = table(cases), *list = table(offices);
    assay_plan *plan = plan_of(frame, some, 3, 2, how.method), *first = NULL;
    assert_ok(assay_plan_new(&context, list, 0, 1, by_region, &first));
    assert_ok(assay_plan_set(&context, first, some, none));
    if (how.method != NULL && how.method->unequal)
        assert_ok(assay_plan_measure(&context, first, measure));
    for (int seed = 0; seed < 100; seed++) {
        char text[16];
        assay_sample *units = NULL;
        snprintf(text, sizeof text, "S-%d", seed);
        assay_sample *sample = draw(plan, text);
        assert_ok(assay_draw_by(&context, first, text, &how, &units));
        ck_assert_uint_eq(sample->units->n, units->n);
        ck_assert(sample->approximate == units->approximate);
        assert_as_by_hand(frame, sample, units);
        uint64_t drawn[2] = {0, 0}, spare[2] = {0, 0};
        for (size_t i = 0; i < sample->n; i++)
            ++(i < sample->n_sample ? drawn : spare)[plan->strata->of_row[sample->rows[i]]];
        ck_assert_mem_eq(sample->sizes, drawn, sizeof drawn);
        ck_assert_mem_eq(sample->reserves, spare, sizeof spare);
        ck_assert(sample->n_sample <= plan->size);
        assay_sample_free(units);
        assay_sample_free(sample);
    }
    assay_plan_release(plan);
    assay_plan_release(first);
    assay_frame_free(frame);
    assay_frame_free(list);
}
END_TEST

/* printf 'prn-1|seed-1|Durham' | sha256sum */
START_TEST(a_shell_checks_the_ticket_of_a_unit)
{
    static const uint64_t one[] = {1};
    assay_frame *frame = table("id,office\n1,Durham\n2,Durham\n"), *units = NULL;
    assay_plan *plan = NULL;
    assert_ok(assay_plan_new(&context, frame, ID, 0, NULL, &plan));
    assert_ok(assay_stages_part(&context, plan, 1, NULL, false));
    assert_ok(assay_stages_set(&context, plan, one, 1, 0, NULL));
    assay_sample *sample = draw(plan, "seed-1");
    assert_ok(assay_sample_units(&context, sample, &units));
    assert_column(units, "unit", "Durham");
    assert_column(units, "stratum", "all");
    assert_column(units, "ticket",
                  "69aca31fb71073db2cced2641e54dbb74bb42b9c41b43195926781072c35439d");
    assay_frame_free(units);
    assay_sample_free(sample);
    assay_plan_release(plan);
    assay_frame_free(frame);
}
END_TEST

/* ---- order, edges ---- */

static void describe(const assay_frame *frame, const assay_sample *sample, char *to)
{
    for (size_t i = 0; i < sample->n; i++) {
        char scratch[ASSAY_CELL_BYTES];
        size_t length;
        const char *id =
            assay_column_cell(assay_frame_column(frame, ID), sample->rows[i], scratch, &length);
        to += sprintf(to, "%.*s:%d:%.17g ", (int)length, id, (int)sample->ranks[i],
                      i < sample->n_sample ? sample->probability[i] : 0);
    }
}

START_TEST(the_order_of_the_rows_does_not_matter)
{
    assay_frame *frame = table(cases);
    char want[1024] = "";
    for (uint64_t seed = 0; seed < 30; seed++) {
        uint32_t order[CASES];
        char got[1024] = "";
        assay_frame *shuffled = NULL;
        shuffle(order, CASES, seed);
        assert_ok(assay_frame_take(&context, frame, CASES, order, &shuffled));
        assay_plan *plan = plan_of(shuffled, some, 3, 2, method_at(_i));
        assay_sample *sample = draw(plan, "2018.November");
        describe(shuffled, sample, got);
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

START_TEST(none_and_all_of_the_units_and_their_cases_are_drawn_as_asked)
{
    static const uint64_t units[][2] = {{0, 0}, {3, 4}, {0, 4}, {3, 0}};
    static const size_t drawn[] = {0, 24, 14, 10};
    const assay_method *method = method_at(_i);
    assay_frame *frame = table(cases);
    for (size_t k = 0; k < 4; k++) {
        assay_plan *plan = plan_of(frame, units[k], UINT64_C(1) << 60, UINT64_C(1) << 60, method);
        assay_sample *sample = draw(plan, "edge");
        ck_assert_uint_eq(sample->n, drawn[k]);
        ck_assert(plan->stages->size == (double)drawn[k]);
        for (size_t i = 0; i < sample->n; i++)
            ck_assert(sample->probability[i] == 1 && sample->weight[i] == 1);
        assay_sample_free(sample);
        assay_plan_release(plan);
    }
    assay_frame_free(frame);
    frame = table("id,region,office\n");
    assay_plan *plan = plan_of(frame, none, 1, 0, method);
    assay_sample *sample = draw(plan, "edge");
    ck_assert_uint_eq(sample->n, 0);
    assay_sample_free(sample);
    assay_plan_release(plan);
    assay_frame_free(frame);
}
END_TEST

START_TEST(units_are_walked_in_the_order_of_the_sorting)
{
    /* by kind, then name: A C D G p, B E F q; every second of the 3 + 4 from a random start */
    size_t columns[] = {KIND};
    bool down[] = {true};
    const assay_sorting by = {1, columns, down, false};
    static const char *const sorted[] = {"B A C", "E F D G"};
    assay_frame *frame = table(cases);
    assay_plan *plan = NULL;
    assert_ok(assay_plan_new(&context, frame, ID, 1, by_region, &plan));
    assert_ok(assay_stages_part(&context, plan, OFFICE, &by, false));
    static const uint64_t one_and_two[] = {1, 2};
    assert_ok(assay_stages_set(&context, plan, one_and_two, 1, 0, assay_method_find("systematic")));
    for (int seed = 0; seed < 50; seed++) {
        char text[16], got[8] = "";
        snprintf(text, sizeof text, "%d", seed);
        assay_sample *sample = draw(plan, text);
        ck_assert_uint_eq(sample->units->n, 3);
        for (size_t k = 0; k < 3; k++)
            got[k] = (char)('A' + sample->units->rows[k]);
        ck_assert_ptr_nonnull(strchr(sorted[0], got[0]));
        const int a = (int)(strchr(sorted[1], got[1]) - sorted[1]) / 2;
        const int b = (int)(strchr(sorted[1], got[2]) - sorted[1]) / 2;
        ck_assert_int_eq(abs(a - b), 2); /* E with D, or F with G */
        assay_sample_free(sample);
    }
    assay_plan_release(plan);
    assay_frame_free(frame);
}
END_TEST

START_TEST(both_stages_stand_in_the_tables)
{
    assay_frame *frame = table(cases), *strata = NULL, *drawn = NULL, *units = NULL;
    assay_plan *plan = plan_of(frame, some, 3, 2, NULL);
    assert_ok(assay_plan_table(&context, plan, &strata));
    assert_column(strata, "units", "3|4");
    assert_column(strata, "sample_units", "2|3");
    assert_column(strata, "population", "10|14");
    assert_close(column_named(strata, "sample")->numbers[0], 2 * (3 + 3 + 2) / 3., 1e-15);
    assert_column(strata, "sample", "5.333333333333333|7.5");
    assert_column(strata, "reserve", "1.3333333333333335|2.25");
    assert_close(column_named(strata, "probability")->numbers[1], 7.5 / 14, 1e-15);
    assay_sample *sample = draw(plan, "S-1");
    assert_ok(assay_sample_cases(&context, sample, &drawn));
    assert_ok(assay_sample_units(&context, sample, &units));
    const assay_column *p = column_named(drawn, "probability");
    const assay_column *first = column_named(drawn, "unit_probability");
    for (size_t i = 0; i < sample->n; i++) {
        assert_close(first->numbers[i],
                     plan->strata->of_row[sample->rows[i]] == 0 ? 2 / 3. : 3 / 4., 1e-15);
        ck_assert(isnan(p->numbers[i]) == (i >= sample->n_sample));
    }
    ck_assert_uint_eq(assay_frame_rows(units), 5);
    for (size_t k = 0; k < 5; k++)
        ck_assert(column_named(units, "sample")->integers[k] ==
                      fmin(3, (double)column_named(units, "cases")->integers[k]) &&
                  column_named(units, "reserve")->integers[k] ==
                      fmax(0, fmin(2, (double)column_named(units, "cases")->integers[k] - 3)));
    assay_frame_free(units);
    assay_frame_free(drawn);
    assay_sample_free(sample);
    assay_plan_release(plan);
    assert_ok(assay_plan_new(&context, frame, ID, 1, by_region, &plan));
    sample = draw(plan, "S-1");
    assert_status(assay_sample_units(&context, sample, &units), ASSAY_EDOM);
    assay_sample_free(sample);
    assay_plan_release(plan);
    assay_frame_free(strata);
    assay_frame_free(frame);
}
END_TEST

START_TEST(units_that_are_short_are_counted)
{
    uint64_t few[2], smallest[2], spare[2];
    assay_frame *frame = table(cases);
    assay_plan *plan = plan_of(frame, some, 4, 2, NULL);
    assay_stages_short(plan, few, smallest, spare);
    ck_assert(few[0] == 2 && smallest[0] == 2 && spare[0] == 3); /* A 3, B 5, C 2 */
    ck_assert(few[1] == 2 && smallest[1] == 1 && spare[1] == 3); /* D 4, E 1, F 6, G 3 */
    assay_plan_release(plan);
    plan = plan_of(frame, some, 1, 0, NULL);
    assay_stages_short(plan, few, smallest, spare);
    ck_assert(few[0] == 0 && smallest[0] == 0 && spare[0] == 0 && few[1] == 0);
    assay_plan_release(plan);
    assay_frame_free(frame);
}
END_TEST

/* ---- what is refused ---- */

static void assert_part(const char *csv, const assay_sorting *by, bool hidden, assay_status status,
                        uint64_t row, const char *message)
{
    assay_frame *frame = table(csv);
    assay_plan *plan = NULL;
    assert_ok(assay_plan_new(&context, frame, ID, 1, by_region, &plan));
    context.error = (assay_error){0};
    assert_status(assay_stages_part(&context, plan, OFFICE, by, hidden), status);
    ck_assert_str_eq(context.error.message, message);
    ck_assert_uint_eq(context.error.row, row);
    ck_assert_ptr_null(plan->stages);
    assay_plan_release(plan);
    assay_frame_free(frame);
}

START_TEST(units_that_cannot_be_are_refused)
{
    size_t columns[] = {KIND};
    bool up[] = {false};
    const assay_sorting by = {1, columns, up, false};
    assert_part("id,region,office\n1,N,A\n2,S,B\n3,S,A\n", NULL, false, ASSAY_EREPEATED, 3,
                "unit 'A' lies in two strata, 'N' (row 1) and 'S' (row 3): a unit lies in one "
                "stratum whole. Two units of one name are to be named apart");
    assert_part("id,region,office\n1,N,A\n2,S,B\n3,S,A\n", NULL, true, ASSAY_EREPEATED, 3,
                "unit '***' lies in two strata, 'N' (row 1) and 'S' (row 3): a unit lies in one "
                "stratum whole. Two units of one name are to be named apart");
    assert_part("id,region,office\n1,N,A\n2,S,\n", NULL, false, ASSAY_EMISSING, 2,
                "row 2 has no 'office': a case without it belongs to no unit");
    assert_part("id,region,office\n1,N,2\n2,S,4\n3,S,5\n", NULL, false, ASSAY_EREPEATED, 2,
                "row 2: the case has the id that is a unit's name in 'office', and both would "
                "have one ticket: name units otherwise, such as 'office 1' for '1'");
    assert_part("id,region,office,kind\n1,N,A,p\n2,N,A,q\n", &by, false, ASSAY_EREPEATED, 2,
                "unit 'A' has more than one 'kind' (rows 1 and 2): units are sorted by what all "
                "their cases share");
    assert_part("id,region,office,units\n1,N,A,p\n", NULL, false, ASSAY_EREPEATED, 0,
                "the column 'units' has the name of one that two stages add: leave it out with "
                "select, or name it otherwise in the file");
}
END_TEST

static void assert_sizes(assay_plan *plan, const uint64_t units[], uint64_t n, const char *method,
                         const char *message)
{
    assert_status(assay_stages_set(&context, plan, units, n, 0, assay_method_find(method)),
                  ASSAY_EDOM);
    ck_assert_str_eq(context.error.message, message);
    ck_assert_uint_eq(plan->size, 0);
}

START_TEST(sizes_that_cannot_be_are_refused)
{
    static const uint64_t many[] = {2, 5};
    size_t columns[] = {KIND, KIND};
    bool up[] = {false, false};
    const assay_sorting by = {2, columns, up, false};
    assay_frame *frame = table(cases);
    assay_plan *plan = NULL;
    assert_ok(assay_plan_new(&context, frame, ID, 1, by_region, &plan));
    assert_ok(assay_stages_part(&context, plan, OFFICE, &by, false));
    assert_sizes(plan, many, 3, "srs", "stratum 'S' holds 4 units: 5 cannot be drawn from it");
    assert_sizes(plan, some, 0, "srs", "no case is to be drawn from the units");
    assert_sizes(plan, some, 3, "srs",
                 "the order of cases means nothing to method 'srs': sort is for systematic, "
                 "pps_systematic, chromy");
    assert_sizes(plan, some, 3, "chromy", "sort has 'kind' twice");
    assay_plan_release(plan);
    assay_frame_free(frame);
}
END_TEST

START_TEST(what_does_not_go_with_stages_is_refused)
{
    static const double halves[] = {2.5, 2.5};
    assay_frame *frame = table(cases);
    assay_plan *plan = plan_of(frame, some, 3, 0, NULL);
    assay_sample *sample = NULL;
    const size_t kind = KIND;
    const assay_drawing how = {.method = assay_method_find("pivotal")};
    assert_status(assay_plan_within(&context, plan, 1, &kind, 0), ASSAY_EDOM);
    assert_status(assay_plan_cap(&context, plan, KIND, 1), ASSAY_EDOM);
    assert_status(assay_plan_measure(&context, plan, KIND), ASSAY_EDOM);
    assert_status(assay_plan_set(&context, plan, some, none), ASSAY_EDOM);
    assert_status(assay_plan_set_expected(&context, plan, 5, halves, none), ASSAY_EDOM);
    assert_status(assay_draw_by(&context, plan, "s", &how, &sample), ASSAY_EDOM);
    ck_assert_str_eq(context.error.message,
                     "the plan has stages, whose method is part of them, which goes with method "
                     "'srs' alone, not 'pivotal'");
    assay_plan_release(plan);
    assert_ok(assay_plan_new(&context, frame, ID, 1, by_region, &plan));
    assert_ok(assay_plan_set_expected(&context, plan, 5, halves, none));
    assert_status(assay_stages_part(&context, plan, OFFICE, NULL, false), ASSAY_EDOM);
    assay_plan_release(plan);
    assay_frame_free(frame);
}
END_TEST

/* ---- stops and memory ---- */

typedef struct request {
    assay_frame *frame;
    const assay_method *method;
} request;

static assay_status plan_and_draw(assay_context *with, void *self)
{
    const request *r = self;
    size_t columns[] = {KIND};
    bool up[] = {false};
    const assay_sorting by = {r->method != NULL && r->method->sorted, columns, up, false};
    assay_plan *plan = NULL;
    assay_sample *sample = NULL;
    assay_frame *strata = NULL, *drawn = NULL, *units = NULL;
    assay_status status = assay_plan_new(with, r->frame, ID, 1, by_region, &plan);
    if (status == ASSAY_OK)
        status = assay_stages_part(with, plan, OFFICE, &by, false);
    if (status == ASSAY_OK)
        status = assay_stages_set(with, plan, some, 3, 2, r->method);
    if (status == ASSAY_OK)
        status = assay_plan_table(with, plan, &strata);
    if (status == ASSAY_OK)
        status = assay_draw(with, plan, "S-1", &sample);
    if (status == ASSAY_OK)
        status = assay_sample_cases(with, sample, &drawn);
    if (status == ASSAY_OK)
        status = assay_sample_units(with, sample, &units);
    assay_frame_free(strata);
    assay_frame_free(drawn);
    assay_frame_free(units);
    assay_sample_free(sample);
    assay_plan_release(plan);
    return status;
}

START_TEST(stages_that_find_no_memory_leave_nothing)
{
    request r = {.frame = table(cases), .method = method_at(_i)};
    sweep_memory(plan_and_draw, &r);
    assay_frame_free(r.frame);
}
END_TEST

static assay_status stop_later(void *self, uint64_t done, uint64_t total)
{
    int *left = self;
    (void)done, (void)total;
    return --*left < 0 ? ASSAY_ESTOPPED : ASSAY_OK;
}

START_TEST(stages_can_be_stopped_wherever_they_ask)
{
    request r = {.frame = table(cases), .method = assay_method_find("chromy")};
    const size_t before = assay_memory_in_use();
    assay_status status = ASSAY_ESTOPPED;
    int stops = 0;
    for (; status == ASSAY_ESTOPPED; stops++) {
        int left = stops;
        assay_context watched = {.poll = stop_later, .self = &left};
        status = plan_and_draw(&watched, &r);
        ck_assert_uint_eq(assay_memory_in_use(), before);
    }
    assert_ok(status);
    ck_assert_int_gt(stops, 8);
    assay_frame_free(r.frame);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("stages");
    TCase *tests = tcase_create("stages");
    const int n = (int)assay_methods_n + 1;
    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(
        tests, units_are_drawn_as_a_list_of_their_own_and_then_their_smallest_tickets, 0, n);
    tcase_add_test(tests, a_shell_checks_the_ticket_of_a_unit);
    tcase_add_loop_test(tests, the_order_of_the_rows_does_not_matter, 0, n);
    tcase_add_loop_test(tests, none_and_all_of_the_units_and_their_cases_are_drawn_as_asked, 0, n);
    tcase_add_test(tests, units_are_walked_in_the_order_of_the_sorting);
    tcase_add_test(tests, both_stages_stand_in_the_tables);
    tcase_add_test(tests, units_that_are_short_are_counted);
    tcase_add_test(tests, units_that_cannot_be_are_refused);
    tcase_add_test(tests, sizes_that_cannot_be_are_refused);
    tcase_add_test(tests, what_does_not_go_with_stages_is_refused);
    tcase_add_loop_test(tests, stages_that_find_no_memory_leave_nothing, 0, n);
    tcase_add_test(tests, stages_can_be_stopped_wherever_they_ask);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
