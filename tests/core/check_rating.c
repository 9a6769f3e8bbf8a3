#include "check.h"

#include "data/json.h"
#include "judge/rating.h"

static assay_context context;
static assay_scale *scale; /* data/scales/probation-2018.json, made afresh for each test */

enum { INADEQUATE, REQUIRES_IMPROVEMENT, GOOD, OUTSTANDING };

static char *read_file(const char *path, size_t *length)
{
    static char text[100000];
    FILE *file = fopen(path, "r");
    ck_assert_msg(file != NULL, "%s: cannot be opened", path);
    *length = fread(text, 1, sizeof text - 1, file);
    text[*length] = '\0';
    fclose(file);
    return text;
}

static assay_status scale_from(const char *text, size_t length, assay_scale **made)
{
    assay_json *json = NULL;
    const assay_status read = assay_json_parse(&context, text, length, "scale.json", &json);
    ck_assert_msg(read == ASSAY_OK, "%s", context.error.message);
    const assay_status status = assay_scale_from_json(&context, json, made);
    assay_json_free(json);
    return status;
}

/* The shipped scale with the first `old` in its file replaced by `new`. */
static assay_status changed_scale(const char *old, const char *new, assay_scale **made)
{
    static char text[100000];
    size_t length;
    const char *shipped = read_file("data/scales/probation-2018.json", &length);
    const char *at = strstr(shipped, old);
    ck_assert_msg(at != NULL, "%s is not in the scale", old);
    const int n = snprintf(text, sizeof text, "%.*s%s%s", (int)(at - shipped), shipped, new,
                           at + strlen(old));
    return scale_from(text, (size_t)n, made);
}

static void make_scale(void)
{
    assert_ok(changed_scale("", "", &scale));
}

static void drop_scale(void)
{
    assay_scale_free(scale);
}

/* ---- the scale ------------------------------------------------------------------------------- */

START_TEST(the_shipped_scale_has_four_bands_and_says_what_is_verified)
{
    static const char *const names[] = {"Inadequate", "Requires improvement", "Good",
                                        "Outstanding"};
    static const int from[] = {0, 50, 65, 80};
    ck_assert_str_eq(assay_scale_id(scale), "probation-2018");
    ck_assert_uint_eq(assay_scale_n_bands(scale), 4);
    for (size_t i = 0, found; i < 4; i++) {
        ck_assert_str_eq(assay_scale_band(scale, i)->name, names[i]);
        ck_assert_int_eq(assay_scale_band(scale, i)->points, (int64_t)i);
        ck_assert_int_eq(assay_scale_band(scale, i)->from, from[i]);
        assert_ok(assay_scale_band_named(scale, names[i], &found));
        ck_assert_uint_eq(found, i);
    }
    size_t band = 7, verified = 0;
    for (size_t i = 0; i < assay_scale_n_rules(scale); i++)
        verified += assay_scale_rule_at(scale, i)->verified;
    ck_assert_uint_eq(assay_scale_n_rules(scale), 9);
    ck_assert_uint_eq(verified, 4);
    ck_assert_str_eq(assay_scale_rule_at(scale, 0)->id, "bands");
    ck_assert(!assay_scale_rule_at(scale, 0)->verified);
    ck_assert_ptr_null(assay_scale_band(scale, 4));
    ck_assert_ptr_null(assay_scale_rule_at(scale, 9));
    assert_status(assay_scale_band_named(scale, "good", &band), ASSAY_EUNKNOWN);
    ck_assert_uint_eq(band, 7);
}
END_TEST

