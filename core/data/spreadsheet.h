/* spreadsheet.h -- tables from and to spreadsheets: xlsx (Office Open XML) and ods (OpenDocument). */
#ifndef ASSAY_DATA_SPREADSHEET_H
#define ASSAY_DATA_SPREADSHEET_H

#include <stddef.h>

/* The i-th of the libraries beneath, and its version; NULL behind the last. */
const char *assay_spreadsheet_library(size_t i, const char **version);

#endif
