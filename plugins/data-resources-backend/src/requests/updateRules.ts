import { accessOf } from '@data-resources/plugin-data-resources-common';
import {
  fieldPath,
  type Change,
  type EffectiveAccess,
  type Finding,
  type ProviderPlan,
} from '@data-resources/plugin-data-resources-node';
import stringify from 'fast-json-stable-stringify';
import { listSome } from '../checks';
import { keptChange, newRights } from '../drift/foreignAccess';
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

/** Whether an update also agrees to what reaches the object and is not ours. */
export function keepsAccess({ input }: Subject): boolean {
  return input.action === 'update' && input.access === 'keep';
}

/** What the ledger takes note of that way: rights that are new. */
export function keptChanges(
  subject: Subject,
  foreign: readonly EffectiveAccess[] = [],
): Change[] {
  return keepsAccess(subject)
    ? newRights(foreign, subject.resource?.access_baseline ?? []).map(
        keptChange,
      )
    : [];
}

/** Whoever decides must know that the portal does not manage it. */
export function keptFindings(
  subject: Subject,
  foreign: readonly EffectiveAccess[] = [],
): Finding[] {
  const kept = keptChanges(subject, foreign).map(accessOf);
  return kept.length > 0
    ? [
        {
          policy: 'request/foreign-access',
          effect: 'warn',
          path: 'access',
          message: `The portal did not give ${listSome(
            kept,
          )}, and goes on not managing it: a revoke or a rotation does not reach it`,
        },
      ]
    : [];
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
