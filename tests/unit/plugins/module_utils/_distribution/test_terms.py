# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What has terms is refused until they are accepted, with the reason."""

from __future__ import annotations

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._distribution import terms
from ansible_collections.benchwright.python.plugins.module_utils._distribution.errors import DistributionError

REFUSED = [
    ("miniconda", ()),
    ("miniconda", ("https://conda.example.org/x",)),
    ("miniforge", ("conda-forge", "defaults")),
    ("micromamba", ("main", "pkgs/main")),
]


@pytest.mark.parametrize(("distribution", "channels"), REFUSED)
def test_anacondas_are_refused_and_accepted(distribution: str, channels: tuple[str, ...]) -> None:
    with pytest.raises(DistributionError, match=r"paid licence.*accept_anaconda_terms: true.*miniforge"):
        terms.check_terms(distribution, channels, accepted=False)
    terms.check_terms(distribution, channels, accepted=True)


@pytest.mark.parametrize("channels", [(), ("conda-forge",), ("file:///srv/channel", "https://conda.example.org/main")])
def test_others_are_nobodys_business(channels: tuple[str, ...]) -> None:
    terms.check_terms("miniforge", channels, accepted=False)


def test_miniconda_with_channels_of_ones_own_has_nothing_to_record() -> None:
    assert terms.licensed("miniconda", ()) == ("defaults",)
    assert terms.licensed("miniconda", ("https://conda.example.org/main",)) == ()
