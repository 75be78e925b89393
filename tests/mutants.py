"""Mutants of a function: one small change each, of an operator, a constant, a comparison, a condition or a statement."""

import ast
import copy

OPERATORS = {
    ast.Add: [ast.Sub],
    ast.Sub: [ast.Add],
    ast.Mult: [ast.Add, ast.Div],
    ast.Div: [ast.Mult],
    ast.FloorDiv: [ast.Div, ast.Mult],
    ast.Pow: [ast.Mult],
    ast.Lt: [ast.LtE, ast.Gt],
    ast.Gt: [ast.GtE, ast.Lt],
    ast.Is: [ast.IsNot],
    ast.Eq: [ast.NotEq],
}
SWAPPED = {
    "sum": "mean",
    "mean": "sum",
    "amax": "amin",
    "sqrt": "square",
    "square": "abs",
    "zeros_like": "ones_like",
}


def mutants(source):
    """All one-step mutants of a source text, as (what changed, source) pairs; docstrings are left out."""
    tree = ast.parse(source)
    for function in ast.walk(tree):
        if isinstance(function, (ast.FunctionDef, ast.ClassDef)) and ast.get_docstring(function) is not None:
            function.body = function.body[1:]
    for index, node in enumerate(ast.walk(tree)):
        for number in range(len(list(_changes(node)))):
            changed = copy.deepcopy(tree)
            target = list(ast.walk(changed))[index]
            before = ast.unparse(target)
            what, change = list(_changes(target))[number]
            change()
            yield f"{before} [{what}] at {getattr(target, 'lineno', '?')}", ast.unparse(changed)


def _changes(node):
    """(name, function that makes the change in place) for one node of the tree."""
    if isinstance(node, (ast.BinOp, ast.AugAssign)):
        for new in OPERATORS.get(type(node.op), []):
            yield new.__name__, lambda new=new: setattr(node, "op", new())
    if isinstance(node, ast.Compare):
        for new in OPERATORS.get(type(node.ops[0]), []):
            yield new.__name__, lambda new=new: node.ops.__setitem__(0, new())
    if isinstance(node, ast.Constant) and type(node.value) is int:
        yield "+ 1", lambda: setattr(node, "value", node.value + 1)
        if node.value > 0:
            yield "- 1", lambda: setattr(node, "value", node.value - 1)
    if isinstance(node, (ast.If, ast.IfExp)):
        yield "negated", lambda: setattr(node, "test", ast.UnaryOp(ast.Not(), node.test))
    if isinstance(node, ast.BoolOp):
        new = ast.And if isinstance(node.op, ast.Or) else ast.Or
        yield new.__name__, lambda: setattr(node, "op", new())
    if isinstance(node, ast.Slice):
        for part in ("lower", "upper", "step"):
            if getattr(node, part) is not None:
                yield f"no {part}", lambda part=part: setattr(node, part, None)
    if isinstance(node, (ast.FunctionDef, ast.For, ast.If)):
        for i, statement in enumerate(node.body):
            if isinstance(statement, (ast.Assign, ast.AugAssign)):
                what = f"without line {i + 1}: {ast.unparse(statement)}"
                yield what, lambda i=i: node.body.__setitem__(i, ast.Pass())
    if isinstance(node, ast.Attribute) and node.attr in SWAPPED:
        yield SWAPPED[node.attr], lambda: setattr(node, "attr", SWAPPED[node.attr])
    if isinstance(node, ast.Constant) and type(node.value) is str and "->" in node.value:
        left, right = node.value.split("->")
        yield "einsum reversed", lambda: setattr(node, "value", f"{left}->{right[1] + right[0] + right[2:]}")
