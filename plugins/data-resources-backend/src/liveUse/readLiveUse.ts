import type { LiveUse } from '@data-resources/plugin-data-resources-common';
import {
  isProviderError,
  type CallContext,
  type Inspection,
  type ObjectRef,
  type ResourceProvider,
} from '@data-resources/plugin-data-resources-node';
import { isLoginOf } from '../logins/isLoginOf';

/** An object that may be in use, and the principals that the ledger lets in. */
export interface InspectedObject {
  object: ObjectRef;
  grants: readonly { principal: string; login: { base: string } }[];
}

/**
 * Who uses the objects now, in one look; an answer for each, by name. An engine that does not let
 * us look says so in `message`; one that cannot be reached throws its `ProviderError`.
 */
export async function readLiveUse(
  objects: readonly InspectedObject[],
  provider: ResourceProvider,
  context: CallContext,
): Promise<Map<string, LiveUse>> {
  if (objects.length === 0) {
    return new Map();
  }
  let seen: Map<string, Inspection>;
  let message: string | undefined;
  try {
    seen = await provider.inspect(
      objects.map(({ object }) => object),
      context,
    );
  } catch (error) {
    if (!isProviderError(error) || error.retryable) {
      throw error;
    }
    seen = new Map();
    message = error.message;
  }
  const observedAt = new Date().toISOString();
  return new Map(
    objects.map(({ object: { name }, grants }) => {
      const inspection = seen.get(name);
      return [
        name,
        {
          users: (inspection?.users ?? []).map(user => ({
            ...user,
            principal: grants.find(({ login }) =>
              isLoginOf(login.base, user.name),
            )?.principal,
          })),
          lastUsedAt: inspection?.lastUsedAt,
          measures: inspection?.measures ?? [],
          unseen: inspection?.unseen ?? [],
          message: inspection
            ? undefined
            : message ?? `The engine said nothing about ${name}.`,
          observedAt,
        },
      ];
    }),
  );
}
