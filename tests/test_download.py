import gzip
import io
import stat
import sys
import tarfile
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from PIL import Image

from course_lib import data

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "data_scripts"))
import download
import fetching


def png(color):
    out = io.BytesIO()
    Image.new("RGB", (32, 16), color).save(out, "PNG")
    return out.getvalue()


def tar_gz(members):
    """members: name -> bytes, or a TarInfo with its bytes."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as t:
        for name, content in members:
            info = name if isinstance(name, tarfile.TarInfo) else tarfile.TarInfo(name)
            info.size = len(content)
            t.addfile(info, io.BytesIO(content))
    return out.getvalue()


def zipped(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, content in members:
            z.writestr(name, content)
    return out.getvalue()


FACADES = tar_gz(
    [(f"facades/{split}/{i}.png", png((i, 0, 0))) for split in ("train", "val") for i in range(3)]
)
HORSES = zipped(
    [
        (f"horse2zebra/{part}/{i}.png", png((i, 0, 0)))
        for part in ("trainA", "trainB", "testA")
        for i in range(2)
    ]
)


class Server(ThreadingHTTPServer):
    """Serves self.answers[path]: a list of functions, one a request; the last one stays. Keeps what was asked."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers, self.asked = {}, []

    def url(self, path):
        return f"http://127.0.0.1:{self.server_port}{path}"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append((self.path, self.headers.get("Range")))
        answers = self.server.answers.get(self.path, [status(404)])
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        answer(self)
        self.close_connection = True

    def log_message(self, *_):
        pass


def reply(handler, code, body, **headers):
    handler.send_response(code)
    for name, value in ({"Content_Length": len(body)} | headers).items():
        handler.send_header(name.replace("_", "-"), str(value))
    handler.end_headers()
    handler.wfile.write(body)


def whole(body, etag='"v1"'):
    """An honest server that can resume."""

    def answer(handler):
        wanted, same = handler.headers.get("Range"), handler.headers.get("If-Range") in (None, etag)
        if wanted and same:
            start = int(wanted.removeprefix("bytes=").rstrip("-"))
            if start >= len(body):
                reply(handler, 416, b"")
                return
            where = f"bytes {start}-{len(body) - 1}/{len(body)}"
            reply(handler, 206, body[start:], Content_Range=where, ETag=etag)
        else:
            reply(handler, 200, body, ETag=etag)

    return answer


def breaks_off(body, after, etag='"v1"'):
    return lambda handler: reply(handler, 200, body[:after], Content_Length=len(body), ETag=etag)


def status(code, **headers):
    return lambda handler: reply(handler, code, b"", **headers)


@pytest.fixture
def server():
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield running
        running.shutdown()


def fetch(server, tmp_path, *paths, **options):
    options = {"wait": 0.01, "timeout": 60} | options
    return fetching.fetch([server.url(p) for p in paths], tmp_path / "set.tar.gz", **options)


# --- fetching


def test_a_whole_file_arrives(server, tmp_path):
    server.answers["/a"] = [whole(FACADES)]
    seen = []
    path = fetch(server, tmp_path, "/a", progress=lambda done, total: seen.append((done, total)))
    assert path.read_bytes() == FACADES
    assert seen[-1] == (len(FACADES), len(FACADES))
    assert [p.name for p in tmp_path.iterdir()] == ["set.tar.gz"]


def test_a_broken_connection_is_resumed_where_it_broke(server, tmp_path):
    server.answers["/a"] = [breaks_off(FACADES, 100), whole(FACADES)]
    assert fetch(server, tmp_path, "/a").read_bytes() == FACADES
    assert server.asked == [("/a", None), ("/a", "bytes=100-")]


def test_the_next_call_resumes_what_an_earlier_one_left(server, tmp_path):
    server.answers["/a"] = [breaks_off(FACADES, 150)]
    with pytest.raises(fetching.FetchError, match=rf"broke off after 150 of {len(FACADES)} bytes, 1 tries"):
        fetch(server, tmp_path, "/a", tries=1)
    server.answers["/a"] = [whole(FACADES)]
    assert fetch(server, tmp_path, "/a").read_bytes() == FACADES
    assert server.asked[-1] == ("/a", "bytes=150-")


