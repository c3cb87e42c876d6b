/** The account that `claim` makes. */
export const admin = {
  email: "ada@example.com",
  password: "correct horse battery",
  first_name: "Ada",
  last_name: "Lovelace",
};
