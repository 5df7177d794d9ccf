"""The stand-in for conda-standalone, which an installer brings along: unpacks packages and links them into the prefix."""

import json
import os
import shutil
import sys
import tarfile
from pathlib import Path


def main(arguments):
    if "--extract-tarball" in arguments:
        prefix = Path(arguments[arguments.index("--prefix") + 1])
        with tarfile.open(fileobj=sys.stdin.buffer, mode="r|*") as archive:
            archive.extractall(prefix)
    elif "--extract-conda-pkgs" in arguments:
        extract(Path(arguments[arguments.index("--prefix") + 1]) / "pkgs")
    else:
        install(Path(arguments[arguments.index("-yp") + 1]), Path(arguments[arguments.index("--file") + 1]))


def extract(cache):
    """Each package's archive becomes a directory beside it."""
    for archive in sorted(cache.glob("*.tar.gz")):
        target = cache / archive.name[: -len(".tar.gz")]
        target.mkdir(exist_ok=True)
        with tarfile.open(archive) as members:
            members.extractall(target)
        archive.unlink()


def install(prefix, explicit):
    names = [line for line in explicit.read_text().splitlines() if line and line[0] not in "#@"]
    for name in names:
        link(prefix, prefix / "pkgs" / name)
    with (prefix / "conda-meta/history").open("a") as history:
        history.write("==> 2026-01-01 00:00:00 <==\n# cmd: conda install --offline --file\n")
        history.write("".join(f"+{name}\n" for name in names))
    registered = Path.home() / ".conda/environments.txt"
    lines = registered.read_text().splitlines() if registered.exists() else []
    if str(prefix) not in lines:
        registered.write_text("".join(f"{line}\n" for line in [*lines, str(prefix)]))


def unlink(prefix, name):
    """What is installed under that name goes first, whatever its version, as conda does it with a list of files."""
    for path in (prefix / "conda-meta").glob(name + "-*.json"):
        record = json.loads(path.read_text())
        if record["name"] == name:
            for file in record["files"]:
                if os.path.lexists(prefix / file):
                    (prefix / file).unlink()
            path.unlink()


def link(prefix, package):
    paths = json.loads((package / "info/paths.json").read_text())["paths"]
    index = json.loads((package / "info/index.json").read_text())
    unlink(prefix, index["name"])
    for entry in paths:
        source, target = package / entry["_path"], prefix / entry["_path"]
        target.parent.mkdir(parents=True, exist_ok=True)
        if os.path.lexists(target):
            target.unlink()
        if source.is_symlink():
            target.symlink_to(os.readlink(source))
        elif entry.get("prefix_placeholder"):
            target.write_bytes(placed(source.read_bytes(), entry, str(prefix).encode()))
            shutil.copymode(source, target)
        else:
            os.link(source, target)
    files = [entry["_path"] for entry in paths]
    record = {
        **index,
        "channel": "file:///srv/channel",
        "extracted_package_dir": str(package),
        "files": files,
        "fn": package.name + ".conda",
        "link": {"source": str(package), "type": 1},
        "paths_data": {"paths": paths, "paths_version": 1},
        "requested_spec": index["name"],
        "url": "file:///srv/channel/{}/{}.conda".format(index["subdir"], package.name),
    }
    (prefix / "conda-meta" / (package.name + ".json")).write_text(json.dumps(record, indent=2))


def placed(content, entry, prefix):
    """Put the prefix in place of the placeholder; in a binary the text is filled up to its old length."""
    placeholder = entry["prefix_placeholder"].encode()
    if entry.get("file_mode") != "binary":
        return content.replace(placeholder, prefix)
    parts = content.split(placeholder)
    done = parts[0]
    for part in parts[1:]:
        end = part.find(b"\0")
        end = len(part) if end < 0 else end
        done += prefix + part[:end] + b"\0" * (len(placeholder) - len(prefix)) + part[end:]
    return done


main(sys.argv[1:])
