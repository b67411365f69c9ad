"""The environment that Django gets, for a demo, a command or a test."""

import os
import secrets
import shutil
from pathlib import Path

from launching.places import ROOT, VAR

URL_NOTE = VAR / "demo.url"  # there while bin/demo runs


def base() -> dict[str, str]:
    """Ours without libpq's variables: PGPORT or PGSERVICE would lead astray from our socket."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
    return kept | {"PYTHONPATH": str(ROOT / "bin" / "lib")}


def loopback() -> dict[str, str]:
    """What a demo or a test changes to the safe defaults: no TLS, because nothing leaves."""
    return {
        "MARIANNE_INSECURE_HTTP": "1",
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "STATIC_ROOT": str(VAR / "statique"),
    }


def for_demo() -> dict[str, str]:
    """The person's own environment wins over each of these values."""
    return (
        loopback()
        | {
            "SECRET_KEY": kept_secret("cle_secrete", 64),
            "MARIANNE_DEMO_PASSWORD": kept_secret("mot_de_passe_demo", 12),
            "PUBLIC_BASE_URL": running_demo_url() or "http://localhost:8000",
            # No message leaves a demo: it is written in the worker's log.
            "EMAIL_URL": "consolemail://",
        }
        | base()
    )


def running_demo_url() -> str | None:
    try:
        return URL_NOTE.read_text()
    except FileNotFoundError:
        return None


def production_like() -> dict[str, str]:
    """What `check --deploy` must find nothing to say about."""
    return {
        "MARIANNE_INSECURE_HTTP": "0",
        "DEBUG": "0",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "ALLOWED_HOSTS": "gru.exemple.fr",
        "PUBLIC_BASE_URL": "https://gru.exemple.fr",
        "BEHIND_TLS_PROXY": "1",
    }


def is_set(name: str) -> bool:
    return bool(os.environ.get(name))


def kept_secret(name: str, size: int) -> str:
    """A secret of this installation: made once, readable by its owner alone."""
    path = VAR / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(size))
        draft.replace(path)
    return path.read_text()


def find_chromium() -> Path | None:
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next(filter(None, map(shutil.which, names)), None)
    return Path(found) if found else None
