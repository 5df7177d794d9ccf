"""Runs in the server's environment: what the running server would answer to, read from the application itself.

    python jupyter_routes.py MODULE:CLASS COOKIE OPTION...

Makes the application with the server's own configuration, prints its routes and login cookies of that name as JSON, and serves
nobody. The cookies are signed as the server signs them, and were made so many days ago.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import sys
import time
from collections.abc import Iterator

from jupyter_server.auth import User
from tornado.routing import Rule, RuleRouter
from tornado.web import RequestHandler, create_signed_value
from tornado.websocket import WebSocketHandler

DAY = 86400
AGES = (0, 2)


def rules(router: RuleRouter) -> Iterator[Rule]:
    for rule in router.rules:
        if isinstance(rule.target, RuleRouter):
            yield from rules(rule.target)
        else:
            yield rule


def described(rule: Rule) -> dict[str, object]:
    handler = rule.target
    methods = [
        method
        for method in handler.SUPPORTED_METHODS
        if getattr(handler, method.lower()) is not getattr(RequestHandler, method.lower())
    ]
    return {
        "pattern": rule.matcher.regex.pattern,
        "handler": f"{handler.__module__}.{handler.__name__}",
        "methods": methods,
        "websocket": issubclass(handler, WebSocketHandler),
    }


async def main() -> None:
    application, cookie, *options = sys.argv[1:]
    module, dummy, name = application.partition(":")
    server = getattr(importlib.import_module(module), name).initialize_server(argv=options)
    user = server.identity_provider.user_to_cookie(User(username="somebody"))

    def signed(days: int) -> str:
        moment = time.time() - days * DAY
        return create_signed_value(server.cookie_secret, cookie, user, clock=lambda: moment).decode()

    routes = [described(rule) for rule in rules(server.web_app.default_router)]
    print(json.dumps({"routes": routes, "cookies": {days: signed(days) for days in AGES}}))


asyncio.run(main())
