import type { ComponentChildren, JSX } from "preact";
import type { Form } from "../../app/form";
import { ProblemNotice } from "../../app/Page";
import { Button } from "../../design/Button";
import { Dialog } from "../../design/Dialog";
import { t } from "../../words";
import { goUnlessUnsaved, Unsaved } from "./Unsaved";

/** A form in a window of its own, which asks before it closes over what was typed. `action`: what its button does. */
export function FormWindow(props: {
  title: string;
  lead?: string;
  form: Pick<Form<unknown>, "props" | "problem" | "busy" | "touched">;
  action: string;
  onClose: () => void;
  children: ComponentChildren;
}): JSX.Element {
  const { form } = props;
  return (
    <>
      <Dialog title={props.title} onClose={() => goUnlessUnsaved(props.onClose)}>
        <form {...form.props}>
          <div class="body stack">
            {props.lead && <p class="quiet">{props.lead}</p>}
            <ProblemNotice problem={form.problem} />
            {props.children}
          </div>
          <footer>
            <Button onClick={props.onClose}>{t("do.cancel")}</Button>
            <Button type="submit" look="primary" busy={form.busy}>
              {props.action}
            </Button>
          </footer>
        </form>
      </Dialog>
      <Unsaved isUnsaved={form.touched} />
    </>
  );
}
