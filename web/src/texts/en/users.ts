/** The accounts of an instance, for those who look after it. */
export const users = {
  title: "Accounts",
  lead: "Everybody with an account on this instance. What they may see is decided by their organizations.",
  search: "Search by name or email",
  nobody: "Nobody found",
  nobodyHint: "Look for another part of the name or the address.",
  columns: {
    person: "Person",
    state: "Status",
    factor: "Two-factor",
    signedIn: "Last sign-in",
    made: "Created",
  },
  states: {
    active: "Active",
    deactivated: "Deactivated",
    invited: "Invited",
    unverified: "Not confirmed",
  },
  stateHints: {
    active: "May sign in",
    deactivated: "Can't sign in until an admin activates the account again",
    invited: "Has yet to choose a password, by the link in the mail",
    unverified: "Has yet to open the link in the mail that shows the address is theirs",
  },
  admin: "Admin",
  adminHint: "Looks after the instance",
  factor: { on: "On", off: "Off", elsewhere: "At their provider" },

  invite: "Invite",
  inviteTitle: "Invite somebody",
  emailHint: "A mail with a link to choose a password goes there.",
  emailTaken: "Somebody has an account with this address already.",
  asAdmin: "Admin of the instance",
  asAdminHint: "Sees this section: accounts, system settings and logs. It gives no right to anybody's data.",
  inviteAction: "Send invitation",
  invited: "Invitation sent",
  invitedHint: (email: string) =>
    `A mail is on its way to ${email}. The link in it works once; the mail says for how long. Then add them to an organization, so that they see its projects.`,
  inviteAnother: "Invite another",

  edit: "Edit name",
  editTitle: (email: string) => `Name of ${email}`,
  editHint: "They can change it themselves under Profile. Only they change their email and password.",
  saved: (name: string) => `${name} saved`,
  log: "What they did",
  sendLink: "Send another link",
  makeAdmin: "Make admin",
  takeAdmin: "No longer admin",
  endSessions: "Sign out everywhere",
  resetFactor: "Reset two-factor",
  deactivate: "Deactivate",
  activate: "Activate",

  questions: {
    make_admin: {
      title: (name: string) => `Make ${name} an admin?`,
      means: (name: string) =>
        `${name} will see this section, and can change system settings and all accounts, yours too. It gives no right to anybody's data.`,
      action: "Make admin",
      done: (name: string) => `${name} is an admin now`,
    },
    take_admin: {
      title: (name: string) => `${name}: no longer an admin?`,
      means: (name: string) =>
        `${name} loses this section, at once. What they are in organizations and projects stays.`,
      oneself: "This is your own account: only another admin can make you one again.",
      action: "Take away",
      done: (name: string) => `${name} is no longer an admin`,
    },
    activate: {
      title: (name: string) => `Activate ${name}?`,
      means: (name: string) =>
        `${name} can sign in again, with the same password and the same rights as before.`,
      action: "Activate",
      done: (name: string) => `${name} can sign in again`,
    },
    deactivate: {
      title: (name: string) => `Deactivate ${name}?`,
      means: (name: string) =>
        `${name} is signed out everywhere at once and can't sign in any more. What they made stays, and an admin can activate the account again.`,
      oneself: "This is your own account: you will be signed out, and only another admin lets you in again.",
      action: "Deactivate",
      done: (name: string) => `${name} is deactivated`,
    },
    end_sessions: {
      title: (name: string) => `Sign ${name} out everywhere?`,
      means: (name: string) =>
        `All browsers and programs that ${name} signed in with have to sign in again. API keys go on working.`,
      oneself: "This is your own account: you will be signed out here, too.",
      action: "Sign out everywhere",
      done: (name: string) => `${name} is signed out everywhere`,
    },
    reset_factor: {
      title: (name: string) => `Reset the two-factor sign-in of ${name}?`,
      means: (name: string) =>
        `For somebody who has lost both phone and recovery codes. ${name} signs in with the password alone until they set it up again. Be sure that it is really them who asks.`,
      action: "Reset two-factor",
      done: (name: string) => `${name} signs in with the password alone`,
    },
    send_link: {
      title: (name: string) => `Send ${name} another link?`,
      means: () =>
        "A mail with a new link to choose a password. The mail says how long it works; the link of before stops working.",
      action: "Send link",
      done: (name: string) => `A link is on its way to ${name}`,
    },
  },
};
