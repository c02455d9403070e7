import { InputError } from '@backstage/errors';
import { z } from 'zod/v3';
import { parseSchema } from '../cql/schema/parseSchema';

/** The spec of a `cassandra-keyspace`. */
export type KeyspaceSpec = {
  /** Data centre to number of replicas. */
  replication: { [dataCenter: string]: number };
  durableWrites: boolean;
  /** CQL that makes tables, types and indexes, run once, when the keyspace is made. */
  schema?: string;
};

/** The longest first schema; more is a migration's work. */
const SCHEMA_LENGTH = 20_000;

/** The only strategy that there is to ask for. */
export const STRATEGY = 'NetworkTopologyStrategy';

const replicas = z
  .number({
    invalid_type_error:
      'The number of replicas must be a number, e.g. {"dc1": 3}',
  })
  .int('The number of replicas must be a whole number, e.g. {"dc1": 3}')
  .min(1, 'A data centre has at least 1 replica; leave it out to have none')
  // Beyond it a number loses its last digits; how many are possible is a finding.
  .max(Number.MAX_SAFE_INTEGER);

const replication = z
  .record(replicas, {
    invalid_type_error:
      'replication must be an object of data centres and replicas, e.g. {"dc1": 3}',
    required_error:
      'replication is missing; give data centres and replicas, e.g. {"dc1": 3}',
  })
  .superRefine((value, context) => {
    const refuse = (path: string[], message: string) =>
      context.addIssue({ code: z.ZodIssueCode.custom, path, message });
    if (Object.keys(value).length === 0) {
      refuse(
        [],
        'replication must name at least one data centre, e.g. {"dc1": 3}',
      );
    }
    for (const name of Object.keys(value)) {
      if (name.trim() === '') {
        refuse([name], 'A data centre must have a name');
      } else if (/\p{Surrogate}|\p{Cc}/u.test(name)) {
        refuse([name], 'The name of a data centre holds no control characters');
      } else if (name.toLowerCase() === 'class') {
        refuse(
          [name],
          'class cannot be chosen: it is always NetworkTopologyStrategy. Give data centres and replicas only, e.g. {"dc1": 3}',
        );
      } else if (name.toLowerCase() === 'replication_factor') {
        refuse(
          [name],
          'replication_factor would silently mean every data centre. Name each data centre with its replicas, e.g. {"dc1": 3}',
        );
      }
    }
  })
  .describe(
    'Data centre to number of replicas, with NetworkTopologyStrategy, e.g. {"dc1": 3}',
  );

const schema = z
  .string({
    invalid_type_error:
      'schema must be a text of CQL, e.g. "CREATE TABLE by_id (id uuid PRIMARY KEY)"',
  })
  .max(
    SCHEMA_LENGTH,
    `schema must have at most ${SCHEMA_LENGTH} characters; make the rest with an owner's login`,
  )
  .superRefine((text, context) => {
    try {
      if (/\p{Surrogate}|\0/u.test(text)) {
        throw new InputError('schema holds a NUL or a lone surrogate');
      }
      parseSchema(text);
    } catch (error) {
      context.addIssue({
        code: z.ZodIssueCode.custom,
        message: (error as Error).message,
      });
    }
  })
  .optional()
  .describe(
    'The first tables: CREATE TABLE, CREATE TYPE and CREATE INDEX in this keyspace, separated by semicolons. Run once, when the keyspace is made; later an owner changes them in CQL',
  );

/** Strict; fills in `durableWrites`. */
export const keyspaceSpecSchema: z.ZodType<
  KeyspaceSpec,
  z.ZodTypeDef,
  unknown
> = z
  .object({
    replication,
    durableWrites: z
      .boolean({ invalid_type_error: 'durableWrites must be true or false' })
      .default(true)
      .describe(
        'Whether writes go through the commit log. Without it a node that dies loses writes',
      ),
    schema,
  })
  .strict();
