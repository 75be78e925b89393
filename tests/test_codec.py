"""The codec carries plain data exactly, refuses everything else, and survives bytes from strangers."""

import json
import pickle
import struct

import pytest
import torch
from safetensors.torch import save

from course_lib.grading import codec
from course_lib.grading.codec import Opaque, decode, encode


def message(text, block=b""):
    raw = text if isinstance(text, bytes) else text.encode()
    return codec.MAGIC + struct.pack("<Q", len(raw)) + raw + block


def test_plain_data_and_tensors_come_back_equal():
    value = {
        "numbers": [1, -(2**62), 2.5, float("inf"), True, None],
        "text": "é ✓ \u0000",
        "pair": (Opaque("a NumPy array"), Opaque("numpy.int64 3", 3)),
        "empty": {"list": [], "tuple": (), "dict": {}},
    }
    assert decode(encode(value)) == value


@pytest.mark.parametrize("dtype", sorted(codec.DTYPES, key=str))
def test_every_dtype_and_layout_comes_back_equal(dtype):
    base = torch.arange(24).reshape(2, 3, 4).to(dtype)
    for tensor in (
        base,
        base.transpose(0, 2),
        base[:, ::2],
        base[0, 0, 0],
        base[:0],
        base.expand(5, 2, 3, 4),
    ):
        back = decode(encode([tensor]))[0]
        assert back.dtype == dtype
        assert back.is_contiguous()
        assert torch.equal(back, tensor)


def test_nan_and_negated_views_come_back():
    tensor = torch.tensor([float("nan"), -0.0, float("-inf")])
    torch.testing.assert_close(decode(encode(tensor)), tensor, equal_nan=True)
    view = torch.tensor([1 + 2j]).conj().imag  # a view with the negative bit set
    assert decode(encode(view)).tolist() == [-2.0]


def test_shared_storage_does_not_travel():
    base = torch.zeros(1000, 1000)
    assert len(encode(base[:1, :1])) < 1000


class Loud(torch.Tensor):
    """A student's subclass that answers everything itself."""

    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        raise AssertionError("a student's method ran")

    def __reduce_ex__(self, protocol):
        raise AssertionError("a student's method ran")


def test_subclasses_are_reduced_without_their_methods():
    loud = torch.ones(2, 2).as_subclass(Loud)
    back = decode(encode(loud))
    assert type(back) is torch.Tensor
    assert torch.equal(back, torch.ones(2, 2))
    assert type(decode(encode(torch.nn.Parameter(torch.ones(1))))) is torch.Tensor


@pytest.mark.parametrize(
    ("value", "word"),
    [
        (torch.eye(2).to_sparse(), "sparse"),
        (torch.zeros(3, device="meta"), "meta"),
        (torch.zeros(3, dtype=torch.complex64), "complex64"),
        (object(), "object"),
        ({1: 2}, "strings"),
        ({1, 2}, "set"),
        (b"raw", "bytes"),
        (1j, "complex"),
    ],
)
def test_what_cannot_travel_is_named(value, word):
    with pytest.raises(TypeError, match=word):
        encode([value])


def test_too_much_is_refused():
    with pytest.raises(TypeError, match="more than a check takes"):
        encode(torch.zeros(1).expand(1 << 34))
    with pytest.raises(ValueError, match="64 bits"):
        encode(2**63)
    loop = []
    loop.append(loop)
    with pytest.raises(ValueError, match="nested"):
        encode(loop)
    with pytest.raises(ValueError, match="at most"):
        encode(["x" * 1000] * 20_000)


GOOD = encode({"a": torch.ones(3), "b": [1, (2,)]})


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        b"CLG1",
        b"x" * 100,
        pickle.dumps([1]),
        GOOD[:-1],
        GOOD + b"0",
        message("["),
        message(b"\xff\xfe"),
        message("[" * 100_000 + "]" * 100_000),
        message("[" * 50 + "]" * 50),
        message(json.dumps([0] * (codec.MAX_NODES + 1))),
        message('{"t": 0}'),
        message('{"t": true}', save({"0": torch.ones(1)})),
        message('[{"t": 0}, {"t": 0}]', save({"0": torch.ones(1)})),
        message("[]", save({"0": torch.ones(1)})),
        message('{"t": 0}', save({"zero": torch.ones(1)})),
        message('{"t": 0}', save({"0": torch.ones(1, dtype=torch.complex64)})),
        message('{"t": 0}', struct.pack("<Q", 1 << 60)),
        message('{"t": 0}', struct.pack("<Q", 2) + b"{}"),
        message(
            '{"t": 0}',
            struct.pack("<Q", 75)
            + b'{"0":{"dtype":"F64","shape":[9223372036854775807,9],"data_offsets":[0,0]}}   ',
        ),
        message('{"u": 3}'),
        message('{"d": [1]}'),
        message('{"o": ["x"]}'),
        message('{"o": [1, 2]}'),
        message('{"x": 1}'),
        message('{"u": [], "d": {}}'),
        message("9" * 5000),
        message(f"[{2**64}]"),
        codec.MAGIC + struct.pack("<Q", 1 << 63) + b"{}",
    ],
)
def test_hostile_bytes_are_a_value_error(bad):
    with pytest.raises(ValueError, match=r"message|digits|JSON|Expecting|Extra|char"):
        decode(bad)


def test_a_message_that_is_too_long_is_not_read(monkeypatch):
    monkeypatch.setattr(codec, "MAX_BYTES", 100)
    with pytest.raises(ValueError, match="at most 100"):
        decode(GOOD)


def test_flipped_bytes_never_raise_anything_but_value_error():
    generator = torch.Generator().manual_seed(0)
    refused = 0
    for _ in range(500):
        raw = bytearray(GOOD)
        for _ in range(3):
            raw[int(torch.randint(len(raw), (), generator=generator))] = int(
                torch.randint(256, (), generator=generator)
            )
        try:
            decode(bytes(raw))
        except ValueError:
            refused += 1
    assert 100 < refused <= 500


def test_text_that_no_page_can_hold_is_mended():
    text = decode(message('["\\ud800 ok"]'))[0]
    assert text.encode() == b"? ok"
