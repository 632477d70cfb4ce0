"""Where pandoc is: the one that the wheel brings, whatever else is on the path."""

import sys
from pathlib import Path

import pypandoc

# Not `pypandoc.get_pandoc_path`, which for a moment names another to whoever asks at the same time.
PANDOC = (
    Path(pypandoc.__file__).parent
    / "files"
    / ("pandoc.exe" if sys.platform == "win32" else "pandoc")
)
