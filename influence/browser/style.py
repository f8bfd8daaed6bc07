"""The Browser's style: colours, sizes and captions of labels and relationship types."""

from __future__ import annotations

PLAIN = "#4A4F57"
INK = "#FFFFFF"


def _node(
    size: int, color: str, border: str | None = None, text: str | None = None
) -> dict[str, str]:
    rule = {"diameter": f"{size}px", "color": color}
    if border:
        rule["border-color"] = border
    if text:
        rule["text-color-internal"] = text
    return rule


# All rules for the labels of a node apply; where they conflict, the last one wins. So the quadrant
# of a customer sets colour and size, and the stance keeps the border.
NODES: dict[str, dict[str, str]] = {
    "Customer": _node(46, "#8DA2BC", "#5F7592", INK) | {"border-width": "4px", "font-size": "10px"},
    "Promoter": _node(50, "#1F9E89", "#0E6655", INK),
    "Detractor": _node(54, "#D1495B", "#8A1F33", INK),
    "Miser": _node(38, "#B9BEC6", text=PLAIN),
    "Affluent": _node(62, "#4C78B8", text=INK),
    "Advocate": _node(62, "#7FBF5B", text=PLAIN),
    "Champion": _node(76, "#F0B429", text=PLAIN),
    "Ambassador": _node(88, "#0B7A5C", "#F0B429", INK),
    "CriticalDetractor": _node(88, "#9B1B30", "#2B0A10", INK),
    "Purchase": _node(24, "#E4E0D6", "#CBC5B6", PLAIN) | {"font-size": "8px"},
    "Survey": _node(24, "#DDD6E8", "#BFB3D1", PLAIN) | {"font-size": "8px"},
    "Engagement": _node(24, "#D6E8E1", "#A9CBBE", PLAIN) | {"font-size": "8px"},
    "Profile": _node(24, "#D9E4F2", "#AEC3DF", PLAIN) | {"font-size": "8px"},
    "InfluenceRun": _node(34, "#E9EBEE", "#C3C8CF", PLAIN) | {"font-size": "8px"},
}
CAPTIONS = {
    "Purchase": "{amount}", "Survey": "{score}", "Engagement": "{kind}", "Profile": "{network}",
    "InfluenceRun": "{status}",
}  # fmt: skip

RELATIONSHIP = {
    "color": "#B4BECB", "shaft-width": "1px", "font-size": "8px", "padding": "3px",
    "text-color-external": "#7A8492", "text-color-internal": INK, "caption": "<type>",
}  # fmt: skip
RELATIONSHIPS: dict[str, dict[str, str]] = {
    "TIE": {"color": "#B4BECB", "shaft-width": "1px", "caption": "{kind}"},
    "REFERRED": {"color": "#E07B00", "shaft-width": "5px", "caption": "referred"},
    "PURCHASED": {"color": "#DAD5C8", "shaft-width": "1px", "caption": ""},
    "ANSWERED": {"color": "#CEC4DC", "shaft-width": "1px", "caption": ""},
    "ENGAGED": {"color": "#BFD8CE", "shaft-width": "1px", "caption": ""},
    "TOWARDS": {"color": "#BFD8CE", "shaft-width": "1px", "caption": "towards"},
    "HAS_PROFILE": {"color": "#C3D3E8", "shaft-width": "1px", "caption": ""},
}


def style(caption: str) -> str:
    """Return the style as text; `caption` is the caption of customers, such as `{name}`."""
    rules = [("node", _node(46, "#B9BEC6", "#9AA1AC", INK) | {"border-width": "2px"})]
    for label, rule in NODES.items():
        shown = {"Customer": caption, **CAPTIONS}.get(label)
        rules.append((f"node.{label}", rule | ({"caption": shown} if shown else {})))
    rules.append(("relationship", RELATIONSHIP))
    rules += [(f"relationship.{name}", rule) for name, rule in RELATIONSHIPS.items()]
    return "\n".join(_rule(selector, properties) for selector, properties in rules)


def _rule(selector: str, properties: dict[str, str]) -> str:
    lines = [f"  {key}: {_quoted(key, value)};" for key, value in properties.items()]
    return "\n".join([f"{selector} {{", *lines, "}", ""])


def _quoted(key: str, value: str) -> str:
    return f'"{value}"' if key == "caption" else value
