"""data_scripts/sweep.py: what is done stays done, seed by seed, and a stop loses nothing."""

import importlib.util
import json
import sys

import pytest

SETTINGS = [{"loss": "a"}, {"loss": "b", "width": 2}]


@pytest.fixture
def sweep(root, monkeypatch):
    monkeypatch.syspath_prepend(str(root / "data_scripts"))
    spec = importlib.util.spec_from_file_location("sweep", root / "data_scripts" / "sweep.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    sys.modules.pop("running", None)


def test_a_sweep_goes_on_where_it_stopped(sweep, tmp_path):
    calls = []

    def run(seed, loss, width=1):
        if len(calls) == 3:
            raise KeyboardInterrupt
        calls.append((seed, loss))
        return {"score": seed * width}

    def quiet(_):
        pass

    first = sweep.Sweep("x", "sweep_x.py", tmp_path)
    with pytest.raises(KeyboardInterrupt):
        first.work(run, SETTINGS, range(2), tell=quiet)
    assert calls == [(0, "a"), (0, "b"), (1, "a")]  # all settings of a seed before the next seed
    second = sweep.Sweep("x", "sweep_x.py", tmp_path)
    assert second.missing(SETTINGS, range(2)) == [(SETTINGS[1], 1)]
    calls.clear()
    assert second.work(run, SETTINGS, range(2), tell=quiet) == 0
    assert calls == [(1, "b")]
    content = json.loads((tmp_path / "x.json").read_text())
    assert [r["result"]["score"] for r in content["runs"]] == [0, 0, 1, 2]
    assert {"setting", "seed", "seconds", "result", "hardware"} == set(content["runs"][0])
    assert [p.name for p in tmp_path.iterdir()] == ["x.json"]


def test_no_time_means_no_run_and_the_rest_is_counted(sweep, tmp_path):
    left = sweep.Sweep("x", "s.py", tmp_path).work(None, SETTINGS, range(3), minutes=-1)
    assert left == 6
    assert not (tmp_path / "x.json").exists()


def test_a_file_has_a_line_for_each_run_and_loses_nothing(sweep, tmp_path):
    runs = [
        {"seed": seed, "result": {"curve": [0.1, -2e-7, None], "rows": [{}, []], "word": 'ö"\n'}}
        for seed in (0, 1)
    ]
    content = {"script": "x.py", "runs": runs, "thresholds": {"at most": [1, 2.5]}, "none": [], "alone": {}}
    for written in (content, content | {"runs": []}, {}):
        sweep.write_json(tmp_path / "y.json", written)
        read = json.loads((tmp_path / "y.json").read_text())
        assert read == written
        assert list(read) == list(written)
    sweep.write_json(tmp_path / "y.json", content)
    lines = [line for line in (tmp_path / "y.json").read_text().splitlines() if '"seed"' in line]
    assert [json.loads(line.rstrip(",")) for line in lines] == runs
