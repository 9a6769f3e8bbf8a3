#include "check.h"

#include "sample/ticket.h"

static const char seed[] = "d6e1f0a94b7c4f2f9a4e83c1750b62ad";

/* printf 'prn-1|%s|%s' d6e1f0a94b7c4f2f9a4e83c1750b62ad "$id" | sha256sum    (coreutils 9.1) */
static const struct {
    const char *id, *ticket;
} known[] = {
    {"0107", "795f6d582705055fba4741391a00d81b39279e23e7ccef721d0d9a0cca4794f7"},
    {"0141", "b13df91958b8e1fd9707a8893e532eada0413cbff8289265c2a43cdba91c7882"},
    {"Zo\xC3\xAB", "903cd43d06f9d34c85156c8a73584ef3c71920b52ff5eb67f1498cb2295b4c64"},
    {"", "b6443c7b287b7912add2cafc3a8ee8cf55695b5569a32cb76edf73a581e83490"},
    {"a|b", "72ef6216eaf1b16ff90eac5ee3fad411767ddc7361e0626d634a0442dd543a26"},
};

START_TEST(a_ticket_is_what_sha256sum_prints)
{
    char ticket[ASSAY_TICKET];
    assay_ticket(seed, known[_i].id, strlen(known[_i].id), ticket);
    ck_assert_str_eq(ticket, known[_i].ticket);
}
END_TEST

/* The line that the contract gives to anybody with a shell, run by a shell. */
START_TEST(a_shell_confirms_a_ticket)
{
    char ticket[ASSAY_TICKET], line[128] = "";
    static const char command[] =
        "seed=S-1; id=case.7; printf 'prn-1|%s|%s' \"$seed\" \"$id\" | sha256sum";
    FILE *shell = popen(command, "r");
    ck_assert_ptr_nonnull(shell);
    ck_assert_ptr_nonnull(fgets(line, sizeof line, shell));
    pclose(shell);
    assay_ticket("S-1", "case.7", 6, ticket);
    line[64] = '\0';
    ck_assert_str_eq(ticket, line);
}
END_TEST

START_TEST(the_length_of_the_id_counts_and_its_nul_bytes_too)
{
    char a[ASSAY_TICKET], b[ASSAY_TICKET];
    assay_ticket(seed, "01079", 4, a);
    ck_assert_str_eq(a, known[0].ticket);
    assay_ticket(seed, "a\0b", 3, a);
    assay_ticket(seed, "a\0c", 3, b);
    ck_assert_str_ne(a, b);
}
END_TEST

/* The bytes that digits spell; 0 behind them. */
static const unsigned char *bytes_of(const char *digits, unsigned char bytes[ASSAY_TICKET_BYTES])
{
    memset(bytes, 0, ASSAY_TICKET_BYTES);
    for (size_t i = 0; digits[i] != '\0'; i++)
        bytes[i / 2] |= (unsigned char)((strchr("0123456789abcdef", digits[i]) - "0123456789abcdef")
                                        << (i % 2 == 0 ? 4 : 0));
    return bytes;
}

#define TICKET(digits) bytes_of(digits, (unsigned char[ASSAY_TICKET_BYTES]){0})

START_TEST(one_by_one_or_many_at_once_tickets_are_the_same)
{
    enum { ROWS = 5001 };
    unsigned char(*tickets)[ASSAY_TICKET_BYTES] = malloc((size_t)ROWS * sizeof *tickets);
    int64_t values[ROWS];
    assay_column *ids = NULL;
    assay_context context = {.threads = 2};
    assay_ticket_maker maker;
    for (int i = 0; i < ROWS; i++)
        values[i] = 7 * i;
    assert_ok(assay_column_of_integers(&context, ROWS, values, &ids));
    assay_ticket_start(&maker, seed);
    assert_ok(assay_tickets(&context, &maker, ids, 1, ROWS - 1, tickets));
    for (int i = 1; i < ROWS; i++) {
        char id[16], ticket[ASSAY_TICKET], digits[ASSAY_TICKET];
        const int length = snprintf(id, sizeof id, "%d", 7 * i);
        assay_ticket(seed, id, (size_t)length, ticket);
        assay_hex(tickets[i - 1], ASSAY_TICKET_BYTES, digits);
        ck_assert_str_eq(digits, ticket);
    }
    free(tickets);
    assay_column_release(ids);
}
END_TEST

