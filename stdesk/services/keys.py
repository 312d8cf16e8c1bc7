"""The unit's own key and the centre's list of keys: made, shown, printed, brought back, taken in.

The key lies in ``library.db``, so it is in every backup of the library; the sheet for the safe is for the
day when there is none. Making a key and taking a list in stand in the history, but nothing undoes them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from stdesk import atomic
from stdesk.clock import Clock, local_time
from stdesk.errors import UserError, from_os_error
from stdesk.exchange.scans import SUFFIXES, read_codes
from stdesk.i18n import message
from stdesk.package import roster as rosters
from stdesk.package.keys import PublicKey, SecretKey, code_of, read_code
from stdesk.package.roster import MOST_ROSTER, WARNING_DAYS, Roster
from stdesk.package.words import fingerprint_words, short_form
from stdesk.paths import open_plain
from stdesk.progress import Progress
from stdesk.store.library import Library, StoredKey

__all__ = ["Keys", "OwnKey", "Roster", "SeenRoster", "read_small"]

PAPER_MARK = "STDESK-KEY-1 "
"""Before the code in the QR code of the sheet for the safe."""
_MOST_KEY_FILE = 16_384


@dataclass(frozen=True, slots=True)
class OwnKey:
    """The unit's key, as far as everybody may see it.

    Attributes:
        id: 16 digits. public_text: the two lines of minisign's public file.
        words: of its fingerprint; short: the same eight bytes in digits. made_at: UTC.
    """

    id: str
    public_text: str
    words: tuple[str, ...]
    short: str
    made_at: str


@dataclass(frozen=True, slots=True)
class SeenRoster:
    """A list of keys that was opened and not taken in yet.

    Attributes:
        roster: what it says. words: of the key that signed it.
        known: signed by a key that is trusted here, so that no words need be compared.
        same: it is the one in use.
    """

    roster: Roster
    words: tuple[str, ...]
    known: bool
    same: bool


class Keys:
    """Keys of an open library."""

    def __init__(self, library: Library, clock: Clock, demand: Callable[[], None] | None = None) -> None:
        """``demand`` raises ``role_wanted`` while an administrator's code is missing."""
        self._demand = demand or (lambda: None)
        self._library = library
        self._clock = clock
        self._making = threading.Lock()

    # -- the own key

    def known(self) -> OwnKey | None:
        """The unit's key, if it was made."""
        stored = self._library.keys.own()
        return _own(stored) if stored else None

    def own(self) -> OwnKey:
        """The unit's key, made at first use.

        Raises:
            UserError: ``own_key_none`` when it is wanted of a library that cannot be written;
                ``own_key_as_of`` of a copy that shows an earlier day; what the disk refused.
        """
        return _own(self._stored())

    def secret(self) -> SecretKey:
        """What the unit signs with. Raises what :meth:`own` does; ``secret_key_damaged``."""
        return SecretKey.parse(self._stored().secret)

    def key_card(self) -> bytes:
        """The file that the unit gives to the centre. Raises what :meth:`own` does."""
        stored, settings = self._stored(), self._library.settings
        code, name = settings.get("unit_code"), settings.get("unit_name")
        return rosters.seal_card(code, name, stored.made_at, SecretKey.parse(stored.secret))

    def print_page(self) -> bytes:
        """The sheet for the safe, PDF. Raises what :meth:`own` does."""
        from stdesk.reports.key_page import KeyPaper, render_key_page  # late: it brings the drawing library

        stored, unit = self._stored(), self._library.settings
        secret = SecretKey.parse(stored.secret)
        lines = code_of(secret)
        return render_key_page(
            KeyPaper(
                superior=unit.get("superior_name"),
                unit=unit.get("unit_name"),
                unit_code=unit.get("unit_code"),
                place=unit.get("place"),
                key_id=secret.public.id,
                words=fingerprint_words(secret.public),
                made=local_time(stored.made_at),
                lines=lines,
                qr=PAPER_MARK + "".join(lines).replace(" ", ""),
                printed=self._clock().astimezone(),
            )
        )

    def write_card(self, path: Path) -> Path:
        """Write :meth:`key_card` to ``path``. Raises what it does, and what the disk refused."""
        return _written(path, self.key_card())

    def write_page(self, path: Path) -> Path:
        """Write :meth:`print_page` to ``path``, for the owner's eyes only where the system knows of owners."""
        _written(path, self.print_page())
        with suppress(OSError):  # FAT32 keeps no modes
            path.chmod(0o600)
        return path

    def restore(self, text: str) -> OwnKey:
        """Use the key of the sheet for the safe again: its code typed, its QR code's text, or a key file's.

        The key in use until now is kept, so that packages signed with it can be made again, and signs
        nothing new.

        Raises:
            UserError: ``key_code_…``; ``secret_key_…``; ``own_key_as_of``; what the disk refused.
        """
        self._demand()
        secret = read_secret(text)
        if self._library.as_of is not None:
            raise UserError("own_key_as_of")
        with self._making:
            held = self._library.keys.own()
            if held is None or held.key_id != secret.public.id:
                held = self._put(secret, "restored_key")
        return _own(held)

    def restore_from(self, path: Path, progress: Progress | None = None) -> OwnKey:
        """The same from a file: a scan or the PDF of the sheet, or a text file.

        Raises:
            UserError: also ``key_not_in_scan``; what reading scans raises.
        """
        if path.suffix.lower() not in SUFFIXES:
            return self.restore(read_small(path, _MOST_KEY_FILE).decode("utf-8", "replace"))
        codes = [one for page in read_codes(path, progress).codes for one in page]
        found = next((one for one in codes if one.startswith(PAPER_MARK)), None)
        if found is None:
            raise UserError("key_not_in_scan", name=path.name)
        return self.restore(found)

    def _stored(self) -> StoredKey:
        if self._library.as_of is not None:
            raise UserError("own_key_as_of")
        with self._making:
            held = self._library.keys.own()
            if held is None:
                if self._library.read_only:
                    raise UserError("own_key_none")
                held = self._put(SecretKey.generate(), "made_key")
        return held

    def _put(self, secret: SecretKey, label: str) -> StoredKey:
        unit = self._library.settings.get("unit_code")
        public = secret.public.text(f"{unit} {secret.public.id}")
        return self._library.keys.put_own(secret.public.id, secret.text(), public, label=label)

    # -- the centre's list

    def roster(self) -> Roster | None:
        """The centre's list of keys in use; it was checked when it was taken in."""
        stored = self._library.keys.roster()
        return rosters.read_roster(stored.raw)[0] if stored else None

    def roster_taken_at(self) -> str:
        """When the list in use was taken in, UTC; "" without one."""
        stored = self._library.keys.roster()
        return stored.at if stored else ""

    def look(self, raw: bytes) -> SeenRoster:
        """What a list of keys says, before it is taken in. Raises ``envelope_…``, ``roster_…``."""
        roster, envelope = rosters.read_roster(raw)
        signer = rosters.signer_of(roster, envelope)
        held = self._library.keys.roster()
        known = same = False
        if held is not None:
            before, _ = rosters.read_roster(held.raw)
            known, same = signer in [one.key for one in before.centre.keys], held.raw == raw
        return SeenRoster(roster, fingerprint_words(signer), known, same)

    def take_roster(self, raw: bytes, *, pinned_words: str | None = None) -> Roster:
        """Use a list of keys from now on.

        Args:
            pinned_words: as heard over the telephone. They are needed for the first list, and for one
                signed with a key that the list in use does not name; it must be newer all the same.

        Raises:
            UserError: ``roster_words_needed``; what :func:`stdesk.package.roster.check_first` and
                :func:`~stdesk.package.roster.check_newer` raise; what the disk refused.
        """
        self._demand()
        held, now = self._library.keys.roster(), self._clock()
        if held is None:
            if pinned_words is None:
                raise UserError("roster_words_needed")
            roster = rosters.check_first(raw, pinned_words, now)
        else:
            try:
                roster = rosters.check_newer(held.raw, raw, now)
            except UserError as error:
                if error.code != "roster_signer_unknown" or pinned_words is None:
                    raise
                roster = self._pinned_anew(raw, pinned_words, held.version, now)
        self._library.keys.put_roster(roster.version, raw, label="took_roster")
        return roster

    @staticmethod
    def _pinned_anew(raw: bytes, words: str, version: int, now: datetime) -> Roster:
        roster = rosters.check_first(raw, words, now)
        if roster.version <= version:
            raise UserError("roster_older", found=str(roster.version), known=str(version))
        return roster

    def centre_keys(self) -> tuple[PublicKey, ...]:
        """The keys with which the centre may sign today; none when its list has expired."""
        roster, now = self.roster(), self._clock()
        if roster is None or roster.days_left(now) < 0:
            return ()
        return roster.centre_keys(now.date())

    def centre_words(self) -> tuple[str, ...]:
        """The words of the centre's newest key, for the telephone; () without one."""
        keys = self.centre_keys()
        return fingerprint_words(keys[-1]) if keys else ()

    def recipients(self) -> tuple[str, ...]:
        """For whom packages are sealed (age); none without a list, or when it has expired."""
        roster = self.roster()
        if roster is None or roster.days_left(self._clock()) < 0:
            return ()
        return roster.centre.recipients

    def warnings(self, today: date | None = None) -> tuple[str, ...]:
        """What to see to, each a sentence; () as long as the centre sent no list.

        Args:
            today: by default the clock's day.
        """
        roster, now = self.roster(), self._clock()
        if roster is None:
            return ()
        if today is not None:
            now = now.replace(year=today.year, month=today.month, day=today.day)
        days, day = roster.days_left(now), now.date()
        if days < 0:
            values = {"version": str(roster.version), "expires": roster.expires_shown}
            return (message("roster_expired", **values),)
        said = []
        if days <= WARNING_DAYS:
            said.append(message("roster_expires_soon", expires=roster.expires_shown, days=days))
        if not roster.centre_keys(day):
            said.append(message("roster_no_key_left"))
        own = self.known()
        if own is not None:
            said += self._own_warnings(roster, own, day)
        return tuple(said)

    def _own_warnings(self, roster: Roster, own: OwnKey, day: date) -> Sequence[str]:
        unit = self._library.settings.get("unit_code")
        if own.id in [key.id for key in roster.unit_keys(unit, day)]:
            return ()
        listed = any(one.key.id == own.id for one in roster.units if one.unit_code == unit)
        return (message("own_key_revoked" if listed else "own_key_unlisted"),)


