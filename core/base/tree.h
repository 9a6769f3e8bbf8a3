/* tree.h -- the files in a folder and below it. */
#ifndef ASSAY_BASE_TREE_H
#define ASSAY_BASE_TREE_H

#include "base/door.h"

/*
** The names of a folder's entries that end in `ending`, without it: each with a line feed behind
** it, in no order; hidden ones are left out. Of several input folders with a folder of that name
** all are listed. A folder that is not there, or may not be listed, has no names. Free with
** assay_free.
*/
assay_status assay_folder_names(assay_context *context, const assay_door *door, const char *folder,
                                const char *ending, char **names);

/* The files below a folder that is found as an input is found: paths in it, in byte order. */
typedef struct assay_names {
    size_t n;
    char **name;
} assay_names;

assay_status assay_tree_list(assay_context *context, const assay_door *door, const char *folder,
                             assay_names *names);
void assay_names_free(assay_names *names);

/* Removes a folder, as the process sees it, and all that is in it. For folders of the program's own. */
bool assay_tree_remove(const char *folder);

#endif
