#include "check.h"

#include "infer/association.h"

enum { N = 12 };

static assay_design *design;
static assay_context context;

/* Twelve of forty, one stratum. */
static void set_up(void)
{
    static const uint32_t stratum[N];
    static const uint64_t population[] = {40};
    const assay_sampling sampling = {
        .n = N, .strata = 1, .stratum = stratum, .population = population};
    context = (assay_context){0};
    assert_ok(assay_design_new(&context, &sampling, &design));
}

static void tear_down(void)
{
    assay_design_free(design);
}

static const uint32_t two[N] = {0, 1, 0, 1, 0, 1, 0, 0, 0, 1, 1, 1};
static const uint32_t three[N] = {0, 1, 2, 0, 1, 2, 0, 0, 0, 2, 1, 2};

/* Of a simple random sample every contrast has the same design effect: the finite correction n/(n - 1). */
START_TEST(a_simple_sample_has_the_correction_alone)
{
    assay_association found;
    const double deff = (1 - N / 40.0) * N / (N - 1.0);
    assert_ok(assay_association_test(&context, design, 2, two, 3, three, &found));
    ck_assert_uint_eq(found.n, N);
    assert_close(found.mean_deff, deff, 1e-13);
    assert_close(found.df1, 2, 1e-12);
    assert_close(found.df2, 2.0 * (N - 1), 1e-12);
    assert_close(found.first_order, found.pearson / deff, 1e-13);
    assert_close(found.f, found.first_order / 2, 1e-13);
}
END_TEST

/* Rows and columns that nobody is in change nothing, nor does which is which. */
START_TEST(empty_rows_and_the_order_change_nothing)
{
    assay_association a, b;
    uint32_t apart[N];
    for (int i = 0; i < N; i++)
        apart[i] = 9 - 2 * three[i];
    assert_ok(assay_association_test(&context, design, 2, two, 3, three, &a));
    assert_ok(assay_association_test(&context, design, 11, apart, 2, two, &b));
    ck_assert_uint_eq(b.rows, 3);
    assert_close(a.f, b.f, 1e-12);
    assert_close(a.pearson, b.pearson, 1e-12);
}
END_TEST

START_TEST(one_row_has_no_test)
{
    static const uint32_t one[N];
    uint32_t none[N];
    assay_association found;
    for (int i = 0; i < N; i++)
        none[i] = ASSAY_ASSOCIATION_NONE;
    assert_ok(assay_association_test(&context, design, 1, one, 3, three, &found));
    ck_assert(isnan(found.f) && isnan(found.pearson) && found.rows == 1 && found.columns == 3);
    assert_ok(assay_association_test(&context, design, 2, two, 3, none, &found));
    ck_assert(isnan(found.f) && found.n == 0 && found.rows == 0);
}
END_TEST

/* Each row in a column of its own: of four contrasts the empty cells leave none apart. */
START_TEST(too_many_empty_cells_have_no_test)
{
    assay_association found;
    assert_ok(assay_association_test(&context, design, 3, three, 3, three, &found));
    ck_assert(isnan(found.f) && isnan(found.mean_deff));
    assert_close(found.pearson, 2.0 * N, 1e-12);
}
END_TEST

START_TEST(what_there_is_not_is_refused)
{
    assay_association found;
    assert_status(assay_association_test(&context, design, 1, two, 3, three, &found), ASSAY_EDOM);
    ck_assert_str_eq(context.error.argument, "row");
    ck_assert_uint_eq(context.error.row, 2);
    assert_status(assay_association_test(&context, design, 2, two, 2, three, &found), ASSAY_EDOM);
    ck_assert_str_eq(context.error.argument, "column");
    ck_assert_uint_eq(context.error.row, 3);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("association");
    TCase *tests = tcase_create("association");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, a_simple_sample_has_the_correction_alone);
    tcase_add_test(tests, empty_rows_and_the_order_change_nothing);
    tcase_add_test(tests, one_row_has_no_test);
    tcase_add_test(tests, too_many_empty_cells_have_no_test);
    tcase_add_test(tests, what_there_is_not_is_refused);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
