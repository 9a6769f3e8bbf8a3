#include "check.h"

#include "data/json.h"
#include "judge/solve.h"

static assay_context context;
static assay_scale *scale; /* data/scales/probation-2018.json */

enum { N = 10, BANDS = 4, ALL = 15 };
enum { INADEQUATE, REQUIRES_IMPROVEMENT, GOOD, OUTSTANDING };

static assay_scale *scale_from(const char *text, size_t length)
{
    assay_json *json = NULL;
    assay_scale *made = NULL;
    assert_ok(assay_json_parse(&context, text, length, "scale.json", &json));
    assert_ok(assay_scale_from_json(&context, json, &made));
    assay_json_free(json);
    return made;
}

static void make_scale(void)
{
    static char text[100000];
    FILE *file = fopen("data/scales/probation-2018.json", "r");
    ck_assert_ptr_nonnull(file);
    const size_t length = fread(text, 1, sizeof text, file);
    fclose(file);
    scale = scale_from(text, length);
}

static void drop_scale(void)
{
    assay_scale_free(scale);
}

/* ---- clues ----------------------------------------------------------------------------------- */

#define ANY                                                                                        \
    {                                                                                              \
        0, ASSAY_SOLVE_ANY                                                                         \
    }

/* Everything that clues can say of ten standards or fewer, in one value. */
typedef struct clue_set {
    size_t n;
    uint64_t allowed[N];
    size_t before[N];
    bool counted[N];
    assay_solve_span bands[BANDS], risen, fallen, points;
    uint64_t overall;
} clue_set;

static clue_set no_clues(size_t n)
{
    clue_set c = {.n = n, .risen = ANY, .fallen = ANY, .points = ANY, .overall = ALL};
    for (size_t b = 0; b < BANDS; b++)
        c.bands[b] = (assay_solve_span)ANY;
    for (size_t i = 0; i < N; i++) {
        c.allowed[i] = ALL;
        c.before[i] = ASSAY_SOLVE_UNKNOWN;
        c.counted[i] = true;
    }
    return c;
}

static assay_clues clues_of(const clue_set *c)
{
    return (assay_clues){.n = c->n,
                         .allowed = c->allowed,
                         .before = c->before,
                         .counted = c->counted,
                         .bands = c->bands,
                         .risen = c->risen,
                         .fallen = c->fallen,
                         .points = c->points,
                         .overall = c->overall};
}

/* What was printed on Durham Tees Valley: the ratings of 2018, and the clues of April 2020. */
static clue_set clues_of_2020(void)
{
    static const size_t in_2018[N] = {
        OUTSTANDING, GOOD,       GOOD,       GOOD, REQUIRES_IMPROVEMENT,
        INADEQUATE,  INADEQUATE, INADEQUATE, GOOD, REQUIRES_IMPROVEMENT};
    clue_set c = no_clues(N);
    memcpy(c.before, in_2018, sizeof in_2018);
    c.overall = 1 << GOOD;
    c.allowed[0] = 1 << OUTSTANDING;
    c.bands[OUTSTANDING] = (assay_solve_span){3, 3};
    c.risen = (assay_solve_span){5, 5};
    return c;
}

/* ---- by trying every vector ------------------------------------------------------------------ */

static bool within(int64_t value, assay_solve_span span)
{
    return value >= span.least && value <= span.most;
}

static bool slow_fits(const clue_set *c, const size_t v[], int64_t *points)
{
    int64_t count[BANDS] = {0}, risen = 0, fallen = 0, n_counted = 0;
    *points = 0;
    for (size_t i = 0; i < c->n; i++) {
        if (!(c->allowed[i] >> v[i] & 1))
            return false;
        count[v[i]]++;
        if (c->before[i] != ASSAY_SOLVE_UNKNOWN) {
            risen += v[i] > c->before[i];
            fallen += v[i] < c->before[i];
        }
        n_counted += c->counted[i];
        *points += c->counted[i] ? (int64_t)v[i] : 0;
    }
    for (size_t b = 0; b < BANDS; b++)
        if (!within(count[b], c->bands[b]))
            return false;
    /* the mean to the nearest band, halves down: up to n/2, 3n/2, 5n/2 points */
    const int64_t twice = 2 * *points;
    const size_t whole =
        (size_t)((twice > n_counted) + (twice > 3 * n_counted) + (twice > 5 * n_counted));
    return within(risen, c->risen) && within(fallen, c->fallen) && within(*points, c->points) &&
           (n_counted == 0 || (c->overall >> whole & 1));
}

