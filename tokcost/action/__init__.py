"""The step of the GitHub action: its inputs become one check, and the check annotations, files and an exit code."""
