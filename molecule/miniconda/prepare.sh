#!/bin/sh
set -eu
groupadd --force researchers
usermod --append --groups researchers ada
printf 'export TOKEN=mine\nalias ll="ls -l"' > /home/ada/.bashrc # without a last newline
rm -f /home/grace/.bashrc
mkdir -p /home/grace/.conda
echo /home/grace/elsewhere > /home/grace/.conda/environments.txt
chown -R grace:grace /home/grace
echo 'umask 077' > /etc/profile.d/strict.sh
cat > /usr/local/bin/site-installers <<'END'
#!/usr/bin/python3
import base64
import functools
import http.server


class Handler(http.server.SimpleHTTPRequestHandler):
    def do_GET(self):
        if self.headers.get("Authorization") != "Basic " + base64.b64encode(b"site:m1rror-canary").decode():
            self.send_error(401)
        else:
            super().do_GET()


handler = functools.partial(Handler, directory="/srv/installers")
http.server.ThreadingHTTPServer(("127.0.0.1", 8642), handler).serve_forever()
END
chmod 755 /usr/local/bin/site-installers
systemctl is-active --quiet site-installers || systemd-run --quiet --unit site-installers /usr/local/bin/site-installers
