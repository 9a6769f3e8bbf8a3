#include "check.h"

#include "data/json.h"

static assay_context context;

static assay_json *parsed(const char *text)
{
    assay_json *value = NULL;
    const assay_status status = assay_json_parse(&context, text, strlen(text), "t.json", &value);
    ck_assert_msg(status == ASSAY_OK, "%s: %s", text, context.error.message);
    return value;
}

static void assert_prints(const assay_json *value, assay_json_order order, const char *want)
{
    char *text;
    size_t length;
    assert_ok(assay_json_print(&context, value, order, &text, &length));
    ck_assert_str_eq(text, want);
    ck_assert_uint_eq(length, strlen(want));
    assay_free(text);
}

/* ---- reading --------------------------------------------------------------------------------- */

/* What is wrong, where, and a word of what is said. */
static const struct {
    const char *text;
    int line, column;
    const char *says;
} refused[] = {
    {"", 1, 1, "a value must stand here"},
    {"  ", 1, 3, "a value must stand here"},
    {"{} x", 1, 4, "something follows"},
    {"1 2", 1, 3, "something follows"},
    {"nullx", 1, 5, "something follows"},
    {"[1,]", 1, 4, "a value must stand here"},
    {"[1 2]", 1, 4, "a comma or ]"},
    {"[1}", 1, 3, "a comma or ]"},
    {"[", 1, 2, "a value must stand here"},
    {"{\"a\":1,}", 1, 8, "name must stand here"},
    {"{a:1}", 1, 2, "name must stand here"},
    {"{1:1}", 1, 2, "name must stand here"},
    {"{\"a\" 1}", 1, 6, "a colon"},
    {"{\"a\":1 \"b\":2}", 1, 8, "a comma or }"},
    {"{\n  \"\xC3\xA9\": 1,\n  \"\xC3\xA9\xC3\xA9\": ?\n}", 3, 9, "a value must stand here"},
    {"// no\n1", 1, 1, "a value must stand here"},
    {"'a'", 1, 1, "a value must stand here"},
    {"True", 1, 1, "a value must stand here"},
    {"NaN", 1, 1, "a value must stand here"},
    {"-Infinity", 1, 1, "a digit must follow the minus"},
    {"01", 1, 1, "must not begin with 0"},
    {"-01", 1, 1, "must not begin with 0"},
    {"+1", 1, 1, "a value must stand here"},
    {".5", 1, 1, "a value must stand here"},
    {"1.", 1, 1, "decimal point"},
    {"1.e5", 1, 1, "decimal point"},
    {"1e", 1, 1, "exponent"},
    {"1e+", 1, 1, "exponent"},
    {"1e999", 1, 1, "too large"},
    {"-1e999", 1, 1, "too large"},
    {"9007199254740993", 1, 1, "2^53"},
    {"-9007199254740993", 1, 1, "2^53"},
    {"10000000000000000", 1, 1, "2^53"},
    {"[0.0000000000000000000000000000000000000000000000000000000000000001]", 1, 2, "60 characters"},
    {"\"a", 1, 1, "not closed"},
    {"\"a\nb\"", 1, 3, "line break"},
    {"\"a\tb\"", 1, 3, "line break"},
    {"\"\\x\"", 1, 2, "unknown escape"},
    {"\"\\", 1, 2, "ends inside an escape"},
    {"\"\\u12\"", 1, 2, "four hexadecimal"},
    {"\"\\u12G4\"", 1, 2, "four hexadecimal"},
    {"\"a\\u0000b\"", 1, 3, "\\u0000"},
    {"{\"\\u0000\":1}", 1, 3, "\\u0000"},
    {"\"\\ud800\"", 1, 2, "surrogate"},
    {"\"\\ud800\\u0041\"", 1, 2, "surrogate"},
    {"\"\\udc00\"", 1, 2, "surrogate"},
    {"\"\xFF\"", 1, 2, "not UTF-8"},
    {"\"\xC3\xA9\n\xC0\x80\"", 2, 1, "not UTF-8"},
    {"\"\xED\xA0\x80\"", 1, 2, "not UTF-8"},
    {"{\"a\":1,\"b\":2,\"a\":3}", 1, 14, "'a' stands twice"},
    {"{\"a\":1,\n \"\\u0061\":2}", 2, 2, "'a' stands twice"},
    {"[{\"k\":{\"z\":0}},\n{\"k\":{\"y\":0,\n\"y\":1}}]", 3, 1, "'y' stands twice"},
};

