"""Who is served, and how often."""

from pathlib import Path

import pytest

from seq2see.errors import DataError, UsageError
from seq2see.serve.admission import Admission, Key, new_key, read_keys
from seq2see.serve.refusal import Refusal


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def refused(admission: Admission, key: str | None = None, address: str = "1.2.3.4") -> Refusal:
    with pytest.raises(Refusal) as refusal:
        admission.admit(key, address)
    return refusal.value


def test_a_new_key_is_kept_as_its_hash_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    key, line = new_key("ada")
    admin, other = new_key("root", is_admin=True)
    path.write_text(line + "\n" + other, encoding="utf-8")
    assert key not in path.read_text(encoding="utf-8")
    keys = read_keys(path)
    assert [(one.name, one.is_admin) for one in keys] == [("ada", False), ("root", True)]
    admission = Admission(keys, None)
    admission.admit(key, "")
    admission.admit(admin, "")
    for wrong in (None, "", key[:-1], key + "x", keys[0].digest, "\ud800"):
        assert refused(admission, wrong).status == 403


def test_a_known_hash() -> None:
    """SHA-256 of "abc", from FIPS 180-2, appendix B.1."""
    digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    Admission([Key("x", digest)], None).admit("abc", "")


def test_everybody_may_ask_where_there_are_no_keys() -> None:
    admission = Admission([], None)
    assert not admission.needs_key
    for _ in range(1000):
        admission.admit(None, "1.2.3.4")
    admission.admit("anything", "1.2.3.4")


def test_a_limit_fills_again_as_time_passes() -> None:
    clock = Clock()
    admission = Admission([], 30, clock)
    for _ in range(30):
        admission.admit(None, "1.2.3.4")
    refusal = refused(admission)
    assert (refusal.status, refusal.retry_after) == (429, 3)  # one more every 2 s, rounded up
    admission.admit(None, "5.6.7.8")
    clock.now = 1.9
    assert refused(admission).retry_after == 1
    clock.now = 2.0
    admission.admit(None, "1.2.3.4")
    clock.now = 1000.0
    for _ in range(30):
        admission.admit(None, "1.2.3.4")
    assert refused(admission).status == 429


def test_keys_are_counted_wherever_they_come_from() -> None:
    key, line = new_key("ada")
    name, digest = line.split()
    admission = Admission([Key(name, digest)], 2, Clock())
    admission.admit(key, "1.2.3.4")
    admission.admit(key, "5.6.7.8")
    assert refused(admission, key, "9.9.9.9").status == 429


def test_who_may_change_runs() -> None:
    key, line = new_key("ada")
    admin, other = new_key("root", is_admin=True)
    keys = [Key("ada", line.split()[1]), Key("root", other.split()[1], True)]
    closed, open_ = Admission(keys, None), Admission([], None)
    closed.admit_admin(admin, "1.2.3.4", is_by_page=True)  # no other site's page has the key
    for address in ("127.0.0.1", "::1", "::ffff:127.0.0.1"):
        open_.admit_admin(None, address, is_by_page=False)
    for admission, given, address, is_by_page in (
        (closed, key, "127.0.0.1", False),
        (closed, None, "127.0.0.1", False),
        (open_, None, "1.2.3.4", False),
        (open_, None, "127.0.0.1", True),
    ):
        with pytest.raises(Refusal) as refusal:
            admission.admit_admin(given, address, is_by_page=is_by_page)
        assert refusal.value.status == 403


@pytest.mark.parametrize("line", ["ada", "ada 12", "ada " + "g" * 64, "ada " + "a" * 64 + " boss"])
def test_a_wrong_file_of_keys_is_refused(line: str, tmp_path: Path) -> None:
    path = tmp_path / "keys"
    path.write_text(f"\n{line}\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"Line 2 of .*keys` is not a name"):
        read_keys(path)


def test_a_missing_file_of_keys_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        read_keys(tmp_path / "none")


def test_names_of_keys_are_words() -> None:
    with pytest.raises(UsageError, match="must be one word"):
        new_key("two words")
