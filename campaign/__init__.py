"""Scheduler and multi-channel publisher for awareness campaigns."""

__version__ = "0.1.0"
