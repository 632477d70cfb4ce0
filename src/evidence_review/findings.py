"""What is wrong with an input, said once and in one form, wherever it was noticed."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: where it stands, what it is, what to do about it."""

    file: str
    problem: str
    remedy: str
    row: int | None = None  # line of the file, the header being line 1
    column: str | None = None

    def __str__(self) -> str:
        place = self.file
        if self.row is not None:
            place += f", row {self.row}"
        if self.column is not None:
            place += f", column {self.column}"
        return f"{place}: {self.problem}. {self.remedy}"


class BadInput(ValueError):
    """The input can't be used; `findings` says where and why (at least one finding)."""

    def __init__(self, findings: Finding | Sequence[Finding]):
        self.findings = [findings] if isinstance(findings, Finding) else list(findings)
        super().__init__("\n".join(map(str, self.findings)))
