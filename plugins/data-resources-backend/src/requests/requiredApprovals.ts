import type {
  Approval,
  Finding,
  LiveUse,
} from '@data-resources/plugin-data-resources-common';
import type { CatalogDirectory } from '../catalog/CatalogDirectory';
import { isUnused } from '../liveUse/judgeUse';
import type { PolicyVerdict } from '../policy';
import { canBeGiven } from './approverAssignment';
import type { Subject } from './Subject';
import { QUARANTINE_REQUESTER } from './systemRequesters';

/** Named as the policy that decides what the rules of the domain leave to nobody. */
const REVOKE_POLICY = 'revoke-is-automatic';
/** The deletion was approved when the quarantine began. */
const QUARANTINE_POLICY = 'quarantine-has-ended';

/**
 * Who decides. The domain's rules stand above every configured policy: the requester never
 * decides, the owner group has its say when platform asks for it, a grant is decided by the
 * other side, an adoption by who gets it, and taking access away needs nobody.
 */
export function requiredApprovals(
  subject: Subject,
  verdict: PolicyVerdict,
  { platformGroup, use }: { platformGroup: string; use?: LiveUse },
): Approval {
  const { input, requesterGroups, sides } = subject;
  if (input.action === 'revoke') {
    return { mode: 'auto', policy: REVOKE_POLICY, required: [] };
  }
  if (subject.requestedBy === QUARANTINE_REQUESTER) {
    return isUnused(use)
      ? { mode: 'auto', policy: QUARANTINE_POLICY, required: [] }
      : oneOfEach([platformGroup, sides.resourceOwner]);
  }
  if (subject.correctedBy !== undefined) {
    return { mode: 'auto', policy: subject.correctedBy, required: [] };
  }
  if (
    input.action === 'grant' &&
    sides.principalOwner &&
    sides.principalOwner !== sides.resourceOwner
  ) {
    const other = requesterGroups.has(sides.resourceOwner)
      ? sides.principalOwner
      : sides.resourceOwner;
    return { mode: 'manual', required: [{ group: other, count: 1, given: 0 }] };
  }
  if (sides.adopter) {
    return {
      mode: 'manual',
      required: [{ group: sides.adopter, count: 1, given: 0 }],
    };
  }
  const ownerMustAgree = !requesterGroups.has(sides.resourceOwner);
  if (verdict.approval.mode === 'auto' && !ownerMustAgree) {
    return { mode: 'auto', policy: verdict.approval.policy, required: [] };
  }
  const required = new Map<string, number>();
  if (verdict.approval.mode === 'manual') {
    for (const { group, count } of verdict.approval.required) {
      required.set(group, Math.max(count, required.get(group) ?? 0));
    }
  }
  if (ownerMustAgree) {
    required.set(
      sides.resourceOwner,
      Math.max(1, required.get(sides.resourceOwner) ?? 0),
    );
  }
  return {
    mode: 'manual',
    policy: verdict.approval.policy,
    required: [...required].map(([group, count]) => ({
      group,
      count,
      given: 0,
    })),
  };
}

/** People must look: what was to be removed by itself is in use. */
function oneOfEach(groups: readonly string[]): Approval {
  return {
    mode: 'manual',
    required: [...new Set(groups)].map(group => ({
      group,
      count: 1,
      given: 0,
    })),
  };
}

/**
 * A `deny` per group that has too few members besides the requester to ever approve, or one for all
 * of them where the same people would have to decide twice.
 */
export async function findingsOfApprovers(
  approval: Approval,
  requestedBy: string,
  directory: CatalogDirectory,
): Promise<Finding[]> {
  const members = await membersOf(
    approval.required.map(({ group }) => group),
    directory,
  );
  const tooFew = approval.required.flatMap(({ group, count }): Finding[] => {
    const others = members
      .get(group)!
      .filter(member => member !== requestedBy).length;
    return others < count
      ? [
          {
            policy: 'approval/nobody-can-decide',
            effect: 'deny',
            message: `${group} must approve with ${people(
              count,
            )}, and has ${others} besides you, who may not decide on your own request. Let somebody else ask, or add members to the group`,
          },
        ]
      : [];
  });
  const lacking = approval.required.map(({ group, count }) => ({
    group,
    lacks: count,
  }));
  if (
    tooFew.length > 0 ||
    canBeGiven(lacking, members, new Set([requestedBy]))
  ) {
    return tooFew;
  }
  return [
    {
      policy: 'approval/nobody-can-decide',
      effect: 'deny',
      message: `${approval.required
        .map(({ group, count }) => `${group} with ${people(count)}`)
        .join(
          ' and ',
        )} must approve, each person once, and too few people besides you are in them. Let somebody else ask, or add members to the groups`,
    },
  ];
}

/** Members of groups, as the catalog has them now. */
export async function membersOf(
  groups: readonly string[],
  directory: CatalogDirectory,
): Promise<Map<string, string[]>> {
  return new Map(
    await Promise.all(
      [...new Set(groups)].map(
        async (group): Promise<[string, string[]]> => [
          group,
          (await directory.membersOf(group)) ?? [],
        ],
      ),
    ),
  );
}

function people(count: number): string {
  return count === 1 ? '1 person' : `${count} people`;
}
