import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Icon } from "../design/icons";

/** A product's small picture, or a quiet square where there is none or it does not come. The name stands beside it. */
export function Picture({ image, size }: { image: string | null; size: number }): JSX.Element {
  const [broken, setBroken] = useState<string | null>(null);
  if (!image || broken === image) {
    return (
      <span class="picture" data-size={size}>
        <Icon name="image" />
      </span>
    );
  }
  return (
    <img
      class="picture"
      data-size={size}
      src={`${image}/thumbnail`}
      width={size}
      height={size}
      alt=""
      loading="lazy"
      decoding="async"
      onError={() => setBroken(image)}
    />
  );
}
