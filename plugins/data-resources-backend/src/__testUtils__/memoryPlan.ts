import type { JsonObject } from '@backstage/types';
import type {
  Finding,
  PlanInput,
  PlannedStep,
  ProviderPlan,
} from '@data-resources/plugin-data-resources-node';
import { memoryFindings } from './memoryFindings';

/** What differs between two specs of a box. */
export function differencesOf(
  from: JsonObject = {},
  to: JsonObject = {},
): ProviderPlan['changes'] {
  return [...new Set([...Object.keys(from), ...Object.keys(to)])]
    .filter(field => from[field] !== to[field])
    .map(field => ({
      path: field,
      from: from[field],
      to: to[field],
      kind:
        field === 'size' && to.size! < from.size! ? 'destructive' : 'in-place',
    }));
}

/** @param findings - what the server says of every plan */
export function memoryPlan(
  input: PlanInput,
  findings: readonly Finding[],
): ProviderPlan {
  const { action, object, desired, grants, observed } = input;
  const steps: PlannedStep[] = [];
  const add = (
    id: string,
    kind: string,
    args: JsonObject,
    login?: PlannedStep['login'],
  ) =>
    steps.push({
      id,
      title: id,
      kind,
      args,
      login,
      call: `${kind.toUpperCase()} ${object.name} ${JSON.stringify(args)}`,
    });
  if (action === 'adopt') {
    add('adopt', 'adopt', { id: observed.identity?.id ?? null });
    add('mark', 'mark', {});
  }
  if (action === 'create') {
    add('create', 'create', { spec: desired ?? {} });
  }
  const differences =
    action === 'update' ? differencesOf(observed.spec, desired) : [];
  if (differences.length > 0) {
    add('change', 'change', { spec: desired ?? {} });
  }
  for (const { login, role } of grants.add) {
    add(
      `ensure:${login.base}`,
      'ensure',
      { base: login.base },
      {
        base: login.base,
        mode: 'ensure',
      },
    );
    add(`grant:${login.base}:${role}`, 'grant', {
      to: `${login.base}:${role}`,
    });
  }
  for (const { login, role } of grants.remove) {
    if (action !== 'delete') {
      add(`revoke:${login.base}:${role}`, 'revoke', {
        to: `${login.base}:${role}`,
      });
    }
  }
  if (action === 'delete') {
    add('drop', 'drop', {});
  }
  for (const { login } of action === 'quarantine' ? [] : grants.remove) {
    add(
      `release:${login.base}`,
      'release',
      { base: login.base },
      {
        base: login.base,
        mode: 'release',
      },
    );
  }
  return {
    steps,
    changes:
      action === 'update'
        ? differences
        : [
            {
              path: 'box',
              kind: action === 'delete' ? 'destructive' : 'create',
            },
          ],
    findings: [...memoryFindings(input), ...findings],
    risk: action === 'delete' ? 'high' : 'low',
  };
}
