import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import {
  definitions,
  prometheusName,
  type MetricDefinition,
} from './definitions';

const FOLDER = path.resolve(__dirname, '../../../../docs/operations');
const all: MetricDefinition[] = Object.values(definitions);
const read = (file: string) => readFileSync(path.join(FOLDER, file), 'utf8');

/** Metrics that an expression names. */
function metricsIn(expression: string): string[] {
  return [...expression.matchAll(/\bdata_resources_\w+/g)].map(
    ([name]) => name,
  );
}

function definitionOf(name: string): MetricDefinition | undefined {
  return all.find(definition => {
    const plain = prometheusName(definition);
    return definition.kind === 'histogram'
      ? ['_bucket', '_sum', '_count'].some(suffix => name === plain + suffix)
      : name === plain;
  });
}

/** Labels in braces and in `by (…)`. */
function labelsIn(expression: string): string[] {
  const inBraces = [...expression.matchAll(/\{([^}]*)\}/g)].flatMap(([, of]) =>
    [...of.matchAll(/(\w+)\s*(?:=~|!=|!~|=)/g)].map(([, label]) => label),
  );
  const grouped = [...expression.matchAll(/\bby \(([^)]*)\)/g)].flatMap(
    ([, of]) => of.split(',').map(label => label.trim()),
  );
  return [...inBraces, ...grouped];
}

/** What Prometheus itself adds: the process that was scraped, and the bucket. */
const PROMETHEUS_LABELS = ['instance', 'job', 'le'];

function expectSound(expression: string): void {
  const named = metricsIn(expression);
  expect([expression, named.length > 0]).toEqual([expression, true]);
  const known = named.flatMap(name => definitionOf(name)?.labels ?? [name]);
  expect(named.filter(name => !definitionOf(name))).toEqual([]);
  for (const label of labelsIn(expression)) {
    expect([...known, ...PROMETHEUS_LABELS]).toContain(label);
  }
}

function table(): string {
  const rows = all.map(definition => [
    `\`${prometheusName(definition)}\``,
    definition.kind,
    definition.unit.replace(/[{}]/g, ''),
    definition.labels.map(label => `\`${label}\``).join(', '),
    definition.scope,
    definition.description,
  ]);
  return [
    ['metric', 'type', 'unit', 'labels', 'scope', 'what it says'],
    ['---', '---', '---', '---', '---', '---'],
    ...rows,
  ]
    .map(cells => `| ${cells.join(' | ')} |`)
    .join('\n');
}

describe('docs/operations/metrics.md', () => {
  it('should have every metric in its table (UPDATE_DOCS=1 writes it)', () => {
    const text = read('metrics.md');
    const expected = text.replace(
      /(<!-- metrics: begin -->\n)[^]*?(<!-- metrics: end -->)/,
      (_, begin, end) => `${begin}${table()}\n${end}`,
    );
    if (process.env.UPDATE_DOCS) {
      writeFileSync(path.join(FOLDER, 'metrics.md'), expected);
    }
    expect(read('metrics.md')).toBe(expected);
    expect(expected).toContain(table());
  });
});

describe('docs/operations/dashboard.json', () => {
  const dashboard = JSON.parse(read('dashboard.json'));
  const panels: any[] = dashboard.panels.filter(
    ({ type }: any) => type !== 'row',
  );
  const expressions = panels.flatMap(({ targets }) =>
    targets.map(({ expr }: any) => expr as string),
  );

  it('should ask for metrics and labels that there are', () => {
    expect(expressions.length).toBeGreaterThan(20);
    expressions.forEach(expectSound);
  });

  it('should show every metric somewhere', () => {
    const shown = new Set(
      expressions.flatMap(metricsIn).map(name => definitionOf(name)?.name),
    );
    expect(
      all.map(({ name }) => name).filter(name => !shown.has(name)),
    ).toEqual([]);
  });

  it('should be importable: ids once, panels that do not overlap, a data source to choose', () => {
    const ids = dashboard.panels.map(({ id }: any) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const cells = new Set<string>();
    for (const { gridPos } of dashboard.panels) {
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          expect(cells.has(`${x} ${y}`)).toBe(false);
          cells.add(`${x} ${y}`);
        }
      }
    }
    for (const { datasource } of panels) {
      expect(datasource.uid).toBe('${datasource}');
    }
    expect(dashboard.templating.list[0]).toMatchObject({
      name: 'datasource',
      type: 'datasource',
      query: 'prometheus',
    });
  });
});

describe('docs/operations/alerts.yaml', () => {
  const rules: any[] = parse(read('alerts.yaml')).groups.flatMap(
    ({ rules: of }: any) => of,
  );
  const headings = [...read('README.md').matchAll(/^#+ (.+)$/gm)].map(
    ([, heading]) =>
      heading
        .toLowerCase()
        .replace(/[^\w\s-]/g, '')
        .replace(/\s/g, '-'),
  );

  it('should ask for metrics and labels that there are', () => {
    expect(rules.length).toBeGreaterThan(10);
    rules.forEach(({ expr }) => expectSound(expr));
  });

  it('should name each alert once, say how grave it is, and lead to a section of the guide', () => {
    const names = rules.map(({ alert }) => alert);
    expect(new Set(names).size).toBe(names.length);
    for (const rule of rules) {
      expect(rule.alert).toMatch(/^DataResources[A-Z]\w+$/);
      expect(['info', 'warning', 'critical']).toContain(rule.labels.severity);
      expect(rule.annotations.summary).not.toBe('');
      expect(rule.for ?? '0m').toMatch(/^\d+[mh]$/);
      const [, anchor] = rule.annotations.runbook_url.split('#');
      expect(headings).toContain(anchor);
    }
  });

  it('should keep the labels that its texts use', () => {
    for (const { expr, annotations } of rules) {
      const used = [
        ...JSON.stringify(annotations).matchAll(/\$labels\.(\w+)/g),
      ].map(([, label]) => label);
      for (const label of used) {
        expect([expr, labelsIn(expr)]).toEqual([
          expr,
          expect.arrayContaining([label]),
        ]);
      }
    }
  });
});
