/* main.c -- the command words of the `assay` program. */
#define _GNU_SOURCE /* fcntl in the strictest of modes */

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bind/lassay.h"
#include "base/memory.h"
#include "base/status.h"
#include "base/text.h"
#include "command.h"
#include "module.h"
#include "run.h"
#include "state.h"

static const char run_details[] =
    "  --data DIR      a folder to read from; may stand several times, the first that has a file\n"
    "                  wins\n"
    "  --out DIR       where the outputs go; if not given, out/NAME/ beside the script\n"
    "  --strict        for a borrowed script: it reads --data folders only, not its own folder, "
    "and\n"
    "                  does not run where the system cannot confine it; 600 s and 2048 MiB\n"
    "  --traceback     all frames of an error, those of the library too\n"
    "  --trust         for a script that may do what you may: start programs, read and write\n"
    "                  anywhere\n"
    "  --time SECONDS  stops the script then; if not given, it may run for ever\n"
    "  --memory MIB    what the script may hold; if not given, three quarters of the machine's\n"
    "  -- ARG...       what the script finds in its table `arg`\n"
    "\n"
    "A script reads files of this run, then of the --data folders in order, then of its own\n"
    "folder. What it writes appears when it has ended without an error, together with run.json;\n"
    "the outputs of the run before are kept as DIR.previous.\n"
    "Ctrl-C stops it and keeps nothing; a second one is heard where the first was not.\n"
    "Exit codes: 0 done, 1 the script failed, 2 wrong usage, 3 data refused, 124 time is up,\n"
    "125 not enough memory, 130 interrupted.\n";

typedef int command_fn(int n, const char *const *words);

static command_fn run_command, version_command;

/* The commands that need nothing loaded; all others are in lua/assay/command. */
static command_fn *const calls[] = {run_command, version_command};
static const host_described commands[] = {
    {"run", NULL, "run SCRIPT [--data DIR]... [--out DIR] [OPTION]... [-- ARG...]",
     "runs a script and keeps what it writes", run_details},
    {"version", "--version", "version [--verbose] [--json]",
     "prints the version; with --verbose those of the libraries", NULL},
};
enum { N_COMMANDS = sizeof commands / sizeof commands[0] };

/* ---- wrong usage ---- */

/* Of `n` words the one most like `word`; NULL if none is near. */
static const char *nearest(const char *word, const char *const *known, size_t n)
{
    const char *best = NULL;
    size_t least = 4;
    for (size_t i = 0; i < n; i++) {
        const size_t distance = assay_text_distance(word, known[i]);
        if (distance < least && distance < strlen(known[i])) {
            best = known[i];
            least = distance;
        }
    }
    return best;
}

static int refuse(const char *what, const char *word, const char *const *known, size_t n)
{
    const char *near = nearest(word, known, n);
    fprintf(stderr, "assay: %s '%.40s'", what, word);
    if (near != NULL)
        fprintf(stderr, ": did you mean '%s'?", near);
    fputs("\nassay: `assay help` lists what there is\n", stderr);
    return HOST_USAGE;
}

/* ---- run ---- */

/*
** The value of option `name` at words[*i]: what stands behind "=", or the next word, to which *i
** then moves. NULL: another option. "" : no value.
*/
static const char *option_value(const char *name, int n, const char *const *words, int *i)
{
    const size_t length = strlen(name);
    const char *word = words[*i];
    if (strncmp(word, name, length) != 0 || (word[length] != '\0' && word[length] != '='))
        return NULL;
    if (word[length] == '=')
        return word + length + 1;
    return *i + 1 < n ? words[++*i] : "";
}

static int need_folder(const char *name)
{
    fprintf(stderr, "assay: %s needs a folder behind it\n", name);
    return HOST_USAGE;
}

/* A number between the bounds. */
static bool read_number(const char *text, double least, double most, double *x)
{
    double value;
    if (assay_text_to_number(text, strlen(text), &value) != ASSAY_OK ||
        !(value >= least && value <= most))
        return false;
    *x = value;
    return true;
}

