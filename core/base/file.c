/* file.c -- files read, and written whole or not at all. */
#include "base/file.h"
#include "base/memory.h"
#include "base/place.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <fcntl.h>
#include <unistd.h>

struct assay_input {
    int file;
    char *name;
    assay_file_state state; /* when it was opened */
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
    char buffer[ASSAY_BUFFER];
};

/* ---- inputs ---- */

/* Whether `name` may be written to; errno says why not. */
static assay_status check_place(assay_context *context, const assay_door *door, const char *name)
{
    int folder = -1;
    char last[NAME_MAX + 1];
    const assay_status status = assay_open_parent(context, door, name, &folder, last);
    if (folder < 0)
        return status;
    close(folder);
    errno = EPERM;
    return status;
}

/* What errno says of the file that should have been opened; pipes and devices are not even tried. */
static assay_status fail_open(assay_context *context, const char *name, bool reads)
{
    const char *what = reads ? "cannot read" : "cannot write";
    if (errno == EINVAL || errno == ENXIO) {
        assay_fail(context, ASSAY_EIO, "%s '%s': it is not a regular file", what, name);
        return assay_blame_file(context, name);
    }
    return reads ? assay_fail_input(context, name, what)
                 : assay_fail_place(context, name, what, "folder that this run may write to");
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
    if (!reads && check_place(context, door, name) != ASSAY_OK)
        return context->error.status;
    const int fd = reads ? assay_find_input(door, name, flags, journal)
                         : assay_open_below(root, name, flags, mode);
    if (fd >= 0 && assay_is_regular(fd)) {
        *file = fd;
        return ASSAY_OK;
    }
    const int reason = errno;
    const assay_status status = fail_open(context, name, reads);
    if (fd >= 0)
        close(fd);
    errno = reason;
    return status;
}

/* Finds the input's reading, and sees to it that the file is hashed once while it is read. */
static assay_status begin_reading(assay_context *context, const assay_door *door,
                                  assay_input *input)
{
    char *name = assay_join(door->prefix, input->name, "");
    if (name == NULL)
        return assay_fail_memory(context);
    const assay_status status =
        assay_journal_enter(context, input->journal, name, &input->state, &input->number);
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
    char buffer[ASSAY_BUFFER / 4];
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
    assay_input whole = {.file = file,
                         .journal = journal,
                         .name = (char *)name,
                         .state = assay_state_of(file)};
    assay_status status = begin_reading(context, door, &whole);
    if (status != ASSAY_OK)
        return status;
    end_reading(&whole);
    return lseek(file, 0, SEEK_SET) == 0 ? ASSAY_OK
                                         : assay_fail_input(context, name, "cannot read");
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
    *fresh = (assay_input){
        .file = file, .name = copy, .journal = journal, .state = assay_state_of(file)};
    status = journal == NULL ? ASSAY_OK : begin_reading(context, door, fresh);
    if (status != ASSAY_OK) {
        assay_input_close(fresh);
        return status;
    }
    *input = fresh;
    return ASSAY_OK;
}

assay_status assay_input_read(assay_context *context, assay_input *input, void *buffer,
                              size_t capacity, size_t *got)
{
    const ssize_t n = assay_read_some(input->file, buffer, capacity);
    if (n < 0)
        return assay_fail_file(context, input->name, "cannot read");
    if (input->hashing)
        go_on_reading(input, buffer, (size_t)n);
    *got = (size_t)n;
    return ASSAY_OK;
}

/* A file that was only renamed or unlinked holds what it held. */
static bool holds_the_same(const assay_file_state *a, const assay_file_state *b)
{
    return a->bytes == b->bytes && a->changed[0] == b->changed[0] && a->changed[1] == b->changed[1];
}

assay_status assay_input_rewind(assay_context *context, assay_input *input)
{
    const assay_file_state state = assay_state_of(input->file);
    if (!holds_the_same(&state, &input->state)) {
        assay_fail(context, ASSAY_EIO, "'%s' was changed while it was being read", input->name);
        return assay_blame_file(context, input->name);
    }
    if (lseek(input->file, 0, SEEK_SET) != 0)
        return assay_fail_file(context, input->name, "cannot read");
    input->bytes = 0;
    assay_sha256_start(&input->hash);
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
    size_t capacity = ASSAY_BUFFER, n = 0;
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
    char buffer[ASSAY_BUFFER / 4];
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

/* ---- outputs ---- */

static int create_hidden(int folder, const char *final, char hidden[NAME_MAX + 1])
{
    int file = -1;
    for (int try = 0; file < 0 && try < ASSAY_TRIES; try++) {
        assay_hide(hidden, final, try);
        file = assay_open_at(folder, hidden, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0640);
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
    assay_status status = assay_open_parent(context, door, name, &fresh->folder, fresh->final);
    if (status == ASSAY_OK) {
        fresh->file = create_hidden(fresh->folder, fresh->final, fresh->hidden);
        if (fresh->file < 0)
            status = assay_fail_file(context, name, "cannot write");
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
            return assay_fail_file(context, output->name, "cannot write");
        bytes += n;
        length -= (size_t)n;
    }
    return ASSAY_OK;
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
    if (length > ASSAY_BUFFER - output->filled) {
        const assay_status status = flush(context, output);
        if (status != ASSAY_OK)
            return status;
    }
    if (length > ASSAY_BUFFER)
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
    const bool synced = assay_sync(file);
    output->file = -1;
    if (close(file) != 0 || !synced ||
        renameat(output->folder, output->hidden, output->folder, output->final) != 0 ||
        !assay_sync(output->folder))
        return assay_fail_file(context, output->name, "cannot write");
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
