"""What a test needs beyond the binary: skipped where it is missing, but not where CI=true, which installs all of it
(config/debian/packages): a test that nobody runs says nothing."""
import os
import unittest


def needs(is_here, what):
    if not is_here and os.environ.get("CI") == "true":
        raise AssertionError(f"needs {what}")
    return unittest.skipUnless(is_here, f"needs {what}")
