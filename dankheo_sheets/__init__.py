"""Collect one form from many units by a deadline: check, gather, report."""

__version__ = "0.1.0"
