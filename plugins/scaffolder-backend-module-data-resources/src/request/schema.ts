import type { z as Zod } from 'zod/v3';

type Z = typeof Zod;

/**
 * The input of `data-resources:request`: a request as the API takes it. Which fields belong to
 * which action is left to the API, whose errors are readable.
 */
export const requestInputSchema = {
  action: (z: Z) =>
    z
      .enum(['create', 'delete', 'grant', 'revoke'])
      .describe('What is asked for'),
  type: (z: Z) =>
    z
      .string()
      .optional()
      .describe('create: kafka-topic, cassandra-keyspace or postgres-database'),
  instance: (z: Z) =>
    z
      .string()
      .optional()
      .describe('create: name of the instance, e.g. kafka-dev'),
  name: (z: Z) => z.string().optional().describe('create: name on the engine'),
  owner: (z: Z) =>
    z
      .string()
      .optional()
      .describe('create: the owning group, e.g. group:default/payments'),
  system: (z: Z) =>
    z
      .string()
      .optional()
      .describe('create: the system, e.g. system:default/payments'),
  description: (z: Z) =>
    z.string().optional().describe('create: what it is for'),
  tags: (z: Z) => z.array(z.string()).optional().describe('create: tags'),
  spec: (z: Z) =>
    z
      .record(z.any())
      .optional()
      .describe("create: what is wanted, in the engine's own words"),
  grants: (z: Z) =>
    z
      .array(
        z.object({
          principal: z
            .string()
            .describe('The component, e.g. component:default/payments-api'),
          role: z
            .string()
            .describe(
              'producer or consumer on Kafka; reader, writer or owner on Cassandra and PostgreSQL',
            ),
        }),
      )
      .optional()
      .describe('create: who gets access at once'),
  resourceId: (z: Z) =>
    z.string().optional().describe('delete, grant: id of the resource'),
  grantId: (z: Z) => z.string().optional().describe('revoke: id of the grant'),
  principal: (z: Z) =>
    z
      .string()
      .optional()
      .describe('grant: the component, e.g. component:default/payments-api'),
  role: (z: Z) => z.string().optional().describe('grant: the role'),
  reason: (z: Z) =>
    z.string().optional().describe('What those who decide should know'),
};

/** The output of `data-resources:request`; a dry run gives the plan's hash only. */
export const requestOutputSchema = {
  requestId: (z: Z) => z.string().describe('Id of the request'),
  state: (z: Z) =>
    z
      .string()
      .describe('State of the request, e.g. pending until it is approved'),
  requestUrl: (z: Z) =>
    z.string().describe("Address of the request's page in the portal"),
  planHash: (z: Z) => z.string().describe('Hash of what would be carried out'),
};
