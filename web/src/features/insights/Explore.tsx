import { ActionIcon, Button, Skeleton, Tooltip } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { getRouteApi } from "@tanstack/react-router";
import { t } from "../../texts/texts";
import { Icon } from "../../ui/Icon";
import { Page } from "../../ui/Page";
import { useKey } from "../../ui/useKey";
import { useProjectCalendar } from "../tenancy/useProjectCalendar";
import { Builder } from "./builder/Builder";
import styles from "./Explore.module.css";
import { isTyped, type Question } from "./question/question";
import { readQuestion, writeQuestion } from "./question/search";
import { Result } from "./result/Result";
import { Toolbar } from "./Toolbar";
import { useFirstEvent } from "./useFirstEvent";
import { type Steps, useSteps } from "./useSteps";

const route = getRouteApi("/signed-in/p/$project/explore");

/** Ask anything about events over time; the question is in the address bar, each change of it in the history. */
export function Explore() {
  const { project } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const calendar = useProjectCalendar(project);
  const steps = useSteps();
  const first = useFirstEvent(project, !search.series?.length);
  const question = readQuestion(search, first.event);

  const change = (next: Question) =>
    navigate({
      search: writeQuestion(next),
      resetScroll: false,
      ...steps.entryFor(isTyped(question, next)),
    });
  useKey("c", () => change({ ...question, isCompared: !question.isCompared }));

  const copyLink = async () => {
    await navigator.clipboard.writeText(window.location.href);
    notifications.show({ message: t.explore.linkCopied, icon: <Icon name="link" size={16} /> });
  };
  return (
    <Page
      title={t.places.explore}
      actions={
        <>
          <UndoButtons steps={steps} />
          <Button
            variant="subtle"
            color="gray"
            onClick={() => navigate({ search: {}, ...steps.entryFor(false) })}
          >
            {t.explore.reset}
          </Button>
          <Button variant="default" leftSection={<Icon name="link" size={16} />} onClick={copyLink}>
            {t.explore.copyLink}
          </Button>
        </>
      }
    >
      {!first.isKnown && <Skeleton height={96} radius="lg" />}
      {first.isKnown && <Builder project={project} question={question} onChange={change} />}
      <section className={styles.result}>
        <Toolbar question={question} calendar={calendar} onChange={change} />
        {!first.isKnown && <Skeleton height={360} />}
        {first.isKnown && (
          <Result
            project={project}
            question={question}
            onRange={(range) => change({ ...question, range, interval: undefined })}
            onAllTraffic={() => change({ ...question, traffic: "all" })}
          />
        )}
      </section>
    </Page>
  );
}

function UndoButtons({ steps }: { steps: Steps }) {
  return (
    <>
      <Tooltip label={t.explore.undo}>
        <ActionIcon
          className={styles.undo}
          aria-label={t.explore.undo}
          disabled={!steps.canUndo}
          onClick={steps.undo}
        >
          <Icon name="arrowBackUp" size={18} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={t.explore.redo}>
        <ActionIcon
          className={styles.undo}
          aria-label={t.explore.redo}
          disabled={!steps.canRedo}
          onClick={steps.redo}
        >
          <Icon name="arrowForwardUp" size={18} />
        </ActionIcon>
      </Tooltip>
    </>
  );
}
