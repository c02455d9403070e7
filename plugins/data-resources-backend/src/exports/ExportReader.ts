import type { LoggerService } from '@backstage/backend-plugin-api';
import { NotFoundError } from '@backstage/errors';
import {
  dataResourcesResourceReadPermission,
  type ResourceExport,
  type ResourceExports,
} from '@data-resources/plugin-data-resources-common';
import {
  loginSlots,
  type ExportFile,
  type ExportFormat,
  type ExportInput,
  type GrantElsewhere,
  type LoginVariables,
  type PlannedGrant,
} from '@data-resources/plugin-data-resources-node';
import type { Knex } from 'knex';
import type { Caller } from '../callers/Caller';
import type { GrantRow, ResourceRow } from '../database/rows';
import type { InstanceRegistry } from '../instances/InstanceRegistry';
import type { ManagedInstance } from '../instances/ManagedInstance';
import { RequestInputError } from '../requests/input';

export interface ExportReaderOptions {
  knex: Knex;
  instances: InstanceRegistry;
  /** By type. */
  formats: ReadonlyMap<string, readonly ExportFormat[]>;
  installationId: string;
  logger: LoggerService;
}

/** More would make a manifest that nobody reads. */
const MOST_ELSEWHERE = 1000;

/** Writes resources down for other tools and for clients. Asks no engine. */
export class ExportReader {
  readonly #options: ExportReaderOptions;

  private constructor(options: ExportReaderOptions) {
    this.#options = options;
  }

  static create(options: ExportReaderOptions): ExportReader {
    return new ExportReader(options);
  }

  /**
   * Every format with its text.
   *
   * @param principal - the workload that the client configurations are for
   */
  async list(
    resource: ResourceRow,
    principal: string | undefined,
    caller: Caller,
  ): Promise<ResourceExports> {
    const formats = this.#formats(resource);
    const variables = this.#variables(resource);
    const instance = this.#options.instances.get(resource.instance);
    if (!instance) {
      return {
        items: [],
        principals: [],
        variables,
        message: notConfigured(resource),
      };
    }
    const input = await this.#input(resource, instance, principal, caller);
    return {
      items: formats.flatMap(format => this.#render(format, input) ?? []),
      principals: principalsOf(input.grants),
      variables,
    };
  }

  /** One of them. Throws `NotFoundError` where the resource has no such export. */
  async file(
    resource: ResourceRow,
    exportId: string,
    principal: string | undefined,
    caller: Caller,
  ): Promise<ExportFile> {
    const formats = this.#formats(resource);
    const format = formats.find(({ id }) => id === exportId);
    const instance = this.#options.instances.get(resource.instance);
    if (!instance) {
      throw new NotFoundError(notConfigured(resource));
    }
    const input = await this.#input(resource, instance, principal, caller);
    const file = format?.render(input);
    if (!file) {
      throw new NotFoundError(
        `${resource.name} has no export ${JSON.stringify(
          exportId,
        )}; there are: ${formats.map(({ id }) => id).join(', ') || 'none'}`,
      );
    }
    return file;
  }

  #formats({ type }: ResourceRow): readonly ExportFormat[] {
    return this.#options.formats.get(type) ?? [];
  }

