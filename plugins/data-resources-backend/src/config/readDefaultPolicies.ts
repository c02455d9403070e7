import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { didYouMean } from '../checks';
import {
  defaultPolicies,
  type DefaultPolicySettings,
} from '../policy/defaults';
import { POLICY_EFFECTS, type PolicyEffect } from '../policy/types';
import { checkKeys, found } from './checks';

/** Reads `dataResources.defaultPolicies`; all of them apply where it is absent. */
export function readDefaultPolicies(
  config: Config | undefined,
  path: string,
): DefaultPolicySettings {
  if (!config) {
    return { enabled: true, disabled: [], effects: {} };
  }
  checkKeys(config, path, ['enabled', 'disabled', 'effects']);
  const disabled = config.getOptionalStringArray('disabled') ?? [];
  disabled.forEach((name, index) =>
    checkName(name, `${path}.disabled[${index}] is ${found(name)}`),
  );
  return {
    enabled: config.getOptionalBoolean('enabled') ?? true,
    disabled,
    effects: readEffects(config, `${path}.effects`),
  };
}

/** Read as a whole, for names of policies are no keys that `Config` takes. */
function readEffects(
  config: Config,
  path: string,
): DefaultPolicySettings['effects'] {
  const value = config.getOptional('effects') ?? {};
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InputError(
      `${path} is ${found(
        value,
      )}, and must be an object of policies and their effects, e.g. { "kafka/naming": "deny" }`,
    );
  }
  const effects: Record<string, PolicyEffect> = {};
  for (const [name, effect] of Object.entries(value)) {
    checkName(name, `${path} has ${found(name)}`);
    const known = POLICY_EFFECTS.find(candidate => candidate === effect);
    if (!known) {
      throw new InputError(
        `${path}[${found(name)}] is ${found(
          effect,
        )}, and must be one of ${POLICY_EFFECTS.join(
          ', ',
        )}; list the policy under disabled to switch it off`,
      );
    }
    effects[name] = known;
  }
  return effects;
}

function checkName(name: string, said: string): void {
  const names = defaultPolicies.map(policy => policy.name);
  if (!names.includes(name)) {
    throw new InputError(
      `${said}${didYouMean(
        name,
        names,
      )}, and no policy of that name ships; there are ${names.join(', ')}`,
    );
  }
}
