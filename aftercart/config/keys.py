"""The keys that a new installation makes for itself and keeps in `AFTERCART_HOME/keys.json`.

They are made once. Whoever gives AFTERCART_KEYS and SECRET_KEY in the environment needs no file.
"""

import base64
import contextlib
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

FILE_NAME = "keys.json"
OWNER_ONLY = 0o600


@dataclass(frozen=True, slots=True)
class Keys:
    """`sealing` is a ring in the form of AFTERCART_KEYS, `secret` signs sessions and links."""

    sealing: str
    secret: str


class KeysUnreadable(Exception):
    """The file of keys is there and cannot be used."""


def kept(home: Path) -> Keys:
    """The keys of the installation in `home`, made and written on the first call.

    Raises:
        KeysUnreadable: the file cannot be read or written, or is not what we wrote.
    """
    path = home / FILE_NAME
    try:
        if not path.exists():
            _write_once(path, _new())
        content = json.loads(path.read_text("utf-8"))
        return Keys(sealing=content["AFTERCART_KEYS"], secret=content["SECRET_KEY"])
    except OSError as error:
        raise KeysUnreadable(
            f"{path} cannot be used: {error.strerror}. AFTERCART_HOME names the folder; it must be "
            "one that can be written."
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise KeysUnreadable(
            f"{path} is damaged. Restore it from a backup: what is sealed with its keys opens with "
            "no other."
        ) from error


def _new() -> Keys:
    sealing = base64.b64encode(secrets.token_bytes(32)).decode()
    return Keys(sealing=f"k1:{sealing}", secret=secrets.token_urlsafe(48))


def _write_once(path: Path, keys: Keys) -> None:
    """Write the file whole or not at all; of two processes that try at once, the first wins."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o711)
    draft = path.with_name(f".{FILE_NAME}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump({"AFTERCART_KEYS": keys.sealing, "SECRET_KEY": keys.secret}, file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    with contextlib.suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
