"""A stand-in for the get-pip script that ansible-test downloads: networks that reach a package index alone cannot.

It does what the real one is asked to do here: puts pip, and the named packages, into a virtual environment without pip.
"""

import subprocess
import sys

NOT_PIPS_OWN = ("--no-setuptools", "--no-wheel")

if __name__ == "__main__":
    # in a process of its own: ensurepip turns off the user's configuration of pip for its process
    subprocess.check_call([sys.executable, "-m", "ensurepip"], stdout=subprocess.DEVNULL)
    arguments = [argument for argument in sys.argv[1:] if argument not in NOT_PIPS_OWN]
    sys.exit(subprocess.call([sys.executable, "-m", "pip", "install", *arguments]))
