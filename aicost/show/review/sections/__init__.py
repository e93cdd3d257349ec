"""The parts of a page: what each says, worked out here, and its template of the same name."""
