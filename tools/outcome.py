"""What became of one job of the test suite."""

from dataclasses import dataclass, field


@dataclass
class Outcome:
    """Counts of tests, and what the reader must know of the failures."""

    name: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    complaints: list = field(default_factory=list)
    remarks: list = field(default_factory=list)  # tests that passed, but not at once

    def blame(self, text):
        """Note a failure that no single test stands for."""
        self.failed += 1
        self.complaints.append(text)
