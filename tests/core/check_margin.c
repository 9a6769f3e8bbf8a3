#include "tables.h"

#include "infer/margin.h"

static assay_context context;

/* ---- margins from text: "gender=F:700,M:3029" ---- */

enum { MOST = 4 };

typedef struct given {
    size_t n;
    assay_margin margins[MOST];
    size_t columns[MOST][2];
    double totals[MOST][8];
    assay_frame *levels[MOST];
} given;

static void free_given(given *g)
{
    for (size_t m = 0; m < g->n; m++)
        assay_frame_free(g->levels[m]);
}

/* `levels` is CSV of the columns and, last, `total`; NULL: one total. */
static void give(given *g, const assay_frame *units, const char *name, const char *levels,
                 double total)
{
    const size_t m = g->n++;
    assay_margin *margin = &g->margins[m];
    char copy[64], *rest = copy;
    strcpy(copy, name);
    g->levels[m] = levels == NULL ? NULL : table(levels);
    g->totals[m][0] = total;
    *margin = (assay_margin){.name = name, .levels = g->levels[m]};
    for (char *part; *rest != '\0';) {
        part = rest;
        rest = strstr(part, " / ");
        if (rest != NULL)
            *rest = '\0';
        rest = rest == NULL ? part + strlen(part) : rest + 3;
        g->columns[m][margin->n_columns++] = assay_frame_find(units, part);
    }
    for (size_t row = 0; levels != NULL && row < assay_frame_rows(g->levels[m]); row++) {
        const assay_column *c = assay_frame_column(g->levels[m], margin->n_columns);
        g->totals[m][row] = c->type == ASSAY_INTEGER ? (double)c->integers[row] : c->numbers[row];
    }
    margin->columns = g->columns[m];
    margin->totals = g->totals[m];
}

/* ---- the sample of the reference ---- */

enum { UNITS = 60 };
static char csv[4096];
static double design_weight[UNITS];
static size_t units;

/* stratum,N_h,n_h,sex,risk,relevant,y */
static void unit_row(char *f[REFERENCE_FIELDS])
{
    snprintf(csv + strlen(csv), sizeof csv - strlen(csv), "%s,%s\n", f[3], f[4]);
    design_weight[units++] = strtod(f[1], NULL) / strtod(f[2], NULL);
}

static assay_frame *read_units(given *g)
{
    units = 0;
    strcpy(csv, "sex,risk\n");
    for_each_reference("weighting_data.csv", unit_row);
    ck_assert_uint_eq(units, UNITS);
    assay_frame *frame = table(csv);
    g->n = 0;
    give(g, frame, "sex", "sex,total\nf,81\nm,171\n", 0);
    give(g, frame, "risk", "risk,total\nhigh,55\nlow,66\nmedium,131\n", 0);
    return frame;
}

static double range(const assay_calibration *c, const char *name)
{
    double low = HUGE_VAL, high = 0;
    for (size_t i = 0; i < UNITS; i++) {
        low = fmin(low, c->weights[i] / c->design[i]);
        high = fmax(high, c->weights[i] / c->design[i]);
    }
    return name[3] == 'i' ? low : high;
}

static int rows;

static void weighting_row(char *f[REFERENCE_FIELDS])
{
    const char *method = strcmp(f[1], "greg_linear") == 0 ? "linear"
                         : strncmp(f[1], "logit", 5) == 0 ? "logit"
                                                          : f[1];
    size_t row = 0;
    const bool is_weight = sscanf(f[2], "weight_row_%zu", &row) == 1;
    if (assay_calibration_find(method) == NULL || (!is_weight && strncmp(f[2], "g_m", 3) != 0))
        return;
    given g = {0};
    assay_frame *frame = read_units(&g);
    assay_margins *margins = NULL;
    assay_calibration *c = NULL;
    assert_ok(assay_margins_new(&context, frame, NULL, g.n, g.margins, &margins));
    assert_ok(assay_margins_calibrate(&context, margins, design_weight,
                                      assay_calibration_find(method), 0.5, 2, &c));
    assert_close(is_weight ? c->weights[row - 1] : range(c, f[2]), strtod(f[3], NULL), 1e-12);
    ck_assert_uint_eq(c->rank, 4);
    assay_calibration_free(c);
    assay_margins_free(margins);
    assay_frame_free(frame);
    free_given(&g);
    rows++;
}