START_TEST(what_is_not_json_is_refused_with_its_place)
{
    assay_json *value = NULL;
    const char *text = refused[_i].text;
    assert_status(assay_json_parse(&context, text, strlen(text), "t.json", &value), ASSAY_EFORMAT);
    ck_assert_ptr_null(value);
    ck_assert_msg(strstr(context.error.message, refused[_i].says) != NULL, "%s: %s", text,
                  context.error.message);
    ck_assert_msg(context.error.line == (uint64_t)refused[_i].line &&
                      context.error.column == (uint64_t)refused[_i].column,
                  "%s: at %d:%d", text, (int)context.error.line, (int)context.error.column);
    ck_assert_str_eq(context.error.file, "t.json");
}
END_TEST

START_TEST(a_nul_byte_is_refused)
{
    assay_json *value = NULL;
    assert_status(assay_json_parse(&context, "[1,\0002]", 6, "t.json", &value), ASSAY_EFORMAT);
    ck_assert_uint_eq(context.error.column, 4);
    assert_status(assay_json_parse(&context, "1\0", 2, "t.json", &value), ASSAY_EFORMAT);
    assert_status(assay_json_parse(&context, NULL, 0, "t.json", &value), ASSAY_EFORMAT);
}
END_TEST

START_TEST(every_beginning_of_a_document_is_refused)
{
    static const char text[] =
        "{\"a\": [1.5e-3, \"\\u00e9\\n\", {\"b\": [true, null]}], \"c\": \"\xC3\xA9\"}";
    assay_json *value = NULL;
    for (size_t n = 0; n < sizeof text - 1; n++)
        assert_status(assay_json_parse(&context, text, n, "t.json", &value), ASSAY_EFORMAT);
    assert_ok(assay_json_parse(&context, text, sizeof text - 1, "t.json", &value));
    assay_json_free(value);
}
END_TEST

START_TEST(no_damaged_byte_crashes_the_reader)
{
    static const char text[] = "{\"a\": [1.5e-3, \"\\u00e9\\ud83d\\ude00\", {\"b\": [true, -0]}]}";
    for (size_t at = 0; at < sizeof text - 1; at++)
        for (int byte = 0; byte < 256; byte++) {
            char damaged[sizeof text];
            assay_json *value = NULL;
            memcpy(damaged, text, sizeof text);
            damaged[at] = (char)byte;
            const assay_status status =
                assay_json_parse(&context, damaged, sizeof text - 1, "t.json", &value);
            ck_assert(status == ASSAY_OK || status == ASSAY_EFORMAT);
            assay_json_free(value);
        }
}
END_TEST

START_TEST(nesting_has_a_limit)
{
    enum { DEEP = ASSAY_JSON_DEEPEST };
    char text[100000];
    assay_json *value = NULL;
    memset(text, '[', DEEP);
    memset(text + DEEP, ']', DEEP);
    assert_ok(assay_json_parse(&context, text, 2 * DEEP, "t.json", &value));
    assay_json_free(value);
    memset(text, '[', DEEP + 1);
    memset(text + DEEP + 1, ']', DEEP + 1);
    assert_status(assay_json_parse(&context, text, 2 * DEEP + 2, "t.json", &value), ASSAY_EFORMAT);
    ck_assert_uint_eq(context.error.column, DEEP + 1);
    memset(text, '[', sizeof text);
    assert_status(assay_json_parse(&context, text, sizeof text, "t.json", &value), ASSAY_EFORMAT);
}
END_TEST

