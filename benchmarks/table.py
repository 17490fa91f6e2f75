"""A benchmark's result: a table, and the promises that it checks."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Promise:
    """Something that docs/ say: a measured number, and the most or the least it may be."""

    what: str
    measured: float
    unit: str
    least: float | None = None
    most: float | None = None

    @property
    def kept(self) -> bool:
        return (self.least is None or self.measured >= self.least) and (self.most is None or self.measured <= self.most)

    def __str__(self) -> str:
        bound = f">= {self.least:g}" if self.least is not None else f"<= {self.most:g}"
        verdict = "kept" if self.kept else "MISSED"
        return f"{verdict}: {self.what}: promised {bound}{self.unit}, measured {self.measured:,.4g}{self.unit}"


@dataclass(slots=True)
class Report:
    """What a benchmark found. The first column names what a row says."""

    title: str
    columns: Sequence[str]
    rows: list[Sequence[str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)

    def __str__(self) -> str:
        table = [list(self.columns), *(list(row) for row in self.rows)]
        widths = [max(len(row[column]) for row in table) for column in range(len(self.columns))]
        lines = [
            "  ".join(
                [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
            )
            for row in table
        ]
        lines.insert(1, "  ".join("-" * width for width in widths))
        return "\n".join(
            [self.title, "", *lines, "", *self.notes, *(["", *map(str, self.promises)] if self.promises else [])]
        )
