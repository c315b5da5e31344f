import type { JSX } from "preact";
import type { Problem } from "../api/problem";
import { Button } from "../design/Button";
import { Icon } from "../design/icons";
import { t } from "../words";
import { unread } from "./form";

const FORBIDDEN = 403;

/** In place of what could not be read: why, and a button to try again where another answer may come. */
export function Unread({ problem, onRetry }: { problem: Problem | null; onRetry: () => void }): JSX.Element {
  return (
    <div class="empty">
      <Icon name="info" class="mark" />
      <p role="alert">{unread(problem)}</p>
      {problem?.status !== FORBIDDEN && <Button onClick={onRetry}>{t("do.retry")}</Button>}
    </div>
  );
}
