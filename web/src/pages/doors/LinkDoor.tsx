import type { ComponentChildren, JSX } from "preact";
import type { Problem } from "../../api/problem";
import { useLoad } from "../../app/load";
import { Unread } from "../../app/Unread";
import { Loading } from "../../design/Empty";
import { type Key, t } from "../../words";
import { Door } from "./Door";

/** Whether the link itself may be good all the same: there is no network, or the server is busy or fails. */
export function mayPass({ status }: Problem): boolean {
  return status === 0 || status >= 429;
}

/**
 * The page of a link that came by mail. `path`: where the server says what the link is for, without spending it; `welcome`
 * draws that. `gone` and `lead` say that the link works no more, and `instead` is what to do then.
 */
export function LinkDoor<Value>(props: {
  path: string;
  welcome: (value: Value) => JSX.Element;
  gone: Key;
  lead: Key;
  instead: ComponentChildren;
}): JSX.Element {
  const { loaded, retry } = useLoad<Value>(props.path);
  if (loaded.state === "ready") return props.welcome(loaded.value);
  if (loaded.state === "loading") {
    return (
      <Door title={t("loading")}>
        <Loading />
      </Door>
    );
  }
  if (mayPass(loaded.problem)) {
    return (
      <Door title={t("broken.title")}>
        <Unread problem={loaded.problem} onRetry={retry} />
      </Door>
    );
  }
  return (
    <Door title={t(props.gone)} lead={t(props.lead)}>
      {props.instead}
    </Door>
  );
}
