/* spreadsheet_xlsx.c -- Office Open XML workbooks (ECMA-376, part 1, 18). */
#include "data/spreadsheet_parts.h"

#include <string.h>

#include "base/text.h"

enum { MOST_CELL = 1 << 20, MOST_STYLES = 1 << 16, MOST_STRINGS = 1 << 30 };

/* A part that another one names: where it is, and what it is for. */
typedef struct relation {
    char *id, *type, *path;
} relation;

typedef struct number_format {
    uint64_t id;
    assay_cell_kind kind;
} number_format;

/* Text in pieces: <t> elements, alone or in runs, without the phonetic ones. */
typedef struct rich_text {
    assay_bytes bytes;
    size_t begin, piece; /* of the whole, and of the piece being read */
    int phonetic;
    bool reading;
} rich_text;

typedef enum value_type { NUMBER, SHARED, TEXT, TRUTH, ERROR, ISO } value_type;

typedef struct xlsx {
    assay_package *package;
    assay_grid *grid;
    assay_part *part;
    const char *folder; /* that relations of the part being read start from */

    size_t n_relations, relations_capacity;
    relation *relations;

    size_t n_sheets, sheets_capacity;
    char **sheets, **sheet_ids;
    bool *hidden;
    bool from_1904;

    size_t n_strings, strings_capacity;
    size_t *strings; /* where each ends in `texts` */
    rich_text texts;

    size_t n_formats, formats_capacity, n_kinds, kinds_capacity;
    number_format *formats;
    assay_cell_kind *kinds; /* of the styles of cells */
    bool in_styles;

    /* the sheet */
    rich_text value;
    uint64_t row, column; /* of what is being read, from 1; of what was read last */
    bool in_data, in_row, hidden_row;
    value_type type;
    assay_cell_kind kind;
} xlsx;

static bool ends_with(const char *text, const char *end)
{
    const size_t length = strlen(text), n = strlen(end);
    return length >= n && strcmp(text + length - n, end) == 0;
}

static bool is_true(const char *text)
{
    return text != NULL && (strcmp(text, "1") == 0 || strcmp(text, "true") == 0);
}

/* Room for one more in two or three arrays that grow together. */
static bool grow_sheets(xlsx *self)
{
    size_t names = self->sheets_capacity, ids = names;
    const size_t n = self->n_sheets;
    return assay_grow(&self->hidden, &(size_t){names}, n, sizeof *self->hidden) &&
           assay_grow(&self->sheet_ids, &ids, n, sizeof *self->sheet_ids) &&
           assay_grow(&self->sheets, &self->sheets_capacity, n, sizeof *self->sheets);
}

/* ---- text ---- */

static int hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                  : -1;
}

/* The UTF-16 unit that _xHHHH_ stands for; -1: this is no such escape. */
static long escaped_unit(const char *bytes, size_t length)
{
    long unit = 0;
    if (length < 7 || bytes[0] != '_' || bytes[1] != 'x' || bytes[6] != '_')
        return -1;
    for (int i = 2; i < 6; i++) {
        const int digit = hex_digit(bytes[i]);
        if (digit < 0)
            return -1;
        unit = 16 * unit + digit;
    }
    return unit;
}

