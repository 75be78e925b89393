"""What crosses the boundary between the grader and a student's kernel: JSON for structure, safetensors for tensors.

Nothing here can run code when it is read back. `encode` takes None, bool, int, float, str, list, tuple, dict with string
keys, dense CPU-sized tensors and `Opaque`; everything else is a TypeError. `decode` takes bytes from anybody: whatever is
not a message of bounded size made by these rules is a ValueError.

Layout: b"CLG1", the length of the JSON (8 bytes, little endian), the JSON, the safetensors block (absent without tensors).
JSON stands for itself except for objects, which carry one key: t tensor, u tuple, d dict, o opaque.
"""

import json
import struct
from dataclasses import dataclass

import torch
from safetensors.torch import load as load_safetensors
from safetensors.torch import save as save_safetensors

MAGIC = b"CLG1"
MAX_BYTES = 64 << 20
MAX_JSON = 8 << 20
MAX_HEADER = 1 << 20  # of the safetensors block: bounds how many tensors it can announce
MAX_DEPTH = 32
MAX_NODES = 200_000
DTYPES = frozenset(
    {
        *(torch.bool, torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64),
        *(torch.float16, torch.bfloat16, torch.float32, torch.float64),
    }
)


@dataclass(frozen=True)
class Opaque:
    """A value that cannot travel, in words ("a NumPy array of shape (3, 3)"), with its number where it stands for one."""

    text: str
    value: int | float | None = None


def plain_tensor(tensor):
    """A tensor or tensor subclass as a plain, detached, contiguous CPU tensor, or an `Opaque` that says why not.

    Only methods of torch.Tensor itself are called: a subclass cannot answer in its own words.
    """
    with torch._C.DisableTorchFunctionSubclass(), torch.no_grad():
        shape = tuple(torch.Tensor.size(tensor))
        dtype = torch.Tensor.dtype.__get__(tensor)
        if type(tensor).__torch_dispatch__ is not torch.Tensor.__torch_dispatch__:
            return Opaque(f"a tensor of the class {type(tensor).__name__}, which replaces torch's operators")
        if torch.Tensor.is_meta.__get__(tensor):
            return Opaque(f"a tensor of shape {shape} on the meta device, which holds no values")
        if torch.Tensor.is_quantized.__get__(tensor):
            return Opaque(f"a quantised tensor of shape {shape}")
        if torch.Tensor.layout.__get__(tensor) is not torch.strided:
            return Opaque(f"a sparse tensor of shape {shape}; use .to_dense()")
        if dtype not in DTYPES:
            return Opaque(f"a tensor of shape {shape} and dtype {_dtype_name(dtype)}")
        bytes_ = torch.Tensor.numel(tensor) * torch.Tensor.element_size(tensor)
        if bytes_ > MAX_BYTES // 2:
            return Opaque(f"a tensor of shape {shape} ({bytes_ / 1e6:,.0f} MB, more than a check takes)")
        plain = torch.Tensor.as_subclass(torch.Tensor.detach(tensor), torch.Tensor)
        return plain.cpu().resolve_neg().contiguous().clone()


def _dtype_name(dtype):
    return str(dtype).removeprefix("torch.")


def pack(value):
    """Split plain data into its JSON text and the list of its tensors, in order."""
    tensors, nodes = [], 0

    def walk(value, depth):
        nonlocal nodes
        nodes += 1
        if depth > MAX_DEPTH or nodes > MAX_NODES:
            raise ValueError(f"nested deeper than {MAX_DEPTH} or more than {MAX_NODES} values")
        if value is None or isinstance(value, bool):
            return value
        if type(value) is int:
            if not -(2**63) <= value < 2**63:
                raise ValueError("an integer of more than 64 bits")
            return value
        if type(value) in (float, str):
            return value
        if isinstance(value, torch.Tensor):
            plain = plain_tensor(value)
            if isinstance(plain, Opaque):
                raise TypeError(f"cannot send {plain.text}")
            tensors.append(plain)
            return {"t": len(tensors) - 1}
        if isinstance(value, list):
            return [walk(item, depth + 1) for item in list.__iter__(value)]
        if isinstance(value, tuple):
            return {"u": [walk(item, depth + 1) for item in tuple.__iter__(value)]}
        if isinstance(value, dict):
            if not all(type(key) is str for key in dict.keys(value)):
                raise TypeError("cannot send a dict with keys other than strings")
            return {"d": {key: walk(item, depth + 1) for key, item in dict.items(value)}}
        if type(value) is Opaque:
            return {"o": [value.text, value.value]}
        raise TypeError(f"cannot send a {type(value).__name__}")

    return json.dumps(walk(value, 0)), tensors