static void first(size_t v[], size_t n)
{
    memset(v, 0, n * sizeof *v);
}

/* The next vector in lexicographic order. */
static bool next(size_t v[], size_t n)
{
    for (size_t i = n; i-- > 0;) {
        if (++v[i] < BANDS)
            return true;
        v[i] = 0;
    }
    return false;
}

/* Every vector that fits, in order, is the k-th; and all sums over them are right. */
static uint64_t compare_with_slow(const clue_set *c)
{
    const assay_clues clues = clues_of(c);
    assay_solve *solve = NULL;
    assert_ok(assay_solve_new(&context, scale, &clues, &solve));
    uint64_t found = 0, with[N][BANDS] = {{0}}, by_points[3 * N + 1] = {0};
    size_t v[N], got[N];
    int64_t points;
    first(v, c->n);
    do {
        if (!slow_fits(c, v, &points))
            continue;
        assert_ok(assay_solve_vector(solve, found, got));
        ck_assert(memcmp(v, got, c->n * sizeof *v) == 0);
        found++;
        by_points[points]++;
        for (size_t i = 0; i < c->n; i++)
            with[i][v[i]]++;
    } while (next(v, c->n));
    ck_assert_uint_eq(assay_solve_count(solve), found);
    assert_status(assay_solve_vector(solve, found, got), ASSAY_EDOM);
    for (size_t i = 0; i < c->n; i++)
        for (size_t b = 0; b < BANDS; b++)
            ck_assert_uint_eq(assay_solve_with(solve, i, b), with[i][b]);
    size_t k = 0;
    uint64_t vectors;
    for (int64_t p = 0; p <= 3 * N; p++) {
        int64_t at;
        if (by_points[p] == 0)
            continue;
        ck_assert(assay_solve_points(solve, k++, &at, &vectors));
        ck_assert(at == p && vectors == by_points[p]);
    }
    ck_assert(!assay_solve_points(solve, k, &points, &vectors));
    assay_solve_free(solve);
    return found;
}

/* ---- the clues of 2020 ----------------------------------------------------------------------- */

static void check_points(const clue_set *c, int64_t least, int64_t most)
{
    const assay_clues clues = clues_of(c);
    assay_solve *solve = NULL;
    int64_t points = -1;
    uint64_t vectors;
    assert_ok(assay_solve_new(&context, scale, &clues, &solve));
    ck_assert(assay_solve_points(solve, 0, &points, &vectors));
    ck_assert_int_eq(points, least);
    for (size_t k = 0; assay_solve_points(solve, k, &points, &vectors);)
        k++;
    ck_assert_int_eq(points, most);
    assay_solve_free(solve);
}

START_TEST(the_clues_of_april_2020_leave_16940_vectors_as_all_of_4_to_the_10_show)
{
    clue_set c = clues_of_2020();
    ck_assert_uint_eq(compare_with_slow(&c), 16940);
    check_points(&c, 16, 23);
    c.fallen = (assay_solve_span){0, 0};
    ck_assert_uint_eq(compare_with_slow(&c), 570);
    check_points(&c, 18, 23);
}
END_TEST

/* ---- any clues ------------------------------------------------------------------------------- */

static uint32_t state = 20260101;

static size_t below(size_t n) /* a small congruential generator is enough to make up clues */
{
    state = state * UINT32_C(1664525) + UINT32_C(1013904223);
    return (state >> 8) % n;
}

static assay_solve_span some_span(size_t most)
{
    if (below(3) > 0)
        return (assay_solve_span)ANY;
    const int64_t least = (int64_t)below(most);
    return (assay_solve_span){least, below(2) ? ASSAY_SOLVE_ANY : least + (int64_t)below(3)};
}

