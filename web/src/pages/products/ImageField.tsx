import type { JSX } from "preact";
import { useEffect, useId, useState } from "preact/hooks";
import { Icon } from "../../design/icons";
import { t } from "../../words";

const TYPES = ["image/png", "image/jpeg", "image/webp", "image/gif"];
const MOST_BYTES = 8 * 1024 * 1024;

/** A picture to choose, shown before it is sent. */
export function ImageField(props: {
  kept: string | null;
  chosen: File | null;
  readOnly: boolean;
  onChoose: (file: File) => void;
}): JSX.Element {
  const id = useId();
  const [fault, setFault] = useState(false);
  const preview = usePreview(props.chosen) ?? props.kept;
  const take = (file: File | undefined) => {
    if (!file) return;
    const sound = TYPES.includes(file.type) && file.size <= MOST_BYTES;
    setFault(!sound);
    if (sound) props.onChoose(file);
  };
  return (
    <div class="field">
      <span class="legend">{t("product.image")}</span>
      <div class="image-field">
        {preview ? (
          <img class="preview" src={preview} alt={t("product.image")} />
        ) : (
          <span class="preview">
            <Icon name="image" size={22} />
          </span>
        )}
        {!props.readOnly && (
          <div class="stack-s">
            <div>
              <input
                id={id}
                class="unseen"
                type="file"
                accept={TYPES.join()}
                aria-invalid={fault}
                aria-describedby={`${id}-hint`}
                onChange={(event) => take(event.currentTarget.files?.[0])}
              />
              <label class="button small" for={id}>
                {t(preview ? "product.image.change" : "product.image.choose")}
              </label>
            </div>
            <span class={fault ? "fault" : "hint"} id={`${id}-hint`} role="status">
              {t(fault ? "fault.image" : "product.image.hint")}
            </span>
          </div>
        )}
      </div>
    </div>
  );
}

function usePreview(file: File | null): string | null {
  const [address, setAddress] = useState<string | null>(null);
  useEffect(() => {
    if (!file) return setAddress(null);
    const made = URL.createObjectURL(file);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [file]);
  return address;
}
