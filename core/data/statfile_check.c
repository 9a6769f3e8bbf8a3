/* statfile_check.c -- what a statistics file says of itself, held against its size. */
#include "data/statfile_parts.h"

#include <string.h>

#include "base/text.h"
#include "data/kind.h"

/*
** ReadStat believes the counts in a file and takes memory for them. Sources: the PSPP developers'
** guide, "System File Format", and Stata's manual, "[P] File formats .dta".
*/
typedef struct cursor {
    const unsigned char *bytes;
    size_t length, at;
    bool swapped; /* the file's numbers have the other order of bytes */
} cursor;

/* False where the file ends before; nothing is taken then. */
static bool skip(cursor *from, uint64_t n)
{
    if (n > from->length - from->at)
        return false;
    from->at += (size_t)n;
    return true;
}

static bool take(cursor *from, size_t n, uint64_t *value)
{
    uint64_t x = 0;
    if (n > from->length - from->at)
        return false;
    for (size_t i = 0; i < n; i++)
        x |= (uint64_t)from->bytes[from->at + i] << (8 * (from->swapped ? n - 1 - i : i));
    from->at += n;
    *value = x;
    return true;
}

static bool take_integer(cursor *from, int64_t *value)
{
    uint64_t x;
    if (!take(from, 4, &x))
        return false;
    *value = (int64_t)x - (x > INT32_MAX ? (int64_t)1 << 32 : 0);
    return true;
}

static bool take_text(cursor *from, const char *text)
{
    const size_t n = strlen(text);
    if (n > from->length - from->at || memcmp(from->bytes + from->at, text, n) != 0)
        return false;
    from->at += n;
    return true;
}

static cursor start_of(const assay_statfile *file)
{
    return (cursor){.bytes = (const unsigned char *)file->bytes, .length = file->length};
}

static assay_status refuse_cut(assay_context *context, const assay_statfile *file)
{
    return assay_statfile_refuse(context, file, "is cut short: it ends after %zu bytes, before %s",
                                 file->length, "what it says that it holds");
}

/* ---- SPSS ---- */

/* The header record of 176 bytes. */
enum {
    SAV_HEADER = 176,
    SAV_LAYOUT = 64,
    SAV_COMPRESSION = 72,
    SAV_CASES = 80,
    DATA_RECORD = 999,   /* behind it are the rows */
    DEFLATE_RATIO = 1032 /* one byte of zlib's stream gives at most so many */
};

static assay_status refuse_kind(assay_context *context, const assay_statfile *file,
                                const char *expected)
{
    size_t bad;
    char quoted[ASSAY_QUOTED];
    static const char encrypted[] = "ENCRYPTEDSAV", portable[] = "ASCII SPSS PORT FILE";
    if (file->length >= 20 && memcmp(file->bytes + 8, encrypted, sizeof encrypted - 1) == 0)
        return assay_statfile_refuse(context, file, "is encrypted: save it without a password");
    for (size_t i = 0; i < 200 && i + sizeof portable <= file->length; i++)
        if (memcmp(file->bytes + i, portable, sizeof portable - 1) == 0)
            return assay_statfile_refuse(context, file,
                                         "is an SPSS portable file: save it as .sav");
    const char *kind = assay_file_kind(file->bytes, file->length);
    if (kind != NULL)
        return assay_statfile_refuse(context, file, "is no %s file: %s", expected, kind);
    if (memchr(file->bytes, 0, file->length) == NULL &&
        (assay_text_is_utf8(file->bytes, file->length, &bad) || bad > 0))
        return assay_statfile_refuse(context, file,
                                     "is no %s file but text: if it is comma-separated, give "
                                     "format = 'csv'",
                                     expected);
    return assay_statfile_refuse(
        context, file, "is no %s file: it begins with '%s'", expected,
        assay_quote(file->bytes, file->length < 12 ? file->length : 12, quoted));
}

/* The layout code, which is 2 or 3, tells the order of bytes. */
static bool is_swapped(int64_t layout)
{
    return layout != 2 && layout != 3;
}

typedef struct sav_header {
    int64_t compression, cases;
} sav_header;

static assay_status check_sav_header(assay_context *context, const assay_statfile *file,
                                     cursor *from, sav_header *header)
{
    int64_t layout;
    if (file->length == 0)
        return assay_statfile_refuse(context, file, "is empty");
    if (!take_text(from, "$FL2") && !take_text(from, "$FL3"))
        return refuse_kind(context, file, "SPSS system (.sav)");
    if (file->length < SAV_HEADER)
        return refuse_cut(context, file);
    from->at = SAV_LAYOUT;
    take_integer(from, &layout);
    from->swapped = is_swapped(layout);
    from->at = SAV_COMPRESSION;
    take_integer(from, &header->compression);
    from->at = SAV_CASES;
    take_integer(from, &header->cases);
    from->at = SAV_HEADER;
    if (header->compression < 0 || header->compression > 2)
        return assay_statfile_refuse(context, file, "is damaged: its compression is %lld",
                                     (long long)header->compression);
    return ASSAY_OK;
}

