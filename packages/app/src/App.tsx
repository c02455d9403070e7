import { createApp } from '@backstage/frontend-defaults';
import { navModule } from './modules/nav';
import { signInModule } from './modules/signIn';

// The plugins come from the dependencies of this package (`app.packages: all`).
export default createApp({
  features: [navModule, signInModule],
});
