/* fuzz_json.c -- what is read as JSON prints, and what is printed reads as the same. */
#include "fuzz.h"

#include "data/json.h"

static char *print(assay_json *value, assay_json_order order, size_t *length)
{
    char *text;
    assay_context context = {.threads = 1};
    PROMISE(assay_json_print(&context, value, order, &text, length) == ASSAY_OK);
    return text;
}

/* Prints, reads and prints again. */
static void go_round(assay_json *value, assay_json_order order)
{
    size_t first, second;
    assay_json *again;
    assay_context context = {.threads = 1};
    char *text = print(value, order, &first);
    PROMISE(assay_json_parse(&context, text, first, "print", &again) == ASSAY_OK);
    char *same = print(again, order, &second);
    PROMISE(first == second && memcmp(text, same, first) == 0);
    assay_json_free(again);
    assay_free(text);
    assay_free(same);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    assay_json *value;
    assay_context context = {.threads = 1};
    const assay_status status =
        assay_json_parse(&context, (const char *)data, size, "input", &value);
    if (status == ASSAY_OK) {
        go_round(value, ASSAY_JSON_AS_BUILT);
        go_round(value, ASSAY_JSON_SORTED);
        assay_json_free(value);
    } else {
        PROMISE(context.error.status == status && context.error.message[0] != '\0');
    }
    return 0;
}
