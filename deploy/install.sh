#!/bin/sh
# Puts the files of one machine, which "lockstep init" wrote beside this script, to their places. Run it as root. On a
# machine that has a replica or a gateway already it adds the other one. Run again it renews units and kernel settings
# alone. Configuration, keys and data that are there stay as they are. With DESTDIR it installs below that folder, as for
# an image, and gives nothing to a user.
set -eu
cd "$(dirname "$0")"
to=${DESTDIR:-}
data=$to/var/lib/lockstep
if [ -z "$to" ]; then
  if [ "$(id -u)" -ne 0 ]; then
    echo "install.sh: only root may write to /etc. Run: sudo sh $0" >&2
    exit 1
  fi
  if ! getent passwd lockstep > /dev/null; then
    useradd --system --user-group --home-dir /var/lib/lockstep --no-create-home --shell /usr/sbin/nologin lockstep
  fi
fi

give() {
  [ -n "$to" ] || chown "$@"
}

# A folder of the user alone.
private() {
  mkdir -p "$1"
  give lockstep:lockstep "$1"
  chmod 0700 "$1"
}

# A file or folder of the data that is not there.
add() {
  if [ -e "$1" ] && [ ! -e "$data/$1" ]; then
    cp -R "$1" "$data/$1"
    give -R lockstep:lockstep "$data/$1"
    chmod -R go= "$data/$1"
    echo "Added: /var/lib/lockstep/$1"
  fi
}

# Whether two lists of authorities have one in common: each line of one is in the other.
agree() {
  ! grep -qvxFf "$1" "$2" || ! grep -qvxFf "$2" "$1"
}

mkdir -p "$to/etc/lockstep" "$to/etc/systemd/system" "$to/etc/sysctl.d"
private "$data"
cp etc/systemd/system/*.service "$to/etc/systemd/system/"
cp etc/sysctl.d/*.conf "$to/etc/sysctl.d/"
if [ ! -e etc/lockstep/lockstep.json ]; then
  echo "Installed. Now: sysctl --system; systemctl daemon-reload"
  exit 0
fi
configuration=$PWD/etc/lockstep/lockstep.json
cd var/lib/lockstep
role=$(ls identities)
for there in "$data"/identities/"${role%-*}"-*; do
  if [ -e "$there" ]; then
    echo "Units and kernel settings are renewed. Configuration, keys and data are here already and stay as they are."
    exit 0
  fi
done
for there in "$data"/identities/*/authorities.pem; do
  if [ -e "$there" ] && ! agree "$there" "identities/$role/authorities.pem"; then
    echo "install.sh: this machine belongs to another cluster ($there). Only units and kernel settings are renewed." >&2
    exit 1
  fi
done
private "$data/identities"
add "identities/$role"
if [ -d tls ]; then
  private "$data/tls"
  for certificate in tls/*.pem; do
    pair=${certificate%.pem}
    # A key goes with its certificate alone.
    if [ ! -e "$data/$pair.pem" ] && [ ! -e "$data/$pair.key" ]; then
      add "$pair.pem"
      add "$pair.key"
    fi
  done
fi
for file in *; do
  if [ -f "$file" ]; then add "$file"; fi
done
if [ ! -e "$to/etc/lockstep/lockstep.json" ]; then
  cp "$configuration" "$to/etc/lockstep/lockstep.json"
elif ! cmp -s "$configuration" "$to/etc/lockstep/lockstep.json"; then
  echo "/etc/lockstep/lockstep.json is here already, says something else, and stays: take over what $role needs. Compare:"
  echo "  diff /etc/lockstep/lockstep.json $configuration"
fi
echo "Installed. Now: sysctl --system; systemctl daemon-reload"
