import { configApiRef, useApi } from '@backstage/core-plugin-api';
import { Button, Flex, Text } from '@backstage/ui';
import { makeStyles } from '@material-ui/core/styles';

const useStyles = makeStyles({
  page: {
    maxWidth: 420,
    margin: '0 auto',
    padding: '12vh var(--bui-space-4) var(--bui-space-4)',
  },
  people: {
    listStyle: 'none',
    margin: 0,
    padding: 0,
    display: 'grid',
    gap: 'var(--bui-space-2)',
  },
  person: {
    width: '100%',
  },
});

/** Everybody in `auth.providers.persona.people`, one button each. */
export const PeopleList = (props: { onChoose(ref: string): void }) => {
  const classes = useStyles();
  const config = useApi(configApiRef);
  const people =
    config.getOptionalStringArray('auth.providers.persona.people') ?? [];

  return (
    <main className={classes.page}>
      <Flex direction="column" gap="4">
        <Text as="h1" variant="title-medium">
          Sign in to {config.getOptionalString('app.title') ?? 'Data Resources'}
        </Text>
        <Text>
          This is a development portal: choose who you want to be. Each browser
          tab can be somebody else.
        </Text>
        {people.length === 0 && (
          <Text role="alert">
            Nobody is listed. Add user references to
            auth.providers.persona.people in app-config.yaml.
          </Text>
        )}
        <ul className={classes.people} aria-label="People">
          {people.map(ref => (
            <li key={ref}>
              <Button
                variant="secondary"
                className={classes.person}
                onPress={() => props.onChoose(ref)}
              >
                {shortName(ref)}
              </Button>
            </li>
          ))}
        </ul>
      </Flex>
    </main>
  );
};

/** The bare name, when the namespace is the usual one; else the whole ref. */
function shortName(ref: string): string {
  return ref.replace(/^user:default\//, '');
}
