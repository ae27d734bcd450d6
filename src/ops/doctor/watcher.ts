/** What a watcher needs beside the ways to the replicas: its accounts, a number of its own, and another watcher. */
import { connect } from '../../client/index.ts';
import type { HeardReport } from '../../gateway/canary/report.ts';
import { canaryTaker } from '../../protocol/canary.ts';
import { partyText } from '../../trust/certificates.ts';
import { countsAs, isFormerWatcher, type Party } from '../../trust/parties.ts';
import { ownFolder, watcherOf } from '../certificates/own-identity.ts';
import { clientAddresses } from '../configuration/addresses.ts';
import type { Loaded } from '../configuration/load.ts';
import { messageOf } from '../failure.ts';
import { type Diagnosis, good, unknown, warning, wrong } from './diagnosis.ts';

const connectTimeoutMs = 3_000;

/** `heard`: what watchers said to the replicas that answer, a moment ago. */
export async function watcherFindings(
  loaded: Pick<Loaded, 'configuration' | 'dataFolder'>,
  watcher: number,
  heard: readonly HeardReport[],
): Promise<Diagnosis[]> {
  const party = watcherOf(loaded, watcher);
  const own = partyText(countsAs(party));
  const others = [...new Set(heard.map(({ source }) => source))].filter((source) => source !== own);
  const ofNumber = heard.filter(({ report }) => report.watcher === watcher);
  // Another one of the same number is wrong, however this one does.
  const last = ofNumber.find(({ source }) => source !== own) ?? ofNumber[0];
  return [
    ...(isFormerWatcher(party) ? [formerFinding(party, own)] : []),
    await foundedFinding(loaded, watcher),
    ...(last === undefined ? [] : [ownFinding(last, own)]),
    others.length > 0
      ? good('watchers', `Another watcher is heard: ${others.join(', ')}.`)
      : unknown(
          'watchers',
          'No other watcher is heard, and what one alone finds is not believed.',
          'Start the other one ("systemctl start lockstep-watch" on its machine).',
        ),
  ];
}

function formerFinding(party: Party, own: string): Diagnosis {
  return warning(
    'watchers',
    `The certificate here is that of ${partyText(party)}; it counts as ${own}, and no longer than it is valid.`,
    `Begin one of its own kind: "lockstep certificates request ${own}".`,
  );
}

function ownFinding({ source, report }: HeardReport, own: string): Diagnosis {
  const { watcher, result = 'unjudged', text } = report;
  if (source !== own)
    return wrong(
      'watchers',
      `Watcher ${watcher} is ${source} already.`,
      'Give this one another number (key canary.watcher), and found it: "lockstep watch --found N".',
    );
  const found = `Watcher ${watcher} runs here; its last round was ${result}${text === '' ? '' : `: ${text}`}.`;
  if (result === 'right') return good('watchers', found);
  return warning('watchers', found, 'docs/CANARY.md says what each result means.');
}

/** It may trade once an operator has made its accounts. */
async function foundedFinding(
  loaded: Pick<Loaded, 'configuration' | 'dataFolder'>,
  watcher: number,
): Promise<Diagnosis> {
  const { configuration, dataFolder } = loaded;
  const remedy = `Give "lockstep watch --found ${watcher}" as an operator, once the exchange runs.`;
  try {
    const client = await connect({
      replicas: clientAddresses(configuration),
      identity: ownFolder(dataFolder, watcherOf(loaded, watcher)),
      feed: 'none',
      connectTimeoutMs,
    });
    try {
      return (await client.account(canaryTaker)) === undefined
        ? wrong('watchers', 'The accounts of watchers are not made yet.', remedy)
        : good('watchers', 'The accounts of watchers are made.');
    } finally {
      await client.close();
    }
  } catch (error) {
    return unknown(
      'watchers',
      `Whether the accounts of watchers are made is not seen: ${messageOf(error)}`,
      remedy,
    );
  }
}
