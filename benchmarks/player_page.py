"""A large page in a browser: how long until it is painted, and how quickly it answers a pointer.

    python benchmarks/player_page.py

100 source tokens, 100 target tokens, 8 heads in each of 2 layers, random weights; saved with its
trace and opened from disk in the system's Chromium. For each scene: milliseconds from the start of
the page until the first frame stands; of a pointer's move to another token until its highlight is
painted; of one step to the next beat. The median of several, and the longest.
"""

import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT / "tests" / "support"))

TOKENS = 100
SCENES = ("heads", "matrix", "lines", "stack", "masked")
# Moves a pointer from token to token, and waits each time until the next frame is painted.
HOVER = """async () => {
  const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const tokens = [...document.querySelectorAll(".stage svg [data-link]")].slice(0, 40);
  const times = [];
  for (const token of tokens) {
    const start = performance.now();
    token.dispatchEvent(new PointerEvent("pointerover", {bubbles: true}));
    await painted();
    times.push(performance.now() - start);
  }
  return times;
}"""
STEP = """async () => {
  const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const times = [];
  for (let i = 0; i < 8; i++) {
    const start = performance.now();
    document.querySelector(".stage").dispatchEvent(
      new KeyboardEvent("keydown", {key: "ArrowRight", bubbles: true}));
    await painted();
    times.push(performance.now() - start);
  }
  return times;
}"""


def main() -> None:
    """Make the page, and measure."""
    import small_translators
    from playwright.sync_api import sync_playwright

    from seq2see.views.page import page_of

    settings = {
        "model.num_heads": 8,
        "model.num_layers": 2,
        "decode.max_length": TOKENS,
    }
    translator = small_translators.translator("transformer2017", settings=settings)
    source = " ".join(["I am a good student"] * (TOKENS // 5))
    target = " ".join(["je suis étudiant bon train"] * (TOKENS // 5))
    [translation] = translator.force([(source, target)])
    trace = translation.trace()
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    print(f"commit {commit}, {platform.machine()}, {platform.python_version()}")
    print(f"{len(trace.source)} x {len(trace.target)} tokens, {trace.num_heads} heads")
    print(f"{'scene':<10}{'first paint':>14}{'hover':>16}{'step':>16}")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder) / "page.html"
        path.write_text(page_of(trace), encoding="utf-8")
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("google-chrome"),
            args=["--no-sandbox", "--disable-background-networking"],
        )
        for scene in SCENES:
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.goto(f"{path.as_uri()}#scene={scene}")
            page.wait_for_selector(".stage svg > *", state="attached")
            first = page.evaluate("performance.now()")
            page.wait_for_timeout(300)
            hover, step = page.evaluate(HOVER), page.evaluate(STEP)
            print(f"{scene:<10}{first:>11.0f} ms{shown(hover):>16}{shown(step):>16}")
            page.close()
        browser.close()


def shown(times: list[float]) -> str:
    """The median and the longest."""
    return f"{statistics.median(times):.0f} / {max(times):.0f} ms" if times else "none"


if __name__ == "__main__":
    main()
