"""What is asked of a project, a file for each question."""
