/* fuzz_manifest.c -- any bytes as the manifest of a sample's folder: verified or refused. */
#include "fuzz.h"

#include "sample/manifest.h"
#include "sample/verify.h"

static const char *folder(void)
{
    static char name[] = "/tmp/assay-fuzz-XXXXXX";
    static int made = 0;
    if (made++ == 0)
        PROMISE(mkdtemp(name) != NULL);
    return name;
}

static void put(const char *file, const void *bytes, size_t length)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder(), file);
    FILE *stream = fopen(path, "wb");
    PROMISE(stream != NULL);
    PROMISE(fwrite(bytes, 1, length, stream) == length);
    PROMISE(fclose(stream) == 0);
}

static void count(void *self, const char *words)
{
    PROMISE(words[0] != '\0');
    ++*(int *)self;
}

/* The bytes are the manifest, frame.csv and sample.csv, divided by a NUL each. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const files[] = {ASSAY_MANIFEST_FILE, ASSAY_FRAME_FILE, ASSAY_SAMPLE_FILE};
    assay_context context = {.threads = 1};
    assay_sample *sample;
    assay_json *manifest;
    int differences = 0;
    for (int i = 0; i < 3; i++) {
        const uint8_t *end = i < 2 ? memchr(data, '\0', size) : NULL;
        const size_t length = end != NULL ? (size_t)(end - data) : size;
        put(files[i], data, length);
        data += length + (end != NULL);
        size -= length + (end != NULL);
    }
    const assay_status verified =
        assay_sample_verify(&context, fuzz_door(), folder(), NULL, count, &differences);
    const assay_status opened =
        assay_sample_open(&context, fuzz_door(), folder(), &sample, &manifest);
    PROMISE((opened == ASSAY_OK) == (verified == ASSAY_OK && differences == 0));
    if (opened == ASSAY_OK) {
        assay_sample_free(sample);
        assay_json_free(manifest);
    }
    return 0;
}
