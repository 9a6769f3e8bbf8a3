/* spreadsheet_ods.c -- OpenDocument spreadsheets (OASIS OpenDocument 1.2, part 1, 9 and 19). */
#include "data/spreadsheet_parts.h"

#include <string.h>

enum { MOST_CELL = 1 << 20, MOST_SHEETS = 1 << 16 };
#define MOST_REPEATS ((uint64_t)1 << 31)

/* The text of a cell: paragraphs in lines of their own, runs of white space drawn into one. */
typedef struct paragraphs {
    assay_bytes bytes;
    size_t n;   /* paragraphs begun */
    int inside; /* one of them */
    int skip;   /* notes, drawings and phonetic text, which are not the cell's value */
    bool space; /* what was read last is white space, or nothing yet */
} paragraphs;

typedef enum value_type { NOTHING, NUMBER, DATE, PERIOD, TRUTH, TEXT, ERROR } value_type;

typedef struct ods {
    assay_package *package;
    assay_grid *grid;
    assay_part *part;
    const assay_spreadsheet_options *options; /* while it is being opened */
    bool found, has_password, is_spreadsheet;

    assay_dictionary *hidden_styles;
    char style[256]; /* of tables, the one being read */

    size_t n_sheets, sheets_capacity, hidden_capacity;
    char **sheets;
    bool *hidden;

    int tables; /* open ones, one inside the other */
    int links;  /* what is kept of other files */
    bool in_sheet, in_row, in_cell;
    assay_grid_rows rows;
    uint64_t column, times; /* of the cell being read; how often it stands side by side */
    value_type type;
    bool has_value; /* in an attribute: */
    assay_bytes value;
    paragraphs text;
} ods;

/* ---- text ---- */

