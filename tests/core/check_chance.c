#include "tables.h"

#include "exact.h"
#include "data/json.h"
#include "judge/chance.h"

static assay_context context;
static assay_scale *scale;

enum { K = 4 };

static void make_scale(void)
{
    static char text[100000];
    FILE *file = fopen("data/scales/probation-2018.json", "r");
    ck_assert_ptr_nonnull(file);
    const size_t n = fread(text, 1, sizeof text, file);
    fclose(file);
    assay_json *json = NULL;
    assert_ok(assay_json_parse(&context, text, n, "scale.json", &json));
    assert_ok(assay_scale_from_json(&context, json, &scale));
    assay_json_free(json);
}

static void drop_scale(void)
{
    assay_scale_free(scale);
}

static int band_of(int x, int n)
{
    const int whole = (200 * x + n) / (2 * n);
    return (whole >= 50) + (whole >= 65) + (whole >= 80);
}

/* ---- every sample of small populations ---- */

START_TEST(one_question_is_hypergeometric)
{
    exact_init();
    for (int N = 1; N <= 43; N += 6)
        for (int n = 1; n <= N; n += 4)
            for (int percent = 0; percent <= 100; percent += 9) {
                const double p = percent;
                const int M = (2 * percent * N + 100) / 200;
                const assay_chance_request ask = {scale, 1, &p, (uint64_t)N};
                double want[K] = {0}, got[K], together[K];
                size_t band;
                for (int x = 0; x <= n; x++)
                    want[band_of(x, n)] +=
                        (double)exact_ways(N, M, n, x) / (double)exact_choose[N][n];
                assert_ok(assay_chance_of_rating(&ask, (uint64_t)n, &band, got, together));
                ck_assert_int_eq((int)band, band_of(M, N));
                for (int b = 0; b < K; b++) {
                    ck_assert(fabs(got[b] - want[b]) < 1e-13);
                    ck_assert(got[b] == together[b]);
                }
            }
}
END_TEST

/* Three questions: all samples of each, side by side, and on one line from the least yes to the most. */
START_TEST(the_lowest_of_several_is_of_all_samples)
{
    const int N = 30, n = 11, M[] = {17, 24, 20};
    const double percents[] = {56.7, 80, 66.6};
    const assay_chance_request ask = {scale, 3, percents, 30};
    double want[K] = {0}, at_least[3][K] = {{0}}, got[K], together[K];
    size_t band;
    exact_init();
    const double all = (double)exact_choose[N][n];
    for (int x = 0; x <= n; x++)
        for (int y = 0; y <= n; y++)
            for (int z = 0; z <= n; z++) {
                const int bands[] = {band_of(x, n), band_of(y, n), band_of(z, n)};
                int low = bands[0] < bands[1] ? bands[0] : bands[1];
                low = low < bands[2] ? low : bands[2];
                want[low] += (double)exact_ways(N, M[0], n, x) / all *
                             ((double)exact_ways(N, M[1], n, y) / all) *
                             ((double)exact_ways(N, M[2], n, z) / all);
            }
    for (int q = 0; q < 3; q++)
        for (int x = 0; x <= n; x++)
            for (int b = 0; b <= band_of(x, n); b++)
                at_least[q][b] += (double)exact_ways(N, M[q], n, x) / all;
    assert_ok(assay_chance_of_rating(&ask, (uint64_t)n, &band, got, together));
    ck_assert_int_eq((int)band, 1);
    for (int b = 0; b < K; b++) {
        double least = 1, next = 1;
        for (int q = 0; q < 3; q++) {
            least = fmin(least, at_least[q][b]);
            next = b + 1 == K ? 0 : fmin(next, at_least[q][b + 1]);
        }
        ck_assert(fabs(got[b] - want[b]) < 1e-13);
        ck_assert(fabs(together[b] - (least - next)) < 1e-13);
    }
}
END_TEST

START_TEST(a_census_is_rated_right)
{
    const double percents[] = {64.4, 90};
    for (uint64_t N = 1; N <= 400; N += 7) {
        const assay_chance_request ask = {scale, 2, percents, N};
        double got[K], together[K];
        size_t band;
        assert_ok(assay_chance_of_rating(&ask, N, &band, got, together));
        ck_assert(got[band] == 1 && together[band] == 1);
    }
}
END_TEST

/* Without a population: (1/2)^5 C(5, x), where 3, 4 and 5 of 5 are 60, 80 and 100 per cent. */
START_TEST(without_a_population_it_is_binomial)
{
    const double percent = 50;
    const assay_chance_request ask = {scale, 1, &percent, ASSAY_INFINITE};
    double got[K], together[K];
    size_t band;
    assert_ok(assay_chance_of_rating(&ask, 5, &band, got, together));
    ck_assert_int_eq((int)band, 1);
    assert_close(got[0], 16.0 / 32, 1e-14);
    assert_close(got[1], 10.0 / 32, 1e-14);
    ck_assert(got[2] < 1e-15);
    assert_close(got[3], 6.0 / 32, 1e-14);
    const double edge = 64.5; /* rounds to 65 */
    const assay_chance_request good = {scale, 1, &edge, ASSAY_INFINITE};
    assert_ok(assay_chance_of_rating(&good, 5, &band, got, together));
    ck_assert_int_eq((int)band, 2);
}
END_TEST

START_TEST(what_is_no_service_is_refused)
{
    const double good[] = {50, 60}, bad[] = {50, 101}, nan[] = {(double)NAN};
    const struct {
        size_t n;
        const double *percents;
        uint64_t N, size;
    } rows[] = {{0, good, 9, 3},
                {2, bad, 9, 3},
                {1, nan, 9, 3},
                {1, good, 9, 0},
                {1, good, 9, 10},
                {1, good, ASSAY_INFINITE, UINT64_C(1) << 31},
                {1, good, UINT64_C(1) << 31, 5}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const assay_chance_request ask = {scale, rows[i].n, rows[i].percents, rows[i].N};
        double got[K] = {7}, together[K];
        size_t band = 9;
        assert_status(assay_chance_of_rating(&ask, rows[i].size, &band, got, together), ASSAY_EDOM);
        ck_assert(got[0] == 7 && band == 9);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("chance");
    TCase *tests = tcase_create("chance");
    tcase_add_checked_fixture(tests, make_scale, drop_scale);
    tcase_add_test(tests, one_question_is_hypergeometric);
    tcase_add_test(tests, the_lowest_of_several_is_of_all_samples);
    tcase_add_test(tests, a_census_is_rated_right);
    tcase_add_test(tests, without_a_population_it_is_binomial);
    tcase_add_test(tests, what_is_no_service_is_refused);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
