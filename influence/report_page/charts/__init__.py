"""Charts: data in, SVG out; drawn by Altair and vl-convert."""
