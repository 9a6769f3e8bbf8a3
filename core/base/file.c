/* file.c -- the one door for files: where names lead, and writing whole or not at all. */
#define _GNU_SOURCE /* O_PATH, renameat2, syscall */

#include "base/file.h"
#include "base/hash.h"
#include "base/memory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MAX_INPUT_FOLDERS = 32, BUFFER = 1 << 16, NAME_BYTES = 4096, MAX_DEPTH = 32, TRIES = 100 };

struct assay_door {
    size_t n_inputs; /* 0: open */
    int inputs[MAX_INPUT_FOLDERS];
    int output;             /* -1: open */
    bool own;               /* the first input folder holds what is written through the door */
    const char *reserved;   /* a name in the output folder that is not to be written; or NULL */
    assay_journal *journal; /* or NULL */
    char *prefix;           /* stands before names in the journal; or NULL */
};

struct assay_input {
    int file;
    char *name;
    assay_journal *journal; /* or NULL */
    size_t number;          /* of the reading there */
    bool hashing;           /* the reading is not complete yet */
    uint64_t bytes;
    assay_sha256 hash;
};

struct assay_output {
    int folder, file;
    size_t filled;
    bool committed;
    char *name; /* as the caller wrote it */
    char final[NAME_MAX + 1], hidden[NAME_MAX + 1];
    char buffer[BUFFER];
};

struct assay_stage {
    int parent;
    bool committed;
    assay_door inside;
    char *name;
    char final[NAME_MAX + 1], hidden[NAME_MAX + 1];
};

/* ---- failures ---- */

static assay_status fail_file(assay_context *context, const char *name, const char *what)
{
    const char *reason = strerrordesc_np(errno); /* unlike strerror, in no locale's language */
    assay_fail(context, ASSAY_EIO, "%s '%s': %s", what, name, reason != NULL ? reason : "?");
    return assay_blame_file(context, name);
}

/* The same, where a name that leads out of its folder (EXDEV) is told what is allowed instead. */
static assay_status fail_place(assay_context *context, const char *name, const char *what,
                               const char *allowed)
{
    if (errno != EXDEV)
        return fail_file(context, name, what);
    assay_fail(context, ASSAY_EIO, "'%s' is outside the %s", name, allowed);
    return assay_blame_file(context, name);
}

