"""What the counts screen has to show of a question: a module for each view. None knows Textual's screens."""
