"""Functions that are near-identical: among students, and to the library or the solutions. For the instructor to look at.

Sources are compared without comments, docstrings and names of variables, by the runs of tokens they share (shingles; the
idea behind MOSS, Schleimer, Wilkerson and Aiken 2003). Short functions have few ways to be written, so they are left out,
and a flag is no proof: the course is open book.
"""

import ast
import io
import keyword
import tokenize
from itertools import combinations

RUN = 8  # tokens in a shingle
MIN_TOKENS = 60
ALIKE = 0.8  # Jaccard index of the shingles


def flags(submissions, originals, names=None):
    """Compare every function of every submission with its namesakes.

    Args:
        submissions: {student: source text}.
        originals: {where: source text} that copies might come from ("course_lib/convolution.py").
        names: the graded functions; all functions when None.

    Returns:
        {student: ["conv2d is 93 % like ben's", ...]}, students without flags left out.
    """
    students = {student: shingles_by_function(source, names) for student, source in submissions.items()}
    sources = {where: shingles_by_function(source, names) for where, source in originals.items()}
    found = {}
    for student, functions in students.items():
        for where, others in sources.items():
            for name, share in _alike(functions, others):
                found.setdefault(student, []).append(f"{name} is {share:.0%} like the one in {where}")
    copies = {(student, line.split(" is ")[0]) for student, lines in found.items() for line in lines}
    for one, two in combinations(students, 2):
        for name, share in _alike(students[one], students[two]):
            if (one, name) in copies and (two, name) in copies:
                continue  # both come from the same original, which is said already
            found.setdefault(one, []).append(f"{name} is {share:.0%} like {two}'s")
            found.setdefault(two, []).append(f"{name} is {share:.0%} like {one}'s")
    return found


def _alike(functions, others):
    """(name, share of shingles in common) of the functions of both that are alike."""
    for name in functions.keys() & others.keys():
        one, two = functions[name], others[name]
        share = len(one & two) / len(one | two)
        if share >= ALIKE:
            yield name, share


def shingles_by_function(source, names=None):
    """{function name: set of its runs of tokens}; functions too short to tell are left out, as is what does not parse."""
    lines = "\n".join(
        "pass" if line.lstrip().startswith(("%", "!")) else line for line in source.splitlines()
    )
    try:
        functions = [node for node in ast.walk(ast.parse(lines)) if isinstance(node, ast.FunctionDef)]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    found = {}
    for function in functions:
        if names is not None and function.name not in names:
            continue
        if ast.get_docstring(function) is not None:
            function.body = function.body[1:] or [ast.Pass()]
        tokens = _tokens(ast.unparse(function))  # unparse: layout and brackets of one's own do not count
        if len(tokens) >= MIN_TOKENS:
            found[function.name] = {tuple(tokens[i : i + RUN]) for i in range(len(tokens) - RUN + 1)}
    return found


def _tokens(source):
    """Tokens with variables made anonymous; attributes, keywords, operators and constants stay."""
    tokens, previous = [], ""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in (tokenize.NAME, tokenize.OP, tokenize.NUMBER, tokenize.STRING):
            free = token.type == tokenize.NAME and not keyword.iskeyword(token.string) and previous != "."
            tokens.append("v" if free else token.string)
            previous = token.string
    return tokens