START_TEST(weights_by_margins_are_those_of_the_reference)
{
    rows = 0;
    for_each_reference("weighting.csv", weighting_row);
    ck_assert_int_eq(rows, 15);
}
END_TEST

/* ---- fitting ---- */

static const char people[] =
    "gender,age,band\nF,30,x\nF,40,y\nM,30,x\nM,20,y\nM,60,x\nF,30,y\nM,25,y\n";
static const double seven[] = {2, 1, 3, 1, 2, 1, 4};

static const char *name_of(const assay_frame *frame, size_t column, size_t row)
{
    char scratch[ASSAY_CELL_BYTES];
    static char text[64];
    size_t length;
    const char *cell = assay_column_cell(assay_frame_column(frame, column), row, scratch, &length);
    snprintf(text, sizeof text, "%.*s", cell == NULL ? 2 : (int)length, cell == NULL ? "NA" : cell);
    return text;
}

/* Iterative proportional fitting, by its definition, over rows. */
START_TEST(raking_is_proportional_fitting)
{
    assay_frame *frame = table(people);
    given g = {0};
    give(&g, frame, "gender", "gender,total\nM,20\nF,14\n", 0);
    give(&g, frame, "band", "band,total\ny,19\nx,15\n", 0);
    assay_margins *margins;
    assay_calibration *c;
    assert_ok(assay_margins_new(&context, frame, NULL, g.n, g.margins, &margins));
    assert_ok(assay_margins_calibrate(&context, margins, seven, assay_calibration_find("raking"), 0,
                                      0, &c));
    static const int gender[] = {1, 1, 0, 0, 0, 1, 0}, band[] = {1, 0, 1, 0, 1, 0, 0};
    static const double aims[2][2] = {{20, 14}, {19, 15}};
    double w[7];
    memcpy(w, seven, sizeof w);
    for (int turn = 0; turn < 4000; turn++) {
        const int *of = turn % 2 == 0 ? gender : band;
        double sums[2] = {0};
        for (size_t i = 0; i < 7; i++)
            sums[of[i]] += w[i];
        for (size_t i = 0; i < 7; i++)
            w[i] *= aims[turn % 2][of[i]] / sums[of[i]];
    }
    for (size_t i = 0; i < 7; i++)
        assert_close(c->weights[i], w[i], 1e-12);
    assay_calibration_free(c);
    assay_margins_free(margins);
    assay_frame_free(frame);
    free_given(&g);
}
END_TEST

START_TEST(targets_stand_beside_what_weights_achieve)
{
    assay_frame *frame = table(people), *found;
    given g = {0};
    give(&g, frame, "gender", "gender,total\nM,20\nF,14\n", 0);
    give(&g, frame, "age", NULL, 400);
    give(&g, frame, "", NULL, 34);
    assay_margins *margins;
    assert_ok(assay_margins_new(&context, frame, NULL, g.n, g.margins, &margins));
    assert_ok(assay_margins_frame(&context, margins, seven, &found));
    static const double achieved[] = {10, 4, 460, 14}, target[] = {20, 14, 400, 34};
    for (size_t j = 0; j < 4; j++) {
        ck_assert(assay_frame_column(found, 2)->numbers[j] == target[j]);
        ck_assert(assay_frame_column(found, 3)->numbers[j] == achieved[j]);
        ck_assert(assay_frame_column(found, 4)->numbers[j] == achieved[j] - target[j]);
    }
    ck_assert_str_eq(name_of(found, 0, 1), "gender");
    ck_assert_str_eq(name_of(found, 1, 0), "M");
    ck_assert_str_eq(name_of(found, 1, 2), "NA");
    assay_frame_free(found);
    assay_calibration
        *c; /* and linear weights meet all three, one of which follows from the first */
    assert_ok(assay_margins_calibrate(&context, margins, seven, assay_calibration_find("linear"), 0,
                                      0, &c));
    ck_assert_uint_eq(c->rank, 3);
    ck_assert_int_eq(c->follows[0] + c->follows[1] + c->follows[3], 1);
    assert_ok(assay_margins_frame(&context, margins, c->weights, &found));
    for (size_t j = 0; j < 4; j++)
        ck_assert(assay_frame_column(found, 4)->numbers[j] == 0);
    assay_frame_free(found);
    assay_calibration_free(c);
    assay_margins_free(margins);
    assay_frame_free(frame);
    free_given(&g);
}
END_TEST