START_TEST(what_is_json_is_read)
{
    assay_json *value = parsed("\xEF\xBB\xBF {\"n\":-1.5e2, \"N\":9007199254740992,\r\n\t\"t\":"
                               "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00\",\"yes\":true,"
                               "\"no\":false,\"nil\":null,\"\":[1,2,3]} \n");
    ck_assert_double_eq(assay_json_number(assay_json_member(value, "n")), -150);
    ck_assert_double_eq(assay_json_number(assay_json_member(value, "N")), 9007199254740992);
    ck_assert_str_eq(assay_json_text(assay_json_member(value, "t")),
                     "\"\\/\b\f\n\r\t\xC3\xA9\xF0\x9F\x98\x80");
    ck_assert(assay_json_is_true(assay_json_member(value, "yes")));
    ck_assert(!assay_json_is_true(assay_json_member(value, "no")));
    ck_assert_int_eq(assay_json_kind_of(assay_json_member(value, "nil")), ASSAY_JSON_NULL);
    ck_assert_uint_eq(assay_json_size(assay_json_member(value, "")), 3);
    ck_assert_uint_eq(assay_json_size(value), 7);
    assay_json_free(value);
}
END_TEST

/* ---- walking --------------------------------------------------------------------------------- */

START_TEST(children_stand_in_order_and_names_distinguish_case)
{
    static const char *const keys[] = {"b", "B", "a"};
    assay_json *value = parsed("{\"b\":1,\"B\":2,\"a\":3}");
    int i = 0;
    for (const assay_json *c = assay_json_first(value); c != NULL; c = assay_json_next(c), i++) {
        ck_assert_str_eq(assay_json_key(c), keys[i]);
        ck_assert_double_eq(assay_json_number(c), i + 1);
    }
    ck_assert_int_eq(i, 3);
    ck_assert_double_eq(assay_json_number(assay_json_member(value, "B")), 2);
    ck_assert_ptr_null(assay_json_member(value, "A"));
    assay_json_free(value);
}
END_TEST

START_TEST(what_is_absent_reads_as_null)
{
    assay_json *value = parsed("[1]");
    ck_assert_ptr_null(assay_json_member(value, "a"));
    ck_assert_ptr_null(assay_json_member(NULL, "a"));
    ck_assert_int_eq(assay_json_kind_of(NULL), ASSAY_JSON_NULL);
    ck_assert_ptr_null(assay_json_text(NULL));
    ck_assert_ptr_null(assay_json_key(value));
    ck_assert_ptr_null(assay_json_first(assay_json_first(value)));
    ck_assert(isnan(assay_json_number(NULL)));
    ck_assert_uint_eq(assay_json_size(NULL), 0);
    assay_json_free(value);
    assay_json_free(NULL);
}
END_TEST

START_TEST(an_integer_is_a_number_without_fraction)
{
    assay_json *value = parsed("[7, -3.0, 7.5, 1e300, \"7\", null]");
    const assay_json *c = assay_json_first(value);
    int64_t integer = 0;
    assert_ok(assay_json_integer(c, &integer));
    ck_assert_int_eq(integer, 7);
    assert_ok(assay_json_integer(c = assay_json_next(c), &integer));
    ck_assert_int_eq(integer, -3);
    while ((c = assay_json_next(c)) != NULL)
        assert_status(assay_json_integer(c, &integer), ASSAY_EDOM);
    ck_assert_int_eq(integer, -3);
    assay_json_free(value);
}
END_TEST

/* ---- building and printing ------------------------------------------------------------------- */

static assay_status build(assay_json **root)
{
    assay_json *object = NULL, *list = NULL, *inner = NULL;
    assay_status status = assay_json_new_object(&context, &object);
#define DO(call) status = status == ASSAY_OK ? (call) : status
    DO(assay_json_add_text(&context, object, "title", "\xC3\xA9 \"\\\x01\n\x7F"));
    DO(assay_json_add_integer(&context, object, "n", 9007199254740992));
    DO(assay_json_add_array(&context, object, "list", &list));
    DO(assay_json_add_number(&context, list, NULL, 0.1));
    DO(assay_json_add_number(&context, list, NULL, (double)NAN));
    DO(assay_json_add_number(&context, list, NULL, (double)-INFINITY));
    DO(assay_json_add_number(&context, list, NULL, -0.0));
    DO(assay_json_add_bool(&context, list, NULL, true));
    DO(assay_json_add_null(&context, list, NULL));
    DO(assay_json_add_array(&context, object, "empty", NULL));
    DO(assay_json_add_array(&context, object, "deep", &list));
    DO(assay_json_add_object(&context, list, NULL, &inner));
    DO(assay_json_add_bool(&context, inner, "B", false));
    DO(assay_json_add_null(&context, inner, "A"));
    DO(assay_json_add_object(&context, list, NULL, NULL));
    if (status == ASSAY_OK)
        *root = object;
    else
        assay_json_free(object);
    return status;
}

