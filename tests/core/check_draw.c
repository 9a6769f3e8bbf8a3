#include "tables.h"

#include "sample/draw.h"

static assay_context context;

/* Strata F (7 cases), M (4) and X (2). */
static const char cases[] =
    "id,gender\n01,M\n02,F\n03,X\n04,F\n05,F\n06,X\n07,M\n08,F\n09,F\n10,F\n"
    "11,M\n12,M\n1,F\n";
enum { CASES = 13, STRATA = 3 };
static const uint64_t population[] = {7, 4, 2};
static const size_t by_gender[] = {1};

static assay_plan *plan_of(const assay_frame *frame, const uint64_t sample[],
                           const uint64_t reserve[])
{
    assay_plan *plan = NULL;
    const assay_status status = assay_plan_new(&context, frame, 0, 1, by_gender, &plan);
    ck_assert_msg(status == ASSAY_OK, "%s", context.error.message);
    assert_ok(assay_plan_set(&context, plan, sample, reserve));
    return plan;
}

static assay_sample *draw(assay_plan *plan, const char *seed)
{
    assay_sample *sample = NULL;
    assert_ok(assay_draw(&context, plan, seed, &sample));
    return sample;
}

/* ---- brute force ---- */

/* One case, with its ticket computed here. */
typedef struct known {
    char stratum, ticket[ASSAY_TICKET], id[8];
} known;

static int compare_known(const void *a, const void *b)
{
    const known *left = a, *right = b;
    if (left->stratum != right->stratum)
        return left->stratum - right->stratum;
    return strcmp(left->ticket, right->ticket);
}

/* The cases by stratum and ticket. */
static void sort_cases(const char *seed, known sorted[CASES])
{
    const char *line = strchr(cases, '\n') + 1;
    for (size_t i = 0; i < CASES; i++, line = strchr(line, '\n') + 1) {
        const size_t length = strcspn(line, ",");
        memcpy(sorted[i].id, line, length);
        sorted[i].id[length] = '\0';
        sorted[i].stratum = line[length + 1];
        assay_ticket(seed, line, length, sorted[i].ticket);
    }
    qsort(sorted, CASES, sizeof sorted[0], compare_known);
}

static void join(char *to, const char *id)
{
    sprintf(to + strlen(to), "%s%s", *to == '\0' ? "" : "|", id);
}

/* Sizes from none to all, reserves up to what is left: the n smallest, then the next. */
START_TEST(a_sample_is_the_smallest_tickets_and_its_reserves_the_next_ones)
{
    static const uint64_t sizes[][2][STRATA] = {
        {{0, 0, 0}, {0, 0, 0}}, {{7, 4, 2}, {0, 0, 0}}, {{0, 0, 0}, {7, 4, 2}},
        {{3, 1, 0}, {2, 3, 1}}, {{1, 0, 2}, {1, 1, 0}}, {{6, 3, 1}, {1, 1, 1}},
    };
    assay_frame *frame = table(cases);
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++)
        for (int seed = 0; seed < 20; seed++) {
            char text[8], ids[2][64] = {"", ""}, got[2][64] = {"", ""};
            known sorted[CASES];
            const uint64_t *n = sizes[s][0], *more = sizes[s][1];
            snprintf(text, sizeof text, "s%d", seed);
            sort_cases(text, sorted);
            size_t from = 0, n_sample = 0, drawn = 0;
            for (size_t h = 0; h < STRATA; from += (size_t)population[h++])
                for (size_t i = 0; i < n[h] + more[h]; i++)
                    join(ids[i >= n[h]], sorted[from + i].id);
            for (size_t h = 0; h < STRATA; h++) {
                n_sample += (size_t)n[h];
                drawn += (size_t)(n[h] + more[h]);
            }
            assay_plan *plan = plan_of(frame, n, more);
            assay_sample *sample = draw(plan, text);
            assay_plan_release(plan);
            ck_assert_uint_eq(sample->n_sample, n_sample);
            ck_assert_uint_eq(sample->n, drawn);
            for (size_t i = 0; i < sample->n; i++) {
                char scratch[ASSAY_CELL_BYTES], id[8] = "";
                size_t length;
                const char *cell = assay_column_cell(assay_frame_column(frame, 0), sample->rows[i],
                                                     scratch, &length);
                memcpy(id, cell, length);
                join(got[i >= n_sample], id);
            }
            ck_assert_str_eq(got[0], ids[0]);
            ck_assert_str_eq(got[1], ids[1]);
            assay_sample_free(sample);
        }
    assay_sample_free(NULL);
    assay_frame_free(frame);
}
END_TEST

