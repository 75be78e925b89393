"""What every test shares: one thread, the repository's root, and where a missing tool is an error, not a skip."""

import platform
import shutil
from pathlib import Path

import pytest
import torch

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def root():
    """The repository's root folder."""
    return ROOT


@pytest.fixture(autouse=True, scope="session")
def one_thread():
    torch.set_num_threads(1)


def pytest_runtest_setup(item):
    """On Linux a missing sandbox or browser fails the tests that need it; elsewhere they are skipped, with the reason."""
    for marker, program in (("sandbox", "bwrap"), ("browser", "chromium")):
        if item.get_closest_marker(marker) is None:
            continue
        if platform.system() != "Linux":
            pytest.skip(f"{program} runs on Linux only")
        if shutil.which(program) is None:
            pytest.fail(f"{program} is not installed: `make test` installs it, or says how", pytrace=False)
