import { accounts } from "./en/accounts";
import { audit } from "./en/audit";
import { catalogue } from "./en/catalogue";
import { changed } from "./en/changed";
import { collection } from "./en/collection";
import { explore } from "./en/explore";
import { home } from "./en/home";
import { identity } from "./en/identity";
import { merges } from "./en/merges";
import { names } from "./en/names";
import { invitation, organizations, refusals } from "./en/organizations";
import { proof } from "./en/proof";
import { reference } from "./en/reference";
import { refused } from "./en/refused";
import { rights } from "./en/rights";
import { secondFactor } from "./en/secondFactor";
import { configs, keys, settings } from "./en/settings";
import { shell } from "./en/shell";
import { system } from "./en/system";
import { users } from "./en/users";

/** Every text of the page. Another language is another object of this type. */
export const t = {
  ...shell,
  ...names,
  accounts,
  audit,
  catalogue,
  collection,
  configs,
  explore,
  home,
  identity,
  invitation,
  changed,
  apiKeys: keys,
  merges,
  organizations,
  proof,
  reference,
  refusals,
  refused,
  rights,
  secondFactor,
  settings,
  system,
  users,
};

/** The language numbers and dates are written in: the browser's. */
export const locale: string = globalThis.navigator?.language ?? "en";
