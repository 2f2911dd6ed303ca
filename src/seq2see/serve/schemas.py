"""What goes over the wire: requests and answers of all interfaces."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

BEAM = "Hypotheses kept at each step; 1: greedy. Left out: as the run's configuration says."


class Schema(BaseModel):
    """A plain object."""

    model_config = ConfigDict(extra="ignore")


class ErrorAnswer(Schema):
    """Why a request was refused."""

    error: str = Field(description="One sentence.", examples=["zz is not supported"])


class DetectedLanguage(Schema):
    """A language that a text may be in."""

    confidence: float = Field(description="0 to 100.", examples=[98.7])
    language: str = Field(examples=["en"])


class LanguageAnswer(Schema):
    """A language, and into which ones it can be translated."""

    code: str = Field(examples=["en"])
    name: str = Field(examples=["English"])
    targets: list[str] = Field(examples=[["fr", "zh"]])


class TranslateRequest(Schema):
    """A request of LibreTranslate."""

    q: str | list[str] = Field(description="A text, or several.", examples=["The cat sleeps."])
    source: str = Field(description="Code of a language, or `auto`.", examples=["en"])
    target: str = Field(examples=["fr"])
    format: str = Field("text", description="`text` or `html`.", examples=["text"])
    alternatives: int = Field(0, description="How many other translations.", examples=[2])
    api_key: str | None = Field(None, description="Where the service asks for one.")


class DetectRequest(Schema):
    """A request of LibreTranslate."""

    q: str = Field(examples=["The cat sleeps."])
    api_key: str | None = None


class TranslateAnswer(Schema):
    """An answer of LibreTranslate; lists where a list of texts was sent."""

    translatedText: str | list[str] = Field(examples=["Le chat dort."])  # noqa: N815
    detectedLanguage: DetectedLanguage | list[DetectedLanguage] | None = None  # noqa: N815
    alternatives: list[str] | list[list[str]] | None = None


class StatusAnswer(Schema):
    """Whether the service works."""

    status: str = Field(examples=["ok"])


class OpenNmtSource(Schema):
    """A text for OpenNMT's server."""

    src: str = Field(examples=["The cat sleeps."])
    id: int | None = Field(None, description="Which run, as /translator/models numbers them.")


class OpenNmtTarget(Schema):
    """A translation of OpenNMT's server."""

    src: str
    tgt: str
    n_best: int = Field(description="How many translations there are of each text.")
    pred_score: float
    align: list[str] | None = Field(None, description="Links `i-j`, where asked for.")


class OpenNmtModel(Schema):
    """A run, as OpenNMT's server tells of it."""

    model_id: int = Field(examples=[100])
    model: str
    status: str = Field(examples=["ready"])


class RunRequest(Schema):
    """Texts, and what to translate them by."""

    text: str | list[str] = Field(description="A text, or several.", examples=["The cat sleeps."])
    run: str | None = Field(
        None, description="Name of a run; or give `source` and `target`.", examples=["demo"]
    )
    source: str | None = Field(None, description="Code of a language, or `auto`.")
    target: str | None = None
    beam: int | None = Field(None, ge=1, description=BEAM)
    nbest: int = Field(1, ge=1, description="Translations of each sentence.")
    length_penalty: float | None = Field(None, ge=0, le=10, allow_inf_nan=False)
    look: bool = Field(False, description="Tokens, their probabilities, attention, alignment, too.")
    api_key: str | None = None


class HypothesisAnswer(Schema):
    """One translation of a sentence."""

    text: str
    score: float = Field(description="`log_prob` with length and coverage penalty.")
    log_prob: float
    tokens: list[str] | None = None
    token_log_probs: list[float] | None = Field(
        None, description="One for each token, and one for the end where the model ended it."
    )
    attention: list[list[float]] | None = Field(
        None, description="Rows: target tokens. Columns: source tokens and the end of the source."
    )
    word_attention: list[list[float]] | None = Field(
        None, description="The same between words at white space, and the ends."
    )
    alignment: list[tuple[int, int]] | None = Field(
        None, description="Links (source word, target word) between words at white space, from 0."
    )


class SentenceAnswer(Schema):
    """A sentence and its translations."""

    source: str
    source_tokens: list[str]
    hypotheses: list[HypothesisAnswer]
    warnings: list[str]


class TextAnswer(Schema):
    """A text and its translation."""

    text: str
    sentences: list[SentenceAnswer]


class RunAnswer(Schema):
    """Translations, and how they came about."""

    runs: list[str] = Field(description="The run; or two, one after the other.")
    source: str | None
    target: str | None
    pivot: str | None = Field(description="The language between, where there are two runs.")
    detected: DetectedLanguage | None
    translations: list[TextAnswer]


class TraceRequest(Schema):
    """A sentence to look into."""

    text: str = Field(examples=["The cat sleeps."])
    run: str
    beam: int | None = Field(None, ge=1, description=BEAM)
    api_key: str | None = None


class StreamRequest(Schema):
    """A text to listen to."""

    text: str = Field(examples=["The cat sleeps."])
    run: str
    beam: int | None = Field(None, ge=1, description=BEAM)
    api_key: str | None = None


class RunDescription(Schema):
    """A run."""

    name: str
    loaded: bool
    source: str | None = None
    target: str | None = None
    arch: str | None = None
    parameters: int | None = None


class ArchitectureDescription(Schema):
    """A member of the lineage."""

    name: str
    paper: str
    summary: str


class KeyOnly(Schema):
    """A request that needs nothing but permission."""

    api_key: str | None = None


class SettingsAnswer(Schema):
    """What LibreTranslate's own page asks for."""

    apiKeys: bool  # noqa: N815
    charLimit: int  # noqa: N815
    frontendTimeout: int  # noqa: N815
    keyRequired: bool  # noqa: N815
    language: dict[str, Any]
    suggestions: bool
    supportedFilesFormat: list[str]  # noqa: N815
