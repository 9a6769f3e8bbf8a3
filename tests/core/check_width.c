#include "tables.h"

#include "exact.h"
#include "prob/interval.h"
#include "sample/width.h"

static assay_width_request request(const char *method, uint64_t N, double confidence, double margin)
{
    const assay_width_request ask = {assay_width_find(method), N, confidence, margin,
                                     ASSAY_EVERY_COUNT};
    ck_assert_msg(ask.method != NULL, "%s", method);
    return ask;
}

static assay_width width_of(assay_width_request ask)
{
    assay_context context = {0};
    assay_width width = {0};
    const assay_status status = assay_width_size(&context, &ask, &width);
    ck_assert_msg(status == ASSAY_OK, "%s", context.error.message);
    return width;
}

/* ---- reference rows ------------------------------------------------------------------------- */

static int every_rows, expected_rows;

static void reference(char *f[REFERENCE_FIELDS])
{
    const bool every = strncmp(f[1], "worst_", 6) == 0;
    if (!every && strncmp(f[1], "expected_", 9) != 0)
        return;
    char name[40];
    snprintf(name, sizeof name, "%s", strchr(f[1], '_') + 1);
    if (strcmp(name, "wilson_fpc") == 0)
        name[6] = '\0';
    const uint64_t N = *f[2] == '\0' ? ASSAY_INFINITE : strtoull(f[2], NULL, 10);
    assay_width_request ask = request(name, N, strtod(f[3], NULL), strtod(f[4], NULL));
    if (!every)
        ask.proportion = strtod(f[5], NULL);
    const assay_width got = width_of(ask);
    ck_assert_msg(got.first == strtoull(f[9], NULL, 10) && got.stable == strtoull(f[11], NULL, 10),
                  "%s: %d, %d", f[0], (int)got.first, (int)got.stable);
    *(every ? &every_rows : &expected_rows) += 1;
}

START_TEST(sizes_are_those_of_the_reference)
{
    for_each_reference("sample_size.csv", reference);
    ck_assert_int_eq(every_rows, 18);
    ck_assert_int_eq(expected_rows, 6);
}
END_TEST

/* The sizes of 254, 252, 27 and 28 cases that the usual formula gives 100, 100, 24 and 25. */
START_TEST(the_usual_formula_promises_too_much)
{
    static const struct {
        uint64_t N, exact, wilson;
    } rows[] = {{252, 107, 100}, {254, 107, 100}, {27, 25, 24}, {28, 26, 25}};
    for (size_t i = 0; i < 4; i++) {
        ck_assert_uint_eq(width_of(request("hyper_tail", rows[i].N, 0.8, 0.05)).stable,
                          rows[i].exact);
        ck_assert_uint_eq(width_of(request("wilson", rows[i].N, 0.8, 0.05)).stable, rows[i].wilson);
    }
    assay_context context = {0};
    const assay_width_request big = request("hyper_tail", 254, 0.8, 0.05),
                              small = request("hyper_tail", 27, 0.8, 0.05);
    double margin;
    assert_ok(assay_width_margin(&context, &big, 100, &margin));
    assert_close(margin, 13.5 / 254, 1e-15); /* 5.31 points */
    assert_ok(assay_width_margin(&context, &small, 24, &margin));
    assert_close(margin, 1.5 / 27, 1e-15); /* 5.56 */
}
END_TEST

/* ---- from the definition -------------------------------------------------------------------- */

/* The widest interval of all x, or the one of floor(n p + 1/2) with p in hundredths. */
static int counted_width(struct exact *e, bool wang, int hundredths)
{
    if (wang)
        exact_wang(e);
    else
        exact_tail(e);
    const int x = (2 * e->n * hundredths + 100) / 200;
    return hundredths < 0 ? exact_widest(e) : e->upper[x] - e->lower[x];
}

