import { promises as fs } from 'node:fs';

interface Profile {
  nodes: {
    id: number;
    callFrame: { functionName: string; url: string; lineNumber: number };
    children?: number[];
  }[];
  samples: number[];
  timeDeltas: number[];
}

/** The functions in which most of a profile's time passed, and the packages. */
export async function topFunctions(file: string): Promise<string[]> {
  const profile: Profile = JSON.parse(await fs.readFile(file, 'utf8'));
  const own = new Map<number, number>();
  profile.samples.forEach((id, index) =>
    own.set(id, (own.get(id) ?? 0) + profile.timeDeltas[index]),
  );
  const byFunction = new Map<string, number>();
  const byPackage = new Map<string, number>();
  let total = 0;
  for (const { id, callFrame } of profile.nodes) {
    const time = own.get(id) ?? 0;
    const { functionName, url, lineNumber } = callFrame;
    if (functionName === '(idle)') {
      continue;
    }
    total += time;
    const place = url.replace(/^.*?(node_modules|plugins|test)\//, '');
    add(
      byFunction,
      `${functionName || '(anonymous)'} ${place}:${lineNumber + 1}`,
      time,
    );
    add(byPackage, packageOf(place, functionName), time);
  }
  const lines = (times: Map<string, number>, count: number) =>
    [...times]
      .sort(([, a], [, b]) => b - a)
      .slice(0, count)
      .map(
        ([name, time]) =>
          `${((100 * time) / total).toFixed(1).padStart(6)} % ${name}`,
      );
  return [
    'Where the time of the backend goes, by package:',
    ...lines(byPackage, 15),
    'and by function:',
    ...lines(byFunction, 25),
  ];
}

function packageOf(place: string, functionName: string): string {
  if (place.startsWith('node:')) {
    return place.split('/').slice(0, 2).join('/');
  }
  const parts = place.split('/');
  return place
    ? parts.slice(0, parts[0].startsWith('@') ? 2 : 1).join('/')
    : functionName;
}

function add(times: Map<string, number>, key: string, time: number): void {
  times.set(key, (times.get(key) ?? 0) + time);
}
