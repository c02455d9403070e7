import type { LoggerService } from '@backstage/backend-plugin-api';
import {
  ConflictError,
  NotAllowedError,
  ServiceUnavailableError,
} from '@backstage/errors';
import type { IssuedCredentials } from '@data-resources/plugin-data-resources-common';
import {
  type EnabledLogin,
  generatePassword,
  isProviderError,
  loginSlots,
  type LoginSlots,
} from '@data-resources/plugin-data-resources-node';
import type { Knex } from 'knex';
import type { Caller } from '../callers/Caller';
import type { CatalogDirectory, Workload } from '../catalog/CatalogDirectory';
import type { CredentialRow, ResourceRow } from '../database/rows';
import { withDetails } from '../errors';
import type { InstanceRegistry } from '../instances/InstanceRegistry';
import type { ManagedInstance } from '../instances/ManagedInstance';
import type { LoginLocks } from '../logins/LoginLocks';
import type { CredentialMetrics } from '../metrics';
import { RequestInputError } from '../requests/input';
import { traced } from '../tracing';
import { checkGrantee } from './checkGrantee';
import { chooseSlot } from './chooseSlot';
import { type CredentialAudit } from './appendCredentialAudit';
import { endCredentials } from './endCredentials';
import { readGrantee, type Grantee } from './readGrantee';
import { openIssue, readOpen, recordIssue } from './issueRows';

export interface CredentialServiceOptions {
  knex: Knex;
  instances: InstanceRegistry;
  logins: LoginLocks;
  installationId: string;
  /** How long the credential before goes on working, in milliseconds. */
  graceMs: number;
  metrics: CredentialMetrics;
  logger: LoggerService;
}

/**
 * Makes a credential at the moment somebody asks for it, on the slot that nothing runs on, and
 * forgets it: only its version is kept.
 */
export class CredentialService {
  readonly #options: CredentialServiceOptions;

  private constructor(options: CredentialServiceOptions) {
    this.#options = options;
  }

  static create(options: CredentialServiceOptions): CredentialService {
    return new CredentialService(options);
  }