static assay_status fail_input(assay_context *context, const char *name, const char *what)
{
    return fail_place(context, name, what,
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

/* openat, asked again when a signal interrupts it, as it may where a file system is slow. */
static int open_at(int folder, const char *name, int flags, mode_t mode)
{
    int file;
    do
        file = openat(folder, name, flags | O_CLOEXEC, mode);
    while (file < 0 && errno == EINTR);
    return file;
}

/* Opens `name` below the folder `root`, or as the process sees it if root is AT_FDCWD. */
static int open_below(int root, const char *name, int flags, mode_t mode)
{
    if (root == AT_FDCWD)
        return open_at(root, name, flags, mode);
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
static int find_input(const assay_door *door, const char *name, int flags, assay_journal **journal)
{
    *journal = door->journal;
    if (door->n_inputs == 0)
        return open_below(AT_FDCWD, name, flags, 0);
    int file = -1;
    for (size_t i = 0; i < door->n_inputs && file < 0; i++) {
        *journal = door->own && i == 0 ? NULL : door->journal;
        file = open_below(door->inputs[i], name, flags, 0);
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

static void close_folders(assay_door *door)
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
    close_folders(door);
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
    if (door->n_inputs == MAX_INPUT_FOLDERS)
        return assay_fail(context, ASSAY_EDOM, "more than %d input folders", MAX_INPUT_FOLDERS);
    const int fd = open_at(AT_FDCWD, folder, O_PATH | O_DIRECTORY, 0);
    if (fd < 0)
        return fail_file(context, folder, "cannot use the input folder");
    door->inputs[door->n_inputs++] = fd;
    return ASSAY_OK;
}

assay_status assay_door_set_output(assay_context *context, assay_door *door, const char *folder)
{
    const int fd = open_at(AT_FDCWD, folder, O_PATH | O_DIRECTORY, 0);
    if (fd < 0)
        return fail_file(context, folder, "cannot use the output folder");
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
static char *join(const char *prefix, const char *name, const char *end)
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
    const int fd = find_input(door, folder, O_PATH | O_DIRECTORY, &journal);
    if (fd < 0)
        return fail_input(context, folder, "cannot open the folder");
    assay_status status = assay_door_new(context, &fresh);
    if (status == ASSAY_OK && journal != NULL) {
        fresh->journal = journal;
        fresh->prefix = join(door->prefix, folder, "/");
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

/* ---- inputs ---- */

static bool is_regular(int file)
{
    struct stat about;
    if (fstat(file, &about) != 0)
        return false;
    errno = S_ISDIR(about.st_mode) ? EISDIR : EINVAL;
    return S_ISREG(about.st_mode);
}

/* Opens a regular file; `*journal` is where a reading of it belongs, or NULL. */
static assay_status open_regular(assay_context *context, const assay_door *door, const char *name,
                                 int flags, int *file, assay_journal **journal)
{
    const bool reads = (flags & O_ACCMODE) == O_RDONLY;
    const int root = door->output >= 0 ? door->output : AT_FDCWD;
    const mode_t mode = flags & O_CREAT ? 0640 : 0;
    flags |= O_NOCTTY | O_NONBLOCK; /* neither a terminal to obey nor a pipe to wait for */
    *journal = NULL;
    const int fd =
        reads ? find_input(door, name, flags, journal) : open_below(root, name, flags, mode);
    if (fd >= 0 && is_regular(fd)) {
        *file = fd;
        return ASSAY_OK;
    }
    const assay_status status =
        reads ? fail_input(context, name, "cannot read")
              : fail_place(context, name, "cannot write", "folder that this run may write to");
    const int reason = errno;
    if (fd >= 0)
        close(fd);
    errno = reason;
    return status;
}

static assay_file_state state_of(int file)
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

/* Finds the input's reading, and sees to it that the file is hashed once while it is read. */
static assay_status begin_reading(assay_context *context, const assay_door *door,
                                  assay_input *input)
{
    const assay_file_state state = state_of(input->file);
    char *name = join(door->prefix, input->name, "");
    if (name == NULL)
        return assay_fail_memory(context);
    const assay_status status =
        assay_journal_enter(context, input->journal, name, &state, &input->number);
    assay_free(name);
    if (status != ASSAY_OK)
        return status;
    input->hashing = assay_journal_at(input->journal, input->number)->sha256[0] == '\0';
    assay_sha256_start(&input->hash);
    return ASSAY_OK;
}

/* Notes `n` bytes that were read; 0: the end. */
static void go_on_reading(assay_input *input, const void *bytes, size_t n)
{
    input->bytes += n;
    if (n > 0) {
        assay_sha256_add(&input->hash, bytes, n);
        return;
    }
    assay_journal_complete(input->journal, input->number, input->bytes, &input->hash);
    input->hashing = false;
}

/* The rest of a file that its reader did not want, for its fingerprint. */
static void end_reading(assay_input *input)
{
    char buffer[BUFFER / 4];
    ssize_t n;
    while (input->hashing) {
        n = read(input->file, buffer, sizeof buffer);
        if (n < 0 && errno != EINTR)
            return;
        if (n >= 0)
            go_on_reading(input, buffer, (size_t)n);
    }
}

/* The reading of a file that somebody else reads: it is hashed whole before it is handed out. */
static assay_status note_whole(assay_context *context, const assay_door *door, const char *name,
                               int file, assay_journal *journal)
{
    assay_input whole = {.file = file, .journal = journal, .name = (char *)name};
    assay_status status = begin_reading(context, door, &whole);
    if (status != ASSAY_OK)
        return status;
    end_reading(&whole);
    return lseek(file, 0, SEEK_SET) == 0 ? ASSAY_OK : fail_input(context, name, "cannot read");
}

assay_status assay_door_open(assay_context *context, const assay_door *door, const char *name,
                             int flags, int *file)
{
    int fd;
    assay_journal *journal;
    assay_status status = open_regular(context, door, name, flags, &fd, &journal);
    if (status != ASSAY_OK)
        return status;
    if (journal != NULL)
        status = note_whole(context, door, name, fd, journal);
    if (status == ASSAY_OK)
        *file = fd;
    else
        close(fd);
    return status;
}

assay_status assay_input_open(assay_context *context, const assay_door *door, const char *name,
                              assay_input **input)
{
    int file;
    assay_journal *journal;
    assay_status status = open_regular(context, door, name, O_RDONLY, &file, &journal);
    if (status != ASSAY_OK)
        return status;
    assay_input *fresh = assay_alloc(sizeof *fresh);
    char *copy = fresh == NULL ? NULL : assay_copy_text(name, strlen(name));
    if (copy == NULL) {
        close(file);
        assay_free(fresh);
        return assay_fail_memory(context);
    }
    *fresh = (assay_input){.file = file, .name = copy, .journal = journal};
    status = journal == NULL ? ASSAY_OK : begin_reading(context, door, fresh);
    if (status != ASSAY_OK) {
        assay_input_close(fresh);
        return status;
    }
    *input = fresh;
    return ASSAY_OK;
}

static ssize_t read_some(int file, void *buffer, size_t capacity)
{
    ssize_t n;
    do
        n = read(file, buffer, capacity);
    while (n < 0 && errno == EINTR);
    return n;
}

assay_status assay_input_read(assay_context *context, assay_input *input, void *buffer,
                              size_t capacity, size_t *got)
{
    const ssize_t n = read_some(input->file, buffer, capacity);
    if (n < 0)
        return fail_file(context, input->name, "cannot read");
    if (input->hashing)
        go_on_reading(input, buffer, (size_t)n);
    *got = (size_t)n;
    return ASSAY_OK;
}

const char *assay_input_name(const assay_input *input)
{
    return input->name;
}

void assay_input_close(assay_input *input)
{
    if (input == NULL)
        return;
    end_reading(input);
    close(input->file);
    assay_free(input->name);
    assay_free(input);
}

/* Appends the rest of `input` to *bytes, which has room for *capacity. */
static assay_status read_rest(assay_context *context, assay_input *input, size_t most, char **bytes,
                              size_t *capacity, size_t *length)
{
    for (;;) {
        size_t got;
        if (*length + 1 >= *capacity) {
            char *grown = assay_resize_array(*bytes, *capacity, 2);
            if (grown == NULL)
                return assay_fail_memory(context);
            *bytes = grown;
            *capacity *= 2;
        }
        const assay_status status =
            assay_input_read(context, input, *bytes + *length, *capacity - *length - 1, &got);
        if (status != ASSAY_OK || got == 0)
            return status;
        *length += got;
        if (*length > most) {
            assay_fail(context, ASSAY_EFORMAT, "'%s' is larger than %zu bytes", input->name, most);
            return assay_blame_file(context, input->name);
        }
    }
}

assay_status assay_file_read(assay_context *context, const assay_door *door, const char *name,
                             size_t most, char **bytes, size_t *length)
{
    assay_input *input = NULL;
    size_t capacity = BUFFER, n = 0;
    assay_status status = assay_input_open(context, door, name, &input);
    if (status != ASSAY_OK)
        return status;
    char *block = assay_alloc(capacity);
    status = block == NULL ? assay_fail_memory(context)
                           : read_rest(context, input, most, &block, &capacity, &n);
    assay_input_close(input);
    if (status != ASSAY_OK) {
        assay_free(block);
        return status;
    }
    block[n] = '\0';
    *bytes = block;
    *length = n;
    return ASSAY_OK;
}

assay_status assay_file_fingerprint(assay_context *context, const assay_door *door,
                                    const char *name, uint64_t *bytes,
                                    char digest[ASSAY_DIGEST_HEX])
{
    assay_input *input;
    assay_sha256 hash;
    unsigned char raw[ASSAY_DIGEST];
    char buffer[BUFFER / 4];
    size_t got = 0;
    uint64_t all = 0;
    assay_status status = assay_input_open(context, door, name, &input);
    if (status != ASSAY_OK)
        return status;
    if (input->journal != NULL && !input->hashing) { /* it was read before, and has not changed */
        const assay_reading *before = assay_journal_at(input->journal, input->number);
        strcpy(digest, before->sha256);
        *bytes = before->bytes;
        assay_input_close(input);
        return ASSAY_OK;
    }
    assay_sha256_start(&hash);
    do {
        status = assay_input_read(context, input, buffer, sizeof buffer, &got);
        if (status == ASSAY_OK)
            assay_sha256_add(&hash, buffer, got);
        all += got;
    } while (status == ASSAY_OK && got > 0);
    assay_input_close(input);
    assay_sha256_end(&hash, raw);
    if (status != ASSAY_OK)
        return status;
    assay_hex(raw, sizeof raw, digest);
    *bytes = all;
    return ASSAY_OK;
}

assay_status assay_file_sha256(assay_context *context, const assay_door *door, const char *name,
                               char digest[ASSAY_DIGEST_HEX])
{
    uint64_t bytes;
    return assay_file_fingerprint(context, door, name, &bytes, digest);
}

bool assay_input_exists(const assay_door *door, const char *name)
{
    assay_journal *journal;
    const int file = find_input(door, name, O_PATH, &journal);
    const bool absent = file < 0 && (errno == ENOENT || errno == ENOTDIR || errno == EXDEV);
    if (file >= 0)
        close(file);
    return !absent;
}

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
    const int file = open_below(root, name, O_RDONLY | O_DIRECTORY, 0);
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

/* ---- outputs ---- */

/* Whether `last` in `folder` is the name that the door keeps for another. */
static bool is_reserved(const assay_door *door, int folder, const char *last)
{
    if (door->reserved == NULL || strcmp(door->reserved, last) != 0)
        return false;
    const assay_file_state here = state_of(folder), top = state_of(door->output);
    return here.device == top.device && here.inode == top.inode;
}

/*
** Opens the folder that `name` stands in and takes its last part apart: "a/b.csv" gives the folder
** "a" and "b.csv". The last part must be a name, neither empty nor a dot folder.
*/
static assay_status open_parent(assay_context *context, const assay_door *door, const char *name,
                                int *folder, char last[NAME_MAX + 1])
{
    char path[NAME_BYTES];
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
    *folder = open_below(root, parent, O_RDONLY | O_DIRECTORY, 0);
    if (*folder < 0)
        return fail_place(context, name, "cannot write", "folder that this run may write to");
    if (is_reserved(door, *folder, last))
        return assay_fail(context, ASSAY_EDOM,
                          "'%.40s' is where the record of the run stands: write to another name",
                          name);
    return ASSAY_OK;
}

/* A hidden name that another process or an earlier crash does not hold; `try` counts up. */
static void hide(char hidden[NAME_MAX + 1], const char *final, int try)
{
    snprintf(hidden, NAME_MAX + 1, ".%.200s.assay-%ld-%d", final, (long)getpid(), try);
}

/* -1, and no hidden name, where none could be had: what others hold is not ours to remove. */
static int create_hidden(int folder, const char *final, char hidden[NAME_MAX + 1])
{
    int file = -1;
    for (int try = 0; file < 0 && try < TRIES; try++) {
        hide(hidden, final, try);
        file = open_at(folder, hidden, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0640);
        if (file < 0 && errno != EEXIST)
            break;
    }
    if (file < 0)
        hidden[0] = '\0'; /* another's */
    return file;
}

assay_status assay_output_open(assay_context *context, const assay_door *door, const char *name,
                               assay_output **output)
{
    assay_output *fresh = assay_alloc(sizeof *fresh);
    char *copy = fresh == NULL ? NULL : assay_copy_text(name, strlen(name));
    if (copy == NULL) {
        assay_free(fresh);
        return assay_fail_memory(context);
    }
    fresh->name = copy;
    fresh->filled = 0;
    fresh->committed = false;
    fresh->file = fresh->folder = -1;
    assay_status status = open_parent(context, door, name, &fresh->folder, fresh->final);
    if (status == ASSAY_OK) {
        fresh->file = create_hidden(fresh->folder, fresh->final, fresh->hidden);
        if (fresh->file < 0)
            status = fail_file(context, name, "cannot write");
    }
    if (status != ASSAY_OK) {
        assay_output_free(fresh);
        return status;
    }
    *output = fresh;
    return ASSAY_OK;
}

static assay_status write_all(assay_context *context, assay_output *output, const char *bytes,
                              size_t length)
{
    while (length > 0) {
        const ssize_t n = write(output->file, bytes, length);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return fail_file(context, output->name, "cannot write");
        bytes += n;
        length -= (size_t)n;
    }
    return ASSAY_OK;
}

static bool sync_file(int file)
{
    int code;
    do
        code = fsync(file);
    while (code != 0 && errno == EINTR);
    return code == 0;
}

static assay_status flush(assay_context *context, assay_output *output)
{
    const size_t filled = output->filled;
    output->filled = 0;
    return write_all(context, output, output->buffer, filled);
}

assay_status assay_output_write(assay_context *context, assay_output *output, const void *bytes,
                                size_t length)
{
    if (length > BUFFER - output->filled) {
        const assay_status status = flush(context, output);
        if (status != ASSAY_OK)
            return status;
    }
    if (length > BUFFER)
        return write_all(context, output, bytes, length);
    memcpy(output->buffer + output->filled, bytes, length);
    output->filled += length;
    return ASSAY_OK;
}

assay_status assay_output_text(assay_context *context, assay_output *output, const char *text)
{
    return assay_output_write(context, output, text, strlen(text));
}

assay_status assay_output_commit(assay_context *context, assay_output *output)
{
    const assay_status status = flush(context, output);
    if (status != ASSAY_OK)
        return status;
    const int file = output->file;
    const bool synced = sync_file(file);
    output->file = -1;
    if (close(file) != 0 || !synced ||
        renameat(output->folder, output->hidden, output->folder, output->final) != 0 ||
        !sync_file(output->folder))
        return fail_file(context, output->name, "cannot write");
    output->committed = true;
    return ASSAY_OK;
}

void assay_output_free(assay_output *output)
{
    if (output == NULL)
        return;
    if (output->file >= 0)
        close(output->file);
    if (output->folder >= 0) {
        if (!output->committed && output->hidden[0] != '\0')
            unlinkat(output->folder, output->hidden, 0);
        close(output->folder);
    }
    assay_free(output->name);
    assay_free(output);
}

assay_status assay_file_write(assay_context *context, const assay_door *door, const char *name,
                              const char *bytes, size_t length)
{
    assay_output *output = NULL;
    assay_status status = assay_output_open(context, door, name, &output);
    if (status == ASSAY_OK)
        status = assay_output_write(context, output, bytes, length);
    if (status == ASSAY_OK)
        status = assay_output_commit(context, output);
    assay_output_free(output);
    return status;
}

/* ---- folders ---- */

typedef bool visit_entry(int folder, const char *name, void *self);

/* Calls `visit` for each entry of a block of them but the dots until one answers false. */
static bool visit_block(int folder, const char *block, size_t length, visit_entry *visit,
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
static bool for_each_entry(int parent, const char *name, visit_entry *visit, void *self)
{
    _Alignas(struct dirent64) char block[BUFFER / 16];
    const int folder = open_at(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
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

static bool remove_tree(int parent, const char *name, int depth);

static bool remove_entry(int folder, const char *name, void *self)
{
    return remove_tree(folder, name, *(int *)self + 1);
}

static bool remove_tree(int parent, const char *name, int depth)
{
    if (unlinkat(parent, name, 0) == 0 || errno == ENOENT)
        return true;
    if (depth == MAX_DEPTH || !for_each_entry(parent, name, remove_entry, &depth))
        return false;
    return unlinkat(parent, name, AT_REMOVEDIR) == 0;
}

bool assay_tree_remove(const char *folder)
{
    return remove_tree(AT_FDCWD, folder, 0);
}

/* The files found so far; the path of the folder at hand with a slash behind it, or "". */
typedef struct tree {
    assay_names *found;
    size_t capacity;
    char path[NAME_BYTES];
    size_t length;
    int depth;
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
        good = ++at->depth < MAX_DEPTH && for_each_entry(folder, name, list_entry, at);
        at->depth--;
    } else {
        char *copy = assay_copy_text(at->path, length + more);
        good = copy != NULL &&
               assay_grow(&at->found->name, &at->capacity, at->found->n, sizeof *at->found->name);
        if (good)
            at->found->name[at->found->n++] = copy;
        else
            assay_free(copy);
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
    const int root = find_input(door, folder, O_PATH | O_DIRECTORY, &journal);
    if (root < 0)
        return fail_input(context, folder, "cannot open the folder");
    const bool listed = for_each_entry(root, ".", list_entry, &at);
    close(root);
    if (!listed) {
        assay_names_free(&found);
        return assay_fail(context, ASSAY_EIO, "the files in '%.300s' cannot be listed", folder);
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
    char left[BUFFER / 16], right[BUFFER / 16];
    for (;;) {
        const ssize_t n = read_some(a, left, sizeof left);
        ssize_t m = 0;
        while (n > 0 && m < n) { /* a read may be short */
            const ssize_t more = read_some(b, right + m, (size_t)(n - m));
            if (more <= 0)
                return more == 0 && differs();
            m += more;
        }
        if (n < 0)
            return false;
        if (n == 0) {
            const ssize_t more = read_some(b, right, 1);
            return more == 0 || (more > 0 && differs());
        }
        if (memcmp(left, right, (size_t)n) != 0)
            return differs();
    }
}

struct comparison {
    int other;
    size_t entries;
};

static bool same_entry(int folder, const char *name, void *self)
{
    struct comparison *with = self;
    with->entries++;
    const int a = open_at(folder, name, O_RDONLY | O_NOFOLLOW, 0);
    const int b = a < 0 ? -1 : open_at(with->other, name, O_RDONLY | O_NOFOLLOW, 0);
    bool same = false;
    if (b >= 0)
        same = is_regular(a) && is_regular(b) ? same_bytes(a, b)
                                              : (errno == EISDIR || errno == EINVAL) && differs();
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

/* Whether two folders hold the same files and nothing else. */
static bool same_folder(int parent, const char *a, const char *b)
{
    struct comparison with = {.other = open_at(parent, b, O_RDONLY | O_DIRECTORY, 0)};
    size_t others = 0;
    if (with.other < 0)
        return false;
    bool same = for_each_entry(parent, a, same_entry, &with) &&
                for_each_entry(parent, b, count_entry, &others);
    if (same && others != with.entries)
        same = differs();
    const int reason = errno;
    close(with.other);
    errno = reason;
    return same;
}

/* The lock says to other processes that the folder is in use; it goes with the process. */
static int create_hidden_folder(assay_stage *stage)
{
    for (int try = 0; try < TRIES; try++) {
        hide(stage->hidden, stage->final, try);
        if (mkdirat(stage->parent, stage->hidden, 0750) == 0) {
            const int folder = open_at(stage->parent, stage->hidden, O_RDONLY | O_DIRECTORY, 0);
            if (folder >= 0)
                flock(folder, LOCK_EX | LOCK_NB);
            return folder;
        }
        if (errno != EEXIST)
            break;
    }
    stage->hidden[0] = '\0'; /* another's */
    return -1;
}

static void name_previous(char previous[NAME_MAX + 1], const char *final)
{
    snprintf(previous, NAME_MAX + 1, "%.200s.previous", final);
}

/*
** What has the name `from` becomes NAME.previous. What was kept before is only put aside until that
** is done, and then removed as far as it can be: nobody asks for it any more.
*/
static bool keep_previous(int parent, const char *from, const char *final)
{
    char previous[NAME_MAX + 1], aside[NAME_MAX + 1];
    name_previous(previous, final);
    hide(aside, final, TRIES);
    if (renameat(parent, previous, parent, aside) != 0 && errno != ENOENT)
        return false;
    if (renameat(parent, from, parent, previous) == 0) {
        remove_tree(parent, aside, 0);
        return true;
    }
    const int reason = errno;
    renameat(parent, aside, parent, previous);
    errno = reason;
    return false;
}

/* A second call undoes the first. */
static bool exchange(const assay_stage *stage)
{
    return renameat2(stage->parent, stage->hidden, stage->parent, stage->final, RENAME_EXCHANGE) ==
           0;
}

/*
** Just before an exchange the hidden folder is named by its inode, so that a folder of another
** inode under that name is known for the earlier outputs, which nobody may lose.
*/
static bool name_by_inode(assay_stage *stage)
{
    char name[NAME_MAX + 1];
    struct stat about;
    if (fstat(stage->inside.output, &about) != 0)
        return false;
    snprintf(name, sizeof name, ".%.200s.assay-%ld-i%llu", stage->final, (long)getpid(),
             (unsigned long long)about.st_ino);
    if (renameat(stage->parent, stage->hidden, stage->parent, name) != 0)
        return false;
    strcpy(stage->hidden, name);
    return true;
}

static bool is_earlier_output(int folder, const char *made)
{
    struct stat about;
    return made[0] == 'i' && fstat(folder, &about) == 0 &&
           strtoull(made + 1, NULL, 10) != about.st_ino;
}

/* An entry of the parent that a process left which is no more: removed, or put where it belongs. */
static bool sweep_entry(int parent, const char *name, void *self)
{
    const char *final = self;
    char prefix[NAME_MAX + 1], *made;
    const int length = snprintf(prefix, sizeof prefix, ".%.200s.assay-", final);
    if (strncmp(name, prefix, (size_t)length) != 0)
        return true;
    const long pid = strtol(name + length, &made, 10);
    const bool own =
        pid == getpid(); /* it may be an earlier process's, which had the same number */
    if (pid <= 0 || *made != '-' || (!own && (kill((pid_t)pid, 0) == 0 || errno != ESRCH)))
        return true;
    const int folder = open_at(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
    if (folder < 0)
        return true;
    /* the process may live on another machine, or in a container of its own */
    if (flock(folder, LOCK_EX | LOCK_NB) == 0 || (!own && errno != EWOULDBLOCK)) {
        if (is_earlier_output(folder, made + 1))
            keep_previous(parent, name, final);
        else
            remove_tree(parent, name, 0);
    }
    close(folder);
    return true;
}

assay_status assay_stage_open(assay_context *context, const assay_door *door, const char *folder,
                              assay_stage **stage)
{
    assay_stage *fresh = assay_alloc(sizeof *fresh);
    char *copy = fresh == NULL ? NULL : assay_copy_text(folder, strlen(folder));
    if (copy == NULL) {
        assay_free(fresh);
        return assay_fail_memory(context);
    }
    *fresh = (assay_stage){.parent = -1, .inside = {.output = -1, .own = true}, .name = copy};
    assay_status status = open_parent(context, door, folder, &fresh->parent, fresh->final);
    if (status == ASSAY_OK) {
        for_each_entry(fresh->parent, ".", sweep_entry, fresh->final);
        fresh->inside.output = create_hidden_folder(fresh);
        if (fresh->inside.output < 0)
            status = fail_file(context, folder, "cannot write");
    }
    if (status == ASSAY_OK) {
        fresh->inside.inputs[0] = fcntl(fresh->inside.output, F_DUPFD_CLOEXEC, 0);
        fresh->inside.n_inputs = fresh->inside.inputs[0] >= 0;
        if (fresh->inside.n_inputs == 0)
            status = fail_file(context, folder, "cannot write");
    }
    if (status != ASSAY_OK) {
        assay_stage_free(fresh);
        return status;
    }
    *stage = fresh;
    return ASSAY_OK;
}

assay_door *assay_stage_door(assay_stage *stage)
{
    return &stage->inside;
}

int assay_stage_parent(const assay_stage *stage)
{
    return stage->parent;
}

static bool same_file(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

bool assay_stage_is_below(const assay_stage *stage, const char *folder)
{
    struct stat wanted, here, above;
    if (stat(folder, &wanted) != 0)
        return false;
    if (fstatat(stage->parent, stage->final, &here, 0) == 0 && same_file(&here, &wanted))
        return true;
    int at = openat(stage->parent, ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    bool found = false, top = at < 0 || fstat(at, &here) != 0;
    while (!top && !(found = same_file(&here, &wanted))) {
        const int up = openat(at, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
        close(at);
        at = up;
        top = at < 0 || fstat(at, &above) != 0 || same_file(&above, &here);
        here = above;
    }
    if (at >= 0)
        close(at);
    return found;
}

assay_status assay_stage_commit(assay_context *context, assay_stage *stage)
{
    if (!sync_file(stage->inside.output))
        return fail_file(context, stage->name, "cannot write");
    if (renameat(stage->parent, stage->hidden, stage->parent, stage->final) == 0) {
        stage->committed = true;
        return sync_file(stage->parent) ? ASSAY_OK
                                        : fail_file(context, stage->name, "cannot write");
    }
    if (errno != ENOTEMPTY && errno != EEXIST)
        return fail_file(context, stage->name, "cannot write");
    if (same_folder(stage->parent, stage->hidden,
                    stage->final)) /* the copy may not stay in a run */
        return remove_tree(stage->parent, stage->hidden, 0)
                   ? ASSAY_OK
                   : fail_file(context, stage->name, "cannot remove the copy of");
    if (errno != 0)
        return fail_file(context, stage->name, "cannot compare with what is in");
    assay_fail(context, ASSAY_EIO,
               "'%s' exists and holds something else: move it away, or write to another folder",
               stage->name);
    return assay_blame_file(context, stage->name);
}

/*
** In two steps where the file system exchanges nothing: between them only NAME.previous is there,
** and what was kept before it is lost if the second fails.
*/
static bool replace_in_steps(const assay_stage *stage)
{
    const int parent = stage->parent;
    if (!keep_previous(parent, stage->final, stage->final))
        return false;
    if (renameat(parent, stage->hidden, parent, stage->final) == 0)
        return true;
    const int reason = errno;
    char previous[NAME_MAX + 1];
    name_previous(previous, stage->final);
    renameat(parent, previous, parent, stage->final);
    errno = reason;
    return false;
}

/* Either both folders come into their places, or neither: then it is false, and errno says why. */
static bool put_in_place(assay_stage *stage)
{
    stage->committed = true; /* from the exchange on what is hidden are the earlier outputs */
    if (exchange(stage)) {
        if (keep_previous(stage->parent, stage->hidden, stage->final))
            return true;
        const int reason = errno;
        stage->committed = !exchange(stage);
        errno = reason;
        return false;
    }
    stage->committed = (errno == EINVAL || errno == ENOSYS) && replace_in_steps(stage);
    return stage->committed;
}

assay_status assay_stage_replace(assay_context *context, assay_stage *stage)
{
    if (!sync_file(stage->inside.output) || !name_by_inode(stage))
        return fail_file(context, stage->name, "cannot write");
    if (!put_in_place(stage))
        return errno == ENOENT ? assay_stage_commit(context, stage)
                               : fail_file(context, stage->name, "cannot replace");
    return sync_file(stage->parent) ? ASSAY_OK : fail_file(context, stage->name, "cannot write");
}

void assay_stage_drop(const assay_stage *stage)
{
    if (!stage->committed && stage->parent >= 0 && stage->hidden[0] != '\0')
        remove_tree(stage->parent, stage->hidden, 0);
}

void assay_stage_free(assay_stage *stage)
{
    if (stage == NULL)
        return;
    assay_stage_drop(stage);
    close_folders(&stage->inside);
    if (stage->parent >= 0)
        close(stage->parent);
    assay_free(stage->name);
    assay_free(stage);
}
