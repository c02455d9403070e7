import type {
  Discovery,
  RequestInput,
} from '@data-resources/plugin-data-resources-common';

/** How many requests the API takes at once. */
export const MOST_AT_ONCE = 1000;

/** What becomes of everything that is selected; undefined fields follow the suggestions. */
export interface AdoptionChoice {
  owner?: string;
  reason?: string;
}

/** The request that adopts a discovery; undefined where nobody is to own it. */
export function adoptionInput(
  discovery: Discovery,
  { owner, reason }: AdoptionChoice,
): RequestInput | undefined {
  const { type, instance, name, suggestedOwner, suggestedSystem } = discovery;
  const newOwner = owner ?? suggestedOwner;
  return (newOwner && {
    action: 'adopt',
    type,
    instance,
    name,
    owner: newOwner,
    // Of another owner than the suggested one, another system than the suggested one.
    system: newOwner === suggestedOwner ? suggestedSystem : undefined,
    reason,
  }) as RequestInput | undefined;
}
