import type { DiscoveredObject } from '@data-resources/plugin-data-resources-node';
import type { Knex } from 'knex';
import type { CatalogDirectory, Owned } from '../catalog/CatalogDirectory';
import { baseOfLogin } from '../logins/baseOfLogin';
import { candidateNames, nameBegins } from './candidateNames';

/** In the order in which they are believed. */
const KINDS = ['component', 'group', 'system'];

/** Who should own an object, and why. */
export interface Suggestion {
  owner: string;
  system?: string;
  /** In a sentence, without its full stop. */
  why: string;
}

/** Something that may say who owns an object. */
interface Clue {
  /** Refs of entities that it may be about, likely ones first. */
  refs: readonly string[];
  because(ref: string, owned: Owned): string;
}

export interface OwnerSuggesterOptions {
  knex: Knex;
  directory: CatalogDirectory;
  environments: readonly string[];
}

/** Finds in the catalog who is meant by the names that stand around an object. */
export class OwnerSuggester {
  readonly #options: OwnerSuggesterOptions;

  private constructor(options: OwnerSuggesterOptions) {
    this.#options = options;
  }

  static create(options: OwnerSuggesterOptions): OwnerSuggester {
    return new OwnerSuggester(options);
  }

  /** By name; an object that nothing points to is not among them. */
  async suggest(
    instance: string,
    objects: readonly DiscoveredObject[],
  ): Promise<Map<string, Suggestion>> {
    const principals = await this.#principals(instance, objects);
    const clues = new Map(
      objects.map(object => [object.name, this.#clues(object, principals)]),
    );
    const refs = new Set(
      [...clues.values()].flatMap(list => list.flatMap(clue => clue.refs)),
    );
    const owned = await this.#options.directory.owned([...refs]);
    const suggestions = new Map<string, Suggestion>();
    for (const [name, list] of clues) {
      const found = strongest(list, owned);
      if (found) {
        suggestions.set(name, found);
      }
    }
    return suggestions;
  }

  #clues(
    { name, hints }: DiscoveredObject,
    principals: ReadonlyMap<string, string>,
  ): Clue[] {
    const { environments } = this.#options;
    const begins = nameBegins(name);
    // What only repeats how the name begins knows less than the whole of it.
    const ofHints = hints
      .filter(({ value }) => !begins.includes(value))
      .flatMap(({ value, source }): Clue[] => {
        const principal = principals.get(baseOfLogin(value));
        return [
          ...(principal
            ? [
                {
                  refs: [principal],
                  because: (ref: string, { owner }: Owned) =>
                    `${source} names ${value}, a login of ${ref}, which belongs to ${owner}`,
                },
              ]
            : []),
          {
            refs: candidateNames(value, environments).flatMap(refsOf),
            because: (ref, owner) =>
              `${source} names ${told(value, ref, owner)}`,
          },
        ];
      });
    return [
      ...ofHints,
      {
        refs: begins.flatMap(refsOf),
        because: (ref, owner) =>
          `Its name begins with ${told(nameOf(ref), ref, owner)}`,
      },
    ];
  }

  /** Whose our own logins are among the hints, by what both slots have in common. */
  async #principals(
    instance: string,
    objects: readonly DiscoveredObject[],
  ): Promise<Map<string, string>> {
    const bases = objects.flatMap(({ hints }) =>
      hints.map(({ value }) => baseOfLogin(value)),
    );
    const rows: { login_base: string; principal: string }[] =
      await this.#options
        .knex('grants')
        .where({ instance })
        .whereRaw('login_base = ANY(?::text[])', [[...new Set(bases)]])
        .distinct('login_base', 'principal');
    return new Map(
      rows.map(({ login_base, principal }) => [login_base, principal]),
    );
  }
}

function strongest(
  clues: readonly Clue[],
  owned: ReadonlyMap<string, Owned>,
): Suggestion | undefined {
  for (const { refs, because } of clues) {
    const ref = refs.find(each => owned.has(each));
    if (ref) {
      const found = owned.get(ref)!;
      return { ...found, why: because(ref, found) };
    }
  }
  return undefined;
}

function refsOf(name: string): string[] {
  return KINDS.map(kind => `${kind}:default/${name}`);
}

function nameOf(ref: string): string {
  return ref.slice(ref.indexOf('/') + 1);
}

/** What a name means; more carefully where the catalog calls it otherwise. */
function told(value: string, ref: string, { owner }: Owned): string {
  const belongs = `which belongs to ${owner}`;
  if (value !== nameOf(ref)) {
    return ref === owner
      ? `${value}, probably ${ref}`
      : `${value}, probably ${ref}, ${belongs}`;
  }
  return ref === owner ? `${value}, which is ${ref}` : `${value}, ${belongs}`;
}
