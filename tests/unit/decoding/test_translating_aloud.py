"""A translation that is heard while it is made."""

import pytest
from small_translators import translator


@pytest.mark.parametrize("arch", ["luong2015", "transformer2017"])
@pytest.mark.parametrize("beam_size", [1, 3])
def test_what_is_heard_leads_to_the_translation(arch: str, beam_size: int) -> None:
    able, heard = translator(arch), list[str]()
    text = "I am a good student ."
    told = able.translate_aloud(text, heard.append, beam_size=beam_size)
    known = able.translate(text, beam_size=beam_size)
    assert told.text == known.text
    assert told.score == pytest.approx(known.score)
    assert told.tree is not None
    # After each step, the path to the first candidate that goes on (status 2) in the whole tree.
    expected = []
    for step in range(len(told.tree)):
        kept = [column for column, status in enumerate(told.tree.status[step]) if status == 2]
        if kept:
            expected.append(able.target_tokenizer.decode(told.tree.path(step, kept[0])))
    assert heard == expected
    if beam_size == 1:
        assert all(told.text.startswith(part) for part in heard)


def test_whoever_hears_may_end_it() -> None:
    def stop(_: str) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        translator().translate_aloud("I am a student .", stop)


def test_nothing_is_heard_of_an_empty_text() -> None:
    heard: list[str] = []
    assert translator().translate_aloud("  ", heard.append).text == ""
    assert heard == []
