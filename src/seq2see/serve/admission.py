"""Who may ask, and how often."""

import hashlib
import hmac
import secrets
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from pathlib import Path
from time import monotonic

from seq2see.errors import DataError, UsageError
from seq2see.serve.refusal import Refusal

ADMIN = "admin"
"""Behind a key in the file of keys: it may load and unload runs."""
_CLIENTS = 10_000
"""Clients whose pace is remembered; of more, those that asked longest ago are forgotten."""


@dataclass(frozen=True)
class Key:
    """An API key, as it is kept: not itself, but its hash. Keys are too long to be guessed."""

    name: str
    digest: str
    """SHA-256 in hexadecimal."""
    is_admin: bool = False


def new_key(name: str, *, is_admin: bool = False) -> tuple[str, str]:
    """Make a key.

    Returns:
        The key, which is shown once, and the line for the file of keys.

    Raises:
        UsageError: The name has white space in it, or there is none.
    """
    if len(name.split()) != 1:
        raise UsageError(f"The name of a key, `{name}`, must be one word.")
    key = secrets.token_urlsafe(32)
    return key, f"{name} {_digest(key)}{' ' + ADMIN if is_admin else ''}\n"


def read_keys(path: Path) -> tuple[Key, ...]:
    """Read a file of keys: a name and a hash on each line, and ``admin`` behind some.

    Raises:
        DataError: The file cannot be read, or a line is something else.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"The file of keys `{path}` cannot be read: {error}.") from None
    return tuple(_key(line, path, number) for number, line in enumerate(lines, 1) if line.strip())


def _key(line: str, path: Path, number: int) -> Key:
    name, *rest = line.split()
    is_digest = bool(rest) and len(rest[0]) == 64 and not set(rest[0]) - set("0123456789abcdef")
    if not is_digest or rest[1:] not in ([], [ADMIN]):
        raise DataError(
            f"Line {number} of `{path}` is not a name, the SHA-256 of a key in hexadecimal, and "
            f"`{ADMIN}` or nothing; `seq2see serve --new-key NAME --keys {path}` writes such lines."
        )
    return Key(name, rest[0], rest[1:] == [ADMIN])


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode(errors="surrogatepass")).hexdigest()


def is_loopback(address: str) -> bool:
    """Whether an address, or a name, is that of this machine for itself."""
    try:
        parsed = ip_address(address.strip("[]"))
    except ValueError:
        return address == "localhost"
    mapped = parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else None
    return (mapped or parsed).is_loopback


class Admission:
    """Decides who is served.

    Args:
        keys: Those who may ask; none: everybody may.
        requests_a_minute: Most of each key, or of each address where there are no keys; None: any
            number. So many may come at once, and then again as time passes.
        clock: Seconds that pass.
    """

    def __init__(
        self,
        keys: Iterable[Key],
        requests_a_minute: int | None,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._keys = tuple(keys)
        self._rate = requests_a_minute
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    @property
    def needs_key(self) -> bool:
        """Whether only those with a key are served."""
        return bool(self._keys)

    def admit(self, key: str | None, address: str) -> None:
        """Let a client ask once.

        Raises:
            Refusal: It has no valid key, or has asked too often.
        """
        found = self._find(key)
        if self._keys and found is None:
            raise Refusal(403, "A valid API key is needed; give it as api_key.")
        if self._rate is not None:
            self._count(address if found is None else f"key {found.name}", self._rate)

    def admit_admin(self, key: str | None, address: str, *, is_by_page: bool) -> None:
        """Let a client change what is loaded: with an admin's key, or from this machine if no keys.

        Args:
            key: Its key.
            address: Where it is.
            is_by_page: Whether a page of another site asks, with a browser on this machine.

        Raises:
            Refusal: It may not.
        """
        found = self._find(key)
        is_here = not self._keys and is_loopback(address) and not is_by_page
        allowed = found.is_admin if found else is_here
        if not allowed:
            raise Refusal(403, "Runs are loaded and unloaded with the API key of an admin only.")

    def _find(self, key: str | None) -> Key | None:
        if not key:
            return None
        digest = _digest(key)
        found = None
        for one in self._keys:  # all of them, so that the time tells nothing
            if hmac.compare_digest(one.digest, digest):
                found = one
        return found

    def _count(self, client: str, rate: int) -> None:
        """A bucket that holds ``rate`` requests and fills in a minute."""
        now = self._clock()
        left, before = self._left.pop(client, (float(rate), now))
        left = min(float(rate), left + (now - before) * rate / 60)
        is_enough = left >= 1
        self._left[client] = (left - is_enough, now)
        while len(self._left) > _CLIENTS:
            self._left.popitem(last=False)
        if not is_enough:
            wait = int((1 - left) * 60 / rate) + 1
            raise Refusal(
                429, f"The limit is {rate} requests a minute; try again in {wait} s.", wait
            )
