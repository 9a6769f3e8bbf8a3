/* fuzz_ods.c -- an ods as it is, or its content and its manifest, each ended by the byte 255. */
#include "spreadsheet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    zip_text zip = {0};
    if (size >= 2 && memcmp(data, "PK", 2) == 0) {
        fuzz_spreadsheet(data, size);
        return 0;
    }
    char *content = fuzz_part(&data, &size), *manifest = fuzz_part(&data, &size);
    zip_ods(&zip, content, manifest);
    fuzz_spreadsheet((const uint8_t *)zip.bytes, zip.length);
    zip_free(&zip);
    free(content);
    free(manifest);
    return 0;
}
