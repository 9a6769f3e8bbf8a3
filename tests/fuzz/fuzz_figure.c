/* fuzz_figure.c -- printed figures: what is read is a range with exact ends, and stays one. */
#include "fuzz.h"

#include "data/json.h"
#include "judge/figure.h"

static const assay_wording *house(void)
{
    static assay_wording *wording;
    static char text[20000];
    assay_context context = {.threads = 1};
    assay_json *json;
    if (wording != NULL)
        return wording;
    FILE *file = fopen("data/wordings/house.json", "r");
    PROMISE(file != NULL);
    const size_t length = fread(text, 1, sizeof text, file);
    fclose(file);
    PROMISE(assay_json_parse(&context, text, length, "house.json", &json) == ASSAY_OK);
    PROMISE(assay_wording_from_json(&context, json, &wording) == ASSAY_OK);
    assay_json_free(json);
    return wording;
}

/* How words are meant is never wider than what they say, and what has a count has one there. */
static void check_share(const assay_figure *figure, int64_t n)
{
    const assay_printed_share narrow = {figure->narrow, figure->count};
    const assay_printed_share literal = {figure->literal, figure->count};
    assay_count_range few, many;
    PROMISE(assay_share_counts(&narrow, n, &few) == ASSAY_OK);
    PROMISE(assay_share_counts(&literal, n, &many) == ASSAY_OK);
    PROMISE(few.first > few.last || (many.first <= few.first && few.last <= many.last));
    for (int64_t x = few.first; x <= few.last; x++)
        PROMISE(x >= 0 && x <= n && assay_share_contains(&figure->narrow, (assay_ratio){x, n}));
}

static void check_number(const assay_figure *figure)
{
    const assay_count_range few = assay_share_whole_numbers(&figure->narrow);
    const assay_count_range many = assay_share_whole_numbers(&figure->literal);
    PROMISE(few.first >= 0 && many.first <= few.first);
    PROMISE(few.first > few.last || few.last <= many.last);
}

static void check_figure(const char *bytes, size_t length, assay_percent_rule rule)
{
    assay_figure figure, again;
    if (assay_figure_read(house(), rule, bytes, length, &figure) != ASSAY_OK)
        return;
    PROMISE(figure.base != 0 && figure.base <= ASSAY_SHARE_CASES);
    if (figure.kind == ASSAY_FIGURE_NUMBER) {
        check_number(&figure);
    } else {
        check_share(&figure, 1);
        check_share(&figure, 24);
        check_share(&figure, 101);
        PROMISE(assay_share_settled(&figure.narrow) >= 0);
    }
    char text[ASSAY_WORDS_BYTES];
    if (length + 2 > sizeof text)
        return;
    text[0] = ' '; /* blanks around it mean nothing */
    memcpy(text + 1, bytes, length);
    text[length + 1] = ' ';
    PROMISE(assay_figure_read(house(), rule, text, length + 2, &again) == ASSAY_OK);
    PROMISE(assay_ratio_compare(figure.narrow.low, again.narrow.low) == 0);
}

static void check_value(const char *bytes, size_t length)
{
    assay_ratio value;
    bool is_share;
    if (assay_figure_value(bytes, length, &value, &is_share) == ASSAY_OK)
        PROMISE(value.over >= 0 && value.under > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *bytes = malloc(size > 0 ? size : 1); /* reading past its end is seen */
    PROMISE(bytes != NULL);
    memcpy(bytes, data, size);
    for (int rule = 0; rule < ASSAY_PERCENT_RULES; rule++)
        check_figure(bytes, size, (assay_percent_rule)rule);
    check_value(bytes, size);
    free(bytes);
    return 0;
}
