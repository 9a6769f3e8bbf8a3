/* status.h -- the answers a core function can give. */
#ifndef ASSAY_BASE_STATUS_H
#define ASSAY_BASE_STATUS_H

#include <stdint.h>

/*
** Every core function that can fail returns an assay_status; results go through pointers, which are
** untouched unless the answer is ASSAY_OK. Code, name and text stand here once.
*/
#define ASSAY_STATUS_MAP(X)                                                                        \
    X(OK, "success")                                                                               \
    X(EDOM, "argument outside its domain")                                                         \
    X(EUNKNOWN, "no such name")                                                                    \
    X(EMISSING, "missing value where none is allowed")                                             \
    X(EREPEATED, "repeated value where each must differ")                                          \
    X(EFORMAT, "malformed data")                                                                   \
    X(EIO, "file cannot be read or written")                                                       \
    X(ENUMERIC, "no result within the limits of the arithmetic")                                   \
    X(ENOMEM, "out of memory")                                                                     \
    X(ESTOPPED, "stopped")

typedef enum assay_status {
#define X(name, text) ASSAY_##name,
    ASSAY_STATUS_MAP(X)
#undef X
} assay_status;

/* "EDOM" and its like; "?" for a number that is no status. */
const char *assay_status_name(assay_status status);

/* The sentence that belongs to a status, in lower case and without a full stop. */
const char *assay_status_text(assay_status status);

/*
** Call once before anything else: GSL's error handler aborts the process, and core checks every
** result itself, so the handler is switched off. Calling again does no harm.
*/
void assay_init(void);

#define ASSAY_INFINITE UINT64_MAX /* a population without end */

#define ASSAY_VERSION "0.1.0"

const char *assay_gsl_version(void);

#endif
