import { z } from 'zod/v3';

export const ownerParams = z.object({
  claims: z
    .array(z.string())
    .describe('Entity refs of groups, one of which must own it'),
});

export const approverParams = z.object({
  claims: z
    .array(z.string())
    .describe(
      'Entity refs of groups, one of which must be asked to approve the current plan',
    ),
});

export const requesterParams = z.object({
  userRef: z.string().describe('Entity ref of the user who must have asked'),
});

export const environmentParams = z.object({
  environments: z
    .array(z.string())
    .describe('Environments, in one of which it must be'),
});

export const typeParams = z.object({
  types: z
    .array(z.string())
    .describe('Types such as kafka-topic, one of which it must have'),
});
