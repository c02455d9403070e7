import type { JsonObject } from '@backstage/types';
import type { LoginSlots } from '../engine/LoginProvider';
import type {
  ConnectionDetails,
  PlannedGrant,
} from '../engine/ResourceProvider';

/**
 * Names of the environment variables from which a client takes its login. Exports name them and
 * never hold what is in them.
 *
 * @public
 */
export interface LoginVariables {
  username: string;
  password: string;
}

/**
 * A grant of a principal on another resource of the same instance.
 *
 * @public
 */
export interface GrantElsewhere {
  /** The other resource's type. */
  type: string;
  name: string;
  spec: JsonObject;
  grant: PlannedGrant;
}

/**
 * What an export is made from: nothing that its reader may not see, and no secret.
 *
 * @public
 */
export interface ExportInput<TSpec extends JsonObject = JsonObject> {
  /** The resource's type, e.g. `kafka-topic`. */
  type: string;
  /** The resource's name on the engine. */
  name: string;
  /** The spec that was last agreed. */
  spec: TSpec;
  /** Full ref of the owning group. */
  owner: string;
  description?: string;
  instance: {
    name: string;
    environment: string;
    /** As `EngineInstance.limits` tells them. */
    limits: JsonObject;
  };
  /** How clients reach the resource; with what is particular to {@link ExportInput.client}. */
  connection: ConnectionDetails;
  /** The active grants on the resource, ordered by principal and role. */
  grants: readonly PlannedGrant[];
  /** Of the same principals, on resources of the instance that the reader may see. */
  elsewhere: readonly GrantElsewhere[];
  /** The workload that a client configuration is for. Undefined where nobody was chosen. */
  client?: { principal: string; roles: readonly string[]; login: LoginSlots };
  variables: LoginVariables;
}

/**
 * What an export comes to.
 *
 * @public
 */
export interface ExportFile {
  /** For example `orders.yaml`. */
  fileName: string;
  /** For example `yaml`, `properties`, `javascript`; told to who shows the text. */
  language: string;
  text: string;
}

/**
 * One way to write a resource down. An engine's own stand in `ResourceType.exports`; further ones
 * come through `dataResourcesExportsExtensionPoint`.
 *
 * @public
 */
export interface ExportFormat<TSpec extends JsonObject = JsonObject> {
  /** Unique for the type; part of URLs: `[a-z0-9-]`. */
  readonly id: string;
  /** For example `Strimzi`, `Java`. */
  readonly title: string;
  /** One sentence: what it is for, and what it asks of the place where it is used. */
  readonly description: string;
  /**
   * `declaration`: the resource with all who may use it, for another tool that would make it.
   * `client`: how one workload connects.
   */
  readonly audience: 'declaration' | 'client';
  /** Pure: no I/O, no clock, no randomness. `undefined` where there is nothing to say. */
  render(input: ExportInput<TSpec>): ExportFile | undefined;
}
