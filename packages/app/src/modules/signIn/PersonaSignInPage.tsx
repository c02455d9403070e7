import { ProxiedSignInPage } from '@backstage/core-components';
import { type SignInPageProps } from '@backstage/plugin-app-react';
import { useState } from 'react';
import { PeopleList } from './PeopleList';
import { SignInFailed } from './SignInFailed';
import { PersonaIdentity } from './PersonaIdentity';
import { chosenPerson } from './chosenPerson';

/**
 * Development sign-in: lists the sample people and signs in as the one picked.
 *
 * The choice is kept per browser tab, so a reload keeps the person, and two
 * tabs can be two people: one asks, the other approves.
 */
export const PersonaSignInPage = (props: SignInPageProps) => {
  const [person, setPerson] = useState(() => chosenPerson.get());

  if (!person) {
    return (
      <PeopleList
        onChoose={ref => {
          chosenPerson.set(ref);
          setPerson(ref);
        }}
      />
    );
  }

  return (
    <ProxiedSignInPage
      provider="persona"
      headers={{ 'X-Persona': person }}
      onSignInSuccess={identity =>
        props.onSignInSuccess(new PersonaIdentity(identity))
      }
      ErrorComponent={({ error }) => (
        <SignInFailed
          person={person}
          error={error}
          onBack={() => {
            chosenPerson.clear();
            setPerson(undefined);
          }}
        />
      )}
    />
  );
};
