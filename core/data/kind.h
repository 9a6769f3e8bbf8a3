/* kind.h -- what a file is by its first bytes, for what reads another kind. */
#ifndef ASSAY_DATA_KIND_H
#define ASSAY_DATA_KIND_H

#include <stddef.h>

/* "this is ...", and what helps; NULL: no kind that is known. Text is none, but for UTF-16. */
const char *assay_file_kind(const char *bytes, size_t length);

#endif