def test_a_file_that_changed_meanwhile_is_fetched_anew(server, tmp_path):
    other = tar_gz([("facades/train/x.png", png((9, 9, 9)))])
    server.answers["/a"] = [breaks_off(FACADES, 100), whole(other, etag='"v2"')]
    assert fetch(server, tmp_path, "/a").read_bytes() == other


def test_a_server_that_cannot_resume_sends_all_again(server, tmp_path):
    server.answers["/a"] = [breaks_off(FACADES, 100), lambda h: reply(h, 200, FACADES)]
    assert fetch(server, tmp_path, "/a").read_bytes() == FACADES


def test_a_server_that_resumes_at_the_wrong_place_is_not_believed(server, tmp_path):
    wrong = lambda h: reply(h, 206, FACADES[50:], Content_Range=f"bytes 50-{len(FACADES) - 1}/{len(FACADES)}")  # noqa: E731
    server.answers["/a"] = [breaks_off(FACADES, 100), wrong, whole(FACADES)]
    assert fetch(server, tmp_path, "/a").read_bytes() == FACADES
    assert server.asked[-1] == ("/a", None)


def test_a_part_longer_than_the_file_begins_again(server, tmp_path):
    server.answers["/a"] = [whole(FACADES)]
    (tmp_path / "set.tar.gz.part").write_bytes(FACADES + b"more")
    (tmp_path / "set.tar.gz.part.stamp").write_text('"v1"')
    assert fetch(server, tmp_path, "/a").read_bytes() == FACADES


def test_503_waits_as_asked_and_tries_again(server, tmp_path, monkeypatch):
    slept = []
    monkeypatch.setattr(fetching.time, "sleep", slept.append)
    server.answers["/a"] = [
        status(503, Retry_After=7),
        status(503),
        status(429, Retry_After=100000),
        whole(FACADES),
    ]
    assert fetch(server, tmp_path, "/a").read_bytes() == FACADES
    assert slept == [7, 0.02, 60]  # a wish, our own, and a wish cut to a minute


def test_404_goes_to_the_next_mirror_at_once(server, tmp_path):
    server.answers["/b"] = [whole(FACADES)]
    assert fetch(server, tmp_path, "/missing", "/b").read_bytes() == FACADES
    assert [path for path, _ in server.asked] == ["/missing", "/b"]


def test_when_all_mirrors_fail_each_is_named(server, tmp_path):
    server.answers["/busy"] = [status(503)]
    with pytest.raises(fetching.FetchError) as caught:
        fetch(server, tmp_path, "/missing", "/busy", tries=2)
    assert "/missing: HTTP 404" in str(caught.value)
    assert "/busy: HTTP 503" in str(caught.value)
    assert "2 tries" in str(caught.value)


def test_redirects_are_followed_and_a_circle_ends(server, tmp_path):
    server.answers["/a"] = [status(302, Location="/b")]
    server.answers["/b"] = [status(301, Location=server.url("/c"))]
    server.answers["/c"] = [whole(FACADES)]
    assert fetch(server, tmp_path, "/a").read_bytes() == FACADES
    server.answers["/round"] = [status(302, Location="/round")]
    (tmp_path / "set.tar.gz").unlink()
    with pytest.raises(fetching.FetchError, match="/round"):
        fetch(server, tmp_path, "/round", tries=2)


def test_a_redirect_to_a_local_file_is_refused(server, tmp_path):
    (tmp_path / "secret").write_bytes(FACADES)
    server.answers["/a"] = [status(302, Location=f"file://{tmp_path}/secret")]
    with pytest.raises(fetching.FetchError):
        fetch(server, tmp_path, "/a", tries=1)
    assert not (tmp_path / "set.tar.gz").exists()


@pytest.mark.parametrize(
    ("body", "says"),
    [(b"<!DOCTYPE html><html>Moved</html>", "a web page"), (b"\x00\x01 junk", "something that begins with")],
)
def test_what_is_no_archive_is_not_kept(server, tmp_path, body, says):
    server.answers["/page"] = [whole(body)]
    server.answers["/good"] = [whole(FACADES)]
    with pytest.raises(fetching.FetchError, match=rf"expected a \.gz archive, got {says}"):
        fetch(server, tmp_path, "/page")
    assert not list(tmp_path.iterdir())
    assert fetch(server, tmp_path, "/page", "/good").read_bytes() == FACADES