START_TEST(a_tree_prints_as_built_or_sorted)
{
    assay_json *root;
    assert_ok(build(&root));
    assert_prints(
        root, ASSAY_JSON_AS_BUILT,
        "{\n  \"title\": \"\xC3\xA9 \\\"\\\\\\u0001\\n\x7F\",\n  \"n\": 9007199254740992,\n"
        "  \"list\": [0.1, null, null, -0, true, null],\n  \"empty\": [],\n"
        "  \"deep\": [\n    {\n      \"B\": false,\n      \"A\": null\n    },\n    {}\n"
        "  ]\n}\n");
    assert_prints(
        root, ASSAY_JSON_SORTED,
        "{\n  \"deep\": [\n    {\n      \"A\": null,\n      \"B\": false\n    },\n    {}\n"
        "  ],\n  \"empty\": [],\n  \"list\": [0.1, null, null, -0, true, null],\n"
        "  \"n\": 9007199254740992,\n  \"title\": \"\xC3\xA9 \\\"\\\\\\u0001\\n\x7F\"\n}\n");
    assay_json_free(root);
}
END_TEST

START_TEST(a_list_keeps_to_one_line_up_to_100_characters)
{
    char text[300], want[300];
    for (int n = 90; n <= 100; n++) { /* ["xxx", 1] has n + 8 characters, a comma may follow */
        char x[101] = "";
        memset(x, 'x', (size_t)n);
        snprintf(text, sizeof text, "[\"%s\",1]", x);
        if (n + 7 < 100)
            snprintf(want, sizeof want, "[\"%s\", 1]\n", x);
        else
            snprintf(want, sizeof want, "[\n  \"%s\",\n  1\n]\n", x);
        assay_json *value = parsed(text);
        assert_prints(value, ASSAY_JSON_AS_BUILT, want);
        assay_json_free(value);
    }
}
END_TEST

START_TEST(numbers_come_back_as_the_same_double)
{
    static const double numbers[] = {0.1,
                                     1.0 / 3,
                                     1e21,
                                     1e22,
                                     123456789.125,
                                     5e-324,
                                     1.7976931348623157e308,
                                     -2.5,
                                     4503599627370496.5,
                                     9007199254740993.0,
                                     9200719830438983.1,
                                     1e15,
                                     -7};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        assay_json *root, *again;
        char *text;
        size_t length;
        assert_ok(assay_json_new_array(&context, &root));
        assert_ok(assay_json_add_number(&context, root, NULL, numbers[i]));
        assert_ok(assay_json_print(&context, root, ASSAY_JSON_AS_BUILT, &text, &length));
        assert_ok(assay_json_parse(&context, text, length, "t.json", &again));
        ck_assert(assay_json_number(assay_json_first(again)) == numbers[i]);
        assay_json_free(root);
        assay_json_free(again);
        assay_free(text);
    }
}
END_TEST

START_TEST(what_was_printed_prints_the_same_again)
{
    assay_json *root;
    char *text;
    assert_ok(build(&root));
    assert_ok(assay_json_print(&context, root, ASSAY_JSON_AS_BUILT, &text, NULL));
    assay_json *again = parsed(text);
    assert_prints(again, ASSAY_JSON_AS_BUILT, text);
    assay_free(text);
    assay_json_free(root);
    assay_json_free(again);
}
END_TEST

START_TEST(a_parsed_tree_can_be_added_to_within_the_limit_of_nesting)
{
    assay_json *root = parsed("[[]]"), *at = root;
    for (int depth = 2; depth <= ASSAY_JSON_DEEPEST; depth++)
        assert_ok(assay_json_add_array(&context, at, NULL, &at));
    assert_status(assay_json_add_array(&context, at, NULL, NULL), ASSAY_EDOM);
    assert_ok(assay_json_add_null(&context, at, NULL));
    assay_json_free(root);
}
END_TEST