/* Units outside keep their weights, whatever they hold; a level may be known by several columns. */
START_TEST(post_strata_are_met_and_units_outside_are_left_alone)
{
    assay_frame *frame = table("a,b\nx,1\nx,2\ny,1\n,3\nx,1\ny,1\n");
    static const uint8_t inside[] = {1, 1, 1, 0, 1, 1};
    static const double d[] = {1, 2, 3, 4, 5, 6}, want[] = {2, 7, 4, 4, 10, 8};
    given g = {0};
    give(&g, frame, "a / b", "a,b,total\nx,2,7\ny,1,12\nx,1,12\ny,2,0\n", 0);
    assay_margins *margins;
    assay_calibration *c;
    assert_ok(assay_margins_new(&context, frame, inside, g.n, g.margins, &margins));
    assert_ok(assay_margins_poststratify(&context, margins, d, &c));
    for (size_t i = 0; i < 6; i++)
        assert_close(c->weights[i], want[i], 1e-15);
    assay_calibration_free(c);
    assert_ok(
        assay_margins_calibrate(&context, margins, d, assay_calibration_find("linear"), 0, 0, &c));
    for (size_t i = 0; i < 6; i++)
        assert_close(c->weights[i], want[i], 1e-12);
    assay_calibration_free(c);
    assay_margins_free(margins);
    assay_frame_free(frame);
    free_given(&g);
}
END_TEST

/* ---- classes ---- */

/* 300^3 combinations can be, more than have a place each; and a pair of columns that has. */
START_TEST(classes_are_what_units_have_in_common)
{
    enum { N = 700 };
    int64_t a[N], b[N], c[N];
    uint32_t class[N];
    size_t *first, classes;
    assay_frame *frame;
    assert_ok(assay_frame_new(&context, &frame));
    for (int i = 0; i < N; i++) {
        a[i] = i * 37 % 290;
        b[i] = i * 91 % 300;
        c[i] = i % 350;
    }
    assert_ok(assay_frame_add_integers(&context, frame, "a", N, a));
    assert_ok(assay_frame_add_integers(&context, frame, "b", N, b));
    assert_ok(assay_frame_add_integers(&context, frame, "c", N, c));
    for (size_t n = 0; n <= 3; n++) {
        static const size_t columns[] = {0, 1, 2};
        assert_ok(assay_margin_classes(&context, frame, NULL, n, columns, class, &classes, &first));
        size_t found = 0;
        for (size_t i = 0; i < N; i++) {
            size_t same = 0;
            while (!((n < 1 || a[same] == a[i]) && (n < 2 || b[same] == b[i]) &&
                     (n < 3 || c[same] == c[i])))
                same++;
            ck_assert_uint_eq(class[i], same == i ? found : class[same]);
            if (same == i)
                ck_assert_uint_eq(first[found++], i);
        }
        ck_assert_uint_eq(classes, found);
        assay_free(first);
    }
    assay_frame_free(frame);
}
END_TEST

