import { ConflictError, NotAllowedError } from '@backstage/errors';
import {
  loginSlots,
  type ResourceType,
} from '@data-resources/plugin-data-resources-node';
import type { CatalogDirectory } from '../catalog/CatalogDirectory';
import type { ResourceRow } from '../database/rows';
import type { InstanceRegistry } from '../instances/InstanceRegistry';
import type { ManagedInstance } from '../instances/ManagedInstance';
import { parseSpec, RequestInputError, type RequestInput } from './input';
import type { LedgerReader } from './LedgerReader';
import { noSuchResource } from './noSuchSubject';
import type { NewGrant, Subject } from './Subject';
import { checkPhase, checkRole } from './subjectChecks';
import { isSystem } from './systemRequesters';

type CreateInput = Extract<RequestInput, { action: 'create' }>;
type ExistingInput = Exclude<RequestInput, { action: 'create' }>;

export interface SubjectResolverOptions {
  ledger: LedgerReader;
  instances: InstanceRegistry;
  directory: CatalogDirectory;
  installationId: string;
  platformGroup: string;
}

/**
 * Looks up everything that an input refers to, and whether the requester may ask for it. The
 * same for a new request and for one that is about to be executed: groups and owners are read
 * from the catalog each time.
 */
export class SubjectResolver {
  readonly #options: SubjectResolverOptions;

  private constructor(options: SubjectResolverOptions) {
    this.#options = options;
  }

  static create(options: SubjectResolverOptions): SubjectResolver {
    return new SubjectResolver(options);
  }

