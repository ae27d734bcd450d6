/** Two sites, one of which writes. */
import { siteHosts, siteNames } from '../lab/host-configuration.ts';
import type { Fault } from './fault.ts';

/** What members trade at the other site. */
const answersThere = 100;

export const siteFaults: readonly Fault[] = [
  {
    name: 'site-switch',
    component: 'site',
    failure: 'an operator lets the other site write, and then this one again',
    effect: 'Orders wait until the other site takes them.',
    mitigation: 'The last frame of a site names the next one, which opens once it has applied that frame.',
    severity: 2,
    rate: 'operator',
    holdMs: 0,
    isAlone: true,
    lab: { hasSecondSite: true },
    async strike({ lab }) {
      await lab.commandOn(siteHosts.own, 'site', 'switch', siteNames.other);
    },
    proof: ({ lab }) => lab.commandOn(siteHosts.other, 'site', 'status', '--json'),
    async undo({ lab }) {
      await lab.answered(answersThere);
      await lab.commandOn(siteHosts.other, 'site', 'switch', siteNames.own);
    },
  },
];
