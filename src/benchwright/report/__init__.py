"""A run told again, as one page, a comment, or a list of test results: a story is made of the record, and templates tell it."""
