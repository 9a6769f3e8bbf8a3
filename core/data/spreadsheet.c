/* spreadsheet.c -- tables from and to spreadsheets: xlsx (Office Open XML) and ods (OpenDocument). */
#include "data/spreadsheet.h"

#include <expat.h>
#include <xlsxwriter.h>
#include <zip.h>

const char *assay_spreadsheet_library(size_t i, const char **version)
{
    switch (i) {
    case 0:
        *version = zip_libzip_version();
        return "libzip";
    case 1:
        *version = XML_ExpatVersion() + sizeof "expat_" - 1;
        return "expat";
    case 2:
        *version = lxw_version();
        return "libxlsxwriter";
    default:
        return NULL;
    }
}
