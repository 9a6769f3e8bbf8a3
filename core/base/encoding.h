/* encoding.h -- text of other encodings as UTF-8. */
#ifndef ASSAY_BASE_ENCODING_H
#define ASSAY_BASE_ENCODING_H

#include <stdbool.h>
#include <stddef.h>

/*
** The encodings of one byte a character that case lists come in. Windows-1252 is what Western
** European Windows writes; five of its bytes (81 8D 8F 90 9D) mean nothing. ISO-8859-1 has control
** characters from 80 to 9F, ISO-8859-15 too, and the euro sign at A4.
** Source: Unicode Consortium, mapping tables CP1252.TXT (2.01), 8859-1.TXT and 8859-15.TXT.
*/
typedef enum assay_encoding {
    ASSAY_UTF8,
    ASSAY_WINDOWS_1252,
    ASSAY_ISO_8859_1,
    ASSAY_ISO_8859_15
} assay_encoding;

const char *assay_encoding_name(assay_encoding encoding); /* as in "UTF-8", "windows-1252" */
bool assay_encoding_find(const char *name, assay_encoding *encoding); /* upper or lower case */

#define ASSAY_ENCODING_GROWTH 3 /* bytes of UTF-8 for one byte, at most */

/*
** bytes[length] of an encoding other than UTF-8 as UTF-8, of which it writes *written bytes. Returns
** how many bytes were read: less than `length` where the next one means nothing.
*/
size_t assay_encoding_to_utf8(assay_encoding encoding, const char *bytes, size_t length, char *utf8,
                              size_t *written);

#endif
