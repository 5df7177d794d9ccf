"""One file for each command: what it takes, what it runs, and what it says at its end. cli.py names them all."""
