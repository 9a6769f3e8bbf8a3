/* statfile_type.c -- what the variables of a statistics file become. */
#include "data/statfile_parts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

typedef assay_statfile_key key;
typedef assay_statfile_pair pair;
typedef assay_statfile_values values;

/* ---- values as the file has them ---- */

static int compare_keys(const key *a, const key *b)
{
    if (a->text != NULL)
        return assay_compare_bytes(a->text, a->length, b->text, b->length);
    if (a->tag != 0 || b->tag != 0) /* Stata's missing values stand behind the numbers */
        return a->tag - b->tag;
    return (a->number > b->number) - (a->number < b->number);
}

static int compare_pairs(const void *a, const void *b)
{
    return compare_keys(&((const pair *)a)->key, &((const pair *)b)->key);
}

/* The place of a key among sorted pairs, or where it would stand. */
static size_t place_of(const pair *pairs, size_t n, const key *wanted, bool *found)
{
    size_t low = 0, high = n;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (compare_keys(&pairs[middle].key, wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *found = low < n && compare_keys(&pairs[low].key, wanted) == 0;
    return low;
}

bool assay_statfile_is_missing(const assay_statfile_values *variable,
                               const assay_statfile_key *value)
{
    if (value->tag != 0)
        return true;
    for (size_t i = 0; i < variable->n_ranges; i++) {
        const key *low = &variable->low[i], *high = &variable->high[i];
        const bool inside = value->text != NULL
                                ? compare_keys(value, low) >= 0 && compare_keys(value, high) <= 0
                                : value->number >= low->number && value->number <= high->number;
        if (inside)
            return true;
    }
    return false;
}

/* The value of a row; false if it is missing. The text is the variable's. */
static bool value_at(const values *variable, size_t row, key *value)
{
    *value = (key){0};
    if (!variable->text) {
        value->number = variable->numbers[row];
        return !isnan(value->number);
    }
    const uint32_t code = variable->codes[row];
    if (code != 0)
        value->text = (char *)assay_dictionary_text(variable->texts, code, &value->length);
    return code != 0;
}

/* "-9", ".a", or the text itself. */
static const char *print_key(const key *value, char scratch[ASSAY_NUMBER_TEXT], size_t *length)
{
    *length = value->length;
    if (value->text != NULL)
        return value->text;
    *length = value->tag != 0 ? (size_t)snprintf(scratch, ASSAY_NUMBER_TEXT, ".%c", value->tag)
                              : assay_number_to_text(value->number, scratch);
    return scratch;
}

/* ---- codes for people to read ---- */

static const assay_statfile_labels *labels_of(const assay_statfile *file, const values *variable)
{
    const char *name = variable->labels_name;
    const uint32_t code = name == NULL || file->label_names == NULL
                              ? 0
                              : assay_dictionary_find(file->label_names, name, strlen(name));
    return code == 0 ? NULL : &file->labels[code - 1];
}

static bool fill_code(const pair *from, assay_statfile_code *code)
{
    char scratch[ASSAY_NUMBER_TEXT];
    size_t length;
    const char *text = print_key(&from->key, scratch, &length);
    code->code = assay_copy_text(text, length);
    code->label = from->label == NULL ? NULL : assay_copy_text(from->label, strlen(from->label));
    code->cases = from->cases;
    return code->code != NULL && (from->label == NULL || code->label != NULL);
}

/* Copies of sorted pairs. */
static assay_status list_codes(assay_context *context, const pair *pairs, size_t n,
                               const assay_statfile_code **codes, size_t *n_codes)
{
    assay_statfile_code *list = assay_alloc_zeroed_array(n, sizeof *list);
    if (list == NULL)
        return assay_fail_memory(context);
    *codes = list;
    *n_codes = n;
    for (size_t i = 0; i < n; i++)
        if (!fill_code(&pairs[i], &list[i]))
            return assay_fail_memory(context);
    return ASSAY_OK;
}

/* Labels are looked up from the front, so that the first of several for one code holds. */
static char *label_of(const assay_statfile_labels *labels, const key *value)
{
    for (size_t i = 0; labels != NULL && i < labels->n; i++)
        if ((value->text == NULL) == (labels->all[i].key.text == NULL) &&
            compare_keys(&labels->all[i].key, value) == 0)
            return labels->all[i].label;
    return NULL;
}

static assay_status list_missing(assay_context *context, const assay_statfile *file,
                                 values *variable)
{
    const assay_statfile_labels *labels = labels_of(file, variable);
    qsort(variable->missing, variable->n_missing, sizeof *variable->missing, compare_pairs);
    for (size_t i = 0; i < variable->n_missing; i++)
        variable->missing[i].label = label_of(labels, &variable->missing[i].key);
    return list_codes(context, variable->missing, variable->n_missing, &variable->about.missing,
                      &variable->about.n_missing);
}

/* ---- labels: category or not? ---- */

/* Both sorted; texts and labels are borrowed. `others` has room for one more than `labelled`. */
typedef struct coding {
    pair *labelled, *others;
    size_t n_labelled, n_others;
    size_t cases; /* of others */
} coding;

/* The labels of values that are not missing, each code once. */
static assay_status find_labelled(assay_context *context, const assay_statfile_labels *labels,
                                  const values *variable, coding *to)
{
    const size_t most = labels->n;
    to->labelled = assay_alloc_array(most, sizeof *to->labelled);
    to->others = assay_alloc_array(most + 1, sizeof *to->others);
    if (to->labelled == NULL || to->others == NULL)
        return assay_fail_memory(context);
    for (size_t i = 0; i < labels->n; i++) {
        const pair *from = &labels->all[i];
        const bool text = from->key.text != NULL;
        if (from->label != NULL && text == variable->text && (text || !isnan(from->key.number)) &&
            !assay_statfile_is_missing(variable, &from->key))
            to->labelled[to->n_labelled++] = *from;
    }
    qsort(to->labelled, to->n_labelled, sizeof *to->labelled, compare_pairs);
    size_t n = 0;
    for (size_t i = 0; i < to->n_labelled; i++)
        if (n == 0 || compare_pairs(&to->labelled[n - 1], &to->labelled[i]) != 0)
            to->labelled[n++] = to->labelled[i];
    to->n_labelled = n;
    return ASSAY_OK;
}

/* The codes without a label that occur, until there are more of them than of the others. */
static void find_others(const values *variable, coding *to)
{
    for (size_t row = 0; row < variable->rows && to->n_others <= to->n_labelled; row++) {
        key value;
        bool found;
        if (!value_at(variable, row, &value))
            continue;
        place_of(to->labelled, to->n_labelled, &value, &found);
        if (found)
            continue;
        const size_t at = place_of(to->others, to->n_others, &value, &found);
        to->cases++;
        if (found)
            continue;
        memmove(&to->others[at + 1], &to->others[at], (to->n_others - at) * sizeof *to->others);
        to->others[at] = (pair){.key = value};
        to->n_others++;
    }
}

/* A scale of which only the two ends are labelled, such as 1 "not at all" to 4 "completely". */
static bool has_ends_only(const coding *of)
{
    return of->n_labelled == 2 && of->n_others > 0 &&
           compare_pairs(&of->labelled[0], &of->others[0]) < 0 &&
           compare_pairs(&of->others[of->n_others - 1], &of->labelled[1]) < 0;
}

static bool is_category(const coding *of, const values *variable)
{
    return of->n_labelled > 0 && of->n_others <= of->n_labelled &&
           (variable->text || !has_ends_only(of));
}

/* ---- labels: the category ---- */

/*
** Adds the level of a code: its label, or the code itself. Where a level is called so already, the
** code stands behind it, so that no two codes become one.
*/
static bool add_level(assay_dictionary *levels, const pair *of)
{
    char scratch[ASSAY_NUMBER_TEXT];
    size_t length;
    const char *code = print_key(&of->key, scratch, &length);
    assay_bytes level = {0};
    bool good = of->label != NULL ? assay_append(&level, of->label, strlen(of->label))
                                  : assay_append(&level, code, length);
    while (good && assay_dictionary_find(levels, level.bytes, level.length) != 0)
        good = assay_append(&level, " (", 2) && assay_append(&level, code, length) &&
               assay_append(&level, ")", 1);
    good = good && assay_dictionary_add(levels, level.bytes, level.length) != 0;
    assay_free(level.bytes);
    return good;
}

/* All codes in their order; level i + 1 is that of all[i]. */
static assay_dictionary *make_levels(const coding *of, pair all[])
{
    const size_t n = of->n_labelled + of->n_others;
    assay_dictionary *levels = assay_dictionary_new();
    bool good = levels != NULL;
    memcpy(all, of->labelled, of->n_labelled * sizeof *all);
    memcpy(all + of->n_labelled, of->others, of->n_others * sizeof *all);
    qsort(all, n, sizeof *all, compare_pairs);
    for (size_t i = 0; good && i < n; i++)
        good = add_level(levels, &all[i]);
    if (!good) {
        assay_dictionary_release(levels);
        return NULL;
    }
    assay_dictionary_declare(levels);
    return levels;
}

static assay_status make_category(assay_context *context, const values *variable, const coding *of,
                                  assay_column **column)
{
    const size_t n = of->n_labelled + of->n_others;
    pair *all = assay_alloc_array(n, sizeof *all);
    uint32_t *codes = assay_alloc_array(variable->rows, sizeof *codes);
    assay_dictionary *levels = all == NULL || codes == NULL ? NULL : make_levels(of, all);
    assay_status status = levels == NULL ? assay_fail_memory(context) : ASSAY_OK;
    for (size_t row = 0; status == ASSAY_OK && row < variable->rows; row++) {
        key value;
        bool found;
        codes[row] =
            !value_at(variable, row, &value) ? 0 : (uint32_t)place_of(all, n, &value, &found) + 1;
    }
    if (status == ASSAY_OK)
        status = assay_column_of_codes(context, variable->rows, codes, levels, column);
    assay_dictionary_release(levels);
    assay_free(codes);
    assay_free(all);
    return status;
}

/* The category that the labels make, or *column = NULL where they do not. */
static assay_status from_labels(assay_context *context, const assay_statfile *file,
                                values *variable, assay_column **column)
{
    coding of = {0};
    const assay_statfile_labels *labels = labels_of(file, variable);
    *column = NULL;
    variable->about.labels_absent = labels == NULL && variable->labels_name != NULL;
    if (labels == NULL)
        return ASSAY_OK;
    assay_status status = find_labelled(context, labels, variable, &of);
    if (status == ASSAY_OK)
        find_others(variable, &of);
    if (status == ASSAY_OK && is_category(&of, variable)) {
        variable->about.unlabelled = of.cases;
        status = make_category(context, variable, &of, column);
    } else if (status == ASSAY_OK) {
        status = list_codes(context, of.labelled, of.n_labelled, &variable->about.labels,
                            &variable->about.n_labels);
    }
    assay_free(of.labelled);
    assay_free(of.others);
    return status;
}

/* ---- dates ---- */

enum { SPSS_START = -141428, STATA_START = -3653 }; /* 1582-10-14, 1960-01-01 */
#define DAY 86400000                                /* milliseconds */

/* What the numbers of a format count. */
typedef struct clock_unit {
    double unit;        /* milliseconds; 0: parts of a year */
    int start;          /* the day that has number 0 */
    int parts;          /* of a year */
    const char *letter; /* that stands before the part */
} clock_unit;

static const clock_unit spss_seconds = {.unit = 1000, .start = SPSS_START};

static const struct {
    const char *prefix;
    clock_unit clock;
} stata_clocks[] = {
    {"td", {.unit = DAY, .start = STATA_START}}, {"d", {.unit = DAY, .start = STATA_START}},
    {"tc", {.unit = 1, .start = STATA_START}},   {"tw", {.parts = 52, .letter = "w"}},
    {"tm", {.parts = 12, .letter = ""}},         {"tq", {.parts = 4, .letter = "q"}},
    {"th", {.parts = 2, .letter = "h"}},
};

static const char *const spss_dates[] = {"DATE",     "ADATE",  "EDATE", "SDATE", "JDATE",
                                         "DATETIME", "YMDHMS", "MOYR",  "QYR",   "WKYR"};

/* The clock of a format; NULL where its numbers are no dates. */
static const clock_unit *clock_of(assay_statfile_format program, const char *format)
{
    if (format == NULL)
        return NULL;
    if (program == ASSAY_SAV) {
        const size_t n = strcspn(format, "0123456789.");
        for (size_t i = 0; i < sizeof spss_dates / sizeof *spss_dates; i++)
            if (n == strlen(spss_dates[i]) && strncmp(format, spss_dates[i], n) == 0)
                return &spss_seconds;
        return NULL;
    }
    if (*format++ != '%')
        return NULL;
    format += *format == '-' || *format == '~';
    for (size_t i = 0; i < sizeof stata_clocks / sizeof *stata_clocks; i++)
        if (strncmp(format, stata_clocks[i].prefix, strlen(stata_clocks[i].prefix)) == 0)
            return &stata_clocks[i].clock;
    return NULL;
}

#define INSTANT_TEXT 40

/* "2018-11-05", with the time of the day behind it where it is asked for. */
static bool print_instant(const clock_unit *clock, double number, bool with_time, bool *whole,
                          char text[INSTANT_TEXT])
{
    const double exact = number * clock->unit;
    if (!(fabs(exact) < 1e15))
        return false;
    const int64_t time = llround(exact) + (int64_t)clock->start * DAY;
    int64_t day = time / DAY, left = time % DAY;
    if (left < 0) {
        left += DAY;
        day--;
    }
    if (day < ASSAY_DATE_FIRST || day > ASSAY_DATE_LAST)
        return false;
    assay_date_to_text((int32_t)day, text);
    *whole &= left == 0;
    const int second = (int)(left / 1000), rest = (int)(left % 1000);
    if (with_time) {
        const size_t n = strlen(text);
        const int more = snprintf(text + n, INSTANT_TEXT - n, "T%02d:%02d:%02d", second / 3600,
                                  second / 60 % 60, second % 60);
        if (rest != 0)
            snprintf(text + n + more, INSTANT_TEXT - n - (size_t)more, ".%03d", rest);
    }
    return true;
}

/* "2018-11", "2018-q4". */
static bool print_period(const clock_unit *clock, double number, char text[INSTANT_TEXT])
{
    if (!(fabs(number) < 1e6) || number != floor(number))
        return false;
    const int parts = (int)number + 1960 * clock->parts, year = parts / clock->parts;
    if (parts < clock->parts || year > 9999)
        return false;
    snprintf(text, INSTANT_TEXT, "%04d-%s%0*d", year, clock->letter, clock->parts > 9 ? 2 : 1,
             parts % clock->parts + 1);
    return true;
}

static bool print_date(const clock_unit *clock, double number, bool with_time, bool *whole,
                       char text[INSTANT_TEXT])
{
    if (clock->unit > 0)
        return print_instant(clock, number, with_time, whole, text);
    *whole = false;
    return print_period(clock, number, text);
}

/* Whether every value is a day of the calendar; *whole: and has no time of the day. */
static bool are_dates(const clock_unit *clock, const values *variable, bool *whole)
{
    char text[INSTANT_TEXT];
    *whole = clock->unit > 0;
    for (size_t row = 0; row < variable->rows; row++)
        if (!isnan(variable->numbers[row]) &&
            !print_date(clock, variable->numbers[row], false, whole, text))
            return false;
    return true;
}

static assay_status from_dates(assay_context *context, const clock_unit *clock,
                               const values *variable, bool whole, assay_column **column)
{
    assay_status status = ASSAY_OK;
    assay_builder *builder = assay_builder_new();
    if (builder == NULL)
        return assay_fail_memory(context);
    for (size_t row = 0; status == ASSAY_OK && row < variable->rows; row++) {
        char text[INSTANT_TEXT];
        bool ignored = true;
        const double number = variable->numbers[row];
        if (isnan(number)) {
            status = assay_builder_add_missing(context, builder);
        } else {
            print_date(clock, number, !whole, &ignored, text);
            status = assay_builder_add(context, builder, text, strlen(text));
        }
    }
    if (status == ASSAY_OK)
        status = assay_builder_finish(
            context, builder, &(assay_column_wish){.type = whole ? ASSAY_DATE : ASSAY_INFER},
            column);
    assay_builder_free(builder);
    return status;
}

/* ---- numbers and text ---- */

#define WHOLE 9007199254740992.0 /* 2^53 */

static bool are_integers(const values *variable)
{
    for (size_t row = 0; row < variable->rows; row++) {
        const double x = variable->numbers[row];
        if (!isnan(x) && !(fabs(x) < WHOLE && x == floor(x)))
            return false;
    }
    return true;
}

static assay_status from_numbers(assay_context *context, const values *variable,
                                 assay_column **column)
{
    const size_t n = variable->rows;
    if (!are_integers(variable))
        return assay_column_of_numbers(context, n, variable->numbers, column);
    int64_t *integers = assay_alloc_array(n, sizeof *integers);
    if (integers == NULL)
        return assay_fail_memory(context);
    for (size_t row = 0; row < n; row++)
        integers[row] = isnan(variable->numbers[row]) ? INT64_MIN : (int64_t)variable->numbers[row];
    const assay_status status = assay_column_of_integers(context, n, integers, column);
    assay_free(integers);
    return status;
}

/* A category where each value stands twice on average, as a builder decides. */
static assay_status from_texts(assay_context *context, const values *variable,
                               assay_column **column)
{
    const uint32_t distinct = variable->texts == NULL ? 0 : assay_dictionary_size(variable->texts);
    size_t known = 0;
    for (size_t row = 0; row < variable->rows; row++)
        known += variable->codes[row] != 0;
    if (distinct > 0 && distinct <= UINT16_MAX && distinct <= known / 2)
        return assay_column_of_codes(context, variable->rows, variable->codes, variable->texts,
                                     column);
    assay_builder *builder = assay_builder_new();
    assay_status status = builder == NULL ? assay_fail_memory(context) : ASSAY_OK;
    for (size_t row = 0; status == ASSAY_OK && row < variable->rows; row++) {
        key value;
        status = value_at(variable, row, &value)
                     ? assay_builder_add(context, builder, value.text, value.length)
                     : assay_builder_add_missing(context, builder);
    }
    if (status == ASSAY_OK)
        status = assay_builder_finish(context, builder, &(assay_column_wish){.type = ASSAY_TEXT},
                                      column);
    assay_builder_free(builder);
    return status;
}

/* ---- one variable ---- */

assay_status assay_statfile_finish(assay_context *context, const assay_statfile *file,
                                   assay_statfile_values *variable, assay_column **column)
{
    assay_column *fresh = NULL;
    const clock_unit *clock = variable->text ? NULL : clock_of(file->format, variable->format);
    bool whole = false;
    assay_status status = list_missing(context, file, variable);
    if (status == ASSAY_OK)
        status = from_labels(context, file, variable, &fresh);
    if (status != ASSAY_OK)
        return status;
    if (fresh == NULL && clock != NULL) {
        variable->about.beyond_dates = !are_dates(clock, variable, &whole);
        if (!variable->about.beyond_dates)
            status = from_dates(context, clock, variable, whole, &fresh);
    }
    if (status == ASSAY_OK && fresh == NULL)
        status = variable->text ? from_texts(context, variable, &fresh)
                                : from_numbers(context, variable, &fresh);
    if (status == ASSAY_OK)
        *column = fresh;
    return status;
}
