import type { Person } from './Person';

/** The parts of a notification that tests look at. */
export interface Notification {
  id: string;
  payload: { title: string; link?: string; scope?: string };
}

/** A person's newest notifications. */
export async function notificationsOf(person: Person): Promise<Notification[]> {
  const { status, body } = await person.portal<{
    notifications: Notification[];
  }>('GET', '/api/notifications/notifications?limit=200');
  if (status !== 200) {
    throw new Error(`The notifications answered ${status}`);
  }
  return body.notifications;
}
