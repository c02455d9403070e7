import { randomUUID } from 'node:crypto';
import { createBody } from '../actions/Action';
import type { Kind } from '../kinds';
import { APPROVER, DEVELOPER, type Lab } from '../Lab';
import { Part, type PartResult } from '../Report';
import type { Answer } from '../portal/Caller';

const CROWD = 50;
const SECOND_APPROVER = 'platform-lead';

/** Part (f): fifty equal requests at once, and fifty approvals of one. */
export async function crowd(lab: Lab, times = 3): Promise<PartResult> {
  const part = Part.begin('f: fifty at once');
  await lab.portal.scale(1);
  for (let time = 0; time < times; time += 1) {
    for (const kind of lab.kinds) {
      await equalRequests(lab, part, kind);
      await requestsForOneName(lab, part, kind);
      await approvals(lab, part, kind);
    }
  }
  return part.end();
}

/** The same request under one key: it is one request. */
async function equalRequests(lab: Lab, part: Part, kind: Kind): Promise<void> {
  const headers = { 'Idempotency-Key': randomUUID() };
  const body = createBody(lab.item(kind));
  const answers = await together(() =>
    lab.portal.backend.caller.post(DEVELOPER, '/requests', body, headers),
  );
  const ids = new Set(
    answers.filter(({ status }) => status < 300).map(each => each.body.id),
  );
  settle(part, `${kind.name}: equal requests`, answers, {
    wins: 201,
    others: [200, 409],
    doubled: ids.size > 1,
  });
}

/** The same name without a key: one gets it, all others are told. */
async function requestsForOneName(
  lab: Lab,
  part: Part,
  kind: Kind,
): Promise<void> {
  const body = createBody(lab.item(kind));
  const answers = await together(() =>
    lab.portal.backend.caller.post(DEVELOPER, '/requests', body),
  );
  settle(part, `${kind.name}: requests for one name`, answers, {
    wins: 201,
    others: [409],
    doubled: false,
  });
}

/** Two people press the button twenty-five times each: one decision, one execution. */
async function approvals(lab: Lab, part: Part, kind: Kind): Promise<void> {
  const item = lab.item(kind);
  const { body: asked } = await lab.portal.post(
    DEVELOPER,
    '/requests',
    createBody(item),
  );
  const answers = await together(index =>
    lab.portal.backend.caller.post(
      index % 2 === 0 ? APPROVER : SECOND_APPROVER,
      `/requests/${asked.id}/approve`,
      { planHash: asked.plan.hash },
    ),
  );
  const ended = await lab.ended(item, asked.id);
  const { body } = await lab.portal.get(DEVELOPER, `/requests/${asked.id}`);
  if (ended.state !== 'completed') {
    part.count('lost', `${item.name} is ${ended.state}: ${ended.reason}`);
    return;
  }
  settle(part, `${kind.name}: approvals`, answers, {
    wins: 200,
    others: [409],
    doubled: body.decisions.length !== 1,
  });
}

function settle(
  part: Part,
  what: string,
  answers: readonly Answer[],
  expected: { wins: number; others: number[]; doubled: boolean },
): void {
  const counts = new Map<number, number>();
  answers.forEach(({ status }) =>
    counts.set(status, (counts.get(status) ?? 0) + 1),
  );
  const told = [...counts].map(([status, count]) => `${count} × ${status}`);
  const allowed = [expected.wins, ...expected.others];
  const winners = counts.get(expected.wins) ?? 0;
  if (expected.doubled || winners > 1) {
    part.count('doubled', `${what}: ${told}`);
  } else if (
    winners === 0 ||
    [...counts.keys()].some(s => !allowed.includes(s))
  ) {
    part.count('lost', `${what}: ${told}`);
  } else {
    part.count('recovered');
  }
}

async function together(
  call: (index: number) => Promise<Answer>,
): Promise<Answer[]> {
  return Promise.all(Array.from({ length: CROWD }, (_, index) => call(index)));
}
