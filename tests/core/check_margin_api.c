#include "tables.h"

#include "infer/margin.h"
#include "infer/variance.h"

/* Weights, estimates and their errors as R's survey has them on its own data: api_weighting.csv. */

static assay_context context;

enum { MOST = 200, LONGEST = 1 << 15 };

typedef struct school {
    size_t n;
    assay_frame *frame;
    uint32_t stratum[MOST], cluster[MOST];
    uint64_t population[3];
    size_t clusters;
} school;

/* The file without its comments, as a frame. */
static assay_frame *read_frame(const char *name)
{
    static char text[LONGEST];
    char path[64], line[512];
    size_t length = 0;
    snprintf(path, sizeof path, "tests/reference/%s", name);
    FILE *file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    while (fgets(line, sizeof line, file) != NULL) {
        if (line[0] == '#')
            continue;
        ck_assert_uint_lt(length + strlen(line), sizeof text);
        strcpy(text + length, line);
        length += strlen(line);
    }
    fclose(file);
    /* a table of the tests has 16 columns at most */
    assay_frame *frame = NULL;
    assert_ok(read_csv(&context, text, length, NULL, &frame));
    return frame;
}

static double number(const assay_frame *frame, const char *name, size_t row)
{
    const assay_column *c = column_named(frame, name);
    return c->type == ASSAY_INTEGER ? (double)c->integers[row] : c->numbers[row];
}

static const char *text(const assay_frame *frame, const char *name, size_t row)
{
    static char copy[32], scratch[ASSAY_CELL_BYTES];
    size_t length;
    const char *cell = assay_column_cell(column_named(frame, name), row, scratch, &length);
    snprintf(copy, sizeof copy, "%.*s", (int)length, cell);
    return copy;
}

/* clus1: districts drawn at random; strat: schools by their type. */
static assay_design *read_design(bool clustered, school *s)
{
    static double weights[MOST];
    assay_design *design = NULL;
    *s = (school){.frame = read_frame(clustered ? "api_clus1.csv" : "api_strat.csv")};
    s->n = assay_frame_rows(s->frame);
    for (size_t i = 0; i < s->n; i++) {
        size_t same = 0;
        while (clustered && number(s->frame, "dnum", same) != number(s->frame, "dnum", i))
            same++;
        s->cluster[i] = clustered && same < i ? s->cluster[same] : (uint32_t)s->clusters;
        s->clusters += clustered && same == i;
        const char type = text(s->frame, "stype", i)[0];
        s->stratum[i] = clustered || type == 'E' ? 0 : type == 'H' ? 1 : 2;
        s->population[s->stratum[i]] = (uint64_t)number(s->frame, "fpc", i);
        weights[i] = number(s->frame, "pw", i);
    }
    assert_ok(assay_design_new(&context,
                               &(assay_sampling){.n = s->n,
                                                 .strata = clustered ? 1 : 3,
                                                 .stratum = s->stratum,
                                                 .population = s->population,
                                                 .weights = clustered ? weights : NULL,
                                                 .clusters = s->clusters,
                                                 .cluster = s->cluster},
                               &design));
    return design;
}

/* ---- the weightings of the file ---- */

static const struct weighting {
    const char *name, *method; /* NULL: post-strata */
    double lower, upper;
    const char *margins[3], *levels[3];
} weightings[] = {
    {"post", NULL, 0, 0, {"stype"}, {"stype,total\nE,4421\nH,755\nM,1018\n"}},
    {"raking",
     "raking",
     0,
     0,
     {"stype", "sch_wide"},
     {"stype,total\nE,4421\nH,755\nM,1018\n", "sch_wide,total\nNo,1072\nYes,5122\n"}},
    {"rake",
     "raking",
     0,
     0,
     {"stype", "sch_wide"},
     {"stype,total\nE,4421\nH,755\nM,1018\n", "sch_wide,total\nNo,1072\nYes,5122\n"}},
    {"linear", "linear", 0, 0, {"stype", "api99"}, {"stype,total\nE,4421\nH,755\nM,1018\n"}},
    {"logit", "logit", 0.4, 2.5, {"stype", "api99"}, {"stype,total\nE,4421\nH,755\nM,1018\n"}},
    {"strat_linear",
     "linear",
     0,
     0,
     {"sch_wide", "api99"},
     {"sch_wide,total\nNo,1072\nYes,5122\n"}},
    {"strat_raking",
     "raking",
     0,
     0,
     {"sch_wide", "api99"},
     {"sch_wide,total\nNo,1072\nYes,5122\n"}},
    {"strat_post", NULL, 0, 0, {"awards"}, {"awards,total\nNo,2027\nYes,4167\n"}},
};

