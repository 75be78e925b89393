r"""Linux calls that turn a freshly forked process into a prisoner: namespaces, mounts, limits, a syscall filter.

Runs inside the sandbox, before a line of student code. Everything is the C library by ctypes (and libseccomp,
where the system has it): nothing to install. Sources: man pages namespaces(7), user_namespaces(7),
mount_namespaces(7), capabilities(7), seccomp_rule_add(3).
"""

import ctypes
import ctypes.util
import errno
import os
import resource

NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET = (
    0x00020000,
    0x02000000,
    0x04000000,
    0x08000000,
    0x10000000,
    0x20000000,
    0x40000000,
)
RDONLY, NOSUID, NODEV, NOEXEC, BIND, REC, PRIVATE = 1, 2, 4, 8, 4096, 16384, 1 << 18
PR_SET_PDEATHSIG, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 1, 24, 38

_libc = ctypes.CDLL(None, use_errno=True)


def _check(result, what):
    if result != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")


def unshare(flags):
    """Leave the shared namespaces named by `flags` (CLONE_NEW* bits). Raises OSError when the kernel forbids it."""
    _check(_libc.unshare(flags), "unshare")


def write_id_maps(uid, gid):
    """Write the maps of a new user namespace: `uid` and `gid` mean inside what they mean outside, all else nobody."""
    for name, text in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)


def mount(source, target, kind=None, flags=0, options=None):
    """mount(2). `source`, `target`, `kind`, `options`: str or None; `flags`: the bits above."""
    encoded = [text.encode() if text else None for text in (source, target, kind)]
    data = options.encode() if options else None
    _check(_libc.mount(*encoded, ctypes.c_ulong(flags), data), f"mount {target}")


def tmpfs(target, megabytes, flags=0, mode="0700"):
    """Lay an empty, bounded, private memory file system over `target`."""
    mount("tmpfs", target, "tmpfs", NOSUID | NODEV | flags, f"size={megabytes}m,nr_inodes=20k,mode={mode}")


def use_huge_pages():
    """Gather this process's own memory in pages of 2 MB where the system can: a fork then has hardly any tables to copy.

    A page that a fork writes to is copied as 4 KB, as before. Linux 6.1 or later; elsewhere nothing happens.
    """
    huge, collapse = 2 << 20, 25  # MADV_COLLAPSE
    with open("/proc/self/maps") as maps:
        regions = [line.split() for line in maps]
    for span, access, _, _, inode, *_ in regions:
        start, end = (int(address, 16) for address in span.split("-"))
        start, end = -(-start // huge) * huge, end // huge * huge
        if access == "rw-p" and inode == "0" and start < end:
            _libc.madvise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), collapse)


def die_with_parent():
    """Ask the kernel to kill this process when the one that forked it ends."""
    _check(_libc.prctl(PR_SET_PDEATHSIG, 9, 0, 0, 0), "prctl")


def drop_privileges():
    """Give up every capability, for good, also across exec."""
    for capability in range(64):
        if _libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0:
            break  # past the last capability this kernel knows
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    nothing = (ctypes.c_uint32 * 6)()
    _check(_libc.capset(header, nothing), "capset")
    _check(_libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")


def limit(data_mb, file_mb, processes, cpu_s):
    """Set hard resource limits of this process and its children: MB of private memory, MB a file, count, seconds."""
    wanted = {
        resource.RLIMIT_DATA: data_mb << 20,
        resource.RLIMIT_FSIZE: file_mb << 20,
        resource.RLIMIT_NPROC: processes,
        resource.RLIMIT_CPU: cpu_s,
        resource.RLIMIT_NOFILE: 1024,
        resource.RLIMIT_CORE: 0,
    }
    for name, value in wanted.items():
        resource.setrlimit(name, (value, value))


# What a notebook never needs and what privilege-escalation bugs of past years lived in.
FORBIDDEN = """
    mount umount2 pivot_root move_mount open_tree fsopen fsmount fsconfig fspick mount_setattr chroot setns unshare
    ptrace process_vm_readv process_vm_writev kcmp pidfd_getfd bpf perf_event_open userfaultfd
    io_uring_setup io_uring_enter io_uring_register keyctl add_key request_key
    init_module finit_module delete_module kexec_load kexec_file_load reboot swapon swapoff acct quotactl
    open_by_handle_at name_to_handle_at personality syslog settimeofday clock_settime adjtimex
    lookup_dcookie vhangup nfsservctl iopl ioperm modify_ldt
""".split()  # noqa: SIM905


class _Comparison(ctypes.Structure):
    """struct scmp_arg_cmp of libseccomp: compare one argument of a syscall."""

    _fields_ = (
        ("arg", ctypes.c_uint),
        ("op", ctypes.c_int),
        ("a", ctypes.c_uint64),
        ("b", ctypes.c_uint64),
    )


def load_seccomp():
    """libseccomp as a ctypes library, or None where the system has none."""
    for name in (ctypes.util.find_library("seccomp"), "libseccomp.so.2"):
        try:
            library = ctypes.CDLL(name) if name else None
        except OSError:
            library = None
        if library is not None:
            library.seccomp_init.restype = ctypes.c_void_p
            library.seccomp_load.argtypes = library.seccomp_release.argtypes = [ctypes.c_void_p]
            library.seccomp_rule_add_array.argtypes = [
                ctypes.c_void_p,
                ctypes.c_uint32,
                ctypes.c_int,
                ctypes.c_uint,
                ctypes.POINTER(_Comparison),
            ]
            return library
    return None


def filter_syscalls(library):
    """Forbid the calls in FORBIDDEN and new user namespaces, by libseccomp (as `load_seccomp` gave it), for good."""
    allow, masked_equal = 0x7FFF0000, 7
    refuse = lambda code: 0x00050000 | code  # noqa: E731
    context = library.seccomp_init(allow)
    for name in FORBIDDEN:
        number = library.seccomp_syscall_resolve_name(name.encode())
        if number >= 0:
            library.seccomp_rule_add_array(context, refuse(errno.EPERM), number, 0, None)
    clone, clone3 = (library.seccomp_syscall_resolve_name(name) for name in (b"clone", b"clone3"))
    if (
        clone3 >= 0
    ):  # its flags lie in memory, out of a filter's sight: "not implemented" makes libc fall back to clone
        library.seccomp_rule_add_array(context, refuse(errno.ENOSYS), clone3, 0, None)
    for flag in (NEWUSER, NEWNS, NEWPID, NEWNET, NEWIPC, NEWUTS, NEWCGROUP):
        has_flag = _Comparison(arg=0, op=masked_equal, a=flag, b=flag)
        library.seccomp_rule_add_array(context, refuse(errno.EPERM), clone, 1, ctypes.byref(has_flag))
    result = library.seccomp_load(context)
    library.seccomp_release(context)
    if result != 0:
        raise OSError(-result, f"seccomp_load: {os.strerror(-result)}")
