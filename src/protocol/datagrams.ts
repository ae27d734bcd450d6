/**
 * The datagrams between replicas: the messages of Raft (Ongaro and Ousterhout 2014; Ongaro 2014) in one flat layout,
 * so that the core handles a single shape. Frames follow an `append`. On the wire every datagram is sealed (`trust`).
 */
import { getU53, isU53, setU53 } from '../std/integers.ts';
import { DecodeCode } from './codes.ts';
import { checkPrefix, Layout, u8, u16, u32, u53 } from './layout.ts';

export const RaftType = {
  preVote: 1,
  preVoteReply: 2,
  vote: 3,
  voteReply: 4,
  append: 5,
  appendReply: 6,
  timeoutNow: 7,
  rejoinGranted: 8,
  incarnationKnown: 9,
  announce: 10,
  resigned: 11,
  diverged: 12,
  died: 13,
  appliedElsewhere: 14,
  condition: 15,
  kept: 16,
  lacking: 17,
  flushed: 18,
  probe: 19,
  askClock: 20,
  clock: 21,
} as const;
export type RaftType = (typeof RaftType)[keyof typeof RaftType];

/** Bits of `flags`. */
export const RaftFlag = {
  /** A reply: no. */
  reject: 1,
  /** The sender may neither vote nor count until it has caught up (see the unclean-boot rule). */
  recovering: 2,
  /** In vote requests: the leader asked for this election (transfer), so a lease does not refuse it. */
  transfer: 4,
  /** append: the receiver misses what the leader's log no longer holds. appendReply: the sender fetches a snapshot. */
  needsSnapshot: 8,
  /** appendReply: clients reach the sender, and say that they do not reach the leader. */
  leaderUnreached: 16,
  /** condition: the sender handed over a while ago since it was gray. */
  resting: 32,
  /** The sender is a witness: it has no engine and never leads. */
  witness: 64,
  /** appendReply, not rejected: the sender applies nothing and has nothing to serve with (decisions 22 and 26). */
  parked: 128,
} as const;

/** Why a datagram was dropped before anything in it was read. Only `forged` has cost a hash. */
export const Drop = { none: 0, malformed: 1, unknownKey: 2, repeated: 3, forged: 4 } as const;
export type Drop = (typeof Drop)[keyof typeof Drop];

/** The flat layout of every Raft message; `type` in the prefix is a RaftType. Unused fields are 0. */
export const raftDatagram = new Layout(
  'raftDatagram',
  0,
  {
    clusterId: u32(),
    from: u8(),
    /** 0 is every replica. */
    to: u8(),
    flags: u16(),
    /** append, kept: number of frames that follow. */
    frameCount: u32(),
    /** Which founding configuration the sender's log begins with; 0 while it has no log. */
    foundation: u32(),
    /** What the sender is configured to that must be equal on all members. */
    agreement: u32(),
    /** Which cluster of this foundation the sender belongs to (protocol/foundation.ts); 0 while it does not know. */
    instance: u53(),
    /** The epoch of the sender; 0 while it does not know. */
    epoch: u53(),
    /** Grows at each start of the sender: a message from before a restart is recognized. */
    incarnation: u53(),
    /** The sender's life before this one, as its folder knows it. */
    previousIncarnation: u53(),
    term: u53(),
    /**
     * Votes: candidate's last index. append: index before the first frame. appendReply: highest index known to match,
     * or in a rejection the index that did not. condition: one more than the signal `flush`
     * (replica/watches/gray-signals.ts), or 0: not known; so are `logTerm`, `commit`, `hint` and `round` of `starved`,
     * `loss`, `heap` and `disk`. kept: index before the first frame. lacking: the highest index at which the logs may
     * agree. flushed: all voters with an engine have flushed up to it. clock: the `subject` of the question.
     */
    index: u53(),
    /**
     * Votes: term of the candidate's last frame. append, kept, lacking: term at `index`. appendReply, rejected: term at
     * `hint`; else, and in diverged: the digest of the log up to `commit`, or `index`.
     */
    logTerm: u53(),
    /**
     * append: leader's commit index. rejoinGranted: the index to reach. appendReply, not rejected: the index up to
     * which the sender has applied the log; 0: it does not say. diverged: the last index at which the two agreed; 0:
     * unknown. died: the highest command that the sender has ever applied; the one that it died on, where it does not
     * know. kept: index of the last frame that is sent now. clock: the exchange's time, where the sender keeps it.
     */
    commit: u53(),
    /**
     * append, kept: last index of the sender. appendReply: flushed index, at most `index`; rejected: the index to try
     * next (`hint`). diverged, appliedElsewhere: the replica that has a sound state.
     */
    hint: u53(),
    /** append: number of the leader's confirmation round; appendReply: the highest round seen. */
    round: u53(),
    /**
     * append: index of the newest frame in the leader's log that voids a command; 0 is none. died, appliedElsewhere:
     * the command. rejoinGranted: incarnation of the replica that may vote again. incarnationKnown: the highest one
     * known of the receiver. askClock: the monotonic clock of the sender. clock: its wall clock, in microseconds since
     * 1970. appendReply, not rejected: the digest of the events up to `commit`. diverged: the one of a majority
     * at `index`. kept: term of the sender's last frame.
     */
    subject: u53(),
  },
  true,
);

