#!/bin/sh
# Whether an address of a health endpoint answers 200. For keepalived: /etc/keepalived/lockstep-check.sh, of root, mode
# 0755. LOCKSTEP_AUTHORITY names the authority that signs there.
exec curl --silent --show-error --fail --output /dev/null --max-time 0.9 \
  --cacert "${LOCKSTEP_AUTHORITY:-/etc/keepalived/lockstep-authority.pem}" "$1"