static const struct {
    const char *old, *new, *argument;
} broken[] = {
    {"\"id\": \"probation-2018\"", "\"id\": \"\"", "id"},
    {"\"id\": \"probation-2018\"", "\"id\": 7", "id"},
    {"\"id\": \"probation-2018\",", "", "id"},
    {"\"title\"", "\"titel\"", "titel"},
    {"\"bands\": [", "\"bands\": {}, \"extra\": [", "extra"},
    {"\"from\": 0", "\"from\": 1", "from"},
    {"\"from\": 50", "\"from\": 0", "from"},
    {"\"from\": 50", "\"from\": 50.5", "from"},
    {"\"from\": 80", "\"from\": 101", "from"},
    {"\"from\": 80", "\"from\": \"80\"", "from"},
    {"\"from\": 80", "\"from\": 80, \"to\": 100", "to"},
    {"\"points\": 1,", "\"points\": 0,", "points"},
    {"\"points\": 0,", "\"points\": -1,", "points"},
    {"\"points\": 1,", "", "points"},
    {"\"name\": \"Good\"", "\"name\": \"Inadequate\"", "name"},
    {"\"rounding\": \"half_up\"", "\"rounding\": \"half_down\"", "rounding"},
    {"\"rounding\": \"half_up\"", "\"rounding\": null", "rounding"},
    {"\"standard\": \"lowest\"", "\"standard\": \"mean\"", "standard"},
    {"\"overall\": \"mean_halves_down\"", "\"overall\": \"sum\"", "overall"},
    {"\"within_points\": 5", "\"within_points\": -5", "within_points"},
    {"\"cases\": 1", "\"cases\": 0.5", "cases"},
    {"\"small_sample\": 5", "\"small_samples\": 5", "small_samples"},
    {"\"discretion\": {", "\"discretion\": [], \"x\": {", "x"},
    {"\"verified\": false", "\"verified\": \"no\"", "verified"},
    {"\"verified\": false", "\"checked\": false", "checked"},
    {"\"id\": \"lowest\"", "\"id\": \"bands\"", "id"},
};

START_TEST(a_scale_that_is_not_right_is_refused_by_the_name_of_the_key)
{
    assay_scale *made = NULL;
    assert_status(changed_scale(broken[_i].old, broken[_i].new, &made), ASSAY_EFORMAT);
    ck_assert_str_eq(context.error.argument, broken[_i].argument);
    ck_assert_ptr_nonnull(strstr(context.error.message, broken[_i].argument));
    ck_assert_ptr_null(made);
}
END_TEST

START_TEST(bands_that_overlap_and_unknown_keys_are_told_in_full)
{
    assay_scale *made = NULL;
    assert_status(changed_scale("\"from\": 65", "\"from\": 50", &made), ASSAY_EFORMAT);
    ck_assert_str_eq(context.error.message,
                     "'from' in a rating scale must rise from band to band: there is an overlap of "
                     "'Good' and 'Requires improvement' before it");
    assert_status(changed_scale("\"points\": 2", "\"points\": 1", &made), ASSAY_EFORMAT);
    ck_assert_str_eq(context.error.message, "'points' in a rating scale must rise from band to band: "
                                            "compare 'Good' and 'Requires improvement' before it");
    assert_status(changed_scale("\"cases\": 1", "\"case\": 1", &made), ASSAY_EFORMAT);
    ck_assert_str_eq(context.error.message, "'case' in a rating scale is not a key known here; "
                                            "known are within_points, cases, small_sample");
    assert_status(changed_scale("\"title\"", "\"titel\"", &made), ASSAY_EFORMAT);
    ck_assert_ptr_nonnull(strstr(context.error.message, "known are id, title, bands, rounding, "
                                                        "standard, discretion, overall, rules"));
    ck_assert_ptr_null(made);
}
END_TEST

START_TEST(a_scale_is_an_object_with_two_bands_or_more)
{
    static const char one[] =
        "{\"id\":\"a\",\"title\":\"b\",\"bands\":[{\"name\":\"c\",\"points\":0,\"from\":0}],"
        "\"rounding\":\"none\",\"standard\":\"lowest\",\"overall\":\"mean_halves_up\",\"rules\":[],"
        "\"discretion\":{\"within_points\":0,\"cases\":0,\"small_sample\":0}}";
    assay_scale *made = NULL;
    assert_status(scale_from(one, sizeof one - 1, &made), ASSAY_EFORMAT);
    ck_assert_str_eq(context.error.argument, "bands");
    assert_status(scale_from("[]", 2, &made), ASSAY_EFORMAT);
    assert_status(assay_scale_from_json(&context, NULL, &made), ASSAY_EFORMAT);
    assay_scale_free(NULL);
}
END_TEST

