"""Downloads that break off, from a server on this machine."""

import random
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from file_server import FileServer, serving

import seq2see
from seq2see.data.public.download import ATTEMPTS, download
from seq2see.errors import DataError

CONTENT = random.Random(1).randbytes(200_000)


@pytest.fixture
def server() -> Iterator[FileServer]:
    with serving({"x": CONTENT}) as told:
        yield told


def fetched(server: FileServer, part: Path, name: str = "x") -> int:
    """Download; returns how many bytes were counted."""
    counted: list[int] = []
    download(server.address(name), part, advance=counted.append, pause=0.0)
    return sum(counted)


def test_a_file_arrives_whole(server: FileServer, tmp_path: Path) -> None:
    assert fetched(server, tmp_path / "part") == len(CONTENT)
    assert (tmp_path / "part").read_bytes() == CONTENT
    assert server.asked == [("/x", None)]


def test_a_cut_connection_goes_on_where_it_was_cut(server: FileServer, tmp_path: Path) -> None:
    server.cut_after = [70_000, 50_000]
    assert fetched(server, tmp_path / "part") == len(CONTENT)
    assert (tmp_path / "part").read_bytes() == CONTENT
    assert [asked for _, asked in server.asked] == [None, "bytes=70000-", "bytes=120000-"]


def test_a_later_call_goes_on(server: FileServer, tmp_path: Path) -> None:
    part = tmp_path / "part"
    part.write_bytes(CONTENT[:1234])
    assert fetched(server, part) == len(CONTENT) - 1234
    assert part.read_bytes() == CONTENT
    assert fetched(server, part) == 0  # nothing is lacking
    assert part.read_bytes() == CONTENT


def test_without_ranges_it_begins_anew(server: FileServer, tmp_path: Path) -> None:
    server.ranges = False
    server.cut_after = [70_000]
    assert fetched(server, tmp_path / "part") == len(CONTENT)
    assert (tmp_path / "part").read_bytes() == CONTENT


def test_what_is_longer_than_the_file_is_no_part_of_it(server: FileServer, tmp_path: Path) -> None:
    part = tmp_path / "part"
    part.write_bytes(bytes(len(CONTENT) + 1))
    assert fetched(server, part) == -1
    assert part.read_bytes() == CONTENT


def test_a_busy_server_is_asked_again(server: FileServer, tmp_path: Path) -> None:
    server.statuses = [503, 500]
    fetched(server, tmp_path / "part")
    assert (tmp_path / "part").read_bytes() == CONTENT


def test_a_server_that_stays_busy_is_given_up(server: FileServer, tmp_path: Path) -> None:
    server.statuses = [503] * 100
    with pytest.raises(DataError, match=r"cannot be reached \(the server says 503 "):
        fetched(server, tmp_path / "part")
    assert len(server.asked) == ATTEMPTS


def test_what_has_arrived_stays_for_the_next_call(server: FileServer, tmp_path: Path) -> None:
    server.cut_after = [1000, *[0] * 100]
    with pytest.raises(DataError, match=r"\(the connection was cut\); connect to the network and"):
        fetched(server, tmp_path / "part")
    server.cut_after = []
    assert fetched(server, tmp_path / "part") == len(CONTENT) - 1000
    assert (tmp_path / "part").read_bytes() == CONTENT


def test_a_file_that_is_gone_is_not_asked_for_again(server: FileServer, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"/y` cannot be fetched: the server says 404 Not Found; "):
        fetched(server, tmp_path / "part", "y")
    assert len(server.asked) == 1
    assert not (tmp_path / "part").exists()


def test_without_a_network(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(DataError, match=r"^`127.0.0.1` cannot be reached \(.*refused.*--mirror`.$"):
        download(f"http://127.0.0.1:{port}/x", tmp_path / "part", pause=0.0)


def test_nothing_else_opens_connections() -> None:
    package = Path(seq2see.__file__).parent
    opening = re.compile(r"^\s*(?:import|from) (?:urllib\.request|http\.client|requests)\b", re.M)
    texts = {path: path.read_text(encoding="utf-8") for path in package.rglob("*.py")}
    found = [path.relative_to(package).as_posix() for path in texts if opening.search(texts[path])]
    assert found == ["data/public/download.py"]
    importing = re.compile(r"seq2see\.data\.public\b|seq2see\.data import .*\bpublic\b")
    users = [
        path.relative_to(package).as_posix() for path in texts if importing.search(texts[path])
    ]
    assert {user for user in users if not user.startswith("data/public/")} == {"cli/data.py"}