  /** What an issue is about, to be read while it is found out who asks, and shown to nobody. */
  async foresee(
    resourceId: string,
    principal: string,
  ): Promise<Grantee | undefined> {
    return readGrantee(this.#options.knex, resourceId, principal);
  }

  /**
   * Intent → engine → version → answer. Throws `NotAllowedError` for who does not own the
   * principal, `ConflictError` where there is no valid grant or both slots are busy, and
   * `ServiceUnavailableError` when the outcome on the engine is not known: then no password is
   * given and that version is void.
   *
   * @param grantee - as it was just foreseen, or read
   * @param directory - asked who owns the principal
   */
  async issue(
    grantee: Grantee,
    request: { principal: string; replace?: boolean },
    caller: Caller,
    directory: CatalogDirectory,
  ): Promise<IssuedCredentials> {
    const { logger, metrics } = this.#options;
    const { id: resourceId, instance } = grantee.resource;
    const result = await traced(
      'credentials.issue',
      { resourceId, instance },
      () =>
        metrics.counted(instance, () =>
          this.#issue(grantee, request, caller, directory),
        ),
    );
    logger
      .child({ resourceId, instance })
      .info(`Version ${result.version} of a credential was issued`);
    return result;
  }

  async #issue(
    grantee: Grantee,
    request: { principal: string; replace?: boolean },
    caller: Caller,
    directory: CatalogDirectory,
  ): Promise<IssuedCredentials> {
    const { principal } = request;
    const { resource } = grantee;
    const { instance, workload } = await this.#authorise(grantee, principal, {
      caller,
      directory,
    });
    const slots = loginSlots({
      principal,
      environment: resource.environment,
      installationId: this.#options.installationId,
    });
    try {
      return await this.#options.logins.run(
        {
          instance: instance.name,
          bases: [slots.base],
          holdForMs: 4 * instance.connection.callTimeoutMs,
        },
        async () => {
          const [still, logins] = await Promise.all([
            readGrantee(this.#options.knex, resource.id, principal),
            readOpen(this.#options.knex, instance.name, slots),
          ]);
          // From here on who takes the access waits for the logins, and ends what is issued.
          checkGrantee(still!, workload);
          return this.#issueLocked(
            { instance, resource, slots, ...logins },
            request,
            caller,
          );
        },
      );
    } catch (error) {
      if (isProviderError(error) && error.retryable) {
        throw new ServiceUnavailableError(
          `No credential was issued, and what may have been set is void: ${error.message}. Try again`,
        );
      }
      throw error;
    }
  }

  async #authorise(
    grantee: Grantee,
    principal: string,
    { caller, directory }: { caller: Caller; directory: CatalogDirectory },
  ): Promise<{ instance: ManagedInstance; workload: Workload }> {
    const { instances } = this.#options;
    const workload = (await directory.workloads([principal])).get(principal);
    if (!workload) {
      throw new RequestInputError(
        `principal is ${JSON.stringify(
          principal,
        )}, and the catalog has no such component with an owner`,
        { path: 'principal' },
      );
    }
    if (!caller.groups.has(workload.owner)) {
      throw new NotAllowedError(
        `Credentials of ${principal} are for direct members of ${workload.owner}, which owns it`,
      );
    }
    checkGrantee(grantee, workload);
    const { resource } = grantee;
    const instance = instances.get(resource.instance);
    if (!instance) {
      throw new ConflictError(
        `Instance ${resource.instance} is not configured any more`,
      );
    }
    return { instance, workload };
  }

  async #issueLocked(
    { instance, resource, slots, principalId, open }: HeldLogins,
    request: { principal: string; replace?: boolean },
    caller: Caller,
  ): Promise<IssuedCredentials> {
    const { knex } = this.#options;
    const by: CredentialAudit = {
      actor: caller.userRef,
      resourceId: resource.id,
      details: { instance: instance.name, principal: request.principal },
    };
    if (open.some(({ state }) => state === 'issuing')) {
      // What a killed process left half-issued was never shown to anybody.
      await endCredentials(
        knex,
        { principal_id: principalId },
        { from: 'issuing', to: 'void' },
        by,
      );
    }
    const busy = open.filter(({ state }) => state !== 'issuing');
    const { slot, older, previous } = chooseSlot(busy);
    if (older && !request.replace) {
      throw withDetails(
        new ConflictError(
          `Both logins of ${request.principal} are in use: version ${
            older.version
          } ends at ${older.ends_at?.toISOString()}, version ${
            previous!.version
          } is current. Wait until then, or ask with replace: true, which ends version ${
            older.version
          } at once`,
        ),
        // Names the field that would pass.
        { path: 'replace' },
      );
    }
    if (older) {
      await this.#end(instance, slots[older.slot], older, by);
    }
    const username = slots[slot];
    const issued = await openIssue(knex, { principalId, slot }, by);
    const password = generatePassword();
    const enabled = await this.#enable(
      instance,
      username,
      password,
      issued,
      by,
    );
    const endsAt = await recordIssue(
      knex,
      { issued, previous, graceMs: this.#options.graceMs },
      by,
    );
    return {
      principal: request.principal,
      username,
      password,
      version: issued.version,
      validUntil: enabled?.validUntil,
      previous:
        previous && endsAt
          ? { version: previous.version, endsAt: endsAt.toISOString() }
          : undefined,
      connection: instance.connection
        .provider(resource.type)
        .connection(resource.name, slots),
    };
  }

  async #enable(
    instance: ManagedInstance,
    username: string,
    password: string,
    issued: CredentialRow,
    by: CredentialAudit,
  ): Promise<EnabledLogin | void> {
    const { logins, callTimeoutMs } = instance.connection;
    try {
      return await logins.enable(
        { username, password },
        instance.context(AbortSignal.timeout(2 * callTimeoutMs), {
          operationId: issued.id,
        }),
      );
    } catch (error) {
      await endCredentials(
        this.#options.knex,
        { id: issued.id },
        { from: 'issuing', to: 'void' },
        by,
      );
      throw error;
    }
  }

  async #end(
    instance: ManagedInstance,
    username: string,
    credential: CredentialRow,
    by: CredentialAudit,
  ): Promise<void> {
    await instance.connection.logins.disable(
      { username },
      instance.context(
        AbortSignal.timeout(2 * instance.connection.callTimeoutMs),
        { operationId: credential.id },
      ),
    );
    await endCredentials(
      this.#options.knex,
      { id: credential.id },
      { from: credential.state, to: 'ended' },
      {
        ...by,
        details: { ...by.details, reason: 'replaced before its time' },
      },
    );
  }
}

/** A principal's logins while nobody else works on them. */
interface HeldLogins {
  instance: ManagedInstance;
  resource: ResourceRow;
  slots: LoginSlots;
  principalId: string;
  /** Its credentials that have not ended. */
  open: readonly CredentialRow[];
}
