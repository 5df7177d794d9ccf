#!/bin/sh
# A directory as a site with no way out has it: the packages of the scenario and an index, made from the archive for once.
set -eu
bundle=/etc/ssl/certs/ca-certificates.crt
if grep -q " $bundle " /proc/mounts; then
    cp "$bundle" /root/bundle
    umount "$bundle"
    update-ca-certificates >/dev/null
fi
export DEBIAN_FRONTEND=noninteractive
apt-get -qq update
[ ! -f /root/bundle ] || cp /root/bundle "$bundle.before"
apt-get -qq install --yes --download-only --no-install-recommends \
    bzip2 htop tree unattended-upgrades locales nftables sudo tzdata ca-certificates >/dev/null
mkdir -p /srv/mirror
mv /var/cache/apt/archives/*.deb /srv/mirror
cd /srv/mirror
for file in *.deb; do
    dpkg-deb --field "$file"
    echo "Filename: ./$file"
    echo "Size: $(stat -c %s "$file")"
    echo "SHA256: $(sha256sum "$file" | cut -d' ' -f1)"
    echo
done >Packages
rm -rf /var/lib/apt/lists/* "$bundle.before" /root/bundle
useradd --create-home former
groupadd research

# What there is before the role comes, for the comparison after it has gone.
dpkg-query --show --showformat '${db:Status-Abbrev} ${Package}\n' >/root/packages.before
find /etc /usr/local /home /root/.ssh /var/lib/benchwright /opt /srv /swap* -not -path '/etc/ssl/certs/*' \
    \( -type f -printf '%p %M %u:%g ' -exec sh -c 'sha256sum <"$1"' - {} \; -o -not -type f -printf '%p %M %u:%g %l\n' \) \
    2>/dev/null | sort >/root/files.before
sha256sum <"$bundle" >/root/bundle.before
getent passwd >/root/passwd.before
