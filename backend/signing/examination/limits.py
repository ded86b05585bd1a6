"""What examining one file may cost."""

from backend.shared.limited import ChildLimits

LIMITS = ChildLimits(memory=768 * 1024 * 1024, cpu_seconds=10, output=64 * 1024, seconds=20)
"""A document of ours takes 150 MB of address space, most of it libraries."""

LARGEST_FILE = 2 * 1024 * 1024
"""Bytes; a document of ours has some 60 KB."""
