#include "tables.h"

#include "sample/parts.h"

enum { MOST = 8 };
enum { KIND, NAME, TOTAL, PARAMETER, ITEMS, EXPECTED };

static assay_context context;

/* ---- the Ministry's own numbers ---- */

/* "N01|LDU01|ro1:2;..." as a table of so many rows each, the last part first. */
static assay_frame *cases_of(const char *items)
{
    char csv[4096] = "cluster,ldu,officer\n", *end = csv + strlen(csv);
    const char *item = items + strlen(items);
    while (item > items) {
        char levels[64];
        for (item--; item > items && item[-1] != ';';)
            item--;
        const size_t length = strcspn(item, ":");
        memcpy(levels, item, length);
        levels[length] = '\0';
        for (char *c = levels; *c != '\0'; c++)
            *c = *c == '|' ? ',' : *c;
        for (long i = strtol(item + length + 1, NULL, 10); i > 0; i--)
            end += sprintf(end, "%s\n", levels);
        item -= item > items;
    }
    return table(csv);
}

static int seen;

static void try_nested(char *fields[REFERENCE_FIELDS])
{
    static const size_t columns[] = {0, 1, 2};
    const uint64_t total = strtoull(fields[TOTAL], NULL, 10), none = 0;
    if (strcmp(fields[KIND], "nested") != 0)
        return;
    assay_frame *frame = cases_of(fields[ITEMS]);
    assay_strata *strata = NULL;
    assay_parts *cells = NULL;
    assert_ok(assay_strata_new(&context, frame, 0, NULL, &strata));
    assert_ok(assay_parts_new(&context, frame, strata, 3, columns,
                              strtoull(fields[PARAMETER], NULL, 10), &total, &none, &cells));
    char got[64] = "";
    for (size_t c = 0; c < cells->n; c++) {
        sprintf(got + strlen(got), "%s%d", c == 0 ? "" : ";", (int)cells->drawn[c]);
        ck_assert_uint_eq(cells->sample[c], cells->drawn[c]);
    }
    ck_assert_str_eq(got, fields[EXPECTED]);
    assay_parts_free(cells);
    assay_strata_free(strata);
    assay_frame_free(frame);
    seen++;
}

START_TEST(cells_have_the_sizes_of_the_ministrys_sampler)
{
    for_each_reference("sampler.csv", try_nested);
    ck_assert_int_eq(seen, 3);
}
END_TEST

/* ---- properties ---- */

static uint64_t random_below(uint64_t *state, uint64_t bound)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (*state >> 33) % bound;
}

/* Rows of stratum, unit and officer; an officer may have cases in several units. */
static assay_frame *random_cases(uint64_t *state, int rows)
{
    char csv[8192] = "s,unit,officer\n", *end = csv + strlen(csv);
    for (int i = 0; i < rows; i++)
        end += sprintf(end, "s%d,u%d,o%d\n", (int)random_below(state, 3),
                       (int)random_below(state, 4), (int)random_below(state, 9));
    return table(csv);
}

typedef struct trial {
    assay_frame *frame;
    assay_strata *strata;
    assay_parts *cells;
    uint64_t sample[3], reserve[3], cap;
} trial;

static trial random_trial(uint64_t *state)
{
    static const size_t by_stratum[] = {0}, columns[] = {1, 2};
    trial t = {.frame = random_cases(state, 1 + (int)random_below(state, 90))};
    t.cap = random_below(state, 5);
    assert_ok(assay_strata_new(&context, t.frame, 1, by_stratum, &t.strata));
    for (size_t h = 0; h < t.strata->n; h++) {
        t.sample[h] = random_below(state, t.strata->population[h] + 1);
        t.reserve[h] = random_below(state, t.strata->population[h] - t.sample[h] + 1);
    }
    assert_ok(assay_parts_new(&context, t.frame, t.strata, 2, columns, t.cap, t.sample, t.reserve,
                              &t.cells));
    return t;
}

static void end_trial(trial *t)
{
    assay_parts_free(t->cells);
    assay_strata_free(t->strata);
    assay_frame_free(t->frame);
}