START_TEST(every_lack_of_memory_is_reported_and_leaves_nothing)
{
    size_t length;
    const char *text = read_file("data/scales/probation-2018.json", &length);
    assay_json *json;
    assert_ok(assay_json_parse(&context, text, length, "scale.json", &json));
    const size_t before = assay_memory_in_use();
    assay_status status = ASSAY_ENOMEM;
    for (uint64_t k = 1; status != ASSAY_OK; k++) {
        assay_scale *made = NULL;
        assay_memory_fail_at(k, false);
        status = assay_scale_from_json(&context, json, &made);
        assay_memory_fail_at(0, false);
        ck_assert(status == ASSAY_OK || status == ASSAY_ENOMEM);
        ck_assert(status == ASSAY_ENOMEM || k > 30);
        assay_scale_free(made);
        ck_assert_uint_eq(assay_memory_in_use(), before);
    }
    assay_json_free(json);
}
END_TEST

/* ---- a share --------------------------------------------------------------------------------- */

START_TEST(bands_begin_at_50_65_and_80_per_cent)
{
    static const int first[] = {0, 50, 65, 80, 101};
    for (size_t want = 0; want < 4; want++)
        for (int percent = first[want]; percent < first[want + 1]; percent++) {
            size_t band;
            assert_ok(assay_rating_of_percent(scale, percent, &band));
            ck_assert_uint_eq(band, want);
        }
    size_t band = 7;
    assert_status(assay_rating_of_percent(scale, -1, &band), ASSAY_EDOM);
    assert_status(assay_rating_of_percent(scale, 101, &band), ASSAY_EDOM);
    ck_assert_uint_eq(band, 7);
}
END_TEST

/* How many of 50, 65 and 80 the share reaches. */
static size_t slow_band(int x, int m, int rounded)
{
    static const int from[] = {50, 65, 80};
    size_t band = 0;
    for (int i = 0; i < 3; i++)
        band += rounded ? 200 * x >= (2 * from[i] - 1) * m : 100 * x >= from[i] * m;
    return band;
}

START_TEST(rounded_and_unrounded_bands_are_exact_and_told_apart)
{
    assay_scale *unrounded;
    int disputed = 0;
    assert_ok(changed_scale("\"rounding\": \"half_up\"", "\"rounding\": \"none\"", &unrounded));
    for (int m = 1; m <= 250; m++)
        for (int x = 0; x <= m; x++) {
            assay_banding r, u;
            assert_ok(assay_rating_of_counts(scale, x, m, &r));
            assert_ok(assay_rating_of_counts(unrounded, x, m, &u));
            ck_assert_uint_eq(r.band, slow_band(x, m, 1));
            ck_assert_uint_eq(u.band, slow_band(x, m, 0));
            ck_assert(r.other == u.band && u.other == r.band);
            disputed += r.band != r.other;
        }
    ck_assert_int_gt(disputed, 100);
    assay_scale_free(unrounded);
}
END_TEST

START_TEST(exact_halves_of_a_per_cent_are_rounded_up)
{
    assay_banding b;
    assert_ok(assay_rating_of_counts(scale, 99, 200, &b)); /* 49.5 */
    ck_assert(b.band == REQUIRES_IMPROVEMENT && b.other == INADEQUATE);
    assert_ok(assay_rating_of_counts(scale, 129, 200, &b)); /* 64.5 */
    ck_assert(b.band == GOOD && b.other == REQUIRES_IMPROVEMENT);
    assert_ok(assay_rating_of_counts(scale, 494, 1000, &b)); /* 49.4 */
    ck_assert(b.band == INADEQUATE && b.other == INADEQUATE);
    assert_ok(assay_rating_of_counts(scale, 13, 20, &b)); /* 65 and not 64.99... */
    ck_assert(b.band == GOOD && b.other == GOOD);
    assert_ok(assay_rating_of_counts(scale, ASSAY_RATING_CASES, ASSAY_RATING_CASES, &b));
    ck_assert_uint_eq(b.band, OUTSTANDING);
}
END_TEST

