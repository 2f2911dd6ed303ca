"""IBM Model 1 against hand calculation and against the equations written as loops."""

from collections import defaultdict

import numpy as np
import pytest

from seq2see.data import model1
from seq2see.data.prepared import Prepared
from seq2see.tokens import EOS_ID

Pairs = list[tuple[list[int], list[int]]]


def table(pairs: Pairs, **settings: int) -> dict[tuple[int, int], float]:
    prepared = Prepared.from_ids([source for source, _ in pairs], [target for _, target in pairs])
    learnt = model1.learn(prepared, **settings)
    keys = zip(learnt.source.tolist(), learnt.target.tolist(), strict=True)
    return dict(zip(keys, learnt.probs.tolist(), strict=True))


def by_loops(pairs: Pairs, iterations: int) -> dict[tuple[int, int], float]:
    """Brown et al. 1993, eqs. 15 to 17, link by link."""
    probs: dict[tuple[int, int], float] = defaultdict(lambda: 1.0)
    for _ in range(iterations):
        counts: dict[tuple[int, int], float] = defaultdict(float)
        for source, target in pairs:
            for word in target:
                total = sum(probs[one, word] for one in [*source, EOS_ID])
                for one in [*source, EOS_ID]:
                    counts[one, word] += probs[one, word] / total
        sums: dict[int, float] = defaultdict(float)
        for (one, _), count in counts.items():
            sums[one] += count
        probs = defaultdict(float, {key: count / sums[key[0]] for key, count in counts.items()})
    return dict(probs)


def test_the_first_two_steps_worked_out_by_hand() -> None:
    the, house, book, das, haus, buch = 4, 5, 6, 7, 8, 9
    pairs: Pairs = [([the, house], [das, haus]), ([the, book], [das, buch])]
    # Each word has three possible origins, </s> being one of them, so each link counts 1/3.
    first = table(pairs, iterations=1)
    assert first[the, das] == pytest.approx((1 / 3 + 1 / 3) / (4 / 3))
    assert first[the, haus] == first[the, buch] == pytest.approx(1 / 4)
    assert first[house, das] == first[house, haus] == pytest.approx(1 / 2)
    assert first[EOS_ID, das] == pytest.approx(1 / 2)
    # das: 1/2 from each of three, so 1/3 each; haus: 1/4 (the), 1/2 (house), 1/4 (</s>).
    second = table(pairs, iterations=2)
    assert second[house, haus] == pytest.approx((1 / 2) / (1 / 2 + 1 / 3))
    assert second[the, das] == pytest.approx((2 / 3) / (2 / 3 + 1 / 4 + 1 / 4))
    assert (book, haus) not in second


def random_pairs(number: int) -> Pairs:
    generator = np.random.default_rng(3)

    def sentence() -> list[int]:
        return generator.integers(4, 14, generator.integers(0, 9)).tolist()  # type: ignore[no-any-return]

    return [(sentence(), sentence()) for _ in range(number)]


@pytest.mark.parametrize("iterations", [1, 4])
def test_arrays_give_what_loops_give(iterations: int) -> None:
    pairs = random_pairs(60)
    assert table(pairs, iterations=iterations) == pytest.approx(by_loops(pairs, iterations))


def test_chunks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    pairs = random_pairs(60)
    whole = table(pairs)
    monkeypatch.setattr(model1, "_CHUNK_LINKS", 50)
    assert table(pairs) == pytest.approx(whole)


def test_no_more_links_are_read_than_fit() -> None:
    pairs: Pairs = [([4], [10 + number]) for number in range(30)]  # two links each
    assert len(table(pairs, max_links=21)) == 20


def test_without_any_link_the_table_is_empty() -> None:
    assert table([([4], [])]) == table([]) == {}


def test_the_best_of_each_source_token_come_first() -> None:
    learnt = model1.TranslationTable(
        np.array([4, 4, 4, 6, 6]), np.array([1, 2, 3, 1, 5]), np.array([0.2, 0.4, 0.4, 0.1, 0.9])
    )
    source, target, probs = learnt.best(2)
    assert source.tolist() == [4, 4, 6, 6]
    assert target.tolist() == [2, 3, 5, 1]
    assert probs.tolist() == [0.4, 0.4, 0.9, 0.1]
