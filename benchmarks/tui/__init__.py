"""Key to painted frame, first paint and memory of the coding screen in a real terminal, beside a bare Textual app."""