/* The contract with nothing of ours: a shell, sha256sum and sort. */
START_TEST(a_shell_draws_the_same_sample)
{
    static const uint64_t n[] = {3, 0, 0}, none[] = {0, 0, 0};
    static const char command[] =
        "for id in 02 04 05 08 09 10 1; do"
        " printf '%s %s\\n' \"$(printf 'prn-1|%s|%s' S-1 $id | sha256sum | head -c 64)\" $id;"
        " done | LC_ALL=C sort | head -n 3 | cut -d' ' -f2 | paste -sd'|'";
    char line[64] = "";
    FILE *shell = popen(command, "r");
    ck_assert_ptr_nonnull(shell);
    ck_assert_ptr_nonnull(fgets(line, sizeof line, shell));
    pclose(shell);
    line[strcspn(line, "\n")] = '\0';
    assay_frame *frame = table(cases), *drawn = NULL;
    assay_plan *plan = plan_of(frame, n, none);
    assay_sample *sample = draw(plan, "S-1");
    assert_ok(assay_sample_cases(&context, sample, &drawn));
    assert_column(drawn, "id", line);
    assay_frame_free(drawn);
    assay_sample_free(sample);
    assay_plan_release(plan);
    assay_frame_free(frame);
}
END_TEST

/* The columns of a drawn frame, one behind the other. */
static void spell(const assay_frame *frame, char text[4096])
{
    *text = '\0';
    for (size_t i = 0; i < assay_frame_columns(frame); i++)
        for (size_t row = 0; row < assay_frame_rows(frame); row++) {
            char scratch[ASSAY_CELL_BYTES];
            size_t length = 2;
            const char *cell =
                assay_column_cell(assay_frame_column(frame, i), row, scratch, &length);
            sprintf(text + strlen(text), "%.*s,", (int)length, cell == NULL ? "NA" : cell);
        }
}

START_TEST(the_order_of_the_rows_does_not_matter)
{
    static const uint64_t n[] = {3, 2, 1}, reserve[] = {2, 2, 0};
    assay_frame *frame = table(cases);
    char want[2][4096] = {"", ""};
    for (uint64_t seed = 0; seed < 50; seed++) {
        uint32_t order[CASES];
        char got[2][4096];
        assay_frame *shuffled = NULL, *drawn = NULL, *all = NULL;
        shuffle(order, CASES, seed);
        assert_ok(assay_frame_take(&context, frame, CASES, order, &shuffled));
        assay_plan *plan = plan_of(shuffled, n, reserve);
        assay_sample *sample = draw(plan, "2018.November");
        assert_ok(assay_sample_cases(&context, sample, &drawn));
        assert_ok(assay_sample_frame(&context, sample, &all));
        spell(drawn, got[0]);
        spell(all, got[1]);
        if (seed == 0)
            memcpy(want, got, sizeof want);
        ck_assert_str_eq(got[0], want[0]);
        ck_assert_str_eq(got[1], want[1]);
        assay_frame_free(drawn);
        assay_frame_free(all);
        assay_sample_free(sample);
        assay_plan_release(plan);
        assay_frame_free(shuffled);
    }
    assay_frame_free(frame);
}
END_TEST

/* 4,000 seeds: each case within 5 sigma of n_h / N_h, each pair of a stratum of its own chance. */
START_TEST(every_case_and_every_pair_has_its_chance)
{
    enum { SEEDS = 4000 };
    static const uint64_t n[] = {3, 1, 2}, none[] = {0, 0, 0};
    int hits[CASES] = {0}, pairs[CASES][CASES] = {{0}};
    assay_frame *frame = table(cases);
    assay_plan *plan = plan_of(frame, n, none);
    const uint32_t *of_row = plan->strata->of_row;
    for (int seed = 0; seed < SEEDS; seed++) {
        char text[8];
        assay_sample *sample = NULL;
        snprintf(text, sizeof text, "%d", seed);
        if (assay_draw(&context, plan, text, &sample) != ASSAY_OK)
            ck_abort();
        for (size_t i = 0; i < sample->n; i++) {
            hits[sample->rows[i]]++;
            for (size_t j = 0; j < sample->n; j++)
                pairs[sample->rows[i]][sample->rows[j]]++;
        }
        assay_sample_free(sample);
    }
    for (size_t a = 0; a < CASES; a++) {
        const double size = (double)n[of_row[a]], whole = (double)population[of_row[a]];
        const double p = size / whole;
        ck_assert_msg(fabs(hits[a] - SEEDS * p) <= 5 * sqrt(SEEDS * p * (1 - p)), "case %zu: %d", a,
                      hits[a]);
        for (size_t b = 0; b < a; b++) {
            const double q = of_row[a] == of_row[b]
                                 ? (size - 1) / (whole - 1)
                                 : (double)n[of_row[b]] / (double)population[of_row[b]];
            ck_assert_msg(fabs(pairs[a][b] - SEEDS * p * q) <=
                              5 * sqrt(SEEDS * p * q * (1 - p * q)),
                          "cases %zu and %zu: %d", a, b, pairs[a][b]);
        }
    }
    assay_plan_release(plan);
    assay_frame_free(frame);
}
END_TEST

