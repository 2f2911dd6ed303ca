"""``seq2see figure`` as a user meets it, on runs trained here."""

from pathlib import Path
from typing import get_args

import pytest
import svg_reading
from command_line import command, seq2see
from small_trainings import pairs, tiny_trainer

from seq2see.data import corpus
from seq2see.views import kinds

TEXT = "un deux trois"


@pytest.fixture(scope="module")
def transformer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that was evaluated too."""
    folder = tmp_path_factory.mktemp("transformer")
    tiny_trainer(folder, "transformer2017", data__pair="en-fr").train()
    (folder / "run" / "data").mkdir(exist_ok=True)
    corpus.write_jsonl(folder / "run" / "data" / "test.jsonl", pairs(3, 38))
    done = seq2see("evaluate", folder / "run")
    assert done.code == 0, done.err
    return folder / "run"


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run without attention, not evaluated."""
    folder = tmp_path_factory.mktemp("plain")
    tiny_trainer(folder, "sutskever2014").train()
    return folder / "run"


@pytest.mark.parametrize("kind", get_args(kinds.Kind))
@pytest.mark.parametrize("name", ["a.svg", "a.png", "a.pdf"])
def test_every_kind_in_every_format(
    transformer: Path, tmp_path: Path, kind: kinds.Kind, name: str
) -> None:
    text = [] if kind in kinds.OF_RUNS else [TEXT]
    done = seq2see(
        "figure", transformer, *text, "--kind", kind, "--width", 400, "--out", tmp_path / name
    )
    assert done.code == 0, done.err
    assert done.out == ""
    assert done.err.endswith(f"wrote {tmp_path / name}\n")
    content = (tmp_path / name).read_bytes()
    match name:
        case "a.svg":
            assert svg_reading.parse(content.decode()).get("width") == "400"
        case "a.png":
            assert content.startswith(b"\x89PNG")
            assert int.from_bytes(content[16:20]) == 800  # two pixels for each of the width
        case "a.pdf":
            assert content.startswith(b"%PDF-")
            assert b"[0 0 300 " in content.replace(b"/MediaBox [", b"/MediaBox[")


def test_without_a_file_the_picture_goes_to_standard_output(transformer: Path) -> None:
    done = command("figure", transformer, TEXT)
    assert done.code == 0
    assert done.out.startswith("<svg ")
    assert done.out.endswith("</svg>\n")
    assert "un" in svg_reading.texts(done.out)
    assert done.err == ""


def test_options_choose_what_is_shown(transformer: Path) -> None:
    options = ["--layer", 0, "--head", 1, "--units", "tokens", "--theme", "dark",
               "--attention", "encoder"]  # fmt: skip
    done = seq2see("figure", transformer, TEXT, *options)
    texts = svg_reading.texts(done.out)
    assert "Source attends to source" in texts
    assert any(text.endswith("layer 0, head 1") for text in texts)
    assert "#14181d" in done.out


def test_a_given_target_is_shown_instead_of_a_translation(transformer: Path) -> None:
    done = seq2see("figure", transformer, TEXT, "--target", "SIX CINQ", "--kind", "probabilities")
    headings = [
        piece.text
        for piece in svg_reading.pieces(done.out, "text")
        if piece.get("font-weight") and piece["font-size"] == 12
    ]
    assert {"SIX", "CINQ", "</s>"} <= set(headings)


def test_what_a_translation_warns_of_is_said(transformer: Path) -> None:
    done = seq2see("figure", transformer, "un éléphant")
    assert done.code == 0
    assert "seq2see: warning: The model does not know `éléphant`." in done.err


def test_a_run_without_attention_still_has_other_pictures(plain: Path) -> None:
    assert seq2see("figure", plain, TEXT, "--kind", "states").code == 0
    refused = seq2see("figure", plain, TEXT)
    assert refused.code == 2
    assert refused.error == (
        "sutskever2014 has no attention here, so there is no `alignment` to draw; draw `states`, "
        "`probabilities` or `beam`."
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "A picture of kind `alignment` needs a TEXT to translate; give one."),
        ((" ",), "A picture of kind `alignment` needs a TEXT to translate; give one."),
        (("x", "--kind", "aligment"),
         "`--kind` must be alignment, steps, heads, states, probabilities, beam, learning or "
         "lengths, but is `aligment`; did you mean `alignment`?"),
        (("x", "--theme", "drak"), "`--theme` must be light or dark, but is `drak`; did you mean "
         "`dark`?"),
        (("x", "--units", "bits"), "`--units` must be words or tokens, but is `bits`."),
        (("x", "--attention", "self"),
         "`--attention` must be cross, encoder or decoder, but is `self`."),
        (("x", "--width", "100"), "A picture must be 240 to 10,000 pixels wide, but 100 was asked "
         "for; give another width, or none."),
        (("x", "--kind", "beam", "--layer", "1"),
         "`--layer` has no meaning for a picture of kind `beam`, only for `alignment`, `steps`, "
         "`heads`, `states`; leave it out."),
        (("x", "--beam", "2", "--target", "y"),
         "`--beam` has no meaning with --target; leave one of them out."),
        (("x", "--out", "a.gif"),
         "A picture cannot be written as `a.gif`: the name must end in .svg, .png or .pdf."),
        (("x", "--kind", "learning"),
         "A picture of kind `learning` shows the run itself; leave TEXT out."),
        (("x", "--layer", "7"),
         "There is no layer 7: layers are counted from 0, and there are 1."),
    ],
)  # fmt: skip
def test_misuse_is_refused_in_a_sentence(
    transformer: Path, arguments: tuple[str, ...], message: str
) -> None:
    done = seq2see("figure", transformer, *arguments)
    assert done.code == 2
    assert done.error == message


def test_scores_by_length_need_an_evaluation(plain: Path) -> None:
    done = seq2see("figure", plain, "--kind", "lengths")
    assert done.code == 1
    assert done.error == (
        f"`{plain}` was not evaluated, so there are no scores by length; run `seq2see evaluate "
        f"{plain}` first."
    )
