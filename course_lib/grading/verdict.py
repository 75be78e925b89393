"""What a check says: points per group of cases, hints, and nothing about the values of hidden cases."""

import re
from dataclasses import dataclass, field
from html import escape


@dataclass
class Row:
    """One group of cases. `details` speak of visible cases in full, of hidden ones only in kind ("wrong shape")."""

    name: str
    earned: float
    possible: float
    passed: int
    total: int
    hint: str = ""
    details: list = field(default_factory=list)

    @property
    def ok(self):
        return self.earned >= self.possible


@dataclass
class Verdict:
    """Rows with their points; `message` when nothing could be judged; `flags` are for the instructor's eyes only."""

    function: str
    rows: list
    message: str = ""
    note: str = ""
    flags: list = field(default_factory=list)

    @property
    def points(self):
        return float(sum(row.earned for row in self.rows))

    @property
    def max_points(self):
        return float(sum(row.possible for row in self.rows))

    def headline(self):
        return f"{self.function}: {self.points:g} of {self.max_points:g} points"

    def remarks(self):
        """Details and hint of each row; an exception or a hint that an earlier row has shown in full is only referred to."""
        told, listed = set(), []
        for row in self.rows:
            details = []
            for line in row.details:
                found = re.fullmatch(r"(.*?\)): (\w+(?:Error|Exception): .*)", line, re.DOTALL)
                call, error = found.groups() if found else ("", "")
                kind = re.sub(r"\d+", "#", error)  # sizes differ from case to case
                details.append(f"{call}: the same error as above" if kind in told else line)
                told |= {kind} - {""}
            hint = "as above" if row.hint in told else row.hint
            told |= {row.hint} - {""}
            listed.append((details, hint))
        return listed

    def as_text(self):
        lines = [self.headline() + (f" ({self.message})" if self.message else "")]
        width = max((len(row.name) for row in self.rows), default=0)
        for row, (details, hint) in zip(self.rows, self.remarks()):
            mark = "pass" if row.ok else "FAIL"
            lines.append(
                f"  {mark}  {row.name:<{width}}  {row.earned:g}/{row.possible:g}  cases {row.passed}/{row.total}"
            )
            lines += [f"        {line}" for line in details]
            if hint:
                lines.append(f"        Hint: {hint}")
        return "\n".join([*lines, self.note] if self.note else lines)

    def as_html(self):
        """A table without colours of its own, so that it reads in light and dark themes and survives sanitising."""
        cell = '<td style="text-align: left">'
        parts = [f"<p><strong>{escape(self.headline())}</strong>"]
        parts.append(f"<br>{escape(self.message)}</p>" if self.message else "</p>")
        parts.append("<table><thead><tr>")
        heads = ("", "what was tried", "points", "cases", "what to look at")
        parts += [f'<th style="text-align: left">{head}</th>' for head in heads]
        parts.append("</tr></thead><tbody>")
        for row, (details, hint) in zip(self.rows, self.remarks()):
            mark = "✓&nbsp;pass" if row.ok else "<strong>✗&nbsp;fail</strong>"
            remarks = [escape(line) for line in details]
            if hint:
                remarks.append(f"<strong>Hint:</strong> {escape(hint)}")
            parts.append(
                f"<tr>{cell}{mark}</td>{cell}{escape(row.name)}</td>{cell}{row.earned:g} / {row.possible:g}</td>"
                f"{cell}{row.passed} / {row.total}</td>{cell}{'<br>'.join(remarks)}</td></tr>"
            )
        parts.append("</tbody></table>")
        if self.note:
            parts.append(f"<p>{escape(self.note)}</p>")
        return "".join(parts)
