/* fuzz.h -- what every fuzz target shares: bytes as a file, and promises that must hold. */
#ifndef ASSAY_TESTS_FUZZ_H
#define ASSAY_TESTS_FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"

/* Ends the process, so that the input is kept, where a promise is broken. */
#define PROMISE(truth)                                                                             \
    do {                                                                                           \
        if (!(truth)) {                                                                            \
            fprintf(stderr, "%s:%d: broken: %s\n", __FILE__, __LINE__, #truth);                    \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void fuzz_write(int file, const uint8_t *data, size_t size)
{
    PROMISE(ftruncate(file, 0) == 0);
    PROMISE(pwrite(file, data, size, 0) == (ssize_t)size);
}

static inline assay_door *fuzz_door(void)
{
    static assay_door *door;
    assay_context context = {.threads = 1};
    if (door == NULL)
        PROMISE(assay_door_new(&context, &door) == ASSAY_OK);
    return door;
}

/* The name of a file in memory that holds the bytes, until it is called again. */
static inline const char *fuzz_file(const uint8_t *data, size_t size)
{
    static int file = -1;
    static char name[64];
    if (file < 0) {
        file = memfd_create("input", 0);
        PROMISE(file >= 0);
        snprintf(name, sizeof name, "/proc/self/fd/%d", file);
    }
    fuzz_write(file, data, size);
    return name;
}

/* The bytes as an open input. */
static inline assay_input *fuzz_input(const uint8_t *data, size_t size)
{
    assay_input *input;
    assay_context context = {.threads = 1};
    PROMISE(assay_input_open(&context, fuzz_door(), fuzz_file(data, size), &input) == ASSAY_OK);
    return input;
}

#endif
