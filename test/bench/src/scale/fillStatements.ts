/** How many rows of what kind a database gets. */
export interface Size {
  requests: number;
  resources: number;
  owners: number;
}

/** As many resources and owners to a request as there are at a million. */
export function sizeFor(requests: number): Size {
  return {
    requests,
    resources: Math.max(10, Math.round(requests / 10)),
    owners: Math.max(10, Math.round(requests / 200)),
  };
}

/**
 * The three years before now, in equal steps. A request asks about the resource of its number,
 * one after the other; the first of each made it. What is computed for each resource and request
 * is computed once, into tables of the session.
 */
export function fillStatements(size: Size): [what: string, sql: string][] {
  const { requests: n, resources: r, owners } = size;
  const at = (i: string, of: number) =>
    `date_trunc('milliseconds', now() - interval '1 minute' - (${of} - ${i}) * (interval '3 years' / ${of}))`;
  const hash = (i: string) => `lpad(to_hex(${i}), 64, '0')`;
  // Below a thousand, and independent of all other numbers.
  const pick = (i: string) => `(hashint4(${i}) & 1023) * 1000 / 1024`;
  return [
    [
      'numbered resources',
      `CREATE TEMP TABLE res AS SELECT i, at, uuidv7(at - now()) AS id,
          'group:default/team-' || CASE WHEN i % 10 = 0 THEN 1 ELSE 2 + (i * 7 + 1) % ${owners} END AS owner,
          CASE WHEN i % 997 = 0 THEN 'box-rare' WHEN i % 5 = 0 THEN 'crate-dev'
            WHEN i % 3 = 0 THEN 'box-prod' ELSE 'box-dev' END AS instance,
          CASE WHEN i % 997 <> 0 AND i % 5 <> 0 AND i % 3 = 0 THEN 'prod' ELSE 'dev' END AS environment,
          CASE WHEN i % 997 <> 0 AND i % 5 = 0 THEN 'crate' ELSE 'box' END AS type,
          (ARRAY['orders','payments','shipping','invoices','clicks','sessions','stock','returns'])[1 + (i % 8)]
            || '-' || left(md5(i::text), 6) || '-' || i AS name
        FROM (SELECT i, ${at(
          'i',
          r,
        )} AS at FROM generate_series(1, ${r}) i) numbered`,
    ],
    ['their index', 'CREATE UNIQUE INDEX ON res (i)'],
    [
      'numbered requests',
      // The newest are still open: what came in the last fortnight at most.
      `CREATE TEMP TABLE req AS SELECT i, at, uuidv7(at - now()) AS id, 1 + (i - 1) % ${r} AS q,
          i > ${n - Math.max(20, Math.round(n / 200))} AS pending,
          CASE WHEN i % 50 = 0 THEN 'user:default/big-member'
            WHEN (i * 7 + 1) % ${owners} = 0 AND i % 3 = 0 THEN 'user:default/small-member'
            ELSE 'user:default/person-' || (i::bigint * 104729) % ${
              owners * 5
            } END AS person
        FROM (SELECT i, ${at(
          'i',
          n,
        )} AS at FROM generate_series(1, ${n}) i) numbered`,
    ],
    ['statistics', 'ANALYZE res, req'],
    [
      'resources',
      `INSERT INTO resources (id, type, engine, instance, environment, name, owner, system, description, tags, spec,
          usage, observed, identity, generation, observed_generation, phase, conditions, entity_ref, created_at, updated_at)
        SELECT id, type, 'boxes', instance, environment, name, owner,
          CASE WHEN i % 4 = 0 THEN 'system:default/system-' || i % ${
            owners * 2
          } END,
          CASE WHEN i % 2 = 0 THEN 'Holds what ' || md5(i::text) || ' needs for number ' || i END,
          '["team"]', '{"size": 3}', '{"volume": 3}', '{"size": 3}',
          jsonb_build_object('seeded', true, 'id', i::text), 1, 1,
          CASE WHEN i % 20 = 1 THEN 'deleted' WHEN i % 500 = 2 THEN 'quarantined' WHEN i % 200 = 3 THEN 'degraded' ELSE 'ready' END,
          '[{"type": "Ready", "status": "true", "reason": "Ready", "message": "", "since": "2026-11-01T00:00:00.000Z"}]',
          'resource:default/' || i, at, at
        FROM res ORDER BY i`,
    ],
    [
      'requests',
      `INSERT INTO requests (id, action, state, revision, input, type, engine, instance, environment, name, owner, resource_id,
          requested_by, reason, input_hash, plan_revision, plan_hash, created_at, updated_at, expires_at)
        SELECT req.id,
          CASE WHEN ${pick('req.i')} < 100 THEN 'create' WHEN ${pick(
        'req.i',
      )} = 100 THEN 'adopt'
            WHEN ${pick('req.i')} < 150 THEN 'delete' WHEN ${pick(
        'req.i',
      )} < 200 THEN 'restore'
            WHEN ${pick('req.i')} < 300 THEN 'revoke' WHEN ${pick(
        'req.i',
      )} < 600 THEN 'grant' ELSE 'update' END,
          CASE WHEN pending THEN 'pending' WHEN ${pick(
            '-req.i',
          )} < 20 THEN 'failed' WHEN ${pick('-req.i')} < 70 THEN 'rejected'
            WHEN ${pick('-req.i')} < 90 THEN 'withdrawn' WHEN ${pick(
        '-req.i',
      )} < 115 THEN 'expired' ELSE 'completed' END,
          3, '{"action": "update", "spec": {"size": 3}}', type, 'boxes', instance, environment, name, owner, res.id, person,
          'Because of ' || req.i, ${hash('req.i')}, 1, ${hash(
        'req.i',
      )}, req.at, req.at,
          now() + interval '10 days'
        FROM req JOIN res ON res.i = q ORDER BY req.i`,
    ],
    [
      'request_plans',
      `INSERT INTO request_plans (request_id, revision, hash, plan, steps, created_at)
        SELECT id, 1, ${hash('i')}, CASE WHEN i % 20 = 6 THEN ${plan(
        'security',
      )} ELSE ${plan('platform')} END,
          '[{"id": "change", "title": "change", "kind": "change", "args": {"spec": {"size": 4}}, "call": "change box"}]', at
        FROM req`,
    ],
    [
      'request_approvers',
      `INSERT INTO request_approvers (request_id, plan_revision, group_ref, count, created_at, open, current_plan,
          state, action, type, instance, environment)
        SELECT requests.id, 1, CASE WHEN req.i % 20 = 6 THEN 'group:default/security' WHEN req.i % 30 = 7 THEN owner
            ELSE 'group:default/platform' END, 1, req.at, pending, true,
          state, action, requests.type, requests.instance, requests.environment
        FROM req JOIN requests USING (id) WHERE req.i % 2 = 0 OR req.i % 30 = 7 OR pending`,
    ],
    [
      'decisions',
      `INSERT INTO decisions (id, request_id, effect, decided_by, group_ref, plan_revision, plan_hash, decided_at)
        SELECT uuidv7(), id, CASE WHEN ${pick(
          '-i',
        )} BETWEEN 20 AND 69 THEN 'reject' ELSE 'approve' END,
          CASE WHEN i % 2 = 0 THEN 'user:default/platform-lead' ELSE 'policy:small-boxes' END, 'group:default/platform', 1,
          ${hash('i')}, at
        FROM req WHERE NOT pending AND i % 20 <> 17`,
    ],
    [
      'operations',
      `INSERT INTO operations (id, request_id, resource_id, ordinal, step_id, kind, args, state, attempt, started_at, ended_at)
        SELECT uuidv7(), req.id, res.id, 0, 'change', 'change', '{"spec": {"size": 4}}', 'done', 1, req.at, req.at
        FROM req JOIN res ON res.i = q
        WHERE NOT pending AND req.i % 10 <> 3`,
    ],
    [
      'grants',
      `INSERT INTO grants (id, resource_id, instance, principal, principal_uid, principal_owner, login_base, role, state,
          request_id, since, created_at)
        SELECT uuidv7(), res.id, instance, 'component:default/component-' || (res.i * 31 + k) % ${
          owners * 4
        },
          'uid', owner, 'base_' || (res.i * 31 + k) % ${
            owners * 4
          }, CASE WHEN k = 0 THEN 'reader' ELSE 'writer' END,
          CASE WHEN res.i % 20 = 1 THEN 'revoked' ELSE 'active' END, req.id, res.at, res.at
        FROM res JOIN req ON req.i = res.i CROSS JOIN generate_series(0, 1) k`,
    ],
    [
      'reservations',
      `INSERT INTO reservations (id, instance, normalised_name, name, request_id, resource_id, created_at, released_at)
        SELECT uuidv7(), instance, name, name, req.id, res.id, res.at, CASE WHEN res.i % 20 = 1 THEN now() END
        FROM res JOIN req ON req.i = res.i`,
    ],
    [
      'audit',
      `INSERT INTO audit (id, position, hash, event, actor, request_id, resource_id, details, at)
        SELECT uuidv7(), a, ${hash('a')},
          CASE WHEN a % 5000 = 4 THEN 'drift.found' WHEN k = 3 THEN 'request.completed' WHEN k = 1 THEN 'request.created'
            ELSE 'decision.approve' END,
          CASE WHEN k = 1 THEN person WHEN k = 2 AND i % 2 = 0 THEN 'user:default/platform-lead' ELSE 'policy:small-boxes' END,
          id, resource_id, '{"action": "update", "planHash": "0123456789abcdef"}',
          at + k * interval '1 millisecond'
        FROM (
          SELECT req.i, req.id, req.at, person, k, 3 * (req.i - 1)::bigint + k AS a,
            CASE WHEN req.i > ${r} OR k = 3 THEN res.id END AS resource_id
          FROM req JOIN res ON res.i = q CROSS JOIN generate_series(1, 3) k
        ) written ORDER BY a`,
    ],
    [
      'outbox',
      `INSERT INTO outbox (id, position, kind, subject_id, created_at, latest)
        SELECT uuidv7(), position, kind, subject_id, at,
          position = max(position) OVER (PARTITION BY kind, subject_id)
        FROM (
          SELECT 2 * (req.i - 1)::bigint + k AS position, req.at,
            CASE WHEN k = 2 AND req.i % 3 = 0 THEN 'resource' ELSE 'request' END AS kind,
            CASE WHEN k = 2 AND req.i % 3 = 0 THEN res.id ELSE req.id END AS subject_id
          FROM req JOIN res ON res.i = q CROSS JOIN generate_series(1, 2) k
        ) written ORDER BY position`,
    ],
    [
      'resource_counts',
      `INSERT INTO resource_counts (instance, type, count)
        SELECT instance, type, count(*) FROM resources WHERE phase <> 'deleted' GROUP BY 1, 2`,
    ],
  ];
}

/** A stored plan that a group must approve. */
function plan(group: string): string {
  return `'${JSON.stringify({
    risk: 'low',
    observedAt: '2026-11-01T00:00:00.000Z',
    changes: [{ path: 'size', from: 3, to: 4, kind: 'in-place' }],
    findings: [],
    approval: {
      mode: 'manual',
      required: [{ group: `group:default/${group}`, count: 1, given: 0 }],
    },
  })}'::jsonb`;
}
