import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { api } from "../../api/client";
import { asProblem, type Problem } from "../../api/problem";
import type { Me } from "../../api/shapes";
import { sentence } from "../../app/form";
import { me, safePlace, session, signedIn } from "../../app/session";
import { Button, ButtonLink } from "../../design/Button";
import { Loading } from "../../design/Empty";
import { t } from "../../words";
import { Door } from "./Door";
import { mayPass } from "./LinkDoor";

/** A link that came by mail: it is spent once, then leads where it was meant to. */
export function Enter({ params }: { params?: { token?: string } }): JSX.Element {
  const { query, route } = useLocation();
  const [problem, setProblem] = useState<Problem | null>(null);
  const asking = session.value.state === "asking";
  const attempt = async () => {
    setProblem(null);
    if (me.peek()) return route(safePlace(query.to), true);
    try {
      const entered = await api.post<Me & { to?: string }>("/api/links/enter", {
        token: params?.token ?? "",
      });
      signedIn(entered);
      route(safePlace(entered.to ?? query.to), true);
    } catch (cause) {
      setProblem(asProblem(cause));
    }
  };
  useEffect(() => {
    if (!asking) void attempt();
  }, [asking]);
  if (!problem) {
    return (
      <Door title={t("enter.title")}>
        <Loading />
      </Door>
    );
  }
  if (mayPass(problem)) {
    return (
      <Door title={t("broken.title")} lead={sentence(problem)}>
        <Button look="primary" wide onClick={() => void attempt()}>
          {t("do.retry")}
        </Button>
      </Door>
    );
  }
  return (
    <Door title={t("enter.used")} lead={t("enter.used.lead")}>
      <ButtonLink look="primary" wide href="/link">
        {t("sign_in.link")}
      </ButtonLink>
      <ButtonLink wide href="/sign-in">
        {t("sign_in.title")}
      </ButtonLink>
    </Door>
  );
}
