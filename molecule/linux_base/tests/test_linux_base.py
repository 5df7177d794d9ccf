"""What the role made of a fresh Debian, seen on the host itself."""

from __future__ import annotations

BUNDLE = "/etc/ssl/certs/ca-certificates.crt"
SECRET = "proxy-secret"


def test_packages_come_from_the_site_alone_and_leave_nothing_in_the_cache(host) -> None:
    for name in ("bzip2", "htop", "tree", "nftables", "locales", "unattended-upgrades"):
        assert host.package(name).is_installed
    assert "file:/srv/mirror" in host.check_output("apt-cache policy tree")
    assert "http" not in host.check_output("apt-get indextargets --format '$(URI)'")
    assert host.file("/etc/apt/sources.list").contains("^deb http") or host.file("/etc/apt/sources.list.d").exists
    assert host.check_output("find /var/cache/apt/archives -name '*.deb'") == ""
    assert 'Unattended-Upgrade "1"' in host.check_output("apt-config dump APT::Periodic::Unattended-Upgrade")


def test_the_host_is_called_and_speaks_as_asked(host) -> None:
    name = host.check_output("hostname")
    assert name.endswith("-desk.example.org")
    assert host.check_output(f"getent hosts {name}").split()[0] == "127.0.1.1"
    assert host.file("/etc/localtime").linked_to == "/usr/share/zoneinfo/Europe/Zurich"
    assert host.check_output("LC_ALL=en_GB.UTF-8 locale charmap") == "UTF-8"
    assert host.file("/etc/default/locale").contains("^LANG=en_GB.UTF-8$")


def test_the_user_has_group_key_and_sudo_and_the_former_one_left_a_home(host) -> None:
    quant = host.user("quant")
    assert (quant.shell, quant.gecos) == ("/bin/bash", "A quant")
    assert "research" in quant.groups
    keys = host.file("/home/quant/.ssh/authorized_keys")
    assert (keys.user, keys.mode, keys.content_string.count("ssh-ed25519")) == ("quant", 0o600, 1)
    assert host.check_output("su - quant -c 'sudo -n id -un'") == "root"
    assert host.file("/etc/sudoers.d/benchwright-quant").mode == 0o440
    assert not host.user("former").exists
    assert host.file("/home/former").is_directory


def test_the_proxys_password_is_for_the_group_and_in_no_other_place(host) -> None:
    assert SECRET in host.check_output("su - quant -c 'echo $https_proxy'")
    assert host.check_output("su - nobody -s /bin/sh -c 'echo $https_proxy'") == ""
    for path in host.check_output(f"grep -rl {SECRET} /etc /var/lib/benchwright /run /var/log || true").split():
        assert not host.file(path).mode & 0o007, path
    assert SECRET not in host.run("journalctl --no-pager").stdout
    assert host.run("su - nobody -s /bin/sh -c 'apt-cache policy tree'").rc == 0


def test_the_sites_certificate_is_trusted_by_all(host) -> None:
    [path] = host.file("/usr/local/share/ca-certificates/benchwright").listdir()
    certificate = host.file(f"/usr/local/share/ca-certificates/benchwright/{path}")
    assert host.run(f"openssl verify -CAfile {BUNDLE} {certificate.path}").rc == 0
    assert host.check_output("git config --system --get http.sslCAInfo") == BUNDLE
    assert host.file("/etc/xdg/pip/pip.conf").contains(f"^cert = {BUNDLE}$")
    assert host.file("/etc/conda/condarc.d/benchwright.yml").contains(f"^ssl_verify: {BUNDLE}$")
    assert host.check_output("su - nobody -s /bin/sh -c 'echo $SSL_CERT_FILE'") == BUNDLE


def test_sshd_takes_keys_only(host) -> None:
    settings = host.check_output("sshd -T")
    for line in ("passwordauthentication no", "permitrootlogin without-password", "pubkeyauthentication yes"):
        assert line in settings.splitlines()


def test_the_firewall_is_loaded_and_will_be_at_the_next_start(host) -> None:
    table = host.check_output("nft list table inet benchwright")
    assert "policy drop" in table
    assert "ip saddr 172.16.0.0/12 tcp dport 8888 accept" in table
    assert host.service("benchwright-firewall").is_enabled
    assert host.run("systemctl is-active benchwright-firewall-rollback.timer").stdout.strip() == "inactive"


def test_a_container_gets_no_swap(host) -> None:
    assert not host.file("/swap.benchwright").exists
