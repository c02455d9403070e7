import { type IdentityApi } from '@backstage/core-plugin-api';
import { mockApis, renderInTestApp } from '@backstage/frontend-test-utils';
import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { PersonaSignInPage } from './PersonaSignInPage';

const REFRESH = 'http://localhost:7007/api/auth/persona/refresh';

function renderPage(people?: string[]) {
  const onSignInSuccess = jest.fn<void, [IdentityApi]>();
  const rendered = renderInTestApp(
    <PersonaSignInPage onSignInSuccess={onSignInSuccess} />,
    {
      config: {
        app: { title: 'Data Resources' },
        auth: { providers: { persona: { people } } },
      },
      apis: [mockApis.discovery({ baseUrl: 'http://localhost:7007' })],
    },
  );
  return { ...rendered, onSignInSuccess };
}

describe('PersonaSignInPage', () => {
  const people = ['user:default/payments-dev', 'user:partners/visitor'];
  const backend = jest.fn<Promise<Response>, [string, RequestInit]>();

  beforeEach(() => {
    window.sessionStorage.clear();
    backend.mockReset();
    backend.mockImplementation(async (_url, init) => {
      const userEntityRef = new Headers(init.headers).get('x-persona');
      return Response.json({
        providerInfo: {},
        profile: { displayName: 'Deniz Developer' },
        backstageIdentity: {
          token: `h.${btoa(
            JSON.stringify({ exp: Date.now() / 1000 + 3600 }),
          )}.s`,
          identity: {
            type: 'user',
            userEntityRef,
            ownershipEntityRefs: [userEntityRef],
          },
        },
      });
    });
    jest.spyOn(global, 'fetch').mockImplementation(backend as typeof fetch);
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('should list the configured people and ask nobody before one is chosen', () => {
    renderPage(people);

    expect(
      screen.getAllByRole('button').map(button => button.textContent),
    ).toEqual(['payments-dev', 'user:partners/visitor']);
    expect(backend).not.toHaveBeenCalled();
  });

  it('should say where people are configured when there are none', () => {
    renderPage();

    expect(screen.getByRole('alert')).toHaveTextContent(
      'auth.providers.persona.people',
    );
  });

  it('should sign in as the person who is chosen, and still be them after a reload', async () => {
    const first = renderPage(people);
    await userEvent.click(screen.getByRole('button', { name: 'payments-dev' }));
    await waitFor(() => expect(first.onSignInSuccess).toHaveBeenCalledTimes(1));
    expect(backend).toHaveBeenCalledWith(REFRESH, expect.anything());

    first.unmount();
    const second = renderPage(people);
    await waitFor(() =>
      expect(second.onSignInSuccess).toHaveBeenCalledTimes(1),
    );
    const [identity] = second.onSignInSuccess.mock.calls[0];
    await expect(identity.getBackstageIdentity()).resolves.toMatchObject({
      userEntityRef: 'user:default/payments-dev',
    });
    await expect(identity.getProfileInfo()).resolves.toEqual({
      displayName: 'Deniz Developer',
    });
    await expect(identity.getCredentials()).resolves.toEqual({
      token: expect.stringContaining('h.'),
    });
  });

  it('should lead back to the list after signing out', async () => {
    const { onSignInSuccess, unmount } = renderPage(people);
    await userEvent.click(screen.getByRole('button', { name: 'payments-dev' }));
    await waitFor(() => expect(onSignInSuccess).toHaveBeenCalledTimes(1));

    await onSignInSuccess.mock.calls[0][0].signOut();
    unmount();
    renderPage(people);

    expect(
      screen.getByRole('button', { name: 'payments-dev' }),
    ).toBeInTheDocument();
  });

  it('should show why a sign-in failed, and let one choose somebody else', async () => {
    backend.mockImplementation(async () =>
      Response.json(
        { error: { name: 'NotFoundError', message: 'Nobody of that name' } },
        { status: 404 },
      ),
    );
    const { onSignInSuccess } = renderPage(people);
    await userEvent.click(screen.getByRole('button', { name: 'payments-dev' }));

    expect(await screen.findByRole('alert')).toHaveTextContent(
      'Nobody of that name',
    );
    await userEvent.click(
      screen.getByRole('button', { name: 'Choose somebody else' }),
    );

    expect(
      screen.getByRole('button', { name: 'payments-dev' }),
    ).toBeInTheDocument();
    expect(onSignInSuccess).not.toHaveBeenCalled();
  });
});
