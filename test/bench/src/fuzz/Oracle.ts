import type { Client } from 'pg';
import type { Role } from './roles';

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

interface Row {
  id: string;
  kind: 'request' | 'resource' | 'grant' | 'discovery';
  name: string;
  /** None of what is found and nobody's name points to: that is for the platform group. */
  owner: string | null;
  requested_by: string | null;
  approvers: string[] | null;
}

/** An exchange with the API, as far as the oracle judges it. */
export interface Exchange {
  role: Role;
  method: string;
  /** Below `/v1`, with its query. */
  path: string;
  /** What was sent. */
  body: string;
  status: number;
  answer: string;
}

/** What Express itself answers to OPTIONS. */
const METHODS = /^[A-Z]+(,[A-Z]+)*$/;

/** Calls that somebody must make in person. */
const IN_PERSON =
  /^\/(requests\/[^/]+\/(approve|reject)|request-batches\/[^/]+\/approve|resources\/[^/]+\/credentials)$/;

/**
 * Knows who may see what: by rules of its own, from the rows themselves, and not by asking the
 * code that is judged.
 */
export class Oracle {
  readonly #client: Client;
  /** Names of resources that occur nowhere by accident, with the owner. */
  readonly #names = new Map<string, string>();

  constructor(client: Client) {
    this.#client = client;
  }

  /** From now on the name is a secret of those who may see what has it. */
  keep(name: string, owner: string): void {
    this.#names.set(name, owner);
  }

  /** What is wrong with an exchange. */
  async judge(exchange: Exchange): Promise<string[]> {
    const { role, method, status, answer } = exchange;
    const path = exchange.path.split('?')[0];
    const good = status < 400;
    const problems: string[] = [];
    if (status >= 500) {
      problems.push(`answers ${status}`);
    }
    if (method === 'OPTIONS' && METHODS.test(answer)) {
      // Which methods a path has stands in the document for everybody to read.
      return problems;
    }
    if (/"(stack|cause)":/.test(answer) && !good) {
      problems.push('tells how it is built');
    }
    if (role.name === 'nobody' && status !== 401) {
      problems.push(`answers ${status} to nobody`);
    }
    if (role.name === 'service' && good && path !== '/feed') {
      problems.push('answers a service');
    }
    if (role.name !== 'service' && good && path === '/feed') {
      problems.push('answers the feed to somebody who is no service');
    }
    if (good && path.startsWith('/audit') && !seesAll(role)) {
      problems.push('shows the audit trail');
    }
    if (role.delegated && good && method === 'POST' && IN_PERSON.test(path)) {
      problems.push('lets an agent do what needs the person');
    }
    if (role.name !== 'service') {
      problems.push(...(await this.#seen(exchange, good)));
    }
    return problems;
  }

  async #seen(exchange: Exchange, good: boolean): Promise<string[]> {
    const { role, path, body, answer } = exchange;
    const sent = `${decoded(path)} ${body}`;
    const ids = new Set(answer.match(UUID) ?? []);
    if (good && path.startsWith('/request-batches')) {
      // Item by item: those that were refused may say again what was sent.
      const { items } = JSON.parse(answer) as { items: { error?: object }[] };
      const kept = JSON.stringify(items.filter(item => !item.error));
      (sent.match(UUID) ?? [])
        .filter(id => !kept.includes(id))
        .forEach(id => ids.delete(id));
    } else if (good) {
      // Whoever is told of it in a good answer has seen it, asked for by its id or not.
      (sent.match(UUID) ?? []).forEach(id => ids.add(id));
    } else {
      // An error may say again what was sent.
      (sent.match(UUID) ?? []).forEach(id => ids.delete(id));
    }
    const problems: string[] = [];
    /** Of what they may see, as approvers for example, they may know the names. */
    const known = new Set<string>();
    for (const row of await this.#rows([...ids])) {
      // A filter for what somebody may not see is answered with nothing.
      const asked = !answer.includes(row.id);
      if (maySee(role, row)) {
        known.add(row.name);
      } else if (!(asked && isEmptyPage(answer))) {
        problems.push(`tells of ${row.kind} ${row.id} of ${row.owner}`);
      }
    }
    for (const [name, owner] of this.#names) {
      if (
        answer.includes(name) &&
        !sent.includes(name) &&
        !known.has(name) &&
        !owns(role, owner)
      ) {
        problems.push(`tells the name ${name} of ${owner}`);
      }
    }
    return problems;
  }

  async #rows(ids: string[]): Promise<Row[]> {
    if (ids.length === 0) {
      return [];
    }
    const { rows } = await this.#client.query<Row>(
      `SELECT r.id, 'request' AS kind, r.name, r.owner, r.requested_by,
         (SELECT array_agg(p.value ->> 'group') FROM request_plans l,
            jsonb_array_elements(l.plan -> 'approval' -> 'required') p
          WHERE l.request_id = r.id) AS approvers
       FROM requests r WHERE r.id = ANY($1)
       UNION ALL
       SELECT id, 'resource', name, owner, NULL, NULL FROM resources WHERE id = ANY($1)
       UNION ALL
       SELECT g.id, 'grant', s.name, s.owner, NULL, NULL FROM grants g
       JOIN resources s ON s.id = g.resource_id WHERE g.id = ANY($1)
       UNION ALL
       SELECT id, 'discovery', name, owner, NULL, NULL FROM discoveries WHERE id = ANY($1)`,
      [ids],
    );
    return rows;
  }
}

function seesAll({ groups }: Role): boolean {
  return groups.includes('platform');
}

function owns(role: Role, owner: string): boolean {
  return seesAll(role) || isOf(role, owner);
}

function isOf({ groups }: Role, ref: string): boolean {
  return groups.some(group => ref === `group:default/${group}`);
}

function maySee(role: Role, row: Row): boolean {
  return (
    (row.owner === null ? seesAll(role) : owns(role, row.owner)) ||
    row.requested_by === `user:default/${role.user}` ||
    (row.approvers ?? []).some(group => isOf(role, group))
  );
}

function isEmptyPage(answer: string): boolean {
  return /^\{"items":\[\]/.test(answer);
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
