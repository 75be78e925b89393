"""Checking and grading. A student's notebook needs one name: `from course_lib.grading import check`."""

from .reference import check

__all__ = ["check"]