START_TEST(what_does_not_fit_is_not_added)
{
    assay_json *object, *list;
    assert_ok(assay_json_new_object(&context, &object));
    assert_status(assay_json_add_null(&context, object, NULL), ASSAY_EDOM);
    assert_status(assay_json_add_text(&context, object, "a", "\xFF"), ASSAY_EFORMAT);
    assert_status(assay_json_add_null(&context, object, "\xC3"), ASSAY_EFORMAT);
    assert_status(assay_json_add_integer(&context, object, "a", 9007199254740993), ASSAY_EDOM);
    assert_status(assay_json_add_integer(&context, object, "a", INT64_MIN), ASSAY_EDOM);
    assert_prints(object, ASSAY_JSON_AS_BUILT, "{}\n");
    assert_ok(assay_json_add_array(&context, object, "a", &list));
    assert_status(assay_json_add_null(&context, list, "a"), ASSAY_EDOM);
    assay_json_free(object);
}
END_TEST

START_TEST(a_name_that_stands_twice_is_not_printed)
{
    assay_json *object;
    char *text = NULL;
    assert_ok(assay_json_new_object(&context, &object));
    assert_ok(assay_json_add_null(&context, object, "a"));
    assert_ok(assay_json_add_null(&context, object, "b"));
    assert_ok(assay_json_add_null(&context, object, "a"));
    assert_status(assay_json_print(&context, object, ASSAY_JSON_AS_BUILT, &text, NULL),
                  ASSAY_EREPEATED);
    ck_assert_ptr_null(text);
    assay_json_free(object);
}
END_TEST

START_TEST(every_lack_of_memory_is_reported_and_leaves_nothing)
{
    assay_json_use_core_memory();
    const size_t before = assay_memory_in_use();
    static const char source[] = "{\"a\": [1, \"x\", {\"b\": null}], \"c\": \"y\"}";
    for (uint64_t k = 1;; k++) {
        assay_json *value = NULL, *built = NULL;
        char *text = NULL;
        assay_memory_fail_at(k, false);
        assay_status status = assay_json_parse(&context, source, sizeof source - 1, "t", &value);
        if (status == ASSAY_OK)
            status = build(&built);
        if (status == ASSAY_OK)
            status = assay_json_print(&context, built, ASSAY_JSON_SORTED, &text, NULL);
        const uint64_t growths = assay_memory_fail_at(0, false);
        assay_json_free(value);
        assay_json_free(built);
        assay_free(text);
        ck_assert_uint_eq(assay_memory_in_use(), before);
        if (growths < k) {
            assert_ok(status);
            ck_assert_uint_gt(k, 30);
            break;
        }
        assert_status(status, ASSAY_ENOMEM);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("json");
    TCase *reading = tcase_create("reading");
    tcase_add_loop_test(reading, what_is_not_json_is_refused_with_its_place, 0,
                        sizeof refused / sizeof refused[0]);
    tcase_add_test(reading, a_nul_byte_is_refused);
    tcase_add_test(reading, every_beginning_of_a_document_is_refused);
    tcase_add_test(reading, no_damaged_byte_crashes_the_reader);
    tcase_add_test(reading, nesting_has_a_limit);
    tcase_add_test(reading, what_is_json_is_read);
    suite_add_tcase(suite, reading);
    TCase *walking = tcase_create("walking");
    tcase_add_test(walking, children_stand_in_order_and_names_distinguish_case);
    tcase_add_test(walking, what_is_absent_reads_as_null);
    tcase_add_test(walking, an_integer_is_a_number_without_fraction);
    suite_add_tcase(suite, walking);
    TCase *printing = tcase_create("building and printing");
    tcase_add_test(printing, a_tree_prints_as_built_or_sorted);
    tcase_add_test(printing, a_list_keeps_to_one_line_up_to_100_characters);
    tcase_add_test(printing, numbers_come_back_as_the_same_double);
    tcase_add_test(printing, what_was_printed_prints_the_same_again);
    tcase_add_test(printing, a_parsed_tree_can_be_added_to_within_the_limit_of_nesting);
    tcase_add_test(printing, what_does_not_fit_is_not_added);
    tcase_add_test(printing, a_name_that_stands_twice_is_not_printed);
    tcase_add_test(printing, every_lack_of_memory_is_reported_and_leaves_nothing);
    suite_add_tcase(suite, printing);
    return run_suite(suite);
}
