/* statfile_repair.c -- what ReadStat gets wrong in SPSS files, put right around it. */
#include "data/statfile_parts.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"

enum {
    LONG_NAMES = 13, /* "SHORT=name", with tabs between */
    LONG_TEXTS = 14, /* "SHORT=width", with a 0 byte and a tab behind each */
    SEGMENT = 252,   /* bytes of a long text that make one more part */
    MOST_TEXT = 32767,
    MOST_MORE = 16,
    HEADER_DATE = 92
};

/* ---- reading: texts above 255 bytes ---- */

/*
** Such a text is stored in parts of 255 bytes and one byte of padding. ReadStat 1.1.8 takes a byte
** off for the padding of each part but the last, also where the padding did not go into its buffer,
** which has room for the longest text of the file and 7 bytes: then the end of a text that is as
** long as it can be is lost. A few bytes more in the longest width, which change neither the number
** of its parts nor of its digits, make room enough.
*/
static size_t parts_of(size_t width)
{
    return (width + SEGMENT - 1) / SEGMENT;
}

size_t assay_statfile_lost_bytes(size_t width, size_t longest)
{
    const size_t parts = parts_of(width), room = longest + 7;
    size_t used = 0, whole = width;
    for (size_t i = 0; i < parts; i++) {
        const bool last = i + 1 == parts;
        const size_t eights = last ? (width - SEGMENT * i + 7) / 8 : 32;
        const size_t fit = (room - used) / 8;
        used += 8 * (eights < fit ? eights : fit);
        used -= !last;
        if (!last && fit < eights && used < whole)
            whole = used; /* what comes next goes over the text */
    }
    return width - whole;
}

typedef struct widths {
    bool has[MOST_TEXT + 1];
    size_t longest, at, digits; /* where the longest stands */
} widths;

static void find_widths(const char *bytes, size_t at, size_t n, widths *all)
{
    for (size_t i = at; i < at + n; i++) {
        size_t width = 0, k = i + 1;
        if (bytes[i] != '=')
            continue;
        for (; k < at + n && bytes[k] >= '0' && bytes[k] <= '9' && width <= MOST_TEXT; k++)
            width = 10 * width + (size_t)(bytes[k] - '0');
        if (width == 0 || width > MOST_TEXT)
            continue;
        all->has[width] = true;
        if (width > all->longest) {
            all->longest = width;
            all->at = i + 1;
            all->digits = k - i - 1;
        }
    }
}

static bool loses_any(const widths *all, size_t longest)
{
    for (size_t width = 256; width <= all->longest; width++)
        if (all->has[width] && assay_statfile_lost_bytes(width, longest) > 0)
            return true;
    return false;
}

void assay_statfile_widen(assay_statfile *file)
{
    size_t at, n;
    char digits[24];
    widths all = {{false}, 0, 0, 0};
    if (!assay_statfile_find_record(file->bytes, file->length, LONG_TEXTS, &at, &n))
        return;
    find_widths(file->bytes, at, n, &all);
    file->longest = all.longest;
    if (all.longest == 0 || !loses_any(&all, all.longest))
        return;
    for (size_t more = 1; more <= MOST_MORE; more++) {
        const size_t width = all.longest + more;
        const int printed = snprintf(digits, sizeof digits, "%0*zu", (int)all.digits, width);
        if (width > MOST_TEXT || parts_of(width) != parts_of(all.longest) ||
            (size_t)printed != all.digits || loses_any(&all, width))
            continue;
        memcpy(file->bytes + all.at, digits, all.digits);
        file->widened = width;
        return;
    }
}

/* ---- writing: names ---- */

/*
** ReadStat 1.1.8 makes the short names of SPSS from the first bytes of names, and those of the parts
** of long texts from five bytes of these: V1 with several parts has one called V11, which is then
** taken for a column V11. It is given names that cannot meet, and the real ones are put in the
** record of long names.
*/
void assay_statfile_short_name(size_t i, char name[ASSAY_STATFILE_SHORT])
{
    snprintf(name, ASSAY_STATFILE_SHORT, "V%07zu", i % 10000000);
}

static bool list_names(const assay_frame *frame, assay_bytes *names)
{
    const size_t n = assay_frame_columns(frame);
    for (size_t i = 0; i < n; i++) {
        char key[ASSAY_STATFILE_SHORT];
        const char *name = assay_frame_name(frame, i);
        assay_statfile_short_name(i, key);
        if ((i > 0 && !assay_append(names, "\t", 1)) || !assay_append(names, key, strlen(key)) ||
            !assay_append(names, "=", 1) || !assay_append(names, name, strlen(name)))
            return false;
    }
    return true;
}

assay_status assay_statfile_write_dictionary(assay_context *context, const assay_frame *frame,
                                             char *bytes, size_t length, assay_output *output)
{
    size_t at, n;
    assay_bytes names = {0};
    if (!assay_statfile_find_record(bytes, length, LONG_NAMES, &at, &n))
        return assay_fail(context, ASSAY_EDOM, "SPSS does not take it: ReadStat wrote no names");
    if (!list_names(frame, &names)) {
        assay_free(names.bytes);
        return assay_fail_memory(context);
    }
    const uint32_t count =
        (uint32_t)names.length; /* ReadStat writes in the machine's order of bytes */
    memcpy(bytes + HEADER_DATE, "01 Jan 7000:00:00", 17);
    memcpy(bytes + at - sizeof count, &count, sizeof count);
    assay_status status = assay_output_write(context, output, bytes, at);
    if (status == ASSAY_OK)
        status = assay_output_write(context, output, names.bytes, names.length);
    if (status == ASSAY_OK)
        status = assay_output_write(context, output, bytes + at + n, length - at - n);
    assay_free(names.bytes);
    return status;
}
