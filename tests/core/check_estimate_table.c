#include "tables.h"

#include "infer/estimate_table.h"

static const char *const questions[] = {"2.1.1", "2.1.2"};
static const char *const flags[] = {"", "wider than planned", "a; b", "no relevant case"};

static void make_estimates(assay_estimate all[4])
{
    for (size_t i = 0; i < 4; i++)
        all[i] = (assay_estimate){.x = i + 1,
                                  .relevant = 10,
                                  .not_applicable = i * 7,
                                  .unanswered = i,
                                  .n = 20 + i,
                                  .share = 0.5,
                                  .percent = 50 + i,
                                  .estimate = 0.25,
                                  .se = 0.0625,
                                  .df = 9,
                                  .deff = 1.5,
                                  .confidence = 0.75,
                                  .lower = 0.125,
                                  .upper = 0.375,
                                  .half_width = 0.125,
                                  .method = i == 1 ? "score" : "lrt"};
    all[3].relevant = all[3].x = 0;
    all[3].share = all[3].estimate = all[3].lower = all[3].upper = all[3].half_width = NAN;
    all[3].se = all[3].df = all[3].deff = NAN;
    all[2].state = ASSAY_INTERVAL_CLIPPED;
    all[3].state = ASSAY_INTERVAL_NO_DATA;
}

START_TEST(a_table_has_a_row_for_each_estimate)
{
    static const struct {
        const char *name, *cells;
    } want[] = {
        {"question", "2.1.1|2.1.2|2.1.1|2.1.2"},
        {"x", "1|2|3|0"},
        {"relevant", "10|10|10|0"},
        {"not_applicable", "0|7|14|21"},
        {"unanswered", "0|1|2|3"},
        {"n", "20|21|22|23"},
        {"share", "0.5|0.5|0.5|NA"},
        {"percent", "50|51|52|NA"},
        {"estimate", "0.25|0.25|0.25|NA"},
        {"se", "0.0625|0.0625|0.0625|NA"},
        {"df", "9|9|9|NA"},
        {"lower", "0.125|0.125|0.125|NA"},
        {"upper", "0.375|0.375|0.375|NA"},
        {"half_width", "0.125|0.125|0.125|NA"},
        {"deff", "1.5|1.5|1.5|NA"},
        {"confidence", "0.75|0.75|0.75|0.75"},
        {"method", "lrt|score|lrt|lrt"},
        {"status", "model_based|model_based|clipped|no_data"},
        {"flags", "|wider than planned|a; b|no relevant case"},
    };
    assay_context context = {0};
    assay_estimate all[4];
    assay_frame *table = NULL;
    make_estimates(all);
    assert_ok(assay_estimate_table(&context, 4, all, 2, questions, "model_based", flags, &table));
    ck_assert_uint_eq(assay_frame_columns(table), sizeof want / sizeof want[0]);
    for (size_t c = 0; c < sizeof want / sizeof want[0]; c++) {
        ck_assert_str_eq(assay_frame_name(table, c), want[c].name);
        assert_cells(assay_frame_column(table, c), want[c].cells);
    }
    assay_frame_free(table);
    assert_ok(assay_estimate_table(&context, 0, all, 0, questions, NULL, flags, &table));
    ck_assert_uint_eq(assay_frame_rows(table), 0);
    assay_frame_free(table);
}
END_TEST

static assay_status attempt_table(assay_context *with, void *self)
{
    assay_frame *table = NULL;
    const assay_status status =
        assay_estimate_table(with, 4, self, 2, questions, "model_based", flags, &table);
    assay_frame_free(table);
    return status;
}

START_TEST(a_table_that_finds_no_memory_is_not_made)
{
    assay_estimate all[4];
    make_estimates(all);
    sweep_memory(attempt_table, all);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("estimate_table");
    TCase *tests = tcase_create("tests");
    tcase_add_test(tests, a_table_has_a_row_for_each_estimate);
    tcase_add_test(tests, a_table_that_finds_no_memory_is_not_made);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
