/*
** io_shim.c -- loaded before the C library, it makes calls on files fail. Calls are counted from the
** program's start; what the C library calls inside itself is not seen.
**
**   SHIM_AT=k     the k-th call fails with the errno IO_ERROR, and does nothing (a close does close)
**   IO_KILL=1     it ends the process instead, as kill -9 and a power cut do
**   IO_FROM=name  counting begins with the first call of this name
**   IO_FULL=1     so do all later ones that need space
**   IO_SHORT=1    a read or write moves at most a third of what it is asked, and one byte
**   IO_EINTR=1    every second open, read, write and sync is interrupted
**   IO_REFUSE=x   renameat2 (x = exchange) or openat2 (x = beneath) is not known to the file system
**   SHIM_LOG=fd   gets the name of the call that failed, and "removing" if anything had been removed
*/
#define _GNU_SOURCE

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Declares `real`, the C library's function of this name. */
#define REAL(name)                                                                                 \
    static __typeof__(&name) real;                                                                 \
    if (real == NULL)                                                                              \
    *(void **)&real = dlsym(RTLD_NEXT, #name)

static struct {
    long at, calls;
    int error, log;
    bool full, shortly, interrupt, kill, no_exchange, no_beneath, hit, removing, turn;
    const char *from;
} fault;

static long number(const char *name)
{
    const char *text = getenv(name);
    return text == NULL ? 0 : strtol(text, NULL, 10);
}

__attribute__((constructor)) static void start(void)
{
    const char *refuse = getenv("IO_REFUSE");
    fault.at = number("SHIM_AT");
    fault.error = (int)number("IO_ERROR");
    fault.log = (int)number("SHIM_LOG");
    fault.from = getenv("IO_FROM");
    fault.kill = number("IO_KILL") != 0;
    fault.full = number("IO_FULL") != 0;
    fault.shortly = number("IO_SHORT") != 0;
    fault.interrupt = number("IO_EINTR") != 0;
    fault.no_exchange = refuse != NULL && strcmp(refuse, "exchange") == 0;
    fault.no_beneath = refuse != NULL && strcmp(refuse, "beneath") == 0;
}

static void tell(const char *name)
{
    char line[80];
    const int length = snprintf(line, sizeof line, "%s%s\n", name, fault.removing ? " removing" : "");
    if (fault.log > 0)
        syscall(SYS_write, fault.log, line, (size_t)length);
}

/* Whether this call is to fail; errno is then set. */
static bool fails(const char *name, bool needs_space)
{
    if (fault.from != NULL && strcmp(fault.from, name) != 0)
        return false;
    fault.from = NULL;
    fault.calls++;
    if (fault.calls == fault.at) {
        fault.hit = true;
        tell(name);
        if (fault.kill)
            raise(SIGKILL);
    } else if (!(fault.hit && fault.full && needs_space)) {
        return false;
    }
    errno = fault.error;
    return true;
}

static bool interrupted(void)
{
    fault.turn = fault.interrupt && !fault.turn;
    if (fault.turn)
        errno = EINTR;
    return fault.turn;
}

static size_t less(size_t bytes)
{
    return fault.shortly && bytes > 1 ? bytes / 3 + 1 : bytes;
}

static mode_t mode_of(int flags, va_list more)
{
    return (flags & O_CREAT) != 0 ? va_arg(more, mode_t) : 0;
}

int open(const char *path, int flags, ...)
{
    REAL(open);
    va_list more;
    va_start(more, flags);
    const mode_t mode = mode_of(flags, more);
    va_end(more);
    return interrupted() || fails("open", (flags & O_CREAT) != 0) ? -1 : real(path, flags, mode);
}

int openat(int folder, const char *path, int flags, ...)
{
    REAL(openat);
    va_list more;
    va_start(more, flags);
    const mode_t mode = mode_of(flags, more);
    va_end(more);
    return interrupted() || fails("openat", (flags & O_CREAT) != 0)
               ? -1
               : real(folder, path, flags, mode);
}

long syscall(long call, ...)
{
    REAL(syscall);
    long a[6];
    va_list more;
    va_start(more, call);
    for (int i = 0; i < 6; i++)
        a[i] = va_arg(more, long);
    va_end(more);
    if (call == SYS_openat2 && fault.no_beneath) {
        errno = ENOSYS;
        return -1;
    }
    if (call == SYS_openat2 && (interrupted() || fails("openat2", false)))
        return -1;
    return real(call, a[0], a[1], a[2], a[3], a[4], a[5]);
}

ssize_t read(int file, void *bytes, size_t length)
{
    REAL(read);
    return interrupted() || fails("read", false) ? -1 : real(file, bytes, less(length));
}

ssize_t write(int file, const void *bytes, size_t length)
{
    REAL(write);
    return interrupted() || fails("write", true) ? -1 : real(file, bytes, less(length));
}

int fsync(int file)
{
    REAL(fsync);
    return interrupted() || fails("fsync", true) ? -1 : real(file);
}

int close(int file)
{
    REAL(close);
    const int code = real(file);
    return fails("close", false) ? -1 : code;
}

int ftruncate(int file, off_t length)
{
    REAL(ftruncate);
    return fails("ftruncate", true) ? -1 : real(file, length);
}

int fstat(int file, struct stat *about)
{
    REAL(fstat);
    return fails("fstat", false) ? -1 : real(file, about);
}

int renameat(int from, const char *old, int to, const char *fresh)
{
    REAL(renameat);
    return fails("renameat", false) ? -1 : real(from, old, to, fresh);
}

int renameat2(int from, const char *old, int to, const char *fresh, unsigned flags)
{
    REAL(renameat2);
    if (fails("renameat2", false))
        return -1;
    if (fault.no_exchange && flags != 0) {
        errno = EINVAL;
        return -1;
    }
    return real(from, old, to, fresh, flags);
}

int linkat(int from, const char *old, int to, const char *fresh, int flags)
{
    REAL(linkat);
    return fails("linkat", true) ? -1 : real(from, old, to, fresh, flags);
}

int unlinkat(int folder, const char *path, int flags)
{
    REAL(unlinkat);
    fault.removing = true;
    return fails("unlinkat", false) ? -1 : real(folder, path, flags);
}

int mkdirat(int folder, const char *path, mode_t mode)
{
    REAL(mkdirat);
    return fails("mkdirat", true) ? -1 : real(folder, path, mode);
}

int mkdir(const char *path, mode_t mode)
{
    REAL(mkdir);
    return fails("mkdir", true) ? -1 : real(path, mode);
}

int rmdir(const char *path)
{
    REAL(rmdir);
    fault.removing = true;
    return fails("rmdir", false) ? -1 : real(path);
}

DIR *opendir(const char *path)
{
    REAL(opendir);
    return fails("opendir", false) ? NULL : real(path);
}

DIR *fdopendir(int file)
{
    REAL(fdopendir);
    return fails("fdopendir", false) ? NULL : real(file);
}

ssize_t getdents64(int folder, void *entries, size_t bytes)
{
    REAL(getdents64);
    return fails("getdents64", false) ? -1 : real(folder, entries, bytes);
}

struct dirent *readdir(DIR *folder)
{
    REAL(readdir);
    return fails("readdir", false) ? NULL : real(folder);
}

FILE *fopen(const char *path, const char *mode)
{
    REAL(fopen);
    return fails("fopen", false) ? NULL : real(path, mode);
}

int fflush(FILE *file)
{
    REAL(fflush);
    return fails("fflush", true) ? EOF : real(file);
}
