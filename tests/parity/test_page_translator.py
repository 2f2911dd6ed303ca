"""The translator of a page answers like Python's: options, warnings, embeddings, errors."""

from typing import Any

import numpy as np
import page_engine
import pytest
import small_translators
import torch

from seq2see.decoding.translator import Translator
from seq2see.tokens import EOS_ID, UNK_ID
from seq2see.trace.storage import to_json, write_array
from seq2see.views.packed import pack, rounded

SMALL = {"model.embed_dim": 12, "model.hidden_dim": 12}
HEADS = {
    "model.embed_dim": 12,
    "model.feedforward_dim": 20,
    "model.num_layers": 1,
    "model.num_heads": 3,
}


@pytest.fixture(scope="module")
def translator() -> Translator:
    return small_translators.translator(
        settings={
            **SMALL,
            "data.pair": "en-fr",
            "data.max_length": 5,
            "data.clean": ("lower", "nfc"),
        }
    )


def test_options_mean_the_same(translator: Translator) -> None:
    text = "You see a train"
    prefix = "le train"
    ids = list(translator.target_tokenizer.encode(prefix).ids)
    python: list[dict[str, Any]] = [
        {},
        {"beam_size": 1},
        {"num_best": 7},
        {"length_penalty": 1.5, "num_best": 3},
        {"min_length": 6, "num_best": 3},
        {"max_length": 2, "num_best": 3},
        {"allow_unknown": False, "beam_size": 4, "num_best": 4},
        {"coverage_penalty": 0.8, "num_best": 3},
        {"prefix": prefix, "num_best": 2},
        {"prefix": prefix, "beam_size": 1, "max_length": 3},
    ]
    names = {
        "beam_size": "beamSize", "num_best": "numBest", "length_penalty": "lengthPenalty",
        "min_length": "minLength", "max_length": "maxLength", "prefix": "prefix",
        "allow_unknown": "allowUnknown", "coverage_penalty": "coveragePenalty",
    }  # fmt: skip
    page = [
        {names[key]: ids if key == "prefix" else value for key, value in options.items()}
        for options in python
    ]
    calls = [["translate", text, options] for options in page]
    compared = rounded(translator)
    for said, options in zip(page_engine.call(translator, *calls), python, strict=True):
        expected = compared.translate(text, **options)
        assert said["warnings"] == list(expected.warnings)
        for one, other in zip(said["hypotheses"], expected.hypotheses, strict=True):
            assert one["ids"] == list(other.ids)
            assert one["text"] == other.text
            assert one["tokens"] == list(other.tokens)
            assert one["finished"] == other.finished
            numbers = [one["score"], one["logProb"], *one["tokenLogProbs"]]
            wanted = [other.score, other.log_prob, *other.token_log_probs]
            page_engine.assert_close("scores", numbers, wanted)


def test_a_target_that_must_end(translator: Translator) -> None:
    """In a page `</s>` may be forced too: the prefix is then all there is."""
    ids = list(translator.target_tokenizer.encode("le train").ids)
    said, trace = page_engine.call(
        translator,
        ["translate", "a train", {"prefix": [*ids, 3], "numBest": 2}],
        ["trace", "a train", {"prefix": [*ids, 3]}, 0],
    )
    assert [one["ids"] for one in said["hypotheses"]] == [ids]
    [forced] = rounded(translator).force([("a train", "le train")])
    page_engine.assert_close("log", said["hypotheses"][0]["logProb"], forced.log_prob)
    assert trace["beam"]["search"]["prefix"] == [*ids, 3]


def with_biases(end: float, **settings: Any) -> Translator:
    """A translator that finds all tokens equally good, whatever it has read, but for `</s>`."""
    translator = small_translators.translator("bahdanau2015", settings={**SMALL, **settings})
    with torch.no_grad():
        translator.model.get_parameter("output.weight").zero_()
        translator.model.get_parameter("output.bias").zero_()[EOS_ID] = end
    return translator


def test_equal_candidates_have_the_same_order() -> None:
    """The lower token comes first, then the earlier parent."""
    translator = with_biases(-1.0)
    said = page_engine.call(
        translator,
        *[["trace", "a train", {"beamSize": 4, "numBest": 3}, rank] for rank in range(3)],
    )
    expected = rounded(translator).translate("a train", beam_size=4, num_best=3).hypotheses
    for trace, hypothesis in zip(said, expected, strict=True):
        beam = hypothesis.trace().beam
        assert beam is not None
        page_engine.assert_same_beam(trace["beam"], beam)


