/* api.h -- the designs of tests/reference/api.csv, over the data that R's survey brings along. */
#ifndef ASSAY_TESTS_API_H
#define ASSAY_TESTS_API_H

#include "check.h"

#include "base/memory.h"
#include "infer/design.h"

static assay_context context;

enum { MOST = 200 };

/* The cases of one of its data sets; strata and clusters by first appearance. */
static struct api {
    size_t n, strata, clusters;
    uint32_t stratum[MOST], cluster[MOST];
    uint64_t population[3], cluster_population[MOST];
    char names[3][8], clusters_named[MOST][8];
    double weight[MOST], award[MOST], high[MOST], api00[MOST], api99[MOST], students[MOST];
    double enroll[MOST]; /* NaN where it is missing */
} api;

static const char *columns_of[16];
static const char *lone_cluster, *lone_stratum; /* of which the first case alone is taken */

static inline size_t place_of(char names[][8], size_t *n, const char *name)
{
    size_t k = 0;
    while (k < *n && strcmp(names[k], name) != 0)
        k++;
    if (k == *n)
        snprintf(names[(*n)++], 8, "%s", name);
    return k;
}

static const char *field(char *f[REFERENCE_FIELDS], const char *name)
{
    for (size_t k = 0; columns_of[k] != NULL; k++)
        if (strcmp(columns_of[k], name) == 0)
            return f[k];
    return NULL;
}

static inline bool is_left_out(char *f[REFERENCE_FIELDS])
{
    if (lone_stratum != NULL && strcmp(field(f, "stype"), lone_stratum) == 0)
        return api.strata > 0 && strcmp(api.names[api.strata - 1], lone_stratum) == 0;
    return lone_cluster != NULL && strcmp(field(f, "dnum"), lone_cluster) == 0 &&
           api.clusters > 0 && strcmp(api.clusters_named[api.clusters - 1], lone_cluster) == 0;
}

static inline void api_row(char *f[REFERENCE_FIELDS])
{
    if (is_left_out(f))
        return;
    const size_t i = api.n++;
    const char *cluster = field(f, "dnum"), *fpc = field(f, "fpc"), *fpc2 = field(f, "fpc2");
    api.stratum[i] =
        cluster != NULL ? 0 : (uint32_t)place_of(api.names, &api.strata, field(f, "stype"));
    if (cluster != NULL) {
        api.strata = 1;
        api.cluster[i] = (uint32_t)place_of(api.clusters_named, &api.clusters, cluster);
        if (fpc2 != NULL)
            api.cluster_population[api.cluster[i]] = strtoull(fpc2, NULL, 10);
    }
    api.population[api.stratum[i]] = strtoull(fpc != NULL ? fpc : field(f, "fpc1"), NULL, 10);
    api.weight[i] = strtod(field(f, "pw"), NULL);
    api.award[i] = strcmp(field(f, "awards"), "Yes") == 0;
    api.high[i] = field(f, "stype")[0] == 'H';
    api.api00[i] = strtod(field(f, "api00"), NULL);
    api.api99[i] = strtod(field(f, "api99"), NULL);
    api.students[i] = strtod(field(f, "api_stu"), NULL);
    api.enroll[i] =
        field(f, "enroll")[0] == '\0' ? (double)NAN : strtod(field(f, "enroll"), NULL);
}

static inline void read_api(const char *file, const char *const columns[], size_t n)
{
    memset(&api, 0, sizeof api);
    memset(columns_of, 0, sizeof columns_of);
    memcpy(columns_of, columns, n * sizeof *columns);
    for_each_reference(file, api_row);
}

/* The domain of high schools. */
static inline const uint8_t *high_schools(void)
{
    static uint8_t inside[MOST];
    for (size_t i = 0; i < api.n; i++)
        inside[i] = api.high[i] == 1;
    return inside;
}

/* The designs of api.csv, by their names. */
static inline assay_design *api_design(const char *name)
{
    static const char *const strat[] = {"stype",    "pw",     "fpc",     "api00", "api99", "awards",
                                        "sch_wide", "enroll", "api_stu", "meals", "ell"};
    static const char *const clus1[] = {"dnum",   "stype",    "pw",     "fpc",     "api00", "api99",
                                        "awards", "sch_wide", "enroll", "api_stu", "meals", "ell"};
    static const char *const clus2[] = {"dnum",   "snum",    "stype", "pw",     "fpc1",
                                        "fpc2",   "api00",   "api99", "awards", "sch_wide",
                                        "enroll", "api_stu", "meals", "ell"};
    const bool one = strncmp(name, "clus1", 5) == 0,
               two = strncmp(name, "clus2", 5) == 0 || strncmp(name, "lone2", 5) == 0;
    const bool infinite = strstr(name, "_nofpc") != NULL;
    assay_design *d = NULL;
    lone_cluster = strncmp(name, "lone2_", 6) == 0 ? "198" : NULL;
    lone_stratum = strncmp(name, "lone_", 5) == 0 ? "H" : NULL;
    if (one)
        read_api("api_clus1.csv", clus1, 12);
    else if (two)
        read_api("api_clus2.csv", clus2, 14);
    else
        read_api("api_strat.csv", strat, 11);
    if (strncmp(name, "srs", 3) == 0) {
        memset(api.stratum, 0, sizeof api.stratum);
        api.strata = 1;
    }
    for (size_t h = 0; infinite && h < api.strata; h++)
        api.population[h] = ASSAY_INFINITE;
    const assay_sampling s = {
        .n = api.n,
        .strata = api.strata,
        .stratum = api.stratum,
        .population = api.population,
        .weights = one || infinite ? api.weight : NULL,
        .clusters = api.clusters,
        .cluster = api.cluster,
        .cluster_population = two && !infinite ? api.cluster_population : NULL,
        .lonely = strstr(name, "_adjust") != NULL    ? ASSAY_LONELY_ADJUST
                  : strstr(name, "_average") != NULL ? ASSAY_LONELY_AVERAGE
                  : strstr(name, "_certainty")       ? ASSAY_LONELY_CERTAINTY
                                                     : ASSAY_LONELY_FAIL,
    };
    context = (assay_context){0};
    assert_ok(assay_design_new(&context, &s, &d));
    ck_assert_int_eq(assay_design_is_simple(d), !infinite && api.clusters == 0);
    return d;
}

#endif
