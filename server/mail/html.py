"""The HTML part of a mail: one column of tables with inline styles, which is what mail clients understand.

Colours come in pairs: inline for light, and a class that `prefers-color-scheme: dark` overrides where the
client knows it. Everything is escaped; there is no image, no script and exactly one link.
"""

import re
from html import escape
from typing import Final

from schema.status import Status
from server.mail.formats import NOTHING
from server.mail.letter import Group, Letter, Row, Section
from server.mail.words import PRODUCT, say

_FONT: Final = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"

_NUMBER: Final = re.compile(r"\b\d{4}-\d{4,}\b")

# Light ground and text of each state, its dark ground and text, and the shape that goes with the word.
_BADGES: Final[dict[Status, tuple[str, str, str, str, str]]] = {
    "draft": ("#F2F4F7", "#475467", "#2A2F38", "#C3CAD5", "□"),
    "waiting": ("#FEF3C7", "#B45309", "#3D2E0B", "#FCD34D", "○"),
    "changed": ("#FEE4E2", "#B42318", "#46181A", "#FDA29B", "▲"),
    "agreed": ("#D1FADF", "#067647", "#0D3524", "#6CE9A6", "✓"),
    "amending": ("#D1FADF", "#067647", "#0D3524", "#6CE9A6", "✓"),
    "closed": ("#E4E7EC", "#344054", "#2F3541", "#D0D5DD", "■"),
}

_STYLE: Final = """
body{margin:0;padding:0}
@media (prefers-color-scheme:dark){
.page{background:#16191F!important}
.card{background:#1F232B!important;border-color:#343A46!important}
.ink{color:#E6E9EF!important}
.quiet{color:#A3ACBA!important}
.rule{border-color:#343A46!important}
.old{color:#A3ACBA!important}
.button,.button a{background:#8EA6FF!important;color:#10131A!important}
%s
}
@media (max-width:480px){.card{padding:20px 16px!important}}
"""


def render_html(letter: Letter) -> str:
    """The letter as a whole HTML document."""
    body = "".join(
        (
            _badge(letter),
            _paragraph(letter.greeting),
            *(_paragraph(text) for text in letter.paragraphs),
            _reason(letter),
            *(_section(section) for section in letter.sections),
            _paragraph(letter.turn, strong=True) if letter.turn else "",
            _button(letter),
            *(_quiet(text) for text in letter.footer),
        )
    )
    return _PAGE.format(
        language=letter.language,
        subject=escape(letter.subject),
        style=_STYLE % _dark_badges(),
        font=_FONT,
        body=body,
        sent_by=_quiet(say(letter.language, "sent_by", product=PRODUCT[letter.language])),
    )


_PAGE: Final = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>{subject}</title>
<style>{style}</style>
</head>
<body class="page" style="margin:0;padding:0;background:#F5F6F8">
<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" border="0" \
style="background:#F5F6F8">
<tr><td align="center" style="padding:24px 12px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" \
style="max-width:600px;{font}">
<tr><td class="card" style="background:#FFFFFF;border:1px solid #E1E5EB;border-radius:10px;padding:28px 32px">
{body}</td></tr>
<tr><td style="padding:16px 12px 0">
{sent_by}</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
"""


def _dark_badges() -> str:
    return "\n".join(
        f".badge-{status}{{background:{ground}!important;color:{text}!important}}"
        for status, (_, _, ground, text, _) in _BADGES.items()
    )


def _badge(letter: Letter) -> str:
    if letter.status is None:
        return ""
    ground, text, _, _, shape = _BADGES[letter.status]
    word = escape(say(letter.language, f"status_{letter.status}"))
    return (
        f'<p style="margin:0 0 20px"><span class="badge-{letter.status}" style="display:inline-block;'
        f"padding:4px 10px;border-radius:6px;background:{ground};color:{text};font-size:14px;"
        'font-weight:600">'
        f'<span aria-hidden="true">{shape}&nbsp;</span>{word}</span></p>\n'
    )


def _paragraph(text: str, strong: bool = False) -> str:
    weight = ";padding-top:8px;font-weight:600" if strong else ""
    return (
        f'<p class="ink" style="margin:0 0 16px;color:#1B1F27;font-size:16px;line-height:24px{weight}">'
        f"{_whole_numbers(escape(text))}</p>\n"
    )


def _whole_numbers(escaped: str) -> str:
    """Keep an order's number on one line: a hyphen that may not be broken at could not be searched for."""
    return _NUMBER.sub(r'<span style="white-space:nowrap">\g<0></span>', escaped)


