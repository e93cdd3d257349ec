"""A workbook as a spreadsheet program has it: opened, worked out, changed and worked out again."""

import betteroffice_xlsx as office

Cell = bool | float | str | office.CellError | None


class Recalculated:
    """The sheets of a workbook, worked out anew whenever a cell is set."""

    def __init__(self, raw: bytes) -> None:
        self.book = office.Workbook.open_recalculated(raw)
        self.total_row = self.row("Bill", "B", "A month")
        self.header = {str(self.value("Inputs", f"{letter}4")): letter for letter in "ABCDEFGHIJKL"}

    def value(self, sheet: str, cell: str) -> Cell:
        return self.book.value(sheet, cell)

    def row(self, sheet: str, column: str, words: str) -> int:
        """Return the first row in which a column says something."""
        return next(row for row in range(1, 400) if self.value(sheet, f"{column}{row}") == words)

    def inputs(self) -> dict[str, int]:
        """Return the row of each input by the name of its cell."""
        names = ((self.value("Inputs", f"B{row}"), row) for row in range(5, 400))
        return {str(name): row for name, row in names if name}

    def told(self, row: int) -> str:
        """Return what an input says of itself."""
        return str(self.value("Inputs", f"{self.header['When it is changed']}{row}"))

    def total(self, column: str = "F") -> float:
        found = self.value("Bill", f"{column}{self.total_row}")
        assert isinstance(found, float), found
        return found

    def status(self) -> str:
        return str(self.value("Bill", "B3"))

    def set(self, row: int, value: float) -> None:
        """Set an input."""
        self.book.set("Inputs", f"C{row}", repr(value))

    def errors(self) -> list[str]:
        """Return every cell that holds an error."""
        cells = (
            (sheet, f"{letter}{row}")
            for sheet in ("Bill", "Inputs", "Making", "Sources")
            for row in range(1, 300)
            for letter in "ABCDEFGHIJKLM"
        )
        return [
            f"{sheet}!{cell}"
            for sheet, cell in cells
            if isinstance(self.value(sheet, cell), office.CellError)
        ]
