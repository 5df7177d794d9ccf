"""Options that come as a group: a dataclass whose fields are options, named once in the signature of each command that takes them."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from typing import Any, get_type_hints

import typer
from typer.core import TyperCommand

VERBATIM = "benchwright.verbatim"
"""Where a context keeps what stands behind ``--``; a group's field ``verbatim`` gets it."""


class VerbatimCommand(TyperCommand):
    """A command that keeps everything behind ``--`` as it is, so that neither arguments nor options take it."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if "--" in args:
            place = args.index("--")
            ctx.meta[VERBATIM], args = tuple(args[place + 1 :]), args[:place]
        return super().parse_args(ctx, args)


def expanded(command: Callable[..., None]) -> Callable[..., None]:
    """Return the command as typer takes it: each group in its signature replaced by the group's fields."""
    hints = get_type_hints(command, include_extras=True)
    groups = {name: kind for name, kind in hints.items() if isinstance(kind, type) and is_dataclass(kind)}

    def call(context: typer.Context, **given: Any) -> None:
        given["verbatim"] = context.meta.get(VERBATIM, ())
        made = {
            name: kind(**{each.name: given.pop(each.name) for each in fields(kind)}) for name, kind in groups.items()
        }
        given.pop("verbatim", None)
        command(**given, **made)

    parameters = [_parameter("context", typer.Context, inspect.Parameter.empty)]
    for name, parameter in inspect.signature(command).parameters.items():
        if name in groups:
            of_group = get_type_hints(groups[name], include_extras=True)
            named = [each for each in fields(groups[name]) if each.name != "verbatim"]
            parameters += [_parameter(each.name, of_group[each.name], each.default) for each in named]
        else:
            parameters.append(_parameter(name, hints[name], parameter.default))
    call.__doc__ = command.__doc__
    call.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    call.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return call


def _parameter(name: str, kind: Any, default: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)
