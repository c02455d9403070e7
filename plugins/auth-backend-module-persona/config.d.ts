export interface Config {
  auth?: {
    providers?: {
      /**
       * Development sign-in as one of the sample people, without a password.
       * The backend refuses to start with it outside development, or when
       * `backend.listen` is no loopback address.
       */
      persona?: {
        /**
         * Who is offered on the sign-in page: full, lower-case entity refs of
         * users, such as `user:default/payments-dev`, in this order.
         * @deepVisibility frontend
         */
        people: string[];
      };
    };
  };
}
