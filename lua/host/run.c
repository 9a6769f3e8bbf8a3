/* run.c -- one run of a script: its door, its staged outputs, its record, its exit code. */
#define _GNU_SOURCE /* mkdir, rmdir, realpath, O_PATH */

#include "run.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <lauxlib.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bind/lassay.h"
#include "base/file.h"
#include "base/stage.h"
#include "base/tree.h"
#include "base/hash.h"
#include "base/memory.h"
#include "confine.h"
#include "libraries.h"
#include "module.h"
#include "record.h"
#include "state.h"

enum { LARGEST_SCRIPT = 1 << 26, LARGEST_RECORD = 1 << 26 };

typedef struct run {
    const host_run_options *options;
    assay_context context;
    host_places places;
    assay_door *open; /* leads wherever the process may go */
    assay_stage *stage;
    char folder[HOST_PATH]; /* the script's */
    char out[HOST_PATH];
    size_t first_made; /* length of the first folder of `out` that was made; 0: none was */
    bool again;        /* `out` holds an earlier run */
    const char *file;  /* the script's name without its folder */
    char *source;      /* its text */
    size_t length;
    host_files files;       /* for Lua's own libraries, unless the script is trusted */
    assay_journal *journal; /* what the run reads */
    lassay_record *record;  /* what run.json will say */
    host_warnings warnings;
    lua_State *L;
    jmp_buf ended; /* os.exit comes here */
    int code;
} run;

/* ---- before the script: all that can be wrong with the command line ---- */

/* "a/b/draw.lua" has the folder "a/b" and the file "draw.lua". */
static assay_status split_script(run *self)
{
    const char *script = self->options->script, *slash = strrchr(script, '/');
    const int length = slash == NULL ? 1 : slash == script ? 1 : (int)(slash - script);
    self->file = slash == NULL ? script : slash + 1;
    if (host_path(self->folder, "%.*s", length, slash == NULL ? "." : script))
        return ASSAY_OK;
    return assay_fail(&self->context, ASSAY_EDOM, "the script's path is too long");
}

static assay_status name_out(run *self)
{
    const char *out = self->options->out;
    size_t length = strlen(self->file);
    if (length > 4 && strcmp(self->file + length - 4, ".lua") == 0)
        length -= 4;
    const bool fits =
        out != NULL ? host_path(self->out, "%s", out)
                    : host_path(self->out, "%s/out/%.*s", self->folder, (int)length, self->file);
    if (!fits || self->out[0] == '\0')
        return assay_fail(&self->context, ASSAY_EDOM, "the output folder has no usable name");
    for (size_t n = strlen(self->out); n > 1 && self->out[n - 1] == '/'; n--)
        self->out[n - 1] = '\0';
    return ASSAY_OK;
}

/* Whether `out` has something in it; an output folder that is a file says so when it is opened. */
static bool is_filled(const char *out)
{
    DIR *entries = opendir(out);
    if (entries == NULL)
        return errno != ENOENT;
    int n = 0;
    errno = 0;
    for (struct dirent *entry; n == 0 && (entry = readdir(entries)) != NULL;)
        n += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    const bool unread = errno != 0;
    closedir(entries);
    return n > 0 || unread;
}

/* Whether the record in a folder says that a script of this file name made it. */
static assay_status find_maker(run *self, const char *out, bool *own)
{
    char path[HOST_PATH], *bytes = NULL;
    size_t length;
    *own = false;
    if (!host_path(path, "%s/run.json", out) || !assay_input_exists(self->open, path))
        return ASSAY_OK;
    const assay_status status =
        assay_file_read(&self->context, self->open, path, LARGEST_RECORD, &bytes, &length);
    if (status != ASSAY_OK)
        return status;
    *own = lassay_record_is_of(&self->context, bytes, length, self->file);
    assay_free(bytes);
    return ASSAY_OK;
}

static bool is_link(const char *name)
{
    struct stat about;
    return lstat(name, &about) == 0 && S_ISLNK(about.st_mode);
}

/* What stands where the earlier run goes is removed, so it has to be an earlier run itself. */
static assay_status check_previous(run *self)
{
    char previous[HOST_PATH];
    bool own = true;
    if (!host_path(previous, "%s.previous", self->out) || !is_filled(previous))
        return ASSAY_OK;
    const assay_status status = find_maker(self, previous, &own);
    if (status != ASSAY_OK || own)
        return status;
    return assay_fail(&self->context, ASSAY_EDOM,
                      "'%.300s', where the outputs of the run before go, was not made by a run of "
                      "%.100s: move it away, or name another folder with --out",
                      previous, self->file);
}

