/* status.c -- the answers a core function can give. */
#include "base/status.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_version.h>
#include <stddef.h>

static const struct {
    const char *name, *text;
} statuses[] = {
#define X(name, text) {#name, text},
    ASSAY_STATUS_MAP(X)
#undef X
};

static const size_t n_statuses = sizeof statuses / sizeof statuses[0];

const char *assay_status_name(assay_status status)
{
    return (size_t)status < n_statuses ? statuses[status].name : "?";
}

const char *assay_status_text(assay_status status)
{
    return (size_t)status < n_statuses ? statuses[status].text : "unknown status";
}

void assay_init(void)
{
    gsl_set_error_handler_off();
}

const char *assay_gsl_version(void)
{
    return gsl_version;
}