def test_a_server_that_announces_less_than_it_sends_gives_a_broken_archive(server, tmp_path):
    server.answers["/a"] = [lambda h: reply(h, 200, FACADES, Content_Length=len(FACADES) // 2)]
    path = fetch(server, tmp_path, "/a")
    with pytest.raises(fetching.ArchiveError, match="is broken"):
        fetching.extract(path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_server_that_announces_more_than_it_sends_is_given_up(server, tmp_path):
    server.answers["/a"] = [lambda h: reply(h, 200, FACADES, Content_Length=len(FACADES) + 10)]
    with pytest.raises(fetching.FetchError, match="broke off after"):
        fetch(server, tmp_path, "/a", tries=2)


def test_too_much_is_refused_announced_or_not(server, tmp_path):
    server.answers["/a"] = [whole(FACADES)]
    with pytest.raises(fetching.FetchError, match=r"announces .* more than 100"):
        fetch(server, tmp_path, "/a", max_bytes=100)

    def endless(handler):
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(FACADES)

    server.answers["/b"] = [endless]
    with pytest.raises(fetching.FetchError, match="sent more than 100"):
        fetch(server, tmp_path, "/b", max_bytes=100)


def test_a_silent_server_times_out(server, tmp_path):
    hold = threading.Event()
    server.answers["/a"] = [lambda h: hold.wait(60)]
    with pytest.raises(fetching.FetchError, match="timed out"):
        fetch(server, tmp_path, "/a", tries=1, timeout=0.2)
    hold.set()


def test_nobody_listens(tmp_path):
    with pytest.raises(fetching.FetchError, match="refused"):
        fetching.fetch(["http://127.0.0.1:9/x"], tmp_path / "x.zip", tries=2, wait=0.01)


# --- unpacking


def tar_info(name, kind, target=""):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def zip_link():
    info = zipfile.ZipInfo("set/link")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


def huge_header():
    """An extended header of 2 GB of nothing, which compresses to little: tarfile alone would read it into memory."""
    info = tarfile.TarInfo("pax")
    info.type, info.size = tarfile.XHDTYPE, 2 << 30
    return gzip.compress(info.tobuf() + bytes(1 << 20))


GOOD = ("set/train/a.png", png((1, 1, 1)))
HOSTILE = {
    "up.tar.gz": (tar_gz([GOOD, ("../evil", b"x")]), "leads out"),
    "deep.tar.gz": (tar_gz([GOOD, ("set/a/../../../evil", b"x")]), "leads out"),
    "absolute.tar.gz": (tar_gz([GOOD, ("/tmp/evil", b"x")]), "leads out"),
    "symlink.tar.gz": (
        tar_gz([GOOD, (tar_info("set/l", tarfile.SYMTYPE, "/etc/passwd"), b"")]),
        "link or a special",
    ),
    "hardlink.tar.gz": (
        tar_gz([GOOD, (tar_info("set/l", tarfile.LNKTYPE, "/etc/passwd"), b"")]),
        "link or a special",
    ),
    "device.tar.gz": (tar_gz([GOOD, (tar_info("set/d", tarfile.CHRTYPE), b"")]), "link or a special"),
    "fifo.tar.gz": (tar_gz([GOOD, (tar_info("set/f", tarfile.FIFOTYPE), b"")]), "link or a special"),
    "bomb.tar.gz": (tar_gz([GOOD, ("set/zeros", bytes(3_000_000))]), "unpacks to more than"),
    "header.tar.gz": (huge_header(), "extended header"),
    "many.tar.gz": (tar_gz([(f"set/{i}", b"") for i in range(60)]), "more than 50 members"),
    "twice.tar.gz": (tar_gz([GOOD, GOOD]), "twice"),
    "short.tar.gz": (FACADES[: len(FACADES) // 2], "is broken"),
    "flipped.tar.gz": (FACADES[:-6] + bytes([FACADES[-6] ^ 1]) + FACADES[-5:], "is broken"),
    "empty.tar.gz": (b"", "expected a .gz archive"),
    "up.zip": (zipped([GOOD, ("../evil", b"x")]), "leads out"),
    "windows.zip": (zipped([GOOD, ("..\\evil", b"x")]), "leads out"),
    "drive.zip": (zipped([GOOD, ("C:/evil", b"x")]), "leads out"),
    "absolute.zip": (zipped([GOOD, ("/tmp/evil", b"x")]), "leads out"),
    "link.zip": (zipped([GOOD, (zip_link(), b"/etc/passwd")]), "link or a special"),
    "bomb.zip": (zipped([GOOD, ("set/zeros", bytes(3_000_000))]), "unpacks to more than"),
    "short.zip": (HORSES[: len(HORSES) // 2], "is broken"),
    "page.zip": (b"<html>sorry</html>", "a web page"),
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_hostile_archive_leaves_nothing(tmp_path, name):
    content, says = HOSTILE[name]
    inside = tmp_path / "a" / "b"
    inside.mkdir(parents=True)
    (inside / name).write_bytes(content)
    with pytest.raises(fetching.ArchiveError, match=says):
        fetching.extract(inside / name, inside / "out", max_bytes=2_000_000, max_files=50)
    assert [p.relative_to(tmp_path).as_posix() for p in sorted(tmp_path.rglob("*"))] == [
        "a",
        "a/b",
        f"a/b/{name}",
    ]
    assert not Path("/tmp/evil").exists()


def test_a_zip_that_lies_about_a_members_size_is_refused(tmp_path):
    content = bytearray(zipped([("set/zeros", bytes(100_000))]))
    at = content.index(b"PK\x01\x02")
    content[at + 24 : at + 28] = (10).to_bytes(4, "little")  # the directory says 10 bytes
    (tmp_path / "x.zip").write_bytes(content)
    with pytest.raises(fetching.ArchiveError):
        fetching.extract(tmp_path / "x.zip", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_extract_keeps_what_is_there(tmp_path):
    (tmp_path / "x.zip").write_bytes(HORSES)
    (tmp_path / "out").mkdir()
    with pytest.raises(FileExistsError, match="is there already"):
        fetching.extract(tmp_path / "x.zip", tmp_path / "out")


# --- whole sets


def test_pairs_end_in_the_layout_the_loader_reads(server, tmp_path, capsys):
    server.answers["/facades.tar.gz"] = [breaks_off(FACADES, 80), whole(FACADES)]
    assert download.main(["facades", "--to", str(tmp_path), "--mirror", server.url("/facades.tar.gz")]) == 0
    assert "facades is ready" in capsys.readouterr().out
    assert [p.name for p in tmp_path.iterdir()] == ["facades"]
    x, y = data.load_pairs(tmp_path / "facades", "train", size=16)
    assert x.shape == y.shape == (3, 3, 16, 16)
    asked = len(server.asked)
    assert download.main(["facades", "--to", str(tmp_path)]) == 0  # there already: nothing is fetched
    assert len(server.asked) == asked


def test_unpaired_sets_come_from_a_file_as_well(tmp_path):
    (tmp_path / "mine.zip").write_bytes(HORSES)
    assert (
        download.main(["horse2zebra", "--to", str(tmp_path / "d"), "--from-file", str(tmp_path / "mine.zip")])
        == 0
    )
    x, y = data.load_unpaired(tmp_path / "d" / "horse2zebra", size=8)
    assert len(x) == len(y) == 2
    assert (tmp_path / "mine.zip").exists()
    assert data.load_folder(tmp_path / "d" / "horse2zebra", size=8).classes == ("testA", "trainA", "trainB")


def test_a_failure_names_the_embedded_stand_in(server, tmp_path, capsys):
    assert download.main(["facades", "--to", str(tmp_path), "--mirror", server.url("/gone")]) == 1
    said = capsys.readouterr().err
    assert "HTTP 404" in said
    assert 'data.pairs("flat", "3d")' in said
    assert "--from-file" in said
    assert download.main(["facades", "--to", str(tmp_path), "--from-file", str(tmp_path / "no.tar.gz")]) == 1
    assert "no.tar.gz does not exist" in capsys.readouterr().err


def test_a_broken_download_is_not_kept_for_the_next_run(server, tmp_path, capsys):
    broken = FACADES[: len(FACADES) // 2]
    server.answers["/facades.tar.gz"] = [whole(broken), whole(FACADES, '"v2"')]
    arguments = ["facades", "--to", str(tmp_path), "--mirror", server.url("/facades.tar.gz")]
    assert download.main(arguments) == 1
    assert "is broken" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
    assert download.main(arguments) == 0


def test_an_archive_of_another_set_is_named(tmp_path, capsys):
    (tmp_path / "wrong.zip").write_bytes(zipped([("cats/a.png", png((0, 0, 0)))]))
    assert (
        download.main(["horse2zebra", "--to", str(tmp_path), "--from-file", str(tmp_path / "wrong.zip")]) == 1
    )
    assert "should hold trainA and trainB, but holds cats" in capsys.readouterr().err


def test_cityscapes_is_prepared_from_a_registered_download(tmp_path):
    for split in ("train", "val"):
        for kind, ending, color in (
            ("leftImg8bit", "leftImg8bit", (10, 20, 30)),
            ("gtFine", "gtFine_color", (128, 64, 128)),
        ):
            folder = tmp_path / "src" / kind / split / "ulm"
            folder.mkdir(parents=True)
            Image.new("RGB", (64, 32), color).save(folder / f"ulm_0_{ending}.png")
    arguments = ["prepare", "cityscapes", "--from-folder", str(tmp_path / "src"), "--to", str(tmp_path)]
    assert download.main(arguments) == 0
    x, y = data.load_pairs(tmp_path / "cityscapes", "train", size=256)
    assert x[0, :, 5, 5].tolist() == [10, 20, 30]
    assert y[0, :, 5, 5].tolist() == [128, 64, 128]
    (tmp_path / "src" / "gtFine" / "val" / "ulm" / "ulm_0_gtFine_color.png").unlink()
    assert download.main(arguments) == 1


def test_every_set_has_a_mirror_or_torchvision_and_a_stand_in_that_works():
    for name, classic in download.SETS.items():
        assert classic.kind in ("pairs", "unpaired", "torchvision")
        if classic.kind != "torchvision":
            assert len(download.mirrors(name)) == 2
            assert all(name in url for url in download.mirrors(name))
        expression = compile(classic.instead, name, "eval")
        assert expression.co_names[0] == "data"
        assert callable(getattr(data, expression.co_names[1]))


def test_list_names_every_set(capsys):
    assert download.main(["list"]) == 0
    out = capsys.readouterr().out
    assert all(name in out for name in download.SETS)


# --- torchvision's own sets


def idx(array_of_bytes, *shape):
    """MNIST's own file format: a magic number, the sizes, the bytes; gzipped."""
    header = bytes([0, 0, 8, len(shape)]) + b"".join(n.to_bytes(4, "big") for n in shape)
    return gzip.compress(header + array_of_bytes)


def test_torchvision_fetches_its_own_sets(server, tmp_path, monkeypatch):
    from torchvision import datasets

    files = {}
    for part, images in (("train", 3), ("t10k", 2)):
        files[f"{part}-images-idx3-ubyte.gz"] = idx(bytes(images * 28 * 28), images, 28, 28)
        files[f"{part}-labels-idx1-ubyte.gz"] = idx(bytes(range(images)), images)
    for name, body in files.items():
        server.answers[f"/{name}"] = [whole(body)]
    monkeypatch.setattr(datasets.FashionMNIST, "mirrors", [server.url("/")])
    monkeypatch.setattr(datasets.FashionMNIST, "resources", [(name, None) for name in files])
    folder = download.get("fashion_mnist", tmp_path)
    assert sorted(p.name for p in folder.iterdir() if p.suffix == ".gz") == sorted(files)
    assert datasets.FashionMNIST(tmp_path, train=True).targets.tolist() == [0, 1, 2]


def test_when_torchvision_cannot_the_stand_in_is_named(server, tmp_path, monkeypatch, capsys):
    from torchvision import datasets

    monkeypatch.setattr(datasets.MNIST, "mirrors", [server.url("/nowhere/")])
    assert download.main(["mnist", "--to", str(tmp_path)]) == 1
    assert "Embedded instead: data.mnist()" in capsys.readouterr().err
