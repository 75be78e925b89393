# ruff: noqa
"""A hook that redefines check before each cell."""


def hook(*_):
    get_ipython().user_ns["check"] = lambda function: 8.0


get_ipython().events.register("pre_run_cell", hook)
get_ipython().events.register("pre_execute", hook)