START_TEST(counts_outside_their_domain_are_refused)
{
    assay_banding b = {7, 7};
    assert_status(assay_rating_of_counts(scale, 0, 0, &b), ASSAY_EDOM);
    assert_status(assay_rating_of_counts(scale, 3, 2, &b), ASSAY_EDOM);
    assert_status(assay_rating_of_counts(scale, -1, 2, &b), ASSAY_EDOM);
    assert_status(assay_rating_of_counts(scale, 0, ASSAY_RATING_CASES + 1, &b), ASSAY_EDOM);
    ck_assert_uint_eq(b.band, 7);
}
END_TEST

/* ---- a standard ------------------------------------------------------------------------------ */

#define COUNTED(x, m)                                                                              \
    {                                                                                              \
        .kind = ASSAY_COUNTED, .yes = (x), .relevant = (m)                                         \
    }
#define PRINTED(p)                                                                                 \
    {                                                                                              \
        .kind = ASSAY_PRINTED, .percent = (p)                                                      \
    }

/* The six case-based standards of the report of March 2019, before discretion. */
static const struct {
    const char *id;
    int n, percents[4];
    size_t band, driver;
    double to_next_points;
    unsigned discretion;
} printed_standards[] = {
    {"2.1", 3, {63, 57, 47}, INADEQUATE, 2, 3, ASSAY_NEAR_EDGE},
    {"2.2", 3, {61, 60, 36}, INADEQUATE, 2, 14, 0},
    {"2.3", 3, {73, 52, 42}, INADEQUATE, 2, 8, 0},
    {"2.4", 3, {65, 46, 33}, INADEQUATE, 2, 17, 0},
    {"4.1", 4, {61, 83, 74, 70}, REQUIRES_IMPROVEMENT, 0, 4, ASSAY_NEAR_EDGE},
    {"4.2", 3, {50, 50, 50}, REQUIRES_IMPROVEMENT, 0, 15, ASSAY_NEAR_EDGE},
};

START_TEST(standards_of_march_2019_follow_from_their_percentages)
{
    assay_question questions[4];
    assay_standard s;
    for (int j = 0; j < printed_standards[_i].n; j++)
        questions[j] = (assay_question)PRINTED(printed_standards[_i].percents[j]);
    assert_ok(
        assay_rating_of_standard(&context, scale, questions, (size_t)printed_standards[_i].n, &s));
    ck_assert_uint_eq(s.band, printed_standards[_i].band);
    ck_assert_uint_eq(s.driver, printed_standards[_i].driver);
    ck_assert_double_eq(s.to_next_points, printed_standards[_i].to_next_points);
    ck_assert_int_eq(s.to_next_cases, ASSAY_NOT_KNOWN);
    ck_assert_uint_eq(s.discretion, printed_standards[_i].discretion);
    ck_assert(!s.disputed && s.left_out == 0);
}
END_TEST

START_TEST(one_more_case_lifts_unpaid_work)
{
    const assay_question q[] = {COUNTED(14, 23), COUNTED(19, 23), COUNTED(17, 23), COUNTED(16, 23)};
    assay_standard s;
    assert_ok(assay_rating_of_standard(&context, scale, q, 4, &s));
    ck_assert_uint_eq(s.band, REQUIRES_IMPROVEMENT);
    ck_assert_double_eq(s.to_next_points, 4); /* 61, rounded, under 65 */
    ck_assert_int_eq(s.to_next_cases, 1);     /* 15 of 23 are 65.2 */
    ck_assert_uint_eq(s.discretion, ASSAY_NEAR_EDGE | ASSAY_FEW_CASES);
}
END_TEST

