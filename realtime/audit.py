"""Audits: what counters and brackets say, against what they are counted from. Each app looks at its own rows.

While things move, two numbers read one after the other may differ without being wrong. So an audit first finds
suspects, without a lock; each is looked at again under the lock that whoever writes it takes, and only what still
differs there is a difference, and repaired in that transaction.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Difference:
    """What is not as it should be. What only a person can judge is named and not ``repaired``."""

    what: str
    expected: str
    came: str
    repaired: bool = False

    def __str__(self) -> str:
        end = ", repaired" if self.repaired else ""
        return f"{self.what}: expected {self.expected}, came {self.came}{end}"