static int read_seconds(const char *text, host_run_options *options)
{
    if (read_number(text, 0.001, 1e8, &options->limits.seconds))
        return HOST_DONE;
    fprintf(stderr, "assay: --time needs seconds, such as 600 or 0.5, not '%.40s'\n", text);
    return HOST_USAGE;
}

static int read_memory(const char *text, host_run_options *options)
{
    double mib = 0;
    if (read_number(text, 1, 1e9, &mib) && mib == (double)(size_t)mib) {
        options->limits.memory = (size_t)mib << 20;
        return HOST_DONE;
    }
    fprintf(stderr, "assay: --memory needs a whole number of MiB, such as 2048, not '%.40s'\n",
            text);
    return HOST_USAGE;
}

/* --strict or --trust; HOST_CONFINED: another word. */
static host_profile profile_of(const char *word)
{
    return strcmp(word, "--strict") == 0  ? HOST_STRICT
           : strcmp(word, "--trust") == 0 ? HOST_TRUSTED
                                          : HOST_CONFINED;
}

static int set_profile(host_profile profile, host_run_options *options)
{
    if (options->profile != HOST_CONFINED && options->profile != profile) {
        host_complain("a run is either --strict or --trust");
        return HOST_USAGE;
    }
    options->profile = profile;
    return HOST_DONE;
}

/* Reads the words behind `run`; `data` has room for all of them. HOST_DONE: they are good. */
static int read_run_words(int n, const char *const *words, const char **data,
                          host_run_options *options)
{
    static const char *const known[] = {"--data", "--out",    "--strict",   "--trust",
                                        "--time", "--memory", "--traceback"};
    for (int i = 0; i < n; i++) {
        const char *value;
        if (strcmp(words[i], "--") == 0) {
            options->arguments = (host_words){words + i + 1, (size_t)(n - i - 1)};
            return HOST_DONE;
        }
        if ((value = option_value("--data", n, words, &i)) != NULL) {
            if (*value == '\0')
                return need_folder("--data");
            data[options->data.n++] = value;
        } else if ((value = option_value("--out", n, words, &i)) != NULL) {
            if (*value == '\0')
                return need_folder("--out");
            options->out = value;
        } else if ((value = option_value("--time", n, words, &i)) != NULL) {
            if (read_seconds(value, options) != HOST_DONE)
                return HOST_USAGE;
        } else if ((value = option_value("--memory", n, words, &i)) != NULL) {
            if (read_memory(value, options) != HOST_DONE)
                return HOST_USAGE;
        } else if (profile_of(words[i]) != HOST_CONFINED) {
            if (set_profile(profile_of(words[i]), options) != HOST_DONE)
                return HOST_USAGE;
        } else if (strcmp(words[i], "--traceback") == 0) {
            options->traceback = true;
        } else if (words[i][0] == '-' && words[i][1] != '\0') {
            return refuse("run has no option", words[i], known, sizeof known / sizeof known[0]);
        } else if (options->script != NULL) {
            fprintf(stderr,
                    "assay: one script at a time, and '%.40s' is the second: words for the script "
                    "stand behind --\n",
                    words[i]);
            return HOST_USAGE;
        } else {
            options->script = words[i];
        }
    }
    return HOST_DONE;
}

/* What a borrowed script may take where nothing else was said. */
static void limit_strict(host_limits *limits)
{
    if (limits->seconds == 0)
        limits->seconds = 600;
    if (limits->memory == 0)
        limits->memory = (size_t)2048 << 20;
}

static int run_command(int n, const char *const *words)
{
    enum { MOST_WORDS = 4096 };
    const char *data[MOST_WORDS];
    host_run_options options = {.data = {.word = data}};
    if (n > MOST_WORDS) {
        host_complain("too many words");
        return HOST_USAGE;
    }
    const int code = read_run_words(n, words, data, &options);
    if (code != HOST_DONE)
        return code;
    if (options.script == NULL) {
        host_complain("run needs a script: assay run SCRIPT");
        return HOST_USAGE;
    }
    if (options.profile == HOST_STRICT)
        limit_strict(&options.limits);
    assay_init();
    lassay_use_core_memory();
    return host_run(&options);
}

