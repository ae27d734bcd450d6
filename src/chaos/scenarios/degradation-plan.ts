/** The plan of what goes on when something is missing (docs/DEGRADATION.md): the gateway's table, and its proofs. */

import { type ServiceKind, serviceKinds, services } from '../../gateway/admission/services.ts';
import { defaultSheddingLimits, type SheddingLimits } from '../../gateway/admission/shedding.ts';

/** The scenarios that show each service without what it needs. */
export const proofs: Readonly<Record<ServiceKind, readonly string[]>> = {
  cancel: ['everything-cut'],
  stream: ['everything-cut'],
  order: ['everything-cut'],
  query: ['everything-cut'],
  report: ['everything-cut'],
};

export function degradationPlan(limits: SheddingLimits = defaultSheddingLimits): string {
  const rows = serviceKinds
    .toSorted((a, b) => services[a].priority - services[b].priority)
    .map((kind) => {
      const { priority, what, withoutLeader, shedFrom } = services[kind];
      const pressure =
        shedFrom === undefined ? 'never refused' : `refused from ${limits[shedFrom] / 10} % on`;
      const commands = proofs[kind].map((name) => `\`${name}\``).join(', ');
      return `| ${priority} | ${what} | a gateway that reaches a replica | ${withoutLeader} | ${pressure} | ${commands} |`;
    });
  return `# What goes on when something is missing

Written by \`npm run chaos -- --write-docs\` from the table by which gateways decide
(\`src/gateway/admission/services.ts\`). Priority 1 is kept up longest. Pressure is the larger one of two parts: how full
the leader's ring of waiting commands is, and how much of the longest wait in the gateway is used up; what the ring has
reached counts until it is 10 % below. Without a gateway that reaches a replica nothing is served. The scenario of
\`npm run chaos\` in the last column shows what is so while no replica leads: it ends only once a gateway has answered
so. What is so under pressure is shown by tests alone (\`src/gateway/admission/shedding.test.ts\`,
\`src/replica/sessions/pressure.test.ts\`). How many streams there may be is bounded (\`gateway.limits.streamsMax\`).

| priority | service | needs | while no replica leads | under pressure | shown by |
|---|---|---|---|---|---|
${rows.join('\n')}
`;
}