  /**
   * Throws `RequestInputError` for a reference that leads nowhere, `NotAllowedError` for a
   * requester who may not ask, `ConflictError` where the resource's state forbids it.
   *
   * @param createdId - the resource that a `create` made when it was approved
   */
  async resolve(
    input: RequestInput,
    requestedBy: string,
    createdId?: string | null,
  ): Promise<Subject> {
    const requesterGroups = isSystem(requestedBy)
      ? new Set([this.#options.platformGroup])
      : await this.#options.directory.groupsOf(requestedBy);
    return input.action === 'create'
      ? this.#create(input, requestedBy, requesterGroups, createdId)
      : this.#existing(input, requestedBy, requesterGroups);
  }

  async #create(
    input: CreateInput,
    requestedBy: string,
    requesterGroups: ReadonlySet<string>,
    createdId?: string | null,
  ): Promise<Subject> {
    const { directory, platformGroup } = this.#options;
    const { instance, type } = this.#place(input);
    if (!(await directory.membersOf(input.owner))) {
      throw new RequestInputError(
        `owner is ${input.owner}, and the catalog has no such group`,
        { path: 'owner' },
      );
    }
    if (input.system && !(await directory.exists(input.system))) {
      throw new RequestInputError(
        `system is ${input.system}, and the catalog has no such system`,
        { path: 'system' },
      );
    }
    if (
      !requesterGroups.has(input.owner) &&
      !requesterGroups.has(platformGroup)
    ) {
      throw new NotAllowedError(
        `You may ask for resources of your own groups only; you are no direct member of ${input.owner}`,
      );
    }
    const add: NewGrant[] = [];
    const workloads = await directory.workloads(
      (input.grants ?? []).map(({ principal }) => principal),
    );
    for (const [index, grant] of (input.grants ?? []).entries()) {
      const path = `grants[${index}]`;
      checkRole(type, grant.role, `${path}.role`);
      const workload = workloads.get(grant.principal);
      if (!workload) {
        throw new RequestInputError(
          `${path}.principal is ${grant.principal}, and the catalog has no such component with an owner`,
          { path: `${path}.principal` },
        );
      }
      if (!requesterGroups.has(workload.owner)) {
        throw new RequestInputError(
          `${path}.principal is ${grant.principal}, which belongs to ${workload.owner}; a create may name components of your own groups only. Ask for the grant once the resource is there`,
          { path: `${path}.principal` },
        );
      }
      add.push({
        principal: grant.principal,
        role: grant.role,
        login: this.#login(grant.principal, instance),
        uid: workload.uid,
        owner: workload.owner,
      });
    }
    return {
      input,
      requestedBy,
      requesterGroups,
      instance,
      type,
      name: input.name,
      owner: input.owner,
      system: input.system,
      resource: createdId
        ? await this.#options.ledger.resource(createdId)
        : undefined,
      desired: input.spec,
      planAction: 'create',
      grants: { add, remove: [], keep: [] },
      sides: { resourceOwner: input.owner },
    };
  }

  async #existing(
    input: ExistingInput,
    requestedBy: string,
    requesterGroups: ReadonlySet<string>,
  ): Promise<Subject> {
    const grant =
      input.action === 'revoke'
        ? await this.#options.ledger.grant(input.grantId)
        : undefined;
    const resourceId =
      input.action === 'revoke' ? grant!.resource_id : input.resourceId;
    const resource = await this.#options.ledger.resource(resourceId);
    if (!resource || resource.phase === 'deleted') {
      throw noSuchResource(resourceId);
    }
    const instance = this.#options.instances.get(resource.instance);
    const type = instance?.types.find(
      ({ type: name }) => name === resource.type,
    );
    if (!instance || !type) {
      throw new ConflictError(
        `${resource.name} is on instance ${resource.instance}, which is not configured any more`,
      );
    }
    const ledger = (await this.#options.ledger.liveGrants(resource.id)).map(
      live => ({ ...live, login: this.#login(live.principal, instance) }),
    );
    const base = {
      requestedBy,
      requesterGroups,
      instance,
      type,
      name: resource.name,
      owner: resource.owner,
      system: resource.system ?? undefined,
      resource,
    };
    switch (input.action) {
      case 'delete':
        this.#mustBelong(requesterGroups, resource);
        checkPhase(resource, [
          'ready',
          'degraded',
          'quarantined',
          'failed',
          'deleting',
        ]);
        return this.#quarantinesFirst(resource)
          ? {
              ...base,
              input,
              planAction: 'quarantine',
              suspended: ledger,
              grants: { add: [], remove: [], keep: ledger },
              sides: { resourceOwner: resource.owner },
            }
          : {
              ...base,
              input,
              planAction: 'delete',
              grants: { add: [], remove: ledger, keep: [] },
              sides: { resourceOwner: resource.owner },
            };
      case 'restore':
        this.#mustBelong(requesterGroups, resource);
        checkPhase(resource, ['quarantined']);
        return {
          ...base,
          input,
          planAction: 'restore',
          desired: resource.spec,
          suspended: ledger,
          grants: { add: [], remove: [], keep: ledger },
          sides: { resourceOwner: resource.owner },
        };
      case 'update': {
        this.#mustBelong(requesterGroups, resource);
        checkPhase(resource, ['ready', 'degraded']);
        const spec = parseSpec(type, input.spec);
        return {
          ...base,
          input: { ...input, spec },
          planAction: 'update',
          desired: spec,
          grants: { add: [], remove: [], keep: ledger },
          sides: { resourceOwner: resource.owner },
        };
      }
      case 'grant': {
        checkPhase(resource, ['ready', 'degraded']);
        checkRole(type, input.role, 'role');
        const added = await this.#newGrant(input, instance);
        const same = ledger.find(
          other =>
            other.principal === added.principal && other.role === added.role,
        );
        // Another uid or owner than the approved one gets no credentials: asking anew is how
        // the new owner is approved.
        if (
          same?.state === 'active' &&
          same.uid === added.uid &&
          same.owner === added.owner
        ) {
          throw new ConflictError(
            `${added.principal} is ${added.role} of ${resource.name} already`,
          );
        }
        if (
          !requesterGroups.has(added.owner) &&
          !requesterGroups.has(resource.owner)
        ) {
          throw new NotAllowedError(
            `A grant is asked for by the group that owns the principal (${added.owner}) or the resource (${resource.owner}); you are a direct member of neither`,
          );
        }
        return {
          ...base,
          input,
          desired: resource.spec,
          planAction: 'grant',
          grants: {
            add: [added],
            remove: [],
            keep: ledger.filter(other => other !== same),
          },
          sides: {
            resourceOwner: resource.owner,
            principalOwner: added.owner,
          },
        };
      }
      case 'revoke': {
        checkPhase(resource, ['ready', 'degraded']);
        const removed = ledger.find(({ id }) => id === grant!.id);
        if (!removed) {
          throw new ConflictError('That grant has ended already');
        }
        const allowed = [
          resource.owner,
          removed.owner,
          this.#options.platformGroup,
        ];
        if (!allowed.some(group => requesterGroups.has(group))) {
          throw new NotAllowedError(
            `A grant is revoked by a member of one of ${allowed.join(', ')}`,
          );
        }
        return {
          ...base,
          input,
          desired: resource.spec,
          planAction: 'revoke',
          grants: {
            add: [],
            remove: [removed],
            keep: ledger.filter(({ id }) => id !== removed.id),
          },
          sides: {
            resourceOwner: resource.owner,
            principalOwner: removed.owner,
          },
        };
      }
      default:
        throw new RequestInputError(
          `action is ${
            (input as { action: string }).action
          }, which is not available`,
          { path: 'action' },
        );
    }
  }

  #place(input: CreateInput): {
    instance: ManagedInstance;
    type: ResourceType;
  } {
    const instance = this.#options.instances.get(input.instance);
    if (!instance) {
      const known = this.#options.instances.all().map(({ name }) => name);
      throw new RequestInputError(
        `instance is ${JSON.stringify(
          input.instance,
        )}, which is not configured; there are ${known.join(', ') || 'none'}`,
        { path: 'instance' },
      );
    }
    const type = instance.types.find(({ type: name }) => name === input.type);
    if (!type) {
      throw new RequestInputError(
        `instance ${instance.name} is ${
          instance.engine
        } and offers ${instance.types
          .map(({ type: name }) => name)
          .join(', ')}, not ${input.type}`,
        { path: 'instance' },
      );
    }
    return { instance, type };
  }

  async #newGrant(
    input: Extract<RequestInput, { action: 'grant' }>,
    instance: ManagedInstance,
  ): Promise<NewGrant> {
    const workload = (
      await this.#options.directory.workloads([input.principal])
    ).get(input.principal);
    if (!workload) {
      throw new RequestInputError(
        `principal is ${input.principal}, and the catalog has no such component with an owner`,
        { path: 'principal' },
      );
    }
    return {
      principal: input.principal,
      role: input.role,
      login: this.#login(input.principal, instance),
      uid: workload.uid,
      owner: workload.owner,
    };
  }

  /**
   * What was never ready has nothing that anybody could miss; what is in quarantine already, or was
   * on its way out of it, goes for good.
   */
  #quarantinesFirst(resource: ResourceRow): boolean {
    return resource.phase === 'ready' || resource.phase === 'degraded';
  }

  #mustBelong(groups: ReadonlySet<string>, resource: ResourceRow): void {
    const { platformGroup } = this.#options;
    if (!groups.has(resource.owner) && !groups.has(platformGroup)) {
      throw new NotAllowedError(
        `${resource.name} belongs to ${resource.owner}; only its direct members and ${platformGroup} may ask for this`,
      );
    }
  }

  #login(principal: string, instance: ManagedInstance) {
    return loginSlots({
      principal,
      environment: instance.environment,
      installationId: this.#options.installationId,
    });
  }
}
