import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { IconButton } from "../../design/Button";
import { TextField } from "../../design/Field";
import { t } from "../../words";

/** A password, which one may look at while typing. */
export function Secret(props: {
  label: string;
  value: string;
  onValue: (value: string) => void;
  fault?: string | undefined;
  hint?: string;
  fresh?: boolean;
}): JSX.Element {
  const [shown, setShown] = useState(false);
  const { fresh, ...field } = props;
  return (
    <div class="secret">
      <TextField
        {...field}
        type={shown ? "text" : "password"}
        autoComplete={fresh ? "new-password" : "current-password"}
        required
      />
      <IconButton
        icon="eye"
        small
        label={t(shown ? "sign_in.hide" : "sign_in.show")}
        aria-pressed={shown}
        onClick={() => setShown(!shown)}
      />
    </div>
  );
}

/** The least a new password must be; the server has the last word. */
export const SHORTEST = 8;