def test_the_unknown_token_may_be_refused() -> None:
    translator = with_biases(-1.0)
    with torch.no_grad():
        translator.model.get_parameter("output.bias")[UNK_ID] = 3.0
    said = page_engine.call(
        translator, *[["translate", "a", {"allowUnknown": allow}] for allow in (True, False)]
    )
    for one, allow in zip(said, (True, False), strict=True):
        ids = one["hypotheses"][0]["ids"]
        assert ids == list(rounded(translator).translate("a", allow_unknown=allow).best.ids)
        assert (UNK_ID in ids) == allow


def test_the_length_that_a_source_allows() -> None:
    translator = with_biases(-80.0, **{"decode.max_length": 200})
    [said] = page_engine.call(translator, ["translate", "I am a train", {"beamSize": 1}])
    expected = rounded(translator).translate("I am a train", beam_size=1)
    assert len(said["hypotheses"][0]["ids"]) == len(expected.best.ids) == 20 + 3 * 5
    assert said["warnings"] == list(expected.warnings)


def test_warnings_and_what_was_read(translator: Translator) -> None:
    texts = [
        "I am a dog, you see a zebra",
        "a good train",
        "the the the the the the the",
        "gnu yak gnu zebra emu ibex okapi puma",
    ]
    calls = [["translate", text, {"maxLength": 3, "beamSize": 1}] for text in texts]
    for said, text in zip(page_engine.call(translator, *calls), texts, strict=True):
        expected = rounded(translator).translate(text, max_length=3, beam_size=1)
        assert said["warnings"] == list(expected.warnings)
        assert said["unknownWords"] == list(expected.unknown_words)
        assert said["tooLong"] == expected.too_long
        assert said["given"] == text
        assert said["source"]["text"] == text.lower()
        assert said["source"]["language"] == "en"
        assert said["source"]["axis"]["labels"] == [*expected.source_tokens, "</s>"]


def test_a_source_beyond_the_positions_of_a_location_score() -> None:
    translator = small_translators.translator(
        settings={**SMALL, "model.attention.score": "location", "data.max_length": 3}
    )
    text = "I am a good student ."
    [said] = page_engine.call(translator, ["translate", text])
    assert said["warnings"] == list(rounded(translator).translate(text).warnings)
    assert "attends by position and has only 4 of them" in said["warnings"][1]


def test_nothing_to_translate(translator: Translator) -> None:
    nothing, spaces, trace, forced = page_engine.call(
        translator,
        ["translate", ""],
        ["translate", " \u3000\n"],
        ["trace", " ", {}, 0],
        ["force", "", "le train"],
    )
    for said in (nothing, spaces):
        assert said["warnings"] == []
        assert said["hypotheses"] == [
            {
                "ids": [],
                "text": "",
                "tokens": [],
                "score": 0,
                "logProb": 0,
                "tokenLogProbs": [],
                "finished": True,
            }
        ]
    message = "There is no trace of an empty text, since no model read it; give a text."
    assert trace["error"] == forced["error"] == message


@pytest.mark.parametrize("arch", ["luong2015", "transformer2017"])
def test_details_hold_the_same_names(arch: str) -> None:
    widths = HEADS if arch == "transformer2017" else SMALL
    translator = small_translators.translator(arch, settings=widths)
    expected = rounded(translator).translate("a train").trace()
    for detail in ("numbers", "all"):
        [said] = page_engine.call(translator, ["trace", "a train", {}, 0, detail])
        assert sorted(said["tensors"]) == sorted(to_json(expected, detail)["tensors"])


# Embeddings ----------------------------------------------------------------------------------


def test_neighbours_by_cosine(translator: Translator) -> None:
    table = rounded(translator).model.get_parameter("encoder.embedding.weight").detach().numpy()
    units = table / np.linalg.norm(table, axis=1, keepdims=True)
    tokenizer = translator.source_tokenizer
    ids = {word: tokenizer.encode(word).ids[0] for word in ("train", "good", "you")}
    near, by_id, like = page_engine.call(
        translator,
        ["neighbours", "Train", {"count": 5}],
        ["neighbours", ids["train"], {"count": 5}],
        ["analogy", "train", "good", "you", {"count": 4}],
    )
    assert near == by_id
    for said, wanted, left_out, count in (
        (near, units[ids["train"]], [ids["train"]], 5),
        (like, units[ids["train"]] - units[ids["good"]] + units[ids["you"]], ids.values(), 4),
    ):
        cosines = units @ wanted / np.linalg.norm(wanted)
        cosines[[0, 1, 2, 3, *left_out]] = -2
        expected = np.argsort(-cosines)[:count]
        assert [one["id"] for one in said] == expected.tolist()
        assert [one["token"] for one in said] == list(tokenizer.labels(expected.tolist()))
        page_engine.assert_close("cosines", [one["similarity"] for one in said], cosines[expected])


