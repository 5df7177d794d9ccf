"""Locks: which packages, by address and digest, make the environment of a description. Solved here, so that no host has to."""