static assay_status check_out(run *self)
{
    if (is_link(self->out)) /* it would be what is exchanged */
        return assay_fail(&self->context, ASSAY_EDOM,
                          "'%.300s' is a link: name the folder that it leads to", self->out);
    if (!is_filled(self->out))
        return ASSAY_OK;
    const assay_status status = find_maker(self, self->out, &self->again);
    if (status != ASSAY_OK)
        return status;
    if (self->again)
        return check_previous(self);
    return assay_fail(&self->context, ASSAY_EDOM,
                      "'%.300s' was not made by a run of %.100s: move it away, or name another "
                      "folder with --out",
                      self->out, self->file);
}

/* Makes the folders that `out` stands in, and remembers where it began. */
static assay_status make_parents(run *self)
{
    for (char *slash = strchr(self->out + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        const bool made = mkdir(self->out, 0777) == 0, there = made || errno == EEXIST;
        if (made && self->first_made == 0)
            self->first_made = strlen(self->out);
        if (!there)
            return assay_fail(&self->context, ASSAY_EIO, "cannot make the folder '%.300s': %s",
                              self->out, strerror(errno));
        *slash = '/';
    }
    return ASSAY_OK;
}

/* Removes those that it made and that nothing came into. */
static void unmake_parents(run *self)
{
    for (char *slash; self->first_made > 0; *slash = '\0') {
        slash = strrchr(self->out, '/');
        if (slash == NULL || (size_t)(slash - self->out) < self->first_made)
            return;
        *slash = '\0';
        if (rmdir(self->out) != 0)
            return;
    }
}

/*
** Whether a folder is in the outputs of the run before last, which make room for those of the last
** one. The folder that a whole path leads to, and not a name for it, counts.
*/
static bool is_given_up(const run *self, const char *folder)
{
    char path[HOST_PATH + 16];
    snprintf(path, sizeof path, "%s.previous", self->out);
    char *previous = self->again ? realpath(path, NULL) : NULL;
    char *whole = previous == NULL ? NULL : realpath(folder, NULL);
    const size_t length = previous == NULL ? 0 : strlen(previous);
    const bool given_up = whole != NULL && strncmp(whole, previous, length) == 0 &&
                          (whole[length] == '\0' || whole[length] == '/');
    free(previous);
    free(whole);
    return given_up;
}

/* The folders that the run may read, in the order in which names are looked up. */
static assay_status allow_inputs(run *self)
{
    assay_door *door = assay_stage_door(self->stage);
    const host_words *data = &self->options->data;
    assay_status status = ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && i < data->n; i++) {
        if (assay_stage_is_below(self->stage, data->word[i]))
            return assay_fail(&self->context, ASSAY_EDOM,
                              "the output folder '%.150s' is inside the data folder '%.150s': name "
                              "another with --out",
                              self->out, data->word[i]);
        if (is_given_up(self, data->word[i]))
            return assay_fail(
                &self->context, ASSAY_EDOM,
                "the data folder '%.150s' makes room for the outputs of '%.150s': name "
                "another with --out",
                data->word[i], self->out);
        status = assay_door_allow_input(&self->context, door, data->word[i]);
    }
    if (status == ASSAY_OK && self->options->profile != HOST_STRICT)
        status = assay_door_allow_input(&self->context, door, self->folder);
    if (status == ASSAY_OK && self->places.shared[0] != '\0')
        status = assay_door_allow_input(&self->context, door, self->places.shared);
    assay_door_watch(door, self->journal);
    assay_door_reserve(door, host_record_name);
    return status;
}

static assay_status allow_modules(run *self)
{
    const char *folders[] = {self->places.library, self->folder};
    assay_status status = ASSAY_OK;
    self->files.context = &self->context;
    self->files.door = assay_stage_door(self->stage);
    for (size_t i = 0; status == ASSAY_OK && i < 2; i++) {
        self->files.modules[i].folder = folders[i];
        status = assay_door_new(&self->context, &self->files.modules[i].door);
        if (status == ASSAY_OK)
            status =
                assay_door_allow_input(&self->context, self->files.modules[i].door, folders[i]);
    }
    return status;
}

static assay_status read_script(run *self)
{
    return assay_file_read(&self->context, self->open, self->options->script, LARGEST_SCRIPT,
                           &self->source, &self->length);
}

static assay_status start_record(run *self)
{
    const assay_status status = lassay_record_new(&self->context, &self->record);
    return status == ASSAY_OK ? assay_journal_new(&self->context, &self->journal) : status;
}

