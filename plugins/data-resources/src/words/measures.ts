import type { Measure } from '@data-resources/plugin-data-resources-common';

const plain = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const percent = new Intl.NumberFormat('en', {
  style: 'percent',
  maximumFractionDigits: 1,
});
const BYTES = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** What a figure is about, e.g. "Lag (group billing, partition 3)". */
export function measureTitle(measure: Measure): string {
  const { title } = measure;
  const about = untold(measure).map(([name, value]) => `${name} ${value}`);
  return about.length > 0 ? `${title} (${about.join(', ')})` : title;
}

/** One figure of each of several things of a kind, such as the tables of a keyspace. */
export interface MeasureTable {
  /** What kind of thing, e.g. `table`. */
  label: string;
  /** The figures that there are, each once. */
  figures: { name: string; title: string }[];
  things: { name: string; measures: Measure[] }[];
}

/** Figures of several things of a kind apart from those that stand alone; all in their order. */
export function arrangeMeasures(measures: Measure[]): {
  alone: Measure[];
  tables: MeasureTable[];
} {
  const byLabel = new Map<string, Map<string, Measure[]>>();
  for (const measure of measures) {
    const about = untold(measure);
    if (about.length === 1) {
      const [[label, thing]] = about;
      const things = byLabel.get(label) ?? new Map<string, Measure[]>();
      byLabel.set(
        label,
        things.set(thing, [...(things.get(thing) ?? []), measure]),
      );
    }
  }
  const tables = [...byLabel]
    .filter(([, things]) => things.size > 1)
    .map(([label, things]) => ({
      label,
      figures: figuresOf([...things.values()].flat()),
      things: [...things].map(([name, its]) => ({ name, measures: its })),
    }));
  const told = new Set(
    tables.flatMap(({ things }) => things.flatMap(thing => thing.measures)),
  );
  return { alone: measures.filter(each => !told.has(each)), tables };
}

function figuresOf(measures: Measure[]): MeasureTable['figures'] {
  const titles = new Map(measures.map(({ name, title }) => [name, title]));
  return [...titles].map(([name, title]) => ({ name, title }));
}

/** The labels that the title does not say itself. */
function untold({ title, labels = {} }: Measure): [string, string][] {
  return Object.entries(labels).filter(
    ([name, value]) => !title.includes(`${name} ${value}`),
  );
}

/** A figure with its unit, e.g. "1.5 GiB", "3 h", "97.5%". */
export function measureValue({ value, unit }: Measure): string {
  switch (unit) {
    case 'bytes':
      return bytes(value);
    case 'seconds':
      return seconds(value);
    case 'ratio':
      return percent.format(value);
    case 'per second':
      return `${plain.format(value)} per second`;
    default:
      return plain.format(value);
  }
}

function bytes(value: number): string {
  let left = value;
  let unit = 0;
  while (left >= 1024 && unit < BYTES.length - 1) {
    left /= 1024;
    unit++;
  }
  return `${plain.format(left)} ${BYTES[unit]}`;
}

function seconds(value: number): string {
  const units: [string, number][] = [
    ['days', 86_400],
    ['h', 3_600],
    ['min', 60],
    ['s', 1],
    ['ms', 1e-3],
  ];
  // What is shorter than a millisecond is told in its parts.
  const [unit, length] =
    units.find(([, size]) => value >= size) ??
    (value > 0 ? ['µs', 1e-6] : ['s', 1]);
  return `${plain.format(value / length)} ${unit}`;
}
