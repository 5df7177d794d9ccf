#!/bin/sh
# Writes to $1 what is on this host: every path with its kind, mode, owner, target and digest. Left out is what a running system and
# the test's own login write.
set -eu
cd /
find . -xdev \( -path ./proc -o -path ./sys -o -path ./run -o -path ./tmp -o -path ./dev -o -path ./var/log -o -path ./var/tmp \
    -o -path ./var/lib/systemd -o -path './*/.ansible' -o -path './home/*/.ansible' -o -path ./root/before -o -path ./root/after \
    -o -path ./srv/channel -o -path ./srv/installers -o -path './var/cache/ldconfig' -o -name __pycache__ \) -prune \
    -o -printf '%p %y %m %U:%G %l\n' | LC_ALL=C sort > "$1"
find etc home root opt srv usr/local -xdev \( -path '*/.ansible' -o -path root/before -o -path root/after -o -path srv/channel \
    -o -path srv/installers \) -prune -o -type f -exec sha256sum {} + | LC_ALL=C sort -k 2 >> "$1"
