/* estimate.h -- samples written as the reference tables write them, and estimates of them. */
#ifndef TESTS_ESTIMATE_H
#define TESTS_ESTIMATE_H

#include "check.h"

#include "infer/estimate.h"

enum { MAX_STRATA = 8, MAX_UNITS = 1000 };

/* A sample as the reference writes it: N:n:x;... or N:n:m:x;..., irrelevant cases as `other`. */
struct sample {
    size_t n, strata;
    uint64_t population[MAX_STRATA];
    uint32_t stratum[MAX_UNITS];
    uint8_t answers[MAX_UNITS], inside[MAX_UNITS];
};

static assay_context context;

static inline void add_units(struct sample *s, uint64_t n, uint8_t answer, uint8_t inside)
{
    for (uint64_t i = 0; i < n; i++, s->n++) {
        ck_assert(s->n < MAX_UNITS);
        s->stratum[s->n] = (uint32_t)s->strata;
        s->answers[s->n] = answer;
        s->inside[s->n] = inside;
    }
}

static inline struct sample parse(const char *text, assay_answer other, uint8_t other_inside)
{
    struct sample s = {0};
    for (; *text != '\0'; text += *text == ';') {
        uint64_t v[4], k = 0;
        char *end;
        do {
            v[k++] = strtoull(text, &end, 10);
            text = end + (*end == ':');
        } while (*end == ':');
        const uint64_t m = k == 3 ? v[1] : v[2], x = v[k - 1];
        s.population[s.strata] = v[0];
        add_units(&s, x, ASSAY_YES, 1);
        add_units(&s, v[1] - m, (uint8_t)other, other_inside);
        add_units(&s, m - x, ASSAY_NO, 1);
        s.strata++;
    }
    return s;
}

static inline assay_design *design_of(const struct sample *s, assay_lonely lonely)
{
    assay_design *d;
    context = (assay_context){0};
    assert_ok(assay_design_new(&context,
                               &(assay_sampling){.n = s->n,
                                                 .strata = s->strata,
                                                 .stratum = s->stratum,
                                                 .population = s->population,
                                                 .lonely = lonely},
                               &d));
    return d;
}

/* `method` NULL: by the rule */
static inline assay_estimate estimate_of(const struct sample *s, assay_lonely lonely,
                                         double confidence, const char *method)
{
    assay_estimate out;
    assay_design *d = design_of(s, lonely);
    assert_ok(assay_estimate_proportion(&context, d, s->answers, s->inside, confidence,
                                        method != NULL ? assay_estimate_find(method) : NULL, &out));
    if (method != NULL)
        ck_assert_str_eq(out.method, method);
    assay_design_free(d);
    return out;
}

static inline assay_estimate estimate_text(const char *text, const char *method)
{
    const struct sample s = parse(text, ASSAY_NOT_APPLICABLE, 1);
    return estimate_of(&s, ASSAY_LONELY_CERTAINTY, 0.8, method);
}

#endif
