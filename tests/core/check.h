/* check.h -- what every C test shares: Check, a relative comparison, and reference tables. */
#ifndef ASSAY_TESTS_CHECK_H
#define ASSAY_TESTS_CHECK_H

#include <check.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/context.h"
#include "base/memory.h"
#include "base/status.h"

/* Check's own _tol macros are absolute and strict. */
#define assert_close(got, want, rel)                                                               \
    do {                                                                                           \
        const double g_ = (got), w_ = (want);                                                      \
        ck_assert_msg(fabs(g_ - w_) <= (rel)*fmax(fabs(w_), 1e-300), "%s = %.17g, want %.17g",     \
                      #got, g_, w_);                                                               \
    } while (0)

#define assert_ok(call)                                                                            \
    do {                                                                                           \
        const assay_status s_ = (call);                                                            \
        ck_assert_msg(s_ == ASSAY_OK, "%s: %s", #call, assay_status_name(s_));                     \
    } while (0)

#define assert_status(call, want)                                                                  \
    do {                                                                                           \
        const assay_status s_ = (call), w_ = (want);                                               \
        ck_assert_msg(s_ == w_, "%s: %s, want %s", #call, assay_status_name(s_),                   \
                      assay_status_name(w_));                                                      \
    } while (0)

/* Check writes down every assertion that is passed: where there are so many, only those that fail. */
#define must(truth, ...)                                                                           \
    do {                                                                                           \
        if (!(truth))                                                                              \
            ck_abort_msg(__VA_ARGS__);                                                             \
    } while (0)

/*
** Whether all of a grid is asked for, and not the part of it that `make check` has time for: by
** ASSAY_TEST_SLOW in the environment, which `make check-slow` sets for each test that asks here.
*/
static inline bool whole_grid(void)
{
    return getenv("ASSAY_TEST_SLOW") != NULL;
}

/*
** Calls `row` for each line of tests/reference/NAME that is neither a comment nor the header, with
** its fields split at the commas; returns how many there were. A missing field reads "".
*/
#define REFERENCE_FIELDS 16
typedef void reference_row(char *fields[REFERENCE_FIELDS]);

static inline int for_each_reference(const char *name, reference_row *row)
{
    char path[256], line[4096];
    int rows = 0, seen_header = 0;
    snprintf(path, sizeof path, "tests/reference/%s", name);
    FILE *file = fopen(path, "r");
    ck_assert_msg(file != NULL, "%s: cannot be opened", path);
    while (fgets(line, sizeof line, file) != NULL) {
        char *fields[REFERENCE_FIELDS], *rest = line;
        line[strcspn(line, "\r\n")] = '\0';
        if (line[0] == '#')
            continue;
        if (!seen_header++)
            continue;
        for (int i = 0; i < REFERENCE_FIELDS; i++) {
            fields[i] = rest;
            rest += strcspn(rest, ",");
            if (*rest == ',')
                *rest++ = '\0';
        }
        row(fields);
        rows++;
    }
    fclose(file);
    return rows;
}

/* main of a test program: `suite` has the test cases; CK_FORK=no runs it under a debugger. */
static inline int run_suite(Suite *suite)
{
    assay_init();
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
