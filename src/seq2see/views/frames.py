"""Single frames of the player, as SVG: what a page shows at a time, drawn without a browser."""

from collections.abc import Sequence
from dataclasses import dataclass

from seq2see.drawing.theme import ThemeName
from seq2see.errors import UsageError, nearest
from seq2see.trace import storage
from seq2see.trace.record import Trace
from seq2see.views import node
from seq2see.views.page import Language

WIDTH = 900


@dataclass(frozen=True)
class Frame:
    """One instant of the player."""

    scene: str
    beat: str
    time: float
    """Seconds from the beginning of the first scene."""
    svg: str


def frames(
    trace: Trace,
    times: Sequence[str] = ("all",),
    *,
    width: int = WIDTH,
    theme: ThemeName = "light",
    language: Language = "en",
) -> list[Frame]:
    """Draw frames of the player.

    Args:
        trace: What the player shows.
        times: Seconds; ``scene/beat``: when that beat has come to rest; ``scene``: when the scene
            is complete; ``all``: every beat of every scene.
        width: The room for a picture, in pixels; one that needs more is wider.
        theme: Colours.
        language: Of what is written in the pictures.

    Raises:
        UsageError: There is no such time.
        MissingExtraError: There is no Node.
    """
    choices = {"width": width, "theme": theme, "language": language}
    job = {"trace": storage.to_json(trace, "all"), "times": list(times), "choices": choices}
    done = node.call("frames.js", "frames", job)
    if "unknown" in done:
        unknown = done["unknown"]
        scenes = [name for name in done["known"] if "/" not in name]
        remedy = (
            f"; give seconds up to {done['duration']:.1f}, `all`, a scene ({', '.join(scenes)}) or "
            "one of its beats, as `SCENE/BEAT`."
        )
        raise UsageError(f"There is no time `{unknown}`{nearest(unknown, done['known'], remedy)}")
    return [Frame(**{**frame, "time": float(frame["time"])}) for frame in done["frames"]]
