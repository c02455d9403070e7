import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { canTransition, REQUEST_TRANSITIONS } from '../requests/states';
import { canEnter, PHASE_TRANSITIONS } from './phases';

const DOCUMENT = path.resolve(__dirname, '../../../../docs/states.md');

function diagram(transitions: Record<string, readonly string[]>): string {
  const lines = Object.entries(transitions).flatMap(([from, to]) =>
    to.length > 0
      ? to.map(state => `  ${from} --> ${state}`)
      : [`  ${from} --> [*]`],
  );
  const [first] = Object.keys(transitions);
  return [
    '```mermaid',
    'stateDiagram-v2',
    `  [*] --> ${first}`,
    ...lines,
    '```',
  ].join('\n');
}

function withDiagram(text: string, name: string, content: string): string {
  return text.replace(
    new RegExp(`(<!-- ${name}: begin -->\n)[^]*?(<!-- ${name}: end -->)`),
    (_, begin, end) => `${begin}${content}\n${end}`,
  );
}

describe('docs/states.md', () => {
  it('should hold the diagrams of both state machines (UPDATE_DOCS=1 writes them)', () => {
    const text = readFileSync(DOCUMENT, 'utf8');
    const expected = withDiagram(
      withDiagram(text, 'request', diagram(REQUEST_TRANSITIONS)),
      'resource',
      diagram(PHASE_TRANSITIONS),
    );
    if (process.env.UPDATE_DOCS) {
      writeFileSync(DOCUMENT, expected);
    }
    expect(readFileSync(DOCUMENT, 'utf8')).toBe(expected);
  });
});

describe('the state machines', () => {
  it('should lead from every state only to states there are', () => {
    for (const transitions of [REQUEST_TRANSITIONS, PHASE_TRANSITIONS]) {
      const states = Object.keys(transitions);
      for (const to of Object.values(transitions).flat()) {
        expect(states).toContain(to);
      }
    }
  });

  it('should let nothing follow on an end', () => {
    for (const to of Object.keys(REQUEST_TRANSITIONS)) {
      for (const end of ['completed', 'rejected', 'withdrawn', 'expired']) {
        expect(canTransition(end as never, to as never)).toBe(false);
      }
    }
    for (const to of Object.keys(PHASE_TRANSITIONS)) {
      expect(canEnter('deleted', to as never)).toBe(to === 'deleted');
    }
  });
});
