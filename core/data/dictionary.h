/* dictionary.h -- distinct texts, numbered from 1 in order of first appearance. */
#ifndef ASSAY_DATA_DICTIONARY_H
#define ASSAY_DATA_DICTIONARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
** Code 0 is never given out: it means missing in a column, and "none" in an answer. A dictionary is
** shared by counting references; whoever holds the only one may add to it.
*/
typedef struct assay_dictionary assay_dictionary;

assay_dictionary *assay_dictionary_new(void); /* one reference; NULL when out of memory */
assay_dictionary *assay_dictionary_retain(assay_dictionary *dictionary);
void assay_dictionary_release(assay_dictionary *dictionary); /* NULL is ignored */

/* The text's code, given to it now if it has none; 0 when out of memory or after 2^32 - 2 texts. */
uint32_t assay_dictionary_add(assay_dictionary *dictionary, const char *bytes, size_t length);

uint32_t assay_dictionary_find(const assay_dictionary *dictionary, const char *bytes,
                               size_t length);
uint32_t assay_dictionary_size(const assay_dictionary *dictionary);
const char *assay_dictionary_text(const assay_dictionary *dictionary, uint32_t code,
                                  size_t *length);

/* Gives back what was kept for texts to come. */
void assay_dictionary_trim(assay_dictionary *dictionary);

/* Declared levels keep the order in which they were declared; others are listed in byte order. */
void assay_dictionary_declare(assay_dictionary *dictionary);
bool assay_dictionary_is_declared(const assay_dictionary *dictionary);

/* The text that is most like `bytes` (text.h, distance), at most two edits away; 0 if none. */
uint32_t assay_dictionary_nearest(const assay_dictionary *dictionary, const char *bytes,
                                  size_t length);

/* Bytes in order, a shorter text before the longer one it begins. */
int assay_compare_bytes(const char *a, size_t a_length, const char *b, size_t b_length);

#endif
