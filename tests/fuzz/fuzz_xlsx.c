/* fuzz_xlsx.c -- an xlsx as it is, or the parts of one, each ended by the byte 255. */
#include "spreadsheet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { PARTS = 4 };
    char *parts[PARTS];
    zip_text zip = {0};
    if (size >= 2 && memcmp(data, "PK", 2) == 0) {
        fuzz_spreadsheet(data, size);
        return 0;
    }
    for (int i = 0; i < PARTS; i++)
        parts[i] = fuzz_part(&data, &size);
    zip_xlsx(&zip, *parts[3] == '\0' ? ZIP_WORKBOOK : parts[3], parts[0], parts[1], parts[2]);
    fuzz_spreadsheet((const uint8_t *)zip.bytes, zip.length);
    zip_free(&zip);
    for (int i = 0; i < PARTS; i++)
        free(parts[i]);
    return 0;
}
