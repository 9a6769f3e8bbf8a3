/* margin.c -- known totals of the population by columns of the units, which weights are to meet. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "data/levels.h"
#include "infer/margin_parts.h"

#define SAME_SUM 1e-9
#define TOLD     5 /* levels that a message names; of others it says how many there are */

void assay_margins_free(assay_margins *self)
{
    if (self == NULL)
        return;
    for (size_t j = 0; self->labels != NULL && j < self->p; j++)
        assay_free(self->labels[j]);
    for (size_t m = 0; self->names != NULL && m < self->n_margins; m++)
        assay_free(self->names[m]);
    assay_free(self->cell);
    assay_free(self->x);
    assay_free(self->totals);
    assay_free(self->size);
    assay_free(self->labels);
    assay_free(self->of);
    assay_free(self->names);
    assay_free(self->private);
    assay_free(self);
}

size_t assay_margins_units(const assay_margins *self)
{
    return self->n;
}

/* ---- words ---- */

typedef struct words {
    char text[320];
    size_t length;
} words;

static void say(words *to, const char *text)
{
    for (; *text != '\0' && to->length + 1 < sizeof to->text; text++)
        to->text[to->length++] = *text;
    to->text[to->length] = '\0';
}

static void say_number(words *to, double x)
{
    char text[ASSAY_NUMBER_TEXT];
    assay_number_to_digits(x, 12, text);
    say(to, text);
}

static const char *quote(const char *text, char quoted[ASSAY_QUOTED])
{
    return assay_quote(text, strlen(text), quoted);
}

/* "'gender' = 'F'", with *** for the levels of a private column; "'age'" of a total of numbers. */
const char *assay_margins_label(const assay_margins *self, size_t j, char label[ASSAY_LABEL_BYTES])
{
    char name[ASSAY_QUOTED], level[ASSAY_QUOTED];
    const size_t m = self->of[j];
    words made = {.length = 0};
    say(&made, "'");
    say(&made, quote(self->names[m], name));
    if (self->labels[j] != NULL) {
        say(&made, "' = '");
        say(&made, self->private[m] ? "***" : quote(self->labels[j], level));
    }
    say(&made, "'");
    memcpy(label, made.text, made.length + 1);
    return label;
}

/* ---- what is given ---- */

typedef struct making {
    assay_context *context;
    const assay_frame *units;
    const assay_margin *margins;
    size_t n_all;   /* columns of all margins, each once */
    size_t *all;    /* [n_all] */
    size_t *rows;   /* [cells] the first unit of each */
    size_t n_inner; /* cells of units inside */
    assay_margins *out;
} making;

static assay_status refuse(making *self, assay_status status, size_t m, const char *message)
{
    assay_fail(self->context, status, "%s", message);
    return assay_blame_argument(self->context, self->margins[m].name);
}

static size_t variables_of(const assay_margin *margin)
{
    return margin->levels == NULL ? 1 : assay_frame_rows(margin->levels);
}

static assay_status allocate(making *self, size_t n)
{
    assay_margins *out = assay_alloc_zeroed_array(1, sizeof *out);
    if ((self->out = out) == NULL)
        return assay_fail_memory(self->context);
    out->n = assay_frame_rows(self->units);
    out->n_margins = n;
    size_t p = 0, columns = 0;
    for (size_t m = 0; m < n; m++) {
        p += variables_of(&self->margins[m]);
        columns += self->margins[m].n_columns;
    }
    out->p = p;
    out->cell = assay_alloc_array(out->n, sizeof *out->cell);
    out->totals = assay_alloc_zeroed_array(p, sizeof *out->totals);
    out->labels = assay_alloc_zeroed_array(p, sizeof *out->labels);
    out->of = assay_alloc_zeroed_array(p, sizeof *out->of);
    out->names = assay_alloc_zeroed_array(n, sizeof *out->names);
    out->private = assay_alloc_zeroed_array(n, sizeof *out->private);
    self->all = assay_alloc_array(columns, sizeof *self->all);
    return out->cell == NULL || out->totals == NULL || out->labels == NULL || out->of == NULL ||
                   out->names == NULL || out->private == NULL || self->all == NULL
               ? assay_fail_memory(self->context)
               : ASSAY_OK;
}

