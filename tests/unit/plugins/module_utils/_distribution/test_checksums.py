# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every form in which a digest is published beside a file."""

from __future__ import annotations

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._distribution.checksums import published_checksum
from ansible_collections.benchwright.python.plugins.module_utils._distribution.errors import DistributionError

A, B = "a" * 64, "B" * 64


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (A, A),
        (f"{A}\n", A),
        (f"{B}  Mini.sh\n", B.lower()),
        (f"{A}  build/Mini.sh\n", A),
        (f"{A} *./Mini.sh\n", A),
        (f"{B}  Other.sh\n{A}  Mini.sh\n", A),
        (f'{{"Mini.sh": {{"md5": "x", "sha256": "{A}"}}, "index.json": {{}}}}', A),
    ],
)
def test_the_digest_is_found(text: str, wanted: str) -> None:
    assert published_checksum(text, "Mini.sh", "there") == wanted


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<html>404</html>",
        A[:-1],
        f"{A}  Other.sh\n{B}  Another.sh\n",
        "{",
        '{"Mini.sh": 1}',
        '{"Mini.sh": {"sha256": "x"}}',
        "[]",
    ],
)
def test_anything_else_is_an_error_that_says_where_it_looked(text: str) -> None:
    with pytest.raises(DistributionError, match=r"sha256 of Mini\.sh in there"):
        published_checksum(text, "Mini.sh", "there")