START_TEST(who_responded_stands_for_the_class)
{
    assay_frame *frame = table("a,b\nx,1\nx,2\ny,1\nx,1\ny,1\nx,1\n"), *found;
    static const uint8_t responded[] = {1, 0, 1, 1, 0, 0}, nobody[] = {1, 0, 0, 1, 0, 0};
    static const double d[] = {1, 2, 3, 4, 5, 6}, want[] = {2.6, 0, 8, 10.4, 0, 0};
    static const size_t columns[] = {0, 1};
    assay_calibration *c = NULL;
    assert_ok(
        assay_margin_respond(&context, frame, NULL, 1, columns, d, responded, false, &c, &found));
    for (size_t i = 0; i < 6; i++)
        assert_close(c->weights[i], want[i], 1e-15);
    ck_assert_uint_eq(assay_frame_rows(found), 2);
    ck_assert_str_eq(name_of(found, 0, 1), "y");
    ck_assert_int_eq(assay_frame_column(found, 1)->integers[0], 4);
    ck_assert_int_eq(assay_frame_column(found, 2)->integers[0], 2);
    assert_close(assay_frame_column(found, 3)->numbers[1], 8.0 / 3, 1e-15);
    assay_calibration_free(c);
    assay_frame_free(found);
    assert_status(
        assay_margin_respond(&context, frame, NULL, 2, columns, d, nobody, false, &c, &found),
        ASSAY_EDOM);
    ck_assert_str_eq(context.error.message,
                     "none of the 1 cases of class 'x / 2' responded: join it to another");
    ck_assert_str_eq(context.error.argument, "by");
    assert_status(
        assay_margin_respond(&context, frame, NULL, 1, columns, d, nobody, true, &c, &found),
        ASSAY_EDOM);
    ck_assert_ptr_nonnull(strstr(context.error.message, "the 2 cases of class '***' responded"));
    assay_frame_free(frame);
}
END_TEST

/* ---- what cannot be ---- */

static void assert_refused(const char *const levels[3], bool private, assay_status want,
                           const char *argument, const char *message)
{
    static const char *const names[] = {"gender", "age", "band"};
    assay_frame *frame = table("gender,age,band\nF,30,x\nF,40,y\nM,30,x\nM,20,\nK,60,x\nL,1,y\n");
    given g = {0};
    assay_margins *margins = NULL;
    for (size_t i = 0; i < 3; i++)
        if (levels[i] != NULL)
            give(&g, frame, names[i], levels[i][0] == '#' ? NULL : levels[i], NAN);
    for (size_t m = 0; m < g.n; m++) {
        g.margins[m].private = private;
        if (g.margins[m].levels == NULL)
            g.totals[m][0] = 5;
    }
    assert_status(assay_margins_new(&context, frame, NULL, g.n, g.margins, &margins), want);
    ck_assert_str_eq(context.error.message, message);
    ck_assert_str_eq(context.error.argument, argument);
    ck_assert_ptr_null(margins);
    assay_frame_free(frame);
    free_given(&g);
}

#define AGES "age,total\n30,2\n40,1\n20,1\n60,1\n1,1\n"

START_TEST(margins_that_do_not_go_with_the_units_are_refused)
{
    assert_refused((const char *[]){"gender,total\nF,2\nM,2\n", NULL, NULL}, false, ASSAY_EUNKNOWN,
                   "gender", "'gender' has no total for 'K' (1 case), 'L' (1 case)");
    assert_refused((const char *[]){"gender,total\nK,2\nL,2\n", NULL, NULL}, true, ASSAY_EUNKNOWN,
                   "gender", "'gender' has no total for '***' (2 cases), '***' (2 cases)");
    assert_refused((const char *[]){NULL, NULL, "band,total\nx,2\ny,2\n"}, false, ASSAY_EMISSING,
                   "band", "1 of 6 cases have no 'band'");
    assert_refused(
        (const char *[]){"gender,total\nF,2\nM,2\nK,1\nL,1\nQ,3\nR,0\nS,0.5\n", NULL, NULL}, false,
        ASSAY_EDOM, "gender", "no case has 'gender' = 'Q' (total 3), 'gender' = 'S' (total 0.5)");
    assert_refused((const char *[]){"gender,total\nF,2\nM,2\nK,1\nL,1\n", AGES "99,0.25\n", NULL},
                   false, ASSAY_EDOM, "age",
                   "the totals of 'gender' come to 6, those of 'age' to 6.25");
    assert_refused((const char *[]){"gender,total\nF,2\nM,-1\nK,1\nL,1\n", NULL, NULL}, false,
                   ASSAY_EDOM, "gender", "the total of 'gender' = 'M' is below 0: -1");
    assert_refused((const char *[]){"gender,total\nF,2\nM,1\nF,1\nL,1\n", NULL, NULL}, false,
                   ASSAY_EREPEATED, "gender", "'gender' = 'F' has two totals");
    assert_refused((const char *[]){"#", NULL, NULL}, false, ASSAY_EDOM, "gender",
                   "'gender' is of type text, not of numbers: give its totals by level");
}
END_TEST