START_TEST(every_question_that_holds_the_rating_must_rise)
{
    /* 19/58 needs 10 more for 29/58; 90/200 needs 9 for 99/200, which round to 50 */
    const assay_question q[] = {COUNTED(90, 200), COUNTED(19, 58), COUNTED(65, 100)};
    assay_standard s;
    assert_ok(assay_rating_of_standard(&context, scale, q, 3, &s));
    ck_assert(s.band == INADEQUATE && s.driver == 1);
    ck_assert_int_eq(s.to_next_cases, 10);
    const assay_question more[] = {COUNTED(80, 200), COUNTED(19, 58)};
    assert_ok(assay_rating_of_standard(&context, scale, more, 2, &s));
    ck_assert_uint_eq(s.driver, 1);
    ck_assert_int_eq(s.to_next_cases, 19); /* the driver alone would need 10 */
    const assay_question half_known[] = {PRINTED(46), COUNTED(19, 58)};
    assert_ok(assay_rating_of_standard(&context, scale, half_known, 2, &s));
    ck_assert_int_eq(s.to_next_cases, ASSAY_NOT_KNOWN);
    const assay_question above[] = {PRINTED(65), COUNTED(19, 58)};
    assert_ok(assay_rating_of_standard(&context, scale, above, 2, &s));
    ck_assert_int_eq(s.to_next_cases, 10);
}
END_TEST

/* Counted one by one: how many more yes lift each question out of the band; the most of these. */
static int64_t slow_cases(const assay_scale *by, const assay_question *q, size_t n, size_t band)
{
    int64_t most = 0;
    for (size_t i = 0; i < n; i++) {
        assay_banding b;
        int64_t more = -1;
        do
            assert_ok(assay_rating_of_counts(by, q[i].yes + ++more, q[i].relevant, &b));
        while (b.band == band);
        most = more > most ? more : most;
    }
    return most;
}

START_TEST(cases_to_the_next_band_are_those_counted_one_by_one)
{
    assay_scale *unrounded;
    assert_ok(changed_scale("\"rounding\": \"half_up\"", "\"rounding\": \"none\"", &unrounded));
    for (int rounded = 0; rounded < 2; rounded++)
        for (int m = 1; m <= 60; m++)
            for (int x = 0; x <= m; x++) {
                const assay_scale *by = rounded ? scale : unrounded;
                const assay_question q[] = {COUNTED(x, m), COUNTED(31, 47)};
                assay_standard s;
                assert_ok(assay_rating_of_standard(&context, by, q, 2, &s));
                ck_assert_int_eq(s.to_next_cases, slow_cases(by, q, 2, s.band));
            }
    assay_scale_free(unrounded);
}
END_TEST

START_TEST(nothing_is_lacking_in_the_highest_band)
{
    const assay_question q[] = {COUNTED(95, 100), COUNTED(88, 100)};
    assay_standard s;
    assert_ok(assay_rating_of_standard(&context, scale, q, 2, &s));
    ck_assert(s.band == OUTSTANDING && s.driver == 1);
    ck_assert_double_eq(s.to_next_points, 0);
    ck_assert_int_eq(s.to_next_cases, 0);
    ck_assert_uint_eq(s.discretion, 0);
}
END_TEST

static unsigned reasons_of(int64_t x, int64_t m)
{
    const assay_question q[] = {COUNTED(x, m), COUNTED(900, 1000)};
    assay_standard s;
    assert_ok(assay_rating_of_standard(&context, scale, q, 2, &s));
    return s.discretion;
}

