"""What contributors and instructors run: setting up, building notebooks, releasing assignments.

Nothing else in the library imports this package.
"""
