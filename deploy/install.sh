#!/bin/sh
# Puts the files of one machine, which "lockstep init" wrote beside this script, to their places. Run it as root. Run
# again it renews units and kernel settings alone: configuration, keys and data that are there stay as they are.
set -eu
cd "$(dirname "$0")"
if [ "$(id -u)" -ne 0 ]; then
  echo "install.sh: only root may write to /etc. Run: sudo sh $0" >&2
  exit 1
fi
if ! getent passwd lockstep > /dev/null; then
  useradd --system --user-group --home-dir /var/lib/lockstep --no-create-home --shell /usr/sbin/nologin lockstep
fi
mkdir -p /etc/lockstep /etc/systemd/system /etc/sysctl.d
install -d -o lockstep -g lockstep -m 0700 /var/lib/lockstep
cp etc/systemd/system/*.service /etc/systemd/system/
cp etc/sysctl.d/*.conf /etc/sysctl.d/
if [ -e etc/lockstep/lockstep.json ]; then
  if [ -e /etc/lockstep/lockstep.json ] || [ -e /var/lib/lockstep/identities ]; then
    echo "Units and kernel settings are renewed. Configuration, keys and data are here already and stay as they are."
    exit 0
  fi
  cp etc/lockstep/lockstep.json /etc/lockstep/lockstep.json
  cp -R var/lib/lockstep/. /var/lib/lockstep/
  chown -R lockstep:lockstep /var/lib/lockstep
  chmod -R go= /var/lib/lockstep
fi
echo "Installed. Now: sysctl --system; systemctl daemon-reload"
