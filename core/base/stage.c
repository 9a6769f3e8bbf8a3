/* stage.c -- folders that appear whole or not at all. */
#define _GNU_SOURCE /* renameat2 */

#include "base/stage.h"
#include "base/memory.h"
#include "base/place.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

struct assay_stage {
    int parent;
    bool committed;
    assay_door inside;
    char *name;
    char final[NAME_MAX + 1], hidden[NAME_MAX + 1];
};

/* The lock says to other processes that the folder is in use; it goes with the process. */
static int create_hidden_folder(assay_stage *stage)
{
    for (int try = 0; try < ASSAY_TRIES; try++) {
        assay_hide(stage->hidden, stage->final, try);
        if (mkdirat(stage->parent, stage->hidden, 0750) == 0) {
            const int folder =
                assay_open_at(stage->parent, stage->hidden, O_RDONLY | O_DIRECTORY, 0);
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
    assay_hide(aside, final, ASSAY_TRIES);
    if (renameat(parent, previous, parent, aside) != 0 && errno != ENOENT)
        return false;
    if (renameat(parent, from, parent, previous) == 0) {
        assay_remove_tree(parent, aside, 0);
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
    const int folder = assay_open_at(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
    if (folder < 0)
        return true;
    /* the process may live on another machine, or in a container of its own */
    if (flock(folder, LOCK_EX | LOCK_NB) == 0 || (!own && errno != EWOULDBLOCK)) {
        if (is_earlier_output(folder, made + 1))
            keep_previous(parent, name, final);
        else
            assay_remove_tree(parent, name, 0);
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
    assay_status status = assay_open_parent(context, door, folder, &fresh->parent, fresh->final);
    if (status == ASSAY_OK) {
        assay_for_each_entry(fresh->parent, ".", sweep_entry, fresh->final);
        fresh->inside.output = create_hidden_folder(fresh);
        if (fresh->inside.output < 0)
            status = assay_fail_file(context, folder, "cannot write");
    }
    if (status == ASSAY_OK) {
        fresh->inside.inputs[0] = fcntl(fresh->inside.output, F_DUPFD_CLOEXEC, 0);
        fresh->inside.n_inputs = fresh->inside.inputs[0] >= 0;
        if (fresh->inside.n_inputs == 0)
            status = assay_fail_file(context, folder, "cannot write");
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
    if (!assay_sync(stage->inside.output))
        return assay_fail_file(context, stage->name, "cannot write");
    if (renameat(stage->parent, stage->hidden, stage->parent, stage->final) == 0) {
        stage->committed = true;
        return assay_sync(stage->parent) ? ASSAY_OK
                                         : assay_fail_file(context, stage->name, "cannot write");
    }
    if (errno != ENOTEMPTY && errno != EEXIST)
        return assay_fail_file(context, stage->name, "cannot write");
    if (assay_same_folder(stage->parent, stage->hidden,
                          stage->final)) /* the copy may not stay in a run */
        return assay_remove_tree(stage->parent, stage->hidden, 0)
                   ? ASSAY_OK
                   : assay_fail_file(context, stage->name, "cannot remove the copy of");
    if (errno != 0)
        return assay_fail_file(context, stage->name, "cannot compare with what is in");
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
    if (!assay_sync(stage->inside.output) || !name_by_inode(stage))
        return assay_fail_file(context, stage->name, "cannot write");
    if (!put_in_place(stage))
        return errno == ENOENT ? assay_stage_commit(context, stage)
                               : assay_fail_file(context, stage->name, "cannot replace");
    return assay_sync(stage->parent) ? ASSAY_OK
                                     : assay_fail_file(context, stage->name, "cannot write");
}

assay_status assay_stage_exchange(assay_context *context, assay_stage *stage)
{
    if (!assay_sync(stage->inside.output) || !name_by_inode(stage))
        return assay_fail_file(context, stage->name, "cannot write");
    stage->committed = true;
    bool good = exchange(stage);
    if (good)
        good = assay_remove_tree(stage->parent, stage->hidden, 0);
    else if (errno == EINVAL || errno == ENOSYS)
        stage->committed = good = replace_in_steps(stage);
    else
        stage->committed = false;
    return good && assay_sync(stage->parent)
               ? ASSAY_OK
               : assay_fail_file(context, stage->name, "cannot replace");
}

assay_status assay_stage_make(assay_context *context, assay_stage *stage, const char *name)
{
    return mkdirat(stage->inside.output, name, 0750) == 0
               ? ASSAY_OK
               : assay_fail_file(context, stage->name, "cannot write");
}

assay_status assay_stage_standing(assay_context *context, const assay_stage *stage,
                                  assay_door **inside)
{
    assay_door *fresh = NULL;
    const int folder =
        assay_open_at(stage->parent, stage->final, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
    if (folder < 0) {
        *inside = NULL;
        return ASSAY_OK;
    }
    const assay_status status = assay_door_new(context, &fresh);
    if (status != ASSAY_OK) {
        close(folder);
        return status;
    }
    fresh->inputs[fresh->n_inputs++] = folder;
    *inside = fresh;
    return ASSAY_OK;
}

void assay_stage_drop(const assay_stage *stage)
{
    if (!stage->committed && stage->parent >= 0 && stage->hidden[0] != '\0')
        assay_remove_tree(stage->parent, stage->hidden, 0);
}

void assay_stage_free(assay_stage *stage)
{
    if (stage == NULL)
        return;
    assay_stage_drop(stage);
    assay_close_folders(&stage->inside);
    if (stage->parent >= 0)
        close(stage->parent);
    assay_free(stage->name);
    assay_free(stage);
}
