import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useLocation, useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { problemOf } from "../../api/problem";
import { t } from "../../texts/texts";
import { explain } from "../../ui/explain";
import { Note } from "../../ui/Note";
import { instanceQuery } from "../accounts/api";
import { Entrance } from "../accounts/Entrance";
import { useClaim } from "./api";
import styles from "./Claim.module.css";

const empty = { first_name: "", last_name: "", organization: "", email: "", password: "" };

/** Creates the first admin; only the holder of the printed link can. */
export function Claim() {
  const { hash } = useLocation();
  const token = new URLSearchParams(hash).get("token");
  const instance = useQuery(instanceQuery);

  if (instance.data?.claimed) {
    return (
      <Entrance title={t.accounts.claimed} lead={t.accounts.claimedHint}>
        <Button component={Link} to="/sign-in" size="md">
          {t.accounts.toSignIn}
        </Button>
      </Entrance>
    );
  }
  if (!token) {
    return (
      <Entrance title={t.accounts.noToken} lead={t.accounts.noTokenHint}>
        {null}
      </Entrance>
    );
  }
  return (
    <Entrance title={t.accounts.claimTitle} lead={t.accounts.claimLead}>
      <ClaimForm token={token} />
    </Entrance>
  );
}

function ClaimForm({ token }: { token: string }) {
  const navigate = useNavigate();
  const claim = useClaim();
  const [form, setForm] = useState(empty);
  const fields = claim.isError ? problemOf(claim.error).fields : {};
  const field = (name: keyof typeof empty) => ({
    name,
    size: "md",
    required: true,
    withAsterisk: false,
    value: form[name],
    error: fields[name],
    onChange: (event: { currentTarget: { value: string } }) =>
      setForm({ ...form, [name]: event.currentTarget.value }),
  });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    await claim.mutateAsync({ token, ...form, email: form.email.trim() });
    await navigate({ to: "/" });
  };
  return (
    <form className={styles.form} onSubmit={(event) => submit(event).catch(() => undefined)}>
      {claim.isError && Object.keys(fields).length === 0 && <ClaimProblem error={claim.error} />}
      <div className={styles.pair}>
        <TextInput
          label={t.accounts.firstName}
          autoComplete="given-name"
          autoFocus
          {...field("first_name")}
        />
        <TextInput label={t.accounts.lastName} autoComplete="family-name" {...field("last_name")} />
      </div>
      <TextInput
        label={t.accounts.organization}
        description={t.accounts.organizationHint}
        autoComplete="organization"
        {...field("organization")}
        required={false}
      />
      <TextInput label={t.accounts.email} type="email" autoComplete="username" {...field("email")} />
      <PasswordInput
        label={t.accounts.password}
        description={t.accounts.passwordHint}
        autoComplete="new-password"
        minLength={10}
        visibilityToggleButtonProps={{ "aria-label": t.accounts.show }}
        {...field("password")}
      />
      <Button type="submit" size="md" loading={claim.isPending} fullWidth>
        {t.accounts.claim}
      </Button>
    </form>
  );
}

function ClaimProblem({ error }: { error: unknown }) {
  const problem = problemOf(error);
  const isToken = problem.code === "setup_token_wrong";
  const { title, hint } = explain(problem);
  return (
    <Note tone="bad" icon="alertTriangle" title={isToken ? t.accounts.tokenWrong : title}>
      {isToken ? t.accounts.tokenWrongHint : hint}
    </Note>
  );
}
