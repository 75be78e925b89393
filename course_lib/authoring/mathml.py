r"""TeX formulas as MathML, which browsers draw by themselves: the exported book needs no script and no network for its maths.

The part of TeX that the lectures use, and what is near it. An unknown command raises and names itself: add it to a table here.

    mathml(r"\frac{1}{2}")   ->  <math><semantics><mfrac><mn>1</mn><mn>2</mn></mfrac>...</semantics></math>
"""

import re
from html import escape

TOKEN = re.compile(r"\\([a-zA-Z]+\*?|.)|(\d+(?:[.,]\d+)*)|([a-zA-Z])|([^\s])|(\s+)", re.DOTALL)

GREEK = dict(
    zip(
        re.findall(
            r"\w+",
            "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi rho sigma tau "
            "upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega",
        ),
        "αβγδϵεζηθϑικλμνξπρστυϕφχψωΓΔΘΛΞΠΣΦΨΩ",
    )
)
SYMBOLS = {"ell": "ℓ", "partial": "∂", "infty": "∞", "nabla": "∇", "top": "⊤", "dots": "…", "ldots": "…", "cdots": "⋯", "emptyset": "∅"}  # fmt: skip
SYMBOLS |= {"vdots": "⋮", "forall": "∀", "exists": "∃", "prime": "′", "hbar": "ℏ", "#": "#", "%": "%", "$": "$", "&": "&", "_": "_"}  # fmt: skip
OPERATORS = {"cdot": "⋅", "times": "×", "div": "÷", "pm": "±", "mp": "∓", "circ": "∘", "star": "⋆", "ast": "∗", "mid": "∣", "sim": "∼"}  # fmt: skip
OPERATORS |= {"approx": "≈", "propto": "∝", "equiv": "≡", "ge": "≥", "geq": "≥", "le": "≤", "leq": "≤", "ne": "≠", "neq": "≠"}  # fmt: skip
OPERATORS |= {"ll": "≪", "gg": "≫", "in": "∈", "notin": "∉", "subset": "⊂", "subseteq": "⊆", "cup": "∪", "cap": "∩", "odot": "⊙"}  # fmt: skip
OPERATORS |= {"oplus": "⊕", "otimes": "⊗", "to": "→", "rightarrow": "→", "leftarrow": "←", "gets": "←", "mapsto": "↦", "perp": "⊥"}  # fmt: skip
OPERATORS |= {"Rightarrow": "⇒", "Longrightarrow": "⟹", "Leftrightarrow": "⇔", "iff": "⟺", "leftrightarrow": "↔", "parallel": "∥"}  # fmt: skip
OPERATORS |= {"setminus": "∖", "succ": "≻", "prec": "≺", "coloneqq": "≔", "triangleq": "≜", "colon": ":"}
FENCES = {"lVert": "‖", "rVert": "‖", "Vert": "‖", "|": "‖", "lvert": "|", "rvert": "|", "vert": "|", "langle": "⟨", "rangle": "⟩"}  # fmt: skip
FENCES |= {
    "lfloor": "⌊",
    "rfloor": "⌋",
    "lceil": "⌈",
    "rceil": "⌉",
    "{": "{",
    "}": "}",
    "lbrace": "{",
    "rbrace": "}",
}
SUMS = {"sum": "∑", "prod": "∏", "bigcup": "⋃", "bigcap": "⋂"}
INTEGRALS = {"int": "∫", "iint": "∬", "oint": "∮"}
LIMITS = {"max", "min", "sup", "inf", "lim", "argmax", "argmin"}
FUNCTIONS = {
    "log",
    "ln",
    "exp",
    "sin",
    "cos",
    "tan",
    "tanh",
    "arg",
    "det",
    "dim",
    "ker",
    "Pr",
    "gcd",
} | LIMITS
SPACES = {",": 0.167, ":": 0.222, ";": 0.278, "!": -0.167, " ": 0.25, "quad": 1, "qquad": 2, ">": 0.222}
ACCENTS = {"hat": "^", "widehat": "^", "tilde": "~", "widetilde": "~", "bar": "¯", "overline": "¯", "vec": "→", "dot": "˙", "ddot": "¨"}  # fmt: skip
SIZES = {
    "big": 1.2,
    "bigl": 1.2,
    "bigr": 1.2,
    "Big": 1.8,
    "Bigl": 1.8,
    "Bigr": 1.8,
    "bigg": 2.4,
    "Bigg": 3,
    "bigm": 1.2,
}
IGNORED = {"textstyle", "displaystyle", "limits", "nolimits", "nonumber", "scriptstyle"}
LETTERS = {
    "mathcal": 0x1D49C,
    "mathbb": 0x1D538,
    "mathbf": 0x1D400,
    "boldsymbol": 0x1D400,
    "mathfrak": 0x1D504,
}
# letters that Unicode had before it got the alphabets
OLDER = {("mathcal", k): v for k, v in zip("BEFHILMR", "ℬℰℱℋℐℒℳℛ")} | {("mathbb", k): v for k, v in zip("CHNPQRZ", "ℂℍℕℙℚℝℤ")}  # fmt: skip
MATRICES = {
    "matrix": ("", ""),
    "pmatrix": ("(", ")"),
    "bmatrix": ("[", "]"),
    "vmatrix": ("|", "|"),
    "cases": ("{", ""),
}
ALIGNED = {"aligned", "align", "align*", "split", "gathered", "array"}
STRETCHES = "()[]{}|‖⟨⟩⌊⌋⌈⌉"


