import { promises as fs } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { repositoryRoot } from '../paths';
import { policyTest } from './policyTest';

const EXAMPLES = path.join(repositoryRoot, 'docs/examples');

const EXAMPLE = `
examples:
  - name: a topic
    input:
      type: kafka-topic
      owner: group:default/payments
      system: system:default/payments
      instance: { name: kafka-dev, engine: kafka, environment: dev }
      spec: { partitions: 6, replicationFactor: 1, config: {} }
`;

describe('policy test', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'policy-test-'));
  });
  afterAll(async () => fs.rm(folder, { recursive: true }));

  /** Runs the content as a file; answers the exit code and what was printed. */
  async function run(content: string): Promise<[code: number, said: string]> {
    const file = path.join(folder, 'policies.yaml');
    await fs.writeFile(file, content);
    const lines: string[] = [];
    const code = await policyTest(file, line => lines.push(line));
    return [code, lines.join('\n')];
  }

  it.each(['policies.yaml', 'sample-portal.yaml'])(
    'should find the shipped example %s as it expects',
    async name => {
      const lines: string[] = [];
      const code = await policyTest(path.join(EXAMPLES, name), line =>
        lines.push(line),
      );
      expect(lines.filter(line => /^FAIL|not as expected/.test(line))).toEqual(
        [],
      );
      expect(lines.at(-1)).toMatch(/^[4-9] as expected, 0 not$/);
      expect(code).toBe(0);
    },
  );

  it('should print findings, and who decides', async () => {
    const [code, said] = await run(`
policies:
  - name: large
    when: spec.partitions > 3
    effect: warn
    message: Three are ordinary
    path: spec.partitions
${EXAMPLE}`);
    expect(code).toBe(0);
    expect(said.split('\n')).toEqual([
      'ok    a topic',
      '      warn  large  spec.partitions  Three are ordinary',
      '      decided by 1 of group:default/platform',
      '1 as expected, 0 not',
    ]);
  });

  it('should fail where something else is found than expected', async () => {
    const [code, said] = await run(`
policies:
  - { name: all, approve: automatically }
${EXAMPLE}    expect:
      findings: [{ policy: kafka/naming, effect: warn }]
      approval: manual
      by: group:default/platform
`);
    expect(code).toBe(1);
    expect(said.split('\n')).toEqual([
      'FAIL  a topic',
      '      approved automatically by all',
      '      not as expected: findings: expected warn kafka/naming; found none',
      '      not as expected: approval: expected manual; found auto',
      '      not as expected: by: expected group:default/platform; found all',
      '0 as expected, 1 not',
    ]);
  });

  it.each<[string, string, RegExp]>([
    [
      'a policy that does not compile',
      `policies:
  - name: broken
    when: |-
      true &&
      spec.partitions <=
    approve: automatically
${EXAMPLE}`,
      /policies\.yaml: policies\[0\]\.when of policy "broken" is no valid condition: line 2, column 19: Unexpected token/,
    ],
    [
      'an unknown variable',
      `policies: [{ name: typo, when: spce.partitions > 1, approve: automatically }]${EXAMPLE}`,
      /policies\[0\]\.when of policy "typo" .* line 1, column 1: Unknown variable: spce/,
    ],
    [
      'an unknown key of a policy',
      `policies: [{ name: typo, wehn: "true", approve: automatically }]${EXAMPLE}`,
      /policies\[0\]\.wehn is no known setting \(did you mean "when"\?\)/,
    ],
    [
      'an unknown key of an example',
      `${EXAMPLE}      reson: x\n`,
      /examples\[0\]\.input\.reson: is no known field \(did you mean "reason"\?\)/,
    ],
    [
      'an unknown default policy',
      `defaultPolicies: { disabled: [kafka/nameing] }${EXAMPLE}`,
      /defaultPolicies\.disabled\[0\] is "kafka\/nameing" \(did you mean "kafka\/naming"\?\)/,
    ],
    [
      'policies beside a configuration',
      `config: app-config.yaml\npolicies: []${EXAMPLE}`,
      /policies: stands beside config/,
    ],
    [
      'an instance that nobody knows',
      EXAMPLE.replace(/instance: .*/, 'instance: kafka-moon'),
      /instance of the example "a topic" is "kafka-moon", which is not configured; give \{ name, engine, environment \}/,
    ],
    ['no examples', 'policies: []', /examples: is missing/],
  ])('should refuse %s', async (_, content, message) => {
    await expect(run(content)).rejects.toThrow(message);
  });

  it('should tell what is removed at once and what is done about drift', async () => {
    const policies = `
policies:
  - name: at-once
    quarantine: none
  - name: straight
    when: plan.changes.all(c, c.path.startsWith("config."))
    drift: put-back
  - name: as-it-is
    drift: keep
`;
    const example = (action: string, more = '') =>
      EXAMPLE.replace('input:', `input:\n      action: ${action}\n${more}`);
    const [, deletion] = await run(
      `${policies}${example('delete')}    expect: { quarantine: kept }`,
    );
    expect(deletion).toContain(
      'removed at once, without quarantine, says at-once',
    );
    expect(deletion).toContain(
      'not as expected: quarantine: expected kept; found none',
    );
    const change = (field: string) =>
      `      plan: { changes: [{ path: ${field}, kind: in-place }] }`;
    const [, back] = await run(
      `${policies}${example('update', change('config.retention.ms'))}`,
    );
    expect(back).toContain('as drift it is put back, says straight');
    const [, kept] = await run(
      `${policies}${example(
        'update',
        change('partitions'),
      )}    expect: { drift: left }`,
    );
    expect(kept).toContain('as drift it is declared as it is, says as-it-is');
    expect(kept).toContain('not as expected: drift: expected left; found keep');
  });
});
