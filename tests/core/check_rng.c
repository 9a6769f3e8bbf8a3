#include "check.h"

#include <gsl/gsl_randist.h>

#include "base/rng.h"

/* ---- the generator -------------------------------------------------------------------------- */

static void read_words(const char *text, int n, uint32_t *words)
{
    char *end;
    for (int i = 0; i < n; i++, text = end)
        words[i] = (uint32_t)strtoul(text, &end, 16);
}

static void answers_as_random123(char *fields[REFERENCE_FIELDS])
{
    uint32_t counter[4], key[2], want[4], output[4];
    read_words(fields[0], 4, counter);
    read_words(fields[1], 2, key);
    read_words(fields[2], 4, want);
    assay_philox(counter, key, output);
    for (int i = 0; i < 4; i++)
        ck_assert_uint_eq(output[i], want[i]);
}

START_TEST(philox_gives_the_known_answers_of_random123)
{
    ck_assert_int_eq(for_each_reference("philox.csv", answers_as_random123), 3);
}
END_TEST

START_TEST(gsl_set_keys_by_all_bits_of_the_seed_and_starts_at_counter_zero)
{
    gsl_rng *r = gsl_rng_alloc(assay_rng_philox);
    const uint32_t counter[4] = {0, 0, 0, 0}, key[2] = {0x9ABCDEF0, 0x12345678};
    uint32_t want[4];
    assay_philox(counter, key, want);
    gsl_rng_set(r, 0x123456789ABCDEF0UL);
    for (int i = 0; i < 4; i++)
        ck_assert_uint_eq(gsl_rng_get(r), want[i]);
    gsl_rng_set(r, 7);
    const unsigned long seven = gsl_rng_get(r);
    gsl_rng_set(r, 7 + (1UL << 32)); /* one stream under mt19937 */
    ck_assert_uint_ne(gsl_rng_get(r), seven);
    gsl_rng_set(r, 0);
    ck_assert_uint_eq(gsl_rng_get(r), 0x6627e8d5);
    gsl_rng_free(r);
}
END_TEST

START_TEST(doubles_have_53_bits_of_two_outputs)
{
    assay_rng a, b;
    assay_rng_stream(&a, "seed", "name", 0);
    assay_rng_stream(&b, "seed", "name", 0);
    for (int i = 0; i < 1000; i++) {
        const double high = (double)(gsl_rng_get(&a.gsl) >> 5);
        const double low = (double)(gsl_rng_get(&a.gsl) >> 6);
        ck_assert(gsl_rng_uniform(&b.gsl) == (high * 67108864 + low) / 9007199254740992);
    }
}
END_TEST

/* Extreme outputs are too rare to look for: they are put into the state, whose word 10 counts. */
START_TEST(doubles_lie_strictly_between_0_and_1)
{
    assay_rng r;
    assay_rng_stream(&r, "seed", "name", 0);
    gsl_rng_get(&r.gsl);
    memset(r.state, 0, sizeof r.state); /* outputs 0, none given yet */
    ck_assert(gsl_rng_uniform(&r.gsl) == ldexp(1, -54));
    memset(r.state, 0xFF, sizeof r.state);
    r.state[10] = 0;
    ck_assert(gsl_rng_uniform(&r.gsl) == 1 - ldexp(1, -53));
}
END_TEST

START_TEST(a_million_uniforms_have_the_mean_and_variance_they_should)
{
    assay_rng r;
    double sum = 0, squares = 0;
    assay_rng_stream(&r, "seed", "moments", 0);
    for (int i = 0; i < 1000000; i++) {
        const double u = gsl_rng_uniform(&r.gsl) - 0.5;
        sum += u;
        squares += u * u;
    }
    ck_assert_double_lt(fabs(sum), 5 * sqrt(1e6 / 12));
    ck_assert_double_lt(fabs(squares - 1e6 / 12), 5 * sqrt(1e6 / 180));
}
END_TEST

/* ---- streams -------------------------------------------------------------------------------- */

/*
** Key: printf '%s' 'd6e1f0a94b7c4f2f9a4e83c1750b62ad|bootstrap' | sha256sum | cut -c1-16 is
** 6d87189434a819d2; the outputs by an independent Python program.
*/
static const struct {
    uint64_t replicate;
    uint32_t output[8];
} pinned[] = {
    {0,
     {0xeec163ee, 0xcc5f2a34, 0xb98c86a1, 0x13f9eefb, 0x4759df5b, 0x24d54d39, 0xa92b671a,
      0xc36bf057}},
    {5,
     {0xf9c86ae8, 0x7f614169, 0xf9ebcd35, 0x45089d14, 0xb0bf8fb3, 0xba2376b8, 0xc89b2a16,
      0x2cf59aa5}},
    {1099511627779,
     {0x0fdfef13, 0x7ffbc69b, 0x26af35df, 0x9fef89b2, 0x6ece6632, 0xf9c58d16, 0x1630613e,
      0x724a25b6}},
};

