import { Button } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { getRouteApi } from "@tanstack/react-router";
import { t } from "../../texts/texts";
import { Icon } from "../../ui/Icon";
import { Page } from "../../ui/Page";
import { useProjectCalendar } from "../tenancy/useProjectCalendar";
import { Builder } from "./builder/Builder";
import styles from "./Explore.module.css";
import type { Question } from "./question/question";
import { readQuestion, writeQuestion } from "./question/search";
import { Result } from "./result/Result";
import { Toolbar } from "./Toolbar";

const route = getRouteApi("/signed-in/p/$project/explore");

/** Ask anything about events over time; the question is in the address bar. */
export function Explore() {
  const { project } = route.useParams();
  const question = readQuestion(route.useSearch());
  const navigate = route.useNavigate();
  const calendar = useProjectCalendar(project);

  const change = (next: Question) =>
    navigate({ search: writeQuestion(next), replace: true, resetScroll: false });
  useHotkeys([["c", () => change({ ...question, isCompared: !question.isCompared })]]);

  const copyLink = async () => {
    await navigator.clipboard.writeText(window.location.href);
    notifications.show({ message: t.explore.linkCopied, icon: <Icon name="link" size={16} /> });
  };
  return (
    <Page
      title={t.places.explore}
      actions={
        <>
          <Button variant="subtle" color="gray" onClick={() => navigate({ search: {} })}>
            {t.explore.reset}
          </Button>
          <Button variant="default" leftSection={<Icon name="link" size={16} />} onClick={copyLink}>
            {t.explore.copyLink}
          </Button>
        </>
      }
    >
      <Builder project={project} question={question} onChange={change} />
      <section className={styles.result}>
        <Toolbar question={question} calendar={calendar} onChange={change} />
        <Result
          project={project}
          question={question}
          onRange={(range) => change({ ...question, range, interval: undefined })}
        />
      </section>
    </Page>
  );
}
