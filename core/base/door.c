/* door.c -- where names lead. */
#define _GNU_SOURCE /* O_PATH, syscall */

#include "base/door.h"
#include "base/memory.h"
#include "base/place.h"

#include <errno.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* ---- failures ---- */

assay_status assay_fail_file(assay_context *context, const char *name, const char *what)
{
    const char *reason = strerrordesc_np(errno); /* unlike strerror, in no locale's language */
    assay_fail(context, ASSAY_EIO, "%s '%s': %s", what, name, reason != NULL ? reason : "?");
    return assay_blame_file(context, name);
}

/* The same, where a name that leads out of its folder (EXDEV) is told what is allowed instead. */
assay_status assay_fail_place(assay_context *context, const char *name, const char *what,
                              const char *allowed)
{
    if (errno != EXDEV)
        return assay_fail_file(context, name, what);
    assay_fail(context, ASSAY_EIO, "'%s' is outside the %s", name, allowed);
    return assay_blame_file(context, name);
}

assay_status assay_fail_input(assay_context *context, const char *name, const char *what)
{
    return assay_fail_place(
        context, name, what,
        "folders that this run may read: name it relative to the script, or declare "
        "its folder with --data");
}

/* ---- places ---- */

/* The next part of a name, "" behind the last; *rest moves behind it. EXDEV if it leads up. */
static bool next_part(const char **rest, char part[NAME_MAX + 1])
{
    const char *start = *rest + strspn(*rest, "/");
    const size_t length = strcspn(start, "/");
    if (length > NAME_MAX) {
        errno = ENAMETOOLONG;
        return false;
    }
    memcpy(part, start, length);
    part[length] = '\0';
    *rest = start + length;
    errno = EXDEV;
    return strcmp(part, "..") != 0;
}