/* Half-widths within e = of 100, in integers. */
static assay_width counted(int N, int yes, int of, bool wang, int e, int hundredths)
{
    assay_width found = {0, 1, 0};
    for (int n = 1; n <= N; n++) {
        struct exact exact = {.N = N, .n = n, .yes = yes, .of = of};
        const bool narrow = counted_width(&exact, wang, hundredths) * 100 <= 2 * e * N;
        if (narrow && found.first == 0)
            found.first = (uint64_t)n;
        if (!narrow)
            found.stable = (uint64_t)n + 1;
    }
    return found;
}

static void compare(int N, int yes, int of, bool wang, int e, int hundredths)
{
    const assay_width want = counted(N, yes, of, wang, e, hundredths);
    assay_width_request ask =
        request(wang ? "hyper_wang" : "hyper_tail", (uint64_t)N, (double)yes / of, e / 100.0);
    if (hundredths >= 0)
        ask.proportion = hundredths / 100.0;
    const assay_width got = width_of(ask);
    ck_assert_msg(got.first == want.first && got.stable == want.stable,
                  "%s, N %d, %d/%d, e %d, p %d: %d and %d, want %d and %d", wang ? "wang" : "tail",
                  N, yes, of, e, hundredths, (int)got.first, (int)got.stable, (int)want.first,
                  (int)want.stable);
}

static const int populations[] = {1, 2, 3, 4, 5, 7, 10, 13, 20, 27, 28, 31, 41, 50, 60};
enum { N_POPULATIONS = sizeof populations / sizeof populations[0] };

START_TEST(sizes_of_hyper_tail_are_counted_out)
{
    for (int i = 0; i < N_POPULATIONS; i++)
        for (int e = 2; e < 50; e += 5)
            for (int p = -35; p <= 100; p += 35) {
                compare(populations[i], 4, 5, false, e, p);
                compare(populations[i], 19, 20, false, e, p);
                compare(populations[i], 1, 5, false, e, p);
            }
}
END_TEST

START_TEST(sizes_of_hyper_wang_are_counted_out)
{
    for (int i = 0; i < N_POPULATIONS; i++)
        for (int e = 5; e < 50; e += populations[i] > 28 ? 15 : 5) {
            compare(populations[i], 4, 5, true, e, -1);
            compare(populations[i], 19, 20, true, e, -1);
            if (populations[i] < 30)
                compare(populations[i], 4, 5, true, e, 35);
        }
}
END_TEST

static assay_interval limits(const char *method, uint64_t x, uint64_t n, uint64_t N,
                             double confidence)
{
    assay_context context = {0};
    assay_interval found;
    const assay_interval_request ask = {.method = assay_interval_find(method),
                                        .population = N,
                                        .confidence = confidence,
                                        .side = ASSAY_TWO_SIDED};
    must(assay_interval_compute(&context, &ask, x, n, &found) == ASSAY_OK, "%s",
         context.error.message);
    return found;
}

/* Every x of every n, one by one. */
static double plain_width(const char *method, uint64_t n, uint64_t N, double confidence)
{
    double widest = 0;
    for (uint64_t x = 0; x <= n; x++) {
        const assay_interval i = limits(method, x, n, N, confidence);
        widest = fmax(widest, i.upper - i.lower);
    }
    return widest / 2;
}

/* To n = 130, where by the bounds all are within these margins. */
static void compare_plain(const char *method, uint64_t N, double confidence, double margin)
{
    const assay_width got = width_of(request(method, N, confidence, margin));
    uint64_t first = 0, stable = 1;
    for (uint64_t n = 1; n <= 130 && n <= N; n++) {
        const bool narrow = plain_width(method, n, N, confidence) <= margin * (1 + 1e-12);
        first = narrow && first == 0 ? n : first;
        stable = narrow ? stable : n + 1;
    }
    ck_assert_uint_eq(got.first, first);
    ck_assert_uint_eq(got.stable, stable);
    assert_close(got.half_width, plain_width(method, got.stable, N, confidence), 1e-12);
}