START_TEST(a_larger_sample_holds_the_smaller_one)
{
    static const uint64_t none[] = {0, 0, 0};
    assay_frame *frame = table(cases);
    uint32_t before[8];
    for (uint64_t size = 0; size <= 7; size++) {
        const uint64_t n[] = {size, 0, 0};
        assay_plan *plan = plan_of(frame, n, none);
        assay_sample *sample = draw(plan, "grow");
        if (size > 0)
            ck_assert_mem_eq(sample->rows, before, (size_t)(size - 1) * sizeof *before);
        memcpy(before, sample->rows, sample->n * sizeof *before);
        assay_sample_free(sample);
        assay_plan_release(plan);
    }
    assay_frame_free(frame);
}
END_TEST

START_TEST(the_cases_drawn_carry_their_design)
{
    static const uint64_t n[] = {3, 0, 2}, reserve[] = {1, 1, 0};
    assay_frame *frame = table(cases), *drawn = NULL;
    assay_plan *plan = plan_of(frame, n, reserve);
    assay_sample *sample = draw(plan, "S-1");
    assert_ok(assay_sample_cases(&context, sample, &drawn));
    assert_column(drawn, "gender", "F|F|F|X|X|F|M");
    assert_column(drawn, "stratum", "F|F|F|X|X|F|M");
    assert_column(drawn, "role", "sample|sample|sample|sample|sample|reserve|reserve");
    assert_column(drawn, "rank", "1|2|3|1|2|4|1");
    const double *probability = column_named(drawn, "probability")->numbers;
    const double *weight = column_named(drawn, "weight")->numbers;
    for (size_t i = 0; i < 7; i++) {
        ck_assert_int_eq(isnan(probability[i]) != 0, i >= 5);
        ck_assert_int_eq(isnan(weight[i]) != 0, i >= 5);
        if (i < 5) {
            ck_assert(probability[i] == (i < 3 ? 3.0 / 7 : 1));
            ck_assert(weight[i] == (i < 3 ? 7.0 / 3 : 1));
        }
    }
    const assay_column *ids = column_named(drawn, "id"), *tickets = column_named(drawn, "ticket");
    for (size_t i = 0; i < 7; i++) {
        char scratch[ASSAY_CELL_BYTES], ticket[ASSAY_TICKET];
        size_t length;
        const char *id = assay_column_cell(ids, i, scratch, &length);
        assay_ticket("S-1", id, length, ticket);
        ck_assert_mem_eq(assay_column_cell(tickets, i, scratch, &length), ticket, 64);
        ck_assert_uint_eq(length, 64);
    }
    assay_frame_free(drawn);
    assay_sample_free(sample);
    assay_plan_release(plan);
    assay_frame_free(frame);
}
END_TEST

START_TEST(the_frame_lists_every_case_by_stratum_and_ticket)
{
    static const uint64_t n[] = {3, 0, 2}, none[] = {0, 0, 0};
    known sorted[CASES];
    char ids[64] = "", tickets[CASES * ASSAY_TICKET + 1] = "";
    assay_frame *frame = table(cases), *all = NULL;
    assay_plan *plan = plan_of(frame, n, none);
    assay_sample *sample = draw(plan, "S-1");
    assert_ok(assay_sample_frame(&context, sample, &all));
    sort_cases("S-1", sorted);
    for (size_t i = 0; i < CASES; i++) {
        join(ids, sorted[i].id);
        join(tickets, sorted[i].ticket);
    }
    assert_column(all, "id", ids);
    assert_column(all, "ticket", tickets);
    assert_column(all, "stratum", "F|F|F|F|F|F|F|M|M|M|M|X|X");
    ck_assert_uint_eq(assay_frame_columns(all), 4);
    assay_frame_free(all);
    assay_sample_free(sample);
    assay_plan_release(plan);
    assay_frame_free(frame);
}
END_TEST

