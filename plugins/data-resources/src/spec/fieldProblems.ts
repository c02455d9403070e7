import type { FieldProblem } from '@data-resources/plugin-data-resources-common';
import { createContext, useContext } from 'react';
import { readError } from '../api/readError';
import type { PlanOfInput } from '../plan/usePlan';

/** Why fields of an input would be refused; for an item of a list the path ends in `[0]`. */
const FieldProblems = createContext<readonly FieldProblem[]>([]);

/** Tells the fields within what is wrong with them. */
export const FieldProblemsProvider = FieldProblems.Provider;

/** What is wrong with a field; with `deep` also with what is inside of it. */
export function useFieldProblems(path: string, deep?: 'deep'): string[] {
  const problems = useContext(FieldProblems);
  return problems
    .filter(problem => problem.path === path || (deep && within(problem, path)))
    .map(({ message }) => message);
}

function within(problem: FieldProblem, path: string): boolean {
  return [`${path}.`, `${path}[`].some(start => problem.path.startsWith(start));
}

/** What a plan, or the refusal to make one, says of single fields. */
export function problemsOf({ plan, error }: PlanOfInput): FieldProblem[] {
  if (error) {
    const { path, message, problems } = readError(error);
    return problems ?? (path ? [{ path, message }] : []);
  }
  return (plan?.findings ?? []).flatMap(({ effect, path, message }) =>
    effect === 'deny' && path ? [{ path, message }] : [],
  );
}

/** What stands in a path after a dot; anything else stands in brackets. */
const PLAIN = /^[A-Za-z_][\w-]*$/;

/** The path of a field inside of another one, as the API writes it. */
export function pathWithin(path: string, name: string): string {
  return PLAIN.test(name)
    ? `${path}.${name}`
    : `${path}[${JSON.stringify(name)}]`;
}
