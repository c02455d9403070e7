import { Tab, TabList, TabPanel, Tabs } from '@backstage/ui';
import type { IssuedCredentials } from '@data-resources/plugin-data-resources-common';
import { Statement } from '../components/Statement';
import { clientConfigurations } from './clientConfigurations';

/** Configurations to paste, one per kind of client. */
export const ClientConfigurations = (props: {
  issued: IssuedCredentials;
  roles: string[];
}) => {
  const configurations = clientConfigurations(props.issued, props.roles);
  if (configurations.length === 0) {
    return null;
  }
  return (
    <Tabs>
      <TabList aria-label="Client configuration">
        {configurations.map(({ id, title }) => (
          <Tab key={id} id={id}>
            {title}
          </Tab>
        ))}
      </TabList>
      {configurations.map(({ id, title, text }) => (
        <TabPanel key={id} id={id}>
          <Statement title={title} text={text} isPlain />
        </TabPanel>
      ))}
    </Tabs>
  );
};
