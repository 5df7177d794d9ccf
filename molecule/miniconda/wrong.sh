#!/bin/sh
# Places where nothing can be installed and files that are no installers; with "remove", none of them.
set -eu
cd /srv
if [ "${1:-}" = remove ]; then
    umount noexec small
    systemctl stop empty-mirror
    rm -r foreign noexec small cut-short pages
    exit
fi
mkdir -p foreign noexec small cut-short pages
echo important > foreign/data
mount -t tmpfs -o noexec tmpfs noexec
mount -t tmpfs -o size=4M tmpfs small
name=Miniforge3-26.3.2-3-Linux-x86_64.sh
head -c 100000 "installers/$name" > "cut-short/$name"
echo '<html>404</html>' > "pages/$name"
systemd-run --quiet --collect --unit empty-mirror python3 -m http.server --directory /srv/foreign --bind 127.0.0.1 8643
sleep 1