/** What every datagram of a replica carries besides its message. */
export interface Origin {
  readonly clusterId: number;
  /** See protocol/foundation.ts; 0 is none yet. */
  readonly foundation: number;
  readonly instance: number;
  readonly epoch: number;
  readonly agreement: number;
}

/** One Raft message in memory: a single mutable shape, reused, so that the core allocates none per message. */
export interface RaftMessage {
  type: number;
  from: number;
  to: number;
  flags: number;
  incarnation: number;
  previousIncarnation: number;
  term: number;
  index: number;
  logTerm: number;
  commit: number;
  hint: number;
  round: number;
  frameCount: number;
  subject: number;
}

/** A message with every field 0. */
export function emptyRaftMessage(): RaftMessage {
  return {
    type: 0,
    from: 0,
    to: 0,
    flags: 0,
    incarnation: 0,
    previousIncarnation: 0,
    term: 0,
    index: 0,
    logTerm: 0,
    commit: 0,
    hint: 0,
    round: 0,
    frameCount: 0,
    subject: 0,
  };
}

const at = raftDatagram.at;

/** Writes `message` at the start of `view`; `frameBytes` follow it. Returns the bytes of header and frames. @hot */
export function writeRaftMessage(
  view: DataView,
  message: RaftMessage,
  origin: Origin,
  frameBytes: number,
): number {
  raftDatagram.writePrefix(view, 0, frameBytes);
  view.setUint8(at.type, message.type);
  view.setUint32(at.clusterId, origin.clusterId, true);
  view.setUint32(at.foundation, origin.foundation, true);
  view.setUint32(at.agreement, origin.agreement, true);
  setU53(view, at.instance, origin.instance);
  setU53(view, at.epoch, origin.epoch);
  view.setUint8(at.from, message.from);
  view.setUint8(at.to, message.to);
  view.setUint16(at.flags, message.flags, true);
  setU53(view, at.incarnation, message.incarnation);
  setU53(view, at.previousIncarnation, message.previousIncarnation);
  setU53(view, at.term, message.term);
  setU53(view, at.index, message.index);
  setU53(view, at.logTerm, message.logTerm);
  setU53(view, at.commit, message.commit);
  setU53(view, at.hint, message.hint);
  setU53(view, at.round, message.round);
  view.setUint32(at.frameCount, message.frameCount, true);
  setU53(view, at.subject, message.subject);
  return raftDatagram.size + frameBytes;
}

/** Reads a datagram of `length` bytes (opened) into `message`. Frames are behind it, unchecked. @hot */
export function readRaftMessage(view: DataView, length: number, message: RaftMessage): DecodeCode {
  const code = checkPrefix(view, 0, length);
  if (code !== DecodeCode.ok) return code;
  if (length < raftDatagram.size || view.getUint16(at.length, true) !== length) return DecodeCode.badLength;
  const type = view.getUint8(at.type);
  if (type < RaftType.preVote || type > RaftType.clock) return DecodeCode.unknownType;
  for (let field = at.instance; field <= at.subject; field += 8)
    if (!isU53(view, field)) return DecodeCode.badField;
  message.type = type;
  message.from = view.getUint8(at.from);
  message.to = view.getUint8(at.to);
  message.flags = view.getUint16(at.flags, true);
  message.incarnation = getU53(view, at.incarnation);
  message.previousIncarnation = getU53(view, at.previousIncarnation);
  message.term = getU53(view, at.term);
  message.index = getU53(view, at.index);
  message.logTerm = getU53(view, at.logTerm);
  message.commit = getU53(view, at.commit);
  message.hint = getU53(view, at.hint);
  message.round = getU53(view, at.round);
  message.frameCount = view.getUint32(at.frameCount, true);
  message.subject = getU53(view, at.subject);
  return DecodeCode.ok;
}

/** The cluster id of a datagram whose prefix is good. */
export function clusterIdOf(view: DataView): number {
  return view.getUint32(at.clusterId, true);
}

/** The foundation of its sender. */
export function foundationOf(view: DataView): number {
  return view.getUint32(at.foundation, true);
}

/** The instance of its sender. @hot */
export function instanceOf(view: DataView): number {
  return getU53(view, at.instance);
}

/** The epoch of its sender. */
export function epochOf(view: DataView): number {
  return getU53(view, at.epoch);
}

/** The agreement of its sender. */
export function agreementOf(view: DataView): number {
  return view.getUint32(at.agreement, true);
}
