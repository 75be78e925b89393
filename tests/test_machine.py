"""course_lib.machine: it says what is there, in words, and leaves everything as it was."""

import re
import time

import pytest
import torch

from course_lib import machine
from course_lib.devices import find_device


@pytest.fixture(scope="module")
def report():
    return machine.look_around()


def test_every_line_says_what_was_found_and_what_it_means(report):
    assert [line.what for line in report] == [
        "Python", "PyTorch", "Processor", "GPU", "bfloat16", "Speed", "Weights",
    ]  # fmt: skip
    assert all(line.found and line.means for line in report)
    found = {line.what: line.found for line in report}
    assert found["PyTorch"] == torch.__version__
    assert (found["GPU"] == "none found") == (find_device().type == "cpu")
    assert int(found["Weights"].split()[0]) >= 1


def test_table_and_text_hold_every_line(report):
    page = report._repr_html_()
    for line in report:
        assert line.means in str(report)
    assert page.count("<tr>") == len(report) + 1
    odd = machine.MachineReport([machine.Line("<b>", "&", "x")])._repr_html_()
    assert "<b>" not in odd
    assert "&lt;b&gt;" in odd


def test_a_step_takes_time_and_leaves_the_generator_of_random_numbers_alone():
    before = torch.get_rng_state()
    start = time.perf_counter()
    seconds = machine.step_seconds("cpu", steps=2)
    assert 0 < seconds < time.perf_counter() - start
    assert torch.equal(torch.get_rng_state(), before)


def test_an_old_version_is_named_with_what_is_needed():
    assert (
        machine._version("Python", "3.9.2", (3, 9), (3, 11)).means
        == "too old: the course needs 3.11 or newer"
    )
    assert machine._version("Python", "3.12.0", (3, 12), (3, 11)).means == "fine"


def test_spans_are_said_in_words():
    assert machine._span(20.4) == "20 seconds"
    assert re.fullmatch(r"3 minutes", machine._span(170))
