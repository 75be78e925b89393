# ruff: noqa
"""Calls home: to this machine by name and number, to the world, by an abstract socket."""

import os
import socket

for address in (
    ("127.0.0.1", int(open("port.txt").read()) if os.path.exists("port.txt") else 22),
    ("127.0.0.1", 25871),
    ("192.0.2.1", 80),
):
    try:
        socket.create_connection(address, timeout=1).close()
        print("BRE" + "ACH: connected to", address)
    except OSError:
        pass
try:
    abstract = socket.socket(socket.AF_UNIX)
    abstract.connect("\0course-grader-test")
    print("BRE" + "ACH: abstract socket")
except OSError:
    pass
try:
    socket.getaddrinfo("example.com", 80)
    print("BRE" + "ACH: names resolve")
except OSError:
    pass
