#include "check.h"

#include <stdlib.h>

#include "data/scan.h"

/* ---- what a scan must find, byte by byte ---- */

typedef struct found {
    size_t n;
    uint32_t ends[4096];
    bool wrong, open, high;
    uint64_t newlines, inner;
} found;

/* RFC 4180 as a machine of one state a byte, written without masks. */
static void scan_slowly(const char *bytes, size_t length, char delimiter, found *f)
{
    enum { START, PLAIN, QUOTED, CLOSED, RETURNED } state = START;
    *f = (found){0};
    for (size_t i = 0; i < length; i++) {
        const char c = bytes[i];
        const bool separates = state != QUOTED && (c == delimiter || c == '\n');
        f->wrong |= c == '\0';
        f->high |= (unsigned char)c >= 0x80;
        f->inner += state == QUOTED && c == '\n';
        f->newlines += separates && c == '\n';
        if (separates)
            f->ends[f->n++] = (uint32_t)i;
        if (state == QUOTED) {
            state = c == '"' ? CLOSED : QUOTED;
        } else if (state == CLOSED && c == '"') {
            state = QUOTED;
        } else {
            f->wrong |= state == RETURNED && c != '\n';
            f->wrong |= state == CLOSED && !separates && c != '\r';
            f->wrong |= c == '"' && state != START;
            state = separates ? START : c == '\r' ? RETURNED : c == '"' ? QUOTED : PLAIN;
        }
    }
    f->open = state == QUOTED;
}

static void assert_same(assay_scan_kernel *kernel, const char *bytes, size_t length, size_t step)
{
    static found want;
    static uint32_t ends[4096 + 64];
    scan_slowly(bytes, length, ';', &want);
    assay_scan scan = assay_scan_start(';');
    size_t n = 0;
    for (size_t at = 0; at < length; at += step)
        n += kernel(&scan, bytes, at, at + step < length ? at + step : length, ends + n);
    ck_assert_int_eq(scan.wrong, want.wrong);
    if (want.wrong)
        return; /* the rest is of no use to anybody */
    ck_assert_uint_eq(n, want.n);
    ck_assert_mem_eq(ends, want.ends, n * sizeof *ends);
    ck_assert_int_eq(scan.open, want.open);
    ck_assert_int_eq(scan.high != 0, want.high);
    ck_assert_uint_eq(scan.newlines, want.newlines);
    ck_assert_uint_eq(scan.inner, want.inner);
}

static uint64_t next_random(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return *seed >> 33;
}

/* Of these bytes, of which the first are drawn most often; behind them bytes that must not matter. */
static void fill(char *bytes, size_t length, const char *letters, size_t n, uint64_t *seed)
{
    for (size_t i = 0; i < length; i++) {
        const size_t most = 1 + next_random(seed) % n;
        bytes[i] = letters[next_random(seed) % most];
    }
    memset(bytes + length, '"', 64);
}

START_TEST(every_kernel_finds_what_is_found_byte_by_byte)
{
    static const struct {
        const char *letters;
        size_t n;
    } alphabets[] = {{"abc;\n", 5},
                     {";\nx", 3},
                     {"xxxxxxxx;\n\"", 11},
                     {"x;\r\n\"", 5},
                     {"\"\";\n", 4},
                     {"\n", 1},
                     {"xy;\n\xC3\xAB", 6},
                     {"xxxxxxxxxxxx;\n\0", 15},
                     {"xyxyxyxyxyxyxyxyxy;\r\n", 21}};
    assay_scan_kernel *kernel = assay_scan_at((size_t)_i);
    char bytes[1024 + 64];
    uint64_t seed = 20261122;
    if (kernel == NULL)
        return; /* not of this machine */
    for (size_t a = 0; a < sizeof alphabets / sizeof alphabets[0]; a++)
        for (int round = 0; round < 1500; round++) {
            const size_t length = next_random(&seed) % 1025;
            fill(bytes, length, alphabets[a].letters, alphabets[a].n, &seed);
            assert_same(kernel, bytes, length, 64);
            assert_same(kernel, bytes, length, 256);
        }
}
END_TEST

/* Each pair of neighbours at each place, so that every one falls across the end of a vector. */
START_TEST(every_kernel_sees_pairs_across_vectors)
{
    static const char letters[] = "x;\n\r\"";
    assay_scan_kernel *kernel = assay_scan_at((size_t)_i);
    char bytes[192 + 64];
    if (kernel == NULL)
        return;
    for (size_t at = 0; at + 2 < 192; at++)
        for (int pair = 0; pair < 125; pair++) {
            memset(bytes, 'x', sizeof bytes);
            bytes[at > 0 ? at - 1 : 0] = ';';
            bytes[at] = letters[pair % 5];
            bytes[at + 1] = letters[pair / 5 % 5];
            bytes[at + 2] = letters[pair / 25];
            assert_same(kernel, bytes, 192, 64);
        }
}
END_TEST

START_TEST(the_best_kernel_is_the_last_of_those_that_run_here)
{
    size_t n = 0;
    ck_assert(assay_scan_at(0) != NULL);
    while (assay_scan_at(n) != NULL)
        n++;
    ck_assert(assay_scan_best() == assay_scan_at(n - 1));
    ck_assert(assay_scan_at(n + 1) == NULL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("scan");
    TCase *tests = tcase_create("scan");
    tcase_add_loop_test(tests, every_kernel_finds_what_is_found_byte_by_byte, 0, 4);
    tcase_add_loop_test(tests, every_kernel_sees_pairs_across_vectors, 0, 4);
    tcase_add_test(tests, the_best_kernel_is_the_last_of_those_that_run_here);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