/* ---- version ---- */

/* What the second module tells of its libraries; NULL where it is not there. */
static lassay_library_at *find_libraries(void)
{
    host_places places;
    assay_context context = {.threads = 1};
    return host_find_places(&context, NULL, &places) == ASSAY_OK ? host_module_libraries(&places)
                                                                 : NULL;
}

static int print_json_versions(bool verbose, lassay_library_at *more)
{
    assay_context context = {.threads = 1};
    char *text = NULL;
    if (lassay_versions_print(&context, verbose, more, &text) != ASSAY_OK) {
        host_complain(context.error.message);
        return HOST_FAILED;
    }
    fputs(text, stdout);
    assay_free(text);
    return HOST_DONE;
}

static void print_versions(lassay_library_at *at, size_t i)
{
    const char *name, *number;
    for (; (name = at(i, &number)) != NULL; i++)
        printf("%-10s %s\n", name, number);
}

static int version_command(int n, const char *const *words)
{
    static const char *const known[] = {"--json", "--verbose"};
    bool verbose = false, json = false;
    for (int i = 0; i < n; i++) {
        if (strcmp(words[i], "--verbose") == 0)
            verbose = true;
        else if (strcmp(words[i], "--json") == 0)
            json = true;
        else if (words[i][0] == '-')
            return refuse("version has no option", words[i], known, 2);
        else {
            host_complain("version takes no words");
            return HOST_USAGE;
        }
    }
    assay_init();
    lassay_use_core_memory();
    lassay_library_at *more = verbose ? find_libraries() : NULL;
    if (json)
        return print_json_versions(verbose, more);
    puts("assay " ASSAY_VERSION);
    if (verbose)
        print_versions(lassay_version_at, 1); /* 0 is assay itself */
    if (more != NULL)
        print_versions(more, 0);
    return HOST_DONE;
}

/* ---- the program ---- */

/*
** A standard stream that was closed would be the next file to be opened, and printed text would
** land there. Opened the wrong way round, each use of it fails as it should.
*/
static void hold_standard_streams(void)
{
    static const int modes[] = {O_WRONLY, O_RDONLY, O_RDONLY};
    for (int stream = 0; stream < 3; stream++)
        if (fcntl(stream, F_GETFD) < 0 && open("/dev/null", modes[stream]) != stream)
            return;
}

static bool asks_for_help(int n, const char *const *words)
{
    for (int i = 1; i < n && strcmp(words[i], "--") != 0; i++)
        if (strcmp(words[i], "--help") == 0 || strcmp(words[i], "-h") == 0)
            return true;
    return false;
}

static int dispatch(int n, const char *const *words)
{
    for (size_t i = 0; n > 0 && !asks_for_help(n, words) && i < N_COMMANDS; i++)
        if (strcmp(words[0], commands[i].word) == 0 ||
            (commands[i].flag != NULL && strcmp(words[0], commands[i].flag) == 0))
            return calls[i](n - 1, words + 1);
    assay_init();
    lassay_use_core_memory();
    return host_command(n, words, commands, N_COMMANDS);
}

int main(int argc, char **argv)
{
    hold_standard_streams();
    signal(SIGPIPE, SIG_IGN); /* a reader that goes away is an error like a full disk */
    signal(SIGXFSZ, SIG_IGN); /* and so is the limit for the size of a file */
    const int code = argc < 1 ? HOST_USAGE : dispatch(argc - 1, (const char *const *)(argv + 1));
    if (fflush(stdout) == 0 && !ferror(stdout))
        return code;
    if (code == HOST_DONE)
        host_complain("the output could not be written");
    return code == HOST_DONE ? HOST_FAILED : code;
}
