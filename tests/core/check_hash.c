#include "check.h"

#include "base/hash.h"

static void digest_is_that_of_the_standard(char *fields[REFERENCE_FIELDS])
{
    const long times = strtol(fields[1], NULL, 10);
    unsigned char digest[ASSAY_DIGEST];
    char text[ASSAY_DIGEST_HEX];
    assay_sha256 hash;
    assay_sha256_start(&hash);
    for (long i = 0; i < times; i++)
        assay_sha256_add(&hash, fields[0], strlen(fields[0]));
    assay_sha256_end(&hash, digest);
    assay_hex(digest, ASSAY_DIGEST, text);
    ck_assert_str_eq(text, fields[2]);
}

START_TEST(known_messages_have_the_digests_of_the_standard)
{
    ck_assert_int_eq(for_each_reference("sha256.csv", digest_is_that_of_the_standard), 5);
}
END_TEST

START_TEST(pieces_of_any_length_give_the_digest_of_the_whole)
{
    unsigned char bytes[300], whole[ASSAY_DIGEST], pieces[ASSAY_DIGEST];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)(7 * i);
    assay_sha256_of(bytes, sizeof bytes, whole);
    for (size_t step = 1; step <= sizeof bytes; step++) {
        assay_sha256 hash;
        assay_sha256_start(&hash);
        for (size_t i = 0; i < sizeof bytes; i += step)
            assay_sha256_add(&hash, bytes + i, i + step < sizeof bytes ? step : sizeof bytes - i);
        assay_sha256_end(&hash, pieces);
        ck_assert_mem_eq(pieces, whole, ASSAY_DIGEST);
    }
}
END_TEST

/* Beginnings and endings around the ends of blocks, and long ones. */
START_TEST(a_text_that_begins_alike_has_the_digest_of_the_whole)
{
    unsigned char bytes[330], whole[ASSAY_DIGEST], digest[ASSAY_DIGEST];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)(11 * i + 3);
    for (size_t before = 0; before <= 200; before++) {
        assay_sha256_prefix prefix;
        assay_sha256_begin(&prefix, bytes, before);
        for (size_t length = 0; before + length <= sizeof bytes; length++) {
            assay_sha256_of(bytes, before + length, whole);
            assay_sha256_go_on(&prefix, bytes + before, length, digest);
            ck_assert_mem_eq(digest, whole, ASSAY_DIGEST);
        }
    }
}
END_TEST

START_TEST(a_copy_goes_on_from_the_same_point)
{
    assay_sha256 a, b;
    unsigned char from_a[ASSAY_DIGEST], from_b[ASSAY_DIGEST], want[ASSAY_DIGEST];
    assay_sha256_start(&a);
    assay_sha256_add(&a, "prefix|", 7);
    b = a;
    assay_sha256_add(&a, "one", 3);
    assay_sha256_add(&b, "two", 3);
    assay_sha256_end(&a, from_a);
    assay_sha256_end(&b, from_b);
    assay_sha256_of("prefix|one", 10, want);
    ck_assert_mem_eq(from_a, want, ASSAY_DIGEST);
    assay_sha256_of("prefix|two", 10, want);
    ck_assert_mem_eq(from_b, want, ASSAY_DIGEST);
}
END_TEST

START_TEST(hexadecimal_is_lower_case_and_ends_in_nul)
{
    char text[] = "????????x";
    assay_hex((const unsigned char *)"\x00\x0F\xA9\xFF", 4, text);
    ck_assert_str_eq(text, "000fa9ff");
    assay_hex(NULL, 0, text);
    ck_assert_str_eq(text, "");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("hash");
    TCase *tests = tcase_create("hash");
    tcase_add_test(tests, known_messages_have_the_digests_of_the_standard);
    tcase_add_test(tests, pieces_of_any_length_give_the_digest_of_the_whole);
    tcase_add_test(tests, a_text_that_begins_alike_has_the_digest_of_the_whole);
    tcase_add_test(tests, a_copy_goes_on_from_the_same_point);
    tcase_add_test(tests, hexadecimal_is_lower_case_and_ends_in_nul);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
