/** Two sites, one of which writes. */
import { replicaHosts, siteHosts, siteNames } from '../lab/host-configuration.ts';
import { monotonicMs } from '../monotonic.ts';
import { comesTrue } from '../waits.ts';
import { type Fault, orderedBySomeone, shows } from './fault.ts';

/** What traders trade at the other site. */
const answersThere = 100;

const withSecondSite = { hasSecondSite: true } as const;

function siteLost(): Fault {
  let said = '';
  return {
    name: 'site-lost',
    component: 'site',
    failure:
      'every process of the site that writes is killed; the other one is promoted, and this one returns',
    effect:
      'Orders wait until a person has promoted the other site. What was not shipped is lost, and listed.',
    mitigation: 'A standby site has applied what was shipped; a site that returns lists what it alone had.',
    severity: 5,
    alarm: 'siteUndecided',
    rate: 'power',
    holdMs: 0,
    isAlone: true,
    lab: withSecondSite,
    async strike({ lab }) {
      const fromMs = monotonicMs();
      await lab.secondSite.loseOwn();
      // A person comes when the alarm does.
      await lab.until(
        'a hook has told that the other site is one to decide about',
        () => lab.log.noticeSince(fromMs, 'siteUndecided') !== undefined,
      );
      said = await lab.commandOn(siteHosts.other, 'site', 'promote', siteNames.other, '--unfenced', '--yes');
    },
    proof: ({ lab }) =>
      shows('no process of a replica', async () => {
        const running = replicaHosts.filter((host) => lab.isRunning(host));
        return running.length === 0
          ? `no replica of the site runs; the other one said: ${said.trim()}`
          : undefined;
      }),
    async undo({ lab }) {
      await lab.answered(answersThere);
      await lab.secondSite.returnOwn();
      await lab.secondSite.switchBack();
    },
  };
}

export const siteFaults: readonly Fault[] = [
  {
    name: 'site-switch',
    component: 'site',
    failure: 'an operator lets the other site write, and then this one again',
    effect: 'Orders wait until the other site takes them.',
    mitigation: 'The last frame of a site names the next one, which opens once it has applied that frame.',
    severity: 3,
    unalarmed: orderedBySomeone,
    rate: 'operator',
    holdMs: 0,
    isAlone: true,
    lab: withSecondSite,
    strike: ({ lab }) =>
      // It is refused while shipments are late, as on a busy machine, and switches nothing then.
      comesTrue('the other site writes', () =>
        lab.commandOn(siteHosts.own, 'site', 'switch', siteNames.other),
      ),
    proof: ({ lab }) => lab.commandOn(siteHosts.other, 'site', 'status', '--json'),
    async undo({ lab }) {
      await lab.answered(answersThere);
      await lab.secondSite.switchBack();
    },
  },
  siteLost(),
];
