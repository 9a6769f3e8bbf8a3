/* journal.c -- which files were read, and what they held. */
#include "base/journal.h"

#include <string.h>

#include "base/memory.h"

struct assay_journal {
    size_t n, capacity;
    assay_reading *readings;
};

assay_status assay_journal_new(assay_context *context, assay_journal **journal)
{
    assay_journal *fresh = assay_alloc(sizeof *fresh);
    if (fresh == NULL)
        return assay_fail_memory(context);
    *fresh = (assay_journal){0};
    *journal = fresh;
    return ASSAY_OK;
}

void assay_journal_free(assay_journal *journal)
{
    if (journal == NULL)
        return;
    for (size_t i = 0; i < journal->n; i++)
        assay_free(journal->readings[i].name);
    assay_free(journal->readings);
    assay_free(journal);
}

static bool same_state(const assay_file_state *a, const assay_file_state *b)
{
    return a->device == b->device && a->inode == b->inode && a->bytes == b->bytes &&
           memcmp(a->changed, b->changed, sizeof a->changed) == 0;
}

assay_status assay_journal_enter(assay_context *context, assay_journal *journal, const char *name,
                                 const assay_file_state *state, size_t *number)
{
    for (size_t i = 0; i < journal->n; i++)
        if (same_state(&journal->readings[i].state, state) &&
            strcmp(journal->readings[i].name, name) == 0) {
            *number = i;
            return ASSAY_OK;
        }
    char *copy = assay_copy_text(name, strlen(name));
    if (copy == NULL || !assay_grow(&journal->readings, &journal->capacity, journal->n,
                                    sizeof *journal->readings)) {
        assay_free(copy);
        return assay_fail_memory(context);
    }
    journal->readings[journal->n] = (assay_reading){.name = copy, .state = *state};
    *number = journal->n++;
    return ASSAY_OK;
}

void assay_journal_complete(assay_journal *journal, size_t number, uint64_t bytes,
                            assay_sha256 *hash)
{
    unsigned char digest[ASSAY_DIGEST];
    assay_sha256_end(hash, digest);
    assay_hex(digest, sizeof digest, journal->readings[number].sha256);
    journal->readings[number].bytes = bytes;
}

size_t assay_journal_size(const assay_journal *journal)
{
    return journal->n;
}

const assay_reading *assay_journal_at(const assay_journal *journal, size_t number)
{
    return &journal->readings[number];
}
