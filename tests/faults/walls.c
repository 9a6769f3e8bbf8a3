/*
** walls.c -- what the kernel refuses by itself: system calls made inside a run, as by a script that
** has broken out of Lua. Prints the counts; what a wall that is missing would refuse is left out.
*/
#define _GNU_SOURCE /* nearly every call below */

#include <errno.h>
#include <fcntl.h>
#include <lauxlib.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>
#include <utime.h>

#include "base/memory.h"
#include "bind/lassay.h"
#include "host/confine.h"
#include "host/run.h"

enum { ROOT = 256 };
static char data[ROOT + 32], secret[ROOT + 32], inside[ROOT + 64], output[ROOT], beside[ROOT + 32];
static unsigned passed, failed;

static void result(const char *name, bool good)
{
    passed += good;
    failed += !good;
    if (!good)
        printf("FAILED: %s: %s\n", name, strerror(errno));
}

/* What happened must be that; a process that was made all the same ends at once. */
static void refused(const char *name, long value, int wanted, int other)
{
    const int reason = errno;
    if (value == 0 && (strstr(name, "fork") != NULL || strcmp(name, "clone") == 0))
        _exit(0);
    errno = reason;
    result(name, value == -1 && (errno == wanted || errno == other));
}

/* ---- Landlock ---- */

static void by_landlock(const char *name, long value)
{
    refused(name, value, EACCES, EXDEV);
}

static void try_files(void)
{
    char path[600];
    by_landlock("read outside", open(secret, O_RDONLY));
    by_landlock("read outside through ..", open("../secret.txt", O_RDONLY));
    by_landlock("read through a link", open("../data/leads-out", O_RDONLY));
    by_landlock("read a system file", open("/etc/passwd", O_RDONLY));
    by_landlock("list a folder outside", open("/etc", O_RDONLY | O_DIRECTORY));
    by_landlock("memory as a file", open("/proc/self/mem", O_RDWR));
    by_landlock("the environment as a file", open("/proc/self/environ", O_RDONLY));
    by_landlock("a device", open("/dev/null", O_RDWR));
    by_landlock("a program for reading", open("/bin/sh", O_RDONLY));
    by_landlock("write to data", open(inside, O_WRONLY));
    by_landlock("read and write data", open(inside, O_RDWR));
    by_landlock("append to data", open(inside, O_WRONLY | O_APPEND));
    by_landlock("empty data", open(inside, O_RDONLY | O_TRUNC));
    snprintf(path, sizeof path, "%s/new", data);
    by_landlock("a new file in data", open(path, O_WRONLY | O_CREAT, 0600));
    by_landlock("a file without a name in data", open(data, O_WRONLY | O_TMPFILE, 0600));
    by_landlock("a new folder in data", mkdir(path, 0700));
    by_landlock("a file without a name in /tmp", open("/tmp", O_RDWR | O_TMPFILE, 0600));
    by_landlock("a new file in the script's folder", open("new", O_WRONLY | O_CREAT, 0600));
    by_landlock("a new file beside the outputs", open(beside, O_WRONLY | O_CREAT, 0600));
    by_landlock("delete data", unlink(inside));
    by_landlock("delete the secret", unlink(secret));
    snprintf(path, sizeof path, "%s/sub", data);
    by_landlock("remove a folder of data", rmdir(path));
    by_landlock("rename data in place", rename(inside, secret));
    snprintf(path, sizeof path, "%s/stolen", output);
    by_landlock("rename data to out", rename(inside, path));
    by_landlock("link data to out", link(inside, path));
    by_landlock("a folder of data to out", rename(data, path));
    snprintf(path, sizeof path, "%s/mine.txt", output);
    by_landlock("rename from out to data", rename(path, inside));
    by_landlock("exchange out and data",
                syscall(SYS_renameat2, AT_FDCWD, path, AT_FDCWD, inside, 2));
}

/* ---- seccomp ---- */

static void by_seccomp(const char *name, long value)
{
    refused(name, value, EPERM, EPERM);
}

static void try_processes(void)
{
    char *const words[] = {"true", NULL};
    char byte;
    struct iovec here = {&byte, 1}, there = {&byte, 1};
    by_seccomp("execve", execve("/bin/true", words, words));
    by_seccomp("execveat", syscall(SYS_execveat, AT_FDCWD, "/bin/true", words, words, 0));
#ifdef SYS_fork
    by_seccomp("fork by its number", syscall(SYS_fork));
#endif
    by_seccomp("fork", fork());
    by_seccomp("clone", syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0));
    refused("clone3", syscall(SYS_clone3, NULL, (size_t)0), ENOSYS, ENOSYS);
    by_seccomp("kill", kill(getppid(), 0));
    by_seccomp("kill the group", kill(0, 0));
    by_seccomp("tgkill", syscall(SYS_tgkill, getppid(), getppid(), 0));
    by_seccomp("ptrace", ptrace(PTRACE_TRACEME, 0, NULL, NULL));
    by_seccomp("process_vm_readv", process_vm_readv(getppid(), &here, 1, &there, 1, 0));
    by_seccomp("process_vm_writev", process_vm_writev(getppid(), &here, 1, &there, 1, 0));
    by_seccomp("pidfd_open", syscall(SYS_pidfd_open, getppid(), 0));
    by_seccomp("unshare", unshare(CLONE_NEWUSER));
    by_seccomp("typing into the terminal", ioctl(0, TIOCSTI, "x"));
}

