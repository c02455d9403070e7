import { InputError } from '@backstage/errors';
import { ensureLogin, grant, revoke } from './aclSteps';
import { addPartitions } from './addPartitions';
import { adoptTopic } from './adoptTopic';
import { alterConfigs } from './alterConfigs';
import { createTopic } from './createTopic';
import { deleteTopic } from './deleteTopic';
import { ensureQuotas } from './ensureQuotas';
import { removeForeignAcls } from './foreignAcls';
import { reassign } from './reassign';
import { releaseLogin } from './releaseLogin';
import type { StepArgs } from './StepArgs';
import type { StepHandler } from './StepHandler';

export type { StepHandler, StepTools } from './StepHandler';

const HANDLERS: { [kind in keyof StepArgs]: StepHandler } = {
  'create-topic': createTopic,
  'adopt-topic': adoptTopic,
  'alter-configs': alterConfigs,
  'add-partitions': addPartitions,
  reassign,
  'ensure-login': ensureLogin,
  'ensure-quotas': ensureQuotas,
  grant,
  revoke,
  'delete-topic': deleteTopic,
  'remove-foreign-acls': removeForeignAcls,
  'release-login': releaseLogin,
};

/** What does a kind of step. */
export function stepHandler(kind: string): StepHandler {
  if (!Object.hasOwn(HANDLERS, kind)) {
    throw new InputError(
      `Kafka topics know no step '${kind}'; expected ${Object.keys(
        HANDLERS,
      ).join(', ')}`,
    );
  }
  return HANDLERS[kind as keyof StepArgs];
}