static assay_status take_total(making *self, size_t m, size_t level, size_t j)
{
    const assay_margin *margin = &self->margins[m];
    assay_margins *out = self->out;
    out->totals[j] = margin->totals[level];
    out->of[j] = m;
    if (margin->levels != NULL && (out->labels[j] = assay_margin_row_label(
                                       margin->levels, margin->n_columns, NULL, level)) == NULL)
        return assay_fail_memory(self->context);
    const bool counts = margin->levels != NULL || margin->n_columns == 0;
    if (isfinite(out->totals[j]) && !(counts && out->totals[j] < 0))
        return ASSAY_OK;
    words message = {.length = 0};
    char label[ASSAY_LABEL_BYTES];
    say(&message, "the total of ");
    say(&message, assay_margins_label(out, j, label));
    say(&message, isfinite(out->totals[j]) ? " is below 0: " : " is no number: ");
    say_number(&message, out->totals[j]);
    return refuse(self, ASSAY_EDOM, m, message.text);
}

static assay_status take_margin(making *self, size_t m, size_t first)
{
    const assay_margin *margin = &self->margins[m];
    assay_margins *out = self->out;
    out->private[m] = margin->private;
    out->names[m] = assay_copy_text(margin->name, strlen(margin->name));
    if (out->names[m] == NULL)
        return assay_fail_memory(self->context);
    for (size_t i = 0; i < margin->n_columns; i++) {
        size_t at = 0;
        while (at < self->n_all && self->all[at] != margin->columns[i])
            at++;
        if (at == self->n_all)
            self->all[self->n_all++] = margin->columns[i];
    }
    assay_status status = ASSAY_OK;
    for (size_t l = 0; status == ASSAY_OK && l < variables_of(margin); l++)
        status = take_total(self, m, l, first + l);
    return status;
}

/* ---- units in cells ---- */

static assay_status make_cells(making *self, const uint8_t *inside)
{
    assay_margins *out = self->out;
    assay_status status = assay_margin_classes(self->context, self->units, inside, self->n_all,
                                               self->all, out->cell, &self->n_inner, &self->rows);
    if (status != ASSAY_OK)
        return status;
    out->cells = self->n_inner + 1;
    if (out->p > 0 && out->cells > SIZE_MAX / out->p)
        return assay_fail_memory(self->context);
    out->x = assay_alloc_zeroed_array(out->cells * out->p, sizeof *out->x);
    out->size = assay_alloc_zeroed_array(out->cells, sizeof *out->size);
    if (out->x == NULL || out->size == NULL)
        return assay_fail_memory(self->context);
    for (size_t i = 0; i < out->n; i++)
        out->size[out->cell[i]]++;
    return ASSAY_OK;
}

/* ---- which level each cell has ---- */

/* variable[i] is the one of combination i of the levels, as `known` numbers them. */
static assay_status number_levels(making *self, size_t m, size_t first, assay_levels *known,
                                  size_t variable[])
{
    const assay_margin *margin = &self->margins[m];
    assay_status status = ASSAY_OK;
    size_t *own = assay_alloc_array(margin->n_columns, sizeof *own);
    if (own == NULL)
        return assay_fail_memory(self->context);
    for (size_t i = 0; i < margin->n_columns; i++)
        own[i] = i;
    for (size_t l = 0; status == ASSAY_OK && l < variables_of(margin); l++) {
        size_t i = ASSAY_NO_LEVEL;
        char label[ASSAY_LABEL_BYTES];
        status = assay_levels_find(self->context, known, margin->levels, own, l, &i);
        if (status == ASSAY_OK && variable[i] != SIZE_MAX) {
            assay_fail(self->context, ASSAY_EREPEATED, "%s has two totals",
                       assay_margins_label(self->out, first + l, label));
            status = assay_blame_argument(self->context, margin->name);
        }
        if (status == ASSAY_OK)
            variable[i] = first + l;
    }
    assay_free(own);
    return status;
}

/* Behind the levels that were named, how many there are besides. */
static void say_more(words *to, size_t n)
{
    char more[32];
    if (n <= TOLD)
        return;
    snprintf(more, sizeof more, " and %zu more", n - TOLD);
    say(to, more);
}