START_TEST(sizes_of_intervals_are_those_of_trying_every_count)
{
    const double margins[] = {0.6, 0.31, 0.2, 0.14};
    for (size_t i = 0; i < 4; i++) {
        compare_plain("wilson", ASSAY_INFINITE, 0.8, margins[i]);
        compare_plain("wilson", 97, 0.95, margins[i]);
        compare_plain("wilson", ASSAY_INFINITE, 0.02, margins[i] / 20);
        compare_plain("clopper_pearson", ASSAY_INFINITE, 0.8, margins[i]);
        compare_plain("clopper_pearson", ASSAY_INFINITE, 0.3, margins[i]);
        compare_plain("clopper_pearson", 97, 0.8, margins[i]);
        compare_plain("clopper_pearson", 2003, 0.5, margins[i]);
    }
}
END_TEST

/* Whether the widest of all x among n is within the margin: every x of it, as far as it takes. */
static bool is_narrow(uint64_t n, uint64_t N, double confidence, double margin)
{
    for (uint64_t k = 0; k <= n / 2; k++) {
        const uint64_t x = n / 2 - k;
        const assay_interval i = limits("clopper_pearson", x, n, N, confidence);
        if (i.upper - i.lower > 2 * margin * (1 + 1e-12))
            return false;
    }
    return true;
}

/* Margins below a point: sizes are judged by ranges, and counts by blocks that slopes bound. */
START_TEST(narrow_margins_have_the_sizes_of_trying_every_count)
{
    static const struct {
        uint64_t N;
        double confidence, margin, proportion;
    } rows[] = {{ASSAY_INFINITE, 0.95, 0.02, NAN},
                {ASSAY_INFINITE, 0.3, 0.01, NAN},
                {ASSAY_INFINITE, 0.02, 0.001, NAN},
                {3001, 0.95, 0.02, NAN},
                {900, 0.8, 0.01, NAN},
                {ASSAY_INFINITE, 0.95, 0.01, 0.03},
                {5000, 0.95, 0.02, 0.3}};
    for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++) {
        const uint64_t N = rows[r].N;
        assay_width_request ask = request("clopper_pearson", N, rows[r].confidence, rows[r].margin);
        ask.proportion = rows[r].proportion;
        const assay_width got = width_of(ask);
        uint64_t first = 0, stable = 1;
        for (uint64_t n = 1; n <= got.stable + (whole_grid() ? 300 : 40) && n <= N; n++) {
            bool narrow;
            if (!whole_grid() && n % 7 != 0 && n + 150 < got.first)
                continue; /* not narrow, as those beside it */
            if (isnan(ask.proportion)) {
                narrow = is_narrow(n, N, ask.confidence, ask.margin);
            } else {
                assay_context context = {0};
                double margin;
                assert_ok(assay_width_margin(&context, &ask, n, &margin));
                narrow = margin <= ask.margin * (1 + 1e-12);
            }
            first = narrow && first == 0 ? n : first;
            stable = narrow ? stable : n + 1;
        }
        ck_assert_uint_eq(got.first, first);
        ck_assert_uint_eq(got.stable, stable);
    }
}
END_TEST

/* Blocks, which large populations take, against the walk: both see limits that hardly differ. */
START_TEST(blocks_find_what_the_walk_finds)
{
    for (uint64_t N = 499999; N <= 500000; N++)
        for (int e = 4; e <= 9; e++)
            ck_assert_uint_eq(width_of(request("hyper_tail", N, 0.8, e / 100.0)).stable,
                              width_of(request("hyper_tail", 499999, 0.8, e / 100.0)).stable);
    assay_context context = {0};
    double walked, in_blocks;
    const assay_width_request a = request("hyper_tail", 499999, 0.8, 0.05),
                              b = request("hyper_tail", 500000, 0.8, 0.05);
    assert_ok(assay_width_margin(&context, &a, 333, &walked));
    assert_ok(assay_width_margin(&context, &b, 333, &in_blocks));
    assert_close(walked, in_blocks, 1e-5);
}
END_TEST

