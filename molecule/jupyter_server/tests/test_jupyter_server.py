"""What the role made of a fresh Debian, used over its address by somebody with the password, and seen on the host itself."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._jupyter import checks
from ansible_collections.benchwright.python.plugins.module_utils._jupyter.certificate import trusting_context
from ansible_collections.benchwright.python.plugins.module_utils._jupyter.kernel import Kernel
from ansible_collections.benchwright.python.plugins.module_utils._jupyter.session import Session

UNIT = "benchwright-jupyter-server"
CONFIG = "/etc/benchwright"
PORT = 18820
EXPOSURE = 1.5
"""What `systemd-analyze security` may find, of 10."""

# What people do in notebooks, and what it prints.
FEATURES = {
    "a fork pool": ("import multiprocessing as m\nwith m.get_context('fork').Pool(2) as p: print(p.map(abs, [-1, -2]))", "[1, 2]"),
    "shared memory": (
        """
from multiprocessing.shared_memory import SharedMemory
mine = SharedMemory(create=True, size=8)
other = SharedMemory(mine.name)
mine.buf[0] = 42
print(other.buf[0])
for memory in (other, mine): memory.close()
mine.unlink()
""",
        "42",
    ),
    "machine code made at run time": (
        """
import ctypes, mmap, platform
code = {"x86_64": "b82a000000c3", "aarch64": "40058052c0035fd6"}[platform.machine()]
memory = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
memory.write(bytes.fromhex(code))
print(ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(memory)))())
""",
        "42",
    ),
    "a callback from C": (
        """
import ctypes
pointer = ctypes.POINTER(ctypes.c_int)
compare = ctypes.CFUNCTYPE(ctypes.c_int, pointer, pointer)(lambda a, b: a[0] - b[0])
numbers = (ctypes.c_int * 3)(3, 1, 2)
ctypes.CDLL(None).qsort(numbers, 3, 4, compare)
print(list(numbers))
""",
        "[1, 2, 3]",
    ),
    "a virtual environment, and pip in it": (
        """
