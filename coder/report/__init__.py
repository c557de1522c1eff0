"""The report that people send on: what it says (contents, compose, method), and a writer for each format."""