/* The labels of cells whose levels the margin lacks, in the order of cells, and cases[code] of each. */
static bool count_unknown(const making *self, const assay_margin *margin, const bool unknown[],
                          assay_dictionary *labels, uint64_t cases[])
{
    for (size_t c = 0; c < self->n_inner; c++) {
        if (!unknown[c])
            continue;
        char *label =
            assay_margin_row_label(self->units, margin->n_columns, margin->columns, self->rows[c]);
        const uint32_t code =
            label == NULL ? 0 : assay_dictionary_add(labels, label, strlen(label));
        assay_free(label);
        if (code == 0)
            return false;
        cases[code] += self->out->size[c];
    }
    return true;
}

static void say_unknown(words *to, const assay_margin *margin, const assay_dictionary *labels,
                        const uint64_t cases[])
{
    const uint32_t n = assay_dictionary_size(labels);
    for (uint32_t code = 1; code <= n && code <= TOLD; code++) {
        size_t length;
        char quoted[ASSAY_QUOTED];
        const char *label = assay_dictionary_text(labels, code, &length);
        say(to, code == 1 ? "'" : ", '");
        say(to, margin->private ? "***" : assay_quote(label, length, quoted));
        say(to, "' (");
        say_number(to, (double)cases[code]);
        say(to, cases[code] == 1 ? " case)" : " cases)");
    }
    say_more(to, n);
}

static assay_status refuse_unknown(making *self, size_t m, const bool unknown[])
{
    const assay_margin *margin = &self->margins[m];
    assay_dictionary *labels = assay_dictionary_new();
    uint64_t *cases = assay_alloc_zeroed_array(self->n_inner + 1, sizeof *cases);
    words message = {.length = 0};
    char name[ASSAY_QUOTED];
    const bool good =
        labels != NULL && cases != NULL && count_unknown(self, margin, unknown, labels, cases);
    say(&message, "'");
    say(&message, quote(margin->name, name));
    say(&message, "' has no total for ");
    if (good)
        say_unknown(&message, margin, labels, cases);
    assay_dictionary_release(labels);
    assay_free(cases);
    return good ? refuse(self, ASSAY_EUNKNOWN, m, message.text) : assay_fail_memory(self->context);
}

static assay_status match_cells(making *self, size_t m, assay_levels *known,
                                const size_t variable[], bool unknown[])
{
    const assay_margin *margin = &self->margins[m];
    bool any = false;
    for (size_t c = 0; c < self->n_inner; c++) {
        size_t i;
        const assay_status status = assay_levels_find(self->context, known, self->units,
                                                      margin->columns, self->rows[c], &i);
        if (status != ASSAY_OK)
            return status;
        if (i != ASSAY_NO_LEVEL)
            self->out->x[c * self->out->p + variable[i]] = 1;
        any |= unknown[c] = i == ASSAY_NO_LEVEL;
    }
    return any ? refuse_unknown(self, m, unknown) : ASSAY_OK;
}

static assay_status match_levels(making *self, size_t m, size_t first)
{
    const assay_margin *margin = &self->margins[m];
    assay_levels known = {0};
    size_t *own = assay_alloc_array(margin->n_columns, sizeof *own), *variable = NULL;
    bool *unknown = assay_alloc_array(self->n_inner + 1, sizeof *unknown);
    assay_status status =
        own == NULL || unknown == NULL ? assay_fail_memory(self->context) : ASSAY_OK;
    for (size_t i = 0; own != NULL && i < margin->n_columns; i++)
        own[i] = i;
    if (status == ASSAY_OK)
        status = assay_levels_of(self->context, margin->levels, margin->n_columns, own, &known);
    if (status == ASSAY_OK && (variable = assay_alloc_array(known.size, sizeof *variable)) == NULL)
        status = assay_fail_memory(self->context);
    for (size_t i = 0; variable != NULL && i < known.size; i++)
        variable[i] = SIZE_MAX;
    if (status == ASSAY_OK)
        status = number_levels(self, m, first, &known, variable);
    if (status == ASSAY_OK)
        status = match_cells(self, m, &known, variable, unknown);
    assay_levels_free(&known);
    assay_free(own);
    assay_free(variable);
    assay_free(unknown);
    return status;
}