START_TEST(the_number_is_the_first_13_digits)
{
    ck_assert_uint_eq(assay_ticket_number(TICKET(known[0].ticket)),
                      2135212213563472); /* $((16#795f...)) */
    ck_assert_uint_eq(assay_ticket_number(TICKET("0000000000000fff")), 0);
    ck_assert_uint_eq(assay_ticket_number(TICKET("fffffffffffff000")), (UINT64_C(1) << 52) - 1);
    ck_assert_uint_eq(assay_ticket_number(TICKET("0123456789abcdef")), 0x0123456789abc);
}
END_TEST

START_TEST(the_uniform_number_is_exact_and_strictly_between_0_and_1)
{
    ck_assert(assay_ticket_uniform(TICKET("0000000000000fff")) == ldexp(1, -53));
    ck_assert(assay_ticket_uniform(TICKET("fffffffffffff000")) == 1 - ldexp(1, -53));
    ck_assert(assay_ticket_uniform(TICKET("8000000000000000")) == 0.5 + ldexp(1, -53));
    assert_close(assay_ticket_uniform(TICKET(known[0].ticket)), 0.47411235239180283, 1e-16);
}
END_TEST

static int order(int a, int b)
{
    return assay_ticket_compare(TICKET(known[a].ticket), known[a].id, strlen(known[a].id),
                                TICKET(known[b].ticket), known[b].id, strlen(known[b].id));
}

START_TEST(cases_stand_by_ticket_and_then_by_the_bytes_of_their_ids)
{
    const unsigned char *t = TICKET(known[0].ticket);
    ck_assert_int_lt(order(0, 1), 0);
    ck_assert_int_gt(order(1, 0), 0);
    ck_assert_int_lt(order(4, 0), 0); /* 72..., 79...: whatever the ids */
    ck_assert_int_eq(order(2, 2), 0);
    ck_assert_int_lt(assay_ticket_compare(t, "a", 1, t, "b", 1), 0);
    ck_assert_int_lt(assay_ticket_compare(t, "a", 1, t, "aa", 2), 0);
    ck_assert_int_gt(assay_ticket_compare(t, "b", 1, t, "aa", 2), 0);
    ck_assert_int_gt(assay_ticket_compare(t, "\xC3\xA9", 2, t, "z", 1), 0); /* unsigned bytes */
}
END_TEST

/* The first digits of 2,000 tickets: chi-squared with 15 df, mean 15, sd 5.5. */
START_TEST(tickets_are_spread_evenly)
{
    double seen[16] = {0}, chi_squared = 0;
    for (int i = 0; i < 2000; i++) {
        char id[16], ticket[ASSAY_TICKET];
        const int length = snprintf(id, sizeof id, "%04d", i);
        assay_ticket(seed, id, (size_t)length, ticket);
        seen[(size_t)(assay_ticket_uniform(TICKET(ticket)) * 16)]++;
    }
    for (int d = 0; d < 16; d++)
        chi_squared += (seen[d] - 125) * (seen[d] - 125) / 125;
    ck_assert_double_lt(chi_squared, 15 + 5 * 5.5);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("ticket");
    TCase *tests = tcase_create("ticket");
    tcase_add_loop_test(tests, a_ticket_is_what_sha256sum_prints, 0,
                        sizeof known / sizeof known[0]);
    tcase_add_test(tests, a_shell_confirms_a_ticket);
    tcase_add_test(tests, one_by_one_or_many_at_once_tickets_are_the_same);
    tcase_add_test(tests, the_length_of_the_id_counts_and_its_nul_bytes_too);
    tcase_add_test(tests, the_number_is_the_first_13_digits);
    tcase_add_test(tests, the_uniform_number_is_exact_and_strictly_between_0_and_1);
    tcase_add_test(tests, cases_stand_by_ticket_and_then_by_the_bytes_of_their_ids);
    tcase_add_test(tests, tickets_are_spread_evenly);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
