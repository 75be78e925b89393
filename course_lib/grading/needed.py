r"""Whether a demonstration may be left out when a notebook is graded: which names cells bind, and which they use.

Decided by reading the code, never by running it, and on the safe side: the order of cells does not count, and code that
cannot be read (a magic, a slip of the pen) is taken to bind and to use every word in it. What reading cannot show stays
unseen: a list that is appended to, `setattr`, `exec`, a library's settings.
"""

import ast
import re
import symtable

ANY = "*"  # what `from module import *` binds, and what every notebook may need


def names_of(source):
    """(bound, used): the global names that a cell binds or writes into, and those that it reads, in its functions too."""
    try:
        table, tree = symtable.symtable(source, "cell", "exec"), ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
        words = set(re.findall(r"[^\W\d]\w*", source))
        return words, words
    bound, used, tables = set(), set(), [table]
    while tables:
        inner = tables.pop()
        tables += inner.get_children()
        for symbol in inner.get_symbols():
            if inner is table or symbol.is_global():
                bound |= {symbol.get_name()} if symbol.is_assigned() or symbol.is_imported() else set()
                used |= {symbol.get_name()} if symbol.is_referenced() else set()
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(names=[ast.alias(name="*")]):
                bound.add(ANY)
            case ast.Attribute(ctx=ast.Store() | ast.Del()) | ast.Subscript(ctx=ast.Store() | ast.Del()):
                bound |= _owner(node)  # f.cache = ..., table[0] = ...
    used |= {node.target.id for node in tree.body if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name)}  # fmt: skip
    return bound, used


def _owner(node):
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return {node.id} if isinstance(node, ast.Name) else set()


def needed(running, waiting):
    """Which of the sources `waiting` must run, because one in `running`, or another of them that must, uses what they bind.

    Returns:
        {index into waiting: the names that are needed from it}
    """
    wanted, found = {ANY}.union(*(names_of(source)[1] for source in running)), {}
    left = {index: names_of(source) for index, source in enumerate(waiting)}
    while more := {index: bound & wanted for index, (bound, _) in left.items() if bound & wanted}:
        found |= more
        wanted = wanted.union(*(left.pop(index)[1] for index in more))
    return found