def test_neighbours_are_no_bytes() -> None:
    translator = small_translators.translator("luong2015", "bpe", SMALL)
    tokenizer = translator.target_tokenizer
    [said] = page_engine.call(
        translator, ["neighbours", len(tokenizer) - 1, {"side": "target", "count": 300}]
    )
    assert sorted(one["id"] for one in said) == list(range(260, len(tokenizer) - 1))


def test_words_that_are_not_one_token(translator: Translator) -> None:
    unknown, several, no_row = page_engine.call(
        translator,
        ["neighbours", "zebra"],
        ["analogy", "good train", "a", "you"],
        ["embedding", "source", 1000],
    )
    assert unknown["error"] == (
        "`zebra` is not in the vocabulary; give one token of the vocabulary."
    )
    assert several["error"] == (
        "`good train` is 2 tokens (good train); give one token of the vocabulary."
    )
    assert "has the rows 0 to" in no_row["error"]


@pytest.mark.parametrize("arch", ["cho2014", "transformer2017"])
def test_parameters_by_name(arch: str) -> None:
    """Tied ones under each of their names."""
    widths = HEADS if arch == "transformer2017" else {**SMALL, "model.embed_dim": 6}
    translator = small_translators.translator(arch, settings={**widths, "model.tie_weights": True})
    model = rounded(translator).model
    expected = {
        name: parameter.detach().numpy()
        for name, parameter in model.named_parameters(remove_duplicate=False)
    }
    said = page_engine.call(translator, *[["parameter", name] for name in expected])
    for tensor, numbers in zip(said, expected.values(), strict=True):
        assert tensor["shape"] == list(numbers.shape)
        np.testing.assert_array_equal(tensor["data"].reshape(tensor["shape"]), numbers)
    embedding = {"cho2014": "embedding.weight", "transformer2017": "target_embedding.weight"}[arch]
    row, missing = page_engine.call(
        translator, ["embedding", "target", 7], ["parameter", "output.weights"]
    )
    np.testing.assert_array_equal(row, expected[embedding][7])
    np.testing.assert_array_equal(expected["output.weight"], expected[embedding])
    assert missing["error"] == "The model has no parameter `output.weights`."


def test_texts_and_tokens(translator: Translator) -> None:
    tokens, text = page_engine.call(
        translator, ["tokens", "Le Train .", "target"], ["textOf", [2, 9, 1, 3]]
    )
    assert tokens["ids"] == list(translator.target_tokenizer.encode("le train .").ids)
    assert tokens["texts"] == ["le", "train", "."]
    assert text == translator.target_tokenizer.decode([2, 9, 1, 3])


# Refusals ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"beamSize": 0}, "`beamSize` must be at least 1, but is 0."),
        ({"coveragePenalty": -1}, "`coveragePenalty` must be at least 0, but is -1."),
        (
            {"minLength": 9, "maxLength": 4},
            "`minLength` is 9, above `maxLength`, which is 4; lower one or raise the other.",
        ),
        (
            {"beamSize": 2, "numBest": 3},
            "`numBest` is 3, but a beam of 2 holds no more than 2; raise `beamSize`.",
        ),
        (
            {"prefix": [5, 6, 7], "maxLength": 2},
            "The prefix has 3 tokens, more than `maxLength=2` allows; shorten it or raise "
            "`maxLength`.",
        ),
        (
            {"prefix": [5, 3, 7]},
            "The prefix contains <pad>, <s>, or </s> before its end, which cannot be forced; give "
            "ordinary tokens only.",
        ),
        (
            {"beam": 3},
            "`beam` is not a setting of a translation; known are maxLength, beamSize, numBest, "
            "minLength, lengthPenalty, coveragePenalty, lengthRatio, prefix, allowUnknown and "
            "override.",
        ),
    ],
)
def test_options_out_of_range(translator: Translator, options: Any, message: str) -> None:
    [said] = page_engine.call(translator, ["translate", "a train", options])
    assert said["error"] == message


def test_coverage_needs_attention() -> None:
    translator = small_translators.translator("sutskever2014", settings=SMALL)
    [said] = page_engine.call(translator, ["translate", "a", {"coveragePenalty": 0.5}])
    assert said["error"].startswith("`coveragePenalty` is 0.5, but this model has no attention")


def test_hypotheses_that_are_not_there(translator: Translator) -> None:
    [said] = page_engine.call(translator, ["trace", "a", {"numBest": 2}, 2])
    assert said["error"] == "There is no hypothesis 2; there are 2, from 0 on."


def test_damaged_weights_are_noticed(translator: Translator) -> None:
    packed = pack(translator)
    bias = np.full(len(translator.target_tokenizer), np.nan, dtype=np.float32)
    packed["parameters"]["output.bias"] = write_array(bias, "float16")
    [said] = page_engine.run("translator", ["translate", "a"], create="Translator", argument=packed)
    assert said["error"].startswith("The model's log-probabilities at step 1 are not numbers")