/* Ranges of sizes that reach to the whole population, where n* grows beyond all bounds. */
START_TEST(sizes_near_the_whole_population_are_those_of_trying_every_one)
{
    static const double confidences[] = {0.01, 0.8, 0.999999}, margins[] = {0.02, 0.05, 0.1},
                        proportions[] = {NAN, 0.5, 0.91};
    static const uint64_t N_of[] = {1, 2, 5, 12, 34, 163};
    for (size_t i = 0; i < 6 * 27; i++) {
        const uint64_t N = N_of[i / 27];
        for (size_t k = 0; assay_width_name(k) != NULL; k++) {
            const char *name = assay_width_name(k);
            assay_width_request ask = request(name, N, confidences[i / 9 % 3], margins[i / 3 % 3]);
            ask.proportion = proportions[i % 3];
            uint64_t first = 0, stable = 1;
            for (uint64_t n = 1; n <= N; n++) {
                assay_context context = {0};
                double margin;
                assert_ok(assay_width_margin(&context, &ask, n, &margin));
                const bool narrow = margin <= ask.margin * (1 + 1e-12);
                first = narrow && first == 0 ? n : first;
                stable = narrow ? stable : n + 1;
            }
            const assay_width got = width_of(ask);
            ck_assert_msg(got.first == first && got.stable == stable,
                          "%s: %d cases, %g, %g, %g: %d, %d, not %d, %d", name, (int)N,
                          ask.confidence, ask.margin, ask.proportion, (int)got.first,
                          (int)got.stable, (int)first, (int)stable);
        }
    }
}
END_TEST

START_TEST(margins_are_the_widest_of_all_counts)
{
    assay_context context = {0};
    static const char *const names[] = {"wilson", "clopper_pearson"};
    const uint64_t sizes[] = {1, 2, 3, 24, 61};
    double margin;
    for (size_t i = 0; i < 2; i++)
        for (size_t k = 0; k < 5; k++)
            for (int endless = 0; endless < 2; endless++) {
                const uint64_t N = endless ? ASSAY_INFINITE : 61;
                const assay_width_request ask = request(names[i], N, 0.8, 0.5);
                assert_ok(assay_width_margin(&context, &ask, sizes[k], &margin));
                ck_assert(fabs(margin - plain_width(names[i], sizes[k], N, 0.8)) < 1e-15);
            }
    for (int n = 1; n <= 28; n++)
        for (int wang = 0; wang < 2; wang++) {
            struct exact e = {.N = 28, .n = n, .yes = 4, .of = 5};
            assay_width_request ask = request(wang ? "hyper_wang" : "hyper_tail", 28, 0.8, 0.5);
            assert_ok(assay_width_margin(&context, &ask, (uint64_t)n, &margin));
            assert_close(margin, counted_width(&e, wang, -1) / 56.0, 1e-15);
            ask.proportion = 0.35;
            assert_ok(assay_width_margin(&context, &ask, (uint64_t)n, &margin));
            assert_close(margin, counted_width(&e, wang, 35) / 56.0, 1e-15);
        }
}
END_TEST

START_TEST(no_case_has_half_of_everything)
{
    assay_context context = {0};
    double margin;
    for (size_t i = 0; assay_width_name(i) != NULL; i++) {
        const assay_width_request ask = request(assay_width_name(i), 254, 0.8, 0.05);
        assert_ok(assay_width_margin(&context, &ask, 0, &margin));
        ck_assert(margin == 0.5);
        assert_ok(assay_width_margin(&context, &ask, 254, &margin));
        ck_assert(margin == 0);
        assert_status(assay_width_margin(&context, &ask, 255, &margin), ASSAY_EDOM);
        ck_assert(margin == 0);
    }
}
END_TEST

/* The bound that ends the search for clopper_pearson, against the intervals themselves. */
START_TEST(the_bound_for_clopper_pearson_holds)
{
    const double tails[] = {0.4, 0.1, 0.025, 0.0005}, z[] = {0.2533471031357997, 1.2815515655446004,
                                                             1.959963984540054, 3.2905267314918945};
    for (size_t i = 0; i < 4; i++)
        for (uint64_t n = 1; n <= 300; n += n < 40 ? 1 : 37)
            ck_assert_double_le(plain_width("clopper_pearson", n, ASSAY_INFINITE, 1 - 2 * tails[i]),
                                z[i] / (2 * sqrt((double)n)) + 1 / (double)n + 1e-15);
}
END_TEST

