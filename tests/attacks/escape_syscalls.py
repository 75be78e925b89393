# ruff: noqa
"""The system calls that escapes are made of."""

import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
attempts = {
    "unshare": lambda: libc.unshare(0x10000000),
    "mount": lambda: libc.mount(b"none", b"/job", b"tmpfs", 0, None),
    "umount": lambda: libc.umount2(b"/job", 2),
    "chroot": lambda: libc.chroot(b"/scratch"),
    "setuid": lambda: libc.setuid(0),
    "ptrace": lambda: libc.ptrace(16, os.getppid(), 0, 0),
    "mknod": lambda: libc.mknod(b"/scratch/disk", 0o60666, 0x0801),
    "setns": lambda: libc.setns(os.open("/proc/self/ns/user", os.O_RDONLY), 0),
    "keyctl": lambda: 0 if libc.syscall(250, 0, -3, 1) > 0 else -1,
}
for name, attempt in attempts.items():
    if attempt() == 0:
        print("BRE" + "ACH:", name)
