/* confine.c -- the kernel's walls around a run: Landlock for files, seccomp for the rest. */
#define _GNU_SOURCE /* syscall, CLONE_THREAD */

#include "confine.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "state.h"

/* Walls are the process's, and so is what is known of them. */
static struct {
    bool landlock, seccomp;
} in_force;

/*
** For tests alone, which must show that each layer holds by itself: ASSAY_TEST_WITHOUT names the
** walls that this machine shall be taken not to have, "landlock", "seccomp" or both.
*/
static bool is_left_out(const char *wall)
{
    const char *names = getenv("ASSAY_TEST_WITHOUT");
    return names != NULL && strstr(names, wall) != NULL;
}

/* ---- Landlock, whose constants are younger than the headers ---- */

enum {
    LL_EXECUTE = 1 << 0,
    LL_WRITE_FILE = 1 << 1,
    LL_READ_FILE = 1 << 2,
    LL_READ_DIR = 1 << 3,
    LL_REMOVE_DIR = 1 << 4,
    LL_REMOVE_FILE = 1 << 5,
    LL_MAKE_DIR = 1 << 7,
    LL_MAKE_REG = 1 << 8,
    LL_REFER = 1 << 13,    /* from ABI 2 */
    LL_TRUNCATE = 1 << 14, /* from ABI 3; seccomp has the call that needs no descriptor */
    LL_IOCTL = 1 << 15,    /* from ABI 5 */
    LL_VERSION = 1,        /* a flag of create_ruleset */
    LL_PATH_BENEATH = 1,
};

struct ruleset {
    uint64_t files, network, scoped; /* ABI 4 has the second, ABI 6 the third */
};

struct __attribute__((packed)) path_beneath {
    uint64_t allowed;
    int32_t folder;
};

/* 0: none. */
static long landlock_abi(void)
{
    if (is_left_out("landlock"))
        return 0;
    const long abi = syscall(SYS_landlock_create_ruleset, NULL, (size_t)0, LL_VERSION);
    return abi >= 1 ? abi : 0;
}

/* All rights that this kernel knows: what is not allowed below a folder is then refused. */
static uint64_t rights_of(long abi)
{
    const int n = abi >= 5 ? 16 : abi >= 3 ? 15 : abi >= 2 ? 14 : 13;
    return (UINT64_C(1) << n) - 1;
}

static uint64_t rights_for(host_use use)
{
    switch (use) {
    case HOST_READS:
        return LL_READ_FILE | LL_READ_DIR;
    case HOST_LOADS:
        return LL_READ_FILE;
    case HOST_WRITES:
        return LL_READ_FILE | LL_READ_DIR | LL_WRITE_FILE | LL_TRUNCATE | LL_MAKE_REG |
               LL_MAKE_DIR | LL_REMOVE_FILE | LL_REMOVE_DIR;
    case HOST_MOVES:
        return LL_MAKE_DIR | LL_REMOVE_DIR;
    case HOST_EMPTIES:
        return LL_READ_DIR | LL_REMOVE_FILE | LL_REMOVE_DIR;
    }
    return 0;
}

static bool add_rules(int ruleset, const host_access access[], size_t n, uint64_t known)
{
    for (size_t i = 0; i < n; i++) {
        const struct path_beneath rule = {rights_for(access[i].use) & known, access[i].folder};
        if (access[i].folder >= 0 &&
            syscall(SYS_landlock_add_rule, ruleset, LL_PATH_BENEATH, &rule, 0) != 0)
            return false;
    }
    return true;
}

static bool put_landlock(const host_access access[], size_t n)
{
    const long abi = landlock_abi();
    if (abi == 0)
        return false;
    const struct ruleset all = {rights_of(abi), 3, 3}; /* TCP; signals and abstract sockets */
    const size_t size = abi >= 6 ? 24 : abi >= 4 ? 16 : 8;
    const int ruleset = (int)syscall(SYS_landlock_create_ruleset, &all, size, 0);
    if (ruleset < 0)
        return false;
    const bool up = add_rules(ruleset, access, n, all.files) &&
                    syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
    close(ruleset);
    return up;
}

/* ---- seccomp ---- */

#if defined __x86_64__
#define OWN_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined __aarch64__
#define OWN_ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

