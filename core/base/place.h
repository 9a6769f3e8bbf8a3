/* place.h -- what door, file, tree and stage know of each other, and nobody else. */
#ifndef ASSAY_BASE_PLACE_H
#define ASSAY_BASE_PLACE_H

#include <limits.h>
#include <sys/types.h>

#include "base/door.h"

enum {
    ASSAY_INPUT_FOLDERS = 32,
    ASSAY_BUFFER = 1 << 16,
    ASSAY_PATH = 4096,
    ASSAY_DEEPEST = 32,
    ASSAY_TRIES = 100
};

struct assay_door {
    size_t n_inputs; /* 0: open */
    int inputs[ASSAY_INPUT_FOLDERS];
    int output;             /* -1: open */
    bool own;               /* the first input folder holds what is written through the door */
    const char *reserved;   /* a name in the output folder that is not to be written; or NULL */
    assay_journal *journal; /* or NULL */
    char *prefix;           /* stands before names in the journal; or NULL */
};

/* ---- door.c ---- */

assay_status assay_fail_file(assay_context *context, const char *name, const char *what);
assay_status assay_fail_place(assay_context *context, const char *name, const char *what,
                              const char *allowed);
assay_status assay_fail_input(assay_context *context, const char *name, const char *what);
bool assay_is_regular(int file);
assay_file_state assay_state_of(int file);
char *assay_join(const char *prefix, const char *name, const char *end);
int assay_open_at(int folder, const char *name, int flags, mode_t mode);
int assay_open_below(int root, const char *name, int flags, mode_t mode);
int assay_find_input(const assay_door *door, const char *name, int flags, assay_journal **journal);
void assay_close_folders(assay_door *door);
assay_status assay_open_parent(assay_context *context, const assay_door *door, const char *name,
                               int *folder, char last[NAME_MAX + 1]);
void assay_hide(char hidden[NAME_MAX + 1], const char *final, int try);
ssize_t assay_read_some(int file, void *buffer, size_t capacity);
bool assay_sync(int file);

/* ---- tree.c: none of these takes memory or a lock, because a signal's handler removes trees ---- */

typedef bool assay_visit_entry(int folder, const char *name, void *self);

bool assay_for_each_entry(int parent, const char *name, assay_visit_entry *visit, void *self);
bool assay_remove_tree(int parent, const char *name, int depth);
bool assay_same_folder(int parent, const char *a, const char *b);

#endif
