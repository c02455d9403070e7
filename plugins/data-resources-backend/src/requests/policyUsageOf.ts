import type { Knex } from 'knex';
import type { PolicyUsage } from '../policy';
import { usageOf, type UsageLedger } from '../usage';
import { makesResource } from './makesResource';
import type { Subject } from './Subject';

/**
 * What the owner group holds, the subject as it is now among it, and what the request adds.
 * Every counter and type is there, so that conditions need not ask whether it is.
 */
export async function policyUsageOf(
  subject: Subject,
  ledger: UsageLedger,
  knex?: Knex,
): Promise<PolicyUsage> {
  const { instance, type, resource, owner, input, desired } = subject;
  const others = await ledger.held(
    { owner, environment: instance.environment, except: resource?.id },
    knex,
  );
  const isNew = makesResource(input.action) || resource === undefined;
  const now = isNew ? undefined : resource.spec;
  const before = usageOf(type, now);
  const after = usageOf(
    type,
    input.action === 'delete' ? undefined : desired ?? now,
  );
  const zeros = Object.fromEntries(
    ledger.counters.map(counter => [counter, 0]),
  );
  return {
    held: [
      ...ledger.typeNames.map(name => ({
        type: name,
        instance: instance.name,
        resources: 0,
        counts: zeros,
      })),
      ...others,
      ...(isNew
        ? []
        : [
            {
              type: type.type,
              instance: instance.name,
              resources: 1,
              counts: before,
            },
          ]),
    ],
    adds: Object.fromEntries(
      ledger.counters.map(counter => [
        counter,
        (after[counter] ?? 0) - (before[counter] ?? 0),
      ]),
    ),
  };
}
