/* normal.c -- the one way, of several that look alike, to write a text in Unicode. */
#include "base/normal.h"

#include <string.h>
#include <utf8proc.h>

bool assay_is_ascii(const char *bytes, size_t length)
{
    unsigned char all = 0;
    for (size_t i = 0; i < length; i++)
        all |= (unsigned char)bytes[i];
    return all < 0x80;
}

/* A character of n bytes is at most 4 in its parts, and these at most 4 bytes each. */
size_t assay_normal_form(const char *bytes, size_t length, char form[ASSAY_NORMAL_BYTES])
{
    enum { MOST = ASSAY_NORMAL_BYTES / sizeof(utf8proc_int32_t) };
    utf8proc_int32_t parts[MOST + 1]; /* the library ends its text with a 0 byte */
    const utf8proc_option_t how = UTF8PROC_STABLE | UTF8PROC_COMPOSE;
    if (length > ASSAY_NORMAL_LONGEST)
        return 0;
    utf8proc_ssize_t n = utf8proc_decompose((const utf8proc_uint8_t *)bytes,
                                            (utf8proc_ssize_t)length, parts, MOST, how);
    if (n <= 0 || n > MOST)
        return 0;
    n = utf8proc_reencode(parts, n, how);
    if (n <= 0)
        return 0;
    memcpy(form, parts, (size_t)n);
    return (size_t)n;
}