/* That of the counts between two, against the intervals themselves. */
START_TEST(limits_of_clopper_pearson_rise_no_faster_than_the_search_has_it)
{
    const double tails[] = {0.4, 0.1, 0.025, 0.0005}, z[] = {0.2533471031357997, 1.2815515655446004,
                                                             1.959963984540054, 3.2905267314918945};
    for (size_t i = 0; i < 4; i++)
        for (uint64_t n = 2; n <= 800; n += n < 40 ? 1 : 139) {
            assay_interval last = {0};
            for (uint64_t x = 0; 2 * x <= n + 1; x++) {
                const assay_interval now =
                    limits("clopper_pearson", x, n, ASSAY_INFINITE, 1 - 2 * tails[i]);
                if (x > 1)
                    ck_assert_double_le(now.upper / (double)x,
                                        last.upper / (double)(x - 1) * (1 + 1e-14));
                if ((double)(x - 1) * z[i] * z[i] >= 2 && x > 1 && x < n)
                    ck_assert_double_ge((1 - now.lower) / (double)(n - x),
                                        (1 - last.lower) / (double)(n - x + 1) * (1 - 1e-14));
                last = now;
            }
        }
}
END_TEST

/* Those for a population. */
START_TEST(the_bounds_for_a_population_hold)
{
    assay_context context = {0};
    const double confidences[] = {0.2, 0.8, 0.999};
    for (size_t i = 0; i < 3; i++)
        for (uint64_t n = 1; n < 97; n++) {
            const double deep = log(2 / (1 - confidences[i])) / 2,
                         m = (double)(n * 96) / (double)(97 - n);
            const assay_width_request ask = request("hyper_tail", 97, confidences[i], 0.5);
            double margin;
            ck_assert_double_le(plain_width("clopper_pearson", n, 97, confidences[i]),
                                sqrt(deep / (m + 1)) + 0.5 / (m + 1));
            assert_ok(assay_width_margin(&context, &ask, n, &margin));
            ck_assert_double_le(margin, sqrt(deep * (double)(98 - n) / 97 / (double)n));
        }
}
END_TEST

/* ---- refusals ------------------------------------------------------------------------------- */

static void refused(assay_width_request ask, assay_status want, const char *words)
{
    assay_context context = {0};
    assay_width width = {77, 77, 77};
    const size_t before = assay_memory_in_use();
    assert_status(assay_width_size(&context, &ask, &width), want);
    ck_assert_msg(strstr(context.error.message, words) != NULL, "%s", context.error.message);
    ck_assert(width.first == 77 && width.stable == 77 && width.half_width == 77);
    ck_assert_uint_eq(assay_memory_in_use(), before);
}

START_TEST(what_is_outside_the_domain_is_refused_and_changes_nothing)
{
    const double bad[] = {0, 1, -0.1, 80, (double)NAN};
    for (size_t i = 0; assay_width_name(i) != NULL; i++) {
        const char *name = assay_width_name(i);
        for (size_t k = 0; k < 5; k++) {
            refused(request(name, 254, bad[k], 0.05), ASSAY_EDOM, "domain");
            refused(request(name, 254, 0.8, bad[k]), ASSAY_EDOM, "domain");
        }
        assay_width_request ask = request(name, 254, 0.8, 0.05);
        ask.proportion = 1.1;
        refused(ask, ASSAY_EDOM, "domain");
        refused(request(name, 0, 0.8, 0.05), ASSAY_EDOM, "populations of 1 to");
        refused(request(name, (UINT64_C(1) << 53) + 1, 0.8, 0.05), ASSAY_EDOM, "populations of 1");
    }
    refused(request("hyper_tail", UINT64_C(1) << 31, 0.8, 0.05), ASSAY_EDOM, "2147483647");
    refused(request("hyper_wang", ASSAY_INFINITE, 0.8, 0.05), ASSAY_EDOM, "needs a population");
}
END_TEST