/* One variable, or (a type below 0) eight bytes more of the text before it. */
static bool skip_variable(cursor *from, bool *is_variable)
{
    int64_t type, has_label, n_missing;
    uint64_t length = 0;
    if (!take_integer(from, &type) || !take_integer(from, &has_label) ||
        !take_integer(from, &n_missing) || !skip(from, 16))
        return false;
    *is_variable = type >= 0;
    if (has_label != 0 && (!take(from, 4, &length) || !skip(from, (length + 3) / 4 * 4)))
        return false;
    return skip(from, 8 * (uint64_t)(n_missing < 0 ? -n_missing : n_missing));
}

/* Value labels, and the variables that they belong to. */
static bool skip_labels(cursor *from)
{
    uint64_t n, length, type;
    if (!take(from, 4, &n))
        return false;
    while (n-- > 0)
        if (!skip(from, 8) || !take(from, 1, &length) || !skip(from, (length + 8) / 8 * 8 - 1))
            return false;
    return take(from, 4, &type) && type == 4 && take(from, 4, &n) && skip(from, 4 * n);
}

static bool skip_lines(cursor *from)
{
    uint64_t n;
    return take(from, 4, &n) && skip(from, 80 * n);
}

static bool skip_extension(cursor *from)
{
    uint64_t subtype, size, n;
    return take(from, 4, &subtype) && take(from, 4, &size) && take(from, 4, &n) &&
           skip(from, size * n);
}

/* What stands behind the type of a record; *is_variable: it is one, and no more of another. */
static bool skip_record(cursor *from, uint64_t type, bool *is_variable)
{
    *is_variable = false;
    switch (type) {
    case 2:
        return skip_variable(from, is_variable);
    case 3:
        return skip_labels(from);
    case 6:
        return skip_lines(from);
    default:
        return skip_extension(from);
    }
}

/* The records up to the data; *cells is how many times eight bytes a row has. */
static assay_status walk_sav(assay_context *context, const assay_statfile *file, cursor *from,
                             uint64_t *cells)
{
    uint64_t type, variables = 0;
    while (take(from, 4, &type)) {
        bool is_variable;
        if (type == DATA_RECORD)
            return skip(from, 4) ? ASSAY_OK : refuse_cut(context, file);
        if (type != 2 && type != 3 && type != 6 && type != 7)
            return assay_statfile_refuse(context, file,
                                         "is damaged: there is no record of type %llu",
                                         (unsigned long long)type);
        if (!skip_record(from, type, &is_variable))
            return refuse_cut(context, file);
        *cells += type == 2;
        variables += is_variable;
        if (variables > ASSAY_STATFILE_COLUMNS)
            return assay_statfile_refuse(context, file, "has more than %d variables",
                                         ASSAY_STATFILE_COLUMNS);
        const assay_status status = assay_poll(context, from->at, from->length);
        if (status != ASSAY_OK)
            return status;
    }
    return refuse_cut(context, file);
}

bool assay_statfile_find_record(const char *bytes, size_t length, uint32_t subtype, size_t *at,
                                size_t *n)
{
    uint64_t type, this;
    int64_t layout;
    bool is_variable;
    cursor from = {.bytes = (const unsigned char *)bytes, .length = length, .at = SAV_LAYOUT};
    if (length < SAV_HEADER)
        return false;
    take_integer(&from, &layout);
    from.swapped = is_swapped(layout);
    from.at = SAV_HEADER;
    while (take(&from, 4, &type) && type != DATA_RECORD) {
        const size_t start = from.at;
        const bool found = type == 7 && take(&from, 4, &this) && this == subtype;
        from.at = start;
        if (!skip_record(&from, type, &is_variable))
            return false;
        if (found) {
            *at = start + 12;
            *n = from.at - *at;
            return true;
        }
    }
    return false;
}

/* How many rows can follow: a cell takes eight bytes, or at least one where rows are compressed. */
static assay_status bound_sav(assay_context *context, assay_statfile *file, const cursor *from,
                              const sav_header *header, uint64_t cells)
{
    const uint64_t left = from->length - from->at;
    const uint64_t held = header->compression == 0   ? left / 8
                          : header->compression == 1 ? left
                                                     : left * DEFLATE_RATIO;
    const uint64_t most = held / cells;
    if (header->cases >= 0 && (uint64_t)header->cases > most)
        return assay_statfile_refuse(
            context, file,
            "is cut short: it says that it has %lld rows, but there is room for %llu",
            (long long)header->cases, (unsigned long long)most);
    if (header->cases < 0 && header->compression == 0 && left % (8 * cells) != 0)
        return refuse_cut(context, file);
    file->name_bytes = 32; /* ReadStat makes them up */
    file->most_rows = header->cases < 0 ? most : (uint64_t)header->cases;
    return ASSAY_OK;
}

