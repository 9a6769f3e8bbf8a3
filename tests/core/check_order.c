#include "tables.h"

#include "data/index.h"
#include "sample/order.h"

static assay_context context = {.threads = 2};

/* What qsort looks at: it takes no argument of its own. */
static struct {
    const assay_strata *strata;
    unsigned char (*tickets)[ASSAY_TICKET_BYTES];
    const assay_column *ids;
} by;

static int compare(const void *a, const void *b)
{
    const uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    char scratch_a[ASSAY_CELL_BYTES], scratch_b[ASSAY_CELL_BYTES];
    size_t n, m;
    if (by.strata->of_row[left] != by.strata->of_row[right])
        return by.strata->of_row[left] < by.strata->of_row[right] ? -1 : 1;
    const int order = memcmp(by.tickets[left], by.tickets[right], ASSAY_TICKET_BYTES);
    if (order != 0)
        return order;
    const char *first = assay_column_cell(by.ids, left, scratch_a, &n);
    const char *second = assay_column_cell(by.ids, right, scratch_b, &m);
    return assay_compare_bytes(first, n, second, m);
}

/* Rows of `strata` strata with tickets of some `kinds` first bytes, 0 behind them if few. */
static void assert_ordered(size_t rows, size_t strata, uint64_t kinds)
{
    char *csv = malloc(rows * 16 + 16);
    size_t length = (size_t)sprintf(csv, "id,s\n");
    for (size_t i = 0; i < rows; i++)
        length += (size_t)sprintf(csv + length, "%zu,s%d\n", rows - i,
                                  (int)(assay_mix(i + rows) % strata));
    assay_frame *frame = table(csv);
    static const size_t column[] = {1};
    assay_strata *of = NULL;
    assert_ok(assay_strata_new(&context, frame, 1, column, &of));
    unsigned char(*tickets)[ASSAY_TICKET_BYTES] = calloc(rows + 1, sizeof *tickets);
    for (size_t i = 0; i < rows; i++) {
        const uint64_t random = assay_mix(i + 99);
        if (kinds == 0)
            memcpy(tickets[i], &random, sizeof random);
        tickets[i][kinds == 1 ? 31 : 0] = (unsigned char)(kinds == 0 ? random : random % kinds);
    }
    uint32_t *want = malloc((rows + 1) * sizeof *want), *got = malloc((rows + 1) * sizeof *got);
    uint64_t *most = malloc(of->n * sizeof *most + 1);
    for (size_t i = 0; i < rows; i++)
        want[i] = (uint32_t)i;
    by.strata = of;
    by.tickets = tickets;
    by.ids = assay_frame_column(frame, 0);
    qsort(want, rows, sizeof *want, compare);
    assert_ok(assay_order_rows(&context, by.ids, tickets, of, NULL, got));
    ck_assert_mem_eq(got, want, rows * sizeof *want);
    for (size_t ask = 0; ask < 9; ask++) {
        for (size_t h = 0; h < of->n; h++) /* nothing, one, a share, all, too many */
            most[h] = (uint64_t[]){0, 1, of->population[h] / 3, of->population[h],
                                   of->population[h] + 5}[(h + ask) % 5];
        assert_ok(assay_order_rows(&context, by.ids, tickets, of, most, got));
        for (size_t h = 0, from = 0; h < of->n; from += (size_t)of->population[h++])
            for (size_t i = 0; i < of->population[h] && i < most[h]; i++)
                ck_assert_uint_eq(got[from + i], want[from + i]);
    }
    free(csv);
    free(tickets);
    free(want);
    free(got);
    free(most);
    assay_strata_free(of);
    assay_frame_free(frame);
}

START_TEST(rows_stand_by_stratum_ticket_and_id_as_far_as_is_asked)
{
    for (size_t rows = 0; rows < 40; rows++)
        for (size_t strata = 1; strata < 6; strata++)
            for (uint64_t kinds = 0; kinds < 4; kinds++)
                assert_ordered(rows, strata, kinds);
    assert_ordered(20011, 3, 0);
    assert_ordered(20011, 1, 0);
    assert_ordered(500, 2, 7);
}
END_TEST

static assay_status order(assay_context *with, void *self)
{
    static const size_t column[] = {1};
    unsigned char tickets[3][ASSAY_TICKET_BYTES] = {{2}, {1}, {3}};
    uint32_t rows[3];
    assay_strata *strata = NULL;
    assay_status status = assay_strata_new(with, self, 1, column, &strata);
    if (status == ASSAY_OK)
        status = assay_order_rows(with, assay_frame_column(self, 0), tickets, strata, NULL, rows);
    if (status == ASSAY_OK)
        ck_assert_uint_eq(rows[0], 1);
    assay_strata_free(strata);
    return status;
}

START_TEST(an_order_that_finds_no_memory_is_not_made)
{
    assay_frame *frame = table("id,s\n1,a\n2,a\n3,a\n");
    sweep_memory(order, frame);
    assay_frame_free(frame);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("order");
    TCase *tests = tcase_create("order");
    tcase_add_test(tests, rows_stand_by_stratum_ticket_and_id_as_far_as_is_asked);
    tcase_add_test(tests, an_order_that_finds_no_memory_is_not_made);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