static void try_network(void)
{
    int pair[2];
    by_seccomp("socket", socket(AF_INET, SOCK_STREAM, 0));
    by_seccomp("socket to this machine", socket(AF_UNIX, SOCK_STREAM, 0));
    by_seccomp("socketpair", socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
    by_seccomp("connect", connect(0, NULL, 0));
    by_seccomp("bind", bind(0, NULL, 0));
    by_seccomp("listen", listen(0, 1));
    by_seccomp("accept", accept(0, NULL, NULL));
    by_seccomp("io_uring_setup", syscall(SYS_io_uring_setup, 1, NULL));
}

static void try_attributes(void)
{
    const struct timespec times[2] = {{0, 0}, {0, 0}};
    by_seccomp("truncate", truncate(inside, 0));
    by_seccomp("chmod", chmod(inside, 0777));
    by_seccomp("fchmodat", fchmodat(AT_FDCWD, inside, 0777, 0));
    by_seccomp("fchmodat2", syscall(452, AT_FDCWD, inside, 0777, 0));
    by_seccomp("chown", chown(inside, getuid(), getgid()));
    by_seccomp("lchown", lchown(inside, getuid(), getgid()));
    by_seccomp("utime", utime(inside, NULL));
    by_seccomp("utimensat", utimensat(AT_FDCWD, inside, times, 0));
    by_seccomp("setxattr", setxattr(inside, "user.assay", "x", 1, 0));
    by_seccomp("removexattr", removexattr(inside, "user.assay"));
    const int file = open(inside, O_RDONLY);
    by_seccomp("fchmod", fchmod(file, 0777));
    by_seccomp("fchown", fchown(file, getuid(), getgid()));
    by_seccomp("futimens", futimens(file, times));
    by_seccomp("fsetxattr", fsetxattr(file, "user.assay", "x", 1, 0));
    close(file);
}

static void try_machine(void)
{
    char path[600];
    snprintf(path, sizeof path, "%s/other", output);
    by_seccomp("a link", symlink("/etc/passwd", path));
    by_seccomp("a pipe", mkfifo(path, 0600));
    by_seccomp("mount", mount("none", data, "tmpfs", 0, NULL));
    by_seccomp("chroot", chroot(data));
    by_seccomp("bpf", syscall(SYS_bpf, 0, NULL, 0));
    by_seccomp("perf_event_open", syscall(SYS_perf_event_open, NULL, 0, -1, -1, 0));
    by_seccomp("keyctl", syscall(SYS_keyctl, 0, 0, 0, 0, 0));
}

/* ---- what must still be possible ---- */

static void *nothing(void *self)
{
    return self;
}

static void try_own_work(void)
{
    char path[600], moved[600];
    pthread_t thread;
    int file = open(inside, O_RDONLY);
    result("read data", file >= 0);
    close(file);
    file = open(data, O_RDONLY | O_DIRECTORY);
    result("list data", file >= 0);
    close(file);
    snprintf(path, sizeof path, "%s/mine.txt", output);
    snprintf(moved, sizeof moved, "%s/moved.txt", output);
    file = open(path, O_RDWR | O_CREAT | O_TRUNC, 0640);
    result("write an output", file >= 0 && write(file, "x", 1) == 1);
    result("cut it", ftruncate(file, 0) == 0);
    close(file);
    result("rename it", rename(path, moved) == 0 && rename(moved, path) == 0);
    snprintf(moved, sizeof moved, "%s/folder", output);
    result("folders", mkdir(moved, 0750) == 0 && rmdir(moved) == 0);
    result("a thread",
           pthread_create(&thread, NULL, nothing, NULL) == 0 && pthread_join(thread, NULL) == 0);
    result("a signal to itself", kill(getpid(), 0) == 0 && raise(SIGCHLD) == 0);
}

/* Where the outputs are staged: the only hidden folder there. */
static void find_stage(void)
{
    int file = -1;
    for (int try = 0; file < 0 && try < 100; try++) {
        snprintf(output, sizeof output, "../out/.walls.assay-%ld-%d", (long)getpid(), try);
        file = open(output, O_PATH | O_DIRECTORY);
    }
    close(file);
}

static void started(lua_State *L)
{
    const char *walls = host_confinement();
    (void)L;
    find_stage();
    try_own_work();
    if (strstr(walls, "landlock") != NULL)
        try_files();
    if (strstr(walls, "seccomp") != NULL) {
        try_processes();
        try_network();
        try_attributes();
        try_machine();
    }
}

/* walls BUILD ROOT, in the folder ROOT/script: see tests/faults/escape. */
int main(int argc, char **argv)
{
    if (argc < 3 || strlen(argv[2]) >= ROOT)
        return HOST_USAGE;
    snprintf(data, sizeof data, "%s/data", argv[2]);
    snprintf(inside, sizeof inside, "%s/inside.txt", data);
    snprintf(secret, sizeof secret, "%s/secret.txt", argv[2]);
    snprintf(beside, sizeof beside, "%s/out/beside.txt", argv[2]);
    const char *const folders[] = {data};
    const host_run_options options = {
        .home = argv[1],
        .out = "../out/walls",
        .script = "helper.lua",
        .data = {folders, 1},
        .started = started,
    };
    assay_init();
    lassay_use_core_memory();
    result("the run ends well", host_run(&options) == HOST_DONE);
    printf("%u passed, %u failed\n", passed, failed);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
