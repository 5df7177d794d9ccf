"""Fetching, checking and linking, with a package cache as conda keeps it."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

import rattler
from rattler.package_cache import PackageCache, ValidationMode
from rattler.package_streaming import download_to_path, extract

from .errors import CondaFailure, SeveralFailures
from .prefix import Record, base_url, dist, full, rattler_records
from .settings import READ_TIMEOUT, Settings

MISMATCH = """Conda detected a mismatch between the expected content and downloaded content
for url '{url}'.
  download saved to: {path}
  expected {kind}: {expected}
  actual {kind}: {actual}
"""
CORRUPTED = "The package for {name} located at {directory}\nappears to be corrupted. The path '{path}'\nhas "

IN_PYTHON = re.compile(r"^lib/python[^/]+/(?=site-packages/)")


def is_cached(settings: Settings, record: Record) -> bool:
    """Whether a cache holds that very package, extracted."""
    return extracted(settings, record) is not None


def extracted(settings: Settings, record: Record) -> Path | None:
    for cache in settings.package_caches:
        path = cache / dist(record) / "info/repodata_record.json"
        if path.is_file():
            found = json.loads(path.read_text())
            sums = all(record.get(kind, found.get(kind)) == found.get(kind) for kind in ("md5", "sha256"))
            if sums and record["url"] == found["url"]:
                return path.parent.parent
    return None


def fetch(settings: Settings, linked: Sequence[Record], trust_local: bool = True) -> None:
    """Have every package extracted in a cache. What is downloaded is verified; what lies on this disk conda trusts."""
    asyncio.run(_fetch(settings, [record for record in linked if not is_cached(settings, record)], trust_local))


async def _fetch(settings: Settings, wanted: Sequence[Record], trust_local: bool) -> None:
    failures = []
    for record in wanted:
        try:
            await _fetch_one(settings.package_caches[0], record, trust_local)
        except CondaFailure as failure:
            failures.append(failure)
    if failures:
        raise SeveralFailures(failures)


async def _fetch_one(cache: Path, record: Record, trust_local: bool) -> None:
    cache.mkdir(parents=True, exist_ok=True)
    url, target = str(record["url"]), cache / str(record["url"]).rpartition("/")[2]
    local = urlsplit(url).scheme == "file"
    try:
        if _is_right(target, record):  # it was extracted once, and only that is gone
            pass
        elif local:
            shutil.copyfile(unquote(urlsplit(url).path), target)
        else:
            download = download_to_path(rattler.Client.default_client(), url, target)
            await asyncio.wait_for(download, READ_TIMEOUT)
    except Exception as error:  # py-rattler promises no particular type
        raise CondaFailure("CondaHTTPError", f"HTTP 000 CONNECTION FAILED for url <{url}>\n{error}") from error
    content = target.read_bytes()
    for kind in () if local and trust_local else ("sha256", "md5"):
        actual, expected = hashlib.new(kind, content).hexdigest(), record.get(kind)
        if expected and actual != expected:
            message = MISMATCH.format(url=url, path=target, kind=kind, expected=expected, actual=actual)
            target.unlink()
            shutil.rmtree(cache / dist(record), ignore_errors=True)
            raise CondaFailure("ChecksumMismatchError", message)
    directory = cache / dist(record)
    shutil.rmtree(directory, ignore_errors=True)
    try:
        extract(target, directory)
    except Exception as error:  # py-rattler promises no particular type
        raise CondaFailure("CondaError", f"InvalidArchiveError({str(target)!r}: {error})") from error
    index = json.loads((directory / "info/index.json").read_bytes())
    digests = {kind: hashlib.new(kind, content).hexdigest() for kind in ("md5", "sha256")}
    known = {**index, **digests, "size": len(content), **record}
    (directory / "info/repodata_record.json").write_text(json.dumps(full(known), indent=2))
    with (cache / "urls.txt").open("a") as stream:
        stream.write(url + "\n")


def _is_right(path: Path, record: Record) -> bool:
    """Whether the file is there and has the digests that are known of it."""
    known = [kind for kind in ("sha256", "md5") if record.get(kind)]
    content = path.read_bytes() if known and path.is_file() else None
    return content is not None and all(hashlib.new(kind, content).hexdigest() == record[kind] for kind in known)


def forget(settings: Settings, record: Record) -> None:
    """Have the package extracted again by the next fetch."""
    directory = extracted(settings, record)
    if directory:
        shutil.rmtree(directory)


def described(settings: Settings, record: Record) -> Record:
    """The record with all that its package says of itself."""
    directory = extracted(settings, record)
    known = json.loads((directory / "info/repodata_record.json").read_text()) if directory else {}
    return {**known, **record}


def unsafe(settings: Settings, record: Record) -> list[CondaFailure]:
    """What the safety checks find in a cache: sizes are always compared, sums only with ``extra_safety_checks``."""
    kind, sums = settings.safety_checks
    directory = extracted(settings, record)
    if kind == "disabled" or directory is None:
        return []
    failures = []
    for entry in json.loads((directory / "info/paths.json").read_bytes())["paths"]:
        if entry["path_type"] != "hardlink":  # conda looks at no other
            continue
        content = (directory / entry["_path"]).read_bytes()
        begin = CORRUPTED.format(name=record["name"], directory=directory, path=entry["_path"])
        found = hashlib.sha256(content).hexdigest()
        if len(content) != entry["size_in_bytes"]:
            text = f"an incorrect size.\n  reported size: {entry['size_in_bytes']} bytes\n"
            failures.append(CondaFailure("SafetyError", f"{begin}{text}  actual size: {len(content)} bytes\n"))
        elif sums and found != entry["sha256"]:
            text = f"a sha256 mismatch.\n  reported sha256: {entry['sha256']}\n  actual sha256: {found}\n"
            failures.append(CondaFailure("SafetyError", begin + text))
    return failures


def link(
    settings: Settings,
    prefix: Path,
    unlinked: Sequence[Record],
    linked: Sequence[Record],
    specs: dict[str, str],
    replaces: bool = True,
) -> None:
    """Unlink and link. ``specs`` are those asked for, by name; without ``replaces`` other versions' records stay."""
    (prefix / "conda-meta").mkdir(parents=True, exist_ok=True)
    names = {record["name"] for record in linked}
    gone = {dist(record) for record in unlinked}
    stay = [record for record in rattler_records(prefix) if _dist(record) not in gone]
    others = [record for record in stay if record.name.normalized not in names]
    tag = prefix / "CACHEDIR.TAG"
    tagged = tag.exists()
    asyncio.run(_install(settings, prefix, linked, others, gone, replaces))
    if not tagged:  # only rattler puts it there
        tag.unlink(missing_ok=True)
    for record in linked:
        _complete(settings, prefix, record, specs.get(record["name"]))


