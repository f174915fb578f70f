"""Stands in for the suite's `tests/numpy/util.py`: same name, own code."""

import importlib.util
import unittest

check_numpy = unittest.skipUnless(importlib.util.find_spec("numpy"), "needs numpy")
