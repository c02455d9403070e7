export interface Config {
  auth?: {
    providers?: {
      persona?: {
        /**
         * Who is offered on the development sign-in page. Declared here too,
         * for the app is served only what its own dependencies declare, and
         * it does not depend on the backend's module.
         * @deepVisibility frontend
         */
        people: string[];
      };
    };
  };
}