/* The sum of drawn[] over the cells whose rows have this level in column i; all strata if h is 3. */
static uint64_t drawn_of(const trial *t, size_t h, size_t i, size_t like_row)
{
    const assay_column *column = assay_frame_column(t->frame, i);
    uint64_t sum = 0;
    for (size_t c = 0; c < t->cells->n; c++)
        for (size_t row = 0; row < column->length; row++)
            if (t->cells->of_row[row] == c) {
                if ((h == 3 || t->cells->stratum[c] == h) &&
                    assay_column_compare(column, row, like_row) == 0)
                    sum += t->cells->drawn[c];
                break;
            }
    return sum;
}

START_TEST(cells_are_the_combinations_and_hold_what_was_asked)
{
    uint64_t state = 1;
    for (int k = 0; k < 400; k++) {
        trial t = random_trial(&state);
        const size_t rows = assay_frame_rows(t.frame);
        uint64_t sample[3], reserve[3];
        for (size_t a = 0; a < rows; a++)
            for (size_t b = 0; b < a; b++) {
                bool same = true;
                for (size_t i = 0; i < 3; i++)
                    same = same && assay_column_compare(assay_frame_column(t.frame, i), a, b) == 0;
                if (same != (t.cells->of_row[a] == t.cells->of_row[b]))
                    ck_abort_msg("input %d: rows %zu and %zu", k, a, b);
            }
        assay_parts_sizes(t.cells, t.strata->n, sample, reserve);
        for (size_t c = 0; c < t.cells->n; c++) {
            ck_assert_uint_le(t.cells->sample[c], t.cells->drawn[c]);
            ck_assert_uint_le(t.cells->drawn[c], t.cells->population[c]);
        }
        for (size_t h = 0; h < t.strata->n; h++) {
            const uint64_t asked = t.sample[h] + t.reserve[h], got = sample[h] + reserve[h];
            ck_assert(t.cap > 0 ? got <= asked : got == asked);
            ck_assert_uint_eq(sample[h], t.sample[h] < got ? t.sample[h] : got);
        }
        end_trial(&t);
    }
}
END_TEST

/* Nobody holds more than the cap; a case is dropped only where its unit has no room left. */
START_TEST(the_cap_holds_over_all_strata_and_drops_nothing_that_has_room)
{
    uint64_t state = 2;
    for (int k = 0; k < 400; k++) {
        trial t = random_trial(&state);
        const size_t rows = assay_frame_rows(t.frame);
        uint64_t sample[3], reserve[3];
        assay_parts_sizes(t.cells, t.strata->n, sample, reserve);
        for (size_t row = 0; t.cap > 0 && row < rows; row++)
            ck_assert_uint_le(drawn_of(&t, 3, 2, row), t.cap);
        const size_t last = t.strata->n - 1; /* after it, no stratum takes room */
        const bool full = sample[last] + reserve[last] == t.sample[last] + t.reserve[last];
        for (size_t row = 0; t.cap > 0 && !full && row < rows; row++) {
            const uint32_t cell = t.cells->of_row[row];
            if (t.cells->stratum[cell] != last ||
                t.cells->drawn[cell] == t.cells->population[cell] ||
                drawn_of(&t, 3, 2, row) == t.cap)
                continue;
            /* there is room here: then this unit has all that proportional shares gave it */
            uint64_t all = 0, unit = 0;
            const assay_column *units = assay_frame_column(t.frame, 1);
            for (size_t other = 0; other < rows; other++)
                if (t.strata->of_row[other] == last) {
                    all++;
                    unit += assay_column_compare(units, other, row) == 0;
                }
            const uint64_t asked = t.sample[last] + t.reserve[last];
            if (drawn_of(&t, last, 1, row) + 1 < asked * unit / all)
                ck_abort_msg("input %d: a case was dropped that had room", k);
        }
        end_trial(&t);
    }
}
END_TEST