/* Once it is known what confines the script. */
static assay_status describe(run *self)
{
    static const char *const profiles[] = {"default", "strict", "trust"};
    const host_run_options *options = self->options;
    unsigned char digest[ASSAY_DIGEST];
    char hex[ASSAY_DIGEST_HEX];
    assay_sha256_of(self->source, self->length, digest);
    assay_hex(digest, ASSAY_DIGEST, hex);
    const lassay_run about = {
        .script = self->file,
        .path = options->script,
        .sha256 = hex,
        .confinement = host_confinement(),
        .profile = profiles[options->profile],
        .time = options->limits.seconds,
        .memory = (double)(options->limits.memory >> 20),
        .arguments = options->arguments.word,
        .n_arguments = options->arguments.n,
        .data = options->data.word,
        .n_data = options->data.n,
    };
    return lassay_record_start(&self->context, self->record, &about);
}

static assay_status open_door(run *self)
{
    return assay_door_new(&self->context, &self->open);
}

static assay_status find_places(run *self)
{
    return host_find_places(&self->context, self->options->home, &self->places);
}

static assay_status open_stage(run *self)
{
    return assay_stage_open(&self->context, self->open, self->out, &self->stage);
}

/* A descriptor of a folder for as long as the walls are being put up; -1 if there is none. */
static assay_status open_folder(run *self, const char *format, int length, const char *path,
                                int *folder)
{
    char whole[HOST_PATH + 16];
    snprintf(whole, sizeof whole, format, length, path);
    do
        *folder = open(whole, O_PATH | O_DIRECTORY | O_CLOEXEC);
    while (*folder < 0 && errno == EINTR);
    if (*folder >= 0 || errno == ENOENT || errno == ENOTDIR)
        return ASSAY_OK;
    return assay_fail(&self->context, ASSAY_EIO, "cannot use the folder '%.300s'", whole);
}

/*
** From here on only the folders of this run can be reached: the script's too where the script may
** not read it (--strict), because its modules are there and are opened when they are asked for, and
** the system's shared libraries, for the second module.
*/
static assay_status confine(run *self)
{
    enum { OTHERS = 6, NEEDS = 12, MOST = 64 };
    host_access access[MOST];
    const int *inputs;
    int output, needs[NEEDS];
    if (self->options->profile == HOST_TRUSTED)
        return ASSAY_OK;
    size_t n = assay_door_folders(assay_stage_door(self->stage), &inputs, &output);
    n = n < MOST - OTHERS - NEEDS ? n : MOST - OTHERS - NEEDS;
    for (size_t i = 0; i < n; i++)
        access[i] = (host_access){inputs[i], HOST_READS};
    int previous, above = -1, library = -1, own = -1;
    assay_status status =
        open_folder(self, "%.*s.previous", (int)strlen(self->out), self->out, &previous);
    if (status == ASSAY_OK && self->first_made != 0)
        status = open_folder(self, "%.*s/..", (int)self->first_made, self->out, &above);
    if (status == ASSAY_OK)
        status = open_folder(self, "%.*s", HOST_PATH, self->places.library, &library);
    if (status == ASSAY_OK)
        status = open_folder(self, "%.*s", HOST_PATH, self->folder, &own);
    const host_access others[OTHERS] = {
        {output, HOST_WRITES},
        {assay_stage_parent(self->stage), HOST_MOVES},
        {previous, HOST_EMPTIES},
        {above, HOST_MOVES}, /* to take back the folders that were made for a run that failed */
        {library, HOST_READS},
        {own, HOST_READS},
    };
    memcpy(access + n, others, sizeof others);
    n += OTHERS;
    const size_t n_needs = host_module_needs(&self->places, needs, NEEDS);
    for (size_t i = 0; i < n_needs; i++)
        access[n++] = (host_access){needs[i], HOST_LOADS};
    if (status == ASSAY_OK)
        status = host_confine(&self->context, access, n, self->options->profile == HOST_STRICT);
    for (size_t i = 2; i < OTHERS; i++)
        if (others[i].folder >= 0)
            close(others[i].folder);
    for (size_t i = 0; i < n_needs; i++)
        close(needs[i]);
    return status;
}

static assay_status prepare(run *self)
{
    static assay_status (*const steps[])(run *) = {
        open_door,    find_places, split_script, read_script,   start_record, name_out, check_out,
        make_parents, open_stage,  allow_inputs, allow_modules, confine,      describe,
    };
    assay_status status = ASSAY_OK;
    for (size_t i = 0; status == ASSAY_OK && i < sizeof steps / sizeof steps[0]; i++)
        status = steps[i](self);
    return status;
}

/* ---- the script ---- */

