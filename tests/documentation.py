"""What a page of the documentation states."""

import re
from pathlib import Path


def stated(page: Path, *parts: str) -> bool:
    """Whether some paragraph, item or row of a page has all these names and numbers."""
    whole = [re.compile(rf"(?<![\d.,]){re.escape(part)}(?!\d|[.,]\d)") for part in parts]
    blocks = re.split(r"\n(?=\n|- |\|)", page.read_text(encoding="utf-8"))
    return any(all(each.search(" ".join(block.split())) for each in whole) for block in blocks)
