/* folder.h -- a folder of a test's own, and doors that lead into it. */
#ifndef ASSAY_TESTS_FOLDER_H
#define ASSAY_TESTS_FOLDER_H

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "tables.h"

static assay_context context;
static char root[FOLDER_BYTES]; /* of one test */

static inline void start(void)
{
    make_folder(root);
}

static inline void end(void)
{
    remove_folder(root);
}

/* ---- what the tests do to the folder without the code under test ---- */

/* A path below root; two live at a time. */
static inline const char *at(const char *name)
{
    static char paths[2][512];
    static int turn;
    turn = !turn;
    snprintf(paths[turn], sizeof paths[turn], "%s/%s", root, name);
    return paths[turn];
}

static inline void put(const char *name, const char *text)
{
    FILE *file = fopen(at(name), "w");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    fclose(file);
}

static inline void make(const char *name)
{
    ck_assert_int_eq(mkdir(at(name), 0755), 0);
}

static inline void assert_holds(const char *name, const char *want)
{
    char got[256] = "";
    FILE *file = fopen(at(name), "r");
    ck_assert_msg(file != NULL, "%s is not there", name);
    got[fread(got, 1, sizeof got - 1, file)] = '\0';
    fclose(file);
    ck_assert_str_eq(got, want);
}

static inline int entries(const char *name)
{
    int n = 0;
    DIR *folder = opendir(at(name));
    ck_assert_ptr_nonnull(folder);
    while (readdir(folder) != NULL)
        n++;
    closedir(folder);
    return n - 2;
}

/* ---- doors ---- */

static inline assay_door *open_door(void)
{
    assay_door *door = NULL;
    assert_ok(assay_door_new(&context, &door));
    return door;
}

/* Inputs from root/in, outputs to root/out. */
static inline assay_door *confined_door(void)
{
    assay_door *door = open_door();
    make("in");
    make("out");
    assert_ok(assay_door_allow_input(&context, door, at("in")));
    assert_ok(assay_door_set_output(&context, door, at("out")));
    return door;
}

static inline assay_status read_text(const assay_door *door, const char *name, const char *want)
{
    char *bytes;
    size_t length;
    const assay_status status = assay_file_read(&context, door, name, 1000, &bytes, &length);
    if (status != ASSAY_OK)
        return status;
    ck_assert_str_eq(bytes, want);
    ck_assert_uint_eq(length, strlen(want));
    assay_free(bytes);
    return ASSAY_OK;
}

static inline assay_status write_text(const assay_door *door, const char *name, const char *text)
{
    return assay_file_write(&context, door, name, text, strlen(text));
}

#endif
