"""Answers to the questions of the analysts' library, computed without a server."""
