"""``seq2see serve`` as its clients meet it."""

import json
import os
import shutil
import signal
import socket
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from command_line import WORDS, WordRun, command
from libretranslatepy import LibreTranslateAPI
from services import Service, serving

from seq2see import load
from seq2see.trace.storage import from_json

ENGLISH = list(WORDS)


@pytest.fixture(scope="module")
def service(
    word_run: WordRun, back_run: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    with serving(tmp_path_factory.mktemp("serve"), word_run, back_run) as started:
        yield started


@pytest.fixture(scope="module")
def expected(word_run: WordRun) -> dict[str, str]:
    """What the run itself says to some sentences."""
    sentences = [f"{one} {other} {one}" for one in ENGLISH for other in ENGLISH]
    translated = load(word_run.path).translate(sentences)
    return {one.source: one.text for one in translated}


# --- LibreTranslate ------------------------------------------------------------------------------


def test_the_public_client_works(service: Service, expected: dict[str, str]) -> None:
    client = LibreTranslateAPI(service.address)
    for sentence in list(expected)[:5]:
        assert client.translate(sentence, "en", "fr") == expected[sentence]
    assert client.languages() == [
        {"code": "en", "name": "English", "targets": ["fr", "de"]},
        {"code": "fr", "name": "French", "targets": ["de"]},
    ]
    [likeliest, other] = client.detect("this is a sentence in the English language")
    assert likeliest["language"] == "en"
    assert likeliest["confidence"] > 90 > other["confidence"]


def test_one_text_or_several(service: Service, expected: dict[str, str]) -> None:
    sentences = list(expected)[:3]
    one = service.ask("/translate", {"q": sentences[0], "source": "en", "target": "fr"})
    assert one.json == {"translatedText": expected[sentences[0]]}
    several = service.ask("/translate", {"q": sentences, "source": "en", "target": "fr"})
    assert several.json == {"translatedText": [expected[sentence] for sentence in sentences]}
    assert service.ask("/translate", {"q": [], "source": "en", "target": "fr"}).json == {
        "translatedText": []
    }
    assert service.ask("/translate", {"q": "", "source": "en", "target": "fr"}).json == {
        "translatedText": ""
    }


def test_a_form_is_as_good_as_json(service: Service, expected: dict[str, str]) -> None:
    sentence = next(iter(expected))
    form = service.ask("/translate", f"q={sentence.replace(' ', '+')}&source=en&target=fr")
    assert form.json == {"translatedText": expected[sentence]}


def test_white_space_stays(service: Service, expected: dict[str, str]) -> None:
    first, second = list(expected)[:2]
    text = f"\n  {first}\n\n\t{second} \n"
    reply = service.ask("/translate", {"q": text, "source": "en", "target": "fr"})
    assert reply.json["translatedText"] == f"\n  {expected[first]}\n\n\t{expected[second]} \n"


def test_alternatives(service: Service) -> None:
    asked = {"q": "red cat", "source": "en", "target": "fr", "alternatives": 2}
    reply = service.ask("/translate", asked).json
    assert reply["translatedText"] == "rouge chat"
    assert len({reply["translatedText"], *reply["alternatives"]}) == 3


def test_the_language_is_found_out(service: Service) -> None:
    asked: dict[str, object] = {"q": "the house and the cat", "source": "auto", "target": "fr"}
    found = service.ask("/translate", asked).json["detectedLanguage"]
    assert found["language"] == "en"
    asked["q"] = ["the house and the cat"]
    assert [one["language"] for one in service.ask("/translate", asked).json["detectedLanguage"]]


def test_markup_goes_with_its_words(service: Service) -> None:
    html = '<p>red <b>cat</b> and <a href="#">blue dog</a></p><script>red()</script>'
    asked = {"q": html, "source": "en", "target": "fr", "format": "html"}
    assert service.ask("/translate", asked).json["translatedText"] == (
        '<p>rouge <b>chat</b> et <a href="#">bleu chien</a></p><script>red()</script>'
    )


def test_through_a_third_language(
    service: Service, expected: dict[str, str], back_run: Path
) -> None:
    sentence = "red cat red"
    between = expected[sentence]
    known = load(back_run).translate(between).text
    assert known.split()[0] == "eguor"
    asked = {"text": sentence, "source": "en", "target": "de"}
    reply = service.ask("/v1/translate", asked).json
    assert reply["translations"][0]["text"] == known
    assert reply["pivot"] == "fr"
    assert len(reply["runs"]) == 2
    libre = service.ask("/translate", {"q": sentence, "source": "en", "target": "de"})
    assert libre.json == {"translatedText": known}


# --- OpenNMT's server ----------------------------------------------------------------------------


def test_opennmt(service: Service) -> None:
    models = service.ask("/translator/models").json
    assert [(one["model_id"], one["status"]) for one in models] == [(100, "ready"), (101, "ready")]
    asked = [{"src": "red cat", "id": 100}, {"src": "one two", "id": 100}]
    [best] = service.ask("/translator/translate", asked).json
    assert [(one["src"], one["tgt"]) for one in best] == [
        ("red cat", "rouge chat"),
        ("one two", "un deux"),
    ]
    assert best[0]["align"] == ["0-0 1-1"]
    assert all(one["pred_score"] < 0 for one in best)
    assert service.ask("/translator/health").json == {"status": "ok"}


# --- Our own -------------------------------------------------------------------------------------


def test_a_look_into_the_model(service: Service, word_run: WordRun) -> None:
    asked = {"text": "red cat", "run": word_run.path.name, "look": True, "nbest": 2}
    [sentence] = service.ask("/v1/translate", asked).json["translations"][0]["sentences"]
    hypotheses = load(word_run.path).translate("red cat", num_best=2).hypotheses
    for told, known in zip(sentence["hypotheses"], hypotheses, strict=True):
        assert told["text"] == known.text
        assert told["tokens"] == list(known.tokens)
        assert told["token_log_probs"] == pytest.approx(known.token_log_probs, abs=1e-4)
        assert told["alignment"] == [list(link) for link in known.alignment]
        assert known.attention is not None
        for row, weights in zip(told["attention"], known.attention.values, strict=True):
            assert row == pytest.approx(weights, abs=1e-4)


def test_words_appear_one_by_one(service: Service, word_run: WordRun) -> None:
    asked = {"text": " red cat and blue dog\none ", "run": word_run.path.name, "beam": 1}
    reply = service.ask("/v1/stream", asked)
    assert reply.headers["content-type"].startswith("text/event-stream")
    events = [
        (name.removeprefix("event: "), json.loads(data.removeprefix("data: ")))
        for name, data in (one.split("\n") for one in reply.body.decode().strip().split("\n\n"))
    ]
    translated = load(word_run.path).translate(["red cat and blue dog", "one"], beam_size=1)
    first = [told["text"] for name, told in events if name == "partial" and told["sentence"] == 0]
    words = translated[0].text.split()
    assert first == [" ".join(words[:count]) for count in range(1, len(words) + 1)]
    ends = [told for name, told in events if name == "sentence"]
    assert [one["text"] for one in ends] == [one.text for one in translated]
    assert ends[0]["score"] == pytest.approx(translated[0].score, abs=1e-5)
    [done] = [told["text"] for name, told in events if name == "done"]
    assert done == f" {translated[0].text}\n{translated[1].text} "


def test_a_listener_who_leaves_leaves_nothing_behind(service: Service, word_run: WordRun) -> None:
    text = " ".join(ENGLISH * 40)
    body = json.dumps({"text": text, "run": word_run.path.name, "beam": 5}).encode()
    head = f"POST /v1/stream HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    for _ in range(10):
        with socket.create_connection(("127.0.0.1", service.port), timeout=30) as client:
            client.sendall(head + body)
            assert client.recv(12) == b"HTTP/1.1 200"
    asked = {"text": "red", "run": word_run.path.name}
    assert b"event: done" in service.ask("/v1/stream", asked).body
    assert "never retrieved" not in service.log.read_text(encoding="utf-8")
    assert "Traceback" not in service.log.read_text(encoding="utf-8")


def test_a_trace(service: Service, word_run: WordRun) -> None:
    asked = {"text": "red cat", "run": word_run.path.name}
    trace = from_json(service.ask("/v1/trace", asked).json)
    assert trace.target.text == "rouge chat"


def test_what_there_is(service: Service, word_run: WordRun) -> None:
    runs = service.ask("/v1/runs").json
    assert [(one["source"], one["target"], one["loaded"]) for one in runs] == [
        ("en", "fr", True),
        ("fr", "de", True),
    ]
    assert runs[0]["arch"] == "luong2015"
    names = [one["name"] for one in service.ask("/v1/architectures").json]
    assert names[0] == "sutskever2014"
    assert service.ask("/health").json == {"status": "ok"}
    assert service.ask("/frontend/settings").json["keyRequired"] is False
    paths = service.ask("/spec").json["paths"]
    assert {"/translate", "/translator/translate", "/v1/translate"} <= set(paths)


def test_runs_come_and_go(service: Service, back_run: Path) -> None:
    name = back_run.name
    assert service.ask(f"/v1/runs/{name}/unload", {}).json["loaded"] is False
    away = service.ask("/v1/translate", {"text": "rouge", "run": name})
    assert (away.status, away.error) == (503, "The run back is not loaded.")
    assert away.headers["retry-after"]
    missing = service.ask("/translate", {"q": "x", "source": "en", "target": "de"})
    assert (missing.status, missing.error) == (400, "de is not supported")
    assert service.ask(f"/v1/runs/{name}/load", {}).json["loaded"] is True
    assert service.ask("/v1/translate", {"text": "rouge", "run": name}).status == 200
    assert service.ask("/v1/runs/other/load", {}).status == 404
    assert service.ask("/v1/runs/..%2Fback/load", {}).status == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Host": "rebound.evil.example:5000"},
    ],
    ids=lambda headers: next(iter(headers.values())),
)
def test_pages_of_other_sites_cannot_unload_runs(
    service: Service, word_run: WordRun, headers: dict[str, str]
) -> None:
    path = f"/v1/runs/{word_run.path.name}/unload"
    assert service.ask(path, b"", headers).status == 403
    assert service.ask("/translate", GOOD).status == 200


