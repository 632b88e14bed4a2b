"""What holds for every test: a program that a test starts can be interrupted, however the tests were started."""

from __future__ import annotations

import signal

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell makes what it runs in the background deaf to Ctrl-C, and programs started from there inherit it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