static size_t print_character(unsigned long c, char *to)
{
    if (c < 0x80) {
        to[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        to[0] = (char)(0xC0 | c >> 6);
        to[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        to[0] = (char)(0xE0 | c >> 12);
        to[1] = (char)(0x80 | (c >> 6 & 0x3F));
        to[2] = (char)(0x80 | (c & 0x3F));
        return 3;
    }
    to[0] = (char)(0xF0 | c >> 18);
    to[1] = (char)(0x80 | (c >> 12 & 0x3F));
    to[2] = (char)(0x80 | (c >> 6 & 0x3F));
    to[3] = (char)(0x80 | (c & 0x3F));
    return 4;
}

/*
** Puts the characters in place of their escapes: what XML cannot hold, and "_x0041_" itself. Halves
** of a pair that stand alone and NUL stay as they are written. Returns the new length.
*/
static size_t decode(char *bytes, size_t length)
{
    size_t to = 0;
    for (size_t at = 0; at < length;) {
        const long unit = escaped_unit(bytes + at, length - at);
        const bool first = unit >= 0xD800 && unit < 0xDC00;
        const long second = first ? escaped_unit(bytes + at + 7, length - at - 7) : -1;
        if (unit > 0 && (unit < 0xD800 || unit > 0xDFFF)) {
            to += print_character((unsigned long)unit, bytes + to);
            at += 7;
        } else if (second >= 0xDC00 && second < 0xE000) {
            const unsigned long c = ((unsigned long)unit - 0xD800) << 10;
            to += print_character(0x10000 + c + (unsigned long)(second - 0xDC00), bytes + to);
            at += 14;
        } else {
            bytes[to++] = bytes[at++];
        }
    }
    return to;
}

static void begin_text(rich_text *self)
{
    self->begin = self->bytes.length;
    self->phonetic = 0;
    self->reading = false;
}

static void text_starts(rich_text *self, const char *local)
{
    if (strcmp(local, "rPh") == 0)
        self->phonetic++;
    else if (strcmp(local, "t") == 0 && self->phonetic == 0) {
        self->reading = true;
        self->piece = self->bytes.length;
    }
}

/* Decodes what was read since the piece began. */
static void end_piece(rich_text *self)
{
    const size_t length = self->bytes.length - self->piece;
    self->reading = false;
    if (length < 7)
        return;
    char *piece = self->bytes.bytes + self->piece;
    if (memchr(piece, '_', length) != NULL)
        self->bytes.length = self->piece + decode(piece, length);
}

static void text_ends(rich_text *self, const char *local)
{
    if (strcmp(local, "rPh") == 0)
        self->phonetic--;
    else if (strcmp(local, "t") == 0 && self->reading)
        end_piece(self);
}

static assay_status add_text(assay_context *context, const assay_package *package, rich_text *self,
                             const char *bytes, size_t length)
{
    if (!self->reading)
        return ASSAY_OK;
    if (self->bytes.length - self->begin + length > MOST_CELL)
        return assay_package_fail(context, package, "a cell with more than 1 MiB of text");
    return assay_append(&self->bytes, bytes, length) ? ASSAY_OK : assay_fail_memory(context);
}

/* ---- relations ---- */

/* The path of a part that is named from within `folder` ("xl/"), without "." and "..". */
static char *resolve(const char *folder, const char *target)
{
    const size_t n = *target == '/' ? 0 : strlen(folder), length = strlen(target);
    char *path = assay_alloc(n + length + 1);
    if (path == NULL)
        return NULL;
    size_t end = n;
    memcpy(path, folder, n);
    for (const char *at = target; *at != '\0';) {
        const size_t part = strcspn(at, "/");
        const bool slash = at[part] == '/';
        if (part == 2 && at[0] == '.' && at[1] == '.') {
            end -= end > 0;
            while (end > 0 && path[end - 1] != '/')
                end--;
        } else if (part > 0 && !(part == 1 && *at == '.')) {
            memcpy(path + end, at, part + slash);
            end += part + slash;
        }
        at += part + slash;
    }
    path[end] = '\0';
    return path;
}

static assay_status relation_starts(assay_context *context, void *data, const char *name,
                                    const char **attributes)
{
    xlsx *self = data;
    const char *id = assay_xml_attribute(attributes, "Id");
    const char *type = assay_xml_attribute(attributes, "Type");
    const char *target = assay_xml_attribute(attributes, "Target");
    const char *mode = assay_xml_attribute(attributes, "TargetMode");
    if (strcmp(assay_xml_local(name), "Relationship") != 0 || id == NULL || type == NULL ||
        target == NULL || (mode != NULL && strcmp(mode, "External") == 0))
        return ASSAY_OK;
    if (!assay_grow(&self->relations, &self->relations_capacity, self->n_relations,
                    sizeof *self->relations))
        return assay_fail_memory(context);
    relation *fresh = &self->relations[self->n_relations++];
    *fresh = (relation){assay_copy_text(id, strlen(id)), assay_copy_text(type, strlen(type)),
                        resolve(self->folder, target)};
    return fresh->id == NULL || fresh->type == NULL || fresh->path == NULL
               ? assay_fail_memory(context)
               : ASSAY_OK;
}

static void free_relations(xlsx *self)
{
    for (size_t i = 0; i < self->n_relations; i++) {
        assay_free(self->relations[i].id);
        assay_free(self->relations[i].type);
        assay_free(self->relations[i].path);
    }
    self->n_relations = 0;
}

/* Replaces the relations by those of a part; it may have none. */
static assay_status read_relations(assay_context *context, xlsx *self, const char *folder,
                                   const char *path)
{
    static const assay_xml_handlers handlers = {.start = relation_starts};
    free_relations(self);
    self->folder = folder;
    return assay_package_has(self->package, path)
               ? assay_part_read_whole(context, self->package, path, &handlers, self)
               : ASSAY_OK;
}

/* The path of the first part for this purpose; NULL: there is none. */
static const char *path_of_type(const xlsx *self, const char *type)
{
    for (size_t i = 0; i < self->n_relations; i++)
        if (ends_with(self->relations[i].type, type))
            return self->relations[i].path;
    return NULL;
}

static const relation *relation_of_id(const xlsx *self, const char *id)
{
    for (size_t i = 0; i < self->n_relations; i++)
        if (strcmp(self->relations[i].id, id) == 0)
            return &self->relations[i];
    return NULL;
}

/* ---- the workbook ---- */

static assay_status add_sheet(assay_context *context, xlsx *self, const char **attributes)
{
    const char *name = assay_xml_attribute(attributes, "name");
    const char *state = assay_xml_attribute(attributes, "state");
    const char *id = NULL;
    for (const char **at = attributes; *at != NULL; at += 2)
        if (ends_with(at[0], ":id"))
            id = at[1];
    const relation *to = id == NULL ? NULL : relation_of_id(self, id);
    if (name == NULL || to == NULL)
        return assay_package_fail(context, self->package, "the file is damaged: a sheet is not there");
    if (!ends_with(to->type, "/worksheet"))
        return ASSAY_OK; /* a chart or a macro on a sheet of its own */
    if (!grow_sheets(self))
        return assay_fail_memory(context);
    const size_t i = self->n_sheets++;
    self->hidden[i] = state != NULL && strcmp(state, "visible") != 0;
    self->sheets[i] = assay_copy_text(name, strlen(name));
    self->sheet_ids[i] = assay_copy_text(id, strlen(id));
    return self->sheets[i] == NULL || self->sheet_ids[i] == NULL ? assay_fail_memory(context)
                                                                 : ASSAY_OK;
}

static assay_status workbook_starts(assay_context *context, void *data, const char *name,
                                    const char **attributes)
{
    xlsx *self = data;
    const char *local = assay_xml_local(name);
    if (strcmp(local, "workbookPr") == 0)
        self->from_1904 = is_true(assay_xml_attribute(attributes, "date1904"));
    return strcmp(local, "sheet") == 0 ? add_sheet(context, self, attributes) : ASSAY_OK;
}

/* "xl/workbook.xml" has the folder "xl/" and the relations "xl/_rels/workbook.xml.rels". */
static assay_status read_workbook(assay_context *context, xlsx *self, const char *path)
{
    static const assay_xml_handlers handlers = {.start = workbook_starts};
    static const char middle[] = "_rels/", end[] = ".rels";
    const char *slash = strrchr(path, '/');
    const size_t n = slash == NULL ? 0 : (size_t)(slash - path) + 1, length = strlen(path);
    char *folder = assay_copy_text(path, n), *relations = assay_alloc(length + sizeof middle + sizeof end);
    assay_status status = folder == NULL || relations == NULL ? assay_fail_memory(context) : ASSAY_OK;
    if (status == ASSAY_OK) {
        memcpy(relations, path, n);
        strcpy(relations + n, middle);
        strcat(strcat(relations, path + n), end);
        status = read_relations(context, self, folder, relations);
    }
    if (status == ASSAY_OK)
        status = assay_part_read_whole(context, self->package, path, &handlers, self);
    assay_free(folder);
    assay_free(relations);
    return status;
}

static assay_status find_workbook(assay_context *context, xlsx *self)
{
    assay_status status = read_relations(context, self, "", "_rels/.rels");
    const char *found = status == ASSAY_OK ? path_of_type(self, "/officeDocument") : NULL;
    if (status != ASSAY_OK)
        return status;
    if (found != NULL && ends_with(found, ".bin"))
        return assay_package_fail(context, self->package,
                                  "an .xlsb, which cannot be read: save it as xlsx");
    if (found == NULL || strstr(found, "workbook") == NULL)
        return assay_package_fail(context, self->package,
                                  "a zip without a workbook in it: neither an xlsx nor an ods file");
    char *path = assay_copy_text(found, strlen(found));
    if (path == NULL)
        return assay_fail_memory(context);
    status = read_workbook(context, self, path);
    assay_free(path);
    return status;
}

/* ---- styles ---- */

static assay_status add_format(assay_context *context, xlsx *self, const char **attributes)
{
    uint64_t id;
    const char *text = assay_xml_attribute(attributes, "numFmtId");
    const char *code = assay_xml_attribute(attributes, "formatCode");
    if (text == NULL || code == NULL || !assay_xml_count(text, UINT32_MAX, &id))
        return ASSAY_OK;
    if (self->n_formats == MOST_STYLES)
        return assay_package_fail(context, self->package, "more number formats than an xlsx has");
    if (!assay_grow(&self->formats, &self->formats_capacity, self->n_formats,
                    sizeof *self->formats))
        return assay_fail_memory(context);
    self->formats[self->n_formats++] = (number_format){id, assay_cell_kind_of(id, code)};
    return ASSAY_OK;
}

/* A format of the file's own comes before the built-in one of the same number. */
static assay_cell_kind kind_of_format(const xlsx *self, uint64_t id)
{
    for (size_t i = 0; i < self->n_formats; i++)
        if (self->formats[i].id == id)
            return self->formats[i].kind;
    return assay_cell_kind_of(id, NULL);
}

static assay_status add_kind(assay_context *context, xlsx *self, const char **attributes)
{
    uint64_t id = 0;
    const char *text = assay_xml_attribute(attributes, "numFmtId");
    if (text != NULL && !assay_xml_count(text, UINT32_MAX, &id))
        id = 0;
    if (self->n_kinds == MOST_STYLES)
        return assay_package_fail(context, self->package, "more styles than an xlsx has");
    if (!assay_grow(&self->kinds, &self->kinds_capacity, self->n_kinds, sizeof *self->kinds))
        return assay_fail_memory(context);
    self->kinds[self->n_kinds++] = kind_of_format(self, id);
    return ASSAY_OK;
}

static assay_status style_starts(assay_context *context, void *data, const char *name,
                                 const char **attributes)
{
    xlsx *self = data;
    const char *local = assay_xml_local(name);
    if (strcmp(local, "cellXfs") == 0)
        self->in_styles = true;
    else if (strcmp(local, "numFmt") == 0)
        return add_format(context, self, attributes);
    else if (strcmp(local, "xf") == 0 && self->in_styles)
        return add_kind(context, self, attributes);
    return ASSAY_OK;
}

static assay_status style_ends(assay_context *context, void *data, const char *name)
{
    xlsx *self = data;
    (void)context;
    if (strcmp(assay_xml_local(name), "cellXfs") == 0)
        self->in_styles = false;
    return ASSAY_OK;
}

/* ---- shared strings ---- */

static assay_status string_starts(assay_context *context, void *data, const char *name,
                                  const char **attributes)
{
    xlsx *self = data;
    const char *local = assay_xml_local(name);
    (void)context, (void)attributes;
    if (strcmp(local, "si") == 0)
        begin_text(&self->texts);
    else
        text_starts(&self->texts, local);
    return ASSAY_OK;
}

static assay_status string_ends(assay_context *context, void *data, const char *name)
{
    xlsx *self = data;
    const char *local = assay_xml_local(name);
    text_ends(&self->texts, local);
    if (strcmp(local, "si") != 0)
        return ASSAY_OK;
    if (self->texts.bytes.length > MOST_STRINGS)
        return assay_package_fail(context, self->package, "more than 1 GiB of shared strings");
    if (!assay_grow(&self->strings, &self->strings_capacity, self->n_strings,
                    sizeof *self->strings))
        return assay_fail_memory(context);
    self->strings[self->n_strings++] = self->texts.bytes.length;
    return ASSAY_OK;
}

static assay_status string_text(assay_context *context, void *data, const char *bytes,
                                size_t length)
{
    xlsx *self = data;
    return add_text(context, self->package, &self->texts, bytes, length);
}

static assay_status read_part_of_type(assay_context *context, xlsx *self, const char *type,
                                      const assay_xml_handlers *handlers)
{
    const char *path = path_of_type(self, type);
    return path == NULL || !assay_package_has(self->package, path)
               ? ASSAY_OK
               : assay_part_read_whole(context, self->package, path, handlers, self);
}

static assay_status read_tables(assay_context *context, xlsx *self)
{
    static const assay_xml_handlers styles = {.start = style_starts, .end = style_ends};
    static const assay_xml_handlers strings = {
        .start = string_starts, .end = string_ends, .text = string_text};
    const assay_status status = read_part_of_type(context, self, "/styles", &styles);
    return status == ASSAY_OK ? read_part_of_type(context, self, "/sharedStrings", &strings)
                              : status;
}

/* ---- cells ---- */

static assay_status fail_cell(assay_context *context, const xlsx *self, const char *what)
{
    char name[ASSAY_CELL_NAME];
    assay_package_fail(context, self->package, "the file is damaged: sheet '%.40s', cell %s: %s",
                       assay_grid_facts(self->grid)->sheet,
                       assay_cell_name(self->row, self->column, name), what);
    context->error.line = self->row;
    context->error.column = self->column;
    return ASSAY_EFORMAT;
}

/* "AB12" must be of this row. False: it is not, or no such name. */
static bool read_place(const char *text, uint64_t row, uint64_t *column)
{
    uint64_t value = 0, own;
    for (; *text >= 'A' && *text <= 'Z' && value <= ASSAY_SHEET_COLUMNS; text++)
        value = 26 * value + (uint64_t)(*text - 'A' + 1);
    if (value == 0 || !assay_xml_count(text, UINT32_MAX, &own) || own != row)
        return false;
    *column = value;
    return true;
}

static bool read_type(xlsx *self, const char *type)
{
    static const struct {
        const char *name;
        value_type type;
    } types[] = {{"s", SHARED}, {"n", NUMBER}, {"str", TEXT}, {"inlineStr", TEXT},
                 {"b", TRUTH},  {"e", ERROR},  {"d", ISO}};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (strcmp(types[i].name, type) == 0) {
            self->type = types[i].type;
            return true;
        }
    return false;
}

static assay_status cell_starts(assay_context *context, xlsx *self, const char **attributes)
{
    uint64_t style = 0;
    self->column++;
    self->type = NUMBER;
    self->value.bytes.length = 0;
    begin_text(&self->value);
    for (; *attributes != NULL; attributes += 2) {
        const char *name = attributes[0], *value = attributes[1];
        if (name[0] == '\0' || name[1] != '\0')
            continue;
        if (*name == 'r' && !read_place(value, self->row, &self->column))
            return fail_cell(context, self, "it is named as if it stood elsewhere");
        if (*name == 's' && !assay_xml_count(value, UINT32_MAX, &style))
            return fail_cell(context, self, "its style is no number");
        if (*name == 't' && !read_type(self, value))
            return fail_cell(context, self, "it is of no known type");
    }
    self->kind = style < self->n_kinds ? self->kinds[style] : ASSAY_CELL_PLAIN;
    return ASSAY_OK;
}

static assay_status put(assay_context *context, xlsx *self, const char *bytes, size_t length)
{
    return assay_grid_cell(context, self->grid, self->row, self->column, bytes, length);
}

static assay_status put_number(assay_context *context, xlsx *self, const char *bytes,
                               size_t length)
{
    double x;
    char text[ASSAY_VALUE_TEXT];
    size_t n = 0;
    const assay_spreadsheet_options *options = assay_grid_options(self->grid);
    if (self->kind != ASSAY_CELL_PLAIN && assay_text_to_number(bytes, length, &x) == ASSAY_OK)
        n = assay_value_of_serial(x, self->kind, self->from_1904, options->dates, text);
    if (n > 0)
        return put(context, self, text, n);
    n = assay_value_of_number(bytes, length, options->decimal, text);
    return n > 0 ? assay_grid_number(context, self->grid, self->row, self->column, text, n)
                 : fail_cell(context, self, "it is said to hold a number, but does not");
}

static assay_status put_shared(assay_context *context, xlsx *self, const char *text)
{
    uint64_t i;
    if (!assay_xml_count(text, UINT32_MAX, &i) || i >= self->n_strings)
        return fail_cell(context, self, "it names a shared string that is not there");
    const size_t begin = i == 0 ? 0 : self->strings[i - 1];
    return put(context, self, self->texts.bytes.bytes == NULL ? "" : self->texts.bytes.bytes + begin,
               self->strings[i] - begin);
}

static assay_status cell_ends(assay_context *context, xlsx *self)
{
    const char *bytes = self->value.bytes.bytes;
    const size_t length = self->value.bytes.length;
    char text[ASSAY_VALUE_TEXT];
    if (self->type == ERROR)
        return assay_grid_error_cell(context, self->grid, self->row, self->column);
    if (length == 0)
        return ASSAY_OK;
    switch (self->type) {
    case SHARED:
        return put_shared(context, self, bytes);
    case NUMBER:
        return put_number(context, self, bytes, length);
    case TRUTH:
        if (!is_true(bytes) && strcmp(bytes, "0") != 0 && strcmp(bytes, "false") != 0)
            return fail_cell(context, self, "it is neither true nor false");
        return is_true(bytes) ? put(context, self, "TRUE", 4) : put(context, self, "FALSE", 5);
    case ISO: {
        const size_t n = assay_value_of_iso(bytes, length, assay_grid_options(self->grid)->dates,
                                            text);
        return n > 0 ? put(context, self, text, n) : put(context, self, bytes, length);
    }
    default:
        return put(context, self, bytes, length);
    }
}

/* ---- the sheet ---- */

static assay_status row_starts(assay_context *context, xlsx *self, const char **attributes)
{
    const char *r = assay_xml_attribute(attributes, "r");
    self->row++;
    self->column = 0;
    self->in_row = true;
    if (r != NULL && (!assay_xml_count(r, UINT32_MAX, &self->row) || self->row == 0))
        return assay_package_fail(context, self->package, "the file is damaged: a row without a "
                                                          "proper number");
    self->hidden_row = is_true(assay_xml_attribute(attributes, "hidden"));
    return ASSAY_OK;
}

static assay_status sheet_starts(assay_context *context, void *data, const char *name,
                                 const char **attributes)
{
    xlsx *self = data;
    const char *local = assay_xml_local(name);
    if (strcmp(local, "sheetData") == 0)
        self->in_data = true;
    else if (strcmp(local, "mergeCell") == 0)
        assay_grid_facts(self->grid)->merged++;
    else if (!self->in_data)
        return ASSAY_OK;
    else if (strcmp(local, "row") == 0)
        return row_starts(context, self, attributes);
    else if (!self->in_row)
        return ASSAY_OK;
    else if (strcmp(local, "c") == 0)
        return cell_starts(context, self, attributes);
    else if (strcmp(local, "v") == 0) {
        self->value.reading = true;
        self->value.piece = self->value.bytes.length;
    } else
        text_starts(&self->value, local);
    return ASSAY_OK;
}

static assay_status row_ends(assay_context *context, xlsx *self)
{
    self->in_row = false;
    return assay_grid_row(context, self->grid, &(assay_grid_rows){self->row, 1, self->hidden_row});
}

static assay_status sheet_ends(assay_context *context, void *data, const char *name)
{
    xlsx *self = data;
    const char *local = assay_xml_local(name);
    if (strcmp(local, "sheetData") == 0)
        self->in_data = false;
    if (!self->in_data || !self->in_row)
        return ASSAY_OK;
    if (strcmp(local, "c") == 0)
        return cell_ends(context, self);
    if (strcmp(local, "row") == 0)
        return row_ends(context, self);
    if (strcmp(local, "v") == 0 && self->value.reading)
        end_piece(&self->value);
    else
        text_ends(&self->value, local);
    return ASSAY_OK;
}

static assay_status sheet_text(assay_context *context, void *data, const char *bytes,
                               size_t length)
{
    xlsx *self = data;
    return add_text(context, self->package, &self->value, bytes, length);
}

/* ---- the format ---- */

static assay_status read_sheet(assay_context *context, void *data, bool *ended)
{
    return assay_part_read(context, ((xlsx *)data)->part, ended);
}

static void pause_sheet(void *data)
{
    assay_part_pause(((xlsx *)data)->part);
}

static void free_xlsx(void *data)
{
    xlsx *self = data;
    assay_part_free(self->part);
    free_relations(self);
    assay_free(self->relations);
    for (size_t i = 0; i < self->n_sheets; i++) {
        assay_free(self->sheets[i]);
        assay_free(self->sheet_ids[i]);
    }
    assay_free(self->sheets);
    assay_free(self->sheet_ids);
    assay_free(self->hidden);
    assay_free(self->strings);
    assay_free(self->texts.bytes.bytes);
    assay_free(self->formats);
    assay_free(self->kinds);
    assay_free(self->value.bytes.bytes);
    assay_package_free(self->package);
    assay_free(self);
}

static assay_status open_sheet(assay_context *context, xlsx *self,
                               const assay_spreadsheet_options *options)
{
    static const assay_xml_handlers handlers = {
        .start = sheet_starts, .end = sheet_ends, .text = sheet_text};
    size_t i = 0;
    assay_status status = find_workbook(context, self);
    if (status == ASSAY_OK)
        status = assay_sheet_choose(context, self->package, options, self->n_sheets, self->sheets,
                                    self->hidden, &i);
    if (status == ASSAY_OK)
        status = read_tables(context, self);
    if (status != ASSAY_OK)
        return status;
    *assay_grid_facts(self->grid) = (assay_spreadsheet_facts){.format = "xlsx",
                                                              .sheet = self->sheets[i],
                                                              .n_sheets = self->n_sheets,
                                                              .from_1904 = self->from_1904};
    return assay_part_open(context, self->package,
                           relation_of_id(self, self->sheet_ids[i])->path, &handlers, self,
                           &self->part);
}

assay_status assay_xlsx_open(assay_context *context, assay_package *package,
                             const assay_spreadsheet_options *options, assay_source **source)
{
    static const assay_grid_format format = {read_sheet, pause_sheet, free_xlsx};
    xlsx *self = assay_alloc_zeroed_array(1, sizeof *self);
    if (self == NULL) {
        assay_package_free(package);
        return assay_fail_memory(context);
    }
    self->package = package;
    assay_grid *grid = NULL;
    assay_status status = assay_grid_new(context, package, &format, self, options, &grid);
    if (status != ASSAY_OK)
        return status;
    self->grid = grid;
    status = open_sheet(context, self, options);
    if (status != ASSAY_OK) {
        assay_grid_free(grid);
        return status;
    }
    return assay_grid_start(context, grid, source);
}
