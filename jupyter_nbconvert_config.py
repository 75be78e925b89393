"""`jupyter nbconvert --to html lectures/...` from this folder: widgets move in the exported page, without kernel or network."""

c = get_config()  # noqa: F821

# A widget's text/html is self-contained; its stored widget state, otherwise preferred, needs scripts from a network.
c.NbConvertBase.display_data_priority = [
    "text/html",
    "text/markdown",
    "image/svg+xml",
    "text/latex",
    "image/png",
    "image/jpeg",
    "text/plain",
]