async def _install(
    settings: Settings,
    prefix: Path,
    linked: Sequence[Record],
    others: list[rattler.PrefixRecord],
    gone: set[str],
    replaces: bool,
) -> None:
    installed = rattler_records(prefix)
    if not replaces:
        installed = [record for record in installed if record in others or _dist(record) in gone]
    await rattler.install(
        [*others, *(as_rattler(settings, record) for record in linked)],
        prefix,
        installed_packages=installed,
        package_cache=PackageCache.new_layered([*settings.package_caches], validation_mode=ValidationMode.skip()),
        reinstall_packages={record["name"] for record in linked if replaces},
        show_progress=False,
        execute_link_scripts=True,
    )


def _dist(record: rattler.PrefixRecord) -> str:
    return f"{record.name.normalized}-{record.version}-{record.build}"


def as_rattler(settings: Settings, record: Record) -> rattler.RepoDataRecord:
    directory = extracted(settings, record)
    if directory is None:
        raise CondaFailure("CondaError", f"{record['url']} is in no package cache")
    index = rattler.PackageRecord.from_index_json(directory / "info/index.json")
    return rattler.RepoDataRecord(index, str(record["url"]).rpartition("/")[2], record["url"], base_url(record))


def _complete(settings: Settings, prefix: Path, record: Record, spec: str | None) -> None:
    """Make rattler's record what conda writes."""
    path = prefix / "conda-meta" / f"{dist(record)}.json"
    written, known = json.loads(path.read_text()), full(described(settings, record))
    old = settings.generation.parts < (26, 0)
    wanted: Record = {"requested_spec": spec or "None"}
    if not old:
        wanted = {"requested_spec": spec, "requested_specs": [spec]} if spec else {"_requested_specs": []}
    dropped = ("requested_spec", "requested_specs")
    kept = {key: value for key, value in written.items() if key not in dropped}
    if known.get("noarch") == "python":  # conda leaves these as they are in the package; "files" says where they went
        for entry in kept["paths_data"]["paths"]:
            if not entry["_path"].endswith(".pyc"):
                entry["_path"] = IN_PYTHON.sub("", entry["_path"])
    complete = path.with_suffix(".complete")
    complete.write_text(json.dumps({**kept, **known, **wanted}, indent=2))
    complete.replace(path)  # conda has written it once; to write it twice must not be a second chance for half of it