static assay_margins *margins_of(const struct weighting *how, const assay_frame *frame)
{
    static const double api99 = 3914069;
    assay_margin margins[3] = {0};
    assay_frame *levels[3] = {0};
    double totals[3][3];
    size_t columns[3], n = 0;
    assay_margins *made = NULL;
    for (; how->margins[n] != NULL; n++) {
        columns[n] = assay_frame_find(frame, how->margins[n]);
        margins[n] = (assay_margin){
            .name = how->margins[n], .n_columns = 1, .columns = &columns[n], .totals = &api99};
        if (how->levels[n] == NULL)
            continue;
        margins[n].levels = levels[n] = table(how->levels[n]);
        margins[n].totals = totals[n];
        for (size_t row = 0; row < assay_frame_rows(levels[n]); row++)
            totals[n][row] = number(levels[n], "total", row);
    }
    assert_ok(assay_margins_new(&context, frame, NULL, n, margins, &made));
    for (size_t m = 0; m < n; m++)
        assay_frame_free(levels[m]);
    return made;
}

static assay_design *weighted(const struct weighting *how, const assay_design *base,
                              const assay_frame *frame)
{
    assay_margins *margins = margins_of(how, frame);
    const double *start = assay_design_weights(base);
    assay_calibration *c = NULL;
    assay_design *design = NULL;
    if (how->method == NULL)
        assert_ok(assay_margins_poststratify(&context, margins, start, &c));
    else
        assert_ok(assay_margins_calibrate(&context, margins, start,
                                          assay_calibration_find(how->method), how->lower,
                                          how->upper, &c));
    assert_ok(assay_design_calibrated(&context, base, c, &design));
    assay_margins_free(margins);
    return design;
}

/* ---- what is asked of them ---- */

static double error_of(const assay_design *design, const double z[])
{
    double v;
    assert_ok(assay_variance_of_totals(&context, design, 1, &z, &v));
    return sqrt(v);
}

/* A mean, or its error: of the linearised variable (y - mean) / sum of weights, inside the domain. */
static double mean(const assay_design *design, const school *s, const char *name, bool domain,
                   bool error)
{
    const double *w = assay_design_weights(design);
    double y[MOST], z[MOST], sum = 0, of = 0;
    for (size_t i = 0; i < s->n; i++) {
        const double in = !domain || text(s->frame, "stype", i)[0] == 'H';
        y[i] = strcmp(name, "awards") == 0 ? strcmp(text(s->frame, name, i), "Yes") == 0
                                           : number(s->frame, name, i);
        z[i] = in;
        sum += w[i] * y[i] * in;
        of += w[i] * in;
    }
    for (size_t i = 0; i < s->n; i++)
        z[i] *= (y[i] - sum / of) / of;
    return error ? error_of(design, z) : sum / of;
}

static double total(const assay_design *design, const school *s, bool error)
{
    double y[MOST], sum = 0;
    for (size_t i = 0; i < s->n; i++) {
        y[i] = number(s->frame, "enroll", i);
        sum += assay_design_weights(design)[i] * y[i];
    }
    return error ? error_of(design, y) : sum;
}

static double extreme(const assay_design *design, size_t n, double sign)
{
    double most = -HUGE_VAL;
    for (size_t i = 0; i < n; i++)
        most = fmax(most, sign * assay_design_weights(design)[i]);
    return sign * most;
}

static double statistic(const assay_design *design, const school *s, const char *name)
{
    const bool error = strstr(name, "_se") != NULL;
    if (strcmp(name, "weight_1") == 0)
        return assay_design_weights(design)[0];
    if (strcmp(name, "weight_last") == 0)
        return assay_design_weights(design)[s->n - 1];
    if (strncmp(name, "weight_m", 8) == 0)
        return extreme(design, s->n, name[8] == 'a' ? 1 : -1);
    if (strncmp(name, "total", 5) == 0)
        return total(design, s, error);
    if (strncmp(name, "mean", 4) == 0)
        return mean(design, s, "api00", false, error);
    return mean(design, s, "awards", strncmp(name, "domain", 6) == 0, error);
}

static int rows;
static const struct weighting *at;
static school sample;
static assay_design *design_at;

static void check_row(char *f[REFERENCE_FIELDS])
{
    if (strcmp(f[0], at->name) != 0)
        return;
    /* R's rake goes from margin to margin until weights move by no more than its epsilon */
    const double tolerance = strcmp(f[0], "rake") == 0 ? 3e-10 : 1e-10;
    assert_close(statistic(design_at, &sample, f[1]), strtod(f[3], NULL), tolerance);
    rows++;
}

START_TEST(weights_and_errors_are_those_of_r)
{
    rows = 0;
    for (size_t k = 0; k < sizeof weightings / sizeof weightings[0]; k++) {
        at = &weightings[k];
        assay_design *base = read_design(strncmp(at->name, "strat", 5) != 0, &sample);
        design_at = weighted(at, base, sample.frame);
        for_each_reference("api_weighting.csv", check_row);
        assay_design_free(design_at);
        assay_design_free(base);
        assay_frame_free(sample.frame);
    }
    ck_assert_int_eq(rows, 91);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("margin_api");
    TCase *tests = tcase_create("margin_api");
    tcase_add_test(tests, weights_and_errors_are_those_of_r);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
