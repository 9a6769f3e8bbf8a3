/* statfile.h -- what the fuzzers of the statistics files share. */
#ifndef ASSAY_TESTS_FUZZ_STATFILE_H
#define ASSAY_TESTS_FUZZ_STATFILE_H

#include "fuzz.h"

#include "data/statfile.h"

static inline void look_at_variables(const assay_source *source)
{
    const assay_statfile *file = assay_statfile_of(source);
    for (size_t i = 0; i < source->n_columns; i++) {
        const assay_statfile_variable *variable = assay_statfile_variable_at(file, i);
        for (size_t k = 0; k < variable->n_missing; k++)
            PROMISE(variable->missing[k].cases > 0 && variable->missing[k].code != NULL);
        for (size_t k = 0; k < variable->n_labels; k++)
            PROMISE(variable->labels[k].label != NULL);
    }
}

static inline assay_status read_all(assay_context *context, assay_source *source)
{
    assay_frame *frame = NULL;
    assay_column_wish *wishes = assay_alloc_zeroed_array(source->n_columns, sizeof *wishes);
    PROMISE(wishes != NULL);
    for (size_t i = 0; i < source->n_columns; i++)
        wishes[i].type = ASSAY_INFER;
    const assay_status status = assay_source_collect(context, source, wishes, NULL, &frame);
    assay_free(wishes);
    if (status == ASSAY_OK) {
        PROMISE(assay_frame_columns(frame) == source->n_columns);
        look_at_variables(source);
    }
    assay_frame_free(frame);
    return status;
}

/* What opens reads to its end or says why not, and nothing is left behind. */
static inline int fuzz_statfile(assay_statfile_format format, const uint8_t *data, size_t size)
{
    assay_context context = {.threads = 1};
    assay_source *source = NULL;
    assay_input *input = fuzz_input(data, size);
    const size_t before = assay_memory_in_use();
    assay_memory_set_ceiling(before + ((size_t)256 << 20));
    assay_status status =
        assay_statfile_open(&context, input, &(assay_statfile_options){.format = format}, &source);
    if (status == ASSAY_OK)
        status = read_all(&context, source);
    assay_source_free(source);
    PROMISE(status == ASSAY_OK || (context.error.status == status && context.error.message[0]));
    PROMISE(status == ASSAY_OK || status == ASSAY_EFORMAT || status == ASSAY_ENOMEM);
    assay_memory_set_ceiling(0);
    PROMISE(assay_memory_in_use() < before); /* the input is closed too */
    return 0;
}

#endif
