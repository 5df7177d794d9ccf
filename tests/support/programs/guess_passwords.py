"""Runs on the server's host: from many addresses of the loopback, passwords are guessed for some seconds.

    python guess_passwords.py PORT SECONDS PER_MINUTE ADDRESSES

Prints how often each status was answered, as JSON.
"""

from __future__ import annotations

import http.client
import json
import ssl
import sys
import threading
import time
from collections import Counter

port, seconds, per_minute, addresses = map(int, sys.argv[1:])
context = ssl._create_unverified_context()
statuses: Counter[int] = Counter()


def ask(address: str, method: str, body: str = "", token: str = "") -> http.client.HTTPResponse:
    form = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": f"_xsrf={token}", "X-XSRFToken": token}
    connection = http.client.HTTPSConnection(
        "127.0.0.1", port, timeout=90, context=context, source_address=(address, 0)
    )
    connection.request(method, "/login", body or None, form if body else {})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


def guess(number: int, token: str) -> None:
    answer = ask(f"127.0.8.{number % addresses + 1}", "POST", f"password=wrong-{number}", token)
    statuses[answer.status] += 1


cookies = ask("127.0.8.1", "GET").headers.get_all("Set-Cookie") or []
[token] = [cookie[6:].partition(";")[0] for cookie in cookies if cookie.startswith("_xsrf=")]
# Nobody waits for an answer before the next guess.
threads = [threading.Thread(target=guess, args=[number, token]) for number in range(per_minute * seconds // 60)]
for thread in threads:
    thread.start()
    time.sleep(60 / per_minute)
for thread in threads:
    thread.join()
print(json.dumps(statuses))
