"""The price book: dated, sourced rows, and how they are found, imported and refreshed."""

from aicost.book.book import Book
from aicost.book.rows import BookError, Row

__all__ = ["Book", "BookError", "Row"]
