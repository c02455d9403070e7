import type {
  BackstageCredentials,
  BackstageUserPrincipal,
  PermissionsService,
  PermissionsServiceRequestOptions,
} from '@backstage/backend-plugin-api';
import {
  AuthorizeResult,
  type Permission,
  type PolicyDecision,
} from '@backstage/plugin-permission-common';

/** What a policy says to one user. */
export type TestRule = (userRef: string) => PolicyDecision;

export const ALLOW: PolicyDecision = { result: AuthorizeResult.ALLOW };
export const DENY: PolicyDecision = { result: AuthorizeResult.DENY };

/** Stands for the permission service of a portal; what it has no rule for is allowed. */
export class TestPolicy implements PermissionsService {
  /** Rules by the name of their permission. */
  readonly rules = new Map<string, TestRule>();
  /** Names asked about, call by call. */
  readonly calls: string[][] = [];
  down = false;

  deny(permission: Permission): void {
    this.rules.set(permission.name, () => DENY);
  }

  decide(permission: Permission, rule: TestRule): void {
    this.rules.set(permission.name, rule);
  }

  /** Does what leads up to a call, with everything allowed. */
  async lifted<T>(run: () => Promise<T>): Promise<T> {
    const rules = [...this.rules];
    this.rules.clear();
    try {
      return await run();
    } finally {
      rules.forEach(([name, rule]) => this.rules.set(name, rule));
    }
  }

  reset(): void {
    this.rules.clear();
    this.calls.length = 0;
    this.down = false;
  }

  async authorize(
    queries: { permission: Permission }[],
    options: PermissionsServiceRequestOptions,
  ) {
    return this.#answer(queries, options).map(decision => {
      if (decision.result === AuthorizeResult.CONDITIONAL) {
        throw new Error('A permission without rows has no conditions');
      }
      return decision;
    });
  }

  async authorizeConditional(
    queries: { permission: Permission }[],
    options: PermissionsServiceRequestOptions,
  ) {
    return this.#answer(queries, options);
  }

  #answer(
    queries: { permission: Permission }[],
    options: PermissionsServiceRequestOptions,
  ): PolicyDecision[] {
    if (this.down) {
      throw new Error('connect ECONNREFUSED 10.0.0.7:7007');
    }
    this.calls.push(queries.map(({ permission }) => permission.name));
    const { credentials } = options as {
      credentials: BackstageCredentials<BackstageUserPrincipal>;
    };
    const { userEntityRef } = credentials.principal;
    return queries.map(
      ({ permission }) =>
        this.rules.get(permission.name)?.(userEntityRef) ?? ALLOW,
    );
  }
}