START_TEST(those_without_chance_are_counted)
{
    uint64_t state = 3, some = 0;
    for (int k = 0; k < 200; k++) {
        trial t = random_trial(&state);
        uint64_t none = 0, alone = 0, got_alone;
        for (size_t row = 0; row < assay_frame_rows(t.frame); row++) {
            const uint32_t cell = t.cells->of_row[row];
            none += t.cells->sample[cell] == 0;
            alone += t.cells->sample[cell] == 0 && t.cells->drawn[cell] > 0;
        }
        ck_assert_uint_eq(assay_parts_without_chance(t.cells, &got_alone), none);
        ck_assert_uint_eq(got_alone, alone);
        some += alone > 0;
        end_trial(&t);
    }
    ck_assert_uint_gt(some, 20);
}
END_TEST

/* "a-b" comes before "a", a blank and a slash: levels are compared one by one, not joined. */
START_TEST(cells_stand_in_order_of_their_levels)
{
    static const size_t columns[] = {0, 1};
    static const uint64_t sample = 3, none = 0;
    assay_frame *frame = table("unit,officer\na-b,y\na,z\na,b\na,z\n");
    assay_strata *strata = NULL;
    assay_parts *cells = NULL;
    assert_ok(assay_strata_new(&context, frame, 0, NULL, &strata));
    assert_ok(assay_parts_new(&context, frame, strata, 2, columns, 0, &sample, &none, &cells));
    static const uint32_t of_row[] = {2, 1, 0, 1};
    ck_assert_mem_eq(cells->of_row, of_row, sizeof of_row);
    assay_parts_free(cells);
    assay_strata_free(strata);
    assay_frame_free(frame);
}
END_TEST

START_TEST(a_case_without_an_officer_is_refused)
{
    static const size_t columns[] = {0, 1};
    static const uint64_t sample = 3, none = 0;
    assay_frame *frame = table("unit,officer\na,y\na,\na,b\na,y\n");
    assay_strata *strata = NULL;
    assay_parts *cells = NULL;
    assert_ok(assay_strata_new(&context, frame, 0, NULL, &strata));
    assert_status(assay_parts_new(&context, frame, strata, 2, columns, 0, &sample, &none, &cells),
                  ASSAY_EMISSING);
    ck_assert_uint_eq(context.error.row, 2);
    assert_status(assay_parts_new(&context, frame, strata, 0, NULL, 0, &sample, &none, &cells),
                  ASSAY_EDOM);
    ck_assert_ptr_null(cells);
    assay_parts_free(NULL);
    assay_strata_free(strata);
    assay_frame_free(frame);
}
END_TEST

static assay_status make_cells(assay_context *with, void *self)
{
    static const size_t columns[] = {0, 1};
    static const uint64_t sample = 5, reserve = 2;
    assay_strata *strata = NULL;
    assay_parts *cells = NULL;
    assay_status status = assay_strata_new(with, self, 0, NULL, &strata);
    if (status == ASSAY_OK)
        status = assay_parts_new(with, self, strata, 2, columns, 3, &sample, &reserve, &cells);
    assay_parts_free(cells);
    assay_strata_free(strata);
    return status;
}

START_TEST(cells_that_find_no_memory_are_not_made)
{
    assay_frame *frame = table("unit,officer\na,x\na,x\na,x\na,y\nb,x\nb,z\nb,z\nb,z\n");
    sweep_memory(make_cells, frame);
    assay_frame_free(frame);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("parts");
    TCase *tests = tcase_create("parts");
    tcase_add_test(tests, cells_have_the_sizes_of_the_ministrys_sampler);
    tcase_add_test(tests, cells_are_the_combinations_and_hold_what_was_asked);
    tcase_add_test(tests, the_cap_holds_over_all_strata_and_drops_nothing_that_has_room);
    tcase_add_test(tests, those_without_chance_are_counted);
    tcase_add_test(tests, cells_stand_in_order_of_their_levels);
    tcase_add_test(tests, a_case_without_an_officer_is_refused);
    tcase_add_test(tests, cells_that_find_no_memory_are_not_made);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