START_TEST(a_stream_is_fixed_by_seed_name_and_replicate)
{
    assay_rng r, other;
    assay_rng_stream(&r, "d6e1f0a94b7c4f2f9a4e83c1750b62ad", "bootstrap", pinned[_i].replicate);
    assay_rng_stream(&other, "d6e1f0a94b7c4f2f9a4e83c1750b62ad", "bootstrap", 99);
    gsl_rng_get(&other.gsl);
    assay_rng_replicate(&other, pinned[_i].replicate);
    for (int i = 0; i < 8; i++) {
        ck_assert_uint_eq(gsl_rng_get(&r.gsl), pinned[_i].output[i]);
        ck_assert_uint_eq(gsl_rng_get(&other.gsl), pinned[_i].output[i]);
    }
}
END_TEST

START_TEST(seed_name_and_replicate_each_make_another_stream)
{
    static const struct {
        const char *seed, *name;
        uint64_t replicate;
    } streams[] = {{"a", "b", 0}, {"b", "a", 0}, {"ab", "", 0},
                   {"a", "b", 1}, {"a", "c", 0}, {"a", "b", UINT64_C(1) << 32}};
    unsigned long first[6];
    for (int i = 0; i < 6; i++) {
        assay_rng r;
        assay_rng_stream(&r, streams[i].seed, streams[i].name, streams[i].replicate);
        first[i] = gsl_rng_get(&r.gsl);
        for (int j = 0; j < i; j++)
            ck_assert_uint_ne(first[i], first[j]);
    }
}
END_TEST

START_TEST(a_stream_serves_what_gsl_draws)
{
    assay_rng r;
    double sum = 0;
    assay_rng_stream(&r, "seed", "gaussian", 0);
    for (int i = 0; i < 100000; i++)
        sum += gsl_ran_gaussian(&r.gsl, 1);
    ck_assert_double_lt(fabs(sum), 5 * sqrt(1e5));
    ck_assert_str_eq(gsl_rng_name(&r.gsl), "philox4x32-10");
    ck_assert_uint_eq(gsl_rng_max(&r.gsl), 0xFFFFFFFF);
}
END_TEST

/* ---- seeds ---------------------------------------------------------------------------------- */

START_TEST(seeds_are_short_text_without_separators)
{
    char longest[66];
    memset(longest, 'x', sizeof longest);
    ck_assert(assay_seed_is_valid("2018-11-05_DTV.v2", 17));
    ck_assert(assay_seed_is_valid("a", 1));
    ck_assert(assay_seed_is_valid(longest, 64));
    ck_assert(!assay_seed_is_valid(longest, 65));
    ck_assert(!assay_seed_is_valid("", 0));
    ck_assert(!assay_seed_is_valid("a|b", 3));
    ck_assert(!assay_seed_is_valid("a b", 3));
    ck_assert(!assay_seed_is_valid("a\n", 2));
    ck_assert(!assay_seed_is_valid("a\0b", 3));
    ck_assert(!assay_seed_is_valid("\xC3\xA9", 2));
}
END_TEST

START_TEST(every_byte_of_a_seed_is_a_letter_a_digit_or_one_of_three)
{
    for (int c = 0; c < 256; c++) {
        const char byte = (char)c;
        const bool allowed =
            c != 0 &&
            strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-", c) != NULL;
        ck_assert_int_eq(assay_seed_is_valid(&byte, 1), allowed);
    }
}
END_TEST

START_TEST(fresh_seeds_are_valid_and_differ)
{
    assay_context context = {0};
    char a[ASSAY_SEED_TEXT], b[ASSAY_SEED_TEXT];
    assert_ok(assay_seed_new(&context, a));
    assert_ok(assay_seed_new(&context, b));
    ck_assert_uint_eq(strspn(a, "0123456789abcdef"), 32);
    ck_assert_uint_eq(strlen(b), 32);
    ck_assert(assay_seed_is_valid(a, strlen(a)));
    ck_assert_str_ne(a, b);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("rng");
    TCase *tests = tcase_create("rng");
    tcase_add_test(tests, philox_gives_the_known_answers_of_random123);
    tcase_add_test(tests, gsl_set_keys_by_all_bits_of_the_seed_and_starts_at_counter_zero);
    tcase_add_test(tests, doubles_have_53_bits_of_two_outputs);
    tcase_add_test(tests, doubles_lie_strictly_between_0_and_1);
    tcase_add_test(tests, a_million_uniforms_have_the_mean_and_variance_they_should);
    tcase_add_loop_test(tests, a_stream_is_fixed_by_seed_name_and_replicate, 0,
                        sizeof pinned / sizeof pinned[0]);
    tcase_add_test(tests, seed_name_and_replicate_each_make_another_stream);
    tcase_add_test(tests, a_stream_serves_what_gsl_draws);
    tcase_add_test(tests, seeds_are_short_text_without_separators);
    tcase_add_test(tests, every_byte_of_a_seed_is_a_letter_a_digit_or_one_of_three);
    tcase_add_test(tests, fresh_seeds_are_valid_and_differ);
    suite_add_tcase(suite, tests);
    return run_suite(suite);
}
