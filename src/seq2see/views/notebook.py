"""The player in a notebook, and a picture where its scripts may not run.

A notebook that is not trusted, and sites that show notebooks, take scripts and frames away, but
leave pictures: so there is one behind the frame. Each frame is sealed off, so that two of them do
not disturb each other, and can reach neither the notebook nor the network.
"""

import base64
from html import escape
from typing import Any

from seq2see.drawing import export
from seq2see.errors import MissingExtraError
from seq2see.trace.record import Trace
from seq2see.views.page import page_of, poster

HEIGHT = 780
"""Of the player, in pixels."""

_HTML = """<div style="position: relative; min-height: {height}px">
<img alt="{description}" src="{picture}" style="max-width: 100%">
<iframe title="{description}" sandbox="allow-scripts" srcdoc="{page}"
  style="position: absolute; left: 0; top: 0; width: 100%; height: {height}px; border: 0;
  background: white"></iframe>
</div>"""


def notebook_bundle(trace: Trace) -> dict[str, Any]:
    """Return what a notebook shows of a trace, by kind of content.

    Args:
        trace: What is shown.

    Returns:
        The player as ``text/html``, a picture as ``image/png`` (as ``image/svg+xml`` where the
        extra ``figures`` is not installed), and a line of text.
    """
    svg = poster(trace)
    html = _HTML.format(
        height=HEIGHT,
        description=escape(f"{trace.source.text} → {trace.target.text}"),
        picture=f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode('ascii')}",
        page=escape(page_of(trace)),
    )
    return {"text/html": html, "text/plain": repr(trace), **_picture(svg)}


def _picture(svg: str) -> dict[str, Any]:
    try:
        return {"image/png": base64.b64encode(export.to_png(svg)).decode("ascii")}
    except MissingExtraError:
        return {"image/svg+xml": svg}
