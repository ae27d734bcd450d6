/** How the replicas are, for the operator: the gateway asks each of them. */
import { CoreError } from '../admission/refusals.ts';
import { type AddRoute, route } from './requests.ts';

const getReport = route({
  method: 'GET',
  path: '/v1/operator/cluster',
  operationId: 'getClusterReport',
  summary: 'Show the state of each replica, which others it hears, and what is degraded',
  description:
    'The gateway asks each member at its control port. What it cannot see is null, and stands under `unseen`. An ' +
    'answer may take some seconds where a replica does not answer.',
  tag: 'operator',
  access: 'operator',
  answers: { 200: 'ClusterReport' },
  handle: async (core) => {
    const { clusterReport } = core.settings;
    if (clusterReport === undefined)
      throw new CoreError('unreachable', {}, 'This gateway has no way to the control ports of the replicas.');
    return clusterReport();
  },
});

export const clusterRoutes: readonly AddRoute[] = [getReport];