static run *run_of(lua_State *L)
{
    return *(run **)lua_getextraspace(L); /* a coroutine has its main thread's */
}

/*
** os.exit: ends the script wherever it stands, and the run as a run ends. As in stock Lua no pcall
** can hold it back.
*/
static int l_exit(lua_State *L)
{
    run *self = run_of(L);
    lua_Integer code = lua_isboolean(L, 1) ? !lua_toboolean(L, 1) : luaL_optinteger(L, 1, 0);
    if (code != 0 && (code & 0xff) == 0)
        code = HOST_FAILED;
    self->code = (int)(code & 0xff);
    longjmp(self->ended, 1);
}

/* Whether the text at 1 begins with a place in the library's own files. */
static bool is_inside_library(lua_State *L)
{
    const char *library = run_of(L)->places.library;
    return lua_type(L, 1) == LUA_TSTRING &&
           strncmp(lua_tostring(L, 1), library, strlen(library)) == 0;
}

static int to_text(lua_State *L)
{
    luaL_tolstring(L, 1, NULL);
    return 1;
}

/* Pushes what an error says in words, or nil: it has none, or cannot say them. */
static void push_words(lua_State *L, int error)
{
    const bool is_text = lua_isstring(L, error) != 0;
    if (!is_text && luaL_getmetafield(L, error, "__tostring") == LUA_TNIL) {
        lua_pushnil(L);
        return;
    }
    lua_pushcfunction(L, to_text);
    lua_pushvalue(L, error);
    if (lua_pcall(L, 1, 1, 0) != LUA_OK || lua_type(L, -1) != LUA_TSTRING)
        lua_pushnil(L);
}

/* The exit code that an error asks for. */
static int code_of(lua_State *L, int error)
{
    bool refused = false;
    if (lua_istable(L, error)) {
        lua_pushliteral(L, "kind");
        lua_rawget(L, error);
        refused = lua_type(L, -1) == LUA_TSTRING && strcmp(lua_tostring(L, -1), "data") == 0;
        lua_pop(L, 1);
    }
    return host_limits_is_memory(L, error) ? HOST_OUT_OF_MEMORY
           : refused                       ? HOST_REFUSED
                                           : HOST_FAILED;
}

/*
** The message handler. Text keeps the position that it has; what has none, or one in the library,
** gets the script's line. An error here would be handled here again: what may fail is protected.
*/
static int explain(lua_State *L)
{
    if (host_limits_stopping())
        return 1; /* a script's __tostring may be what does not end */
    run_of(L)->code = code_of(L, 1);
    push_words(L, 1);
    const int words = lua_gettop(L);
    if (lua_isnil(L, words) || is_inside_library(L)) {
        lassay_push_where(L);
        const char *where = lua_isnil(L, -1) ? "?" : lua_tostring(L, -1);
        if (lua_isnil(L, words)) {
            lua_pushfstring(L, "%s: the script raised a %s as its error", where,
                            luaL_typename(L, 1));
        } else {
            lua_pushfstring(L, "%s: ", where);
            lua_pushvalue(L, words); /* may hold a NUL */
            lua_concat(L, 2);
        }
    } else {
        lua_pushvalue(L, words);
    }
    if (run_of(L)->options->traceback) {
        luaL_traceback(L, L, "", 1);
        lua_concat(L, 2);
    }
    return 1;
}

