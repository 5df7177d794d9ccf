"""Which request does what to an account."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from .account import IMAGES, Account, Refused, image

Answer = tuple[int, Any]
BASE = "https://api.digitalocean.com"


def answer(account: Account, method: str, path: str, query: dict[str, str], body: Any) -> Answer:
    """Return the status and the document. Raises Refused."""
    for wanted, pattern, handle in ROUTES:
        found = re.fullmatch(pattern, path)
        if wanted == method and found:
            with account.lock:
                return handle(account, query, body, *found.groups())
    raise Refused(404, "not_found", f"no route for {method} {path}")


def _page(path: str, key: str, query: dict[str, str], items: Iterable[Any]) -> Answer:
    listed = list(items)
    size, number = int(query.get("per_page", 20)), int(query.get("page", 1))
    end = size * number
    following = {
        "next": f"{BASE}{path}?page={number + 1}&per_page={size}",
        "last": f"{BASE}{path}?page={-(-len(listed) // size)}",
    }
    links = {"pages": following} if end < len(listed) else {}
    return 200, {key: listed[end - size : end], "links": links, "meta": {"total": len(listed)}}


def _droplets(account: Account, query: dict[str, str], dummy: Any) -> Answer:
    tag = query.get("tag_name")
    return _page(
        "/v2/droplets",
        "droplets",
        query,
        (each for each in list(account.droplets.values()) if not tag or tag in each["tags"]),
    )


def _add_droplet(account: Account, dummy: Any, body: Any) -> Answer:
    action = {"id": account.next_number(), "rel": "create", "href": f"{BASE}/v2/actions/1"}
    return 202, {"droplet": account.add_droplet(body), "links": {"actions": [action]}}


def _remove(kind: str) -> Callable[..., Answer]:
    def remove(account: Account, dummy: Any, body: Any, name: str) -> Answer:
        documents = getattr(account, kind)
        key: Any = int(name) if kind == "droplets" else name
        if key not in documents:
            raise Refused(404, "not_found", "The resource you were accessing could not be found.")
        if kind == "droplets":
            account.remove_droplet(key)
        elif kind == "tag_names":
            documents.remove(key)
        else:
            del documents[key]
        return 204, None

    return remove


def _image(dummy: Account, query: Any, body: Any, slug: str) -> Answer:
    if slug not in IMAGES:
        raise Refused(404, "not_found", "The resource you were accessing could not be found.")
    return 200, {"image": image(slug)}


ROUTES: list[tuple[str, str, Callable[..., Answer]]] = [
    ("GET", "/v2/account", lambda account, *dummy: (200, {"account": account.account()})),
    (
        "GET",
        "/v2/account/keys",
        lambda account, query, dummy: _page("/v2/account/keys", "ssh_keys", query, account.keys.values()),
    ),
    ("POST", "/v2/account/keys", lambda account, dummy, body: (201, {"ssh_key": account.add_key(body)})),
    ("DELETE", r"/v2/account/keys/([\w:]+)", _remove("keys")),
    ("GET", "/v2/sizes", lambda account, query, dummy: _page("/v2/sizes", "sizes", query, account.sizes())),
    ("GET", r"/v2/images/([\w.-]+)", _image),
    ("GET", "/v2/tags", lambda account, query, dummy: _page("/v2/tags", "tags", query, account.tags())),
    ("POST", "/v2/tags", lambda account, dummy, body: (201, {"tag": account.add_tag(body)})),
    ("DELETE", r"/v2/tags/([\w:-]+)", _remove("tag_names")),
    (
        "GET",
        "/v2/firewalls",
        lambda account, query, dummy: _page("/v2/firewalls", "firewalls", query, account.firewalls.values()),
    ),
    ("POST", "/v2/firewalls", lambda account, dummy, body: (202, {"firewall": account.put_firewall(body)})),
    (
        "PUT",
        r"/v2/firewalls/([\w-]+)",
        lambda account, dummy, body, name: (200, {"firewall": account.put_firewall(body, name)}),
    ),
    ("DELETE", r"/v2/firewalls/([\w-]+)", _remove("firewalls")),
    ("GET", "/v2/droplets", _droplets),
    ("POST", "/v2/droplets", _add_droplet),
    ("DELETE", r"/v2/droplets/(\d+)", _remove("droplets")),
]