#ifdef OWN_ARCHITECTURE

/* Calls that are refused whatever they are given. Numbers: younger than the C library. */
static const uint32_t refused[] = {
    /* programs and processes */
    SYS_execve,
    SYS_execveat,
    SYS_ptrace,
    SYS_process_vm_readv,
    SYS_process_vm_writev,
    SYS_process_madvise,
    SYS_pidfd_open,
    SYS_pidfd_getfd,
    SYS_pidfd_send_signal,
    SYS_tkill,
    SYS_rt_sigqueueinfo,
    SYS_rt_tgsigqueueinfo,
    SYS_kcmp,
    SYS_setns,
    SYS_unshare,
    SYS_personality,
    /* the network, and what reaches it another way */
    SYS_socket,
    SYS_socketpair,
    SYS_connect,
    SYS_bind,
    SYS_listen,
    SYS_accept,
    SYS_accept4,
    SYS_io_uring_setup,
    SYS_io_uring_enter,
    SYS_io_uring_register,
    /* what is known of a file: Landlock does not look at these */
    SYS_truncate,
    SYS_fchmod,
    SYS_fchmodat,
    452 /* fchmodat2 */,
    SYS_fchown,
    SYS_fchownat,
    SYS_utimensat,
    SYS_setxattr,
    SYS_lsetxattr,
    SYS_fsetxattr,
    SYS_removexattr,
    SYS_lremovexattr,
    SYS_fremovexattr,
    463 /* setxattrat */,
    466 /* removexattrat */,
    469 /* file_setattr */,
    /* other kinds of file, and ways round a path */
    SYS_mknodat,
    SYS_symlinkat,
    SYS_open_by_handle_at,
    SYS_name_to_handle_at,
    /* the machine */
    SYS_mount,
    SYS_umount2,
    SYS_pivot_root,
    SYS_chroot,
    SYS_open_tree,
    SYS_move_mount,
    SYS_fsopen,
    SYS_fsconfig,
    SYS_fsmount,
    SYS_fspick,
    SYS_mount_setattr,
    SYS_swapon,
    SYS_swapoff,
    SYS_reboot,
    SYS_kexec_load,
    SYS_init_module,
    SYS_finit_module,
    SYS_delete_module,
    SYS_bpf,
    SYS_perf_event_open,
    SYS_userfaultfd,
    SYS_add_key,
    SYS_request_key,
    SYS_keyctl,
    SYS_acct,
    SYS_quotactl,
    SYS_settimeofday,
    SYS_clock_settime,
    SYS_adjtimex,
    SYS_clock_adjtime,
    SYS_sethostname,
    SYS_setdomainname,
    SYS_syslog,
#ifdef __x86_64__ /* the older names of some of these */
    SYS_fork,
    SYS_vfork,
    SYS_chmod,
    SYS_chown,
    SYS_lchown,
    SYS_utime,
    SYS_utimes,
    SYS_futimesat,
    SYS_mknod,
    SYS_symlink,
    SYS_kexec_file_load,
    SYS_iopl,
    SYS_ioperm,
    SYS_modify_ldt,
#endif
};

enum {
    N_REFUSED = sizeof refused / sizeof refused[0],
    MOST_STEPS = 2 * N_REFUSED + 40,
    FAKE_INPUT = 0x5412, /* TIOCSTI types into the terminal, as TIOCLINUX pastes */
    FAKE_PASTE = 0x541c,
    REFUSE = SECCOMP_RET_ERRNO | EPERM,
    UNKNOWN = SECCOMP_RET_ERRNO | ENOSYS,
};

typedef struct filter {
    struct sock_filter step[MOST_STEPS];
    unsigned short n;
} filter;

static void add(filter *self, uint16_t code, uint32_t k, uint8_t if_true, uint8_t if_false)
{
    self->step[self->n++] = (struct sock_filter){code, if_true, if_false, k};
}