def mathml(tex, block=False):
    """A formula as a MathML element.

    Args:
        tex: what stands between the dollars.
        block: a displayed formula, on a line of its own.

    Raises:
        ValueError: an unknown command, or braces that do not match.
    """
    parser = _Parser(tex)
    inside = parser.row(until=())
    if parser.place < len(parser.tokens):
        raise ValueError(f"formula {tex!r}: unexpected {parser.tokens[parser.place][1]!r}")
    shown = ' display="block"' if block else ""
    source = f'<annotation encoding="application/x-tex">{escape(tex.strip())}</annotation>'
    return f"<math{shown}><semantics><mrow>{inside}</mrow>{source}</semantics></math>"


def _operator(text, **attributes):
    if text in STRETCHES:
        attributes = {
            "stretchy": "false",
            **({"lspace": 0, "rspace": 0} if text in "|‖" else {}),
            **attributes,
        }
    return f"<mo{''.join(f' {k}={chr(34)}{v}{chr(34)}' for k, v in attributes.items())}>{escape(text)}</mo>"


class _Parser:
    """Recursive descent over tokens (kind, text); every method returns MathML."""

    def __init__(self, tex):
        kinds = ("command", "number", "letter", "other", "space")
        self.tex, self.place = tex, 0
        self.tokens = [(kinds[m.lastindex - 1], m[m.lastindex]) for m in TOKEN.finditer(tex)]

    def fail(self, why):
        raise ValueError(f"formula {self.tex!r}: {why}")

    def peek(self):
        while self.place < len(self.tokens) and self.tokens[self.place][0] == "space":
            self.place += 1
        return self.tokens[self.place] if self.place < len(self.tokens) else (None, None)

    def take(self, expected=None):
        token = self.peek()
        if token[0] is None or (expected is not None and token[1] != expected):
            self.fail(f"expected {expected or 'more'}, got {token[1] or 'the end'!r}")
        self.place += 1
        return token

    def row(self, until):
        """Everything up to a closing token, which is left."""
        parts = []
        while self.peek()[0] is not None and self.peek() not in until:
            parts.append(self.scripted())
        return "".join(parts)

    def group(self):
        """An argument: {several} or one token; an mrow."""
        if self.peek() == ("other", "{"):
            self.take()
            inside = self.row(until=[("other", "}")])
            self.take("}")
            return f"<mrow>{inside}</mrow>"
        kind, text = self.peek()
        if kind == "number":  # \frac12 is a half: without braces an argument is one digit
            self.tokens[self.place] = (kind, text[1:])
            self.place += len(text) == 1
            return f"<mn>{text[0]}</mn>"
        return self.atom()[0]

    def raw(self):
        """An argument as text, spaces kept; text may hold formulas between dollars, which are left as they are."""
        kind, text = self.take()
        if kind != "other" or text != "{":
            return text
        depth, text = 1, ""
        while self.place < len(self.tokens):
            kind, token = self.tokens[self.place]
            self.place += 1
            depth += (kind == "other") * ((token == "{") - (token == "}"))
            if depth == 0:
                return text
            text += SYMBOLS.get(token, " " if token in SPACES else token) if kind == "command" else token
        return self.fail("a { is not closed")

    def scripted(self):
        """An atom with what hangs below and above it."""
        base, moves = self.atom()
        below = above = None
        primes = ""
        while self.peek() in (("other", "_"), ("other", "^"), ("other", "'")):
            mark = self.take()[1]
            if mark == "'":
                primes += "′"
            elif mark == "_":
                below = self.group()
            else:
                above = self.group()
        if primes:
            above = f"<mrow><mo>{primes}</mo>{above or ''}</mrow>"
        if below is None and above is None:
            return base
        names = ("munder", "mover", "munderover") if moves else ("msub", "msup", "msubsup")
        name = names[2] if below and above else names[0] if below else names[1]
        return f"<{name}>{base}{below or ''}{above or ''}</{name}>"

    def atom(self):
        """One thing, and whether its limits go below and above."""
        kind, text = self.take()
        if kind == "number":
            return f"<mn>{text}</mn>", False
        if kind == "letter":
            return f"<mi>{text}</mi>", False
        if kind == "command":
            return self.command(text)
        if text == "{":
            self.place -= 1
            return self.group(), False
        if text in "}&":
            self.fail(f"unexpected {text}")
        if text.isalpha():
            return f"<mi>{text}</mi>", False
        sign = {"form": "prefix"} if text in "+-" and self.nothing_before() else {}
        return _operator({"-": "−", "*": "∗"}.get(text, text), **sign), False

    def nothing_before(self):
        """Whether the token just taken has no left-hand side: then it is a sign, and stands close."""
        before = [token for token in self.tokens[: self.place - 1] if token[0] != "space"]
        kind, text = before[-1] if before else ("other", "(")
        opens = kind == "command" and (text in OPERATORS or text in SPACES or text in SIZES)
        return opens or (kind == "other" and text in "([{=<>,;_^&|")

    def command(self, name):
        if name in GREEK or name in SYMBOLS:
            return f"<mi>{escape(GREEK.get(name) or SYMBOLS[name])}</mi>", False
        if name in OPERATORS:
            return _operator(OPERATORS[name]), False
        if name in FENCES:
            return _operator(FENCES[name]), False
        if name in SUMS:
            return f'<mo movablelimits="true">{SUMS[name]}</mo>', True
        if name in INTEGRALS:
            return f"<mo>{INTEGRALS[name]}</mo>", False
        if name in FUNCTIONS:
            return f'<mo form="prefix" movablelimits="true" rspace="0.167em">{name}</mo>', name in LIMITS
        if name in SPACES:
            return f'<mspace width="{SPACES[name]}em"/>', False
        if name in IGNORED:
            return "", False
        if name in ACCENTS:
            return f'<mover accent="true">{self.group()}<mo>{ACCENTS[name]}</mo></mover>', False
        if name in SIZES:
            size = SIZES[name]
            kind, text = self.take()
            text = FENCES.get(text, text) if kind == "command" else text
            return _operator(text, stretchy="true", minsize=f"{size}em", maxsize=f"{size}em"), False
        if name in LETTERS:
            letters = (OLDER.get((name, c)) or self.styled(name, c) for c in self.raw())
            return f"<mi>{''.join(letters)}</mi>", False
        if hasattr(self, f"do_{name.rstrip('*')}"):
            return getattr(self, f"do_{name.rstrip('*')}")()
        return self.fail(f"unknown command \\{name}")

    @staticmethod
    def styled(name, letter):
        if letter.isascii() and letter.isalpha():
            return chr(LETTERS[name] + ord(letter.upper()) - ord("A") + 26 * letter.islower())
        return escape(letter)

    def do_frac(self):
        return f"<mfrac>{self.group()}{self.group()}</mfrac>", False

    do_tfrac = do_dfrac = do_frac

    def do_binom(self):
        over = f'<mfrac linethickness="0">{self.group()}{self.group()}</mfrac>'
        return f"<mrow><mo>(</mo>{over}<mo>)</mo></mrow>", False

    def do_sqrt(self):
        if self.peek() == ("other", "["):
            self.take()
            degree = self.row(until=[("other", "]")])
            self.take("]")
            return f"<mroot>{self.group()}<mrow>{degree}</mrow></mroot>", False
        return f"<msqrt>{self.group()}</msqrt>", False

    def do_text(self):
        return f"<mtext>{escape(self.raw())}</mtext>".replace(" ", "\u00a0"), False

    do_textrm = do_mbox = do_texttt = do_text

    def do_mathrm(self):
        return f'<mi mathvariant="normal">{escape(self.raw())}</mi>', False

    do_mathsf = do_mathit = do_mathrm

    def do_operatorname(self):
        name = escape(self.raw())
        return f'<mo form="prefix" movablelimits="true" rspace="0.167em">{name}</mo>', "arg" in name

    def do_mathrel(self):
        return self.group(), False

    do_mathbin = do_mathop = do_mathrel

    def do_underbrace(self):
        return f"<munder>{self.group()}<mo stretchy='true'>⏟</mo></munder>", True

    def do_overbrace(self):
        return f"<mover>{self.group()}<mo stretchy='true'>⏞</mo></mover>", True

    def do_underset(self):
        below = self.group()
        return f"<munder>{self.group()}{below}</munder>", False

    def do_overset(self):
        above = self.group()
        return f"<mover>{self.group()}{above}</mover>", False

    do_stackrel = do_overset

    def do_left(self):
        opened = self.fence()
        inside = self.row(until=[("command", "right")])
        self.take("right")
        return f"<mrow>{opened}{inside}{self.fence()}</mrow>", False

    def fence(self):
        kind, text = self.take()
        text = FENCES.get(text, text) if kind == "command" else text
        return "" if text == "." else f'<mo stretchy="true">{escape(text)}</mo>'

    def do_begin(self):
        name = self.raw()
        if name not in MATRICES and name not in ALIGNED:
            self.fail(f"unknown environment {name}")
        if name == "array":
            self.raw()
        rows, ends = [[]], [("other", "&"), ("command", "\\"), ("command", "end")]
        while True:
            rows[-1].append(f"<mtd>{self.row(until=ends)}</mtd>")
            kind, mark = self.take()
            if mark == "end":
                break
            if kind == "command":
                rows.append([])
        if self.raw() != name:
            self.fail(f"\\begin{{{name}}} is not closed")
        if rows[-1] == ["<mtd></mtd>"]:
            rows.pop()
        kind = ' class="aligned" displaystyle="true"' if name in ALIGNED else ""
        table = f"<mtable{kind}>" + "".join(f"<mtr>{''.join(row)}</mtr>" for row in rows) + "</mtable>"
        opened, closed = (f"<mo>{f}</mo>" if f else "" for f in MATRICES.get(name, ("", "")))
        return f"<mrow>{opened}{table}{closed}</mrow>", False
