import {
  findPostgresTool,
  type PostgresTool,
} from '@data-resources/test-engines';

/** Tests with a program that no package of npm has; skipped, with the way to it, where it is missing. */
export function describeWith(
  tool: PostgresTool,
  title: string,
  tests: (program: string) => void,
): void {
  const program = findPostgresTool(tool);
  const declare = program === undefined ? describe.skip : describe;
  const note =
    program === undefined
      ? ` (skipped without ${tool}, which './portal test' installs)`
      : '';
  declare(`${title}${note}`, () => tests(program ?? tool));
}