START_TEST(too_much_work_is_refused_with_what_to_take_instead)
{
    refused(request("hyper_wang", 100000, 0.8, 0.05), ASSAY_ENUMERIC, "take hyper_tail");
    refused(request("hyper_tail", 1000000000, 0.8, 0.0001), ASSAY_ENUMERIC, "take normal");
    refused(request("clopper_pearson", ASSAY_INFINITE, 0.8, 0.0001), ASSAY_ENUMERIC, "take normal");
    refused(request("wilson", ASSAY_INFINITE, 0.8, 1e-9), ASSAY_ENUMERIC, "take normal");
    refused(request("wilson", ASSAY_INFINITE, 0.8, 1e-300), ASSAY_ENUMERIC, "take normal");
    assay_context context = {0};
    const assay_width_request wang = request("hyper_wang", 2000000000, 0.8, 0.05),
                              tail = request("hyper_tail", 2000000000, 0.8, 0.05);
    const size_t before = assay_memory_in_use();
    double margin = 77;
    assert_status(assay_width_margin(&context, &wang, 1999999999, &margin), ASSAY_ENUMERIC);
    assert_status(assay_width_margin(&context, &tail, 1000000000, &margin), ASSAY_ENUMERIC);
    ck_assert(margin == 77 && assay_memory_in_use() == before);
}
END_TEST

static assay_status stop(void *self, uint64_t done, uint64_t total)
{
    (void)self, (void)done, (void)total;
    return ASSAY_ESTOPPED;
}

START_TEST(a_search_can_be_stopped)
{
    assay_context context = {.poll = stop};
    const assay_width_request ask = request("hyper_tail", 10000, 0.8, 0.01);
    assay_width width = {77, 77, 77};
    const size_t before = assay_memory_in_use();
    assert_status(assay_width_size(&context, &ask, &width), ASSAY_ESTOPPED);
    ck_assert(width.first == 77);
    ck_assert_uint_eq(assay_memory_in_use(), before);
}
END_TEST

static assay_status some_size(assay_context *context, void *self)
{
    const assay_width_request ask = request(self, 254, 0.8, 0.05);
    assay_width width;
    double margin;
    const assay_status status = assay_width_size(context, &ask, &width);
    return status == ASSAY_OK ? assay_width_margin(context, &ask, 100, &margin) : status;
}

START_TEST(every_failing_allocation_is_survived)
{
    char tail[] = "hyper_tail", wang[] = "hyper_wang";
    sweep_memory(some_size, tail);
    sweep_memory(some_size, wang);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("width");
    TCase *tests = tcase_create("width");
    exact_init();
    tcase_add_test(tests, sizes_are_those_of_the_reference);
    tcase_add_test(tests, the_usual_formula_promises_too_much);
    tcase_add_test(tests, sizes_of_hyper_tail_are_counted_out);
    tcase_add_test(tests, sizes_of_hyper_wang_are_counted_out);
    tcase_add_test(tests, sizes_of_intervals_are_those_of_trying_every_count);
    tcase_add_test(tests, narrow_margins_have_the_sizes_of_trying_every_count);
    tcase_add_test(tests, blocks_find_what_the_walk_finds);
    tcase_add_test(tests, sizes_near_the_whole_population_are_those_of_trying_every_one);
    tcase_add_test(tests, margins_are_the_widest_of_all_counts);
    tcase_add_test(tests, no_case_has_half_of_everything);
    tcase_add_test(tests, the_bound_for_clopper_pearson_holds);
    tcase_add_test(tests, limits_of_clopper_pearson_rise_no_faster_than_the_search_has_it);
    tcase_add_test(tests, the_bounds_for_a_population_hold);
    tcase_add_test(tests, what_is_outside_the_domain_is_refused_and_changes_nothing);
    tcase_add_test(tests, too_much_work_is_refused_with_what_to_take_instead);
    tcase_add_test(tests, a_search_can_be_stopped);
    tcase_add_test(tests, every_failing_allocation_is_survived);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
