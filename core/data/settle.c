/*
** settle.c -- what the columns of a table that streams past are.
**
** What a column can be is told from its different texts (builder_finish.c): those of a category are
** looked at once each, as its dictionary grows; of other columns as many are held as a category may
** have, and behind them each cell is looked at.
*/
#include "data/settle.h"

#include "base/memory.h"
#include "base/text.h"

enum { MOST_TEXTS = UINT16_MAX }; /* that a category has where it is inferred (builder.h) */

typedef struct settled {
    assay_column_wish wish;
    assay_type given; /* by what the blocks have; ASSAY_INFER: text */
    uint64_t rows, missing;
    assay_dictionary *texts; /* NULL: there are too many, or what they are does not matter */
    bool watched;            /* the texts matter */
    bool whole, number, date;
    bool fits;              /* the wish */
    assay_dictionary *from; /* that of the category added last, */
    uint32_t known;         /* of which so many texts were looked at */
} settled;

struct assay_settle {
    size_t n; /* columns of the source */
    bool *keep;
    settled *all;
};

/* ---- life ---- */

void assay_settle_free(assay_settle *settle)
{
    if (settle == NULL)
        return;
    for (size_t i = 0; settle->all != NULL && i < settle->n; i++) {
        assay_dictionary_release(settle->all[i].texts);
        assay_dictionary_release(settle->all[i].from);
    }
    assay_free(settle->all);
    assay_free(settle->keep);
    assay_free(settle);
}

static assay_status start(assay_context *context, const assay_column_wish *wish, settled *self)
{
    const bool infers = wish->type == ASSAY_INFER && wish->levels == NULL;
    *self = (settled){.wish = *wish, .given = ASSAY_INFER, .fits = true};
    self->watched =
        wish->levels != NULL || (wish->type != ASSAY_TEXT && wish->type != ASSAY_CATEGORY);
    self->whole = self->number = self->date = infers;
    if (self->watched && (self->texts = assay_dictionary_new()) == NULL)
        return assay_fail_memory(context);
    return ASSAY_OK;
}

assay_status assay_settle_new(assay_context *context, const assay_source *source,
                              const assay_column_wish wishes[], const bool keep[],
                              assay_settle **settle)
{
    assay_settle *self = assay_alloc_zeroed_array(1, sizeof *self);
    if (self == NULL)
        return assay_fail_memory(context);
    self->n = source->n_columns;
    self->keep = assay_alloc_array(self->n, sizeof *self->keep);
    self->all = assay_alloc_zeroed_array(self->n, sizeof *self->all);
    assay_status status =
        self->keep == NULL || self->all == NULL ? assay_fail_memory(context) : ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && i < self->n; i++) {
        self->keep[i] = keep == NULL || keep[i];
        if (self->keep[i]) {
            const assay_column_wish wish = assay_source_wish(source, &wishes[i], i);
            status = start(context, &wish, &self->all[i]);
        }
    }
    if (status != ASSAY_OK) {
        assay_settle_free(self);
        return status;
    }
    *settle = self;
    return ASSAY_OK;
}

/* ---- texts ---- */

static void try_types(settled *self, const char *bytes, size_t length)
{
    char copy[ASSAY_POINT_BYTES];
    int32_t days;
    const char *point =
        self->number ? assay_with_point(bytes, length, self->wish.decimal, copy) : NULL;
    self->whole = self->whole && assay_text_is_plain_integer(bytes, length);
    self->number = point != NULL && assay_text_is_plain_number(point, length);
    self->date =
        self->date && assay_date_from_text(bytes, length, self->wish.dates, &days) == ASSAY_OK;
}

static bool fits_wish(const assay_column_wish *wish, const char *bytes, size_t length)
{
    char copy[ASSAY_POINT_BYTES];
    int64_t integer;
    int32_t days;
    double number;
    if (wish->levels != NULL)
        return assay_dictionary_find(wish->levels, bytes, length) != 0;
    if (wish->type == ASSAY_INTEGER)
        return assay_text_to_integer(bytes, length, &integer) == ASSAY_OK;
    if (wish->type == ASSAY_DATE)
        return assay_date_from_text(bytes, length, wish->dates, &days) == ASSAY_OK;
    const char *point = assay_with_point(bytes, length, wish->decimal, copy);
    return point != NULL && assay_text_to_number(point, length, &number) == ASSAY_OK;
}

static void look_at(settled *self, const char *bytes, size_t length)
{
    if (self->wish.levels == NULL && self->wish.type == ASSAY_INFER)
        try_types(self, bytes, length);
    else
        self->fits = self->fits && fits_wish(&self->wish, bytes, length);
}

static assay_status add_text(assay_context *context, settled *self, const char *bytes,
                             size_t length)
{
    const uint32_t before = self->texts == NULL ? 0 : assay_dictionary_size(self->texts);
    const uint32_t code =
        self->texts == NULL ? 1 : assay_dictionary_add(self->texts, bytes, length);
    if (code == 0)
        return assay_fail_memory(context);
    if (code > before)
        look_at(self, bytes, length);
    if (code > MOST_TEXTS) {
        assay_dictionary_release(self->texts);
        self->texts = NULL;
    }
    return ASSAY_OK;
}

