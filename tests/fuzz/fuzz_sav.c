/* fuzz_sav.c -- SPSS system files. */
#include "statfile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_statfile(ASSAY_SAV, data, size);
}