assay_status assay_statfile_check_sav(assay_context *context, assay_statfile *file)
{
    cursor from = start_of(file);
    sav_header header = {0};
    uint64_t cells = 0;
    assay_status status = check_sav_header(context, file, &from, &header);
    if (status == ASSAY_OK)
        status = walk_sav(context, file, &from, &cells);
    if (status != ASSAY_OK)
        return status;
    if (cells == 0)
        return assay_statfile_refuse(context, file, "has no variables");
    return bound_sav(context, file, &from, &header, cells);
}

/* ---- Stata ---- */

/* What stands at the head of every version. */
typedef struct dta_header {
    uint64_t version, variables, rows;
} dta_header;

/* Versions 117 and later, which are marked up. */
static bool take_marked(cursor *from, dta_header *header)
{
    header->version = 0;
    for (int i = 0; i < 3; i++) {
        uint64_t digit;
        if (!take(from, 1, &digit) || digit < '0' || digit > '9')
            return false;
        header->version = 10 * header->version + digit - '0';
    }
    if (!take_text(from, "</release><byteorder>"))
        return false;
    from->swapped = take_text(from, "MSF");
    if (!from->swapped && !take_text(from, "LSF"))
        return false;
    return take_text(from, "</byteorder><K>") &&
           take(from, header->version >= 119 ? 4 : 2, &header->variables) &&
           take_text(from, "</K><N>") && take(from, header->version >= 118 ? 8 : 4, &header->rows);
}

static bool take_plain(cursor *from, dta_header *header)
{
    uint64_t order;
    if (!take(from, 1, &header->version) || !take(from, 1, &order) || !skip(from, 2))
        return false;
    from->swapped = order == 1;
    return (order == 1 || order == 2) && take(from, 2, &header->variables) &&
           take(from, 4, &header->rows);
}

/* Where a file that is marked up was cut is seen at its end. */
static bool has_end(const assay_statfile *file)
{
    static const char end[] = "</stata_dta>";
    const size_t n = sizeof end - 1;
    return file->length >= n && memcmp(file->bytes + file->length - n, end, n) == 0;
}

/* The start of the section of long texts (strL), from the map of all sections. */
static bool find_long_texts(cursor *from, const dta_header *header)
{
    uint64_t length, at;
    if (!take_text(from, "</N><label>") || !take(from, header->version >= 118 ? 2 : 1, &length) ||
        !skip(from, length) || !take_text(from, "</label><timestamp>") || !take(from, 1, &length) ||
        !skip(from, length) || !take_text(from, "</timestamp></header><map>") ||
        !skip(from, 10 * 8) || !take(from, 8, &at) || at > from->length)
        return false;
    from->at = (size_t)at;
    return take_text(from, "<strls>");
}

/* Long texts may be bytes that are no text, which ReadStat takes for empty ones. */
static assay_status check_long_texts(assay_context *context, const assay_statfile *file,
                                     cursor *from, const dta_header *header)
{
    uint64_t kind, length;
    if (!find_long_texts(from, header))
        return refuse_cut(context, file);
    while (take_text(from, "GSO")) {
        if (!skip(from, header->version >= 118 ? 12 : 8) || !take(from, 1, &kind) ||
            !take(from, 4, &length) || !skip(from, length))
            return refuse_cut(context, file);
        if (kind != 129 && (length == 0 || from->bytes[from->at - 1] != 0))
            return assay_statfile_refuse(context, file,
                                         "is damaged: a long text (strL) has no end");
        if (kind == 129)
            return assay_statfile_refuse(context, file,
                                         "has a long text (strL) of bytes that are no text");
    }
    return take_text(from, "</strls>") ? ASSAY_OK : refuse_cut(context, file);
}

static bool begins_marked(const assay_statfile *file)
{
    cursor from = start_of(file);
    return take_text(&from, "<stata_dta>");
}

assay_status assay_statfile_check_dta(assay_context *context, assay_statfile *file)
{
    cursor from = start_of(file);
    dta_header header = {0};
    if (file->length == 0)
        return assay_statfile_refuse(context, file, "is empty");
    const bool marked = take_text(&from, "<stata_dta><header><release>");
    const bool good = marked ? take_marked(&from, &header) : take_plain(&from, &header);
    if (!good && (marked || begins_marked(file)))
        return refuse_cut(context, file);
    if (!good || header.version < 102)
        return refuse_kind(context, file, "Stata (.dta)");
    if (header.version < 104 || header.version > 119 || marked != (header.version >= 117))
        return assay_statfile_refuse(context, file, "has Stata's version %d; 104 to 119 are read",
                                     (int)header.version);
    if (header.variables > ASSAY_STATFILE_COLUMNS)
        return assay_statfile_refuse(context, file, "has more than %d variables",
                                     ASSAY_STATFILE_COLUMNS);
    if (header.variables == 0)
        return assay_statfile_refuse(context, file, "has no variables");
    if (header.rows > file->length / header.variables || (marked && !has_end(file)))
        return refuse_cut(context, file);
    file->most_rows = header.rows;
    file->name_bytes = header.version >= 118 ? 129 : header.version >= 110 ? 33 : 9;
    return marked ? check_long_texts(context, file, &from, &header) : ASSAY_OK;
}
