"""Shortlists: what is in them, and that a search keeps to them and changes nothing else."""

from dataclasses import replace
from typing import cast

import pytest
import torch
from small_translators import translator

from seq2see.data.prepared import Prepared
from seq2see.decoding.options import SearchOptions
from seq2see.decoding.sampling import Sampling
from seq2see.decoding.search import SearchResult, search
from seq2see.decoding.shortlist import Shortlist
from seq2see.models.copying import CopyOutput
from seq2see.models.interface import Seq2seq, Source
from seq2see.models.output import SoftmaxOutput
from seq2see.tokens import EOS_ID, PAD_ID

FORCED = 13
ARCHITECTURES = ["bahdanau2015", "luong2015", "transformer2017", "copying"]


def batch(*sentences: list[int]) -> Source:
    width = max(map(len, sentences))
    ids = torch.tensor([[*one, *[PAD_ID] * (width - len(one))] for one in sentences])
    return Source(ids, ids != PAD_ID)


SENTENCES = ([4, 5, 6, 7, EOS_ID], [8, EOS_ID], [6, 9, 5, EOS_ID])


def built(arch: str) -> Seq2seq:
    if arch == "copying":
        return translator(settings={"model.copy": True, "tokenizer.shared": True}).model
    return translator(arch).model


def vocab(model: Seq2seq) -> int:
    output = cast("SoftmaxOutput | CopyOutput", model.output)
    return len((output.vocabulary if isinstance(output, CopyOutput) else output).weight)


def everything(model: Seq2seq, source_vocab: int = 40) -> Shortlist:
    return Shortlist(
        torch.zeros(source_vocab, 1, dtype=torch.long), torch.arange(vocab(model)), vocab(model)
    )


def some(model: Seq2seq, source_vocab: int = 40) -> Shortlist:
    """Source token i may be translated by i + 1 and i + 2, and by </s> everywhere."""
    likely = torch.arange(source_vocab).unsqueeze(1) + torch.tensor([1, 2])
    likely = torch.where(likely < vocab(model), likely, PAD_ID)
    return Shortlist(likely, torch.arange(4), vocab(model))


def listed(sentence: list[int]) -> set[int]:
    return {0, 1, 2, EOS_ID} | {token + step for token in sentence for step in (1, 2)}


def assert_same(some: list[SearchResult], others: list[SearchResult]) -> None:
    for one, other in zip(some, others, strict=True):
        assert [found.ids for found in one.hypotheses] == [found.ids for found in other.hypotheses]
        assert [found.score for found in one.hypotheses] == pytest.approx(
            [found.score for found in other.hypotheses]
        )
        assert one.tree.tokens.tolist() == other.tree.tokens.tolist()


OPTIONS = SearchOptions(max_length=6, beam_size=3, num_best=2, length_penalty=0.6)


def test_learnt_lists_hold_translations_and_what_is_frequent() -> None:
    the, cat, sat, la, chatte, assise, le = 4, 5, 6, 4, 5, 6, 7
    pairs = Prepared.from_ids(
        [[the, cat], [the, sat], [cat], [sat]] * 3, [[la, chatte], [la, assise], [chatte], [le]] * 3
    )
    learnt = Shortlist.learn(pairs, 8, 9, best=1, frequent=2)
    assert learnt.likely[[the, cat]].flatten().tolist() == [la, chatte]
    assert learnt.likely[7].tolist() == [PAD_ID]  # never seen
    # la and chatte stand in two kinds of pairs each, the others in one.
    assert learnt.frequent.tolist() == [0, 1, 2, 3, la, chatte]
    assert learnt.target_vocab == 9
    copied = Shortlist.learn(pairs, 8, 9, best=1, frequent=2, copies=True)
    assert copied.likely[[cat, 7]].tolist() == [[chatte, cat], [PAD_ID, 7]]  # and themselves


@pytest.mark.parametrize("arch", ARCHITECTURES)
def test_a_list_of_everything_changes_nothing(arch: str) -> None:
    model = built(arch)
    source = batch(*SENTENCES)
    prefixes = replace(OPTIONS, prefix=((FORCED, 5), (), (6,)))
    sampled = replace(OPTIONS, sampling=Sampling(seed=4))
    for options in (OPTIONS, prefixes, sampled, replace(OPTIONS, min_length=3)):
        assert_same(
            search(model, source, options, everything(model)), search(model, source, options)
        )


@pytest.mark.parametrize("arch", ARCHITECTURES)
def test_nothing_else_than_each_sentences_own_list_is_said(arch: str) -> None:
    model = built(arch)
    for result, sentence in zip(
        search(model, batch(*SENTENCES), OPTIONS, some(model)), SENTENCES, strict=True
    ):
        considered = set(result.tree.tokens.flatten().tolist()) - {-1}
        assert considered <= listed(sentence)
        assert any(found.ids for found in result.hypotheses)


@pytest.mark.parametrize("arch", ARCHITECTURES)
def test_other_sentences_of_the_batch_change_nothing(arch: str) -> None:
    model = built(arch)
    together = search(model, batch(*SENTENCES), OPTIONS, some(model))
    alone = [search(model, batch(one), OPTIONS, some(model))[0] for one in SENTENCES]
    for one, other in zip(together, alone, strict=True):
        assert [found.ids for found in one.hypotheses] == [found.ids for found in other.hypotheses]
        assert [found.score for found in one.hypotheses] == pytest.approx(
            [found.score for found in other.hypotheses], rel=1e-5, abs=1e-6
        )


def test_probabilities_are_normalised_over_the_list() -> None:
    model = translator().model
    [result] = search(
        model, batch(SENTENCES[1]), replace(OPTIONS, beam_size=1, num_best=1), some(model)
    )
    found = result.hypotheses[0]
    with torch.inference_mode():
        encoded = model.encode(batch(SENTENCES[1]))
        step = model.step(torch.tensor([2]), encoded, model.start(encoded, 1))
        probs = model.output.log_probs(step.features)[0].exp()
    first = (*found.ids, EOS_ID)[0]
    expected = probs[first] / probs[sorted(listed(SENTENCES[1]))].sum()
    assert found.token_log_probs[0] == pytest.approx(float(expected.log()), abs=1e-5)


def test_a_forced_token_is_said_even_where_it_is_not_listed() -> None:
    model = translator().model
    assert FORCED not in set().union(*map(listed, SENTENCES))
    options = replace(OPTIONS, prefix=((), (5, FORCED), ()))
    results = search(model, batch(*SENTENCES), options, some(model))
    assert all(found.ids[:2] == (5, FORCED) for found in results[1].hypotheses)
    for result, sentence in ((results[0], SENTENCES[0]), (results[2], SENTENCES[2])):
        assert set(result.tree.tokens.flatten().tolist()) - {-1} <= listed(sentence)