import subprocess, sys, tempfile, zipfile
from pathlib import Path
place = Path(tempfile.mkdtemp(dir=Path.home()))
with zipfile.ZipFile(place / "tiny-1-py3-none-any.whl", "w") as wheel:
    wheel.writestr("tiny.py", "answer = 42")
    wheel.writestr("tiny-1.dist-info/METADATA", "Metadata-Version: 2.1\\nName: tiny\\nVersion: 1\\n")
    wheel.writestr("tiny-1.dist-info/WHEEL", "Wheel-Version: 1.0\\nGenerator: x\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    wheel.writestr("tiny-1.dist-info/RECORD", "tiny.py,,\\n")
run = lambda *command: subprocess.run(command, check=True, capture_output=True, text=True, cwd=place).stdout
run(sys.executable, "-m", "venv", "--without-pip", "made")
run(sys.executable, "-m", "pip", "--python", "made", "install", "--no-index", "tiny-1-py3-none-any.whl")
print(run("made/bin/python", "-c", "import tiny; print(tiny.answer)"))
""",
        "42",
    ),
    "a terminal of one's own": (
        "import os; leader, follower = os.openpty(); os.write(follower, b'hello'); print(os.read(leader, 5))",
        "b'hello'",
    ),
    "a program in /tmp": (
        """
import os, subprocess
with open("/tmp/program", "w") as file: file.write("#!/bin/sh\\necho $((40 + 2))")
os.chmod("/tmp/program", 0o755)
print(subprocess.check_output("/tmp/program", text=True))
""",
        "42",
    ),
    "a process, as the server's user": ("import subprocess; print(subprocess.check_output(['id', '-un'], text=True))", "jupyter"),
}  # fmt: skip

# What must not be possible, and the exceptions that say so.
BLOCKED = {
    "writing in /etc": "open('/etc/written', 'w')",
    "writing in the environment": "import sys; open(sys.prefix + '/written', 'w')",
    "another namespace": "import subprocess; subprocess.run(['unshare', '--user', '--map-root-user', 'true'], check=True)",
    "a setuid program": "import os; open('x', 'w'); os.chmod('x', 0o4755)",
    "the password": "open('/etc/benchwright/jupyter_server_password')",
    "somebody's home": "open('/home/quant/.bashrc')",
}


@pytest.fixture
def visitor(host, tmp_path: Path) -> Session:
    certificate = tmp_path / "certificate.pem"
    certificate.write_text(host.check_output(f"sed -n '/BEGIN CERT/,/END CERT/p' {CONFIG}/jupyter_server.pem"))
    address = host.check_output("hostname --all-ip-addresses").split()[0]
    session = Session(f"https://{address}:{PORT}", trusting_context(str(certificate)))
    session.give(60)
    return session


@pytest.fixture
def user(host, visitor: Session) -> Session:
    assert visitor.log_in(host.check_output(f"cat {CONFIG}/jupyter_server_password")) == 302
    return visitor


def serves_all(host) -> bool:
    return bool(host.system_info.codename == "bookworm")


def show(host, *properties: str) -> dict[str, str]:
    lines = host.check_output(f"systemctl show {UNIT} --property={','.join(properties)}").splitlines()
    return dict(line.split("=", 1) for line in lines)


def test_the_sandbox_is_tight_and_all_that_notebooks_do_works_in_it(host, user: Session) -> None:
    found = host.check_output(f"systemd-analyze security --no-pager {UNIT} | tail -n 1")
    exposure = float(re.search(r"[\d.]+(?= \w+ \S+$)", found)[0])
    print(host.system_info.codename, "systemd-analyze security:", exposure)
    assert exposure <= EXPOSURE
    with Kernel(user) as kernel:
        printed = {name: kernel.run(code).strip() for name, (code, dummy) in FEATURES.items()}
        assert printed == {name: wanted for name, (dummy, wanted) in FEATURES.items()}
        caught = "try:\n {}\n print('possible')\nexcept (OSError, subprocess.CalledProcessError) as error: print(type(error).__name__)"
        tried = {
            name: kernel.run("import subprocess\n" + caught.format(code)).strip() for name, code in BLOCKED.items()
        }
    assert "possible" not in tried.values(), tried
    assert checks.files_can_be_edited(user)
    if serves_all(host):
        assert checks.terminal_computes(user)


def test_kernels_of_other_environments_are_offered_as_asked(host, user: Session) -> None:
    offered = user.expect(200, "GET", "/api/kernelspecs").json()
    wanted = (["python3", "study"], "python3") if serves_all(host) else (["study"], "study")
    assert (sorted(offered["kernelspecs"]), offered["default"]) == wanted
    for name in offered["kernelspecs"]:
        kernel = user.expect(201, "POST", "/api/kernels", {"name": name}).json()
        user.expect(204, "DELETE", f"/api/kernels/{kernel['id']}")
    with Kernel(user) as kernel:
        environment = "lab" if serves_all(host) else "study"
        assert f"/opt/benchwright/.releases/{environment}-" in kernel.run("import sys; print(sys.prefix)") + "-"


def test_work_begins_where_it_is_asked_to(host, user: Session) -> None:
    wanted = "/home/jupyter/notebooks" + ("" if serves_all(host) else "/desk")
    with Kernel(user) as kernel:
        assert kernel.run("import os; print(os.getcwd())") == wanted + "\n"
    configuration = json.loads(
        re.search(r"jupyter-config-data[^>]*>(.*?)</script>", user.request("GET", "/lab").body.decode(), re.S)[1]
    )
    assert configuration.get("preferredPath", "").strip("/") == ("" if serves_all(host) else "desk")


def test_what_is_switched_off_is_not_there(host, user: Session) -> None:
    user.request("PUT", "/api/contents/here.txt", {"type": "file", "format": "text", "content": "here"})
    terminal = user.request("POST", "/api/terminals").status
    download = user.request("GET", f"/files/here.txt?_xsrf={user.cookies['_xsrf']}").status
    assert (terminal, download) == ((200, 200) if serves_all(host) else (404, 404))
    assert user.expect(200, "GET", "/api/contents/here.txt").json()["content"] == "here"
    assert user.request("GET", "/").headers["Location"].startswith("/lab" if serves_all(host) else "/tree")


def test_systemd_keeps_the_limits(host) -> None:
    found = show(host, "MemoryMax", "CPUQuotaPerSecUSec", "TasksMax", "User", "Restart", "ActiveState")
    if serves_all(host):
        assert (found["CPUQuotaPerSecUSec"], found["TasksMax"]) == ("infinity", "4096")
        assert int(found["MemoryMax"]) > 1 << 30
    else:
        limits = {"MemoryMax": str(1 << 30), "CPUQuotaPerSecUSec": "1.500000s", "TasksMax": "512"}
        assert limits.items() <= found.items()
        for line in ("cull_idle_timeout = 3600", "shutdown_no_activity_timeout = 14400"):
            assert host.file(f"{CONFIG}/jupyter_server_config.py").contains(line)
    assert (found["User"], found["Restart"], found["ActiveState"]) == ("jupyter", "on-failure", "active")


def test_the_journal_names_who_tried_to_log_in(host, user: Session) -> None:
    stranger = user.visitor()
    assert stranger.log_in("a wrong one") == 401
    lines = host.check_output(f"journalctl --unit={UNIT} --output=cat --since=-5min")
    assert re.search(r"login refused: address=[\d.]+ agent=", lines)
    assert re.search(r"login accepted: address=[\d.]+ agent=", lines)
    assert "a wrong one" not in lines
    assert host.check_output(f"cat {CONFIG}/jupyter_server_password") not in lines


def test_no_process_is_roots_and_one_port_is_open(host) -> None:
    pid = show(host, "MainPID")["MainPID"]
    processes = host.check_output("ps -e -o user:32=,pid=,args= | grep '/opt/benchwright/[.]releases/'").splitlines()
    assert {line.split()[0] for line in processes} == {"jupyter"}
    assert pid in {line.split()[1] for line in processes}
    listening = {
        line.split()[3] for line in host.check_output("ss --no-header --listening --numeric --tcp").splitlines()
    }
    assert {address for address in listening if "127.0.0" not in address} == {
        "0.0.0.0:22",
        "[::]:22",
        f"0.0.0.0:{PORT}",
    }


def test_files_belong_to_root_and_secrets_are_not_for_all(host) -> None:
    modes = {}
    for line in host.check_output(
        f"find {CONFIG} -maxdepth 1 -type f -not -name '.*' -printf '%f %m %u:%g\n'"
    ).splitlines():
        name, mode, owner = line.split()
        modes[name] = (mode, owner)
    assert modes["jupyter_server_password"] == ("600", "root:root")
    for name in ("jupyter_server.pem", "jupyter_server_config.py", "jupyter_server_password_hash"):
        assert modes[name] == ("640", "root:jupyter"), name
    assert not [name for name, (dummy, owner) in modes.items() if not owner.startswith("root:")]
    assert host.file("/home/jupyter/notebooks").mode == 0o700
    assert host.file(f"/etc/systemd/system/{UNIT}.service").mode == 0o644
