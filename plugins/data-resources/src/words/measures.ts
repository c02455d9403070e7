import type { Measure } from '@data-resources/plugin-data-resources-common';

const plain = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const percent = new Intl.NumberFormat('en', {
  style: 'percent',
  maximumFractionDigits: 1,
});
const BYTES = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** What a figure is about, e.g. "Lag (group billing, partition 3)". */
export function measureTitle({ title, labels = {} }: Measure): string {
  const about = Object.entries(labels)
    .map(([name, value]) => `${name} ${value}`)
    // Some titles say it themselves.
    .filter(text => !title.includes(text));
  return about.length > 0 ? `${title} (${about.join(', ')})` : title;
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
  ];
  const [unit, length] = units.find(([, size]) => value >= size) ?? ['s', 1];
  return `${plain.format(value / length)} ${unit}`;
}
