import { Flex, Skeleton, VisuallyHidden } from '@backstage/ui';

/** The request's shape, before it is there. */
export const RequestSkeleton = () => (
  <Flex direction="column" gap="4" pt="6" aria-busy>
    <VisuallyHidden role="status">Loading the request</VisuallyHidden>
    <Skeleton width="45%" height={32} />
    <Skeleton width="80%" height={48} />
    <Skeleton width="100%" height={120} />
    <Skeleton width="100%" height={260} />
    <Skeleton width="100%" height={160} />
  </Flex>
);
