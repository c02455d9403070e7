import type { Observation } from '@data-resources/plugin-data-resources-node';
import type { Knex } from 'knex';
import { denials } from '../denials';
import { makesResource } from '../makesResource';
import { heldNames } from '../reservations';
import type { Subject } from '../Subject';
import { claimFindings, type NamesBasis } from './claimFindings';
import { claimsOfSubject, isNewClaim } from './claimsOf';
import { readOverlaps, type AskedNames, type Overlaps } from './readOverlaps';

const NONE: Overlaps = { claims: [], names: [] };

/**
 * Keeps the names of different owners apart where a resource may claim all that begin alike. Nothing is
 * asked of the database for types that claim nothing.
 */
export class NameClaims {
  readonly #knex: Knex;
  readonly #platformGroup: string;

  private constructor(options: NameClaimsOptions) {
    this.#knex = options.knex;
    this.#platformGroup = options.platformGroup;
  }

  static create(options: NameClaimsOptions): NameClaims {
    return new NameClaims(options);
  }

  /** What the names that many subjects of one instance ask for overlap with; in the same order. */
  async read(
    subjects: readonly Subject[],
    observations: ReadonlyMap<string, Observation>,
  ): Promise<NamesBasis[]> {
    const overlaps = await this.#overlaps(this.#knex, subjects);
    const unmanaged = await this.#unmanaged(subjects, observations);
    return subjects.map(({ name, requesterGroups }, index) => ({
      overlaps: overlaps[index],
      unmanaged: unmanaged.get(name) ?? [],
      namesUnmanaged: requesterGroups.has(this.#platformGroup),
    }));
  }

  /** The same of one subject now, with what was seen on the engine before. */
  async readAgain(
    subject: Subject,
    before: NamesBasis,
    knex: Knex = this.#knex,
  ): Promise<NamesBasis> {
    const [overlaps] = await this.#overlaps(knex, [subject]);
    return { ...before, overlaps };
  }

  /**
   * In the transaction that stores what was planned: waits for everybody else on the instance who takes names
   * that could overlap, and looks again. Answers whether nothing is in the way that was not before.
   */
  async confirm(
    trx: Knex,
    subject: Subject,
    before: NamesBasis,
  ): Promise<boolean> {
    const takesPrefix = claimsOfSubject(subject).some(claim =>
      isNewClaim(subject, claim),
    );
    if (!takesPrefix && !takesName(subject)) {
      return true;
    }
    // Names alone never overlap with each other, so that they need not wait for each other.
    await trx.raw(
      `SELECT pg_advisory_xact_lock${
        takesPrefix ? '' : '_shared'
      }(hashtextextended(?, 0))`,
      [`data-resources names ${JSON.stringify([subject.instance.name])}`],
    );
    const now = await this.readAgain(subject, before, trx);
    return (
      JSON.stringify(denialsOf(subject, now)) ===
      JSON.stringify(denialsOf(subject, before))
    );
  }

  async #overlaps(
    knex: Knex,
    subjects: readonly Subject[],
  ): Promise<Overlaps[]> {
    const asking = subjects.map(askedNames);
    const asked = asking.filter(each => each !== undefined);
    if (asked.length === 0) {
      return subjects.map(() => NONE);
    }
    const found = await readOverlaps(knex, subjects[0].instance.name, asked);
    return asking.map(each => (each ? found[asked.indexOf(each)] : NONE));
  }

  /** Of what the engine has under prefixes, by the subject's name: that which nobody has asked for. */
  async #unmanaged(
    subjects: readonly Subject[],
    observations: ReadonlyMap<string, Observation>,
  ): Promise<Map<string, string[]>> {
    const covered = subjects.flatMap(({ name, type }) =>
      (observations.get(name)?.covered ?? []).map(other => ({
        name,
        other,
        normalised: type.normaliseName(other),
      })),
    );
    if (covered.length === 0) {
      return new Map();
    }
    const held = await heldNames(
      this.#knex,
      subjects[0].instance.name,
      covered.map(({ normalised }) => normalised),
    );
    const unmanaged = new Map<string, string[]>();
    for (const { name, other, normalised } of covered) {
      if (!held.has(normalised)) {
        unmanaged.set(name, [...(unmanaged.get(name) ?? []), other]);
      }
    }
    return unmanaged;
  }
}

export interface NameClaimsOptions {
  knex: Knex;
  platformGroup: string;
}

function takesName({ input, type }: Subject): boolean {
  return type.claims !== undefined && makesResource(input.action);
}

/** Nothing where no name is asked for that could overlap with others. */
function askedNames(subject: Subject): AskedNames | undefined {
  const { type, name, owner, resource, planAction } = subject;
  const prefixes = [
    ...new Set(
      claimsOfSubject(subject).map(({ prefix }) => type.normaliseName(prefix)),
    ),
  ];
  const asksName = takesName(subject);
  return planAction !== 'revoke' && (asksName || prefixes.length > 0)
    ? {
        resourceId: resource?.id,
        owner,
        ...(asksName ? { name: type.normaliseName(name) } : {}),
        prefixes,
      }
    : undefined;
}

function denialsOf(subject: Subject, basis: NamesBasis): string[] {
  return denials({ findings: claimFindings(subject, basis) }).map(
    ({ message }) => message,
  );
}