START_TEST(discretion_is_possible_near_an_edge_by_one_case_or_in_a_small_sample)
{
    ck_assert_uint_eq(reasons_of(444, 1000), 0);
    ck_assert_uint_eq(reasons_of(445, 1000), ASSAY_NEAR_EDGE); /* 44.5 rounds to 45, 5 under 50 */
    ck_assert_uint_eq(reasons_of(550, 1000), ASSAY_NEAR_EDGE); /* 5 above 50 */
    ck_assert_uint_eq(reasons_of(560, 1000), 0);
    ck_assert_uint_eq(reasons_of(600, 1000), ASSAY_NEAR_EDGE); /* 5 under 65 */
    ck_assert_uint_eq(reasons_of(850, 1000), ASSAY_NEAR_EDGE);
    ck_assert_uint_eq(reasons_of(860, 1000), 0);
    ck_assert_uint_eq(reasons_of(5, 9), ASSAY_FEW_CASES); /* 4 of 9: lower; 6 of 9: higher */
    ck_assert_uint_eq(reasons_of(3, 7), ASSAY_FEW_CASES); /* 43 per cent; 4 of 7 would do */
    ck_assert_uint_eq(reasons_of(0, 6), 0);
    ck_assert_uint_eq(reasons_of(0, 5), ASSAY_SMALL_SAMPLE);
    ck_assert_uint_eq(reasons_of(5, 5), ASSAY_SMALL_SAMPLE); /* 4 of 5 would still do */
}
END_TEST

START_TEST(a_small_sample_counts_only_where_it_holds_the_rating)
{
    const assay_question q[] = {COUNTED(5, 5), COUNTED(300, 1000)};
    assay_standard s;
    assert_ok(assay_rating_of_standard(&context, scale, q, 2, &s));
    ck_assert_uint_eq(s.discretion, 0);
}
END_TEST

START_TEST(reasons_for_discretion_can_be_switched_off)
{
    static const char all[] = "\"within_points\": 5,\n    \"cases\": 1,\n    \"small_sample\": 5";
    static const char none[] = "\"within_points\": 0, \"cases\": 0, \"small_sample\": 0";
    const assay_question q[] = {COUNTED(2, 4)};
    assay_scale *strict;
    assay_standard s;
    assert_ok(assay_rating_of_standard(&context, scale, q, 1, &s));
    ck_assert_uint_eq(s.discretion, ASSAY_NEAR_EDGE | ASSAY_FEW_CASES | ASSAY_SMALL_SAMPLE);
    assert_ok(changed_scale(all, none, &strict));
    assert_ok(assay_rating_of_standard(&context, strict, q, 1, &s));
    ck_assert_uint_eq(s.discretion, 0);
    assay_scale_free(strict);
}
END_TEST

START_TEST(points_to_the_next_band_are_exact_where_nothing_is_rounded)
{
    const assay_question q[] = {COUNTED(27, 74)};
    assay_scale *unrounded;
    assay_standard s;
    assert_ok(assay_rating_of_standard(&context, scale, q, 1, &s));
    ck_assert_double_eq(s.to_next_points, 14);
    assert_ok(changed_scale("\"rounding\": \"half_up\"", "\"rounding\": \"none\"", &unrounded));
    assert_ok(assay_rating_of_standard(&context, unrounded, q, 1, &s));
    assert_close(s.to_next_points, 50 - 2700.0 / 74, 1e-14);
    const assay_question edge[] = {COUNTED(99, 200)};
    assert_ok(assay_rating_of_standard(&context, unrounded, edge, 1, &s));
    ck_assert(s.disputed && s.band == INADEQUATE);
    assay_scale_free(unrounded);
}
END_TEST

START_TEST(a_question_without_relevant_cases_is_left_out_and_counted)
{
    const assay_question q[] = {COUNTED(0, 0), COUNTED(30, 40), COUNTED(0, 0)};
    assay_standard s = {.band = 7};
    assert_ok(assay_rating_of_standard(&context, scale, q, 3, &s));
    ck_assert(s.band == GOOD && s.driver == 1 && s.left_out == 2);
    s.band = 7;
    assert_status(assay_rating_of_standard(&context, scale, q, 1, &s), ASSAY_EMISSING);
    assert_status(assay_rating_of_standard(&context, scale, NULL, 0, &s), ASSAY_EMISSING);
    ck_assert_uint_eq(s.band, 7);
}
END_TEST