def unpack(text, tensors):
    """The inverse of `pack`; ValueError on anything that `pack` does not make."""
    unused, nodes = set(range(len(tensors))), 0

    def clean(text):  # lone surrogates would break the page they are written to
        return text.encode("utf-8", "replace").decode("utf-8")

    def number(node):
        if (type(node) is int and -(2**63) <= node < 2**63) or type(node) is float or node is None:
            return node
        raise ValueError("message holds a number of more than 64 bits, or no number where one should be")

    def walk(node, depth):
        nonlocal nodes
        nodes += 1
        if depth > MAX_DEPTH or nodes > MAX_NODES:
            raise ValueError(f"message nested deeper than {MAX_DEPTH} or of more than {MAX_NODES} values")
        if isinstance(node, str):
            return clean(node)
        if isinstance(node, list):
            return [walk(item, depth + 1) for item in node]
        if not isinstance(node, dict):
            return node if isinstance(node, bool) else number(node)
        if len(node) != 1:
            raise ValueError("message holds an object without exactly one tag")
        ((tag, body),) = node.items()
        if tag == "t" and type(body) is int and body in unused:
            unused.remove(body)
            return tensors[body]
        if tag == "u" and isinstance(body, list):
            return tuple(walk(item, depth + 1) for item in body)
        if tag == "d" and isinstance(body, dict):
            return {clean(key): walk(item, depth + 1) for key, item in body.items()}
        if tag == "o" and isinstance(body, list) and len(body) == 2 and isinstance(body[0], str):
            return Opaque(clean(body[0]), number(body[1]))
        raise ValueError(f"message holds a malformed {tag[:20]!r}")

    try:
        value = walk(json.loads(text), 0)
    except RecursionError:
        raise ValueError("message nested too deeply") from None
    if unused:
        raise ValueError("message holds tensors that nothing refers to")
    return value


def encode(value):
    """Plain data and tensors as bytes. TypeError for what cannot be sent, ValueError for what is too large."""
    text, tensors = pack(value)
    text = text.encode()
    block = save_safetensors({str(i): tensor for i, tensor in enumerate(tensors)}) if tensors else b""
    if len(text) > MAX_JSON or len(MAGIC) + 8 + len(text) + len(block) > MAX_BYTES:
        raise ValueError(
            f"message of {(len(text) + len(block)) / 1e6:.0f} MB, at most {MAX_BYTES >> 20} MiB go through"
        )
    return MAGIC + struct.pack("<Q", len(text)) + text + block


def decode(message):
    """The inverse of `encode`, for bytes from anybody: ValueError unless it is a well-formed message of bounded size."""
    message = bytes(message)
    start = len(MAGIC) + 8
    if len(message) > MAX_BYTES:
        raise ValueError(f"message of {len(message):,} bytes, at most {MAX_BYTES:,} are read")
    if len(message) < start or not message.startswith(MAGIC):
        raise ValueError("not a message of this codec")
    (length,) = struct.unpack_from("<Q", message, len(MAGIC))
    if length > min(MAX_JSON, len(message) - start):
        raise ValueError("message shorter than it says, or its structure too large")
    text, block = message[start : start + length], message[start + length :]
    return unpack(_as_text(text), _tensors(block) if block else [])


def _as_text(raw):
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ValueError("message is not UTF-8") from error


def _tensors(block):
    if len(block) < 8 or struct.unpack_from("<Q", block)[0] > min(MAX_HEADER, len(block) - 8):
        raise ValueError("message with a malformed tensor block")
    try:
        named = load_safetensors(block)
        tensors = [named[str(i)] for i in range(len(named))]
    except Exception as error:  # the parser's own errors are many, and the bytes are a stranger's
        raise ValueError(f"message with a malformed tensor block ({type(error).__name__})") from error
    for tensor in tensors:
        if tensor.dtype not in DTYPES:
            raise ValueError(f"message with a tensor of dtype {_dtype_name(tensor.dtype)}")
    return tensors
