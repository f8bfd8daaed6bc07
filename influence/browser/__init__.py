"""Files for the Neo4j Browser: a style, saved queries and a guide.

They are dragged onto the Browser, or served to it (`influence.browser.serve`).
"""

from influence.browser.bundle import files, write
from influence.browser.examples import Examples

__all__ = ["Examples", "files", "write"]
