"""The beam as a tree: places, branches, and what became of each candidate."""

import re
from itertools import combinations, pairwise

import numpy as np
import pytest
import sentences
import svg_reading
from hypothesis import given
from hypothesis import strategies as st
from svg_reading import Piece

from seq2see.drawing import tree
from seq2see.drawing.theme import LIGHT
from seq2see.drawing.tree import Candidate

STEPS = (
    (Candidate("le", -0.1, 0, "kept", True), Candidate("la", -0.2, 0, "kept", False),
     Candidate("un", -3.0, 0, "pruned", False)),
    (Candidate("chien", -0.3, 1, "kept", False), Candidate("chat", -0.4, 0, "kept", True),
     Candidate("lit", -2.5, 0, "pruned", False)),
    (Candidate("</s>", -0.35, 1, "finished", True), Candidate("</s>", -0.5, 0, "finished", False)),
)  # fmt: skip


def drawn(
    steps: tuple[tuple[Candidate, ...], ...] = STEPS,
    width: float | None = None,
    *,
    rtl: bool = False,
) -> str:
    words = sentences.target(("x",), rtl=rtl)
    return tree.draw(steps, theme=LIGHT, heading="Beam", words=words, width=width)


def nodes(svg: str) -> list[Piece]:
    return [piece for piece in svg_reading.pieces(svg, "rect") if piece.title]


def branches(svg: str) -> list[tuple[tuple[float, float], tuple[float, float], Piece]]:
    """Start and end of each branch."""
    found = []
    for piece in svg_reading.pieces(svg, "path"):
        numbers = [float(one) for one in re.findall(r"-?[\d.]+", piece.get("d") or "")]
        start = (numbers[0] + piece.x, numbers[1] + piece.y)
        found.append((start, (numbers[-2] + piece.x, numbers[-1] + piece.y), piece))
    return found


def test_every_candidate_is_drawn_with_its_score_and_fate() -> None:
    titles = [node.title for node in nodes(drawn())]
    # Children stand in the order of their parents: of "le" first.
    assert titles == [
        "le: −0.10, part of the translation", "la: −0.20, kept", "un: −3.00, pruned",
        "chat: −0.40, part of the translation", "lit: −2.50, pruned", "chien: −0.30, kept",
        "</s>: −0.35, part of the translation", "</s>: −0.50, finished",
    ]  # fmt: skip


def test_branches_join_parents_and_children() -> None:
    svg = drawn()
    tops = {(round(n["x"] + n["width"] / 2, 1), round(n["y"], 1)): n for n in nodes(svg)}
    bottoms = {(x, round(y + 30, 1)): node for (x, y), node in tops.items()}
    joined = {}
    for start, end, _ in branches(svg):
        child = tops[round(end[0], 1), round(end[1], 1)]
        parent = bottoms.get((round(start[0], 1), round(start[1], 1)))
        joined[child.title.partition(",")[0]] = parent.title.partition(":")[0] if parent else None
    assert joined == {
        "le: −0.10": None, "la: −0.20": None, "un: −3.00": None, "chat: −0.40": "le",
        "lit: −2.50": "le", "chien: −0.30": "la", "</s>: −0.35": "chat", "</s>: −0.50": "chien",
    }  # fmt: skip


def test_what_was_pruned_is_dashed_and_the_translation_is_thick() -> None:
    svg = drawn()
    for node in nodes(svg):
        assert (node.get("stroke-dasharray") is not None) == ("pruned" in node.title)
        assert (node["stroke-width"] > 2) == ("translation" in node.title)
    assert sum(piece["stroke-width"] == 3 for *_, piece in branches(svg)) == 3
    assert sum(piece.get("stroke-dasharray") is not None for *_, piece in branches(svg)) == 2


def test_minus_nothing_is_nothing() -> None:
    [title] = [node.title for node in nodes(drawn(((Candidate("a", -0.001, 0, "kept", True),),)))]
    assert title.startswith("a: 0.00")


def wide(beam: int, steps: int, considered: int) -> tuple[tuple[Candidate, ...], ...]:
    """A search in which every kept candidate has two children."""
    made = []
    for step in range(steps):
        parents = min(beam, 2**step)
        made.append(
            tuple(
                Candidate(f"w{place}", -1.0 - place, place % parents,
                          "kept" if place < beam else "pruned", place == 0)
                for place in range(considered if step else 2 * beam)
            )
        )  # fmt: skip
    return tuple(made)


@pytest.mark.parametrize("width", [360.0, 672.0, 1600.0])
def test_a_beam_of_five_over_fifteen_steps_fits(width: float) -> None:
    svg = drawn(wide(5, 15, 10), width)
    found = nodes(svg)
    assert sum("kept" in node.title or "translation" in node.title for node in found) == 75
    for node in found:
        assert node["width"] >= 50
        assert node["x"] >= 0
        assert node["x"] + node["width"] <= width
    for one, other in combinations(found, 2):
        apart = abs(one["x"] - other["x"]) >= one["width"] or one["y"] != other["y"]
        assert apart
    hidden = 150 - len(found)
    notes = " ".join(svg_reading.texts(svg))
    assert (f"{hidden} pruned candidates are left out for want of room." in notes) == (hidden > 0)


def test_no_two_branches_of_a_step_cross() -> None:
    found = branches(drawn(wide(4, 6, 8)))
    for (start, end, _), (other_start, other_end, _) in combinations(found, 2):
        if start[1] == other_start[1]:
            assert (start[0] - other_start[0]) * (end[0] - other_end[0]) >= 0


def test_candidates_that_were_kept_may_be_left_out_too() -> None:
    svg = drawn(wide(9, 3, 9), 240.0)
    assert "candidates are left out for want of room." in " ".join(svg_reading.texts(svg))
    assert any("translation" in node.title for node in nodes(svg))


def test_labels_have_the_direction_of_their_language() -> None:
    steps = ((Candidate("قرأت", -0.1, 0, "kept", True),),)
    [label] = [
        one for one in svg_reading.pieces(drawn(steps, rtl=True), "text") if one.text == "قرأت"
    ]
    assert label.get("direction") == "rtl"


places = st.lists(st.floats(0, 500), min_size=1, max_size=8).map(sorted)


@given(places)
def test_places_are_moved_apart_within_their_bounds(wanted: list[float]) -> None:
    moved = tree.spread(wanted, 60.0, 20.0, 520.0)
    assert all(after - before >= 60 - 1e-6 for before, after in pairwise(moved))
    assert moved[0] >= 20 - 1e-6
    assert moved[-1] <= 520 + 1e-6


@given(st.lists(st.floats(0, 500), min_size=1, max_size=4).map(sorted))
def test_places_are_moved_as_little_as_possible(wanted: list[float]) -> None:
    """No small step that keeps the distances comes nearer to what is wanted."""
    moved = np.array(tree.spread(wanted, 60.0, -1e4, 1e4))
    cost = float(((moved - wanted) ** 2).sum())
    for start in range(len(wanted)):
        for end in range(start + 1, len(wanted) + 1):
            for step in (-0.01, 0.01):
                other = moved.copy()
                other[start:end] += step
                if len(other) == 1 or np.diff(other).min() >= 60 - 1e-9:
                    assert float(((other - wanted) ** 2).sum()) >= cost - 1e-6
