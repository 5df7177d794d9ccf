"""benchwright's command line: runs the collection's playbooks and shows what they do."""
