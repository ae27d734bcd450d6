/**
 * What files of a data folder hold that `lockstep` itself writes there, and what to do where one is spoiled. JSON
 * Schema and the check that Ajv makes beforehand follow from it. Keys of a later release are passed over.
 */
import { problemIn } from '../json/made-check.ts';
import { count, cut, may, must, several, words } from '../json/message-fields.ts';
import { byName, open, type ValueOfSchema, word } from '../json/schema.ts';
import type { ChildState } from './child.ts';
import { validate } from './generated/folder-check.ts';
import { loadKept } from './kept-json.ts';

const listMax = 4_096;
const childStates: readonly ChildState[] = ['running', 'waiting', 'crash loop', 'stopped'];

const child = open({
  name: must(words),
  pid: may(count),
  state: must(word(childStates)),
  restarts: must(count),
});
const files = {
  /** What the folder was formatted for. */
  cluster: open({ clusterId: must(count), replicas: must(several(count, listMax)) }),
  /** The processes of `lockstep up`. */
  up: open({
    pid: must(count),
    startedTicks: must(words),
    startedAt: must(words),
    gatewayUrl: must(words),
    children: must(several(child, listMax)),
  }),
  /** What a folder that was given up for another generation was cut off by. */
  cut,
  /** With which seq the folders of a site that came back were made. */
  returned: open({ seq: must(count) }),
  /** How much such a site had written that the world has lost. */
  lost: open({
    fromSeq: must(count),
    commands: must(count),
    accounts: must(count),
    /** Commands that it had voided and the world has carried out; not there in a file of an earlier release. */
    voided: may(count),
    /** Of what was lost, the last command that its log no longer held; 0 or not there: it held all of it. */
    unlistedTo: may(count),
  }),
};
type FolderFileName = keyof typeof files;
type ContentOf<N extends FolderFileName> = ValueOfSchema<(typeof files)[N]>;

const remedies: Readonly<Record<FolderFileName, string>> = {
  cluster:
    'It says {"clusterId": N, "replicas": [IDS]}, of the replicas whose folders are beside it. Write that again, or remove ' +
    'the file where the configuration names the same.',
  up: '"lockstep up" writes it when one of its processes starts or ends: start that again, or remove the file where it does not run.',
  cut: 'Without it the log of this folder cannot be compared. Take the file from another folder that was kept for the same generation.',
  returned:
    'Remove it: "lockstep site return" then sets aside what is there once more, and fetches the rest again.',
  lost: 'The lists beside it, lost.json and lost.csv, have each command.',
};

/** All of them, by their names: what the check is made of. */
export const folderFiles = byName(files);

/** What such a file holds; undefined where there is none. Throws a Failure where it is spoiled. */
export function loadFolderFile<N extends FolderFileName>(path: string, name: N): ContentOf<N> | undefined {
  const problem = (json: unknown) => problemIn(validate, files[name], name, json);
  return loadKept(path, { problem, remedy: remedies[name] }) as ContentOf<N> | undefined;
}