static void load(filter *self, size_t offset)
{
    add(self, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

static void answer(filter *self, uint32_t action)
{
    add(self, BPF_RET | BPF_K, action, 0, 0);
}

/* If what is loaded is `value`, the call is answered so. */
static void answer_if(filter *self, uint32_t value, uint32_t action)
{
    add(self, BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1);
    answer(self, action);
}

/* The low half of an argument; both machines are little-endian. */
static size_t argument(int i)
{
    return offsetof(struct seccomp_data, args) + 8 * (size_t)i;
}

/* A signal to this process alone. */
static void add_signal(filter *self, uint32_t call)
{
    add(self, BPF_JMP | BPF_JEQ | BPF_K, call, 0, 4);
    load(self, argument(0));
    add(self, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)getpid(), 0, 1);
    answer(self, SECCOMP_RET_ALLOW);
    answer(self, REFUSE);
}

/* A thread, but no process. clone3 hides its flags in memory; who is told ENOSYS takes clone. */
static void add_clone(filter *self)
{
    answer_if(self, SYS_clone3, UNKNOWN);
    add(self, BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 4);
    load(self, argument(0));
    add(self, BPF_JMP | BPF_JSET | BPF_K, CLONE_THREAD, 0, 1);
    answer(self, SECCOMP_RET_ALLOW);
    answer(self, REFUSE);
}

static void add_ioctl(filter *self)
{
    add(self, BPF_JMP | BPF_JEQ | BPF_K, SYS_ioctl, 0, 6);
    load(self, argument(1));
    answer_if(self, FAKE_INPUT, REFUSE);
    answer_if(self, FAKE_PASTE, REFUSE);
    answer(self, SECCOMP_RET_ALLOW);
}

static void fill(filter *self)
{
    load(self, offsetof(struct seccomp_data, arch));
    add(self, BPF_JMP | BPF_JEQ | BPF_K, OWN_ARCHITECTURE, 1, 0);
    answer(self, UNKNOWN);
    load(self, offsetof(struct seccomp_data, nr));
#ifdef __x86_64__ /* the x32 calls are the same under other numbers */
    add(self, BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1);
    answer(self, UNKNOWN);
#endif
    for (size_t i = 0; i < N_REFUSED; i++)
        answer_if(self, refused[i], REFUSE);
    add_clone(self);
    add_signal(self, SYS_kill);
    add_signal(self, SYS_tgkill);
    add_ioctl(self);
    answer(self, SECCOMP_RET_ALLOW);
}

static bool has_seccomp(void)
{
    const uint32_t action = SECCOMP_RET_ERRNO;
    return !is_left_out("seccomp") &&
           syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

static bool put_seccomp(void)
{
    filter all = {.n = 0};
    fill(&all);
    const struct sock_fprog program = {all.n, all.step};
    return has_seccomp() && syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0;
}

#else /* a machine whose calls nobody has looked at */

static bool has_seccomp(void)
{
    return false;
}

static bool put_seccomp(void)
{
    return false;
}

#endif

/* ---- both ---- */

static const char *missing(bool landlock, bool seccomp)
{
    if (landlock && seccomp)
        return NULL;
    return landlock  ? "seccomp, which keeps scripts from programs and the network"
           : seccomp ? "Landlock, which keeps scripts to their folders"
                     : "Landlock and seccomp, which keep scripts to their folders and from the "
                       "network";
}

assay_status host_confine(assay_context *context, const host_access access[], size_t n, bool strict)
{
    const char *absent = missing(landlock_abi() > 0, has_seccomp());
    if (strict && absent != NULL)
        return assay_fail(context, ASSAY_EDOM, "--strict is not possible here: the system lacks %s",
                          absent);
    tzset(); /* dates need the zone's file, which is outside */
    const bool sealed = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
    in_force.landlock = sealed && put_landlock(access, n);
    in_force.seccomp = sealed && put_seccomp();
    absent = missing(in_force.landlock, in_force.seccomp);
    if (absent == NULL)
        return ASSAY_OK;
    if (strict)
        return assay_fail(context, ASSAY_EDOM,
                          "--strict is not possible here: the system refused "
                          "%s",
                          absent);
    char message[200] = "note: the system lacks ";
    strcat(strcat(message, absent), "; the program alone does so now");
    host_complain(message);
    return ASSAY_OK;
}

const char *host_confinement(void)
{
    return in_force.landlock && in_force.seccomp ? "landlock and seccomp"
           : in_force.landlock                   ? "landlock"
           : in_force.seccomp                    ? "seccomp"
                                                 : "none";
}