START_TEST(made_up_clues_leave_the_vectors_that_trying_all_leaves)
{
    uint64_t some = 0, none = 0;
    for (int round = 0; round < 400; round++) {
        clue_set c = no_clues(1 + below(5));
        for (size_t i = 0; i < c.n; i++) {
            c.allowed[i] = below(4) > 0 ? ALL : below(16);
            c.before[i] = below(4) > 0 ? below(BANDS) : ASSAY_SOLVE_UNKNOWN;
            c.counted[i] = i == 0 || below(4) > 0;
        }
        for (size_t b = 0; b < BANDS; b++)
            c.bands[b] = some_span(c.n + 1);
        c.risen = some_span(c.n + 1);
        c.fallen = some_span(c.n + 1);
        c.points = some_span(3 * c.n + 2);
        c.overall = below(2) ? ALL : 1 + below(15);
        *(compare_with_slow(&c) > 0 ? &some : &none) += 1;
    }
    ck_assert(some > 50 && none > 50);
}
END_TEST

START_TEST(without_a_clue_every_vector_fits)
{
    const clue_set c = no_clues(7);
    ck_assert_uint_eq(compare_with_slow(&c), 16384);
}
END_TEST

START_TEST(standards_that_do_not_count_are_rated_all_the_same)
{
    clue_set c = no_clues(2);
    c.counted[0] = c.counted[1] = false;
    ck_assert_uint_eq(compare_with_slow(&c), 16);
    c.counted[0] = true;
    c.overall = 1 << GOOD;
    ck_assert_uint_eq(compare_with_slow(&c), 4); /* the first is Good, the second anything */
}
END_TEST

START_TEST(points_need_not_begin_at_0_nor_rise_by_1)
{
    static const char text[] =
        "{\"id\":\"a\",\"title\":\"b\",\"bands\":[{\"name\":\"x\",\"points\":2,\"from\":0},"
        "{\"name\":\"y\",\"points\":7,\"from\":60}],\"rounding\":\"none\",\"standard\":\"lowest\","
        "\"overall\":\"mean_halves_up\",\"rules\":[],"
        "\"discretion\":{\"within_points\":0,\"cases\":0,\"small_sample\":0}}";
    assay_scale *other = scale_from(text, sizeof text - 1);
    clue_set c = no_clues(4);
    c.allowed[0] = c.allowed[1] = c.allowed[2] = c.allowed[3] = 3;
    c.overall = 2;
    const assay_clues clues = clues_of(&c);
    assay_solve *solve = NULL;
    int64_t points = 0;
    uint64_t vectors = 0;
    assert_ok(assay_solve_new(&context, other, &clues, &solve));
    ck_assert_uint_eq(assay_solve_count(solve), 11); /* 2, 3 or 4 of four: 6 + 4 + 1 */
    ck_assert(assay_solve_points(solve, 0, &points, &vectors) && points == 18 && vectors == 6);
    ck_assert(assay_solve_points(solve, 2, &points, &vectors) && points == 28 && vectors == 1);
    assay_solve_free(solve);
    assay_scale_free(other);
}
END_TEST

/* ---- large, wrong, stopped ------------------------------------------------------------------- */

static assay_status solve_alike(size_t n, assay_solve_span outstanding, uint64_t *count)
{
    static uint64_t allowed[ASSAY_SOLVE_STANDARDS + 1];
    static size_t before[ASSAY_SOLVE_STANDARDS + 1];
    static bool counted[ASSAY_SOLVE_STANDARDS + 1];
    for (size_t i = 0; i < n; i++) {
        allowed[i] = i < 25 ? ALL : 1 << OUTSTANDING;
        before[i] = ASSAY_SOLVE_UNKNOWN;
        counted[i] = true;
    }
    const assay_solve_span bands[BANDS] = {ANY, ANY, ANY, outstanding};
    const assay_clues clues = {.n = n,
                               .allowed = allowed,
                               .before = before,
                               .counted = counted,
                               .bands = bands,
                               .risen = ANY,
                               .fallen = ANY,
                               .points = ANY,
                               .overall = ALL};
    assay_solve *solve = NULL;
    const assay_status status = assay_solve_new(&context, scale, &clues, &solve);
    *count = status == ASSAY_OK ? assay_solve_count(solve) : 0;
    assay_solve_free(solve);
    return status;
}

