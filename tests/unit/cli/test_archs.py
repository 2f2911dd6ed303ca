"""``seq2see archs``: parameter counts against sums done by hand."""

import json

import pytest
from typer.testing import CliRunner

from seq2see.cli.archs import _short, parameter_count
from seq2see.cli.main import app
from seq2see.models import presets

D, V = 128, 100  # size `tiny`, and a small vocabulary
EMBEDDINGS = 2 * V * D
OUTPUT = D * V + V


def lstm(input_dim: int) -> int:
    """Four gates, each with a matrix for the input, one for the state, and two biases."""
    return 4 * (D * input_dim + D * D + 2 * D)


def gnmt_layers(count: int) -> int:
    """The first encoder layer reads both ways, the second both; each decoder layer the context."""
    encoder = 2 * lstm(D) + lstm(2 * D) + (count - 2) * lstm(D)
    return encoder + count * lstm(D + D)


def transformer_layers() -> int:
    attention = 4 * (D * D + D)
    feedforward = (D * 256 + 256) + (256 * D + D)
    norm = 2 * D
    encoder = attention + feedforward + 2 * norm
    decoder = 2 * attention + feedforward + 3 * norm
    return 4 * (encoder + decoder) + 2 * norm  # pre-norm: one more at the end of each side


@pytest.mark.parametrize(
    ("arch", "expected"),
    [
        ("sutskever2014", EMBEDDINGS + lstm(D) + lstm(D) + OUTPUT),
        # input feeding widens the decoder's input; `general` is D x D; h~ reads context and state
        ("luong2015", EMBEDDINGS + lstm(D) + lstm(2 * D) + D * D + 2 * D * D + OUTPUT),
        # two D x D matrices and an energy vector ask; the top layer is read as it is
        ("gnmt2016", EMBEDDINGS + gnmt_layers(3) + 2 * D * D + D + OUTPUT),
        # the target embeddings are the output matrix, which adds only its bias
        ("transformer2017", EMBEDDINGS + transformer_layers() + V),
    ],
)
def test_parameter_count(arch: str, expected: int) -> None:
    assert parameter_count(arch, "tiny", V) == expected


def test_gnmt_at_the_size_of_the_paper() -> None:
    """Wu et al. 2016: 8 + 8 layers of 1,024 nodes, 4 matrices of 1,024 for each part of a layer."""
    d, v = 1024, 32_000
    block = 4 * d * d  # four gates read one vector of 1,024
    encoder = 2 * (2 * block) + 3 * block + 6 * (2 * block)
    decoder = 8 * (3 * block)
    biases = (9 + 8) * 8 * d
    attention = 2 * d * d + d
    expected = 2 * v * d + encoder + decoder + biases + attention + v * d + v
    assert parameter_count("gnmt2016", "paper", v) == expected


def test_json_lists_the_lineage_in_order() -> None:
    result = CliRunner().invoke(app, ["archs", "--vocab", "100", "--json"])
    listing = json.loads(result.stdout)
    assert [entry["name"] for entry in listing] == list(presets.names())
    assert [list(entry["parameters"]) for entry in listing] == [list(presets.SIZES)] * len(listing)
    assert listing[0]["vocab"] == V
    assert listing[0]["parameters"]["tiny"] == parameter_count("sutskever2014", "tiny", V)


def test_text_fits_a_page_of_100_columns() -> None:
    result = CliRunner().invoke(app, ["archs"])
    assert result.exit_code == 0
    for architecture in presets.ARCHITECTURES:
        assert f"{architecture.name:<17}{architecture.paper}" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 100
    assert "a vocabulary of 8,000 on each side" in result.stdout


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (853_210, "853k"),
        (999_499, "999k"),
        (999_500, "1.00M"),
        (9_994_999, "9.99M"),
        (9_995_000, "10.0M"),
        (61_040_000, "61.0M"),
        (384_400_000, "384M"),
    ],
)
def test_short(count: int, expected: str) -> None:
    assert _short(count) == expected
