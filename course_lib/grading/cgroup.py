r"""Memory and process limits of a whole kernel with all its children, by Linux control groups.

Version 1 (a hierarchy for each controller) and version 2 (one for all). Where we may not make a group, as on most
machines without root or delegation, there is none and the per-process limits of `confine.limit` stand alone.
Source: the kernel's documentation, admin-guide/cgroup-v1/memory, cgroup-v1/pids, cgroup-v2.
"""

import contextlib
import os
import time
from pathlib import Path

ROOT = Path("/sys/fs/cgroup")


def own_groups(text):
    """The lines of /proc/self/cgroup as {controller: path}; the key "" is version 2's single hierarchy."""
    groups = {}
    for line in text.splitlines():
        _, controllers, path = line.split(":", 2)
        groups.update(dict.fromkeys(controllers.split(","), path))
    return groups


def _parents(root, groups):
    """Folders in which to make our group, by version: (version, [folder, ...]) tries in order of preference."""
    if "memory" in groups:  # version 1
        memory = root / "memory" / groups["memory"].lstrip("/")
        pids = [root / "pids" / groups["pids"].lstrip("/")] if "pids" in groups else []
        yield 1, [memory, *pids]
    elif "" in groups and (root / "cgroup.controllers").exists():
        own = root / groups[""].lstrip("/")
        # A group that has processes cannot give controllers to its children, so ours is a sibling: where the
        # system's service manager delegated the parent to us, or where we are root.
        yield from ((2, [folder]) for folder in (own.parent, root) if folder.is_relative_to(root))


class Group:
    """One kernel's control group. `make` gives None where the machine does not let us."""

    def __init__(self, folders):
        self.folders = folders

    @classmethod
    def make(cls, name, memory_mb, processes, root=ROOT, own=None):
        """A new group called `name`, bounded to `memory_mb` MB and `processes` processes and threads; or None."""
        try:
            groups = own_groups(Path("/proc/self/cgroup").read_text() if own is None else own)
        except OSError:
            return None
        for version, parents in _parents(root, groups):
            group = cls([parent / name for parent in parents])
            try:
                if version == 2:
                    (parents[0] / "cgroup.subtree_control").write_text("+memory +pids")
                for folder in group.folders:
                    folder.mkdir()
                memory, pids = group.folders[0], group.folders[-1]
                if version == 1:
                    (memory / "memory.limit_in_bytes").write_text(str(memory_mb << 20))
                    with contextlib.suppress(OSError):  # swap accounting may be off
                        (memory / "memory.memsw.limit_in_bytes").write_text(str(memory_mb << 20))
                else:
                    (memory / "memory.max").write_text(str(memory_mb << 20))
                    with contextlib.suppress(OSError):
                        (memory / "memory.swap.max").write_text("0")
                if version == 2 or len(parents) == 2:
                    (pids / "pids.max").write_text(str(processes))
            except OSError:
                group.remove()
                continue
            return group
        return None

    @classmethod
    def remove_all(cls, prefix, root=ROOT):
        """Remove the groups with this prefix that an earlier `remove` could not, or never came to."""
        with contextlib.suppress(OSError):
            for _, parents in _parents(root, own_groups(Path("/proc/self/cgroup").read_text())):
                for parent in parents:
                    cls(list(parent.glob(f"{prefix}*"))).remove()

    def add(self, pid):
        """Move a process, by its number on this machine, into the group; its children are born there."""
        for folder in self.folders:
            (folder / "cgroup.procs").write_text(str(pid))

    def peak_mb(self):
        """The most memory the group has held, MB, or None where the system does not say."""
        for name in ("memory.max_usage_in_bytes", "memory.peak"):
            with contextlib.suppress(OSError, ValueError):
                return int((self.folders[0] / name).read_text()) / 2**20
        return None

    def remove(self):
        """Delete the group; its processes must be gone (a few milliseconds' grace for the last of them)."""
        for folder in self.folders:
            for _ in range(50):
                try:
                    os.rmdir(folder)
                except FileNotFoundError:
                    pass
                except OSError:
                    time.sleep(0.01)
                    continue
                break
