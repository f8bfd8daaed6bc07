"""The current run as one HTML file that needs no network: sections, charts and template.

Needs the extra `report`: Jinja fills the template, Altair and vl-convert draw the charts as SVG.
"""
