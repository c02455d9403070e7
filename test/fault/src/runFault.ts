import { promises as fs } from 'node:fs';
import path from 'node:path';
import {
  freePorts,
  type EnginesDescription,
  type RunningEngines,
} from '@data-resources/test-engines';
import { createBody } from './actions/Action';
import { catalogOfPrincipals, lastPrincipal } from './Item';
import type { Kind } from './kinds';
import { Lab } from './Lab';
import { partOf, type PartName } from './parts';
import { Portal } from './portal/Portal';
import { Random } from './random';
import { Part, tableOf, type PartResult } from './Report';
import { plantForeign } from './witnesses';

/** What to run, and on what. */
export interface FaultOptions {
  engines: RunningEngines;
  description: EnginesDescription;
  /** Addresses and accounts for the configuration of the portal. */
  environment: Record<string, string>;
  /** Holds logs and the catalog. */
  folder: string;
  kinds: readonly Kind[];
  parts: readonly PartName[];
  seed: number;
  /** A sample that fits into a check of every change. */
  short: boolean;
  /** Of part (b). */
  kills: number;
  /** Of part (a): only the moments whose name matches. */
  match?: RegExp;
  /** How long each part may go on to do harm; without limit when left out. */
  minutes?: number;
  signal: AbortSignal;
  say: (line: string) => void;
}

/** A part that breaks off is a loss; the others still run. */
async function attempted(
  name: string,
  signal: AbortSignal,
  run: () => Promise<PartResult>,
): Promise<PartResult> {
  const broken = Part.begin(name);
  try {
    return await run();
  } catch (error) {
    // Whatever failed then: the signal reached the tools and the backends as well.
    signal.throwIfAborted();
    broken.count('lost', (error as Error).stack ?? String(error));
    return broken.end();
  }
}

/** Runs the parts one after the other on one portal, and returns what became of each. */
export async function runFault(options: FaultOptions): Promise<PartResult[]> {
  const { folder, kinds, description, say } = options;
  const catalogFile = path.join(folder, 'catalog.yaml');
  await fs.writeFile(catalogFile, catalogOfPrincipals());
  for (const kind of kinds) {
    await plantForeign[kind.name](description);
  }
  const portal = Portal.create({
    folder,
    signal: options.signal,
    environment: { ...options.environment, FAULT_CATALOG_FILE: catalogFile },
    ports: Object.values(
      await freePorts(['first', 'second', 'third'] as const),
    ),
  });
  const lab = Lab.create({
    ...options,
    portal,
    random: Random.create(options.seed),
  });
  const results: PartResult[] = [];
  try {
    await portal.scale(1);
    await portal.awaitCatalog(
      createBody({
        name: 'catalog_probe',
        kind: kinds[0],
        principal: lastPrincipal,
      }),
    );
    for (const name of options.parts) {
      options.signal.throwIfAborted();
      say(`\n--- ${name}`);
      lab.limit(options.minutes);
      const result = await attempted(name, options.signal, () =>
        partOf(name)(lab, options),
      );
      result.notes.forEach(note => say(`  ${note}`));
      say(tableOf([result]));
      results.push(result);
    }
  } finally {
    await portal.close();
  }
  return results;
}
