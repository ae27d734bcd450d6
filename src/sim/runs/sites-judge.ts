/**
 * What must hold of two sites, one of which writes and the other follows: one site alone acknowledges in an epoch, no
 * client goes back to an earlier one, a standby shows nothing but what the writing site has, in its order and with its
 * stamps, and nothing acknowledged is lost but what a promotion cut off.
 */
import { eventChecksum } from '../../checkers/agreement.ts';
import { SequenceChecker } from '../../checkers/sequence.ts';
import { type CheckerName, Violations } from '../../checkers/violations.ts';
import type { UnknownReason } from '../../client/core/ports.ts';
import { eventAt } from '../../protocol/events.ts';
import { TYPE_AT } from '../../protocol/layout.ts';
import { beginSite } from '../../protocol/mode-commands.ts';
import type { OperatorControlOrder } from '../../replica/ports.ts';
import { crc32 } from '../../std/crc32.ts';
import { getU53 } from '../../std/integers.ts';
import type { ClientActor, ClientWatcher } from '../actors/client-actor.ts';
import { isForeseen, type Machine, type MachineWatcher } from '../world/machine.ts';
import type { World } from '../world/world.ts';

/** What is at one place of a history, and in which epoch it was put there. */
interface WrittenPlace {
  readonly epoch: number;
  readonly checksum: number;
}

interface AcknowledgedEvent extends WrittenPlace {
  readonly clientId: number;
  readonly place: string;
  readonly seq: number;
}

/** A standby took the place of a lost site: commands of the lost site behind `seq` are gone. */
interface PromotionCut {
  readonly epoch: number;
  seq: number;
  /** The first command that this standby has otherwise than the lost site: what followed from it differs, too. */
  differsFrom: number;
}

/** The site that writes where no site ever began to. */
const firstSite = 1;
/** What a command that is passed over differs by. */
const passedOver = 0x5a5a_5a5a;

export class SitesJudge implements MachineWatcher, ClientWatcher {
  readonly violations = new Violations();
  readonly #sequence = new SequenceChecker(this.violations.report);
  readonly #world: World;
  readonly #siteOf: (replicaId: number) => number;
  /** Commands by seq, and events by seq and number: a later epoch writes over what it cut off. */
  readonly #commands = new Map<number, WrittenPlace>();
  readonly #events = new Map<string, WrittenPlace>();
  /** What each replica has applied or passed over at a standby site, by seq. */
  readonly #shown = new Map<number, Map<number, number>>();
  /** Which site acknowledged in an epoch. */
  readonly #writerOf = new Map<number, number>();
  readonly #epochOf = new Map<ClientActor, number>();
  readonly #acknowledged: AcknowledgedEvent[] = [];
  readonly #cuts: PromotionCut[] = [];
  /** The site that alone may write since that epoch, by its lease or as the other one stood still; 0: none. */
  #only = { site: 0, epoch: 0 };
  /** Epochs whose first command was seen. */
  readonly #begun = new Set<number>();
  /** Epochs that the site before was seen to have ended with. */
  readonly #handedOver = new Set<number>();
  /** The first command that an operator voided at a promoted site, whatever the lost one had made of it. */
  #decidedFrom = Number.POSITIVE_INFINITY;
  /** Where the logs of the other sites ended then. */
  readonly #endsOf = new Map<number, number>();

  constructor(world: World, siteOf: (replicaId: number) => number) {
    this.#world = world;
    this.#siteOf = siteOf;
  }

  get acknowledged(): number {
    return this.#acknowledged.length;
  }

  /** How many of those were lost by promotions. */
  get lost(): number {
    return this.#acknowledged.filter((one) => this.#isCut(one)).length;
  }