START_TEST(the_first_of_equal_shares_is_the_driver)
{
    const assay_question q[] = {COUNTED(3, 4), COUNTED(1, 2), PRINTED(50), COUNTED(12, 24)};
    assay_standard s;
    assert_ok(assay_rating_of_standard(&context, scale, q, 4, &s));
    ck_assert_uint_eq(s.driver, 1);
}
END_TEST

START_TEST(a_share_that_cannot_be_is_refused_with_its_row)
{
    const assay_question wrong[] = {COUNTED(3, 2), COUNTED(1, 0), COUNTED(-1, 5), PRINTED(101),
                                    PRINTED(-1)};
    assay_standard s = {.band = 7};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        const assay_question q[] = {PRINTED(50), wrong[i]};
        assert_status(assay_rating_of_standard(&context, scale, q, 2, &s), ASSAY_EDOM);
        ck_assert_uint_eq(context.error.row, 2);
    }
    ck_assert_uint_eq(s.band, 7);
}
END_TEST

/* ---- the whole ------------------------------------------------------------------------------- */

/* The last points of Inadequate, Requires improvement and Good, by number of standards. */
static const struct {
    const char *programme;
    int standards, last[3];
} programmes[] = {
    {"CRC and NPS 2018-21", 10, {5, 15, 25}},
    {"YOS 2018-25", 12, {6, 18, 30}},
    {"PDU 2021-23", 9, {4, 13, 22}},
    {"PDU from late 2023", 7, {3, 10, 17}},
    {"YOS with eight rated standards", 8, {4, 12, 20}},
};

START_TEST(points_give_the_overall_band_in_every_programme)
{
    const int n = programmes[_i].standards;
    for (int points = 0; points <= 3 * n; points++) {
        size_t want = 0;
        assay_overall o;
        for (int i = 0; i < 3; i++)
            want += points > programmes[_i].last[i];
        assert_ok(assay_rating_of_points(scale, points, (size_t)n, &o));
        ck_assert_msg(o.band == want, "%s: %d", programmes[_i].programme, points);
        ck_assert(o.points == points && o.maximum == 3 * n);
    }
}
END_TEST

START_TEST(ten_standards_of_march_2019_give_13_points_and_requires_improvement)
{
    const size_t bands[] = {OUTSTANDING, GOOD,       GOOD,       GOOD, REQUIRES_IMPROVEMENT,
                            INADEQUATE,  INADEQUATE, INADEQUATE, GOOD, REQUIRES_IMPROVEMENT};
    assay_overall o;
    assert_ok(assay_rating_overall(scale, bands, 10, &o));
    ck_assert(o.band == REQUIRES_IMPROVEMENT && o.points == 13 && o.maximum == 30);
}
END_TEST

static void youth_row(char *fields[REFERENCE_FIELDS])
{
    assay_overall o;
    assert_ok(assay_rating_of_points(scale, atoi(fields[3]), (size_t)atoi(fields[2]), &o));
    ck_assert_msg(strcmp(assay_scale_band(scale, o.band)->name, fields[4]) == 0, "%s", fields[0]);
}

START_TEST(printed_overall_ratings_of_youth_inspections_follow_from_their_points)
{
    ck_assert_int_eq(for_each_reference("youth_inspections.csv", youth_row), 81);
}
END_TEST

START_TEST(exact_halves_go_up_where_the_scale_says_so)
{
    assay_scale *generous;
    assay_overall o;
    assert_ok(changed_scale("mean_halves_down", "mean_halves_up", &generous));
    assert_ok(assay_rating_of_points(generous, 15, 10, &o));
    ck_assert_uint_eq(o.band, GOOD);
    assert_ok(assay_rating_of_points(generous, 14, 10, &o));
    ck_assert_uint_eq(o.band, REQUIRES_IMPROVEMENT);
    assay_scale_free(generous);
}
END_TEST

