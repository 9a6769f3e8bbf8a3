/* tree.c -- the files in a folder and below it. */
#define _GNU_SOURCE /* getdents64 */

#include "base/tree.h"
#include "base/memory.h"
#include "base/place.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* Calls `visit` for each entry of a block of them but the dots until one answers false. */
static bool visit_block(int folder, const char *block, size_t length, assay_visit_entry *visit,
                        void *self)
{
    bool good = true;
    for (size_t at = 0; good && at < length;) {
        const struct dirent64 *entry = (const void *)(block + at);
        at += entry->d_reclen;
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            good = visit(folder, entry->d_name, self);
    }
    return good;
}

/*
** The same for a folder; false on any failure, with errno. It takes no memory, because what a run
** leaves must go where there is none, and no lock, because a signal's handler removes trees too.
*/
bool assay_for_each_entry(int parent, const char *name, assay_visit_entry *visit, void *self)
{
    _Alignas(struct dirent64) char block[ASSAY_BUFFER / 16];
    const int folder = assay_open_at(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
    if (folder < 0)
        return false;
    ssize_t n;
    bool good = true;
    while (good && (n = getdents64(folder, block, sizeof block)) != 0)
        good = n > 0 && visit_block(folder, block, (size_t)n, visit, self);
    const int reason = errno;
    close(folder);
    errno = reason;
    return good;
}

static bool remove_entry(int folder, const char *name, void *self)
{
    return assay_remove_tree(folder, name, *(int *)self + 1);
}

bool assay_remove_tree(int parent, const char *name, int depth)
{
    if (unlinkat(parent, name, 0) == 0 || errno == ENOENT)
        return true;
    if (depth == ASSAY_DEEPEST || !assay_for_each_entry(parent, name, remove_entry, &depth))
        return false;
    return unlinkat(parent, name, AT_REMOVEDIR) == 0;
}

bool assay_tree_remove(const char *folder)
{
    return assay_remove_tree(AT_FDCWD, folder, 0);
}

/* The files found so far; the path of the folder at hand with a slash behind it, or "". */
typedef struct tree {
    assay_names *found;
    size_t capacity;
    char path[ASSAY_PATH];
    size_t length;
    int depth;
    bool no_memory;
} tree;

static bool list_entry(int folder, const char *name, void *self)
{
    tree *at = self;
    struct stat about;
    const size_t length = at->length, more = strlen(name);
    if (length + more + 2 > sizeof at->path ||
        fstatat(folder, name, &about, AT_SYMLINK_NOFOLLOW) != 0)
        return false;
    memcpy(at->path + length, name, more + 1);
    bool good;
    if (S_ISDIR(about.st_mode)) {
        memcpy(at->path + length + more, "/", 2);
        at->length += more + 1;
        good = ++at->depth < ASSAY_DEEPEST && assay_for_each_entry(folder, name, list_entry, at);
        at->depth--;
    } else {
        char *copy = assay_copy_text(at->path, length + more);
        good = copy != NULL &&
               assay_grow(&at->found->name, &at->capacity, at->found->n, sizeof *at->found->name);
        if (good)
            at->found->name[at->found->n++] = copy;
        else
            assay_free(copy);
        at->no_memory = !good;
    }
    at->length = length;
    at->path[length] = '\0';
    return good;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

assay_status assay_tree_list(assay_context *context, const assay_door *door, const char *folder,
                             assay_names *names)
{
    assay_journal *journal;
    assay_names found = {0};
    tree at = {.found = &found};
    const int root = assay_find_input(door, folder, O_PATH | O_DIRECTORY, &journal);
    if (root < 0)
        return assay_fail_input(context, folder, "cannot open the folder");
    const bool listed = assay_for_each_entry(root, ".", list_entry, &at);
    close(root);
    if (!listed) {
        assay_names_free(&found);
        return at.no_memory ? assay_fail_memory(context)
                            : assay_fail(context, ASSAY_EIO,
                                         "the files in '%.300s' cannot be listed", folder);
    }
    if (found.n > 0)
        qsort(found.name, found.n, sizeof *found.name, compare_names);
    *names = found;
    return ASSAY_OK;
}

void assay_names_free(assay_names *names)
{
    for (size_t i = 0; i < names->n; i++)
        assay_free(names->name[i]);
    assay_free(names->name);
    *names = (assay_names){0};
}

/* What follows compares; where it finds a difference errno is 0, where it cannot compare it is not. */
static bool differs(void)
{
    errno = 0;
    return false;
}

static bool same_bytes(int a, int b)
{
    char left[ASSAY_BUFFER / 16], right[ASSAY_BUFFER / 16];
    for (;;) {
        const ssize_t n = assay_read_some(a, left, sizeof left);
        ssize_t m = 0;
        while (n > 0 && m < n) { /* a read may be short */
            const ssize_t more = assay_read_some(b, right + m, (size_t)(n - m));
            if (more <= 0)
                return more == 0 && differs();
            m += more;
        }
        if (n < 0)
            return false;
        if (n == 0) {
            const ssize_t more = assay_read_some(b, right, 1);
            return more == 0 || (more > 0 && differs());
        }
        if (memcmp(left, right, (size_t)n) != 0)
            return differs();
    }
}

struct comparison {
    int other;
    size_t entries;
    int depth;
};

static bool same_trees(int left, const char *a, int right, const char *b, int depth);

static bool is_folder(int file)
{
    struct stat about;
    return fstat(file, &about) == 0 && S_ISDIR(about.st_mode);
}

/* Two open files of one name in two folders. */
static bool same_files(int folder, int a, const struct comparison *with, int b, const char *name)
{
    if (is_folder(a) && is_folder(b))
        return same_trees(folder, name, with->other, name, with->depth + 1);
    if (assay_is_regular(a) && assay_is_regular(b))
        return same_bytes(a, b);
    return (errno == EISDIR || errno == EINVAL) && differs();
}

static bool same_entry(int folder, const char *name, void *self)
{
    struct comparison *with = self;
    with->entries++;
    const int a = assay_open_at(folder, name, O_RDONLY | O_NOFOLLOW, 0);
    const int b = a < 0 ? -1 : assay_open_at(with->other, name, O_RDONLY | O_NOFOLLOW, 0);
    bool same = false;
    if (b >= 0)
        same = same_files(folder, a, with, b, name);
    else if (errno == ENOENT || errno == ELOOP)
        differs();
    const int reason = errno;
    if (a >= 0)
        close(a);
    if (b >= 0)
        close(b);
    errno = reason;
    return same;
}

static bool count_entry(int folder, const char *name, void *self)
{
    (void)folder, (void)name;
    ++*(size_t *)self;
    return true;
}

static bool same_trees(int left, const char *a, int right, const char *b, int depth)
{
    struct comparison with = {.other = assay_open_at(right, b, O_RDONLY | O_DIRECTORY, 0),
                              .depth = depth};
    size_t others = 0;
    if (with.other < 0)
        return false;
    bool same = depth < ASSAY_DEEPEST ? assay_for_each_entry(left, a, same_entry, &with) &&
                                            assay_for_each_entry(right, b, count_entry, &others)
                                      : differs();
    if (same && others != with.entries)
        same = differs();
    const int reason = errno;
    close(with.other);
    errno = reason;
    return same;
}

/* Whether two folders hold the same files, also in their folders, and nothing else. */
bool assay_same_folder(int parent, const char *a, const char *b)
{
    return same_trees(parent, a, parent, b, 0);
}

/* ---- names ---- */

static bool add_names(assay_bytes *list, DIR *folder, const char *ending)
{
    const size_t tail = strlen(ending);
    const struct dirent *entry;
    while ((entry = readdir(folder)) != NULL) {
        const size_t length = strlen(entry->d_name);
        if (entry->d_name[0] == '.' || length <= tail ||
            strcmp(entry->d_name + length - tail, ending) != 0)
            continue;
        if (!assay_append(list, entry->d_name, length - tail) || !assay_append(list, "\n", 1))
            return false;
    }
    return true;
}

static bool add_folder(assay_bytes *list, int root, const char *name, const char *ending)
{
    const int file = assay_open_below(root, name, O_RDONLY | O_DIRECTORY, 0);
    DIR *folder = file < 0 ? NULL : fdopendir(file);
    if (folder == NULL) {
        if (file >= 0)
            close(file);
        return true;
    }
    const bool added = add_names(list, folder, ending);
    closedir(folder);
    return added;
}

assay_status assay_folder_names(assay_context *context, const assay_door *door, const char *folder,
                                const char *ending, char **names)
{
    assay_bytes list = {0};
    bool added = assay_append(&list, "", 0);
    if (added && door->n_inputs == 0)
        added = add_folder(&list, AT_FDCWD, folder, ending);
    for (size_t i = 0; i < door->n_inputs && added; i++)
        added = add_folder(&list, door->inputs[i], folder, ending);
    if (!added) {
        assay_free(list.bytes);
        return assay_fail_memory(context);
    }
    *names = list.bytes;
    return ASSAY_OK;
}
