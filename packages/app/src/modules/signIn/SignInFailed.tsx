import { Button, Container, Flex, Text } from '@backstage/ui';

/** Says why somebody could not be signed in, and leads back to the list. */
export const SignInFailed = (props: {
  person: string;
  error?: Error;
  onBack(): void;
}) => (
  <Container>
    <Flex direction="column" gap="4" py="8" align="start">
      <Text as="h1" variant="title-medium">
        Signing in as {props.person} failed
      </Text>
      <Text role="alert">{explain(props.error)}</Text>
      <Button onPress={props.onBack}>Choose somebody else</Button>
    </Flex>
  </Container>
);

/** The backend's own words, which a failed request carries as its cause. */
function explain(error: Error | undefined): string {
  const { cause } = error ?? {};
  return cause instanceof Error
    ? cause.message
    : error?.message ?? 'No reason was given.';
}