static assay_status append(assay_context *context, ods *self, const char *bytes, size_t length)
{
    if (self->text.bytes.length + length > MOST_CELL)
        return assay_package_fail(context, self->package, "a cell with more than 1 MiB of text");
    return assay_append(&self->text.bytes, bytes, length) ? ASSAY_OK : assay_fail_memory(context);
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static assay_status add_text(assay_context *context, void *data, const char *bytes, size_t length)
{
    ods *self = data;
    assay_status status = ASSAY_OK;
    if (self->text.inside == 0 || self->text.skip > 0)
        return ASSAY_OK;
    for (size_t at = 0; status == ASSAY_OK && at < length;) {
        size_t n = 0;
        while (at + n < length && !is_space(bytes[at + n]))
            n++;
        if (n > 0) {
            status = append(context, self, bytes + at, n);
            self->text.space = false;
        } else {
            n = 1;
            if (!self->text.space)
                status = append(context, self, " ", 1);
            self->text.space = true;
        }
        at += n;
    }
    return status;
}

static assay_status begin_paragraph(assay_context *context, ods *self)
{
    self->text.inside++;
    self->text.space = true;
    return self->text.n++ > 0 ? append(context, self, "\n", 1) : ASSAY_OK;
}

/* <text:s text:c="3"/>: as many spaces, none of which is drawn together with others. */
static assay_status add_spaces(assay_context *context, ods *self, const char **attributes)
{
    uint64_t n = 1;
    const char *count = assay_xml_attribute_local(attributes, "c");
    assay_status status = ASSAY_OK;
    if (count != NULL && !assay_xml_count(count, MOST_CELL, &n))
        return assay_package_fail(context, self->package,
                                  "the file is damaged: a number of spaces");
    for (; status == ASSAY_OK && n > 0; n--)
        status = append(context, self, " ", 1);
    self->text.space = false;
    return status;
}

static bool is_no_value(const char *name)
{
    return strncmp(name, "draw:", 5) == 0 || strcmp(name, "office:annotation") == 0 ||
           strcmp(name, "text:ruby-text") == 0 || strcmp(name, "text:note") == 0;
}

static assay_status text_starts(assay_context *context, ods *self, const char *name,
                                const char **attributes)
{
    const char *local = assay_xml_local(name);
    if (is_no_value(name))
        self->text.skip++;
    if (self->text.skip > 0)
        return ASSAY_OK;
    if (strcmp(local, "p") == 0 || strcmp(local, "h") == 0)
        return begin_paragraph(context, self);
    if (self->text.inside == 0)
        return ASSAY_OK;
    if (strcmp(local, "s") == 0)
        return add_spaces(context, self, attributes);
    const char *mark = strcmp(local, "tab") == 0          ? "\t"
                       : strcmp(local, "line-break") == 0 ? "\n"
                                                          : "";
    self->text.space = self->text.space && *mark == '\0';
    return append(context, self, mark, strlen(mark));
}

static void text_ends(ods *self, const char *name)
{
    const char *local = assay_xml_local(name);
    if (is_no_value(name))
        self->text.skip--;
    else if (self->text.skip == 0 && (strcmp(local, "p") == 0 || strcmp(local, "h") == 0))
        self->text.inside--; /* a space at its end stays: LibreOffice writes it so */
}

/* ---- sheets ---- */

static assay_status style_starts(assay_context *context, ods *self, const char *name,
                                 const char **attributes)
{
    const char *style = assay_xml_attribute(attributes, "style:name");
    const char *display = assay_xml_attribute(attributes, "table:display");
    if (strcmp(name, "style:style") == 0) {
        const size_t length = style == NULL ? 0 : strlen(style);
        const bool fits = length < sizeof self->style;
        memcpy(self->style, fits && length > 0 ? style : "", fits ? length : 0);
        self->style[fits ? length : 0] = '\0';
    } else if (strcmp(name, "style:table-properties") == 0 && self->style[0] != '\0' &&
               display != NULL && strcmp(display, "false") == 0 &&
               assay_dictionary_add(self->hidden_styles, self->style, strlen(self->style)) == 0)
        return assay_fail_memory(context);
    return ASSAY_OK;
}

/* Is the sheet that was added last the one that is asked for? */
static bool is_chosen(const ods *self)
{
    const assay_spreadsheet_options *options = self->options;
    const size_t last = self->n_sheets - 1;
    if (options == NULL)
        return false;
    if (options->sheet != NULL)
        return strcmp(options->sheet, self->sheets[last]) == 0;
    return options->number > 0 ? options->number == self->n_sheets : !self->hidden[last];
}

static assay_status table_starts(assay_context *context, ods *self, const char **attributes)
{
    const char *name = assay_xml_attribute_local(attributes, "name");
    const char *style = assay_xml_attribute_local(attributes, "style-name");
    if (self->tables++ > 0 || self->links > 0 || !self->is_spreadsheet)
        return ASSAY_OK;
    if (self->n_sheets == MOST_SHEETS)
        return assay_package_fail(context, self->package, "more sheets than an ods has");
    if (!assay_grow(&self->hidden, &self->hidden_capacity, self->n_sheets, sizeof *self->hidden) ||
        !assay_grow(&self->sheets, &self->sheets_capacity, self->n_sheets, sizeof *self->sheets))
        return assay_fail_memory(context);
    char *copy = assay_copy_text(name == NULL ? "" : name, name == NULL ? 0 : strlen(name));
    if (copy == NULL)
        return assay_fail_memory(context);
    self->hidden[self->n_sheets] =
        style != NULL && assay_dictionary_find(self->hidden_styles, style, strlen(style)) != 0;
    self->sheets[self->n_sheets++] = copy;
    assay_spreadsheet_facts *facts = assay_grid_facts(self->grid);
    facts->n_sheets = self->n_sheets;
    if (self->found || !is_chosen(self))
        return ASSAY_OK;
    facts->sheet = copy;
    self->found = self->in_sheet = true;
    self->rows = (assay_grid_rows){.row = 1};
    return ASSAY_OK;
}

/* ---- rows and cells ---- */

/* A number of repetitions; absent is 1. */
static assay_status read_times(assay_context *context, const ods *self, const char **attributes,
                               const char *local, uint64_t *times)
{
    const char *text = assay_xml_attribute_local(attributes, local);
    *times = 1;
    if (text != NULL && (!assay_xml_count(text, MOST_REPEATS, times) || *times == 0))
        return assay_package_fail(context, self->package,
                                  "the file is damaged: a row or cell is repeated without a "
                                  "proper number");
    return ASSAY_OK;
}

static assay_status row_starts(assay_context *context, ods *self, const char **attributes)
{
    const char *visible = assay_xml_attribute_local(attributes, "visibility");
    self->rows.hidden = visible != NULL && strcmp(visible, "visible") != 0;
    self->column = 1;
    self->in_row = true;
    return read_times(context, self, attributes, "number-rows-repeated", &self->rows.times);
}

static assay_status row_ends(assay_context *context, ods *self)
{
    const assay_grid_rows rows = self->rows;
    self->in_row = false;
    self->rows.row += rows.times;
    return assay_grid_row(context, self->grid, &rows);
}

/* Which attribute has the value of a type. */
static const struct {
    const char *type, *attribute;
    value_type is;
} types[] = {
    {"float", "office:value", NUMBER},       {"percentage", "office:value", NUMBER},
    {"currency", "office:value", NUMBER},    {"date", "office:date-value", DATE},
    {"time", "office:time-value", PERIOD},   {"boolean", "office:boolean-value", TRUTH},
    {"string", "office:string-value", TEXT},
};

static assay_status read_value(assay_context *context, ods *self, const char **attributes)
{
    const char *type = assay_xml_attribute(attributes, "office:value-type"), *value = NULL;
    const char *extended = assay_xml_attribute(attributes, "calcext:value-type");
    self->type = type == NULL ? NOTHING : TEXT;
    for (size_t i = 0; type != NULL && i < sizeof types / sizeof types[0]; i++)
        if (strcmp(types[i].type, type) == 0) {
            self->type = types[i].is;
            value = assay_xml_attribute(attributes, types[i].attribute);
        }
    if (extended != NULL && strcmp(extended, "error") == 0)
        self->type = ERROR;
    self->has_value = value != NULL;
    self->value.length = 0;
    return value == NULL || assay_append(&self->value, value, strlen(value))
               ? ASSAY_OK
               : assay_fail_memory(context);
}

static assay_status cell_starts(assay_context *context, ods *self, const char **attributes)
{
    const char *across = assay_xml_attribute_local(attributes, "number-columns-spanned");
    const char *down = assay_xml_attribute_local(attributes, "number-rows-spanned");
    if ((across != NULL && strcmp(across, "1") != 0) || (down != NULL && strcmp(down, "1") != 0))
        assay_grid_facts(self->grid)->merged++;
    self->in_cell = true;
    self->text.bytes.length = self->text.n = 0;
    self->text.inside = self->text.skip = 0;
    const assay_status status =
        read_times(context, self, attributes, "number-columns-repeated", &self->times);
    return status == ASSAY_OK ? read_value(context, self, attributes) : status;
}

/*
** The value as text; *length 0: none. A value that cannot be read stays as it is written, and is
** text then.
*/
static const char *print_value(ods *self, char text[ASSAY_VALUE_TEXT], size_t *length)
{
    const char *value = self->value.bytes;
    const assay_spreadsheet_options *options = assay_grid_options(self->grid);
    size_t n = 0;
    if (!self->has_value) {
        self->type = self->type == ERROR ? ERROR : TEXT;
        *length = self->text.bytes.length;
        return self->text.bytes.bytes;
    }
    *length = self->value.length;
    switch (self->type) {
    case NUMBER:
        n = assay_value_of_number(value, *length, options->decimal, text);
        break;
    case DATE:
        n = assay_value_of_iso(value, *length, options->dates, text);
        break;
    case PERIOD:
        n = assay_value_of_period(value, *length, text);
        break;
    case TRUTH:
        n = strcmp(value, "true") == 0 ? 4 : strcmp(value, "false") == 0 ? 5 : 0;
        memcpy(text, n == 4 ? "TRUE" : "FALSE", 6 - (n == 4));
        break;
    case ERROR:
        return value;
    default:
        break;
    }
    if (n == 0) {
        self->type = TEXT;
        return value;
    }
    *length = n;
    return text;
}

static assay_status cell_ends(assay_context *context, ods *self)
{
    char text[ASSAY_VALUE_TEXT];
    size_t length = 0;
    const uint64_t first = self->column, row = self->rows.row;
    assay_status status = ASSAY_OK;
    self->in_cell = false;
    self->column += self->times;
    const char *bytes = print_value(self, text, &length);
    if (self->type != ERROR && length == 0)
        return ASSAY_OK;
    for (uint64_t i = first; status == ASSAY_OK && i < self->column; i++)
        status = self->type == ERROR ? assay_grid_error_cell(context, self->grid, row, i)
                 : self->type == NUMBER
                     ? assay_grid_number(context, self->grid, row, i, bytes, length)
                     : assay_grid_cell(context, self->grid, row, i, bytes, length);
    return status;
}

/* ---- content.xml ---- */

static bool is_cell(const char *local)
{
    return strcmp(local, "table-cell") == 0 || strcmp(local, "covered-table-cell") == 0;
}

static assay_status content_starts(assay_context *context, void *data, const char *name,
                                   const char **attributes)
{
    ods *self = data;
    const char *local = assay_xml_local(name);
    if (self->in_cell && self->tables == 1 && strcmp(local, "table") != 0)
        return text_starts(context, self, name, attributes);
    if (strcmp(local, "table") == 0)
        return table_starts(context, self, attributes);
    if (strcmp(local, "dde-link") == 0)
        self->links++;
    if (strcmp(name, "office:spreadsheet") == 0)
        self->is_spreadsheet = true;
    if (!self->is_spreadsheet)
        return style_starts(context, self, name, attributes);
    if (!self->in_sheet || self->tables != 1)
        return ASSAY_OK;
    if (is_cell(local) && self->in_row)
        return cell_starts(context, self, attributes);
    return strcmp(local, "table-row") == 0 ? row_starts(context, self, attributes) : ASSAY_OK;
}

static assay_status content_ends(assay_context *context, void *data, const char *name)
{
    ods *self = data;
    const char *local = assay_xml_local(name);
    if (strcmp(local, "table") == 0) {
        self->tables--;
        self->in_sheet = self->in_sheet && self->tables > 0;
        return ASSAY_OK;
    }
    if (strcmp(local, "dde-link") == 0)
        self->links--;
    if (!self->in_sheet || self->tables != 1)
        return ASSAY_OK;
    if (self->in_cell && is_cell(local))
        return cell_ends(context, self);
    if (self->in_cell)
        text_ends(self, name);
    else if (self->in_row && strcmp(local, "table-row") == 0)
        return row_ends(context, self);
    return ASSAY_OK;
}

/* ---- the format ---- */

static assay_status read_content(assay_context *context, void *data, bool *ended)
{
    ods *self = data;
    size_t i;
    const assay_status status = assay_part_read(context, self->part, ended);
    if (status != ASSAY_OK || !*ended || self->found)
        return status;
    if (!self->is_spreadsheet)
        return assay_package_fail(context, self->package,
                                  "an OpenDocument file, but no spreadsheet");
    return assay_sheet_choose(context, self->package, self->options, self->n_sheets, self->sheets,
                              self->hidden, &i);
}

static void pause_content(void *data)
{
    assay_part_pause(((ods *)data)->part);
}

static void free_ods(void *data)
{
    ods *self = data;
    assay_part_free(self->part);
    assay_dictionary_release(self->hidden_styles);
    for (size_t i = 0; i < self->n_sheets; i++)
        assay_free(self->sheets[i]);
    assay_free(self->sheets);
    assay_free(self->hidden);
    assay_free(self->value.bytes);
    assay_free(self->text.bytes.bytes);
    assay_package_free(self->package);
    assay_free(self);
}

static assay_status manifest_starts(assay_context *context, void *data, const char *name,
                                    const char **attributes)
{
    ods *self = data;
    (void)context, (void)attributes;
    self->has_password |= strcmp(assay_xml_local(name), "encryption-data") == 0;
    return ASSAY_OK;
}

static assay_status open_content(assay_context *context, ods *self)
{
    static const assay_xml_handlers manifest = {.start = manifest_starts};
    static const assay_xml_handlers content = {
        .start = content_starts, .end = content_ends, .text = add_text};
    static const char list[] = "META-INF/manifest.xml";
    assay_status status = ASSAY_OK;
    if (assay_package_has(self->package, list))
        status = assay_part_read_whole(context, self->package, list, &manifest, self);
    if (status == ASSAY_OK && self->has_password)
        return assay_package_fail(context, self->package,
                                  "the file has a password: save it without one");
    self->hidden_styles = assay_dictionary_new();
    if (status == ASSAY_OK && self->hidden_styles == NULL)
        status = assay_fail_memory(context);
    assay_grid_facts(self->grid)->format = "ods";
    return status == ASSAY_OK
               ? assay_part_open(context, self->package, "content.xml", &content, self, &self->part)
               : status;
}

assay_status assay_ods_open(assay_context *context, assay_package *package,
                            const assay_spreadsheet_options *options, assay_source **source)
{
    static const assay_grid_format format = {read_content, pause_content, free_ods};
    ods *self = assay_alloc_zeroed_array(1, sizeof *self);
    if (self == NULL) {
        assay_package_free(package);
        return assay_fail_memory(context);
    }
    self->package = package;
    self->options = options;
    assay_grid *grid = NULL;
    assay_status status = assay_grid_new(context, package, &format, self, options, &grid);
    if (status != ASSAY_OK)
        return status;
    self->grid = grid;
    status = open_content(context, self);
    if (status != ASSAY_OK) {
        assay_grid_free(grid);
        return status;
    }
    status = assay_grid_start(context, grid, source);
    if (status == ASSAY_OK)
        self->options = NULL;
    return status;
}
