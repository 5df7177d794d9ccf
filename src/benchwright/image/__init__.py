"""`benchwright image`: images of workbenches and their containers, on this machine's Docker engine."""