/* Five levels are named. */
START_TEST(many_levels_are_counted)
{
    assay_frame *frame = table("a\n1\n2\n3\n4\n5\n6\n7\n8\n");
    given g = {0};
    assay_margins *margins = NULL;
    give(&g, frame, "a", "a,total\n1,8\n", 0);
    assert_status(assay_margins_new(&context, frame, NULL, g.n, g.margins, &margins),
                  ASSAY_EUNKNOWN);
    ck_assert_str_eq(context.error.message, "'a' has no total for '2' (1 case), '3' (1 case), '4' "
                                            "(1 case), '5' (1 case), '6' (1 case) and 2 more");
    assay_frame_free(frame);
    free_given(&g);
}
END_TEST

static void assert_unmet(const char *genders, const char *bands, const char *method, double lower,
                         double upper, assay_status want, const char *argument, const char *message)
{
    assay_frame *frame = table(people);
    given g = {0};
    assay_margins *margins = NULL;
    assay_calibration *c = NULL;
    give(&g, frame, "gender", genders, 0);
    if (bands != NULL)
        give(&g, frame, "band", bands, 0);
    assert_ok(assay_margins_new(&context, frame, NULL, g.n, g.margins, &margins));
    assert_status(assay_margins_calibrate(&context, margins, seven, assay_calibration_find(method),
                                          lower, upper, &c),
                  want);
    ck_assert_msg(strncmp(context.error.message, message, strlen(message)) == 0, "%s",
                  context.error.message);
    ck_assert_str_eq(context.error.argument, argument);
    ck_assert_ptr_null(c);
    assay_margins_free(margins);
    assay_frame_free(frame);
    free_given(&g);
}

START_TEST(the_margin_that_cannot_be_met_is_named)
{
    assert_unmet("gender,total\nF,4\nM,10\n", "band,total\nx,13\ny,1\n", "logit", 0.5, 2,
                 ASSAY_ENUMERIC, "band",
                 "the margins cannot be met together within the bounds: without 'band' the others "
                 "can");
    assert_unmet("gender,total\nF,14\nM,0\n", NULL, "raking", 0, 0, ASSAY_EDOM, "gender",
                 "the total of 'gender' = 'M' is 0, but 4 cases have it");
    assert_unmet(
        "gender,total\nF,10\nM,12\n", NULL, "logit", 0.5, 2, ASSAY_ENUMERIC, "gender",
        "'gender' = 'F': the total of 10 cannot be met together with the others within the "
        "bounds: it comes to ");
}
END_TEST

/* Sums agree, but a is what band says by another name. */
START_TEST(totals_that_contradict_each_other_are_named)
{
    assay_frame *frame = table("a,band\n1,x\n2,y\n1,x\n2,y\n");
    static const double d[] = {1, 1, 1, 1};
    given g = {0};
    assay_margins *margins;
    assay_calibration *c = NULL;
    give(&g, frame, "a", "a,total\n1,4\n2,6\n", 0);
    give(&g, frame, "band", "band,total\nx,5\ny,5\n", 0);
    assert_ok(assay_margins_new(&context, frame, NULL, g.n, g.margins, &margins));
    assert_status(
        assay_margins_calibrate(&context, margins, d, assay_calibration_find("linear"), 0, 0, &c),
        ASSAY_EDOM);
    ck_assert_ptr_nonnull(strstr(context.error.message, "follows from the others"));
    ck_assert_ptr_nonnull(strstr(context.error.message, "' = '"));
    assay_margins_free(margins);
    assay_frame_free(frame);
    free_given(&g);
}
END_TEST

