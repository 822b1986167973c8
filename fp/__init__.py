"""fp, the git-native issue tracker: issues are Markdown files in the repository.

Holds the version alone, so that `fp --version` imports nothing; public names live in `fp.api`.
"""

__version__ = "0.1.0"