def test_everybody_gets_their_own_answer(service: Service, expected: dict[str, str]) -> None:
    def ask(sentence: str) -> bool:
        asked = {"q": sentence, "source": "en", "target": "fr"}
        reply = service.ask("/translate", asked)
        return bool(reply.json == {"translatedText": expected[sentence]})

    with ThreadPoolExecutor(max_workers=16) as pool:
        assert all(pool.map(ask, list(expected) * 2))


# --- What is refused -----------------------------------------------------------------------------

GOOD = {"q": "red", "source": "en", "target": "fr"}
TABLE = [
    # body, status, what the error says
    ({**GOOD, "q": None}, 400, "Invalid request: q "),
    ({"source": "en", "target": "fr"}, 400, "Invalid request: missing q parameter"),
    ({"q": "x", "target": "fr"}, 400, "Invalid request: missing source parameter"),
    ({**GOOD, "source": "zz"}, 400, "zz is not supported"),
    ({**GOOD, "target": "en"}, 400, "Cannot translate from en to en."),
    ({**GOOD, "format": "pdf"}, 400, "Invalid request: format must be one of text, html"),
    ({**GOOD, "alternatives": 99}, 400, "Invalid request: alternatives must be 0 to 9"),
    ({**GOOD, "q": {"a": 1}}, 400, "Invalid request: q "),
    ({**GOOD, "q": [1, 2]}, 400, "Invalid request: q "),
    ({**GOOD, "q": "red. " * 12_000}, 413, "The text has 60000 characters; the most is 50000."),
    ({**GOOD, "q": "Red.\n" * 9_000}, 413, "The text has 9000 sentences; the most is 2000."),
    ({**GOOD, "q": ["Red."] * 10_000}, 413, "There are 10000 texts; the most is 512."),
    ({**GOOD, "q": "red " * 5_000}, 413, "A sentence has 19999 characters; the most is 4000."),
    ([GOOD], 400, "Invalid request: the body must be a JSON object"),
    (b"", 400, "Invalid request: the body is not JSON in UTF-8"),
    (b"{", 400, "Invalid request: the body is not JSON in UTF-8"),
    (b'{"q": "\xff"}', 400, "Invalid request: the body is not JSON in UTF-8"),
    (b"[" * 100_000, 400, "Invalid request: the body is not JSON in UTF-8"),
    (b'{"q": "\\ud800", "source": "en", "target": "fr"}', 400, "a text is not valid Unicode"),
]