/* ---- short memory, and stops ---- */

static assay_status attempt_margins(assay_context *with, void *self)
{
    const given *g = self;
    assay_margins *margins = NULL;
    assay_calibration *c = NULL;
    assay_frame *found = NULL;
    assay_frame *frame = g->levels[MOST - 1];
    assay_status status = assay_margins_new(with, frame, NULL, g->n, g->margins, &margins);
    if (status == ASSAY_OK)
        status = assay_margins_calibrate(with, margins, seven, assay_calibration_find("raking"), 0,
                                         0, &c);
    if (status == ASSAY_OK)
        status = assay_margins_frame(with, margins, c->weights, &found);
    assay_calibration_free(c);
    assay_margins_free(margins);
    assay_frame_free(found);
    return status;
}

static assay_status attempt_response(assay_context *with, void *self)
{
    static const uint8_t responded[] = {1, 1, 1, 0, 1, 0, 1};
    static const size_t columns[] = {0, 2};
    assay_calibration *c = NULL;
    assay_frame *found = NULL;
    const assay_status status =
        assay_margin_respond(with, self, NULL, 2, columns, seven, responded, false, &c, &found);
    assay_calibration_free(c);
    assay_frame_free(found);
    return status;
}

/* A failure of memory while a refusal is put into words is one of memory. */
static assay_status attempt_refusal(assay_context *with, void *self)
{
    const given *g = self;
    assay_margins *margins = NULL;
    assay_calibration *c = NULL;
    assay_status status =
        assay_margins_new(with, g->levels[MOST - 1], NULL, g->n, g->margins, &margins);
    if (status == ASSAY_OK)
        status = assay_margins_calibrate(with, margins, seven, assay_calibration_find("logit"), 0.9,
                                         1.1, &c);
    assay_calibration_free(c);
    assay_margins_free(margins);
    if (status == ASSAY_ENUMERIC || status == ASSAY_EUNKNOWN) {
        with->error.status = ASSAY_OK;
        return ASSAY_OK;
    }
    return status;
}

static assay_status stop(void *self, uint64_t done, uint64_t all)
{
    (void)self, (void)done, (void)all;
    return ASSAY_ESTOPPED;
}

START_TEST(memory_that_is_short_and_stops_are_said)
{
    assay_context stopping = {.poll = stop};
    assay_frame *frame = table(people);
    assay_margins *margins = NULL;
    given g = {0};
    give(&g, frame, "gender", "gender,total\nM,20\nF,14\n", 0);
    give(&g, frame, "band", "band,total\ny,19\nx,15\n", 0);
    g.levels[MOST - 1] = frame;
    sweep_memory(attempt_margins, &g);
    sweep_memory(attempt_refusal, &g);
    sweep_memory(attempt_response, frame);
    assert_status(assay_margins_new(&stopping, frame, NULL, g.n, g.margins, &margins),
                  ASSAY_ESTOPPED);
    free_given(&g);
    g.n = 0;
    give(&g, frame, "gender", "gender,total\nM,20\n", 0);
    sweep_memory(attempt_refusal, &g);
    free_given(&g);
    assay_frame_free(frame);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("margin");
    TCase *tests = tcase_create("margin");
    tcase_add_test(tests, weights_by_margins_are_those_of_the_reference);
    tcase_add_test(tests, raking_is_proportional_fitting);
    tcase_add_test(tests, targets_stand_beside_what_weights_achieve);
    tcase_add_test(tests, post_strata_are_met_and_units_outside_are_left_alone);
    tcase_add_test(tests, classes_are_what_units_have_in_common);
    tcase_add_test(tests, who_responded_stands_for_the_class);
    tcase_add_test(tests, margins_that_do_not_go_with_the_units_are_refused);
    tcase_add_test(tests, many_levels_are_counted);
    tcase_add_test(tests, the_margin_that_cannot_be_met_is_named);
    tcase_add_test(tests, totals_that_contradict_each_other_are_named);
    tcase_add_test(tests, memory_that_is_short_and_stops_are_said);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
