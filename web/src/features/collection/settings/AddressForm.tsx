import { Radio } from "@mantine/core";
import { useState } from "react";
import type { CollectionSettings } from "../../../api/types";
import { t } from "../../../texts/texts";
import styles from "../../tenancy/settings/Form.module.css";
import { SettingsCard } from "./SettingsCard";

type FormProps = { project: string; mayEdit: boolean; settings: CollectionSettings };
type Policy = NonNullable<CollectionSettings["addresses"]>;

const policies: Policy[] = ["keep", "anonymise", "drop"];

/** What becomes of senders' addresses. */
export function AddressForm({ settings, ...shared }: FormProps) {
  const texts = t.collection.settings;
  const [policy, setPolicy] = useState<Policy>(settings.addresses ?? "keep");
  return (
    <SettingsCard
      {...shared}
      version={settings.version}
      title={texts.addresses}
      hint={texts.addressesHint}
      change={policy === settings.addresses ? undefined : { addresses: policy }}
    >
      {() => (
        <Radio.Group
          aria-label={texts.addresses}
          value={policy}
          onChange={(chosen) => setPolicy(chosen as Policy)}
        >
          <div className={styles.form}>
            {policies.map((value) => (
              <Radio
                key={value}
                value={value}
                disabled={!shared.mayEdit}
                label={texts.addressPolicies[value].label}
                description={texts.addressPolicies[value].hint}
              />
            ))}
          </div>
        </Radio.Group>
      )}
    </SettingsCard>
  );
}
