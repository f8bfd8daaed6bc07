"""Refuse to build a package without its queries; everything else stands in pyproject.toml."""

from pathlib import Path

from setuptools import setup

if not any((Path(__file__).parent / "influence" / "cypher").rglob("*.cypher")):
    raise SystemExit(
        "influence/cypher holds no query: it is a symbolic link to cypher/, and this checkout "
        "was made without symbolic links (git config core.symlinks true, then check out again)"
    )

setup()
