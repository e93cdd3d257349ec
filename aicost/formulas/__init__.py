"""Pure formulas: numbers in, numbers out; no files, no names, no scenario."""
