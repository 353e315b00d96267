"""Exit codes of the command line."""

DONE, CONFLICT, BAD_INPUT, PROGRAM_FAULT = 0, 1, 2, 3
