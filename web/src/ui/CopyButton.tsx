import { ActionIcon, Tooltip } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { t } from "../texts/texts";
import { Icon } from "./Icon";

type CopyButtonProps = { text: string; label?: string };

/** Copies a text and says that it did. */
export function CopyButton({ text, label = t.words.copy }: CopyButtonProps) {
  const clipboard = useClipboard({ timeout: 1600 });
  const said = clipboard.copied ? t.words.copied : label;
  return (
    <Tooltip label={said} openDelay={100}>
      <ActionIcon aria-label={said} onClick={() => clipboard.copy(text)} size="md">
        <Icon name={clipboard.copied ? "check" : "copy"} size={16} />
      </ActionIcon>
    </Tooltip>
  );
}
