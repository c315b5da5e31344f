import type { JSX } from "preact";
import { Button } from "./Button";

/** The foot of a question asked before something is lost: whoever only presses Enter loses nothing. */
export function StayOrGo(props: {
  go: string;
  stay: string;
  onGo: () => void;
  onStay: () => void;
}): JSX.Element {
  return (
    <footer>
      <Button look="danger" onClick={props.onGo}>
        {props.go}
      </Button>
      <Button look="primary" data-autofocus onClick={props.onStay}>
        {props.stay}
      </Button>
    </footer>
  );
}
