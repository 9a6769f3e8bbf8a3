/* spreadsheet_book.c -- the parts of an xlsx around its sheets (ECMA-376, part 1, 18.2, 18.4, 18.8). */
#include "data/spreadsheet_parts.h"

#include <string.h>

enum { MOST_STYLES = 1 << 16, MOST_STRINGS = 1 << 30 };

struct assay_relation {
    char *id, *type, *path;
};

struct assay_number_format {
    uint64_t id;
    assay_cell_kind kind;
};

static bool ends_with(const char *text, const char *end)
{
    const size_t length = strlen(text), n = strlen(end);
    return length >= n && strcmp(text + length - n, end) == 0;
}

bool assay_xlsx_is_true(const char *text)
{
    return text != NULL && (strcmp(text, "1") == 0 || strcmp(text, "true") == 0);
}

/* Room for one more in arrays that grow together. */
static bool grow_sheets(assay_book *self)
{
    size_t names = self->sheets_capacity, ids = names, marks = names;
    const size_t n = self->n_sheets;
    return assay_grow(&self->marks, &marks, n, sizeof *self->marks) &&
           assay_grow(&self->hidden, &(size_t){names}, n, sizeof *self->hidden) &&
           assay_grow(&self->sheet_ids, &ids, n, sizeof *self->sheet_ids) &&
           assay_grow(&self->sheets, &self->sheets_capacity, n, sizeof *self->sheets);
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
    assay_book *self = data;
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
    struct assay_relation *fresh = &self->relations[self->n_relations++];
    *fresh =
        (struct assay_relation){assay_copy_text(id, strlen(id)),
                                assay_copy_text(type, strlen(type)), resolve(self->folder, target)};
    return fresh->id == NULL || fresh->type == NULL || fresh->path == NULL
               ? assay_fail_memory(context)
               : ASSAY_OK;
}

static void free_relations(assay_book *self)
{
    for (size_t i = 0; i < self->n_relations; i++) {
        assay_free(self->relations[i].id);
        assay_free(self->relations[i].type);
        assay_free(self->relations[i].path);
    }
    self->n_relations = 0;
}

/* Replaces the relations by those of a part; it may have none. */
static assay_status read_relations(assay_context *context, assay_book *self, const char *folder,
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
static const char *path_of_type(const assay_book *self, const char *type)
{
    for (size_t i = 0; i < self->n_relations; i++)
        if (ends_with(self->relations[i].type, type))
            return self->relations[i].path;
    return NULL;
}

static const struct assay_relation *relation_of_id(const assay_book *self, const char *id)
{
    for (size_t i = 0; i < self->n_relations; i++)
        if (strcmp(self->relations[i].id, id) == 0)
            return &self->relations[i];
    return NULL;
}

/* ---- the workbook ---- */

static assay_status add_sheet(assay_context *context, assay_book *self, const char **attributes)
{
    const char *name = assay_xml_attribute(attributes, "name");
    const char *state = assay_xml_attribute(attributes, "state");
    const char *id = NULL;
    for (const char **at = attributes; *at != NULL; at += 2)
        if (ends_with(at[0], ":id"))
            id = at[1];
    const struct assay_relation *to = id == NULL ? NULL : relation_of_id(self, id);
    const uint64_t place = self->n_listed++;
    if (name == NULL || to == NULL)
        return assay_package_fail(context, self->package,
                                  "the file is damaged: a sheet is not there");
    if (!ends_with(to->type, "/worksheet"))
        return ASSAY_OK; /* a chart or a macro on a sheet of its own */
    if (!grow_sheets(self))
        return assay_fail_memory(context);
    const size_t i = self->n_sheets++;
    self->hidden[i] = state != NULL && strcmp(state, "visible") != 0;
    self->marks[i] = (struct assay_sheet_mark){.place = place};
    self->sheets[i] = assay_copy_text(name, strlen(name));
    self->sheet_ids[i] = assay_copy_text(id, strlen(id));
    return self->sheets[i] == NULL || self->sheet_ids[i] == NULL ? assay_fail_memory(context)
                                                                 : ASSAY_OK;
}

/* The name that a form gives to the table of each of its sheets (spreadsheet_form.c). */
static void meet_name(assay_book *self, const char **attributes)
{
    uint64_t place;
    const char *name = assay_xml_attribute(attributes, "name");
    const char *sheet = assay_xml_attribute(attributes, "localSheetId");
    if (name == NULL || strcmp(name, ASSAY_FORM_MARK) != 0 || sheet == NULL ||
        !assay_xml_count(sheet, UINT32_MAX, &place))
        return;
    for (size_t i = 0; i < self->n_sheets; i++)
        if (self->marks[i].place == place)
            self->marks[i].of_form = true;
}

static assay_status workbook_starts(assay_context *context, void *data, const char *name,
                                    const char **attributes)
{
    assay_book *self = data;
    const char *local = assay_xml_local(name);
    if (strcmp(local, "workbookPr") == 0)
        self->from_1904 = assay_xlsx_is_true(assay_xml_attribute(attributes, "date1904"));
    else if (strcmp(local, "definedName") == 0)
        meet_name(self, attributes);
    return strcmp(local, "sheet") == 0 ? add_sheet(context, self, attributes) : ASSAY_OK;
}

/* "xl/workbook.xml" has the folder "xl/" and the relations "xl/_rels/workbook.xml.rels". */
static assay_status read_workbook(assay_context *context, assay_book *self, const char *path)
{
    static const assay_xml_handlers handlers = {.start = workbook_starts};
    static const char middle[] = "_rels/", end[] = ".rels";
    const char *slash = strrchr(path, '/');
    const size_t n = slash == NULL ? 0 : (size_t)(slash - path) + 1, length = strlen(path);
    char *folder = assay_copy_text(path, n),
         *relations = assay_alloc(length + sizeof middle + sizeof end);
    assay_status status =
        folder == NULL || relations == NULL ? assay_fail_memory(context) : ASSAY_OK;
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

assay_status assay_book_read(assay_context *context, assay_book *self)
{
    assay_status status = read_relations(context, self, "", "_rels/.rels");
    const char *found = status == ASSAY_OK ? path_of_type(self, "/officeDocument") : NULL;
    if (status != ASSAY_OK)
        return status;
    if (found != NULL && ends_with(found, ".bin"))
        return assay_package_fail(context, self->package,
                                  "an .xlsb, which cannot be read: save it as xlsx");
    if (found == NULL || strstr(found, "workbook") == NULL)
        return assay_package_fail(
            context, self->package,
            "a zip without a workbook in it: neither an xlsx nor an ods file");
    char *path = assay_copy_text(found, strlen(found));
    if (path == NULL)
        return assay_fail_memory(context);
    status = read_workbook(context, self, path);
    assay_free(path);
    return status;
}

/* ---- styles ---- */

static assay_status add_format(assay_context *context, assay_book *self, const char **attributes)
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
    self->formats[self->n_formats++] =
        (struct assay_number_format){id, assay_cell_kind_of(id, code)};
    return ASSAY_OK;
}

/* A format of the file's own comes before the built-in one of the same number. */
static assay_cell_kind kind_of_format(const assay_book *self, uint64_t id)
{
    for (size_t i = 0; i < self->n_formats; i++)
        if (self->formats[i].id == id)
            return self->formats[i].kind;
    return assay_cell_kind_of(id, NULL);
}

static assay_status add_kind(assay_context *context, assay_book *self, const char **attributes)
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
    assay_book *self = data;
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
    assay_book *self = data;
    (void)context;
    if (strcmp(assay_xml_local(name), "cellXfs") == 0)
        self->in_styles = false;
    return ASSAY_OK;
}