START_TEST(standards_that_cannot_be_are_refused)
{
    const size_t bands[] = {GOOD, 4};
    assay_overall o = {.points = 7};
    assert_status(assay_rating_overall(scale, bands, 0, &o), ASSAY_EDOM);
    assert_status(assay_rating_overall(scale, bands, 2, &o), ASSAY_EDOM);
    assert_status(assay_rating_of_points(scale, 0, 0, &o), ASSAY_EDOM);
    assert_status(assay_rating_of_points(scale, 31, 10, &o), ASSAY_EDOM);
    assert_status(assay_rating_of_points(scale, -1, 10, &o), ASSAY_EDOM);
    ck_assert(o.points == 7 && o.maximum == 0);
}
END_TEST

#define ROWS(array) (int)(sizeof(array) / sizeof(array)[0])

int main(void)
{
    Suite *suite = suite_create("rating");
    TCase *scales = tcase_create("the scale");
    tcase_add_checked_fixture(scales, make_scale, drop_scale);
    tcase_add_test(scales, the_shipped_scale_has_four_bands_and_says_what_is_verified);
    tcase_add_loop_test(scales, a_scale_that_is_not_right_is_refused_by_the_name_of_the_key, 0,
                        ROWS(broken));
    tcase_add_test(scales, bands_that_overlap_and_unknown_keys_are_told_in_full);
    tcase_add_test(scales, a_scale_is_an_object_with_two_bands_or_more);
    tcase_add_test(scales, every_lack_of_memory_is_reported_and_leaves_nothing);
    suite_add_tcase(suite, scales);
    TCase *shares = tcase_create("a share");
    tcase_add_checked_fixture(shares, make_scale, drop_scale);
    tcase_add_test(shares, bands_begin_at_50_65_and_80_per_cent);
    tcase_add_test(shares, rounded_and_unrounded_bands_are_exact_and_told_apart);
    tcase_add_test(shares, exact_halves_of_a_per_cent_are_rounded_up);
    tcase_add_test(shares, counts_outside_their_domain_are_refused);
    suite_add_tcase(suite, shares);
    TCase *standards = tcase_create("a standard");
    tcase_add_checked_fixture(standards, make_scale, drop_scale);
    tcase_add_loop_test(standards, standards_of_march_2019_follow_from_their_percentages, 0,
                        ROWS(printed_standards));
    tcase_add_test(standards, one_more_case_lifts_unpaid_work);
    tcase_add_test(standards, every_question_that_holds_the_rating_must_rise);
    tcase_add_test(standards, cases_to_the_next_band_are_those_counted_one_by_one);
    tcase_add_test(standards, nothing_is_lacking_in_the_highest_band);
    tcase_add_test(standards, discretion_is_possible_near_an_edge_by_one_case_or_in_a_small_sample);
    tcase_add_test(standards, a_small_sample_counts_only_where_it_holds_the_rating);
    tcase_add_test(standards, reasons_for_discretion_can_be_switched_off);
    tcase_add_test(standards, points_to_the_next_band_are_exact_where_nothing_is_rounded);
    tcase_add_test(standards, a_question_without_relevant_cases_is_left_out_and_counted);
    tcase_add_test(standards, the_first_of_equal_shares_is_the_driver);
    tcase_add_test(standards, a_share_that_cannot_be_is_refused_with_its_row);
    suite_add_tcase(suite, standards);
    TCase *whole = tcase_create("the whole");
    tcase_add_checked_fixture(whole, make_scale, drop_scale);
    tcase_add_loop_test(whole, points_give_the_overall_band_in_every_programme, 0,
                        ROWS(programmes));
    tcase_add_test(whole, ten_standards_of_march_2019_give_13_points_and_requires_improvement);
    tcase_add_test(whole, printed_overall_ratings_of_youth_inspections_follow_from_their_points);
    tcase_add_test(whole, exact_halves_go_up_where_the_scale_says_so);
    tcase_add_test(whole, standards_that_cannot_be_are_refused);
    suite_add_tcase(suite, whole);
    return run_suite(suite);
}
