import { Button, FileButton } from "@mantine/core";
import { problemOf } from "../../api/problem";
import type { Profile } from "../../api/types";
import { t } from "../../texts/texts";
import { Note } from "../../ui/Note";
import { useDeleteAvatar, usePutAvatar } from "./api";
import { Problem } from "./Problem";
import styles from "./You.module.css";

type AvatarFormProps = { profile: Profile };

/** One's picture. */
export function AvatarForm({ profile }: AvatarFormProps) {
  const put = usePutAvatar();
  const remove = useDeleteAvatar();
  const letters = (
    profile.first_name.charAt(0) + profile.last_name.charAt(0) || profile.email.charAt(0)
  ).toUpperCase();
  return (
    <div className={styles.form}>
      <div className={styles.picture}>
        <span className={styles.avatar}>
          {profile.avatar_url ? <img src={profile.avatar_url} alt={t.accounts.picture} /> : letters}
        </span>
        <div>
          <div className={styles.buttons}>
            <FileButton
              accept="image/png,image/jpeg,image/webp"
              onChange={(file) => file && put.mutate({ file, version: profile.avatar_version })}
            >
              {(button) => (
                <Button variant="default" loading={put.isPending} {...button}>
                  {t.accounts.choosePicture}
                </Button>
              )}
            </FileButton>
            {profile.avatar_url && (
              <Button variant="subtle" loading={remove.isPending} onClick={() => remove.mutate()}>
                {t.accounts.removePicture}
              </Button>
            )}
          </div>
          <p className={styles.hint}>{t.accounts.pictureHint}</p>
        </div>
      </div>
      {put.isError && <PictureProblem error={put.error} />}
      {remove.isError && <Problem error={remove.error} />}
    </div>
  );
}

function PictureProblem({ error }: { error: unknown }) {
  const problem = problemOf(error);
  const isWrong = problem.status === 422 || problem.status === 413;
  if (!isWrong) return <Problem error={error} />;
  return (
    <Note tone="bad" icon="alertTriangle">
      {t.accounts.pictureWrong}
    </Note>
  );
}
