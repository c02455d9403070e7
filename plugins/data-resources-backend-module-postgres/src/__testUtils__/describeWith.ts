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
  if (program) {
    describe(title, () => tests(program));
  } else {
    describe.skip(`${title} (without ${tool}, which './portal test' installs)`, () =>
      tests(''));
  }
}
