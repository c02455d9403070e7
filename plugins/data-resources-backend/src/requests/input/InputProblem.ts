import { showValue } from '../../checks';
import { RequestInputError } from '../../errors/RequestInputError';

const MAX_SHOWN = 5;

/** One thing that is wrong with an input. */
export interface InputProblem {
  /** The field, e.g. `grants[0].role`; empty for the input itself. */
  path: string;
  /** What would be right, e.g. `must be at least 1`. */
  message: string;
  /** What was found; left out where the message says it. */
  found?: unknown;
}

/** One error for all problems; its `path` is the first one's. */
export function toInputError(
  problems: readonly InputProblem[],
): RequestInputError {
  const sentences = problems
    .slice(0, MAX_SHOWN)
    .map(
      problem =>
        `${problem.path || 'The request body'}: ${whatIsWrong(problem)}`,
    );
  const more = problems.length - sentences.length;
  const findings = problems
    .filter(({ path }) => path === 'name')
    .map(({ path, message }) => ({
      policy: 'names',
      effect: 'deny' as const,
      path,
      message,
    }));
  return new RequestInputError(
    sentences.join('; ') +
      (more > 0
        ? `; and ${more} more ${more === 1 ? 'problem' : 'problems'}`
        : ''),
    {
      path: problems[0].path,
      problems: problems
        .filter(({ path }) => path !== '')
        .map(problem => ({
          path: problem.path,
          message: whatIsWrong(problem),
        })),
      findings: findings.length ? findings : undefined,
    },
  );
}

function whatIsWrong({ message, ...rest }: InputProblem): string {
  // An engine's own message may quote the value already.
  // Of a text of several lines the message itself says where.
  const isText = typeof rest.found === 'string' && rest.found.includes('\n');
  const found = 'found' in rest && !isText ? showValue(rest.found) : '';
  return found === '' || message.includes(found)
    ? message
    : `${message}, found ${found}`;
}
