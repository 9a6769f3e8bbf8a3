#include "check.h"

#include "base/encoding.h"
#include "base/text.h"

static void assert_decoded(assay_encoding encoding, const char *bytes, size_t length,
                           const char *want)
{
    char utf8[256];
    size_t written;
    ck_assert_uint_eq(assay_encoding_to_utf8(encoding, bytes, length, utf8, &written), length);
    ck_assert_uint_eq(written, strlen(want));
    ck_assert_mem_eq(utf8, want, written);
}

START_TEST(names_are_found_in_either_case)
{
    assay_encoding encoding = ASSAY_UTF8;
    ck_assert(assay_encoding_find("Windows-1252", &encoding));
    ck_assert_int_eq(encoding, ASSAY_WINDOWS_1252);
    ck_assert(assay_encoding_find("utf-8", &encoding));
    ck_assert_int_eq(encoding, ASSAY_UTF8);
    ck_assert(assay_encoding_find("iso-8859-15", &encoding));
    ck_assert_str_eq(assay_encoding_name(encoding), "ISO-8859-15");
    static const char *const others[] = {"",       "utf8",        "utf-8 ",       "latin1",
                                         "UTF-16", "windows-125", "windows\r1252"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        ck_assert_msg(!assay_encoding_find(others[i], &encoding), "%s", others[i]);
}
END_TEST

START_TEST(bytes_become_their_characters)
{
    assert_decoded(ASSAY_WINDOWS_1252, "Zo\xEB \x80 \x93x\x94 \x9F", 11,
                   "Zo\xC3\xAB \xE2\x82\xAC \xE2\x80\x9Cx\xE2\x80\x9D \xC5\xB8");
    assert_decoded(ASSAY_WINDOWS_1252, "", 0, "");
    assert_decoded(ASSAY_WINDOWS_1252, "plain ASCII, long enough\n", 25,
                   "plain ASCII, long enough\n");
    assert_decoded(ASSAY_ISO_8859_1, "\x80\xA4\xFF", 3, "\xC2\x80\xC2\xA4\xC3\xBF");
    assert_decoded(ASSAY_ISO_8859_15, "\xA4\xA5\xBE", 3, "\xE2\x82\xAC\xC2\xA5\xC5\xB8");
}
END_TEST

/* Offset by offset within eight bytes of ASCII, the fast way and the slow one meet. */
START_TEST(a_character_is_read_wherever_it_stands)
{
    for (size_t at = 0; at < 24; at++) {
        char bytes[24], want[32] = "";
        memset(bytes, 'x', sizeof bytes);
        bytes[at] = '\xE9';
        for (size_t i = 0; i < 24; i++)
            strcat(want, i == at ? "\xC3\xA9" : "x");
        assert_decoded(ASSAY_WINDOWS_1252, bytes, sizeof bytes, want);
    }
}
END_TEST

START_TEST(bytes_without_a_meaning_stop_it)
{
    static const char undefined[] = "\x81\x8D\x8F\x90\x9D";
    char utf8[16], all[128], decoded[3 * 128];
    size_t written;
    for (size_t i = 0; i < 5; i++) {
        const char bytes[] = {'a', undefined[i], 'b'};
        ck_assert_uint_eq(assay_encoding_to_utf8(ASSAY_WINDOWS_1252, bytes, 3, utf8, &written), 1);
        ck_assert_uint_eq(written, 1);
    }
    for (int i = 0; i < 128; i++)
        all[i] = (char)(i + 128);
    for (assay_encoding e = ASSAY_ISO_8859_1; e <= ASSAY_ISO_8859_15; e++) {
        ck_assert_uint_eq(assay_encoding_to_utf8(e, all, 128, decoded, &written), 128);
        ck_assert(assay_text_is_utf8(decoded, written, NULL));
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("encoding");
    TCase *tests = tcase_create("encoding");
    tcase_add_test(tests, names_are_found_in_either_case);
    tcase_add_test(tests, bytes_become_their_characters);
    tcase_add_test(tests, a_character_is_read_wherever_it_stands);
    tcase_add_test(tests, bytes_without_a_meaning_stop_it);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
