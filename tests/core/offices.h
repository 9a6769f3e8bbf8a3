/* offices.h -- a list of cases in offices, and plans in two stages of it. */
#ifndef ASSAY_TESTS_OFFICES_H
#define ASSAY_TESTS_OFFICES_H

#include "tables.h"

#include "sample/choose.h"

static assay_context context = {.threads = 1};

/* Regions N (offices A of 3 cases, B of 5, C of 2) and S (D of 4, E of 1, F of 6, G of 3). */
static const char cases[] =
    "id,region,office,kind\n"
    "01,N,A,p\n02,N,B,q\n03,S,D,p\n04,N,B,q\n05,S,F,q\n06,N,C,p\n07,S,F,q\n08,N,A,p\n09,S,G,p\n"
    "10,S,E,q\n11,N,B,q\n12,S,F,q\n13,S,D,p\n14,N,A,p\n15,S,G,p\n16,N,C,p\n17,S,F,q\n18,S,D,p\n"
    "19,N,B,q\n20,S,F,q\n21,S,G,p\n22,N,B,q\n23,S,D,p\n24,S,F,q\n";
enum { CASES = 24, UNITS = 7, ID = 0, REGION = 1, OFFICE = 2, KIND = 3 };
static const size_t by_region[] = {REGION};
static const uint64_t some[] = {2, 3}, none[] = {0, 0};

/* NULL and the methods of select.h. */
static inline const assay_method *method_at(int i)
{
    return i == 0 ? NULL : &assay_methods[i - 1];
}

static inline assay_plan *plan_of(const assay_frame *frame, const uint64_t units[], uint64_t n,
                                  uint64_t reserve, const assay_method *method)
{
    assay_plan *plan = NULL;
    assert_ok(assay_plan_new(&context, frame, ID, 1, by_region, &plan));
    assert_ok(assay_stages_part(&context, plan, OFFICE, NULL, false));
    assert_ok(assay_stages_set(&context, plan, units, n, reserve, method));
    return plan;
}

static inline assay_sample *draw(assay_plan *plan, const char *seed)
{
    assay_sample *sample = NULL;
    const assay_status status = assay_draw(&context, plan, seed, &sample);
    ck_assert_msg(status == ASSAY_OK, "%s", context.error.message);
    return sample;
}

#endif
