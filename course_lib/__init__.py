"""The shared library of the course: one concept, one module, and each module reads like the board.

Importing the package imports nothing else; say ``from course_lib import convolution``.
"""

__version__ = "0.1.0"