static void set_arguments(lua_State *L, const host_run_options *options)
{
    const host_words *words = &options->arguments;
    lua_createtable(L, (int)words->n, 1);
    lua_pushstring(L, options->script);
    lua_rawseti(L, -2, 0);
    for (size_t i = 0; i < words->n; i++) {
        lua_pushstring(L, words->word[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setglobal(L, "arg");
}

static void replace_exit(lua_State *L)
{
    lua_getglobal(L, "os");
    lua_pushcfunction(L, l_exit);
    lua_setfield(L, -2, "exit");
    lua_pop(L, 1);
}

static void load_script(lua_State *L, const run *self)
{
    const char *chunk = lua_pushfstring(L, "@%s", self->options->script);
    host_load(L, self->source, self->length, chunk);
    lua_remove(L, -2);
}

static int body(lua_State *L)
{
    run *self = run_of(L);
    host_state_open(L, &self->places, self->folder);
    host_limits_watch(L);
    if (self->options->profile != HOST_TRUSTED)
        host_libraries_confine(L, &self->files);
    lassay_set_door(L, assay_stage_door(self->stage));
    lassay_set_record(L, self->record);
    self->warnings.record = self->record;
    host_record_warnings(L, &self->warnings);
    host_record_modules(L, self->record, self->places.library, self->folder);
    set_arguments(L, self->options);
    replace_exit(L);
    load_script(L, self);
    if (self->options->started != NULL)
        self->options->started(L);
    const host_words *words = &self->options->arguments;
    luaL_checkstack(L, (int)words->n, "too many arguments");
    for (size_t i = 0; i < words->n; i++)
        lua_pushstring(L, words->word[i]);
    lua_call(L, (int)words->n, 0);
    return 0;
}

/* From a signal's handler, when the script does not come to its end. */
static void drop(void *self)
{
    assay_stage_drop(((run *)self)->stage);
    unmake_parents(self);
}

static void say_failure(run *self, const char *message, size_t length)
{
    if (!host_limits_stopping())
        host_complain_text(message, length);
    if (self->code == HOST_OUT_OF_MEMORY)
        host_limits_say_memory();
}

/* Lua calls no message handler when it runs out of memory. */
static void say_error(run *self, int status)
{
    static const char unsaid[] = "the script raised an error that cannot be said";
    size_t length = sizeof unsaid - 1;
    const char *text =
        lua_type(self->L, -1) == LUA_TSTRING ? lua_tolstring(self->L, -1, &length) : unsaid;
    if (status == LUA_ERRMEM && host_limits_is_memory(self->L, -1))
        self->code = HOST_OUT_OF_MEMORY;
    say_failure(self, text, length);
}

static assay_status flush_stdout(run *self)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return ASSAY_OK;
    return assay_fail(&self->context, ASSAY_EIO, "what the script printed could not be written: %s",
                      strerror(errno));
}

/* The outputs become whole, with their record; they may be large, and a stop is heard meanwhile. */
static assay_status complete(run *self)
{
    const assay_status status = flush_stdout(self);
    if (status != ASSAY_OK)
        return status;
    if (self->files.lost)
        return assay_fail(&self->context, ASSAY_EIO,
                          "a file that the script wrote is not whole: is the disk full?");
    return host_record_finish(&self->context, self->record, self->journal,
                              assay_stage_door(self->stage));
}

/* A step after the script that may yet fail the run. */
static void finish(run *self, assay_status (*step)(run *))
{
    if (self->code != HOST_DONE || step(self) == ASSAY_OK)
        return;
    self->code = HOST_FAILED;
    host_complain(self->context.error.message);
}

/* Sets the code; the state is closed before the outputs are completed, because closing may print. */
static void execute(run *self)
{
    self->code = HOST_FAILED;
    self->L = host_state_new();
    if (self->L == NULL) {
        self->code = HOST_OUT_OF_MEMORY;
        static const char message[] = "not enough memory";
        say_failure(self, message, sizeof message - 1);
        return;
    }
    *(run **)lua_getextraspace(self->L) = self;
    lua_pushcfunction(self->L, explain);
    lua_pushcfunction(self->L, body);
    host_limits_start(self->L, drop, self);
    if (setjmp(self->ended) == 0) {
        const int status = lua_pcall(self->L, 0, 0, 1);
        if (status == LUA_OK)
            self->code = HOST_DONE;
        else
            say_error(self, status);
    }
    if (!host_limits_stopping()) {
        host_limits_closing();
        lua_close(self->L);
        finish(self, complete);
    }
    const int stopped = host_limits_finish();
    self->code = stopped != 0 ? stopped : self->code;
}

/* ---- after the script ---- */

static assay_status put_in_place(run *self)
{
    return self->again ? assay_stage_replace(&self->context, self->stage)
                       : assay_stage_commit(&self->context, self->stage);
}

static void release(run *self)
{
    assay_stage_free(self->stage);
    assay_door_free(self->open);
    for (size_t i = 0; i < 2; i++)
        assay_door_free(self->files.modules[i].door);
    assay_free(self->source);
    assay_journal_free(self->journal);
    lassay_record_free(self->record);
    if (self->code != HOST_DONE)
        unmake_parents(self);
}

int host_run(const host_run_options *options)
{
    run self = {.options = options, .context = {.threads = 1}};
    host_limits_begin(&options->limits);
    if (geteuid() == 0)
        host_complain("note: run by root, whom no file permission keeps from anything");
    const assay_status ready = prepare(&self);
    if (ready != ASSAY_OK) {
        self.code = ready == ASSAY_ENOMEM ? HOST_OUT_OF_MEMORY : HOST_USAGE;
        const char *message = self.context.error.message;
        say_failure(&self, message, strlen(message));
    } else {
        execute(&self);
        finish(&self, put_in_place);
    }
    release(&self);
    if (host_limits_stopping())
        host_limits_exit(self.code);
    host_limits_end();
    return self.code;
}