START_TEST(vectors_beyond_any_list_are_counted)
{
    uint64_t count;
    assert_ok(solve_alike(25, (assay_solve_span)ANY, &count));
    ck_assert_uint_eq(count, UINT64_C(1) << 50);
    assert_ok(solve_alike(25, (assay_solve_span){3, 3}, &count));
    ck_assert_uint_eq(count, UINT64_C(2300) * UINT64_C(31381059609)); /* C(25,3) 3^22 */
    assert_ok(solve_alike(60, (assay_solve_span){38, ASSAY_SOLVE_ANY}, &count));
    uint64_t power = 1; /* 3 or more of the 25 that are not known: all but 0, 1 and 2 */
    for (int i = 0; i < 23; i++)
        power *= 3;
    ck_assert_uint_eq(count, (UINT64_C(1) << 50) - power * 9 - 25 * power * 3 - 300 * power);
}
END_TEST

START_TEST(too_much_is_refused)
{
    uint64_t count;
    assert_status(solve_alike(ASSAY_SOLVE_STANDARDS + 1, (assay_solve_span)ANY, &count),
                  ASSAY_EDOM);
    assert_status(solve_alike(0, (assay_solve_span)ANY, &count), ASSAY_EDOM);
    /* 1000 standards have 3001 sums of points; 3 times as many states, 1001 times over, pass 2^23 */
    assert_ok(solve_alike(ASSAY_SOLVE_STANDARDS, (assay_solve_span)ANY, &count));
    ck_assert_uint_eq(count, UINT64_C(1) << 50);
    assert_ok(solve_alike(ASSAY_SOLVE_STANDARDS, (assay_solve_span){0, 1}, &count));
    ck_assert_uint_eq(count, 0); /* 975 are Outstanding */
    assert_status(solve_alike(ASSAY_SOLVE_STANDARDS, (assay_solve_span){0, 2}, &count),
                  ASSAY_ENUMERIC);
    ck_assert_ptr_nonnull(strstr(context.error.message, "too much to keep"));
    uint64_t allowed[32];
    size_t before[32];
    bool counted[32];
    const assay_solve_span bands[BANDS] = {ANY, ANY, ANY, ANY};
    assay_solve *solve = NULL;
    for (size_t i = 0; i < 32; i++) {
        allowed[i] = ALL;
        before[i] = ASSAY_SOLVE_UNKNOWN;
        counted[i] = true;
    }
    assay_clues clues = {.n = 32,
                         .allowed = allowed,
                         .before = before,
                         .counted = counted,
                         .bands = bands,
                         .risen = ANY,
                         .fallen = ANY,
                         .points = ANY,
                         .overall = ALL};
    assert_status(assay_solve_new(&context, scale, &clues, &solve), ASSAY_ENUMERIC);
    ck_assert_ptr_nonnull(strstr(context.error.message, "2^63"));
    allowed[31] = 3; /* 2^63 */
    assert_status(assay_solve_new(&context, scale, &clues, &solve), ASSAY_ENUMERIC);
    clues.n = 31; /* 2^62 */
    assert_ok(assay_solve_new(&context, scale, &clues, &solve));
    ck_assert_uint_eq(assay_solve_count(solve), UINT64_C(1) << 62);
    assay_solve_free(solve);
}
END_TEST

static const struct {
    const char *what;
    size_t before;
    assay_solve_span risen, band, points;
    uint64_t overall;
    bool counted;
} wrong[] = {
    {"a band before that is none", 4, ANY, ANY, ANY, ALL, true},
    {"risen below 0", 0, {-1, 2}, ANY, ANY, ALL, true},
    {"more risen than the most", 0, {3, 2}, ANY, ANY, ALL, true},
    {"a band's count turned round", 0, ANY, {2, 1}, ANY, ALL, true},
    {"points turned round", 0, ANY, ANY, {5, 4}, ALL, true},
    {"a whole of nothing", 0, ANY, ANY, ANY, 1, false},
    {"points of nothing", 0, ANY, ANY, {0, 3}, ALL, false},
};