/* The values of a column of numbers, or 1 where there is no column. */
static assay_status match_numbers(making *self, size_t m, size_t j)
{
    const assay_margin *margin = &self->margins[m];
    const assay_column *column =
        margin->n_columns == 0 ? NULL : assay_frame_column(self->units, margin->columns[0]);
    if (column != NULL && column->type != ASSAY_INTEGER && column->type != ASSAY_NUMBER) {
        char name[ASSAY_QUOTED];
        assay_fail(self->context, ASSAY_EDOM,
                   "'%s' is of type %s, not of numbers: give its totals by level",
                   quote(margin->name, name), assay_type_name(column->type));
        return assay_blame_argument(self->context, margin->name);
    }
    for (size_t c = 0; c < self->n_inner; c++) {
        const size_t row = self->rows[c];
        self->out->x[c * self->out->p + j] = column == NULL ? 1
                                             : column->type == ASSAY_INTEGER
                                                 ? (double)column->integers[row]
                                                 : column->numbers[row];
    }
    return ASSAY_OK;
}

/* ---- totals that cannot be ---- */

static bool has_units(const making *self, size_t j)
{
    const assay_margins *out = self->out;
    for (size_t c = 0; c < self->n_inner; c++)
        if (out->x[c * out->p + j] != 0)
            return true;
    return false;
}

/* Levels with a total above 0 that no unit has. */
static assay_status check_empty(making *self)
{
    const assay_margins *out = self->out;
    words message = {.length = 0};
    size_t n = 0, blamed = 0;
    say(&message, "no case has ");
    for (size_t j = 0; j < out->p; j++) {
        char label[ASSAY_LABEL_BYTES];
        if (out->labels[j] == NULL || !(out->totals[j] > 0) || has_units(self, j))
            continue;
        blamed = n == 0 ? out->of[j] : blamed;
        if (n++ >= TOLD)
            continue;
        say(&message, n == 1 ? "" : ", ");
        say(&message, assay_margins_label(out, j, label));
        say(&message, " (total ");
        say_number(&message, out->totals[j]);
        say(&message, ")");
    }
    say_more(&message, n);
    return n == 0 ? ASSAY_OK : refuse(self, ASSAY_EDOM, blamed, message.text);
}

/* The cases of the population as a margin counts them; NaN: it does not. */
static double sum_of(const making *self, size_t m)
{
    const assay_margin *margin = &self->margins[m];
    double sum = 0;
    if (margin->levels == NULL && margin->n_columns > 0)
        return NAN;
    for (size_t j = 0; j < self->out->p; j++)
        sum += self->out->of[j] == m ? self->out->totals[j] : 0;
    return sum;
}

static assay_status check_sums(making *self, size_t n)
{
    size_t first = 0;
    while (first < n && isnan(sum_of(self, first)))
        first++;
    for (size_t m = first + 1; m < n; m++) {
        const double a = sum_of(self, first), b = sum_of(self, m);
        if (isnan(b) || fabs(a - b) <= SAME_SUM * fmax(1, fmax(fabs(a), fabs(b))))
            continue;
        words message = {.length = 0};
        char name[ASSAY_QUOTED];
        say(&message, "the totals of '");
        say(&message, quote(self->margins[first].name, name));
        say(&message, "' come to ");
        say_number(&message, a);
        say(&message, ", those of '");
        say(&message, quote(self->margins[m].name, name));
        say(&message, "' to ");
        say_number(&message, b);
        return refuse(self, ASSAY_EDOM, m, message.text);
    }
    return ASSAY_OK;
}

/* ---- putting together ---- */

static assay_status match_all(making *self, size_t n)
{
    assay_status status = ASSAY_OK;
    for (size_t m = 0, first = 0; status == ASSAY_OK && m < n; m++) {
        status = self->margins[m].levels != NULL ? match_levels(self, m, first)
                                                 : match_numbers(self, m, first);
        first += variables_of(&self->margins[m]);
    }
    if (status == ASSAY_OK)
        status = check_sums(self, n);
    return status == ASSAY_OK ? check_empty(self) : status;
}

assay_status assay_margins_new(assay_context *context, const assay_frame *units,
                               const uint8_t *inside, size_t n, const assay_margin margins[],
                               assay_margins **self)
{
    making w = {.context = context, .units = units, .margins = margins};
    assay_status status = allocate(&w, n);
    for (size_t m = 0, first = 0; status == ASSAY_OK && m < n; m++) {
        status = take_margin(&w, m, first);
        first += variables_of(&margins[m]);
    }
    if (status == ASSAY_OK)
        status = make_cells(&w, inside);
    if (status == ASSAY_OK)
        status = match_all(&w, n);
    assay_free(w.all);
    assay_free(w.rows);
    if (status != ASSAY_OK)
        assay_margins_free(w.out);
    else
        *self = w.out;
    return status;
}
