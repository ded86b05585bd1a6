"""What examining one file may cost."""

MEMORY = 768 * 1024 * 1024
"""Bytes of address space; a document of ours takes 150 MB, most of it libraries."""

CPU_SECONDS = 10
SECONDS = 20
OUTPUT = 64 * 1024
LARGEST_FILE = 2 * 1024 * 1024
"""Bytes; a document of ours has some 60 KB."""