def _quiet(text: str) -> str:
    return (
        '<p class="quiet" style="margin:0 0 8px;color:#566072;font-size:13px;line-height:19px">'
        f"{escape(text)}</p>\n"
    )


def _reason(letter: Letter) -> str:
    if not letter.reason:
        return ""
    return (
        '<p class="ink rule" style="margin:0 0 20px;padding:2px 0 2px 14px;border-left:3px solid #C5CBD5;'
        'color:#1B1F27;font-size:16px;line-height:24px">'
        '<span class="quiet" style="color:#566072;font-size:13px">'
        f"{escape(say(letter.language, 'reason'))}</span><br>{escape(letter.reason)}</p>\n"
    )


def _section(section: Section) -> str:
    heading = (
        '<h2 class="ink" style="margin:24px 0 4px;color:#1B1F27;font-size:16px;line-height:24px;'
        'font-weight:600">'
        f"{escape(section.heading)}</h2>\n"
    )
    more = _quiet(section.more) if section.more else ""
    return heading + "".join(_group(group) for group in section.groups) + more


def _group(group: Group) -> str:
    title = (
        f'<tr><th colspan="2" scope="colgroup" align="left" class="ink" style="padding:10px 0 2px;'
        f'color:#1B1F27;font-size:15px;line-height:21px;font-weight:600">{escape(group.title)}{_note(group)}</th></tr>\n'
        if group.title
        else ""
    )
    rows = "".join(_row(row) for row in group.rows)
    return (
        '<table width="100%" cellpadding="0" cellspacing="0" border="0" class="rule" '
        f'style="margin:0 0 12px;border-top:1px solid #E1E5EB">\n{title}{rows}</table>\n'
    )


def _note(group: Group) -> str:
    if not group.note:
        return ""
    return (
        f'<br><span class="quiet" style="color:#566072;font-size:14px;font-weight:400">'
        f"{escape(group.note)}</span>"
    )


def _row(row: Row) -> str:
    return (
        '<tr><th scope="row" align="left" valign="top" width="40%" class="quiet" '
        f'style="padding:3px 12px 3px 0;color:#566072;font-size:14px;line-height:20px;font-weight:400">'
        f"{escape(row.label)}</th>"
        '<td valign="top" class="ink" style="padding:3px 0;color:#1B1F27;font-size:14px;line-height:20px;'
        f'font-variant-numeric:tabular-nums;word-break:break-word">{_value(row)}</td></tr>\n'
    )


def _value(row: Row) -> str:
    if row.before is None:
        return escape(row.after)
    was = escape(row.before)
    if row.before != NOTHING:
        was = f'<del class="old" style="color:#566072">{was}</del>'
    return (
        f'{was} <span aria-hidden="true">→</span> '
        f'<ins style="text-decoration:none;font-weight:600">{escape(row.after)}</ins>'
    )


def _button(letter: Letter) -> str:
    return (
        '<table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:24px 0 18px">'
        '<tr><td class="button" style="border-radius:8px;background:#2F4ACB">'
        f'<a href="{escape(letter.link)}" target="_blank" style="display:inline-block;padding:12px 20px;'
        'border-radius:8px;color:#FFFFFF;font-size:16px;line-height:20px;font-weight:600;text-decoration:none">'
        f"{escape(letter.action)}</a></td></tr></table>\n"
    )
