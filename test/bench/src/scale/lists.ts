import { BIG_TEAM, SMALL_TEAM, type Reader } from './people';

/** A list of the API with its filters, as one reader asks for it. */
export interface ListCall {
  name: string;
  path: string;
  /** Without: a service. */
  reader?: Reader;
}

/** What calls are about in a database of some size. */
export interface Subjects {
  /** Milliseconds since 1970, in the middle of all there is. */
  middle: number;
  /** Rows of the audit trail. */
  auditRows: number;
  /** Milliseconds between one row of the audit trail and the next. */
  auditStep: number;
  outboxRows: number;
  resourceId: string;
  requestId: string;
  /** Part of the name of one resource only. */
  rareName: string;
}

const ALL: Reader[] = [
  'platform-lead',
  'big-member',
  'small-member',
  'security-officer',
];
const OWNERS: Reader[] = ['platform-lead', 'big-member', 'small-member'];
const TWO: Reader[] = ['platform-lead', 'small-member'];
const ONE: Reader[] = ['platform-lead'];

const LAST_UUID = 'ffffffff-ffff-7fff-bfff-ffffffffffff';

/** Every list and filter there is, a first and a deep page of each kind. */
export function listCalls(of: Subjects): ListCall[] {
  const cursor = base64(`${of.middle}|${LAST_UUID}`);
  const auditCursor = base64(String(Math.round(of.auditRows / 2)));
  const time = (ms: number) => encodeURIComponent(new Date(ms).toISOString());
  const ref = (kind: string, name: string) =>
    encodeURIComponent(`${kind}:default/${name}`);
  const window = `from=${time(of.middle)}&to=${time(
    of.middle + 100 * of.auditStep,
  )}`;
  return [
    ...calls('/requests', ALL, [
      '',
      `cursor=${cursor}`,
      'state=pending',
      'state=failed',
      'requestedBy=me',
      `requestedBy=me&cursor=${cursor}`,
      'approvableBy=me&state=pending',
    ]),
    ...calls('/requests', OWNERS, [
      'action=update',
      'action=adopt',
      'type=crate',
      'instance=box-prod',
      'instance=box-rare',
      'environment=prod',
      `environment=prod&cursor=${cursor}`,
      'requestedBy=me&state=failed',
      'state=failed&instance=box-prod',
      'state=completed&action=delete&environment=prod',
      'state=rejected&action=create',
    ]),
    ...calls('/requests', ONE, [
      `owner=${ref('group', BIG_TEAM)}`,
      `owner=${ref('group', SMALL_TEAM)}`,
      `owner=${ref('group', 'nobody')}`,
      'instance=none-such',
      'type=box&instance=crate-dev',
      'environment=prod&instance=box-dev',
      'state=pending&type=crate&environment=dev',
      'approvableBy=me&state=pending&environment=prod',
      'approvableBy=me&type=crate',
      `resourceId=${of.resourceId}`,
    ]),
    ...calls('/resources', ALL, ['', `cursor=${cursor}`]),
    ...calls('/resources', TWO, [
      'type=crate',
      'instance=box-rare',
      'environment=prod',
      `environment=prod&cursor=${cursor}`,
      `owner=${ref('group', SMALL_TEAM)}`,
      `system=${ref('system', 'system-4')}`,
      'phase=quarantined',
      'phase=deleted',
      'q=orders',
      `q=${of.rareName}`,
      'q=not-to-be-found',
      'q=orders&environment=prod',
    ]),
    ...calls('/resources', ONE, [
      'type=crate&phase=degraded',
      'type=box&instance=crate-dev',
      'environment=prod&instance=box-dev',
      'system=system%3Adefault%2Fnone-such',
    ]),
    ...calls(`/resources/${of.resourceId}/grants`, ONE, ['']),
    ...calls(`/resources/${of.resourceId}/history`, ONE, [
      '',
      `cursor=${cursor}`,
    ]),
    ...calls('/instances', ONE, ['']),
    ...calls('/audit', ONE, [
      '',
      `cursor=${auditCursor}`,
      'order=asc',
      'event=request.created',
      `event=request.&cursor=${auditCursor}`,
      'event=drift.',
      'event=none.',
      `actor=${ref('user', 'platform-lead')}`,
      `actor=${ref('user', 'nobody')}`,
      `requestId=${of.requestId}`,
      `resourceId=${of.resourceId}`,
      window,
      `from=${time(of.middle)}`,
      `to=${time(of.middle)}`,
      `from=${time(of.middle)}&order=asc`,
      `event=drift.found&to=${time(of.middle)}`,
      `event=request.&actor=${ref('user', 'nobody')}`,
      `event=drift.&actor=${ref('user', 'platform-lead')}`,
      `event=request.&requestId=${of.requestId}`,
      `event=request.&resourceId=${of.resourceId}`,
    ]),
    ...['after=0', `after=${Math.round(of.outboxRows / 2)}`].map(query => ({
      name: named('/feed', query),
      path: `/feed?${query}`,
    })),
  ];
}

function calls(
  path: string,
  readers: readonly Reader[],
  queries: readonly string[],
): ListCall[] {
  return queries.flatMap(query =>
    readers.map(reader => ({
      name: `${named(path, query)} (${reader})`,
      path: query ? `${path}?${query}` : path,
      reader,
    })),
  );
}

/** The same for every size of the database. */
function named(path: string, query: string): string {
  const shown = decodeURIComponent(query)
    .replace(/cursor=[^&]+/, 'a deep page')
    .replace(/(from|to)=[^&]+/g, '$1')
    .replace(/(requestId|resourceId|after)=[1-9a-f][^&]*/g, '$1');
  return `${path.replace(/[0-9a-f-]{36}/, '{id}')} ${shown}`.trim();
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64url');
}
