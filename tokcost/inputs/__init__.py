"""Where bytes come from: files, folders, globs, stdin, archives, URLs, git. Not what they mean."""
