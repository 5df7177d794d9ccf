"""Make the virtual environment that benchwright runs in: .venv, from pinned and hashed requirements.

usage: python3 tools/bootstrap.py [test]

Runs on any Python 3.6+, to be able to say that a newer one is needed. A second run with nothing changed does nothing.
Where the system's Python comes without pip and venv (Debian splits them off), pip is taken from Debian's own archive,
into .venv alone: no root is needed and the system stays as it is.
"""

import fcntl
import glob
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
OLDEST, NEWEST = (3, 11), (3, 14)
SETS = {"run": ["run"], "test": ["run", "test"]}


class BootstrapError(Exception):
    """What keeps .venv from being made, and what to do."""


def main(arguments):
    wanted = (arguments or ["run"])[0]
    if wanted not in SETS or len(arguments) > 1:
        sys.exit(__doc__)
    try:
        use_newer_python()
        with open(os.path.join(ROOT, ".bootstrap.lock"), "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            for name in SETS[wanted]:
                ensure(name)
    except BootstrapError as error:
        sys.exit(f"bootstrap: {error}")
    except KeyboardInterrupt:
        sys.exit("bootstrap: interrupted; the same command begins again")
    except OSError as error:
        sys.exit(f"bootstrap: {error.filename or VENV}: {error.strerror or error}; mend that and run again")


def use_newer_python():
    """Go on in a Python that is new enough, if there is one on the machine."""
    if sys.version_info[:2] >= OLDEST:
        return
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        newer = shutil.which("python3.%d" % minor)
        if newer and subprocess.call([newer, "-c", ""], stderr=subprocess.DEVNULL) == 0:
            os.execv(newer, [newer, os.path.abspath(__file__), *sys.argv[1:]])
    raise BootstrapError(
        "benchwright needs Python 3.11 or newer, and this is %d.%d (%s); install one, for example with "
        "'apt-get install python3', or name it: make PYTHON=/path/to/python3 up"
        % (sys.version_info[0], sys.version_info[1], sys.executable)
    )


def ensure(name):
    """Install one set of requirements, unless its stamp says that just this is there."""
    stamp = os.path.join(VENV, "." + name + ".stamp")
    digest = wanted_digest(name)
    if read(stamp) == digest and os.path.exists(PYTHON):
        return
    if name == "run":
        make_venv()
    say(f"installing what benchwright {name}s with")
    pip(["install", "--require-hashes", "--requirement", requirements(name)])
    if name == "run":
        pip(["install", "--no-deps", "--no-build-isolation", "--editable", ROOT])
        link_collection()
    write(stamp, digest)


def wanted_digest(name):
    digest = hashlib.sha256((f"{sys.version} {VENV}").encode())
    for path in (requirements(name), os.path.join(ROOT, "pyproject.toml"), os.path.abspath(__file__)):
        digest.update(read(path).encode())
    return digest.hexdigest()


def requirements(name):
    return os.path.join(ROOT, "requirements", name + ".txt")


def make_venv():
    """Begin anew: a virtual environment without a stamp may be half of one."""
    say("making .venv with Python %d.%d.%d" % sys.version_info[:3])
    if os.path.isdir(VENV):
        shutil.rmtree(VENV)
    have_pip = subprocess.call([sys.executable, "-c", "import ensurepip, venv"], stderr=subprocess.DEVNULL) == 0
    run(
        [sys.executable, "-m", "venv", VENV] + ([] if have_pip else ["--without-pip"]),
        "the virtual environment cannot be made; Debian and Ubuntu have what is missing in: apt-get install python3-venv",
    )
    if not have_pip:
        pip_from_debian()


def pip_from_debian():
    """Install pip into .venv from the wheel in Debian's package python3-pip-whl; apt checks its signature."""
    advice = "pip is missing and cannot be had from the system's archive either; ask for: apt-get install python3-venv"
    if not shutil.which("apt-get"):
        raise BootstrapError(advice)
    with tempfile.TemporaryDirectory() as directory:
        os.chmod(directory, 0o755)
        state = [
            "-o",
            "Dir::State::Lists=" + directory,
            "-o",
            "Dir::Cache=" + directory,
            "-o",
            "Debug::NoLocking=true",
            "-o",
            "APT::Sandbox::User=" + ("root" if os.geteuid() == 0 else ""),
        ]
        os.mkdir(os.path.join(directory, "partial"))
        run(["apt-get", "-qq", *state, "update"], advice)
        run(["apt-get", "-qq", *state, "download", "python3-pip-whl"], advice, cwd=directory)
        package = glob.glob(os.path.join(directory, "python3-pip-whl_*.deb"))[0]
        run(["dpkg-deb", "-x", package, directory], advice)
        wheel = glob.glob(os.path.join(directory, "usr/share/python-wheels/pip-*.whl"))[0]
        run([PYTHON, os.path.join(wheel, "pip"), "install", "-q", "--no-index", "--no-deps", wheel], advice)


def link_collection():
    """Let the virtual environment's Ansible find the collection: this very directory."""
    version = "python%d.%d" % sys.version_info[:2]
    parent = os.path.join(VENV, "lib", version, "site-packages", "ansible_collections", "benchwright")
    os.makedirs(parent, exist_ok=True)
    link = os.path.join(parent, "python")
    if not os.path.islink(link):
        os.symlink(ROOT, link)


def pip(arguments):
    run(
        [PYTHON, "-m", "pip", "--disable-pip-version-check", "--quiet", "--no-input", *arguments],
        "pip could not install the requirements; if no package index was reached, mend the network or name your "
        "mirror (pip config set global.index-url URL), and run again",
    )


def run(command, advice, cwd=None):
    done = subprocess.run(
        command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    if done.returncode:
        lines = done.stdout.decode(errors="replace").strip().splitlines()
        errors = [line for line in lines if "rror" in line or line.startswith("E:")] or lines
        raise BootstrapError("{}\n  {}".format(advice, "\n  ".join(errors[-4:])))


def read(path):
    try:
        with open(path, encoding="utf-8") as stream:
            return stream.read()
    except FileNotFoundError:
        return ""


def write(path, text):
    temporary = path + ".new"
    with open(temporary, "w", encoding="utf-8") as stream:
        stream.write(text)
    os.replace(temporary, path)


def say(text):
    print("bootstrap: " + text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