/*
** The fallback where the kernel has no openat2: no part of the name may be a link, which could lead
** anywhere, and the one that is checked is the one that is entered.
*/
static int open_by_parts(int root, const char *name, int flags, mode_t mode)
{
    char part[NAME_MAX + 1];
    int folder = root;
    errno = *name == '\0' ? ENOENT : EXDEV;
    bool good = *name != '/' && *name != '\0' && next_part(&name, part);
    while (good && name[strspn(name, "/")] != '\0') {
        const int below = openat(folder, part, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (folder != root)
            close(folder);
        folder = below;
        good = folder >= 0 && next_part(&name, part);
    }
    if (good && *name == '/')
        flags |= O_DIRECTORY; /* "a/" is no file */
    const int file = good ? openat(folder, part, flags | O_NOFOLLOW, mode) : -1;
    const int reason = errno;
    if (folder >= 0 && folder != root)
        close(folder);
    errno = reason;
    return file;
}

bool assay_is_regular(int file)
{
    struct stat about;
    if (fstat(file, &about) != 0)
        return false;
    errno = S_ISDIR(about.st_mode) ? EISDIR : EINVAL;
    return S_ISREG(about.st_mode);
}

assay_file_state assay_state_of(int file)
{
    struct stat about;
    if (fstat(file, &about) != 0)
        return (assay_file_state){0};
    return (assay_file_state){
        .device = about.st_dev,
        .inode = about.st_ino,
        .bytes = (uint64_t)about.st_size,
        .changed = {about.st_mtim.tv_sec, about.st_mtim.tv_nsec, about.st_ctim.tv_sec,
                    about.st_ctim.tv_nsec},
    };
}

/* openat, asked again when a signal interrupts it, as it may where a file system is slow. */
int assay_open_at(int folder, const char *name, int flags, mode_t mode)
{
    int file;
    do
        file = openat(folder, name, flags | O_CLOEXEC, mode);
    while (file < 0 && errno == EINTR);
    return file;
}

/* Opens `name` below the folder `root`, or as the process sees it if root is AT_FDCWD. */
int assay_open_below(int root, const char *name, int flags, mode_t mode)
{
    if (root == AT_FDCWD)
        return assay_open_at(root, name, flags, mode);
    const struct open_how how = {.flags = (unsigned)(flags | O_CLOEXEC),
                                 .mode = mode,
                                 .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS};
    long file;
    do
        file = syscall(SYS_openat2, root, name, &how, sizeof how);
    while (file < 0 && errno == EINTR);
    if (file >= 0 || errno != ENOSYS)
        return (int)file;
    return open_by_parts(root, name, flags | O_CLOEXEC, mode);
}

/*
** The first allowed folder that has `name` decides; what is not there at all is ENOENT. `*journal`
** is where a reading of it belongs: nowhere, if it is the run's own.
*/
int assay_find_input(const assay_door *door, const char *name, int flags, assay_journal **journal)
{
    *journal = door->journal;
    if (door->n_inputs == 0)
        return assay_open_below(AT_FDCWD, name, flags, 0);
    int file = -1;
    for (size_t i = 0; i < door->n_inputs && file < 0; i++) {
        *journal = door->own && i == 0 ? NULL : door->journal;
        file = assay_open_below(door->inputs[i], name, flags, 0);
        if (file < 0 && errno != ENOENT && errno != ENOTDIR)
            return -1;
    }
    return file;
}

assay_status assay_door_new(assay_context *context, assay_door **door)
{
    assay_door *fresh = assay_alloc(sizeof *fresh);
    if (fresh == NULL)
        return assay_fail_memory(context);
    *fresh = (assay_door){.output = -1};
    *door = fresh;
    return ASSAY_OK;
}

void assay_close_folders(assay_door *door)
{
    for (size_t i = 0; i < door->n_inputs; i++)
        close(door->inputs[i]);
    if (door->output >= 0)
        close(door->output);
}

void assay_door_free(assay_door *door)
{
    if (door == NULL)
        return;
    assay_close_folders(door);
    assay_free(door->prefix);
    assay_free(door);
}

void assay_door_watch(assay_door *door, assay_journal *journal)
{
    door->journal = journal;
}

void assay_door_reserve(assay_door *door, const char *name)
{
    door->reserved = name;
}

assay_status assay_door_allow_input(assay_context *context, assay_door *door, const char *folder)
{
    if (door->n_inputs == ASSAY_INPUT_FOLDERS)
        return assay_fail(context, ASSAY_EDOM, "more than %d input folders", ASSAY_INPUT_FOLDERS);
    const int fd = assay_open_at(AT_FDCWD, folder, O_PATH | O_DIRECTORY, 0);
    if (fd < 0)
        return assay_fail_file(context, folder, "cannot use the input folder");
    door->inputs[door->n_inputs++] = fd;
    return ASSAY_OK;
}

assay_status assay_door_set_output(assay_context *context, assay_door *door, const char *folder)
{
    const int fd = assay_open_at(AT_FDCWD, folder, O_PATH | O_DIRECTORY, 0);
    if (fd < 0)
        return assay_fail_file(context, folder, "cannot use the output folder");
    if (door->output >= 0)
        close(door->output);
    door->output = fd;
    return ASSAY_OK;
}

size_t assay_door_folders(const assay_door *door, const int **inputs, int *output)
{
    *inputs = door->inputs;
    *output = door->output;
    return door->n_inputs;
}

/* prefix (NULL: none), name and end as one new text; NULL: out of memory. */
char *assay_join(const char *prefix, const char *name, const char *end)
{
    const size_t before = prefix == NULL ? 0 : strlen(prefix);
    char *text = assay_alloc(before + strlen(name) + strlen(end) + 1);
    if (text == NULL)
        return NULL;
    if (before > 0)
        memcpy(text, prefix, before);
    strcpy(text + before, name);
    strcat(text + before, end);
    return text;
}

assay_status assay_door_enter(assay_context *context, const assay_door *door, const char *folder,
                              assay_door **inside)
{
    assay_door *fresh = NULL;
    assay_journal *journal;
    const int fd = assay_find_input(door, folder, O_PATH | O_DIRECTORY, &journal);
    if (fd < 0)
        return assay_fail_input(context, folder, "cannot open the folder");
    assay_status status = assay_door_new(context, &fresh);
    if (status == ASSAY_OK && journal != NULL) {
        fresh->journal = journal;
        fresh->prefix = assay_join(door->prefix, folder, "/");
        if (fresh->prefix == NULL)
            status = assay_fail_memory(context);
    }
    if (status != ASSAY_OK) {
        assay_door_free(fresh);
        close(fd);
        return status;
    }
    fresh->inputs[fresh->n_inputs++] = fd;
    *inside = fresh;
    return ASSAY_OK;
}

/* Whether `last` in `folder` is the name that the door keeps for another. */
static bool is_reserved(const assay_door *door, int folder, const char *last)
{
    if (door->reserved == NULL || strcmp(door->reserved, last) != 0)
        return false;
    const assay_file_state here = assay_state_of(folder), top = assay_state_of(door->output);
    return here.device == top.device && here.inode == top.inode;
}

/*
** Opens the folder that `name` stands in and takes its last part apart: "a/b.csv" gives the folder
** "a" and "b.csv". The last part must be a name, neither empty nor a dot folder.
*/
assay_status assay_open_parent(assay_context *context, const assay_door *door, const char *name,
                               int *folder, char last[NAME_MAX + 1])
{
    char path[ASSAY_PATH];
    size_t length = strlen(name);
    while (length > 1 && name[length - 1] == '/')
        length--;
    if (length == 0 || length >= sizeof path)
        return assay_fail(context, ASSAY_EDOM, "'%.40s' is no name for a file", name);
    memcpy(path, name, length);
    path[length] = '\0';

    char *slash = strrchr(path, '/');
    const char *base = slash == NULL ? path : slash + 1;
    if (*base == '\0' || strcmp(base, ".") == 0 || strcmp(base, "..") == 0 ||
        strlen(base) > NAME_MAX - 40)
        return assay_fail(context, ASSAY_EDOM, "'%.40s' is no name for a file", name);
    strcpy(last, base);

    const char *parent = slash == NULL ? "." : slash == path ? "/" : path;
    if (slash != NULL)
        *slash = '\0';
    const int root = door->output >= 0 ? door->output : AT_FDCWD;
    *folder = assay_open_below(root, parent, O_RDONLY | O_DIRECTORY, 0);
    if (*folder < 0)
        return assay_fail_place(context, name, "cannot write", "folder that this run may write to");
    if (is_reserved(door, *folder, last))
        return assay_fail(context, ASSAY_EDOM,
                          "'%.40s' is where the record of the run stands: write to another name",
                          name);
    return ASSAY_OK;
}

/* A hidden name that another process or an earlier crash does not hold; `try` counts up. */
void assay_hide(char hidden[NAME_MAX + 1], const char *final, int try)
{
    snprintf(hidden, NAME_MAX + 1, ".%.200s.assay-%ld-%d", final, (long)getpid(), try);
}

/* -1, and no hidden name, where none could be had: what others hold is not ours to remove. */
ssize_t assay_read_some(int file, void *buffer, size_t capacity)
{
    ssize_t n;
    do
        n = read(file, buffer, capacity);
    while (n < 0 && errno == EINTR);
    return n;
}

bool assay_sync(int file)
{
    int code;
    do
        code = fsync(file);
    while (code != 0 && errno == EINTR);
    return code == 0;
}

bool assay_input_exists(const assay_door *door, const char *name)
{
    assay_journal *journal;
    const int file = assay_find_input(door, name, O_PATH, &journal);
    const bool absent = file < 0 && (errno == ENOENT || errno == ENOTDIR || errno == EXDEV);
    if (file >= 0)
        close(file);
    return !absent;
}