def read_secret(text: str) -> SecretKey:
    """The key of a typed code, a QR code's text or a key file. Raises ``key_code_…``, ``secret_key_…``."""
    typed = text.strip()
    if typed.startswith(PAPER_MARK.strip()):
        return read_code(typed[len(PAPER_MARK.strip()) :])
    if typed.startswith("untrusted comment:") or (len(typed.split()) == 1 and len(typed) > 100):
        secret = SecretKey.parse(typed)
        if not secret.own_id:
            raise UserError("secret_key_foreign", key=secret.public.id)
        return secret
    return read_code(typed)


def read_small(path: Path, most: int = MOST_ROSTER) -> bytes:
    """A file that must be small. Raises ``not_a_small_file``, what the disk refused."""
    try:
        with open_plain(path) as file:
            raw = file.read(most + 1)
            size = path.stat().st_size
    except OSError as error:
        raise from_os_error(error, path) from error
    if len(raw) > most:
        raise UserError("not_a_small_file", path=str(path), size=max(size, len(raw)))
    return raw


def _written(path: Path, content: bytes) -> Path:
    try:
        atomic.write_bytes(path, content)
    except OSError as error:
        raise from_os_error(error, path) from error
    return path


def _own(stored: StoredKey) -> OwnKey:
    key = PublicKey.parse(stored.public)
    return OwnKey(key.id, stored.public, fingerprint_words(key), short_form(key), stored.made_at)
