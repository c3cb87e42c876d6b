import { ActionIcon, Button, Menu, Modal, Select, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { problemOf } from "../../api/problem";
import { t } from "../../texts/texts";
import { Card } from "../../ui/Card";
import { ChangedMeanwhile } from "../../ui/ChangedMeanwhile";
import { Confirm } from "../../ui/Confirm";
import { Empty } from "../../ui/Empty";
import { Icon } from "../../ui/Icon";
import { ProblemNote } from "../../ui/ProblemNote";
import { SkeletonRows } from "../../ui/SkeletonRows";
import { useReturnFocus } from "../../ui/useReturnFocus";
import { type Folder, foldersQuery, useDeleteFolder, useSaveFolder } from "./api";
import { GrantsDialog } from "./GrantsDialog";
import styles from "./Rights.module.css";
import { asTree, within } from "./tree";

const route = getRouteApi("/signed-in/p/$project/settings/rights");

type FoldersProps = { organization: string; project: string; mayCreate: boolean };

/** What is edited: a new folder in another, or one that is there. */
type Editing = { folder?: Folder; parent: string | null };

/** The folders of a project as a tree. */
export function Folders({ organization, project, mayCreate }: FoldersProps) {
  const { share } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery(foldersQuery(project));
  const remove = useDeleteFolder(project);
  const [editing, setEditing] = useState<Editing>();
  const shared = query.data?.find((one) => one.id === share);
  const setShare = (id?: string) => navigate({ search: { tab: "folders", share: id } });
  const [deleting, setDeleting] = useState<Folder>();
  const deleteFolder = async (folder: Folder) => {
    await remove.mutateAsync(folder.id);
    setDeleting(undefined);
    notifications.show({ message: t.rights.folderDeleted(folder.name) });
  };
  const create = mayCreate && (
    <Button
      size="xs"
      leftSection={<Icon name="plus" size={15} />}
      onClick={() => setEditing({ parent: null })}
    >
      {t.rights.newFolder}
    </Button>
  );
  return (
    <Card title={t.rights.tabs.folders} hint={t.rights.foldersHint} actions={create}>
      {query.isPending && <SkeletonRows count={5} height={34} />}
      {query.isError && <ProblemNote error={query.error} onRetry={() => query.refetch()} />}
      {query.data?.length === 0 && (
        <Empty icon="folder" title={t.rights.noFolders} hint={t.rights.noFoldersHint} />
      )}
      <ul className={styles.items}>
        {asTree(query.data ?? []).map(({ folder, depth }) => (
          <li key={folder.id} className={styles.item}>
            <span className={styles.indent} style={{ "--depth": depth } as React.CSSProperties} />
            <Icon name="folder" size={17} />
            <span className={styles.itemName}>{folder.name}</span>
            {folder.may.includes("share") && (
              <Button
                size="compact-sm"
                variant="subtle"
                color="gray"
                aria-label={`${t.rights.share}: ${folder.name}`}
                onClick={() => setShare(folder.id)}
              >
                {t.rights.share}
              </Button>
            )}
            {folder.may.length > 1 && (
              <FolderMenu
                folder={folder}
                onEdit={() => setEditing({ folder, parent: folder.parent_id })}
                onInside={() => setEditing({ parent: folder.id })}
                onDelete={() => {
                  remove.reset();
                  setDeleting(folder);
                }}
              />
            )}
          </li>
        ))}
      </ul>
      {editing && (
        <FolderForm
          project={project}
          folders={query.data ?? []}
          editing={editing}
          onClose={() => setEditing(undefined)}
        />
      )}
      {deleting && (
        <Confirm
          title={t.rights.deleteFolderTitle(deleting.name)}
          action={t.rights.deleteFolder}
          isPending={remove.isPending}
          error={remove.error}
          onConfirm={() => deleteFolder(deleting)}
          onClose={() => setDeleting(undefined)}
        >
          <p>{t.rights.deleteFolderMeans}</p>
        </Confirm>
      )}
      {shared && (
        <GrantsDialog
          organization={organization}
          thing={{ project, type: "folder", id: shared.id }}
          name={shared.name}
          onClose={() => setShare()}
        />
      )}
    </Card>
  );
}

type FolderMenuProps = { folder: Folder; onEdit: () => void; onInside: () => void; onDelete: () => void };

function FolderMenu({ folder, onEdit, onInside, onDelete }: FolderMenuProps) {
  const { may } = folder;
  return (
    <Menu position="bottom-end" width={190}>
      <Menu.Target>
        <ActionIcon size="md" aria-label={`${t.words.more}: ${folder.name}`}>
          <Icon name="dots" size={17} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {may.includes("create") && (
          <Menu.Item leftSection={<Icon name="plus" size={16} />} onClick={onInside}>
            {t.rights.newFolderIn}
          </Menu.Item>
        )}
        {may.includes("edit") && (
          <Menu.Item leftSection={<Icon name="pencil" size={16} />} onClick={onEdit}>
            {t.rights.rename}
          </Menu.Item>
        )}
        {may.includes("delete") && (
          <Menu.Item leftSection={<Icon name="trash" size={16} />} onClick={onDelete}>
            {t.rights.deleteFolder}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

type FolderFormProps = { project: string; folders: Folder[]; editing: Editing; onClose: () => void };

function FolderForm({ project, folders, editing, onClose }: FolderFormProps) {
  useReturnFocus();
  const save = useSaveFolder(project);
  const { folder } = editing;
  const [version] = useState(folder?.version);
  const [name, setName] = useState(folder?.name ?? "");
  const [parent, setParent] = useState(editing.parent ?? "");
  const submit = async () => {
    const moved = parent !== (folder?.parent_id ?? "");
    const parent_id = parent || null;
    const place = moved || !folder ? { parent_id } : {};
    await save.mutateAsync({ id: folder?.id, version, name: name.trim(), ...place });
    onClose();
  };
  const mayMove = !folder || folder.may.includes("share");
  const inside = folder ? within(folders, folder.id) : new Set<string>();
  const places = asTree(folders).filter(({ folder: one }) => !inside.has(one.id));
  const options = places.map(({ folder: one, depth }) => ({
    value: one.id,
    label: `${"  ".repeat(depth)}${one.name}`,
  }));
  const problem = save.isError ? problemOf(save.error) : undefined;
  return (
    <Modal opened onClose={onClose} title={folder ? folder.name : t.rights.newFolder}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          submit().catch(() => undefined);
        }}
      >
        <TextInput
          label={t.rights.folderName}
          value={name}
          required
          withAsterisk={false}
          error={
            !problem?.changed &&
            problem &&
            (problem.fields.name ?? (problem.fields.parent_id ? undefined : problem.message))
          }
          onChange={(event) => setName(event.currentTarget.value)}
          data-autofocus
        />
        {mayMove && (
          <Select
            label={t.rights.move}
            data={[{ value: "", label: t.rights.top }, ...options]}
            value={parent}
            error={problem?.fields.parent_id}
            onChange={(value) => setParent(value ?? "")}
            allowDeselect={false}
          />
        )}
        {problem?.changed && <ChangedMeanwhile problem={problem} />}
        <Button type="submit" loading={save.isPending}>
          {folder ? t.rights.saveFolder : t.rights.createFolder}
        </Button>
      </form>
    </Modal>
  );
}
