"""The browser in which tests and pictures open the pages."""

import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome")
OPTIONS = [  # a root user's container, no screen, and nothing that calls home
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
MISSING = f"no browser to open pages in: none of {', '.join(NAMES)} is on the path"


def find_chromium() -> str | None:
    """The path of the first that is installed."""
    return next(filter(None, map(shutil.which, NAMES)), None)