/* ---- shared strings ---- */

static assay_status string_starts(assay_context *context, void *data, const char *name,
                                  const char **attributes)
{
    assay_book *self = data;
    const char *local = assay_xml_local(name);
    (void)context, (void)attributes;
    if (strcmp(local, "si") == 0)
        assay_rich_text_begin(&self->texts);
    else
        assay_rich_text_starts(&self->texts, local);
    return ASSAY_OK;
}

static assay_status string_ends(assay_context *context, void *data, const char *name)
{
    assay_book *self = data;
    const char *local = assay_xml_local(name);
    assay_rich_text_ends(&self->texts, local);
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
    assay_book *self = data;
    return assay_rich_text_add(context, self->package, &self->texts, bytes, length);
}

static assay_status read_part_of_type(assay_context *context, assay_book *self, const char *type,
                                      const assay_xml_handlers *handlers)
{
    const char *path = path_of_type(self, type);
    return path == NULL || !assay_package_has(self->package, path)
               ? ASSAY_OK
               : assay_part_read_whole(context, self->package, path, handlers, self);
}

assay_status assay_book_read_tables(assay_context *context, assay_book *self)
{
    static const assay_xml_handlers styles = {.start = style_starts, .end = style_ends};
    static const assay_xml_handlers strings = {
        .start = string_starts, .end = string_ends, .text = string_text};
    const assay_status status = read_part_of_type(context, self, "/styles", &styles);
    return status == ASSAY_OK ? read_part_of_type(context, self, "/sharedStrings", &strings)
                              : status;
}

/* ---- what it knows ---- */

assay_cell_kind assay_book_kind(const assay_book *self, uint64_t style)
{
    return style < self->n_kinds ? self->kinds[style] : ASSAY_CELL_PLAIN;
}

const char *assay_book_string(const assay_book *self, uint64_t i, size_t *length)
{
    if (i >= self->n_strings)
        return NULL;
    const size_t begin = i == 0 ? 0 : self->strings[i - 1];
    *length = self->strings[i] - begin;
    return self->texts.bytes.bytes == NULL ? "" : self->texts.bytes.bytes + begin;
}

const char *assay_book_sheet_part(const assay_book *self, size_t sheet)
{
    return relation_of_id(self, self->sheet_ids[sheet])->path;
}

size_t assay_book_next_marked(const assay_book *self, size_t sheet)
{
    while (sheet < self->n_sheets && !self->marks[sheet].of_form)
        sheet++;
    return sheet;
}

void assay_book_free(assay_book *self)
{
    free_relations(self);
    assay_free(self->relations);
    for (size_t i = 0; i < self->n_sheets; i++) {
        assay_free(self->sheets[i]);
        assay_free(self->sheet_ids[i]);
    }
    assay_free(self->sheets);
    assay_free(self->sheet_ids);
    assay_free(self->hidden);
    assay_free(self->marks);
    assay_free(self->strings);
    assay_free(self->texts.bytes.bytes);
    assay_free(self->formats);
    assay_free(self->kinds);
}
