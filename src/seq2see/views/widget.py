"""The player as a Jupyter widget, whose time and sentence Python can read and set."""

from typing import TYPE_CHECKING, Any

from seq2see.decoding.translation import Translation
from seq2see.errors import ConfigError
from seq2see.extras import require
from seq2see.trace.record import Trace
from seq2see.views import modules
from seq2see.views.page import Language, Model, Sentence, page_data

if TYPE_CHECKING:
    import traitlets
    from anywidget import AnyWidget
else:
    AnyWidget = require("anywidget", feature="The widget", extra="widget").AnyWidget
    traitlets = require("traitlets", feature="The widget", extra="widget")

ENTRY = "seq2see/widget"


def module() -> str:
    """The widget's module: it unpacks the player's modules and hands over to `static/widget.js`."""
    return (
        f"{modules.source(modules.LOADER)}\n"
        f'const packed = "{modules.pack({}, ENTRY)}";\n'
        "const player = unpack(packed).then(({ modules }) => importLast(modules));\n"
        "export default { render: async (context) => (await player).render(context) };\n"
    )


class Player(AnyWidget):
    """Shows translations of one model.

    ``time`` (seconds), ``playing`` and ``sentence`` (counted from 0) follow what is done in the
    player, and the player follows them.

    Args:
        shown: Translations or traces, one sentence each.
        title: Stands above; None: the name of the architecture.
        language: Of the interface.

    Raises:
        ConfigError: There is nothing to show.
    """

    _esm = module()
    _css = modules.style()
    data = traitlets.Dict().tag(sync=True)
    time = traitlets.Float(0.0).tag(sync=True)
    playing = traitlets.Bool(False).tag(sync=True)
    sentence = traitlets.Int(0).tag(sync=True)

    @traitlets.validate("sentence")
    def _there(self, proposal: dict[str, Any]) -> int:
        sentence: int = proposal["value"]
        count = len(self.data["sentences"])
        if not 0 <= sentence < count:
            raise ConfigError(
                f"`sentence` must be from 0 to {count - 1}, one of those shown, but is {sentence}."
            )
        return sentence

    def __init__(
        self, *shown: Translation | Trace, title: str | None = None, language: Language = "en"
    ) -> None:
        if not shown:
            raise ConfigError("A player needs something to show; give it a translation or a trace.")
        traces = [one if isinstance(one, Trace) else one.trace() for one in shown]
        info = traces[0].model
        sentences = [Sentence(trace.source.text, (trace,)) for trace in traces]
        data = page_data(
            [Model(info.arch, info)], sentences, title=title or info.arch, language=language
        )
        super().__init__(data=data)
