"""The offline channel: a real conda channel made of wheels and Debian's CPython."""
