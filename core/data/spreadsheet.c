/* spreadsheet.c -- tables from and to spreadsheets: xlsx (Office Open XML) and ods (OpenDocument). */
#include "data/spreadsheet_parts.h"

#include <stdio.h>
#include <string.h>

assay_spreadsheet_options assay_spreadsheet_defaults(void)
{
    return (assay_spreadsheet_options){.n_missing = 0};
}

/* ---- sheets ---- */

/* The names of all sheets, as far as they fit. */
static void list_sheets(size_t n, char *const names[], char *list, size_t size)
{
    size_t used = 0;
    list[0] = '\0';
    for (size_t i = 0; i < n && used + 4 < size; i++) {
        char quoted[ASSAY_QUOTED];
        const int length = snprintf(list + used, size - used, "%s'%s'", i == 0 ? "" : ", ",
                                    assay_quote(names[i], strlen(names[i]), quoted));
        if ((size_t)length >= size - used) {
            strcpy(list + used, i == 0 ? "" : ", ..."); /* the size leaves room for it */
            return;
        }
        used += (size_t)length;
    }
}

static assay_status fail_sheet(assay_context *context, const assay_package *package,
                               const assay_spreadsheet_options *options, size_t n,
                               char *const names[])
{
    enum { LIST = 300, SPARE = 8 };
    char list[LIST + SPARE], quoted[ASSAY_QUOTED];
    list_sheets(n, names, list, LIST);
    if (options->sheet != NULL)
        assay_fail(context, ASSAY_EUNKNOWN, "there is no sheet '%s', but %s",
                   assay_quote(options->sheet, strlen(options->sheet), quoted), list);
    else
        assay_fail(context, ASSAY_EUNKNOWN, "there is no sheet %zu, but %zu: %s", options->number,
                   n, list);
    assay_blame_argument(context, "sheet");
    return assay_blame_file(context, assay_package_name(package));
}

assay_status assay_sheet_choose(assay_context *context, const assay_package *package,
                                const assay_spreadsheet_options *options, size_t n,
                                char *const names[], const bool hidden[], size_t *chosen)
{
    if (n == 0)
        return assay_package_fail(context, package, "the file has no sheet with cells");
    if (options->sheet == NULL && options->number > n)
        return fail_sheet(context, package, options, n, names);
    if (options->sheet == NULL && options->number > 0) {
        *chosen = options->number - 1;
        return ASSAY_OK;
    }
    for (size_t i = 0; i < n; i++)
        if (options->sheet == NULL ? !hidden[i] : strcmp(names[i], options->sheet) == 0) {
            *chosen = i;
            return ASSAY_OK;
        }
    if (options->sheet != NULL)
        return fail_sheet(context, package, options, n, names);
    return assay_package_fail(context, package,
                              "all sheets are hidden: say which one with sheet = 1");
}

/* ---- opening ---- */

assay_status assay_spreadsheet_open(assay_context *context, assay_input *input,
                                    const assay_spreadsheet_options *options, assay_source **source)
{
    assay_package *package = NULL;
    if (options->dates != NULL && strlen(options->dates) > ASSAY_PATTERN_BYTES) {
        assay_input_close(input);
        assay_fail(context, ASSAY_EDOM, "a pattern for dates has at most %d bytes",
                   ASSAY_PATTERN_BYTES);
        return assay_blame_argument(context, "dates");
    }
    const assay_status status = assay_package_open(context, input, &package);
    if (status != ASSAY_OK)
        return status;
    return assay_package_has(package, "content.xml")
               ? assay_ods_open(context, package, options, source)
               : assay_xlsx_open(context, package, options, source);
}
