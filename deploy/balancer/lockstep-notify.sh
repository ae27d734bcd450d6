#!/bin/sh
# keepalived calls it with TYPE NAME STATE PRIORITY when an address comes or goes: /etc/keepalived/lockstep-notify.sh.
# What this writes stands in the journal, and where Prometheus of this machine reads it (the textfile collector).
set -eu
logger --tag lockstep-address "$2 is $3 (priority ${4:-0})"
folder=${LOCKSTEP_TEXTFILES:-/var/lib/prometheus/node-exporter}
[ -d "$folder" ] || exit 0
case "$3" in MASTER) holds=1 ;; *) holds=0 ;; esac
echo "lockstep_address_held{name=\"$2\"} $holds" > "$folder/lockstep-address-$2.prom.new"
mv "$folder/lockstep-address-$2.prom.new" "$folder/lockstep-address-$2.prom"
