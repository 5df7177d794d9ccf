"""A stand-in for DigitalOcean's API: an account in memory, held to the vendor's own OpenAPI document, that can boot real machines."""

from __future__ import annotations

from .account import Account, NoMachines
from .server import TOKEN, Fault, StandIn, serving

__all__ = ["TOKEN", "Account", "Fault", "NoMachines", "StandIn", "serving"]
