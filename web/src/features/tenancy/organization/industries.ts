import { t } from "../../../texts/texts";

/** The industries to choose from. */
export const industries = Object.entries(t.organizations.industries).map(([value, label]) => ({
  value,
  label,
}));
