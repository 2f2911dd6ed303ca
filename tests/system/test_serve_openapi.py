"""The service against its own description, by schemathesis."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from command_line import WordRun, command
from services import serving

# Some requests of the right form are refused for what they say, such as a language nobody knows.
UNTESTED = "positive_data_acceptance"


def test_answers_are_as_described(word_run: WordRun, back_run: Path, tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    key = command("serve", "--new-key", "ada", "--keys", keys).out.strip()
    # The examples ask for `demo`, from English to French.
    demo = shutil.copytree(word_run.path, tmp_path / "demo")
    with serving(tmp_path, demo, back_run, "--keys", keys) as service:
        asked = [str(Path(sys.executable).with_name("schemathesis"))]
        asked += ["run", f"{service.address}/spec"]
        asked += ["--header", f"Authorization: Bearer {key}"]
        asked += ["--checks", "all", "--exclude-checks", UNTESTED]
        asked += ["--max-examples", "4", "--seed", "1", "--no-shrink", "--no-color"]
        ended = subprocess.run(asked, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout
    selected, tested = re.findall(r"(?:Selected: \d+/|Tested: )(\d+)", ended.stdout)
    generated, passed = re.findall(r"(\d+) generated, (\d+) passed", ended.stdout)[0]
    assert (selected, generated) == (tested, passed)
    assert int(generated) > 200