@pytest.mark.parametrize(("body", "status", "error"), TABLE, ids=range(len(TABLE)))
def test_what_is_refused(service: Service, body: object, status: int, error: str) -> None:
    reply = service.ask("/translate", body)
    assert (reply.status, error in reply.error) == (status, True), reply
    assert service.ask("/translate", GOOD).json == {"translatedText": "rouge"}


@pytest.mark.parametrize("piece", ["<a ", "<b>a", "<![ ", "<p>", " ", "a.\n"])
@pytest.mark.parametrize("kind", ["html", "text"])
def test_no_text_holds_up_the_others(service: Service, piece: str, kind: str) -> None:
    """The largest there may be, of the kinds on which careless programs spend minutes."""
    text = "a" + piece * (40_000 // len(piece)) + "b"
    with ThreadPoolExecutor() as pool:
        pending = pool.submit(service.ask, "/translate", {**GOOD, "q": text, "format": kind})
        time.sleep(0.1)
        begun = time.monotonic()
        assert service.ask("/health").status == 200
        assert time.monotonic() - begun < 2
        assert pending.result().status in (200, 413)


@pytest.mark.parametrize(
    "text", ["\x00", "red\x00cat", "\u202e red", "🙂", "red " * 900, "\ufeffred"]
)
def test_strange_texts_are_answered(service: Service, text: str) -> None:
    reply = service.ask("/translate", {**GOOD, "q": text})
    assert reply.status == 200
    assert isinstance(reply.json["translatedText"], str)


def test_a_huge_body_is_refused_unread(service: Service) -> None:
    with socket.create_connection(("127.0.0.1", service.port), timeout=30) as client:
        client.sendall(b"POST /translate HTTP/1.1\r\nHost: x\r\nContent-Length: 50000000\r\n\r\n")
        reply = client.recv(4096)
    assert reply.startswith(b"HTTP/1.1 413")
    chunked = b"POST /translate HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    with socket.create_connection(("127.0.0.1", service.port), timeout=30) as client:
        client.sendall(chunked)
        chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
        for _ in range(17):
            client.sendall(chunk)
        assert client.recv(4096).startswith(b"HTTP/1.1 413")


def test_who_sends_too_much_before_reading_is_told_so(service: Service) -> None:
    reply = service.ask("/translate", b"x" * 50_000_000)
    assert (reply.status, "larger than 1000000 bytes" in reply.error) == (413, True)
    # One that never stops is left.
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    with socket.create_connection(("127.0.0.1", service.port), timeout=60) as client:
        client.sendall(b"POST /translate HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        with pytest.raises((ConnectionResetError, BrokenPipeError)):  # noqa: PT012
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline:
                client.sendall(chunk)
                time.sleep(0.05)
    # One that asks first sends nothing.
    with socket.create_connection(("127.0.0.1", service.port), timeout=30) as client:
        client.sendall(
            b"POST /translate HTTP/1.1\r\nHost: x\r\nContent-Length: 50000000\r\n"
            b"Expect: 100-continue\r\n\r\n"
        )
        assert client.recv(4096).startswith(b"HTTP/1.1 413")


def test_a_byte_a_second_is_given_up(service: Service) -> None:
    """In the head of a request the connection ends; in its body it is answered first."""
    heads = [
        b"POST /translate HTTP/1.1\r\n",
        b"POST /translate HTTP/1.1\r\nContent-Length: 100\r\n",
    ]
    heads[1] += b"Host: x\r\n\r\n"

    def trickle(head: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", service.port), timeout=1) as client:
            client.sendall(head)
            reply = b""
            for _ in range(40):
                try:
                    client.sendall(b"x")
                    part = client.recv(4096)
                except TimeoutError:
                    continue
                except (ConnectionResetError, BrokenPipeError):
                    return reply
                if not part:
                    return reply
                reply += part
        raise AssertionError(reply)

    with ThreadPoolExecutor() as pool:
        unasked, asked = pool.map(trickle, heads)
    assert unasked == b""
    assert asked.startswith(b"HTTP/1.1 408")
    assert service.ask("/translate", GOOD).json == {"translatedText": "rouge"}


def test_nothing_of_the_machine_is_told(service: Service, word_run: WordRun) -> None:
    for path in ("/v1/runs", "/translator/models", "/spec", "/nothing", "/v1/runs/%2e%2e/load"):
        body = service.ask(path, {} if path.endswith("load") else None).body.decode()
        assert str(word_run.path.parent) not in body
        assert "Traceback" not in body
    headers = service.ask("/health").headers
    assert "server" not in {name.lower() for name in headers}
    assert headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in headers["content-security-policy"]


def test_the_log_has_no_texts(service: Service) -> None:
    service.ask("/translate", {**GOOD, "q": "one secret"})
    assert "secret" not in service.log.read_text(encoding="utf-8")
    logged: list[object] = []
    deadline = time.monotonic() + 30
    while logged != ["/translate", "200", "POST"] and time.monotonic() < deadline:
        # A request is logged after it was answered.
        last = [record for record in service.records() if record["message"] == "request"][-1]
        logged = [last["endpoint"], last["status"], last["method"]]
    assert logged == ["/translate", "200", "POST"]
    assert "secret" not in service.log.read_text(encoding="utf-8")


def test_metrics(service: Service, word_run: WordRun) -> None:
    for _ in range(2):
        service.ask("/translate", GOOD)
    text = service.ask("/metrics").body.decode()
    assert 'seq2see_requests_total{endpoint="/translate",status="200"}' in text
    assert f'seq2see_batch_sentences_count{{run="{word_run.path.name}"}}' in text
    assert 'seq2see_cache_lookups_total{found="true"}' in text
    assert f'seq2see_tokens_total{{run="{word_run.path.name}",side="target"}}' in text
    assert "/nothing" not in text


def test_clients_that_leave_cost_nothing(service: Service) -> None:
    body = json.dumps({**GOOD, "q": "\n".join(["red cat"] * 500)}).encode()
    head = f"POST /translate HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", service.port), timeout=30) as client:
            client.sendall(head + body)
    begun = time.monotonic()
    assert service.ask("/translate", GOOD).json == {"translatedText": "rouge"}
    assert time.monotonic() - begun < 30


def test_faults_leave_nothing_behind(service: Service) -> None:
    files = Path(f"/proc/{service.process.pid}/fd")

    def fault() -> None:
        for body, status, _ in TABLE:
            assert service.ask("/translate", body).status == status
        with socket.create_connection(("127.0.0.1", service.port), timeout=30) as client:
            client.sendall(b"\x16\x03\x01 this is no HTTP\r\n\r\n")
            assert client.recv(4096).startswith(b"HTTP/1.1 400")

    fault()  # what is kept of the first time is kept once
    memory, opened = service.memory, len(list(files.iterdir()))
    for _ in range(15):
        fault()
    assert service.ask("/translate", GOOD).json == {"translatedText": "rouge"}
    assert service.memory - memory < 20
    assert len(list(files.iterdir())) - opened < 5


# --- Other services ------------------------------------------------------------------------------


def test_keys_and_pace(word_run: WordRun, tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    key = command("serve", "--new-key", "ada", "--keys", keys).out.strip()
    admin = command("serve", "--new-key", "root", "--admin", "--keys", keys).out.strip()
    again = command("serve", "--new-key", "ada", "--keys", keys)
    assert "has a key of `ada` already" in again.error
    assert key not in keys.read_text(encoding="utf-8")
    with serving(tmp_path, word_run, "--keys", keys, "--rate", 5, "--origin", "none") as service:
        assert service.ask("/translate", GOOD).status == 403
        assert service.ask("/translate", {**GOOD, "api_key": "wrong"}).status == 403
        assert service.ask("/translate", {**GOOD, "api_key": key}).status == 200
        bearer = {"Authorization": f"Bearer {key}"}
        assert service.ask("/translator/translate", [{"src": "red"}], bearer).status == 200
        client = LibreTranslateAPI(service.address, api_key=key)
        assert client.translate("red", "en", "fr") == "rouge"
        assert service.ask(f"/v1/runs/{word_run.path.name}/load", {"api_key": key}).status == 403
        assert service.ask(f"/v1/runs/{word_run.path.name}/load", {"api_key": admin}).status == 200
        statuses = [service.ask("/translate", GOOD, bearer).status for _ in range(5)]
        assert 429 in statuses
        assert int(service.ask("/translate", GOOD, bearer).headers["retry-after"]) <= 13
        cross = service.ask("/health", headers={"Origin": "https://example.org"})
        assert "access-control-allow-origin" not in cross.headers
        forged = {**bearer, "X-Forwarded-For": "8.8.8.8"}
        assert service.ask("/translate", GOOD, forged).status == 429


def test_sigterm_finishes_what_was_begun(word_run: WordRun, tmp_path: Path) -> None:
    with serving(tmp_path, word_run) as service, ThreadPoolExecutor() as pool:
        texts = "\n".join(" ".join(ENGLISH[n % 12] for n in range(k, k + 8)) for k in range(300))
        asked = {"q": texts, "source": "en", "target": "fr"}
        pending = pool.submit(service.ask, "/translate", asked)
        time.sleep(0.3)
        service.process.send_signal(signal.SIGTERM)
        assert pending.result(60).status == 200
        assert service.process.wait(60) in (0, -signal.SIGTERM)


def workers_of(service: Service) -> set[int]:
    children = Path(f"/proc/{service.process.pid}/task/{service.process.pid}/children")
    return {
        int(pid)
        for pid in children.read_text(encoding="utf-8").split()
        if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()
    }


def test_workers_are_replaced(word_run: WordRun, tmp_path: Path) -> None:
    """When one is killed, and all of them on SIGHUP."""
    with serving(tmp_path, word_run, "--workers", 2) as service:
        started = workers_of(service)
        assert len(started) == 2
        os.kill(min(started), signal.SIGKILL)
        deadline = time.monotonic() + 180
        answered = 0
        while answered < 20:
            assert time.monotonic() < deadline
            try:
                answered += service.ask("/translate", GOOD).json == {"translatedText": "rouge"}
            except (ConnectionError, OSError):
                answered = 0
        assert "seq2see_requests_total" in service.ask("/metrics").body.decode()
        refused = service.ask(f"/v1/runs/{word_run.path.name}/load", {})
        assert (refused.status, "SIGHUP" in refused.error) == (409, True)
        before = workers_of(service)
        os.kill(service.process.pid, signal.SIGHUP)
        while len(workers_of(service) - before) < 2 or workers_of(service) & before:
            assert time.monotonic() < deadline + 180
            time.sleep(0.1)
        assert service.ask("/translate", GOOD).json == {"translatedText": "rouge"}


def test_refusals_are_answers_too(word_run: WordRun, tmp_path: Path) -> None:
    """What takes too long, and what pages of other sites may read."""
    text = "\n".join(f"{number} red cat" for number in range(1900))  # a second of computing
    with serving(tmp_path, word_run, "--timeout", 0.1, "--origin", "https://ours.example") as one:
        late = one.ask("/v1/translate", {"text": text, "run": word_run.path.name, "beam": 10})
        assert (late.status, "longer than 0.1 seconds" in late.error) == (503, True)
        ours = one.ask("/translate", b"x" * 1_100_000, {"Origin": "https://ours.example"})
        assert ours.status == 413
        assert ours.headers["access-control-allow-origin"] == "https://ours.example"


def test_other_ports_and_logs(word_run: WordRun, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    chosen = ("--metrics-port", port, "--log-texts", "--cache", 0)
    with serving(tmp_path, word_run, *chosen) as service:
        assert service.ask("/translate", GOOD).status == 200
        assert service.ask("/metrics").status == 404
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as reply:
            assert b"seq2see_requests_total" in reply.read()
        [said] = [one for one in service.records() if one["message"] == "translated"]
        assert (said["source"], said["target"]) == ("red", "rouge")
        taken = command("serve", word_run, "--port", service.port)
        assert "cannot be listened on" in taken.error


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ([], "No run was named"),
        (["nothing"], "nothing"),
        (["--new-key", "x"], "give --keys FILE"),
        (["--admin"], "give --new-key NAME"),
    ],
)
def test_wrong_calls(arguments: list[str], error: str) -> None:
    assert error in command("serve", *arguments).error


def test_two_runs_of_one_name_are_refused(word_run: WordRun, tmp_path: Path) -> None:
    other = shutil.copytree(word_run.path, tmp_path / word_run.path.name)
    assert "are both called" in command("serve", word_run, other).error