START_TEST(an_empty_frame_gives_an_empty_sample)
{
    assay_frame *frame = table("id,gender\n"), *drawn = NULL, *all = NULL;
    assay_plan *plan = plan_of(frame, NULL, NULL);
    assay_sample *sample = draw(plan, "S-1");
    ck_assert(sample->n == 0 && sample->n_sample == 0);
    assert_ok(assay_sample_cases(&context, sample, &drawn));
    assert_ok(assay_sample_frame(&context, sample, &all));
    ck_assert_uint_eq(assay_frame_rows(drawn), 0);
    ck_assert_uint_eq(assay_frame_columns(drawn), 8);
    ck_assert_uint_eq(assay_frame_columns(all), 4);
    assay_frame_free(drawn);
    assay_frame_free(all);
    assay_sample_free(sample);
    assay_plan_release(plan);
    assay_frame_free(frame);
}
END_TEST

START_TEST(a_seed_is_1_to_64_plain_characters)
{
    char longest[66];
    static const uint64_t none[] = {0, 0, 0};
    assay_frame *frame = table(cases);
    assay_plan *plan = plan_of(frame, none, none);
    assay_sample *sample = NULL;
    memset(longest, 'z', sizeof longest);
    longest[65] = '\0';
    const char *const seeds[] = {"", "a b", "a|b", "\xC3\xA9", "a\n", longest};
    for (size_t i = 0; i < sizeof seeds / sizeof seeds[0]; i++)
        assert_status(assay_draw(&context, plan, seeds[i], &sample), ASSAY_EDOM);
    ck_assert_ptr_null(sample);
    longest[64] = '\0';
    sample = draw(plan, longest);
    ck_assert_str_eq(sample->seed, longest);
    assay_sample_free(sample);
    assay_plan_release(plan);
    assay_frame_free(frame);
}
END_TEST

/* ---- stops and memory ---- */

static assay_status stop(void *self, uint64_t done, uint64_t total)
{
    (void)self, (void)done, (void)total;
    return ASSAY_ESTOPPED;
}

START_TEST(a_draw_can_be_stopped)
{
    static const uint64_t n[] = {3, 1, 2}, none[] = {0, 0, 0};
    assay_frame *frame = table(cases);
    assay_plan *plan = plan_of(frame, n, none);
    assay_sample *sample = NULL;
    const size_t before = assay_memory_in_use();
    context.poll = stop;
    assert_status(assay_draw(&context, plan, "S-1", &sample), ASSAY_ESTOPPED);
    ck_assert_ptr_null(sample);
    ck_assert_uint_eq(assay_memory_in_use(), before);
    assay_plan_release(plan);
    assay_frame_free(frame);
}
END_TEST

static assay_status draw_and_list(assay_context *with, void *self)
{
    assay_plan *plan = self;
    assay_sample *sample = NULL;
    assay_frame *drawn = NULL, *all = NULL;
    assay_status status = assay_draw(with, plan, "S-1", &sample);
    if (status == ASSAY_OK)
        status = assay_sample_cases(with, sample, &drawn);
    if (status == ASSAY_OK)
        status = assay_sample_frame(with, sample, &all);
    if (status == ASSAY_OK)
        assert_column(drawn, "stratum", "F|F|F|M|X|X|F");
    assay_frame_free(drawn);
    assay_frame_free(all);
    assay_sample_free(sample);
    return status;
}

START_TEST(a_draw_that_finds_no_memory_leaves_nothing)
{
    static const uint64_t n[] = {3, 1, 2}, reserve[] = {1, 0, 0};
    assay_frame *frame = table(cases);
    assay_plan *plan = plan_of(frame, n, reserve);
    sweep_memory(draw_and_list, plan);
    assay_plan_release(plan);
    assay_frame_free(frame);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("draw");
    TCase *tests = tcase_create("draw");
    tcase_add_test(tests, a_sample_is_the_smallest_tickets_and_its_reserves_the_next_ones);
    tcase_add_test(tests, a_shell_draws_the_same_sample);
    tcase_add_test(tests, the_order_of_the_rows_does_not_matter);
    tcase_add_test(tests, every_case_and_every_pair_has_its_chance);
    tcase_add_test(tests, a_larger_sample_holds_the_smaller_one);
    tcase_add_test(tests, the_cases_drawn_carry_their_design);
    tcase_add_test(tests, the_frame_lists_every_case_by_stratum_and_ticket);
    tcase_add_test(tests, an_empty_frame_gives_an_empty_sample);
    tcase_add_test(tests, a_seed_is_1_to_64_plain_characters);
    tcase_add_test(tests, a_draw_can_be_stopped);
    tcase_add_test(tests, a_draw_that_finds_no_memory_leaves_nothing);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
