/* kind.c -- what a file is by its first bytes. */
#include "data/kind.h"

#include <string.h>

static const struct {
    const char *bytes;
    size_t length;
    const char *what;
} kinds[] = {
    {"PK\3\4", 4, "this is a zip file, as .xlsx and .ods are: give it its own name, or unpack it"},
    {"\x1F\x8B", 2, "this is a gzip file: unpack it first"},
    {"BZh", 3, "this is a bzip2 file: unpack it first"},
    {"\xFD"
     "7zXZ",
     5, "this is an xz file: unpack it first"},
    {"\x28\xB5\x2F\xFD", 4, "this is a zstd file: unpack it first"},
    {"$FL2", 4, "this is an SPSS file: give it a name that ends in .sav"},
    {"$FL3", 4, "this is an SPSS file: give it a name that ends in .sav"},
    {"<stata_dta>", 11, "this is a Stata file: give it a name that ends in .dta"},
    {"\xD0\xCF\x11\xE0", 4, "this is an old Excel file (.xls): save it as .xlsx or .csv"},
    {"%PDF", 4, "this is a PDF file, not a table"},
    {"PAR1", 4, "this is a Parquet file: save it as .csv"},
    {"SQLite format 3", 15, "this is an SQLite database: export the table as .csv"},
    {"\xFF\xFE", 2,
     "this is UTF-16, not UTF-8 text: save it as \"CSV UTF-8\", or convert it to UTF-8"},
    {"\xFE\xFF", 2,
     "this is UTF-16, not UTF-8 text: save it as \"CSV UTF-8\", or convert it to UTF-8"},
};

const char *assay_file_kind(const char *bytes, size_t length)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (length >= kinds[i].length && memcmp(bytes, kinds[i].bytes, kinds[i].length) == 0)
            return kinds[i].what;
    return NULL;
}
