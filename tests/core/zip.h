/* zip.h -- zips made of parts given as text, stored as they are, for tests of those who read them. */
#ifndef ASSAY_TESTS_ZIP_H
#define ASSAY_TESTS_ZIP_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct zip_text {
    char *bytes;
    size_t length;
    char *list; /* the directory, which comes behind all parts */
    size_t list_length, n;
} zip_text;

static inline uint32_t zip_crc(const char *bytes, size_t length)
{
    uint32_t crc = 0xFFFFFFFF;
    for (size_t i = 0; i < length; i++) {
        crc ^= (unsigned char)bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320 : 0);
    }
    return ~crc;
}

/* Bytes taken for so many, and a 0 byte behind them. */
static inline size_t zip_capacity(size_t length)
{
    size_t capacity = 64;
    while (capacity <= length)
        capacity *= 2;
    return capacity;
}

static inline void zip_put(char **to, size_t *length, const void *bytes, size_t n)
{
    if (*to == NULL || zip_capacity(*length + n) > zip_capacity(*length))
        *to = realloc(*to, zip_capacity(*length + n));
    if (n > 0)
        memcpy(*to + *length, bytes, n);
    *length += n;
}

static inline void zip_number(char **to, size_t *length, uint32_t number, int n)
{
    for (; n > 0; n--, number >>= 8)
        zip_put(to, length, &(char){(char)(number & 0xFF)}, 1);
}

/* What a local header and an entry of the list have in common; `method` 0 is stored. */
static inline void zip_about(char **to, size_t *length, const char *name, uint32_t crc, int flags,
                             int method, uint32_t packed, uint32_t size)
{
    zip_number(to, length, 20, 2);
    zip_number(to, length, (uint32_t)flags, 2);
    zip_number(to, length, (uint32_t)method, 2);
    zip_number(to, length, 0x210000, 4); /* 1980-01-01 */
    zip_number(to, length, crc, 4);
    zip_number(to, length, packed, 4);
    zip_number(to, length, size, 4);
    zip_number(to, length, (uint32_t)strlen(name), 2);
    zip_number(to, length, 0, 2);
}

/* A part that is packed already, and what is said of it. */
static inline void zip_add_packed(zip_text *zip, const char *name, const char *bytes, size_t packed,
                                  uint32_t crc, int flags, int method, size_t size)
{
    const size_t place = zip->length;
    zip_put(&zip->bytes, &zip->length, "PK\3\4", 4);
    zip_about(&zip->bytes, &zip->length, name, crc, flags, method, (uint32_t)packed,
              (uint32_t)size);
    zip_put(&zip->bytes, &zip->length, name, strlen(name));
    zip_put(&zip->bytes, &zip->length, bytes, packed);
    zip_put(&zip->list, &zip->list_length, "PK\1\2\24\0", 6);
    zip_about(&zip->list, &zip->list_length, name, crc, flags, method, (uint32_t)packed,
              (uint32_t)size);
    zip_number(&zip->list, &zip->list_length, 0, 4); /* comment, disk */
    zip_number(&zip->list, &zip->list_length, 0, 4); /* attributes */
    zip_number(&zip->list, &zip->list_length, 0, 2);
    zip_number(&zip->list, &zip->list_length, (uint32_t)place, 4);
    zip_put(&zip->list, &zip->list_length, name, strlen(name));
    zip->n++;
}

static inline void zip_add_bytes(zip_text *zip, const char *name, const char *bytes, size_t length)
{
    zip_add_packed(zip, name, bytes, length, zip_crc(bytes, length), 0, 0, length);
}

static inline void zip_add(zip_text *zip, const char *name, const char *text)
{
    zip_add_bytes(zip, name, text, strlen(text));
}

/* Behind the last part: zip->bytes is the file then. */
static inline void zip_end(zip_text *zip)
{
    const size_t place = zip->length;
    zip_put(&zip->bytes, &zip->length, zip->list, zip->list_length);
    zip_put(&zip->bytes, &zip->length, "PK\5\6\0\0\0\0", 8);
    zip_number(&zip->bytes, &zip->length, (uint32_t)zip->n, 2);
    zip_number(&zip->bytes, &zip->length, (uint32_t)zip->n, 2);
    zip_number(&zip->bytes, &zip->length, (uint32_t)zip->list_length, 4);
    zip_number(&zip->bytes, &zip->length, (uint32_t)place, 4);
    zip_number(&zip->bytes, &zip->length, 0, 2);
}

static inline void zip_free(zip_text *zip)
{
    free(zip->bytes);
    free(zip->list);
    *zip = (zip_text){0};
}

/* ---- workbooks of one sheet ---- */

#define ZIP_MAIN "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\""
#define ZIP_R    "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

static inline void zip_add_relations(zip_text *zip)
{
    zip_add(zip, "_rels/.rels",
            "<Relationships><Relationship Id=\"r1\" Type=\"" ZIP_R
            "/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>");
    zip_add(zip, "xl/_rels/workbook.xml.rels",
            "<Relationships><Relationship Id=\"r1\" Type=\"" ZIP_R
            "/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"r2\" Type=\"" ZIP_R
            "/styles\" Target=\"/xl/styles.xml\"/><Relationship Id=\"r3\" Type=\"" ZIP_R
            "/sharedStrings\" Target=\"../xl/sharedStrings.xml\"/></Relationships>");
}

#define ZIP_WORKBOOK                                                                               \
    "<workbook " ZIP_MAIN " xmlns:r=\"" ZIP_R "\"><sheets>"                                        \
    "<sheet name=\"Sheet\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"

/* Empty parts are left out. */
static inline void zip_xlsx(zip_text *zip, const char *workbook, const char *sheet,
                            const char *styles, const char *strings)
{
    zip_add_relations(zip);
    zip_add(zip, "xl/workbook.xml", workbook);
    zip_add(zip, "xl/worksheets/sheet1.xml", sheet);
    if (*styles != '\0')
        zip_add(zip, "xl/styles.xml", styles);
    if (*strings != '\0')
        zip_add(zip, "xl/sharedStrings.xml", strings);
    zip_end(zip);
}

static inline void zip_ods(zip_text *zip, const char *content, const char *manifest)
{
    zip_add(zip, "mimetype", "application/vnd.oasis.opendocument.spreadsheet");
    zip_add(zip, "content.xml", content);
    if (*manifest != '\0')
        zip_add(zip, "META-INF/manifest.xml", manifest);
    zip_end(zip);
}

#endif
