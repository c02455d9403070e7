import {
  fieldPath,
  type Change,
  type Finding,
  type ProviderPlan,
} from '@data-resources/plugin-data-resources-node';
import stringify from 'fast-json-stable-stringify';
import { changedSpecPaths, weaken } from '../policy';
import { bindingAdoptFindings } from './adoptRules';
import type { Subject } from './Subject';

/**
 * What an update changes in the ledger alone: the engine has it already, because somebody made it
 * so by hand.
 */
export function declaredChanges(
  subject: Subject,
  made: ProviderPlan,
): Change[] {
  const { planAction, desired = {}, resource } = subject;
  if (planAction !== 'update' || !resource) {
    return [];
  }
  const onEngine = (field: string) =>
    made.changes.some(
      ({ path }) => path === field || path.startsWith(`${field}.`),
    );
  return [...new Set([...Object.keys(resource.spec), ...Object.keys(desired)])]
    .filter(
      field =>
        stringify(resource.spec[field]) !== stringify(desired[field]) &&
        !onEngine(field),
    )
    .sort()
    .map(field => ({
      path: `declared.${field}`,
      from: resource.spec[field],
      to: desired[field],
      kind: 'in-place',
    }));
}

/**
 * What the engine's rules say. Of an update they are about its changes alone, and what cannot be
 * restored must be said before it is tried: there they bind as they are.
 */
export function engineFindings(
  { planAction, input }: Subject,
  { findings }: ProviderPlan,
): Finding[] {
  if (planAction === 'adopt') {
    return bindingAdoptFindings(findings);
  }
  return planAction === 'update' || planAction === 'restore'
    ? findings
    : weaken(input.action, findings);
}

/** Where policies bind an update: what it changes in the ledger, and what on the engine. */
export function changedPaths(
  { resource, desired }: Subject,
  { changes }: ProviderPlan,
): string[] {
  return [
    ...changedSpecPaths(resource?.spec, desired),
    ...changes.map(({ path }) => {
      // Keys of a map may hold dots: `config.retention.ms`.
      const dot = path.indexOf('.');
      return fieldPath(
        dot < 0
          ? ['spec', path]
          : ['spec', path.slice(0, dot), path.slice(dot + 1)],
      );
    }),
  ];
}

/** Told before it is sent, so that nobody is asked to decide about nothing. */
export function noChangeFindings(
  { planAction }: Subject,
  changes: readonly Change[],
): Finding[] {
  return planAction === 'update' && changes.length === 0
    ? [
        {
          policy: 'request/no-change',
          effect: 'deny',
          path: 'spec',
          message:
            'spec is what the resource has already, in the ledger and on the engine; change a field, or ask for nothing',
        },
      ]
    : [];
}
