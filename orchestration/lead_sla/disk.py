"""How much room a disk has, and what makes files survive a power cut."""

import os
import shutil
from pathlib import Path


def nearest_existing(path: Path) -> Path:
    """The path, or the nearest folder above it that exists."""
    return next(folder for folder in (path, *path.parents) if folder.exists())


def free_bytes(folder: Path) -> int:
    """The free bytes of the disk that the folder is on, or will be."""
    return shutil.disk_usage(nearest_existing(folder)).free


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
