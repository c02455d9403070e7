type Unit = [size: number, name: string];

const TIMES: Unit[] = [
  [86_400_000, 'day'],
  [3_600_000, 'hour'],
  [60_000, 'minute'],
  [1_000, 'second'],
];
const SIZES: Unit[] = [
  [2 ** 40, 'TiB'],
  [2 ** 30, 'GiB'],
  [2 ** 20, 'MiB'],
  [2 ** 10, 'KiB'],
];

/** Milliseconds as people say them: `7 days`, `1.5 hours`, `20 ms`. */
export function duration(ms: number): string {
  const { value, name } = inLargest(ms, TIMES);
  if (name === undefined) {
    return `${ms} ms`;
  }
  return `${value} ${name}${value === '1' ? '' : 's'}`;
}

/** Bytes as people say them: `1 GiB`, `1.5 MiB`, `20 bytes`. */
export function bytes(count: number): string {
  const { value, name } = inLargest(count, SIZES);
  return `${value} ${name ?? 'bytes'}`;
}

function inLargest(
  amount: number,
  units: readonly Unit[],
): { value: string; name?: string } {
  const unit = units.find(([size]) => amount >= size);
  if (!unit) {
    return { value: String(amount) };
  }
  return {
    value: String(Math.round((amount / unit[0]) * 10) / 10),
    name: unit[1],
  };
}
