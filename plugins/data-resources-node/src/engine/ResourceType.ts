import type { JsonObject } from '@backstage/types';
import type { z } from 'zod/v3';
import type { ExportFormat, LoginVariables } from '../exports/ExportFormat';

/**
 * A role that a principal can be granted on a resource of a type.
 *
 * @public
 */
export interface RoleDefinition {
  /** As it stands in requests, e.g. `producer`. */
  name: string;
  title: string;
  /** What the role may do, in the engine's own words. */
  description: string;
}

/**
 * Names that a resource keeps for its owner besides its own: all that begin alike.
 *
 * @public
 */
export interface NameClaim {
  /** As it stands in the spec, e.g. `payments.orders.`. */
  prefix: string;
  /** The field of the spec that claims it, e.g. `spec.prefix`. */
  path: string;
}

/**
 * Keys of a map in a spec that people can be helped with. Others are allowed as well, unless the
 * schema of the spec refuses them.
 *
 * @public
 */
export interface SpecKeys {
  /**
   * Those that most people look for, by their names: a form has a field for each, and leaves out
   * what is left empty.
   */
  readonly common?: { readonly [key: string]: SpecKey };
  /** The names of more of them, which a form offers. */
  readonly others?: readonly string[];
  /** They are the names of what the instance has of this, e.g. its data centres. */
  readonly ofTopology?: 'dataCenters';
}

/**
 * A key of a map in a spec.
 *
 * @public
 */
export interface SpecKey {
  /** What it is for, in the engine's own words. */
  readonly description: string;
  /** Values that are often wanted. */
  readonly examples?: readonly string[];
}

/**
 * What can be requested: the static half of an engine, known without any connection.
 *
 * @public
 */
export interface ResourceType<TSpec extends JsonObject = JsonObject> {
  /** For example `kafka-topic`. */
  readonly type: string;
  /** For example `kafka`. */
  readonly engine: string;
  readonly title: string;
  readonly description: string;
  readonly roles: readonly RoleDefinition[];
  /**
   * Pure: roles that a resource of this spec has besides {@link ResourceType.roles}, such as those
   * of a database's schemas; none where it is left out. A grant of one stays in the ledger when the
   * spec ceases to name it, so the plan of such an update has to refuse it.
   */
  rolesOf?(spec: TSpec): readonly RoleDefinition[];
  /**
   * Strict (unknown keys are refused), with a `describe()` per field. What it parses to is
   * the stored spec: defaults are filled in here, so that a plan never depends on them.
   */
  readonly specSchema: z.ZodType<TSpec, z.ZodTypeDef, unknown>;
  /**
   * Fields of the spec that hold a text of several lines, e.g. `['schema']`; none where it is left
   * out. In all other texts line breaks and tabs are refused like other control characters.
   */
  readonly multilineFields?: readonly string[];
  /** What keys the maps of the spec may have, by the names of the fields; see {@link SpecKeys}. */
  readonly mapKeys?: { readonly [field: string]: SpecKeys };
  /**
   * Syntax and length of names, as the engine has them: what is wrong with `name`, each
   * saying what was found and what would be right; empty when nothing is. Reserved names
   * and rules of one instance are findings of a plan instead.
   */
  checkName(name: string): string[];
  /** Two names that the engine cannot keep apart have the same normalised name. */
  normaliseName(name: string): string;
  /**
   * Pure: the prefixes that a resource of this spec claims for its owner; none where it is left
   * out. Nobody else gets a name or a prefix on the instance that overlaps with one, as
   * {@link ResourceType.normaliseName} makes both: of a type with claims it must change names
   * character by character, so that what begins alike goes on doing so.
   */
  claims?(name: string, spec: TSpec): NameClaim[];
  /**
   * What resources of this type use up and budgets may limit, e.g. `['topics', 'partitions']`.
   * Types that use up the same thing share its name.
   */
  readonly counters?: readonly string[];
  /**
   * Pure: how much of each of {@link ResourceType.counters} a resource of this spec uses up,
   * as whole numbers of 0 or more. What is left out is 0.
   */
  usage?(spec: TSpec): { [counter: string]: number };
  /** Ways to write a resource of this type down, in the order in which they are shown. */
  readonly exports?: readonly ExportFormat<TSpec>[];
  /**
   * Where clients of this type look for their login, e.g. `PGUSER`; else `<ENGINE>_USERNAME` and
   * `<ENGINE>_PASSWORD`.
   */
  readonly loginVariables?: LoginVariables;
}
