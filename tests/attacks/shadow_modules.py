# ruff: noqa
"""Leaves modules that would be imported in place of the real ones."""

for name in ("torch", "ipykernel_launcher", "course_lib", "sitecustomize", "safetensors", "json"):
    with open(f"{name}.py", "w") as file:
        file.write("print('BRE' + 'ACH: shadowed')\n")
