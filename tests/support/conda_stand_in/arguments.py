"""conda's arguments: what is not listed here is an error, as it is there."""

from __future__ import annotations

import argparse
from typing import NoReturn

from .errors import UsageError
from .generation import Generation

USAGE = "usage: conda [-h] [-v] [--no-plugins] [-V] COMMAND ...\nconda: error: "
PREFIX = (("-n", "--name"), ("-p", "--prefix"))
ANSWER = (("--json",), ("-q", "--quiet"), ("-v", "--verbose"))
CHANGE = (("-y", "--yes"), ("-d", "--dry-run"))
SOLVER = ("--solver", "--subdir")


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(USAGE + message)


def parse(generation: Generation, argv: list[str]) -> argparse.Namespace:
    """The arguments; ``command`` is the function's name in this package's commands. Raises UsageError."""
    parser = _parser(generation)
    found, unknown = parser.parse_known_args(argv)
    if unknown:
        raise UsageError(f"{USAGE}unrecognized arguments: {' '.join(unknown)}")
    if not found.command:
        raise UsageError(f"{USAGE}the following arguments are required: COMMAND")
    return found


def _parser(generation: Generation) -> _Parser:
    parser = _Parser(prog="conda", add_help=False, allow_abbrev=False)
    parser.add_argument("-V", "--version", action="store_true")
    parser.set_defaults(command="")
    commands = parser.add_subparsers(metavar="COMMAND", parser_class=_Parser)
    for name in ("create", "install", "update", "upgrade"):
        _add_change(commands, name, generation)
    remove = _add(commands, "remove", "remove", ["uninstall"])
    _options(remove, *PREFIX, values=True)
    _options(remove, *ANSWER, *CHANGE, ("--force", "--force-remove"), ("--all",), ("--offline",))
    _channels(remove, generation)
    remove.add_argument("packages", nargs="*")
    _add_readers(commands, generation)
    _add_env(commands, generation)
    return parser


def _add(
    commands: argparse._SubParsersAction[_Parser], name: str, command: str, aliases: list[str] | None = None
) -> _Parser:
    parser = commands.add_parser(name, aliases=aliases or [], add_help=False, allow_abbrev=False)
    parser.set_defaults(command=command)
    return parser


def _options(parser: _Parser, *names: tuple[str, ...], values: bool = False) -> None:
    for aliases in names:
        parser.add_argument(*aliases, action="store" if values else "store_true")


def _channels(parser: _Parser, generation: Generation) -> None:
    parser.add_argument("-c", "--channel", action="append", default=[])
    short = ("-O",) if generation.parts >= (26, 0) else ()
    _options(parser, (*short, "--override-channels"), ("--strict-channel-priority",))
    _options(parser, *((name,) for name in SOLVER), values=True)


def _add_change(commands: argparse._SubParsersAction[_Parser], name: str, generation: Generation) -> None:
    parser = _add(commands, name, "update" if name == "upgrade" else name)
    _options(parser, *PREFIX, values=True)
    _options(parser, *ANSWER, *CHANGE, ("--offline",), ("--download-only",))
    if name in ("update", "upgrade"):
        _options(parser, ("--all",))
    if generation.frozen and name != "create":
        _options(parser, ("--override-frozen",))
    _channels(parser, generation)
    parser.add_argument("--file", action="append", default=[])
    parser.add_argument("packages", nargs="*")


def _add_readers(commands: argparse._SubParsersAction[_Parser], generation: Generation) -> None:
    listing = _add(commands, "list", "list_packages")
    _options(listing, *PREFIX, values=True)
    _options(listing, *ANSWER, ("--explicit",), ("--md5",), ("-r", "--revisions"), ("--auth",), ("-f", "--full-name"))
    if generation.parts >= (24, 9):
        _options(listing, ("--sha256",))
    listing.add_argument("regex", nargs="?")
    search = _add(commands, "search", "search")
    _options(search, *ANSWER, ("--offline",), ("-i", "--info"))
    _channels(search, generation)
    search.add_argument("spec", nargs="?", default="*")
    info = _add(commands, "info", "info")
    _options(info, *ANSWER, ("-e", "--envs"), ("--base",))
    _export(_add(commands, "export", "export"), generation)


def _export(parser: _Parser, generation: Generation) -> None:
    _options(parser, *PREFIX, ("-f", "--file"), values=True)
    _options(parser, *ANSWER, ("--no-builds",), ("--from-history",), ("--ignore-channels",), ("--override-channels",))
    parser.add_argument("-c", "--channel", action="append", default=[])
    if generation.export_formats:
        parser.add_argument("--format", choices=generation.export_formats)


def _add_env(commands: argparse._SubParsersAction[_Parser], generation: Generation) -> None:
    env = _add(commands, "env", "")
    parts = env.add_subparsers(metavar="COMMAND", parser_class=_Parser)
    _options(_add(parts, "list", "env_list"), *ANSWER)
    create = _add(parts, "create", "env_create")
    _options(create, *PREFIX, ("--solver",), values=True)
    create.add_argument("-f", "--file", default="environment.yml")
    _options(create, *ANSWER, *CHANGE, ("--offline",))
    update = _add(parts, "update", "env_update")
    _options(update, *PREFIX, ("--solver",), values=True)
    update.add_argument("-f", "--file", default="environment.yml")
    _options(update, *ANSWER, ("--prune",), *((("--override-frozen",),) if generation.frozen else ()))
    remove = _add(parts, "remove", "env_remove")
    _options(remove, *PREFIX, values=True)
    _options(remove, *ANSWER, *CHANGE)
    _export(_add(parts, "export", "export"), generation)
    config = _add(parts, "config", "").add_subparsers(parser_class=_Parser)
    variables = _add(config, "vars", "").add_subparsers(parser_class=_Parser)
    for name in ("list", "set", "unset"):
        parser = _add(variables, name, f"variables_{name}")
        _options(parser, *PREFIX, values=True)
        if name == "list":
            _options(parser, ("--json",))
        else:
            parser.add_argument("vars", nargs="*")