START_TEST(clues_that_make_no_sense_are_refused)
{
    clue_set c = no_clues(1);
    c.before[0] = wrong[_i].before;
    c.risen = wrong[_i].risen;
    c.bands[GOOD] = wrong[_i].band;
    c.points = wrong[_i].points;
    c.overall = wrong[_i].overall;
    c.counted[0] = wrong[_i].counted;
    const assay_clues clues = clues_of(&c);
    assay_solve *solve = NULL;
    ck_assert_msg(assay_solve_new(&context, scale, &clues, &solve) == ASSAY_EDOM, "%s",
                  wrong[_i].what);
    ck_assert_ptr_null(solve);
}
END_TEST

START_TEST(clues_that_contradict_each_other_leave_none)
{
    clue_set c = clues_of_2020();
    c.points = (assay_solve_span){26, 30};
    ck_assert_uint_eq(compare_with_slow(&c), 0);
    c = clues_of_2020();
    c.bands[OUTSTANDING] = (assay_solve_span){11, ASSAY_SOLVE_ANY};
    ck_assert_uint_eq(compare_with_slow(&c), 0);
    c = clues_of_2020();
    c.bands[OUTSTANDING] = (assay_solve_span){INT64_MAX - 1, ASSAY_SOLVE_ANY};
    ck_assert_uint_eq(compare_with_slow(&c), 0);
    c = clues_of_2020();
    c.allowed[3] = 0;
    ck_assert_uint_eq(compare_with_slow(&c), 0);
}
END_TEST

static uint64_t polls;

static assay_status stop_at_third(void *self, uint64_t done, uint64_t total)
{
    (void)self;
    ck_assert(done <= total);
    return ++polls == 3 ? ASSAY_ESTOPPED : ASSAY_OK;
}

START_TEST(a_long_count_is_polled_and_can_be_stopped)
{
    uint64_t count;
    context = (assay_context){.poll = stop_at_third};
    assert_status(solve_alike(300, (assay_solve_span)ANY, &count), ASSAY_ESTOPPED);
    ck_assert_uint_eq(polls, 3);
    context = (assay_context){0};
}
END_TEST

START_TEST(every_lack_of_memory_is_reported_and_leaves_nothing)
{
    const clue_set c = clues_of_2020();
    const assay_clues clues = clues_of(&c);
    const size_t before = assay_memory_in_use();
    assay_status status = ASSAY_ENOMEM;
    uint64_t k = 0;
    while (status != ASSAY_OK) {
        assay_solve *solve = NULL;
        assay_memory_fail_at(++k, false);
        status = assay_solve_new(&context, scale, &clues, &solve);
        assay_memory_fail_at(0, false);
        ck_assert(status == ASSAY_OK || status == ASSAY_ENOMEM);
        assay_solve_free(solve);
        ck_assert_uint_eq(assay_memory_in_use(), before);
    }
    ck_assert_uint_eq(k, 10);
    assay_solve_free(NULL);
}
END_TEST

#define ROWS(array) (int)(sizeof(array) / sizeof(array)[0])

int main(void)
{
    Suite *suite = suite_create("solve");
    TCase *solve = tcase_create("solve");
    tcase_add_checked_fixture(solve, make_scale, drop_scale);
    tcase_add_test(solve, the_clues_of_april_2020_leave_16940_vectors_as_all_of_4_to_the_10_show);
    tcase_add_test(solve, made_up_clues_leave_the_vectors_that_trying_all_leaves);
    tcase_add_test(solve, without_a_clue_every_vector_fits);
    tcase_add_test(solve, standards_that_do_not_count_are_rated_all_the_same);
    tcase_add_test(solve, points_need_not_begin_at_0_nor_rise_by_1);
    tcase_add_test(solve, vectors_beyond_any_list_are_counted);
    tcase_add_test(solve, too_much_is_refused);
    tcase_add_loop_test(solve, clues_that_make_no_sense_are_refused, 0, ROWS(wrong));
    tcase_add_test(solve, clues_that_contradict_each_other_leave_none);
    tcase_add_test(solve, a_long_count_is_polled_and_can_be_stopped);
    tcase_add_test(solve, every_lack_of_memory_is_reported_and_leaves_nothing);
    suite_add_tcase(suite, solve);
    return run_suite(suite);
}
