"""Pages of the player over small translators that know four sentences, for browser tests."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import small_translators
import torch
from small_translators import ENGLISH, FRENCH

from seq2see.decoding.translator import Translator
from seq2see.models.interface import Source
from seq2see.tokens import BOS_ID, EOS_ID, PAD_ID
from seq2see.trace.record import Trace
from seq2see.views.live import page_of_translators
from seq2see.views.packed import rounded

if TYPE_CHECKING:
    from playwright.sync_api import Page

ARCHITECTURES = (
    "sutskever2014",
    "cho2014",
    "bahdanau2015",
    "luong2015",
    "gnmt2016",
    "transformer2017",
)
FOREIGN = {
    "ar": (["أنا طالب .", "أنت طالب جيد .", "القطار جيد .", "أرى قطارا ."], ENGLISH),
    "mr": (
        ENGLISH,
        ["मी विद्यार्थी आहे .", "तू चांगला विद्यार्थी आहेस .", "गाडी चांगली आहे .", "मला गाडी दिसते ."],
    ),
    "zh": (ENGLISH, ["我是学生。", "你是好学生。", "火车很好。", "我看见火车。"]),
}
"""Pairs from Arabic, and into Marathi and Chinese."""
TEXTS = ("you are a good student .", "the train is good .")


@cache
def translator(arch: str, language: str = "fr") -> Translator:
    """The translator whose pages these are: it has learnt its four sentences by heart."""
    pairs = FOREIGN.get(language, (ENGLISH, FRENCH))
    settings: dict[str, Any] = {"model.embed_dim": 32, "model.dropout": 0.0}
    settings |= (
        {"model.feedforward_dim": 64, "model.num_layers": 2, "model.num_heads": 4}
        if arch == "transformer2017"
        else {"model.hidden_dim": 32}
    )
    settings["data.pair"] = "ar-en" if language == "ar" else f"en-{language}"
    made = small_translators.translator(arch, settings=settings, pairs=pairs)
    _teach(made, *pairs)
    return made


def _teach(translator: Translator, sources: list[str], targets: list[str]) -> None:
    model = translator.model.train()
    pad = torch.nn.utils.rnn.pad_sequence
    ids = [[*translator.source_tokenizer.encode(text).ids, EOS_ID] for text in sources]
    padded = pad([torch.tensor(row) for row in ids], batch_first=True)
    source = Source(padded, padded != PAD_ID)
    rows = [[*translator.target_tokenizer.encode(text).ids, EOS_ID] for text in targets]
    target = pad([torch.tensor(row) for row in rows], batch_first=True)
    start = torch.full((len(target), 1), BOS_ID)
    previous = torch.cat((start, target[:, :-1]), dim=1)
    adam = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(60):
        adam.zero_grad()
        features = model.decode(previous, model.encode(source)).features
        loss, count = model.output.loss(features, target)
        (loss / count).backward()
        adam.step()
    model.eval()


@cache
def page(arch: str, *, live: bool = True, language: str = "fr") -> str:
    """A page of one architecture, with its weights unless it is said otherwise."""
    texts = TEXTS if language == "fr" else FOREIGN[language][0][:2]
    return page_of_translators({arch: translator(arch, language)}, texts, live=live)


@cache
def traces(arch: str, *, live: bool = True) -> tuple[Trace, ...]:
    """What a page of this architecture shows; a live one computes with its 16-bit weights."""
    used = rounded(translator(arch)) if live else translator(arch)
    return tuple(used.translate(text).trace() for text in TEXTS)


def opened(
    browser_page: "Page",
    folder: Path,
    arch: str,
    address: str = "",
    *,
    live: bool = True,
    language: str = "fr",
    text: str | None = None,
) -> None:
    """Open a page of one architecture, or one with this text, and wait until the player runs.

    Args:
        browser_page: Where it is opened.
        folder: Where its file is written.
        arch: Its architecture.
        address: What stands behind the file's name, as ``#scene=matrix``.
        live: Whether it has its weights.
        language: Of its translations, or ``ar`` of its sources.
        text: The page's HTML, in the place of that.
    """
    path = folder / f"{arch}.html"
    path.write_text(text or page(arch, live=live, language=language), encoding="utf-8")
    browser_page.goto("about:blank")  # an address with another fragment alone would load nothing
    browser_page.goto(path.as_uri() + address)
    browser_page.wait_for_selector("html.running")


def press(page: "Page", *keys: str) -> None:
    """Press keys, one after the other."""
    for key in keys:
        page.keyboard.press(key)


def place(page: "Page") -> str:
    """Where the player says that it is: scene, step and beat."""
    return page.locator(".seek").get_attribute("aria-valuetext") or ""
