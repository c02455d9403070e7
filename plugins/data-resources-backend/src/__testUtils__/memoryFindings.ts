import type {
  Finding,
  PlanInput,
} from '@data-resources/plugin-data-resources-node';

const reserved: Finding = {
  policy: 'memory/reserved-name',
  effect: 'deny',
  message: 'name is "reserved"; the server keeps that name',
  path: 'name',
};

const gone: Finding = {
  policy: 'memory/gone',
  effect: 'deny',
  message: 'the box is gone',
  path: 'resourceId',
};

/** What the engine of the core's tests has against a plan. */
export function memoryFindings({
  action,
  object,
  desired,
  observed,
}: PlanInput): Finding[] {
  return [
    ...boxFindings(object.name, Number(desired?.size ?? 0)),
    ...(['update', 'restore'].includes(action) && !observed.ours ? [gone] : []),
  ];
}

function boxFindings(name: string, size: number): Finding[] {
  if (name === 'reserved') {
    return [reserved];
  }
  return size > 100
    ? [
        {
          policy: 'memory/size',
          effect: 'deny',
          message: `spec.size is ${size}; at most 100`,
          path: 'spec.size',
        },
      ]
    : [];
}
