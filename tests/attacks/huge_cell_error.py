# ruff: noqa
"""An error whose text and traceback never end, with colours and markup in it."""


class Loud(Exception):
    def __str__(self):
        return "<script>window.breach = 1</script>\x1b[31m" * 100_000


def deep(n):
    if n == 0:
        raise Loud()
    deep(n - 1)


deep(500)
