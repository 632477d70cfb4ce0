"""The pictures of README.md, made anew after `make review`: `python tests/screenshots.py`."""

import sys
from pathlib import Path

from chromium import MISSING, OPTIONS, find_chromium
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
PICTURES = {  # page below results/, place in it, width, dark
    "report": ("report/index.html", "", 1440, False),
    "behind": ("browser/index.html", "#behind=n12", 1440, True),
    "phone": ("browser/index.html", "", 360, False),
}


def main() -> None:
    if not (path := find_chromium()):
        sys.exit(MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=OPTIONS)
        for name, (page, place, width, dark) in PICTURES.items():
            context = browser.new_context(
                viewport={"width": width, "height": 900},
                color_scheme="dark" if dark else "light",
            )
            opened = context.new_page()
            opened.goto((ROOT / "results" / page).as_uri() + place)
            opened.wait_for_timeout(1000)
            opened.screenshot(path=ROOT / "docs" / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    main()