  /** The epoch begins with what a standby has, whatever the site before it had written. */
  promotes(epoch: number): void {
    if (this.#cuts.every((cut) => cut.epoch !== epoch))
      this.#cuts.push({ epoch, seq: Infinity, differsFrom: Infinity });
  }

  /** Leases are granted to this site from now on, and those of others are over. */
  leased(site: number, epoch: number): void {
    this.#only = { site, epoch };
    this.#endsOf.clear();
  }

  /** This site stood still, or did not run, while the other one began to write in this epoch. */
  overtaken(site: number, epoch: number): void {
    this.#only = { site: site === firstSite ? firstSite + 1 : firstSite, epoch };
    this.#endsOf.clear();
  }

  decided(seq: number): void {
    this.#decidedFrom = Math.min(this.#decidedFrom, seq);
  }

  /** All is healed and level. */
  end(machines: readonly Machine[]): void {
    for (const [id, shown] of this.#shown)
      for (const [seq, checksum] of shown) {
        if (seq >= this.#decidedFrom && this.#world.poisons.has(seq)) continue;
        const name = `replica ${id}`;
        if (this.#commands.get(seq)?.checksum === otherwise(checksum))
          this.#report(
            'sites',
            `${name} is left with a state in which command ${seq} is not what its site has`,
          );
        this.#compare(name, seq, checksum);
      }
    for (const one of this.#acknowledged) {
      if (this.#isCut(one) || this.#differs(one)) continue;
      if (this.#events.get(one.place)?.checksum !== one.checksum)
        this.#report(
          'durability',
          `client ${one.clientId} was told of event ${one.place} in epoch ${one.epoch}, and it is lost`,
        );
    }
    const hashes = new Map(machines.map(({ name, replica }) => [name, replica?.state.stateHash()]));
    if (new Set(hashes.values()).size > 1)
      this.#report('sites', `the states differ: ${JSON.stringify([...hashes])}`);
  }

  started({ id }: Machine): void {
    this.#sequence.restarted(id);
    this.#shown.delete(id);
  }

  stateReplaced({ id }: Machine): void {
    this.#sequence.restarted(id);
    this.#shown.delete(id);
  }

  applied(machine: Machine, seq: number, timeUs: number, view: DataView, at: number): void {
    const { replica, name } = machine;
    const type = view.getUint8(at + TYPE_AT);
    if (replica !== undefined) this.#expectBegun(replica, seq, name, type);
    if (replica !== undefined && type === beginSite.type)
      this.#expectHeld(replica, seq, name, beginSite.read(view, at));
    this.#take(machine, seq, timeUs, checksumOf(view, at, timeUs));
  }

  voided(machine: Machine, seq: number, timeUs: number, view: DataView, at: number): void {
    this.#world.tally.add('voided at two sites');
    this.#take(machine, seq, timeUs, otherwise(checksumOf(view, at, timeUs)));
  }

  #take(machine: Machine, seq: number, timeUs: number, checksum: number): void {
    this.#sequence.applied(machine.id, seq, timeUs);
    const { replica, name } = machine;
    if (replica === undefined) return;
    if (!replica.isStandby) return this.#write(this.#commands, seq, { epoch: replica.epoch, checksum }, name);
    const shown = this.#shown.get(machine.id) ?? new Map<number, number>();
    this.#shown.set(machine.id, shown.set(seq, checksum));
    const written = this.#commands.get(seq);
    if (written === undefined || this.#isBeforeTheCut(written.epoch, replica.epoch, seq)) return;
    // It has yet to learn that the command is voided.
    if (written.checksum === otherwise(checksum)) this.#world.tally.add('void after the command');
    else this.#compare(name, seq, checksum);
  }

  /** Known is what a lost site had there; the promoted one has yet to apply what it has shipped. */
  #isBeforeTheCut(writtenEpoch: number, shownEpoch: number, seq: number): boolean {
    return writtenEpoch < shownEpoch && this.#isCut({ epoch: writtenEpoch, seq });
  }

  /** The first command of a site that begins to write says so, and that it opens in stages. */
  #expectBegun(
    { log, state, poison }: NonNullable<Machine['replica']>,
    seq: number,
    name: string,
    type: number,
  ): void {
    // One that goes back knows epochs that begin further on.
    if (poison.late.isUnderWay) return;
    const begun = state.engine.writingSite || firstSite;
    if (type !== beginSite.type && begun !== (log.writingSite || firstSite))
      this.#report('sites', `${name}: seq ${seq} before site ${log.writingSite} has begun to write`);
  }

  /** One that may open as it begins to write knows that the site before has ended; it is the first to say so. */
  #expectHeld(
    { isStandby, poison }: NonNullable<Machine['replica']>,
    seq: number,
    name: string,
    { epoch, isHeld }: ReturnType<typeof beginSite.read>,
  ): void {
    if (this.#begun.has(epoch)) return;
    this.#begun.add(epoch);
    if (isHeld === 0 && !isStandby && !poison.late.isUnderWay && !this.#handedOver.has(epoch))
      this.#report(
        'sites',
        `${name}: seq ${seq} opens epoch ${epoch}, and no other site has ended before that`,
      );
  }

  emitted({ replica, name }: Machine, view: DataView, at: number): void {
    if (replica === undefined || replica.isStandby) return;
    const written = { epoch: replica.epoch, checksum: eventChecksum(view, at) };
    this.#write(this.#events, placeOf(view, at), written, name);
  }

  changed(): void {}

  reached(): void {}

  cycled(machine: Machine, { log }: NonNullable<Machine['replica']>): void {
    const { name } = machine;
    this.#watchWriter(machine);
    if (machine.replica?.isStandby === true) this.#handedOver.add(log.epoch);
    try {
      log.raft.invariants();
    } catch (error) {
      this.#report('invariants', `${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** A site whose leases are over, or that stood still, does not serve, and stores nothing of its own. */
  #watchWriter({ id, name, replica }: Machine): void {
    const { site, epoch } = this.#only;
    if (site === 0 || replica === undefined || this.#siteOf(id) === site) return;
    const { log, serving } = replica;
    const isOver = !replica.isStandby && log.epoch > 0 && log.epoch < epoch;
    const before = this.#endsOf.get(id);
    if (isOver && serving)
      this.#report(
        'sites',
        `${name} serves in epoch ${log.epoch}, and site ${site} alone may, since epoch ${epoch}`,
      );
    if (isOver && log.isLeader && before !== undefined && log.nextSeq > before)
      this.#report(
        'sites',
        `${name} stamps command ${log.nextSeq - 1} in epoch ${log.epoch}, and site ${site} alone may`,
      );
    if (isOver) this.#endsOf.set(id, Math.min(before ?? log.nextSeq, log.nextSeq));
    else this.#endsOf.delete(id);
  }

  serves({ id, name, replica, appliedSeq }: Machine): void {
    const epoch = replica?.epoch ?? 0;
    this.#world.trace.note(name, `serves in epoch ${epoch} from seq ${appliedSeq}`);
    const site = this.#siteOf(id);
    if (replica?.isStandby) this.#report('sites', `${name} serves at a standby site`);
    for (const cut of this.#cuts)
      if (cut.epoch === epoch && site === replica?.log.writingSite) cut.seq = Math.min(cut.seq, appliedSeq);
    this.#open(id, epoch);
  }

  /** Of a promoted site what it has counts; one to which the other one switched has what that had. */
  #open(id: number, epoch: number): void {
    const promotion = this.#cuts.find((cut) => cut.epoch === epoch);
    const others = [...this.#shown.keys()].filter(
      (other) => other !== id && this.#siteOf(other) === this.#siteOf(id),
    );
    for (const each of promotion ? [id, ...others] : [id]) {
      for (const [seq, checksum] of this.#shown.get(each) ?? []) {
        const known = this.#commands.get(seq);
        const isGone = known !== undefined && this.#isBeforeTheCut(known.epoch, epoch, seq);
        const written = isGone ? undefined : known;
        const isOther = written?.checksum === otherwise(checksum) && written.epoch < epoch;
        // The site that was lost may void it yet.
        if (seq >= this.#decidedFrom && this.#world.poisons.has(seq)) continue;
        if (!isOther && (promotion === undefined || written !== undefined)) continue;
        if (promotion !== undefined) {
          this.#commands.set(seq, { epoch, checksum });
          const mayDiffer = isOther || this.#world.poisons.has(seq);
          if (mayDiffer) promotion.differsFrom = Math.min(promotion.differsFrom, seq);
        } else
          this.#report(
            'sites',
            `replica ${id} opens with command ${seq}, and it is not what the other site has`,
          );
      }
    }
  }

  forgot(): void {}

  ordered({ name }: Machine, kind: OperatorControlOrder['kind']): void {
    this.#report('two persons', `${name} carried out ${kind} for one operator alone`);
  }

  ended({ name }: Machine, why: Error): void {
    if (!isForeseen(why)) this.#report('assertion', `${name}: ${why.stack ?? why.message}`);
  }

  saw(): void {}
  opened(): void {}
  called(): void {}
  waits(): void {}
  read(): void {}
  missed(): void {}
  failedOver(): void {}
  pressed(): void {}

  answered(client: ClientActor, _ticket: number, view: DataView, at: number): void {
    const { epoch, bound } = client.session;
    const site = this.#siteOf(bound?.replicaId ?? 0);
    const writer = this.#writerOf.get(epoch) ?? site;
    this.#writerOf.set(epoch, writer);
    if (writer !== site)
      this.#report('sites', `sites ${writer} and ${site} both acknowledge in epoch ${epoch}`);
    const before = this.#epochOf.get(client) ?? 0;
    if (epoch < before)
      this.#report('sites', `client ${client.id} believes epoch ${epoch} after epoch ${before}`);
    this.#epochOf.set(client, epoch);
    const seq = getU53(view, at + eventAt.seq);
    const checksum = eventChecksum(view, at);
    this.#acknowledged.push({ clientId: client.id, place: placeOf(view, at), seq, epoch, checksum });
  }

  unknown(client: ClientActor, ticket: number, reason: UnknownReason): void {
    this.#world.trace.note(client.name, `will never know the outcome of ${ticket}: ${reason}`);
    if (reason !== 'eventsForgotten' && this.#cuts.length === 0)
      this.#report('durability', `client ${client.id} lost its session with command ${ticket} in it`);
  }

  clusterChanged(client: ClientActor): void {
    this.#report('sites', `client ${client.id} was led to another exchange`);
  }

  refused(client: ClientActor, why: string): void {
    this.#report('conversation', `client ${client.id} was not understood: ${why}`);
  }

  failed(client: ClientActor, why: string): void {
    this.#report('liveness', `client ${client.id} gave up: ${why}`);
  }

  #write<K>(history: Map<K, WrittenPlace>, place: K, written: WrittenPlace, name: string): void {
    const known = history.get(place);
    if (known?.epoch === written.epoch && known.checksum !== written.checksum)
      this.#report('sites', `${name} has something else at ${place} in epoch ${written.epoch} than another`);
    if (known === undefined || known.epoch < written.epoch) history.set(place, written);
  }

  #compare(name: string, seq: number, checksum: number): void {
    const written = this.#commands.get(seq);
    if (written?.checksum === checksum) return;
    const what =
      written === undefined ? 'which no site has written' : `that is not that of epoch ${written.epoch}`;
    this.#report('sites', `${name}, at a standby site, shows a command at seq ${seq}, ${what}`);
  }

  #differs({ seq }: AcknowledgedEvent): boolean {
    return seq >= this.#decidedFrom || this.#cuts.some((cut) => seq >= cut.differsFrom && seq <= cut.seq);
  }

  #isCut({ epoch, seq }: Pick<AcknowledgedEvent, 'epoch' | 'seq'>): boolean {
    return this.#cuts.some((cut) => cut.epoch > epoch && seq > cut.seq);
  }

  #report(checker: CheckerName, what: string): void {
    this.violations.report(checker, what);
  }
}

function checksumOf(view: DataView, at: number, timeUs: number): number {
  const bytes = new Uint8Array(view.buffer, view.byteOffset + at, view.getUint16(at, true));
  return (crc32(bytes, 0, bytes.length) ^ timeUs) >>> 0;
}

/** The checksum of the same command where it is passed over, and of one that is passed over where it is applied. */
function otherwise(checksum: number): number {
  return (checksum ^ passedOver) >>> 0;
}

function placeOf(view: DataView, at: number): string {
  return `${getU53(view, at + eventAt.seq)}/${view.getUint32(at + eventAt.n, true)}`;
}
