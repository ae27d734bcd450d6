/** Programs of Debian that everyday tests ask for, and their packages; `.ci/run` installs each that is missing. */
import { spawnSync } from 'node:child_process';

export const debianPackages = {
  amtool: 'prometheus-alertmanager',
  ip: 'iproute2',
  'mkfs.xfs': 'xfsprogs',
  named: 'bind9',
  nft: 'nftables',
  nsupdate: 'bind9-dnsutils',
  'prometheus-blackbox-exporter': 'prometheus-blackbox-exporter',
  promtool: 'prometheus',
  shellcheck: 'shellcheck',
  'systemd-analyze': 'systemd',
  yamllint: 'yamllint',
} as const;

/** Why a test that needs the program is skipped; false where it is here. */
export function lacking(program: keyof typeof debianPackages): string | false {
  if (spawnSync(program, ['--version']).error === undefined) return false;
  return `${program} is not installed: install Debian's package ${debianPackages[program]}`;
}
