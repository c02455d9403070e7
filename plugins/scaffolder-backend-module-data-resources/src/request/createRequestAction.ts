import type {
  AuthService,
  DiscoveryService,
} from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import {
  DataResourcesClient,
  type RequestInput,
} from '@data-resources/plugin-data-resources-common';
import { examples } from './createRequestAction.examples';
import { describeFinding } from './describeFinding';
import { inputDigest } from './inputDigest';
import { logPlan } from './logPlan';
import { requestInput } from './requestInput';
import { requestInputSchema, requestOutputSchema } from './schema';
import { toTaskError } from './toTaskError';

/**
 * The action `data-resources:request`: asks for a data resource, its deletion, or access to it, in
 * the name of whoever started the task.
 *
 * It ends when the request is stored, not when it is approved or carried out. A step that is
 * repeated, after a crash or by a retry of the task, comes to the same request. In a dry run only
 * the plan is made, and shown in the log; a policy that would refuse it fails the run.
 *
 * @param options.appBaseUrl - where the portal's pages are, without a slash at the end
 */
export function createRequestAction(options: {
  auth: AuthService;
  discovery: DiscoveryService;
  appBaseUrl: string;
}) {
  const { auth, discovery, appBaseUrl } = options;
  const client = new DataResourcesClient({
    discoveryApi: discovery,
    fetchApi: { fetch },
  });

  return createTemplateAction({
    id: 'data-resources:request',
    description:
      'Asks for a Kafka topic, a Cassandra keyspace or a PostgreSQL database, for its deletion, or for access to it',
    supportsDryRun: true,
    examples,
    schema: { input: requestInputSchema, output: requestOutputSchema },
    async handler(ctx) {
      const input = requestInput(ctx.input);
      const call = async <T>(fn: (token: string) => Promise<T>): Promise<T> => {
        const { token } = await auth.getPluginRequestToken({
          onBehalfOf: await ctx.getInitiatorCredentials(),
          targetPluginId: 'data-resources',
        });
        try {
          return await fn(token);
        } catch (error) {
          throw toTaskError(error);
        }
      };

      if (ctx.isDryRun) {
        const plan = await call(token => client.createPlan(input, { token }));
        logPlan(plan, ctx.logger);
        const denied = plan.findings.filter(({ effect }) => effect === 'deny');
        if (denied.length > 0) {
          throw new InputError(
            [
              'The request would be refused',
              ...denied.map(finding => `- ${describeFinding(finding)}`),
            ].join('\n'),
          );
        }
        ctx.output('planHash', plan.hash);
        return;
      }

      const digest = inputDigest({ step: ctx.step?.id, input });
      const request = await ctx.checkpoint({
        key: `request.${digest}`,
        fn: async () => {
          const { id, state, plan } = await call(token =>
            client.createRequest(input, {
              token,
              idempotencyKey: `scaffolder:${ctx.task.id}:${digest}`,
            }),
          );
          return { id, state, planHash: plan.hash };
        },
      });

      const requestUrl = `${appBaseUrl}/data-resources/requests/${request.id}`;
      ctx.logger.info(`${describe(input)} is ${request.state}: ${requestUrl}`);
      ctx.output('requestId', request.id);
      ctx.output('state', request.state);
      ctx.output('planHash', request.planHash);
      ctx.output('requestUrl', requestUrl);
    },
  });
}

function describe({ action, type, name }: RequestInput): string {
  return name
    ? `The request to ${action} the ${type} ${name}`
    : `The request to ${action}`;
}
