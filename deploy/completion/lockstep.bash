# Completion of lockstep for bash; for zsh: autoload -U bashcompinit; bashcompinit; source this file.
# Made by "lockstep manual bash"; npm test says when it is not current.
_lockstep_words() {
  case "$1" in
    '') words='up init doctor replica gateway vip dns status where availability members failover restart upgrade snapshot void diverged certificates backup site drill export journal keys watch mode kill notify audit config replay sample curl demo manual --version --help' ;;
    'up') words='--config --data --replicas --demo --gateway-port --operator-port --fresh --help' ;;
    'init') words='--json --replica --gateway --watcher --add-gateway --add-watcher --out --cluster-id --durability --authority --authorities --cluster --insecure --help' ;;
    'doctor') words='--config --data --json --replica --gateway --watcher --wait --help' ;;
    'replica') words='join --config --data --id --bootstrap --no-start --help' ;;
    'replica join') words='--token --at --host --udp-port --tcp-port --control-port --zone --tls --insecure --no-start --help' ;;
    'gateway') words='--config --data --gateway-port --operator-port --help' ;;
    'vip') words='--config --data --id --help' ;;
    'dns') words='--config --data --id --help' ;;
    'status') words='--config --data --json --watch --details --help' ;;
    'where') words='--config --data --json --leader --help' ;;
    'availability') words='--config --data --json --help' ;;
    'members') words='list add remove replace token withdraw promote demote rebuild return tail prefer --help' ;;
    'members list') words='--config --data --json --help' ;;
    'members add') words='--config --data --operator --plan --json --confirm --role --help' ;;
    'members remove') words='--config --data --operator --plan --json --confirm --help' ;;
    'members replace') words='--config --data --operator --plan --json --confirm --fence --help' ;;
    'members token') words='--config --data --role --replaces --id --hours --json --help' ;;
    'members withdraw') words='--config --data --operator --plan --json --confirm --help' ;;
    'members promote') words='--config --data --operator --plan --json --confirm --help' ;;
    'members demote') words='--config --data --operator --plan --json --confirm --help' ;;
    'members rebuild') words='--config --data --json --confirm --operator --plan --switched-off --help' ;;
    'members return') words='--config --data --operator --plan --json --confirm --help' ;;
    'members tail') words='--config --data --json --folder --csv --help' ;;
    'members prefer') words='normal never prefer --config --data --operator --plan --json --confirm --help' ;;
    'failover') words='--config --data --operator --plan --json --to --review --help' ;;
    'restart') words='--config --data --operator --plan --json --rolling --accept-standstill --back-seconds --settle-seconds --help' ;;
    'upgrade') words='--config --data --operator --plan --json --switch --help' ;;
    'snapshot') words='--config --data --operator --plan --json --replica --help' ;;
    'void') words='list show decide try --help' ;;
    'void list') words='--config --data --json --help' ;;
    'void show') words='--config --data --operator --plan --json --replica --help' ;;
    'void decide') words='--config --data --operator --plan --json --force --help' ;;
    'void try') words='--json --here --help' ;;
    'diverged') words='--config --data --operator --plan --json --choose --force --help' ;;
    'certificates') words='init request sign install show renew revoke authorities tls --help' ;;
    'certificates init') words='--config --data --json --authority --years --cluster --help' ;;
    'certificates request') words='--config --data --json --authorities --cluster --out --help' ;;
    'certificates sign') words='--config --data --json --authority --party --days --out --help' ;;
    'certificates install') words='--config --data --json --help' ;;
    'certificates show') words='--config --data --json --help' ;;
    'certificates renew') words='--config --data --json --authority --days --help' ;;
    'certificates revoke') words='--config --data --json --authority --reason --help' ;;
    'certificates authorities') words='--config --data --json --add --remove --revoked --help' ;;
    'certificates tls') words='--config --data --json --out --authority --days --help' ;;
    'backup') words='run status list verify restore prune key --help' ;;
    'backup run') words='--config --data --help' ;;
    'backup status') words='--config --data --json --help' ;;
    'backup list') words='--config --data --json --target --backup-folder --key-file --cluster-id --help' ;;
    'backup verify') words='--config --data --json --target --backup-folder --key-file --cluster-id --all --help' ;;
    'backup restore') words='--config --data --json --target --backup-folder --key-file --cluster-id --to-seq --to-time --latest --into --chain --replicas --help' ;;
    'backup prune') words='--config --data --json --target --backup-folder --key-file --cluster-id --plan --help' ;;
    'backup key') words='--json --help' ;;
    'site') words='follow status seed wait return promote switch --help' ;;
    'site follow') words='--config --data --help' ;;
    'site status') words='--config --data --json --watch --help' ;;
    'site seed') words='--config --data --json --into --help' ;;
    'site wait') words='--config --data --json --help' ;;
    'site return') words='--config --data --json --help' ;;
    'site promote') words='--config --data --json --plan --yes --unfenced --help' ;;
    'site switch') words='--config --data --json --help' ;;
    'drill') words='failover restore site-loss switchover list --help' ;;
    'drill failover') words='--config --data --json --target --backup-folder --key-file --cluster-id --replicas --help' ;;
    'drill restore') words='--config --data --json --target --backup-folder --key-file --cluster-id --replicas --help' ;;
    'drill site-loss') words='--config --data --json --target --backup-folder --key-file --cluster-id --replicas --help' ;;
    'drill switchover') words='--config --data --json --back --help' ;;
    'drill list') words='--config --data --json --help' ;;
    'export') words='--config --data --json --target --backup-folder --key-file --cluster-id --from --to --format --folder --out --help' ;;
    'journal') words='inspect verify --help' ;;
    'journal inspect') words='--json --from --to --help' ;;
    'journal verify') words='--json --help' ;;
    'keys') words='add list show change rotate revoke --help' ;;
    'keys add') words='--config --data --json --account --permissions --network --expires --tier --public-key --program --help' ;;
    'keys list') words='--config --data --json --help' ;;
    'keys show') words='--config --data --json --help' ;;
    'keys change') words='--config --data --json --account --permissions --network --expires --tier --help' ;;
    'keys rotate') words='--config --data --json --grace --public-key --to --help' ;;
    'keys revoke') words='--config --data --json --help' ;;
    'watch') words='--config --data --watcher --rounds --found --json --help' ;;
    'mode') words='open cancel-only read-only halted --config --data --json --instrument --account --reason --open-after --help' ;;
    'kill') words='--config --data --json --reason --help' ;;
    'notify') words='--config --data --json --test --help' ;;
    'audit') words='list export verify --help' ;;
    'audit list') words='--config --data --json --after --limit --help' ;;
    'audit export') words='--config --data --json --after --help' ;;
    'audit verify') words='--config --data --json --offline --help' ;;
    'config') words='--config --data --json --keys --schema --replicas --help' ;;
    'replay') words='--config --data --json --format --book --kill-leader --own --into-running --help' ;;
    'sample') words='--format --orders --seed --part --levels --help' ;;
    'curl') words='--config --data --json --key --secret --url --ca --insecure --timeout --show --help' ;;
    'demo') words='--config --data --rate --help' ;;
    'manual') words='man bash fish --help' ;;
    *) words='' ;;
  esac
}

# What the value of an option may be.
_lockstep_values() {
  case "$1" in
    'init --durability') words='disk memory' ;;
    'members add --role') words='voter learner spare witness' ;;
    'members token --role') words='voter learner spare witness' ;;
    'export --format') words='jsonl csv' ;;
    'replay --format') words='bitstamp lobster itch50' ;;
    'sample --format') words='bitstamp lobster itch50' ;;
    'sample --part') words='message orderbook' ;;
    *) words='' ;;
  esac
}

_lockstep() {
  local word path='' longer words
  COMPREPLY=()
  # The longest row of words so far that is a command.
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    longer="${path:+$path }$word"
    _lockstep_words "$longer"
    [ -n "$words" ] && path="$longer"
  done
  _lockstep_values "$path ${COMP_WORDS[COMP_CWORD-1]}"
  [ -n "$words" ] || _lockstep_words "$path"
  COMPREPLY=($(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"))
}

complete -o default -F _lockstep lockstep