  #variables({ type, engine }: ResourceRow): LoginVariables {
    const prefix = engine.toUpperCase().replace(/[^A-Z0-9]/g, '_');
    return (
      this.#options.instances.types.get(type)?.loginVariables ?? {
        username: `${prefix}_USERNAME`,
        password: `${prefix}_PASSWORD`,
      }
    );
  }

  /** A format that fails, which may be an adopter's, must not take the others along. */
  #render(
    format: ExportFormat,
    input: ExportInput,
  ): ResourceExport | undefined {
    const { id, title, description, audience } = format;
    try {
      const file = format.render(input);
      return file && { id, title, description, audience, ...file };
    } catch (error) {
      this.#options.logger.error(
        `The export ${id} of ${input.name} failed`,
        error as Error,
      );
      return {
        id,
        title,
        description,
        audience,
        problem: 'This export failed; the backend’s log has the reason.',
      };
    }
  }

  async #input(
    resource: ResourceRow,
    instance: ManagedInstance,
    principal: string | undefined,
    caller: Caller,
  ): Promise<ExportInput> {
    const rows: GrantRow[] = await this.#options
      .knex<GrantRow>('grants')
      .where({ resource_id: resource.id, state: 'active' })
      .orderBy(['principal', 'role']);
    const grants = rows.map(row => this.#planned(row, resource));
    const client =
      principal === undefined
        ? undefined
        : clientOf(principal, grants, resource);
    return {
      type: resource.type,
      name: resource.name,
      spec: resource.spec,
      owner: resource.owner,
      description: resource.description ?? undefined,
      instance: {
        name: instance.name,
        environment: instance.environment,
        limits: instance.connection.limits,
      },
      connection: instance.connection
        .provider(resource.type)
        .connection(resource.name, client?.login),
      grants,
      elsewhere: await this.#elsewhere(resource, grants, caller),
      client,
      variables: this.#variables(resource),
    };
  }

  async #elsewhere(
    resource: ResourceRow,
    grants: readonly PlannedGrant[],
    caller: Caller,
  ): Promise<GrantElsewhere[]> {
    if (grants.length === 0) {
      return [];
    }
    const query = this.#options
      .knex('grants')
      .join('resources', 'resources.id', 'grants.resource_id')
      .where('grants.instance', resource.instance)
      .where('grants.state', 'active')
      .whereIn('grants.login_base', [
        ...new Set(grants.map(({ login }) => login.base)),
      ])
      .whereNot('grants.resource_id', resource.id)
      .orderBy(['grants.principal', 'resources.name', 'grants.role'])
      .limit(MOST_ELSEWHERE)
      .select(
        'grants.principal',
        'grants.principal_owner',
        'grants.role',
        'resources.type',
        'resources.name',
        'resources.spec',
      );
    const readable = await caller.permissions.resources(
      dataResourcesResourceReadPermission,
    );
    readable.narrow(query);
    const rows: (Pick<GrantRow, 'principal' | 'principal_owner' | 'role'> &
      Pick<ResourceRow, 'type' | 'name' | 'spec'>)[] = await query;
    return rows.map(row => ({
      type: row.type,
      name: row.name,
      spec: row.spec,
      grant: this.#planned(row, resource),
    }));
  }

  #planned(
    {
      principal,
      principal_owner,
      role,
    }: Pick<GrantRow, 'principal' | 'principal_owner' | 'role'>,
    { environment }: ResourceRow,
  ): PlannedGrant {
    const { installationId } = this.#options;
    return {
      principal,
      role,
      login: loginSlots({ principal, environment, installationId }),
      owner: principal_owner,
    };
  }
}

function principalsOf(grants: readonly PlannedGrant[]) {
  const roles = new Map<string, string[]>();
  for (const { principal, role } of grants) {
    roles.set(principal, [...(roles.get(principal) ?? []), role]);
  }
  return [...roles].map(([principal, held]) => ({ principal, roles: held }));
}

function clientOf(
  principal: string,
  grants: readonly PlannedGrant[],
  { name }: ResourceRow,
): NonNullable<ExportInput['client']> {
  const theirs = grants.filter(grant => grant.principal === principal);
  if (theirs.length === 0) {
    const known = [...new Set(grants.map(grant => grant.principal))];
    throw new RequestInputError(
      `principal is ${JSON.stringify(
        principal,
      )}, which has no active grant on ${name}; those that have one: ${
        known.join(', ') || 'nobody'
      }`,
      { path: 'principal' },
    );
  }
  return {
    principal,
    roles: theirs.map(({ role }) => role),
    login: theirs[0].login,
  };
}

function notConfigured({ instance }: ResourceRow): string {
  return `Instance ${instance} is not configured any more.`;
}