/* ---- blocks ---- */

static uint64_t count_missing(const assay_column *column)
{
    uint64_t missing = 0;
    for (size_t row = 0; column->width == 1 && row < column->length; row++)
        missing += ((const uint8_t *)column->codes)[row] == 0;
    for (size_t row = 0; column->width == 2 && row < column->length; row++)
        missing += ((const uint16_t *)column->codes)[row] == 0;
    for (size_t row = 0; column->width == 4 && row < column->length; row++)
        missing += ((const uint32_t *)column->codes)[row] == 0;
    return missing;
}

static assay_status add_category(assay_context *context, settled *self, const assay_column *column)
{
    assay_status status = ASSAY_OK;
    const uint32_t n = assay_dictionary_size(column->dictionary);
    if (self->from != column->dictionary) {
        assay_dictionary_release(self->from);
        self->from = assay_dictionary_retain(column->dictionary);
        self->known = 0;
    }
    while (status == ASSAY_OK && self->known < n) {
        size_t length;
        const char *bytes = assay_dictionary_text(column->dictionary, ++self->known, &length);
        status = add_text(context, self, bytes, length);
    }
    self->missing += count_missing(column);
    return status;
}

static assay_status add_cells(assay_context *context, settled *self, const assay_column *column)
{
    assay_status status = ASSAY_OK;
    for (size_t row = 0; status == ASSAY_OK && row < column->length; row++) {
        char scratch[ASSAY_CELL_BYTES];
        size_t length;
        const char *bytes = assay_column_cell(column, row, scratch, &length);
        self->missing += bytes == NULL;
        if (bytes != NULL)
            status = add_text(context, self, bytes, length);
        if (status == ASSAY_OK && row % 8192 == 0)
            status = assay_poll(context, row, column->length);
    }
    return status;
}

static assay_status add_column(assay_context *context, settled *self, const assay_column *column)
{
    const bool is_text = column->type == ASSAY_TEXT || column->type == ASSAY_CATEGORY;
    self->rows += column->length;
    if (!is_text)
        self->given = column->type;
    if (!self->watched || (!is_text && self->wish.levels == NULL &&
                           (self->wish.type == ASSAY_INFER || self->wish.type == column->type)))
        return ASSAY_OK;
    return column->type == ASSAY_CATEGORY ? add_category(context, self, column)
                                          : add_cells(context, self, column);
}

assay_status assay_settle_add(assay_context *context, assay_settle *settle,
                              const assay_block *block)
{
    assay_status status = ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && i < settle->n; i++)
        if (settle->keep[i])
            status = add_column(context, &settle->all[i], block->columns[i]);
    return status;
}

/* ---- the types ---- */

/* Does what collecting the source does to one column, for the failure that it has. */
static assay_status explain(assay_context *context, assay_source *source, size_t i,
                            const assay_column_wish *wish)
{
    assay_column *column;
    assay_block block = {.rows = 1};
    assay_builder *builder = assay_builder_new();
    assay_status status =
        builder == NULL ? assay_fail_memory(context) : assay_source_rewind(context, source);
    while (status == ASSAY_OK && block.rows > 0) {
        status = source->next(context, source, &block);
        if (status == ASSAY_OK && block.rows > 0)
            status = assay_builder_add_column(context, builder, block.columns[i]);
    }
    if (status == ASSAY_OK) {
        status = assay_builder_finish(context, builder, wish, &column);
        if (status == ASSAY_EFORMAT)
            assay_blame_argument(context, source->names[i]);
        if (status == ASSAY_OK) {
            assay_column_release(column);
            status = assay_fail(context, ASSAY_EIO, "the table changed while it was being read");
        }
    }
    assay_builder_free(builder);
    return status;
}

static assay_type type_of(const settled *self)
{
    const uint64_t known = self->rows - self->missing;
    if (self->wish.levels != NULL)
        return ASSAY_CATEGORY;
    if (self->wish.type != ASSAY_INFER)
        return self->wish.type;
    if (self->given != ASSAY_INFER)
        return self->given;
    if (known > 0 && (self->whole || self->number || self->date))
        return self->whole ? ASSAY_INTEGER : self->number ? ASSAY_NUMBER : ASSAY_DATE;
    return self->texts != NULL && 2 * (uint64_t)assay_dictionary_size(self->texts) <= known
               ? ASSAY_CATEGORY
               : ASSAY_TEXT;
}

assay_status assay_settle_finish(assay_context *context, const assay_settle *settle,
                                 assay_source *source, assay_column_wish settled_wishes[])
{
    for (size_t i = 0; i < settle->n; i++) {
        const settled *self = &settle->all[i];
        if (!settle->keep[i])
            continue;
        if (!self->fits)
            return explain(context, source, i, &self->wish);
        settled_wishes[i] = self->wish;
        settled_wishes[i].type = type_of(self);
    }
    return ASSAY_OK;
}
