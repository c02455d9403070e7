import type { JsonObject } from '@backstage/types';
import {
  type PlannedStep,
  ProviderError,
} from '@data-resources/plugin-data-resources-node';
import { type Dialect, render } from '../sql/dialect';
import { adoptDatabase } from './adoptDatabase';
import { alterDatabase } from './alterDatabase';
import { alterExtensions } from './alterExtensions';
import { closeDatabase } from './closeDatabase';
import { createDatabase } from './createDatabase';
import { createGroupRoles } from './createGroupRoles';
import { createSchemas } from './createSchemas';
import { dropDatabase } from './dropDatabase';
import { dropGroupRoles } from './dropGroupRoles';
import { dropSchemas } from './dropSchemas';
import { dumpDatabase } from './dumpDatabase';
import { ensureLogin } from './ensureLogin';
import { grantGroupRole, grantRole } from './grantRole';
import { mendPrivileges } from './mendPrivileges';
import { openDatabase } from './openDatabase';
import { prepareDatabase } from './prepareDatabase';
import { releaseLogin } from './releaseLogin';
import { revokeRole } from './revokeRole';
import type { StepHandler } from './StepHandler';

/** A handler whose arguments come back from where a plan was stored as JSON. */
function stored<TArgs extends JsonObject>(
  handler: StepHandler<TArgs>,
): StepHandler {
  return handler as unknown as StepHandler;
}

/** Every kind of step. */
export const stepHandlers: ReadonlyMap<string, StepHandler> = new Map(
  [
    stored(createGroupRoles),
    stored(createDatabase),
    stored(prepareDatabase),
    // As plans of before have it, in two steps.
    stored({ ...prepareDatabase, kind: 'configure-database' }),
    stored({ ...prepareDatabase, kind: 'prepare-schema' }),
    stored(createSchemas),
    stored(dropSchemas),
    stored(adoptDatabase),
    stored(alterExtensions),
    stored(mendPrivileges),
    stored(alterDatabase),
    stored(closeDatabase),
    stored(openDatabase),
    stored(ensureLogin),
    stored(grantRole),
    stored(grantGroupRole),
    stored(revokeRole),
    stored(releaseLogin),
    stored(dumpDatabase),
    stored(dropDatabase),
    stored(dropGroupRoles),
  ].map(handler => [handler.kind, handler]),
);

/** @throws ProviderError `Unsupported` where there is none */
export function handlerOf({ kind }: { kind: string }): StepHandler {
  const handler = stepHandlers.get(kind);
  if (!handler) {
    throw new ProviderError(
      'Unsupported',
      `There is no step of the kind ${kind}; it was planned by a newer version of this module`,
    );
  }
  return handler;
}

/** A step of a plan, with its statements written out by the handler that will run them. */
export function planStep<TArgs extends JsonObject>(
  handler: StepHandler<TArgs>,
  options: {
    id: string;
    title: string;
    args: TArgs;
    database: string;
    installationId: string;
    /** The rules of the server that the step is for. */
    dialect: Dialect;
    login?: PlannedStep['login'];
  },
): PlannedStep {
  const { id, title, args, database, installationId, dialect, login } = options;
  return {
    id,
    title,
    call: render(handler.describe(args, database, installationId), dialect),
    kind: handler.kind,
    args,
    login,
  };
}
