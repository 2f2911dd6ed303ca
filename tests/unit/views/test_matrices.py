"""Matrices of the player: merged into words as in Python, and rasters read by another decoder."""

import base64
import binascii
import json
import struct
import subprocess
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from small_translators import translator

from seq2see.trace.matrix import AttentionMatrix, Axis
from seq2see.views.node import program as node_program

PLAYER = Path(__file__).resolve().parents[2] / "player"


def node(program: str, job: Path) -> Any:
    command = [node_program(), str(PLAYER / program), str(job)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def random_axis(rng: np.random.Generator, *, starts: bool) -> Axis:
    """Words of one to three tokens, white space anywhere between, and special tokens or not."""
    labels: list[str] = []
    words: list[int | None] = []
    texts: list[str] = []
    if starts and rng.random() < 0.5:
        labels.append("<s>")
        words.append(None)
    for word in range(rng.integers(0, 6)):
        for _ in range(rng.integers(0, 3) if rng.random() < 0.4 else 0):
            labels.append("▁")
            words.append(None)
        texts.append(f"w{word}")
        for piece in range(rng.integers(1, 4)):
            labels.append(f"w{word}p{piece}")
            words.append(word)
    if rng.random() < 0.7 or not labels:
        labels.append("</s>")
        words.append(None)
    return Axis(tuple(labels), tuple(words), tuple(texts))


def random_matrix(seed: int) -> AttentionMatrix:
    rng = np.random.default_rng(seed)
    rows, columns = random_axis(rng, starts=True), random_axis(rng, starts=True)
    values = rng.dirichlet(np.ones(len(columns.labels)), size=len(rows.labels))
    return AttentionMatrix(values.astype(np.float32), rows, columns)


def real_matrices() -> list[AttentionMatrix]:
    """Of tokens of every kind, with white space of its own and pieces of words."""
    texts = ("I am a good student .", "  students trained,  trains ", "unseen-words 42")
    matrices = []
    for kind in ("word", "char", "bpe", "unigram"):
        made = translator("bahdanau2015", kind, {"decode.min_length": 6})
        matrices += [made.translate(text).attention for text in texts]
    assert all(matrix is not None for matrix in matrices)
    return matrices  # type: ignore[return-value]


def as_json(axis: Axis) -> dict[str, Any]:
    return {"labels": axis.labels, "words": axis.words, "texts": axis.texts}


def test_words_are_merged_as_in_python(tmp_path: Path) -> None:
    matrices = [random_matrix(seed) for seed in range(200)] + real_matrices()
    job = tmp_path / "matrices.json"
    cases = [
        {
            "rows": as_json(matrix.target),
            "columns": as_json(matrix.source),
            "values": matrix.values.tolist(),
        }
        for matrix in matrices
    ]
    job.write_text(json.dumps(cases), encoding="utf-8")
    several = 0
    for matrix, merged in zip(matrices, node("merge.js", job), strict=True):
        expected = matrix.words()
        assert merged["rows"]["labels"] == list(expected.rows)
        assert merged["columns"]["labels"] == list(expected.columns)
        assert merged["rows"]["words"] == list(expected.target.words)
        assert merged["columns"]["words"] == list(expected.source.words)
        values = np.reshape(merged["values"], expected.shape)
        np.testing.assert_allclose(values, expected.values, atol=1e-6)
        several += expected.shape != matrix.shape
    assert several > 100  # most of them do have something to merge


def decoded(content: bytes) -> NDArray[np.uint8]:
    """Colours of an indexed PNG, by the specification; fails on a checksum that is wrong."""
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    chunks: dict[bytes, bytes] = {}
    place = 8
    while place < len(content):
        (length,) = struct.unpack(">I", content[place : place + 4])
        name = content[place + 4 : place + 8]
        body = content[place + 8 : place + 8 + length]
        (checksum,) = struct.unpack(">I", content[place + 8 + length : place + 12 + length])
        assert checksum == binascii.crc32(name + body)
        chunks[name] = body
        place += 12 + length
    assert list(chunks) == [b"IHDR", b"PLTE", b"IDAT", b"IEND"]
    width, height, depth, colour, packing, filters, interlace = struct.unpack(
        ">IIBBBBB", chunks[b"IHDR"]
    )
    assert (depth, colour, packing, filters, interlace) == (8, 3, 0, 0, 0)
    lines = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8).reshape(height, width + 1)
    assert not lines[:, 0].any()
    palette = np.frombuffer(chunks[b"PLTE"], np.uint8).reshape(-1, 3)
    return palette[lines[:, 1:]]


@pytest.mark.parametrize(("width", "height"), [(1, 1), (7, 3), (100, 100), (300, 260)])
def test_rasters_are_read_by_another_decoder(tmp_path: Path, width: int, height: int) -> None:
    """The largest needs more than one stored block: 65,535 bytes each at the most."""
    rng = np.random.default_rng(width)
    colours = rng.integers(0, 256, size=(256, 3))
    pixels = rng.integers(0, 256, size=(height, width))
    job = tmp_path / "pixels.json"
    palette = ["#{:02x}{:02x}{:02x}".format(*colour) for colour in colours.tolist()]
    case = {"pixels": pixels.ravel().tolist(), "width": width, "palette": palette}
    job.write_text(json.dumps([case]), encoding="utf-8")
    (picture,) = node("raster.js", job)
    assert (decoded(base64.b64decode(picture)) == colours[pixels]).all()
